"""SOAP libraries in the abstract: making clients, reaching operations, request objects, headers, posts."""

from collections.abc import Mapping, Sequence

from marketo_migrate.model.marks import ACTION, ELEMENT, ENDPOINT, HINT, NAMESPACE, is_foreign
from marketo_migrate.model.record import record
from marketo_migrate.model.surface import Argument, ClientSurface, Constructor, Member, Role, Surfaces
from marketo_migrate.resolve.frame import Frame
from marketo_migrate.resolve.objects import Objects
from marketo_migrate.resolve.program import Program
from marketo_migrate.resolve.strings import texts_of
from marketo_migrate.resolve.values import (
    NOTHING,
    UNKNOWN,
    Client,
    Container,
    External,
    Instance,
    Literal,
    Method,
    Part,
    Place,
    Request,
    Response,
    Signature,
    String,
    Unknown,
    Value,
    Values,
)

HEADER_WORDS = ("mktowsUserId", "requestSignature", "requestTimestamp")
MARKETO_HEADERS = frozenset({"AuthenticationHeaderInfo", "MktowsContextHeaderInfo", "MktowsContextHeader"})
HEADER_TYPES = frozenset(
    {"AuthenticationHeaderInfo", "AuthenticationHeader", "MktowsContextHeaderInfo", "MktowsContextHeader"}
)
_ANY = Member()
_ORPHAN_ROLES = {
    "client": Role(
        attributes={"service": Member("service"), "factory": Member("factory")},
        methods={
            "get_type": Member("type", Argument(0, ("name",))),
            "get_element": Member("type", Argument(0, ("name",))),
        },
    ),
    "service": Role(attribute=Member("operation"), item=Member("service-or-operation")),
    "operations": Role(item=Member("operation")),
    "factory": Role(methods={"create": Member("request", Argument(0, ("name",)))}),
    "type": Role(call=Member("request")),
}


@record
class Names:
    """Marketo's own names: SOAP methods, WSDL types, elements in them.

    `elements` maps `params…` elements to methods, `values` enumerations to what they may be.
    """

    operations: frozenset[str]
    types: frozenset[str]
    fields: frozenset[str]
    elements: Mapping[str, str]
    values: Mapping[str, frozenset[str]]


