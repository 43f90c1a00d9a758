"""Functions that nothing calls and that only make request objects or headers: of no use without the SOAP client."""

import ast
from collections.abc import Iterable

from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import FunctionNode, Source
from marketo_migrate.rewrite.unused import Unused, inherits_nothing

_PLAIN = frozenset({"staticmethod", "classmethod", "property"})

Definition = tuple[Source, FunctionNode]


class DeadMakers:
    """The functions of a program that make request objects and that nothing reaches."""

    def __init__(self, program: Program, unused: Unused) -> None:
        self._program = program
        self._unused = unused

    def drop(self, making: Iterable[tuple[Source, ast.AST]]) -> bool:
        """Delete those that lead to the expressions and that nothing calls; whether there were any.

        Raises `Unconvertible` where such a function does more than to make something.
        """
        gone: dict[int, Definition] = {}
        for source, node in making:
            for other, function in self._uncalled(source, node, frozenset()):
                if not self._unused.purity.only_gives(other, function):
                    raise Unconvertible(
                        f"{function.name}() makes a request object, nothing calls it, and it does more than that: "
                        "delete it where it is not needed",
                        other,
                        function,
                    )
                gone[id(function)] = (other, function)
        for other, function in gone.values():
            self._unused.delete(other, function)
        return any(self._unused.is_gone(function) for _, function in gone.values())

    def _uncalled(self, source: Source, node: ast.AST, seen: frozenset[int]) -> list[Definition]:
        """The functions that lead to an expression and that nothing calls, where nothing else leads there."""
        around = (self._uncalled_from(source, function, seen) for function in _around(source, node))
        return next((found for found in around if found), [])

    def _uncalled_from(
        self, source: Source, function: FunctionNode, seen: frozenset[int]
    ) -> list[Definition]:
        if id(function) in seen or not self._is_known(source, function):
            return []
        callers = [
            (other, call)
            for other, call in self._program.callers(source, function)
            if self._unused.is_alive(other, call)
        ]
        if not callers:
            return [] if self._unused.is_read_now(function.name) else [(source, function)]
        found = [self._uncalled(other, call, seen | {id(function)}) for other, call in callers]
        return [one for part in found for one in part] if all(found) else []

    def _is_known(self, source: Source, function: FunctionNode) -> bool:
        """Whether the calls of a function that the program shows are all there are."""
        name = function.name
        if name.startswith(("__", "test")) or self._unused.is_spelled(name):
            return False
        if any(getattr(decorator, "id", "") not in _PLAIN for decorator in function.decorator_list):
            return False
        owner = source.parent(function)
        if isinstance(owner, ast.ClassDef):
            called = {id(call.func) for _, call in self._program.callers(source, function)}
            reads = (read for other in self._program.sources.values() for read in other.reads.get(name, ()))
            if not inherits_nothing(self._program, owner, frozenset()) or any(
                id(r) not in called for r in reads
            ):
                return False
        return (
            self._program.is_closed(source, function)
            and not self._program.mentions(source, function)
            and not self._unused.is_mentioned_elsewhere(source, name)
        )


def _around(source: Source, node: ast.AST) -> list[FunctionNode]:
    """The functions around an expression, the innermost first: of modules, of classes of modules, and in those."""
    around = [outer for outer in source.ancestors(node) if isinstance(outer, FunctionNode)]
    if not around:
        return []
    owner = source.parent(around[-1])
    if isinstance(owner, ast.ClassDef):
        owner = source.parent(owner)
    if not isinstance(owner, ast.Module):
        return []
    return [f for f in around if f is around[-1] or isinstance(source.parent(f), FunctionNode)]
