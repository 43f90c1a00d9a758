"""Runs the interpreter over a program and turns what it observed into a `Resolution`."""

import re
from collections.abc import Iterable, Mapping

from marketo_migrate.model.finding import Step
from marketo_migrate.model.location import Location, Span
from marketo_migrate.model.request import Record
from marketo_migrate.model.resolution import (
    CallFact,
    ClientFact,
    ContextFact,
    Edge,
    Endpoint,
    Marker,
    Performed,
    PostFact,
    RequestFact,
    Resolution,
    SignatureFact,
)
from marketo_migrate.model.soap import SoapFacts
from marketo_migrate.model.surface import Surfaces
from marketo_migrate.resolve.flows import flows_of
from marketo_migrate.resolve.interpreter import Interpreter
from marketo_migrate.resolve.program import Program
from marketo_migrate.resolve.requests import request_tree
from marketo_migrate.resolve.soap import HEADER_TYPES, Names
from marketo_migrate.resolve.state import Slot
from marketo_migrate.resolve.values import (
    ClassValue,
    Client,
    Container,
    Instance,
    Place,
    String,
    Value,
)

_VERSION = re.compile(r"/mktows/(\d_\d)")
_TOLD_SLOTS = frozenset({"global", "attribute", "any", "parameter", "return", "cell"})
_COMMON_FIELDS = frozenset(
    {
        "id",
        "name",
        "type",
        "status",
        "value",
        "description",
        "values",
        "count",
        "error",
        "size",
        "source",
        "field",
        "success",
        "operation",
        "tag",
        "tags",
        "attribute",
        "objects",
        "strict",
        "offset",
    }
)


def resolve(
    program: Program,
    paths: Iterable[str],
    surfaces: Surfaces,
    soap: SoapFacts,
    operations: frozenset[str],
    template_files: Mapping[str, str],
) -> Resolution:
    """Resolve the modules at `paths` and all that they need.

    `operations` are the names of Marketo's SOAP methods with their aliases, `template_files` maps the
    names of files that hold envelopes or the WSDL to the marks in them.
    """
    fields = frozenset(field.name for type_ in soap.types.values() for field in type_.fields) - _COMMON_FIELDS
    elements = {operation.request_element: name for name, operation in soap.operations.items()}
    values = {name: frozenset(soap.values(name)) for name, kind in soap.types.items() if kind.kind == "enum"}
    names = Names(operations, frozenset(soap.types), fields, elements, values)
    interpreter = Interpreter(program, surfaces, names, template_files)
    interpreter.run(paths)
    return _Outcome(interpreter, soap).resolution()


