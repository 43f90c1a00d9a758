"""Where an expression of a request stands, and the way from there to the call that sends it."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from marketo_migrate.rewrite.moving import Move
from marketo_migrate.rewrite.source import FunctionNode, Source
from marketo_migrate.rewrite.tree import Node


@dataclass(slots=True, eq=False)
class Scope:
    """Where an expression stands: a module, the function around it, and what its parameters are bound to.

    `use` is the statement for which the expression is read, None inside a function that is looked
    through; `loops` are the loops around it that become clauses of a comprehension, `inner` the variables of
    comprehensions around it; `moves` are the ways that the expression goes from its statement to the call;
    `taken` are the ids of `if` statements whose body surely runs, `dead` those of statements that surely do not;
    `sent` is the statement of the call: until there an object that is part of another one may be filled;
    `calls` are the calls of helpers, and the reads of properties, that lead into the function; `stays` tells of an expression that is converted in its place and does not go to the call, `handed` of one
    whose variables hold the REST form from now on, because a function is given it.
    """

    source: Source
    function: FunctionNode | None
    bound: "Bindings" = field(default_factory=dict)
    use: ast.stmt | None = None
    loops: tuple[ast.For, ...] = ()
    inner: frozenset[str] = frozenset()
    moves: tuple[Move, ...] = ()
    sent: ast.stmt | None = None
    taken: frozenset[int] = frozenset()
    dead: frozenset[int] = frozenset()
    stays: bool = False
    handed: bool = False
    calls: tuple[tuple[Source, ast.expr], ...] = ()

    @property
    def is_inlined(self) -> bool:
        """Whether this is inside a function that is looked through."""
        return self.use is None


Bindings: TypeAlias = dict[str, tuple[ast.expr, Scope]]
"""Variables and what they are bound to: an expression, and where that stands."""

Given: TypeAlias = tuple[str, ast.expr, Scope]
"""The name of an element of a request, the expression that gives its value, and where that stands."""

Again: TypeAlias = Callable[[ast.expr, Scope], Node]
"""Reads, as what is being read, another expression that turned out to stand for it."""


def through(node: ast.expr, scope: Scope) -> tuple[ast.expr, Scope]:
    """What a parameter of an inlined function is bound to."""
    while isinstance(node, ast.Name) and node.id in scope.bound:
        node, scope = scope.bound[node.id]
    return node, scope


def stands(node: ast.expr, scope: Scope) -> bool:
    """Whether an expression is written in the source (and not put together from arguments)."""
    return scope.source.parent(node) is not None


def before(scope: Scope, statement: ast.stmt, use: ast.stmt) -> bool:
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


def loops_around(scope: Scope, statement: ast.stmt, use: ast.stmt) -> tuple[ast.For, ...]:
    """The `for` loops, the outermost first, in which (only) a statement runs before a use; none if it always runs."""
    loops: list[ast.For] = []
    outer: ast.AST | None = statement
    while isinstance(outer, ast.stmt) and not before(scope, outer, use):
        inner, outer = outer, scope.source.parent(outer)
        if not isinstance(outer, ast.For) or inner not in outer.body:
            return ()
        loops.insert(0, outer)
    return tuple(loops)


def moves_between(scope: Scope, start: ast.stmt, end: ast.stmt) -> tuple[Move, ...]:
    """The moves of an expression that stands in another statement than the one that uses it."""
    if start is end or not hasattr(start, "lineno"):
        return scope.moves
    return (*scope.moves, Move(scope.source, start, end))


def _dominates(source: Source, statement: ast.stmt, use: ast.stmt) -> bool:
    """Whether a statement always runs before a use: its block holds the use, further down."""
    if statement is use:
        return True
    if source.span(statement)[0] > source.span(use)[0]:
        return False
    block = source.block(statement)
    return use in block or any(ancestor in block for ancestor in source.ancestors(use))
