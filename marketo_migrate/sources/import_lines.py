"""The imports of a module, read from its bytes: quicker than parsing, and good for any version of Python."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_FROM = re.compile(rb"\bfrom\s+(\.*)\s*([\w.]*)\s+import\s*\Z")
_BEHIND = (b" ", b"\t", b"(", b"\\", b"*")
_LONGEST_LIST = 4_000


class Import(NamedTuple):
    """One import: the dots and the dotted name of the module, and the names taken from it."""

    level: int
    dotted: str
    names: tuple[str, ...]


def imports(data: bytes) -> Iterator[Import]:
    """The imports of a module, read from its text: every line with the word `import` in it."""
    end = 0
    while (place := data.find(b"import", end)) >= 0:
        end = place + 6
        start = max(data.rfind(b"\n", 0, place), data.rfind(b";", 0, place)) + 1
        if data[end : end + 1] not in _BEHIND:
            continue
        before = data[start:end]
        taken = _FROM.search(before)
        if taken is not None:
            yield Import(len(taken[1]), taken[2].decode(), _listed(data, end))
        elif before[:-6].strip() == b"" or before[:-6].rstrip().endswith(b":"):
            for name in _listed(data, end):
                yield Import(0, name, ())


def _listed(data: bytes, start: int) -> tuple[str, ...]:
    """The names that stand behind `import`, without what they are bound to."""
    line = data.find(b"\n", start)
    text = data[start : line if line >= 0 else len(data)]
    if text.lstrip()[:1] in (b"(", b"\\"):
        close = data.find(b")", start, start + _LONGEST_LIST)
        text = data[start : close if close >= 0 else start + _LONGEST_LIST]
    text = re.sub(rb"#[^\n]*", b"", text).split(b";", 1)[0]
    found = (re.match(rb"[\s(\\]*([\w.]+)", part) for part in text.split(b","))
    return tuple(match[1].decode() for match in found if match is not None)
