"""Which exceptions the handlers around a piece of code name."""

import ast
from collections.abc import Iterator

from marketo_migrate.rewrite.source import Source


def catches(source: Source, node: ast.AST, wanted: frozenset[str]) -> bool:
    """Whether a handler around a node names one of these exceptions."""
    return any(handlers_of(source, node, wanted))


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
    return {getattr(n, "id", "") for n in ast.walk(handler.type)} if handler.type else set()
