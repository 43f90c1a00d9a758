"""Functions that ask for the page at a position that they are given: the paging loops are around their calls."""

import ast

from marketo_migrate.rewrite.first_pages import pages_after
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.page_ends import POSITIONS, Pages, PagingError, reads
from marketo_migrate.rewrite.paging import check_stays, first_position, pages_of
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.requests.arguments import bind
from marketo_migrate.rewrite.requests.scope import Scope
from marketo_migrate.rewrite.source import FunctionNode, Source
from marketo_migrate.rewrite.tree import Leaf, Record


def loops_around(program: Program, source: Source, call: ast.Call) -> tuple[Pages, ...]:
    """The paging loops around the calls of the function that makes a SOAP call; none where that is another function.

    Raises `PagingError` where a caller pages in another way than is known.
    """
    function = source.function(call)
    position = _position(source, call)
    if function is None or position is None or not _is_only_use(source, function, position):
        return ()
    if not program.is_closed(source, function) or program.mentions(source, function):
        return ()
    found: list[Pages] = []
    for other, caller in program.callers(source, function):
        given, _ = bind(caller, function, Scope(other, None), source).get(position.id, (None, None))
        pages = pages_of(other, caller)
        after = pages_after(other, caller)
        if pages is not None and pages.first is None and first_position(pages, caller) not in (None, ""):
            raise PagingError("a stored stream position means nothing to REST", other, caller)
        if pages is None and not (isinstance(given, ast.Constant) and given.value in (None, "")):
            raise PagingError("a stored stream position means nothing to REST", other, caller)
        if pages is not None:
            found.append(pages)
        elif after is not None:
            other.leaving |= after.gone()
    return tuple(found)


def check_loops_stay(program: Program, source: Source, call: ast.Call) -> None:
    """The loops that stay around a call, and around those of the function that makes it, must end all the same."""
    check_stays(source, call)
    function = source.function(call)
    for other, caller in program.callers(source, function) if function is not None else ():
        check_stays(other, caller)


def check_handed_position(source: Source, call: ast.Call, request: Record) -> None:
    """Take the position that a function hands to its call out of the request: each caller's is the first one."""
    position, handed = request.fields.pop("streamPosition", None), _position(source, call)
    if handed is None or not isinstance(position, Leaf) or position.is_constant:
        raise PagingError("a stored stream position means nothing to REST", source, call)


def _position(source: Source, call: ast.Call) -> ast.Name | None:
    """The variable that tells a call the position of its page."""
    arguments = [*call.args, *(k.value for k in call.keywords)]
    found = [a for a in arguments if reads(source, a, POSITIONS)]
    return found[0] if len(found) == 1 and isinstance(found[0], ast.Name) else None


def _is_only_use(source: Source, function: FunctionNode, position: ast.Name) -> bool:
    """Whether a variable is a parameter of a function, which only hands it to the call."""
    spec = function.args
    parameters = {a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)}
    uses = [n for n in walk(function) if isinstance(n, ast.Name) and n.id == position.id]
    return position.id in parameters and uses == [position]
