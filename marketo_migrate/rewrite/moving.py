"""Whether an expression gives the same value, and does the same once, at the place it is moved to.

A request is put together before it is sent; the REST call holds its values where it is made. What a value reads
must not change on the way, and a value that does something must not be overtaken by anything else that does.
"""

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from marketo_migrate.rewrite.aliases import Aliases
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
        acts = not self._purity.expression(source, node)
        for move in moves:
            between = self._between(move)
            own = move.source is source and move.source.function(move.start) is source.function(node)
            changed = self._changes(move.source, between, requests)
            self._check_reads(source, node, changed, own=own)
            self._check_objects(source, node, move, between, requests)
            if acts:
                self._check_order(source, node, move, between)

    def check_iterable(
        self, source: Source, node: ast.expr, moves: Iterable[Move], requests: Collection[str]
    ) -> None:
        """The same for what a comprehension goes through: an iterator is used up where that happens."""
        del requests
        if _is_container(source, node):
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
        objects = _objects_read(node) - set(requests)
        for statement in between:
            for part in walk(statement):
                if isinstance(part, ast.Name) and part.id in objects and isinstance(part.ctx, ast.Load):
                    if aliases.is_changed(move.source, part):
                        raise Unconvertible(
                            f"{part.id!r} may change before the request is sent", source, node
                        )
                stored = isinstance(part, ast.Subscript) and not isinstance(part.ctx, ast.Load)
                if stored and _key(part) in keys and _root(part) not in requests:
                    raise Unconvertible("what is read may change before the request is sent", source, node)

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
            if not self._purity.statement(move.source, statement) and id(statement) not in self.taken:
                raise Unconvertible(
                    "a value of the request is made by code that must run before something else", source, node
                )
        self.taken.add(id(move.start))
        if isinstance(move.start, _LOOPS):
            self.taken.update(id(inner) for inner in walk(move.start) if isinstance(inner, ast.stmt))

    # --- what statements change -------------------------------------------------------------

    def _changes(
        self, source: Source, statements: Iterable[ast.stmt], requests: Collection[str] = ()
    ) -> _Changes:
        found = _Changes()
        for statement in statements:
            for node in walk(statement):
                if not (isinstance(node, ast.Attribute | ast.Subscript) and _root(node) in requests):
                    self._note(source, node, found)
        found.items -= set(requests)
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


def _called_by(node: ast.expr) -> str:
    """The name by which an object is known: of the variable or attribute that holds it."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _called_by(value)
        case _:
            return ""


def _root(node: ast.AST) -> str:
    """The variable at the root of `a.b["c"]`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _key(node: ast.AST) -> str:
    """The name in `x["name"]`; empty for anything else."""
    known = (
        node.slice.value if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) else None
    )
    return known if isinstance(known, str) else ""


def _read_names(node: ast.AST) -> set[str]:
    return {n.id for n in walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _objects_read(node: ast.expr) -> set[str]:
    """The variables of which an expression reads a part, or that it goes through."""
    found: set[str] = set()
    for part in walk(node):
        match part:
            case ast.Attribute() | ast.Subscript():
                found.add(_root(part))
            case ast.comprehension(iter=iterable):
                found |= _read_names(iterable)
            case ast.Call(args=arguments):
                for argument in arguments:
                    found |= _read_names(argument)
            case ast.Starred(value=value):
                found |= _read_names(value)
    if isinstance(node, ast.Name):
        found.add(node.id)
    return found - {""}


def _is_container(source: Source, node: ast.expr) -> bool:
    """Whether something can be gone through again and again, as a list can and an iterator cannot."""
    match node:
        case (
            ast.List()
            | ast.Tuple()
            | ast.Set()
            | ast.Dict()
            | ast.ListComp()
            | ast.DictComp()
            | ast.SetComp()
        ):
            return True
        case ast.Constant() | ast.JoinedStr() | ast.Subscript(slice=ast.Slice()):
            return True
        case ast.Call(func=ast.Name(id="range" | "sorted" | "list" | "tuple" | "set")):
            return True
        case ast.Call(func=ast.Attribute(attr="items" | "keys" | "values" | "split" | "splitlines"), args=[]):
            return True
        case ast.Call(func=ast.Name(id="enumerate" | "zip" | "reversed"), args=arguments):
            return all(_is_container(source, argument) for argument in arguments)
        case ast.Name(id=name):
            return _holds_container(source, node, name)
    return False


def _holds_container(source: Source, node: ast.Name, name: str) -> bool:
    """Whether all that is assigned to a variable, in its function or module, is a container."""
    for scope in (source.function(node), source.tree):
        if scope is None:
            continue
        bound = [n for n in walk_scope(scope) if isinstance(n, ast.Name) and n.id == name]
        stores = [n for n in bound if not isinstance(n.ctx, ast.Load)]
        if not stores:
            continue
        values = [p.value for n in stores if isinstance(p := source.parent(n), ast.Assign) and n in p.targets]
        return len(values) == len(stores) and all(
            value is not node and not isinstance(value, ast.Name) and _is_container(source, value)
            for value in values
        )
    return False
