"""Which stretches of a module's source run once per turn of a loop."""

from collections.abc import Iterator

from marketo_migrate.model import facts as f
from marketo_migrate.model.record import values_of


def repeated_spans(body: tuple[f.Statement, ...]) -> tuple[tuple[int, int, bool], ...]:
    """Spans (start, end, repeated): bodies of loops and comprehensions, True; functions, False.

    What a loop goes through is evaluated once and is in no span; the test of a `while` is in one.
    Of the spans around a place the smallest one says whether it is repeated.
    """
    found: list[tuple[int, int, bool]] = []
    pending: list[object] = [*body]
    while pending:
        node = pending.pop()
        kind = node.__class__
        if kind in _PLAIN:
            continue
        if isinstance(node, tuple):
            pending.extend(node)
            continue
        if kind in _TELLING:
            found.extend(_spans(node))
        pending.extend(values_of(node))
    return tuple(found)


_PLAIN = frozenset({str, int, type(None), bool})
_TELLING = frozenset({f.For, f.While, f.Comprehension, f.Function})


def _spans(node: object) -> Iterator[tuple[int, int, bool]]:
    match node:
        case f.For(body=inner):
            yield from ((*part.at, True) for part in inner)
        case f.While(test=test, body=inner):
            yield from ((*part.at, True) for part in (test, *inner))
        case f.Comprehension(elements=elements, loops=loops):
            later = [part for loop in loops[1:] for part in (loop.iterable, *loop.conditions)]
            yield from ((*part.at, True) for part in (*elements, *loops[0].conditions, *later))
        case f.Function(at=at):
            yield (*at, False)
        case _:
            pass
