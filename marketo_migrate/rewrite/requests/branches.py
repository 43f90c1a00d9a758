"""Which branches of a helper function run for the arguments that it gets, and whether it only builds."""

import ast

from marketo_migrate.model.flow import NumberFlow, TextFlow
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import constant_of
from marketo_migrate.rewrite.requests.scope import Scope, through
from marketo_migrate.rewrite.requests.touches import GROWING
from marketo_migrate.rewrite.source import FunctionNode, Source


def decide(scope: Scope, statements: list[ast.stmt]) -> None:
    """Find out which branches of a function run for the arguments that it gets."""
    for statement in statements:
        if not isinstance(statement, ast.If):
            continue
        outcome = _outcome(statement.test, scope)
        if outcome is None:
            continue
        runs, not_run = (statement.body, statement.orelse) if outcome else (statement.orelse, statement.body)
        scope.taken |= {id(statement)}
        scope.dead |= {id(node) for one in not_run for node in walk(one) if isinstance(node, ast.stmt)}
        decide(scope, runs)


def only_builds(source: Source, function: FunctionNode, decided: frozenset[int]) -> bool:
    """Whether a function's statements only assign, fill and return (a docstring may stand first).

    `decided` are the ids of `if` statements of which one branch runs, and of the statements of the other one.
    """
    pending = list(function.body)
    while pending:
        statement = pending.pop()
        if isinstance(statement, ast.If) and id(statement) in decided:
            pending += [s for s in (*statement.body, *statement.orelse) if id(s) not in decided]
            continue
        match statement:
            case ast.Assign() | ast.AnnAssign() | ast.Return() | ast.Expr(value=ast.Constant()):
                continue
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attr))) if attr in GROWING:
                continue
            case ast.For(body=body) if all(isinstance(s, ast.Assign | ast.Expr | ast.For) for s in body):
                pending += [inner for inner in body if isinstance(inner, ast.For)]
            case _:
                return False
    return True


def _outcome(test: ast.expr, scope: Scope) -> bool | None:
    """What a test of a parameter gives for its argument; None where that is not certain."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            outcome = _outcome(inner, scope)
            return None if outcome is None else not outcome
        case ast.Compare(left=ast.Name() as name, ops=[op], comparators=[ast.Constant(value=None)]) if (
            isinstance(op, ast.Is | ast.IsNot)
        ):
            nothing = _is_none(*through(name, scope))
            return None if nothing is None else nothing == isinstance(op, ast.Is)
        case ast.Name():
            node, at = through(test, scope)
            if isinstance(node, ast.List | ast.Tuple | ast.Set):
                starred = any(isinstance(item, ast.Starred) for item in node.elts)
                return None if starred else bool(node.elts)
            known, value = constant_of(at.source, node)
            return bool(value) if known else None
    return None


def _is_none(node: ast.expr, scope: Scope) -> bool | None:
    """Whether a value is None; None where that is not certain."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.JoinedStr):
        return False
    known, value = constant_of(scope.source, node)
    if known:
        return value is None
    flows = scope.source.flows(node)
    simple = flows and all(isinstance(flow, TextFlow | NumberFlow) for flow in flows)
    return False if simple and NumberFlow("None") not in flows else None
