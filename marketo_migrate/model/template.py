"""Snippet and message templates: their placeholders, and the text with them filled in."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from marketo_migrate.model.record import record

CLIENT_PATH: Final = "client"
"""The placeholder path that stands for the REST client variable."""

_PLACEHOLDER: Final = re.compile(
    r"\$\{(?P<path>[A-Za-z_][\w.\[\]]*)(?::(?P<form>\w+))?(?:\|(?P<fallback>[^{}|]+))?\}"
)
_WORD: Final = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


class Form(StrEnum):
    """How a placeholder's value is written in a snippet.

    `VALUE` is the user's expression as it stands, `TEXT` puts str() around what is not a string literal,
    `INTEGER` int() around what is not a number. `RECORD` is a lead record as a dict of REST names,
    `SOAP_RECORD` the same under its SOAP names, to be translated when the program runs,
    `PAIRS` a list of attrName/attrValue (or name/value) as a dict, `TOKENS` the same with the braces
    of {{my.x}} taken off. `FILTER_TYPE` is a constant as the rule's request map translates it (EMAIL to
    "email", UPSERT to "createOrUpdate"). `FIELD_NAMES` are SOAP attribute names as REST names, `TYPE_IDS`
    activity type names as ids. `ISO` is a time as ISO 8601 text. `LABELS` are the labels in the header of a
    file, separated by commas, as REST names. `ACTION` and
    `LOOKUP` are what Sync Leads does with a lead record (or a list of them) and the field it finds it by.
    `OBJECT` is an opportunity, role or custom object as a dict of REST names.
    """

    VALUE = "value"
    TEXT = "text"
    INTEGER = "integer"
    RECORD = "record"
    SOAP_RECORD = "soap_record"
    PAIRS = "pairs"
    TOKENS = "tokens"
    FILTER_TYPE = "filter_type"
    FIELD_NAMES = "field_names"
    TYPE_IDS = "type_ids"
    ISO = "iso"
    LABELS = "labels"
    ACTION = "action"
    LOOKUP = "lookup"
    OBJECT = "object"


@record
class Placeholder:
    """`${path:form|fallback}` in a template; `text` is how it is written there.

    `fallback` is the name (or expression) that stands in when the value is not known. The path `client`
    is the REST client. A path with `[]` stands for the list of the values of all elements, `[0]`
    for the first one.
    """

    text: str
    path: str
    form: Form
    fallback: str


_FORMS: Final = {form.value: form for form in Form}


def placeholders(template: str) -> tuple[Placeholder, ...]:
    """The placeholders of a template in order, repeats included.

    Raises:
        ValueError: A `${` that is not a placeholder, or a form that does not exist.

    """
    found = tuple(_placeholder(match) for match in _PLACEHOLDER.finditer(template))
    if template.count("${") != len(found):
        raise ValueError("a '${' that is not '${path}', '${path:form}' or '${path|name}'")
    return found


def fill(template: str, value: Callable[[Placeholder], str | None]) -> str:
    """The template with each placeholder replaced by what `value` gives for it; None takes the fallback.

    Raises:
        ValueError: As `placeholders`.

    """
    placeholders(template)

    def replace(match: re.Match[str]) -> str:
        placeholder = _placeholder(match)
        code = value(placeholder)
        return placeholder.fallback if code is None else code

    return _PLACEHOLDER.sub(replace, template)


def placeholder_names(message: str) -> tuple[str, ...]:
    """The names of a message's placeholders, each once, in order."""
    return tuple(dict.fromkeys(item.path for item in placeholders(message)))


def _placeholder(match: re.Match[str]) -> Placeholder:
    form = match["form"]
    if form is not None and form not in _FORMS:
        raise ValueError(f"the form {form!r} is not one of {', '.join(_FORMS)}")
    fallback = match["fallback"] or _default_fallback(match["path"])
    return Placeholder(match[0], match["path"], _FORMS[form] if form else Form.VALUE, fallback)


def _default_fallback(path: str) -> str:
    """The last step of a path as a Python name: `leadKey.keyValue` gives `key_value`."""
    last = path.rpartition(".")[2].removesuffix("[]")
    return "_".join(word.lower() for word in _WORD.findall(last))