class _Outcome:
    """Converts places to locations and numbers the clients."""

    def __init__(self, interpreter: Interpreter, soap: SoapFacts) -> None:
        self._run = interpreter
        self._soap = soap
        order = sorted(interpreter.clients, key=lambda client: (client.site, client.library or ""))
        self._ids = {client: index for index, client in enumerate(order)}

    def resolution(self) -> Resolution:
        """All facts."""
        run = self._run
        return Resolution(
            clients=tuple(self._client(client) for client in self._ids),
            calls=tuple(self._call(place) for place in sorted(run.observed.operations)),
            posts=tuple(self._post(place) for place in sorted(run.observed.posts)),
            edges=tuple(
                Edge(place, self._location(place), *edge)
                for place in sorted(run.observed.edges)
                for edge in sorted(run.observed.edges[place])
            ),
            contexts=tuple(self._context(index) for index in range(len(run.contexts))),
            requests=tuple(self._request(place) for place in sorted(run.observed.requests)),
            header_dicts=tuple(
                sorted(p for p, kind in run.observed.headers.items() if kind == "mktowsUserId")
            ),
            signatures=tuple(self._signature(place) for place in sorted(run.observed.signatures)),
            secrets=tuple(sorted(run.observed.secrets.items())),
            cut_short=run.cut_short,
            flows=flows_of(run, self._ids) if run.observed.operations else {},
        )

    def _location(self, place: Place) -> Location:
        path = place[0].partition("#")[0]
        facts = self._run.program.facts(path)
        if facts is None or place[2] < 0:
            line = place[1] if place[2] == -1 else 1
            return Location(path, Span(line, 1, line, 1))
        return facts.location((place[1], place[2]))

    def _client(self, client: Client) -> ClientFact:
        record = self._run.client(client)
        place = client.site[0]
        facts = self._run.program.facts(place[0])
        constructed = client in self._run.observed.constructions.get(place, ())
        made = self._location(place) if constructed else None
        return ClientFact(
            id=self._ids[client],
            library=client.library,
            place=place,
            made=made,
            endpoints=tuple(
                sorted((self._endpoint(text) for text in record.endpoints), key=lambda e: (e.text, e.origins))
            ),
            markers=tuple(
                sorted(
                    (Marker(text, self._location(at)) for text, at in record.markers.items()),
                    key=lambda m: m.text,
                )
            ),
            hints=tuple(sorted(record.hints)),
            operations=tuple(sorted(record.operations)),
            shapes=tuple(sorted(record.shapes)),
            expression=facts.source((place[1], place[2])) if facts is not None and made is not None else "",
        )

    def _endpoint(self, text: String) -> Endpoint:
        return Endpoint(text.text, tuple(self._location(origin) for origin in text.origins))

    def _call(self, place: Place) -> CallFact:
        contexts = self._run.observed.operations[place]
        performed = tuple(
            sorted(
                (
                    Performed(context, self._ids[client], operation)
                    for context, found in contexts.items()
                    for client, operation in found
                ),
                key=lambda p: (p.context, p.client, p.operation or ""),
            )
        )
        clients = {client for found in contexts.values() for client, _ in found}
        routes = tuple((self._ids[client], self._route(place, client)) for client in clients)
        return CallFact(
            place, self._location(place), performed, tuple(sorted(routes)), self._tree(place, clients)
        )

    def _tree(self, place: Place, clients: set[Client]) -> Record | None:
        operations = {
            operation
            for found in self._run.observed.operations[place].values()
            for _, operation in found
            if operation
        }
        if len(operations) != 1:
            return None
        versions = {
            match[1]
            for client in clients
            for text in self._run.client(client).endpoints
            if (match := _VERSION.search(text.text))
        }
        version = versions.pop() if len(versions) == 1 else None
        return request_tree(self._run, self._soap, operations.pop(), version, place)

    def _route(self, place: Place, client: Client) -> tuple[Step, ...]:
        slot = self._run.observed.sources.get((place, client))
        return tuple(
            Step(self._says(step), self._location(at))
            for step, at in self._run.trail(client, slot)
            if step[0] in _TOLD_SLOTS
        )

    def _says(self, slot: Slot) -> str:
        kind = slot[0]
        match slot:
            case ("global", str(), str(name)):
                return f"kept in the module variable `{name}`"
            case ("attribute" | "any", Instance(cls=key) | ClassValue(key=key), str(name)):
                record = self._run.classes.get(key)
                return f"kept in the attribute `{name}` of {record.facts.name if record else 'an object'}"
            case ("any", (str(path), int(start)), str(name)):
                record = self._run.classes.get((path, start))
                return f"kept in the attribute `{name}` of {record.facts.name if record else 'an object'}"
            case ("parameter", int(context), str(name)):
                return f"passed as `{name}` to {self._context(context).name}()"
            case ("return", int(context)):
                return f"returned by {self._context(context).name}()"
            case ("cell", int(context), str(name)):
                return f"kept in the variable `{name}` of {self._context(context).name}()"
            case _:
                return f"kept in {kind}"

    def _context(self, index: int) -> ContextFact:
        context = self._run.contexts[index]
        if context.function is None:
            return ContextFact(index, "", Location(context.module.path, Span(1, 1, 1, 1)))
        name = context.function.name
        owner = context.value.owner if context.value else None
        record = self._run.classes.get(owner) if owner else None
        if record is not None:
            name = f"{record.facts.name}.{name}"
        return ContextFact(index, name, context.module.location(context.function.name_at))

    def _post(self, place: Place) -> PostFact:
        contexts = self._run.observed.posts[place]
        operations = []
        texts: set[String] = set()
        for context, found in sorted(contexts.items()):
            texts |= found
            names = {name for text in found for name in self._run.envelope_operations(text)}
            operations.append((context, tuple(sorted(names))))
        return PostFact(
            place,
            self._location(place),
            self._run.observed.post_libraries.get(place),
            tuple(operations),
            tuple(sorted((self._endpoint(text) for text in texts), key=lambda e: (e.text, e.origins))),
        )

    def _request(self, place: Place) -> RequestFact:
        found = self._run.observed.requests[place]
        kinds = sorted(kind for _, kind in found)
        clients = tuple(sorted({self._ids[client] for client, _ in found}))
        header = all(kind in HEADER_TYPES for kind in kinds) or (
            len(set(kinds)) == 1 and place in self._run.observed.headers
        )
        return RequestFact(place, self._location(place), kinds[0], clients, header)

    def _signature(self, place: Place) -> SignatureFact:
        found = self._run.observed.signatures[place]
        clients = tuple(
            sorted(self._ids[use] for use in found if isinstance(use, Client) and use in self._ids)
        )
        marked = any(isinstance(use, str) or self._has_user_id(use) for use in found)
        keys = tuple(
            sorted(
                value.origins[0]
                for value in self._run.peek(("signature key", place))
                if isinstance(value, String) and value.known and len(value.origins) == 1
            )
        )
        return SignatureFact(place, self._location(place), marked, clients, keys)

    def _has_user_id(self, use: Value) -> bool:
        """Whether a dict or object has Marketo's header field beside the signature."""
        if isinstance(use, Container) and "mktowsUserId" in self._run.keys(use):
            return True
        return bool(self._run.peek(("attribute", use, "mktowsUserId")))
