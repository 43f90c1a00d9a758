"""Values of a request that are made somewhere else: in a variable, by a helper function."""

import ast
from collections.abc import Callable
from dataclasses import replace

from marketo_migrate.rewrite.aliases import Aliases
from marketo_migrate.rewrite.bounds import at_most
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.arguments import bind, local_names, parameters
from marketo_migrate.rewrite.requests.branches import decide, only_builds
from marketo_migrate.rewrite.requests.collected import Collected
from marketo_migrate.rewrite.requests.folding import Folding
from marketo_migrate.rewrite.requests.in_place import Keeping, is_generator
from marketo_migrate.rewrite.requests.key_parts import LEAD_KEY, KeyParts, ways_of
from marketo_migrate.rewrite.requests.reading import Consumed, Reading
from marketo_migrate.rewrite.requests.received import Received
from marketo_migrate.rewrite.requests.scope import Again, Scope, before, loops_around
from marketo_migrate.rewrite.requests.stored import Stored
from marketo_migrate.rewrite.requests.touches import (
    Touches,
    Variables,
    is_kept_and_changed,
    is_length,
    is_truth,
)
from marketo_migrate.rewrite.source import FunctionNode, Source, walk_scope
from marketo_migrate.rewrite.tree import Items, Node, Record
from marketo_migrate.rewrite.unused import is_subclassed


