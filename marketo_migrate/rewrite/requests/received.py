"""Records that a function is given and sends: they become REST records where its callers make them."""

import ast

from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.arguments import bind
from marketo_migrate.rewrite.requests.joining import joined
from marketo_migrate.rewrite.requests.reading import Consumed, Holder, Reading
from marketo_migrate.rewrite.requests.rest_forms import RestForms
from marketo_migrate.rewrite.requests.scope import Again, Scope
from marketo_migrate.rewrite.source import FunctionNode, Source
from marketo_migrate.rewrite.tree import Items, Node, Record


class Received:
    """Reads parameters that hold records, and converts what all callers give for them."""

    def __init__(self, program: Program, forms: RestForms, reading: Reading, consumed: Consumed) -> None:
        self._program = program
        self._forms = forms
        self._reading = reading
        self._consumed = consumed

    def parameter(
        self,
        node: ast.Name,
        function: FunctionNode,
        type_name: str,
        scope: Scope,
        again: Again,
        *,
        many: bool,
    ) -> Node:
        """What the callers of a function give for a parameter, which holds its REST form from now on."""
        source = scope.source
        key = (source.path, source.span(function)[0], node.id)
        self._consumed.read(source, node)
        if key in self._forms.variables:
            self._reading.holders |= self._forms.part_of.get(key, {key})
            return _as_read(self._forms.variables[key], node)
        if key in self._forms.making:
            raise Unconvertible(f"{function.name}() gives its request to itself", source, node)
        callers = self._callers(source, function, node)
        self._forms.making.add(key)
        before, self._reading.holders = self._reading.holders, {key}
        whole: Node | None = None
        for other, call in callers:
            made = self._given(other, call, source, function, node, type_name, again, key, many=many)
            whole = made if whole is None else joined(whole, made)
        assert whole is not None  # noqa: S101 - there are callers
        self._forms.variables[key] = whole
        self._consumed.kept[key] = (source, function, node.id)
        self._consumed.received.append((source, function))
        if many and type_name == "LeadRecord":
            self._consumed.lists.add(key)
        self._forms.part_of[key] = self._reading.holders
        self._reading.holders = before | self._reading.holders
        return _as_read(whole, node)

    def _callers(
        self, source: Source, function: FunctionNode, node: ast.Name
    ) -> list[tuple[Source, ast.Call]]:
        """All calls of a function, which must be known."""
        callers = self._program.callers(source, function)
        if not callers:
            raise Unconvertible(
                f"{function.name}() is given its request, and nothing in this code calls it", source, node
            )
        spec = function.args
        starred = {a.arg for a in (spec.vararg, spec.kwarg) if a is not None}
        if node.id in starred or function.decorator_list:
            raise Unconvertible(f"the request is made by the callers of {function.name}()", source, node)
        if not self._program.is_closed(source, function):
            raise Unconvertible(
                f"{function.name}() is given its request, and not every caller is known", source, node
            )
        for other, mention in self._program.mentions(source, function):
            raise Unconvertible(
                f"{function.name}(), which is given its request, is handed on as a function", other, mention
            )
        return callers

    def _given(
        self,
        other: Source,
        call: ast.Call,
        source: Source,
        function: FunctionNode,
        node: ast.Name,
        type_name: str,
        again: Again,
        key: Holder,
        *,
        many: bool,
    ) -> Node:
        """What one call gives, converted where it stands."""
        caller, statement = other.function(call), other.statement(call)
        here = Scope(other, caller, {}, statement, stays=True, handed=True)
        value, at = bind(call, function, here, source).get(node.id, (None, here))
        if value is None or at is not here:
            raise Unconvertible(f"{function.name}() is called without its request", other, call)
        made = again(value, here)
        if not (isinstance(value, ast.Name) and getattr(made, "text", None) is not None):
            is_attributes = type_name == "ArrayOfAttribute" or (many and type_name == "Attribute")
            self._forms.keep_value(other, value, made, key, is_attributes)
        return made


def _as_read(whole: Node, node: ast.Name) -> Node:
    """What a parameter holds, for one of the places that read it."""
    match whole:
        case Record():
            return Record(whole.type, whole.fields, lambda: node.id, sometimes=whole.sometimes)
        case Items():
            return Items(whole.items, lambda: node.id, whole.at_most)
        case _:
            raise Unconvertible(f"{node.id!r} is no record")
