"""Which further files a scan must look at: those that may use what was found, though they hold no needle.

A file joins that names a module of interest and something that a module with findings defines. Where
those words are so common that very many files have both (`settings`, `find`), a file must also import a
module of interest, or name it by its dotted path.
"""

import re
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import NamedTuple

from marketo_migrate.model.finding import Finding, Kind
from marketo_migrate.model.module_paths import bare_path
from marketo_migrate.processes import each
from marketo_migrate.resolve.program import Program
from marketo_migrate.sources.import_lines import imports
from marketo_migrate.sources.mentions import Without
from marketo_migrate.sources.prefilter import Prefilter

MANY = 200
"""From how many files on words alone do not suffice."""

_PART = 1_000
_MOST_PARTS = 16
_MOST_NEIGHBOURS = 50
_WORTH_A_PROCESS = 4
"""From how many parts of the files on a second process saves more than it costs."""

_TELLING = (Kind.CALL, Kind.WRAPPER_CALL, Kind.CLIENT, Kind.REQUEST_OBJECT)
_WORD = re.compile(rb"\w+")
_DEFINED = re.compile(rb"(?m)^[ \t\f]*(?:async\s+)?(?:def|class)\s+(\w+)")
_ASSIGNED = re.compile(rb"(?m)^(\w+)\s*(?::[^=\n]+)?=")


class _Look(NamedTuple):
    """Which files had both a word for a module and a name, which of them are linked to a target."""

    targets: frozenset[str]
    modules: frozenset[bytes]
    names: frozenset[bytes]
    possible: tuple[str, ...]
    linked: frozenset[str]


