"""Addresses in settings files (`.ini .cfg .env .yaml .json .toml`), by the key they stand under."""

import re
from collections.abc import Iterable

from marketo_migrate.model.record import record
from marketo_migrate.sources.read import read
from marketo_migrate.sources.source_file import SourceFile

_SIZE_LIMIT = 1_000_000
_SUFFIXES = (".ini", ".cfg", ".env", ".yaml", ".yml", ".json", ".toml")
_SECTION = re.compile(r"""^\s*(?:\[+["']?([\w. -]+)["']?\]+|["']?([\w.-]+)["']?\s*:\s*\{?)\s*$""")
# Names start where a word does and are no longer than people write them: settings hold long texts, too.
_VALUE = re.compile(
    r"""(?<![\w.-])([\w.-]{1,200})["']?\s{0,80}[:=]\s{0,80}["']?((?:https?://|file:)[^\s"',}\]]+)"""
)


@record
class ConfigValue:
    """An address in a settings file; `line` counts from 1."""

    section: str
    key: str
    text: str
    path: str
    line: int


class ConfigValues:
    """Looks addresses up by section and key; the files are read at the first question."""

    def __init__(self, files: Iterable[SourceFile], modules: Iterable[str]) -> None:
        """Take the text files of a scan, and the paths of all its Python modules."""
        self._files = tuple(file for file in files if _is_settings(file.path))
        self._code = frozenset(folder for path in modules for folder in _folders(path))
        self._values: dict[str, list[ConfigValue]] | None = None

    def lookup(self, module: str, section: str | None, key: str) -> tuple[ConfigValue, ...]:
        """The addresses under a key in files that a module may read, those in a section of that name first.

        A module may read files in the directories around it, and in directories without code beside
        those; files of another project or service in the same repository are not its own.
        """
        if self._values is None:
            self._values = {}
            for file in self._files:
                for value in _values_of(file):
                    self._values.setdefault(value.key.lower(), []).append(value)
        around = _folders(module)
        found = tuple(
            value for value in self._values.get(key.lower(), ()) if self._is_near(value.path, around)
        )
        if section is not None:
            in_section = tuple(value for value in found if value.section.lower() == section.lower())
            return in_section or found
        return found

    def _is_near(self, path: str, around: tuple[str, ...]) -> bool:
        folder = path.rpartition("/")[0]
        while folder not in around:
            if folder in self._code:
                return False
            folder = folder.rpartition("/")[0]
        return True


def _folders(path: str) -> tuple[str, ...]:
    """The directories around a file, nearest first, "" for the top."""
    folders = []
    while path:
        path = path.rpartition("/")[0]
        folders.append(path)
    return tuple(folders)


def _is_settings(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.endswith(_SUFFIXES) or name.startswith(".env")


def _values_of(file: SourceFile) -> Iterable[ConfigValue]:
    data = read(file, limit=_SIZE_LIMIT)
    if not isinstance(data, bytes) or (b"://" not in data and b"file:" not in data):
        return
    section = ""
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        opening = _SECTION.match(line)
        if opening:
            section = opening[1] or opening[2]
            continue
        for match in _VALUE.finditer(line):
            yield ConfigValue(section, match[1], match[2], file.path, number)
