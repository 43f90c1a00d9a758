"""REST code from a request tree: values, records, lists, in the quotes of the file they go into."""

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from marketo_migrate.model.rules import OperationRule, Ruleset
from marketo_migrate.model.template import CLIENT_PATH, Form, Placeholder, fill, placeholders
from marketo_migrate.rewrite.names import FieldNames
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import Source, other_quotes
from marketo_migrate.rewrite.tree import Each, Items, Leaf, Node, Record, walk

_OPTIONAL = re.compile(r"\$\((.*?)\)\$")
_IN_TEXT = re.compile(r"(?<!\$)\{(\$\{[^{}]*\})\}")
_KEYWORD = re.compile(r",\s*(\w+)=(\$\{[^{}]*\})")
_PLAIN_LOOP = re.compile(r"(\w+) for \1 in ([\w.]+)")
_STR = re.compile(r"str\(([\w.]+)\)")
_PAIRS = (("attrName", "attrValue"), ("name", "value"))
_ATTRIBUTES = ("leadAttributeList",)
FIELDS_PATH = "fields"


@dataclass(slots=True)
class Tables:
    """Module constants that the written code needs, by module: names of fields and of statuses."""

    to_rest: dict[str, dict[str, str]] = field(default_factory=dict)
    to_soap: dict[str, dict[str, str]] = field(default_factory=dict)
    statuses: dict[str, dict[str, str]] = field(default_factory=dict)
    activities: dict[str, dict[int, str]] = field(default_factory=dict)


