"""Which names the files beside the analysed modules mention: files and names of interest in, answers out."""

import re
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from marketo_migrate.sources.discover import Discovery, discover
from marketo_migrate.sources.git_listing import is_repository
from marketo_migrate.sources.read import read
from marketo_migrate.sources.source_file import SourceFile

_WORD = re.compile(rb"\w+")


class Mentions:
    """Answers whether a name of a module is mentioned in a file that is not among the analysed ones.

    The files are read with the first question. Inside a git repository all of its files count, not
    only the scanned ones: code beside them may use what they define.
    """

    def __init__(
        self, discovery: Discovery, analysed: Collection[str], texts: Callable[[], Iterable[str]]
    ) -> None:
        """`texts` gives the texts of the analysed modules, whose words are all that is asked for."""
        self._discovery = discovery
        self._analysed = analysed
        self._texts = texts
        self._words: list[frozenset[bytes]] | None = None

    def __call__(self, name: str, module: str) -> bool:
        """Whether a file that names the module at a path mentions a name."""
        stem = _stem(module)
        word = name.encode()
        if self._words is None:
            self._words = self._read()
        return any(word in words and stem in words for words in self._words)

    def _read(self) -> list[frozenset[bytes]]:
        wanted = {word for text in self._texts() for word in _WORD.findall(text.encode("utf-8", "replace"))}
        wanted.update(
            path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2].encode()
            for path in self._analysed
        )
        found = []
        for file in self._files():
            data = read(file)
            if file.path in self._analysed or not isinstance(data, bytes):
                continue
            words = wanted.intersection(_WORD.findall(data))
            if words:
                found.append(frozenset(words))
        return found

    def _files(self) -> tuple[SourceFile, ...]:
        base = self._discovery.base
        return discover((Path(base),)).files if is_repository(base) else self._discovery.files


def _stem(path: str) -> bytes:
    """The last part of a module's name."""
    return path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2].encode()
