"""What holds or returns a request in its new form must not be needed in SOAP's form by anything else."""

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.reads import writing_statement
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.reading import Consumed
from marketo_migrate.rewrite.requests.stored import attribute_reads, may_be
from marketo_migrate.rewrite.requests.touches import is_length, is_truth
from marketo_migrate.rewrite.source import FunctionNode, Source, walk_scope
from marketo_migrate.rewrite.units import Site
from marketo_migrate.rewrite.unused import Unused


class HeldRequests:
    """Looks at the variables, attributes and functions that requests go through."""

    def __init__(self, program: Program, consumed: Consumed, unused: Unused) -> None:
        self._program = program
        self._consumed = consumed
        self._unused = unused

    def check(self, sites: Sequence[Site], refuse: Callable[[Site, str], None]) -> None:
        """What now holds or returns the REST form must not be needed in its SOAP form by anything else.

        The calls that send it are refused where it is, by `refuse`; the others may go on.
        """
        consumed = self._consumed
        for key, (source, owner, name) in consumed.kept.items():
            with self._refusing(sites, refuse, key):
                asks = is_length if key in consumed.lists else is_truth if key in consumed.tables else None
                self._check_kept(source, owner, name, asks)
        for source, function in consumed.received:
            if self._unused.is_mentioned_elsewhere(source, function.name):
                with self._refusing(sites, refuse, (source.path, source.span(function)[0])):
                    raise Unconvertible(
                        f"{function.name}() is given its request, and not every caller is known",
                        source,
                        function,
                    )
        for key, source, read in consumed.collected:
            if source.place(read) not in consumed.attributes:
                with self._refusing(sites, refuse, key):
                    raise Unconvertible(f"the request .{read.attr} is also used elsewhere", source, read)
        for source, target, made in consumed.stored:
            assert isinstance(target, ast.Attribute)  # noqa: S101 - of an object
            for other, read in attribute_reads(self._program, target.attr):
                followed = other.place(read) in consumed.attributes or _is_filled(other, read)
                if not followed and may_be(other.flows(read), source.flows(made)):
                    raise Unconvertible(f"the request .{target.attr} is also used elsewhere", other, read)
        for source, function in consumed.converted.values():
            with self._refusing(sites, refuse, (source.path, source.span(function)[0])):
                self._check_converted(source, function)

    @contextmanager
    def _refusing(
        self, sites: Sequence[Site], refuse: Callable[[Site, str], None], key: tuple[str | int, ...]
    ) -> Iterator[None]:
        """Refuse the calls whose requests are held by what the key tells, if there is a reason to."""
        try:
            yield
        except Unconvertible as problem:
            held = [site for site in sites if any(holder[: len(key)] == key for holder in site.holders)]
            if not held:
                raise
            for site in held:
                refuse(site, problem.sentence())

    def _check_kept(
        self, source: Source, owner: ast.AST, name: str, asks: Callable[[Source, ast.expr], bool] | None
    ) -> None:
        """A variable that holds the REST form must only be sent and filled, or asked something that stays the same."""
        for node in walk(owner):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                if asks is not None and asks(source, node):
                    continue
                followed = source.place(node) in self._consumed.reads or id(node) in source.leaving
                if not followed and writing_statement(source, node) is None:
                    raise Unconvertible(f"the request {name!r} is also used elsewhere", source, node)

    def _check_converted(self, source: Source, function: FunctionNode) -> None:
        """A function that returns the REST form must only be called for requests."""
        for other, call in self._program.callers(source, function):
            if id(call) in other.leaving:
                continue
            if other.place(call) not in self._consumed.calls:
                raise Unconvertible(f"{function.name}() is also called for something else", other, call)
            self._check_held(other, call)
        if not self._program.is_closed(source, function):
            raise Unconvertible(f"not every caller of {function.name}() is known", source, function)
        for other, mention in self._program.mentions(source, function):
            raise Unconvertible(f"{function.name}() is also handed on as a function", other, mention)

    def _check_held(self, source: Source, call: ast.Call) -> None:
        """The variable that holds what a converted function made must only be sent, or counted."""
        statement = source.statement(call)
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            return
        if any(isinstance(outer, ast.Call) for outer in source.ancestors(call)):
            return
        name = statement.targets[0].id
        for node in walk_scope(source.function(call) or source.tree):
            if not isinstance(node, ast.Name) or node.id != name or not isinstance(node.ctx, ast.Load):
                continue
            parent = source.parent(node)
            counted = isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "len"
            sent = source.place(node) in self._consumed.reads
            if not (sent or counted) and writing_statement(source, node) is None:
                raise Unconvertible(f"the request {name!r} is also used elsewhere", source, node)


def _is_filled(source: Source, node: ast.Attribute) -> bool:
    """Whether an attribute is read to fill the object that it holds."""
    parent = source.parent(node)
    return isinstance(parent, ast.Attribute | ast.Subscript) and isinstance(parent.ctx, ast.Store)
