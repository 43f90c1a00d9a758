"""Objects of a request that a method keeps in an attribute, for the calls of other methods."""

import ast
from dataclasses import dataclass, replace
from functools import partial

from marketo_migrate.model.flow import ContainerFlow, Flow, OtherFlow, Place, RequestFlow
from marketo_migrate.rewrite.aliases import Aliases
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.filling import Filling
from marketo_migrate.rewrite.requests.reading import Consumed, Reading
from marketo_migrate.rewrite.requests.rest_forms import RestForms
from marketo_migrate.rewrite.requests.scope import Again, Scope
from marketo_migrate.rewrite.requests.texts import Texts
from marketo_migrate.rewrite.source import FunctionNode, Source
from marketo_migrate.rewrite.tree import Each, Items, Leaf, Node, Record, walk

_KINDS = frozenset({"keyType", "type"})
_WHOLE = ("__dict__", "vars", "asdict", "astuple")
_NOT_FOLLOWED = "a part of the request is made in a way that cannot be followed"


@dataclass(slots=True)
class _Store:
    """The one statement that gives the attribute its object, and the ones right behind it that fill that."""

    source: Source
    statement: ast.Assign
    function: FunctionNode | None
    fillings: list[tuple[ast.Assign, str, ast.Attribute]]


class Stored:
    """Reads attributes. What is constant in the object goes to the call; the attribute holds the one value that is not."""

    def __init__(
        self,
        program: Program,
        filling: Filling,
        texts: Texts,
        forms: RestForms,
        reading: Reading,
        consumed: Consumed,
    ) -> None:
        self._program = program
        self._filling = filling
        self._texts = texts
        self._forms = forms
        self._reading = reading
        self._consumed = consumed

    def attribute(self, node: ast.Attribute, type_name: str, scope: Scope, again: Again) -> Node:
        """The object that an attribute holds."""
        store = self._store(scope.source, node)
        if store is None:
            raise Unconvertible(_NOT_FOLLOWED, scope.source, node)
        key = (*store.source.place(store.statement), type_name)
        if key not in self._forms.stored:
            self._check_reads(store, node.attr)
            self._forms.stored[key] = self._made(store, type_name, again)
        made = self._forms.stored[key]
        if any(not leaf.is_constant for leaf in _leaves(made)):
            self._consumed.attributes.add(scope.source.place(node))
        return self._copy(made, node, scope)

    # --- the object -------------------------------------------------------------------------

    def _made(self, store: _Store, type_name: str, again: Again) -> Record:
        """The object as it is when the method is done; the edits that leave its one value in the attribute."""
        source, statement = store.source, store.statement
        at = Scope(source, store.function, {}, statement, stays=True)
        made = again(statement.value, at)
        holders: dict[int, ast.Assign] = {}
        if isinstance(made, Record) and made.text is None:
            holders.update((id(leaf), statement) for leaf in _leaves(made))
            for filling, name, _ in store.fillings:
                self._filling.put(made, (name,), filling.value, replace(at, use=filling))
                for leaf in _leaves(made):
                    holders.setdefault(id(leaf), filling)
        if not isinstance(made, Record) or made.text is not None or not _is_plain(made):
            raise Unconvertible(_NOT_FOLLOWED, source, statement)
        values = [leaf for leaf in _leaves(made) if not leaf.is_constant] or _given(made)
        if len(values) > 1 or (values and store.function is None):
            raise Unconvertible("an attribute holds several values of the request", source, statement)
        for leaf in values:
            self._keep(store, leaf, holders[id(leaf)])
            leaf.constant, leaf.is_constant = None, False
        return made

    def _keep(self, store: _Store, leaf: Leaf, holder: ast.Assign) -> None:
        """Leave one value in the attribute, and nothing of the object around it."""
        source = store.source
        target = store.statement.targets[0]
        for statement in (store.statement, *(filling for filling, *_ in store.fillings)):
            if statement is holder:
                continue
            if not self._reading.purity.expression(source, statement.value):
                raise Unconvertible(_NOT_FOLLOWED, source, statement)
            self._consumed.in_place.append(partial(self._forms.drop, source, statement))
        if holder is store.statement:
            self._consumed.in_place.append(lambda: source.replace(holder.value, leaf.text))
        else:
            self._consumed.in_place.append(
                lambda: source.replace(holder, lambda: f"{source.original(target)} = {leaf.text()}")
            )
        self._consumed.stored.append((source, target, store.statement.value))

    def _copy(self, made: Record, node: ast.Attribute, scope: Scope) -> Record:
        """The object at the place of a call: constants are written out, the value is that of the attribute."""
        quote = scope.source.literal

        def copied(value: Node) -> Node:
            if isinstance(value, Record):
                return Record(value.type, {name: copied(inner) for name, inner in value.fields.items()})
            assert isinstance(value, Leaf)  # noqa: S101 - there are no lists in it
            if value.is_constant:
                written = quote(value.constant) if isinstance(value.constant, str) else repr(value.constant)
                return replace(value, text=lambda: written)
            return replace(value, text=self._texts.value(node, scope))

        copy = copied(made)
        assert isinstance(copy, Record)  # noqa: S101 - a record gives a record
        return copy

    # --- the attribute ----------------------------------------------------------------------

    def _store(self, source: Source, node: ast.Attribute) -> _Store | None:
        """The statement by which an attribute of an object of the program has what it has, if it is the only one."""
        site = _site(source.flows(node))
        if site is None or self._program.mentioned_outside(node.attr, site[0]):
            return None
        found = [
            (other, statement)
            for other in self._program.sources.values()
            for statement in other.of(ast.Assign)
            if _site(other.flows(statement.value)) == site
            if any(_gives(other, statement, target, node.attr) for target in statement.targets)
        ]
        if len(found) != 1 or len(found[0][1].targets) != 1:
            return None
        other, statement = found[0]
        function = other.function(statement)
        owner = other.parent(statement)
        if function is None:
            is_constant = isinstance(owner, ast.ClassDef) and isinstance(statement.targets[0], ast.Name)
            return _Store(other, statement, None, []) if is_constant else None
        target = statement.targets[0]
        if function.name != "__init__" or owner is not function or not isinstance(target, ast.Attribute):
            return None
        return _Store(other, statement, function, _fillings(other, function, statement, target))

    def _check_reads(self, store: _Store, name: str) -> None:
        """Raise where the object may be changed by something else than the statements that fill it at first."""
        for source in self._program.sources.values():
            for word in _WHOLE:
                for node in source.mentions.get(word, ()):
                    raise Unconvertible("the attributes of an object are used as a whole", source, node)
        aliases = Aliases(self._program)
        filled = {id(base) for *_, base in store.fillings}
        for source, node in attribute_reads(self._program, name):
            flows = source.flows(node)
            if id(node) in filled or _site(flows) != _site(store.source.flows(store.statement.value)):
                continue
            if aliases.is_changed(source, node):
                raise Unconvertible(f".{name} may change before the request is sent", source, node)


