"""Variables and functions that stay and hold the REST form: every statement that makes or fills it is converted."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.filling import Filling
from marketo_migrate.rewrite.requests.joining import joined
from marketo_migrate.rewrite.requests.lead_keys import LEAD_KEYS, keys_of_ways
from marketo_migrate.rewrite.requests.reading import Consumed, Holder, Reading
from marketo_migrate.rewrite.requests.rest_forms import RestForms
from marketo_migrate.rewrite.requests.scope import Again, Scope
from marketo_migrate.rewrite.requests.texts import Texts
from marketo_migrate.rewrite.requests.touches import Touches
from marketo_migrate.rewrite.source import FunctionNode, Source, walk_scope
from marketo_migrate.rewrite.tree import Each, Items, Leaf, Node, Record, walk


class Keeping:
    """Converts what makes a record in the place where it stands."""

    def __init__(
        self, forms: RestForms, filling: Filling, texts: Texts, reading: Reading, consumed: Consumed
    ) -> None:
        self._forms = forms
        self._filling = filling
        self._texts = texts
        self._reading = reading
        self._consumed = consumed

    def variable(
        self,
        node: ast.Name,
        touches: Touches,
        type_name: str,
        scope: Scope,
        again: Again,
        *,
        many: bool,
    ) -> Node:
        """A variable that stays and holds the REST form: every statement that fills it is converted."""
        if scope.bound:
            raise Unconvertible(f"{node.id!r} is filled on different ways in a helper", scope.source, node)
        start = scope.source.span(scope.function)[0] if scope.function else 0
        key = (scope.source.path, start, node.id)
        if key in self._forms.variables:
            self._reading.holders |= self._forms.part_of.get(key, {key})
            return self._forms.variables[key]
        if key in self._forms.making:
            raise Unconvertible(f"{node.id!r} is made of what it was before", scope.source, node)
        self._forms.making.add(key)
        before, self._reading.holders = self._reading.holders, {key}
        source = scope.source
        is_attributes = _is_attributes(type_name, many=many)
        whole: Node | None = None
        early = _early(source, touches)
        for statement, value in touches.values:
            made = again(value, Scope(source, scope.function, {}, statement, stays=True))
            if getattr(made, "text", None) is not None:
                early = []
            for filling, path, _, given in early:
                if isinstance(made, Record):
                    self._filling.put(
                        made, path, given, Scope(source, scope.function, {}, filling, stays=True)
                    )
            self._forms.keep_value(source, value, made, key, is_attributes)
            whole = made if whole is None else joined(whole, made)
        for filling, *_ in early:
            self._consumed.in_place.append(partial(self._forms.drop, source, filling))
        if whole is None:
            raise Unconvertible(f"it is not known what {node.id!r} is", source, node)
        self._forms.variables[key] = whole
        self._consumed.kept[key] = (source, scope.function or source.tree, node.id)
        if many and type_name == "LeadRecord":
            self._consumed.lists.add(key)
        if is_attributes:
            self._consumed.tables.add(key)
        chosen: dict[str, ast.stmt] = {}
        for statement, path, kind, given in touches.builders:
            if any(statement is filling for filling, *_ in early):
                continue
            self.statement(
                whole,
                statement,
                path,
                kind,
                given,
                Scope(source, scope.function, {}, statement, stays=True),
                type_name,
                key,
                many=many,
                chosen=chosen,
            )
        if isinstance(whole, Record) and chosen:
            whole.sometimes |= keys_of_ways(source, whole.fields.keys() - whole.sometimes, chosen)
        whole.text = lambda: node.id
        self._forms.part_of[key] = self._reading.holders
        self._reading.holders = before | self._reading.holders
        return whole

    def function(
        self,
        node: ast.Call,
        source: Source,
        function: FunctionNode,
        returns: list[ast.Return],
        type_name: str,
        scope: Scope,
        again: Again,
        *,
        many: bool,
    ) -> Node:
        """A function that returns a record: it returns the REST form from now on."""
        key = (source.path, source.span(function)[0], type_name)
        text = self._texts.text(node, scope)
        is_attributes = _is_attributes(type_name, many=many)
        if key not in self._forms.functions:
            with self._making(key, source, function):
                whole: Node | None = None
                for statement in returns:
                    value = statement.value
                    if value is None:
                        continue
                    made = again(value, Scope(source, function, {}, statement, stays=True))
                    if not (isinstance(value, ast.Name) and getattr(made, "text", None) is not None):
                        self._forms.keep_value(source, value, made, key, is_attributes)
                    whole = made if whole is None else joined(whole, made)
                if whole is None:
                    raise Unconvertible(f"{function.name}() returns nothing", source, function)
                self._forms.functions[key] = whole
        found = self._forms.functions[key]
        self._reading.holders |= self._forms.part_of[key]
        if isinstance(found, Record):
            return Record(found.type, found.fields, text, sometimes=found.sometimes)
        if isinstance(found, Items):
            return Items(found.items, text, found.at_most)
        return found

    def generator(
        self,
        node: ast.Call,
        source: Source,
        function: FunctionNode,
        type_name: str,
        scope: Scope,
        again: Again,
    ) -> Items:
        """A function that yields records or attributes: it yields their REST form, attributes as name and value."""
        key = (source.path, source.span(function)[0], f"*{type_name}")
        text = self._texts.text(node, scope)
        is_attributes = type_name == "Attribute"
        if key not in self._forms.functions:
            with self._making(key, source, function):
                found: list[Node | Each] = []
                for given in _yields(source, function):
                    statement = source.statement(given)
                    made = again(given, Scope(source, function, {}, statement, stays=True))
                    if not isinstance(made, Items) or len(made.items) != 1 or isinstance(made.items[0], Each):
                        raise Unconvertible(
                            f"what {function.name}() yields cannot be followed", source, given
                        )
                    self._forms.keep_item(source, given, made.items[0], key, is_attributes)
                    found.append(Each(lambda: "", made.items[0]))
                self._forms.functions[key] = Items(found)
        self._reading.holders |= self._forms.part_of[key]
        items = self._forms.functions[key]
        assert isinstance(items, Items)  # noqa: S101 - put in above
        if not is_attributes:
            return Items(items.items, lambda: f"list({text()})")
        nullable = any(isinstance(part, Leaf) and part.nullable for part in walk(items))
        if nullable and not self._forms.empties:
            return Items(
                items.items,
                lambda: f"{{name: value for name, value in {text()} if value is not None}}",
            )
        return Items(items.items, lambda: f"dict({text()})")

    @contextmanager
    def _making(self, key: Holder, source: Source, function: FunctionNode) -> Iterator[None]:
        """Note that a function is converted, what else holds a part of what it gives, and that it is begun."""
        if key in self._forms.making:
            raise Unconvertible(f"{function.name}() makes its record by calling itself", source, function)
        self._forms.making.add(key)
        before, self._reading.holders = self._reading.holders, {key}
        yield
        self._forms.part_of[key] = self._reading.holders
        self._reading.holders = before
        self._consumed.converted[source.path, source.span(function)[0]] = (source, function)

    def statement(
        self,
        whole: Node,
        statement: ast.stmt,
        path: tuple[str, ...],
        kind: str,
        given: ast.expr,
        scope: Scope,
        type_name: str,
        holder: Holder,
        *,
        many: bool,
        chosen: dict[str, ast.stmt] | None = None,
    ) -> None:
        """A statement that fills what a holder holds adds the REST form of what it adds to it.

        `chosen` notes the statements that give a lead its key on some ways only.
        """
        source, name = scope.source, holder[2]
        part: Node
        if kind == "set" and isinstance(whole, Record):
            part = Record(whole.type)
            self._filling.put(part, path, given, scope)
            for key, value in part.fields.items():
                if key in LEAD_KEYS and not _dominates_all(source, statement, scope.function):
                    if key in whole.fields or chosen is None:
                        raise Unconvertible(f"{key} is set on some ways only", source, statement)
                    chosen[key] = statement
                whole.fields[key] = joined(whole.fields[key], value) if key in whole.fields else value
        elif kind in ("append", "extend") and isinstance(whole, Record):
            part = Record(whole.type)
            self._filling.apply(part, path, kind, given, scope, type_name, many=many)
            for key, value in part.fields.items():
                whole.fields[key] = joined(whole.fields[key], value) if key in whole.fields else value
        elif kind in ("append", "extend") and isinstance(whole, Items):
            part = Items()
            self._filling.apply(part, path, kind, given, scope, type_name, many=many)
            whole.items.extend(
                Each(lambda: "", item) if not isinstance(item, Each) else item for item in part.items
            )
        else:
            raise Unconvertible(f"{name!r} is filled in a way that is not known", source, statement)
        is_attributes = _is_attributes(type_name, many=many)
        empty = isinstance(part, Record) and not any(isinstance(n, Leaf) for n in walk(part))

        def make() -> None:
            if empty:
                self._forms.drop(source, statement)
            else:
                source.replace(
                    statement,
                    lambda: self._forms.kept_text(part, holder, source, statement, is_attributes, kind),
                )

        self._consumed.in_place.append(make)


def _is_attributes(type_name: str, *, many: bool) -> bool:
    """Whether a type, or a list of it, is a list of attributes."""
    return type_name == "ArrayOfAttribute" or (many and type_name == "Attribute")


def is_generator(function: FunctionNode) -> bool:
    """Whether a function yields values."""
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in walk_scope(function))


def _yields(source: Source, function: FunctionNode) -> list[ast.expr]:
    """What a function yields, in statements of their own."""
    found: list[ast.expr] = []
    for node in walk_scope(function):
        if isinstance(node, ast.YieldFrom) or isinstance(function, ast.AsyncFunctionDef):
            raise Unconvertible(f"{function.name}() yields what something else does", source, node)
        if isinstance(node, ast.Yield):
            if node.value is None or not isinstance(source.parent(node), ast.Expr):
                raise Unconvertible(f"something is sent to {function.name}()", source, node)
            found.append(node.value)
    return found


def _early(source: Source, touches: Touches) -> list[tuple[ast.stmt, tuple[str, ...], str, ast.expr]]:
    """The statements right behind the making of an object that set its fields: they go into the display."""
    if len(touches.values) != 1:
        return []
    first = touches.values[0][0]
    block = source.block(first)
    found: list[tuple[ast.stmt, tuple[str, ...], str, ast.expr]] = []
    for statement in block[block.index(first) + 1 :]:
        builder = next((b for b in touches.builders if b[0] is statement and b[2] == "set"), None)
        if (
            builder is None
            or not isinstance(statement, ast.Assign)
            or isinstance(statement.targets[0], ast.Tuple)
        ):
            break
        found.append(builder)
    return found


def _dominates_all(source: Source, statement: ast.stmt, function: FunctionNode | None) -> bool:
    """Whether a statement stands at the top of its function's or module's body."""
    return statement in (function.body if function is not None else source.tree.body)
