"""Rewrites what is done with the answers of converted calls: accesses, tests, counts, escapes."""

import ast
import re
from dataclasses import dataclass, replace

from marketo_migrate.model.flow import Called, ContainerFlow, Flow, NumberFlow, OtherFlow, ResponseFlow
from marketo_migrate.model.rules import PathMap
from marketo_migrate.model.soap import EACH
from marketo_migrate.rewrite.absent_lists import AbsentLists, is_test, lead_of
from marketo_migrate.rewrite.answers import Answer
from marketo_migrate.rewrite.conversions import Conversions
from marketo_migrate.rewrite.given import base_of, is_given_here, only_passes_on
from marketo_migrate.rewrite.handlers import catches_above, handlers_of
from marketo_migrate.rewrite.program import Program, externals
from marketo_migrate.rewrite.record_status import is_written
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.rendering import Tables
from marketo_migrate.rewrite.shapes import Part, Shapes
from marketo_migrate.rewrite.soap_forms import SoapForms
from marketo_migrate.rewrite.source import FunctionNode, Source, is_property

_SAME = frozenset(
    {
        "list",
        "tuple",
        "sorted",
        "reversed",
        "enumerate",
        "zip",
        "iter",
        "next",
        "filter",
        "set",
        "map",
        "min",
        "max",
    }
)
_TELLING = frozenset(
    {
        "leadRecordList", "leadRecord", "leadAttributeList", "attrName", "attrValue", "syncStatus", "syncStatusList",
        "campaignRecordList", "campaignRecord", "activityRecordList", "activityRecord", "activityAttributes",
        "leadChangeRecordList", "mergeStatus", "mObjectList", "mObjStatusList", "customObjList", "newStreamPosition",
        "newStartPosition", "remainingCount", "returnCount", "mktPersonId", "mktgAssetName", "Id", "Email", "leadId",
    }
)  # fmt: skip
_AS_PLAIN = frozenset({"zeep.helpers.serialize_object", "suds.sudsobject.asdict"})
"""Functions that make dicts of answer objects: REST gives dicts anyway."""

_REASON = "[].reasons[].message"
_TRUTH = frozenset({"bool", "any", "all"})
_ATOMS = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Await, ast.NamedExpr)
_OF_NONE = frozenset({"AttributeError", "TypeError"})
"""What it raises to read something of None."""
_NAMED = re.compile(r"(?:not )?[\w.]+(?: is (?:not )?None)?")


@dataclass(slots=True)
class AttributeUse:
    """An expression that is a lead's attribute list, and the answers it comes from."""

    source: Source
    node: ast.expr
    part: Part
    answers: tuple[Answer, ...]


