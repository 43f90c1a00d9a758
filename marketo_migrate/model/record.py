"""Immutable records: dataclasses that are quick to define and to make.

A frozen dataclass of the standard library compiles ten functions of its own when its module is imported, one
at a time, and sets each attribute by way of `object.__setattr__`; with 250 such classes that was a third of
the start of a scan. Here only `__init__` is compiled: comparing, hashing and showing read the fields when
they are asked to. That nobody changes a record is for the type checker to see, it is not checked at run time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

_T = TypeVar("_T")


@overload
def record(cls: type[_T], /) -> type[_T]: ...


@overload
def record(
    *, eq: bool = True, order: bool = False, kw_only: bool = False
) -> Callable[[type[_T]], type[_T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(
    cls: type[_T] | None = None, /, *, eq: bool = True, order: bool = False, kw_only: bool = False
) -> type[_T] | Callable[[type[_T]], type[_T]]:
    """Make a class an immutable dataclass with slots, to be used as a decorator.

    `fields`, `replace` and `match` work as with any dataclass. `eq=False` leaves comparing and hashing by
    identity, `order` adds `<` and its kin by the fields in turn, `kw_only` takes no positional arguments.
    """

    def made(plain: type[_T]) -> type[_T]:
        kept: Any = dataclass(slots=True, repr=False, eq=False, kw_only=kw_only)(plain)
        if "__repr__" not in plain.__dict__:
            kept.__repr__ = _shown
        _VALUES[kept] = _reader([item.name for item in fields(kept)])
        _SHOWN[kept] = tuple(item.name for item in fields(kept) if item.repr)
        if eq:
            _compare(kept, ordered=order)
        return kept  # type: ignore[no-any-return]

    return made if cls is None else made(cls)


def values_of(item: object) -> tuple[Any, ...]:
    """The values of a record's fields in turn; of anything that is no record, none."""
    read = _VALUES.get(item.__class__)
    return read(item) if read is not None else ()


_VALUES: dict[type, Callable[[Any], tuple[Any, ...]]] = {}
_SHOWN: dict[type, tuple[str, ...]] = {}
"""The names of the fields that a record of each class shows."""


def _reader(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return (lambda item: (getattr(item, names[0]),)) if names else (lambda _: ())


def _compare(cls: Any, *, ordered: bool) -> None:
    """Compare by the fields, for records of the same class only."""
    values = _reader([item.name for item in fields(cls) if item.compare])

    def equal(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(values(self))

    def less(self: object, other: object) -> bool:
        return values(self) < values(other) if other.__class__ is self.__class__ else NotImplemented

    def at_most(self: object, other: object) -> bool:
        return values(self) <= values(other) if other.__class__ is self.__class__ else NotImplemented

    cls.__eq__, cls.__hash__ = equal, hashed
    if ordered:
        # Python asks the other operand for > and >=.
        cls.__lt__, cls.__le__ = less, at_most


def _shown(self: Any) -> str:
    """As a dataclass shows itself: `Place(line=1, column=2)`."""
    shown = ", ".join([f"{name}={getattr(self, name)!r}" for name in _SHOWN[type(self)]])
    return f"{type(self).__qualname__}({shown})"
