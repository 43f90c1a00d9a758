"""What resolution knows so far: values by slot, contexts, who must look again, and what was observed."""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import cast

from marketo_migrate.model.facts import Class, Function, ModuleFacts
from marketo_migrate.model.record import record
from marketo_migrate.resolve.texts import collapse
from marketo_migrate.resolve.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Client,
    External,
    FunctionValue,
    Key,
    Literal,
    Place,
    String,
    Unknown,
    Value,
    Values,
    client_of,
)

Slot = tuple[Hashable, ...]
"""Where values are kept across functions: ("global", path, name), ("attribute", owner, name), …"""

MAX_VALUES = 24
MAX_STRINGS = 12
MAX_CONTEXTS = 16
MAX_REPEATS = 20
MAX_NESTED = 200
_LONGEST_NAME = 40
_TELLING_TEXT = re.compile(
    r"://|\.(?:xml|j2|jinja2?|tmpl|tpl|txt)\b|[<%{$]|mkto|soap|wsdl|params|marketo", re.IGNORECASE
)


@dataclass(slots=True)
class Context:
    """A function analysed for one set of arguments, or a module's body (function None)."""

    id: int
    module: ModuleFacts
    function: Function | None
    value: FunctionValue | None
    bindings: dict[str, Values]
    depth: int
    generic: bool
    primary: bool


@dataclass(slots=True)
class ClassRecord:
    """A class of the program and where its body is evaluated."""

    key: Key
    module: ModuleFacts
    facts: Class
    cell: int
    bases: Values = NOTHING


@dataclass(slots=True)
class ClientRecord:
    """What is known of a SOAP client: how it was made, what it was told, what it is used for."""

    client: Client
    endpoints: set[String] = field(default_factory=set)
    hints: set[str] = field(default_factory=set)
    markers: dict[str, Place] = field(default_factory=dict)
    operations: set[str] = field(default_factory=set)
    shapes: set[str] = field(default_factory=set)


@record
class Arrival:
    """How a client came into a slot: by the assignment at `place`, from slot `source`."""

    place: Place
    source: Slot | None


@record
class Given:
    """The arguments of a call: values with the place of the expression that gives them, where it is one."""

    positional: tuple[tuple[Values, Place | None], ...]
    keywords: tuple[tuple[str, Values, Place | None], ...]


@dataclass(slots=True)
class Observed:
    """What the program does that matters, by place; grows while resolution runs."""

    operations: dict[Place, dict[int, set[tuple[Client, str | None]]]] = field(default_factory=dict)
    posts: dict[Place, dict[int, set[String]]] = field(default_factory=dict)
    edges: dict[Place, set[tuple[int, int, str]]] = field(default_factory=dict)
    constructions: dict[Place, set[Client]] = field(default_factory=dict)
    requests: dict[Place, set[tuple[Client, str]]] = field(default_factory=dict)
    headers: dict[Place, str] = field(default_factory=dict)
    signatures: dict[Place, set[Value | str]] = field(default_factory=dict)
    secrets: dict[Place, str] = field(default_factory=dict)
    sources: dict[tuple[Place, Client], Slot] = field(default_factory=dict)
    arguments: dict[Place, dict[int, Given]] = field(default_factory=dict)
    post_libraries: dict[Place, str] = field(default_factory=dict)
    flows: dict[Place, dict[int, Values]] = field(default_factory=dict)


@dataclass(slots=True)
class Cell:
    """What is known of a slot: its values, the contexts that read it, the clients among the values."""

    slot: Slot
    values: Values = NOTHING
    readers: set[int] = field(default_factory=set)
    clients: tuple[Client, ...] = ()


