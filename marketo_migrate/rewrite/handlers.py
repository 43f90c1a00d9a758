"""Which exceptions the handlers around a piece of code name."""

import ast

from marketo_migrate.rewrite.source import Source


def catches(source: Source, node: ast.AST, wanted: frozenset[str]) -> bool:
    """Whether a handler around a node names one of these exceptions."""
    inner: ast.AST = node
    for outer in source.ancestors(node):
        if isinstance(outer, ast.Try) and inner in outer.body:
            if any(names_of(handler) & wanted for handler in outer.handlers):
                return True
        inner = outer
    return False


def names_of(handler: ast.ExceptHandler) -> set[str]:
    """The names in a handler's type."""
    return {getattr(n, "id", "") for n in ast.walk(handler.type)} if handler.type else set()
