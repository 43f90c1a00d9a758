"""Writes the REST call in place of the SOAP call, and the checks that keep SOAP's faults."""

import ast
from collections.abc import Callable
from functools import cached_property, partial

from marketo_migrate.model.record import record
from marketo_migrate.model.rules import OperationRule, Rewriting, Variant
from marketo_migrate.rewrite.addresses import with_addresses, written_addresses
from marketo_migrate.rewrite.answers import Answer
from marketo_migrate.rewrite.beside import Beside
from marketo_migrate.rewrite.faults import Faults, names_bound
from marketo_migrate.rewrite.functions import PREFIX, Functions
from marketo_migrate.rewrite.handlers import catches, names_of
from marketo_migrate.rewrite.layout import LINE_LIMIT, fit
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.purity import Purity
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.rendering import Renderer
from marketo_migrate.rewrite.simplify import simplified
from marketo_migrate.rewrite.sites import Call
from marketo_migrate.rewrite.source import FunctionNode, Source, walk_scope
from marketo_migrate.rewrite.targets import Target
from marketo_migrate.rewrite.tree import Each, Items, Leaf, Node, Record, Unpacked

_LOOKUPS = frozenset({"LookupError", "IndexError", "KeyError", "RuntimeError", "TypeError", "AttributeError"})
_CHECKS = {"found": "existing_leads", "written": "written_lead"}
_VARIABLES = {"found": ("leads", "found", "matches"), "written": ("result", "outcome", "synced")}


@record
class _Guard:
    """How a call is checked: the variable it is hoisted into for that, or the function that it is handed to."""

    variable: str | None = None
    function: str | None = None


