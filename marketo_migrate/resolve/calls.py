"""Calls of abstract values: functions of the program in contexts, classes, library functions."""

from abc import abstractmethod

from marketo_migrate.model import facts as f
from marketo_migrate.model.marks import HINT
from marketo_migrate.resolve.frame import Frame, is_generator
from marketo_migrate.resolve.objects import parameter_names
from marketo_migrate.resolve.soap import HEADER_WORDS, Soap
from marketo_migrate.resolve.state import MAX_CONTEXTS, Context, bounded
from marketo_migrate.resolve.strings import HOLE, braces, concatenate, dollars, marked, method, texts_of
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
    ModuleValue,
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
_PASS_FIRST = frozenset(
    {
        "copy.copy",
        "copy.deepcopy",
        "asyncio.run",
        "asyncio.ensure_future",
        "asyncio.create_task",
        "asyncio.wait_for",
        "asyncio.shield",
        "asgiref.sync.sync_to_async",
        "asgiref.sync.async_to_sync",
        "builtins.iter",
        "builtins.str",
        "builtins.unicode",
        "str",
        "six.text_type",
        "textwrap.dedent",
        "weakref.proxy",
        "weakref.ref",
        "functools.lru_cache",
        "functools.cache",
        "functools.wraps",
        "builtins.repr",
        "builtins.bytes",
        "os.fspath",
        "werkzeug.local.LocalProxy",
        "jinja2.Template",
        "os.path.expanduser",
        "os.path.abspath",
        "os.path.expandvars",
        "string.Template",
        "xml.sax.saxutils.escape",
        "saxutils.escape",
        "django.utils.encoding.force_text",
    }
)
_JOINS = frozenset(
    {
        "urllib.parse.urljoin",
        "urlparse.urljoin",
        "os.path.join",
        "posixpath.join",
        "six.moves.urllib.parse.urljoin",
    }
)
_COPIES = frozenset(
    {
        "builtins.list",
        "builtins.tuple",
        "builtins.set",
        "builtins.sorted",
        "builtins.reversed",
        "builtins.frozenset",
        "collections.deque",
        "builtins.filter",
        "itertools.chain",
        "asyncio.gather",
        "asyncio.as_completed",
        "itertools.islice",
        "itertools.cycle",
    }
)
_DICTS = frozenset(
    {
        "builtins.dict",
        "collections.OrderedDict",
        "collections.defaultdict",
        "types.MappingProxyType",
        "types.SimpleNamespace",
        "argparse.Namespace",
        "box.Box",
        "munch.Munch",
    }
)
_ENVIRONMENT = frozenset(
    {
        "os.getenv",
        "os.environ.get",
        "os.environ.pop",
        "os.environ.setdefault",
        "decouple.config",
        "environ.Env()",
        "environs.Env()",
        "os.environ.__getitem__",
    }
)


