"""Loops that ask for page after page: the REST client reads all pages itself, so the loop goes."""

import ast
from collections.abc import Callable

from marketo_migrate.model.flow import NumberFlow, ResponseFlow, TextFlow
from marketo_migrate.model.soap import EACH
from marketo_migrate.rewrite.first_pages import pages_after, pages_behind_first
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.page_ends import (
    MORE,
    POSITIONS,
    Pages,
    PagingError,
    check_unread,
    find_end,
    handed_on,
    is_endless,
    only_value,
    reads,
    turned_by,
)
from marketo_migrate.rewrite.page_tests import UNKNOWN, truth_of
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import Source, walk_scope
from marketo_migrate.rewrite.tree import Leaf, Record
from marketo_migrate.rewrite.unused import Unused

_KNOWN = frozenset({"oldestCreatedAt", "latestCreatedAt"})
_LISTS = ("Record", "RecordList")
_ENDLESS = "a paging loop ends by a page without records only, which would not come any more"


def pages_of(source: Source, call: ast.Call) -> Pages | None:
    """The paging loop around a call; raises `Unconvertible` for one of another shape than the usual."""
    loop = next((a for a in source.ancestors(call) if isinstance(a, ast.While)), None)
    if loop is None or source.function(loop) is not source.function(call) or pages_after(source, call):
        return None
    if (behind := pages_behind_first(source, loop, call)) is not None:
        return behind
    positions = [n for n in walk(loop) if isinstance(n, ast.Attribute) and reads(source, n, POSITIONS)]
    if not positions:
        return None
    pages = Pages(source, call, loop)
    for node in positions:
        statement = source.statement(node)
        chosen = source.parent(statement)
        if isinstance(chosen, ast.If) and chosen in loop.body and turned_by(source, chosen) is not None:
            statement = chosen
        if statement not in pages.turns:
            pages.turns.append(statement)
    find_end(pages)
    for statement in pages.turns:
        if turned_by(source, statement) is None or not _in_loop(pages, statement):
            raise PagingError("the position of a page is used in another way", source, statement)
    _check_body(pages)
    pages.hands = handed_on(pages)
    left = any(isinstance(skip.body[0], ast.Break) for skip in pages.skips)
    if pages.stop is None and is_endless(loop) and not left:
        raise Unconvertible(_ENDLESS, source, loop)
    check_unread(pages)
    return pages


def _in_loop(pages: Pages, statement: ast.stmt) -> bool:
    if statement in pages.loop.body:
        return True
    stop = pages.stop
    return stop is not None and (statement in stop.body or statement in stop.orelse)


def _check_body(pages: Pages) -> None:
    """What is left must mean the same when it runs once, for all pages together."""
    source, loop = pages.source, pages.loop
    if loop.orelse or loop.body[0].lineno == loop.lineno:
        raise PagingError("a paging loop of another shape", source, loop)
    stop = pages.stop
    if stop is not None:
        kept = [s for s in (*stop.body, *stop.orelse) if s not in pages.turns]
        if len(kept) != 1 or not isinstance(kept[0], ast.Break | ast.Return):
            raise PagingError("more than the end is decided where a paging loop ends", source, stop)
        behind = [s for s in loop.body[loop.body.index(stop) + 1 :] if s not in pages.turns]
        if behind:
            raise PagingError("something runs between the pages", source, behind[0])
    for node in _own(loop):
        inside_stop = stop is not None and any(node is n for n in walk(stop))
        if isinstance(node, ast.Break | ast.Continue) and not inside_stop:
            if _skips(pages, node):
                continue
            raise PagingError("a paging loop is left in the middle", source, node)
        if isinstance(node, ast.AugAssign) and isinstance(node.value, ast.Constant):
            raise PagingError("the pages are counted", source, node)