class CallWriter:
    """Writes calls for one target."""

    def __init__(
        self,
        program: Program,
        target: Target,
        renderer: Renderer,
        purity: Purity,
        faults: Faults,
        target_name: str,
        helpers: Functions,
        beside: Beside | None = None,
    ) -> None:
        self._purity = purity
        self._helpers = helpers
        self._beside = beside
        self._program = program
        self._target = target
        self._renderer = renderer
        self._faults = faults
        self._name = target_name
        self._calls: dict[int, tuple[Source, ast.Call]] = {}
        self._placed: set[int] = set()

    def forget_placed(self) -> None:
        """Begin to note which calls get into the text."""
        self._placed.clear()

    def check_placed(self) -> None:
        """Raise `Unconvertible` where the text that was written lacks a call: it was made, and must still be."""
        for key, (source, node) in self._calls.items():
            if key not in self._placed:
                raise Unconvertible("the call would not be made any more", source, node)

    def write(
        self,
        call: Call,
        rule: OperationRule,
        variant: Variant,
        request: Record,
        answer: Answer,
    ) -> None:
        """Replace a call; its answer's fields are known."""
        source, node = call.source, call.node
        rewriting = variant.rewrite
        if rewriting is None or self._name not in rewriting.calls:
            raise Unconvertible(f"there is no rewrite for {self._name}", source, node)
        template = rewriting.calls[self._name]
        if rewriting.maybe_empty is not None and not _has_items(request, rewriting.maybe_empty):
            template = rewriting.calls_maybe_empty.get(self._name, template)
        self._helpers.note(source, template)
        parent = source.parent(node)
        if isinstance(parent, ast.Await):
            raise Unconvertible("the call is asynchronous, and the REST client is not", source, node)
        given = self._values(call, rewriting, answer)

        def text() -> str:
            def filled(part: str) -> str:
                return self._renderer.template(part, request, rule, source, given, rewriting.fields)

            marked, addresses = written_addresses(template, filled, source.quote)
            whole = simplified(with_addresses(filled(marked), addresses))
            whole = whole if guard.function is None else f"{guard.function}({whole})"
            return f"{whole}[{source.literal(answer.leaf)}]" if answer.leaf is not None else whole

        behind = rewriting.after.get(self._name)
        if behind is not None:
            self._helpers.note(source, behind)

        def formed(written: str) -> str:
            if answer.soap_form is None:
                return written
            return self._renderer.template(
                answer.soap_form,
                request,
                rule,
                source,
                lambda path: written if path == "result" else given(path),
            )

        if answer.soap_form is not None:
            self._helpers.note(source, answer.soap_form)

        def after(variable: str) -> list[str]:
            if behind is None:
                return []
            indent = source.indent(source.statement(node))
            written = self._renderer.template(
                behind, request, rule, source, lambda path: variable if path == "result" else given(path)
            )
            return fit(
                written, column=len(indent), after=0, indent="", unit=source.indent_unit, limit=LINE_LIMIT
            ).split("\n")

        if request.unpacked is not None:
            self._fill(source, template, request.unpacked, request, rule)
        if answer.rereads:
            self._reread(call, rewriting, answer, request, rule)
        guard = self._guard(source, node, rewriting, request, after, answer)
        variable = guard.variable

        self._calls[id(node)] = (source, node)

        def placed() -> str:
            self._placed.add(id(node))
            statement = source.statement(node)
            written = formed(text()) if variable is None else text()
            if variable is None and source.in_text(node):
                return written
            column = source.span(node)[0] - source.line_start(node.lineno)
            end = source.span(node)[1]
            line_end = source.line_start(source.line_of(end) + 1)
            after = len(source.text[end:line_end].rstrip())
            if variable is not None and own is None:
                return formed(variable)
            if variable is not None:
                written = f"{variable} = {written}"
            return fit(
                written,
                column=column,
                after=after,
                indent=source.indent(statement),
                unit=source.indent_unit,
                limit=LINE_LIMIT,
            )

        statement = source.statement(node)
        own = statement if isinstance(statement, ast.Expr) and statement.value is node else None
        source.replace(node, placed)
        comments = source.comments_in(node)
        if comments and not source.text[source.span(statement)[0] :].startswith("elif"):
            source.insert_before(statement, lambda: comments)
        if variable is not None and own is not None:
            check = self._check(source, node, rewriting.guard, variable, request)
            source.insert_after(own, lambda: [*check, *after(variable)])
        elif variable is not None:
            indent = source.indent(statement)
            check = self._check(source, node, rewriting.guard, variable, request)

            def lines() -> list[str]:
                whole = fit(
                    f"{variable} = {text()}",
                    column=len(indent),
                    after=0,
                    indent="",
                    unit=source.indent_unit,
                    limit=LINE_LIMIT,
                )
                return [*whole.split("\n"), *check, *after(variable)]

            source.insert_before(statement, lines)

    def _fill(
        self, source: Source, template: str, unpacked: Unpacked, request: Record, rule: OperationRule
    ) -> None:
        """Give the dict that the call unpacks REST's names and values, where it is made and filled."""

        def text(place: ast.AST, entries: list[tuple[str, Node]]) -> str:
            found = [
                self._renderer.entry(template, name, node, request, rule, source) for name, node in entries
            ]
            display = "{" + ", ".join(f"{source.literal(key)}: {value}" for key, value in found) + "}"
            if isinstance(place, ast.Assign):
                ((key, value),) = found
                written = f"{unpacked.variable}[{source.literal(key)}] = {value}"
            else:
                written = f"{unpacked.variable}.update({display})" if isinstance(place, ast.stmt) else display
            statement = source.statement(place)
            return fit(
                written,
                column=source.span(place)[0] - source.line_start(statement.lineno),
                after=0,
                indent=source.indent(statement),
                unit=source.indent_unit,
                limit=LINE_LIMIT,
            )

        for place, entries in unpacked.writes:
            source.replace(place, partial(text, place, entries))

    def _reread(
        self, call: Call, rewriting: Rewriting, answer: Answer, request: Record, rule: OperationRule
    ) -> None:
        """Arrange for the second call that reads the record which was written."""
        source, given = call.source, self._values(call, rewriting, answer)
        template = rewriting.reread.get(self._name)
        at, node = answer.rereads[0]
        if template is None or len(answer.rereads) > 1:
            raise Unconvertible("the record that was written is read in several places", at, node)
        if at is not source or source.function(node) is not source.function(call.node):
            raise Unconvertible("the record that was written is read in another function", at, node)
        answer.fields -= {"status", "reasons"}
        fields = source.literal(",".join(self._fields(answer)))

        def reread(result: str) -> str:
            own = {"result": result, "fields": fields}
            written = self._renderer.template(
                template, request, rule, source, lambda path: own.get(path) or given(path)
            )
            return fit(
                written,
                column=source.span(node)[0] - source.line_start(node.lineno),
                after=0,
                indent=source.indent(source.statement(node)),
                unit=source.indent_unit,
                limit=LINE_LIMIT,
            )

        answer.reread = reread

    def _values(self, call: Call, rewriting: Rewriting, answer: Answer) -> Callable[[str], str | None]:
        """What the placeholders stand for that no request gives."""
        source = call.source
        fields: str | None = source.literal(",".join(self._fields(answer)))
        if rewriting.fields and not answer.fields:
            fields = None

        def given(path: str) -> str | None:
            if path == "client":
                return self._beside.text(source) if self._beside is not None else call.service()
            if path.startswith(PREFIX):
                return self._helpers.name(source, path.removeprefix(PREFIX))
            if path == "fields" and answer.whole:
                return f"lead_fields({given('client')})"
            return fields if path == "fields" else None

        return given

    def _fields(self, answer: Answer) -> list[str]:
        first = [name for name in ("id", "email") if name in answer.fields]
        rest = sorted(name for name in answer.fields if name not in ("id", "email"))
        return [*first, *rest] or ["id"]

    def _guard(
        self,
        source: Source,
        node: ast.Call,
        rewriting: Rewriting,
        request: Record,
        after: Callable[[str], list[str]],
        answer: Answer,
    ) -> _Guard:
        """Arrange for what follows the call."""
        guard = rewriting.guard
        if guard is None and not rewriting.after:
            return _Guard()
        statement = source.statement(node)
        # The checks cannot look at an answer in SOAP's form.
        plain = isinstance(statement, ast.Assign) and statement.value is node and answer.soap_form is None
        if isinstance(statement, ast.Assign) and plain and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name) and not _is_seen_after_failure(source, statement, target.id):
                check = self._check(source, node, guard, target.id, request)
                source.insert_after(statement, lambda: [*check, *after(target.id)])
                return _Guard()
        added = isinstance(statement, ast.AugAssign) and not all(
            self._purity.expression(source, argument)
            for argument in (*node.args, *(k.value for k in node.keywords))
        )
        if not added and can_hoist(source, node, statement) and self._is_first(source, node, statement):
            return _Guard(variable=self._free_name(source, node, guard or "written"))
        handled = self._faults.wanted or self._catches_lookup(source, node)
        if guard == "found" and _is_indexed(source, node) and not handled:
            return _Guard()
        if guard is None or rewriting.after or answer.rereads:
            raise Unconvertible(
                "something has to follow the call, and there is no room for it here", source, node
            )
        return _Guard(function=self._helpers.check(source, _CHECKS[guard], handled=handled))

    def _is_first(self, source: Source, node: ast.Call, statement: ast.stmt) -> bool:
        """Whether nothing that a statement does before the call has an effect."""
        inner: ast.AST = node
        for outer in source.ancestors(node):
            parts = outer.value if isinstance(outer, ast.Assign | ast.AnnAssign) else outer
            for child in ast.iter_child_nodes(parts) if parts is outer and parts is not None else ():
                if child is inner:
                    break
                if not self._purity.expression(source, child):
                    return False
            if outer is statement:
                return True
            inner = outer
        return True

    def _check(
        self, source: Source, node: ast.Call, guard: str | None, variable: str, request: Record
    ) -> list[str]:
        if guard is None:
            return []
        handled = self._faults.wanted or self._catches_lookup(source, node)
        unit = source.indent_unit
        if guard == "found":
            test = f"not {variable}"
            raising = self._target.raise_not_found(source, self._message(source, request), handled=handled)
        else:
            test = f"{variable}[{source.literal('status')}] == {source.literal('skipped')}"
            raising = self._target.raise_skipped(source, variable, handled=handled)
        column = len(source.indent(source.statement(node))) + len(unit)
        raising = fit(raising, column=column, after=0, indent=unit, unit=unit, limit=LINE_LIMIT)
        return [f"if {test}:", *(unit + raising).split("\n")]

    def _catches_lookup(self, source: Source, node: ast.AST) -> bool:
        """Whether a handler would catch our exception that let SOAP's fault pass; callers have such handlers too."""
        if catches(source, node, _LOOKUPS):
            return True
        return self._handles_lookup

    @cached_property
    def _handles_lookup(self) -> bool:
        return any(
            names_of(handler) & {"LookupError", "RuntimeError"}
            for source in self._program.sources.values()
            for handler in source.of(ast.ExceptHandler)
        )

    def _message(self, source: Source, request: Record) -> str:
        key = request.fields.get("leadKey")
        value = key.fields.get("keyValue") if isinstance(key, Record) else None
        kind = key.fields.get("keyType") if isinstance(key, Record) else None
        if isinstance(value, Leaf) and isinstance(kind, Leaf) and kind.constant:
            if value.is_constant:
                return source.literal(f"No lead found with {kind.constant} = {value.constant}")
            text = value.text()
            if "\n" not in text and len(text) < 40 and "(" not in text:
                return f"{source.literal(f'No lead found with {kind.constant} = %s')} % {_operand(text)}"
        return source.literal("Lead not found")

    def _free_name(self, source: Source, node: ast.Call, guard: str) -> str:
        scope = source.function(node) or source.tree
        used = names_bound(scope)
        return next((name for name in _VARIABLES[guard] if name not in used), f"{_VARIABLES[guard][0]}_found")