class Renderer:
    """Writes request trees as REST values.

    `soap_names`: lead records keep their SOAP names, because they are translated when the program runs.
    `empties`: the SOAP library sends an empty text for None where an element must be given, as suds does.
    """

    def __init__(
        self,
        rules: Ruleset,
        names: FieldNames,
        tables: Tables,
        *,
        soap_names: bool = False,
        empties: bool = False,
    ) -> None:
        self.empties = empties
        self._rules = rules
        self._soap_names = soap_names
        self._names = names
        self._tables = tables
        self._objects = names

    def template(
        self,
        template: str,
        request: Record,
        rule: OperationRule,
        source: Source,
        given: Callable[[str], str | None],
        fields: Iterable[tuple[str, str, str]] = (),
    ) -> str:
        """A rule's template with its placeholders filled; `given` knows `client`, `fields` and the like.

        `fields` are those of an object that is no lead. What stands between `$(` and `)$` is left out
        where a value in it is not given. Raises `Unconvertible` for a value that is missing elsewhere.
        """
        self._objects = self._names.of(fields)

        def value(placeholder: Placeholder) -> str | None:
            own = given(placeholder.path)
            if own is not None:
                return own
            if placeholder.path == CLIENT_PATH:
                return None
            return self._placeholder(placeholder, request, rule, source)

        unpacked = [f", **{request.unpacked.variable}"] if request.unpacked is not None else []

        def optional(match: re.Match[str]) -> str:
            whole = match[1]
            if _held(whole, request) is not None:
                return unpacked.pop() if unpacked else ""
            return "" if any(value(p) is None for p in placeholders(whole)) else whole

        def needed(placeholder: Placeholder) -> str | None:
            found = value(placeholder)
            if found is None and "|" not in placeholder.text:
                raise Unconvertible(f"{placeholder.path} is not known here")
            return found

        def inside(match: re.Match[str]) -> str:
            (only,) = placeholders(match[1])
            return "{" + other_quotes(needed(only) or "", source.quote) + "}"

        template = _OPTIONAL.sub(optional, _quoted(template, source.quote))
        return fill(_IN_TEXT.sub(inside, template), needed).strip()

    def entry(
        self, template: str, name: str, node: Node, request: Record, rule: OperationRule, source: Source
    ) -> tuple[str, str]:
        """The keyword under which the call of a template gets an element, and the text of its value."""
        for section in _OPTIONAL.finditer(template):
            if _held(section[1], request) == name and (keyword := _KEYWORD.fullmatch(section[1].strip())):
                only = Record(request.type, {name: node})
                return keyword[1], self.template(keyword[2], only, rule, source, lambda _: None)
        raise Unconvertible(f"{name} is given on some ways only")

    def with_soap_names(self) -> "Renderer":
        """The same, with lead records that keep their SOAP names."""
        return Renderer(self._rules, self._names, self._tables, soap_names=True, empties=self.empties)

    def record(self, node: Node, source: Source) -> str:
        """A lead record, attribute list or list of records in its REST form."""
        if isinstance(node, Record) and node.text is None and node.type.startswith("ArrayOf"):
            (inner,) = node.fields.values() or (Items(),)
            return self.record(inner, source)
        if isinstance(node, Record):
            return self._record(node, source)
        if isinstance(node, Items):
            return self._listed([], node, lambda item: self.record(item, source))
        return node.text()

    def key_text(self, name: str, leaf: Leaf, source: Source) -> str:
        """The kind or the value of a lead key, as Get Leads by Filter Type takes it."""
        form = Form.FILTER_TYPE if name == "keyType" else Form.TEXT
        rule = self._rules.operation("getLead")
        text = self._leaf(leaf, form, rule, source) if rule is not None else None
        if text is None:
            raise Unconvertible("a kind of lead key has no REST filter")
        return text

    def makes_numbers(self, template: str, request: Record, source: Source) -> bool:
        """Whether a template turns values into whole numbers that may be none, so that `int()` may raise."""
        for placeholder in placeholders(template):
            node = self._at(request, placeholder.path, source)
            if node is None:
                continue
            if placeholder.form is Form.INTEGER and any(map(_is_uncertain, walk(node))):
                return True
            if placeholder.form is Form.RECORD and any(
                isinstance(inner, Record) and "Id" in inner.fields and _is_uncertain(inner.fields["Id"])
                for inner in walk(node)
            ):
                return True
        return False

    # --- placeholders -----------------------------------------------------------------------

    def _placeholder(
        self, placeholder: Placeholder, request: Record, rule: OperationRule, source: Source
    ) -> str | None:
        node = self._at(request, placeholder.path, source)
        if node is None:
            return None
        match placeholder.form:
            case Form.RECORD:
                return self.record(node, source)
            case Form.SOAP_RECORD:
                return self.with_soap_names().record(node, source)
            case Form.OBJECT:
                return self._object(node, source)
            case Form.ACTION | Form.LOOKUP:
                if isinstance(node, Record) and node.sometimes:
                    return _chosen(node, placeholder.form, source)
                by_id = _by_id(node)
                if placeholder.form is Form.LOOKUP:
                    return source.literal("id" if by_id else "email")
                return source.literal("updateOnly" if by_id else "createOrUpdate")
            case Form.PAIRS | Form.TOKENS:
                return self._dict(node, source, placeholder.form)
            case _:
                return self._written(node, placeholder.form, rule, source)

    def _at(self, node: Node | None, path: str, source: Source) -> Node | None:
        """The node at a path; a step `name[]` goes on in each item."""
        head, _, rest = path.partition(".")
        name, bracket, index = head.partition("[")
        if not isinstance(node, Record):
            return None
        value = node.fields.get(name)
        if value is None:
            return None
        if not bracket:
            return self._at(value, rest, source) if rest else value
        if isinstance(value, Record):
            value = Items([value])
        if not isinstance(value, Items):
            return None
        if index.startswith("0"):
            first = value.items[0] if value.items else None
            only = first.item if isinstance(first, Each) else first
            return self._at(only, rest, source) if rest and only is not None else only
        if not rest:
            return value
        inner: list[Node | Each] = []
        for item in value.items:
            found = self._at(item.item if isinstance(item, Each) else item, rest, source)
            if found is None:
                return None
            inner.append(Each(item.clauses, found) if isinstance(item, Each) else found)
        return Items(inner, None, value.at_most)

    def _written(self, node: Node, form: Form, rule: OperationRule, source: Source) -> str | None:
        if isinstance(node, Record) and node.text is None and node.type.startswith("ArrayOf") and node.fields:
            (node,) = node.fields.values()
        if isinstance(node, Items):
            if node.text is not None and form not in (Form.TYPE_IDS, Form.FIELD_NAMES):
                return self._whole_list(node.text(), form)
            if node.text is not None:
                node = Items(node.items)
            return self._listed([], node, lambda item: self._written(item, form, rule, source) or "None")
        if isinstance(node, Record):
            return None
        return self._leaf(node, form, rule, source)

    def _whole_list(self, text: str, form: Form) -> str:
        """A list expression whose items get a form."""
        match form:
            case Form.TEXT:
                return f"[str(value) for value in {operand(text)}]"
            case Form.INTEGER:
                return f"[int(value) for value in {operand(text)}]"
            case _:
                return f"list({text})" if not text.startswith(("[", "list(")) else text

    def _leaf(self, leaf: Leaf, form: Form, rule: OperationRule, source: Source) -> str | None:
        text = leaf.text()
        if leaf.is_rest:
            return text
        constant = leaf.constant if leaf.is_constant else None
        match form:
            case Form.TEXT:
                if leaf.is_constant and isinstance(constant, int | float) and text == repr(constant):
                    return source.literal(str(constant))
                return text if leaf.kind == "str" else f"str({text})"
            case Form.INTEGER:
                if isinstance(constant, str) and constant.isdigit() and text[:1] in "'\"":
                    return str(int(constant))
                plain = _without_str(text)
                return text if leaf.kind == "int" else plain if plain.isdigit() else f"int({plain})"
            case Form.FILTER_TYPE:
                if leaf.names and not leaf.is_constant:
                    return self._chosen(leaf, rule, source)
                return self._translated(constant, rule, source)
            case Form.FIELD_NAMES:
                found = self._names.find(constant) if isinstance(constant, str) else None
                return source.literal(found.rest) if found is not None else None
            case Form.ISO:
                return _iso(text, leaf, source.literal("seconds"))
            case Form.LABELS:
                return self._header(constant, source)
            case Form.TYPE_IDS:
                kind = self._rules.activity_type(constant) if isinstance(constant, str) else None
                known = kind is not None and kind.rest_id is not None
                return source.literal(str(kind.rest_id)) if known and kind is not None else None
            case _:
                return text

    def _header(self, constant: object, source: Source) -> str | None:
        """The header of a file of leads, of labels, with REST names."""
        labels = [label.strip() for label in constant.split(",")] if isinstance(constant, str) else []
        fields = [self._rules.lead_fields.by_label(label) for label in labels]
        if None in fields:
            label = labels[fields.index(None)]
            raise Unconvertible(f"no REST field is known for the label {label!r} in the header of the import")
        names = [field.rest for field in fields if field is not None]
        return source.literal(",".join(names)) if names else None

    def _chosen(self, leaf: Leaf, rule: OperationRule, source: Source) -> str | None:
        """One of several constants, looked up in a dict of their translations."""
        pairs = [(name, self._translated(name, rule, source)) for name in leaf.names or ()]
        if any(rest is None for _, rest in pairs):
            return None
        table = ", ".join(f"{source.literal(name)}: {rest}" for name, rest in pairs)
        return f"{{{table}}}[{leaf.text()}]"

    def _translated(self, constant: object, rule: OperationRule, source: Source) -> str | None:
        for mapping in rule.request:
            for soap, rest in mapping.values:
                if soap == constant and rest is not None:
                    return source.literal(rest)
        return None

    def _object(self, node: Node, source: Source) -> str:
        """An object that is no lead, by its keys and attributes; a list of such objects."""
        if isinstance(node, Items):
            return self._listed([], node, lambda item: self._object(item, source))
        if not isinstance(node, Record) or node.text is not None:
            raise Unconvertible("an object in the request is not known")
        parts: list[str] = []
        for name, value in node.fields.items():
            if name == "type":
                continue
            pairs = [n for n in walk(value) if isinstance(n, Record) and self._is_pair(n)]
            loops = [n for n in walk(value) if isinstance(n, Each)]
            if loops or not pairs:
                raise Unconvertible(f"the element {name} of an object cannot be written")
            for pair in pairs:
                keys = next(k for k in _PAIRS if k[0] in pair.fields and k[1] in pair.fields)
                key, given = pair.fields[keys[0]], pair.fields[keys[1]]
                if not isinstance(key, Leaf) or not isinstance(given, Leaf):
                    raise Unconvertible("a pair of name and value is not known")
                found = self._objects.find(str(key.constant)) if key.is_constant else None
                if found is None:
                    raise Unconvertible(f"no REST field is known for the attribute {key.text()}")
                parts.append(f"{source.literal(found.rest)}: {_json(given)}")
        if len({part.partition(":")[0] for part in parts}) != len(parts):
            raise Unconvertible("a field of an object is given twice")
        return "{" + ", ".join(parts) + "}"

    # --- records ----------------------------------------------------------------------------

    def _listed(self, before: list[str], node: Items, write: Callable[[Node], str]) -> str:
        if node.text is not None:
            return node.text()
        parts = list(before)
        for item in node.items:
            if isinstance(item, Each):
                inner = f"{write(item.item)} {item.clauses()}"
                plain = _PLAIN_LOOP.fullmatch(inner)
                if len(node.items) == 1:
                    return f"list({plain[2]})" if plain else f"[{inner}]"
                parts.append(f"*{plain[2]}" if plain else f"*({inner})")
            else:
                parts.append(write(item))
        return "[" + ", ".join(parts) + "]"

    def _record(self, record: Record, source: Source) -> str:
        if record.text is not None:
            return record.text()
        pairs: list[tuple[str, str, bool]] = []
        spread: list[str] = []
        for name, value in record.fields.items():
            if name in _ATTRIBUTES or name == "attribute":
                self._attributes(value, source, pairs, spread)
            elif name in ("attrName", "attrValue", "attrType"):
                continue
            elif isinstance(value, Leaf):
                pairs.append(self._own(name, value, source))
            else:
                raise Unconvertible(f"the element {name} of a lead record cannot be written")
        if "attrName" in record.fields:
            self._attribute(record, source, pairs, spread, None)
        return _display(pairs, spread, source)

    def _own(self, name: str, leaf: Leaf, source: Source) -> tuple[str, str, bool]:
        """Id or Email of a lead record."""
        if name == "Id" and leaf.nullable:
            raise Unconvertible("the id of the lead may be None, and REST wants a number")
        text = leaf.text()
        if name == "Id" and leaf.kind != "int" and not (leaf.is_constant and isinstance(leaf.constant, int)):
            text = f"int({text})"
        if self._soap_names:
            return source.literal(name), text, False
        return source.literal({"Id": "id", "Email": "email"}.get(name, name)), text, leaf.nullable

    def _attributes(
        self, node: Node, source: Source, pairs: list[tuple[str, str, bool]], spread: list[str]
    ) -> None:
        if isinstance(node, Items):
            if node.text is not None:
                spread.append(node.text())
                return
            for item in node.items:
                clauses = item.clauses if isinstance(item, Each) else None
                self._attribute(item.item if isinstance(item, Each) else item, source, pairs, spread, clauses)
        elif isinstance(node, Record) and node.text is not None:
            spread.append(node.text())
        elif isinstance(node, Record) and node.type == "ArrayOfAttribute":
            for value in node.fields.values():
                self._attributes(value, source, pairs, spread)
        elif isinstance(node, Record):
            self._attribute(node, source, pairs, spread, None)
        else:
            raise Unconvertible("the attributes of a lead are not known")

    def _attribute(
        self,
        node: Node,
        source: Source,
        pairs: list[tuple[str, str, bool]],
        spread: list[str],
        clauses: Callable[[], str] | None,
    ) -> None:
        if not isinstance(node, Record):
            raise Unconvertible("an attribute of a lead is not known")
        if node.text is not None:
            spread.append(node.text())
            return
        name, value = node.fields.get("attrName"), node.fields.get("attrValue")
        if not isinstance(name, Leaf) or not isinstance(value, Leaf):
            raise Unconvertible("an attribute of a lead has no name or no value")
        key = self.field_key(name, source)
        nullable = value.nullable and not self._soap_names and not self.empties
        found = (
            self._names.find(name.constant) if name.is_constant and isinstance(name.constant, str) else None
        )
        if value.is_constant and isinstance(value.constant, bool) and (found is None or not found.is_boolean):
            raise Unconvertible("a truth value goes into a field that is none: SOAP made a text of it")
        if value.kind == "mixed":
            raise Unconvertible("some values are of types that JSON does not know, and others may be None")
        text = _json(value, filtered=nullable and clauses is not None)
        if clauses is None:
            pairs.append((key, text, nullable))
            return
        going = clauses()
        condition = f" if {value.text()} is not None"
        if nullable and not going.endswith(condition):
            going += condition
        spread.append(f"{{{key}: {text} {going}}}")

    def field_key(self, name: Leaf, source: Source) -> str:
        """The REST name of an attribute: a literal, or a look-up in a table of the module."""
        if self._soap_names:
            return name.text()
        if name.is_constant and isinstance(name.constant, str) and not name.is_open:
            found = self._names.find(name.constant)
            if found is None:
                raise Unconvertible(f"no REST field is known for the attribute {name.constant!r}")
            return source.literal(found.rest)
        if not name.names:
            raise Unconvertible("the names of the attributes are not known")
        table = self._tables.to_rest.setdefault(source.path, {})
        for text in name.names:
            found = self._names.find(text)
            if found is None:
                raise Unconvertible(f"no REST field is known for the attribute {text!r}")
            table[text] = found.rest
        return f"REST_NAMES[{name.text()}]"

    def _dict(self, node: Node, source: Source, form: Form) -> str | None:
        """Attributes (name and value) as a dict, or a list of such dicts."""
        if isinstance(node, Items) and node.items and all(self._is_pair(item) for item in node.items):
            pairs: list[tuple[str, str, bool]] = []
            spread: list[str] = []
            for item in node.items:
                inner = item.item if isinstance(item, Each) else item
                self._pair(
                    inner, source, form, pairs, spread, item.clauses if isinstance(item, Each) else None
                )
            return _display(pairs, spread, source)
        if isinstance(node, Items):
            return self._listed([], node, lambda item: self._dict(item, source, form) or "{}")
        if isinstance(node, Record) and self._is_pair(node):
            return self._dict(Items([node]), source, form)
        return None

    def _is_pair(self, item: Node | Each) -> bool:
        inner = item.item if isinstance(item, Each) else item
        return isinstance(inner, Record) and any(n in inner.fields and v in inner.fields for n, v in _PAIRS)

    def _pair(
        self,
        node: Node,
        source: Source,
        form: Form,
        pairs: list[tuple[str, str, bool]],
        spread: list[str],
        clauses: Callable[[], str] | None,
    ) -> None:
        if not isinstance(node, Record):
            raise Unconvertible("a pair of name and value is not known")
        names = next(names for names in _PAIRS if names[0] in node.fields and names[1] in node.fields)
        name, value = node.fields[names[0]], node.fields[names[1]]
        if not isinstance(name, Leaf) or not isinstance(value, Leaf):
            raise Unconvertible("a pair of name and value is not known")
        if name.is_constant and isinstance(name.constant, str) and not name.is_open:
            text = name.constant
            if form is Form.TOKENS:
                text = text.removeprefix("{{").removesuffix("}}")
            key = source.literal(text)
        elif form is Form.TOKENS:
            key = f"{operand(name.text())}.strip({source.literal('{}')})"
        else:
            key = name.text()
        text = self._token(value, source, clauses) if form is Form.TOKENS else value.text()
        if clauses is None:
            pairs.append((key, text, False))
        else:
            spread.append(f"{{{key}: {text} {clauses()}}}")

    def _token(self, value: Leaf, source: Source, clauses: Callable[[], str] | None) -> str:
        """The value of a program token: REST takes texts only, where SOAP made one of any value.

        A value of its own is taken for a text where nothing tells what it is; one that a loop goes through is not.
        """
        if value.is_constant and isinstance(value.constant, bool):
            raise Unconvertible("a truth value goes into a token: SOAP made a text of it")
        if value.is_constant and isinstance(value.constant, int | float) and not value.is_open:
            return source.literal(str(value.constant))
        text = value.text()
        if value.kind == "str" or (value.is_constant and isinstance(value.constant, str | None)):
            return text
        if value.is_constant or value.kind in ("int", "datetime", "object"):
            return f"str({text})"
        if clauses is None and value.kind is None:
            return text
        return (
            f"{source.literal('')} if {operand(text)} is None else str({text})"
            if self.empties
            else f"str({text})"
        )


