"""Handlers of SOAP faults become handlers of the REST client's exception."""

import ast
import re

from marketo_migrate.rewrite.handlers import names_of
from marketo_migrate.rewrite.literals import constant_items
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program, constant_of, externals
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
REST_CODES = {
    "10001": "611", "20011": "611", "20012": "609", "20013": "603", "20014": "601", "20015": "607", "20016": "602",
    "20017": "1002", "20019": "610", "20023": "606", "20024": "615", "20101": "1002", "20102": "1011", "20103": "1004",
    "20104": "1003", "20105": "1006", "20109": "1002", "20110": "1003", "20111": "1013", "20113": "1013",
    "20114": "1003",
}  # fmt: skip
"""SOAP fault codes and the REST error that stands for each (Adobe's two lists of error codes)."""

_USED = "a handler uses the fault itself: its text and fields are others in REST"
_BROAD = frozenset({"Exception", "BaseException"})
_DETAIL = ("fault", "detail", "serviceException")
_CODE = re.compile(r"\b(10001|20\d{3})\b")


class Faults:
    """Converts the handlers in the modules of a unit."""

    def __init__(self, program: Program, target: Target) -> None:
        self._program = program
        self._target = target
        self.handled: list[tuple[Source, ast.ExceptHandler]] = []
        self.notes: list[str] = []

    def find(self, sources: list[Source]) -> None:
        """Note the handlers of SOAP faults."""
        for source in sources:
            for node in source.nodes:
                if isinstance(node, ast.ExceptHandler) and self._kinds(source, node.type):
                    self.handled.append((source, node))
                elif isinstance(node, ast.Name | ast.Attribute) and self._is_stray(source, node):
                    raise Unconvertible(
                        "the SOAP library's exception is used outside a handler", source, node
                    )

    def _is_stray(self, source: Source, node: ast.expr) -> bool:
        """Whether an exception class is used in another way than to handle it (`isinstance`, `suppress`)."""
        if not set(externals(source.flows(node))) & FAULTS:
            return False
        parent = source.parent(node)
        holder = source.parent(parent) if isinstance(parent, ast.Tuple) and parent is not None else parent
        if isinstance(holder, ast.ExceptHandler | ast.Attribute):
            return False
        passed = isinstance(holder, ast.Call) and isinstance(parent, ast.Call | ast.Tuple)
        return passed and node is not getattr(holder, "func", None)

    def _kinds(self, source: Source, node: ast.expr | None) -> list[ast.expr]:
        """The parts of a handler's type that are faults of a SOAP library."""
        parts = node.elts if isinstance(node, ast.Tuple) else [node] if node is not None else []
        return [p for p in parts if set(externals(source.flows(p))) & (FAULTS | TRANSPORT)]

    def look_at_broad(self, calls: set[int]) -> None:
        """Note the handlers of all exceptions around these calls that use the fault they get.

        Raises `Unconvertible` for one that decides by what the fault says.
        """
        for source in self._program.sources.values():
            for handler in source.nodes:
                if not isinstance(handler, ast.ExceptHandler) or not names_of(handler) & _BROAD:
                    continue
                if any(handler is known for _, known in self.handled):
                    continue
                uses = [n for n in _uses_of(handler) if not isinstance(source.parent(n), ast.Raise)]
                if not uses or not self._calls_inside(source, handler) & calls:
                    continue
                if any(isinstance(a, ast.Compare) for use in uses for a in source.ancestors(use)):
                    raise Unconvertible(
                        "a handler of all exceptions decides by what the fault says, which is something else in REST",
                        source,
                        handler,
                    )
                self._note(_USED)

    def around(self, source: Source, node: ast.AST) -> ast.ExceptHandler | None:
        """The handler of SOAP faults that an exception at a node would reach inside its function."""
        inner: ast.AST = node
        for outer in source.ancestors(node):
            if isinstance(outer, ast.Try) and inner in outer.body:
                for handler in outer.handlers:
                    if any(handler is found for _, found in self.handled):
                        return handler
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                return None
            inner = outer
        return None

    def convert(self, calls: set[int] | None, staying: set[int]) -> set[int]:
        """Edit every handler; raises `Unconvertible` for one whose meaning would change.

        `calls` are the rewritten call nodes where those in `staying` stay with SOAP (None: nothing stays).
        A handler around calls of both kinds handles both kinds of exceptions. Gives the calls that
        cannot be rewritten because such a handler looks into the fault.
        """
        refused: set[int] = set()
        kept: list[tuple[Source, ast.ExceptHandler]] = []
        for source, handler in self.handled:
            inside = self._calls_inside(source, handler) if calls is not None else set()
            moved = inside & calls if calls is not None else {-1}
            both = bool(inside & staying)
            if not moved:
                continue
            if both and handler.name and _reads(handler, handler.name):
                refused |= moved
                continue
            kept.append((source, handler))
            self._types(source, handler, keep=both)
            if handler.name and not both:
                self._uses(source, handler)
        self.handled = kept
        return refused

    def _calls_inside(self, source: Source, handler: ast.ExceptHandler) -> set[int]:
        """The ids of all call nodes that run inside a handler's `try`, through functions too."""
        parent = source.parent(handler)
        pending: list[tuple[Source, ast.AST]] = (
            [(source, statement) for statement in parent.body] if isinstance(parent, ast.Try) else []
        )
        found: set[int] = set()
        seen: set[int] = set()
        while pending:
            at, root = pending.pop()
            for node in ast.walk(root):
                if not isinstance(node, ast.Call) or id(node) in found:
                    continue
                found.add(id(node))
                called = self._program.called(at, node)
                if called is not None and id(called[1]) not in seen:
                    seen.add(id(called[1]))
                    pending.append(called)
        return found

    def _types(self, source: Source, handler: ast.ExceptHandler, *, keep: bool) -> None:
        assert handler.type is not None  # noqa: S101 - a handler without a type names no fault
        parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        soap = self._kinds(source, handler.type)
        texts: list[str] = []
        for part in parts:
            if part not in soap or keep:
                texts.append(source.original(part))
            if part not in soap:
                continue
            if set(externals(source.flows(part))) <= TRANSPORT:
                text = self._target.transport_exception
                self._target.need_requests(source)
            else:
                text = self._target.need_exception(source)
            if text not in texts:
                texts.append(text)
        whole = texts[0] if len(texts) == 1 else "(" + ", ".join(texts) + ")"
        start, end = source.span(handler.type)
        source.replace_span(start, end, lambda: whole)

    def _uses(self, source: Source, handler: ast.ExceptHandler) -> None:
        aliases = self._aliases(source, handler)
        uses = [n for s in handler.body for n in ast.walk(s) if isinstance(n, ast.Name) and n.id in aliases]
        for use in uses:
            if not isinstance(use.ctx, ast.Load):
                continue
            compare = next((a for a in source.ancestors(use) if isinstance(a, ast.Compare)), None)
            if compare is not None and source.is_replaced(compare):
                continue
            if compare is not None and self._code_check(source, compare, use, aliases[use.id]):
                self._note("a handler tells fault codes apart: REST has other codes for the same failures")
                continue
            self._plain_use(source, use, aliases[use.id])

    def _aliases(self, source: Source, handler: ast.ExceptHandler) -> dict[str, str]:
        """The variables that hold the fault or a part of it: "fault", "detail" (code and message) or "code"."""
        aliases = {str(handler.name): "fault"}
        for statement in handler.body:
            for node in ast.walk(statement):
                if (
                    not isinstance(node, ast.Assign)
                    or len(node.targets) != 1
                    or not isinstance(node.targets[0], ast.Name)
                ):
                    continue
                root, chain = _chain(node.value)
                if root is None or aliases.get(root.id) != "fault":
                    continue
                if chain == _DETAIL:
                    aliases[node.targets[0].id] = "detail"
                elif chain == (*_DETAIL, "code"):
                    aliases[node.targets[0].id] = "code"
        return aliases

    def _code_check(self, source: Source, compare: ast.Compare, use: ast.Name, kind: str) -> bool:
        """`fault.code == "20103"`, `"20103" in str(fault)` and their like."""
        if len(compare.ops) != 1:
            return False
        sides = [compare.left, compare.comparators[0]]
        other = next((side for side in sides if use not in ast.walk(side)), None)
        if other is None:
            return False
        codes = self._codes(source, other)
        root, chain = _chain(next(side for side in sides if side is not other))
        about_code = kind == "code" or (root is use and chain[-1:] == ("code",))
        if not codes:
            if about_code:
                raise Unconvertible(
                    "a fault code is compared with something that is not known", source, compare
                )
            return False
        rest = [REST_CODES.get(code) for code in codes]
        if None in rest:
            raise Unconvertible(
                f"fault code {codes[rest.index(None)]} has no counterpart in REST", source, compare
            )
        if not isinstance(compare.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            return False
        negative = isinstance(compare.ops[0], ast.NotEq | ast.NotIn)
        literals = [source.literal(code) for code in dict.fromkeys(rest) if code is not None]
        subject = use.id if kind == "code" else f"{use.id}.code"
        if len(literals) == 1:
            text = f"{subject} {'!=' if negative else '=='} {literals[0]}"
        else:
            text = f"{subject} {'not in' if negative else 'in'} ({', '.join(literals)})"
        source.replace(compare, lambda: text)
        return True

    def _codes(self, source: Source, node: ast.expr) -> list[str]:
        """The fault codes that an expression holds."""
        constants = constant_items(self._program, source, node)
        if constants is not None and not isinstance(node, ast.List | ast.Tuple | ast.Set):
            return [code for item in constants for code in self._codes(source, item)]
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return [code for item in node.elts for code in self._codes(source, item)]
        known, value = constant_of(source, node)
        found = _CODE.search(str(value)) if known else None
        if found is None and isinstance(node, ast.Name):
            value = _module_constant(source, node.id)
            found = _CODE.search(str(value)) if value is not None else None
        return [found[1]] if found is not None else []

    def _plain_use(self, source: Source, use: ast.Name, kind: str) -> None:
        parent = source.parent(use)
        if isinstance(parent, ast.Raise):
            return
        self._note(_USED)
        if kind == "code":
            return
        top: ast.AST = use
        while isinstance(parent, ast.Attribute) or (isinstance(parent, ast.Call) and _is_search(parent, top)):
            top, parent = parent, source.parent(parent)
        root, found = _chain(top)
        chain = list(found)
        if root is not use:
            raise Unconvertible("the fault is looked into in a way that is not known", source, use)
        if not chain or (kind == "detail" and chain in (["code"], ["message"])):
            return
        if isinstance(parent, ast.Subscript) and parent.value is top:
            raise Unconvertible("the text of the fault is taken apart", source, use)
        if chain == ["message"] or tuple(chain) in (("fault", "faultstring"), (*_DETAIL, "message")):
            source.replace(top, lambda: f"{use.id}.message")
        elif tuple(chain) == (*_DETAIL, "code"):
            source.replace(top, lambda: f"{use.id}.code")
        elif tuple(chain) == _DETAIL and isinstance(parent, ast.Assign):
            source.replace(top, lambda: use.id)
        elif chain != ["args"]:
            raise Unconvertible(
                f"the fault's {'.'.join(chain)} is read, which REST errors do not have", source, use
            )

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _chain(node: ast.AST) -> tuple[ast.Name | None, tuple[str, ...]]:
    """The variable at the root of `a.b.c` and the names behind it; str() around it does not matter.

    zeep has the detail as an XML element: `fault.detail.find(".//code").text` counts as suds' way to the code.
    """
    names: list[str] = []
    current: ast.AST = node
    while True:
        found = _searched(current)
        if found is not None:
            names += [found[1], "serviceException"]
            current = found[0]
        match current:
            case ast.Attribute(value=base, attr=name):
                names.append(name)
                current = base
            case ast.Call(func=ast.Name(id="str" | "int"), args=[only]):
                current = only
            case _:
                break
    chain = tuple(reversed(names))
    if chain[:2] == _DETAIL[1:]:
        chain = (_DETAIL[0], *chain)
    return (current, chain) if isinstance(current, ast.Name) else (None, ())


def _searched(node: ast.AST) -> tuple[ast.expr, str] | None:
    """The element and the name of `element.find("…name").text` or `element.findtext("…name")`."""
    call: ast.AST = node
    method = "findtext"
    if isinstance(node, ast.Attribute) and node.attr == "text":
        call, method = node.value, "find"
    match call:
        case ast.Call(
            func=ast.Attribute(value=element, attr=attr), args=[ast.Constant(value=str() as path)]
        ) if attr == method:
            name = path.rpartition("/")[2].rpartition("}")[2].rpartition(":")[2]
            return (element, name) if name in ("code", "message") else None
    return None


def _is_search(call: ast.Call, function: ast.AST) -> bool:
    return (
        call.func is function
        and isinstance(function, ast.Attribute)
        and function.attr in ("find", "findtext")
    )


def _module_constant(source: Source, name: str) -> object:
    values = [
        s.value.value
        for s in source.tree.body
        if isinstance(s, ast.Assign)
        and isinstance(s.value, ast.Constant)
        and any(isinstance(t, ast.Name) and t.id == name for t in s.targets)
    ]
    return values[0] if len(values) == 1 else None


def _reads(handler: ast.ExceptHandler, name: str) -> bool:
    """Whether a handler's body looks at the exception."""
    return any(isinstance(n, ast.Name) and n.id == name for body in handler.body for n in ast.walk(body))


def _uses_of(handler: ast.ExceptHandler) -> list[ast.Name]:
    """The reads of the exception in a handler's body."""
    found = (n for body in handler.body for n in ast.walk(body) if isinstance(n, ast.Name))
    return [n for n in found if n.id == handler.name and isinstance(n.ctx, ast.Load)]


def names_bound(scope: ast.AST) -> set[str]:
    """The names that a scope binds or reads."""
    return {n.id for n in walk(scope) if isinstance(n, ast.Name)}
