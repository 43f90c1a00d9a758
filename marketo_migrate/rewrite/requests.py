"""Reads the request of a SOAP call out of the source, guided by the WSDL's types.

Displays, keyword arguments, request objects filled by attribute, loops and helper functions all end as one
tree whose leaves are the user's own expressions. What cannot be followed exactly raises `Unconvertible`.
"""

import ast
import builtins
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from marketo_migrate.model.flow import ClientFlow, NumberFlow, RequestFlow, ResponseFlow, TextFlow
from marketo_migrate.model.record import record
from marketo_migrate.model.soap import SoapFacts, SoapField
from marketo_migrate.rewrite.aliases import Aliases, inner_reads
from marketo_migrate.rewrite.bounds import at_most
from marketo_migrate.rewrite.literals import constant_items
from marketo_migrate.rewrite.moving import Move, Moving
from marketo_migrate.rewrite.nodes import root_of
from marketo_migrate.rewrite.program import Program, constant_of, externals, texts_of
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.rendering import Renderer, operand
from marketo_migrate.rewrite.source import FunctionNode, Source, in_comprehension, walk_scope
from marketo_migrate.rewrite.tree import Each, Items, Leaf, Make, Node, Record, walk

_MAX_DEPTH = 24
_MAX_ORIGINS = 4
_IN_PLACE = frozenset({"LeadRecord", "ArrayOfLeadRecord", "ArrayOfAttribute", "Attribute"})
_LEAD_WRITERS = frozenset({"syncLead", "syncMultipleLeads"})
_NEVER_NONE = frozenset({("attrValue",), ("attrName",), ("Id",), ("leadId",)})
_MAX_UNROLLED = 12
_TELLING = frozenset({"print", "debug", "info", "warning", "error", "log", "write", "exception"})
_GROWING = frozenset({"append", "extend", "insert", "update"})


Holder: TypeAlias = tuple[str, int, str]
"""A variable (module, start of its function, name) or a function (module, its start, the type it returns)."""


@dataclass(slots=True, eq=False)
class Scope:
    """Where an expression stands: a module, the function around it, and what its parameters are bound to.

    `use` is the statement for which the expression is read, None inside a function that is looked
    through; `loops` are the loops around it that become clauses of a comprehension, `inner` the variables of
    comprehensions around it; `moves` are the ways that the expression goes from its statement to the call;
    `taken` are the ids of `if` statements whose body surely runs, `dead` those of statements that surely do not;
    `sent` is the statement of the call: until there an object that is part of another one may be filled.
    """

    source: Source
    function: FunctionNode | None
    bound: dict[str, tuple[ast.expr, "Scope"]] = field(default_factory=dict)
    use: ast.stmt | None = None
    loops: tuple[ast.For, ...] = ()
    inner: frozenset[str] = frozenset()
    moves: tuple[Move, ...] = ()
    sent: ast.stmt | None = None
    taken: frozenset[int] = frozenset()
    dead: frozenset[int] = frozenset()
    stays: bool = False


@record(eq=False)
class _Landing:
    """The place of a call, where the values of its request go; `_HERE` is that of the request that is being read."""

    source: Source | None
    function: FunctionNode | None


_HERE = _Landing(None, None)


@dataclass(slots=True)
class InPlace:
    """A variable or function whose SOAP value becomes a REST value where it is made."""

    source: Source
    node: ast.AST
    type: str
    make: Callable[[], None]


@dataclass(slots=True)
class Consumed:
    """What a conversion used up.

    `reads` and `calls` are the uses of variables and functions that were followed; `kept` are variables and
    `converted` functions that hold and return the REST form from now on.
    """

    reads: dict[tuple[str, int, int], ast.Name] = field(default_factory=dict)
    calls: dict[tuple[str, int, int], ast.Call] = field(default_factory=dict)
    kept: dict[tuple[str, int, str], tuple[Source, ast.AST, str]] = field(default_factory=dict)
    converted: dict[tuple[str, int], tuple[Source, FunctionNode]] = field(default_factory=dict)
    in_place: list[InPlace] = field(default_factory=list)


