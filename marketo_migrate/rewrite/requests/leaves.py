"""Simple values of a request: their text, their constant, whether they may be None, their Python type."""

import ast
from collections.abc import Iterator

from marketo_migrate.model.flow import NumberFlow, ResponseFlow, TextFlow
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program, constant_of, externals, texts_of
from marketo_migrate.rewrite.requests.arguments import is_static, parameters
from marketo_migrate.rewrite.requests.guards import cannot_be_none
from marketo_migrate.rewrite.requests.no_json import allows_none, is_no_json
from marketo_migrate.rewrite.requests.origins import MIXED, OBJECT, ROW, is_of_row, listed_values
from marketo_migrate.rewrite.requests.scope import Scope, through
from marketo_migrate.rewrite.requests.texts import Texts
from marketo_migrate.rewrite.requests.touches import Variables
from marketo_migrate.rewrite.source import FunctionNode, Source, in_comprehension
from marketo_migrate.rewrite.tree import Leaf

_MAX_ORIGINS = 4
_NEVER_NONE = frozenset({("attrValue",), ("attrName",), ("Id",), ("leadId",)})
_MAKES_TIMES = frozenset(
    {
        "datetime", "now", "utcnow", "today", "fromisoformat", "strptime", "fromtimestamp", "utcfromtimestamp",
        "combine", "replace", "astimezone",
    }
)  # fmt: skip
_MAKES_TEXTS = frozenset({"isoformat", "strftime"})
_OTHER_TYPES = (
    "datetime.date.",
    "datetime.date(",
    "decimal.Decimal",
    "uuid.uuid",
    "uuid.UUID",
    "fractions.Fraction",
)


