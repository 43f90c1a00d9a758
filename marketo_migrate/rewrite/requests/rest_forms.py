"""The REST form that variables and functions hold from now on: what is known of it, and its texts in their place."""

import ast
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.rendering import Renderer
from marketo_migrate.rewrite.requests.reading import Consumed, Holder
from marketo_migrate.rewrite.requests.unpacking import Partly
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.tree import Each, Items, Leaf, Node, Record


class RestForms:
    """What holds a REST form, for all requests of a unit.

    `variables` and `functions` give what each holds; `part_of` tells what else holds a part of it, `making`
    are those that were begun; `stored` are the objects that attributes held, by the statements that made them.
    `renderer` gives the REST text of a tree, `drop` takes a statement away.
    """

    def __init__(
        self, renderer: Renderer, drop: Callable[[Source, ast.stmt], None], consumed: Consumed
    ) -> None:
        self._renderer = renderer
        self._consumed = consumed
        self._soap_names: set[Holder] = set()
        self.drop = drop
        self.functions: dict[Holder, Node] = {}
        self.variables: dict[Holder, Node] = {}
        self.part_of: dict[Holder, set[Holder]] = {}
        self.making: set[Holder] = set()
        self.stored: dict[tuple[str, int, int, str], Record] = {}

    @property
    def empties(self) -> bool:
        """Whether None in an attribute empties a field, as null does in REST."""
        return self._renderer.empties

    def key_text(self, name: str, leaf: Leaf, source: Source) -> str:
        """The REST text of a part of a lead key."""
        return self._renderer.key_text(name, leaf, source)

    def drop_filled(self, source: Source, partly: Partly) -> None:
        """The statements that put entries into a dict which it has on every way are to go."""
        for write in partly.writes[1:]:
            if not any(name in partly.sometimes for name, _ in write.entries):
                self._consumed.in_place.append(partial(self.drop, source, write.statement))

    def keep_soap_names(self, holders: set[Holder]) -> None:
        """These variables and functions hold records under SOAP names, which are translated later."""
        self._soap_names |= holders

    def keep_value(
        self, source: Source, value: ast.expr, made: Node, held_by: Holder, is_attributes: bool
    ) -> None:
        """An expression that gives a value to a variable, or that a function returns, is to give its REST form."""
        given = made.text if isinstance(made, Record | Items) else None
        if given is not None and not isinstance(value, ast.Name):
            # What gives the REST form by itself stays as it is.
            if given() != source.source(value):
                raise Unconvertible("a part of the request is kept in two forms", source, value)
            return
        copy: Node = Items(list(made.items)) if isinstance(made, Items) else made
        if isinstance(made, Record):
            inner = {n: Items(list(v.items)) if isinstance(v, Items) else v for n, v in made.fields.items()}
            copy = Record(made.type, inner)
        holder = Record("LeadRecord", {"leadAttributeList": copy}) if is_attributes else copy

        def text() -> str:
            return self._render(holder, source, held_by)

        self._consumed.in_place.append(lambda: source.replace(value, text))

    def keep_item(
        self, source: Source, value: ast.expr, made: Node, held_by: Holder, is_attributes: bool
    ) -> None:
        """An expression that is yielded is to give its REST form; an attribute its name and value."""

        def text() -> str:
            if not is_attributes:
                return self._render(made, source, held_by)
            whole = Record("LeadRecord", {"leadAttributeList": Items([_never_none(made)])})
            pair = _single_pair(self._render(whole, source, held_by))
            if pair is None:
                raise Unconvertible("an attribute is no pair of a name and a value", source, value)
            return f"{pair[0]}, {pair[1]}"

        self._consumed.in_place.append(lambda: source.replace(value, text))

    def kept_text(
        self, part: Node, holder: Holder, source: Source, statement: ast.stmt, is_attributes: bool, kind: str
    ) -> str:
        """The statement that adds a part to the REST form that a variable holds, instead of the one that did."""
        name = holder[2]
        kept = part.type if isinstance(part, Record) else ""
        if isinstance(part, Record) and kept == "ArrayOfLeadRecord":
            part = part.fields["leadRecord"]
        if is_attributes or kept == "LeadRecord":
            whole = Record("LeadRecord", {"leadAttributeList": part}) if is_attributes else part
            text = self._render(whole, source, holder)
            if single := _single_pair(text):
                return f"{name}[{single[0]}] = {single[1]}"
            if (single := _single_pair_or_none(text)) and source.owns_lines(statement):
                line = source.newline + source.indent(statement) + source.indent_unit
                return f"if {single[1]} is not None:{line}{name}[{single[0]}] = {single[1]}"
            return f"{name}.update({text})"
        if kind == "append" and isinstance(part, Items):
            item = part.items[0]
            inner = item.item if isinstance(item, Each) else item
            return f"{name}.append({self._render(inner, source, holder)})"
        return f"{name}.extend({self._render(part, source, holder)})"

    def _render(self, node: Node, source: Source, holder: Holder) -> str:
        """The REST text of a part of a request, for the variable or function that holds it."""
        renderer = self._renderer.with_soap_names() if holder in self._soap_names else self._renderer
        return renderer.record(node, source)


def _never_none(node: Node) -> Node:
    """An attribute whose value is not asked whether it is None."""
    if not isinstance(node, Record):
        return node
    fields = {n: replace(v, nullable=False) if isinstance(v, Leaf) else v for n, v in node.fields.items()}
    return Record(node.type, fields)


def _single_pair(text: str) -> tuple[str, str] | None:
    """Key and value of a dict display of one pair."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None
    if not isinstance(node, ast.Dict) or len(node.keys) != 1 or node.keys[0] is None:
        return None
    body = text.strip()
    key = ast.get_source_segment(body, node.keys[0])
    value = ast.get_source_segment(body, node.values[0])
    return (key, value) if key and value else None


def _single_pair_or_none(text: str) -> tuple[str, str] | None:
    """Key and value of one pair that is left out where its value, which is only read, is None."""
    body = text.strip()
    try:
        node = ast.parse(body, mode="eval").body
    except SyntaxError:
        return None
    match node:
        case ast.DictComp(
            generators=[ast.comprehension(iter=ast.Call(func=ast.Attribute(value=ast.Dict() as pair)))]
        ):
            single = _single_pair(ast.get_source_segment(body, pair) or "")
            return single if single and _is_only_read(pair.values[0]) else None
    return None


def _is_only_read(node: ast.expr) -> bool:
    """Whether a value is a variable, or an item of one, so that it may be read twice."""
    while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant | ast.Name):
        node = node.value
    return isinstance(node, ast.Name)