class Widening:
    """Finds further files; `paths` are all Python files, `data` gives what is in one."""

    def __init__(self, paths: Collection[str], data: Callable[[str], bytes], *, jobs: int = 1) -> None:
        """`jobs` is how many processes may look through the files."""
        self._paths = tuple(paths)
        self._data = data
        self._jobs = jobs
        self._before: _Look | None = None
        self.without: Without | None = None
        """Files that need no look for the words of modules; None before there was a first look."""

    def users(self, primary: Collection[str], program: Program) -> frozenset[str]:
        """Python files that import one of the `primary` ones and name something it defines.

        They would join after the first findings anyway; to know them before saves a round.
        """
        if not primary:
            return frozenset()
        # Neighbours are likely to join: with them in, one look at all files is likely to be enough.
        near = frozenset(primary) | self._neighbours(primary)
        words = self._words(near, near)
        linked = _Linked(near, near, program)
        parts = min(_MOST_PARTS, len(self._paths) // _PART + 1)

        def look(start: int) -> list[tuple[str, bool, bool]]:
            return [
                (path, named, named and linked(path, data))
                for path, data, named in self._with_module(self._paths[start::parts], words, primary)
            ]

        looked = each(range(parts), look, jobs=self._jobs if parts > _WORTH_A_PROCESS else 1)
        found = [entry for part in looked for entry in part]
        users = frozenset(path for path, _, is_linked in found if is_linked)
        self._before = _Look(near, *words, tuple(path for path, named, _ in found if named), users)
        holders = frozenset(primary).union(path for path, _, _ in found)
        self.without = Without(words[0], frozenset(self._paths) - holders)
        closely = _Linked(primary, primary, program)
        return self._naming(
            [path for path in users if closely(path, self._data(path))], self._words(primary, primary)
        )

    def _neighbours(self, paths: Collection[str]) -> frozenset[str]:
        """The files in the directories of some, but for directories with very many."""
        wanted = {path.rpartition("/")[0] for path in paths}
        found: dict[str, list[str]] = {}
        for path in self._paths:
            directory = path.rpartition("/")[0]
            if directory in wanted:
                found.setdefault(directory, []).append(path)
        return frozenset(
            path for inside in found.values() if len(inside) <= _MOST_NEIGHBOURS for path in inside
        )

    def more(
        self, findings: tuple[Finding, ...], primary: Collection[str], program: Program
    ) -> frozenset[str]:
        """Python files outside `primary` that may use what the findings' modules define."""
        found = frozenset(finding.location.path for finding in findings if finding.kind in _TELLING)
        if not found:
            return frozenset()
        words = self._words(primary, found)
        before = self._before
        # What fell through before falls through with fewer words, too.
        narrower = (
            before is not None
            and before.targets.issuperset(primary)
            and words[0] <= before.modules
            and words[1] <= before.names
        )
        if before is not None and narrower:
            possible: Collection[str] = self._possible(before.possible, words, primary, most=MANY + 1)
        else:
            possible = self._possible(self._paths, words, primary)
        if len(possible) > MANY:
            linked = _Linked(primary, found, program)
            if before is not None and narrower:
                possible = before.linked.difference(primary)
            possible = [path for path in possible if linked(path, self._data(path))]
        return self._naming(possible, words)

    def _words(
        self, primary: Collection[str], found: Collection[str]
    ) -> tuple[frozenset[bytes], frozenset[bytes]]:
        """The words for modules of interest, and the names that what was found defines."""
        return (
            frozenset(word for path in primary for word in _module_words(path)),
            frozenset(name for path in found for name in self._defined(path)),
        )

    def _possible(
        self,
        paths: Collection[str],
        words: tuple[frozenset[bytes], frozenset[bytes]],
        primary: Collection[str],
        most: int | None = None,
    ) -> list[str]:
        """The files, `most` of them at most, that hold both a word for a module and a name."""
        both = (path for path, _, named in self._with_module(paths, words, primary) if named)
        return list(islice(both, most))

    def _with_module(
        self,
        paths: Collection[str],
        words: tuple[frozenset[bytes], frozenset[bytes]],
        primary: Collection[str],
    ) -> Iterator[tuple[str, bytes, bool]]:
        """The files that hold a word for a module, with their bytes and whether they hold a name, too."""
        has_module, has_name = _substrings(words[0]), _substrings(words[1])
        for path in paths:
            if path not in primary:
                data = self._data(path)
                if has_module(data):
                    yield path, data, has_name(data)

    def _naming(
        self, paths: Collection[str], words: tuple[frozenset[bytes], frozenset[bytes]]
    ) -> frozenset[str]:
        """Those of the files that hold both as whole words."""
        modules, names = words
        found = ((path, frozenset(_WORD.findall(self._data(path)))) for path in paths)
        return frozenset(
            path for path, own in found if not own.isdisjoint(modules) and not own.isdisjoint(names)
        )

    def _defined(self, path: str) -> set[bytes]:
        data = self._data(path)
        return {name for pattern in (_DEFINED, _ASSIGNED) for name in pattern.findall(data)}


class _Linked:
    """Tells files that import a module of interest, or the package of one with findings, or name that one."""

    def __init__(self, primary: Collection[str], found: Collection[str], program: Program) -> None:
        packages = {f"{path.rpartition('/')[0]}/__init__.py".lstrip("/") for path in found}
        self._targets = frozenset(primary) | packages
        self._stems = frozenset(word.decode() for path in self._targets for word in _module_words(path)[-1:])
        self._has_stem = _substrings(frozenset(stem.encode() for stem in self._stems))
        self._named = _substrings(frozenset(text for path in found for text in _texts_that_name(path)))
        self._program = program

    def __call__(self, path: str, data: bytes) -> bool:
        return self._named(data) or self._imports_one(path, data)

    def _imports_one(self, path: str, data: bytes) -> bool:
        for level, dotted, names in imports(data, self._has_stem):
            parts = dotted.split(".")
            if self._stems.isdisjoint(parts) and self._stems.isdisjoint(names):
                continue
            modules = [dotted, *(f"{dotted}.{name}".lstrip(".") for name in names if name in self._stems)]
            # A Python 2 file finds its neighbours without dots.
            for depth in (level,) if level else (0, 1):
                if any(
                    self._program.find(path, module, depth) in self._targets
                    for module in modules
                    if module or depth
                ):
                    return True
        return False


def _substrings(words: frozenset[bytes]) -> Callable[[bytes], bool]:
    return Prefilter([word.decode() for word in sorted(words) if word]).matches


def _texts_that_name(path: str) -> tuple[bytes, ...]:
    """How a string names a module for a dynamic import: with its package, or alone where it is in none."""
    words = _module_words(path)
    return (b".".join(words),) if len(words) > 1 else (b"'" + words[0] + b"'", b'"' + words[0] + b'"')


def _module_words(path: str) -> tuple[bytes, ...]:
    """The words of which an import of a module, or of the package it is in, has one."""
    parts = bare_path(path).split("/")
    return tuple(part.encode() for part in parts[-2:])
