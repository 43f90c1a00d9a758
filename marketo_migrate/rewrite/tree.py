"""A request as the source builds it: values by WSDL element, each with the text that gives it in REST."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from marketo_migrate.model import request as model

Make: TypeAlias = Callable[[], str]


@dataclass(slots=True)
class Leaf:
    """A simple value: its text, its constant if it is one, whether it may be None, its Python type if known.

    `names` are all texts it may be, where they are known; `seen` are texts that callers hand over, beside whatever else
    they do. `is_open` tells of one that is made of what callers give or
    a loop goes through: it is a constant because all that is given there happens to be the same. `is_rest` tells of one that has
    the form that REST wants.
    """

    text: Make
    constant: str | int | float | bool | None = None
    is_constant: bool = False
    nullable: bool = False
    kind: str | None = None
    names: tuple[str, ...] | None = None
    is_open: bool = False
    seen: tuple[str, ...] = ()
    is_rest: bool = False


@dataclass(slots=True)
class Unpacked:
    """A dict that is unpacked into the call. `writes` are the places that put elements into it, with what they put in."""

    variable: str
    writes: list[tuple[ast.AST, list[tuple[str, "Node"]]]]

    @property
    def names(self) -> frozenset[str]:
        """The elements that it may hold."""
        return frozenset(name for _, entries in self.writes for name, _ in entries)


@dataclass(slots=True)
class Record:
    """An object. `text`, where given, is an expression that holds the REST form of all of it.

    `unpacked` holds those of the fields of a whole request that are given on some ways only, `sometimes` the keys
    of a lead that are, each way having one of them.
    """

    type: str
    fields: dict[str, "Node"] = field(default_factory=dict)
    text: Make | None = None
    unpacked: Unpacked | None = None
    sometimes: frozenset[str] = frozenset()


@dataclass(slots=True)
class Each:
    """One item for every run of the clauses `for … in … if …`."""

    clauses: Make
    item: "Node"


@dataclass(slots=True)
class Items:
    """A list. `text`, where given, is an expression that holds the REST form of all of it."""

    items: list["Node | Each"] = field(default_factory=list)
    text: Make | None = None
    at_most: int | None = None


Node: TypeAlias = Leaf | Record | Items


def as_model(node: Node) -> model.Tree:
    """The tree as the rules' conditions see it."""
    match node:
        case Leaf():
            among = node.names if node.names and not node.is_constant else ()
            return model.Leaf(None, node.constant, node.is_constant, among or (), node.seen)
        case Record():
            return as_record(node)
        case Items():
            counted = all(not isinstance(item, Each) for item in node.items)
            items = tuple(
                one for item in node.items for one in _each(item.item if isinstance(item, Each) else item)
            )
            return model.Items(items, True, None, counted, node.at_most)


def as_record(node: Record) -> model.Record:
    """A whole request as the rules' conditions see it."""
    fields = tuple(sorted((name, as_model(value)) for name, value in node.fields.items()))
    return model.Record(fields, node.type, True)


def _each(node: Node) -> Iterator[model.Tree]:
    """An item for the rules: one for each name that an attribute may have."""
    name = node.fields.get("attrName") if isinstance(node, Record) else None
    whole = as_model(node)
    if not isinstance(name, Leaf) or not name.names or not isinstance(whole, model.Record):
        yield whole
        return
    for text in name.names:
        fields = tuple((k, model.Leaf(None, text, True) if k == "attrName" else v) for k, v in whole.fields)
        yield model.Record(fields, whole.type, whole.complete)


def walk(node: "Node | Each") -> Iterator["Node | Each"]:
    """A node and all nodes in it."""
    yield node
    match node:
        case Record():
            for value in node.fields.values():
                yield from walk(value)
        case Items():
            for item in node.items:
                yield from walk(item)
        case Each():
            yield from walk(node.item)
        case Leaf():
            pass
