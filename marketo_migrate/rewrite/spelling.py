"""Spells the calls of wrapper packages out as the suds calls that they make, so that they are rewritten as those are.

What a method does, and what the objects it returns hold, is in the rules (`rules/clients`). The texts made here are
never written to a file: they are analysed and rewritten, and calls that cannot be rewritten are left as they were.
"""

import ast
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field

from marketo_migrate.model.flow import ClientFlow, ContainerFlow, Place, RequestFlow, ResponseFlow
from marketo_migrate.model.record import record
from marketo_migrate.model.resolution import CallFact, Resolution
from marketo_migrate.model.surface import AnswerObject, ClientSurface, Member
from marketo_migrate.rewrite.names import FieldNames
from marketo_migrate.rewrite.program import externals
from marketo_migrate.rewrite.source import Source, walk_scope

SPELLED_AS_SUDS = frozenset({"marketo", "suds_marketo", "pymarketo"})
"""Libraries whose calls are spelled out as suds calls, and whose answers are suds answers then."""

_PLACEHOLDER = re.compile(r"\$\{(\w+)(?::(\w+))?\}")
_MARK = re.compile("\ue000(\\d+)\ue001")
_PERCENT = re.compile(r"%(?:%|s)")
_TEXT_OF = re.compile(r"str\((.*)\)", re.DOTALL)
_ATTRIBUTES = "attributes"
_BY_NAME = frozenset({"getattr", "hasattr", "setattr", "vars", "isinstance"})


@record
class Spelling:
    """The new texts of modules by path, and where the calls in them start now, by path and old start.

    `spelled` are the places of the calls that are spelled out; `reasons` say why others are not.
    """

    texts: dict[str, str] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    spelled: frozenset[Place] = frozenset()
    reasons: dict[Place, str] = field(default_factory=dict)


@record
class _Call:
    """A call of a wrapper's method."""

    fact: CallFact
    source: Source
    node: ast.Call
    base: ast.expr
    member: Member
    surface: ClientSurface

    @property
    def answer(self) -> AnswerObject | None:
        """What is known of the object, or of those in the list, that the method returns."""
        name = (self.member.answer or "").removesuffix("[]")
        return self.surface.answers.get(name)

    @property
    def path(self) -> tuple[str, ...]:
        """Where the objects are in what the method returns."""
        return ("[]",) if (self.member.answer or "").endswith("[]") else ()


def spell_out(
    texts: Mapping[str, str],
    resolution: Resolution,
    surfaces: Mapping[str, ClientSurface],
    names: FieldNames,
    staying: Collection[Place] = (),
) -> Spelling:
    """Spell out the calls of clients of these surfaces (by library), but for those at `staying`."""
    return _Speller(texts, resolution, surfaces, names, staying).spell()


