"""The one look at the bytes of every file: files in, those that can matter out, with their bytes.

A file is searched once for everything that could make it matter; only one that holds some of it is
looked at a second time, to tell what. Beyond a few thousand files a second process takes half of them.
"""

import os
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from marketo_migrate.model.result import FileProblem
from marketo_migrate.model.search import SOAP_WORDS, SearchTerms
from marketo_migrate.sources.classify import FileKind
from marketo_migrate.sources.prefilter import Prefilter
from marketo_migrate.sources.read import read
from marketo_migrate.sources.source_file import SourceFile

Progress = Callable[[str, int, int], None]

_PART = 1_000
_MOST_PARTS = 16
WORTH_A_PROCESS = 4_000
"""From how many files on a second process saves more than it costs (measured: see benchmarks/README.md)."""


class Candidates(NamedTuple):
    """The files of a scan: all Python ones by path, and the bytes of those that hold a needle.

    `texts` are other files that do, `marked` those that may bear marks of acceptance.
    """

    python: dict[str, SourceFile]
    found: dict[str, bytes]
    texts: dict[str, bytes]
    marked: dict[str, bytes]
    problems: list[FileProblem]


def find_candidates(
    files: Sequence[SourceFile], terms: SearchTerms, *, jobs: int = 1, progress: Progress | None = None
) -> Candidates:
    """Read the files and keep what matters; `jobs` is how many processes may share the work."""
    search = _Search(terms)
    result = Candidates({file.path: file for file in files if file.kind is FileKind.PYTHON}, {}, {}, {}, [])
    if jobs > 1 and len(files) >= WORTH_A_PROCESS:
        suspects = _by_several_processes(search, files, jobs=jobs, progress=progress)
    else:
        suspects = search.suspects(files, progress)
    for index in suspects:
        search.sort(files[index], result)
    return result


class _Search:
    """The needles of one run, joined for the first look and apart for the second."""

    def __init__(self, terms: SearchTerms) -> None:
        python, texts, marks = terms.python_needles(), terms.text_needles(), terms.mark_needles()
        self._any = {
            FileKind.PYTHON: Prefilter((*python, *marks)).matches,
            FileKind.TEXT: Prefilter((*texts, *marks)).matches,
        }
        self._needles = {FileKind.PYTHON: python, FileKind.TEXT: texts}
        self._marks = marks
        self._exact: dict[FileKind | None, Prefilter] = {}

    def suspects(self, files: Sequence[SourceFile], progress: Progress | None) -> list[int]:
        """The indexes of files that hold a needle of any sort, and of those that cannot be read."""
        result = []
        in_python, in_text, python = self._any[FileKind.PYTHON], self._any[FileKind.TEXT], FileKind.PYTHON
        for index, file in enumerate(files):
            if progress is not None:
                progress("reading", index, len(files))
            data = read(file)
            if isinstance(data, FileProblem) or (in_python if file.kind is python else in_text)(data):
                result.append(index)
        return result

    def sort(self, file: SourceFile, result: Candidates) -> None:
        """Read a file again and put it where it belongs."""
        data = read(file)
        if isinstance(data, FileProblem):
            result.problems.append(data)
            return
        if self._matches(None, data):
            result.marked[file.path] = data
        if not self._matches(file.kind, data):
            return
        if file.kind is not FileKind.PYTHON:
            result.texts[file.path] = data
        elif re.search(SOAP_WORDS, data):
            result.found[file.path] = data

    def _matches(self, kind: FileKind | None, data: bytes) -> bool:
        if kind not in self._exact:
            self._exact[kind] = Prefilter(self._marks if kind is None else self._needles[kind])
        return self._exact[kind].matches(data)


def _by_several_processes(
    search: _Search, files: Sequence[SourceFile], *, jobs: int, progress: Progress | None
) -> list[int]:
    """The suspects; each process takes one part of the files after the other."""
    from marketo_migrate.processes import each

    parts = min(_MOST_PARTS, len(files) // _PART + 1)
    this = os.getpid()

    def suspects(start: int) -> list[int]:
        shown = progress if os.getpid() == this else None
        return [start + index * parts for index in search.suspects(files[start::parts], shown)]

    return sorted(index for found in each(range(parts), suspects, jobs=jobs) for index in found)
