"""Where a value comes from that a loop goes through, or that a database gave."""

import ast
from collections.abc import Iterator

from marketo_migrate.rewrite.literals import display_of
from marketo_migrate.rewrite.nodes import root_of, walk
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
    if not name:
        return False
    scope = source.function(node) or source.tree
    given = [iterable for target, iterable in _loops(source, node) if _binds(target, name)]
    given += _assigned(source, scope, name)
    if not given or _PLAIN in source.imported_names:
        return False
    executing = {
        ast.unparse(part.func.value)
        for part in walk(scope)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr == "execute"
    }
    return any(
        any(isinstance(part, ast.Attribute) and part.attr in _GIVING_ROWS for part in walk(value))
        or (bool(executing) and ast.unparse(value) in executing)
        for value in given
    )


def _assigned(source: Source, scope: ast.AST, name: str) -> Iterator[ast.expr]:
    """What is assigned to targets, inside a function or module, that have a name in them."""
    for mention in source.mentions.get(name, ()):
        inner: ast.AST = mention
        for outer in source.ancestors(mention) if isinstance(mention, ast.Name) else ():
            if isinstance(outer, ast.stmt):
                if (
                    isinstance(outer, ast.Assign)
                    and inner is not outer.value
                    and _is_in(source, outer, scope)
                ):
                    yield outer.value
                break
            inner = outer


def _is_in(source: Source, node: ast.AST, scope: ast.AST) -> bool:
    return any(outer is scope for outer in source.ancestors(node))


def _loops(source: Source, node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The targets and iterables of the loops around a node, from the inside."""
    for outer in source.ancestors(node):
        if isinstance(outer, ast.For):
            yield outer.target, outer.iter
        elif isinstance(outer, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            yield from ((part.target, part.iter) for part in reversed(outer.generators))


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in walk(target))
