"""Exception classes of SOAP libraries that are named outside of handlers: in tuples, arguments, annotations.

What they become, and which of them an expression may be.
"""

import ast
from collections.abc import Iterable, Iterator

from marketo_migrate.model.flow import ContainerFlow
from marketo_migrate.rewrite.network_errors import catches_requests, is_network_error
from marketo_migrate.rewrite.program import Program, dotted_names, externals
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.targets import Target

FAULTS = frozenset(
    {
        "zeep.exceptions.Fault", "zeep.Fault", "zeep.exceptions.Error", "zeep.exceptions.ValidationError",
        "suds.WebFault", "suds.client.WebFault", "suds.MethodNotFound",
    }
)  # fmt: skip
TRANSPORT = frozenset(
    {
        "zeep.exceptions.TransportError", "zeep.exceptions.XMLSyntaxError", "suds.transport.TransportError",
        "suds.transport.http.TransportError",
    }
)  # fmt: skip
HANDED = "an exception class of the SOAP library is handed on as a value: the one of the REST client stands there now"

_CLASS_TESTS = frozenset({"isinstance", "issubclass", "suppress"})
_ZEEP = frozenset({"zeep.exceptions.Fault", "zeep.Fault", "zeep.exceptions.Error"})


def classes_of(program: Program, source: Source, node: ast.expr | None) -> frozenset[str]:
    """The exception classes of SOAP libraries that an expression may be, or that are in the tuple it may be."""
    found: set[str] = set()
    pending: list[tuple[Source, ast.expr]] = [(source, node)] if node is not None else []
    seen: set[int] = set()
    while pending:
        at, current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        inside = _inside(current)
        if inside:
            pending += ((at, item) for item in inside)
            continue
        flows = at.flows(current)
        found |= set(externals(flows)) & (FAULTS | TRANSPORT)
        for flow in flows:
            display = program.display_at(flow.site) if isinstance(flow, ContainerFlow) else None
            if display is not None:
                pending.append(display)
    return frozenset(found)


def is_named_here(source: Source, node: ast.AST) -> bool:
    """Whether an expression is the class under the name that an import gives it; else it is a variable."""
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(root, ast.Name) and root.id in source.imported_names


def new_class(target: Target, source: Source, node: ast.expr) -> str:
    """What stands for a class in REST, under the name that it has in the module."""
    if dotted_names(source, node) <= TRANSPORT:
        target.need_requests(source)
        return target.transport_exception
    return target.need_exception(source)


