"""Tells whether a record is known to be written, or refused, where one of its values is read."""

import ast

from marketo_migrate.rewrite.source import Source

_WRITTEN = frozenset({"CREATED", "UPDATED", "DELETED", "UNCHANGED"})
_REFUSED = frozenset({"FAILED", "SKIPPED"})


def is_written(source: Source, read: ast.expr, record: ast.expr) -> bool | None:
    """What the tests of a record's `status` say where `read` stands: None, where they leave it open."""
    inner: ast.AST = read
    for outer in source.ancestors(read):
        tests: list[tuple[ast.expr, bool]] = []
        match outer:
            case ast.If(test=test, body=body) if inner is not test:
                tests = [(test, inner in body)]
            case ast.IfExp(test=test, body=chosen) if inner is not test:
                tests = [(test, inner is chosen)]
            case ast.BoolOp(op=op, values=values) if inner in values:
                tests = [(value, isinstance(op, ast.And)) for value in values[: values.index(inner)]]
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                if not isinstance(inner, ast.comprehension):
                    tests = [(test, True) for part in outer.generators for test in part.ifs]
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                return None
        told = _told(tests, ast.unparse(record))
        if told is not None:
            return told
        inner = outer
    return None


def _told(tests: list[tuple[ast.expr, bool]], record: str) -> bool | None:
    answers = {_tells(test, record, holds=holds) for test, holds in tests} - {None}
    return answers.pop() if len(answers) == 1 else None


def _tells(test: ast.expr, record: str, *, holds: bool) -> bool | None:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _tells(operand, record, holds=not holds)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) is holds:
            return _told([(value, holds) for value in values], record)
        case ast.Compare(
            left=ast.Attribute(value=base, attr="status"),
            ops=[ast.Eq() | ast.NotEq() | ast.In() | ast.NotIn() as op],
            comparators=[other],
        ) if ast.unparse(base) == record:
            named = _constants(other)
            if isinstance(op, ast.Eq | ast.In) is holds:
                return _all_of(named)
            # It is another one than these: a record is either written or refused.
            return True if "FAILED" in named else False if named >= {"CREATED", "UPDATED"} else None
    return None


def _all_of(statuses: frozenset[str]) -> bool | None:
    if not statuses:
        return None
    return True if statuses <= _WRITTEN else False if statuses <= _REFUSED else None


def _constants(node: ast.expr) -> frozenset[str]:
    """The texts of an expression; none where not all of it is constant."""
    match node:
        case ast.Constant(value=str(text)):
            return frozenset({text})
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            texts = [_constants(item) for item in items]
            return frozenset().union(*texts) if all(texts) else frozenset()
    return frozenset()
