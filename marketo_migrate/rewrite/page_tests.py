"""What a test in a paging loop says of a page: a small evaluation of the expressions that such tests are made of."""

import ast
import operator
from collections.abc import Callable
from typing import Final

UNKNOWN: Final = object()
"""A value that the source does not show."""

_OPERATORS: dict[type[ast.cmpop], Callable[..., object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_CALLS: dict[str, Callable[..., object]] = {"bool": bool, "len": len, "int": int}


def value_of(node: ast.expr, given: Callable[[ast.expr], object]) -> object:
    """The value of an expression, where `given` tells those of its parts; `UNKNOWN` where it is not known."""
    found = given(node)
    if found is not UNKNOWN:
        return found
    match node:
        case ast.Constant():
            return node.value
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            value = value_of(operand, given)
            return UNKNOWN if value is UNKNOWN else not value
        case ast.BoolOp(op=op, values=parts):
            return _joined([value_of(part, given) for part in parts], ends=isinstance(op, ast.Or))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPERATORS:
            return _applied(_OPERATORS[type(op)], value_of(left, given), value_of(right, given))
        case ast.Call(func=ast.Name(id=name), args=[only], keywords=[]) if name in _CALLS:
            return _applied(_CALLS[name], value_of(only, given))
        case _:
            return UNKNOWN


def truth_of(node: ast.expr, given: Callable[[ast.expr], object]) -> bool | None:
    """Whether an expression is true; None where that is not known."""
    value = value_of(node, given)
    return None if value is UNKNOWN else bool(value)


def _joined(values: list[object], *, ends: bool) -> object:
    """The value of `and`, or of `or` where a true part `ends` it."""
    unknown = False
    for value in values:
        if value is UNKNOWN:
            unknown = True
        elif bool(value) is ends:
            return ends if unknown else value
    return UNKNOWN if unknown else values[-1]


def _applied(function: Callable[..., object], *values: object) -> object:
    if UNKNOWN in values:
        return UNKNOWN
    try:
        return function(*values)
    except TypeError:
        return UNKNOWN
