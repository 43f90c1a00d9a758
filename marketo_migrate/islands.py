"""Which files of a program nothing connects: they can be analysed apart, in any order, by any process.

Files are connected by imports, by settings that Django hands out by name, and by names under which objects
outside the program keep values (`app.extensions["marketo"]`). What is taken for connected and is not only
costs time; what is taken for apart and is not shows once both parts have loaded the same module.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from marketo_migrate.resolve.objects import SETTINGS_STEMS
from marketo_migrate.resolve.program import Program
from marketo_migrate.sources.import_lines import imports

_MEMBER = re.compile(rb"\.\s*(\w+)")
_BY_NAME = re.compile(rb"\b(?:import_module|import_string|__import__|locate|load_class)\b")
_DOTTED = re.compile(rb"""["']([\w.]*\w)["']""")
# Names and blanks of a bounded length: else a long text would be searched from each of its characters.
_MARKED = re.compile(rb"\b(\w{1,80})\s{0,20}\.\s{0,20}(\w{0,80}?(?i:marketo|mkto)\w{0,80})")
_STORED = re.compile(rb"\s*(?::[^=\n]+)?=(?!=)")
_KEPT = re.compile(
    rb"""(?:\.\s{0,20}\w{1,80}|(?i:marketo|mkto|soap|client)\w{0,80})\s{0,20}\[\s{0,20}"""
    rb"""["']([^"'\n]{1,80})["']\s{0,20}\]"""
)
_OWN = (b"self", b"cls")


def islands(
    primary: Iterable[str], data: Callable[[str], bytes], program: Program
) -> tuple[frozenset[str], ...]:
    """The paths that have to be analysed, in groups that nothing connects, sorted by their first paths.

    `data` gives the bytes of a Python file; `program` finds what imports name.
    """
    return _Links(data, program).groups(sorted(primary))


class _Links:
    """Sets of connected files, grown link by link."""

    def __init__(self, data: Callable[[str], bytes], program: Program) -> None:
        self._data = data
        self._program = program
        self._parents: dict[str, str] = {}

    def groups(self, primary: list[str]) -> tuple[frozenset[str], ...]:
        seen: set[str] = set()
        pending = list(primary)
        while pending:
            path = pending.pop()
            if path in seen:
                continue
            seen.add(path)
            for other in self._linked(path):
                self._join(path, other)
                pending.append(other)
        self._join_by_names(seen)
        found: dict[str, set[str]] = {}
        for path in primary:
            found.setdefault(self._root(path), set()).add(path)
        return tuple(frozenset(group) for group in sorted(found.values(), key=min))

    def _root(self, path: str) -> str:
        while (parent := self._parents.setdefault(path, path)) != path:
            self._parents[path] = self._parents.setdefault(parent, parent)
            path = parent
        return path

    def _join(self, one: str, other: str) -> None:
        self._parents[self._root(other)] = self._root(one)

    def _linked(self, path: str) -> Iterator[str]:
        """The files that one names."""
        data = self._data(path)
        names: tuple[str, ...] | None = None
        for found in self._imported(path, data):
            yield found
            if found.endswith("__init__.py"):
                names = names or tuple({word.decode() for word in _MEMBER.findall(data)})
                yield from self._inside(found, names)
        if b"django.conf" in data:
            yield from self._program.named(SETTINGS_STEMS)
        if _BY_NAME.search(data):
            for text in _DOTTED.findall(data):
                dotted = text.decode().lstrip(".")
                for module in (dotted, dotted.rpartition(".")[0]):
                    for level in (0, 1) if module else ():
                        if (found_one := self._program.find(path, module, level)) is not None:
                            yield found_one

    def _imported(self, path: str, data: bytes) -> Iterator[str]:
        for level, dotted, names in imports(data):
            modules = [dotted, *(f"{dotted}.{name}".lstrip(".") for name in names)]
            if not level and "." in dotted:
                modules.append(dotted.partition(".")[0])
            # A Python 2 file finds its neighbours without dots.
            for depth in (level,) if level else (0, 1):
                for module in modules:
                    if module or depth:
                        found = self._program.find(path, module, depth)
                        if found is not None:
                            yield found

    def _inside(self, package: str, names: Collection[str]) -> Iterator[str]:
        for name in names:
            found = self._program.submodule(package, name)
            if found is not None:
                yield found
                if found.endswith("__init__.py") and found != package:
                    yield from self._inside(found, names)

    def _join_by_names(self, paths: Iterable[str]) -> None:
        """Connect files that keep a value under a name outside the program with those that name it."""
        kept: dict[tuple[str, bytes], str] = {}
        named: dict[tuple[str, bytes], list[str]] = {}
        for path in sorted(paths):
            for key, stores in _keys(self._data(path)).items():
                named.setdefault(key, []).append(path)
                if stores:
                    kept.setdefault(key, path)
        for key, home in kept.items():
            for path in named[key]:
                self._join(home, path)


def _keys(data: bytes) -> Mapping[tuple[str, bytes], bool]:
    """The names under which something outside may keep a value, and whether one is put there."""
    found: dict[tuple[str, bytes], bool] = {}
    for match in _MARKED.finditer(data):
        if match[1] not in _OWN:
            key = ("attribute", match[2])
            found[key] = found.get(key, False) or _STORED.match(data, match.end()) is not None
    for match in _KEPT.finditer(data):
        key = ("item", match[1])
        found[key] = found.get(key, False) or _STORED.match(data, match.end()) is not None
    if b".obj" in data and (b"pass_" in data or b"ctx.obj" in data or b"context.obj" in data):
        found["attribute", b"obj"] = True
    return found