class Calls(Soap):
    """Applies abstract values to arguments."""

    @abstractmethod
    def evaluate(self, context: Context) -> None:
        """Evaluate a context's body; defined by `Interpreter`."""

    @abstractmethod
    def entered(self, frame: Frame, values: Values, at: Place) -> Values:
        """What a `with` block gets from values; defined by `Interpreter`."""

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

    # --- functions --------------------------------------------------------------------------

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
        bindings: dict[str, Values] = {}
        names = parameter_names(function)
        rest = positional[len(names) :]
        for name, values in zip(names, positional, strict=False):
            bindings[name] = values
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
        bindings = {name: bounded(values) for name, values in bindings.items()}
        key = (value.key, value.cell, value.owner, generic, frozenset(bindings.items()))
        found = self.context_ids.get(key)
        if found is not None:
            return self.contexts[found]
        count = self.context_counts.get(value.key, 0)
        if not generic and (count >= MAX_CONTEXTS or depth > MAX_DEPTH):
            return self._shared_context(value, module, function, bindings)
        self.context_counts[value.key] = count + (0 if generic else 1)
        context = self._new_context(value, module, function, bindings, depth, generic=generic)
        self.context_ids[key] = context.id
        if depth > MAX_DEPTH or generic:
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
        return self.contexts[found]

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

    # --- classes ----------------------------------------------------------------------------

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

    def _unpacked(self, values: Values) -> list[Values]:
        for value in values:
            if isinstance(value, Container):
                indexes = [key for key in self.keys(value) if isinstance(key, int)]
                if indexes and indexes == list(range(len(indexes))):
                    return [self.item(value, index) for index in indexes]
                return [self.item(value, None)]
        return []

    def _unpacked_names(self, values: Values) -> dict[str, Values]:
        for value in values:
            if isinstance(value, Container):
                return {key: self.item(value, key) for key in self.keys(value) if isinstance(key, str)}
        return {}

    # --- library functions ------------------------------------------------------------------

    def _call_external(
        self, frame: Frame, dotted: str, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        if dotted in self.constructors:
            return self.construct(frame, dotted, positional, keywords, at)
        everything = [*positional, *keywords.values()]
        if dotted in self.http.posts:
            self.post(frame, at, everything)
            return UNKNOWN
        if dotted in self.http.carriers:
            return self._carrier(frame, positional, keywords, at)
        if dotted == "hmac.new" or dotted == "hmac.HMAC":
            return self._sign(positional, keywords, at)
        special = self._special(frame, dotted, positional, keywords, at)
        if special is not None:
            return special
        last = dotted.rpartition(".")[2]
        root = dotted.partition(".")[0]
        if last in self.http.post_methods and self.post(frame, at, everything):
            return UNKNOWN
        if root in self.http.roots and last in ("Request", "Session", "Client", "HTTPSConnection"):
            return self._carrier(frame, positional, keywords, at)
        self._call_back(frame, positional, keywords, at)
        tainted = self._tainted(positional, keywords, frozenset())
        if last[:1].isupper() or last in ("Element", "SubElement", "E", "tostring"):
            return self._built(frame, last, positional, keywords, at) | tainted
        return tainted | {External(dotted + "()")} if len(dotted) < 100 else tainted

    def _special(
        self, frame: Frame, dotted: str, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values | None:
        first = positional[0] if positional else NOTHING
        if dotted == "functools.partial" or dotted == "functools.partialmethod":
            bound: Values = frozenset(
                PartialValue(v, tuple(positional[1:]), tuple(keywords.items()))
                for v in first
                if not isinstance(v, Unknown)
            )
            return bound or UNKNOWN
        if dotted.endswith((".Depends", ".Provide", ".Inject")) or dotted in ("Depends", "fastapi.Security"):
            made: Values = NOTHING
            for callee in first:
                if isinstance(callee, FunctionValue | ClassValue):
                    made |= self.entered(frame, self.call_value(frame, callee, [], {}, at, "hook"), at)
            return made | UNKNOWN
        if dotted in _PASS_FIRST:
            return first or UNKNOWN
        if dotted == "typing.cast" and len(positional) > 1:
            return positional[1]
        if dotted in _ENVIRONMENT or dotted.startswith(("environ.Env().", "environs.Env().", "decouple.")):
            return self._from_environment(positional, keywords)
        if dotted in _JOINS:
            separated = [part for values in positional for part in (values, frozenset((String(("/",)),)))][
                :-1
            ]
            return concatenate(separated)
        if dotted in _DICTS:
            return self._make_dict(frame, positional, keywords, at)
        if dotted in _COPIES or dotted in ("builtins.map", "builtins.zip", "builtins.enumerate"):
            return self._make_sequence(frame, dotted, positional, at)
        if dotted == "builtins.object.__getattribute__" and len(positional) == 2:
            return self._plain_attributes(first, positional[1])
        if dotted == "builtins.getattr":
            return self._getattr(frame, positional, at)
        if dotted == "builtins.setattr" and len(positional) == 3:
            self._setattr(positional, at)
            return UNKNOWN
        if dotted in ("builtins.next", "builtins.anext", "builtins.max", "builtins.min", "random.choice"):
            return self.elements(frame, first, at)
        if dotted in (
            "importlib.import_module",
            "builtins.__import__",
            "import_module",
            "django.utils.module_loading.import_string",
        ):
            return self._import_module(frame, dotted, positional)
        if dotted == "operator.methodcaller":
            return frozenset(
                (PartialValue(External("methodcaller"), tuple(positional), tuple(keywords.items())),)
            )
        if dotted == "methodcaller" and len(positional) >= 2:
            return self._call_by_name(frame, positional[-1], positional[0], positional[1:-1], keywords, at)
        if dotted in ("operator.attrgetter", "operator.itemgetter"):
            return UNKNOWN
        if dotted in ("builtins.vars", "builtins.super"):
            return first or UNKNOWN
        if dotted == "builtins.globals":
            return frozenset((ModuleValue(frame.module.path),))
        if dotted == "builtins.type" and len(positional) == 1:
            return frozenset(ClassValue(v.cls) for v in first if isinstance(v, Instance)) or UNKNOWN
        if dotted == "builtins.isinstance" or dotted == "builtins.len":
            return UNKNOWN
        return None

    def _getattr(self, frame: Frame, positional: list[Values], at: Place) -> Values:
        if len(positional) < 2:
            return UNKNOWN
        result: set[Value] = set(positional[2] if len(positional) > 2 else NOTHING)
        for base in positional[0]:
            for name in texts_of(positional[1]):
                known = name.known
                if known:
                    result.update(self.attribute(frame, base, known, at))
                elif isinstance(base, Part) and base.role == "service":
                    result.add(Part(base.client, "operation", None))
                elif isinstance(base, Client) and self.role(base, "client").attribute is not None:
                    result.add(Part(base, "operation", None))
                elif isinstance(base, Instance):
                    result.update(self._any_method(frame, base, name, at))
                else:
                    result.add(Unknown())
        return frozenset(result)

    def _plain_attributes(self, bases: Values, names: Values) -> Values:
        """`object.__getattribute__(base, name)`: what is stored, no hook asked."""
        result: set[Value] = set()
        for base in bases:
            for name in texts_of(names):
                if isinstance(base, Instance) and name.known:
                    result.update(self.own_attribute(base, name.known))
        return frozenset(result) or UNKNOWN

    def _any_method(self, frame: Frame, base: Instance, name: String, at: Place) -> Values:
        """Methods whose name fits a name that is known in part (`getattr(self, 'sync_' + kind)`)."""
        fixed = [part for part in name.parts if part]
        if not fixed:
            return UNKNOWN
        result: set[Value] = set()
        for key in self.order_of_bases(base.cls):
            record = self.classes.get(key)
            for statement in record.facts.body if record else ():
                if isinstance(statement, f.Define) and all(part in statement.what.name for part in fixed):
                    if name.parts[0] is not None and not statement.what.name.startswith(name.parts[0]):
                        continue
                    result.update(self.attribute(frame, base, statement.what.name, at))
        return frozenset(result) or UNKNOWN

    def _setattr(self, positional: list[Values], at: Place) -> None:
        for base in positional[0]:
            for name in texts_of(positional[1]):
                if name.known:
                    self.set_attribute(base, name.known, positional[2], at)

    def set_attribute(self, base: Value, name: str, values: Values, at: Place) -> None:
        """`base.name = values`, with what that says when base is a request object."""
        if isinstance(base, Unknown | Literal | External | String):
            return
        if isinstance(base, ModuleValue):
            self.write(("global", base.path, name), values, at)
            return
        if isinstance(base, Request):
            self.request_attribute(base, name, values, at)
        elif name in HEADER_WORDS and isinstance(base, Instance):
            self.note_signatures(values, base)
        self.store_attribute(base, name, values, at)

    def note_signatures(self, values: Values, use: Value | str) -> None:
        """Signatures among these values go into `use`: a dict with header fields, or a text that says Marketo."""
        for value in values:
            if isinstance(value, Signature):
                self.observed.signatures.setdefault(value.place, set()).add(use)

    def _import_module(self, frame: Frame, dotted: str, positional: list[Values]) -> Values:
        result: set[Value] = set()
        for name in texts_of(positional[0]) if positional else ():
            if not name.known:
                continue
            bare_name = name.known.lstrip(".")
            level = len(name.known) - len(bare_name)
            if dotted.endswith("import_string"):
                module, _, attribute = bare_name.rpartition(".")
                path = self.program.find(frame.module.path, module, level)
                result.update(self.module_attribute(path, attribute) if path else {External(bare_name)})
                continue
            path = self.program.find(frame.module.path, bare_name, level)
            if path is not None:
                self.require(path)
            result.add(ModuleValue(path) if path else External(bare_name))
        return frozenset(result) or UNKNOWN

    def _call_by_name(
        self,
        frame: Frame,
        bases: Values,
        names: Values,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> Values:
        result: set[Value] = set()
        for base in bases:
            for name in texts_of(names):
                if name.known:
                    for callee in self.attribute(frame, base, name.known, at):
                        result.update(self.call_value(frame, callee, positional, keywords, at, "call"))
        return frozenset(result) or UNKNOWN

    def _from_environment(self, positional: list[Values], keywords: dict[str, Values]) -> Values:
        hints: set[str] = set()
        given: Values = NOTHING
        for name in texts_of(positional[0]) if positional else ():
            hints.update({name.text} if HINT.search(name.text) else ())
            given |= self.configured_value(None, name.known) if name.known else NOTHING
        default = keywords.get("default", positional[1] if len(positional) > 1 else NOTHING)
        kept = frozenset(value for value in default if isinstance(value, String) and value.parts)
        return given | kept | {String((None,), (), frozenset(hints))}

    def _make_dict(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        container = Container("dict", (at, frame.context.id))
        for values in positional:
            self._copy_items(frame, container, values, at)
        for name, values in keywords.items():
            self.store_item(container, None if name in ("*", "**") else name, values, at)
            if name in HEADER_WORDS:
                self.note_signatures(values, container)
        if "mktowsUserId" in keywords:
            self.observed.headers.setdefault(at, "mktowsUserId")
        return frozenset((container,))

    def _copy_items(self, frame: Frame, container: Container, values: Values, at: Place) -> None:
        for value in values:
            if isinstance(value, Container) and value.kind == "dict":
                for key in self.keys(value):
                    self.store_item(container, key, self.item(value, key))
                self.store_item(container, None, self.read(("item", value, None)))
            elif isinstance(value, Container):
                for pair in self.item(value, None):
                    if isinstance(pair, Container):
                        for text in texts_of(self.item(pair, 0)):
                            self.store_item(container, text.known, self.item(pair, 1))
            elif isinstance(value, Unknown):
                self.store_item(container, None, UNKNOWN)

    def _make_sequence(self, frame: Frame, dotted: str, positional: list[Values], at: Place) -> Values:
        container = Container("list", (at, frame.context.id))
        if dotted == "builtins.map":
            items = [self.elements(frame, values, at) for values in positional[1:]]
            for function in positional[0] if positional else ():
                self.store_item(container, None, self.call_value(frame, function, items, {}, at, "map"))
        elif dotted in ("builtins.zip", "builtins.enumerate"):
            row = Container("tuple", (at, frame.context.id))
            columns = [self.elements(frame, values, at) for values in positional]
            for index, values in enumerate(
                [UNKNOWN, *columns] if dotted == "builtins.enumerate" else columns
            ):
                self.store_item(row, index, values)
            self.store_item(container, None, frozenset((row,)))
        else:
            sources = positional[1:] if dotted == "builtins.filter" else positional
            for values in sources:
                inner = values if dotted.startswith("asyncio") else self.elements(frame, values, at)
                self.store_item(container, None, inner)
        return frozenset((container,))

    # --- methods of containers and texts ----------------------------------------------------

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
            case Method(base=Request() as request, name=field) if name in ("append", "extend", "insert"):
                self._append_to_field(frame, request, field, name, positional, at)
                return UNKNOWN
            case Super():
                return UNKNOWN
            case _:
                self._call_back(frame, positional, keywords, at)
                return UNKNOWN

    def _call_request(self, base: Request, name: str, positional: list[Values], at: Place) -> Values:
        if name in ("append", "extend", "insert") and positional:
            self.write(("item", base, None), positional[-1], at)
        return UNKNOWN

    def _append_to_field(
        self, frame: Frame, request: Request, field: str, name: str, positional: list[Values], at: Place
    ) -> None:
        """`request.field.append(value)`: the field is a list."""
        path, start, end = request.site[0]
        listed = Container("list", ((f"{path}#{field}", start, end), request.site[1]))
        self.store_attribute(request, field, frozenset((listed,)), at)
        values = positional[-1] if positional else NOTHING
        self.store_item(listed, None, self.elements(frame, values, at) if name == "extend" else values, at)

    def _call_container(
        self,
        frame: Frame,
        base: Container,
        name: str,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> Values:
        first = positional[0] if positional else NOTHING
        if name in ("append", "add", "appendleft", "put", "put_nowait", "insert", "push"):
            self.store_item(base, None, positional[-1] if positional else NOTHING, at)
            return UNKNOWN
        if name == "extend" or (name == "update" and base.kind != "dict"):
            self.store_item(base, None, self.elements(frame, first, at), at)
            return UNKNOWN
        if name == "update":
            self._copy_items(frame, base, first, at)
            for key, values in keywords.items():
                self.store_item(base, key, values, at)
            return UNKNOWN
        if name in ("get", "pop", "setdefault", "__getitem__", "getlist"):
            found = self.items_by(frame, base, first)
            if name == "setdefault" and len(positional) > 1:
                for text in texts_of(first):
                    self.store_item(base, text.known, positional[1], at)
            return found | (positional[1] if len(positional) > 1 else NOTHING) or UNKNOWN
        if name in ("values", "popleft", "get_nowait"):
            listed = Container("list", (at, frame.context.id))
            self.store_item(listed, None, self.item(base, None))
            return frozenset((listed,)) if name == "values" else self.item(base, None)
        if name in ("items", "iteritems"):
            return self._pairs(frame, base, at)
        if name in (
            "copy",
            "keys",
            "__iter__",
            "_asdict",
            "model_dump",
            "dict",
            "send",
            "__enter__",
            "sort",
            "reverse",
        ):
            return frozenset((base,))
        self._call_back(frame, positional, keywords, at)
        return self._tainted([*positional, frozenset((base,))], keywords, frozenset())

    def _pairs(self, frame: Frame, base: Container, at: Place) -> Values:
        listed = Container("list", (at, frame.context.id))
        for index, key in enumerate((*self.keys(base)[:30], None)):
            values = self.item(base, key) if key is not None else self.read(("item", base, None))
            if key is None and not values:
                continue
            pair = Container("tuple", ((at[0], at[1], at[2] + index), frame.context.id))
            given: Value = (
                Unknown() if key is None else String((key,)) if isinstance(key, str) else Literal(key)
            )
            self.store_item(pair, 0, frozenset((given,)))
            self.store_item(pair, 1, values)
            self.store_item(listed, index, frozenset((pair,)))
        return frozenset((listed,))

    def items_by(self, frame: Frame, base: Container, keys: Values) -> Values:
        """`base[key]` for abstract keys."""
        result: set[Value] = set()
        for key in keys or UNKNOWN:
            match key:
                case String() if key.known is not None:
                    result.update(self.item(base, key.known))
                case Literal(value=int() as index):
                    indexes = [k for k in self.keys(base) if isinstance(k, int)]
                    index = index + len(indexes) if index < 0 else index
                    result.update(self.item(base, index))
                case _:
                    result.update(self.item(base, None))
        return frozenset(result)

    def _call_string(
        self,
        frame: Frame,
        base: String,
        name: str,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> Values:
        if name == "format":
            return self._noted(
                braces(base, lambda key: self._argument(key, positional, keywords)),
                [*positional, *keywords.values()],
            )
        if name == "format_map":
            return braces(base, lambda key: self._named_item(positional, key))
        if name in ("substitute", "safe_substitute"):
            given = [*positional, *keywords.values()]
            return self._noted(
                dollars(base, lambda key: keywords.get(str(key)) or self._named_item(positional, key)), given
            )
        if name == "join":
            return self._joined(base, positional)
        kept = method(base, name, positional)
        if kept is not None:
            return kept
        if name in ("read", "read_text", "render", "get_template", "joinpath", "with_name", "open"):
            return frozenset((base,)) | self._tainted(positional, keywords, frozenset())
        return self._tainted([*positional, frozenset((base,))], keywords, frozenset())

    def _argument(self, key: str | int, positional: list[Values], keywords: dict[str, Values]) -> Values:
        if isinstance(key, int):
            return positional[key] if key < len(positional) else UNKNOWN
        if key in keywords:
            return keywords[key]
        return self._named_item([keywords["**"]] if "**" in keywords else [], key)

    def _named_item(self, containers: list[Values], key: str | int) -> Values:
        result: set[Value] = set()
        for values in containers:
            for value in values:
                if isinstance(value, Container):
                    result.update(self.item(value, key))
        return frozenset(result) or UNKNOWN

    def _joined(self, glue: String, positional: list[Values]) -> Values:
        result: set[Value] = set()
        for value in positional[0] if positional else NOTHING:
            if isinstance(value, Container):
                ordered = [self.read(("item", value, key)) for key in self.keys(value)]
                rest = self.read(("item", value, None))
                if rest:
                    ordered.extend(frozenset((text,)) for text in texts_of(rest))
                separated: list[Values] = []
                for values in ordered[:60]:
                    if separated:
                        separated.append(frozenset((glue,)))
                    separated.append(values)
                result.update(self._noted(concatenate(separated), ordered))
        return frozenset(result) or frozenset((HOLE,))

    def _noted(self, texts: Values, operands: list[Values]) -> Values:
        """Texts made from operands; a signature among them serves Marketo if the text says so."""
        signatures = [v for values in operands for v in values if isinstance(v, Signature)]
        for text in texts if signatures else ():
            if isinstance(text, String):
                if "mktowsUserId" in text.text or "marketo.com/mktows" in text.text:
                    self.note_signatures(frozenset(signatures), "text with mktowsUserId")
        return texts | frozenset(signatures)

    # --- HTTP, XML, signing -----------------------------------------------------------------

    def _carrier(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        container = Container("carrier", (at, frame.context.id))
        for values in (*positional, *keywords.values()):
            self.store_item(container, None, self._carried(values))
        return frozenset((container,))

    def _carried(self, values: Values) -> Values:
        return frozenset(v for v in values if isinstance(v, String | Container))

    def _call_carrier(
        self,
        frame: Frame,
        base: Container,
        name: str,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
    ) -> Values:
        everything = [*positional, *keywords.values()]
        if name in self.http.post_methods and not (name == "open" and not everything):
            if self.post(frame, at, [*everything, frozenset((base,))]):
                return UNKNOWN
            return UNKNOWN if name in ("post", "request", "send", "urlopen") else frozenset((base,))
        if name in ("get", "delete", "head", "getresponse", "read", "close"):
            return UNKNOWN
        for values in everything:
            self.store_item(base, None, self._carried(values))
        return frozenset((base,))

    def _built(
        self, frame: Frame, name: str, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        """An object of an outside class: XML elements keep their tags and children."""
        if not name.endswith(("Element", "SubElement")) and not marked(
            frozenset().union(*positional, *keywords.values())
        ):
            return UNKNOWN
        container = Container("element", (at, frame.context.id))
        for values in (*positional, *keywords.values()):
            self.store_item(container, None, self._carried(values))
        if name == "SubElement" and positional:
            for parent in positional[0]:
                if isinstance(parent, Container):
                    self.store_item(parent, None, frozenset((container,)))
        return frozenset((container,))

    def _sign(self, positional: list[Values], keywords: dict[str, Values], at: Place) -> Values:
        digest = keywords.get("digestmod", positional[2] if len(positional) > 2 else NOTHING)
        names = {v.name for v in digest if isinstance(v, External)}
        names |= {v.text for v in digest if isinstance(v, String)}
        if names and not any("sha1" in name.lower() or name.endswith((".sha", "sha")) for name in names):
            return UNKNOWN
        key = positional[0] if positional else keywords.get("key", NOTHING)
        self.observed.signatures.setdefault(at, set())
        self.write(("signature key", at), key)
        return frozenset((Signature(at),))

    def _tainted(
        self, positional: list[Values], keywords: dict[str, Values], hints: frozenset[str]
    ) -> Values:
        """What an unknown function may hand back of the marked texts and signatures it was given."""
        kept: set[Value] = {Unknown(hints)}
        for values in (*positional, *keywords.values()):
            for value in values:
                if isinstance(value, Signature):
                    kept.add(value)
                elif isinstance(value, Container):
                    kept.update(
                        text for text in self.texts_in(frozenset((value,))) if marked(frozenset((text,)))
                    )
                elif isinstance(value, String) and (
                    marked(frozenset((value,))) or self.template_texts(value)
                ):
                    kept.add(String((None, *value.parts, None), value.origins, value.hints))
        return frozenset(kept) if len(kept) < 12 else frozenset((Unknown(hints),))

    def _call_back(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> None:
        """Functions handed to something unknown may be called by it."""
        for index, values in enumerate(positional):
            for value in values:
                if isinstance(value, FunctionValue | PartialValue | Deferred):
                    self.call_value(frame, value, positional[index + 1 :], {}, at, "callback")
        for name, values in keywords.items():
            for value in values:
                if isinstance(value, FunctionValue | PartialValue | Deferred):
                    given = (
                        self._unpacked(keywords.get("args", NOTHING))
                        if name in ("target", "func", "function")
                        else []
                    )
                    self.call_value(frame, value, given, {}, at, "callback")
