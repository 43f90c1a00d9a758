"""Which exceptions the handlers around a piece of code name."""

import ast
from collections.abc import Iterator

from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.source import FunctionNode, Source


def catches(source: Source, node: ast.AST, wanted: frozenset[str]) -> bool:
    """Whether a handler around a node names one of these exceptions."""
    return any(handlers_of(source, node, wanted))


def catches_above(program: Program, source: Source, node: ast.AST, wanted: frozenset[str]) -> bool:
    """The same, where the handlers around the calls of the function that the node is in count too."""
    pending: list[tuple[Source, ast.AST]] = [(source, node)]
    seen: set[FunctionNode] = set()
    while pending:
        at, inner = pending.pop()
        if catches(at, inner, wanted):
            return True
        function = at.function(inner)
        if function is not None and function not in seen:
            seen.add(function)
            pending += program.callers(at, function)
    return False


def handlers_of(
    source: Source, node: ast.AST, wanted: frozenset[str]
) -> Iterator[tuple[ast.Try, ast.ExceptHandler]]:
    """The handlers around a node that name one of these exceptions, inner ones first, and their `try`."""
    inner: ast.AST = node
    for outer in source.ancestors(node):
        if isinstance(outer, ast.Try) and inner in outer.body:
            yield from ((outer, handler) for handler in outer.handlers if names_of(handler) & wanted)
        inner = outer


def names_of(handler: ast.ExceptHandler) -> set[str]:
    """The names in a handler's type."""
    return {getattr(n, "id", "") for n in walk(handler.type)} if handler.type else set()
