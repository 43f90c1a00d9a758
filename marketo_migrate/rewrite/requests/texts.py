"""The texts of a request's values and of the loops that make them, as they read at the place of the call."""

import ast
import builtins
from collections.abc import Mapping
from dataclasses import replace

from marketo_migrate.rewrite.moving import Moving
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.rendering import operand
from marketo_migrate.rewrite.requests.arguments import local_names
from marketo_migrate.rewrite.requests.order import Turns
from marketo_migrate.rewrite.requests.reading import HERE, Landing, Reading
from marketo_migrate.rewrite.requests.scope import Scope, stands
from marketo_migrate.rewrite.source import FunctionNode, Source, walk_scope
from marketo_migrate.rewrite.tree import Make


class Texts:
    """Gives texts, and notes which expressions move."""

    def __init__(self, moving: Moving, reading: Reading, turns: Turns) -> None:
        self._moving = moving
        self._reading = reading
        self._turns = turns

    def value(self, node: ast.expr, scope: Scope) -> Make:
        """The text of a value of the request for the place of the call, evaluated there once and in turn."""
        text = self.text(node, scope)
        return text if scope.stays else self._turns.marked(node, scope, text)

    def text(
        self, node: ast.expr, scope: Scope, landing: Landing | None = HERE, *, path: tuple[int, ...] = ()
    ) -> Make:
        """The text of an expression for the place of the call.

        `path` are the ids of the variables that stand for it, where it is what these are bound to.
        """
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not stands(node, scope):
            word = node.value
            return lambda: scope.source.literal(word)
        self._reading.moved.append((scope.source, node, scope.moves))
        names = [n for n in walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
        if scope.function is not None and scope.is_inlined:
            inner = {n.id for n in walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            inner |= {name for loop in scope.loops for name in _targets(loop)} | scope.inner
            _check_capture(node, scope, names)
            for name in names:
                if name.id not in scope.bound and name.id in local_names(scope.function) - inner:
                    raise Unconvertible(
                        f"{name.id!r} is known inside {scope.function.name}() only", scope.source, node
                    )
        turning = {name for loop in scope.loops for name in _targets(loop)}
        for loop in scope.loops:
            made = _made_in(loop) - turning
            for name in names:
                if name.id in made and name.id not in scope.bound:
                    raise Unconvertible(f"{name.id!r} is made anew in a loop", scope.source, node)
        landing = None if scope.stays else (self._reading.landing if landing is HERE else landing)
        if not any(name.id in scope.bound for name in names):
            return lambda: _landed(node, scope, landing, scope.source.source(node))
        if any(isinstance(n, ast.Name) and n.id in scope.bound and n not in names for n in walk(node)):
            raise Unconvertible("a helper uses the same name for something else", scope.source, node)
        bound = {
            name: self._bound(name, scope, landing, (*path, id(name)))
            for name in names
            if name.id in scope.bound
        }
        return lambda: _landed(node, scope, landing, self._substituted(node, scope, bound))

    def _bound(self, name: ast.Name, scope: Scope, landing: Landing | None, path: tuple[int, ...]) -> Make:
        """The text of what a variable is bound to."""
        given, outer = scope.bound[name.id]
        self._reading.use(outer.source, given, path)
        return self.text(given, outer, landing, path=path)

    def clauses(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> Make:
        """The clauses of a comprehension."""
        first = node.generators[0]
        start = scope.source.span(first.target)[0]
        begin = scope.source.text.rfind("for", 0, start)
        last = node.generators[-1]
        end = max(scope.source.span(part)[1] for part in (last.iter, *last.ifs))
        for part in node.generators:
            self._moving.check_iterable(scope.source, part.iter, scope.moves)
        parts = [
            (g, self._iterable(g.iter, scope), [self.text(t, scope) for t in g.ifs]) for g in node.generators
        ]
        if scope.bound and any(part.is_async for part in node.generators):
            raise Unconvertible("an asynchronous comprehension in a helper function", scope.source, node)

        def put_together() -> str:
            return " ".join(
                " ".join(
                    (
                        f"for {scope.source.source(part.target)} in {operand(iterable())}",
                        *(f"if {operand(test())}" for test in tests),
                    )
                )
                for part, iterable, tests in parts
            )

        if scope.bound:
            return put_together
        return lambda: put_together() if self._turns.marking else scope.source.rendered(begin, end)

    def _iterable(self, node: ast.expr, scope: Scope) -> Make:
        return self._turns.gone_through(node, scope, self.text(node, scope))

    def loop_clauses(self, loops: tuple[ast.For, ...], scope: Scope, given: ast.expr) -> Make:
        """The clauses of loops, one in the other, that fill a list; `if …: continue` becomes a condition."""
        outside = len(scope.loops) - len(loops)
        inner = [*loops[1:], scope.source.statement(given)]
        clauses = [
            self._clause(loop, statement, replace(scope, loops=scope.loops[: outside + number]))
            for number, (loop, statement) in enumerate(zip(loops, inner, strict=True), start=1)
        ]
        return lambda: " ".join(clause() for clause in clauses)

    def _clause(self, loop: ast.For, statement: ast.stmt, scope: Scope) -> Make:
        """The clause of a loop with a statement that does the filling, or is a loop that does."""
        source = scope.source
        outer = replace(scope, loops=scope.loops[:-1])
        skips = [
            s
            for s in loop.body[: loop.body.index(statement)]
            if isinstance(s, ast.If) and not s.orelse and [type(b) for b in s.body] == [ast.Continue]
        ]
        within = set(map(id, walk(statement))) if isinstance(statement, ast.For) else set()
        leaving = [
            n
            for n in walk(loop)
            if isinstance(n, ast.Continue | ast.Break | ast.Return | ast.Raise) and id(n) not in within
        ]
        if len(leaving) != len(skips):
            raise Unconvertible("a request is filled in a loop that is left early", source, loop)
        iterable = self._iterable(loop.iter, outer)
        tests = [self.text(s.test, scope) for s in skips]
        self._moving.check_iterable(source, loop.iter, scope.moves)
        self._moving.check_loop(source, loop, [loop.iter, *(s.test for s in skips)], self._reading.own)
        return lambda: " ".join(
            (
                f"for {source.source(loop.target)} in {iterable()}",
                *(f"if not ({test()})" for test in tests),
            )
        )

    def _substituted(self, node: ast.expr, scope: Scope, texts: Mapping[ast.Name, Make]) -> str:
        start, end = scope.source.span(node)
        parts: list[str] = []
        position = start
        for name in sorted(texts, key=scope.source.span):
            at, until = scope.source.span(name)
            bound, outer = scope.bound[name.id]
            if isinstance(bound, ast.Tuple | ast.Dict) and not stands(bound, outer):
                raise Unconvertible("arguments are handed on as a list", scope.source, node)
            text = texts[name]()
            if name is not node and not isinstance(
                bound, ast.Name | ast.Attribute | ast.Constant | ast.Call | ast.Subscript
            ):
                text = f"({text})"
            parts.extend((scope.source.rendered(position, at), text))
            position = until
        parts.append(scope.source.rendered(position, end))
        return "".join(parts)


def _landed(node: ast.expr, scope: Scope, landing: Landing | None, text: str) -> str:
    """A text that goes to the place of the call: its names must mean the same there."""
    if landing is None or landing.source is None:
        return text
    source, function = landing.source, landing.function
    own = scope.source.function(node)
    if own is function and source is scope.source:
        return text
    inner = {n.id for n in walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    inner |= {name for loop in scope.loops for name in _targets(loop)} | scope.inner | set(scope.bound)
    around = [own, *(a for a in scope.source.ancestors(node) if isinstance(a, FunctionNode))]
    for name in walk(node):
        if not isinstance(name, ast.Name) or name.id in inner or hasattr(builtins, name.id):
            continue
        if source is not scope.source:
            raise Unconvertible(f"{name.id!r} is not known where the call is made", scope.source, node)
        there = [a for a in (function, *_outer(source, function)) if a is not None and a not in around]
        if any(name.id in local_names(a) for a in there):
            raise Unconvertible(
                f"{name.id!r} means something else where the call is made", scope.source, node
            )
        stores = [
            n
            for n in walk_scope(source.tree)
            if isinstance(n, ast.Name) and n.id == name.id and not isinstance(n.ctx, ast.Load)
        ]
        if own is None and len(stores) > 1:
            raise Unconvertible(f"{name.id!r} changes before the request is sent", scope.source, node)
    return text


def _check_capture(node: ast.expr, scope: Scope, names: list[ast.Name]) -> None:
    """An argument must not be read as the loop variable of the helper it goes into."""
    targets = {name for loop in scope.loops for name in _targets(loop)} | scope.inner
    for name in names:
        if name.id not in scope.bound:
            continue
        inner = {n.id for n in walk(scope.bound[name.id][0]) if isinstance(n, ast.Name)}
        if inner & targets:
            raise Unconvertible("a helper uses the same name for something else", scope.source, node)


def _outer(source: Source, function: FunctionNode | None) -> list[FunctionNode]:
    """The functions around a function."""
    return (
        [a for a in source.ancestors(function) if isinstance(a, FunctionNode)] if function is not None else []
    )


def _targets(loop: ast.For) -> set[str]:
    """The variables of a loop."""
    return {n.id for n in walk(loop.target) if isinstance(n, ast.Name)}


def _made_in(loop: ast.For) -> set[str]:
    """The names that the body of a loop binds."""
    stored = [n for s in loop.body for n in walk(s) if isinstance(n, ast.Name)]
    return {n.id for n in stored if isinstance(n.ctx, ast.Store)}
