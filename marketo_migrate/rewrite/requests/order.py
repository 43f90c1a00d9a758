"""The values of a request that do something: each is evaluated once and in turn, after the rewrite as before.

A REST call names the values of a request in its own order. Where two of them do something (`queue.pop()`,
`next(rows)`, a function that prints), that order must be the one in which the program evaluated them. The text
of each such value can be written as a marker, so that the order shows in the text that comes out.
"""

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeAlias

from marketo_migrate.model.record import record
from marketo_migrate.rewrite.containers import is_container, uses_up
from marketo_migrate.rewrite.moving import Moving
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.purity import Purity
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.scope import Scope, through
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.tree import Make

_MARKER = re.compile(r"\bvalue_in_turn((?:_\d+)+)\b")

_USED_UP = "what the request is made of may be an iterator, which gives its items only once; a list would do"

Way: TypeAlias = tuple[int, ...]
"""Where something is evaluated: the ends of the calls that lead into its function, and its own start."""


@record(eq=False)
class _Evaluation:
    """An expression that is evaluated for a request: `site` is what stands for it in the function of the call.

    `varies` tells of one that may give something else the next time, `used_up` of what a comprehension goes
    through and what may be an iterator.
    """

    source: Source
    node: ast.expr
    way: Way
    site: tuple[Source, ast.AST]
    does_something: bool
    varies: bool
    used_up: bool = False

    @property
    def is_once(self) -> bool:
        """Whether it must be evaluated just once."""
        return self.does_something or self.varies or self.used_up

    def why_once(self, trouble: str) -> str:
        """Why it must be evaluated once, and what is in the way."""
        if self.used_up:
            return _USED_UP
        if self.does_something:
            return f"a value of the request does something, {trouble}"
        return f"a value of the request is another one each time it is asked for, {trouble}"


@dataclass(slots=True)
class Turns:
    """What is evaluated for the requests of a unit.

    While `marking`, the values noted here are written as markers.
    """

    program: Program
    purity: Purity
    moving: Moving
    marking: bool = False
    _found: list[_Evaluation] = field(default_factory=list)
    _numbers: dict[tuple[object, ...], int] = field(default_factory=dict)

    def marked(self, node: ast.expr, scope: Scope, text: Make) -> Make:
        """The text of a value, or its marker if it must keep its turn."""
        numbers = self._note(node, scope, ())
        if not numbers:
            return text
        marker = "value_in_turn" + "".join(f"_{number}" for number in dict.fromkeys(numbers))
        return lambda: marker if self.marking else text()

    def gone_through(self, node: ast.expr, scope: Scope, text: Make) -> Make:
        """The same for what a comprehension goes through: an iterator gives nothing the second time."""
        actual, at = through(node, scope)
        if scope.stays or is_container(self.program, at.source, actual):
            return text
        key = (id(actual), *(id(call) for _, call in at.calls), "used up")
        if key not in self._numbers:
            self._numbers[key] = len(self._found)
            self._found.append(replace(self._evaluation(actual, at), used_up=True))
        marker = f"value_in_turn_{self._numbers[key]}"
        return lambda: marker if self.marking else text()

    def _note(self, node: ast.expr, scope: Scope, inside: tuple[int, ...]) -> list[int]:
        """The numbers of what is evaluated for an expression: what its parameters are bound to, and itself."""
        node, scope = through(node, scope)
        numbers: list[int] = []
        bound: list[ast.expr] = []
        for part in walk(node):
            if isinstance(part, ast.Name) and part.id in scope.bound and id(part) not in inside:
                given, outer = scope.bound[part.id]
                bound.append(given)
                numbers += self._note(given, outer, (*inside, id(part)))
        used_up = uses_up(self.program, scope.source, node)
        if used_up or not self.moving.is_stable(scope.source, node):
            key = (id(node), *map(id, bound), *(id(call) for _, call in scope.calls))
            if key not in self._numbers:
                self._numbers[key] = len(self._found)
                found = self._evaluation(node, scope)
                self._found.append(replace(found, used_up=used_up and not found.does_something))
            numbers.append(self._numbers[key])
        return numbers

    def _evaluation(self, node: ast.expr, scope: Scope) -> _Evaluation:
        ends = tuple(source.span(call)[1] for source, call in scope.calls)
        site = scope.calls[0] if scope.calls else (scope.source, node)
        acts = not self.purity.expression(scope.source, node)
        varies = self.purity.varies(scope.source, node)
        return _Evaluation(scope.source, node, (*ends, scope.source.span(node)[0]), site, acts, varies)

    @property
    def matter(self) -> bool:
        """Whether anything noted must be evaluated just once."""
        return any(one.is_once for one in self._found)

    def check_gone(self, is_alive: Callable[[Source, ast.AST], bool]) -> None:
        """Raise `Unconvertible` where something that has to be evaluated once stays for other code, too."""
        for one in self._found:
            if one.is_once and is_alive(*one.site):
                raise Unconvertible(one.why_once("and other code needs it too"), one.source, one.node)

    def check(self, texts: Iterable[str]) -> None:
        """Raise `Unconvertible` where the markers in new texts are not those of the values, once and in turn."""
        seen: list[int] = []
        for text in texts:
            numbers = [int(n) for marker in _MARKER.finditer(text) for n in marker[1].split("_")[1:]]
            seen += numbers
            in_turn = (self._found[number] for number in numbers)
            for first, second in pairwise(one for one in in_turn if not one.used_up):
                acts = first.does_something or second.does_something
                if acts and _frames(first) == _frames(second) and second.way < first.way:
                    raise Unconvertible(
                        "values of the request are evaluated in an order that REST does not keep",
                        second.source,
                        second.node,
                    )
        for number, one in enumerate(self._found):
            if one.is_once and seen.count(number) != 1:
                raise Unconvertible(one.why_once("and REST does not need it just once"), one.source, one.node)


def _frames(one: _Evaluation) -> object:
    """The function in which the way to a value begins: only ways from the same place can be compared."""
    source, node = one.site
    return source.path, source.function(node)
