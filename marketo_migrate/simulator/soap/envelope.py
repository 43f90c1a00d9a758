"""Reads a SOAP request into plain data by its WSDL types, and writes an answer from plain data.

Plain data is: text for every leaf of a request (the type says what it means), Python values for the leaves
of an answer, a dict for an object, a list for repeated elements.
"""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeAlias
from xml.sax.saxutils import escape

from marketo_migrate.model.record import record
from marketo_migrate.model.soap import SoapField, SoapOperation
from marketo_migrate.simulator.clock import parse_time, zone_text
from marketo_migrate.simulator.facts import soap_facts
from marketo_migrate.simulator.soap.faults import ENVELOPE, SoapFaultError
from marketo_migrate.simulator.values import truth

INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
TYPE = "xsi:type"
PARSERS: Mapping[str, Callable[[str], object]] = {
    "int": int,
    "long": int,
    "integer": int,
    "boolean": truth,
    "dateTime": parse_time,
}
"""What reads XML Schema's own types; any other is text."""
"""The key under which an object that stands in for an abstract type says which one it is."""

Sent: TypeAlias = "str | dict[str, Sent] | list[Sent] | None"
Answered: TypeAlias = "str | int | bool | datetime | Mapping[str, Answered] | Iterable[Answered] | None"


@record
class Call:
    """A request that was understood: the operation, its arguments, and the header elements by name."""

    operation: SoapOperation
    arguments: dict[str, Sent]
    headers: dict[str, dict[str, str]]


def read_call(body: bytes, version: str, remark: Callable[[str], None]) -> Call:
    """Read an envelope.

    Elements that the type does not have are passed over, as Marketo did; `remark` is told of each.

    Raises:
        SoapFaultError: 20012 for what is no envelope, 20019 for an operation the version does not have,
            20017 for a missing element, 20110 for a value outside its enumeration.

    """
    try:
        root = ET.fromstring(body)  # noqa: S314 - the simulator reads what its own user sends
    except ET.ParseError as error:
        raise SoapFaultError("20012", f"The message is not XML: {error}") from error
    envelope_body = root.find(f"{{{ENVELOPE}}}Body")
    request = next(iter(envelope_body), None) if envelope_body is not None else None
    if request is None:
        raise SoapFaultError("20012", "The message has no soap:Body with a request in it")
    operation = _operation(_local(request.tag), version)
    arguments = _Reader(version, remark).read_object(request, operation.request_type)
    header = root.find(f"{{{ENVELOPE}}}Header")
    found = header if header is not None else ()
    headers = {
        _local(item.tag): {_local(leaf.tag): (leaf.text or "").strip() for leaf in item} for item in found
    }
    return Call(operation, arguments, headers)


def answer_envelope(operation: SoapOperation, result: Mapping[str, Answered], version: str) -> bytes:
    """Write the answer to a call: `result` holds the fields of the operation's result type."""
    field = soap_facts().fields(operation.response_type, version)[0]
    inner = "".join(_write(field, result, version))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{ENVELOPE}" xmlns:xsi="{INSTANCE}" '
        f'xmlns:ns1="{soap_facts().namespace}"><SOAP-ENV:Body><ns1:{operation.response_element}>{inner}'
        f"</ns1:{operation.response_element}></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


def _operation(element: str, version: str) -> SoapOperation:
    facts = soap_facts()
    for operation in facts.operations.values():
        if operation.request_element == element and facts.parameters(operation.name, version) is not None:
            return operation
    raise SoapFaultError("20019", f"{element} is not in version {version} of the WSDL")


@record
class _Reader:
    version: str
    remark: Callable[[str], None]

    def read_object(self, element: ET.Element, type_name: str) -> dict[str, Sent]:
        """Read the children of an object; the order of elements is not held against the client."""
        named = self._actual_type(element, type_name)
        fields = {field.name: field for field in soap_facts().fields(named, self.version)}
        values: dict[str, Sent] = {TYPE: named} if named != type_name else {}
        for child in element:
            name = _local(child.tag)
            field = fields.get(name)
            if field is None:
                self.remark(f"<{name}> is not an element of {named}; Marketo passed over it")
            elif field.unbounded:
                self._append(values, name, self._read(child, field))
            else:
                values[name] = self._read(child, field)
        missing = [name for name, field in fields.items() if field.required and name not in values]
        if missing:
            raise SoapFaultError("20017", f"{named}: {', '.join(missing)} missing")
        return values

    def _read(self, element: ET.Element, field: SoapField) -> Sent:
        if element.get(f"{{{INSTANCE}}}nil") in {"true", "1"}:
            return None
        kind = soap_facts().types.get(field.type)
        if kind is None:
            return self._leaf(field, element.text or "")
        if kind.kind == "enum":
            return self._value(field, (element.text or "").strip())
        return self.read_object(element, field.type)

    def _leaf(self, field: SoapField, text: str) -> str:
        """A text that fits XML Schema's own type; an empty one counts as not given."""
        try:
            if text.strip() and field.type in PARSERS:
                PARSERS[field.type](text.strip())
        except ValueError as error:
            raise SoapFaultError("20110", f"{field.name}: '{text}' is not a {field.type}") from error
        return text

    def _value(self, field: SoapField, text: str) -> str:
        if text not in soap_facts().values(field.type, self.version):
            raise SoapFaultError("20110", f"{field.name}: '{text}' is not a {field.type}")
        return text

    def _actual_type(self, element: ET.Element, type_name: str) -> str:
        named = element.get(f"{{{INSTANCE}}}type")
        if named is not None:
            return named.rpartition(":")[2]
        if soap_facts().types[type_name].abstract:
            raise SoapFaultError("20110", f"{_local(element.tag)} needs an xsi:type")
        return type_name

    @staticmethod
    def _append(values: dict[str, Sent], name: str, item: Sent) -> None:
        held = values.setdefault(name, [])
        if isinstance(held, list):
            held.append(item)


def _write(field: SoapField, value: Answered, version: str) -> Iterable[str]:
    if field.unbounded:
        items = value if isinstance(value, Iterable) and not isinstance(value, str | Mapping) else ()
        for item in items:
            yield from _write_one(field, item, version)
    elif value is not None or field.nillable:
        yield from _write_one(field, value, version)


def _write_one(field: SoapField, value: Answered, version: str) -> Iterable[str]:
    if value is None:
        yield f'<{field.name} xsi:nil="true"/>'
    elif isinstance(value, Mapping):
        yield f"<{field.name}>"
        for inner in soap_facts().fields(field.type, version):
            yield from _write(inner, value.get(inner.name), version)
        yield f"</{field.name}>"
    else:
        yield f"<{field.name}>{escape(_text(value))}</{field.name}>"


def _text(value: Answered) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return zone_text(value)
        case _:
            return str(value)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
