"""Dicts, lists, texts and request objects: what their methods do, and how values are kept in them."""

from marketo_migrate.resolve.frame import Frame
from marketo_migrate.resolve.soap import HEADER_WORDS, Soap
from marketo_migrate.resolve.strings import HOLE, braces, concatenate, dollars, marked, method, texts_of
from marketo_migrate.resolve.values import (
    NOTHING,
    UNKNOWN,
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
    Unknown,
    Value,
    Values,
)

_RUNNERS = frozenset(
    {
        "submit",
        "map",
        "starmap",
        "imap",
        "imap_unordered",
        "apply",
        "apply_async",
        "to_thread",
        "run_in_executor",
        "Thread",
        "Process",
        "Timer",
        "spawn",
        "start_new_thread",
        "run_sync",
        "sync_to_async",
        "call_soon",
        "call_later",
        "add_job",
        "run_in_threadpool",
        "amap",
        "map_async",
        "filter",
        "reduce",
    }
)


class Containers(Soap):
    """Calls of methods of containers and texts; attributes and items being set."""

    def set_attribute(self, base: Value, name: str, values: Values, at: Place) -> None:
        """`base.name = values`, with what that says when base is a request object."""
        if isinstance(base, Unknown | Literal | External | String):
            return
        if isinstance(base, ModuleValue):
            self.write(("global", base.path, name), values, at)
            return
        if isinstance(base, Method):
            nested = self._nested_request(base, at)
            if nested is not None:
                self.store_attribute(nested, name, values, at)
                return
        if isinstance(base, Request):
            self.request_attribute(base, name, values, at)
        elif name in HEADER_WORDS and isinstance(base, Instance | Container):
            self.note_signatures(values, base)
        self.store_attribute(base, name, values, at)

    def note_signatures(self, values: Values, use: Value | str) -> None:
        """Signatures among these values go into `use`: a dict with header fields, or a marked text."""
        for value in values:
            if isinstance(value, Signature):
                self.observed.signatures.setdefault(value.place, set()).add(use)

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
        if base.kind == "element" and name in self.names.elements:
            inner = frozenset((base,))
            return self.built_element(frame, name, [inner, *positional, *keywords.values()], at)
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
        if name == "sort":
            self.call_with_items(frame, keywords, self.item(base, None), at)
            return UNKNOWN
        if name == "write" and base.kind == "carrier":
            self.store_item(base, None, first, at)
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
            "reverse",
        ):
            return frozenset((base,))
        self._call_back(frame, positional, keywords, at)
        return self._tainted([*positional, frozenset((base,))], keywords, frozenset())

    def call_with_items(self, frame: Frame, keywords: dict[str, Values], items: Values, at: Place) -> None:
        """`key=function` of sorting and searching: the function is called with each element."""
        for function in keywords.get("key", NOTHING):
            self.call_value(frame, function, [items], {}, at, "key")

    def built_element(self, frame: Frame, name: str, parts: list[Values], at: Place) -> Values:
        """An XML element of that name with its children."""
        element = Container("element", (at, frame.context.id))
        self.store_item(element, None, frozenset((String((f"<{name}>",), (at,)),)))
        for values in parts:
            self.store_item(element, None, self._carried(values))
        return frozenset((element,))

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

    def _call_request(self, base: Request, name: str, positional: list[Values], at: Place) -> Values:
        if name in ("append", "extend", "insert") and positional:
            self.write(("item", base, None), positional[-1], at)
        return UNKNOWN

    def _nested_request(self, method: Method, at: Place) -> Request | None:
        """The object that suds puts into a field of a request object by itself (`filter.includeTypes`)."""
        owner = method.base
        if isinstance(owner, Method):
            owner = self._nested_request(owner, at) or owner
        if not isinstance(owner, Request):
            return None
        path, start, end = owner.site[0]
        nested = Request(owner.client, "", ((f"{path}#{method.name}", start, end), owner.site[1]))
        self.store_attribute(owner, method.name, frozenset((nested,)), at)
        return nested

    def _append_to_field(
        self, frame: Frame, request: Request, field: str, name: str, positional: list[Values], at: Place
    ) -> None:
        """`request.field.append(value)`: the field is a list."""
        path, start, end = request.site[0]
        listed = Container("list", ((f"{path}#{field}", start, end), request.site[1]))
        self.store_attribute(request, field, frozenset((listed,)), at)
        values = positional[-1] if positional else NOTHING
        self.store_item(listed, None, self.elements(frame, values, at) if name == "extend" else values, at)

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
            if isinstance(text, String) and _mentions_marketo(text.text):
                self.note_signatures(frozenset(signatures), "text with mktowsUserId")
        return texts | frozenset(signatures)

    def _carried(self, values: Values) -> Values:
        return frozenset(v for v in values if isinstance(v, String | Container))

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
        self,
        frame: Frame,
        positional: list[Values],
        keywords: dict[str, Values],
        at: Place,
        callee: str = "",
    ) -> None:
        """Functions handed to something unknown may be called by it, operations by what runs them."""
        kinds: tuple[type, ...] = (FunctionValue, PartialValue, Deferred)
        if callee in _RUNNERS:
            kinds = (*kinds, Part, Method)
        for index, values in enumerate(positional):
            for value in values:
                if isinstance(value, kinds):
                    self.call_value(frame, value, positional[index + 1 :], {}, at, "callback")
        for name, values in keywords.items():
            for value in values:
                if isinstance(value, kinds):
                    runs = name in ("target", "func", "function")
                    given = self._unpacked(keywords.get("args", NOTHING)) if runs else []
                    self.call_value(frame, value, given, {}, at, "callback")


def _mentions_marketo(text: str) -> bool:
    return "mktowsUserId" in text or "marketo.com/mktows" in text
