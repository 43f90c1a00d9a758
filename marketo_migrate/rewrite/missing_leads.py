"""Handlers that tell of a lead that is not there, where REST answers with an empty list and raises nothing."""

import ast
from collections.abc import Iterable

from marketo_migrate.rewrite.fault_values import shows
from marketo_migrate.rewrite.source import Source

REASON = "a handler does something else for a lead that is not there, and REST gives an empty list of activities for it"


def deciding(handlers: Iterable[tuple[Source, ast.ExceptHandler]]) -> tuple[Source, ast.ExceptHandler] | None:
    """The first handler that does more than to tell people, to go on, or to raise again."""
    return next(((s, h) for s, h in handlers if not all(_is_quiet(part) for part in h.body)), None)


def _is_quiet(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Continue() | ast.Raise():
            return True
        case ast.Return(value=ast.List(elts=[]) | ast.Tuple(elts=[])):
            return True
        case ast.Expr(value=ast.Call() as call):
            return shows(call)
    return False
