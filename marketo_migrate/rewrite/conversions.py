"""Makes the value that SOAP gave of the one that REST gives, by the expressions of the response maps."""

import ast

from marketo_migrate.rewrite.functions import TIMES, Functions, need_times, times
from marketo_migrate.rewrite.layout import LINE_LIMIT, fit
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.targets import Target


class Conversions:
    """Writes the expressions that rules give behind `as`; `{}` in them stands for the REST value."""

    def __init__(self, helpers: Functions, target: Target) -> None:
        self._helpers = helpers
        self._target = target

    @property
    def helpers(self) -> Functions:
        """The functions that modules get."""
        return self._helpers

    def need(self, source: Source, expression: str) -> None:
        """Make sure that a module has what an expression mentions."""
        self._helpers.note(source, expression)
        if TIMES in expression:
            need_times(source, self._target)

    def text(self, source: Source, expression: str, value: str, node: ast.AST) -> str:
        """The expression for a value, in brackets where it stands beside other operators."""
        filled = self._helpers.fill(source, expression).replace('"', source.quote).replace("{}", value)
        filled = filled.replace(TIMES, f"{times(source)}.")
        parent = source.parent(node)
        if (
            expression == "str({})"
            and isinstance(parent, ast.Call)
            and getattr(parent.func, "id", "") == "int"
        ):
            return value
        whole = filled if _is_plain(filled) or _stands_alone(source, node) else f"({filled})"
        return (
            whole if " for " not in expression or _is_inside(source, node) else _fitted(source, node, whole)
        )


def _is_inside(source: Source, node: ast.AST) -> bool:
    """Whether an expression is part of one that is written anew, which sees to its own lines."""
    return any(source.is_replaced(outer) for outer in source.ancestors(node) if isinstance(outer, ast.expr))


def _fitted(source: Source, node: ast.AST, text: str) -> str:
    """A text that is broken where its line would become too long."""
    start, end = source.span(node)
    begin, stop = source.line_start(source.line_of(start)), source.line_start(source.line_of(end) + 1)
    return fit(
        text,
        column=start - begin,
        after=len(source.text[end:stop].rstrip()),
        indent=source.indent(source.statement(node)),
        unit=source.indent_unit,
        limit=LINE_LIMIT,
    )


def _is_plain(text: str) -> bool:
    try:
        body = ast.parse(text, mode="eval").body
    except SyntaxError:
        return False
    return isinstance(body, ast.Call | ast.Name | ast.Subscript | ast.Attribute | ast.ListComp)


def _stands_alone(source: Source, node: ast.AST) -> bool:
    """Whether an expression can be of any form at a place without being read differently."""
    parent = source.parent(node)
    match parent:
        case ast.Call(func=func):
            return func is not node
        case (
            ast.Attribute() | ast.BinOp() | ast.Compare() | ast.Await() | ast.FormattedValue() | ast.Starred()
        ):
            return False
        case ast.Subscript(value=value):
            return value is not node
        case ast.UnaryOp(op=op):
            return isinstance(op, ast.Not)
        case _:
            return True
