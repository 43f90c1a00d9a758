"""What flows where: for places in the source, the SOAP values an expression there may have."""

from typing import TypeAlias

from marketo_migrate.model.record import record

Place: TypeAlias = tuple[str, int, int]
"""A path and the (start, end) offsets of an expression in it."""


Called: TypeAlias = tuple[Place, str]
"""The place of a call that performs an operation, and the operation ("": not known)."""


@record(order=True)
class ClientFlow:
    """A SOAP client or a part of one; `role` is "client", "service", "factory", "operation" and so on."""

    client: int
    role: str
    name: str | None = None


@record(order=True)
class RequestFlow:
    """A request object of a WSDL type, made at `site`."""

    client: int
    type: str
    site: Place


@record(order=True)
class ResponseFlow:
    """The answer of the call at `call`, or the part of it at `path`; an item of a list is the step `[]`."""

    call: Called
    path: tuple[str, ...]


@record(order=True)
class ContainerFlow:
    """A list, dict, tuple or set made at `site`, and the parts of answers it holds at some depth."""

    kind: str
    site: Place
    holds: tuple[ResponseFlow, ...]


@record(order=True)
class InstanceFlow:
    """An object of a class of the program, by the class's path and offset."""

    path: str
    start: int


@record(order=True)
class FunctionFlow:
    """A function or class of the program, by its path and the offset of its definition."""

    path: str
    start: int


@record(order=True)
class ModuleFlow:
    """A module of the program."""

    path: str


@record(order=True)
class ExternalFlow:
    """Something outside the program, by its dotted name."""

    name: str


@record(order=True)
class TextFlow:
    """A text, known to the last character, or None."""

    text: str | None


@record(order=True)
class NumberFlow:
    """A number or truth value, by its source form."""

    text: str


@record(order=True)
class SignatureFlow:
    """A computed HMAC signature."""


@record(order=True)
class OtherFlow:
    """Anything else."""


Flow: TypeAlias = (
    ClientFlow
    | RequestFlow
    | ResponseFlow
    | ContainerFlow
    | InstanceFlow
    | FunctionFlow
    | ModuleFlow
    | ExternalFlow
    | TextFlow
    | NumberFlow
    | SignatureFlow
    | OtherFlow
)
