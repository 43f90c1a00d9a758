"""Variables that go away: what they are given and filled with, on one way only, is read as one value."""

import ast
from dataclasses import replace

from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.filling import Filling
from marketo_migrate.rewrite.requests.reading import Reading
from marketo_migrate.rewrite.requests.scope import Again, Scope, loops_around, moves_between
from marketo_migrate.rewrite.requests.touches import GROWING, Touches
from marketo_migrate.rewrite.requests.unrolling import unrolled
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.tree import Node


class Folding:
    """Folds the statements that make a value into that value."""

    def __init__(self, filling: Filling, reading: Reading) -> None:
        self._filling = filling
        self._reading = reading

    def value(
        self,
        touches: Touches,
        type_name: str,
        scope: Scope,
        again: Again,
        use: ast.stmt,
        *,
        many: bool,
    ) -> Node:
        """The value of a variable that is filled on one way only."""
        first, value = touches.values[0]
        self._reading.folds.add(touches.name)
        result = again(value, replace(scope, use=scope.use and first, moves=moves_between(scope, first, use)))
        for statement, path, kind, given in touches.builders:
            loops = loops_around(scope, statement, use)
            if kind in GROWING and kind != "update" and _grows_in_loop(scope.source, first, statement, use):
                raise Unconvertible(
                    "a list of the request grows on every turn of a loop", scope.source, statement
                )
            from_here = loops[0] if loops else statement
            at = replace(scope, use=scope.use and statement, moves=moves_between(scope, from_here, use))
            self._reading.loops.extend((scope.source, loop) for loop in loops)
            display = unrolled(loops[0].target, loops[0].iter, at) if len(loops) == 1 else []
            for item in display:
                bound = {**at.bound, **item}
                self._filling.apply(result, path, kind, given, replace(at, bound=bound), type_name, many=many)
            if display and any(isinstance(n, ast.Continue | ast.Break) for n in walk(loops[0])):
                raise Unconvertible("a loop that fills the request is left early", scope.source, loops[0])
            if not display:
                at.loops = (*at.loops, *loops)
                self._filling.apply(result, path, kind, given, at, type_name, loops, many=many)
        return result


def _grows_in_loop(source: Source, first: ast.stmt, statement: ast.stmt, use: ast.stmt) -> bool:
    """Whether a loop that sends a request fills a list that was made before it."""
    outside = {id(outer) for outer in source.ancestors(first)}
    around = [
        outer for outer in source.ancestors(use) if isinstance(outer, ast.For | ast.AsyncFor | ast.While)
    ]
    inside = {id(outer) for outer in source.ancestors(statement)}
    return any(id(loop) in inside and id(loop) not in outside for loop in around)
