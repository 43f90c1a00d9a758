"""Addresses with values in them: an f-string only where that is readable by every Python."""

import re
from collections.abc import Callable

_ADDRESS = re.compile(r'f"(?P<body>[^"]*)"')
_HOLE = re.compile(r"\{(\$\{[^}]*\})\}")


def written_addresses(template: str, value: Callable[[str], str], quote: str) -> tuple[str, dict[str, str]]:
    """A rule's template with a mark for each address in it, and the text that goes in place of each mark.

    `value` gives the code of a placeholder. Digits become part of the text. Before Python 3.12 a value may
    not hold the quotes of the f-string around it: then the other quotes are taken, or the parts are joined.
    """
    texts: dict[str, str] = {}

    def mark(match: re.Match[str]) -> str:
        name = f"__address_{len(texts)}__"
        parts = _HOLE.split(match["body"])
        texts[name] = _address(parts[::2], [value(part) for part in parts[1::2]], quote)
        return name

    return _ADDRESS.sub(mark, template), texts


def with_addresses(text: str, texts: dict[str, str]) -> str:
    """A text with its marks replaced."""
    for name, address in texts.items():
        text = text.replace(name, address)
    return text


def _address(fixed: list[str], values: list[str], quote: str) -> str:
    if all(value.isdigit() for value in values):
        return quote + _woven(fixed, values) + quote
    held = "".join(values)
    other = "'" if quote == '"' else '"'
    if "\\" not in held and "\n" not in held:
        for mark in (quote, other):
            if mark not in held:
                return f"f{mark}{_woven(fixed, [f'{{{value}}}' for value in values])}{mark}"
    pieces = [f"{quote}{fixed[0]}{quote}"]
    for value, text in zip(values, fixed[1:], strict=True):
        pieces += [f"str({value})", *([f"{quote}{text}{quote}"] if text else [])]
    return " + ".join(pieces)


def _woven(fixed: list[str], values: list[str]) -> str:
    return "".join(text + value for text, value in zip(fixed, [*values, ""], strict=True))
