"""Which further files a scan must look at: those that may use what was found, though they hold no needle.

A file joins that names a module of interest and something that a module with findings defines. Where
those words are so common that very many files have both (`settings`, `find`), a file must also import a
module of interest, or name it by its dotted path.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from marketo_migrate.model.facts import ModuleFacts
from marketo_migrate.model.finding import Finding, Kind
from marketo_migrate.resolve.program import Program
from marketo_migrate.sources.prefilter import Prefilter

MANY = 200
"""From how many files on words alone do not suffice."""

_TELLING = (Kind.CALL, Kind.WRAPPER_CALL, Kind.CLIENT, Kind.REQUEST_OBJECT)
_WORD = re.compile(rb"\w+")
_DEFINED = re.compile(r"(?m)^\s*(?:async\s+)?(?:def|class)\s+(\w+)")
_ASSIGNED = re.compile(r"(?m)^(\w+)\s*(?::[^=\n]+)?=")
_FROM = re.compile(rb"\bfrom\s+(\.*)\s*([\w.]*)\s+import\s*\Z")
_BEHIND = (b" ", b"\t", b"(", b"\\", b"*")
_LONGEST_LIST = 4_000


class _Import(NamedTuple):
    """One import: the dots and the dotted name of the module, and the names taken from it."""

    level: int
    dotted: str
    names: tuple[str, ...]


class Widening:
    """Finds further files; `paths` are all Python files, `data` and `facts` give what is in one."""

    def __init__(
        self,
        paths: Collection[str],
        data: Callable[[str], bytes],
        facts: Callable[[str], ModuleFacts | None],
    ) -> None:
        self._paths = paths
        self._data = data
        self._facts = facts
        self._imports: dict[str, tuple[_Import, ...]] = {}

    def users(self, primary: Collection[str], program: Program) -> frozenset[str]:
        """Python files that import one of the `primary` ones and name something it defines.

        They would join after the first findings anyway; to know them before saves a round.
        """
        return self._joining(frozenset(primary), primary, program, many=0)

    def more(
        self, findings: tuple[Finding, ...], primary: Collection[str], program: Program
    ) -> frozenset[str]:
        """Python files outside `primary` that may use what the findings' modules define."""
        found = frozenset(finding.location.path for finding in findings if finding.kind in _TELLING)
        return self._joining(found, primary, program, many=MANY)

    def _joining(
        self, found: frozenset[str], primary: Collection[str], program: Program, *, many: int
    ) -> frozenset[str]:
        if not found:
            return frozenset()
        names = frozenset(name for path in found for name in self._defined(path))
        modules = frozenset(word for path in primary for word in _module_words(path))
        has_name, has_module = _substrings(names), _substrings(modules)
        possible: dict[str, bytes] = {}
        for path in self._paths:
            if path not in primary:
                data = self._data(path)
                if has_module(data) and has_name(data):
                    possible[path] = data if len(possible) < many else b""
        if len(possible) > many:
            possible = dict(self._linked(possible, found, primary, program))
        return frozenset(
            path
            for path, data in possible.items()
            if not (words := frozenset(_WORD.findall(data))).isdisjoint(modules)
            and not words.isdisjoint(names)
        )

    def _defined(self, path: str) -> set[bytes]:
        facts = self._facts(path)
        if facts is None:
            return set()
        return {name.encode() for pattern in (_DEFINED, _ASSIGNED) for name in pattern.findall(facts.text)}

    def _linked(
        self, paths: Mapping[str, bytes], found: Collection[str], primary: Collection[str], program: Program
    ) -> Iterator[tuple[str, bytes]]:
        """Those of the files that import a module of interest, or the package of one, or name it."""
        packages = {f"{path.rpartition('/')[0]}/__init__.py".lstrip("/") for path in found}
        targets = frozenset(primary) | packages
        stems = frozenset(word.decode() for path in targets for word in _module_words(path)[-1:])
        named = _substrings(frozenset(text for path in found for text in _texts_that_name(path)))
        for path in paths:
            data = self._data(path)
            if named(data) or self._imports_one(path, data, targets, stems, program):
                yield path, data

    def _imports_one(
        self, path: str, data: bytes, targets: frozenset[str], stems: frozenset[str], program: Program
    ) -> bool:
        if path not in self._imports:
            self._imports[path] = tuple(_imports(data))
        for level, dotted, names in self._imports[path]:
            parts = dotted.split(".")
            if stems.isdisjoint(parts) and stems.isdisjoint(names):
                continue
            modules = [dotted, *(f"{dotted}.{name}".lstrip(".") for name in names if name in stems)]
            # A Python 2 file finds its neighbours without dots.
            for depth in (level,) if level else (0, 1):
                if any(program.find(path, module, depth) in targets for module in modules if module or depth):
                    return True
        return False


def _imports(data: bytes) -> Iterator[_Import]:
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
            yield _Import(len(taken[1]), taken[2].decode(), _listed(data, end))
        elif before[:-6].strip() == b"" or before[:-6].rstrip().endswith(b":"):
            for name in _listed(data, end):
                yield _Import(0, name, ())


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


def _substrings(words: frozenset[bytes]) -> Callable[[bytes], bool]:
    return Prefilter([word.decode() for word in sorted(words) if word]).matches


def _texts_that_name(path: str) -> tuple[bytes, ...]:
    """How a string names a module for a dynamic import: with its package, or alone where it is in none."""
    words = _module_words(path)
    return (b".".join(words),) if len(words) > 1 else (b"'" + words[0] + b"'", b'"' + words[0] + b'"')


def _module_words(path: str) -> tuple[bytes, ...]:
    """The words of which an import of a module, or of the package it is in, has one."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    return tuple(part.encode() for part in parts[-2:])
