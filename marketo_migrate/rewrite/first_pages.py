"""A call in front of a loop that asks for the pages behind the first one: such a loop goes as a whole."""

import ast
from dataclasses import dataclass, field

from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.page_ends import (
    LAST,
    MIDDLE,
    PARAMETERS,
    POSITIONS,
    Pages,
    is_shared,
    reads,
    told,
    turned_by,
)
from marketo_migrate.rewrite.page_tests import UNKNOWN, truth_of, value_of
from marketo_migrate.rewrite.program import dotted_names
from marketo_migrate.rewrite.source import Source

_FILLING = {"extend": ast.List, "update": ast.Dict}
_UNCOMPARED = frozenset({"ctx", "kind", "type_comment"})


@dataclass(slots=True)
class _Match:
    """What is found out when a loop is held against the statements before it.

    `answer` are the variables for the answer: that of the loop, and the one before it. `empty` are the variables that are
    bound to nothing yet in between, `matched` the statements that the loop has, too.
    """

    source: Source
    answer: tuple[str, str]
    turns: list[ast.stmt] = field(default_factory=list)
    empty: list[ast.stmt] = field(default_factory=list)
    matched: list[ast.stmt] = field(default_factory=list)

    def same(self, inner: object, outer: object) -> bool:
        """Whether two pieces of code are the same but for the variable of the answer."""
        if isinstance(inner, list) and isinstance(outer, list):
            return len(inner) == len(outer) and all(map(self.same, inner, outer))
        if not isinstance(inner, ast.AST) or not isinstance(outer, ast.AST):
            return inner == outer and type(inner) is type(outer)
        if isinstance(inner, ast.Name) and isinstance(outer, ast.Name) and self.answer[0] == inner.id:
            return self.answer[1] == outer.id
        names = [name for name in inner._fields if name not in _UNCOMPARED]
        return type(inner) is type(outer) and all(
            self.same(getattr(inner, name, None), getattr(outer, name, None)) for name in names
        )

    def handles_alike(self, inner: ast.stmt, outer: ast.stmt) -> bool:
        """Whether two statements do the same with a page; the first may make the list that the others are put to."""
        if self.same(inner, outer):
            return True
        more, start = _added(inner), _started(outer)
        return (
            more is not None
            and start is not None
            and more[0] is start[0]
            and self.same(more[1], start[1])
            and self.same(_items(more[2]), _items(start[2]))
        )


def pages_behind_first(source: Source, loop: ast.While, call: ast.Call) -> Pages | None:
    """The loop around a call, if it does with further pages what the statements before it do with the first."""
    asking = source.statement(call)
    before = source.block(loop)[: source.block(loop).index(loop)]
    name = _bound_to(asking, call)
    if name is None or asking not in loop.body or loop.orelse or not before:
        return None
    asked = next((s for s in reversed(before) if _asks(source, s, call)), None)
    if not isinstance(asked, ast.Assign) or not isinstance(asked.value, ast.Call):
        return None
    match = _Match(source, (name, asked.targets[0].id))  # type: ignore[attr-defined]
    positions = [argument for argument in _arguments(call) if reads(source, argument, POSITIONS)]
    if len(positions) != 1 or not _match(match, loop, before, asking, asked):
        return None
    pages = Pages(source, call, loop, turns=match.turns, first=asked.value)
    return pages if _ends_behind_last(match, loop) and _is_unread(match, pages) else None


def pages_after(source: Source, call: ast.Call) -> Pages | None:
    """The loop behind a call for the first page that asks for the others."""
    statement = source.statement(call)
    block = source.block(statement)
    found = (
        pages_behind_first(source, loop, node)
        for loop in block[block.index(statement) + 1 :]
        if isinstance(loop, ast.While)
        for node in walk(loop)
        if isinstance(node, ast.Call)
    )
    return next((pages for pages in found if pages is not None and pages.first is call), None)