class _Speller:
    def __init__(
        self,
        texts: Mapping[str, str],
        resolution: Resolution,
        surfaces: Mapping[str, ClientSurface],
        names: FieldNames,
        staying: Collection[Place],
    ) -> None:
        self._surfaces = surfaces
        self._names = names
        self._libraries = {c.id: c.library for c in resolution.clients if c.library in surfaces}
        self._reasons: dict[Place, str] = {}
        self._facts = resolution.calls
        by_path: dict[str, dict[Place, tuple[object, ...]]] = {}
        for place, flows in resolution.flows.items():
            by_path.setdefault(place[0], {})[place] = flows
        places = {call.place for call in self._facts if self._library(call) is not None}
        wanted = {
            place[0]
            for place, flows in resolution.flows.items()
            if any(isinstance(f, ResponseFlow) and f.call[0] in places for f in flows)
            or any(isinstance(f, ClientFlow | RequestFlow) and f.client in self._libraries for f in flows)
        }
        self._sources: dict[str, Source] = {}
        for path in sorted(wanted & texts.keys()):
            try:
                self._sources[path] = Source(path, texts[path], by_path.get(path, {}))  # type: ignore[arg-type]
            except (SyntaxError, ValueError):
                continue
        self._calls = {c.fact.place: c for f in self._facts if (c := self._call(f)) is not None}
        for place in staying:
            self._calls.pop(place, None)

    def _library(self, fact: CallFact) -> ClientSurface | None:
        libraries = {self._libraries.get(p.client) for p in fact.performed}
        (library, *others) = libraries or {None}
        return self._surfaces[library] if library is not None and not others else None

    def _call(self, fact: CallFact) -> _Call | None:
        surface = self._library(fact)
        source = self._sources.get(fact.place[0])
        if surface is None or source is None:
            return None
        node = next((n for n in source.of(ast.Call) if source.place(n) == fact.place), None)
        if node is None or not isinstance(node.func, ast.Attribute):
            return None
        member = surface.roles["client"].methods.get(node.func.attr)
        if member is None or (member.spelled is None and member.name is None):
            return None
        return _Call(fact, source, node, node.func.value, member, surface)

    # --- what can be spelled out --------------------------------------------------------------

    def spell(self) -> Spelling:
        """The new texts; calls drop out until those that stay in do not touch the others."""
        while True:
            refused = self._refused()
            if not refused:
                break
            for place, reason in refused.items():
                self._reasons.setdefault(place, reason)
                self._calls.pop(place, None)
        spelled = frozenset(self._calls)
        if not spelled and not self._requests():
            return Spelling(reasons=self._reasons)
        texts: dict[str, str] = {}
        starts: dict[tuple[str, int], int] = {}
        for path, source in self._sources.items():
            source.reset()
            marks = {fact.place: n for n, fact in enumerate(self._facts) if fact.place[0] == path}
            self._edit(source, marks)
            for place, number in marks.items():
                if place not in self._calls:
                    source.insert(place[1], lambda number=number: mark(number))  # type: ignore[misc]
            marked = source.result()
            text, where = without_marks(marked)
            if text != source.text:
                texts[path] = text
            for place, number in marks.items():
                if number in where:
                    starts[path, place[1]] = where[number]
        return Spelling(texts, starts, spelled, self._reasons)

    def _refused(self) -> dict[Place, str]:
        refused: dict[Place, str] = {}
        for place, call in self._calls.items():
            reason = self._why_not(call)
            if reason is not None:
                refused[place] = reason
        for source in self._sources.values():
            for node in source.nodes:
                calls = self._answers_at(source, node)
                if not calls:
                    continue
                reason = self._object_problem(source, node, calls)
                if reason is not None:
                    refused.update(dict.fromkeys(calls, reason))
        return refused

    def _why_not(self, call: _Call) -> str | None:
        source, node = call.source, call.node
        where = f"({source.path}:{node.lineno})"
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            return f"the arguments of {name}() are not written out {where}"
        if call.member.spelled is not None and _bound(call.member, node) is None:
            return f"{name}() is given other arguments than the package takes {where}"
        asked = {match[1] for match in _PLACEHOLDER.finditer(call.member.spelled or "")} - {"client"}
        if not asked <= {parameter.partition("=")[0] for parameter in call.member.parameters}:
            return f"the rule for {name}() spells it with parameters that it does not list"
        other = self._other_use(source, call.surface)
        if other is not None:
            return f"the package's {other} is used as well ({source.path})"
        return None

    def _other_use(self, source: Source, surface: ClientSurface) -> str | None:
        """Something else of the package than its client, such as an exception."""
        known = {name for constructor in surface.constructors for name in constructor.names}
        packages = tuple(
            f"{module}." for module in (*surface.modules, *(n.rpartition(".")[0] for n in known))
        )
        for node in source.nodes:
            if not isinstance(node, ast.Name | ast.Attribute) or isinstance(
                source.parent(node), ast.Attribute
            ):
                continue
            for name in externals(source.flows(node)):
                holds_client = any(other.startswith(f"{name}.") for other in known)
                if name.startswith(packages) and name.rstrip("()") not in known and not holds_client:
                    return name
        return None

    def _answers_at(self, source: Source, node: ast.AST) -> dict[Place, _Call]:
        """The calls whose answer object an expression is."""
        return {
            flow.call[0]: call
            for flow in source.flows(node)
            if isinstance(flow, ResponseFlow)
            if (call := self._calls.get(flow.call[0])) is not None
            if call.answer is not None and flow.path == call.path
        }

    def _object_problem(self, source: Source, node: ast.AST, calls: Mapping[Place, _Call]) -> str | None:
        """Why a use of an answer object cannot be spelled out."""
        where = f"({source.path}:{getattr(node, 'lineno', 0)})"
        if len({id(call.answer) for call in calls.values()}) > 1:
            return f"objects of different kinds come together here {where}"
        everywhere = {f.call[0] for f in source.flows(node) if isinstance(f, ResponseFlow)}
        if everywhere - calls.keys():
            return f"it comes together with an answer that stays {where}"
        (answer,) = {id(call.answer): call.answer for call in calls.values()}.values()
        parent = source.parent(node)
        if answer is None:
            return None
        if isinstance(parent, ast.Attribute) and parent.value is node:
            if parent.attr not in answer.attributes:
                return f"what .{parent.attr} of the package's object holds is not known {where}"
            if not isinstance(parent.ctx, ast.Load):
                return f"the package's object is changed {where}"
            if parent.attr == _ATTRIBUTES and answer.integers:
                return self._number_problem(source, parent)
        elif (
            isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in _BY_NAME
        ):
            return f"the package's object is used by the names of its attributes {where}"
        elif isinstance(parent, ast.FormattedValue | ast.BinOp):
            return f"the text of the package's object is used {where}"
        return None

    def _number_problem(self, source: Source, node: ast.Attribute) -> str | None:
        """Why attributes cannot be read as texts, of which those of type integer are numbers here."""
        flows = {flow for flow in source.flows(node) if isinstance(flow, ResponseFlow)}
        for other in self._sources.values():
            for found in other.of(ast.expr):
                if not flows.intersection(other.flows(found)):
                    continue
                where = f"({other.path}:{found.lineno})"
                if _is_membership(other, found):
                    continue
                key = _read_key(other, found)
                if isinstance(getattr(found, "ctx", None), ast.Store) or isinstance(
                    other.parent(found), ast.Assign | ast.AnnAssign | ast.Return | ast.keyword
                ):
                    continue
                if key is None:
                    return f"the attributes' values are used whatever their types are {where}"
                known = self._names.find(key)
                if known is not None and known.is_number and not _has_number_default(other, found):
                    return f"{key} is a number in the package's object, or missing {where}"
        return None

    # --- edits --------------------------------------------------------------------------------

    def _requests(self) -> bool:
        return any(True for source in self._sources.values() for _ in self._made(source))

    def _made(self, source: Source) -> Iterable[ast.Attribute]:
        """`client.LeadKey`: request objects that are attributes of a client all of whose calls move."""
        staying = {p.client for f in self._facts if f.place not in self._calls for p in f.performed}
        for node in source.of(ast.Attribute):
            if self._is_client(source, node.value, staying):
                if any(isinstance(f, RequestFlow) and f.type == node.attr for f in source.flows(node)):
                    yield node

    def _is_client(self, source: Source, node: ast.expr, staying: Collection[int]) -> bool:
        clients = {f.client for f in source.flows(node) if isinstance(f, ClientFlow) and f.role == "client"}
        return bool(clients) and clients <= self._libraries.keys() and clients.isdisjoint(staying)

    def _edit(self, source: Source, marks: Mapping[Place, int]) -> None:
        for place, call in self._calls.items():
            if call.source is source:
                self._spell_call(call, marks[place])
        for node in source.nodes:
            if isinstance(node, ast.Attribute):
                calls = self._answers_at(source, node.value)
                if calls:
                    self._spell_attribute(source, node, next(iter(calls.values())))
        for made in self._made(source):
            outer = source.parent(made)
            if isinstance(outer, ast.Attribute) and made.attr.endswith(("Ref", "Enum", "Type")):
                source.replace(outer, lambda outer=outer: source.literal(outer.attr))  # type: ignore[misc]
            else:
                source.replace(
                    made,
                    lambda made=made: (  # type: ignore[misc]
                        f"{source.source(made.value)}.factory.create({source.literal(made.attr)})"
                    ),
                )

    def _spell_call(self, call: _Call, number: int) -> None:
        source, node = call.source, call.node
        marked = mark(number)
        if call.member.spelled is None:
            operation = call.fact.performed[0].operation
            rest = [*node.args[1:], *(keyword.value for keyword in node.keywords)]
            start = source.span(node.args[1] if len(node.args) > 1 else node.keywords[0])[0] if rest else 0
            end = source.span(node)[1] - 1

            def passed_on() -> str:
                given = source.rendered(start, end) if rest else ""
                return f"{marked}{source.source(call.base)}.service.{operation}({given})"

            source.replace(node, passed_on)
            return
        given = _bound(call.member, node) or {}
        template = call.member.spelled

        def written(match: re.Match[str]) -> str:
            name, form = match[1], match[2]
            if name == "client":
                return source.source(call.base)
            value = given[name]
            if isinstance(value, str):
                return value
            if form == "attributes":
                return self._attribute_list(source, value)
            text = source.source(value)
            if form == "key" and (found := _TEXT_OF.fullmatch(text)) is not None:
                text = found[1]
            return text

        def spelled() -> str:
            return marked + _PLACEHOLDER.sub(written, template)

        for value in given.values():
            if not isinstance(value, str):
                self._spell_display(source, value)
        source.replace(node, spelled)

    def _attribute_list(self, source: Source, value: ast.expr) -> str:
        """(name, type, value) triples as a list of attributes."""
        if isinstance(value, ast.Tuple | ast.List):
            return source.source(value)
        if isinstance(value, ast.Name) and self._display_of(source, value) is not None:
            return source.source(value)
        pairs = '{"attrName": attr_name, "attrValue": attr_value}'
        return f"[{pairs} for attr_name, attr_type, attr_value in {source.source(value)}]"

    def _display_of(self, source: Source, value: ast.expr) -> ast.Tuple | ast.List | None:
        """The triples, written out, that a value is: where it stands, or where its only variable gets it."""
        if isinstance(value, ast.Name):
            sites = [f.site for f in source.flows(value) if isinstance(f, ContainerFlow)]
            scope = source.function(value) or source.tree
            named = [n for n in walk_scope(scope) if isinstance(n, ast.Name) and n.id == value.id]
            if len(sites) != 1 or len(source.flows(value)) != 1 or len(named) != 2:
                return None
            value = next(
                (
                    n
                    for n in walk_scope(scope)
                    if isinstance(n, ast.Tuple | ast.List) and _is_at(source, n, sites[0])
                ),
                value,
            )
        if not isinstance(value, ast.Tuple | ast.List) or not value.elts:
            return None
        triples = all(isinstance(e, ast.Tuple | ast.List) and len(e.elts) == 3 for e in value.elts)
        return value if triples else None

    def _spell_display(self, source: Source, value: ast.expr) -> None:
        display = self._display_of(source, value)
        if display is None:
            return
        for element in display.elts:
            assert isinstance(element, ast.Tuple | ast.List)  # noqa: S101 - checked by `_display_of`
            name, _, content = element.elts

            def attribute(name: ast.expr = name, content: ast.expr = content) -> str:
                return f'{{"attrName": {source.source(name)}, "attrValue": {source.source(content)}}}'

            source.replace(element, attribute)

        if isinstance(display, ast.Tuple):
            elements = display.elts
            first, last = source.span(elements[0])[0], source.span(elements[-1])[1]

            def listed() -> str:
                several = len(elements) > 1
                return f"[{source.rendered(first, last) if several else source.source(elements[0])}]"

            source.replace(display, listed)

    def _spell_attribute(self, source: Source, node: ast.Attribute, call: _Call) -> None:
        answer = call.answer
        if answer is None:
            return
        template = answer.attributes[node.attr]
        if (found := _TEXT_OF.fullmatch(template)) is not None and _is_text_already(source, node):
            template = found[1]

        def spelled() -> str:
            return template.replace("${object}", source.source(node.value))

        source.replace(node, spelled)
        if node.attr == _ATTRIBUTES and answer.integers:
            self._numbers(node, source)

    def _numbers(self, node: ast.Attribute, source: Source) -> None:
        """int() around the attributes that are numbers in the package's object."""
        flows = {flow for flow in source.flows(node) if isinstance(flow, ResponseFlow)}
        for other in self._sources.values():
            for found in other.of(ast.expr):
                if flows.intersection(other.flows(found)):
                    key = _read_key(other, found)
                    known = self._names.find(key) if key is not None else None
                    read = _read_node(other, found)
                    if (
                        known is not None
                        and known.is_number
                        and read is not None
                        and not other.is_replaced(read)
                    ):
                        other.replace(read, lambda read=read, other=other: f"int({other.inner(read)})")  # type: ignore[misc]


