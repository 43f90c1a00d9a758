"""Attributes and items of abstract values: instances, classes, modules, containers."""

from abc import abstractmethod

from marketo_migrate.model import facts as f
from marketo_migrate.model.marks import HINT
from marketo_migrate.resolve.frame import Frame
from marketo_migrate.resolve.program import Program
from marketo_migrate.resolve.state import Cell, Slot, State
from marketo_migrate.resolve.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Client,
    Container,
    Deferred,
    External,
    FunctionValue,
    Instance,
    Key,
    Literal,
    Method,
    ModuleValue,
    Part,
    PartialValue,
    Place,
    Request,
    Response,
    Signature,
    String,
    Super,
    Unknown,
    Value,
    Values,
    client_of,
)

SETTINGS_STEMS = frozenset(
    {
        "settings",
        "config",
        "conf",
        "configuration",
        "constants",
        "defaults",
        "base",
        "local",
        "production",
        "prod",
        "development",
        "dev",
        "staging",
        "common",
        "local_settings",
    }
)
_LATER = frozenset(
    {
        "delay",
        "apply_async",
        "apply",
        "s",
        "si",
        "signature",
        "subtask",
        "run",
        "send",
        "submit",
        "enqueue",
        "defer",
        "call_local",
        "schedule",
        "map",
        "starmap",
        "send_with_options",
        "spool",
        "message",
        "retry_on",
        "with_options",
        "options",
        "kiq",
        "call",
        "now",
        "push",
        "chunks",
        "fn",
        "__call__",
        "__wrapped__",
        "func",
        "original_func",
        "with_hosts",
    }
)
_MAX_EXTERNAL = 120


