"""Whether an expression gives the same value, and does the same once, at the place it is moved to.

A request is put together before it is sent; the REST call holds its values where it is made. What a value reads
must not change on the way, and a value that does something must not be overtaken by anything else that does.
"""

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from marketo_migrate.model.flow import ClientFlow, ContainerFlow, RequestFlow, SignatureFlow
from marketo_migrate.model.record import record
from marketo_migrate.rewrite.aliases import Aliases
from marketo_migrate.rewrite.containers import is_container
from marketo_migrate.rewrite.nodes import root_of, walk, walk_scope
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.purity import Purity
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import FunctionNode, Source

_CHANGING = frozenset(
    {
        "append", "appendleft", "extend", "insert", "pop", "popleft", "popitem", "remove", "clear", "sort", "reverse",
        "add", "discard", "update", "setdefault", "put", "__setitem__", "__delitem__",
    }
)  # fmt: skip
_STABLE_FUNCTIONS = frozenset(
    {"str", "int", "float", "len", "bool", "repr", "abs", "round", "format", "isinstance"}
)
_GATHERING = frozenset({"sorted", "list", "tuple", "set", "frozenset", "dict"})
_STABLE_METHODS = frozenset(
    {
        "strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "format", "replace", "split", "join", "encode",
        "decode", "isoformat", "strftime", "get", "partition", "rpartition", "startswith", "endswith", "zfill", "getenv",
        "casefold", "swapcase", "items", "keys", "values", "astimezone",
    }
)  # fmt: skip
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@record
class Move:
    """A value goes from one statement of a function to a later one."""

    source: Source
    start: ast.stmt
    end: ast.stmt


@dataclass(slots=True)
class _Changes:
    """What statements change: variables, attributes by name, and the items of variables and attributes."""

    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    items: set[str] = field(default_factory=set)

    def add(self, other: "_Changes") -> None:
        self.names |= other.names
        self.attributes |= other.attributes
        self.items |= other.items


