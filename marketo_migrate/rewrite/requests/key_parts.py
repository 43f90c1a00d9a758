"""Lead keys that are another one on each way through the program: kind and value get variables of their own.

if lead_id:                                           if lead_id:
key = {"keyType": "IDNUM", "keyValue": lead_id}       filter_type, filter_value = "id", str(lead_id)
else:                                                 else:
key = {"keyType": "EMAIL", "keyValue": email}         filter_type, filter_value = "email", str(email)
"""

import ast
from functools import partial

from marketo_migrate.rewrite.nodes import walk, walk_scope
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.arguments import local_names
from marketo_migrate.rewrite.requests.filling import Filling
from marketo_migrate.rewrite.requests.lead_keys import runs
from marketo_migrate.rewrite.requests.reading import Consumed
from marketo_migrate.rewrite.requests.rest_forms import RestForms
from marketo_migrate.rewrite.requests.scope import Again, Scope
from marketo_migrate.rewrite.requests.touches import Touches
from marketo_migrate.rewrite.source import FunctionNode, Source
from marketo_migrate.rewrite.tree import Leaf, Record

LEAD_KEY = "LeadKey"
_NOT_FIRST = (
    *(ast.Lambda, ast.IfExp, ast.BoolOp, ast.comprehension),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
_NAMES = {"keyType": "filter_type", "keyValue": "filter_value"}


class KeyParts:
    """Converts what makes such keys."""

    def __init__(self, program: Program, filling: Filling, forms: RestForms, consumed: Consumed) -> None:
        self._program = program
        self._filling = filling
        self._forms = forms
        self._consumed = consumed

    def variable(self, node: ast.Name, touches: Touches, scope: Scope, again: Again, use: ast.stmt) -> Record:
        """A variable that holds a key; `use` is the statement that reads it."""
        source, function = scope.source, scope.function
        refusal = Unconvertible(f"{node.id!r} is filled differently on different ways", source, node)
        if function is None or scope.bound or any(kind != "set" for _, _, kind, _ in touches.builders):
            raise refusal
        key = (source.path, source.span(function)[0], f"{node.id}:{LEAD_KEY}")
        found = self._forms.variables.get(key)
        if isinstance(found, Record):
            return found
        if local_names(function) & set(_NAMES.values()):
            raise refusal
        parts: dict[str, list[tuple[ast.stmt, Leaf]]] = {name: [] for name in _NAMES}
        for statement, value in touches.values:
            here = Scope(source, function, {}, statement, stays=True)
            told = self.chosen_by(value, here, again)
            ways = [self._key(way, here, again) for way in _ways(value)] if told is None else [told]
            self._write(source, statement, value, ways, is_call=told is not None)
            for way in ways:
                for name, leaf in way.items():
                    parts[name].append((statement, leaf))
        for statement, path, _, given in touches.builders:
            made = Record(LEAD_KEY)
            self._filling.put(made, path, given, Scope(source, function, {}, statement, stays=True))
            way = _leaves(made)
            self._write(source, statement, given, [way])
            for name, leaf in way.items():
                parts[name].append((statement, leaf))
        if not all(_is_always_given(source, [s for s, _ in found], use) for found in parts.values()):
            raise refusal
        whole = Record(LEAD_KEY, {name: _joined(name, given) for name, given in parts.items()})
        self._forms.variables[key] = whole
        return whole

    def returned(self, node: ast.Call, scope: Scope, again: Again) -> Record | None:
        """What a function gives that returns another key on each way; a statement before the call gets its parts."""
        source, statement = scope.source, scope.use
        if scope.bound or scope.moves or scope.function is None or statement is None:
            return None
        if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.Return | ast.Expr):
            return None
        if local_names(scope.function) & set(_NAMES.values()) or any(
            isinstance(outer, _NOT_FIRST)
            for outer in source.ancestors(node)
            if outer is not statement and not isinstance(outer, ast.stmt)
        ):
            return None
        made = self.chosen_by(node, scope, again)
        if made is None:
            return None
        targets = ", ".join(_NAMES[name] for name in made)
        self._consumed.in_place.append(
            lambda: source.insert_before(statement, lambda: [f"{targets} = {source.source(node)}"])
        )
        return Record(LEAD_KEY, dict(made))

    def chosen_by(self, node: ast.expr, scope: Scope, again: Again) -> dict[str, Leaf] | None:
        """The parts of the key that a function returns on several ways; it returns them in their REST form then."""
        found = ways_of(self._program, scope.source, node)
        if found is None or not isinstance(node, ast.Call):
            return None
        source, function, returns = found
        self._consumed.calls[scope.source.place(node)] = node
        key = (source.path, source.span(function)[0], LEAD_KEY)
        if key not in self._forms.functions:
            given: list[tuple[ast.Return, dict[str, Leaf]]] = []
            for statement in returns:
                here = Scope(source, function, {}, statement, stays=True)
                if statement.value is not None:
                    given.append((statement, self._key(statement.value, here, again)))
            if any(len(way) < len(_NAMES) for _, way in given):
                raise Unconvertible(f"{function.name}() returns no whole lead key", source, function)
            for statement, way in given:
                self._return(source, statement, way)
            self._consumed.converted[source.path, source.span(function)[0]] = (source, function)
            self._forms.functions[key] = Record(
                LEAD_KEY, {name: _joined(name, [(s, way[name]) for s, way in given]) for name in _NAMES}
            )
        whole = self._forms.functions[key]
        return _leaves(whole) if isinstance(whole, Record) else None

    def _return(self, source: Source, statement: ast.Return, way: dict[str, Leaf]) -> None:
        """A statement gives the parts of a key back."""
        value = statement.value or statement
        self._consumed.in_place.append(
            lambda: source.replace(
                value,
                lambda: ", ".join(self._forms.key_text(name, leaf, source) for name, leaf in way.items()),
            )
        )

    def _key(self, node: ast.expr, scope: Scope, again: Again) -> dict[str, Leaf]:
        """The parts of one key that is made here."""
        made = again(node, scope)
        if not isinstance(made, Record):
            raise Unconvertible("a lead key is made in a way that cannot be followed", scope.source, node)
        return _leaves(made)

    def _write(
        self,
        source: Source,
        statement: ast.stmt,
        value: ast.expr,
        ways: list[dict[str, Leaf]],
        *,
        is_call: bool = False,
    ) -> None:
        """A statement that gives a key, or a part of it, gives it to the variables of the parts."""
        names = list(ways[0])
        plain = isinstance(statement, ast.Assign) and not isinstance(
            statement.targets[0], ast.Tuple | ast.List
        )
        if any(list(way) != names for way in ways) or not plain:
            raise Unconvertible("a lead key is filled in a way that is not known", source, statement)
        if not names:
            self._consumed.in_place.append(partial(self._forms.drop, source, statement))
            return

        def text() -> str:
            targets = ", ".join(_NAMES[name] for name in names)
            if is_call:
                return f"{targets} = {source.source(value)}"
            given = [
                ", ".join(self._forms.key_text(name, leaf, source) for name, leaf in way.items())
                for way in ways
            ]
            if isinstance(value, ast.IfExp) and len(given) == 2:
                return f"{targets} = ({given[0]}) if {source.source(value.test)} else ({given[1]})"
            return f"{targets} = {given[0]}"

        self._consumed.in_place.append(lambda: source.replace(statement, text))


