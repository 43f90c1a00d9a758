"""JSON values in, JSON text out: ASCII, no lone surrogates, nothing that a build log would obey."""

import json
import re
from typing import TypeAlias

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

# Runners of builds take `##[error]` and `##vso[task...]` anywhere in a printed line for a command.
_COMMAND = re.compile(r"##(?=\w*\[)")


def dump(document: Json, *, indent: int | None = 2) -> str:
    """The document with a final newline; without `indent` on one line."""
    return f"{dump_value(document, indent=indent)}\n"


def dump_value(value: Json, *, indent: int | None = None) -> str:
    """The value as JSON text, on one line unless `indent` is given."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, indent=indent, separators=separators)
    if "\\ud" in text:
        # Pairs of surrogates are whole characters; single ones are replaced.
        text = json.dumps(_well_formed(value), indent=indent, separators=separators)
    return _COMMAND.sub(r"\\u0023#", text) if "##" in text else text


def _well_formed(value: Json) -> Json:
    """Lone surrogates, which strict JSON readers refuse, replaced by U+FFFD."""
    match value:
        case str():
            return well_formed(value)
        case list():
            return [_well_formed(item) for item in value]
        case dict():
            return {well_formed(key): _well_formed(item) for key, item in value.items()}
        case _:
            return value


def well_formed(text: str) -> str:
    """The text with lone surrogates replaced by U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
