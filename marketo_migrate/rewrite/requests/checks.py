"""Checks of a request that is read: it moves unharmed, is not needed on its way, and loops only fill it."""

import ast

from marketo_migrate.rewrite.moving import Moving
from marketo_migrate.rewrite.nodes import root_of, walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.reading import Consumed, Reading
from marketo_migrate.rewrite.source import Source

_TELLING = frozenset({"print", "debug", "info", "warning", "error", "log", "write", "exception"})


def check(program: Program, moving: Moving, reading: Reading, consumed: Consumed) -> None:
    """Raise `Unconvertible` where what was noted while a request was read does not allow to rewrite it."""
    for source, expression, moves in reading.moved:
        if moves and reading.is_later:
            raise Unconvertible("the call is made later than the request", source, expression)
        if moves and reading.runner is not None:
            moving.check_run(source, expression, *reading.runner)
        moving.check(source, expression, moves, reading.own)
        _check_own(reading, consumed, source, expression)
    for given, (source, paths) in reading.uses.items():
        if len(paths) > 1 and not moving.is_stable(source, given):
            raise Unconvertible("a value is made once and read several times", source, given)
    for source, loop in reading.loops:
        _check_body(program, reading, consumed, source, loop)


def _check_own(reading: Reading, consumed: Consumed, source: Source, node: ast.expr) -> None:
    """A value of the request must not read the request itself, nor bind a variable."""
    for part in walk(node):
        if isinstance(part, ast.NamedExpr):
            raise Unconvertible("a value of the request binds a variable", source, node)
        if isinstance(part, ast.Name) and part.id in reading.folds and isinstance(part.ctx, ast.Load):
            if consumed.reads.get(source.place(part)) is not part:
                raise Unconvertible("the request reads what it is made of", source, node)


def _check_body(
    program: Program, reading: Reading, consumed: Consumed, source: Source, loop: ast.For
) -> None:
    """A loop that becomes a comprehension does nothing else than to fill the request."""
    for statement in loop.body:
        if isinstance(statement, ast.If) and [type(s) for s in statement.body] == [ast.Continue]:
            _check_own(reading, consumed, source, statement.test)
            continue
        roots = {
            root_of(n)
            for n in walk(statement)
            if isinstance(n, ast.Name | ast.Attribute | ast.Subscript) and isinstance(n.ctx, ast.Store)
        }
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call):
            roots.add(root_of(call.func))
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.For):
            inner = (
                {n.id for n in walk(statement.target) if isinstance(n, ast.Name)}
                if isinstance(statement, ast.For)
                else set()
            )
            own = roots and roots <= reading.own | inner
            if own or (isinstance(call, ast.Call) and _only_tells(program, source, call)):
                continue
        if isinstance(statement, ast.Pass) or (
            isinstance(statement, ast.Expr) and not isinstance(call, ast.Call)
        ):
            continue
        raise Unconvertible("the loop that fills the request does something else too", source, statement)


def _only_tells(program: Program, source: Source, call: ast.Call) -> bool:
    """Whether a statement only prints or logs."""
    name = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
    return name in _TELLING and program.called(source, call) is None