def keywords_of(template: str) -> frozenset[str]:
    """The elements that a template gives to a keyword of its own, and to nothing else, where they are given."""
    sections = [_KEYWORD.fullmatch(section[1].strip()) for section in _OPTIONAL.finditer(template)]
    found = [root for section in sections if section is not None for root in _roots(section[2])]
    every = [root for root in _roots(template) if root in found]
    return frozenset(root for root in found if every.count(root) == 1)


def _held(section: str, request: Record) -> str | None:
    """The element that stands in a section, where an unpacked dict holds it."""
    names = request.unpacked.names if request.unpacked is not None else frozenset()
    return next((root for root in _roots(section) if root in names), None)


def _roots(template: str) -> list[str]:
    return [re.split(r"[.\[]", placeholder.path)[0] for placeholder in placeholders(template)]


def _chosen(record: Record, form: Form, source: Source) -> str:
    """How a lead is found whose record has an id on some ways only."""
    name = record.text() if record.text is not None else ""
    if "Id" in record.sometimes and not name.isidentifier():
        raise Unconvertible("whether the lead is found by id or by email address is decided where it is made")
    by_id, by_email = ("id", "email") if form is Form.LOOKUP else ("updateOnly", "createOrUpdate")
    if "Id" not in record.sometimes:
        return source.literal(by_id)
    return f"{source.literal(by_id)} if {source.literal('id')} in {name} else {source.literal(by_email)}"