def _bound(member: Member, node: ast.Call) -> dict[str, ast.expr | str] | None:
    """The arguments of a call by parameter, defaults as text; None where they do not fit."""
    names = [parameter.partition("=")[0] for parameter in member.parameters]
    defaults = {p.partition("=")[0]: p.partition("=")[2] for p in member.parameters if "=" in p}
    if len(node.args) > len(names):
        return None
    given: dict[str, ast.expr | str] = dict(zip(names, node.args, strict=False))
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg not in names or keyword.arg in given:
            return None
        given[keyword.arg] = keyword.value
    whole = {**defaults, **given}
    return whole if set(names) <= whole.keys() else None


def _is_at(source: Source, node: ast.expr, site: Place) -> bool:
    """Whether a display is made at a site, which leaves out the parentheses of a tuple."""
    start, end = source.span(node)
    before, after = source.text[start : site[1]], source.text[site[2] : end]
    return start <= site[1] and site[2] <= end and not before.strip("( \n") and not after.strip(") ,\n")


def _read_node(source: Source, node: ast.expr) -> ast.expr | None:
    """The read of one attribute from a dict of attributes: `d["Name"]`, `d.get("Name", 0)`."""
    match source.parent(node):
        case ast.Subscript(value=value) as read if value is node:
            return read
        case ast.Attribute(value=value, attr="get") as method if value is node:
            call = source.parent(method)
            return call if isinstance(call, ast.Call) and call.func is method else None
    return None


