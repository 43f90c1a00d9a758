"""What is noted while requests are read: for one request, and for all requests of a unit."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from marketo_migrate.model.record import record
from marketo_migrate.rewrite.moving import Move
from marketo_migrate.rewrite.purity import Purity
from marketo_migrate.rewrite.source import FunctionNode, Source

Holder: TypeAlias = tuple[str, int, str]
"""A variable (module, start of its function, name) or a function (module, its start, the type it returns)."""


@record(eq=False)
class Landing:
    """The place of a call, where the values of its request go; `HERE` is that of the request that is being read."""

    source: Source | None
    function: FunctionNode | None


HERE = Landing(None, None)


@dataclass(slots=True, eq=False)
class Reading:
    """What is noted while the request of one call is read; it is judged when all of it is known.

    `in_place` are the types whose values become REST values where they are made; `is_later` tells of a call
    that a lambda makes, `runner` of the function that is handed such a lambda and calls it. `moved` are the expressions that go to the call, `own` and `folds` the variables that
    hold the request and those that go away, `loops` the loops that fill it; `holders` hold the REST form. `uses`
    tells where each argument of a function that is looked through is read.
    """

    landing: Landing
    in_place: frozenset[str]
    is_later: bool
    purity: Purity
    runner: tuple[Source, FunctionNode] | None = None
    moved: list[tuple[Source, ast.expr, tuple[Move, ...]]] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    folds: set[str] = field(default_factory=set)
    loops: list[tuple[Source, ast.For]] = field(default_factory=list)
    holders: set[Holder] = field(default_factory=set)
    uses: dict[ast.expr, tuple[Source, set[tuple[int, ...]]]] = field(default_factory=dict)

    def use(self, source: Source, given: ast.expr, path: tuple[int, ...]) -> None:
        """What a variable is bound to is read by variables with these ids, one standing for the other."""
        self.uses.setdefault(given, (source, set()))[1].add(path)


@dataclass(slots=True)
class Consumed:
    """What a conversion used up.

    `reads` and `calls` are the uses of variables and functions that were followed; `kept` are variables and
    `lists` those of them whose length stays what it was, `tables` those that are empty where they were,
    `converted` functions that hold and return the REST form from now on; `stored` are attributes that hold a single
    value of the object that they held, with what made that, `attributes` the reads of them that were followed;
    `received` are functions whose parameters hold the REST form, `collected` reads of attributes that
    hold a list of it; `in_place` makes the edits by which SOAP values become REST values where they are made.
    """

    reads: dict[tuple[str, int, int], ast.Name] = field(default_factory=dict)
    calls: dict[tuple[str, int, int], ast.Call] = field(default_factory=dict)
    kept: dict[tuple[str, int, str], tuple[Source, ast.AST, str]] = field(default_factory=dict)
    lists: set[Holder] = field(default_factory=set)
    tables: set[Holder] = field(default_factory=set)
    converted: dict[tuple[str, int], tuple[Source, FunctionNode]] = field(default_factory=dict)
    received: list[tuple[Source, FunctionNode]] = field(default_factory=list)
    collected: list[tuple[Holder, Source, ast.Attribute]] = field(default_factory=list)
    stored: list[tuple[Source, ast.expr, ast.expr]] = field(default_factory=list)
    attributes: set[tuple[str, int, int]] = field(default_factory=set)
    in_place: list[Callable[[], None]] = field(default_factory=list)

    def read(self, source: Source, node: ast.Name) -> None:
        """The use of a variable was followed."""
        self.reads[source.place(node)] = node
