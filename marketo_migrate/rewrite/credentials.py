"""The settings that gave the SOAP client its address and keys become the settings of the REST client.

Works after a first try at a rewrite: what that try left without a reader served SOAP only and may change its name.
From where the values reach the SOAP client, they are followed back to something that the construction of the client can
read (a parameter, a constant, an attribute), and from there on to where they come from. Nothing is changed that is not
certain to the end.
"""

import ast
from collections.abc import Iterator

from marketo_migrate.model.record import record
from marketo_migrate.rewrite.credential_fields import Fields, field_default
from marketo_migrate.rewrite.credential_names import CredentialPlan, Role, rest_name
from marketo_migrate.rewrite.credential_slots import Kind, Slot, Slots, bare
from marketo_migrate.rewrite.credential_values import NotCertainError, value_text
from marketo_migrate.rewrite.endpoint_parts import instance_part
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.presence import only_asks
from marketo_migrate.rewrite.program import Program, constant_of, externals
from marketo_migrate.rewrite.source import FunctionNode, Source
from marketo_migrate.rewrite.unused import Unused

_USER = "mktowsUserId"
_SIGNING = frozenset({"hmac.new", "hmac.HMAC", "hmac.digest"})
_DEPTH = 8
_TEXT_TYPES = frozenset(
    {"str", "Optional[str]", "str | None", "'str'", "typing.Optional[str]", "AnyStr", "Final", "Final[str]",
     "typing.Final", "typing.Final[str]", "ClassVar[str]", "typing.ClassVar[str]"}
)  # fmt: skip


@record
class _Reached:
    """A slot that a construction can read, what stands before its name there, and whether it keeps name and value."""

    slot: Slot
    access: str
    is_id: bool


