"""What resolution found in a program: clients, calls, requests and who calls whom; no judgement yet."""

from collections.abc import Mapping

from marketo_migrate.model.finding import Step
from marketo_migrate.model.flow import Flow, Place
from marketo_migrate.model.location import Location
from marketo_migrate.model.record import record
from marketo_migrate.model.request import Record


@record
class Endpoint:
    """An address a client was given: its known text (NUL for unknown parts) and where the literals stand."""

    text: str
    origins: tuple[Location, ...]


@record
class Marker:
    """Something only a Marketo SOAP client has, and where it was seen."""

    text: str
    location: Location


@record
class ClientFact:
    """A SOAP client. `library` is None for one that only its use shows, then `made` is None too."""

    id: int
    library: str | None
    place: Place
    made: Location | None
    endpoints: tuple[Endpoint, ...]
    markers: tuple[Marker, ...]
    hints: tuple[str, ...]
    operations: tuple[str, ...]
    shapes: tuple[str, ...]
    expression: str


@record
class Performed:
    """An operation (None: its name is not known) performed by a client, in a context."""

    context: int
    client: int
    operation: str | None


@record
class CallFact:
    """An expression that performs SOAP operations. `routes` say, by client, how the client came there."""

    place: Place
    location: Location
    performed: tuple[Performed, ...]
    routes: tuple[tuple[int, tuple[Step, ...]], ...]
    request: Record | None


@record
class PostFact:
    """A HTTP request that carries Marketo SOAP marks; operations by context, texts that bear the marks."""

    place: Place
    location: Location
    library: str | None
    operations: tuple[tuple[int, tuple[str, ...]], ...]
    texts: tuple[Endpoint, ...]


@record
class Edge:
    """A call from one context to another; `how` is "call", "callback", "delay" and the like."""

    place: Place
    location: Location
    caller: int
    callee: int
    how: str


@record
class ContextFact:
    """A function in a context (a module's body has the name "")."""

    id: int
    name: str
    location: Location


@record
class RequestFact:
    """A request object or header object made on a client; `header` tells which."""

    place: Place
    location: Location
    type: str
    clients: tuple[int, ...]
    header: bool


@record
class SignatureFact:
    """An HMAC-SHA1 computation.

    It serves Marketo when it is `marked` (it goes into a header or text with
    `mktowsUserId`), or when one of `clients` whose header it goes into is Marketo's. `keys` are literal keys.
    """

    place: Place
    location: Location
    marked: bool
    clients: tuple[int, ...]
    keys: tuple[Place, ...]


@record
class Resolution:
    """All facts of a program, each kind sorted by place."""

    clients: tuple[ClientFact, ...]
    calls: tuple[CallFact, ...]
    posts: tuple[PostFact, ...]
    edges: tuple[Edge, ...]
    contexts: tuple[ContextFact, ...]
    requests: tuple[RequestFact, ...]
    header_dicts: tuple[Place, ...]
    signatures: tuple[SignatureFact, ...]
    secrets: tuple[tuple[Place, str], ...]
    cut_short: bool
    flows: Mapping[Place, tuple[Flow, ...]]