def _match(match: _Match, loop: ast.While, before: list[ast.stmt], asking: ast.stmt, asked: ast.stmt) -> bool:
    """Hold the statements of a loop, from the last one up, against those before it."""
    source, left = match.source, list(before)
    handling = [s for s in loop.body if not turned_by(source, s) and not _waits(source, s)]
    for inner in reversed(handling):
        while left and left[-1] is not asked and not match.handles_alike(inner, left[-1]):
            passed = left.pop()
            if turned_by(source, passed):
                match.turns.append(passed)
            elif _is_empty(passed):
                match.empty.append(passed)
            else:
                return False
        if not left:
            return False
        outer = left.pop()
        if (inner is asking) is not (outer is asked):
            return False
        if inner is asking and not _same_call(match, inner.value, outer.value):  # type: ignore[attr-defined]
            return False
        match.matched.append(outer)
    if asked not in match.matched:
        return False
    turned = [s for s in loop.body if turned_by(source, s)]
    if not all(any(match.same(inner, outer) for outer in match.turns) for inner in turned):
        return False
    for empty in match.empty:
        names = {n.id for n in walk(empty) if isinstance(n, ast.Name)}
        above = [s for s in (*match.matched, *match.turns) if source.span(s) < source.span(empty)]
        if any(isinstance(n, ast.Name) and n.id in names for s in above for n in walk(s)):
            return False
    return not any(_leaves_or_counts(n) for s in handling for n in _own(s))


def _same_call(match: _Match, inner: ast.Call, outer: ast.Call) -> bool:
    """Whether two calls ask the same, but for the position."""
    source = match.source
    longest = max(len(inner.args), len(outer.args))
    for index in range(longest):
        one = inner.args[index] if index < len(inner.args) else None
        other = outer.args[index] if index < len(outer.args) else None
        if one is None or not reads(source, one, POSITIONS):
            if one is None or other is None or not match.same(one, other):
                return False
    kept = [{k.arg: k.value for k in call.keywords if k.arg not in PARAMETERS} for call in (inner, outer)]
    given = [k.value for k in inner.keywords if k.arg in PARAMETERS]
    return (
        match.same(inner.func, outer.func)
        and kept[0].keys() == kept[1].keys()
        and all(match.same(value, kept[1][name]) for name, value in kept[0].items())
        and all(reads(source, value, POSITIONS) for value in given)
    )


def _ends_behind_last(match: _Match, loop: ast.While) -> bool:
    """Whether a loop runs as long as the last answer tells of further pages, and no longer."""
    source = match.source
    values = {
        target.id: statement.value
        for statement in match.turns
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }

    def runs(page: dict[str, object]) -> bool | None:
        of_page = told(source, {**page, "returnCount": 1})

        def given(node: ast.expr) -> object:
            if isinstance(node, ast.BoolOp):
                return UNKNOWN
            if isinstance(node, ast.Name) and node.id in values:
                return value_of(values[node.id], of_page)
            return of_page(node)

        return truth_of(loop.test, given)

    return runs(MIDDLE) is True and {runs(page) for page in LAST} - {None} in ({False}, {True, False})


def _is_unread(match: _Match, pages: Pages) -> bool:
    """Whether nothing else looks at the last answer, what turned the pages, or what was bound for each page anew."""
    source, loop = match.source, pages.loop
    own = {id(n) for s in (loop, *match.turns, *match.matched) for n in walk(s)}
    around = [a for a in source.ancestors(loop) if isinstance(a, ast.For | ast.AsyncFor | ast.While)]
    first = source.span(around[-1] if around else match.matched[-1])[0]
    for name in {*match.answer, *pages.turned, *_bound_anew(match, loop)}:
        end = _bound_behind(source, loop, name)
        for node in source.reads.get(name, ()):
            if (
                not isinstance(node, ast.Name)
                or id(node) in own
                or source.scope(node) is not source.scope(loop)
            ):
                continue
            if first <= source.span(node)[0] < end:
                return False
        if is_shared(pages, name):
            return False
    return True