class Credentials:
    """Finds the settings of the clients that are made at `constructions`."""

    def __init__(
        self,
        program: Program,
        unused: Unused,
        constructions: list[tuple[Source, ast.Call]],
        *,
        several: bool = False,
    ) -> None:
        """`several`: the program has several accounts."""
        self._several = several
        self._program = program
        self._unused = unused
        self._constructions = constructions
        self._slots = Slots(program)
        self._fields = Fields(program, unused)
        self._plan = CredentialPlan()
        self._done: dict[tuple[str, str], str] = {}
        self._names: set[tuple[int, str]] = set()
        self._role = Role.ENDPOINT

    def plan(self) -> CredentialPlan:
        """The plan; without arguments where nothing is certain."""
        whole = CredentialPlan()
        seeds = list(self._seeds())
        for source, node in self._constructions:
            for role in Role:
                given = _addresses(node) if role is Role.ENDPOINT else []
                found = [(source, expr) for expr in given] or [(s, e) for r, s, e in seeds if r is role]
                self._plan, self._done, self._names = CredentialPlan(), {}, set()
                try:
                    text = self._argument(role, source, node, found)
                except NotCertainError:
                    continue
                whole.arguments.setdefault(id(node), {})[role] = text
                whole.merge(self._plan)
        return whole

    def _seeds(self) -> Iterator[tuple[Role, Source, ast.expr]]:
        """Where user id and key go into the SOAP header, or into a client that makes it."""
        for source, made in self._constructions:
            names = externals(source.flows(made.func))
            if not any(name.partition(".")[0] in ("suds", "zeep") for name in names):
                yield from ((role, source, value) for role, value in _given_keys(made))
        for source in self._program.sources.values():
            for node in source.nodes:
                for value in _user_ids(node):
                    yield Role.USER, source, value
                if isinstance(node, ast.Call) and set(externals(source.flows(node.func))) & _SIGNING:
                    secret = _key_of(node)
                    if secret is not None and not self._unused.is_alive(source, node):
                        yield Role.KEY, source, secret

    # --- what the construction can read -----------------------------------------------------

    def _argument(
        self, role: Role, source: Source, node: ast.Call, found: list[tuple[Source, ast.expr]]
    ) -> str:
        self._role = role
        reached: dict[tuple[str, int, str], _Reached] = {}
        for where, expression in found:
            readable = self._readable(where, expression, source, node, _DEPTH)
            if not readable and self._is_of_no_call(where, expression):
                continue
            if not readable:
                raise NotCertainError
            for one in readable:
                if reached.setdefault(one.slot.key, one) != one:
                    raise NotCertainError
        if len(reached) != 1:
            raise NotCertainError
        (one,) = reached.values()
        name = one.slot.name if one.is_id else self._rename(one.slot, role)
        return self._access(source, one.access, one.slot, name)

    def _is_of_no_call(self, source: Source, expression: ast.expr) -> bool:
        """Whether a value is the parameter of a function that nothing calls."""
        slot = self._slots.of(source, self._inner(expression)[0])
        if slot is None or slot.kind is not Kind.PARAMETER or self._slots.feeds(slot):
            return False
        function = slot.owner
        assert isinstance(function, FunctionNode)  # noqa: S101 - a parameter belongs to a function
        if self._program.callers(source, function) or self._program.mentions(source, function):
            return False
        return self._program.is_closed(source, function) and not self._unused.is_mentioned_elsewhere(
            source, function.name
        )

    def _readable(
        self, where: Source, expression: ast.expr, source: Source, node: ast.Call, depth: int
    ) -> list["_Reached"]:
        """What a value comes from that can be read at the construction, and how it is read there."""
        inner, is_id = self._inner(expression)
        slot = self._slots.of(where, inner)
        if slot is None or depth == 0:
            return []
        access = self._reading(where, inner, slot, source, node, depth)
        found: list[_Reached] = []
        for other, value in self._slots.feeds(slot):
            found += self._readable(other, value, source, node, depth - 1)
        if is_id:
            found = [_Reached(one.slot, one.access, True) for one in found]
        if access is None:
            kept = ((other, self._slots.access(other, source, node)) for other in self._slots.keepers(slot))
            known = [_Reached(other, how, is_id) for other, how in kept if how is not None]
            return known[:1] or found
        parameters = [one for one in found if one.slot.kind is Kind.PARAMETER]
        if slot.kind is Kind.ATTRIBUTE and parameters and self._slots.is_given_before(slot, source, node):
            return parameters
        if found and not is_id and self._only_repeats(slot, found):
            return found
        return [_Reached(slot, access, is_id)]

    def _reading(
        self, where: Source, inner: ast.expr, slot: Slot, source: Source, node: ast.Call, depth: int
    ) -> str | None:
        """How the construction reads a slot that an expression elsewhere reads."""
        outside = slot.kind is Kind.ATTRIBUTE and slot.owner not in source.ancestors(node)
        if (outside or slot.kind is Kind.ITEM) and isinstance(inner, ast.Attribute | ast.Subscript):
            holder = self._holder(where, inner.value, source, node, depth - 1)
            if holder is not None and (not outside or self._slots.is_given_before(slot, source, node)):
                return holder
        return self._slots.access(slot, source, node)

    def _holder(
        self, where: Source, base: ast.expr, source: Source, node: ast.Call, depth: int
    ) -> str | None:
        """How the construction reads an object: where it is the one that an expression elsewhere is."""
        receivers = self._slots.receivers(where, base)
        if receivers is not None:
            texts = {self._holder(other, given, source, node, depth - 1) for other, given in receivers}
            return texts.pop() if len(texts) == 1 and depth > 0 else None
        texts = {
            self._access(source, one.access, one.slot, one.slot.name)
            for one in self._readable(where, base, source, node, depth)
        }
        return texts.pop() if len(texts) == 1 else None

    def _inner(self, expression: ast.expr) -> tuple[ast.expr, bool]:
        """What a value is made from, and whether that is a Munchkin id already."""
        part = instance_part(expression) if self._role is Role.ENDPOINT else None
        return (bare(part.value), part.is_id) if part is not None else (bare(expression), False)

    def _only_repeats(self, slot: Slot, found: list["_Reached"]) -> bool:
        """Whether a slot would hold the same as another one that it comes from: a name of its own for nothing."""
        if any(one.slot.kind is not slot.kind and one.slot.owner is not slot.owner for one in found):
            return False
        if any(self._inner(value)[0] is not value for _, value in self._slots.feeds(slot)):
            return True
        name = rest_name(slot.name, self._role)
        return any(one.slot.owner is slot.owner and self._new_name(one) == name for one in found)

    def _new_name(self, one: "_Reached") -> str:
        return one.slot.name if one.is_id else rest_name(one.slot.name, self._role)

    def _access(self, source: Source, access: str, slot: Slot, name: str) -> str:
        if slot.kind is Kind.ITEM and not slot.is_attribute:
            return f"{access}[{source.literal(name)}]"
        alias = self._slots.alias(source, slot)
        if alias is not None and not access and name != slot.name:
            self._edit(source, alias, name)
            self._plan.kept.add(id(alias))
        return f"{access}.{name}" if access else name

    # --- new names and values, up to the origin ---------------------------------------------

    def _rename(self, slot: Slot, role: Role) -> str:
        """Give a setting its new name and value, and all that feeds it; the new name."""
        key = (slot.identity, role.value)
        if key in self._done:
            return self._done[key]
        name = rest_name(slot.name, role)
        self._done[key] = name
        if name == slot.name or (id(slot.owner), name) in self._names:
            raise NotCertainError
        self._names.add((id(slot.owner), name))
        if self._slots.is_bound(slot, name):
            if slot.kind is Kind.CONSTANT:
                return name
            raise NotCertainError
        match slot.kind:
            case Kind.PARAMETER:
                self._parameter(slot, role, name)
            case Kind.ITEM:
                self._entry(slot, role, name)
            case Kind.RESULT:
                raise NotCertainError
            case _:
                self._assignments(slot, role, name)
        return name

    def _entry(self, slot: Slot, role: Role, name: str) -> None:
        for key, value in self._slots.entries(slot):
            if slot.source.path not in self._program.sources:
                raise NotCertainError
            if isinstance(key, ast.keyword):
                if not self._fields.is_free(slot.source, slot.owner, slot.name):
                    raise NotCertainError
                start = slot.source.span(key)[0]
                self._plan.edits[slot.source.path, start, start + len(slot.name)] = name
            elif self._unused.is_gone(key):
                self._edit(slot.source, key, slot.source.literal(name))
            else:
                raise NotCertainError
            self._plan.kept.add(id(key))
            self._edit(slot.source, value, self._value(role, slot.source, value))

    def _parameter(self, slot: Slot, role: Role, name: str) -> None:
        argument = slot.argument
        if argument is None or not (self._unused.is_gone(argument) or self._asks_for(slot, name)):
            raise NotCertainError
        if argument.annotation is not None and not _is_text(slot.source, argument.annotation):
            raise NotCertainError
        start = slot.source.span(argument)[0]
        self._plan.edits[slot.source.path, start, start + len(slot.name)] = name
        self._plan.kept.add(id(argument))
        for default in self._slots.default(slot):
            self._edit(slot.source, default, self._value(role, slot.source, default))
        for other, call, given in self._slots.given(slot):
            if any(isinstance(a, ast.Starred) for a in call.args):
                raise NotCertainError
            self._given(slot, role, name, other, given)

    def _given(
        self, slot: Slot, role: Role, name: str, source: Source, given: ast.keyword | ast.expr
    ) -> None:
        """What a call gives for a parameter or field."""
        value = given.value if isinstance(given, ast.keyword) else given
        if source.path not in self._program.sources:
            raise NotCertainError
        if isinstance(given, ast.keyword):
            start = source.span(given)[0]
            self._plan.edits[source.path, start, start + len(slot.name)] = name
        self._edit(source, value, self._value(role, source, value))

    def _assignments(self, slot: Slot, role: Role, name: str) -> None:
        written = self._slots.assignments(slot)
        if not written:
            raise NotCertainError
        gone = all(self._unused.is_gone(statement) for _, statement, _, _ in written)
        if not gone and not self._is_free(slot) and not self._asks_for(slot, name):
            raise NotCertainError
        for source, statement, target, value in written:
            if source.path not in self._program.sources:
                raise NotCertainError
            if isinstance(statement, ast.AnnAssign) and not _is_text(source, statement.annotation):
                raise NotCertainError
            end = source.span(target)[1]
            self._plan.edits[source.path, end - len(slot.name), end] = name
            self._plan.kept.add(id(statement))
            default = field_default(source, value) if value is not None else None
            if default is not None:
                self._edit(source, default, self._value(role, source, default))
        for source, _, given in self._slots.constructed(slot):
            self._given(slot, role, name, source, given)

    def _asks_for(self, slot: Slot, name: str) -> bool:
        """Whether all that still reads a variable only asks whether it is there; it asks by the new name then."""
        if slot.kind is Kind.CONSTANT and self._unused.is_mentioned_elsewhere(slot.source, slot.name):
            return False
        reads = self._slots.reads(slot)
        if reads is None:
            return False
        if slot.kind is Kind.PARAMETER:
            assert isinstance(slot.owner, FunctionNode)  # noqa: S101 - a parameter belongs to a function
            if not self._unused.may_rename_parameters(slot.source, slot.owner):
                return False
        alive = [read for read in reads if self._unused.is_alive(slot.source, read)]
        if not alive or not all(only_asks(slot.source, read) for read in alive):
            return False
        for read in alive:
            self._edit(slot.source, read, name)
        return True

    def _is_free(self, slot: Slot) -> bool:
        """Whether nothing reads an attribute any more, although what gives it a value stands."""
        owner = slot.owner
        return isinstance(owner, ast.ClassDef) and self._fields.is_free(slot.source, owner, slot.name)

    def _value(self, role: Role, source: Source, expression: ast.expr) -> str:
        """The new value in the place of an old one."""
        inner, is_id = self._inner(expression)
        if is_id:
            return source.original(inner)
        slot = self._slots.of(source, inner)
        if slot is None:
            text, needs_os = value_text(role, source, inner, several=self._several)
            if needs_os:
                self._plan.with_os.add(source.path)
            return text
        name = self._rename(slot, role)
        if slot.kind is Kind.ITEM and not slot.is_attribute:
            base = inner.value if isinstance(inner, ast.Subscript) else None
            if base is None:
                raise NotCertainError
            return f"{source.original(base)}[{source.literal(name)}]"
        if isinstance(inner, ast.Attribute):
            return f"{source.original(inner.value)}.{name}"
        return self._access(source, "", slot, name)

    def _edit(self, source: Source, node: ast.AST, text: str) -> None:
        if source.path not in self._program.sources:
            raise NotCertainError
        start, end = source.span(node)
        self._plan.edits[source.path, start, end] = text


