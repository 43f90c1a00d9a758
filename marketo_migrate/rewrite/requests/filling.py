"""Objects and lists of a request as statements fill them: a field that is set, a list that grows."""

import ast
from collections.abc import Callable
from typing import TypeAlias

from marketo_migrate.model.soap import SoapFacts, SoapField
from marketo_migrate.rewrite.bounds import at_most
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.elements import (
    element_of,
    element_of_field,
    element_of_path,
    known_field,
)
from marketo_migrate.rewrite.requests.joining import spread
from marketo_migrate.rewrite.requests.objects import Objects
from marketo_migrate.rewrite.requests.scope import Scope
from marketo_migrate.rewrite.requests.texts import Texts
from marketo_migrate.rewrite.tree import Each, Items, Leaf, Make, Node, Record

ReadValue: TypeAlias = Callable[[ast.expr, str, Scope], Node]
"""Reads an expression as a value of a type."""

ReadItems: TypeAlias = Callable[[ast.expr, str, Scope], Items]
"""Reads an expression as a list of values of a type."""


class Filling:
    """Fills trees; `value` and `items` read what they are filled with."""

    def __init__(
        self,
        program: Program,
        soap: SoapFacts,
        objects: Objects,
        texts: Texts,
        *,
        value: ReadValue,
        items: ReadItems,
    ) -> None:
        self._program = program
        self._soap = soap
        self._objects = objects
        self._texts = texts
        self._value = value
        self._items = items

    def field(self, node: ast.expr, item: SoapField, scope: Scope) -> Node | None:
        """The value of a field; None where it is the constant None."""
        if isinstance(node, ast.Constant) and node.value is None:
            return None
        if item.unbounded:
            return self._items(node, item.type, scope)
        return self._value(node, item.type, scope)

    def put(self, record: Record, path: tuple[str, ...], value: ast.expr, scope: Scope) -> None:
        """`record.a.b = value`."""
        item = known_field(self._soap, record.type, path[0], value, scope)
        if len(path) == 1:
            node = self.field(value, item, scope)
            if node is None:
                record.fields.pop(path[0], None)
            else:
                record.fields[path[0]] = node
            return
        inner = self._inner(record, item)
        if isinstance(inner, Record):
            self.put(inner, path[1:], value, scope)
        elif len(path) == 2:
            inner.items = self._items(value, element_of_field(self._soap, item), scope).items
        else:
            raise Unconvertible(
                "a part of the request is filled in a way that is not known", scope.source, value
            )

    def apply(
        self,
        target: Node,
        path: tuple[str, ...],
        kind: str,
        given: ast.expr,
        scope: Scope,
        type_name: str,
        loops: tuple[ast.For, ...] = (),
        *,
        many: bool,
    ) -> None:
        """One statement that fills an object or list, in these loops, the outermost first."""
        if kind == "unset" and isinstance(target, Record) and len(path) == 1 and not loops:
            target.fields.pop(path[0], None)
            return
        if kind == "set":
            if loops or not isinstance(target, Record | Items):
                raise Unconvertible("a request object is filled in a loop", scope.source, given)
            only = target.items[0] if isinstance(target, Items) and len(target.items) == 1 else target
            if isinstance(only, Record) and path:
                self.put(only, path, given, scope)
            elif isinstance(target, Record):
                self.put(target, path, given, scope)
            else:
                target.items = self._items(given, element_of(self._soap, type_name, many=many), scope).items
            return
        if kind == "update" and not loops and not path and isinstance(target, Record):
            for name, value, at in self._objects.unpacked(given, scope):
                self.put(target, (name,), value, at)
            return
        items = self._list_in(target, path, type_name, scope, given)
        element = element_of_path(self._soap, target, path, type_name, many=many)
        if kind == "extend":
            extension = self._items(given, element, scope)
            if extension.text is not None and not items.items and items.text is None and not loops:
                items.text, items.at_most = extension.text, extension.at_most
                items.items.extend(extension.items)
                return
            if items.text is not None:
                items.items[:], items.text = spread(items), None
            added = spread(extension)
        elif kind == "append":
            added = [self._value(given, element, scope)]
        else:
            raise Unconvertible("a request is filled by update()", scope.source, given)
        if loops:
            clauses = self._texts.loop_clauses(loops, scope, given)
            if not items.items and len(loops) == len(added) == 1 and not isinstance(added[0], Each):
                items.at_most = at_most(self._program, scope.source, loops[0].iter)
            added = [
                Each(_both(clauses, item.clauses), item.item)
                if isinstance(item, Each)
                else Each(clauses, item)
                for item in added
            ]
        items.items.extend(added)

    def _inner(self, record: Record, item: SoapField) -> Record | Items:
        """The object in a field, made if need be."""
        empty: Record | Items = Items() if item.unbounded else Record(item.type)
        inner = record.fields.setdefault(item.name, empty)
        if isinstance(inner, Leaf):
            raise Unconvertible(f"{item.name} is no object here")
        return inner

    def _list_in(
        self, target: Node, path: tuple[str, ...], type_name: str, scope: Scope, node: ast.AST
    ) -> Items:
        if isinstance(target, Items):
            return target
        kind = self._soap.types.get(target.type) if isinstance(target, Record) else None
        if isinstance(target, Record) and not path and kind is not None and kind.kind == "list":
            path = (kind.fields[0].name,)
        if isinstance(target, Record) and path:
            item = known_field(self._soap, target.type, path[0], node, scope)
            inner = self._inner(target, item)
            if isinstance(inner, Items):
                return inner
            return self._list_in(inner, path[1:], item.type, scope, node)
        raise Unconvertible("a list in the request is filled in a way that is not known", scope.source, node)


def _both(first: Make, second: Make) -> Make:
    def both() -> str:
        return f"{first()} {second()}".strip()

    return both
