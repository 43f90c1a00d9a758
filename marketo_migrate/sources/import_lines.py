"""The imports of a module, read from its bytes: quicker than parsing, and good for any version of Python."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_FROM = re.compile(rb"\bfrom\s+(\.*)\s*([\w.]*)\s+import\s*\Z")
_NAME = re.compile(rb"[\w.]+")
_BEFORE_NAME = b" \t\n\r\f\v(\\"
_BEHIND = (b" ", b"\t", b"(", b"\\", b"*")
_LONGEST_LIST = 4_000


class Import(NamedTuple):
    """One import: the dots and the dotted name of the module, and the names taken from it."""

    level: int
    dotted: str
    names: tuple[str, ...]


def imports(data: bytes, worth: Callable[[bytes], bool] | None = None) -> Iterator[Import]:
    """The imports of a module, read from its text: every line with the word `import` in it.

    `worth` tells from the text of a statement whether it is of interest: all are, without it.
    """
    end = 0
    while (place := data.find(b"import", end)) >= 0:
        end = place + 6
        if data[end : end + 1] not in _BEHIND:
            continue
        start = max(data.rfind(b"\n", 0, place), data.rfind(b";", 0, place)) + 1
        last = _end_of_list(data, end)
        if worth is not None and not worth(data[start:last]):
            continue
        before = data[start:end]
        taken = _FROM.search(before)
        if taken is not None:
            yield Import(len(taken[1]), taken[2].decode(), _listed(data[end:last]))
        elif before[:-6].strip() == b"" or before[:-6].rstrip().endswith(b":"):
            for name in _listed(data[end:last]):
                yield Import(0, name, ())


def _end_of_list(data: bytes, start: int) -> int:
    """Where the names that stand behind `import` end at the latest."""
    line = data.find(b"\n", start)
    last = line if line >= 0 else len(data)
    if data[start:last].lstrip()[:1] in (b"(", b"\\"):
        close = data.find(b")", start, start + _LONGEST_LIST)
        return close if close >= 0 else start + _LONGEST_LIST
    return last


def _listed(text: bytes) -> tuple[str, ...]:
    """The names in the text behind `import`, without what they are bound to."""
    plain = re.sub(rb"#[^\n]*", b"", text) if b"#" in text else text
    found = (_NAME.match(part.lstrip(_BEFORE_NAME)) for part in plain.split(b";", 1)[0].split(b","))
    return tuple(match[0].decode() for match in found if match is not None)