def ways_of(
    program: Program, source: Source, node: ast.expr
) -> tuple[Source, FunctionNode, list[ast.Return]] | None:
    """The function that a key comes from, and what it returns, where it makes another one on each way."""
    found = program.called(source, node) if isinstance(node, ast.Call) else None
    if found is None or not isinstance(node, ast.Call):
        return None
    at, function = found
    if isinstance(function, ast.ClassDef):
        return None
    returns = [n for n in walk_scope(function) if isinstance(n, ast.Return) and n.value is not None]
    if not runs(function.body, ()) or not returns:
        return None
    if len(returns) == 1:
        told = [*node.args, *(keyword.value for keyword in node.keywords)]
        fixed = any(isinstance(value, ast.Constant) and value.value is not None for value in told)
        if fixed or not _is_filled_on_ways(function, returns[0].value):
            return None
    return at, function, returns


def _is_filled_on_ways(function: FunctionNode, value: ast.expr | None) -> bool:
    """Whether some of what fills a variable of a function depends on a choice."""
    return isinstance(value, ast.Name) and any(
        isinstance(part, ast.Name) and part.id == value.id
        for choice in walk_scope(function)
        if isinstance(choice, ast.If)
        for statement in (*choice.body, *choice.orelse)
        for part in walk(statement)
    )


def _ways(value: ast.expr) -> list[ast.expr]:
    """What a value is on each way."""
    return [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]


def _leaves(made: Record) -> dict[str, Leaf]:
    """The parts of a key, the kind first."""
    return {name: leaf for name in _NAMES if isinstance(leaf := made.fields.get(name), Leaf)}


def _joined(name: str, given: list[tuple[ast.stmt, Leaf]]) -> Leaf:
    """A part of the key, which a variable holds in its REST form."""
    leaves = [leaf for _, leaf in given]
    names = {text for leaf in leaves for text in (leaf.names or ()) or (None,)}
    known = tuple(sorted(text for text in names if text is not None))
    return Leaf(
        lambda: _NAMES[name],
        kind="str",
        nullable=any(leaf.nullable for leaf in leaves),
        names=known if name == "keyType" and None not in names else None,
        is_rest=True,
    )


def _is_always_given(source: Source, statements: list[ast.stmt], use: ast.stmt) -> bool:
    """Whether one of some statements surely runs before another one."""
    for inner in (use, *source.ancestors(use)):
        if isinstance(inner, FunctionNode):
            return False
        if isinstance(inner, ast.stmt):
            block = source.block(inner)
            if runs(block[: block.index(inner)], statements):
                return True
    return False