def _is_text(source: Source, annotation: ast.expr) -> bool:
    return source.original(annotation).replace('"', "'") in _TEXT_TYPES


def users_of(program: Program) -> frozenset[str]:
    """Where the user ids of a program's SOAP headers come from: names of environment variables and literals."""
    slots = Slots(program)
    found: set[str] = set()
    for source in program.sources.values():
        for node in source.nodes:
            for value in _user_ids(node):
                _origins(slots, source, value, found, _DEPTH)
    return frozenset(found)


def _user_ids(node: ast.AST) -> Iterator[ast.expr]:
    """The values that a node gives to the header's user id."""
    match node:
        case ast.Assign(targets=[ast.Attribute(attr=attr)], value=value) if attr == _USER:
            yield value
        case ast.keyword(arg=arg, value=value) if arg == _USER:
            yield value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and key.value == _USER:
                    yield value


def _is_chosen(source: Source, node: ast.expr) -> bool:
    """Whether a value is looked up under a key that is not constant."""
    for part in walk(node):
        keys: list[ast.expr] = []
        if isinstance(part, ast.Subscript):
            keys = [part.slice]
        elif isinstance(part, ast.Call) and getattr(part.func, "attr", "") in ("get", "getenv"):
            keys = part.args[:1]
        for key in keys:
            if isinstance(key, ast.Name | ast.BinOp | ast.JoinedStr) and not constant_of(source, key)[0]:
                return True
    return False