class Elsewhere:
    """Follows variables and calls; `folding` and `keeping` read what goes away and what stays."""

    def __init__(
        self,
        program: Program,
        variables: Variables,
        folding: Folding,
        keeping: Keeping,
        stored: Stored,
        received: Received,
        collected: Collected,
        keys: KeyParts,
        reading: Reading,
        consumed: Consumed,
    ) -> None:
        self._program = program
        self._variables = variables
        self._folding = folding
        self._keeping = keeping
        self._stored = stored
        self._received = received
        self._collected = collected
        self._keys = keys
        self._reading = reading
        self._consumed = consumed
        self._slicing: set[int] = set()

    def made(
        self,
        node: ast.expr,
        type_name: str,
        scope: Scope,
        again: Again,
        *,
        many: bool = False,
    ) -> Node:
        """A value that is made somewhere else: a variable, a parameter, an attribute, a helper function."""
        if isinstance(node, ast.Await):
            return again(node.value, scope)
        if isinstance(node, ast.Name):
            return self._variable(node, type_name, scope, again, many=many)
        if isinstance(node, ast.Attribute):
            if many and type_name == "LeadRecord" and type_name in self._reading.in_place:
                collected = self._collected.attribute(node, scope, again) if not scope.bound else None
                if collected is not None:
                    return collected
            made = self._property(node, scope, again) if type_name not in self._reading.in_place else None
            if made is not None:
                return made
            return self._stored.attribute(node, type_name, scope, again)
        if isinstance(node, ast.Call):
            return self._returned(node, type_name, scope, again, many=many)
        if isinstance(node, ast.Subscript) and many and type_name in self._reading.in_place:
            return self._sliced(node, scope, again)
        raise Unconvertible(
            "a part of the request is made in a way that cannot be followed", scope.source, node
        )

    def _variable(
        self,
        node: ast.Name,
        type_name: str,
        scope: Scope,
        again: Again,
        *,
        many: bool,
    ) -> Node:
        if node.id in scope.bound:
            bound, outer = scope.bound[node.id]
            self._consumed.read(scope.source, node)
            self._reading.use(outer.source, bound, (id(node),))
            return again(bound, outer)
        touches = self._variables.touches(scope.source, scope.function, node.id, scope.dead)
        if is_kept_and_changed(scope.source, node, touches):
            raise Unconvertible(f"{node.id!r} is put into a list and changed afterwards", scope.source, node)
        if not touches.values and scope.function is not None and node.id in parameters(scope.function):
            if type_name in self._reading.in_place and not (touches.builders or touches.odd or scope.bound):
                return self._received.parameter(node, scope.function, type_name, scope, again, many=many)
            raise Unconvertible(
                f"the request is made by the callers of {scope.function.name}()", scope.source, node
            )
        if not touches.values and scope.function is not None:
            touches = self._variables.touches(scope.source, None, node.id)
            if touches.builders:
                raise Unconvertible(f"{node.id!r} is filled in another place", scope.source, node)
        if touches.odd:
            raise Unconvertible(f"{node.id!r} is also used in another way", scope.source, touches.odd[0])
        if not touches.values:
            raise Unconvertible(f"it is not known what {node.id!r} is", scope.source, node)
        self._check_elsewhere(scope.source, node)
        self._reading.own.add(node.id)
        use = scope.use or scope.source.statement(node)
        if scope.sent is not None and any(not before(scope, s, use) for s in touches.statements()):
            use, scope = scope.sent, replace(scope, moves=())
        _check_given(node, scope, touches, use)
        straight = len(touches.values) == 1 and all(
            before(scope, statement, use) for statement in touches.statements()
        )
        self._consumed.read(scope.source, node)
        own = many and type_name in self._reading.in_place and not scope.bound
        stays = own and (
            (type_name == "LeadRecord" and _is_taken(touches))
            or _is_asked(scope.source, node, touches, is_truth if type_name == "Attribute" else is_length)
        )
        if scope.handed or stays:
            return self._keeping.variable(node, touches, type_name, scope, again, many=many)
        if type_name == LEAD_KEY and not many and (not straight or self._is_choice(scope, touches)):
            return self._keys.variable(node, touches, scope, again, use)
        if straight and self._has_chosen_key(touches, type_name, scope, again):
            return self._keeping.variable(node, touches, type_name, scope, again, many=many)
        if straight:
            return self._folding.value(touches, type_name, scope, again, use, many=many)
        if type_name == "Attribute" and not many:
            raise Unconvertible(f"{node.id!r} is filled differently on different ways", scope.source, node)
        if type_name in self._reading.in_place:
            return self._keeping.variable(node, touches, type_name, scope, again, many=many)
        loops = len(touches.values) == 1 and all(
            before(scope, s, use) or loops_around(scope, s, use) for s in touches.statements()
        )
        if loops:
            return self._folding.value(touches, type_name, scope, again, use, many=many)
        raise Unconvertible(f"{node.id!r} is filled differently on different ways", scope.source, node)

    def _sliced(self, node: ast.Subscript, scope: Scope, again: Again) -> Node:
        """A part of a list that holds the REST form: `records[start:start + 300]`."""
        base = node.value
        if id(node) in self._slicing:
            raise Unconvertible("a list of the request is made of what it was before", scope.source, node)
        self._slicing.add(id(node))
        if (
            isinstance(node.slice, ast.Slice)
            and isinstance(base, ast.Name | ast.Attribute)
            and not scope.bound
        ):
            made = again(base, scope)
            if isinstance(made, Items) and made.text is not None and not scope.is_inlined:
                list_of = made.text
                rest = f"[{scope.source.original(node.slice)}]"
                return Items(
                    made.items, lambda: f"{list_of()}{rest}", at_most(self._program, scope.source, node)
                )
        raise Unconvertible(
            "a part of the request is made in a way that cannot be followed", scope.source, node
        )

    def _returned(
        self,
        node: ast.Call,
        type_name: str,
        scope: Scope,
        again: Again,
        *,
        many: bool,
    ) -> Node:
        """What a helper function of the program returns."""
        found = self._program.called(scope.source, node)
        if found is None or isinstance(found[1], ast.ClassDef):
            raise Unconvertible("a part of the request comes from code that is not known", scope.source, node)
        source, function = found[0], found[1]
        returns = [n for n in walk_scope(function) if isinstance(n, ast.Return) and n.value is not None]
        if not returns and many and type_name in self._reading.in_place and is_generator(function):
            self._consumed.calls[scope.source.place(node)] = node
            return self._keeping.generator(node, source, function, type_name, scope, again)
        if not returns:
            raise Unconvertible(f"{function.name}() returns nothing", scope.source, node)
        self._consumed.calls[scope.source.place(node)] = node
        if type_name in self._reading.in_place and not (type_name == "Attribute" and not many):
            return self._keeping.function(node, source, function, returns, type_name, scope, again, many=many)
        if type_name == LEAD_KEY and not many and ways_of(self._program, scope.source, node) is not None:
            key = self._keys.returned(node, scope, again)
            if key is not None:
                return key
        inner = Scope(source, function, bind(node, function, scope, source), None, moves=scope.moves)
        inner.calls = (*scope.calls, (scope.source, node))
        return self._looked_through(function, returns, inner, again)

    def _has_chosen_key(self, touches: Touches, type_name: str, scope: Scope, again: Again) -> bool:
        """Whether a function gives a lead that has an id on some ways only: then the variable is asked for it."""
        statement, value = touches.values[0]
        if type_name != "LeadRecord" or scope.bound or not isinstance(value, ast.Call):
            return False
        found = self._program.called(scope.source, value)
        if found is None or isinstance(found[1], ast.ClassDef):
            return False
        made = again(value, Scope(scope.source, scope.function, {}, statement, stays=True))
        return isinstance(made, Record) and bool(made.sometimes)

    def _is_choice(self, scope: Scope, touches: Touches) -> bool:
        """Whether a variable is given one of several values."""
        return any(
            isinstance(value, ast.IfExp) or ways_of(self._program, scope.source, value) is not None
            for _, value in touches.values
        )

    def _property(self, node: ast.Attribute, scope: Scope, again: Again) -> Node | None:
        """What a property of the program's own class returns; None where an attribute is none."""
        found = self._program.property_at(scope.source, node)
        if found is None:
            return None
        source, function = found
        owner = source.parent(function)
        if not isinstance(owner, ast.ClassDef) or is_subclassed(self._program, owner):
            return None
        returns = [n for n in walk_scope(function) if isinstance(n, ast.Return) and n.value is not None]
        bound = {function.args.args[0].arg: (node.value, scope)}
        inner = Scope(source, function, bound, None, moves=scope.moves)
        inner.calls = (*scope.calls, (scope.source, node))
        return self._looked_through(function, returns, inner, again)

    def _looked_through(
        self, function: FunctionNode, returns: list[ast.Return], inner: Scope, again: Again
    ) -> Node:
        """What a function that only builds returns."""
        source = inner.source
        if len(returns) != 1 or returns[0] is not function.body[-1]:
            raise Unconvertible(f"{function.name}() returns on several ways", source, function)
        decide(inner, function.body)
        if not only_builds(source, function, inner.taken | inner.dead) or (
            self._reading.purity.changes_others(source, function)
        ):
            raise Unconvertible(f"{function.name}() does more than build the request", source, function)
        value = returns[0].value
        assert value is not None  # noqa: S101 - filtered above
        return again(value, inner)

    def _check_elsewhere(self, source: Source, node: ast.Name) -> None:
        """A constant of a module must not be changed by other modules."""
        function = source.function(node)
        if function is not None and node.id in local_names(function):
            return
        for other in self._program.sources.values():
            if other is source:
                continue
            for found in other.mentions.get(node.id, ()):
                if Aliases(self._program).is_changed(other, found):
                    raise Unconvertible(f"{node.id!r} is changed by another module", other, found)


def _is_taken(touches: Touches) -> bool:
    """Whether a variable holds a list, or a part of one, that something else holds as well."""
    return any(
        isinstance(value, ast.Attribute)
        or (isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice))
        for _, value in touches.values
    )


def _check_given(node: ast.Name, scope: Scope, touches: Touches, use: ast.stmt) -> None:
    """A parameter that a function gives another value must have that one on every way."""
    given = scope.function is not None and node.id in parameters(scope.function)
    if given and not any(before(scope, statement, use) for statement, _ in touches.values):
        raise Unconvertible(
            f"{node.id!r} is what the callers give on some ways, and something else on others",
            scope.source,
            node,
        )


def _is_asked(
    source: Source, sent: ast.Name, touches: Touches, asks: Callable[[Source, ast.expr], bool]
) -> bool:
    """Whether a list that is sent is read besides, but only for its length or whether it is empty."""
    others = [read for read in touches.reads if read is not sent]
    return bool(others) and all(asks(source, read) for read in others)