class Responses:
    """Goes through all expressions that hold (parts of) the answers.

    `passing` are the ids of functions that only pass calls on: they go when their callers are rewritten.
    """

    def __init__(
        self,
        program: Program,
        shapes: Shapes,
        answers: dict[Called, Answer],
        passing: set[int],
        tables: Tables,
        conversions: Conversions,
    ) -> None:
        self._passing = passing
        self._tables = tables
        self._conversions = conversions
        self._program = program
        self._shapes = shapes
        self._answers = answers
        self.attribute_lists: list[AttributeUse] = []
        self.attributes: list[AttributeUse] = []
        self.attribute_tests: list[AttributeUse] = []
        self.idle_tests: list[tuple[Source, ast.expr]] = []
        """Tests whether a lead has attributes at all, which make no difference."""
        self._soap_forms = SoapForms(program, shapes, answers, conversions.helpers)

    def convert(self) -> None:
        """Find and edit every use; what cannot be converted is noted as a problem of its answers."""
        for source in self._program.sources.values():
            for node in source.answers:
                if id(source.function(node)) not in self._passing:
                    self._expression(source, node)
            for test in source.of(ast.BoolOp):
                if self._asks_twice(source, test):
                    source.replace(test, lambda source=source, test=test: _once(source, test))  # type: ignore[misc]

    def _asks_twice(self, source: Source, node: ast.BoolOp) -> bool:
        """Whether several operands are tests of answers: `hasattr(answer, "list") and answer.list` ask for the same in REST."""
        tested = [value.operand if isinstance(value, ast.UnaryOp) else value for value in node.values]
        asked = [self._is_of_answer(source, value) for value in tested]
        return sum(asked) > 1 and not source.is_replaced(node)

    def _is_of_answer(self, source: Source, node: ast.expr) -> bool:
        match node:
            case ast.Call(func=ast.Name(id="hasattr"), args=[base, _]):
                return bool(self.answers_of(source.flows(base)))
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()]):
                return bool(self.answers_of(source.flows(left)))
            case ast.Attribute() | ast.Subscript() | ast.Name():
                return bool(self.answers_of(source.flows(node)))
        return False

    def check_leftovers(self) -> None:
        """Refuse where something reads SOAP's own element names of a value that could not be followed."""
        for source in self._program.sources.values():
            for node in source.nodes:
                self._check_open_name(source, node)
                if (
                    not isinstance(node, ast.Attribute)
                    or node.attr not in _TELLING
                    or source.is_replaced(node)
                ):
                    continue
                if not isinstance(node.ctx, ast.Load) or id(source.function(node)) in self._passing:
                    continue
                flows = source.flows(node.value)
                if flows and not all(isinstance(flow, OtherFlow | NumberFlow) for flow in flows):
                    continue
                raise Unconvertible(
                    f".{node.attr} is read of something that cannot be followed", source, node
                )

    def _check_open_name(self, source: Source, node: ast.AST) -> None:
        """A field must not be read by a name that the program decides upon when it runs: REST's are others."""
        match node:
            case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[base, name, *_]) if not isinstance(
                name, ast.Constant
            ):
                answers = self.answers_of(source.flows(base))
                if any(answer.soap_form is None for answer in answers) and not source.is_replaced(node):
                    raise Unconvertible("a field of the answer is read by a name that varies", source, node)

    def answers_of(self, flows: tuple[Flow, ...]) -> tuple[Answer, ...]:
        """The converted answers among flows."""
        return tuple(
            self._answers[f.call] for f in flows if isinstance(f, ResponseFlow) and f.call in self._answers
        )

    def part_of(self, source: Source, node: ast.expr) -> tuple[Part | None, tuple[Answer, ...]]:
        """What part of an answer an expression is; None where it is none or where several do not agree."""
        flows = source.flows(node)
        answers = self.answers_of(flows)
        if not answers:
            return None, ()
        parts = {
            self._shapes.part(self._answers[f.call].operation, self._answers[f.call].library, f.path)
            for f in flows
            if isinstance(f, ResponseFlow) and f.call in self._answers
        }
        if None in parts:
            return None, answers
        kinds = {(p.type, p.is_list, p.wrapper) for p in parts if p is not None}
        # Simple values become REST's where they are read, and may be mixed from there on.
        simple = all(p is not None and not p.is_root and self._shapes.is_leaf(p) for p in parts)
        if (len(kinds) != 1 and not simple) or any(answer.soap_form is not None for answer in answers):
            raise Unconvertible("different answers come together here", source, node)
        return next(p for p in sorted(parts, key=repr) if p is not None), answers

    def _expression(self, source: Source, node: ast.expr) -> None:
        if id(node) in source.leaving:
            return
        reached = self.answers_of(source.flows(node))
        if reached and all(answer.soap_form is not None for answer in reached):
            try:
                self._soap_forms.check(source, node)
            except Unconvertible as problem:
                self._refuse(reached, problem)
            return
        if isinstance(node, ast.BoolOp) and _only_truth_counts(source, node):
            return  # Its parts are looked at one by one.
        try:
            part, answers = self.part_of(source, node)
        except Unconvertible as problem:
            if not only_passes_on(source, node):
                self._refuse(self.answers_of(source.flows(node)), problem)
            return
        if not answers:
            self._container(source, node)
            return
        if any(answer.kind == "raises" for answer in answers):
            return
        if part is None:
            if self._passes_leaf(source, node):
                return
            self._refuse(
                answers, Unconvertible("the answer is used in a way that is not known", source, node)
            )
            return
        try:
            self._access(source, node, part, answers)
            if not self._shapes.is_leaf(part) or part.path == "":
                self._consumer(source, node, part, answers)
        except Unconvertible as problem:
            self._refuse(answers, problem)

    def _refuse(self, answers: tuple[Answer, ...], problem: Unconvertible) -> None:
        for answer in answers:
            answer.problems.append(problem)

    def _passes_leaf(self, source: Source, node: ast.expr) -> bool:
        """A method of a simple value (`.lower`), or something made from one."""
        for flow in source.flows(node):
            if not isinstance(flow, ResponseFlow) or flow.call not in self._answers:
                continue
            answer = self._answers[flow.call]
            part: Part | None = None
            for length in range(len(flow.path), -1, -1):
                part = self._shapes.part(answer.operation, answer.library, flow.path[:length])
                if part is not None:
                    break
            if part is None or not self._shapes.is_leaf(part):
                return False
        return True

    # --- accesses ---------------------------------------------------------------------------

    def _access(self, source: Source, node: ast.expr, part: Part, answers: tuple[Answer, ...]) -> None:
        """Convert `base.name`, `base["name"]`, `base[0]` and `getattr(base, "name")`."""
        base, default = base_of(node)
        if base is None:
            return
        above, _ = self.part_of(source, base)
        if above is None or self._shapes.is_leaf(above):
            return
        self._check_alone(source, base)
        if above.wrapper and any(not a.found for a in answers):
            # Without records suds has no list there and zeep None, and REST has an empty one.
            if catches_above(self._program, source, node, _OF_NONE):
                raise Unconvertible("a handler tells an answer without records", source, node)
        if isinstance(node, ast.Subscript) and not _is_text(node.slice):
            if above.wrapper:
                if not (isinstance(node.slice, ast.Constant) and node.slice.value == 0):
                    raise Unconvertible("a part of the answer is read by position", source, node)
                source.replace(node, lambda: source.source(base))
            return
        if self._shapes.is_attributes(part) and self._shapes.is_attributes(above) and not above.wrapper:
            return
        if self._shapes.is_attributes(above) and not above.wrapper:
            self.attributes.append(AttributeUse(source, node, part, answers))
            return
        if self._is_attribute_list(part):
            self._check_absence(source, node)
            self._reach(source, node, base, part, above)
            return
        self._named(source, node, base, part, answers, default)

    def _named(
        self,
        source: Source,
        node: ast.expr,
        base: ast.expr,
        part: Part,
        answers: tuple[Answer, ...],
        default: str | None,
    ) -> None:
        mapping = self._mapping(source, node, part)
        above, _ = self.part_of(source, base)
        assert above is not None  # noqa: S101 - the caller has looked
        if mapping is None or (mapping.rest == EACH and not self._shapes.is_leaf(part)):
            if not self._shapes.is_container(part) and not self._shapes.is_leaf(part):
                raise Unconvertible(f"nothing in REST stands for {part.path}", source, node)
            if self._shapes.is_leaf(part):
                raise Unconvertible(f"REST does not give {part.path}", source, node)
            self._reach(source, node, base, part, above)
            return
        if mapping.rest == "reread" and len(answers) == 1:
            answers[0].uses.add(part.path)
            answers[0].rereads.append((source, node))
            source.replace(node, lambda: answers[0].reread(source.source(base)))
            return
        if mapping.rest is None:
            for answer in answers:
                answer.uses.add(part.path)
            raise Unconvertible(f"REST does not give {part.path.rpartition('.')[2]}", source, node)
        if mapping.rest == "length":
            source.replace(
                node,
                lambda: source.source(base) if _is_tested(source, node) else f"len({source.source(base)})",
            )
            return
        if mapping.rest == "success" and mapping.conversion is not None:
            self._conversions.need(source, mapping.conversion)
            made, whole = mapping.conversion, _as_bool(source, node)
            source.replace(whole, lambda: self._conversions.text(source, made, source.source(base), whole))
            return
        if mapping.rest == "success":
            source.replace(node, lambda: source.source(base))
            return
        if not mapping.rest.startswith("["):
            for answer in answers:
                answer.uses.add(mapping.rest)
            raise Unconvertible(
                f"{part.path.rpartition('.')[2]} has no place in a REST answer of all pages", source, node
            )
        self._leaf(source, node, base, self._shapes.below(part, above), mapping, answers, default)

    def _mapping(self, source: Source, node: ast.expr, part: Part) -> PathMap | None:
        """The rule's line for a part; operations whose answers come together must agree on it."""
        mapping = self._shapes.mapping(part)
        for flow in source.flows(node):
            if isinstance(flow, ResponseFlow) and flow.call in self._answers:
                answer = self._answers[flow.call]
                other = self._shapes.part(answer.operation, answer.library, flow.path)
                line = self._shapes.mapping(other) if other is not None else None
                if (line and (line.rest, line.values, line.conversion)) != (
                    mapping and (mapping.rest, mapping.values, mapping.conversion)
                ):
                    raise Unconvertible("answers of different calls come together here", source, node)
        return mapping

    def _reach(self, source: Source, node: ast.expr, base: ast.expr, part: Part, above: Part) -> None:
        """Convert the access of a part that is an object or list."""
        keys = self._shapes.below(part, above)
        conversion = self._shapes.list_conversion(part) if keys else None
        if conversion is None:
            source.replace(node, lambda: source.source(base) + _keyed(source, keys))
            return
        self._conversions.need(source, conversion)
        made = conversion
        source.replace(
            node,
            lambda: self._conversions.text(source, made, source.source(base) + _keyed(source, keys), node),
        )

    def _leaf(
        self,
        source: Source,
        node: ast.expr,
        base: ast.expr,
        keys: tuple[str, ...],
        mapping: PathMap,
        answers: tuple[Answer, ...],
        default: str | None,
    ) -> None:
        first = (mapping.rest or "").removeprefix("[].").partition(".")[0].removesuffix(EACH)
        for answer in answers:
            answer.fields.add(first)
        if mapping.conversion is not None:
            self._conversions.need(source, mapping.conversion)
            if "ACTIVITY_TYPES" in mapping.conversion:
                table = self._tables.activities.setdefault(source.path, {})
                for answer in answers:
                    table.update(answer.activities)
        if mapping.values and self._compared(source, node, mapping, base, keys, answers):
            return

        if default is not None and (mapping.values or mapping.conversion is not None):
            raise Unconvertible(f"{mapping.soap.rpartition('.')[2]} is read with a default", source, node)
        # zeep gives None for what is not there, whatever the default; REST leaves out what a skipped record lacks.
        fallback = default if default not in (None, "None") and answers[0].library == "suds" else None
        optional = default is not None or (
            (mapping.rest == _REASON and is_written(source, node, base) is not False)
            or (mapping.missing is not None and is_written(source, node, base) is not True)
        )
        if optional and mapping.missing is not None and any(a.operation.endswith("/ids") for a in answers):
            raise Unconvertible(
                "SOAP told the id of a lead that could not be written, and REST does not", source, node
            )
        if mapping.identifier and _is_number(source, node):
            raise Unconvertible(
                f"{mapping.soap.rpartition('.')[2]} is used as a number, and REST gives a text", source, node
            )

        def make() -> str:
            text = source.source(base)
            if not optional:
                return self._as_soap(source, text + _keyed(source, keys), mapping, answers, node)
            if mapping.missing not in (None, "None"):
                return f"{text}.get({source.literal(keys[0])}, {mapping.missing})"
            text = f"{text}{_keyed_or_none(source, keys)}"
            return text if fallback is None else _in_brackets(source, node, f"{text} or {fallback}")

        source.replace(node, make)

    def _as_soap(
        self, source: Source, text: str, mapping: PathMap, answers: tuple[Answer, ...], node: ast.AST
    ) -> str:
        """The value as SOAP wrote it."""
        if mapping.conversion is not None:
            return self._conversions.text(source, mapping.conversion, text, node)
        if not mapping.values:
            return text
        renamed = [(soap, rest) for soap, rest in mapping.values if rest is not None and soap != rest.upper()]
        if not renamed or (
            len(renamed) == 1 and renamed[0][1] == "skipped" and all(a.found for a in answers)
        ):
            return f"{text}.upper()"
        pairs = [(rest, soap) for soap, rest in mapping.values if rest is not None]
        seen: dict[str, str] = {}
        for rest, soap in pairs:
            seen.setdefault(rest, soap)
        self._tables.statuses.setdefault(source.path, {}).update(seen)
        return f"SOAP_STATUS[{text}]"

    def _compared(
        self,
        source: Source,
        node: ast.expr,
        mapping: PathMap,
        base: ast.expr,
        keys: tuple[str, ...],
        answers: tuple[Answer, ...],
    ) -> bool:
        """`status == "CREATED"`: the constants become REST's."""
        parent = source.parent(node)
        if not isinstance(parent, ast.Compare) or len(parent.ops) != 1:
            return False
        values = dict(mapping.values)
        others = [parent.comparators[0]] if parent.left is node else [parent.left]
        constants: list[ast.Constant] = []
        for other in others:
            if isinstance(other, ast.List | ast.Tuple | ast.Set) and isinstance(
                parent.ops[0], ast.In | ast.NotIn
            ):
                constants.extend(e for e in other.elts if isinstance(e, ast.Constant))
                if len(constants) != len(other.elts):
                    return False
            elif isinstance(other, ast.Constant) and isinstance(parent.ops[0], ast.Eq | ast.NotEq):
                constants.append(other)
            else:
                return False
        if any(values.get(str(c.value)) is None for c in constants):
            return False
        for constant in constants:
            rest = values[str(constant.value)]
            source.replace(constant, lambda rest=rest: source.literal(rest or ""))  # type: ignore[misc]

        def make() -> str:
            return source.source(base) + _keyed(source, keys)

        source.replace(node, make)
        return True

    def _check_alone(self, source: Source, node: ast.expr) -> None:
        """Only answers of converted calls (or None) may flow here."""
        if is_given_here(source, node, self._answers):
            return
        for flow in source.flows(node):
            if isinstance(flow, ResponseFlow) and flow.call in self._answers:
                continue
            if flow == NumberFlow("None"):
                continue
            if isinstance(flow, ResponseFlow):
                raise Unconvertible("the answer of a call that stays with SOAP comes here too", source, node)
            raise Unconvertible("something else than a SOAP answer can come here too", source, node)

    # --- consumers --------------------------------------------------------------------------

    def _consumer(self, source: Source, node: ast.expr, part: Part, answers: tuple[Answer, ...]) -> None:
        """Check and convert how a part that is no simple value is used by the code around it."""
        parent = source.parent(node)
        if self._shapes.is_attributes(part) and not part.is_list and not part.wrapper:
            self._attribute_object(source, node, parent)
            return
        is_attributes = self._shapes.is_attributes(part)
        if self._is_attribute_list(part):
            lists = self._lists(source)
            if lists.only_chooses(node):
                source.replace(node, lambda: source.source(lead_of(node)))
            if is_test(source, node) and lists.decides(node):
                self.attribute_tests.append(AttributeUse(source, node, part, answers))
            elif is_test(source, node):
                self.idle_tests.append((source, node))
        match parent:
            case ast.Attribute(attr="sort"):
                call = source.parent(parent)
                if isinstance(call, ast.Call) and call.func is parent:
                    self._check_functions(source, node, call)
            case ast.Attribute() | ast.Await() | ast.Expr() | ast.NamedExpr():
                return
            case ast.Subscript(value=value) if value is node:
                if is_attributes and not part.wrapper and not isinstance(parent.slice, ast.Slice):
                    raise Unconvertible("an attribute is read by its position", source, parent)
                return
            case ast.Assign() | ast.AnnAssign():
                return
            case ast.Return() | ast.Yield():
                self._returned(source, node)
            case ast.YieldFrom() if part.is_list and not is_attributes:
                self._returned(source, node)
            case ast.For(iter=iterable) | ast.AsyncFor(iter=iterable) if iterable is node:
                self._iterated(source, node, part, answers)
            case ast.comprehension(iter=iterable) if iterable is node:
                self._iterated(source, node, part, answers)
            case ast.If() | ast.While() | ast.IfExp() | ast.BoolOp() | ast.Assert():
                self._tested(source, node, part)
            case ast.UnaryOp(op=ast.Not()):
                self._tested(source, node, part)
            case ast.Compare():
                self._comparison(source, node, parent, part)
            case ast.Call():
                self._argument(source, node, parent, part, answers)
            case ast.keyword():
                call = source.parent(parent)
                if isinstance(call, ast.Call):
                    self._argument(source, node, call, part, answers)
            case (
                ast.List()
                | ast.Tuple()
                | ast.Dict()
                | ast.Set()
                | ast.ListComp()
                | ast.GeneratorExp()
                | ast.SetComp()
            ):
                return
            case ast.DictComp():
                return
            case ast.Lambda() if self._is_called_here(source, parent):
                return
            case ast.comprehension():
                self._tested(source, node, part)
            case ast.FormattedValue():
                if part.is_root and answers[0].kind == "flag":
                    return
                raise Unconvertible("the answer itself is put into a text", source, node)
            case _:
                if answers[0].kind == "flag":
                    return
                raise Unconvertible("the answer leaves the code that can be followed", source, node)

    def _is_called_here(self, source: Source, node: ast.Lambda) -> bool:
        """Whether a function is handed to one of the program, which what it gives can be followed through."""
        call = source.parent(node)
        call = source.parent(call) if isinstance(call, ast.keyword) else call
        return isinstance(call, ast.Call) and self._program.called(source, call) is not None

    def _is_attribute_list(self, part: Part) -> bool:
        return self._shapes.is_attributes(part) and (part.wrapper or part.is_list)

    def _lists(self, source: Source) -> AbsentLists:
        def is_list(node: ast.expr) -> bool:
            try:
                part, _ = self.part_of(source, node)
            except Unconvertible:
                return False
            return part is not None and self._is_attribute_list(part)

        return AbsentLists(source, is_list)

    def _check_absence(self, source: Source, node: ast.expr) -> None:
        """A handler must not tell that SOAP gave no attributes of a lead."""
        for attempt, handler in handlers_of(source, node, _OF_NONE):
            if self._lists(source).handler_decides(attempt, handler):
                raise Unconvertible("a handler tells a lead without attributes", source, node)

    def _attribute_object(self, source: Source, node: ast.expr, parent: ast.AST | None) -> None:
        if isinstance(parent, ast.Attribute | ast.Subscript) or (
            isinstance(parent, ast.Call) and base_of(parent)[0] is node
        ):
            return
        raise Unconvertible("an attribute of a lead is handed on as an object", source, node)

    def _returned(self, source: Source, node: ast.expr) -> None:
        function = source.function(node)
        if function is None:
            return
        others = [
            pair for pair in self._program.mentions(source, function) if not _is_given_back(*pair, function)
        ]
        if not self._program.callers(source, function) or others:
            if function.name.startswith("_") or is_property(function):
                return
            raise Unconvertible(
                f"{function.name}() returns the answer to code that is not part of what was scanned",
                source,
                node,
            )

    def _iterated(self, source: Source, node: ast.expr, part: Part, answers: tuple[Answer, ...]) -> None:
        if self._shapes.is_attributes(part):
            self.attribute_lists.append(AttributeUse(source, node, part, answers))
            return
        if not part.is_list:
            raise Unconvertible("an answer object is iterated over", source, node)

    def _tested(self, source: Source, node: ast.expr, part: Part) -> None:
        """A truth test; SOAP's answer object was always true."""
        answers = self.answers_of(source.flows(node))
        if not part.is_root or part.is_list or part.wrapper or not any(map(_may_be_empty, answers)):
            return
        parent = source.parent(node)
        if not isinstance(node, _ATOMS) or not _only_truth_counts(source, node):
            raise Unconvertible("the answer itself is tested for truth", source, node)
        if (
            isinstance(parent, ast.BoolOp)
            and NumberFlow("None") in source.flows(node)
            and not _only_truth_counts(source, parent)
        ):
            raise Unconvertible("an answer, or None where there is none, is handed on", source, node)
        if isinstance(parent, ast.UnaryOp):
            source.replace(parent, lambda: f"{source.source(node)} is None")
            return
        walrus = isinstance(node, ast.NamedExpr)
        source.replace(
            node,
            lambda: f"({source.inner(node)}) is not None" if walrus else f"{source.inner(node)} is not None",
        )

    def _comparison(self, source: Source, node: ast.expr, parent: ast.Compare, part: Part) -> None:
        if len(parent.ops) == 1 and isinstance(parent.comparators[0], ast.Constant) and parent.left is node:
            if parent.comparators[0].value is None and (part.is_list or part.wrapper):
                absent = isinstance(parent.ops[0], ast.Is | ast.Eq)
                source.replace(
                    parent,
                    lambda: (
                        f"not {source.source(node)}"
                        if absent
                        else _as_truth(source, parent, source.source(node))
                    ),
                )
                return
            if parent.comparators[0].value is None:
                return
        simple = part.is_list and self._shapes.is_leaf(replace(part, is_list=False))
        if simple and isinstance(parent.ops[0], ast.In | ast.NotIn) and parent.comparators[-1] is node:
            return
        if (
            isinstance(parent.ops[0], ast.In)
            and parent.comparators[-1] is node
            and isinstance(parent.left, ast.Constant)
        ):
            self._contains(source, node, parent, part)
            return
        answers = self.answers_of(source.flows(node))
        if answers and answers[0].kind == "flag" and self._shapes.is_leaf(part):
            return
        raise Unconvertible("the answer itself is compared", source, parent)

    def _contains(self, source: Source, node: ast.expr, parent: ast.Compare, part: Part) -> None:
        """`"Email" in record`: whether the answer has that element."""
        left = parent.left
        name = left.value if isinstance(left, ast.Constant) else None
        below = self._shapes.step(part, name) if isinstance(name, str) else None
        if below is None or part.is_list:
            raise Unconvertible("the answer is searched", source, parent)
        self._present(source, parent, node, below)

    def _present(self, source: Source, whole: ast.expr, base: ast.expr, below: Part) -> None:
        mapping = self._shapes.mapping(below)
        if mapping is not None and (mapping.rest or "").startswith("[].reasons"):
            raise Unconvertible("SOAP gave every item an error, None where there was none", source, whole)
        if (
            self._shapes.is_leaf(below)
            and mapping is not None
            and mapping.rest
            and mapping.rest.startswith("[].")
        ):
            key = mapping.rest.removeprefix("[].").partition(".")[0].removesuffix("[]")
            for answer in self.answers_of(source.flows(base)):
                answer.fields.add(key)
            source.replace(whole, lambda: f"{source.source(base)}.get({source.literal(key)}) is not None")
            return
        if not self._shapes.is_leaf(below):
            source.replace(whole, lambda: _as_truth(source, whole, source.source(base)))
            return
        raise Unconvertible("the answer is asked for an element that REST does not give", source, whole)

    def _argument(
        self, source: Source, node: ast.expr, call: ast.Call, part: Part, answers: tuple[Answer, ...]
    ) -> None:
        if call.func is node:
            raise Unconvertible("the answer is called", source, call)
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in ("getattr", "hasattr") and call.args and call.args[0] is node:
            if name == "hasattr":
                self._has(source, node, call, part)
            return
        if name == "dict" and self._shapes.is_attributes(part):
            raise Unconvertible("a dict is made of attribute objects", source, call)
        if name == "len" and self._shapes.is_attributes(part):
            raise Unconvertible("the attributes of a lead are counted", source, call)
        if name in _SAME and (part.is_list or (name == "next")):
            self._check_functions(source, node, call)
            if self._shapes.is_attributes(part):
                raise Unconvertible("the attributes of a lead are handed to a function", source, call)
            return
        if name == "len" and (part.is_list or part.wrapper):
            return
        if part.is_list and self._shapes.is_leaf(replace(part, is_list=False)):
            return
        if name in _TRUTH:
            self._tested(source, node, part)
            return
        found = self._program.called(source, call)
        if found is not None:
            return
        if len(call.args) <= 2 and set(externals(source.flows(call.func))) & _AS_PLAIN:
            source.replace(call, lambda: source.source(call.args[0]))
            return
        if isinstance(call.func, ast.Attribute) and call.func.attr in (
            "append",
            "extend",
            "add",
            "appendleft",
            "put",
        ):
            if any(isinstance(flow, ContainerFlow) for flow in source.flows(call.func.value)):
                return
        if answers and answers[0].kind == "flag":
            return
        raise Unconvertible("the answer is handed to code that cannot be followed", source, call)

    def _check_functions(self, source: Source, node: ast.expr, call: ast.Call) -> None:
        """Functions that sort or choose the items of an answer must be ones that are looked through."""
        others = [keyword.value for keyword in call.keywords if keyword.arg == "key"]
        if getattr(call.func, "id", "") in ("map", "filter") and call.args:
            others.append(call.args[0])
        for other in others:
            if isinstance(other, ast.Lambda) or other is node or self._program.names_function(source, other):
                continue
            raise Unconvertible("the answer is handed to a function that cannot be followed", source, other)

    def _has(self, source: Source, node: ast.expr, call: ast.Call, part: Part) -> None:
        name = call.args[1] if len(call.args) == 2 else None
        text = name.value if isinstance(name, ast.Constant) else None
        below = self._shapes.step(part, text) if isinstance(text, str) else None
        if below is None:
            raise Unconvertible("hasattr() asks for an element that is not known", source, call)
        self._present(source, call, node, below)

    # --- containers -------------------------------------------------------------------------

    def _container(self, source: Source, node: ast.expr) -> None:
        """A list or dict of the user's that holds parts of answers must stay where it can be followed."""
        held: list[ResponseFlow] = []
        for flow in source.flows(node):
            if isinstance(flow, ContainerFlow):
                held.extend(h for h in flow.holds if h.call in self._answers)
        objects = [h for h in held if not self._is_leaf_flow(h)]
        if not objects:
            return
        answers = tuple(self._answers[h.call] for h in objects)
        if all(answer.soap_form is not None for answer in answers):
            try:
                self._soap_forms.check_use(source, node)
            except Unconvertible as problem:
                self._refuse(answers, problem)
            return
        parent = source.parent(node)
        match parent:
            case ast.Call(func=func) if func is not node:
                name = func.id if isinstance(func, ast.Name) else ""
                known = self._program.called(source, parent) is not None
                if name in ("any", "all") and any(
                    h.path == () and _may_be_empty(self._answers[h.call]) for h in objects
                ):
                    self._refuse(
                        answers, Unconvertible("answers themselves are tested for truth", source, parent)
                    )
                if name in _SAME:
                    try:
                        self._check_functions(source, node, parent)
                    except Unconvertible as problem:
                        self._refuse(answers, problem)
                if known or name in _SAME | _TRUTH | {"len"}:
                    return
                if isinstance(func, ast.Attribute) and any(
                    isinstance(f, ContainerFlow) for f in source.flows(func.value)
                ):
                    return
                self._refuse(
                    answers,
                    Unconvertible(
                        "a list of answers is handed to code that cannot be followed", source, parent
                    ),
                )
            case ast.Return() | ast.Yield():
                try:
                    self._returned(source, node)
                except Unconvertible as problem:
                    self._refuse(answers, problem)
            case ast.FormattedValue() | ast.BinOp(op=ast.Mod()):
                self._refuse(answers, Unconvertible("a list of answers is put into a text", source, parent))
            case ast.Attribute(attr="sort"):
                call = source.parent(parent)
                try:
                    if isinstance(call, ast.Call) and call.func is parent:
                        self._check_functions(source, node, call)
                except Unconvertible as problem:
                    self._refuse(answers, problem)
            case _:
                return

    def _is_leaf_flow(self, flow: ResponseFlow) -> bool:
        answer = self._answers[flow.call]
        part = self._shapes.part(answer.operation, answer.library, flow.path)
        return part is None or self._shapes.is_leaf(part)


