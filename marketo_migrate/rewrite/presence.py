"""Code that only asks whether a setting is there: it asks for the new setting just as well."""

import ast

from marketo_migrate.rewrite.source import Source

_TRUTH = frozenset({"bool", "all", "any"})


def only_asks(source: Source, node: ast.expr) -> bool:
    """Whether an expression is read for nothing but whether it is there, or empty."""
    parent = source.parent(node)
    match parent:
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.If(test=test) | ast.While(test=test) | ast.Assert(test=test) | ast.IfExp(test=test):
            return test is node
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return left is node
        case ast.BoolOp() | ast.List() | ast.Tuple():
            return only_asks(source, parent)
        case ast.Call(func=ast.Name(id=name), args=[only]):
            return name in _TRUTH and only is node
    return False
