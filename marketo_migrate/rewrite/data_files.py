"""Files of settings after a rewrite: lines of sections that told SOAP's address and that nothing reads any more.

Only files of single lines are edited: `key = value` in sections, or environment files.
"""

import re
from collections.abc import Callable, Iterable

_FILE = re.compile(r"(?:\.(?:ini|cfg|conf|toml|env|properties)|(?:^|/)\.env(?:\.\w+)?)$", re.IGNORECASE)
_SECTION = re.compile(r"\s*\[+\s*(?P<name>[^\[\]]+?)\s*\]+\s*(?:[#;].*)?$")
_ENTRY = re.compile(r"(?:export\s+)?(?P<key>[A-Za-z_][\w.-]*)\s*[=:]\s*(?P<value>.*)$")
_ANY_KEY = re.compile(r"""[\s{,-]*["']?(?P<key>[A-Za-z_][\w.-]*)["']?\s*[=:]""")
_TOML_VALUE = re.compile(r"""(?:"[^"\\]*"|'[^']*'|[\w.+-]+)\s*(?:#.*)?$""")


def is_settings_file(path: str) -> bool:
    """Whether a file holds settings line by line."""
    return _FILE.search(path) is not None


def key_at(text: str, line: int) -> str | None:
    """The key of the setting on a line (from 1), of JSON and YAML too."""
    lines = text.splitlines()
    found = _ANY_KEY.match(lines[line - 1]) if 0 < line <= len(lines) else None
    return found["key"] if found is not None else None


def without_unread(text: str, path: str, lines: Iterable[int], unread: Callable[[str], bool]) -> str:
    """The text without what nothing reads in the sections of some lines (from 1).

    `unread` tells of a key, or of the name of a section, that nothing mentions any more.
    """
    rows = text.splitlines(keepends=True)
    gone: set[int] = set()
    for start, end in _sections(rows):
        if not any(start < line <= end for line in lines):
            continue
        entries = [n for n in range(start, end) if _ENTRY.match(rows[n].rstrip("\r\n"))]
        going = {n for n in entries if _may_go(rows, n, path) and unread(_key(rows[n]))}
        header = _SECTION.match(rows[start].rstrip("\r\n"))
        if header is not None and going == set(entries) and unread(header["name"]):
            rest = [n for n in range(start + 1, end) if n not in going and rows[n].strip()]
            if not rest:
                going |= set(range(start, end))
        gone |= going
    return "".join(row for n, row in enumerate(rows) if n not in gone)


def _sections(rows: list[str]) -> list[tuple[int, int]]:
    """The stretches of lines (from 0, end excluded) that belong together, each from its header on."""
    starts = [n for n, row in enumerate(rows) if _SECTION.match(row.rstrip("\r\n"))]
    if not starts or starts[0] != 0:
        starts = [0, *starts]
    return list(zip(starts, [*starts[1:], len(rows)], strict=True))


def _key(row: str) -> str:
    found = _ENTRY.match(row.rstrip("\r\n"))
    return found["key"] if found is not None else ""


def _may_go(rows: list[str], number: int, path: str) -> bool:
    """Whether a setting ends with its line."""
    found = _ENTRY.match(rows[number].rstrip("\r\n"))
    if found is None or found["value"].endswith("\\"):
        return False
    if path.lower().endswith(".toml"):
        return _TOML_VALUE.match(found["value"]) is not None
    following = rows[number + 1] if number + 1 < len(rows) else ""
    return not (following[:1] in (" ", "\t") and following.strip())
