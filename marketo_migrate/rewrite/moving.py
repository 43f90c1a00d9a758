"""Whether an expression gives the same value, and does the same once, at the place it is moved to.

A request is put together before it is sent; the REST call holds its values where it is made. What a value reads
must not change on the way, and a value that does something must not be overtaken by anything else that does.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from marketo_migrate.rewrite.nodes import walk, walk_scope
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
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True, slots=True)
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
    """Judges moves; `taken` are statements whose effects have moved, so that they go although they do something."""

    def __init__(self, program: Program, purity: Purity) -> None:
        self._program = program
        self._purity = purity
        self._functions: dict[int, _Changes] = {}
        self.taken: set[int] = set()

    def check(self, source: Source, node: ast.expr, moves: Iterable[Move]) -> None:
        """Raise `Unconvertible` where an expression of a module may mean something else after its moves."""
        acts = not self._purity.expression(source, node)
        for move in moves:
            between = _between(move)
            own = move.source is source and move.source.function(move.start) is source.function(node)
            changed = self._changes(move.source, between)
            self._check_reads(source, node, changed, own=own)
            if acts:
                self._check_order(source, node, move, between)

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
        if any(isinstance(outer, _LOOPS) for outer in _loops_between(move)):
            raise Unconvertible("a value of the request is made once and sent several times", source, node)
        for statement in between:
            if not self._purity.statement(move.source, statement) and id(statement) not in self.taken:
                raise Unconvertible(
                    "a value of the request is made by code that must run before something else", source, node
                )
        self.taken.add(id(move.start))
        if isinstance(move.start, _LOOPS):
            self.taken.update(id(inner) for inner in walk(move.start) if isinstance(inner, ast.stmt))

    # --- what statements change -------------------------------------------------------------

    def _changes(self, source: Source, statements: Iterable[ast.stmt]) -> _Changes:
        found = _Changes()
        for statement in statements:
            for node in walk(statement):
                self._note(source, node, found)
        return found

    def _note(self, source: Source, node: ast.AST, found: _Changes) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
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
                    found.attributes |= inner.attributes
                    found.items |= inner.items
        found.items.discard("")

    def _in_function(self, source: Source, node: FunctionNode | ast.ClassDef) -> _Changes:
        """What a function of the program changes that others can see; functions that it calls count too."""
        if id(node) not in self._functions:
            self._functions[id(node)] = found = _Changes()
            found.add(self._changes(source, node.body))
            found.names.clear()
        return self._functions[id(node)]


def _called_by(node: ast.expr) -> str:
    """The name by which an object is known: of the variable or attribute that holds it."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _called_by(value)
        case _:
            return ""


def _between(move: Move) -> list[ast.stmt]:
    """The statements that may run after the start and before the end of a move, each by its outermost part."""
    source = move.source
    start, end = source.span(move.start)[1], source.span(move.end)[0]
    scope = source.function(move.end) or source.tree
    around = {id(outer) for outer in source.ancestors(move.end)}
    found: list[ast.stmt] = []
    loops = list(_loops_between(move))
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


def _loops_between(move: Move) -> Iterator[ast.For | ast.AsyncFor | ast.While]:
    """The loops around the end of a move that its start is not in."""
    inside = {id(outer) for outer in move.source.ancestors(move.start)}
    for outer in move.source.ancestors(move.end):
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return
        if isinstance(outer, _LOOPS) and id(outer) not in inside:
            yield outer
