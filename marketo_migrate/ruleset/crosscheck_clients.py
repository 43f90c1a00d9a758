"""Checks of client surfaces: the roles they lead to and the SOAP methods they call exist."""

from collections.abc import Iterator, Mapping
from typing import Any

from marketo_migrate.ruleset.document import Steps

_ROLES = frozenset(
    {
        "",
        "client",
        "constructor",
        "message",
        "operation",
        "request",
        "response",
        "service-or-operation",
        "type",
        "wsdl",
    }
)
"""What a member may give without a role of that name in its file."""


def check_client(data: Mapping[str, Any], operations: frozenset[str]) -> Iterator[tuple[str, Steps]]:
    """The problems of a surface that follows its schema; `operations` are the names of SOAP methods."""
    roles = data.get("roles", {})
    if roles and "client" not in roles:
        yield "the role 'client' is missing: it is where a constructor leads to", ("roles",)
    for role, members in roles.items():
        for steps, member in _members(members):
            place = ("roles", role, *steps)
            returns = member.get("returns", "")
            if returns not in _ROLES and returns not in roles:
                yield f"{returns!r} is no role of this file", (*place, "returns")
            operation = member.get("operation")
            if operation is not None and operations and operation not in operations:
                yield f"Marketo's SOAP API has no method {operation!r}", (*place, "operation")


def _members(role: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    for group in ("attributes", "methods"):
        for name, member in role.get(group, {}).items():
            yield (group, name), member
    for name in ("attribute", "item", "call"):
        if name in role:
            yield (name,), role[name]
