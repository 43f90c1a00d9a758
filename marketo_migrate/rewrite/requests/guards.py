"""Tests around a use of a value by which it cannot be None there."""

import ast

from marketo_migrate.model.flow import ClientFlow, RequestFlow
from marketo_migrate.rewrite.nodes import root_of, walk
from marketo_migrate.rewrite.source import FunctionNode, Source

_LEAVING = (ast.Continue, ast.Break, ast.Return, ast.Raise)


def cannot_be_none(source: Source, node: ast.expr) -> bool:
    """Whether a test has told, where a variable or a part of an object is read, that it is not None.

    Attributes are taken to be plain ones.
    """
    read = _read(node)
    if not read:
        return False
    inner: ast.AST = node
    for outer in source.ancestors(node):
        match outer:
            case ast.If(test=test, body=body) if inner in body and _tells(test, read, holds=True):
                return not _may_change(source, node, body, inner)
            case ast.IfExp(test=test, body=body) if inner is body and _tells(test, read, holds=True):
                return True
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                tests = [test for generator in outer.generators for test in generator.ifs]
                if not isinstance(inner, ast.comprehension) and any(
                    _tells(test, read, holds=True) for test in tests
                ):
                    return True
        if isinstance(inner, ast.stmt) and _is_left_before(source, inner, node):
            return True
        if isinstance(outer, FunctionNode | ast.Lambda):
            return False
        inner = outer
    return False


def _read(node: ast.expr) -> str:
    """What an expression reads, in one spelling; empty where that is no variable and no named part of one."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name) if base := _read(value):
            return f"{base}.{name}"
        case ast.Subscript(value=value, slice=ast.Constant(value=key)) if base := _read(value):
            return f"{base}[{key!r}]"
        case ast.Call(
            func=ast.Attribute(value=value, attr="get"), args=[ast.Constant(value=key)], keywords=[]
        ) if base := _read(value):
            return f"{base}[{key!r}]"
    return ""


def _may_change(source: Source, node: ast.expr, body: list[ast.stmt], until: ast.AST) -> bool:
    """Whether what is read may be another value where it is read than at the top of a body."""
    if isinstance(node, ast.Name):
        return _is_given(node.id, body)
    before = body[: body.index(until)] if isinstance(until, ast.stmt) and until in body else body
    name = _root(node)
    return _is_given(name, body) or any(
        (
            isinstance(part, ast.Attribute | ast.Subscript)
            and not isinstance(part.ctx, ast.Load)
            and root_of(part) == name
        )
        or (isinstance(part, ast.Call) and not _is_soap(source, part))
        for statement in before
        for part in walk(statement)
    )


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return root_of(node)


def _is_soap(source: Source, call: ast.Call) -> bool:
    """Whether a call makes an object of a request."""
    return any(isinstance(flow, RequestFlow | ClientFlow) for flow in source.flows(call))


def _is_left_before(source: Source, statement: ast.stmt, node: ast.expr) -> bool:
    """Whether `if value is None: continue` stands before a statement in its block."""
    block = source.block(statement)
    before = block[: block.index(statement)]
    for index, found in enumerate(before):
        leaves = isinstance(found, ast.If) and not found.orelse and isinstance(found.body[-1], _LEAVING)
        if leaves and isinstance(found, ast.If) and _tells(found.test, _read(node), holds=False):
            return not _may_change(source, node, [*before[index + 1 :], statement], statement)
    return False


def _is_given(name: str, statements: list[ast.stmt]) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Load)
        for statement in statements
        for n in walk(statement)
    )


def _tells(test: ast.expr, read: str, *, holds: bool) -> bool:
    """Whether a test tells that what is read is not None, when it holds, or when it does not."""
    match test:
        case ast.NamedExpr(target=ast.Name(id=name)):
            return holds and read == name
        case ast.Compare(left=left, ops=[operator], comparators=[ast.Constant(value=None)]):
            return _read(left) == read and isinstance(operator, ast.IsNot if holds else ast.Is)
        case ast.BoolOp(op=operator, values=values):
            all_are = isinstance(operator, ast.And if holds else ast.Or)
            return all_are and any(_tells(value, read, holds=holds) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _tells(inner, read, holds=not holds)
        case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call():
            return holds and _read(test) == read
    return False
