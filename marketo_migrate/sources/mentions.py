"""Which names the files beside some modules mention: files and names of interest in, answers out."""

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from marketo_migrate.model.module_paths import bare_path
from marketo_migrate.processes import each
from marketo_migrate.sources.discover import Discovery, discover
from marketo_migrate.sources.git_listing import is_repository
from marketo_migrate.sources.prefilter import Prefilter
from marketo_migrate.sources.read import read
from marketo_migrate.sources.source_file import SourceFile

_NOT_OURS = frozenset({".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".nox"})
_MOST = 1_000_000
"""How many bytes of a file are looked at for names of settings."""

_PART = 1_000
_MOST_PARTS = 16
_BLANKS = bytes(
    byte if chr(byte).isascii() and (chr(byte).isalnum() or byte == 0x5F) else 0x20 for byte in range(256)
)
"""All that is in no word (of bytes: letters, digits and underscores of ASCII) becomes a blank."""


class _Words(NamedTuple):
    """The words of interest in one file."""

    path: str
    words: frozenset[bytes]


class Without(NamedTuple):
    """The paths of files that were seen to hold none of some words."""

    words: frozenset[bytes]
    paths: frozenset[str]


class Mentions:
    """Answers whether a name of a module is mentioned in files that are not among some modules.

    The files are read with the first question. Inside a git repository all of its files count, not
    only the scanned ones: code beside them may use what they define.
    """

    def __init__(self, discovery: Discovery, data: Callable[[str], bytes | None]) -> None:
        """`data` gives the bytes of files that are at hand, None for others."""
        self._discovery = discovery
        self._data = data
        self._asked: Mapping[str, bytes] = {}
        self._stems: set[bytes] = set()
        self._wanted: set[bytes] = set()
        self._by_stem: dict[bytes, list[_Words]] | None = None
        self._without = Without(frozenset(), frozenset())

    def beside(self, modules: Collection[str]) -> Callable[[str, str], bool]:
        """Asks whether a file other than `modules` that names the module at a path mentions a name."""
        own = frozenset(modules)

        def mentioned(name: str, module: str) -> bool:
            stem, word = _stem(module), name.encode("utf-8", "replace")
            return any(word in words and path not in own for path, words in self._files_with(stem, word, own))

        return mentioned

    def expect(self, modules: Mapping[str, bytes], without: Without | None) -> None:
        """Of these modules, given by path, names are likely to be asked for; `without` spares looks."""
        self._asked = modules
        self._without = without or self._without

    def prepare(self, jobs: int) -> None:
        """Read the files before the first question, by `jobs` processes, for copies of this one to use."""
        self._stems |= {_stem(path) for path in self._asked}
        self._wanted |= {word for data in self._asked.values() for word in _words(data)}
        self._by_stem = self._read(jobs)

    def _files_with(self, stem: bytes, word: bytes, own: Collection[str]) -> list[_Words]:
        if self._by_stem is None:
            self.prepare(1)
        if stem not in self._stems or word not in self._wanted:
            self._stems |= {stem, *map(_stem, own)}
            self._wanted |= {word, *(w for path in own for w in _words(self._data(path) or b""))}
            self._by_stem = self._read(1)
        return self._by_stem.get(stem, []) if self._by_stem is not None else []

    def _read(self, jobs: int) -> dict[bytes, list[_Words]]:
        """The words of interest in each file, by the names of modules among them."""
        files = self._files()
        if self._stems <= self._without.words:
            files = tuple(file for file in files if file.path not in self._without.paths)
        wanted = frozenset(self._wanted)
        names_one = Prefilter([stem.decode() for stem in sorted(self._stems) if stem]).matches

        def look(start: int) -> list[tuple[frozenset[bytes], _Words]]:
            found = []
            for file in files[start::parts]:
                at_hand = self._data(file.path)
                data = at_hand if at_hand is not None else read(file)
                if isinstance(data, bytes) and names_one(data):
                    words = frozenset(_words(data))
                    if named := words & self._stems:
                        found.append((named, _Words(file.path, wanted & words)))
            return found

        parts = min(_MOST_PARTS, len(files) // _PART + 1)
        by_stem: dict[bytes, list[_Words]] = {}
        for named, words in (entry for part in each(range(parts), look, jobs=jobs) for entry in part):
            for stem in named:
                by_stem.setdefault(stem, []).append(words)
        return by_stem

    def _files(self) -> tuple[SourceFile, ...]:
        return _all_files(self._discovery)


def words_of_files(discovery: Discovery, changed: Mapping[str, bytes], but: str) -> frozenset[str]:
    """The words of all files below the base but one, in small letters; `changed` are new bytes."""
    words: set[bytes] = set()
    for directory, names, files in os.walk(discovery.base):
        names[:] = sorted(name for name in names if name not in _NOT_OURS)
        for name in files:
            location = os.path.join(directory, name)
            path = os.path.relpath(location, discovery.base).replace(os.sep, "/")
            if path != but:
                words.update(_words((changed.get(path) or _start_of(location)).lower()))
    return frozenset(word.decode("ascii") for word in words)


def _start_of(location: str) -> bytes:
    try:
        if not os.path.isfile(location):
            return b""
        with open(location, "rb") as file:
            return file.read(_MOST)
    except OSError:
        return b""


def words_in(data: bytes) -> frozenset[str]:
    """The words of one file, in small letters."""
    return frozenset(word.decode("ascii") for word in _words(data.lower()))


def _all_files(discovery: Discovery) -> tuple[SourceFile, ...]:
    return discover((Path(discovery.base),)).files if is_repository(discovery.base) else discovery.files


def _words(data: bytes) -> list[bytes]:
    """The words in bytes; a table and a split are three times as quick as a regular expression."""
    return data.translate(_BLANKS).split()


def _stem(path: str) -> bytes:
    """The last part of a module's name."""
    return bare_path(path).rpartition("/")[2].encode()