class Objects(State):
    """Reads and writes attributes and items; knows classes and their order of bases."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.program = program
        self.stars: dict[str, dict[str, None]] = {}
        self._orders: dict[Key, tuple[tuple[Key, ...], tuple[Cell, ...]]] = {}
        self._ways: dict[tuple[Key, str], tuple[Cell, ...]] = {}
        self._outside: dict[Key, tuple[str, ...]] = {}

    @abstractmethod
    def call_value(
        self,
        frame: Frame,
        value: Value,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
        how: str,
    ) -> Values:
        """Call a value; defined by `Calls`."""

    @abstractmethod
    def member(self, frame: Frame, value: Client | Part, name: str, at: Place) -> Values:
        """An attribute of a client or a part of one; defined by `Soap`."""

    @abstractmethod
    def request_member(self, request: Request, name: str) -> Values:
        """An attribute of a request object; defined by `Soap`."""

    @abstractmethod
    def base_client(self, frame: Frame, instance: Instance) -> Client | None:
        """The SOAP client that an instance of a subclass of one is; defined by `Soap`."""

    # --- modules ----------------------------------------------------------------------------

    def module_attribute(self, path: str, name: str, seen: set[str] | None = None) -> Values:
        """A global of a module, a submodule, or a name that a star import brings in.

        `seen` are the modules that were asked: modules that import all of each other are asked once.
        """
        seen = {path} if seen is None else seen
        self.require(path)
        slot: Slot = ("global", path, name)
        values = self.read(slot)
        if values:
            return values
        submodule = self.program.submodule(path, name)
        if submodule is not None:
            self.require(submodule)
            return frozenset((ModuleValue(submodule),))
        self.read(("stars", path))
        for star in self.stars.get(path, ()):
            if star in seen:
                continue
            seen.add(star)
            if star.startswith("external:"):
                found = self.star_external(star.removeprefix("external:"), name)
            else:
                found = self.module_attribute(star, name, seen)
            if found:
                return found
        return self.read(("global", path, "__getattr__")) and NOTHING

    @abstractmethod
    def star_external(self, module: str, name: str) -> Values:
        """A name that a star import of an outside module may bring in; defined by `Soap`."""

    @abstractmethod
    def require(self, path: str) -> None:
        """Have a module's body evaluated; defined by `Interpreter`."""

    def settings_value(self, name: str) -> Values:
        """A settings constant by its name, from any settings-like module of the program."""
        found: Values = NOTHING
        for path in self.program.named(SETTINGS_STEMS):
            facts = self.program.facts(path)
            if facts is None or name not in facts.text:
                continue
            self.require(path)
            found |= self.read(("global", path, name))
            for key, record in self.classes.items():
                if key[0] == path:
                    found |= self.read(("attribute", ClassValue(record.key), name))
        return found

    def configured_value(self, module: str, section: str | None, key: str) -> Values:
        """The addresses that the settings files give under a key."""
        if len(key) > 80 or not key.replace("_", "a").replace(".", "a").replace("-", "a").isalnum():
            return NOTHING
        return frozenset(
            String((text,), ((path, line, -1),))
            for text, path, line in self.program.configured(module, section, key)[:4]
        )

    # --- attributes -------------------------------------------------------------------------

    def attribute(self, frame: Frame, base: Value, name: str, at: Place) -> Values:
        """`base.name`."""
        match base:
            case Client() | Part():
                return self.member(frame, base, name, at)
            case Instance():
                return self.instance_attribute(frame, base, name, at)
            case ClassValue(key=key):
                return self.class_attribute(frame, key, name, base, at) or self._task_attribute(
                    base, key, name
                )
            case Super(receiver=receiver, after=after):
                return self._super_attribute(frame, receiver, after, name, at)
            case ModuleValue(path=path):
                return self.module_attribute(path, name) or _hinted(name)
            case External(name=dotted):
                return self._external_attribute(dotted, name)
            case Request():
                return self.request_member(base, name)
            case FunctionValue() | PartialValue() if name in _LATER:
                return frozenset((Deferred(base, name),))
            case FunctionValue(key=key) if key in self.task_bases:
                return self.instance_attribute(frame, Instance(self.task_bases[key].key, None), name, at)
            case FunctionValue() if name == "fget":
                return frozenset((base,))
            case FunctionValue() | PartialValue() | Deferred():
                return UNKNOWN
            case Container(kind="dict") if name in self.keys(base):
                return self.item(base, name) | self.read(("attribute", base, name))
            case Container() | String() | Signature() | Method():
                return self.read(("attribute", base, name)) | {Method(base, name)}
            case Response():
                return frozenset((base.part(name),))
            case Unknown(hints=hints):
                return self.unknown_attribute(frame, hints, name, at)
            case _:
                return UNKNOWN

    @abstractmethod
    def unknown_attribute(self, frame: Frame, hints: frozenset[str], name: str, at: Place) -> Values:
        """An attribute of something unknown, which may still be a SOAP client; defined by `Soap`."""

    def _external_attribute(self, dotted: str, name: str) -> Values:
        if "parse_args()" in dotted or "parse_known_args()" in dotted:
            default = self.read(("option", name))
            if default:
                return default | _hinted(name)
        if dotted == "django.conf.settings":
            return self.settings_value(name) or _hinted(name)
        if len(dotted) > _MAX_EXTERNAL:
            return _hinted(name)
        return frozenset((External(f"{dotted}.{name}"),))

    def instance_attribute(self, frame: Frame, base: Instance, name: str, at: Place) -> Values:
        """An attribute of an object: its own, its class's, its SOAP base class's, or from `__getattr__`."""
        if name == "__class__":
            return frozenset((ClassValue(base.cls),))
        if name == "__dict__":
            return frozenset((base,))
        own = self.own_attribute(base, name)
        inherited = self.class_attribute(frame, base.cls, name, base, at)
        if own or inherited:
            return own | inherited
        client = self.base_client(frame, base)
        if client is not None:
            return self.member(frame, client, name, at)
        task = self._task_attribute(base, base.cls, name)
        if task:
            return task
        for hook in self.lookup(base.cls, "__getattribute__") | self.lookup(base.cls, "__getattr__"):
            given = self._ask_hook(frame, hook, base, name, at)
            if given:
                return given
        record = self.classes.get(base.cls)
        hints = frozenset(word for word in (name, record.facts.name if record else "") if HINT.search(word))
        return self.unknown_attribute(frame, hints, name, at)

    def _task_attribute(self, base: Value, key: Key, name: str) -> Values:
        """`Task().delay` runs the task's `run`; `cls.__new__` makes a bare object."""
        if name == "__new__":
            return frozenset((External("builtins.object.__new__"),))
        if name not in ("delay", "apply_async", "apply", "s", "si"):
            return NOTHING
        receiver = base if isinstance(base, Instance) else Instance(key, None)
        return frozenset(
            Deferred(FunctionValue(value.key, receiver, value.owner, value.cell), name)
            for value in self.lookup(key, "run")
            if isinstance(value, FunctionValue)
        )

    def own_attribute(self, base: Instance, name: str) -> Values:
        """What was stored in an object, or in any object of its class where this one has nothing."""
        own = self.read(("attribute", base, name))
        if base.site is None:
            own |= self.read(("any", base.cls, name))
        elif not own:
            own = self.read(("attribute", Instance(base.cls, None), name))
        return own

    def _ask_hook(self, frame: Frame, hook: Value, base: Instance, name: str, at: Place) -> Values:
        if not isinstance(hook, FunctionValue) or frame.context.depth > 40:
            return NOTHING
        bound = FunctionValue(hook.key, base, hook.owner, hook.cell, hook.flavour)
        given = self.call_value(frame, bound, [frozenset((String((name,)),))], {}, at, "hook")
        return frozenset(v for v in given if not isinstance(v, Unknown | Literal))

    def class_attribute(self, frame: Frame, key: Key, name: str, receiver: Value, at: Place) -> Values:
        """An attribute found on a class or its bases, functions bound to `receiver`."""
        result: set[Value] = set()
        for value in self.lookup(key, name):
            if isinstance(value, PartialValue) and isinstance(receiver, Instance):
                result.add(_bound_partial(value, receiver))
            elif not isinstance(value, FunctionValue) or value.flavour == "static":
                result.add(value)
            elif value.flavour == "class":
                cls = ClassValue(receiver.cls) if isinstance(receiver, Instance) else ClassValue(key)
                result.add(FunctionValue(value.key, cls, value.owner, value.cell))
            elif not isinstance(receiver, Instance):
                result.add(value)
            elif value.flavour == "property":
                bound = FunctionValue(value.key, receiver, value.owner, value.cell)
                result.update(self.call_value(frame, bound, [], {}, at, "property"))
            else:
                result.add(FunctionValue(value.key, receiver, value.owner, value.cell, value.flavour))
        return frozenset(result)

    def lookup(self, key: Key, name: str) -> Values:
        """The class attribute `name` along the order of bases, nothing bound."""
        order = self.order_of_bases(key)
        way = self._ways.get((key, name))
        if way is None:
            way = tuple(self.cell(("attribute", ClassValue(cls), name)) for cls in order)
            self._ways[key, name] = way
        for cell in way:
            values = self.read_cell(cell)
            if values:
                return values
        return NOTHING

    def order_of_bases(self, key: Key) -> tuple[Key, ...]:
        """A class and the program's classes that it derives from, nearest first, cycles cut."""
        known = self._orders.get(key)
        if known is not None:
            self.reread(known[1])
            return known[0]
        result: dict[Key, None] = {}
        pending = [key]
        while pending and len(result) < 50:
            cls = pending.pop(0)
            if cls in result:
                continue
            result[cls] = None
            bases = [v.key for v in self.read(("bases", cls)) if isinstance(v, ClassValue)]
            pending = sorted(bases) + pending
        order = tuple(result)
        self._orders[key] = (order, tuple(self.cell(("bases", cls)) for cls in order))
        return order

    def set_bases(self, key: Key, bases: Values) -> None:
        """What a class derives from."""
        if not bases <= self.peek(("bases", key)):
            self._orders.clear()
            self._ways.clear()
            self._outside.clear()
        self.write(("bases", key), bases)

    def external_bases(self, key: Key) -> tuple[str, ...]:
        """The dotted names of the outside classes that a class derives from."""
        order = self.order_of_bases(key)
        if key not in self._outside:
            names: dict[str, None] = {}
            for cls in order:
                for value in sorted(self.read(("bases", cls)), key=repr):
                    if isinstance(value, External):
                        names[value.name] = None
            self._outside[key] = tuple(names)
        return self._outside[key]

    def _super_attribute(self, frame: Frame, receiver: Value, after: Key, name: str, at: Place) -> Values:
        key = (
            receiver.cls
            if isinstance(receiver, Instance)
            else receiver.key
            if isinstance(receiver, ClassValue)
            else after
        )
        order = self.order_of_bases(key)
        rest = order[order.index(after) + 1 :] if after in order else order[1:]
        for cls in rest:
            found = self.read(("attribute", ClassValue(cls), name))
            if found:
                return frozenset(
                    FunctionValue(v.key, receiver, v.owner, v.cell, v.flavour)
                    if isinstance(v, FunctionValue)
                    else v
                    for v in found
                )
        if name == "__new__":
            return frozenset((External("builtins.object.__new__"),))
        if isinstance(receiver, Instance):
            client = self.base_client(frame, receiver)
            if client is not None:
                return (
                    frozenset((Method(client, name),))
                    if name == "__init__"
                    else self.member(frame, client, name, at)
                )
        return UNKNOWN

    def store_attribute(self, base: Value, name: str, values: Values, at: Place) -> None:
        """`base.name = values`."""
        self.write(("attribute", base, name), values, at)
        if isinstance(base, Instance) and base.site is not None:
            self.write(("any", base.cls, name), values)

    def share(self, path: str, holder: str, name: str, values: Values, at: Place) -> None:
        """Something outside the program keeps values: `app.extensions["x"] = client`, `g.x = client`."""
        kept = frozenset(
            v
            for v in values
            if client_of(v) is not None or isinstance(v, Instance | FunctionValue | Container)
        )
        if kept and holder not in ("self", "cls"):
            self.write(("shared", path, holder, name), kept, at)

    def shared(self, path: str, holder: str, name: str, *, everywhere: bool) -> Values:
        """What something outside keeps under a name, set in this module, or anywhere if the name tells."""
        values = self.read(("shared", path, holder, name))
        if everywhere or HINT.search(name):
            values |= self.read(("shared", "", holder, name))
        return values

    # --- items ------------------------------------------------------------------------------

    def store_item(
        self, container: Container, key: str | int | None, values: Values, at: Place | None = None
    ) -> None:
        """`container[key] = values`; key None is an unknown one."""
        self.write(("item", container, key), values, at)
        if key is not None:
            self.write(
                ("keys", container), frozenset((String((key,)) if isinstance(key, str) else Literal(key),))
            )

    def item(self, container: Container, key: str | int | None) -> Values:
        """`container[key]`; of an unknown key every item."""
        values = self.read(("item", container, None))
        if key is not None:
            return values | self.read(("item", container, key))
        for known in self.keys(container):
            values |= self.read(("item", container, known))
        return values

    def keys(self, container: Container) -> tuple[str | int, ...]:
        """The known keys of a container, text first."""
        found: list[str | int] = []
        for value in self.read(("keys", container)):
            if isinstance(value, String) and value.known is not None:
                found.append(value.known)
            elif isinstance(value, Literal) and isinstance(value.value, int):
                found.append(value.value)
        return tuple(sorted(found, key=lambda key: (isinstance(key, int), str(key).zfill(6))))

    def elements(self, frame: Frame, values: Values, at: Place) -> Values:
        """What iterating over values gives."""
        result: set[Value] = set()
        for value in values:
            match value:
                case Container(kind="dict"):
                    result.update(
                        String((k,)) if isinstance(k, str) else Literal(k) for k in self.keys(value)
                    )
                case Container():
                    result.update(self.item(value, None))
                case Response():
                    result.add(value.part("[]"))
                case Instance():
                    for found in self.class_attribute(frame, value.cls, "__iter__", value, at):
                        inner = self.call_value(frame, found, [], {}, at, "iteration")
                        result.update(
                            v for item in inner if isinstance(item, Container) for v in self.item(item, None)
                        )
                case String():
                    result.add(Unknown(value.hints))
                case _:
                    result.add(Unknown())
        return frozenset(result) or (UNKNOWN if values else NOTHING)


def _hinted(name: str) -> Values:
    return frozenset((Unknown(frozenset((name,)) if HINT.search(name) else frozenset()),))


def parameter_names(function: f.Function) -> tuple[str, ...]:
    """The names of the parameters that positional arguments fill."""
    return tuple(p.name for p in function.parameters if p.kind == "positional")


def _bound_partial(value: PartialValue, receiver: Instance) -> PartialValue:
    """`partialmethod(function, …)` of a class, for an instance."""
    function = value.function
    if not isinstance(function, FunctionValue) or function.owner is None or function.receiver is not None:
        return value
    bound = FunctionValue(function.key, receiver, function.owner, function.cell, function.flavour)
    return PartialValue(bound, value.positional, value.keywords)
