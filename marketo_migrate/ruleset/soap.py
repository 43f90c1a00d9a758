"""Turns the checked WSDL facts (`soap/types.yml`) into `SoapFacts`."""

from typing import Any

from marketo_migrate.model.soap import (
    Signature,
    SoapFacts,
    SoapField,
    SoapHeader,
    SoapOperation,
    SoapType,
    SoapValue,
)


def build_soap(data: Any) -> SoapFacts:
    """The SOAP interface of a checked document."""
    return SoapFacts(
        namespace=data["namespace"],
        versions=tuple(data["versions"]),
        types={name: _type(name, item) for name, item in data["types"].items()},
        operations={name: _operation(name, item) for name, item in data["operations"].items()},
        headers={
            name: SoapHeader(name, item["type"], item["part"]) for name, item in data["headers"].items()
        },
    )


def _type(name: str, item: dict[str, Any]) -> SoapType:
    return SoapType(
        name=name,
        kind=item["kind"],
        fields=tuple(_field(field) for field in item.get("fields", ())),
        values=tuple(_value(value) for value in item.get("values", ())),
        extends=item.get("extends"),
        abstract=item.get("abstract", False),
        since=item.get("since"),
        until=item.get("until"),
    )


def _field(item: dict[str, Any]) -> SoapField:
    return SoapField(
        name=item["name"],
        type=item["type"],
        required=item["min"] > 0,
        unbounded=item["max"] == "unbounded",
        nillable=item.get("nillable", False),
        since=item.get("since"),
        until=item.get("until"),
    )


def _value(item: str | dict[str, Any]) -> SoapValue:
    if isinstance(item, str):
        return SoapValue(item, None, None)
    return SoapValue(item["value"], item.get("since"), item.get("until"))


def _operation(name: str, item: dict[str, Any]) -> SoapOperation:
    request, response = item["request"], item["response"]
    return SoapOperation(
        name=name,
        since=item["since"],
        until=item.get("until"),
        request_element=request["element"],
        request_type=request["type"],
        response_element=response["element"],
        response_type=response["type"],
        result_type=response["result"],
        headers=tuple(item["headers"]),
        signatures=tuple(
            Signature(part["since"], part.get("until"), tuple(part["parameters"]))
            for part in item["signature"]
        ),
    )
