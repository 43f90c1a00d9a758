"""Breaks code that is too long for its line at its brackets, the way formatters do."""

import re
from collections.abc import Iterator
from keyword import iskeyword

LINE_LIMIT = 100
"""How long a written line may be."""

_NAMES = re.compile(r"""\A(\w+=|)(["'])(\w+(?:,\w+)+)\2""")
_CALLABLE_END = re.compile(r"(?:(?<!\w)\w+|[)\]])\Z")
_OPEN, _CLOSE = "([{", ")]}"


def fit(text: str, *, column: int, after: int, indent: str, unit: str, limit: int) -> str:
    """The text as it stands if it fits between column and limit with `after` more characters, else broken.

    `indent` is that of the statement, `unit` one level. Text that has line breaks already stays, but for one with a
    line that is too long.
    """
    if "\n" in text:
        first, *others = text.split("\n")
        joined = _joined(text)
        if joined is None or (column + len(first) <= limit and all(len(line) <= limit for line in others)):
            return text
        text = joined
    if column + len(text) + after <= limit:
        return text
    group = _last_group(text)
    if group is None:
        return text
    start, end = group
    content = text[start + 1 : end]
    items = _split(content)
    inner = indent + unit
    if not items:
        return text
    if _is_generator(content):
        clauses = [content.strip()]
        if len(inner) + len(clauses[0]) > limit:
            clauses = [
                fit(clause, column=len(inner), after=0, indent=inner, unit=unit, limit=limit)
                for clause in _clauses(content)
            ]
        lines = [inner + clause for clause in clauses]
        return text[: start + 1] + "\n" + "\n".join(lines) + "\n" + indent + text[end:]
    together = inner + ", ".join(items)
    if len(together) <= limit:
        return text[: start + 1] + "\n" + together + "\n" + indent + text[end:]
    lines = [
        inner
        + _fit_names(
            fit(item, column=len(inner), after=1, indent=inner, unit=unit, limit=limit), inner, unit, limit
        )
        + ","
        for item in items
    ]
    return text[: start + 1] + "\n" + "\n".join(lines) + "\n" + indent + text[end:]


def _joined(text: str) -> str | None:
    """The text on one line; None where a comment or a text with line breaks does not allow that."""
    lines: list[str] = [""]
    end = -1
    for index, character in _code(text):
        if character in "#\\" or "\n" in text[end + 1 : index]:
            return None
        lines[-1] += text[end + 1 : index]
        end = index
        if character == "\n":
            lines.append("")
        else:
            lines[-1] += character
    lines[-1] += text[end + 1 :]
    parts = [line.strip() for line in lines]
    whole = parts[0]
    for part in parts[1:]:
        if whole[-1:] in _OPEN or part[:1] in _CLOSE:
            whole = whole.rstrip(",") if part[:1] in _CLOSE and _in_call(whole) else whole
            whole += part
        else:
            whole += f" {part}"
    return whole


def _in_call(text: str) -> bool:
    """Whether the last open bracket of a text is no parenthesis, or that of a call: a comma before its end says nothing."""
    stack: list[int] = []
    for index, character in _code(text):
        if character in _OPEN:
            stack.append(index)
        elif character in _CLOSE and stack:
            stack.pop()
    start = stack[-1] if stack else 0
    before = _CALLABLE_END.search(text[:start])
    called = before is not None and not iskeyword(before[0])
    return text[start : start + 1] != "(" or called


def _fit_names(item: str, indent: str, unit: str, limit: int) -> str:
    """An argument that is a long text of names with commas between them, on several lines."""
    found = _NAMES.fullmatch(item)
    if found is None or len(indent) + len(item) < limit:
        return item
    quote, inner = found[2], indent + unit
    lines = [""]
    for name in re.findall(r"\w+,?", found[3]):
        if lines[-1] and len(inner) + len(lines[-1]) + len(name) + 2 > limit:
            lines.append("")
        lines[-1] += name
    return f"{found[1]}(\n" + "".join(f"{inner}{quote}{line}{quote}\n" for line in lines) + f"{indent})"


def _is_generator(item: str) -> bool:
    """Whether what is between brackets is a comprehension: its commas part no items."""
    return any(item.startswith(" for ", index) for index, _ in _top_level(item))


def _clauses(text: str) -> list[str]:
    """The element of a comprehension, and each `for` and `if` of it."""
    parts: list[str] = []
    begin = 0
    for index, _ in _top_level(text):
        if text.startswith(" for ", index) or (parts and text.startswith(" if ", index)):
            parts.append(text[begin:index].strip())
            begin = index + 1
    return [*parts, text[begin:].strip()]


def _last_group(text: str) -> tuple[int, int] | None:
    """The outermost bracket pair that ends last and holds something; a plain key in brackets is not broken."""
    stack: list[int] = []
    best: tuple[int, int] | None = None
    for index, character in _code(text):
        if character in _OPEN:
            stack.append(index)
        elif character in _CLOSE and stack:
            start = stack.pop()
            is_key = (
                text[start] == "[" and start > 0 and (text[start - 1].isalnum() or text[start - 1] in ")]_")
            )
            if not stack and index - start > 8 and not (is_key and best is not None):
                best = (start, index)
    return best


def _split(text: str) -> list[str]:
    """The items of a comma-separated list."""
    items: list[str] = []
    begin = 0
    for index, character in _top_level(text):
        if character == ",":
            items.append(text[begin:index].strip())
            begin = index + 1
    rest = text[begin:].strip()
    return [item for item in (*items, rest) if item]


def _top_level(text: str) -> Iterator[tuple[int, str]]:
    """The characters of a text that stand outside brackets and string literals, with their index."""
    depth = 0
    for index, character in _code(text):
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
        elif depth == 0:
            yield index, character


def _code(text: str) -> Iterator[tuple[int, str]]:
    """The characters of a text that stand outside string literals, with their index."""
    quote = ""
    index = 0
    while index < len(text):
        if quote:
            if text[index] == "\\":
                index += 1
            elif text.startswith(quote, index):
                index += len(quote) - 1
                quote = ""
        elif text[index] in "'\"":
            quote = text[index] * 3 if text.startswith(text[index] * 3, index) else text[index]
            index += len(quote) - 1
        else:
            yield index, text[index]
        index += 1
