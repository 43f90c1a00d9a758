"""Whether all that a value can be is written beside it: a call, or parts of its answer."""

import ast
from collections.abc import Collection

from marketo_migrate.model.flow import Called, ResponseFlow
from marketo_migrate.rewrite.source import Source, walk_scope

_DEEP = 8


def is_given_here(source: Source, node: ast.expr, answers: Collection[Called], *, depth: int = 0) -> bool:
    """Whether the function around an expression shows that it is the answer of one of these calls, or a part of it.

    Then it does not matter that the object the call is made on is not known in every way through the program.
    A variable may be None before it gets the answer.
    """
    if any(isinstance(f, ResponseFlow) and f.call not in answers for f in source.flows(node)):
        return False
    if source.place(node) in {place for place, _ in answers}:
        return True
    base, _ = base_of(node)
    if base is not None and depth < _DEEP:
        return is_given_here(source, base, answers, depth=depth + 1)
    scope = source.function(node)
    if not isinstance(node, ast.Name) or scope is None or depth >= _DEEP:
        return False
    given: list[ast.expr] = []
    for found in walk_scope(scope):
        if not isinstance(found, ast.Name) or found.id != node.id or isinstance(found.ctx, ast.Load):
            continue
        parent = source.parent(found)
        match parent:
            case ast.Assign(targets=[target], value=value) if target is found:
                given.append(value)
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value) if (
                target is found
            ):
                given.append(value)
            case _:
                return False
    real = [v for v in given if not (isinstance(v, ast.Constant) and v.value is None)]
    return bool(real) and all(is_given_here(source, value, answers, depth=depth + 1) for value in real)


def base_of(node: ast.expr) -> tuple[ast.expr | None, str | None]:
    """The expression an access starts from, and the text of getattr's default."""
    match node:
        case ast.Attribute(value=base) | ast.Subscript(value=base):
            return base, None
        case ast.Call(func=ast.Name(id="getattr"), args=[base, ast.Constant(value=str())]):
            return base, None
        case ast.Call(func=ast.Name(id="getattr"), args=[base, ast.Constant(value=str()), default]):
            return base, ast.unparse(default)
        case _:
            return None, None


def only_passes_on(source: Source, node: ast.expr) -> bool:
    """Whether a value is only given back, or a name: what is done with it is looked at there."""
    match source.parent(node):
        case ast.Return() | ast.Lambda():
            return True
        case ast.Assign(targets=targets):
            return all(isinstance(target, ast.Name) for target in targets)
    return False
