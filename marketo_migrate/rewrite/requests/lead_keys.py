"""Lead records that have an id on some ways through the program and an email address on the others."""

import ast
from collections.abc import Collection, Iterable, Mapping

from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import Source

LEAD_KEYS = frozenset({"Id", "Email"})


def keys_of_ways(source: Source, always: Collection[str], chosen: Mapping[str, ast.stmt]) -> frozenset[str]:
    """The keys that a record has on some ways only, where it has one on each.

    `always` are the elements that it has on all ways, `chosen` the statements that give it others.
    """
    if LEAD_KEYS.isdisjoint(set(always) - chosen.keys()):
        if chosen.keys() != LEAD_KEYS or not _are_alternatives(source, chosen["Id"], chosen["Email"]):
            key, statement = next(iter(chosen.items()))
            raise Unconvertible(f"{key} is set on some ways only", source, statement)
    return frozenset(chosen)


def _are_alternatives(source: Source, one: ast.stmt, other: ast.stmt) -> bool:
    """Whether one of two statements runs on each way that goes on."""
    for choice in source.ancestors(one):
        if isinstance(choice, ast.If) and choice in source.ancestors(other):
            first, second = (_branch(source, choice, s) for s in (one, other))
            return first is not second and all(runs(b, (one, other)) for b in (choice.body, choice.orelse))
    return False


def _branch(source: Source, choice: ast.If, statement: ast.stmt) -> list[ast.stmt]:
    """The branch of an `if` that a statement is in."""
    around = [statement, *source.ancestors(statement)]
    return choice.body if any(inner in around for inner in choice.body) else choice.orelse


def runs(branch: Iterable[ast.stmt], statements: Collection[ast.stmt]) -> bool:
    """Whether a branch surely runs one of some statements, or does not go on."""
    for inner in branch:
        if inner in statements or isinstance(inner, ast.Raise | ast.Return | ast.Continue):
            return True
        if isinstance(inner, ast.If) and inner.orelse:
            if runs(inner.body, statements) and runs(inner.orelse, statements):
                return True
    return False