class Mentions:
    """The places where such classes are named as values."""

    def __init__(self, program: Program, target: Target) -> None:
        self._program = program
        self._target = target
        self._found: list[tuple[Source, ast.Name | ast.Attribute]] = []
        self.differ = False

    def __bool__(self) -> bool:
        return bool(self._found)

    def find(self, sources: Iterable[Source]) -> None:
        """Note them."""
        for source in sources:
            for node in source.of(ast.Name, ast.Attribute):
                if self._is_mention(source, node):
                    self._found.append((source, node))

    def _is_mention(self, source: Source, node: ast.Name | ast.Attribute) -> bool:
        if not isinstance(node.ctx, ast.Load) or not set(externals(source.flows(node))) & (
            FAULTS | TRANSPORT
        ):
            return False
        if not is_named_here(source, node):
            return False
        holder = source.parent(node)
        if isinstance(holder, ast.Tuple):
            holder = source.parent(holder)
        return not isinstance(holder, ast.ExceptHandler)

    def convert(self, *, keep: bool) -> None:
        """Edit all of them; `keep`: the SOAP library's classes stay beside the new ones.

        Raises `Unconvertible` for one that cannot be followed, or does not fit the REST client's class.
        """
        for source, node in self._found:
            top = _top(source, node)
            outer = source.parent(top)
            if is_test(source.path) and _is_of_tests(outer, node):
                continue
            if isinstance(outer, ast.Call) and outer.func is node:
                self._construction(source, outer, keep=keep)
                continue
            if isinstance(outer, ast.Attribute):
                raise Unconvertible("the SOAP library's exception class is looked into", source, outer)
            if isinstance(outer, ast.ClassDef):
                raise Unconvertible("a class is derived from the SOAP library's exception", source, outer)
            if isinstance(outer, ast.Raise) or (isinstance(outer, ast.MatchClass) and _has_patterns(outer)):
                raise Unconvertible(
                    "the SOAP library's exception is used in a way that cannot be followed", source, node
                )
            if source.is_annotation(node) and keep:
                continue
            new = new_class(self._target, source, node)
            if keep:
                new = self._beside(source, node, new)
            self.differ = self.differ or not (
                source.is_annotation(node) or is_test(source.path) or self._is_for_handlers(source, top)
            )
            if not self._is_doubled(source, node, new):
                source.replace(node, lambda new=new: new)  # type: ignore[misc]

    def add_network(self) -> bool:
        """Put the exception of requests into tuples that name urllib's; whether there are any."""
        displays: dict[int, tuple[Source, ast.Tuple | ast.List | ast.Set]] = {}
        for source, node in self._found:
            holder = source.parent(node)
            if isinstance(holder, ast.Tuple | ast.List | ast.Set):
                displays[id(holder)] = (source, holder)
        added = False
        for source, display in displays.values():
            network = any(is_network_error(source, part) for part in display.elts)
            if network and not catches_requests(source, display.elts):
                self._target.need_requests(source)
                text = self._target.transport_exception
                source.insert(source.span(display.elts[-1])[1], lambda text=text: f", {text}")  # type: ignore[misc]
                added = True
        return added

    def _is_doubled(self, source: Source, node: ast.expr, new: str) -> bool:
        """Two classes of a tuple that become the same one: the second goes."""
        holder = source.parent(node)
        if not isinstance(holder, ast.Tuple | ast.List | ast.Set):
            return False
        index = holder.elts.index(node)
        for other in holder.elts[:index]:
            if any(other is known for _, known in self._found) and source.source(other) == new:
                source.replace_span(source.span(holder.elts[index - 1])[1], source.span(node)[1], lambda: "")
                return True
        return False

    def _beside(self, source: Source, node: ast.expr, new: str) -> str:
        both = f"{source.original(node)}, {new}"
        parent = source.parent(node)
        if isinstance(parent, ast.Tuple | ast.List | ast.Set):
            return both
        name = (
            getattr(parent.func, "id", getattr(parent.func, "attr", ""))
            if isinstance(parent, ast.Call)
            else ""
        )
        if name not in _CLASS_TESTS:
            raise Unconvertible(
                "the SOAP library's exception is handed on, and calls stay that raise it", source, node
            )
        return both if name == "suppress" else f"({both})"

    def _construction(self, source: Source, call: ast.Call, *, keep: bool) -> None:
        """`raise Fault("no address")` by the program itself, to be handled like one of Marketo's."""
        plain = len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred)
        known = dotted_names(source, call.func)
        if keep or not plain or not known <= _ZEEP or not isinstance(source.parent(call), ast.Raise):
            raise Unconvertible("the program makes an exception of the SOAP library itself", source, call)
        name = self._target.need_exception(source)
        self.differ = True
        source.replace(
            call, lambda: self._target.made_exception(source, name, "None", source.source(call.args[0]))
        )

    def _is_for_handlers(self, source: Source, top: ast.expr) -> bool:
        """Whether a tuple (or an alias) is only given a name, by which handlers use it."""
        statement = source.parent(top)
        if not isinstance(statement, ast.Assign | ast.AnnAssign):
            return False
        return all(
            isinstance(holder := other.parent(_top(other, read)), ast.ExceptHandler)
            and holder.type is not None
            for other, read in self._readers(source, top)
        )

    def _readers(self, source: Source, top: ast.expr) -> Iterator[tuple[Source, ast.expr]]:
        """The expressions that stand for a tuple or an alias by another name."""
        is_display = isinstance(top, ast.Tuple | ast.List | ast.Set)
        names = set(externals(source.flows(top)))
        for other in self._program.sources.values():
            for node in other.of(ast.Name, ast.Attribute):
                if not isinstance(node.ctx, ast.Load):
                    continue
                flows = other.flows(node)
                if is_display:
                    sites = (flow.site for flow in flows if isinstance(flow, ContainerFlow))
                    stands = any((at := self._program.display_at(s)) and at[1] is top for s in sites)
                else:
                    stands = bool(set(externals(flows)) & names) and not is_named_here(other, node)
                if stands:
                    yield other, node


def _top(source: Source, node: ast.expr) -> ast.expr:
    """The tuple, sum of tuples or choice that an expression is a part of."""
    current = node
    while True:
        parent = source.parent(current)
        if isinstance(
            parent, ast.Tuple | ast.List | ast.Set | ast.Starred | ast.BinOp | ast.IfExp | ast.BoolOp
        ):
            current = parent
            continue
        return current


def _inside(node: ast.expr) -> list[ast.expr]:
    """The expressions that a tuple, a sum of tuples or a choice consists of."""
    match node:
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items) | ast.BoolOp(values=items):
            return items
        case ast.BinOp(left=one, right=other) | ast.IfExp(body=one, orelse=other):
            return [one, other]
        case ast.Starred(value=value):
            return [value]
        case _:
            return []


def is_test(path: str) -> bool:
    """Whether a module is one of a test suite, by its place and name."""
    *folders, name = path.split("/")
    return (
        name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py" or "tests" in folders
    )


def _is_of_tests(outer: ast.AST | None, node: ast.expr) -> bool:
    """Whether a test makes such an exception, for a client that it makes up: it has to be written anew anyway."""
    return isinstance(outer, ast.ClassDef | ast.Raise) or (isinstance(outer, ast.Call) and outer.func is node)


def _has_patterns(node: ast.MatchClass) -> bool:
    return bool(node.patterns or node.kwd_patterns)