class Soap(Objects):
    """What calls and attributes mean on SOAP clients and their parts.

    `template_files` maps names of files that hold envelopes to the marks in them.
    """

    def __init__(
        self, program: Program, surfaces: Surfaces, names: Names, template_files: Mapping[str, str]
    ) -> None:
        super().__init__(program)
        self.http = surfaces.http
        self.names = names
        self.template_files = template_files
        self.surfaces: dict[str, ClientSurface] = {surface.name: surface for surface in surfaces.clients}
        self.constructors: dict[str, tuple[ClientSurface, Constructor]] = {
            name: (surface, constructor)
            for surface in surfaces.clients
            for constructor in surface.constructors
            for name in constructor.names
        }

    # --- clients ----------------------------------------------------------------------------

    def star_external(self, module: str, name: str) -> Values:
        """A name of an outside module, where some surface knows it."""
        dotted = f"{module}.{name}"
        known = dotted in self.constructors or dotted in self.http.posts or dotted in self.http.carriers
        return frozenset((External(dotted),)) if known else NOTHING

    def construct(
        self, frame: Frame, dotted: str, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        """The client that calling constructor `dotted` makes."""
        surface, constructor = self.constructors[dotted]
        client = Client((at, frame.context.id), surface.name)
        self.forget_route(client)
        self.observed.constructions.setdefault(at, set()).add(client)
        self.tell(client, constructor, positional, keywords, at)
        return frozenset((client,))

    def tell(
        self,
        client: Client,
        constructor: Constructor,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> None:
        """Note what a constructor's arguments say of a client."""
        for argument in constructor.endpoint:
            self.note_endpoint(client, pick(argument, positional, keywords))
        for argument in constructor.secret:
            self.note_secret(pick(argument, positional, keywords), f"key given to {client.library}")
        for word in constructor.markers:
            if word in keywords:
                self.mark(client, f"keyword {word}=", at)
        for name in keywords:
            if HINT.search(name):
                self.client(client).hints.add(name)
        for key in ("plugins", "headers", "soapheaders"):
            if key in keywords:
                self.note_header(client, keywords[key], at)

    def note_endpoint(self, client: Client, values: Values) -> None:
        """A client talks to one of these addresses."""
        record = self.client(client)
        for text in texts_of(values) if values else ():
            record.hints.update(text.hints)
            if any(text.parts):
                record.endpoints.update((text, *self.template_texts(text)))

    def mark(self, client: Client, text: str, at: Place) -> None:
        """A client has something only a Marketo SOAP client has; the first place in the source is kept."""
        markers = self.client(client).markers
        if text not in markers or at < markers[text]:
            markers[text] = at

    def note_secret(self, values: Values, what: str) -> None:
        """These values are a key: a literal among them is a hard-coded secret."""
        for value in values:
            if (
                isinstance(value, String)
                and value.known
                and len(value.origins) == 1
                and len(value.known) >= 8
            ):
                self.observed.secrets.setdefault(value.origins[0], what)

    def note_header(self, client: Client, values: Values, at: Place, depth: int = 0) -> None:
        """A header given to a client: Marketo's own field names in it prove what the client is for."""
        for value in values if depth < 4 else ():
            if isinstance(value, Request):
                if self.read(("attribute", value, HEADER_WORDS[0])):
                    self.mark(client, f"header field {HEADER_WORDS[0]}", value.site[0])
            elif isinstance(value, Container):
                if HEADER_WORDS[0] in self.keys(value):
                    self.mark(client, f"header field {HEADER_WORDS[0]}", value.site[0])
                self.note_header(client, self.item(value, None), at, depth + 1)
            elif isinstance(value, Instance):
                for name in self.attribute_names(value):
                    self.note_header(client, self.own_attribute(value, name), at, depth + 1)
                for method in ("sending", "marshalled", "egress"):
                    if self.lookup(value.cls, method) and self.class_mentions(value.cls):
                        self.mark(
                            client,
                            f"plugin that writes {HEADER_WORDS[0]}",
                            value.site[0] if value.site else at,
                        )
            elif isinstance(value, String) and any(
                word in value.text for word in (*HEADER_WORDS[:1], "mktows")
            ):
                self.mark(client, f"header text with {HEADER_WORDS[0]}", at)

    def attribute_names(self, value: Instance) -> tuple[str, ...]:
        """The attributes known to be set on an object."""
        return tuple(sorted(slot[2] for slot in self.fields_of(value) if isinstance(slot[2], str)))

    def class_mentions(self, key: tuple[str, int]) -> bool:
        """Whether the source of a class names a field of Marketo's header."""
        record = self.classes.get(key)
        return record is not None and HEADER_WORDS[0] in record.module.source(record.facts.at)

    def base_client(self, frame: Frame, instance: Instance) -> Client | None:
        """The SOAP client that an instance is, when its class derives from a library's client class."""
        for dotted in self.external_bases(instance.cls):
            if dotted in self.constructors:
                surface, _ = self.constructors[dotted]
                record = self.classes.get(instance.cls)
                where = instance.site or ((instance.cls[0], instance.cls[1], instance.cls[1]), -1)
                client = Client(where, surface.name)
                if record is not None and HINT.search(record.facts.name):
                    self.client(client).hints.add(record.facts.name)
                return client
        return None

    def orphan(self, frame: Frame, hints: frozenset[str], at: Place) -> Client:
        """A client that nothing shows the making of; one per expression text and function."""
        text = frame.module.text[at[1] : at[2]]
        owner = frame.context.value.owner if frame.context.value else None
        start = owner[1] if owner else frame.context.function.at[0] if frame.context.function else 0
        client = Client(((at[0], start, -abs(hash_text(text)) - 1), -1), None)
        words = {word for word in (*hints, *_words(text)) if HINT.search(word)}
        record = self.client(client)
        record.hints.update(words)
        return client

    # --- members ----------------------------------------------------------------------------

    def role(self, client: Client, role: str) -> Role:
        """The members of a role in the library of a client."""
        if client.library is None:
            return _ORPHAN_ROLES.get(role, Role())
        return self.surfaces[client.library].roles.get(role) or (
            _ORPHAN_ROLES.get(role, Role()) if role == "operations" else Role()
        )

    def unknown_attribute(self, frame: Frame, hints: frozenset[str], name: str, at: Place) -> Values:
        """`.service` and `.factory` of something unknown may belong to a SOAP client; its use will show."""
        if name in ("service", "factory"):
            base_end = at[2] - len(name)
            base = (at[0], at[1], max(at[1], frame.module.text.rfind(".", at[1], base_end)))
            return frozenset((Part(self.orphan(frame, hints, base), name), Unknown(hints)))
        if HINT.search(name):
            hints |= {name}
        return frozenset((Unknown(hints),))

    def member(self, frame: Frame, value: Client | Part, name: str, at: Place) -> Values:
        """An attribute of a client or of a part of one."""
        client, role_name = (value, "client") if isinstance(value, Client) else (value.client, value.role)
        stored = self.read(("attribute", value, name))
        if stored:
            return stored
        role = self.role(client, role_name)
        listed = role.attributes.get(name)
        if listed is not None:
            return self.made(frame, client, listed, name, at)
        if name in role.methods:
            return frozenset((Method(value, name),))
        if role.attribute is not None and not name.startswith("__"):
            if client.library is None and name not in self.names.operations:
                return UNKNOWN
            return self.made(frame, client, role.attribute, name, at)
        return frozenset((Method(value, name),))

    def made(self, frame: Frame, client: Client, member: Member, name: str | None, at: Place) -> Values:
        """What a member gives: a part of the client, a request object, an answer."""
        match member.returns:
            case "client":
                return frozenset((client,))
            case "operation":
                return frozenset((Part(client, "operation", name),))
            case "type" | "constructor" as role:
                return frozenset((Part(client, role, bare(name)),))
            case "service-or-operation":
                if name is not None and name in self.names.operations:
                    return frozenset((Part(client, "operation", name),))
                return frozenset((Part(client, "service"),))
            case "request":
                self.note_request(client, name, at)
                return self.make_request(frame, client, name, {}, at)
            case "" | "response" | "message":
                return UNKNOWN
            case role:
                return frozenset((Part(client, role),))

    def part_item(self, frame: Frame, part: Part | Client, key: Values, at: Place) -> Values:
        """`part[key]`."""
        client, role_name = (part, "client") if isinstance(part, Client) else (part.client, part.role)
        member = self.role(client, role_name).item
        if member is None:
            return UNKNOWN
        return frozenset().union(*(self.made(frame, client, member, name, at) for name in names_of(key)))

    def call_part(
        self, frame: Frame, part: Part, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        """Call an operation or a type."""
        if part.role == "operation":
            return self.perform(frame, part.client, part.name, positional, keywords, at)
        if part.role in ("type", "constructor"):
            if part.role == "constructor":
                self.note_request(part.client, part.name, at)
            if part.name in self.names.values and positional and not keywords:
                return positional[0]
            return self.make_request(frame, part.client, part.name, keywords, at, positional)
        return UNKNOWN

    def call_member(
        self,
        frame: Frame,
        value: Client | Part,
        name: str,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> Values:
        """Call a listed method of a client or of a part of one."""
        client, role_name = (value, "client") if isinstance(value, Client) else (value.client, value.role)
        if name == "__init__":
            for surface, constructor in self.constructors.values():
                if surface.name == client.library:
                    self.tell(client, constructor, positional, keywords, at)
                    break
            return UNKNOWN
        if (
            name in ("__getattr__", "__getattribute__", "__getitem__")
            and positional
            and isinstance(value, Part)
        ):
            found = (
                self.member(frame, value, known, at) for known in names_of(positional[0]) if known is not None
            )
            return frozenset().union(*found) or frozenset((Part(client, "operation", None),))
        if name == "get" and isinstance(value, Part) and value.role == "operations":
            return self.part_item(frame, value, positional[0] if positional else UNKNOWN, at)
        member = self.role(client, role_name).methods.get(name)
        if member is None:
            return UNKNOWN
        for argument in member.endpoint:
            self.note_endpoint(client, pick(argument, positional, keywords))
        for argument in member.header:
            self.note_header(client, pick(argument, positional, keywords), at)
        if member.operation is not None:
            return self.perform(frame, client, member.operation, positional, keywords, at)
        if member.name is None:
            return self.made(frame, client, member, None, at)
        given = pick(member.name, positional, keywords)
        result: set[Value] = set()
        for known in names_of(given) if given else ():
            if member.returns == "message":
                result.add(String((None, f"<{self._element_of(known)}>", None), (at,)))
            elif member.returns == "response":
                rest = [v for i, v in enumerate(positional) if i != member.name.position]
                result.update(self.perform(frame, client, known, rest, keywords, at))
            else:
                result.update(self.made(frame, client, member, known, at))
            if member.returns == "type":
                self.note_request(client, known, at)
        return frozenset(result) or UNKNOWN

    def _element_of(self, operation: str | None) -> str:
        """The element of an operation's request."""
        return next((element for element, name in self.names.elements.items() if name == operation), "params")

    def perform(
        self,
        frame: Frame,
        client: Client,
        operation: str | None,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> Values:
        """A SOAP operation is called here."""
        record = self.client(client)
        if operation is not None:
            record.operations.add(operation)
        record.shapes.update(name for name in keywords if name in self.names.fields)
        for values in (*positional, *keywords.values()):
            record.shapes.update(self.shape(values))
        if "_soapheaders" in keywords:
            self.note_header(client, keywords["_soapheaders"], at)
        per_context = self.observed.operations.setdefault(at, {})
        per_context.setdefault(frame.context.id, set()).add((client, operation))
        last = self.last_slot(client)
        if last is not None:
            self.observed.sources.setdefault((at, client), last)
        return frozenset((Response(at, (), operation),))

    def shape(self, values: Values, depth: int = 0) -> set[str]:
        """The names of Marketo's request fields that values hold."""
        found: set[str] = set()
        for value in values if depth < 4 else ():
            if isinstance(value, Container):
                found.update(
                    key for key in self.keys(value) if isinstance(key, str) and key in self.names.fields
                )
                found |= self.shape(self.item(value, None), depth + 1)
            elif isinstance(value, Request) and value.type in self.names.types:
                found.add(value.type)
        return found

    def request_member(self, request: Request, name: str) -> Values:
        """An attribute of a request object: what was stored, the value of an enum, or a method."""
        stored = self.read(("attribute", request, name))
        if stored:
            return stored
        if name in self.names.values.get(request.type, ()):
            return frozenset((String((name,)),))
        return frozenset((Method(request, name),))

    def make_request(
        self,
        frame: Frame,
        client: Client,
        name: str | None,
        keywords: dict[str, Values],
        at: Place,
        positional: Sequence[Values] = (),
    ) -> Values:
        """A request object of a WSDL type."""
        kind = bare(name) or "?"
        request = Request(client, kind, (at, frame.context.id))
        self.client(client).shapes.update({kind} & self.names.types)
        for field, values in keywords.items():
            self.store_attribute(request, field, values, at)
            if field in HEADER_WORDS:
                self.request_attribute(request, field, values, at)
        for index, values in enumerate(positional):
            self.write(("positional", request, index), values, at)
        return frozenset((request,))

    def note_request(self, client: Client, name: str | None, at: Place) -> None:
        """A request or header object, or its type, is asked of a client here."""
        kind = bare(name) or "?"
        self.observed.requests.setdefault(at, set()).add((client, kind))
        if kind in MARKETO_HEADERS:
            self.client(client).shapes.update((kind, f"header {kind}"))
        if kind in HEADER_TYPES:
            self.observed.headers.setdefault(at, kind)

    def request_attribute(self, request: Request, name: str, values: Values, at: Place) -> None:
        """A field of a request object is set."""
        if name in HEADER_WORDS:
            if name == HEADER_WORDS[0]:
                self.mark(request.client, f"header field {name}", at)
            if request.site[0] in self.observed.requests:
                self.observed.headers.setdefault(request.site[0], request.type)
            for value in values:
                if isinstance(value, Signature):
                    self.observed.signatures.setdefault(value.place, set()).add(request.client)

    # --- posts ------------------------------------------------------------------------------

    def post(self, frame: Frame, at: Place, given: Sequence[Values]) -> bool:
        """Note a HTTP request if what it is given points to Marketo's SOAP API."""
        texts = [text for values in given for text in self.texts_in(values)]
        strong = [text for text in texts if ENDPOINT.search(text.text) or NAMESPACE.search(text.text)]
        weak = [text for text in texts if text not in strong and self.envelope_operations(text)]
        if not strong and (not weak or any(is_foreign(text.text) for text in texts)):
            return False
        strong.extend(weak)
        self.observed.posts.setdefault(at, {}).setdefault(frame.context.id, set()).update(strong)
        return True

    def texts_in(self, values: Values, depth: int = 0) -> list[String]:
        """All texts in values, in containers and in objects that carry values."""
        found: list[String] = []
        for value in values if depth < 5 else ():
            if isinstance(value, String):
                found.append(value)
                found.extend(self.template_texts(value))
            elif isinstance(value, Container):
                found.extend(self.texts_in(self.item(value, None), depth + 1))
                for name in ("text", "tail", "data", "body", "url"):
                    if kept := self.read(("attribute", value, name)):
                        found.extend(self.texts_in(kept, depth + 1))
        return found

    def template_texts(self, text: String) -> list[String]:
        """The marks of a template file that a text names."""
        for part in text.parts if self.template_files else ():
            name = part.replace("\\", "/").rpartition("/")[2] if part is not None and len(part) < 300 else ""
            if name in self.template_files:
                return [String((None, self.template_files[name], None), text.origins)]
        return []

    def envelope_operations(self, text: String) -> tuple[str, ...]:
        """The operations whose `params…` element or SOAP action a text holds."""
        found: dict[str, None] = {}
        for match in ELEMENT.finditer(text.text):
            operation = self.names.elements.get("params" + match[1])
            if operation:
                found[operation] = None
        for match in ACTION.finditer(text.text):
            if match[1] in self.names.operations:
                found[match[1]] = None
        return tuple(found)


def pick(argument: Argument, positional: Sequence[Values], keywords: dict[str, Values]) -> Values:
    """The values of an argument that may be given by position or keyword."""
    for name in argument.keywords:
        if name in keywords:
            return keywords[name]
    if argument.position is not None and argument.position < len(positional):
        return positional[argument.position]
    return NOTHING


def names_of(values: Values) -> tuple[str | None, ...]:
    """The names that values spell; None where one is not known."""
    names: dict[str | None, None] = {}
    for value in sorted(values, key=repr):
        names[value.known if isinstance(value, String) else None] = None
        if isinstance(value, Literal):
            names.pop(None, None)
            names[None] = None
    return tuple(names)


def bare(name: str | None) -> str | None:
    """A type name without its namespace prefix: `ns0:LeadKey`, `{http://…}LeadKey`."""
    return None if name is None else name.rpartition("}")[2].rpartition(":")[2].partition(".")[0]


def hash_text(text: str) -> int:
    """A number for a text that is the same in every run."""
    value = 7
    for character in text:
        value = (value * 31 + ord(character)) & 0xFFFFFFF
    return value


def _words(text: str) -> list[str]:
    word = ""
    words = []
    for character in text:
        if character.isalnum() or character == "_":
            word += character
        elif word:
            words.append(word)
            word = ""
    return [*words, word] if word else words
