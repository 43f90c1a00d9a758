"""Values of a request put together: lists that become part of a list, values that a variable has on several ways."""

from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.lead_keys import LEAD_KEYS
from marketo_migrate.rewrite.tree import Each, Items, Leaf, Node, Record


def spread(items: Items) -> list[Node | Each]:
    """The items of a list that becomes a part of another one."""
    text = items.text
    if text is None or (items.items and all(isinstance(i, Leaf) and i.is_constant for i in items.items)):
        return items.items
    return [Each(lambda: f"for value in {text()}", Leaf(lambda: "value"))]


def joined(left: Node, right: Node) -> Node:
    """What two values of one variable have in common."""
    if isinstance(left, Items) and isinstance(right, Items):
        return Items([*left.items, *right.items], left.text)
    if isinstance(left, Record) and isinstance(right, Record) and left.type == right.type:
        differ = LEAD_KEYS & (left.fields.keys() ^ right.fields.keys())
        if differ and not all(LEAD_KEYS & way.fields.keys() for way in (left, right)):
            raise Unconvertible("the key of the lead is given on some ways only")
        merged = dict(left.fields)
        for name, value in right.fields.items():
            merged[name] = joined(merged[name], value) if name in merged else value
        return Record(left.type, merged, left.text, sometimes=left.sometimes | right.sometimes | differ)
    if isinstance(left, Leaf) and isinstance(right, Leaf):
        same = left.is_constant and right.is_constant and left.constant == right.constant
        return Leaf(left.text, left.constant if same else None, same, left.nullable or right.nullable)
    raise Unconvertible("a part of the request has different forms on different ways")
