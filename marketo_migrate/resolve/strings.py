"""Text operations on abstract values: concatenation, formatting, `str` methods."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import product

from marketo_migrate.resolve.texts import collapse, is_marked, join
from marketo_migrate.resolve.values import Literal, Place, String, Unknown, Value, Values

_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*(?:\d+|\*)?(?:\.\d+)?([sdrifxuge%])")
_TEMPLATE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}!:]*)(?:![rsa])?(?::[^{}]*)?\}")
_MAX_COMBINATIONS = 8
HOLE = String((None,))
SPLITTING = ("partition", "rpartition", "split", "rsplit", "splitlines")
"""Methods that cut a text in pieces; each piece counts as the whole."""

Find = Callable[[str | int], Values]
"""Gives the values for a format field: an index or a name."""


def texts_of(values: Values) -> tuple[String, ...]:
    """The texts that an expression may be; a hole where it may be something else."""
    found: dict[String, None] = {}
    for value in sorted(values, key=repr) if len(values) > 1 else values:
        match value:
            case String():
                found[value] = None
            case Literal(value=constant) if constant is not None:
                found[String((str(constant),))] = None
            case Unknown(hints=hints):
                found[String((None,), (), hints)] = None
            case _:
                found[HOLE] = None
    if len(found) > 1 and HOLE in found and any(is_marked(text.text) for text in found):
        del found[HOLE]
    return tuple(found) or (HOLE,)


def concatenate(operands: Sequence[Values]) -> Values:
    """All texts that `a + b + …` may give."""
    choices = [texts_of(values) for values in operands]
    total = 1
    for choice in choices:
        total *= len(choice)
    if total > _MAX_COMBINATIONS:
        choices = [choice if len(choice) == 1 else (collapse(choice),) for choice in choices]
    return frozenset(join(parts) for parts in product(*choices))


def literal(value: str, place: Place) -> String:
    """A string literal; only one that matters remembers where it stands."""
    return String((value,) if value else (), (place,) if is_marked(value) or len(value) >= 8 else ())


def percent(template: String, find: Find) -> Values:
    """`template % arguments`."""
    counter = iter(range(1000))

    def field(match: re.Match[str]) -> str | int | None:
        if match[2] == "%":
            return None
        return match[1] or next(counter)

    return _fill(template, _PERCENT, field, find, {"%%": "%"})


def braces(template: String, find: Find) -> Values:
    """`template.format(…)`."""
    counter = iter(range(1000))

    def field(match: re.Match[str]) -> str | int | None:
        if match[0] in ("{{", "}}"):
            return None
        name = re.split(r"[.\[]", match[1] or "", maxsplit=1)[0]
        if not name:
            return next(counter)
        return int(name) if name.isdigit() else name

    return _fill(template, _BRACES, field, find, {"{{": "{", "}}": "}"})


def dollars(template: String, find: Find) -> Values:
    """`Template(template).substitute(…)`."""
    return _fill(template, _TEMPLATE, lambda match: match[1] or match[2], find, {})


def _fill(
    template: String,
    pattern: re.Pattern[str],
    field: Callable[[re.Match[str]], str | int | None],
    find: Find,
    fixed: Mapping[str, str],
) -> Values:
    operands: list[Values] = []
    text = template.text
    position = 0
    for match in pattern.finditer(text):
        if match.start() > position:
            operands.append(_known(text[position : match.start()]))
        name = field(match)
        operands.append(_known(fixed.get(match[0], "")) if name is None else find(name))
        position = match.end()
        if len(operands) > 200:
            break
    operands.append(_known(text[position:]))
    context = String((), template.origins, template.hints)
    return frozenset(join((context, value)) for value in concatenate(operands) if isinstance(value, String))


def _known(text: str) -> Values:
    parts: list[str | None] = []
    for index, piece in enumerate(text.split("\0")):
        if index:
            parts.append(None)
        if piece:
            parts.append(piece)
    return frozenset((String(tuple(parts)),))


def method(text: String, name: str, arguments: Sequence[Values]) -> Values | None:
    """The result of a `str` method that keeps the text (or most of it), None for others."""
    if name in _KEEPING:
        return frozenset((text,))
    known = text.known
    if known is not None and name in _EXACT and not arguments:
        return frozenset((String((_EXACT[name](known),), text.origins, text.hints),))
    if name == "replace" and len(arguments) >= 2:
        return _replace(text, arguments[0], arguments[1])
    return None


def _replace(text: String, old: Values, new: Values) -> Values:
    olds, news = texts_of(old), texts_of(new)
    if len(olds) == 1 and olds[0].known:
        operands: list[Values] = []
        for index, piece in enumerate(text.text.split(olds[0].known)):
            if index:
                operands.append(frozenset(news))
            operands.append(_known(piece))
        if len(operands) < 60:
            return frozenset(
                join((String((), text.origins, text.hints), value))
                for value in concatenate(operands)
                if isinstance(value, String)
            )
    return frozenset((text,))


_KEEPING = frozenset(
    {
        "encode",
        "decode",
        "strip",
        "rstrip",
        "lstrip",
        "expandtabs",
        "ljust",
        "rjust",
        "center",
        "__str__",
        "removesuffix",
        "removeprefix",
        *SPLITTING,
    }
)
_EXACT: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "capitalize": str.capitalize,
}


def marked(values: Values) -> tuple[Value, ...]:
    """The texts among values that bear a mark of Marketo's SOAP API."""
    return tuple(value for value in values if isinstance(value, String) and is_marked(value.text))