def _only_truth_counts(source: Source, node: ast.AST) -> bool:
    """Whether a value cannot be what the `and` or `or` around it comes to, except for its truth."""
    choice = source.parent(node)
    if not isinstance(choice, ast.BoolOp):
        return isinstance(node, ast.expr) and is_test(source, node)
    if isinstance(choice.op, ast.And) and choice.values[-1] is not node:
        return True
    return _only_truth_counts(source, choice)


def _may_be_empty(answer: Answer) -> bool:
    """Whether REST's list may be empty, and so not be true, where SOAP's answer always was."""
    return answer.kind == "list" and not answer.found


def _keyed_or_none(source: Source, keys: tuple[str, ...]) -> str:
    """Access by keys that may be missing."""
    if len(keys) == 1:
        return f".get({source.literal(keys[0])})"
    first, *rest = keys
    return f".get({source.literal(first)}, [{{}}])[0]" + "".join(
        f".get({source.literal(k)})" for k in rest if k != "0"
    )


def _is_number(source: Source, node: ast.expr) -> bool:
    """Whether something is calculated of a value, or compared in size."""
    match source.parent(node):
        case ast.Compare(ops=ops):
            return any(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in ops)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return "%d" in text
        case ast.Tuple() as values:
            match source.parent(values):
                case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
                    return "%d" in text
            return False
        case ast.BinOp() | ast.UnaryOp(op=ast.USub()):
            return True
        case ast.FormattedValue(format_spec=spec):
            return spec is not None
        case ast.Call(func=ast.Name(id="int" | "float" | "sum" | "max" | "min" | "hex" | "isinstance")):
            return True
    return False