class RequestReader:
    """Reads requests; `renderer` gives the REST text of a tree that is converted in place."""

    def __init__(
        self,
        program: Program,
        soap: SoapFacts,
        renderer: Renderer,
        drop: Callable[[Source, ast.stmt], None],
        moving: Moving,
    ) -> None:
        self._moving = moving
        self._moved: list[tuple[Source, ast.expr, tuple[Move, ...]]] = []
        self._own: set[str] = set()
        self._landing: _Landing | None = None
        self._in_lambda = False
        self._folds: set[str] = set()
        self._making: set[Holder] = set()
        self._fields = frozenset(item.name for kind in soap.types.values() for item in kind.fields)
        self._loops: list[tuple[Source, ast.For]] = []
        self._drop = drop
        self._program = program
        self._soap = soap
        self._renderer = renderer
        self.consumed = Consumed()
        self._depth = 0
        self._in_place: frozenset[str] = _IN_PLACE
        self._functions: dict[tuple[str, int, str], Node] = {}
        self._variables: dict[tuple[str, int, str], Node] = {}
        self._part_of: dict[Holder, set[Holder]] = {}
        self._soap_names: set[Holder] = set()
        self.holders: set[Holder] = set()

    def request(
        self,
        source: Source,
        call: ast.Call,
        operation: str,
        parameters: tuple[str, ...],
        arguments: tuple[ast.expr, ...],
        keywords: tuple[ast.keyword, ...],
    ) -> Record:
        """The request of a call with these arguments; `parameters` is the order of positional ones.

        Afterwards `holders` are the variables and functions that hold the REST form of its parts.
        """
        self._in_place = _IN_PLACE if operation in _LEAD_WRITERS else frozenset()
        self.holders = set()
        self._moved, self._own, self._folds, self._loops = [], set(), set(), []
        self._landing = _Landing(source, source.function(call))
        self._in_lambda = any(
            isinstance(outer, ast.Lambda)
            for outer in source.ancestors(call)
            if not isinstance(outer, ast.stmt)
        )
        statement = source.statement(call)
        scope = Scope(source, source.function(call), use=statement, sent=statement)
        kind = self._soap.operations[operation].request_type
        result = Record(kind)
        fields = {item.name: item for item in self._soap.fields(kind)}
        given: list[tuple[str, ast.expr]] = []
        if len(arguments) > len(parameters):
            raise Unconvertible(
                f"{operation} takes {len(parameters)} arguments in this WSDL version", source, call
            )
        for name, argument in zip(parameters, arguments, strict=False):
            if isinstance(argument, ast.Starred):
                raise Unconvertible("arguments are unpacked from a list", source, call)
            given.append((name, argument))
        for keyword in keywords:
            if keyword.arg is None:
                given.extend(self._unpacked(keyword.value, scope))
            elif keyword.arg != "_soapheaders":
                given.append((keyword.arg, keyword.value))
        for name, value in given:
            if name not in fields:
                raise Unconvertible(f"{operation} has no parameter {name!r}", source, call)
            node = self._field(value, fields[name], scope)
            if node is not None:
                result.fields[name] = node
        for at, expression, moves in self._moved:
            if moves and self._in_lambda:
                raise Unconvertible("the call is made later than the request", at, expression)
            self._moving.check(at, expression, moves, self._own)
            self._check_own(at, expression)
        for at, loop in self._loops:
            self._check_body(at, loop)
        return result

    def _check_own(self, source: Source, node: ast.expr) -> None:
        """A value of the request must not read the request itself, nor bind a variable."""
        for part in ast.walk(node):
            if isinstance(part, ast.NamedExpr):
                raise Unconvertible("a value of the request binds a variable", source, node)
            if isinstance(part, ast.Name) and part.id in self._folds and isinstance(part.ctx, ast.Load):
                if self.consumed.reads.get(source.place(part)) is not part:
                    raise Unconvertible("the request reads what it is made of", source, node)

    def _check_body(self, source: Source, loop: ast.For) -> None:
        """A loop that becomes a comprehension does nothing else than to fill the request."""
        for statement in loop.body:
            if isinstance(statement, ast.If) and [type(s) for s in statement.body] == [ast.Continue]:
                self._check_own(source, statement.test)
                continue
            roots = {
                root_of(n)
                for n in ast.walk(statement)
                if isinstance(n, ast.Name | ast.Attribute | ast.Subscript) and isinstance(n.ctx, ast.Store)
            }
            call = statement.value if isinstance(statement, ast.Expr) else None
            if isinstance(call, ast.Call):
                roots.add(root_of(call.func))
            if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.For):
                inner = (
                    {n.id for n in ast.walk(statement.target) if isinstance(n, ast.Name)}
                    if isinstance(statement, ast.For)
                    else set()
                )
                own = roots and roots <= self._own | inner
                if own or (isinstance(call, ast.Call) and self._only_tells(source, call)):
                    continue
            if isinstance(statement, ast.Pass) or (
                isinstance(statement, ast.Expr) and not isinstance(call, ast.Call)
            ):
                continue
            raise Unconvertible("the loop that fills the request does something else too", source, statement)

    def _only_tells(self, source: Source, call: ast.Call) -> bool:
        """Whether a statement only prints or logs."""
        name = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
        return name in _TELLING and self._program.called(source, call) is None

    def _unpacked(self, node: ast.expr, scope: Scope) -> list[tuple[str, ast.expr]]:
        """The names and values of `**mapping`."""
        if isinstance(node, ast.Name) and node.id not in scope.bound:
            touches = self._touches(scope.source, scope.function, node.id, scope.dead)
            use = scope.use or scope.source.statement(node)
            plain = len(touches.values) == 1 and not touches.odd
            if plain and all(_before(scope, s, use) for s in touches.statements()):
                pairs = dict(self._unpacked(touches.values[0][1], scope))
                for _, path, kind, given in touches.builders:
                    if kind == "set" and len(path) == 1:
                        pairs[path[0]] = given
                    elif kind == "update" and not path:
                        pairs.update(self._unpacked(given, scope))
                    else:
                        raise Unconvertible(
                            "the arguments are put together in several steps", scope.source, given
                        )
                self._consume(node, scope)
                return list(pairs.items())
        if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
            return [
                (str(key.value), value)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            ]
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "dict"
            and not node.args
        ):
            return [
                pair
                for k in node.keywords
                for pair in ([(k.arg, k.value)] if k.arg is not None else self._unpacked(k.value, scope))
            ]
        raise Unconvertible("arguments are unpacked from a dict that is not written out", scope.source, node)

    # --- values by type ---------------------------------------------------------------------

    def _field(self, node: ast.expr, item: SoapField, scope: Scope) -> Node | None:
        """The value of a field; None where it is the constant None."""
        if isinstance(node, ast.Constant) and node.value is None:
            return None
        if item.unbounded:
            return self.items(node, item.type, scope)
        return self.value(node, item.type, scope)

    def value(self, node: ast.expr, type_name: str, scope: Scope) -> Node:
        """An expression as a value of a WSDL type."""
        kind = self._soap.types.get(type_name)
        if kind is None or kind.kind in ("enum", "simple"):
            return self.leaf(node, scope)
        if self._depth > _MAX_DEPTH:
            raise Unconvertible("the request is built in too many steps", scope.source, node)
        self._depth += 1
        try:
            if kind.kind == "list":
                return self._array(node, type_name, kind.fields[0], scope)
            return self._record(node, type_name, scope)
        finally:
            self._depth -= 1

    def _record(self, node: ast.expr, type_name: str, scope: Scope) -> Node:
        pairs = self._pairs(node, type_name, scope)
        if pairs is not None:
            return self._filled(pairs, self._concrete(node, type_name, scope), scope)
        return self._elsewhere(node, type_name, scope, lambda inner, at: self._record(inner, type_name, at))

    def _filled(self, pairs: Iterable[tuple[str, ast.expr]], type_name: str, scope: Scope) -> Record:
        result = Record(type_name)
        for name, value in pairs:
            self._set(result, (name,), value, scope)
        return result

    def _set(self, record: Record, path: tuple[str, ...], value: ast.expr, scope: Scope) -> None:
        """`record.a.b = value`."""
        item = self._known_field(record.type, path[0], value, scope)
        if len(path) == 1:
            node = self._field(value, item, scope)
            if node is None:
                record.fields.pop(path[0], None)
            else:
                record.fields[path[0]] = node
            return
        inner = self._inner(record, item)
        if isinstance(inner, Record):
            self._set(inner, path[1:], value, scope)
        elif len(path) == 2:
            inner.items = self.items(value, self._element(item), scope).items
        else:
            raise Unconvertible(
                "a part of the request is filled in a way that is not known", scope.source, value
            )

    def _inner(self, record: Record, item: SoapField) -> Record | Items:
        """The object in a field, made if need be."""
        empty: Record | Items = Items() if item.unbounded else Record(item.type)
        inner = record.fields.setdefault(item.name, empty)
        if isinstance(inner, Leaf):
            raise Unconvertible(f"{item.name} is no object here")
        return inner

    def _element(self, item: SoapField) -> str:
        """The element type of a list field or of a field whose type is a list."""
        if item.unbounded:
            return item.type
        kind = self._soap.types.get(item.type)
        return kind.fields[0].type if kind is not None and kind.kind == "list" else item.type

    def _known_field(self, type_name: str, name: str, node: ast.AST, scope: Scope) -> SoapField:
        for item in self._soap.fields(type_name):
            if item.name == name:
                return item
        raise Unconvertible(f"{type_name} has no element {name!r}", scope.source, node)

    def _pairs(self, node: ast.expr, type_name: str, scope: Scope) -> list[tuple[str, ast.expr]] | None:
        """Names and values where an expression makes an object right here."""
        if isinstance(node, ast.Dict):
            pairs: list[tuple[str, ast.expr]] = []
            for key, value in zip(node.keys, node.values, strict=True):
                if key is None:
                    pairs.extend(self._unpacked(value, scope))
                    continue
                known, name = constant_of(scope.source, key)
                if not known or not isinstance(name, str):
                    raise Unconvertible("a key of the request is not a constant", scope.source, key)
                pairs.append((name, value))
            return pairs
        if isinstance(node, ast.Attribute) and self._is_made_by_name(node, scope):
            return []
        if not isinstance(node, ast.Call):
            return None
        if isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
            return [
                p
                for k in node.keywords
                for p in ([(k.arg, k.value)] if k.arg else self._unpacked(k.value, scope))
            ]
        if self._makes_request(node, scope):
            found = self._program.called(scope.source, node)
            roles = {f.role for f in scope.source.flows(node.func) if isinstance(f, ClientFlow)}
            if found is not None or not roles & {"type", "constructor"}:
                return (
                    [(k.arg, k.value) for k in node.keywords if k.arg is not None]
                    if found is not None
                    else []
                )
            names = [item.name for item in self._soap.fields(self._concrete(node, type_name, scope))]
            positional = list(zip(names, node.args, strict=False))
            return [*positional, *((k.arg, k.value) for k in node.keywords if k.arg is not None)]
        return None

    def _is_made_by_name(self, node: ast.Attribute, scope: Scope) -> bool:
        """`client.LeadKey`, where the client's class makes request objects for such attributes."""
        flows = scope.source.flows(node)
        made = {flow.type for flow in flows if isinstance(flow, RequestFlow)}
        above = scope.source.flows(node.value)
        return node.attr in made and not any(isinstance(flow, RequestFlow) for flow in above)

    def _makes_request(self, node: ast.Call, scope: Scope) -> bool:
        """Whether a call is the making of a request object itself (not a helper that fills one)."""
        source = scope.source
        if not any(isinstance(flow, RequestFlow) for flow in source.flows(node)):
            return False
        found = self._program.called(source, node)
        if found is not None:
            return self._is_maker(found[0], found[1])
        roles = {flow.role for flow in source.flows(node.func) if isinstance(flow, ClientFlow)}
        if roles & {"type", "constructor", "method"} or self._is_factory_create(node):
            return True
        first = node.args[0] if len(node.args) == 1 and not node.keywords else None
        name = first.value if isinstance(first, ast.Constant) else None
        made = {flow.type for flow in source.flows(node) if isinstance(flow, RequestFlow)}
        return isinstance(name, str) and name.rpartition("}")[2].rpartition(":")[2] in made

    def _is_factory_create(self, node: ast.Call) -> bool:
        return isinstance(node.func, ast.Attribute) and node.func.attr == "create"

    def _is_maker(self, source: Source, function: FunctionNode | ast.ClassDef) -> bool:
        """Whether a function hands back a new request object, with its keyword arguments as fields or empty."""
        if isinstance(function, ast.ClassDef):
            return False
        returns = [n.value for n in walk_scope(function) if isinstance(n, ast.Return) and n.value is not None]
        if len(returns) != 1:
            return False
        made: ast.expr = returns[0]
        if isinstance(made, ast.Name):
            touches = self._touches(source, function, made.id)
            odd = [n for n in touches.odd if not _is_setattr_of_keywords(source, function, n)]
            if len(touches.values) != 1 or touches.builders or odd:
                return False
            if not all(
                _is_setattr_of_keywords(source, function, read) for read in touches.reads if read is not made
            ):
                return False
            made = touches.values[0][1]
        if not isinstance(made, ast.Call) or made.keywords or self._program.called(source, made) is not None:
            return False
        return self._makes_request(made, Scope(source, function)) and not _is_constant(made.args)

    def _concrete(self, node: ast.expr, type_name: str, scope: Scope) -> str:
        """The type that an object is made as, where the declared one is abstract."""
        kind = self._soap.types.get(type_name)
        extensions = {item.name for item in self._soap.extensions(type_name)}
        for flow in scope.source.flows(node):
            if isinstance(flow, RequestFlow) and (flow.type in extensions or flow.type == type_name):
                return flow.type
        if kind is not None and kind.abstract and isinstance(node, ast.Dict):
            raise Unconvertible(f"the kind of {type_name} is not named", scope.source, node)
        return type_name

    def _array(self, node: ast.expr, type_name: str, inner: SoapField, scope: Scope) -> Node:
        """A list type: an object with one list field, or the list itself."""
        if isinstance(
            node, ast.List | ast.Tuple | ast.ListComp | ast.GeneratorExp | ast.BinOp | ast.Subscript
        ):
            return Record(type_name, {inner.name: self.items(node, inner.type, scope)})
        pairs = self._pairs(node, type_name, scope)
        if pairs is not None:
            own = {f.name for f in self._soap.fields(inner.type)}
            if pairs and all(name in own for name, _ in pairs) and inner.name not in own:
                return Record(type_name, {inner.name: Items([self._filled(pairs, inner.type, scope)])})
            return self._filled(pairs, type_name, scope)
        return self._elsewhere(node, type_name, scope, lambda i, at: self._array(i, type_name, inner, at))

    def items(self, node: ast.expr, element: str, scope: Scope) -> Items:
        """An expression as a list of values of a type."""
        bound = at_most(self._program, scope.source, node)
        match node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                result = Items(at_most=bound)
                for item in elements:
                    if isinstance(item, ast.Starred):
                        copied = replace(scope, sent=None)
                        result.items.extend(_spread(self.items(item.value, element, copied)))
                    else:
                        result.items.append(self.value(item, element, scope))
                return result
            case ast.ListComp() | ast.GeneratorExp():
                first = node.generators[0]
                plain = len(node.generators) == 1 and not first.ifs
                display = self._display_of(first.target, first.iter, scope) if plain else []
                if display:
                    each = [replace(scope, bound={**scope.bound, **row}) for row in display]
                    return Items([self.value(node.elt, element, one) for one in each])
                names = {n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
                inside = replace(scope, inner=scope.inner | names)
                inner = self.value(node.elt, element, inside)
                return Items([Each(self._clauses(node, inside), inner)], at_most=bound)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                copied = replace(scope, sent=None)
                before, after = self.items(left, element, copied), self.items(right, element, copied)
                return Items([*_spread(before), *_spread(after)])
            case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted"), args=[only], keywords=[]) if (
                not self._is_simple(element)
            ):
                return self.items(only, element, replace(scope, sent=None))
        if self._is_simple(element):
            return self._simple_items(node, scope, bound)
        if isinstance(node, ast.Dict) or self._pairs(node, element, scope) is not None:
            return Items([self.value(node, element, scope)])
        found = self._elsewhere(node, element, scope, lambda i, at: self._listed(i, element, at), many=True)
        if isinstance(found, Items):
            return found
        return Items([found])

    def _simple_items(self, node: ast.expr, scope: Scope, bound: int | None) -> Items:
        """A list of simple values that is no display here; its items where they are constants elsewhere."""
        text = self._text(node, scope)
        actual, at = self._through(node, scope)
        constants = constant_items(self._program, at.source, actual)
        if constants is None:
            return Items([Each(lambda: "", Leaf(lambda: ""))], text, bound)
        quote = scope.source.literal
        leaves = [
            Leaf(lambda v=item.value: quote(v) if isinstance(v, str) else repr(v), item.value, True)  # type: ignore[misc, arg-type]
            for item in constants
        ]
        return Items(list(leaves), text, len(leaves))

    def _listed(self, node: ast.expr, element: str, scope: Scope) -> Node:
        return self.items(node, element, scope)

    def _is_simple(self, type_name: str) -> bool:
        kind = self._soap.types.get(type_name)
        return kind is None or kind.kind in ("enum", "simple")

    def _clauses(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> Make:
        first = node.generators[0]
        start = scope.source.span(first.target)[0]
        begin = scope.source.text.rfind("for", 0, start)
        last = node.generators[-1]
        end = max(scope.source.span(part)[1] for part in (last.iter, *last.ifs))
        for part in node.generators:
            self._moving.check_iterable(scope.source, part.iter, scope.moves)
        parts = [
            (g, self._text(g.iter, scope), [self._text(t, scope) for t in g.ifs]) for g in node.generators
        ]
        if not scope.bound:
            return lambda: scope.source.rendered(begin, end)
        if any(part.is_async for part in node.generators):
            raise Unconvertible("an asynchronous comprehension in a helper function", scope.source, node)
        return lambda: " ".join(
            " ".join(
                (
                    f"for {scope.source.source(part.target)} in {operand(iterable())}",
                    *(f"if {operand(test())}" for test in tests),
                )
            )
            for part, iterable, tests in parts
        )

    # --- leaves -----------------------------------------------------------------------------

    def leaf(self, node: ast.expr, scope: Scope) -> Leaf:
        """A simple value."""
        actual, at = self._through(node, scope)
        known, constant = constant_of(at.source, actual)
        simple = known and isinstance(constant, str | int | float | bool | None)
        return Leaf(
            self._text(node, scope),
            constant if simple else None,  # type: ignore[arg-type]
            simple,
            self._nullable(actual, at),
            self._kind(at.source, actual),
            texts_of(at.source, actual),
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
        if not isinstance(node, ast.Name):
            return None
        function = source.function(node)
        if function is not None and node.id in _parameters(function):
            given = self._handed(source, function, node.id)
            kinds = {self._kind(other, value, depth + 1) for other, value in given}
            return kinds.pop() if len(kinds) == 1 else None
        for owner in (function, None):
            touches = self._touches(source, owner, node.id)
            if touches.values:
                plain = len(touches.values) == 1 and not touches.odd and not touches.builders
                return self._kind(source, touches.values[0][1], depth + 1) if plain else None
        return None

    def _handed(self, source: Source, function: FunctionNode, name: str) -> list[tuple[Source, ast.expr]]:
        """What all callers of a function hand over for a parameter; empty where that is not known."""
        if self._program.mentions(source, function):
            return []
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        if isinstance(source.parent(function), ast.ClassDef) and not _is_static(function):
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

    def _through(self, node: ast.expr, scope: Scope) -> tuple[ast.expr, Scope]:
        """What a parameter of an inlined function is bound to."""
        while isinstance(node, ast.Name) and node.id in scope.bound:
            node, scope = scope.bound[node.id]
        return node, scope

    def _nullable(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a value may be None as far as the source shows."""
        if isinstance(node, ast.Constant):
            return node.value is None
        if isinstance(node, ast.IfExp):
            return self._nullable(node.body, scope) or self._nullable(node.orelse, scope)
        if isinstance(node, ast.BoolOp):
            last = self._nullable(node.values[-1], scope)
            return last if isinstance(node.op, ast.Or) else any(self._nullable(v, scope) for v in node.values)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("get", "getenv") and len(node.args) == 1 and not node.keywords:
                return True
            if node.func.attr in ("get", "getenv", "pop") and len(node.args) == 2:
                return isinstance(node.args[1], ast.Constant) and node.args[1].value is None
        flows = scope.source.flows(node)
        if any(isinstance(flow, ResponseFlow) and flow.path[-1:] not in _NEVER_NONE for flow in flows):
            return True
        return NumberFlow("None") in flows

    def _text(self, node: ast.expr, scope: Scope, landing: "_Landing | None" = _HERE) -> Make:
        """The text of an expression for the place of the call."""
        self._moved.append((scope.source, node, scope.moves))
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
        if scope.function is not None and scope.bound is not None and self._is_inlined(scope):
            inner = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            inner |= {name for loop in scope.loops for name in _targets(loop)} | scope.inner
            self._check_capture(node, scope, names)
            for name in names:
                if name.id not in scope.bound and name.id in _locals(scope.function) - inner:
                    raise Unconvertible(
                        f"{name.id!r} is known inside {scope.function.name}() only", scope.source, node
                    )
        for loop in scope.loops:
            made = _made_in(loop)
            for name in names:
                if name.id in made and name.id not in scope.bound:
                    raise Unconvertible(f"{name.id!r} is made anew in a loop", scope.source, node)
        landing = None if scope.stays else (self._landing if landing is _HERE else landing)
        if not any(name.id in scope.bound for name in names):
            return lambda: self._landed(node, scope, landing, scope.source.source(node))
        return lambda: self._landed(node, scope, landing, self._substituted(node, scope, landing))

    def _landed(self, node: ast.expr, scope: Scope, landing: "_Landing | None", text: str) -> str:
        """A text that goes to the place of the call: its names must mean the same there."""
        if landing is None or landing.source is None:
            return text
        source, function = landing.source, landing.function
        own = scope.source.function(node)
        if own is function and source is scope.source:
            return text
        inner = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        inner |= {name for loop in scope.loops for name in _targets(loop)} | scope.inner | set(scope.bound)
        around = [own, *(a for a in scope.source.ancestors(node) if isinstance(a, FunctionNode))]
        for name in ast.walk(node):
            if not isinstance(name, ast.Name) or name.id in inner or hasattr(builtins, name.id):
                continue
            if source is not scope.source:
                raise Unconvertible(f"{name.id!r} is not known where the call is made", scope.source, node)
            there = [a for a in (function, *_outer(source, function)) if a is not None and a not in around]
            if any(name.id in _locals(a) for a in there):
                raise Unconvertible(
                    f"{name.id!r} means something else where the call is made", scope.source, node
                )
            stores = [
                n
                for n in walk_scope(source.tree)
                if isinstance(n, ast.Name) and n.id == name.id and not isinstance(n.ctx, ast.Load)
            ]
            if own is None and len(stores) > 1:
                raise Unconvertible(f"{name.id!r} changes before the request is sent", scope.source, node)
        return text

    def _check_capture(self, node: ast.expr, scope: Scope, names: list[ast.Name]) -> None:
        """An argument must not be read as the loop variable of the helper it goes into."""
        targets = {name for loop in scope.loops for name in _targets(loop)} | scope.inner
        for name in names:
            if name.id not in scope.bound:
                continue
            inner = {n.id for n in ast.walk(scope.bound[name.id][0]) if isinstance(n, ast.Name)}
            if inner & targets:
                raise Unconvertible("a helper uses the same name for something else", scope.source, node)

    def _stands(self, node: ast.expr, scope: Scope) -> bool:
        """Whether an expression is written in the source (and not put together from arguments)."""
        return scope.source.parent(node) is not None

    def _is_inlined(self, scope: Scope) -> bool:
        return scope.use is None

    def _substituted(self, node: ast.expr, scope: Scope, landing: "_Landing | None") -> str:
        start, end = scope.source.span(node)
        parts: list[str] = []
        position = start
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in scope.bound]
        for name in sorted(names, key=scope.source.span):
            at, until = scope.source.span(name)
            bound, outer = scope.bound[name.id]
            if isinstance(bound, ast.Tuple) and not self._stands(bound, outer):
                raise Unconvertible("arguments are handed on as a list", scope.source, node)
            text = self._text(bound, outer, landing)()
            if name is not node and not isinstance(
                bound, ast.Name | ast.Attribute | ast.Constant | ast.Call | ast.Subscript
            ):
                text = f"({text})"
            parts.extend((scope.source.rendered(position, at), text))
            position = until
        parts.append(scope.source.rendered(position, end))
        return "".join(parts)

    # --- variables and functions ------------------------------------------------------------

    def _elsewhere(
        self,
        node: ast.expr,
        type_name: str,
        scope: Scope,
        again: Callable[[ast.expr, Scope], Node],
        *,
        many: bool = False,
    ) -> Node:
        """A value that is made somewhere else: a variable, a parameter, a helper function."""
        if isinstance(node, ast.Await):
            return again(node.value, scope)
        if isinstance(node, ast.Name):
            return self._variable(node, type_name, scope, again, many=many)
        if isinstance(node, ast.Call):
            return self._returned(node, type_name, scope, again, many=many)
        raise Unconvertible(
            "a part of the request is made in a way that cannot be followed", scope.source, node
        )

    def _binding(self, node: ast.Name, scope: Scope) -> tuple[ast.expr, Scope] | None:
        """The expression a variable holds, where it is assigned once and never changed."""
        if node.id in scope.bound:
            return scope.bound[node.id]
        touches = self._touches(scope.source, scope.function, node.id, scope.dead)
        if touches.values and len(touches.values) == 1 and not touches.builders and not touches.odd:
            return touches.values[0][1], scope
        return None

    def _consume(self, node: ast.Name, scope: Scope) -> None:
        self.consumed.reads[scope.source.place(node)] = node

    def _variable(
        self,
        node: ast.Name,
        type_name: str,
        scope: Scope,
        again: Callable[[ast.expr, Scope], Node],
        *,
        many: bool,
    ) -> Node:
        if node.id in scope.bound:
            bound, outer = scope.bound[node.id]
            self.consumed.reads[scope.source.place(node)] = node
            return again(bound, outer)
        touches = self._touches(scope.source, scope.function, node.id, scope.dead)
        if _is_kept_and_changed(scope.source, node, touches):
            raise Unconvertible(f"{node.id!r} is put into a list and changed afterwards", scope.source, node)
        if not touches.values and scope.function is not None and node.id in _parameters(scope.function):
            raise Unconvertible(
                f"the request is made by the callers of {scope.function.name}()", scope.source, node
            )
        if not touches.values and scope.function is not None:
            touches = self._touches(scope.source, None, node.id)
            if touches.builders:
                raise Unconvertible(f"{node.id!r} is filled in another place", scope.source, node)
        if touches.odd:
            raise Unconvertible(f"{node.id!r} is also used in another way", scope.source, touches.odd[0])
        if not touches.values:
            raise Unconvertible(f"it is not known what {node.id!r} is", scope.source, node)
        self._check_elsewhere(scope.source, node)
        self._own.add(node.id)
        use = scope.use or scope.source.statement(node)
        if scope.sent is not None and any(not _before(scope, s, use) for s in touches.statements()):
            use, scope = scope.sent, replace(scope, moves=())
        straight = len(touches.values) == 1 and all(
            _before(scope, statement, use) for statement in touches.statements()
        )
        self._consume(node, scope)
        if straight:
            return self._folded(touches, type_name, scope, again, use, many=many)
        if type_name == "Attribute" and not many:
            raise Unconvertible(f"{node.id!r} is filled differently on different ways", scope.source, node)
        if type_name in self._in_place:
            return self._kept(node, touches, type_name, scope, again, many=many)
        loops = len(touches.values) == 1 and all(
            _before(scope, s, use) or self._in_plain_loop(scope, s, use) for s in touches.statements()
        )
        if loops:
            return self._folded(touches, type_name, scope, again, use, many=many)
        raise Unconvertible(f"{node.id!r} is filled differently on different ways", scope.source, node)

    def _check_elsewhere(self, source: Source, node: ast.Name) -> None:
        """A constant of a module must not be changed by other modules."""
        function = source.function(node)
        if function is not None and node.id in _locals(function):
            return
        for other in self._program.sources.values():
            if other is source:
                continue
            for found in other.nodes:
                named = isinstance(found, ast.Name) and found.id == node.id
                if named or (isinstance(found, ast.Attribute) and found.attr == node.id):
                    if Aliases(self._program).is_changed(other, found):
                        raise Unconvertible(f"{node.id!r} is changed by another module", other, found)

    def _in_plain_loop(self, scope: Scope, statement: ast.stmt, use: ast.stmt) -> bool:
        """Whether a statement is in a `for` loop (only) that runs before the use."""
        parent = scope.source.parent(statement)
        return isinstance(parent, ast.For) and statement in parent.body and _before(scope, parent, use)

    def _folded(
        self,
        touches: "_Touches",
        type_name: str,
        scope: Scope,
        again: Callable[[ast.expr, Scope], Node],
        use: ast.stmt,
        *,
        many: bool,
    ) -> Node:
        """The value of a variable that is filled on one way only."""
        first, value = touches.values[0]
        self._folds.add(touches.name)
        result = again(value, replace(scope, use=scope.use and first, moves=_moved(scope, first, use)))
        for statement, path, kind, given in touches.builders:
            loop = scope.source.parent(statement)
            inside = isinstance(loop, ast.For) and not _before(scope, statement, use)
            if kind in _GROWING and kind != "update" and _grows_in_loop(scope.source, first, statement, use):
                raise Unconvertible(
                    "a list of the request grows on every turn of a loop", scope.source, statement
                )
            from_here = loop if inside and isinstance(loop, ast.For) else statement
            at = replace(scope, use=scope.use and statement, moves=_moved(scope, from_here, use))
            if inside and isinstance(loop, ast.For):
                self._loops.append((scope.source, loop))
                display = self._display_of(loop.target, loop.iter, at)
                for item in display:
                    bound = {**at.bound, **item}
                    self._apply(
                        result, path, kind, given, replace(at, bound=bound), type_name, None, many=many
                    )
                if display and any(isinstance(n, ast.Continue | ast.Break) for n in ast.walk(loop)):
                    raise Unconvertible("a loop that fills the request is left early", scope.source, loop)
                if display:
                    continue
                at.loops = (*at.loops, loop)
            self._apply(result, path, kind, given, at, type_name, loop if inside else None, many=many)
        return result

    def _display_of(
        self, target: ast.expr, iterable: ast.expr, scope: Scope
    ) -> list[dict[str, tuple[ast.expr, Scope]]]:
        """What the variables of a loop are bound to in each run, where its list is written out; else nothing."""
        limit: int | None = None
        if isinstance(iterable, ast.Subscript) and isinstance(iterable.slice, ast.Slice):
            part = iterable.slice
            if part.lower is None and part.step is None and isinstance(part.upper, ast.Constant):
                limit = part.upper.value if isinstance(part.upper.value, int) else None
            if limit is None:
                return []
            iterable = iterable.value
        where = scope
        if isinstance(iterable, ast.Name) and iterable.id in scope.bound:
            iterable, where = scope.bound[iterable.id]
        if not isinstance(iterable, ast.List | ast.Tuple) or not 0 < len(iterable.elts) <= _MAX_UNROLLED:
            return []
        if limit is not None and limit < len(iterable.elts):
            return []
        rows: list[dict[str, tuple[ast.expr, Scope]]] = []
        for item in iterable.elts:
            row = self._row(target, item, where)
            if row is None:
                return []
            rows.append(row)
        return rows

    def _row(
        self, target: ast.expr, item: ast.expr, scope: Scope
    ) -> dict[str, tuple[ast.expr, Scope]] | None:
        if isinstance(target, ast.Name) and not isinstance(item, ast.Starred):
            return {target.id: (item, scope)}
        if not isinstance(target, ast.Tuple) or not isinstance(item, ast.Tuple | ast.List):
            return None
        if len(target.elts) != len(item.elts) or not all(isinstance(t, ast.Name) for t in target.elts):
            return None
        pairs = zip(target.elts, item.elts, strict=True)
        return {t.id: (value, scope) for t, value in pairs if isinstance(t, ast.Name)}

    def _apply(
        self,
        target: Node,
        path: tuple[str, ...],
        kind: str,
        given: ast.expr,
        scope: Scope,
        type_name: str,
        loop: ast.AST | None,
        *,
        many: bool,
    ) -> None:
        """One statement that fills an object or list."""
        if kind == "unset" and isinstance(target, Record) and len(path) == 1 and loop is None:
            target.fields.pop(path[0], None)
            return
        if kind == "set":
            if loop is not None or not isinstance(target, Record | Items):
                raise Unconvertible("a request object is filled in a loop", scope.source, given)
            only = target.items[0] if isinstance(target, Items) and len(target.items) == 1 else target
            if isinstance(only, Record) and path:
                self._set(only, path, given, scope)
            elif isinstance(target, Record):
                self._set(target, path, given, scope)
            else:
                target.items = self.items(given, self._element_of(type_name, many=many), scope).items
            return
        if kind == "update" and loop is None and not path and isinstance(target, Record):
            for name, value in self._unpacked(given, scope):
                self._set(target, (name,), value, scope)
            return
        items = self._list_in(target, path, type_name, scope, given)
        element = self._element_of_path(target, path, type_name, many=many)
        if kind == "extend":
            extension = self.items(given, element, scope)
            if extension.text is not None and not items.items and items.text is None and loop is None:
                items.text, items.at_most = extension.text, extension.at_most
                items.items.extend(extension.items)
                return
            if items.text is not None:
                items.items[:], items.text = _spread(items), None
            added = _spread(extension)
        elif kind == "append":
            added = [self.value(given, element, scope)]
        else:
            raise Unconvertible("a request is filled by update()", scope.source, given)
        if isinstance(loop, ast.For):
            clauses = self._loop_clauses(loop, scope, given)
            if not items.items and len(added) == 1 and not isinstance(added[0], Each):
                items.at_most = at_most(self._program, scope.source, loop.iter)
            added = [
                Each(_both(clauses, item.clauses), item.item)
                if isinstance(item, Each)
                else Each(clauses, item)
                for item in added
            ]
        items.items.extend(added)

    def _loop_clauses(self, loop: ast.For, scope: Scope, given: ast.expr) -> Make:
        """The clauses of a loop that fills a list; `if …: continue` becomes a condition."""
        source = scope.source
        outer = replace(scope, loops=scope.loops[:-1])
        statement = source.statement(given)
        skips = [
            s
            for s in loop.body[: loop.body.index(statement)]
            if isinstance(s, ast.If) and not s.orelse and [type(b) for b in s.body] == [ast.Continue]
        ]
        leaving = [
            n for n in ast.walk(loop) if isinstance(n, ast.Continue | ast.Break | ast.Return | ast.Raise)
        ]
        if len(leaving) != len(skips):
            raise Unconvertible("a request is filled in a loop that is left early", source, loop)
        iterable = self._text(loop.iter, outer)
        tests = [self._text(s.test, scope) for s in skips]
        self._moving.check_iterable(source, loop.iter, scope.moves)
        self._moving.check_loop(source, loop, [loop.iter, *(s.test for s in skips)], self._own)
        return lambda: " ".join(
            (
                f"for {source.source(loop.target)} in {iterable()}",
                *(f"if not ({test()})" for test in tests),
            )
        )

    def _list_in(
        self, target: Node, path: tuple[str, ...], type_name: str, scope: Scope, node: ast.AST
    ) -> Items:
        if isinstance(target, Items):
            return target
        kind = self._soap.types.get(target.type) if isinstance(target, Record) else None
        if isinstance(target, Record) and not path and kind is not None and kind.kind == "list":
            path = (kind.fields[0].name,)
        if isinstance(target, Record) and path:
            item = self._known_field(target.type, path[0], node, scope)
            inner = self._inner(target, item)
            if isinstance(inner, Items):
                return inner
            return self._list_in(inner, path[1:], item.type, scope, node)
        raise Unconvertible("a list in the request is filled in a way that is not known", scope.source, node)

    def _element_of_path(self, target: Node, path: tuple[str, ...], type_name: str, *, many: bool) -> str:
        if isinstance(target, Items):
            return self._element_of(type_name, many=many)
        current = target.type if isinstance(target, Record) else type_name
        if not path:
            return self._element_of(current, many=many)
        for name in path:
            item = next((f for f in self._soap.fields(current) if f.name == name), None)
            if item is None:
                break
            current = item.type
            if item.unbounded:
                break
            kind = self._soap.types.get(current)
            if kind is not None and kind.kind == "list":
                current = kind.fields[0].type
                break
        return current

    def _element_of(self, type_name: str, *, many: bool) -> str:
        kind = self._soap.types.get(type_name)
        return kind.fields[0].type if not many and kind is not None and kind.kind == "list" else type_name

    # --- in place ---------------------------------------------------------------------------

    def _kept(
        self,
        node: ast.Name,
        touches: "_Touches",
        type_name: str,
        scope: Scope,
        again: Callable[[ast.expr, Scope], Node],
        *,
        many: bool,
    ) -> Node:
        """A variable that stays and holds the REST form: every statement that fills it is converted."""
        if scope.bound:
            raise Unconvertible(f"{node.id!r} is filled on different ways in a helper", scope.source, node)
        start = scope.source.span(scope.function)[0] if scope.function else 0
        key = (scope.source.path, start, node.id)
        if key in self._variables:
            self.holders |= self._part_of.get(key, {key})
            return self._variables[key]
        if key in self._making:
            raise Unconvertible(f"{node.id!r} is made of what it was before", scope.source, node)
        self._making.add(key)
        before, self.holders = self.holders, {key}
        source = scope.source
        is_attributes = type_name == "ArrayOfAttribute" or (many and type_name == "Attribute")
        whole: Node | None = None
        early = self._early(source, touches)
        for statement, value in touches.values:
            made = again(value, Scope(source, scope.function, {}, statement, stays=True))
            for filling, path, _, given in early:
                if isinstance(made, Record):
                    self._set(made, path, given, Scope(source, scope.function, {}, filling, stays=True))
            self._keep_value(source, value, made, key, is_attributes)
            whole = made if whole is None else _joined(whole, made)
        for filling, *_ in early:
            self.consumed.in_place.append(InPlace(source, filling, "", partial(self._drop, source, filling)))
        if whole is None:
            raise Unconvertible(f"it is not known what {node.id!r} is", source, node)
        self._variables[key] = whole
        self.consumed.kept[key] = (source, scope.function or source.tree, node.id)
        for statement, path, kind, given in touches.builders:
            if any(statement is filling for filling, *_ in early):
                continue
            self._keep_statement(
                whole,
                statement,
                path,
                kind,
                given,
                Scope(source, scope.function, {}, statement, stays=True),
                type_name,
                key,
                many=many,
            )
        whole.text = lambda: node.id
        self._part_of[key] = self.holders
        self.holders = before | self.holders
        return whole

    def _early(
        self, source: Source, touches: "_Touches"
    ) -> list[tuple[ast.stmt, tuple[str, ...], str, ast.expr]]:
        """The statements right behind the making of an object that set its fields: they go into the display."""
        if len(touches.values) != 1:
            return []
        first = touches.values[0][0]
        block = source.block(first)
        found: list[tuple[ast.stmt, tuple[str, ...], str, ast.expr]] = []
        for statement in block[block.index(first) + 1 :]:
            builder = next((b for b in touches.builders if b[0] is statement and b[2] == "set"), None)
            if (
                builder is None
                or not isinstance(statement, ast.Assign)
                or isinstance(statement.targets[0], ast.Tuple)
            ):
                break
            found.append(builder)
        return found

    def keep_soap_names(self, holders: set[Holder]) -> None:
        """These variables and functions hold records under SOAP names, which are translated later."""
        self._soap_names |= holders

    def _render(self, node: Node, source: Source, holder: Holder) -> str:
        """The REST text of a part of a request, for the variable or function that holds it."""
        renderer = self._renderer.with_soap_names() if holder in self._soap_names else self._renderer
        return renderer.record(node, source)

    def _keep_value(
        self, source: Source, value: ast.expr, made: Node, held_by: Holder, is_attributes: bool
    ) -> None:
        copy: Node = Items(list(made.items)) if isinstance(made, Items) else made
        if isinstance(made, Record):
            inner = {n: Items(list(v.items)) if isinstance(v, Items) else v for n, v in made.fields.items()}
            copy = Record(made.type, inner)
        holder = Record("LeadRecord", {"leadAttributeList": copy}) if is_attributes else copy

        def make() -> None:
            source.replace(value, lambda: self._render(holder, source, held_by))

        self.consumed.in_place.append(InPlace(source, value, "", make))

    def _keep_statement(
        self,
        whole: Node,
        statement: ast.stmt,
        path: tuple[str, ...],
        kind: str,
        given: ast.expr,
        scope: Scope,
        type_name: str,
        holder: Holder,
        *,
        many: bool,
    ) -> None:
        source, name = scope.source, holder[2]
        part: Node
        if kind == "set" and isinstance(whole, Record):
            part = Record(whole.type)
            self._set(part, path, given, scope)
            for key, value in part.fields.items():
                if key in ("Id", "Email") and not _dominates_all(source, statement, scope.function):
                    raise Unconvertible(f"{key} is set on some ways only", source, statement)
                whole.fields[key] = _joined(whole.fields[key], value) if key in whole.fields else value
        elif kind in ("append", "extend") and isinstance(whole, Record):
            part = Record(whole.type)
            self._apply(part, path, kind, given, scope, type_name, None, many=many)
            for key, value in part.fields.items():
                whole.fields[key] = _joined(whole.fields[key], value) if key in whole.fields else value
        elif kind in ("append", "extend") and isinstance(whole, Items):
            part = Items()
            self._apply(part, path, kind, given, scope, type_name, None, many=many)
            whole.items.extend(
                Each(lambda: "", item) if not isinstance(item, Each) else item for item in part.items
            )
        else:
            raise Unconvertible(f"{name!r} is filled in a way that is not known", source, statement)
        is_attributes = type_name == "ArrayOfAttribute" or (many and type_name == "Attribute")
        empty = isinstance(part, Record) and not any(isinstance(n, Leaf) for n in walk(part))

        def make() -> None:
            if empty:
                self._drop(source, statement)
            else:
                source.replace(statement, lambda: self._kept_text(part, holder, source, is_attributes, kind))

        self.consumed.in_place.append(InPlace(source, statement, "", make))

    def _kept_text(self, part: Node, holder: Holder, source: Source, is_attributes: bool, kind: str) -> str:
        name = holder[2]
        kept = part.type if isinstance(part, Record) else ""
        if isinstance(part, Record) and kept == "ArrayOfLeadRecord":
            part = part.fields["leadRecord"]
        if is_attributes or kept == "LeadRecord":
            whole = Record("LeadRecord", {"leadAttributeList": part}) if is_attributes else part
            text = self._render(whole, source, holder)
            single = _single_pair(text)
            return f"{name}[{single[0]}] = {single[1]}" if single else f"{name}.update({text})"
        if kind == "append" and isinstance(part, Items):
            item = part.items[0]
            inner = item.item if isinstance(item, Each) else item
            return f"{name}.append({self._render(inner, source, holder)})"
        return f"{name}.extend({self._render(part, source, holder)})"

    def _returned(
        self,
        node: ast.Call,
        type_name: str,
        scope: Scope,
        again: Callable[[ast.expr, Scope], Node],
        *,
        many: bool,
    ) -> Node:
        """What a helper function of the program returns."""
        found = self._program.called(scope.source, node)
        if found is None or isinstance(found[1], ast.ClassDef):
            raise Unconvertible("a part of the request comes from code that is not known", scope.source, node)
        source, function = found[0], found[1]
        returns = [n for n in walk_scope(function) if isinstance(n, ast.Return) and n.value is not None]
        if not returns:
            raise Unconvertible(f"{function.name}() returns nothing", scope.source, node)
        self.consumed.calls[scope.source.place(node)] = node
        if type_name in self._in_place and not (type_name == "Attribute" and not many):
            return self._function_in_place(
                node, source, function, returns, type_name, scope, again, many=many
            )
        if len(returns) != 1 or returns[0] is not function.body[-1]:
            raise Unconvertible(f"{function.name}() returns on several ways", source, function)
        inner = Scope(source, function, self._bind(node, function, scope, source), None, moves=scope.moves)
        self._decide(inner, function.body)
        if not _only_builds(source, function, inner.taken | inner.dead):
            raise Unconvertible(f"{function.name}() does more than build the request", source, function)
        value = returns[0].value
        assert value is not None  # noqa: S101 - filtered above
        return again(value, inner)

    def _decide(self, scope: Scope, statements: list[ast.stmt]) -> None:
        """Find out which branches of a function run for the arguments that it gets."""
        for statement in statements:
            if not isinstance(statement, ast.If):
                continue
            outcome = self._outcome(statement.test, scope)
            if outcome is None:
                continue
            runs, not_run = (
                (statement.body, statement.orelse) if outcome else (statement.orelse, statement.body)
            )
            scope.taken |= {id(statement)}
            scope.dead |= {
                id(node) for one in not_run for node in ast.walk(one) if isinstance(node, ast.stmt)
            }
            self._decide(scope, runs)

    def _outcome(self, test: ast.expr, scope: Scope) -> bool | None:
        """What a test of a parameter gives for its argument; None where that is not certain."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                outcome = self._outcome(inner, scope)
                return None if outcome is None else not outcome
            case ast.Compare(left=ast.Name() as name, ops=[op], comparators=[ast.Constant(value=None)]) if (
                isinstance(op, ast.Is | ast.IsNot)
            ):
                nothing = self._is_none(*self._through(name, scope))
                return None if nothing is None else nothing == isinstance(op, ast.Is)
            case ast.Name():
                node, at = self._through(test, scope)
                if isinstance(node, ast.List | ast.Tuple | ast.Set):
                    starred = any(isinstance(item, ast.Starred) for item in node.elts)
                    return None if starred else bool(node.elts)
                known, value = constant_of(at.source, node)
                return bool(value) if known else None
        return None

    def _touches(
        self, source: Source, function: FunctionNode | None, name: str, dead: frozenset[int] = frozenset()
    ) -> "_Touches":
        return _Touches(Aliases(self._program, self._fields), source, function, name, dead)

    def _is_none(self, node: ast.expr, scope: Scope) -> bool | None:
        """Whether a value is None; None where that is not certain."""
        if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.JoinedStr):
            return False
        known, value = constant_of(scope.source, node)
        if known:
            return value is None
        flows = scope.source.flows(node)
        simple = flows and all(isinstance(flow, TextFlow | NumberFlow) for flow in flows)
        return False if simple and NumberFlow("None") not in flows else None

    def _bind(
        self, node: ast.Call, function: FunctionNode, scope: Scope, source: Source
    ) -> dict[str, tuple[ast.expr, Scope]]:
        """The parameters of a function bound to the arguments of a call."""
        spec = function.args
        names = [a.arg for a in (*spec.posonlyargs, *spec.args)]
        is_method = isinstance(source.parent(function), ast.ClassDef) and not _is_static(function)
        bound: dict[str, tuple[ast.expr, Scope]] = {}
        if is_method and names:
            receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
            own = names.pop(0)
            if receiver is not None:
                bound[own] = (receiver, scope)
        given = self._spread_out(node, scope)
        rest = [argument for argument, _ in given[len(names) :]]
        if spec.kwarg or (rest and not spec.vararg) or any(isinstance(a, ast.Starred) for a in rest):
            raise Unconvertible(f"the arguments of {function.name}() cannot be followed", scope.source, node)
        for name, (argument, at) in zip(names, given, strict=False):
            if isinstance(argument, ast.Starred):
                raise Unconvertible("arguments are unpacked from a list", scope.source, node)
            bound[name] = (argument, at)
        if spec.vararg is not None:
            bound[spec.vararg.arg] = (ast.copy_location(ast.Tuple(rest, ast.Load()), node), scope)
        known = {*names, *(a.arg for a in spec.kwonlyargs)}
        for keyword in node.keywords:
            if keyword.arg is None or keyword.arg not in known:
                raise Unconvertible(
                    f"the arguments of {function.name}() cannot be followed", scope.source, node
                )
            bound[keyword.arg] = (keyword.value, scope)
        defaults = dict(
            zip(
                reversed([a.arg for a in (*spec.posonlyargs, *spec.args)]),
                reversed(spec.defaults),
                strict=False,
            )
        )
        defaults.update(
            {a.arg: d for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if d is not None}
        )
        for name, default in defaults.items():
            bound.setdefault(name, (default, Scope(source, None)))
        return bound

    def _spread_out(self, node: ast.Call, scope: Scope) -> list[tuple[ast.expr, Scope]]:
        """The positional arguments of a call; `*pair` is spread out where the pair is written out."""
        given: list[tuple[ast.expr, Scope]] = []
        for argument in node.args:
            if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Name):
                actual, at = self._through(argument.value, scope)
                if isinstance(actual, ast.Tuple | ast.List) and self._stands(actual, at):
                    given += [(item, at) for item in actual.elts]
                    continue
            given.append((argument, scope))
        return given

    def _function_in_place(
        self,
        node: ast.Call,
        source: Source,
        function: FunctionNode,
        returns: list[ast.Return],
        type_name: str,
        scope: Scope,
        again: Callable[[ast.expr, Scope], Node],
        *,
        many: bool,
    ) -> Node:
        """A function that returns a record: it returns the REST form from now on."""
        key = (source.path, source.span(function)[0], type_name)
        text = self._text(node, scope)
        is_attributes = type_name == "ArrayOfAttribute" or (many and type_name == "Attribute")
        if key not in self._functions:
            if key in self._making:
                raise Unconvertible(f"{function.name}() makes its record by calling itself", source, function)
            self._making.add(key)
            before, self.holders = self.holders, {key}
            whole: Node | None = None
            for statement in returns:
                value = statement.value
                if value is None:
                    continue
                made = again(value, Scope(source, function, {}, statement, stays=True))
                if not (isinstance(value, ast.Name) and getattr(made, "text", None) is not None):
                    self._keep_value(source, value, made, key, is_attributes)
                whole = made if whole is None else _joined(whole, made)
            if whole is None:
                raise Unconvertible(f"{function.name}() returns nothing", source, function)
            self._functions[key] = whole
            self._part_of[key] = self.holders
            self.holders = before
            self.consumed.converted[source.path, source.span(function)[0]] = (source, function)
        found = self._functions[key]
        self.holders |= self._part_of[key]
        if isinstance(found, Record):
            return Record(found.type, found.fields, text)
        if isinstance(found, Items):
            return Items(found.items, text, found.at_most)
        return found


class _Touches:
    """Everything that is done with a variable in a function or module: values, fillings, other uses."""

    def __init__(
        self,
        aliases: Aliases,
        source: Source,
        function: FunctionNode | None,
        name: str,
        dead: frozenset[int] = frozenset(),
    ) -> None:
        """`dead` are the ids of statements that surely do not run."""
        self._dead = dead
        self.name = name
        self._aliases = aliases
        scope = function or source.tree
        self.values: list[tuple[ast.stmt, ast.expr]] = []
        self.builders: list[tuple[ast.stmt, tuple[str, ...], str, ast.expr]] = []
        self.reads: list[ast.Name] = []
        self.odd: list[ast.AST] = [
            n
            for n in inner_reads(source, scope, name)
            if not isinstance(n.ctx, ast.Load) or aliases.is_changed(source, n)
        ]
        for node in walk_scope(function or source.tree):
            if isinstance(node, ast.Name) and node.id == name and not in_comprehension(source, node):
                self._note(source, node)

    def statements(self) -> list[ast.stmt]:
        """The statements that give or fill the variable."""
        return [*(s for s, _ in self.values), *(s for s, *_ in self.builders)]

    def _note(self, source: Source, node: ast.Name) -> None:
        if id(node) in source.leaving or (self._dead and id(source.statement(node)) in self._dead):
            return
        parent = source.parent(node)
        if not isinstance(node.ctx, ast.Load):
            plain = isinstance(parent, ast.Assign) and len(parent.targets) == 1 and parent.targets[0] is node
            annotated = isinstance(parent, ast.AnnAssign) and parent.target is node
            if (
                (plain or annotated)
                and isinstance(parent, ast.Assign | ast.AnnAssign)
                and parent.value is not None
            ):
                self.values.append((parent, parent.value))
            elif (pair := _in_tuple(source, node)) is not None:
                self.values.append(pair)
            elif isinstance(parent, ast.AugAssign) and isinstance(parent.op, ast.Add):
                self.builders.append((parent, (), "extend", parent.value))
            else:
                self.odd.append(node)
            return
        found = self._builder(source, node)
        if found is not None:
            self.builders.append(found)
        else:
            self.reads.append(node)
            if self._aliases.is_changed(source, node):
                self.odd.append(node)

    def _builder(
        self, source: Source, node: ast.Name
    ) -> tuple[ast.stmt, tuple[str, ...], str, ast.expr] | None:
        current: ast.AST = node
        path: list[str] = []
        while True:
            parent = source.parent(current)
            if isinstance(parent, ast.Attribute) and parent.value is current:
                path.append(parent.attr)
            elif (
                isinstance(parent, ast.Subscript)
                and parent.value is current
                and isinstance(parent.slice, ast.Constant)
                and isinstance(parent.slice.value, str)
            ):
                path.append(parent.slice.value)
            else:
                break
            current = parent
        parent = source.parent(current)
        if path and isinstance(parent, ast.Assign) and current in parent.targets and len(parent.targets) == 1:
            return parent, tuple(path), "set", parent.value
        if path and isinstance(current, ast.Attribute | ast.Subscript) and isinstance(current.ctx, ast.Store):
            pair = _in_tuple(source, current)
            if pair is not None:
                return pair[0], tuple(path), "set", pair[1]
        if path and isinstance(parent, ast.Delete) and len(parent.targets) == 1:
            return parent, tuple(path), "unset", parent.targets[0]
        if (
            path
            and path[-1] in _GROWING
            and isinstance(parent, ast.Call)
            and parent.func is current
            and isinstance(source.parent(parent), ast.Expr)
            and len(parent.args) + (path[-1] == "update" and bool(parent.keywords)) == 1
        ):
            statement = source.statement(parent)
            given: ast.expr = parent.args[0] if parent.args else _as_dict_call(parent)
            return statement, tuple(path[:-1]), path[-1], given
        if (
            not path
            and isinstance(parent, ast.Call)
            and isinstance(parent.func, ast.Name)
            and parent.func.id == "setattr"
            and len(parent.args) == 3
            and parent.args[0] is node
            and isinstance(parent.args[1], ast.Constant)
        ):
            return source.statement(parent), (str(parent.args[1].value),), "set", parent.args[2]
        return None


def _is_kept_and_changed(source: Source, node: ast.Name, touches: _Touches) -> bool:
    """Whether a loop puts one object into a list again and again, and fills it each time."""
    call = source.parent(node)
    if not isinstance(call, ast.Call) or node not in call.args or not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr not in _GROWING:
        return False
    for loop in source.ancestors(node):
        if isinstance(loop, ast.For | ast.While) and any(
            loop in source.ancestors(s) for s, *_ in touches.builders
        ):
            return not any(loop in source.ancestors(statement) for statement, _ in touches.values)
        if isinstance(loop, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
    return False


def _outer(source: Source, function: FunctionNode | None) -> list[FunctionNode]:
    """The functions around a function."""
    return (
        [a for a in source.ancestors(function) if isinstance(a, FunctionNode)] if function is not None else []
    )


def _moved(scope: Scope, start: ast.stmt, end: ast.stmt) -> tuple[Move, ...]:
    """The moves of an expression that stands in another statement than the one that uses it."""
    if start is end or not hasattr(start, "lineno"):
        return scope.moves
    return (*scope.moves, Move(scope.source, start, end))


def _both(first: Make, second: Make) -> Make:
    def both() -> str:
        return f"{first()} {second()}".strip()

    return both


def _targets(loop: ast.For) -> set[str]:
    """The variables of a loop."""
    return {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}


def _made_in(loop: ast.For) -> set[str]:
    """The names that the body of a loop binds."""
    stored = [n for s in loop.body for n in ast.walk(s) if isinstance(n, ast.Name)]
    return {n.id for n in stored if isinstance(n.ctx, ast.Store)}


def _spread(items: Items) -> list[Node | Each]:
    """The items of a list that becomes a part of another one."""
    text = items.text
    if text is None or (items.items and all(isinstance(i, Leaf) and i.is_constant for i in items.items)):
        return items.items
    return [Each(lambda: f"for value in {text()}", Leaf(lambda: "value"))]


def _as_dict_call(call: ast.Call) -> ast.Call:
    """`dict(a=1)` for the keywords of `x.update(a=1)`."""
    return ast.copy_location(ast.Call(ast.Name("dict", ast.Load()), [], call.keywords), call)


def _in_tuple(source: Source, target: ast.expr) -> tuple[ast.stmt, ast.expr] | None:
    """The statement and value of a target in `a, b = x, y`."""
    holder = source.parent(target)
    if not isinstance(holder, ast.Tuple | ast.List):
        return None
    statement = source.parent(holder)
    if (
        not isinstance(statement, ast.Assign)
        or len(statement.targets) != 1
        or statement.targets[0] is not holder
    ):
        return None
    value = statement.value
    if not isinstance(value, ast.Tuple | ast.List) or len(value.elts) != len(holder.elts):
        return None
    if any(isinstance(item, ast.Starred) for item in (*value.elts, *holder.elts)):
        return None
    return statement, value.elts[holder.elts.index(target)]


def _dominates(source: Source, statement: ast.stmt, use: ast.stmt) -> bool:
    """Whether a statement always runs before a use: its block holds the use, further down."""
    if statement is use:
        return True
    if source.span(statement)[0] > source.span(use)[0]:
        return False
    block = source.block(statement)
    return use in block or any(ancestor in block for ancestor in source.ancestors(use))


def _grows_in_loop(source: Source, first: ast.stmt, statement: ast.stmt, use: ast.stmt) -> bool:
    """Whether a loop that sends a request fills a list that was made before it."""
    outside = {id(outer) for outer in source.ancestors(first)}
    around = [
        outer for outer in source.ancestors(use) if isinstance(outer, ast.For | ast.AsyncFor | ast.While)
    ]
    inside = {id(outer) for outer in source.ancestors(statement)}
    return any(id(loop) in inside and id(loop) not in outside for loop in around)


def _before(scope: Scope, statement: ast.stmt, use: ast.stmt) -> bool:
    """Whether a statement always runs before a use, for what is known of the branches of the function."""
    source = scope.source
    while scope.taken and id(source.parent(statement)) in scope.taken and use is not statement:
        outer = source.parent(statement)
        if (
            not isinstance(outer, ast.stmt)
            or use in source.ancestors(statement)
            or outer in source.ancestors(use)
        ):
            break
        statement = outer
    return _dominates(source, statement, use)


def _dominates_all(source: Source, statement: ast.stmt, function: FunctionNode | None) -> bool:
    """Whether a statement stands at the top of its function's or module's body."""
    return statement in (function.body if function is not None else source.tree.body)


def _is_constant(arguments: list[ast.expr]) -> bool:
    """Whether a request object is always of one type: then the helper is looked through as usual."""
    return bool(arguments) and isinstance(arguments[0], ast.Constant)


def _is_setattr_of_keywords(source: Source, function: FunctionNode, node: ast.AST) -> bool:
    """`for name, value in values.items(): setattr(thing, name, value)` over the `**values` of a function."""
    call = source.parent(node)
    if (
        not isinstance(call, ast.Call)
        or getattr(call.func, "id", "") != "setattr"
        or call.args[0] is not node
    ):
        return False
    loop = next((a for a in source.ancestors(call) if isinstance(a, ast.For)), None)
    given = function.args.kwarg.arg if function.args.kwarg else None
    if loop is None or given is None:
        return False
    return any(isinstance(n, ast.Name) and n.id == given for n in ast.walk(loop.iter))


def _parameters(function: FunctionNode) -> set[str]:
    spec = function.args
    names = {a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)}
    return names | {a.arg for a in (spec.vararg, spec.kwarg) if a is not None}


def _locals(function: FunctionNode) -> set[str]:
    stored = {n.id for n in walk_scope(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | _parameters(function)


def _is_static(function: FunctionNode) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list)


def _only_builds(source: Source, function: FunctionNode, decided: frozenset[int]) -> bool:
    """Whether a function's statements only assign, fill and return (a docstring may stand first).

    `decided` are the ids of `if` statements of which one branch runs, and of the statements of the other one.
    """
    pending = list(function.body)
    while pending:
        statement = pending.pop()
        if isinstance(statement, ast.If) and id(statement) in decided:
            pending += [s for s in (*statement.body, *statement.orelse) if id(s) not in decided]
            continue
        match statement:
            case ast.Assign() | ast.AnnAssign() | ast.Return() | ast.Expr(value=ast.Constant()):
                continue
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attr))) if attr in _GROWING:
                continue
            case ast.For(body=body) if all(isinstance(s, ast.Assign | ast.Expr) for s in body):
                continue
            case _:
                return False
    return True


