"""Where a value comes from that a loop goes through, or that a database gave."""

import ast
from collections.abc import Iterator

from marketo_migrate.rewrite.literals import display_of
from marketo_migrate.rewrite.nodes import bound_by, root_of
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.source import Source

OBJECT = "object"
"""The kind of a value that SOAP wrote as its text, and JSON does not take: a date, a decimal."""

MIXED = "mixed"
"""The kind of values of which some are such objects, and others may be None."""

ROW = "row"
"""The kind of a value that a database gave: a text, a number, a date, a decimal."""

_GIVING_ROWS = frozenset({"fetchall", "fetchone", "fetchmany"})
_PLAIN = "sqlite3"
"""The database that gives texts and numbers only."""


def listed_values(program: Program, source: Source, name: ast.Name) -> list[tuple[Source, ast.expr]]:
    """What a loop gives a variable that goes through a display which is written out; empty where it is none."""
    for target, iterable in _loops(source, name):
        if not _binds(target, name.id):
            continue
        names = [getattr(part, "id", "") for part in target.elts] if isinstance(target, ast.Tuple) else []
        place = names.index(name.id) if name.id in names else None
        match iterable:
            case ast.Call(func=ast.Attribute(value=held, attr="items" | "values" as method), args=[]):
                made = display_of(program, source, held)
                if made is None or not isinstance(made[1], ast.Dict) or (method == "items") != (place == 1):
                    return []
                return [(made[0], value) for value in made[1].values]
        made = display_of(program, source, iterable)
        if made is None or not isinstance(made[1], ast.List | ast.Tuple):
            return []
        items = made[1].elts
        if names:
            rows = [item.elts for item in items if isinstance(item, ast.Tuple | ast.List)]
            items = [row[place] for row in rows if place is not None and place < len(row)]
        return [(made[0], item) for item in items]
    return []


def is_of_row(source: Source, node: ast.expr) -> bool:
    """Whether a value is, or is part of, a row that a database gave."""
    name = root_of(node)
    if not name or _PLAIN in _imported(source):
        return False
    scope = source.function(node) or source.tree
    parts = list(ast.walk(scope))
    given = [iterable for target, iterable in _loops(source, node) if _binds(target, name)]
    given += [
        part.value
        for part in parts
        if isinstance(part, ast.Assign) and any(_binds(target, name) for target in part.targets)
    ]
    executing = {
        ast.unparse(part.func.value)
        for part in parts
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr == "execute"
    }
    return any(
        ast.unparse(value) in executing
        or any(isinstance(part, ast.Attribute) and part.attr in _GIVING_ROWS for part in ast.walk(value))
        for value in given
    )


def _loops(source: Source, node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The targets and iterables of the loops around a node, from the inside."""
    for outer in source.ancestors(node):
        if isinstance(outer, ast.For):
            yield outer.target, outer.iter
        elif isinstance(outer, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            yield from ((part.target, part.iter) for part in reversed(outer.generators))


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(target))


def _imported(source: Source) -> set[str]:
    return {
        bound_by(alias)
        for part in source.nodes
        if isinstance(part, ast.Import | ast.ImportFrom)
        for alias in part.names
    }
