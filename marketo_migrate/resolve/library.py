"""Functions from outside the program: builtins, the standard library, HTTP and XML libraries, signing."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import TypeAlias

from marketo_migrate.model import facts as f
from marketo_migrate.model.marks import HINT
from marketo_migrate.model.surface import Surfaces
from marketo_migrate.resolve.containers import Containers
from marketo_migrate.resolve.frame import Frame
from marketo_migrate.resolve.program import Program
from marketo_migrate.resolve.soap import Names
from marketo_migrate.resolve.strings import concatenate, marked, texts_of
from marketo_migrate.resolve.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Client,
    Container,
    External,
    FunctionValue,
    Instance,
    ModuleValue,
    Part,
    PartialValue,
    Place,
    Signature,
    String,
    Unknown,
    Value,
    Values,
)

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
        "contextlib.closing",
        "contextlib.aclosing",
        "functools.lru_cache",
        "functools.cache",
        "functools.update_wrapper",
        "builtins.repr",
        "builtins.bytes",
        "os.fspath",
        "jinja2.Template",
        "os.path.expanduser",
        "os.path.abspath",
        "os.path.expandvars",
        "string.Template",
        "xml.sax.saxutils.escape",
        "saxutils.escape",
        "django.utils.encoding.force_text",
        "zeep.helpers.serialize_object",
        "suds.sudsobject.asdict",
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
        "itertools.chain",
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


_FIELDS = frozenset({"dataclasses.field", "attr.ib", "attrs.field", "attr.attrib", "pydantic.Field"})
_LAZY = frozenset(
    {
        "django.utils.functional.SimpleLazyObject",
        "lazy_object_proxy.Proxy",
        "werkzeug.local.LocalProxy",
        "django.utils.functional.lazy",
        "wrapt.LazyObjectProxy",
    }
)
_PLAIN_POSTS = frozenset({"post", "request", "send", "urlopen", "do_request"})
_ELEMENTS = frozenset({"builtins.next", "builtins.anext", "builtins.max", "builtins.min", "random.choice"})
_IMPORTERS = frozenset({"importlib.import_module", "builtins.__import__", "import_module"})
_INJECTED = frozenset({"Depends", "Provide", "Inject"})
_ENVIRONMENT_READERS = ("environ.Env().", "environs.Env().", "decouple.")

_Handler: TypeAlias = Callable[[Frame, list[Values], dict[str, Values], Place], Values]


class Library(Containers):
    """Applies what is known of outside functions."""

    def __init__(
        self,
        program: Program,
        surfaces: Surfaces,
        names: Names,
        template_files: Mapping[str, str],
    ) -> None:
        super().__init__(program, surfaces, names, template_files)
        self._handlers = self._known_functions()

    @abstractmethod
    def entered(self, frame: Frame, values: Values, at: Place) -> Values:
        """What a `with` block gets from values; defined by `Interpreter`."""

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
        special = self._special(frame, dotted, positional, keywords, at)
        if special is not None:
            return special
        last = dotted.rpartition(".")[2]
        root = dotted.partition(".")[0]
        if last == "__init__" and dotted.removesuffix(".__init__") in self.constructors:
            return self._base_constructor(dotted.removesuffix(".__init__"), frame, positional, keywords, at)
        if last in ("enter_context", "enter_async_context") and positional:
            return self.entered(frame, positional[0], at)
        may_post = last in self.http.post_methods if root in self.http.roots else last in _PLAIN_POSTS
        if may_post and self.post(frame, at, everything):
            return UNKNOWN
        if root in self.http.roots and last in ("Request", "Session", "Client", "HTTPSConnection"):
            return self._carrier(frame, positional, keywords, at)
        self._note_option(last, positional, keywords)
        self._call_back(frame, positional, keywords, at, last)
        tainted = self._tainted(positional, keywords, frozenset())
        if last in self.names.elements:
            return self.built_element(frame, last, [*positional, *keywords.values()], at)
        if last[:1].isupper() or last in ("Element", "SubElement", "E", "tostring"):
            tainted |= self._built(frame, last, positional, keywords, at)
        return tainted | {External(dotted + "()")} if len(dotted) < 100 else tainted

    def _special(
        self, frame: Frame, dotted: str, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values | None:
        """The result of a function whose meaning is known, None for all others."""
        handler = self._handlers.get(dotted)
        if handler is not None:
            return handler(frame, positional, keywords, at)
        if dotted.rpartition(".")[2] in _INJECTED:
            return self._injected(frame, positional, keywords, at)
        if dotted.startswith(_ENVIRONMENT_READERS):
            return self._from_environment(frame, positional, keywords, at)
        return None

    def _base_constructor(
        self, dotted: str, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        """`Client.__init__(self, url)` in a subclass."""
        surface, constructor = self.constructors[dotted]
        for value in positional[0] if positional else NOTHING:
            client = self.base_client(frame, value) if isinstance(value, Instance) else None
            if client is not None and client.library == surface.name:
                self.tell(client, constructor, positional[1:], keywords, at)
        return UNKNOWN

    def _note_option(self, name: str, positional: list[Values], keywords: dict[str, Values]) -> None:
        """The default of a command line option, by the name that the parsed options give it."""
        if name == "set_defaults":
            for option, values in keywords.items():
                self.write(("option", option), values)
        if name not in ("add_argument", "add_option") or "default" not in keywords:
            return
        names = [text.known for values in positional for text in texts_of(values) if text.known]
        names.sort(key=lambda option: (option.startswith("--"), len(option)))
        given = keywords.get("dest", NOTHING)
        chosen = [text.known for text in texts_of(given) if text.known] if given else []
        for option in chosen or names[-1:]:
            self.write(("option", option.lstrip("-").replace("-", "_")), keywords["default"])

    def _known_functions(self) -> dict[str, _Handler]:
        """Handlers by dotted name."""
        table: list[tuple[frozenset[str], _Handler]] = [
            (frozenset({"functools.partial", "functools.partialmethod"}), self._partial),
            (_PASS_FIRST, self._first),
            (frozenset({"typing.cast"}), self._second),
            (_ENVIRONMENT, self._from_environment),
            (_JOINS, self._joined_path),
            (_DICTS, self._make_dict),
            (frozenset({"functools.wraps"}), lambda *_: frozenset((External("functools.update_wrapper"),))),
            (_COPIES, self._copied),
            (frozenset({"builtins.filter"}), self._filtered),
            (frozenset({"functools.reduce"}), self._reduced),
            (frozenset({"asyncio.gather", "asyncio.as_completed"}), self._gathered),
            (frozenset({"builtins.map"}), self._mapped),
            (frozenset({"builtins.zip"}), self._zipped),
            (frozenset({"builtins.enumerate"}), self._enumerated),
            (frozenset({"builtins.getattr"}), self._getattr),
            (frozenset({"builtins.setattr"}), self._setattr),
            (_ELEMENTS, self._one_element),
            (_IMPORTERS, self._import_module),
            (frozenset({"django.utils.module_loading.import_string"}), self._import_string),
            (frozenset({"operator.methodcaller"}), self._method_caller),
            (frozenset({"methodcaller"}), self._call_by_name),
            (frozenset({"builtins.object.__getattribute__"}), self._plain_attributes),
            (frozenset({"builtins.object.__new__"}), self._new_object),
            (frozenset({"builtins.property"}), self._property),
            (_FIELDS, self._field),
            (_LAZY, self._lazy),
            (frozenset({"collections.namedtuple"}), self._named_tuple_class),
            (frozenset({"namedtuple"}), self._named_tuple),
            (frozenset({"builtins.globals"}), self._globals),
            (frozenset({"builtins.type"}), self._type),
            (frozenset({"builtins.isinstance", "builtins.len"}), lambda *_: UNKNOWN),
            (frozenset({"hmac.new", "hmac.HMAC", "hmac.digest"}), self._sign),
        ]
        return {name: handler for names, handler in table for name in names}

    def _partial(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        del frame, at
        bound: Values = frozenset(
            PartialValue(value, tuple(positional[1:]), tuple(keywords.items()))
            for value in (positional[0] if positional else NOTHING)
            if not isinstance(value, Unknown)
        )
        return bound or UNKNOWN

    def _first(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        del frame, keywords, at
        return (positional[0] if positional else NOTHING) or UNKNOWN

    def _second(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        del frame, keywords, at
        return positional[1] if len(positional) > 1 else UNKNOWN

    def _injected(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        """`Depends(make)`: what the framework gives is what `make` gives."""
        del keywords
        made: Values = NOTHING
        for callee in positional[0] if positional else NOTHING:
            if isinstance(callee, FunctionValue | ClassValue):
                made |= self.entered(frame, self.call_value(frame, callee, [], {}, at, "hook"), at)
        return made | UNKNOWN

    def _joined_path(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        del frame, keywords, at
        slash: Values = frozenset((String(("/",)),))
        return concatenate([part for values in positional for part in (values, slash)][:-1])

    def _one_element(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        if len(positional) == 1:
            found = self.elements(frame, positional[0], at)
            self.call_with_items(frame, keywords, found, at)
            return found
        return self.elements(frame, positional[0] if positional else NOTHING, at)

    def _method_caller(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        del frame, at
        return frozenset(
            (PartialValue(External("methodcaller"), tuple(positional), tuple(keywords.items())),)
        )

    def _new_object(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        made: Values = frozenset(
            Instance(value.key, (at, frame.context.id))
            for value in (positional[0] if positional else NOTHING)
            if isinstance(value, ClassValue)
        )
        return made or UNKNOWN

    def _property(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        getters = positional[0] if positional else keywords.get("fget", NOTHING)
        made: Values = frozenset(
            FunctionValue(value.key, None, value.owner, value.cell, "property")
            for value in getters
            if isinstance(value, FunctionValue)
        )
        return made or UNKNOWN

    def _field(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        """`field(default=…)`, `field(default_factory=make)` of a dataclass and its relatives."""
        result = keywords.get("default", NOTHING)
        for maker in keywords.get("default_factory", NOTHING) | keywords.get("factory", NOTHING):
            result |= self.call_value(frame, maker, [], {}, at, "hook")
        return result or UNKNOWN

    def _lazy(self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place) -> Values:
        """A proxy that calls its argument when it is used."""
        result: Values = NOTHING
        for maker in positional[0] if positional else NOTHING:
            if isinstance(maker, FunctionValue | ClassValue | PartialValue):
                result |= self.call_value(frame, maker, [], {}, at, "hook")
            else:
                result |= {maker}
        return result or UNKNOWN

    def _named_tuple_class(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        names: list[str] = []
        for value in positional[1] if len(positional) > 1 else NOTHING:
            if isinstance(value, String) and value.known:
                names = value.known.replace(",", " ").split()
            elif isinstance(value, Container):
                names = [
                    text.known or "" for key in self.keys(value) for text in texts_of(self.item(value, key))
                ]
        spelled: Values = frozenset((String((" ".join(names),)),))
        return frozenset((PartialValue(External("namedtuple"), (spelled,), ()),))

    def _named_tuple(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        names = [name for text in texts_of(positional[0]) for name in (text.known or "").split()]
        made = Container("tuple", (at, frame.context.id))
        given = {**dict(zip(names, positional[1:], strict=False)), **keywords}
        for index, name in enumerate(names):
            values = given.get(name, UNKNOWN)
            self.store_item(made, index, values)
            self.store_attribute(made, name, values, at)
        return frozenset((made,))

    def _globals(self, frame: Frame, *_: object) -> Values:
        return frozenset((ModuleValue(frame.module.path),))

    def _type(self, frame: Frame, positional: list[Values], *_: object) -> Values:
        del frame
        first = positional[0] if len(positional) == 1 else NOTHING
        classes: Values = frozenset(ClassValue(value.cls) for value in first if isinstance(value, Instance))
        return classes or UNKNOWN

    def _getattr(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        del keywords
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

    def _plain_attributes(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        """`object.__getattribute__(base, name)`: what is stored, no hook asked."""
        del frame, keywords, at
        if len(positional) != 2:
            return UNKNOWN
        bases, names = positional
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

    def _setattr(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        del frame, keywords
        for base in positional[0] if len(positional) == 3 else NOTHING:
            for name in texts_of(positional[1]):
                if name.known:
                    self.set_attribute(base, name.known, positional[2], at)
        return UNKNOWN

    def _import_module(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        result: set[Value] = set()
        package = positional[1] if len(positional) > 1 else keywords.get("package", NOTHING)
        packages = [text.known for text in texts_of(package) if text.known] if package else []
        for name in texts_of(positional[0]) if positional else ():
            if not name.known:
                continue
            dotted = name.known.lstrip(".")
            level = len(name.known) - len(dotted)
            if level == 1 and packages:
                dotted, level = f"{packages[0]}.{dotted}", 0
            path = self.program.find(frame.module.path, dotted, level)
            if path is not None:
                self.require(path)
            result.add(ModuleValue(path) if path else External(dotted))
        return frozenset(result) or UNKNOWN

    def _import_string(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        del keywords, at
        result: set[Value] = set()
        for name in texts_of(positional[0]) if positional else ():
            module, _, attribute = (name.known or "").rpartition(".")
            path = self.program.find(frame.module.path, module, 0) if module else None
            result.update(self.module_attribute(path, attribute) if path else UNKNOWN)
        return frozenset(result) or UNKNOWN

    def _call_by_name(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        """`methodcaller(name, …)(base)`; the name and its arguments stand first."""
        if len(positional) < 2:
            return UNKNOWN
        names, *arguments, bases = positional
        result: set[Value] = set()
        for base in bases:
            for name in texts_of(names):
                if name.known:
                    for callee in self.attribute(frame, base, name.known, at):
                        result.update(self.call_value(frame, callee, arguments, keywords, at, "call"))
        return frozenset(result) or UNKNOWN

    def _from_environment(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        del at
        hints: set[str] = set()
        given: Values = NOTHING
        for name in texts_of(positional[0]) if positional else ():
            hints.update({name.text} if HINT.search(name.text) else ())
            given |= self.configured_value(frame.module.path, None, name.known) if name.known else NOTHING
        default = keywords.get("default", positional[1] if len(positional) > 1 else NOTHING)
        kept = frozenset(value for value in default if isinstance(value, String) and value.parts)
        return given | kept | {String((None,), (), frozenset(hints))}

    def _mapped(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        del keywords
        container = Container("list", (at, frame.context.id))
        items = [self.elements(frame, values, at) for values in positional[1:]]
        for function in positional[0] if positional else NOTHING:
            self.store_item(container, None, self.call_value(frame, function, items, {}, at, "map"))
        return frozenset((container,))

    def _zipped(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        del keywords
        container = Container("list", (at, frame.context.id))
        row = Container("tuple", (at, frame.context.id))
        for index, values in enumerate(positional):
            self.store_item(row, index, self.elements(frame, values, at))
        self.store_item(container, None, frozenset((row,)))
        return frozenset((container,))

    def _enumerated(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        return self._zipped(frame, [UNKNOWN, *positional[:1]], keywords, at)

    def _copied(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        """`list(x)`, `sorted(x)`, `chain(x, y)`, …: a list of their elements."""
        container = Container("list", (at, frame.context.id))
        for values in positional:
            found = self.elements(frame, values, at)
            self.store_item(container, None, found)
            self.call_with_items(frame, keywords, found, at)
        return frozenset((container,))

    def _filtered(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        """`filter(function, x)`: the function is called with the elements that it chooses from."""
        container = Container("list", (at, frame.context.id))
        if len(positional) == 2:
            found = self.elements(frame, positional[1], at)
            self.store_item(container, None, found)
            self.call_with_items(frame, {"key": positional[0]}, found, at)
        return frozenset((container,))

    def _reduced(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        """`reduce(function, x, first)`: what the function gives comes back to it with the next element."""
        found = self.elements(frame, positional[1], at) if len(positional) > 1 else NOTHING
        result = positional[2] if len(positional) > 2 else found
        for function in positional[0] if positional else NOTHING:
            result |= self.call_value(frame, function, [result, found], {}, at, "reduce")
        return result

    def _gathered(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        """`asyncio.gather(a, b)`: a list of the arguments."""
        del keywords
        container = Container("list", (at, frame.context.id))
        for values in positional:
            self.store_item(container, None, values)
        return frozenset((container,))

    def _carrier(
        self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place
    ) -> Values:
        container = Container("carrier", (at, frame.context.id))
        for values in (*positional, *keywords.values()):
            self.store_item(container, None, self._carried(values))
        return frozenset((container,))

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
        if not name.endswith(("Element", "SubElement", "ElementMaker")) and not marked(
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

    def _sign(self, frame: Frame, positional: list[Values], keywords: dict[str, Values], at: Place) -> Values:
        del frame
        digest = keywords.get("digestmod", positional[2] if len(positional) > 2 else NOTHING)
        names = {v.name for v in digest if isinstance(v, External)}
        names |= {v.text for v in digest if isinstance(v, String)}
        if names and not any("sha1" in name.lower() or name.endswith((".sha", "sha")) for name in names):
            return UNKNOWN
        key = positional[0] if positional else keywords.get("key", NOTHING)
        self.observed.signatures.setdefault(at, set())
        self.write(("signature key", at), key)
        return frozenset((Signature(at),))
