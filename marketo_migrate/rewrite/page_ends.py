"""How a paging loop ends: behind the last page, and only there."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from marketo_migrate.model.flow import ResponseFlow
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.page_tests import UNKNOWN, truth_of, value_of
from marketo_migrate.rewrite.program import constant_of
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import FunctionNode, Source, walk_scope

POSITIONS = frozenset({"newStreamPosition", "newStartPosition"})
MORE = frozenset({"remainingCount", "hasMore"})

MIDDLE: dict[str, object] = {"remainingCount": 1, "hasMore": True} | dict.fromkeys(POSITIONS, "position")
"""A page with one record behind it."""

LAST: tuple[dict[str, object], ...] = tuple(
    {"remainingCount": 0, "hasMore": False} | dict.fromkeys(POSITIONS, position) for position in (None, "")
)
"""The last page, with each position that SOAP may give there."""

PARAMETERS = frozenset({"streamPosition", "startPosition"})
"""What tells a call the position of its page."""

_CALM = frozenset({"bool", "int", "len", "str"})


class PagingError(Unconvertible):
    """A paging loop that cannot go: it may stay, over one answer that holds all pages."""


@dataclass(slots=True)
class Pages:
    """A `while` loop around a call: the statements that turn the page, and the one that stops.

    `flags` are the variables that the test which ends the loop looks at; `skips` pass over a page without records;
    `hands` put the position into the request on all pages but the first.
    `first` is the call before the loop that asks for the first page, where there is one: then the loop goes with all in it.
    """

    source: Source
    call: ast.Call
    loop: ast.While
    turns: list[ast.stmt] = field(default_factory=list)
    stop: ast.If | None = None
    flags: set[str] = field(default_factory=set)
    skips: list[ast.If] = field(default_factory=list)
    hands: list[ast.If] = field(default_factory=list)
    first: ast.Call | None = None

    @property
    def ends_empty(self) -> bool:
        """Whether the loop ends by a page without records only."""
        return self.stop is None and self.first is None and is_endless(self.loop)

    def gone(self) -> set[int]:
        """The ids of all nodes that do not stay."""
        if self.first is not None:
            return {id(n) for s in (self.loop, *self.turns) for n in walk(s)}
        nodes = [n for s in self.turns for n in walk(s)] + list(walk(self.loop.test))
        nodes += [n for n in walk(self.call) if isinstance(n, ast.Name) and n.id in self.turned]
        if self.stop is not None:
            nodes += walk(self.stop.test)
        nodes += [n for statement in (*self.skips, *self.hands) for n in walk(statement)]
        return {id(node) for node in nodes}

    @property
    def turned(self) -> set[str]:
        """The variables that the statements which turn the page bind."""
        nodes = (n for s in self.turns for n in walk(s))
        return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def reads(source: Source, node: ast.AST, names: frozenset[str]) -> bool:
    """Whether an expression is one of these parts of an answer."""
    return any(isinstance(f, ResponseFlow) and f.path and f.path[-1] in names for f in source.flows(node))


def asks_for_more(source: Source, call: ast.Call) -> bool:
    """Whether the code around a call asks its answers for further pages."""
    return any(reads(source, node, MORE | POSITIONS) for node in walk_scope(source.scope(call)))


def find_end(pages: Pages) -> None:
    """How the loop ends: by an `if` with `break` or `return`, or by its own test of variables."""
    source, loop = pages.source, pages.loop
    for statement in loop.body:
        if isinstance(statement, ast.If) and _tells(source, statement.test):
            if not any(isinstance(n, ast.Break | ast.Return) for n in walk(statement)):
                continue
            if pages.stop is not None:
                raise PagingError("a paging loop ends in two ways", source, statement)
            pages.stop = statement
    if pages.stop is not None and not is_endless(loop):
        raise PagingError("a paging loop ends in two ways", source, loop)
    test = pages.stop.test if pages.stop is not None else loop.test
    names = {n.id for n in walk(test) if isinstance(n, ast.Name)}
    for statement in loop.body:
        flags = names & set(turned_by(source, statement) or ())
        if flags and statement is not pages.stop:
            pages.flags |= flags
            if statement not in pages.turns:
                pages.turns.append(statement)
    pages.turns.sort(key=source.span)
    if pages.stop is not None:
        _check_stop(pages, pages.stop)
        return
    if is_endless(loop):
        return  # A page without records may end it.
    if not pages.flags or names != pages.flags:
        raise PagingError("how a paging loop ends is not known", source, loop)
    _check_test(pages)


def is_endless(loop: ast.While) -> bool:
    """Whether a loop is left from inside only."""
    return isinstance(loop.test, ast.Constant) and bool(loop.test.value)


def turned_by(source: Source, statement: ast.stmt, *, constants: bool = False) -> frozenset[str] | None:
    """The variables that a statement binds to what an answer says of further pages, if it does nothing else.

    `constants`: it may bind them to constants, too.
    """
    match statement:
        case ast.Assign():
            names = set()
            for target, value in _pairs(statement):
                told = _tells(source, value) or (constants and isinstance(value, ast.Constant))
                if not isinstance(target, ast.Name) or not told or not _is_calm(value):
                    return None
                names.add(target.id)
            return frozenset(names)
        case ast.If(test=test) if _tells(source, test) and _is_calm(test):
            found = [turned_by(source, s, constants=True) for s in (*statement.body, *statement.orelse)]
            return None if None in found else frozenset(n for names in found if names for n in names)
        case ast.Pass():
            return frozenset()
        case _:
            return None


def first_value(pages: Pages, name: str) -> object:
    """The constant that a variable holds when the loop begins, bound where the loop is the next to run."""
    start = _start(pages, _starts(pages, name))
    return start[1] if start is not None else UNKNOWN


def only_value(pages: Pages, name: str) -> object:
    """The constant that a variable is bound to otherwise than by turning the page, if that happens once or right before."""
    starts = _starts(pages, name)
    return starts[0][1] if len(starts) == 1 else first_value(pages, name)


def _start(pages: Pages, starts: list[tuple[ast.AST, object]]) -> tuple[ast.AST, object] | None:
    """The last binding before the loop, where no run of the loop goes past it."""
    source, loop = pages.source, pages.loop
    first, last = source.span(loop)
    if any(first <= source.span(node)[0] < last for node, _ in starts):
        return None
    before = [start for start in starts if source.span(start[0])[0] < first]
    latest = max(before, key=lambda start: source.span(start[0]), default=None)
    return latest if latest is not None and _runs_before(source, latest[0], loop) else None


def _starts(pages: Pages, name: str) -> list[tuple[ast.AST, object]]:
    """Where a variable is bound otherwise than by turning the page, and the constants it is bound to."""
    source = pages.source
    turned = {id(n) for statement in pages.turns for n in walk(statement)}
    found: list[tuple[ast.AST, object]] = []
    for node in walk_scope(source.scope(pages.loop)):
        if isinstance(node, ast.arg) and node.arg == name:
            found.append((node, UNKNOWN))
        elif isinstance(node, ast.Name) and node.id == name and id(node) not in turned:
            if not isinstance(node.ctx, ast.Load):
                found.append((source.statement(node), _constant_at(source, node)))
    return found


def check_unread(pages: Pages) -> None:
    """What turned the pages must not be read otherwise than to turn them."""
    source = pages.source
    around = (pages.loop.test, pages.call, *pages.turns, *([pages.stop.test] if pages.stop else []))
    own = {id(n) for part in (*around, *pages.hands) for n in walk(part)}
    for name in sorted(pages.turned):
        if name in pages.flags and is_shared(pages, name):
            raise PagingError(f"{name!r} is read outside the paging loop", source, pages.loop)
        for node in source.reads.get(name, ()):
            if id(node) in own or source.scope(node) is not source.scope(pages.loop):
                continue
            counts = name in pages.flags or reads(source, node, POSITIONS)
            if isinstance(node, ast.Name) and counts and not _is_other(pages, node):
                raise PagingError(f"{name!r} is read outside the paging loop", source, node)


def _is_other(pages: Pages, node: ast.Name) -> bool:
    """Whether a read is of another value: before the loop, or behind it and bound anew, by another loop say."""
    source, loop = pages.source, pages.loop
    first, last = source.span(loop)
    if source.span(node)[0] < first:
        return not any(isinstance(a, ast.For | ast.AsyncFor | ast.While) for a in source.ancestors(loop))
    loops = [a for a in source.ancestors(node) if isinstance(a, ast.While)]
    reader = loops[-1] if loops else source.statement(node)
    anew = [start for start, _ in _starts(pages, node.id) if source.span(start)[0] >= last]
    return reader is not loop and any(_runs_before(source, start, reader) for start in anew)


def handed_on(pages: Pages) -> list[ast.If]:
    """Statements of the loop like `if position: request["streamPosition"] = position`; no position is stored."""
    found = []
    for statement in pages.loop.body:
        match statement:
            case ast.If(body=[ast.Assign(targets=[target], value=ast.Name(id=name))], orelse=[]) if (
                name in pages.turned
                and _slot(target) in PARAMETERS
                and {n.id for n in walk(statement.test) if isinstance(n, ast.Name)} == {name}
                and only_value(pages, name) in (None, "")
            ):
                found.append(statement)
    return found


def _slot(target: ast.expr) -> object:
    """The name of the part of an object or a dict that an assignment gives a value."""
    match target:
        case ast.Attribute(value=ast.Name(), attr=name):
            return name
        case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=name)):
            return name
        case _:
            return None


def _tells(source: Source, node: ast.expr) -> bool:
    """Whether an expression reads what an answer says of further pages."""
    return any(reads(source, n, MORE | POSITIONS) for n in walk(node))


def _is_calm(node: ast.expr) -> bool:
    """Whether an expression only looks at values."""
    return not any(
        isinstance(n, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom)
        or (isinstance(n, ast.Call) and getattr(n.func, "id", "") not in _CALM)
        for n in walk(node)
    )


def _pairs(statement: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The targets of an assignment with their values; the items of a tuple each for itself."""
    for target in statement.targets:
        value = statement.value
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            items = (*target.elts, *value.elts)
            if len(target.elts) == len(value.elts) and not any(isinstance(i, ast.Starred) for i in items):
                yield from zip(target.elts, value.elts, strict=True)
                continue
        yield target, value


