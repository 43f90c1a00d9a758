"""Calls of abstract values: functions of the program in contexts, classes, library functions."""

from abc import abstractmethod

from marketo_migrate.model import facts as f
from marketo_migrate.resolve.frame import Frame, is_generator
from marketo_migrate.resolve.library import Library
from marketo_migrate.resolve.objects import parameter_names
from marketo_migrate.resolve.state import MAX_CONTEXTS, Context
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
    Literal,
    Method,
    Part,
    PartialValue,
    Place,
    Request,
    Signature,
    String,
    Super,
    Unknown,
    Value,
    Values,
)

MAX_DEPTH = 40


class Calls(Library):
    """Applies abstract values to arguments."""

    @abstractmethod
    def evaluate(self, context: Context) -> None:
        """Evaluate a context's body; defined by `Interpreter`."""

    @abstractmethod
    def annotated(self, frame: Frame, annotation: f.Expression) -> Values:
        """The values that an annotation stands for; defined by `Expressions`."""

    def call_value(
        self,
        frame: Frame,
        value: Value,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
        how: str,
    ) -> Values:
        """The result of calling one value."""
        match value:
            case FunctionValue():
                return self._call_function(frame, value, positional, keywords, at, how)
            case ClassValue():
                return self._instantiate(frame, value, positional, keywords, at)
            case PartialValue(function=function, positional=first, keywords=given):
                return self.call_value(
                    frame, function, [*first, *positional], {**dict(given), **keywords}, at, how
                )
            case Deferred(function=function, name=name):
                return self._call_deferred(frame, function, name, positional, keywords, at)
            case Part():
                return self.call_part(frame, value, positional, keywords, at)
            case Method(base=base, name=name):
                return self._call_method(frame, base, name, positional, keywords, at)
            case External(name=dotted):
                return self._call_external(frame, dotted, positional, keywords, at)
            case Container(kind="element"):
                return self._call_element(frame, value, keywords, at)
            case Instance():
                return self._call_instance(frame, value, positional, keywords, at)
            case Unknown(hints=hints):
                self._call_back(frame, positional, keywords, at)
                return self._tainted(positional, keywords, hints)
            case _:
                return UNKNOWN

    def _call_element(
        self, frame: Frame, element: Container, keywords: dict[str, Values], at: Place
    ) -> Values:
        """An XML element description that is called to make a value: a dict that keeps the element's tags."""
        made = self._make_dict(frame, [], keywords, at)
        for container in made:
            if isinstance(container, Container):
                self.store_item(container, None, self.item(element, None))
        return made

    def _call_function(
        self,
        frame: Frame,
        value: FunctionValue,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
        how: str,
    ) -> Values:
        module, function = self.functions[value.key]
        if value.receiver is not None:
            positional = [frozenset((value.receiver,)), *positional]
        bindings = self._bind(frame, value, function, positional, keywords, at)
        context = self.context(value, module, function, bindings, frame.context.depth + 1)
        self.observed.edges.setdefault(at, set()).add((frame.context.id, context.id, how))
        if is_generator(function):
            produced = Container("generator", ((module.path, *function.at), context.id))
            self.write(("item", produced, None), self.read(("yield", context.id)))
            return frozenset((produced,))
        returned = self.read(("return", context.id))
        if function.returns is not None and all(
            isinstance(v, Unknown | Literal | External) for v in returned
        ):
            returned |= self.read(("annotation", value.key, "return"))
        return returned

    def _bind(
        self,
        frame: Frame,
        value: FunctionValue,
        function: f.Function,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> dict[str, Values]:
        names = parameter_names(function)
        rest = positional[len(names) :]
        bindings: dict[str, Values] = dict(zip(names, positional, strict=False))
        extra: dict[str, Values] = {}
        known = {p.name for p in function.parameters if p.kind in ("positional", "keyword")}
        for keyword, values in keywords.items():
            if keyword in known:
                bindings[keyword] = values
            elif keyword not in ("*", "**"):
                extra[keyword] = values
        spread = keywords.get("*", NOTHING) | keywords.get("**", NOTHING)
        for parameter in function.parameters:
            if parameter.kind == "*":
                bindings[parameter.name] = self._packed(
                    "tuple", value, at, dict(enumerate(rest)), keywords.get("*")
                )
            elif parameter.kind == "**":
                bindings[parameter.name] = self._packed("dict", value, at, dict(extra), keywords.get("**"))
            elif parameter.name not in bindings:
                bindings[parameter.name] = (
                    spread | self.read(("default", value.key, parameter.name)) or UNKNOWN
                )
            if parameter.annotation is not None and parameter.kind in ("positional", "keyword"):
                given = bindings[parameter.name]
                if all(isinstance(v, Unknown) for v in given):
                    bindings[parameter.name] = given | self.read(("annotation", value.key, parameter.name))
        return bindings

    def _packed(
        self,
        kind: str,
        function: FunctionValue,
        at: Place,
        items: dict[str, Values] | dict[int, Values],
        spread: Values | None,
    ) -> Values:
        container = Container(kind, (at, -2 if kind == "tuple" else -3))
        for key, values in items.items():
            self.store_item(container, key, values)
        if spread:
            self.store_item(container, None, spread)
        return frozenset((container,))

    def context(
        self,
        value: FunctionValue,
        module: f.ModuleFacts,
        function: f.Function,
        bindings: dict[str, Values],
        depth: int,
        *,
        generic: bool = False,
    ) -> Context:
        """The context for these arguments, evaluated if it is new; a shared one when there are too many."""
        bindings = {name: self.bounded(self.telling(values)) for name, values in bindings.items()}
        key = (value.key, value.cell, value.owner, generic, frozenset(bindings.items()))
        found = self.context_ids.get(key)
        if found is not None:
            return self.revisited(self.contexts[found])
        count = self.context_counts.get(value.key, 0)
        if not generic and (count >= MAX_CONTEXTS or depth > MAX_DEPTH):
            return self._shared_context(value, module, function, bindings)
        self.context_counts[value.key] = count + (0 if generic else 1)
        context = self._new_context(value, module, function, bindings, depth, generic=generic)
        self.context_ids[key] = context.id
        if depth > MAX_DEPTH or generic or self.is_deep():
            self.enqueue(context.id)
        else:
            self.evaluate(context)
        return context

    def revisited(self, context: Context) -> Context:
        """A known context; in the last pass it is evaluated once more, so that what it does is noted."""
        if self.live is not None and context.id not in self.live:
            self.live.add(context.id)
            if context.depth > MAX_DEPTH or self.is_deep():
                self.enqueue(context.id)
            else:
                self.evaluate(context)
        return context

    def _shared_context(
        self, value: FunctionValue, module: f.ModuleFacts, function: f.Function, bindings: dict[str, Values]
    ) -> Context:
        key = (
            value.key,
            value.cell,
            value.owner,
            "shared",
            value.receiver.cls if isinstance(value.receiver, Instance) else None,
        )
        found = self.context_ids.get(key)
        if found is None:
            context = self._new_context(value, module, function, {}, MAX_DEPTH, generic=False)
            found = self.context_ids[key] = context.id
            self.enqueue(found)
        for name, values in bindings.items():
            self.write(("parameter", found, name), values)
        return self.revisited(self.contexts[found])

    def _new_context(
        self,
        value: FunctionValue | None,
        module: f.ModuleFacts,
        function: f.Function | None,
        bindings: dict[str, Values],
        depth: int,
        *,
        generic: bool,
    ) -> Context:
        context = Context(
            len(self.contexts), module, function, value, bindings, depth, generic, module.path in self.primary
        )
        self.contexts.append(context)
        for name, values in bindings.items():
            self._note_parameters(context, name, values)
        return context

    def _note_parameters(self, context: Context, name: str, values: Values) -> None:
        if context.function is not None:
            at = (context.module.path, *context.function.name_at)
            self.write(("parameter", context.id, name), values, at)

    def _instantiate(
        self,
        frame: Frame,
        value: ClassValue,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> Values:
        instance = Instance(value.key, (at, frame.context.id))
        initializers = self.class_attribute(frame, value.key, "__init__", instance, at)
        for initializer in initializers:
            self.call_value(frame, initializer, positional, keywords, at, "construction")
        if not initializers:
            self._fill_fields(value, instance, positional, keywords, at)
            self._tell_base(frame, instance, positional, keywords, at)
        result: Values = frozenset((instance,))
        for maker in self.lookup(value.key, "__new__"):
            made = self.call_value(
                frame, maker, [frozenset((value,)), *positional], keywords, at, "construction"
            )
            result |= frozenset(v for v in made if not isinstance(v, Unknown | Literal))
        return result

    def _tell_base(
        self,
        frame: Frame,
        instance: Instance,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> None:
        client = self.base_client(frame, instance)
        if client is not None and client.library is not None:
            self.observed.constructions.setdefault(at, set()).add(client)
            self.tell(client, self.surfaces[client.library].constructors[0], positional, keywords, at)

    def _fill_fields(
        self,
        value: ClassValue,
        instance: Instance,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> None:
        names: list[str] = []
        for key in reversed(self.order_of_bases(value.key)):
            record = self.classes.get(key)
            for statement in record.facts.body if record else ():
                if isinstance(statement, f.Assign) and statement.annotation is not None:
                    names.extend(
                        t.name for t in statement.targets if isinstance(t, f.Name) and t.name not in names
                    )
        given = {**dict(zip(names, positional, strict=False)), **keywords}
        for name, values in given.items():
            if name not in ("*", "**"):
                self.store_attribute(instance, name, values, at)

    def _call_instance(
        self, frame: Frame, value: Instance, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        callees = self.class_attribute(frame, value.cls, "__call__", value, at)
        result: Values = NOTHING
        for callee in callees:
            result |= self.call_value(frame, callee, positional, keywords, at, "call")
        if not callees:
            self._call_back(frame, positional, keywords, at)
        return result if callees else UNKNOWN

    def _call_deferred(
        self,
        frame: Frame,
        function: Value,
        name: str,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> Values:
        if name in ("apply_async", "signature", "subtask", "apply", "chunks", "send_with_options"):
            packed = keywords.get("args", positional[0] if positional else NOTHING)
            given = keywords.get("kwargs", positional[1] if len(positional) > 1 else NOTHING)
            positional, keywords = self._unpacked(packed), self._unpacked_names(given)
        elif name in ("with_options", "options", "__wrapped__", "func", "original_func", "fn"):
            return frozenset((function,))
        if name in ("s", "si", "signature", "subtask"):
            self.call_value(frame, function, positional, keywords, at, name)
            return frozenset((PartialValue(function, tuple(positional), tuple(keywords.items())),))
        result = self.call_value(frame, function, positional, keywords, at, name)
        return result if name in ("run", "call_local", "__call__", "fn", "call", "now") else UNKNOWN

    def _call_method(
        self,
        frame: Frame,
        base: Value,
        name: str,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> Values:
        match base:
            case Client() | Part():
                return self.call_member(frame, base, name, positional, keywords, at)
            case Container(kind="carrier"):
                return self._call_carrier(frame, base, name, positional, keywords, at)
            case Container():
                return self._call_container(frame, base, name, positional, keywords, at)
            case String():
                return self._call_string(frame, base, name, positional, keywords, at)
            case Signature():
                return frozenset((base,))
            case Request():
                return self._call_request(base, name, positional, at)
            case Method(base=Request() | Method() as owner, name=field) if name in (
                "append",
                "extend",
                "insert",
            ):
                request = owner if isinstance(owner, Request) else self._nested_request(owner, at)
                if request is not None:
                    self._append_to_field(frame, request, field, name, positional, at)
                return UNKNOWN
            case Super():
                return UNKNOWN
            case _:
                self._call_back(frame, positional, keywords, at)
                return UNKNOWN
