"""The one look at the bytes of every file: files in, those that can matter out, with their bytes.

A file is searched once for everything that could make it matter; only one that holds some of it is
looked at a second time, to tell what. Beyond a few thousand files a second process takes half of them.
"""

import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

from marketo_migrate.model.result import FileProblem
from marketo_migrate.model.search import SOAP_WORDS, SearchTerms
from marketo_migrate.sources.classify import FileKind
from marketo_migrate.sources.prefilter import Prefilter
from marketo_migrate.sources.read import read
from marketo_migrate.sources.source_file import SourceFile

Progress = Callable[[str, int, int], None]

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
    files: Sequence[SourceFile], terms: SearchTerms, *, jobs: int = 0, progress: Progress | None = None
) -> Candidates:
    """Read the files and keep what matters; `jobs` 1 means one process, 0 as many as pay."""
    search = _Search(terms)
    result = Candidates({file.path: file for file in files if file.kind is FileKind.PYTHON}, {}, {}, {}, [])
    if jobs != 1 and len(files) >= WORTH_A_PROCESS and _may_fork():
        suspects = _with_second_process(search, files, progress)
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


def _may_fork() -> bool:
    """Whether a copy of this process is cheap and harmless: Linux, a second processor, no other thread."""
    if not sys.platform.startswith("linux") or len(os.sched_getaffinity(0)) < 2:
        return False
    threading = sys.modules.get("threading")
    return threading is None or threading.active_count() == 1


def _with_second_process(
    search: _Search, files: Sequence[SourceFile], progress: Progress | None
) -> list[int]:
    """The suspects, those among the odd indexes found by a copy of this process."""
    theirs = files[1::2]
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reader)
            found = " ".join(map(str, search.suspects(theirs, None))).encode()
            while found:
                found = found[os.write(writer, found) :]
            status = 0
        finally:
            # Nothing of the copied program may go on from here: no handlers, no buffers, no exit hooks.
            os._exit(status)
    os.close(writer)
    try:
        mine = search.suspects(files[::2], progress)
    finally:
        with os.fdopen(reader, "rb") as pipe:
            answer = pipe.read()
        _, status = os.waitpid(child, 0)
    if status != 0:
        # Killed, for want of memory perhaps: its half is still to be done.
        answer = " ".join(map(str, search.suspects(theirs, progress))).encode()
    return sorted([*(index * 2 for index in mine), *(int(word) * 2 + 1 for word in answer.split())])