class State:
    """Slots with their readers, contexts, and the queue of contexts to look at again."""

    def __init__(self) -> None:
        self._cells: dict[Slot, Cell] = {}
        self.written: dict[Slot, dict[Place, None]] = {}
        self._fields: dict[Value, dict[Slot, None]] = {}
        self.arrivals: dict[tuple[Slot, Client], Arrival] = {}
        self.contexts: list[Context] = []
        self.classes: dict[Key, ClassRecord] = {}
        self.functions: dict[Key, tuple[ModuleFacts, Function]] = {}
        self.clients: dict[Client, ClientRecord] = {}
        self.observed = Observed()
        self.context_ids: dict[Hashable, int] = {}
        self.context_counts: dict[Key, int] = {}
        self.primary: set[str] = set()
        self.task_bases: dict[Key, ClassValue] = {}
        self.live: set[int] | None = None
        self._queue: list[tuple[int, int]] = []
        self._queued: set[int] = set()
        self._evaluated: dict[int, int] = {}
        self.work = 0
        self._running: list[int] = []
        self._last_read: dict[Client, Slot] = {}
        self._told: dict[Values, Values] = {}
        self._bounded: dict[Values, Values] = {}

    def cell(self, slot: Slot) -> Cell:
        """What is known of a slot."""
        found = self._cells.get(slot)
        if found is None:
            found = self._cells[slot] = Cell(slot)
        return found

    def read(self, slot: Slot) -> Values:
        """The values of a slot; the running context looks again when they grow."""
        # The body of `cell` and `read_cell`: no function is called as often as this one.
        cell = self._cells.get(slot)
        if cell is None:
            cell = self._cells[slot] = Cell(slot)
        if self._running:
            cell.readers.add(self._running[-1])
        for client in cell.clients:
            self._last_read[client] = slot
        return cell.values

    def read_cell(self, cell: Cell) -> Values:
        """The values of a slot that was looked up before, as `read` gives them."""
        if self._running:
            cell.readers.add(self._running[-1])
        for client in cell.clients:
            self._last_read[client] = cell.slot
        return cell.values

    def peek(self, slot: Slot) -> Values:
        """The values of a slot; nobody looks again when they grow."""
        found = self._cells.get(slot)
        return found.values if found is not None else NOTHING

    def write(self, slot: Slot, values: Values, at: Place | None = None) -> None:
        """Join values into a slot; `at` is the expression they come from."""
        if at is not None:
            self.written.setdefault(slot, {})[at] = None
        if slot[0] == "attribute":
            self._fields.setdefault(cast("Value", slot[1]), {})[slot] = None
        cell = self.cell(slot)
        old = cell.values
        if values <= old:
            return
        if at is not None:
            self._note_arrivals(slot, values - old, at)
        new = self.bounded(old | values)
        if new == old:
            return
        cell.values = new
        cell.clients = tuple(client for value in new if (client := client_of(value)) is not None)
        for reader in cell.readers:
            self.enqueue(reader)

    def reread(self, cells: Iterable[Cell]) -> None:
        """The running context looks again when one of these slots grows, as if it had read them."""
        if self._running:
            for cell in cells:
                cell.readers.add(self._running[-1])

    def telling(self, values: Values) -> Values:
        """The same values, those that cannot lead to a SOAP call or name one replaced by "anything".

        They tell calls of a function apart; numbers and prose would only make more contexts of it.
        """
        found = self._told.get(values)
        if found is None:
            found = self._told[values] = _telling(values)
        return found

    def bounded(self, values: Values) -> Values:
        """The same values, or fewer and vaguer ones where there are too many to keep apart."""
        if len(values) <= MAX_STRINGS:
            return values
        found = self._bounded.get(values)
        if found is None:
            found = self._bounded[values] = _bounded(values)
        return found

    def fields_of(self, value: Value) -> tuple[Slot, ...]:
        """The slots of the attributes that were stored in a value."""
        return tuple(self._fields.get(value, ()))

    def _note_arrivals(self, slot: Slot, values: Iterable[Value], at: Place) -> None:
        for value in values:
            client = client_of(value)
            if client is None:
                continue
            source = self._last_read.get(client)
            known = self.arrivals.get((slot, client))
            if source != slot and (known is None or at < known.place):
                self.arrivals[slot, client] = Arrival(at, source)

    def last_slot(self, client: Client) -> Slot | None:
        """The slot from which a client was read most recently."""
        return self._last_read.get(client)

    def forget_route(self, client: Client) -> None:
        """A client is made here: it comes from no slot yet."""
        self._last_read.pop(client, None)

    def trail(self, client: Client, slot: Slot | None) -> tuple[tuple[Slot, Place], ...]:
        """The slots a client went through before `slot`, first one first."""
        steps: list[tuple[Slot, Place]] = []
        seen: set[Slot] = set()
        while slot is not None and slot not in seen and len(steps) < 20:
            seen.add(slot)
            arrival = self.arrivals.get((slot, client))
            if arrival is None:
                break
            steps.append((slot, arrival.place))
            slot = arrival.source
        return tuple(reversed(steps))

    def enqueue(self, context: int) -> None:
        """Have a context evaluated again; those that were evaluated least come first."""
        count = self._evaluated.get(context, 0)
        if context not in self._queued and count < MAX_REPEATS:
            self._queued.add(context)
            heappush(self._queue, (count, context))

    def is_deep(self) -> bool:
        """Whether so many evaluations wait for each other that one more has to wait for its turn."""
        return len(self._running) >= MAX_NESTED

    def next_context(self) -> Context | None:
        """The next context to evaluate, or None when nothing is left to do."""
        if not self._queue:
            return None
        _, identity = heappop(self._queue)
        self._queued.discard(identity)
        return self.contexts[identity]

    def client(self, client: Client) -> ClientRecord:
        """The record of a client."""
        record = self.clients.get(client)
        if record is None:
            record = self.clients[client] = ClientRecord(client)
        return record


def _telling(values: Values) -> Values:
    if all(_tells(value) for value in values):
        return values
    return frozenset(value for value in values if _tells(value)) | UNKNOWN


def _tells(value: Value) -> bool:
    if isinstance(value, Literal):
        return value.value is None
    if not isinstance(value, String):
        return True
    known = value.known
    if known is not None and len(known) <= _LONGEST_NAME and known.isidentifier():
        return True
    return _TELLING_TEXT.search(value.text) is not None


def _bounded(values: Values) -> Values:
    strings = [value for value in values if isinstance(value, String)]
    if len(strings) > MAX_STRINGS:
        values = frozenset(v for v in values if not isinstance(v, String)) | {collapse(strings)}
    if len(values) <= MAX_VALUES:
        return values
    kept = sorted(
        (v for v in values if not isinstance(v, Unknown | External)),
        key=lambda v: (client_of(v) is None, repr(v)),
    )
    return frozenset(kept[:MAX_VALUES]) | {Unknown()}
