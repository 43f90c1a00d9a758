"""Marketo's REST operations as data, and the targets that rewritten code calls them with."""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from marketo_migrate.model.record import record

Scalar: TypeAlias = str | int | float | bool | None


@record
class RestField:
    """A parameter or a field of a body.

    `place` is path, query, header or body; `type` is string, integer, boolean, number, datetime, file,
    object or array<…>; `max_items` bounds an array, `maximum` a number; `open` marks objects that carry
    the instance's own field names too; `aliases` are other spellings in use.
    """

    name: str
    place: Literal["path", "query", "header", "body"]
    type: str
    required: bool
    enum: tuple[str, ...] = ()
    max_items: int | None = None
    maximum: int | None = None
    default: Scalar = None
    open: bool = False
    fields: tuple["RestField", ...] = ()
    aliases: tuple[str, ...] = ()


@record
class Body:
    """What a request carries: JSON, a form or a multipart upload."""

    content: Literal["json", "form", "multipart"]
    required: bool
    fields: tuple[RestField, ...]


@record
class Shape:
    """The shape of an answer's value: a text such as `integer` or `created|updated`, an object, or a list."""

    kind: Literal["value", "object", "list"]
    type: str = ""
    fields: tuple[tuple[str, "Shape"], ...] = ()
    item: "Shape | None" = None


@record
class Answer:
    """An answer: how it is paged, one item of `result`, members beside it; `file` where it is a file."""

    paged: Literal["token", "offset", "none"]
    result: Shape | None
    top_level: Shape | None
    open: bool
    file: bool


@record
class RestError:
    """An error code (a text) and when it comes; `record` where it marks one item, not the whole request."""

    code: str
    when: str
    record: bool


@record
class Endpoint:
    """A REST operation by its id in Adobe's OpenAPI files; `path` starts at the instance's base URL."""

    operation_id: str
    api: Literal["lead-database", "asset", "bulk", "identity"]
    method: str
    path: str
    summary: str
    docs: str
    permissions: tuple[str, ...]
    superseded_by: str | None
    parameters: tuple[RestField, ...]
    post_as_get: tuple[str, ...]
    body: Body | None
    response: Answer
    limits: tuple[str, ...]
    errors: tuple[RestError, ...]


@record
class TargetCall:
    """How a target performs an operation, and what comes back.

    `method` is None where the library has none. `returns` is list, pages (a generator of lists), boolean,
    text or bytes; `pages` says whether all pages are read; `traps` are ids of the target's traps.
    """

    operation_id: str
    method: str | None
    returns: Literal["list", "pages", "boolean", "text", "bytes"]
    pages: Literal["all", "one"]
    traps: tuple[str, ...]


@record
class Trap:
    """A way a client library behaves that generated code must allow for: where, what, and what to do."""

    id: str
    methods: tuple[str, ...]
    fact: str
    advice: str


@record(eq=False)
class Target:
    """What rewritten code is written with; `requirement` goes into dependency files, the rest is code.

    `support` is code that calls need beside the client (the `requests` target's token and paging functions),
    `helpers` are functions by name that rewritten calls use.
    """

    name: str
    title: str
    requirement: str
    imports: str
    construct: str
    support: str
    calls: Mapping[str, TargetCall]
    traps: tuple[Trap, ...]
    helpers: Mapping[str, str] = field(default_factory=dict)