def _skips(pages: Pages, leaving: ast.Break | ast.Continue) -> bool:
    """Whether an `if` only passes over a page without records, where what follows does nothing without them anyway."""
    source, body = pages.source, pages.loop.body
    skip = source.parent(leaving)
    if not isinstance(skip, ast.If) or skip not in body or skip.orelse or skip.body != [leaving]:
        return False
    if truth_of(skip.test, _records(pages, full=False)) is not True:
        return False
    if truth_of(skip.test, _records(pages, full=True)) is not False:
        return False
    following = body[body.index(skip) + 1 :]
    turning = [s for s in following if s in pages.turns or s is pages.stop]
    if isinstance(leaving, ast.Continue) and turning:
        return False
    if not all(s in turning or _goes_through_records(source, s) for s in following):
        return False
    pages.skips.append(skip)
    return True


def _records(pages: Pages, *, full: bool) -> Callable[[ast.expr], object]:
    """What the lists and counts of an answer are on a page with records, or on one without."""

    def given(node: ast.expr) -> object:
        paths = {f.path for f in pages.source.flows(node) if isinstance(f, ResponseFlow) and f.path}
        if not paths or any(EACH in path for path in paths):
            return UNKNOWN
        if all(path[-1] == "returnCount" for path in paths):
            return 1 if full else 0
        if all(path[-1].endswith(_LISTS) for path in paths):
            return [None] if full else None
        return UNKNOWN

    return given


def _goes_through_records(source: Source, statement: ast.stmt) -> bool:
    """Whether a statement does nothing but go through a list of an answer."""
    match statement:
        case ast.For(iter=records, orelse=[]):
            return _is_of_answer(source, records)
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(), attr="extend" | "update"), args=[records], keywords=[]
            )
        ):
            return _is_made_of_records(source, records)
        case ast.AugAssign(target=ast.Name(), op=ast.Add(), value=records):
            return _is_made_of_records(source, records)
        case _:
            return False


def _is_made_of_records(source: Source, node: ast.expr) -> bool:
    """Whether an expression is a list of an answer, or made by going through one."""
    match node:
        case (
            ast.ListComp(generators=[first, *_])
            | ast.GeneratorExp(generators=[first, *_])
            | ast.SetComp(generators=[first, *_])
            | ast.DictComp(generators=[first, *_])
        ):
            return _is_of_answer(source, first.iter)
        case _:
            return _is_of_answer(source, node)


def _own(loop: ast.While) -> list[ast.AST]:
    """The nodes of a loop without those of loops and functions in it."""
    found: list[ast.AST] = []
    pending: list[ast.AST] = list(loop.body)
    while pending:
        node = pending.pop()
        found.append(node)
        if isinstance(node, ast.For | ast.While | ast.AsyncFor):
            continue
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending.extend(ast.iter_child_nodes(node))
    return found


def turns_of(source: Source, call: ast.Call) -> set[int]:
    """The ids of the nodes that turn the pages of a call in a loop that stays: all pages come at once."""
    scope = source.function(call) or source.tree
    found = [n for n in walk_scope(scope) if isinstance(n, ast.Attribute) and reads(source, n, POSITIONS)]
    turns = [s for s in (source.statement(node) for node in found) if isinstance(s, ast.Assign)]
    nodes = [node for statement in turns for node in walk(statement)]
    turned = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    nodes += [n for n in walk(call) if isinstance(n, ast.Name) and n.id in turned]
    return {id(node) for node in nodes}


