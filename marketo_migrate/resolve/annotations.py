"""Annotations that are written as text, as expressions."""

import ast

from marketo_migrate.model import facts as f


def from_text(text: str, at: f.At) -> f.Expression | None:
    """The expression in a text annotation (`"Optional[Api]"`), every node at `at`; None for other text."""
    if len(text) > 200:
        return None
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return None
    return _convert(tree.body, at)


def _convert(node: ast.expr, at: f.At) -> f.Expression | None:
    match node:
        case ast.Name(id=name):
            return f.Name(name, at)
        case ast.Attribute(value=value, attr=name):
            base = _convert(value, at)
            return f.Attribute(base, name, at) if base is not None else None
        case ast.Subscript(value=value, slice=index):
            base, inner = _convert(value, at), _convert(index, at)
            return f.Subscript(base, inner, at) if base is not None and inner is not None else None
        case ast.Tuple(elts=items) | ast.List(elts=items):
            parts = [part for item in items if (part := _convert(item, at)) is not None]
            return f.Sequence("tuple", tuple(parts), at)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            parts = [part for side in (left, right) if (part := _convert(side, at)) is not None]
            return f.Binary(tuple(parts), "|", at)
        case ast.Constant(value=str() as text):
            return from_text(text, at)
        case ast.Constant():
            return f.Constant(None, at)
        case _:
            return None
