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
            case ast.If(test=test, body=body) if inner in body and _holds(test, node.id):
                return not _is_given(node.id, body)
            case ast.IfExp(test=test, body=body) if inner is body and _holds(test, node.id):
                return True
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                tests = [test for generator in outer.generators for test in generator.ifs]
                if not isinstance(inner, ast.comprehension) and any(_holds(test, node.id) for test in tests):
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
        if leaves and isinstance(found, ast.If) and _fails(found.test, name):
            return not _is_given(name, [*before[index + 1 :], statement])
    return False


def _is_given(name: str, statements: list[ast.stmt]) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Load)
        for statement in statements
        for n in ast.walk(statement)
    )


def _holds(test: ast.expr, name: str) -> bool:
    """Whether a test that holds tells that a variable is not None."""
    match test:
        case ast.Name(id=found):
            return found == name
        case ast.Compare(left=ast.Name(id=found), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return found == name
        case ast.BoolOp(op=ast.And(), values=values):
            return any(_holds(value, name) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _fails(inner, name)
    return False


def _fails(test: ast.expr, name: str) -> bool:
    """Whether a test that does not hold tells that a variable is not None."""
    match test:
        case ast.Compare(left=ast.Name(id=found), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return found == name
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(_fails(value, name) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _holds(inner, name)
    return False
