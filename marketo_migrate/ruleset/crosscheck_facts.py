"""Cross-checks of the fact files: the WSDL's types, the REST operations, the name tables, the targets."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from marketo_migrate.model.rest import Endpoint
from marketo_migrate.model.soap import SoapFacts, SoapOperation, SoapType
from marketo_migrate.model.template import placeholders
from marketo_migrate.ruleset.document import Steps
from marketo_migrate.ruleset.schema import Problem

_BRACES: Final = re.compile(r"\{(\w+)\}")


def check_soap(soap: SoapFacts) -> Iterator[Problem]:
    """Every type named exists, every version is listed, every signature is the request type's field order."""
    for name, item in soap.types.items():
        yield from _check_type(soap, item, ("types", name))
    for name, header in soap.headers.items():
        yield from _check_exists(soap, header.type, ("headers", name, "type"))
    for name, operation in soap.operations.items():
        yield from _check_soap_operation(soap, operation, ("operations", name))


def check_endpoints(endpoints: dict[str, Endpoint]) -> Iterator[Problem]:
    """Path parameters are those in the path's braces; a superseding operation exists."""
    for name, endpoint in endpoints.items():
        steps = ("endpoints", name)
        stated = {item.name for item in endpoint.parameters if item.place == "path"}
        if stated != set(_BRACES.findall(endpoint.path)):
            yield "the path parameters are not those in the path's braces", (*steps, "parameters")
        if endpoint.superseded_by is not None and endpoint.superseded_by not in endpoints:
            yield f"no REST operation {endpoint.superseded_by!r}", (*steps, "superseded_by")


def check_names(data: Any, soap: SoapFacts | None) -> Iterator[Problem]:
    """Names and ids in a table are unique; WSDL values of activity types exist."""
    table = "fields" if "fields" in data else "types"
    for key in ("rest", "soap", "label", "id", "name"):
        yield from _check_unique(data[table], key, table)
    if table == "fields" or soap is None:
        return
    known = soap.values("ActivityType")
    for index, item in enumerate(data["types"]):
        if "soap" in item and item["soap"] not in known:
            yield f"{item['soap']!r} is no value of the WSDL's ActivityType", ("types", index, "soap")


def check_targets(data: Any, endpoints: dict[str, Endpoint] | None) -> Iterator[Problem]:
    """Calls are of REST operations that exist, traps of calls are described."""
    traps = {item["id"] for item in data.get("traps", ())}
    yield from _check_unique(data.get("traps", ()), "id", "traps")
    for name, call in data["calls"].items():
        if endpoints is not None and name not in endpoints:
            yield f"no REST operation {name!r}", ("calls", name)
        for index, trap in enumerate(call.get("traps", ())):
            if trap not in traps:
                yield f"no trap {trap!r}", ("calls", name, "traps", index)
    for key in ("imports", "construct", "support"):
        try:
            placeholders(data.get(key, ""))
        except ValueError as error:
            yield str(error), (key,)


def _check_type(soap: SoapFacts, item: SoapType, steps: Steps) -> Iterator[Problem]:
    if item.extends is not None:
        yield from _check_exists(soap, item.extends, (*steps, "extends"))
    for index, field in enumerate(item.fields):
        yield from _check_exists(soap, field.type, (*steps, "fields", index, "type"))
        for bound in (field.since, field.until):
            if bound is not None and bound not in soap.versions:
                yield f"no version {bound!r}", (*steps, "fields", index)
    if item.kind == "list" and not (len(item.fields) == 1 and item.fields[0].unbounded):
        yield "a list type has one unbounded field", steps


def _check_soap_operation(soap: SoapFacts, operation: SoapOperation, steps: Steps) -> Iterator[Problem]:
    yield from _check_exists(soap, operation.request_type, (*steps, "request", "type"))
    yield from _check_exists(soap, operation.response_type, (*steps, "response", "type"))
    yield from _check_exists(soap, operation.result_type, (*steps, "response", "result"))
    for index, header in enumerate(operation.headers):
        if header not in soap.headers:
            yield f"no header {header!r}", (*steps, "headers", index)
    for version in soap.versions[soap.versions.index(soap.known_version(operation.since)) :]:
        fields = tuple(field.name for field in soap.fields(operation.request_type, version))
        if soap.parameters(operation.name, version) != fields:
            yield (
                f"the signature of version {version} is not the field order of {operation.request_type}",
                (*steps, "signature"),
            )


def _check_exists(soap: SoapFacts, name: str, steps: Steps) -> Iterator[Problem]:
    # Names in lower case are XML Schema's own types.
    if name[:1].isupper() and name not in soap.types:
        yield f"no type {name!r}", steps


def _check_unique(items: Iterable[Any], key: str, table: str) -> Iterator[Problem]:
    seen: set[object] = set()
    for index, item in enumerate(items):
        value = item.get(key)
        if value is not None and value in seen:
            yield f"{key} {value!r} stands twice", (table, index, key)
        seen.add(value)
