"""Tests around a use of a variable by which it cannot be None there."""

import ast

from marketo_migrate.rewrite.source import FunctionNode, Source

_LEAVING = (ast.Continue, ast.Break, ast.Return, ast.Raise)


def cannot_be_none(source: Source, node: ast.expr) -> bool:
    """Whether a test has told, where a variable is read, that it is not None."""
    if not isinstance(node, ast.Name):
        return False
    inner: ast.AST = node
    for outer in source.ancestors(node):
        match outer:
            case ast.If(test=test, body=body) if inner in body and _tells(test, node.id, holds=True):
                return not _is_given(node.id, body)
            case ast.IfExp(test=test, body=body) if inner is body and _tells(test, node.id, holds=True):
                return True
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                tests = [test for generator in outer.generators for test in generator.ifs]
                if not isinstance(inner, ast.comprehension) and any(
                    _tells(test, node.id, holds=True) for test in tests
                ):
                    return True
        if isinstance(inner, ast.stmt) and _is_left_before(source, inner, node.id):
            return True
        if isinstance(outer, FunctionNode | ast.Lambda):
            return False
        inner = outer
    return False


def _is_left_before(source: Source, statement: ast.stmt, name: str) -> bool:
    """Whether `if name is None: continue` stands before a statement in its block."""
    block = source.block(statement)
    before = block[: block.index(statement)]
    for index, found in enumerate(before):
        leaves = isinstance(found, ast.If) and not found.orelse and isinstance(found.body[-1], _LEAVING)
        if leaves and isinstance(found, ast.If) and _tells(found.test, name, holds=False):
            return not _is_given(name, [*before[index + 1 :], statement])
    return False


def _is_given(name: str, statements: list[ast.stmt]) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Load)
        for statement in statements
        for n in ast.walk(statement)
    )


def _tells(test: ast.expr, name: str, *, holds: bool) -> bool:
    """Whether a test tells that a variable is not None, when it holds, or when it does not."""
    match test:
        case ast.Name(id=found):
            return holds and found == name
        case ast.Compare(left=ast.Name(id=found), ops=[operator], comparators=[ast.Constant(value=None)]):
            return found == name and isinstance(operator, ast.IsNot if holds else ast.Is)
        case ast.BoolOp(op=operator, values=values):
            all_are = isinstance(operator, ast.And if holds else ast.Or)
            return all_are and any(_tells(value, name, holds=holds) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _tells(inner, name, holds=not holds)
    return False
