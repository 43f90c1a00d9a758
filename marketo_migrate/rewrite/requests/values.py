"""The values of a request by their WSDL types: objects, lists and simple values."""

import ast
from collections.abc import Iterable
from dataclasses import replace

from marketo_migrate.model.soap import SoapFacts, SoapField
from marketo_migrate.rewrite.bounds import at_most
from marketo_migrate.rewrite.literals import copied_items
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.collected import Collected
from marketo_migrate.rewrite.requests.elements import is_simple
from marketo_migrate.rewrite.requests.elsewhere import Elsewhere
from marketo_migrate.rewrite.requests.filling import Filling
from marketo_migrate.rewrite.requests.folding import Folding
from marketo_migrate.rewrite.requests.in_place import Keeping
from marketo_migrate.rewrite.requests.joining import joined, spread
from marketo_migrate.rewrite.requests.key_parts import KeyParts
from marketo_migrate.rewrite.requests.leaves import Leaves
from marketo_migrate.rewrite.requests.objects import Objects
from marketo_migrate.rewrite.requests.reading import Consumed, Reading
from marketo_migrate.rewrite.requests.received import Received
from marketo_migrate.rewrite.requests.rest_forms import RestForms
from marketo_migrate.rewrite.requests.scope import Given, Scope, through
from marketo_migrate.rewrite.requests.stored import Stored
from marketo_migrate.rewrite.requests.texts import Texts
from marketo_migrate.rewrite.requests.touches import Variables
from marketo_migrate.rewrite.requests.unpacking import Partly
from marketo_migrate.rewrite.requests.unrolling import unrolled
from marketo_migrate.rewrite.tree import Each, Items, Leaf, Node, Record, Unpacked

_MAX_DEPTH = 24