def _origins(slots: Slots, source: Source, node: ast.expr, found: set[str], depth: int) -> None:
    inner = bare(node)
    texts = [n.value for n in walk(inner) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    slot = slots.of(source, inner)
    if slot is None and _is_chosen(source, inner):
        found.update(("chosen at run time", "among several"))
    elif slot is None:
        found.update(texts[:1])
    elif depth:
        for other, value in slots.feeds(slot):
            _origins(slots, other, value, found, depth - 1)


def _addresses(node: ast.Call) -> list[ast.expr]:
    """The arguments of a construction that tell the endpoint."""
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    names = ("location", "soap_endpoint", "endpoint", "url", "wsdl")
    given = [*(named.get(name) for name in names), *node.args[:1]]
    return [e for e in given if e is not None and not isinstance(bare(e), ast.Constant)][:1]


def _given_keys(node: ast.Call) -> Iterator[tuple[Role, ast.expr]]:
    """The user id and the key that a wrapper's client is made with."""
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    for position, (role, name) in enumerate(((Role.USER, "user_id"), (Role.KEY, "encryption_key")), start=1):
        if name in named:
            yield role, named[name]
        elif len(node.args) == 3:
            yield role, node.args[position]


def _key_of(node: ast.Call) -> ast.expr | None:
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    return node.args[0] if node.args else named.get("key")