def _by_id(node: Node) -> bool:
    """Whether lead records are found by id, and not by email address."""
    records = [item for item in walk(node) if isinstance(item, Record) and item.type == "LeadRecord"]
    found = {("Id" in record.fields, "Email" in record.fields) for record in records}
    if any(isinstance(leaf := record.fields.get("Id"), Leaf) and leaf.nullable for record in records):
        raise Unconvertible("the lead's id may be None, and then the lead is found by its email address")
    ids = {has_id for has_id, _ in found}
    if not found or len(ids) != 1 or (False, False) in found:
        raise Unconvertible("whether leads are found by id or by email address is not the same or not known")
    return ids.pop()


def operand(text: str) -> str:
    """An expression for a place beside an operator, a dot or `in`: in brackets, unless it holds together by itself."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return f"({text})"
    whole = isinstance(
        node,
        ast.Name
        | ast.Attribute
        | ast.Subscript
        | ast.Call
        | ast.JoinedStr
        | ast.Dict
        | ast.List
        | ast.Set
        | ast.ListComp
        | ast.DictComp
        | ast.SetComp,
    ) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    return text if whole or (text.startswith("(") and _is_bracketed(text)) else f"({text})"


def _json(leaf: Leaf, *, filtered: bool = False) -> str:
    """A value, as the text that SOAP libraries wrote where JSON has no such type; `filtered`: it is not None there."""
    text = leaf.text()
    if leaf.kind not in ("datetime", "object"):
        return text
    return (
        f"str({text}) if {operand(text)} is not None else None"
        if leaf.nullable and not filtered
        else f"str({text})"
    )


def _is_bracketed(text: str) -> bool:
    """Whether one pair of brackets is around the whole of an expression."""
    try:
        ast.parse(text[1:-1], mode="eval")
    except SyntaxError:
        return False
    return text.endswith(")")


def _quoted(template: str, quote: str) -> str:
    """A template in the quotes of a file; the other kind stands inside f-strings only."""
    return template if quote == '"' else template.translate({34: "'", 39: '"'})


def _without_str(text: str) -> str:
    """`x` for `str(x)`."""
    found = _STR.fullmatch(text)
    return found[1] if found else text


def _iso(text: str, leaf: Leaf, precision: str) -> str:
    """A time as ISO 8601 text; SOAP libraries took such texts, datetimes and None alike."""
    made = f"{operand(text)}.isoformat(timespec={precision})"
    if leaf.kind == "str":
        return text
    tests = [f"{operand(text)} is None"] if leaf.nullable else []
    if leaf.kind != "datetime":
        tests.append(f"isinstance({text}, str)")
    return f"{text} if {' or '.join(tests)} else {made}" if tests else made


def _display(pairs: Iterable[tuple[str, str, bool]], spread: list[str], source: Source) -> str:
    """A dict display; values that may be None are left out of it, as SOAP left them alone."""
    given = list(pairs)
    if not given and len(spread) == 1:
        return spread[0]
    parts = [f"{key}: {value}" for key, value, _ in given] + [f"**{operand(text)}" for text in spread]
    whole = "{" + ", ".join(parts) + "}"
    if any(nullable for _, _, nullable in given):
        return f"{{name: value for name, value in {whole}.items() if value is not None}}"
    return whole


def _is_uncertain(node: Node | Each) -> bool:
    """Whether a value is not known to be a whole number."""
    return isinstance(node, Leaf) and not node.is_constant and node.kind != "int"
