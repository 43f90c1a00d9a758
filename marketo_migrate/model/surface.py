"""Client surfaces: how a library makes SOAP clients, reaches operations, posts XML (`rules/clients`)."""

from dataclasses import field

from marketo_migrate.model.record import record


@record
class Argument:
    """Where an argument stands in a call: by position (None: not positional) and by keywords."""

    position: int | None
    keywords: tuple[str, ...]


@record
class Constructor:
    """A callable that makes a client; `markers` are keywords that only a Marketo SOAP client takes."""

    names: tuple[str, ...]
    endpoint: tuple[Argument, ...]
    secret: tuple[Argument, ...] = ()
    markers: tuple[str, ...] = ()


@record
class Member:
    """What an attribute, item or method of a role gives.

    `returns` is a role ("service", "operation", "type", "request", "client", …) or "" for unknown.
    `name` says which argument names the operation or type; `operation` is a fixed SOAP method name;
    `endpoint` and `header` are arguments that change the client.
    `spelled` is the same call as code for suds, with `${name}` for each of `parameters` (those with a
    default hold it as `name=default`); `answer` names the kind of object that it returns.
    """

    returns: str = ""
    name: Argument | None = None
    operation: str | None = None
    endpoint: tuple[Argument, ...] = ()
    header: tuple[Argument, ...] = ()
    parameters: tuple[str, ...] = ()
    spelled: str | None = None
    answer: str | None = None


@record
class Role:
    """The members of a role; `attribute` and `item` are for names that are not listed."""

    attributes: dict[str, Member] = field(default_factory=dict)
    methods: dict[str, Member] = field(default_factory=dict)
    attribute: Member | None = None
    item: Member | None = None
    call: Member | None = None


@record
class AnswerObject:
    """An object that a wrapper package makes of an answer.

    `attributes` are the same values as code for suds, with `${object}` for what is read from; `integers`:
    lead attributes of type integer are numbers in it, where suds has texts.
    """

    attributes: dict[str, str]
    integers: bool = False


@record
class ClientSurface:
    """One SOAP library or wrapper package.

    `retired` packages only wrap Marketo's SOAP API; `telling` ones share their constructors with no
    other package of that import name.
    """

    name: str
    summary: str
    modules: tuple[str, ...]
    distributions: tuple[str, ...]
    retired: bool
    telling: bool
    constructors: tuple[Constructor, ...]
    roles: dict[str, Role]
    answers: dict[str, AnswerObject] = field(default_factory=dict)


@record
class HttpSurface:
    """What sends HTTP: `posts` send, `carriers` only keep what they are given until something sends it."""

    posts: frozenset[str]
    post_methods: frozenset[str]
    carriers: frozenset[str]
    roots: frozenset[str]


@record
class Surfaces:
    """All client surfaces."""

    clients: tuple[ClientSurface, ...]
    http: HttpSurface
