"""The units of a migration: a client and all that flows from it; what is wanted for them, and what came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marketo_migrate.model.finding import Tier
from marketo_migrate.model.flow import Called, Place
from marketo_migrate.model.record import record
from marketo_migrate.model.resolution import CallFact, ClientFact, Resolution
from marketo_migrate.model.rules import OperationRule, Variant
from marketo_migrate.rewrite.requests.reading import Holder
from marketo_migrate.rewrite.sites import Call
from marketo_migrate.rewrite.tree import Record


@record
class Unit:
    """Clients that belong together, and the calls made on them."""

    clients: tuple[ClientFact, ...]
    calls: tuple[CallFact, ...]


@dataclass(slots=True)
class UnitPlan:
    """What a unit's rewrite does: new texts by path, or why there is none; reasons by call.

    `differences` say, by call, in what a rewrite of the review tier may behave differently; `new_files` are
    the texts of files that do not exist yet; `escaping` are calls whose answers would have to keep SOAP's form.
    """

    unit: Unit
    tier: Tier = Tier.SAFE
    texts: dict[str, str] = field(default_factory=dict)
    new_files: dict[str, str] = field(default_factory=dict)
    tiers: dict[Place, Tier] = field(default_factory=dict)
    reasons: dict[Place, str] = field(default_factory=dict)
    assumptions: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    differences: dict[Place, str] = field(default_factory=dict)
    escaping: frozenset[Called] = frozenset()


@record
class Others:
    """The SOAP clients beside those of a unit: those of other services, and Marketo's of other units."""

    foreign: frozenset[int]
    marketo: frozenset[int]


@dataclass(slots=True)
class Site:
    """A call that is to be rewritten."""

    call: Call
    rule: OperationRule
    library: str
    request: Record
    variant: Variant
    holders: frozenset[Holder]

    @property
    def key(self) -> Called:
        """The SOAP call and operation that answers come from."""
        return self.call.fact.place, self.call.operation


@record
class Options:
    """What the user asked for; `staying` are calls that must not be touched, with the reason."""

    unsafe: bool = False
    target: str = "marketorestpython"
    staying: Mapping[Place, str] = field(default_factory=dict)


def units_of(resolution: Resolution, marketo: frozenset[Place]) -> tuple[Unit, ...]:
    """The units of the calls at the places that are known to be Marketo's."""
    calls = [call for call in resolution.calls if call.place in marketo]
    parent: dict[int, int] = {}

    def find(client: int) -> int:
        while parent.setdefault(client, client) != client:
            client = parent[client]
        return client

    made = {client.id for client in resolution.clients if client.made is not None}

    def clients_of(call: CallFact) -> list[int]:
        """The clients of a call; ones that nothing shows the making of do not count beside real ones."""
        ids = sorted({performed.client for performed in call.performed})
        return [i for i in ids if i in made] or ids

    by_place: dict[Place, int] = {}
    for client in resolution.clients:
        first = by_place.setdefault(client.place, client.id)
        if client.made is not None and first != client.id:
            parent[find(client.id)] = find(first)
    for call in calls:
        ids = clients_of(call)
        for other in ids[1:]:
            parent[find(other)] = find(ids[0])
    groups: dict[int, list[CallFact]] = {}
    for call in calls:
        groups.setdefault(find(clients_of(call)[0]), []).append(call)
    by_id = {client.id: client for client in resolution.clients}
    units = []
    for root, members in groups.items():
        ids = sorted(
            {root, *(i for call in members for i in clients_of(call))} | {i for i in made if find(i) == root}
        )
        units.append(Unit(tuple(by_id[i] for i in ids), tuple(members)))
    return tuple(sorted(units, key=lambda unit: unit.calls[0].place))


def joined(units: Sequence[Unit]) -> Unit:
    """Several units as one."""
    return Unit(
        tuple(client for unit in units for client in unit.clients),
        tuple(call for unit in units for call in unit.calls),
    )
