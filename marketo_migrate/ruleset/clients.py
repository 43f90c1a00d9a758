"""Turns the checked client surfaces (`clients/*.yml`) into `Surfaces`."""

from collections.abc import Mapping, Sequence
from typing import Any

from marketo_migrate.model.surface import (
    AnswerObject,
    Argument,
    ClientSurface,
    Constructor,
    HttpSurface,
    Member,
    Role,
    Surfaces,
)


def build_surfaces(documents: Mapping[str, Any]) -> Surfaces:
    """The surfaces of checked documents by file stem; those with `kind: http` are added up."""
    clients = [_client(data) for _, data in sorted(documents.items()) if data.get("kind") != "http"]
    http = [data for data in documents.values() if data.get("kind") == "http"]
    return Surfaces(
        tuple(clients),
        HttpSurface(
            posts=_added_up(http, "posts"),
            post_methods=_added_up(http, "post_methods"),
            carriers=_added_up(http, "carriers"),
            roots=_added_up(http, "roots"),
        ),
    )


def _added_up(documents: Sequence[Any], key: str) -> frozenset[str]:
    return frozenset(name for data in documents for name in data[key])


def _client(data: Any) -> ClientSurface:
    return ClientSurface(
        name=data["name"],
        summary=data["summary"],
        modules=tuple(data["modules"]),
        distributions=tuple(data.get("distributions", ())),
        retired=data.get("retired", False),
        telling=data.get("telling", False),
        constructors=tuple(_constructor(item) for item in data.get("constructors", ())),
        roles={name: _role(item) for name, item in data["roles"].items()},
        answers={
            name: AnswerObject(dict(item["attributes"]), item.get("integers", False))
            for name, item in data.get("answers", {}).items()
        },
    )


def _constructor(data: Any) -> Constructor:
    return Constructor(
        names=tuple(data["names"]),
        endpoint=_arguments(data.get("endpoint", ())),
        secret=_arguments(data.get("secret", ())),
        markers=tuple(data.get("markers", ())),
    )


def _role(data: Any) -> Role:
    return Role(
        attributes={name: _member(item) for name, item in data.get("attributes", {}).items()},
        methods={name: _member(item) for name, item in data.get("methods", {}).items()},
        attribute=_optional(data.get("attribute")),
        item=_optional(data.get("item")),
        call=_optional(data.get("call")),
    )


def _optional(data: Any) -> Member | None:
    return None if data is None else _member(data)


def _member(data: Any) -> Member:
    name = data.get("name")
    return Member(
        returns=data.get("returns", ""),
        name=_argument(name) if name is not None else None,
        operation=data.get("operation"),
        endpoint=_arguments(data.get("endpoint", ())),
        header=_arguments(data.get("header", ())),
        parameters=tuple(data.get("parameters", ())),
        spelled=data.get("spelled"),
        answer=data.get("answer"),
    )


def _arguments(data: Any) -> tuple[Argument, ...]:
    return tuple(_argument(item) for item in data)


def _argument(data: Any) -> Argument:
    return Argument(data.get("position"), tuple(data.get("keywords", ())))
