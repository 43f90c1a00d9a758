"""Which tests run a line, and how long each takes: recorded once by coverage, read for every mutant.

Work of processes that a test starts is not seen; most tests stay in their own.
"""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from coverage import CoverageData
from coverage.parser import PythonParser

from tests.mutation.running import OPTIONS, environment

RECORD = "recorded"
LEFT_OUT = (
    "benchmarks",
    "browser",
    "fuzz",
    "harness",
    "limits",
    "mutation",
    "quality",
    "ruleset",
    "simulator",
    "syntax",
    "writers",
)
"""Directories of tests that have nothing to do with the four packages, or test time and chance."""
SLOW = (
    "cli/test_terminal.py",
    "projects/test_large_package.py",
    "report/test_hostile.py",
    "report/test_volume.py",
)
"""Minutes when every line is noted, for lines that others run too."""


def record(work: Path, tree: Path, packages: Sequence[str]) -> None:
    """Run the tests of a tree once, directory by directory, and keep who ran what in the work directory."""
    place = work / RECORD
    place.mkdir(parents=True, exist_ok=True)
    settings = place / "coverage.ini"
    source = "\n    ".join(packages)
    # With one processor the product keeps to one process, and what is done in another would not be seen.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for tests in sorted((tree / "tests").iterdir()):
        if not tests.is_dir() or tests.name in LEFT_OUT:
            continue
        print(f"  {tests.name}", flush=True)
        data = place / f"{tests.name}.sqlite"
        settings.write_text(f"[run]\ndata_file = {data}\nrelative_files = true\nsource =\n    {source}\n")
        data.unlink(missing_ok=True)
        command = [
            sys.executable,
            "-m",
            "pytest",
            *OPTIONS,
            "--cov",
            f"--cov-config={settings}",
            "--cov-context=test",
            "--cov-report=",
        ]
        command += [
            f"--junitxml={place / tests.name}.xml",
            "-o",
            "junit_family=xunit1",
            f"tests/{tests.name}",
        ]
        command += [f"--ignore=tests/{slow}" for slow in SLOW]
        subprocess.run(command, cwd=tree, env=environment(tree), check=False)


class Covering:
    """What was recorded."""

    def __init__(self, work: Path, tree: Path) -> None:
        self._tree = tree
        self._data = []
        for file in sorted((work / RECORD).glob("*.sqlite")):
            data = CoverageData(str(file))
            data.read()
            self._data.append(data)
        self._seconds: dict[str, float] = {}
        for report in sorted((work / RECORD).glob("*.xml")):
            for case in ElementTree.parse(report).iter("testcase"):
                if all(case.find(trouble) is None for trouble in ("failure", "error", "skipped")):
                    self._seconds[_node_id(case.attrib)] = float(case.attrib["time"])
        self._by_file: dict[str, dict[int, frozenset[str]]] = {}

    def tests(self, path: str, line: int) -> list[str]:
        """The tests that run the statement on a line, fastest first.

        A statement that runs on import is judged by all tests that run anything of its file.
        """
        statements = self._statements(path)
        found = statements.get(self._first(path, line), frozenset())
        if "" in found:
            found = frozenset().union(*statements.values())
        return sorted(
            (test for test in found if test in self._seconds), key=lambda test: (self._seconds[test], test)
        )

    def within(self, tests: Iterable[str], seconds: float) -> list[str]:
        """As many of the tests, from the first, as take so long."""
        kept: list[str] = []
        total = 0.0
        for test in tests:
            total += self._seconds[test]
            if total > seconds and kept:
                break
            kept.append(test)
        return kept

    def _first(self, path: str, line: int) -> int:
        return self._parser(path).first_line(line)

    def _parser(self, path: str) -> PythonParser:
        parser = PythonParser(filename=str(self._tree / path))
        parser.parse_source()
        return parser

    def _statements(self, path: str) -> dict[int, frozenset[str]]:
        if path not in self._by_file:
            parser = self._parser(path)
            found: dict[int, set[str]] = defaultdict(set)
            for line, contexts in self._contexts(path):
                found[parser.first_line(line)].update(context.rpartition("|")[0] for context in contexts)
            self._by_file[path] = {line: frozenset(tests) for line, tests in found.items()}
        return self._by_file[path]

    def _contexts(self, path: str) -> Iterable[tuple[int, list[str]]]:
        for data in self._data:
            yield from data.contexts_by_lineno(path).items()


def _node_id(case: Mapping[str, str]) -> str:
    module = case["file"].removesuffix(".py").replace("/", ".")
    classes = case["classname"].removeprefix(module).split(".")
    return "::".join([case["file"], *filter(None, classes), case["name"]])