def _in_brackets(source: Source, node: ast.AST, text: str) -> str:
    """Bring an `or` into an expression."""
    plain = (ast.Assign, ast.Return, ast.keyword, ast.Call, ast.Tuple, ast.List)
    parent = source.parent(node)
    inside = isinstance(parent, plain) and not (isinstance(parent, ast.Call) and parent.func is node)
    return text if inside else f"({text})"


def _as_bool(source: Source, node: ast.expr) -> ast.expr:
    """The `bool(…)` around an expression, which has no use around a truth value."""
    match source.parent(node):
        case ast.Call(func=ast.Name(id="bool"), args=[only], keywords=[]) as call if only is node:
            return call
    return node


def _is_tested(source: Source, node: ast.AST) -> bool:
    """Whether only the truth of an expression counts, so that a list does as well as its length."""
    match source.parent(node):
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            return test is node
        case ast.UnaryOp(op=ast.Not()):
            return True
        case _:
            return False


def _keyed(source: Source, keys: tuple[str, ...]) -> str:
    """`["name"][0]`."""
    return "".join(f"[{key}]" if key.isdigit() else f"[{source.literal(key)}]" for key in keys)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _as_truth(source: Source, node: ast.AST, text: str) -> str:
    """A truth value: the text itself where only its truth counts."""
    parent = source.parent(node)
    if isinstance(parent, ast.If | ast.While | ast.Assert) or (
        isinstance(parent, ast.IfExp) and parent.test is node
    ):
        return text
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return text
    if isinstance(parent, ast.BoolOp) and isinstance(source.parent(parent), ast.If | ast.While | ast.IfExp):
        return text
    return f"bool({text})"


def _once(source: Source, node: ast.BoolOp) -> str:
    """A choice between operands, of which those that are the same name stand once."""
    texts = [source.source(value) for value in node.values]
    kept = [
        text for index, text in enumerate(texts) if text not in texts[:index] or not _NAMED.fullmatch(text)
    ]
    if len(kept) == len(texts):
        return source.inner(node)
    return (" and " if isinstance(node.op, ast.And) else " or ").join(kept)


def _is_given_back(source: Source, node: ast.expr, function: FunctionNode) -> bool:
    """Whether a decorator returns the function that it makes."""
    outer = source.function(function)
    return (
        outer is not None and isinstance(source.parent(node), ast.Return) and source.function(node) is outer
    )