class Leaves:
    """Reads simple values."""

    def __init__(self, program: Program, variables: Variables, texts: Texts) -> None:
        self._program = program
        self._variables = variables
        self._texts = texts

    def leaf(self, node: ast.expr, scope: Scope) -> Leaf:
        """A simple value."""
        actual, at = through(node, scope)
        known, constant = constant_of(at.source, actual)
        simple = known and isinstance(constant, str | int | float | bool | None)
        kind, nullable = self._kind(at.source, actual), self._nullable(actual, at)
        if kind is None and is_no_json(self._program, at.source, actual):
            kind = OBJECT
        if kind == OBJECT and allows_none(self._program, at.source, actual):
            nullable = nullable or not self._is_tested(actual, at)
        return Leaf(
            self._texts.value(node, scope),
            constant if simple else None,  # type: ignore[arg-type]
            simple,
            nullable,
            kind,
            texts_of(at.source, actual),
            _is_open(actual, at),
            tuple(self._seen(at.source, actual)),
        )

    def _nullable(self, node: ast.expr, scope: Scope, depth: int = 0) -> bool:
        """Whether a value may be None as far as the source shows, which tests around it may do where it is handed over."""
        if isinstance(node, ast.Constant):
            return node.value is None
        if self._is_tested(node, scope):
            return False
        if isinstance(node, ast.IfExp):
            return self._nullable(node.body, scope, depth) or self._nullable(node.orelse, scope, depth)
        if isinstance(node, ast.BoolOp):
            parts = [self._nullable(value, scope, depth) for value in node.values]
            return parts[-1] if isinstance(node.op, ast.Or) else any(parts)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("get", "getenv") and len(node.args) == 1 and not node.keywords:
                return True
            if node.func.attr in ("get", "getenv", "pop") and len(node.args) == 2:
                return isinstance(node.args[1], ast.Constant) and node.args[1].value is None
        flows = scope.source.flows(node)
        read = any(isinstance(flow, ResponseFlow) and flow.path[-1:] not in _NEVER_NONE for flow in flows)
        if not read and NumberFlow("None") not in flows:
            return False
        handed = self._parameter(node, scope) if depth < _MAX_ORIGINS else []
        return not handed or any(
            self._nullable(value, Scope(at, at.function(value)), depth + 1) for at, value in handed
        )

    def _parameter(self, node: ast.expr, scope: Scope) -> list[tuple[Source, ast.expr]]:
        """What all callers hand over for a parameter that gets no other value; empty where that is not known."""
        function = scope.source.function(node)
        if function is None or not isinstance(node, ast.Name) or node.id not in parameters(function):
            return []
        if self._variables.touches(scope.source, function, node.id).values:
            return []
        return self._handed(scope.source, function, node.id)

    def _is_tested(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a test around a value tells that it is not None, and reading it again runs no code."""
        if not cannot_be_none(scope.source, node):
            return False
        calls = [part for part in walk(node) if isinstance(part, ast.Call)]
        if any(self._program.called(scope.source, call) is not None for call in calls):
            return False
        methods = {id(call.func) for call in calls}
        attributes = {p.attr for p in walk(node) if isinstance(p, ast.Attribute) and id(p) not in methods}
        return not any(
            isinstance(part, FunctionNode) and part.name in attributes
            for source in self._program.sources.values()
            for part in source.nodes
        )

    def _kind(self, source: Source, node: ast.expr, depth: int = 0) -> str | None:
        """The Python type of a value, by its form, its one assignment, or what all callers hand over."""
        found = _python_type(source, node)
        if found is not None or depth > _MAX_ORIGINS:
            return found
        if isinstance(node, ast.BinOp):
            left, right = (self._kind(source, n, depth + 1) for n in (node.left, node.right))
            if left == "datetime" and right is None:
                return left
            return left if left == right and left in ("str", "int") and isinstance(node.op, ast.Add) else None
        if is_of_row(source, node):
            return ROW
        if not isinstance(node, ast.Name):
            return self._kind_of_part(source, node, depth)
        listed = listed_values(self._program, source, node)
        if listed:
            return self._common(listed, depth)
        function = source.function(node)
        if function is not None and node.id in parameters(function):
            return self._common(self._handed(source, function, node.id), depth)
        for owner in (function, None):
            touches = self._variables.touches(source, owner, node.id)
            if touches.values:
                plain = len(touches.values) == 1 and not touches.odd and not touches.builders
                return self._kind(source, touches.values[0][1], depth + 1) if plain else None
        return None

    def _seen(self, source: Source, node: ast.expr, depth: int = 0) -> Iterator[str]:
        """The texts that callers hand over for a parameter, as far as they are known."""
        yield from texts_of(source, node) or ()
        function = source.function(node)
        if function is None or not isinstance(node, ast.Name) or depth > _MAX_ORIGINS:
            return
        if node.id in parameters(function) and not self._variables.touches(source, function, node.id).values:
            for other, value in self._handed(source, function, node.id):
                yield from self._seen(other, value, depth + 1)

    def _kind_of_part(self, source: Source, node: ast.expr, depth: int) -> str | None:
        """The kind of a part of what all callers hand over, as far as that comes from a database."""
        root = node
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        whole = (
            self._kind(source, root, depth + 1) if isinstance(root, ast.Name) and root is not node else None
        )
        return whole if whole == ROW else None

    def _common(self, given: list[tuple[Source, ast.expr]], depth: int) -> str | None:
        """The kind of several values; OBJECT where SOAP made a text of some, which all of them may become."""
        kinds = {self._kind(other, value, depth + 1) for other, value in given}
        if len(kinds) > 1 and kinds & {"datetime", OBJECT}:
            return OBJECT if all(self._has_text(other, value, depth) for other, value in given) else MIXED
        if ROW in kinds:
            return ROW
        return kinds.pop() if len(kinds) == 1 else None

    def _has_text(self, source: Source, node: ast.expr, depth: int) -> bool:
        """Whether str() gives what SOAP made of a value: it is neither None nor a truth value."""
        if isinstance(node, ast.Constant):
            return node.value is not None and not isinstance(node.value, bool)
        return self._kind(source, node, depth + 1) in ("str", "int", "datetime", OBJECT)

    def _handed(self, source: Source, function: FunctionNode, name: str) -> list[tuple[Source, ast.expr]]:
        """What all callers of a function hand over for a parameter; empty where that is not known."""
        if self._program.mentions(source, function):
            return []
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        if isinstance(source.parent(function), ast.ClassDef) and not is_static(function):
            names = names[1:]
        found: list[tuple[Source, ast.expr]] = []
        for other, call in self._program.callers(source, function):
            given = next((k.value for k in call.keywords if k.arg == name), None)
            if given is None and name in names and names.index(name) < len(call.args):
                given = call.args[names.index(name)]
            if given is None or isinstance(given, ast.Starred):
                return []
            found.append((other, given))
        return found


def _is_open(node: ast.expr, scope: Scope) -> bool:
    """Whether a value is made of a parameter of a function that stays, or of what a loop goes through."""
    for part in walk(node):
        if not isinstance(part, ast.Name):
            continue
        if part.id in scope.bound:
            if _is_open(*scope.bound[part.id]):
                return True
            continue
        function = scope.source.function(part)
        if function is not None and part.id in parameters(function):
            return True
        if in_comprehension(scope.source, part) or any(
            isinstance(n, ast.Name) and n.id == part.id
            for outer in scope.source.ancestors(part)
            if isinstance(outer, ast.For)
            for n in walk(outer.target)
        ):
            return True
    return False


def _python_type(source: Source, node: ast.expr) -> str | None:
    """The name of a value's Python type, "int" or "str", where the source shows it."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int()):
            return "int"
        case ast.JoinedStr() | ast.Constant(value=str()):
            return "str"
        case ast.Call(func=ast.Name(id="int" | "str" as kind)):
            return kind
        case ast.Call(
            func=ast.Attribute(attr="strip" | "lower" | "upper" | "format" | "title" | "join" | "strftime")
        ):
            return "str"
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str())):
            return "str"
        case ast.BinOp():
            return None
        case ast.Subscript(value=value) if "os.environ" in externals(source.flows(value)):
            return "str"
    flows = source.flows(node)
    if isinstance(node, ast.Call):
        for name in externals(source.flows(node.func)):
            if name == "datetime.date" or name.startswith(_OTHER_TYPES):
                return OBJECT
            if name.startswith("datetime.datetime"):
                last = name.rpartition(".")[2]
                if last in ("date", "time"):
                    return OBJECT
                return "datetime" if last in _MAKES_TIMES else "str" if last in _MAKES_TEXTS else None
    if flows and all(isinstance(flow, NumberFlow) and flow.text.lstrip("-").isdigit() for flow in flows):
        return "int"
    if flows and all(
        isinstance(flow, ResponseFlow) and flow.path[-1:] in (("Id",), ("leadId",)) for flow in flows
    ):
        return "int"
    if flows and all(isinstance(flow, TextFlow) and flow.text is not None for flow in flows):
        return "str"  # a text that is not known may be any sum
    return None
