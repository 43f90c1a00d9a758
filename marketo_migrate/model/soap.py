"""Marketo's SOAP interface as data: the types and operations of its WSDL, by version."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from marketo_migrate.model.record import record

EACH = "[]"
"""After a list field in a path: every element."""

FIRST = "[0]"
"""After a list field in a path: the first element (in templates only)."""


@record
class SoapField:
    """An element of a type; `since`/`until` bound the WSDL versions that have it (None: no bound)."""

    name: str
    type: str
    required: bool
    unbounded: bool
    nillable: bool
    since: str | None
    until: str | None


@record
class SoapValue:
    """A value of an enumeration."""

    value: str
    since: str | None
    until: str | None


@record
class SoapType:
    """A WSDL type: an object with fields in wire order, a list (one unbounded field) or an enum.

    `extends` names the abstract type it stands in for (xsi:type), as LeadKeySelector does for LeadSelector.
    """

    name: str
    kind: Literal["object", "list", "enum", "simple"]
    fields: tuple[SoapField, ...]
    values: tuple[SoapValue, ...]
    extends: str | None
    abstract: bool
    since: str | None
    until: str | None


@record
class Signature:
    """What positional arguments mean in the versions from `since` up to and with `until` (None: the last)."""

    since: str
    until: str | None
    parameters: tuple[str, ...]


@record
class SoapOperation:
    """An operation: its elements and types, the headers it takes, the order of its arguments by version."""

    name: str
    since: str
    until: str | None
    request_element: str
    request_type: str
    response_element: str
    response_type: str
    result_type: str
    headers: tuple[str, ...]
    signatures: tuple[Signature, ...]


@record
class SoapHeader:
    """An element of soap:Header, and the message part that carries it (zeep's keyword in `_soapheaders`)."""

    name: str
    type: str
    part: str


@record(eq=False)
class SoapFacts:
    """The whole interface. `versions` are in order; an endpoint newer than the last one uses the last one."""

    namespace: str
    versions: tuple[str, ...]
    types: Mapping[str, SoapType]
    operations: Mapping[str, SoapOperation]
    headers: Mapping[str, SoapHeader]

    def known_version(self, version: str) -> str:
        """The listed version that stands for an endpoint's, "3_1" say: itself, or the nearest before."""
        earlier = [known for known in self.versions if version_key(known) <= version_key(version)]
        return earlier[-1] if earlier else self.versions[0]

    def includes(self, item: SoapField | SoapValue | SoapType | Signature, version: str) -> bool:
        """Whether a field, value, type or signature exists in an endpoint version."""
        at = version_key(self.known_version(version))
        after = item.since is None or version_key(item.since) <= at
        return after and (item.until is None or at <= version_key(item.until))

    def fields(self, type_name: str, version: str | None = None) -> tuple[SoapField, ...]:
        """The fields of a type in wire order, with those it inherits; None: of all versions."""
        found = self.types.get(type_name)
        if found is None:
            return ()
        inherited = self.fields(found.extends, version) if found.extends else ()
        own = tuple(field for field in found.fields if version is None or self.includes(field, version))
        return inherited + own

    def extensions(self, type_name: str) -> tuple[SoapType, ...]:
        """The types that may stand where `type_name` is declared (xsi:type)."""
        return tuple(item for item in self.types.values() if item.extends == type_name)

    def values(self, type_name: str, version: str | None = None) -> tuple[str, ...]:
        """The values of an enumeration; empty for any other type."""
        found = self.types.get(type_name)
        values = found.values if found else ()
        return tuple(item.value for item in values if version is None or self.includes(item, version))

    def parameters(self, operation: str, version: str) -> tuple[str, ...] | None:
        """The positional order of an operation in an endpoint version; None where it does not exist."""
        found = self.operations.get(operation)
        signatures = found.signatures if found else ()
        return next((item.parameters for item in signatures if self.includes(item, version)), None)

    def request_field(self, operation: str, path: str) -> SoapField | None:
        """The field a request path such as `listMemberList.leadKey[].keyValue` leads to, if any."""
        found = self.operations.get(operation)
        return self._field(found.request_type, path) if found else None

    def response_field(self, operation: str, path: str) -> SoapField | None:
        """The field a result path such as `leadRecordList.leadRecord[].Id` leads to, if any."""
        found = self.operations.get(operation)
        return self._field(found.result_type, path) if found else None

    def _field(self, type_name: str, path: str) -> SoapField | None:
        field: SoapField | None = None
        for step in path.split("."):
            name = step.removesuffix(EACH).removesuffix(FIRST)
            field = self._step(field.type if field else type_name, name)
            if field is None or (name != step and not field.unbounded):
                return None
        return field

    def _step(self, type_name: str, name: str) -> SoapField | None:
        """A field of a type, or of a type that may stand in for it."""
        for field in self.fields(type_name):
            if field.name == name:
                return field
        for extension in self.extensions(type_name):
            for field in extension.fields:
                if field.name == name:
                    return field
        return None


@lru_cache(maxsize=256)
def version_key(version: str) -> tuple[int, ...]:
    """Orders versions: "1_7" is (1, 7); what is not a number counts as 0."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("_"))
