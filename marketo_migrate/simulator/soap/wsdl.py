"""Writes the WSDL of a version from the rule files, for real SOAP libraries to read."""

from collections.abc import Iterator
from functools import cache
from xml.sax.saxutils import quoteattr

from marketo_migrate.model.soap import SoapField, SoapOperation, SoapType
from marketo_migrate.simulator.facts import soap_facts

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:tns="{namespace}"
    xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    name="mktows" targetNamespace="{namespace}">
"""
TRANSPORT = "http://schemas.xmlsoap.org/soap/http"


def wsdl(version: str, address: str) -> bytes:
    """The WSDL of an endpoint version such as `2_7`; `address` is where its operations are called."""
    return _document(soap_facts().known_version(version)).replace("{address}", _text(address)).encode()


def operations(version: str) -> list[SoapOperation]:
    """The operations of a version, in the WSDL's order."""
    facts = soap_facts()
    return [item for name, item in facts.operations.items() if facts.parameters(name, version) is not None]


@cache
def _document(version: str) -> str:
    parts = [
        HEAD.format(namespace=soap_facts().namespace),
        *_types(version),
        *_messages(version),
        *_port(version),
        *_binding(version),
        '<wsdl:service name="MktMktowsApiService">\n'
        '<wsdl:port name="MktowsApiSoapPort" binding="tns:MktowsApiSoapBinding">\n'
        '<soap:address location="{address}"/>\n</wsdl:port>\n</wsdl:service>\n</wsdl:definitions>\n',
    ]
    return "".join(parts)


def _types(version: str) -> Iterator[str]:
    facts = soap_facts()
    yield f"<wsdl:types>\n<xs:schema targetNamespace={quoteattr(facts.namespace)}>\n"
    for item in facts.types.values():
        if facts.includes(item, version):
            yield from _enumeration(item, version) if item.kind == "enum" else _complex(item, version)
    for header in facts.headers.values():
        yield f'<xs:element name="{header.name}" type="tns:{header.type}"/>\n'
    for operation in operations(version):
        yield f'<xs:element name="{operation.request_element}" type="tns:{operation.request_type}"/>\n'
        yield f'<xs:element name="{operation.response_element}" type="tns:{operation.response_type}"/>\n'
    yield "</xs:schema>\n</wsdl:types>\n"


def _enumeration(item: SoapType, version: str) -> Iterator[str]:
    yield f'<xs:simpleType name="{item.name}"><xs:restriction base="xs:string">\n'
    for value in soap_facts().values(item.name, version):
        yield f"<xs:enumeration value={quoteattr(value)}/>\n"
    yield "</xs:restriction></xs:simpleType>\n"


def _complex(item: SoapType, version: str) -> Iterator[str]:
    facts = soap_facts()
    abstract = ' abstract="true"' if item.abstract else ""
    yield f'<xs:complexType name="{item.name}"{abstract}>\n'
    if item.extends:
        yield f'<xs:complexContent><xs:extension base="tns:{item.extends}">\n'
    own = [field for field in item.fields if facts.includes(field, version)]
    if not item.abstract:
        yield "<xs:sequence>\n"
        yield from (_element(field) for field in own)
        yield "</xs:sequence>\n"
    if item.extends:
        yield "</xs:extension></xs:complexContent>\n"
    yield "</xs:complexType>\n"


def _element(field: SoapField) -> str:
    prefix = "tns" if field.type in soap_facts().types else "xs"
    low, high = int(field.required), "unbounded" if field.unbounded else "1"
    nil = str(field.nillable).lower()
    return (
        f'<xs:element name="{field.name}" type="{prefix}:{field.type}" '
        f'minOccurs="{low}" maxOccurs="{high}" nillable="{nil}"/>\n'
    )


def _messages(version: str) -> Iterator[str]:
    for header in soap_facts().headers.values():
        yield _message(header.name, header.part, header.name)
    for operation in operations(version):
        stem = _stem(operation)
        yield _message(f"{stem}Request", operation.request_element, operation.request_element)
        yield _message(f"{stem}Response", operation.response_element, operation.response_element)


def _message(name: str, part: str, element: str) -> str:
    return f'<wsdl:message name="{name}"><wsdl:part name="{part}" element="tns:{element}"/></wsdl:message>\n'


def _port(version: str) -> Iterator[str]:
    yield '<wsdl:portType name="MktowsPort">\n'
    for operation in operations(version):
        stem = _stem(operation)
        yield (
            f'<wsdl:operation name="{operation.name}"><wsdl:input message="tns:{stem}Request"/>'
            f'<wsdl:output message="tns:{stem}Response"/></wsdl:operation>\n'
        )
    yield "</wsdl:portType>\n"


def _binding(version: str) -> Iterator[str]:
    facts = soap_facts()
    yield '<wsdl:binding name="MktowsApiSoapBinding" type="tns:MktowsPort">\n'
    yield f'<soap:binding style="document" transport="{TRANSPORT}"/>\n'
    for operation in operations(version):
        headers = "".join(
            f'<soap:header use="literal" part="{facts.headers[name].part}" message="tns:{name}"/>'
            for name in operation.headers
        )
        yield (
            f'<wsdl:operation name="{operation.name}">'
            f'<soap:operation soapAction="{facts.namespace}{operation.name}"/>'
            f'<wsdl:input>{headers}<soap:body use="literal"/></wsdl:input>'
            '<wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation>\n'
        )
    yield "</wsdl:binding>\n"


def _stem(operation: SoapOperation) -> str:
    return operation.name[0].upper() + operation.name[1:]


def _text(address: str) -> str:
    return address.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