def check_stays(source: Source, call: ast.Call) -> None:
    """A loop that stays must end by what the answer says, and only so: all pages come at once."""
    loop = next((a for a in source.ancestors(call) if isinstance(a, ast.While)), None)
    if loop is None or source.function(loop) is not source.function(call):
        return
    flags = {
        target.id
        for node in _own(loop)
        if isinstance(node, ast.Assign) and any(reads(source, n, MORE | POSITIONS) for n in walk(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    leaving = _leaving_tests(loop)
    asked = [n for test in leaving for n in walk(test)]
    told = any(reads(source, n, MORE | POSITIONS) or getattr(n, "id", "") in flags for n in asked)
    if is_endless(loop) and not told:
        raise Unconvertible(_ENDLESS, source, loop)
    for node in _own(loop):
        if isinstance(node, ast.AugAssign) and isinstance(node.value, ast.Constant):
            raise Unconvertible("the pages are counted", source, node)
    for test in (loop.test, *leaving):
        inside = {id(n) for part in walk(test) if _is_of_answer(source, part) for n in walk(part)}
        for node in walk(test):
            if (
                isinstance(node, ast.Name)
                and id(node) not in inside
                and node.id not in {*flags, "len", "not"}
            ):
                raise Unconvertible("a paging loop ends by something else too", source, test)


def _leaving_tests(loop: ast.While) -> list[ast.expr]:
    """The tests of a loop that is left there."""
    return [
        node.test
        for node in _own(loop)
        if isinstance(node, ast.If) and any(isinstance(n, ast.Break | ast.Return) for n in walk(node))
    ]


def _is_of_answer(source: Source, node: ast.AST) -> bool:
    reads = isinstance(node, ast.Attribute | ast.Subscript)
    return reads and any(isinstance(flow, ResponseFlow) for flow in source.flows(node))


def check_turned(source: Source, call: ast.Call, request: Record) -> None:
    """Take the position out of a request in a loop that stays; it must be nothing or what an answer gave."""
    position = request.fields.pop("streamPosition", None)
    given = [k.value for k in call.keywords if k.arg == "streamPosition"]
    if isinstance(position, Leaf) and not position.is_constant:
        spelled = position.text()
        given = given or [a for a in call.args if source.original(a) == spelled]
        flows = {flow for node in given for flow in source.flows(node)}
        answers = [
            f for f in flows if isinstance(f, ResponseFlow) and f.path[-1:] and f.path[-1] in POSITIONS
        ]
        nothing = flows & {NumberFlow("None"), TextFlow("")}
        if not answers or len(answers) + len(nothing) < len(flows):
            raise Unconvertible("a stored stream position means nothing to REST", source, call)
    elif isinstance(position, Leaf) and position.constant not in (None, ""):
        raise Unconvertible("a stored stream position means nothing to REST", source, call)
    _check_times(source, call, request)


def check_start(source: Source, call: ast.Call, pages: Pages | None, request: Record) -> None:
    """Take the first position out of a request; one that was stored cannot be converted."""
    position = request.fields.get("streamPosition")
    if isinstance(position, Leaf):
        first: object = position.constant if position.is_constant else None
        if pages is not None and not position.is_constant:
            first = first_position(pages, call)
        if (pages is None and not position.is_constant) or first not in (None, ""):
            raise PagingError("a stored stream position means nothing to REST", source, call)
        request.fields.pop("streamPosition")
    _check_times(source, call, request)


def _check_times(source: Source, call: ast.Call, request: Record) -> None:
    """The position that a request starts from may be a time only."""
    start = request.fields.get("startPosition")
    if isinstance(start, Record):
        others = [
            n for n, v in start.fields.items()
            if n not in _KNOWN and not (isinstance(v, Leaf) and v.is_constant and v.constant in (None, "", 0))
        ]  # fmt: skip
        if others:
            raise PagingError("a stored stream position means nothing to REST", source, call)


def first_position(pages: Pages, call: ast.Call) -> object:
    """The constant that the position's variable holds before the loop; False where that is not known."""
    used = {n.id for n in walk(call) if isinstance(n, ast.Name)} & pages.turned
    values = {only_value(pages, name) for name in used}
    return values.pop() if len(values) == 1 and UNKNOWN not in values else False


def collapse(pages: Pages, unused: Unused) -> None:
    """Take the loop away and move its body one level out."""
    source, loop = pages.source, pages.loop
    stop = pages.stop
    if pages.first is not None:
        for statement in (*pages.turns, loop):
            unused.delete(source, statement)
        return
    for statement in pages.turns:
        if stop is None or statement in loop.body:
            unused.delete(source, statement)
    for statement in (*pages.skips, *pages.hands):
        unused.delete(source, statement)
    if stop is not None:
        last = next(s for s in (*stop.body, *stop.orelse) if s not in pages.turns)
        if isinstance(last, ast.Return):
            source.replace(stop, lambda: source.source(last))
        else:
            unused.delete(source, stop)
    source.replace(loop.test, lambda: "")
    first = loop.test.end_lineno or loop.lineno
    source.replace_span(source.line_start(loop.lineno), source.line_start(first + 1), lambda: "")
    source.outdent(first + 1, loop.end_lineno or first, source.indent(loop))
