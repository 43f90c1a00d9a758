"""Which stretches of a module's source run once per turn of a loop."""

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
        match node:
            case f.For(body=inner):
                found.extend((*part.at, True) for part in inner)
            case f.While(test=test, body=inner):
                found.extend((*part.at, True) for part in (test, *inner))
            case f.Comprehension(elements=elements, loops=loops):
                later = [part for loop in loops[1:] for part in (loop.iterable, *loop.conditions)]
                repeated = (*elements, *loops[0].conditions, *later)
                found.extend((*part.at, True) for part in repeated)
            case f.Function(at=at):
                found.append((*at, False))
            case _:
                pass
        if isinstance(node, tuple):
            pending.extend(node)
        else:
            pending.extend(values_of(node))
    return tuple(found)