def _has_items(request: Record, path: str) -> bool:
    """Whether the list at a path of a request surely has items."""
    node: Node | None = request
    for name in path.split("."):
        node = node.fields.get(name) if isinstance(node, Record) else None
    return isinstance(node, Items) and any(not isinstance(item, Each) for item in node.items)


def _operand(text: str) -> str:
    """A value behind `%`: a tuple or an operator would be read differently."""
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError:
        return f"({text},)"
    simple = isinstance(node, ast.Name | ast.Attribute | ast.Constant | ast.Subscript)
    return text if simple else f"({text},)"


def can_hoist(source: Source, node: ast.Call, statement: ast.stmt) -> bool:
    """Whether a call may be made in a statement of its own before the one it stands in."""
    if not isinstance(
        statement,
        ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return | ast.Expr | ast.If | ast.For | ast.Raise,
    ):
        return False
    if isinstance(statement, ast.If):
        if source.text[source.span(statement)[0] :].startswith("elif"):
            return False
    if not source.owns_lines(statement) and not isinstance(statement, ast.If | ast.For):
        return False
    if isinstance(source.parent(statement), ast.ClassDef):
        return False
    line = source.line_text(statement.lineno)
    if line[: source.span(statement)[0] - source.line_start(statement.lineno)].strip():
        return False
    inner: ast.AST = node
    for outer in source.ancestors(node):
        if outer is statement:
            if isinstance(outer, ast.If):
                return inner is outer.test
            if isinstance(outer, ast.For):
                return inner is outer.iter
            return True
        if isinstance(outer, ast.Lambda | ast.IfExp):
            return False
        if isinstance(outer, ast.BoolOp) and inner is not outer.values[0]:
            return False
        if isinstance(outer, ast.comprehension):
            holder = source.parent(outer)
            if inner is not outer.iter or getattr(holder, "generators", [None])[0] is not outer:
                return False
        elif isinstance(outer, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            if not isinstance(inner, ast.comprehension):
                return False
        inner = outer
    return False


def _is_seen_after_failure(source: Source, statement: ast.stmt, name: str) -> bool:
    """Whether a variable may be read after its assignment was followed by an exception that is caught here.

    It must not hold the answer then that is refused.
    """
    inner: ast.AST = statement
    for outer in source.ancestors(statement):
        if isinstance(outer, FunctionNode):
            return any(
                name in part.names
                for part in walk_scope(outer)
                if isinstance(part, ast.Global | ast.Nonlocal)
            )
        if isinstance(outer, ast.Try) and inner in outer.body:
            seen = [n for part in outer.finalbody for n in walk(part)]
            for handler in outer.handlers:
                seen += [n for part in handler.body for n in walk(part)]
                seen += _after(source, outer, handler.body[-1])
            if any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load) for n in seen):
                return True
        inner = outer
    return False


def _after(source: Source, statement: ast.Try, last: ast.stmt) -> list[ast.AST]:
    """What may run, in the function or module of a `try`, after a handler that ends with this statement."""
    if isinstance(last, ast.Return | ast.Raise):
        return []
    scope = source.scope(statement)
    own = set(walk(statement))
    if not isinstance(last, ast.Continue | ast.Break):
        return [n for n in walk(scope) if n not in own]
    loop = next(
        (a for a in source.ancestors(statement) if isinstance(a, ast.For | ast.AsyncFor | ast.While)), None
    )
    # The next turn assigns the variable again before what stands further down in the loop reads it.
    end = source.span(statement)[1]
    further = {n for part in loop.body if source.span(part)[0] >= end for n in walk(part)} if loop else set()
    return [n for n in walk(scope) if n not in own | further]


def _is_indexed(source: Source, node: ast.Call) -> bool:
    """Whether the first item of the answer is read right away, so that an empty one raises by itself."""
    for outer in source.ancestors(node):
        if (
            isinstance(outer, ast.Subscript)
            and isinstance(outer.slice, ast.Constant)
            and outer.slice.value == 0
        ):
            return True
        if not isinstance(outer, ast.Attribute | ast.Subscript):
            return False
    return False