def _is_membership(source: Source, node: ast.expr) -> bool:
    """`"Name" in d`."""
    match source.parent(node):
        case ast.Compare(left=ast.Constant(), ops=[ast.In() | ast.NotIn()]):
            return True
    return False


def _read_key(source: Source, node: ast.expr) -> str | None:
    match _read_node(source, node):
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            return key
        case ast.Call(args=[ast.Constant(value=str() as key), *_]):
            return key
    return None


def _has_number_default(source: Source, node: ast.expr) -> bool:
    match _read_node(source, node):
        case ast.Subscript():
            return True
        case ast.Call(args=[_, ast.Constant(value=int())]):
            return True
    return False


def _is_text_already(source: Source, node: ast.expr) -> bool:
    """Whether a value is only made a text where it stands, so that str() around it changes nothing."""
    parent = source.parent(node)
    match parent:
        case ast.FormattedValue(conversion=conversion, format_spec=None):
            return conversion in (-1, 115)
        case ast.Call(func=ast.Name(id="print" | "str")):
            return node in parent.args
        case ast.Tuple():
            outer = source.parent(parent)
            return isinstance(outer, ast.BinOp) and outer.right is parent and _only_texts(outer)
        case ast.BinOp(right=right):
            return right is node and _only_texts(parent)
    return False


def _only_texts(operation: ast.BinOp) -> bool:
    """Whether `"…" % values` puts in nothing but texts."""
    match operation:
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod()):
            return "%" not in _PERCENT.sub("", text)
    return False


def mark(number: int) -> str:
    """What marks a place in a text that is being made."""
    return f"\ue000{number}\ue001"


def without_marks(text: str) -> tuple[str, dict[int, int]]:
    """A text without its marks, and where each of them stood."""
    where: dict[int, int] = {}
    parts: list[str] = []
    length = position = 0
    for match in _MARK.finditer(text):
        parts.append(text[position : match.start()])
        length += match.start() - position
        position = match.end()
        where.setdefault(int(match[1]), length)
    parts.append(text[position:])
    return "".join(parts), where
