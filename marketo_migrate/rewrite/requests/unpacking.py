"""A dict that a call unpacks and that is filled on some ways only: it stays, for what may be missing."""

import ast

from marketo_migrate.model.record import record
from marketo_migrate.rewrite.aliases import inner_reads
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.requests.scope import Scope, before
from marketo_migrate.rewrite.requests.touches import Touches
from marketo_migrate.rewrite.source import Source

Entries = tuple[tuple[str, ast.expr], ...]


@record(eq=False)
class Write:
    """What puts entries into the dict: the display that it is made by, or a statement that fills it."""

    statement: ast.stmt
    place: ast.AST
    entries: Entries


@record(eq=False)
class Partly:
    """How the dict is filled. `sometimes` are the entries that it has on some ways only."""

    variable: str
    writes: tuple[Write, ...]
    sometimes: frozenset[str]


def filled_partly(
    program: Program, node: ast.expr, touches: Touches, use: ast.stmt, scope: Scope
) -> Partly | None:
    """How a variable that is unpacked in a call is filled; None where it is on one way only, or is not known.

    It is made once, filled by name, and used for this call only.
    """
    if not isinstance(node, ast.Name) or len(touches.values) != 1 or touches.odd:
        return None
    first, value = touches.values[0]
    writes = [_written(first, value, value)]
    for statement, path, kind, given in touches.builders:
        if kind == "set" and len(path) == 1 and isinstance(statement, ast.Assign):
            writes.append(Write(statement, statement, ((path[0], given),)))
        elif kind == "update" and not path:
            writes.append(_written(statement, statement, given))
        else:
            return None
    known = [write for write in writes if write is not None]
    if len(known) != len(writes) or not before(scope, first, use):
        return None
    sometimes = _sometimes(known, use, scope)
    if not sometimes or not _is_used_once(program, scope, node):
        return None
    return Partly(node.id, tuple(known), sometimes)


def _written(statement: ast.stmt, place: ast.AST, given: ast.expr) -> Write | None:
    """What a dict that is written out puts in; None where its names are not known."""
    match given:
        case ast.Dict(keys=keys, values=values):
            names = [key.value if isinstance(key, ast.Constant) else None for key in keys]
            entries = [(n, v) for n, v in zip(names, values, strict=True) if isinstance(n, str)]
            return Write(statement, place, tuple(entries)) if len(entries) == len(keys) else None
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            entries = [(k.arg, k.value) for k in keywords if k.arg is not None]
            return Write(statement, place, tuple(entries)) if len(entries) == len(keywords) else None
    return None


def _sometimes(writes: list[Write], use: ast.stmt, scope: Scope) -> frozenset[str]:
    """The entries that are there on some ways only; what is written more than once stays with them."""
    found = {n for write in writes if not before(scope, write.statement, use) for n, _ in write.entries}
    if not found:
        return frozenset()
    names = [name for write in writes for name, _ in write.entries]
    found |= {name for name in names if names.count(name) > 1}
    while more := {
        name
        for write in writes[1:]
        for name, _ in write.entries
        if name not in found and any(other in found for other, _ in write.entries)
    }:
        found |= more
    return frozenset(found)


def _is_used_once(program: Program, scope: Scope, node: ast.Name) -> bool:
    """Whether nothing but this use and the statements that fill it reads a variable."""
    source, owner = scope.source, scope.function or scope.source.tree
    if next(inner_reads(source, owner, node.id), None) is not None:
        return False
    if scope.function is None and any(
        node.id in other.words for other in program.sources.values() if other is not source
    ):
        return False
    return _reads(source, owner, node.id) == [node]


def _reads(source: Source, owner: ast.AST, name: str) -> list[ast.Name]:
    """Where a variable is read, but for its being filled."""
    return [
        found
        for found in walk(owner)
        if isinstance(found, ast.Name)
        and found.id == name
        and isinstance(found.ctx, ast.Load)
        and not _is_filling(source, found)
    ]


def _is_filling(source: Source, node: ast.Name) -> bool:
    parent = source.parent(node)
    if isinstance(parent, ast.Subscript) and parent.value is node:
        return isinstance(parent.ctx, ast.Store)
    if not isinstance(parent, ast.Attribute) or parent.attr != "update":
        return False
    call = source.parent(parent)
    return isinstance(call, ast.Call) and call.func is parent and isinstance(source.parent(call), ast.Expr)