def _joined(left: Node, right: Node) -> Node:
    """What two values of one variable have in common."""
    if isinstance(left, Items) and isinstance(right, Items):
        return Items([*left.items, *right.items], left.text)
    if isinstance(left, Record) and isinstance(right, Record) and left.type == right.type:
        if {"Id", "Email"} & (left.fields.keys() ^ right.fields.keys()):
            raise Unconvertible("the key of the lead is given on some ways only")
        merged = dict(left.fields)
        for name, value in right.fields.items():
            merged[name] = _joined(merged[name], value) if name in merged else value
        return Record(left.type, merged, left.text)
    if isinstance(left, Leaf) and isinstance(right, Leaf):
        same = left.is_constant and right.is_constant and left.constant == right.constant
        return Leaf(left.text, left.constant if same else None, same, left.nullable or right.nullable)
    raise Unconvertible("a part of the request has different forms on different ways")


_MAKES_TIMES = frozenset(
    {
        "datetime", "now", "utcnow", "today", "fromisoformat", "strptime", "fromtimestamp", "utcfromtimestamp",
        "combine", "replace", "astimezone",
    }
)  # fmt: skip
_OTHER_TYPES = (
    "datetime.date.",
    "datetime.date(",
    "decimal.Decimal",
    "uuid.uuid",
    "uuid.UUID",
    "fractions.Fraction",
)
_MAKES_TEXTS = frozenset({"isoformat", "strftime"})


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
    flows = source.flows(node)
    if isinstance(node, ast.Call):
        for name in externals(source.flows(node.func)):
            if name == "datetime.date" or name.startswith(_OTHER_TYPES):
                return "object"
            if name.startswith("datetime.datetime"):
                last = name.rpartition(".")[2]
                return "datetime" if last in _MAKES_TIMES else "str" if last in _MAKES_TEXTS else None
    if flows and all(isinstance(flow, NumberFlow) and flow.text.lstrip("-").isdigit() for flow in flows):
        return "int"
    if flows and all(
        isinstance(flow, ResponseFlow) and flow.path[-1:] in (("Id",), ("leadId",)) for flow in flows
    ):
        return "int"
    if flows and all(isinstance(flow, TextFlow) for flow in flows):
        return "str"
    return None


def _single_pair(text: str) -> tuple[str, str] | None:
    """Key and value of a dict display of one pair."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None
    if not isinstance(node, ast.Dict) or len(node.keys) != 1 or node.keys[0] is None:
        return None
    body = text.strip()
    key = ast.get_source_segment(body, node.keys[0])
    value = ast.get_source_segment(body, node.values[0])
    return (key, value) if key and value else None