class Moving:
    """Judges moves.

    `taken` are statements whose effects have moved, so that they go although they do something; `once` are
    loops that run once after the rewrite.
    """

    def __init__(self, program: Program, purity: Purity) -> None:
        self._program = program
        self._purity = purity
        self._functions: dict[int, _Changes] = {}
        self.taken: set[int] = set()
        self.once: set[int] = set()

    def check(self, source: Source, node: ast.expr, moves: Iterable[Move], requests: Collection[str]) -> None:
        """Raise `Unconvertible` where an expression of a module may mean something else after its moves.

        `requests` are variables that hold the request: what fills them is no change of what is read.
        """
        acts = not self.is_stable(source, node)
        for move in moves:
            if any(_sends(source, part) for part in walk(node)):
                raise Unconvertible("a value of the request is read from Marketo itself", source, node)
            between = self._between(move)
            own = move.source is source and move.source.function(move.start) is source.function(node)
            changed = self._changes(move.source, between, requests)
            self._check_reads(source, node, changed, own=own)
            self._check_objects(source, node, move, between, requests)
            if acts:
                self._check_order(source, node, move, between)
            elif may_fail(node) and any(_sends(move.source, p) for s in between for p in walk(s)):
                raise Unconvertible(
                    "a value of the request may fail after another call was made", source, node
                )

    def check_run(self, source: Source, node: ast.expr, other: Source, function: FunctionNode) -> None:
        """Raise where an expression is evaluated by a function, maybe several times, and may give something else there."""
        if not self.is_stable(source, node):
            raise Unconvertible("a value of the request is made once and may be sent again", source, node)
        changed = self._changes(other, function.body)
        changed.names = self._in_function(other, function).names
        self._check_reads(source, node, changed, own=True)

    def is_stable(self, source: Source, node: ast.AST) -> bool:
        """Whether an expression gives the same however often and late it is evaluated, if what it reads stays."""
        match node:
            case (
                ast.Constant()
                | ast.Name()
                | ast.expr_context()
                | ast.operator()
                | ast.unaryop()
                | ast.cmpop()
            ):
                return True
            case ast.boolop():
                return True
            case ast.Attribute(value=value, attr=name):
                return self._purity.reads_plainly(name) and self.is_stable(source, value)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
                known = name in _STABLE_FUNCTIONS or (
                    name in _GATHERING and all(is_container(self._program, source, a) for a in arguments)
                )
                known = known and self._program.called(source, node) is None
                return known and all(
                    self.is_stable(source, a) for a in (*arguments, *(k.value for k in keywords))
                )
            case ast.Call(func=ast.Attribute(value=value, attr=name), args=arguments, keywords=keywords):
                known = name in _STABLE_METHODS and self._program.called(source, node) is None
                parts = (value, *arguments, *(k.value for k in keywords))
                return known and all(self.is_stable(source, part) for part in parts)
            case ast.comprehension(iter=iterable):
                if not is_container(self._program, source, iterable):
                    return False
            case ast.Call() | ast.Await() | ast.Yield() | ast.YieldFrom() | ast.NamedExpr() | ast.Lambda():
                return False
        return all(self.is_stable(source, child) for child in ast.iter_child_nodes(node))

    def check_iterable(self, source: Source, node: ast.expr, moves: Iterable[Move]) -> None:
        """The same for what a comprehension goes through: an iterator is used up where that happens."""
        if is_container(self._program, source, node):
            return
        for move in moves:
            self._check_order(source, node, move, self._between(move))

    def check_loop(
        self, source: Source, loop: ast.For, reads: Iterable[ast.expr], requests: Collection[str]
    ) -> None:
        """Raise where the body of a loop that becomes a comprehension changes what its clauses read."""
        changed = self._changes(source, loop.body, requests)
        changed.names -= {n.id for n in walk(loop.target) if isinstance(n, ast.Name)}
        for node in reads:
            self._check_reads(source, node, changed, own=True)
            for name in _read_names(node):
                if name in changed.items:
                    raise Unconvertible(f"{name!r} changes in the loop that fills the request", source, node)

    def _check_objects(
        self, source: Source, node: ast.expr, move: Move, between: list[ast.stmt], requests: Collection[str]
    ) -> None:
        """An object of which a part is read, or that is gone through, must not be changed on the way."""
        aliases = Aliases(self._program)
        keys = {_key(part) for part in walk(node)} - {""}
        objects = _read_names(node) - set(requests)
        for statement in between:
            for part in walk(statement):
                if isinstance(part, ast.Name) and part.id in objects and isinstance(part.ctx, ast.Load):
                    if aliases.is_changed(move.source, part) and not self._is_apart(source, node, move, part):
                        raise Unconvertible(
                            f"{part.id!r} may change before the request is sent", source, node
                        )
                stored = isinstance(part, ast.Subscript) and not isinstance(part.ctx, ast.Load)
                if stored and _key(part) in keys and root_of(part) not in requests:
                    raise Unconvertible("what is read may change before the request is sent", source, node)

    def _is_apart(self, source: Source, node: ast.expr, move: Move, changed: ast.Name) -> bool:
        """Whether what is changed is an attribute of an object, or in it, of which an expression reads others only."""
        other = move.source.parent(changed)
        if not isinstance(other, ast.Attribute) or not self._purity.reads_plainly(other.attr):
            return False
        reads = [
            source.parent(part) for part in walk(node) if isinstance(part, ast.Name) and part.id == changed.id
        ]
        if not all(isinstance(read, ast.Attribute) and read.attr != other.attr for read in reads):
            return False
        use = move.source.parent(other)
        if not isinstance(other.ctx, ast.Load) and not isinstance(use, ast.AugAssign):
            return True
        if not isinstance(use, ast.AugAssign) and not _is_direct(move.source, use):
            return False
        held = move.source.flows(other)
        known = bool(held) and all(isinstance(flow, ContainerFlow) for flow in held)
        return known and not any(flow in held for read in reads if read for flow in source.flows(read))

    def _check_reads(self, source: Source, node: ast.expr, changed: _Changes, *, own: bool) -> None:
        for part in walk(node):
            match part:
                case ast.Name(id=name, ctx=ast.Load()) if own and name in changed.names:
                    raise Unconvertible(f"{name!r} changes before the request is sent", source, node)
                case ast.Attribute(attr=name) if name in changed.attributes:
                    raise Unconvertible(f".{name} may change before the request is sent", source, node)
                case ast.Subscript(value=value) | ast.Call(func=ast.Attribute(value=value)) if (
                    _called_by(value) in changed.items
                ):
                    raise Unconvertible(
                        f"{_called_by(value)} may change before the request is sent", source, node
                    )

    def _check_order(self, source: Source, node: ast.expr, move: Move, between: list[ast.stmt]) -> None:
        if any(True for _ in self._loops_between(move)):
            raise Unconvertible("a value of the request is made once and sent several times", source, node)
        for statement in between:
            if id(statement) not in self.taken and not self._is_calm(move.source, statement):
                raise Unconvertible(
                    "a value of the request is made by code that must run before something else", source, node
                )
        self.taken.add(id(move.start))
        if isinstance(move.start, _LOOPS):
            self.taken.update(id(inner) for inner in walk(move.start) if isinstance(inner, ast.stmt))

    def _is_calm(self, source: Source, statement: ast.stmt) -> bool:
        """Whether a statement has nothing to do with a value that acts: it signs, or fills the request with plain values."""
        if not self._purity.statement(source, statement):
            return False
        changed = self._changes(source, [statement])
        if any(_sends(source, part) for part in walk(statement)):
            return False
        return all(
            self.is_stable(source, part) or self._is_of_header(source, part)
            for part in ast.iter_child_nodes(statement)
            if isinstance(part, ast.expr)
        ) or not (changed.items - {""})

    def _is_of_header(self, source: Source, node: ast.AST) -> bool:
        return any(
            isinstance(flow, SignatureFlow | ClientFlow | RequestFlow)
            for part in walk(node)
            if isinstance(part, ast.expr)
            for flow in source.flows(part)
        )

    # --- what statements change -------------------------------------------------------------

    def _changes(
        self, source: Source, statements: Iterable[ast.stmt], requests: Collection[str] = ()
    ) -> _Changes:
        found = _Changes()
        for statement in statements:
            for node in walk(statement):
                if not (isinstance(node, ast.Attribute | ast.Subscript) and root_of(node) in requests):
                    self._note(source, node, found)
        found.items -= set(requests)
        return found

    def _note(self, source: Source, node: ast.AST, found: _Changes) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.names.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.names.add(name)
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
                found.names.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()):
                found.attributes.add(name)
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                found.items.add(_called_by(value))
            case ast.Call(func=function):
                if isinstance(function, ast.Attribute) and function.attr in _CHANGING:
                    found.items.add(_called_by(function.value))
                called = self._program.called(source, node)
                if called is not None:
                    inner = self._in_function(called[0], called[1])
                    found.add(inner)
        found.items.discard("")

    def _in_function(self, source: Source, node: FunctionNode | ast.ClassDef) -> _Changes:
        """What a function of the program changes that others can see; functions that it calls count too."""
        if id(node) not in self._functions:
            self._functions[id(node)] = found = _Changes()
            found.add(self._changes(source, node.body))
            found.names &= {
                name
                for part in walk(node)
                if isinstance(part, ast.Global | ast.Nonlocal)
                for name in part.names
            }
        return self._functions[id(node)]

    def _between(self, move: Move) -> list[ast.stmt]:
        """The statements that may run after the start and before the end of a move, each by its outermost part."""
        source = move.source
        start, end = source.span(move.start)[1], source.span(move.end)[0]
        scope = source.function(move.end) or source.tree
        around = {id(outer) for outer in source.ancestors(move.end)}
        found: list[ast.stmt] = []
        loops = list(self._loops_between(move))
        for node in walk_scope(scope):
            if not isinstance(node, ast.stmt) or id(node) in around or node is move.end or node is move.start:
                continue
            at = source.span(node)[0]
            again = any(node in loop.body and node is not move.end for loop in loops)
            if (start <= at < end or again) and not any(source.parent(node) is other for other in found):
                found.append(node)
        for loop in loops:
            if isinstance(loop, ast.For | ast.AsyncFor):
                turned = ast.copy_location(ast.Assign([loop.target], loop.iter), loop)
                found.append(turned)
        return found

    def _loops_between(self, move: Move) -> Iterator[ast.For | ast.AsyncFor | ast.While]:
        """The loops around the end of a move that its start is not in."""
        inside = {id(outer) for outer in move.source.ancestors(move.start)}
        for outer in move.source.ancestors(move.end):
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                return
            if isinstance(outer, _LOOPS) and id(outer) not in inside | self.once:
                yield outer


