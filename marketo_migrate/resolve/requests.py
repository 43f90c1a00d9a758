"""Request trees: the arguments of a SOAP call as records over the WSDL's elements."""

from marketo_migrate.model.request import Items, Leaf, Record, Tree
from marketo_migrate.model.soap import SoapFacts
from marketo_migrate.resolve.interpreter import Interpreter
from marketo_migrate.resolve.state import Given, Slot
from marketo_migrate.resolve.values import Container, Literal, Place, Request, String, Unknown, Value, Values

_MAX_DEPTH = 8
_MAX_ITEMS = 20


def request_tree(
    interpreter: Interpreter, soap: SoapFacts, operation: str, version: str | None, at: Place
) -> Record | None:
    """The request of the call at a place, positional arguments named by the WSDL version's order.

    Where the call runs with several sets of values, what differs between them is not constant.
    """
    given = interpreter.observed.arguments.get(at, {})
    if not given or operation not in soap.operations:
        return None
    real = [arguments for context, arguments in given.items() if not interpreter.contexts[context].generic]
    names = parameters(soap, operation, version)
    kind = soap.operations[operation].request_type
    trees = [_tree(_Builder(interpreter, at), arguments, names, kind) for arguments in real or given.values()]
    merged: Tree = trees[0]
    for tree in sorted(trees[1:], key=repr):
        merged = merge(merged, tree)
    return merged if isinstance(merged, Record) else None


def merge(left: Tree, right: Tree) -> Tree:
    """What two requests of one call have in common."""
    if left == right:
        return left
    if isinstance(left, Record) and isinstance(right, Record):
        names = dict.fromkeys(name for name, _ in (*left.fields, *right.fields))
        fields: list[tuple[str, Tree]] = []
        for name in names:
            first, second = left.field(name), right.field(name)
            fields.append((name, merge(first, second) if first and second else Leaf(None)))
        kind = left.type if left.type == right.type else None
        return Record(tuple(fields), kind, left.complete and right.complete)
    if isinstance(left, Items) and isinstance(right, Items) and len(left.items) == len(right.items):
        items = tuple(merge(a, b) for a, b in zip(left.items, right.items, strict=True))
        return Items(items, left.complete and right.complete, left.text if left.text == right.text else None)
    left_text = left.text if isinstance(left, Leaf | Items) else None
    right_text = right.text if isinstance(right, Leaf | Items) else None
    return Leaf(left_text if left_text == right_text else None)


def _tree(builder: "_Builder", given: Given, names: tuple[str, ...], kind: str) -> Record:
    fields: dict[str, Tree] = {}
    for name, (values, where) in zip(names, given.positional, strict=False):
        fields[name] = builder.tree(values, where, 0)
    keywords = {name: (values, where) for name, values, where in given.keywords}
    for name, (values, where) in keywords.items():
        if not name.startswith("_") and name not in ("*", "**"):
            fields[name] = builder.tree(values, where, 0)
    return Record(tuple(sorted(fields.items())), kind, "*" not in keywords and "**" not in keywords)


def parameters(soap: SoapFacts, operation: str, version: str | None) -> tuple[str, ...]:
    """The positional order of an operation's arguments in a WSDL version (None or later: the newest)."""
    signatures = soap.operations[operation].signatures
    for signature in signatures:
        if (
            version is not None
            and signature.since <= version
            and (signature.until is None or version <= signature.until)
        ):
            return signature.parameters
    return signatures[-1].parameters


class _Builder:
    """Turns values into trees; texts are only the source of expressions of the call's own module."""

    def __init__(self, interpreter: Interpreter, at: Place) -> None:
        self._interpreter = interpreter
        self._at = at

    def tree(self, values: Values, where: Place | None, depth: int) -> Tree:
        """The tree for an expression's values."""
        meaningful = [
            v
            for v in values
            if not isinstance(v, Unknown) and not (isinstance(v, Literal) and v.value is None)
        ]
        if len(meaningful) == 1 and depth < _MAX_DEPTH:
            built = self._structured(meaningful[0], where, depth)
            if built is not None:
                return built
        return self._leaf(values, where)

    def _leaf(self, values: Values, where: Place | None) -> Leaf:
        text = self._source(where)
        if len(values) == 1:
            (value,) = values
            if isinstance(value, Literal) and not isinstance(value.value, complex):
                return Leaf(text, value.value, True)
            if isinstance(value, String) and value.known is not None:
                return Leaf(text, value.known, True)
        return Leaf(text)

    def _source(self, where: Place | None) -> str | None:
        if where is None:
            return None
        facts = self._interpreter.program.facts(where[0])
        if facts is None or where[2] - where[1] > 400:
            return None
        return facts.source((where[1], where[2]))

    def _structured(self, value: Value, where: Place | None, depth: int) -> Tree | None:
        match value:
            case Container(kind="dict"):
                return self._record_of_dict(value, depth)
            case Container(kind="list" | "tuple" | "set"):
                return self._items(value, where, depth)
            case Request():
                return self._record_of_request(value, depth)
            case _:
                return None

    def _record_of_dict(self, value: Container, depth: int) -> Tree:
        names = [key for key in self._interpreter.keys(value) if isinstance(key, str)]
        fields = tuple((name, self._slot(("item", value, name), depth)) for name in sorted(names))
        return Record(fields, None, not self._interpreter.peek(("item", value, None)))

    def _record_of_request(self, value: Request, depth: int) -> Tree:
        fields = {}
        for slot in self._interpreter.fields_of(value):
            name = slot[2]
            if isinstance(name, str):
                fields[name] = self._slot(slot, depth)
        return Record(tuple(sorted(fields.items(), key=lambda item: item[0])), value.type)

    def _items(self, value: Container, where: Place | None, depth: int) -> Tree:
        keys = [key for key in self._interpreter.keys(value) if isinstance(key, int)][:_MAX_ITEMS]
        items = tuple(self._slot(("item", value, key), depth) for key in keys)
        loose = self._interpreter.peek(("item", value, None))
        if loose:
            items = (*items, self._slot(("item", value, None), depth))
        return Items(items, not loose, self._source(where))

    def _slot(self, slot: Slot, depth: int) -> Tree:
        places = self._interpreter.written.get(slot, {})
        where = next(iter(places)) if len(places) == 1 else None
        return self.tree(self._interpreter.peek(slot), where, depth + 1)
