"""Takes away `if lead.leadAttributeList:` and its like: the lead that stands for the list in REST is always there."""

import ast
from collections.abc import Sequence

from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.unused import Unused


def drop_idle_tests(tests: Sequence[tuple[Source, ast.expr]], unused: Unused) -> None:
    """Unwrap the statements that only run if these tests hold, and take those away that only run if they do not.

    `tests` make no difference where the list is not there.
    """
    idle = {id(node) for _, node in tests}
    done: set[int] = set()
    for source, node in tests:
        choice = next((outer for outer in source.ancestors(node) if isinstance(outer, ast.stmt)), None)
        if not isinstance(choice, ast.If) or choice.orelse or id(choice) in done:
            continue
        if any(isinstance(part, ast.Call | ast.NamedExpr | ast.Await) for part in walk(choice.test)):
            continue
        if _is_elif(source, choice) or unused.is_gone(choice) or not source.owns_lines(choice):
            continue
        if _never_holds(choice.test, idle):
            if len(source.block(choice)) > 1:
                unused.delete(source, choice)
                done.add(id(choice))
        elif _holds(choice.test, idle) and _can_move(source, choice):
            _unwrap(source, choice)
            done.add(id(choice))


def _holds(test: ast.expr, idle: set[int]) -> bool:
    """Whether a test says nothing but that there are attributes."""
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_holds(value, idle) for value in values)
        case ast.Compare(left=left, ops=[ast.IsNot() | ast.NotEq()], comparators=[ast.Constant(value=None)]):
            return id(left) in idle
    return id(test) in idle


def _never_holds(test: ast.expr, idle: set[int]) -> bool:
    """Whether a test says nothing but that there are no attributes."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _holds(operand, idle)
        case ast.BoolOp(op=ast.Or(), values=values):
            return all(_never_holds(value, idle) for value in values)
        case ast.Compare(left=left, ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=None)]):
            return id(left) in idle
    return False


def _is_elif(source: Source, choice: ast.If) -> bool:
    outer = source.parent(choice)
    return isinstance(outer, ast.If) and choice in outer.orelse


def _can_move(source: Source, choice: ast.If) -> bool:
    """Whether the body stands on lines of its own, which nothing else moves, and no comment goes with the test."""
    header = source.line_text(choice.test.end_lineno or choice.lineno).rstrip()
    alone = choice.test.end_lineno == choice.lineno and header.endswith(":")
    return alone and choice.body[0].lineno > choice.lineno and not source.is_outdented(choice)


def _unwrap(source: Source, choice: ast.If) -> None:
    source.replace(choice.test, str)
    first = choice.lineno + 1
    source.replace_span(source.line_start(choice.lineno), source.line_start(first), str)
    source.outdent(first, choice.end_lineno or first, source.indent(choice))
