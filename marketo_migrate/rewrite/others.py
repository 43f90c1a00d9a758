"""Tells whether a loop over a lead's attributes does nothing for attributes whose names it does not know.

Only such a loop may run over the few fields that REST is asked for: one that counts, skips or remembers the
other attributes of a lead would find them missing.
"""

import ast
from collections.abc import Callable, Sequence

from marketo_migrate.model.record import record
from marketo_migrate.rewrite.nodes import walk

Test = Callable[[ast.expr], bool]


@record
class Names:
    """What a loop's tests and statements say about the name of the attribute at hand.

    `chooses` is true of tests that fail for every name that is not known, `rejects` of tests that hold for each of
    them, and `keeps` of statements that only put the attribute into a dict, under its name.
    """

    chooses: Test
    rejects: Test
    keeps: Callable[[ast.AST], bool]


def acts_on_others(
    node: ast.For | ast.comprehension, holder: ast.AST, around: ast.AST | None, names: Names
) -> bool:
    """Whether the iteration `node` does anything for other attributes.

    `holder` is the statement or comprehension that iterates, `around` what stands around it.
    """
    if isinstance(node, ast.For):
        return _acts(node.body, names)
    return _yields(node, holder, around, names)


def _acts(statements: Sequence[ast.stmt], names: Names) -> bool:
    for statement in statements:
        match statement:
            case ast.If(test=test) if names.chooses(test):
                if _acts(statement.orelse, names):
                    return True
            case ast.If(test=test) if names.rejects(test):
                if _acts(statement.body, names):
                    return True
                if isinstance(statement.body[-1], ast.Continue):
                    return False
            case ast.If(test=test):
                if not _plain(test) or _acts(statement.body, names) or _acts(statement.orelse, names):
                    return True
            case ast.Continue():
                return False
            case _ if not _idle(statement, names):
                return True
    return False


def _idle(statement: ast.stmt, names: Names) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.BoolOp(op=ast.And(), values=[first, *_])):
            return names.chooses(first)
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.IfExp(test=test, orelse=ast.Name(id=same))):
            return name == same and names.chooses(test)
        case ast.AugAssign(op=ast.Add(), value=ast.Compare() as test):
            return names.chooses(test)
        case ast.AugAssign(op=ast.Add(), value=ast.IfExp(test=test, orelse=ast.Constant(value=0 | ""))):
            return names.chooses(test)
        case ast.Assign():
            return names.keeps(statement)
    return False


def _yields(node: ast.comprehension, holder: ast.AST, around: ast.AST | None, names: Names) -> bool:
    generators: list[ast.comprehension] = getattr(holder, "generators", [node])
    later = generators[generators.index(node) :]
    if any(names.chooses(test) for generator in later for test in generator.ifs):
        return False
    if names.keeps(holder):
        return False
    if isinstance(holder, ast.GeneratorExp | ast.ListComp) and isinstance(around, ast.Call):
        match around:
            case ast.Call(func=ast.Name(id="any" | "sum"), args=[only]) if only is holder:
                return not names.chooses(holder.elt)
            case ast.Call(func=ast.Name(id="all"), args=[only]) if only is holder:
                return not names.rejects(holder.elt)
    return True


def _plain(test: ast.expr) -> bool:
    """Whether a test has no effect of its own that could be counted."""
    return not any(isinstance(n, ast.NamedExpr | ast.Await | ast.Yield) for n in walk(test)) and not any(
        isinstance(n, ast.Call)
        and isinstance(n.func, ast.Name)
        and n.func.id not in ("len", "int", "str", "bool")
        for n in walk(test)
    )