def _check_stop(pages: Pages, stop: ast.If) -> None:
    """A loop must not end before the last page, nor go on behind it, as far as its test is understood."""
    ends = any(isinstance(s, ast.Break | ast.Return) for s in stop.body)
    last = {truth_of(stop.test, told(pages.source, page)) for page in LAST}
    if truth_of(stop.test, told(pages.source, MIDDLE)) is ends or last == {not ends}:
        raise Unconvertible("a paging loop ends by something else too", pages.source, stop)


def _check_test(pages: Pages) -> None:
    """A loop that tests variables must run for the first page, and end behind the last one only."""
    source, loop = pages.source, pages.loop
    first: dict[str, object] = {}
    for name in pages.flags:
        first[name] = first_value(pages, name)
    if not truth_of(loop.test, _held(first)):
        raise PagingError("whether a paging loop runs is not known", source, loop)
    last = {truth_of(loop.test, _held(_behind(pages, first, page))) for page in LAST}
    if not truth_of(loop.test, _held(_behind(pages, first, MIDDLE))) or False not in last:
        raise Unconvertible("a paging loop ends by something else too", source, loop)


def _behind(pages: Pages, before: dict[str, object], page: dict[str, object]) -> dict[str, object]:
    """What variables hold behind a page."""
    held = dict(before)

    def given(node: ast.expr) -> object:
        if isinstance(node, ast.Name) and node.id in held:
            return held[node.id]
        return told(pages.source, page)(node)

    def run(statements: list[ast.stmt]) -> None:
        for statement in statements:
            if isinstance(statement, ast.Assign):
                held.update(
                    {getattr(target, "id", ""): value_of(value, given) for target, value in _pairs(statement)}
                )
            elif isinstance(statement, ast.If):
                truth = truth_of(statement.test, given)
                if truth is None:
                    held.update(dict.fromkeys(turned_by(pages.source, statement) or (), UNKNOWN))
                else:
                    run(statement.body if truth else statement.orelse)

    run(pages.turns)
    return held


