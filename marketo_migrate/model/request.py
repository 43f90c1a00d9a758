"""A SOAP request as the source builds it: a tree over WSDL elements, user expressions as leaves."""

from typing import TypeAlias

from marketo_migrate.model.record import record


@record
class Leaf:
    """A value: its source expression (None: not one expression), and its constant when that is known.

    `among` are all constants it may be, where these are several that are known; `seen` are texts that it is
    somewhere, beside others that may not be known.
    """

    text: str | None
    constant: str | int | float | bool | None = None
    is_constant: bool = False
    among: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()


@record
class Record:
    """An object by element name; `type` is its WSDL type if known, `complete`: all fields are known."""

    fields: tuple[tuple[str, "Tree"], ...]
    type: str | None = None
    complete: bool = True

    def field(self, name: str) -> "Tree | None":
        """The value of an element, None when it is not given."""
        return next((value for key, value in self.fields if key == name), None)


@record
class Items:
    """A list; `complete`: these are all its items, `text` is the source of the whole list if it is one.

    Where `counted` is false an item stands for any number of its kind, `at_most` (None: no bound) in all.
    """

    items: tuple["Tree", ...]
    complete: bool = True
    text: str | None = None
    counted: bool = True
    at_most: int | None = None


Tree: TypeAlias = Leaf | Record | Items
