"""Evaluates expressions to abstract values."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marketo_migrate.model import facts as f
from marketo_migrate.model.marks import HINT
from marketo_migrate.model.surface import Surfaces
from marketo_migrate.resolve.annotations import from_text
from marketo_migrate.resolve.calls import Calls
from marketo_migrate.resolve.frame import Frame, has_inner_functions, rebound_names, target_names
from marketo_migrate.resolve.program import Program
from marketo_migrate.resolve.soap import HEADER_WORDS, Names
from marketo_migrate.resolve.state import Given
from marketo_migrate.resolve.strings import SPLITTING, concatenate, literal, percent, texts_of
from marketo_migrate.resolve.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Client,
    Container,
    External,
    FunctionValue,
    Instance,
    Literal,
    Method,
    Part,
    PartialValue,
    Place,
    Request,
    Response,
    String,
    Super,
    Unknown,
    Value,
    Values,
    place,
)

_TYPING = frozenset(
    {
        "Optional",
        "Union",
        "Annotated",
        "List",
        "Sequence",
        "Iterable",
        "list",
        "tuple",
        "Final",
        "ClassVar",
        "Awaitable",
        "Type",
        "type",
        "Iterator",
        "Generator",
    }
)


CALLING_METHODS = frozenset({"call_service", "call", "invoke", "execute", "_call", "call_method"})
"""Methods that may make the SOAP call whose operation they are told."""
_OUTSIDE = frozenset((Unknown, External))
"""The kinds of values that are not part of the program."""
_NONE: Values = frozenset((Literal(None),))
_COLLECTIONS = frozenset(
    {
        "List",
        "Sequence",
        "Iterable",
        "list",
        "tuple",
        "Tuple",
        "Iterator",
        "Generator",
        "Dict",
        "dict",
        "Mapping",
        "DefaultDict",
        "Set",
        "set",
        "AsyncIterator",
        "Collection",
    }
)
_TYPING = _TYPING | _COLLECTIONS


class Expressions(Calls):
    """One method per kind of expression."""

    def __init__(
        self, program: Program, surfaces: Surfaces, names: Names, template_files: Mapping[str, str]
    ) -> None:
        super().__init__(program, surfaces, names, template_files)
        self._evaluators: dict[type, Callable[[Frame, Any], Values]] = {
            f.Constant: self._constant,
            f.Text: self._text,
            f.Joined: self._joined_text,
            f.Name: self._name,
            f.Attribute: self._attribute,
            f.Subscript: self._subscript,
            f.Call: self._call,
            f.Binary: self._binary,
            f.Choice: self._choice,
            f.Sequence: self._sequence,
            f.Mapping: self._mapping,
            f.Starred: lambda frame, node: self.expression(frame, node.value),
            f.Lambda: self._lambda,
            f.Comprehension: self._comprehension,
            f.Await: lambda frame, node: self.expression(frame, node.value),
            f.Yield: self._yield,
            f.Walrus: self._walrus,
            f.Opaque: self._opaque,
        }

    def expression(self, frame: Frame, node: f.Expression) -> Values:
        """The values that an expression may have."""
        self.work += 1
        values = self._evaluators[type(node)](frame, node)
        if self.live is not None and values:
            flows = self.observed.flows.setdefault((frame.module.path, *node.at), {})
            flows[frame.context.id] = flows.get(frame.context.id, NOTHING) | values
        return values

    # --- names and literals -----------------------------------------------------------------

    def _constant(self, frame: Frame, node: f.Constant) -> Values:
        value = node.value
        if isinstance(value, bytes):
            return frozenset((literal(value.decode("latin-1"), place(frame.module.path, node.at)),))
        return frozenset((Literal(value),))

    def _text(self, frame: Frame, node: f.Text) -> Values:
        return frozenset((literal(node.value, place(frame.module.path, node.at)),))

    def _joined_text(self, frame: Frame, node: f.Joined) -> Values:
        operands = [self.expression(frame, part) for part in node.parts]
        return self._noted(concatenate(operands), operands)

    def _name(self, frame: Frame, node: f.Name) -> Values:
        return self.name(frame, node.name)

    def name(self, frame: Frame, name: str) -> Values:
        """The values of a variable: local, of an enclosing function, global, star import or builtin."""
        environment = frame.environment or {}
        if name in environment:
            return environment[name] | self._rebound(frame, name)
        if frame.class_key is not None and frame.outer is not None:
            return self.name(frame.outer, name)
        if name in frame.local_names:
            return NOTHING
        cell = frame.context.value.cell if frame.context.value else -1
        while cell >= 0:
            values = self.read(("cell", cell, name))
            if values:
                return values
            outer = self.contexts[cell]
            cell = outer.value.cell if outer.value else -1
        values = self.module_attribute(frame.module.path, name)
        if values:
            return values
        if name in ("__name__", "__file__"):
            return UNKNOWN
        return frozenset((External(f"builtins.{name}"),))

    def _rebound(self, frame: Frame, name: str) -> Values:
        """What inner functions may have put into a variable of this body."""
        function = frame.context.function
        if frame.class_key is not None:
            return NOTHING
        if function is None:
            if name in rebound_names(frame.module.body):
                return self.read(("global", frame.module.path, name))
        elif frame.shared and name in rebound_names(function.body):
            return self.read(("cell", frame.context.id, name))
        return NOTHING

    # --- access -----------------------------------------------------------------------------

    def _attribute(self, frame: Frame, node: f.Attribute) -> Values:
        at = place(frame.module.path, node.at)
        bases = _but_none(self.expression(frame, node.base))
        result: set[Value] = set()
        for base in bases:
            result.update(self.attribute(frame, base, node.name, at))
        if any(type(base) in _OUTSIDE for base in bases):
            result.update(self.shared(frame.module.path, last_name(node.base), node.name, everywhere=False))
        if not bases and node.name in ("service", "factory"):
            result.update(self.unknown_attribute(frame, frozenset(), node.name, at))
        return frozenset(result)

    def _subscript(self, frame: Frame, node: f.Subscript) -> Values:
        bases = _but_none(self.expression(frame, node.base))
        keys = self.expression(frame, node.index)
        at = place(frame.module.path, node.at)
        result: set[Value] = set()
        if isinstance(node.index, f.Text) and any(type(base) in _OUTSIDE for base in bases):
            result.update(self.shared("", last_name(node.base), node.index.value, everywhere=True))
        for base in bases:
            match base:
                case Container():
                    if isinstance(node.index, f.Opaque) and node.index.kind == "slice":
                        result.add(base)
                    else:
                        result.update(self.items_by(frame, base, keys))
                case Client() | Part():
                    result.update(self.part_item(frame, base, keys, at))
                case Request() if isinstance(node.index, f.Text):
                    result.update(self.request_member(base, node.index.value))
                case Response():
                    sliced = isinstance(node.index, f.Opaque) and node.index.kind == "slice"
                    step = node.index.value if isinstance(node.index, f.Text) else "[]"
                    result.add(base if sliced else base.part(step))
                case String() if isinstance(node.index, f.Opaque) or _is_cut(node.base):
                    result.add(base)
                case Instance():
                    for getter in self.class_attribute(frame, base.cls, "__getitem__", base, at):
                        result.update(self.call_value(frame, getter, [keys], {}, at, "call"))
                    result.update(self._item_attribute(base, keys))
                case External(name=dotted) if dotted.rpartition(".")[2] in _TYPING:
                    parts = keys
                    for container in keys:
                        if isinstance(container, Container):
                            parts = self.item(container, None)
                    result.update(v for v in parts if isinstance(v, ClassValue | External))
                case External(name="os.environ"):
                    result.update(self._from_environment(frame, [keys], {}, at))
                case External(name=dotted):
                    found = self._configured(frame, node.base, keys)
                    known = any(isinstance(v, String) for v in found) or "config" in dotted.lower()
                    result.update(found if known else {External(f"{dotted}[]")})
                case Unknown():
                    result.update(self._configured(frame, node.base, keys))
                case _:
                    result.add(Unknown())
        return frozenset(result)

    def _item_attribute(self, base: Instance, keys: Values) -> Values:
        found: set[Value] = set()
        for key in texts_of(keys):
            if key.known:
                found.update(self.read(("attribute", base, key.known)))
        return frozenset(found) or UNKNOWN

    def _configured(self, frame: Frame, base: f.Expression, keys: Values) -> Values:
        """`config["KEY"]` of something unknown: an address or constant in the settings, or a hint."""
        found: set[Value] = set()
        section = (
            base.index.value if isinstance(base, f.Subscript) and isinstance(base.index, f.Text) else None
        )
        for key in texts_of(keys):
            known = key.known
            if known:
                found.update(self.configured_value(frame.module.path, section, known))
            if known and known.isupper() and len(known) > 3:
                found.update(self.settings_value(known))
            found.add(Unknown(frozenset((known,)) if known and HINT.search(known) else key.hints))
        return frozenset(found)

    def _call(self, frame: Frame, node: f.Call) -> Values:
        at = place(frame.module.path, node.at)
        special = self._special_call(frame, node, at)
        if special is not None:
            return special
        callees = self.expression(frame, node.function)
        routes = {value.client: self.last_slot(value.client) for value in callees if isinstance(value, Part)}
        positional, keywords = self._arguments(frame, node.arguments)
        for client, slot in routes.items():
            if slot is not None:
                self.observed.sources.setdefault((at, client), slot)
        if any(_may_perform(callee) for callee in callees):
            self._note_arguments(frame, node, positional, keywords, at)
        result: set[Value] = set()
        for callee in callees:
            result.update(self.call_value(frame, callee, positional, keywords, at, "call"))
        self._unknown_call(frame, node, callees, positional, keywords, at)
        result.update(self._configured_call(frame, node, callees))
        return frozenset(result)

    def _configured_call(self, frame: Frame, node: f.Call, callees: Values) -> Values:
        """`config.get("section", "key")` of something unknown."""
        if not isinstance(node.function, f.Attribute) or any(type(v) not in _OUTSIDE for v in callees):
            return NOTHING
        names = [
            a.value.value for a in node.arguments[:2] if isinstance(a.value, f.Text) and a.keyword is None
        ]
        if not names or not node.function.name.startswith("get"):
            return NOTHING
        if len(names) == 2:
            found = self.configured_value(frame.module.path, names[0], names[1])
            return found or self.configured_value(frame.module.path, None, names[0])
        return self.configured_value(frame.module.path, None, names[0])

    def _note_arguments(
        self, frame: Frame, node: f.Call, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> None:
        """Keep the arguments of a call on a SOAP client, by context."""
        path = frame.module.path
        plain = [argument for argument in node.arguments if argument.star == "" and argument.keyword is None]
        starred = any(argument.star == "*" for argument in node.arguments)
        places: list[Place | None] = [None] * len(positional)
        if not starred:
            places = [place(path, argument.value.at) for argument in plain]
        spelled = {a.keyword: place(path, a.value.at) for a in node.arguments if a.keyword is not None}
        self.observed.arguments.setdefault(at, {})[frame.context.id] = Given(
            tuple(zip(positional, places, strict=False)),
            tuple((name, values, spelled.get(name)) for name, values in sorted(keywords.items())),
        )

    def _special_call(self, frame: Frame, node: f.Call, at: Place) -> Values | None:
        """`super()`, `locals()`: calls that need the frame."""
        if not isinstance(node.function, f.Name):
            return None
        if node.function.name == "super":
            receiver, owner = self._self(frame)
            return (
                frozenset((Super(receiver, owner),))
                if receiver is not None and owner is not None
                else UNKNOWN
            )
        if node.function.name in ("locals", "vars") and not node.arguments:
            container = Container("dict", (at, frame.context.id))
            for name, values in sorted((frame.environment or {}).items()):
                self.store_item(container, name, values)
            return frozenset((container,))
        return None

    def _self(self, frame: Frame) -> tuple[Value | None, tuple[str, int] | None]:
        value = frame.context.value
        function = frame.context.function
        while value is not None and value.owner is None and value.cell >= 0:
            outer = self.contexts[value.cell]
            value, function = outer.value, outer.function
        if value is None or value.owner is None or function is None or not function.parameters:
            return None, None
        if value.receiver is not None:
            return value.receiver, value.owner
        receivers = (frame.environment or {}).get(function.parameters[0].name, NOTHING)
        for receiver in receivers:
            if isinstance(receiver, Instance | ClassValue):
                return receiver, value.owner
        return Instance(value.owner, None), value.owner

    def _arguments(
        self, frame: Frame, arguments: tuple[f.Argument, ...]
    ) -> tuple[list[Values], dict[str, Values]]:
        positional: list[Values] = []
        keywords: dict[str, Values] = {}
        for argument in arguments:
            values = self.expression(frame, argument.value)
            if argument.star == "*":
                unpacked = self._unpacked(values)
                if unpacked:
                    positional.extend(unpacked)
                else:
                    keywords["*"] = UNKNOWN
            elif argument.star == "**":
                named = self._unpacked_names(values)
                keywords.update(named)
                keywords["**"] = self._rest_of(values)
            elif argument.keyword is not None:
                keywords[argument.keyword] = values
            else:
                positional.append(values)
        return positional, keywords

    def _rest_of(self, values: Values) -> Values:
        rest: Values = NOTHING
        for value in values:
            rest |= self.read(("item", value, None)) if isinstance(value, Container) else UNKNOWN
        return rest

    def _unknown_call(
        self,
        frame: Frame,
        node: f.Call,
        callees: Values,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> None:
        """A call of something unknown may still be a post, or `call_service('getLead', …)`."""
        if any(type(callee) not in _OUTSIDE for callee in callees):
            return
        if not isinstance(node.function, f.Attribute):
            return
        name = node.function.name
        if name in self.http.post_methods:
            base = self.expression(frame, node.function.base)
            self.post(frame, at, [*positional, *keywords.values(), base])
        elif name in CALLING_METHODS and positional:
            hints = frozenset(h for v in callees if isinstance(v, Unknown) for h in v.hints)
            hints |= self._receiver_hints(frame, node.function.base)
            for text in texts_of(positional[0]):
                if text.known in self.names.operations and (hints or self._is_external_wrapper(callees)):
                    base_at = place(frame.module.path, node.function.base.at)
                    client = self.orphan(frame, hints, base_at)
                    self.perform(frame, client, text.known, positional[1:], keywords, at)

    def _is_external_wrapper(self, callees: Values) -> bool:
        return any(isinstance(v, External) and HINT.search(v.name) for v in callees)

    def _receiver_hints(self, frame: Frame, node: f.Expression) -> frozenset[str]:
        text = frame.module.source(node.at)
        return frozenset((text,)) if HINT.search(text) and len(text) < 80 else frozenset()

    # --- operators --------------------------------------------------------------------------

    def _binary(self, frame: Frame, node: f.Binary) -> Values:
        operands = [self.expression(frame, operand) for operand in node.operands]
        if node.operator == "+":
            lists = [v for values in operands for v in values if isinstance(v, Container)]
            if lists:
                return frozenset(lists)
            return self._noted(concatenate(operands), operands)
        if node.operator == "%" and len(operands) == 2:
            templates = [value for value in operands[0] if isinstance(value, String)]
            if templates:
                result: Values = NOTHING
                for template in templates:
                    result |= percent(template, lambda key: self._percent_argument(operands[1], key))
                return self._noted(result, self._percent_operands(operands[1]))
        if node.operator == "|":
            return frozenset().union(*operands)
        return self._tainted(operands, {}, frozenset())

    def _percent_argument(self, values: Values, key: str | int) -> Values:
        result: set[Value] = set()
        for value in values:
            if isinstance(value, Container):
                result.update(self.item(value, key))
            elif key == 0:
                result.add(value)
        return frozenset(result) or UNKNOWN

    def _percent_operands(self, values: Values) -> list[Values]:
        inner = [self.item(value, None) for value in values if isinstance(value, Container)]
        return [values, *inner]

    def _choice(self, frame: Frame, node: f.Choice) -> Values:
        for test in node.tests:
            self.expression(frame, test)
        options = [self.expression(frame, option) for option in node.options]
        if node.both:
            # In `lead and lead.Id` the first is an object: where it is there, it is true, and not the value.
            parts = [value for value in options[-1] if isinstance(value, Response)]
            options[0] = frozenset(value for value in options[0] if not _has_part(value, parts))
        return frozenset().union(*options)

    def _opaque(self, frame: Frame, node: f.Opaque) -> Values:
        operands = [self.expression(frame, part) for part in node.parts]
        if node.kind in ("compare", "not", "slice"):
            return UNKNOWN
        return self._tainted(operands, {}, frozenset())

    def _walrus(self, frame: Frame, node: f.Walrus) -> Values:
        values = self.expression(frame, node.value)
        self.assign(frame, node.target, values, place(frame.module.path, node.value.at))
        return values

    def assign(self, frame: Frame, target: f.Expression, values: Values, at: Place) -> None:
        """Bind values to a target; defined by `Interpreter`."""
        raise NotImplementedError

    # --- displays ---------------------------------------------------------------------------

    def _sequence(self, frame: Frame, node: f.Sequence) -> Values:
        path = frame.module.path
        container = Container(node.kind, (place(path, node.at), frame.context.id))
        starred = False
        for index, item in enumerate(node.items):
            values = self.expression(frame, item)
            if isinstance(item, f.Starred):
                starred = True
                values = self.elements(frame, values, place(path, item.at))
            key = None if starred or index > 200 else index
            self.store_item(container, key, values, place(path, item.at))
        return frozenset((container,))

    def _mapping(self, frame: Frame, node: f.Mapping) -> Values:
        path = frame.module.path
        at = place(path, node.at)
        container = Container("dict", (at, frame.context.id))
        for key, value in node.items:
            values = self.expression(frame, value)
            if key is None:
                self._copy_items(frame, container, values, place(path, value.at))
                continue
            for text in self.expression(frame, key) or UNKNOWN:
                name: str | int | None = None
                if isinstance(text, String):
                    name = text.known
                elif isinstance(text, Literal) and isinstance(text.value, int):
                    name = text.value
                self.store_item(container, name, values, place(path, value.at))
                if name in HEADER_WORDS:
                    self.note_signatures(values, container)
                    if name == "mktowsUserId":
                        self.observed.headers.setdefault(at, "mktowsUserId")
        return frozenset((container,))

    def _comprehension(self, frame: Frame, node: f.Comprehension) -> Values:
        """Its variables are its own; in Python 2 those of a list stay."""
        names = target_names(loop.target for loop in node.loops)
        before = frame.environment
        stay = frame.module.language == 2 and node.kind == "list"
        # Functions made in a module's body find variables among the module's only.
        read_later = frame.context.function is None and has_inner_functions(node)
        if before is None or stay or read_later:
            return self._comprehended(frame, node)
        hidden = {name: before[name] for name in names if name in before}
        outer, frame.inner_names = frame.inner_names, frame.inner_names | names
        result = self._comprehended(frame, node)
        frame.inner_names = outer
        if frame.environment is not None:
            for name in names:
                frame.environment.pop(name, None)
            frame.environment.update(hidden)
        return result

    def _comprehended(self, frame: Frame, node: f.Comprehension) -> Values:
        path = frame.module.path
        for loop in node.loops:
            values = self.expression(frame, loop.iterable)
            at = place(path, loop.iterable.at)
            self.assign(frame, loop.target, self.elements(frame, values, at), at)
            for condition in loop.conditions:
                self.expression(frame, condition)
        kind = "list" if node.kind == "generator" else node.kind
        container = Container(kind, (place(path, node.at), frame.context.id))
        if node.kind == "dict":
            keys = self.expression(frame, node.elements[0])
            values = self.expression(frame, node.elements[1])
            for text in texts_of(keys):
                self.store_item(container, text.known, values, place(path, node.elements[1].at))
        else:
            self.store_item(
                container, None, self.expression(frame, node.elements[0]), place(path, node.elements[0].at)
            )
        return frozenset((container,))

    def _lambda(self, frame: Frame, node: f.Lambda) -> Values:
        return frozenset((self.define(frame, node.function),))

    def define(self, frame: Frame, function: f.Function) -> FunctionValue:
        """Make a function's value; defined by `Interpreter`."""
        raise NotImplementedError

    def _yield(self, frame: Frame, node: f.Yield) -> Values:
        if node.value is not None:
            values = self.expression(frame, node.value)
            at = place(frame.module.path, node.value.at)
            if node.delegate:
                values = self.elements(frame, values, at)
            self.write(("yield", frame.context.id), values, at)
        return UNKNOWN

    # --- annotations ------------------------------------------------------------------------

    def annotated(self, frame: Frame, annotation: f.Expression) -> Values:
        """Some instance of the class that an annotation names, a client for a library's client class."""
        match annotation:
            case f.Text(value=text):
                inner = from_text(text, annotation.at)
                return self.annotated(frame, inner) if inner is not None else NOTHING
            case f.Name() | f.Attribute():
                return self._annotation_values(frame, self.expression(frame, annotation), annotation.at)
            case f.Subscript(base=base, index=index) if last_name(base) in _TYPING:
                parts = index.items if isinstance(index, f.Sequence) else (index,)
                return self._annotated_generic(frame, last_name(base), parts, annotation.at)
            case f.Binary(operands=operands, operator="|"):
                return frozenset().union(*(self.annotated(frame, part) for part in operands))
            case _:
                return NOTHING

    def _annotated_generic(
        self, frame: Frame, name: str, parts: tuple[f.Expression, ...], at: f.At
    ) -> Values:
        """`Optional[A]`, `list[A]`, `dict[str, A]`, `type[A]`."""
        if name in ("Type", "type"):
            return frozenset(
                v for part in parts for v in self.expression(frame, part) if isinstance(v, ClassValue)
            )
        inner: Values = frozenset().union(*(self.annotated(frame, part) for part in parts))
        if name in _COLLECTIONS and inner:
            kind = "dict" if name in ("Dict", "dict", "Mapping", "DefaultDict") else "list"
            container = Container(kind, (place(frame.module.path, at), -1))
            self.store_item(container, None, inner)
            return frozenset((container,))
        return inner

    def _annotation_values(self, frame: Frame, values: Values, at: f.At) -> Values:
        result: set[Value] = set()
        for value in values:
            if isinstance(value, ClassValue):
                result.add(Instance(value.key, None))
            elif isinstance(value, Instance | Client):
                result.add(value)
            elif isinstance(value, External) and value.name in self.constructors:
                surface, _ = self.constructors[value.name]
                result.add(Client((place(frame.module.path, at), -1), surface.name))
            elif isinstance(value, External) and value.name in (
                "zeep.proxy.ServiceProxy",
                "zeep.client.ServiceProxy",
            ):
                result.add(Part(Client((place(frame.module.path, at), -1), "zeep"), "service"))
        return frozenset(result)


def _may_perform(callee: Value) -> bool:
    match callee:
        case Part(role="operation") | PartialValue(function=Part()):
            return True
        case Method(base=Client()):
            return True
        case _:
            return False


def _is_cut(node: f.Expression) -> bool:
    """Whether an expression gives the pieces of a text: `text.split(…)`."""
    return isinstance(node, f.Call) and last_name(node.function) in SPLITTING


def last_name(node: f.Expression) -> str:
    """The last name of `a.b.c`, "" for other expressions."""
    return node.name if isinstance(node, f.Name | f.Attribute) else ""


def _has_part(value: Value, parts: Sequence[Response]) -> bool:
    """Whether something that is read of a value is among these."""
    return isinstance(value, Response) and any(
        part.place == value.place and part.path != value.path == part.path[: len(value.path)]
        for part in parts
    )


def _but_none(values: Values) -> Values:
    """What an attribute or item can be read of: None has neither, and what comes with it is meant."""
    return values if _NONE.isdisjoint(values) else (values - _NONE or values)