def _held(values: dict[str, object]) -> Callable[[ast.expr], object]:
    return lambda node: values.get(node.id, UNKNOWN) if isinstance(node, ast.Name) else UNKNOWN


def told(source: Source, page: dict[str, object]) -> Callable[[ast.expr], object]:
    """What the parts of the answer are on a page."""

    def given(node: ast.expr) -> object:
        ends = {f.path[-1] for f in source.flows(node) if isinstance(f, ResponseFlow) and f.path}
        return page.get(ends.pop(), UNKNOWN) if len(ends) == 1 else UNKNOWN

    return given


def _constant_at(source: Source, target: ast.Name) -> object:
    """The constant that a variable is bound to, also as an item of a tuple."""
    value: ast.expr | None = None
    match source.statement(target):
        case ast.AnnAssign(value=value):
            pass
        case ast.Assign() as statement:
            value = next((v for t, v in _pairs(statement) if t is target), None)
    known, constant = constant_of(source, value) if value is not None else (False, None)
    return constant if known else UNKNOWN


def is_shared(pages: Pages, name: str) -> bool:
    """Whether code outside of the loop's own function, or inside of functions in it, sees a variable."""
    source = pages.source
    scope = source.scope(pages.loop)
    if any(isinstance(n, ast.Global | ast.Nonlocal) and name in n.names for n in walk(scope)):
        return True
    own = set(walk_scope(scope))
    for node in source.mentions.get(name, ()):
        if not isinstance(node, ast.Name) or node in own or scope not in source.ancestors(node):
            continue
        inner = walk_scope(source.scope(node))
        stored = (n for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
        if all(n.id != name for n in stored):
            return True
    return False


def _runs_before(source: Source, statement: ast.AST, other: ast.stmt) -> bool:
    """Whether a statement runs each time before another one does."""
    inner = other
    while True:
        block = source.block(inner)
        if isinstance(statement, ast.stmt) and statement in block:
            return block.index(statement) < block.index(inner)
        outer = next((a for a in source.ancestors(inner) if isinstance(a, ast.stmt)), None)
        if outer is None or isinstance(
            outer, ast.For | ast.AsyncFor | ast.While | FunctionNode | ast.ClassDef
        ):
            return False
        inner = outer
