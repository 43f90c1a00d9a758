"""Who reaches SOAP: the contexts that perform operations, and those that call them."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from marketo_migrate.model.finding import Confidence
from marketo_migrate.model.flow import Place
from marketo_migrate.model.record import record
from marketo_migrate.model.resolution import Edge, Resolution

_NO_CALLS = frozenset({"hook", "decorator"})


@record
class Direct:
    """A SOAP call in a context: where, which operations (None: unknown), how sure."""

    place: Place
    operations: frozenset[str | None]
    confidence: Confidence


class Reach:
    """The SOAP calls that each context reaches; `direct` are those in the context's own body."""

    def __init__(self, resolution: Resolution, direct: Mapping[int, tuple[Direct, ...]]) -> None:
        self._direct = {context: sorted(found, key=lambda d: d.place) for context, found in direct.items()}
        self._edges: dict[int, list[Edge]] = {}
        names = [(context.location, context.name) for context in resolution.contexts]
        callers: dict[int, list[Edge]] = {}
        for edge in sorted(resolution.edges, key=lambda e: (e.place, names[e.callee])):
            if edge.how not in _NO_CALLS and edge.caller != edge.callee:
                self._edges.setdefault(edge.caller, []).append(edge)
                callers.setdefault(edge.callee, []).append(edge)
        self._reached: dict[int, dict[Direct, None]] = {
            context: dict.fromkeys(found) for context, found in direct.items()
        }
        queue = deque(sorted(self._reached))
        while queue:
            context = queue.popleft()
            for edge in callers.get(context, ()):
                known = self._reached.setdefault(edge.caller, {})
                before = len(known)
                known.update(self._reached[context])
                if len(known) != before:
                    queue.append(edge.caller)

        self._distances = _distances((c for c, found in self._direct.items() if found), callers)

    def of(self, context: int) -> tuple[Direct, ...]:
        """The SOAP calls that evaluating a context reaches."""
        return tuple(self._reached.get(context, ()))

    def chain(self, context: int) -> tuple[tuple[Edge, ...], Direct | None]:
        """The shortest chain of calls from a context to a SOAP call, and that call."""
        if context not in self._distances:
            return (), None
        chain = []
        while distance := self._distances[context]:
            edge = next(e for e in self._edges[context] if self._distances.get(e.callee) == distance - 1)
            chain.append(edge)
            context = edge.callee
        return tuple(chain), self._direct[context][0]


def _distances(targets: Iterable[int], callers: Mapping[int, Sequence[Edge]]) -> dict[int, int]:
    """How many calls each context is away from the nearest target."""
    distances = dict.fromkeys(targets, 0)
    queue = deque(distances)
    while queue:
        context = queue.popleft()
        for edge in callers.get(context, ()):
            if edge.caller not in distances:
                distances[edge.caller] = distances[context] + 1
                queue.append(edge.caller)
    return distances
