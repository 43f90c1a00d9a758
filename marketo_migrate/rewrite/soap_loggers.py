"""Statements that only set the level of a SOAP library's logger: they go when nothing uses the library any more."""

import ast

from marketo_migrate.rewrite.nodes import walk_scope
from marketo_migrate.rewrite.program import Program, texts_of
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.targets import is_soap_library
from marketo_migrate.rewrite.unused import Unused

_SETTINGS = frozenset({"propagate", "disabled", "level"})


def drop_soap_loggers(program: Program, unused: Unused) -> bool:
    """Delete such statements, if no module imports a SOAP library; whether there were any."""
    if any(_imports_soap(program, unused, source) for source in program.everything.values()):
        return False
    found = [
        (source, statement)
        for source in program.sources.values()
        for node in source.of(ast.Call)
        if _is_soap_logger(source, node) and unused.is_alive(source, node)
        for statement in _settings(source, node)
    ]
    for source, statement in found:
        unused.delete(source, statement)
    return bool(found)


def _imports_soap(program: Program, unused: Unused, source: Source) -> bool:
    """Whether an import of a SOAP library stays in a module."""
    worked_on = source.path in program.sources
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom):
            named = is_soap_library(node.module or "") and not node.level
        else:
            named = isinstance(node, ast.Import) and any(is_soap_library(a.name) for a in node.names)
        if named and not (worked_on and not unused.is_alive(source, node)):
            return True
    return False


def _is_soap_logger(source: Source, call: ast.Call) -> bool:
    """`logging.getLogger("suds.client")`."""
    if getattr(call.func, "attr", getattr(call.func, "id", "")) != "getLogger" or len(call.args) != 1:
        return False
    texts = texts_of(source, call.args[0])
    return bool(texts) and all(is_soap_library(text) for text in texts or ())


def _settings(source: Source, call: ast.Call) -> list[ast.stmt]:
    """The statements that make the logger and set its level, if that is all that is done with it."""
    statement = source.statement(call)
    if _is_setting(source, call):
        return [statement]
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is call:
            scope = source.function(statement) or source.tree
            uses = [n for n in walk_scope(scope) if isinstance(n, ast.Name) and n.id == name]
            elsewhere = [n for n in source.of(ast.Name) if n.id == name and n not in uses]
            reads = [n for n in uses if isinstance(n.ctx, ast.Load)]
            if not elsewhere and len(uses) == len(reads) + 1 and all(_is_setting(source, n) for n in reads):
                return [statement, *(source.statement(n) for n in reads)]
    return []


def _is_setting(source: Source, logger: ast.expr) -> bool:
    """`logger.setLevel(…)`, `logger.propagate = False`."""
    parent = source.parent(logger)
    statement = source.statement(logger)
    if not isinstance(parent, ast.Attribute):
        return False
    match statement:
        case ast.Expr(value=ast.Call(func=function, args=[level], keywords=[])) if function is parent:
            return parent.attr == "setLevel" and isinstance(level, ast.Attribute | ast.Name | ast.Constant)
        case ast.Assign(targets=[target], value=ast.Constant()) if target is parent:
            return parent.attr in _SETTINGS
        case _:
            return False