class Values:
    """Reads the values of one request.

    A value that is made somewhere else leads back here, for what a variable is given or a function returns.
    """

    def __init__(
        self,
        program: Program,
        soap: SoapFacts,
        variables: Variables,
        objects: Objects,
        texts: Texts,
        forms: RestForms,
        reading: Reading,
        consumed: Consumed,
    ) -> None:
        self._program = program
        self._soap = soap
        self._objects = objects
        self._texts = texts
        self._leaves = Leaves(program, variables, texts)
        self._filling = Filling(program, soap, objects, texts, value=self.value, items=self.items)
        keeping = Keeping(forms, self._filling, texts, reading, consumed)
        folding = Folding(self._filling, reading)
        stored = Stored(program, self._filling, texts, forms, reading, consumed)
        collected = Collected(program, forms, keeping, reading, consumed)
        received = Received(program, forms, reading, consumed)
        keys = KeyParts(program, self._filling, forms, consumed)
        self._elsewhere = Elsewhere(
            program, variables, folding, keeping, stored, received, collected, keys, reading, consumed
        )
        self._consumed = consumed
        self._depth = 0

    def arguments(self, call: ast.Call, operation: str, given: Iterable[Given], scope: Scope) -> Record:
        """The request of a call of an operation that gets these arguments by name."""
        kind = self._soap.operations[operation].request_type
        fields = {item.name: item for item in self._soap.fields(kind)}
        result = Record(kind)
        for name, value, at in given:
            if name not in fields:
                raise Unconvertible(f"{operation} has no parameter {name!r}", scope.source, call)
            node = self._filling.field(value, fields[name], at)
            if node is not None:
                result.fields[name] = node
        return result

    def partly(self, request: Record, partly: Partly, scope: Scope) -> None:
        """Put the fields into a request that a dict holds on some ways only."""
        fields = {item.name: item for item in self._soap.fields(request.type)}
        writes: list[tuple[ast.AST, list[tuple[str, Node]]]] = []
        for write in partly.writes:
            at = replace(scope, use=write.statement, moves=(), sent=None)
            found: list[tuple[str, Node]] = []
            for name, value in write.entries:
                if name not in partly.sometimes:
                    continue
                node = self._filling.field(value, fields[name], at) if name in fields else None
                if node is None:
                    raise Unconvertible(f"what {name!r} is given cannot be followed", scope.source, value)
                found.append((name, node))
                request.fields[name] = joined(request.fields[name], node) if name in request.fields else node
            if found or write is partly.writes[0]:
                writes.append((write.place, found))
        request.unpacked = Unpacked(partly.variable, writes)

    def value(self, node: ast.expr, type_name: str, scope: Scope) -> Node:
        """An expression as a value of a WSDL type."""
        kind = self._soap.types.get(type_name)
        if kind is None or kind.kind in ("enum", "simple"):
            return self._leaves.leaf(node, scope)
        if self._depth > _MAX_DEPTH:
            raise Unconvertible("the request is built in too many steps", scope.source, node)
        self._depth += 1
        try:
            if kind.kind == "list":
                return self._array(node, type_name, kind.fields[0], scope)
            return self._record(node, type_name, scope)
        finally:
            self._depth -= 1

    def items(self, node: ast.expr, element: str, scope: Scope) -> Items:
        """An expression as a list of values of a type."""
        node = self._unguarded(node, scope)
        bound = at_most(self._program, scope.source, node)
        match node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                result = Items(at_most=bound)
                for item in elements:
                    if isinstance(item, ast.Starred):
                        copied = replace(scope, sent=None)
                        result.items.extend(spread(self.items(item.value, element, copied)))
                    else:
                        result.items.append(self.value(item, element, scope))
                return result
            case ast.ListComp() | ast.GeneratorExp():
                first = node.generators[0]
                plain = len(node.generators) == 1 and not first.ifs
                display = unrolled(first.target, first.iter, scope) if plain else []
                if display:
                    each = [replace(scope, bound={**scope.bound, **row}) for row in display]
                    return Items([self.value(node.elt, element, one) for one in each])
                names = {n.id for g in node.generators for n in walk(g.target) if isinstance(n, ast.Name)}
                inside = replace(scope, inner=scope.inner | names)
                inner = self.value(node.elt, element, inside)
                return Items([Each(self._texts.clauses(node, inside), inner)], at_most=bound)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                copied = replace(scope, sent=None)
                before, after = self.items(left, element, copied), self.items(right, element, copied)
                return Items([*spread(before), *spread(after)])
            case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted"), args=[only], keywords=[]) if (
                not is_simple(self._soap, element)
            ):
                return self.items(only, element, replace(scope, sent=None))
        if is_simple(self._soap, element):
            return self._simple_items(node, scope, bound)
        if isinstance(node, ast.Dict) or self._objects.pairs(node, element, scope) is not None:
            return Items([self.value(node, element, scope)])
        found = self._elsewhere.made(
            node, element, scope, lambda i, at: self._listed(i, element, at), many=True
        )
        if isinstance(found, Items):
            return found
        return Items([found])

    def _record(self, node: ast.expr, type_name: str, scope: Scope) -> Node:
        pairs = self._objects.pairs(node, type_name, scope)
        if pairs is not None:
            return self._filled(pairs, self._objects.concrete(node, type_name, scope))
        return self._elsewhere.made(
            node, type_name, scope, lambda inner, at: self._record(inner, type_name, at)
        )

    def _filled(self, pairs: Iterable[Given], type_name: str) -> Record:
        result = Record(type_name)
        for name, value, at in pairs:
            self._filling.put(result, (name,), value, at)
        return result

    def _array(self, node: ast.expr, type_name: str, inner: SoapField, scope: Scope) -> Node:
        """A list type: an object with one list field, or the list itself."""
        node = self._unguarded(node, scope)
        if isinstance(
            node, ast.List | ast.Tuple | ast.ListComp | ast.GeneratorExp | ast.BinOp | ast.Subscript
        ):
            return Record(type_name, {inner.name: self.items(node, inner.type, scope)})
        pairs = self._objects.pairs(node, type_name, scope)
        if pairs is not None:
            own = {f.name for f in self._soap.fields(inner.type)}
            if pairs and all(name in own for name, *_ in pairs) and inner.name not in own:
                return Record(type_name, {inner.name: Items([self._filled(pairs, inner.type)])})
            return self._filled(pairs, type_name)
        return self._elsewhere.made(
            node, type_name, scope, lambda i, at: self._array(i, type_name, inner, at)
        )

    def _unguarded(self, node: ast.expr, scope: Scope) -> ast.expr:
        """What stands before a guard against an empty list; to send none is the same as to send nothing."""
        match node:
            case ast.IfExp(test=ast.Name() as test, body=body, orelse=ast.Constant(value=None)):
                if not _only_holds(body, test.id):
                    return node
            case ast.BoolOp(op=ast.Or(), values=[ast.Name() as test, ast.Constant(value=None)]):
                body = test
            case _:
                return node
        self._consumed.read(scope.source, test)
        return body

    def _simple_items(self, node: ast.expr, scope: Scope, bound: int | None) -> Items:
        """A list of simple values that is no display here; its items where they are constants elsewhere."""
        text = self._texts.value(node, scope)
        actual, at = through(_original(node), scope)
        constants = copied_items(self._program, at.source, actual)
        if constants is None:
            return Items([Each(lambda: "", Leaf(lambda: ""))], text, bound)
        quote = scope.source.literal
        leaves = [
            Leaf(lambda v=item.value: quote(v) if isinstance(v, str) else repr(v), item.value, True)  # type: ignore[misc, arg-type]
            for item in constants
        ]
        return Items(list(leaves), text, len(leaves))

    def _listed(self, node: ast.expr, element: str, scope: Scope) -> Node:
        return self.items(node, element, scope)


def _original(node: ast.expr) -> ast.expr:
    """The variable that a list is a copy of, the list itself if it is none."""
    match node:
        case ast.Call(func=ast.Name(id="list" | "tuple"), args=[ast.Name() as name], keywords=[]):
            return name
    return node


def _only_holds(node: ast.expr, name: str) -> bool:
    """Whether an object is made of one list only."""
    match node:
        case ast.Name(id=found):
            return found == name
        case ast.Dict(values=[only]) | ast.Call(args=[only], keywords=[]):
            return _only_holds(only, name)
        case ast.Call(args=[], keywords=[ast.keyword(value=only)]):
            return _only_holds(only, name)
    return False
