"""The WSDL's types of the parts of a request: its fields and the elements of its lists."""

import ast

from marketo_migrate.model.soap import SoapFacts, SoapField
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.scope import Scope
from marketo_migrate.rewrite.tree import Items, Node, Record


def is_simple(soap: SoapFacts, type_name: str) -> bool:
    """Whether the values of a type are texts, numbers and the like, no objects."""
    kind = soap.types.get(type_name)
    return kind is None or kind.kind in ("enum", "simple")


def known_field(soap: SoapFacts, type_name: str, name: str, node: ast.AST, scope: Scope) -> SoapField:
    """The field of a type by its name; raises where the type has none."""
    for item in soap.fields(type_name):
        if item.name == name:
            return item
    raise Unconvertible(f"{type_name} has no element {name!r}", scope.source, node)


def element_of_field(soap: SoapFacts, item: SoapField) -> str:
    """The element type of a list field or of a field whose type is a list."""
    if item.unbounded:
        return item.type
    kind = soap.types.get(item.type)
    return kind.fields[0].type if kind is not None and kind.kind == "list" else item.type


def element_of(soap: SoapFacts, type_name: str, *, many: bool) -> str:
    """The type of what is appended to a value: `many` values of a type, or one value of a list type."""
    kind = soap.types.get(type_name)
    return kind.fields[0].type if not many and kind is not None and kind.kind == "list" else type_name


def element_of_path(
    soap: SoapFacts, target: Node, path: tuple[str, ...], type_name: str, *, many: bool
) -> str:
    """The same for a list further down: `path` are the fields that lead there from a value."""
    if isinstance(target, Items):
        return element_of(soap, type_name, many=many)
    current = target.type if isinstance(target, Record) else type_name
    if not path:
        return element_of(soap, current, many=many)
    for name in path:
        item = next((f for f in soap.fields(current) if f.name == name), None)
        if item is None:
            break
        current = item.type
        if item.unbounded:
            break
        kind = soap.types.get(current)
        if kind is not None and kind.kind == "list":
            current = kind.fields[0].type
            break
    return current