def _bound_anew(match: _Match, loop: ast.While) -> set[str]:
    """The variables besides the answer that the statements of a loop bind for each page."""
    bound = (s for statement in loop.body for s in _own(statement) if isinstance(s, ast.Assign))
    names = {n.id for s in bound for t in s.targets for n in walk(t) if isinstance(n, ast.Name)}
    return names - {match.answer[0]}


def _bound_behind(source: Source, loop: ast.While, name: str) -> int:
    """Where a variable is bound anew behind a loop; the end of the text if it is not."""
    block = source.block(loop)
    for statement in block[block.index(loop) + 1 :]:
        match statement:
            case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name:
                if not any(isinstance(n, ast.Name) and n.id == name for n in walk(value)):
                    return source.span(statement)[0]
    return len(source.text)


def _asks(source: Source, statement: ast.stmt, call: ast.Call) -> bool:
    """Whether a statement makes a call of the same operation, the last one before the loop."""
    match statement:
        case ast.Assign(targets=[ast.Name()], value=ast.Call(func=function)):
            return ast.dump(function) == ast.dump(call.func)
        case _:
            return False


def _bound_to(statement: ast.stmt, call: ast.Call) -> str | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is call:
            return name
        case _:
            return None


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(k.value for k in call.keywords)]


def _waits(source: Source, statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=function)):
            return dotted_names(source, function) == {"time.sleep"}
        case _:
            return False


def _is_empty(statement: ast.stmt) -> bool:
    """Whether a statement only binds a variable to a constant, or to a list or dict without items."""
    match statement:
        case ast.Assign(targets=[ast.Name()], value=ast.Constant() | ast.List(elts=[]) | ast.Dict(keys=[])):
            return True
        case _:
            return False


def _added(statement: ast.stmt) -> tuple[type[ast.expr], ast.expr, ast.expr] | None:
    """`rows.extend(x)`, `rows += x` or `rows.update(x)`: the kind of container, itself, and what is put to it."""
    match statement:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=base, attr=method), args=[items], keywords=[])
        ) if method in _FILLING:
            return _FILLING[method], base, items
        case ast.AugAssign(target=base, op=ast.Add(), value=items):
            return ast.List, base, items
        case _:
            return None


def _started(statement: ast.stmt) -> tuple[type[ast.expr], ast.expr, ast.expr] | None:
    """`rows = list(x)` or `rows = [... for ...]`: the kind of container, what it is bound to, what it is made of."""
    match statement:
        case ast.Assign(targets=[base], value=ast.ListComp() | ast.List() as items):
            return ast.List, base, items
        case ast.Assign(targets=[base], value=ast.DictComp() as items):
            return ast.Dict, base, items
        case ast.Assign(
            targets=[base],
            value=ast.Call(func=ast.Name(id="list" | "dict" as made), args=[items], keywords=[]),
        ):
            return (ast.List if made == "list" else ast.Dict), base, items
        case _:
            return None


def _items(node: ast.expr) -> list[object]:
    """What a list is made of, however it is written."""
    match node:
        case (
            ast.ListComp(elt=item, generators=generators) | ast.GeneratorExp(elt=item, generators=generators)
        ):
            return [item, generators]
        case ast.Call(func=ast.Name(id="list"), args=[inner], keywords=[]):
            return _items(inner)
        case _:
            return [node]


def _own(statement: ast.stmt) -> list[ast.AST]:
    """A statement and what is in it, but for what is in loops, functions and classes."""
    inner = (
        ast.For,
        ast.AsyncFor,
        ast.While,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
        ast.Lambda,
    )
    if isinstance(statement, inner):
        return []
    found: list[ast.AST] = [statement]
    for node in found:
        found.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, inner))
    return found


def _leaves_or_counts(node: ast.AST) -> bool:
    """Whether a node ends the loop or a turn of it, or counts the pages."""
    counts = isinstance(node, ast.AugAssign) and isinstance(node.value, ast.Constant)
    return counts or isinstance(node, ast.Break | ast.Continue)
