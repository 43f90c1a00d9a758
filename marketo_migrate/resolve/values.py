"""Abstract values: what an expression may be at run time, as far as the source tells.

All are immutable and hashable; a set of them is what one expression may hold. The empty set means
"not known yet" while resolution runs and "nothing flows here" at the end. Their hashes are the same in
every run, so that sets are iterated in the same order and a scan gives the same bytes.
"""

import zlib
from dataclasses import fields
from functools import cache
from typing import Any, TypeAlias, TypeVar

from marketo_migrate.model.facts import At
from marketo_migrate.model.record import record

Place: TypeAlias = tuple[str, int, int]
"""A path and the (start, end) offsets of a node in it."""

Site: TypeAlias = tuple[Place, int]
"""Where an object is made, and in which context."""

Key: TypeAlias = tuple[str, int]
"""A function or class definition: its path and where it begins."""


_T = TypeVar("_T")
_NOTHING_HASH = 0x2545F491
_LONGEST_PATH = 14


@cache
def _text_hash(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def _number(value: object) -> int:
    if isinstance(value, str):
        return _text_hash(value)
    if value is None:
        return _NOTHING_HASH
    if isinstance(value, tuple):
        return hash(tuple(_number(item) for item in value))
    if isinstance(value, frozenset):
        return hash(tuple(sorted(_number(item) for item in value)))
    return hash(value)


class _Once(type):
    """Makes equal values one object: the same few are met again and again, and to hash one anew is dear."""

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        if named:
            return super().__call__(*arguments, **named)
        # 1 and True are equal, and are not the same value.
        key = (cls, *arguments) if cls.__name__ != "Literal" else (cls, type(arguments[0]), arguments[0])
        found = _KEPT.get(key)
        if found is None:
            found = _KEPT[key] = super().__call__(*arguments)
        return found


_KEPT: dict[tuple[object, ...], object] = {}


def forget_values() -> None:
    """Let go of the values that are kept to be found again, before another program is looked at."""
    _KEPT.clear()


class _Hashed(metaclass=_Once):
    """Keeps a value's hash and its spelling: values are put into sets, and in order, again and again."""

    __slots__ = ("cached_hash", "cached_spelling")

    cached_hash: int
    cached_spelling: str


def _stable(cls: type[_T]) -> type[_T]:
    """Give a value class a hash free of the hash seed, and a spelling that is made once."""
    shown = cls.__repr__

    def spelled(self: "_Hashed") -> str:
        try:
            return self.cached_spelling
        except AttributeError:
            made = shown(self)
            object.__setattr__(self, "cached_spelling", made)
            return made

    cls.__repr__ = spelled  # type: ignore[assignment,method-assign]
    names = tuple(field.name for field in fields(cls))  # type: ignore[arg-type]
    salt = _text_hash(cls.__name__)

    def stable_hash(self: "_Hashed") -> int:
        try:
            return self.cached_hash
        except AttributeError:
            value = hash((salt, *(_number(getattr(self, name)) for name in names)))
            object.__setattr__(self, "cached_hash", value)
            return value

    cls.__hash__ = stable_hash  # type: ignore[assignment,method-assign]
    return cls


@_stable
@record
class Unknown(_Hashed):
    """Anything. `hints` are names met on the way that mention Marketo (`MARKETO_WSDL`)."""

    hints: frozenset[str] = frozenset()


@_stable
@record
class String(_Hashed):
    """Text of which the parts are known; None stands for a part that is not.

    `origins` are the literals that gave the parts that matter.
    """

    parts: tuple[str | None, ...]
    origins: tuple[Place, ...] = ()
    hints: frozenset[str] = frozenset()

    @property
    def known(self) -> str | None:
        """The whole text where all of it is known."""
        return self.parts[0] if len(self.parts) == 1 else ("" if not self.parts else None)

    @property
    def text(self) -> str:
        """The known parts, a NUL where one is missing."""
        return "".join("\0" if part is None else part for part in self.parts)


@_stable
@record
class Literal(_Hashed):
    """None, a bool or a number."""

    value: int | float | complex | bool | None


@_stable
@record
class ModuleValue(_Hashed):
    """A module of the scanned program."""

    path: str


@_stable
@record
class External(_Hashed):
    """Something outside the program by its dotted name; `()` stands for a call: `requests.Session().post`."""

    name: str


@_stable
@record
class FunctionValue(_Hashed):
    """A function of the program; `receiver` is what it is bound to, `cell` the context that defined it.

    `flavour` is "", "static", "class", "property" or "context" (a `contextmanager`).
    """

    key: Key
    receiver: "Value | None" = None
    owner: Key | None = None
    cell: int = -1
    flavour: str = ""


@_stable
@record
class PartialValue(_Hashed):
    """A function with some arguments given, as by `functools.partial` or `task.s`."""

    function: "Value"
    positional: tuple[frozenset["Value"], ...]
    keywords: tuple[tuple[str, frozenset["Value"]], ...]


@_stable
@record
class Deferred(_Hashed):
    """A way to call a function later with its own arguments: `task.delay`, `task.apply_async`."""

    function: "Value"
    name: str


@_stable
@record
class ClassValue(_Hashed):
    """A class of the program."""

    key: Key


@_stable
@record
class Instance(_Hashed):
    """An object of a class of the program; `site` is None for "some instance"."""

    cls: Key
    site: Site | None


@_stable
@record
class Super(_Hashed):
    """`super()` inside a method of class `after`, for `receiver`."""

    receiver: "Value"
    after: Key


@_stable
@record
class Container(_Hashed):
    """A dict, list, tuple or set, or something that carries values along (`kind` "carrier")."""

    kind: str
    site: Site


@_stable
@record
class Method(_Hashed):
    """A method of a container, text or other value that is not called yet."""

    base: "Value"
    name: str


@_stable
@record
class Client(_Hashed):
    """A SOAP client made at `site` by `library` (None when only its use shows that it is one)."""

    site: Site
    library: str | None


@_stable
@record
class Part(_Hashed):
    """A part of a client: its "service", "factory", "operation" or "type" (`name` says which)."""

    client: Client
    role: str
    name: str | None = None


@_stable
@record
class Request(_Hashed):
    """A request object of WSDL type `type` made at `site`."""

    client: Client
    type: str
    site: Site


@_stable
@record
class Response(_Hashed):
    """What the SOAP operation called at `place` answered, or the part of it at `path` (`[]`: an item)."""

    place: Place
    path: tuple[str, ...] = ()
    operation: str | None = None

    def part(self, step: str) -> "Response":
        """The part one step further down; very long paths end."""
        return (
            self
            if len(self.path) >= _LONGEST_PATH
            else Response(self.place, (*self.path, step), self.operation)
        )


@_stable
@record
class Signature(_Hashed):
    """An HMAC-SHA1 computation, or text made from it."""

    place: Place


Value: TypeAlias = (
    Unknown
    | String
    | Literal
    | ModuleValue
    | External
    | FunctionValue
    | PartialValue
    | Deferred
    | ClassValue
    | Instance
    | Super
    | Container
    | Method
    | Client
    | Part
    | Request
    | Response
    | Signature
)
Values: TypeAlias = frozenset[Value]

NOTHING: Values = frozenset()
UNKNOWN: Values = frozenset((Unknown(),))


def place(path: str, at: At) -> Place:
    """The place of a node."""
    return path, at[0], at[1]


_WITH_CLIENT = frozenset((Client, Part, Request, Method, PartialValue))


def client_of(value: Value) -> Client | None:
    """The SOAP client that a value is or belongs to."""
    if type(value) not in _WITH_CLIENT:
        return None
    match value:
        case Client():
            return value
        case Part(client=client) | Request(client=client):
            return client
        case Method(base=base):
            return client_of(base)
        case PartialValue(function=function):
            return client_of(function)
        case _:
            return None