def attribute_reads(program: Program, name: str) -> list[tuple[Source, ast.Attribute]]:
    """Where attributes of that name are read."""
    return [
        (source, node)
        for source in program.sources.values()
        for node in source.mentions.get(name, ())
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    ]


def may_be(flows: tuple[Flow, ...], made: tuple[Flow, ...]) -> bool:
    """Whether an expression may be an object that is made elsewhere, as far as flows tell."""
    sites = {flow.site for flow in flows if isinstance(flow, ContainerFlow | RequestFlow)}
    unknown = not flows or any(isinstance(flow, OtherFlow) for flow in flows)
    return unknown or _site(made) in sites


def _site(flows: tuple[Flow, ...]) -> Place | None:
    """Where the one object was made that an expression can be."""
    if len(flows) != 1 or not isinstance(flows[0], ContainerFlow | RequestFlow):
        return None
    return flows[0].site


def _gives(source: Source, statement: ast.Assign, target: ast.expr, name: str) -> bool:
    """Whether a target is an attribute of that name, of an object or of a class."""
    if isinstance(target, ast.Name):
        return target.id == name and isinstance(source.parent(statement), ast.ClassDef)
    return isinstance(target, ast.Attribute) and target.attr == name


def _fillings(
    source: Source, function: FunctionNode, first: ast.Assign, target: ast.Attribute
) -> list[tuple[ast.Assign, str, ast.Attribute]]:
    """`self.key.name = value` right behind the statement that makes `self.key`."""
    text = source.original(target)
    found: list[tuple[ast.Assign, str, ast.Attribute]] = []
    for statement in function.body[function.body.index(first) + 1 :]:
        match statement:
            case ast.Assign(targets=[ast.Attribute(value=ast.Attribute() as base, attr=name)]) if (
                source.original(base) == text
            ):
                found.append((statement, name, base))
            case ast.Assign(
                targets=[
                    ast.Subscript(value=ast.Attribute() as base, slice=ast.Constant(value=str() as name))
                ]
            ) if source.original(base) == text:
                found.append((statement, name, base))
            case _:
                break
    return found


def _given(made: Record) -> list[Leaf]:
    """The one value that is not written out, though all that it is given are the same constant."""
    found = [
        (name, leaf)
        for part in walk(made)
        if isinstance(part, Record)
        for name, leaf in part.fields.items()
        if isinstance(leaf, Leaf) and not _is_literal(leaf.text())
    ]
    return [leaf for name, leaf in found if name not in _KINDS] if len(found) == 1 else []


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text.strip())
    except (SyntaxError, ValueError):
        return False
    return True


def _leaves(node: Node) -> list[Leaf]:
    return [part for part in walk(node) if isinstance(part, Leaf)]


def _is_plain(node: Node) -> bool:
    """Whether there are no lists in an object."""
    return not any(isinstance(part, Items | Each) for part in walk(node))