def _is_direct(source: Source, use: ast.AST | None) -> bool:
    """Whether a use of a list or dict changes that itself, and not something in it."""
    match use:
        case ast.Subscript(ctx=context):
            return not isinstance(context, ast.Load)
        case ast.Attribute(attr=name):
            call = source.parent(use)
            return name in _CHANGING and isinstance(call, ast.Call) and call.func is use
    return False


def _called_by(node: ast.expr) -> str:
    """The name by which an object is known: of the variable or attribute that holds it."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _called_by(value)
        case _:
            return ""


def _sends(source: Source, node: ast.AST) -> bool:
    """Whether an expression is a call of a SOAP operation."""
    return isinstance(node, ast.Call) and any(
        isinstance(flow, ClientFlow) and flow.role == "operation" for flow in source.flows(node.func)
    )


def may_fail(node: ast.AST) -> bool:
    """Whether evaluating an expression may raise for what it reads."""
    return any(isinstance(part, ast.Subscript | ast.Call) for part in walk(node))


def _key(node: ast.AST) -> str:
    """The name in `x["name"]`; empty for anything else."""
    known = (
        node.slice.value if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) else None
    )
    return known if isinstance(known, str) else ""


def _read_names(node: ast.AST) -> set[str]:
    return {n.id for n in walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
