"""The analysis of modules that hang together: parse, collect, resolve, detect."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from marketo_migrate.collect.visitor import collect
from marketo_migrate.config.settings import Settings
from marketo_migrate.detect.files import template_marks
from marketo_migrate.detect.findings import python_findings, unresolved_calls
from marketo_migrate.detect.unparsed import unparsed_finding
from marketo_migrate.model.facts import ModuleFacts
from marketo_migrate.model.finding import FileProblem, Finding
from marketo_migrate.model.record import record
from marketo_migrate.model.resolution import Resolution
from marketo_migrate.model.rules import Ruleset
from marketo_migrate.model.surface import Surfaces
from marketo_migrate.resolve.outcome import resolve
from marketo_migrate.resolve.program import Program
from marketo_migrate.sources.config_values import ConfigValues
from marketo_migrate.sources.read import read
from marketo_migrate.sources.source_file import SourceFile
from marketo_migrate.syntax.cursor import LostPositionError
from marketo_migrate.syntax.parse import TOO_DEEP, parse

PARSE_LIMIT = 5_000_000
"""Largest Python file that is parsed, in bytes; a larger one that may matter is reported."""
TOKEN_LIMIT = 500_000
"""Most words and signs of a Python file that is parsed: each takes some 2 kB of memory in the syntax tree."""
_TOKEN = re.compile(rb"\w+|[^\w\s]")


@record
class Analysis:
    """Findings, problems met, how many files were parsed, SOAP-like calls left open by reason.

    `resolution` and `modules` are what the findings were made of: values by place, facts by path.
    """

    findings: tuple[Finding, ...]
    problems: tuple[FileProblem, ...]
    parsed: int
    unresolved: Mapping[str, int]
    resolution: Resolution
    modules: Mapping[str, ModuleFacts]


class Analyser:
    """Analyses modules of one scan: `python` are all its Python files, `found` bytes that are at hand.

    `texts` are the bytes of marked text files, `text_files` all text files. `program` is the program with
    no module loaded.
    """

    def __init__(
        self,
        python: Mapping[str, SourceFile],
        found: Mapping[str, bytes],
        texts: Mapping[str, bytes],
        text_files: Sequence[SourceFile],
        rules: Ruleset,
        surfaces: Surfaces,
        settings: Settings,
    ) -> None:
        self._python = python
        self._found = found
        self._rules = rules
        self._surfaces = surfaces
        self._settings = settings
        self._templates = template_marks(texts)
        libraries = frozenset(m for s in surfaces.clients for m in s.modules) | surfaces.http.roots
        self._operations = frozenset(name for rule in rules.operations for name in (rule.name, *rule.aliases))
        self._values = ConfigValues(text_files, python)
        self.program = Program(python, lambda _: None, libraries, self._configured)

    def data(self, path: str) -> bytes:
        """The bytes of a Python file, empty where it cannot be read any more."""
        if path in self._found:
            return self._found[path]
        data = read(self._python[path])
        return data if isinstance(data, bytes) else b""

    def analyse(self, primary: Collection[str]) -> Analysis:
        """Analyse modules, and as much of others as they need."""
        files = _Files(self.data)
        program = self.program.again(files.facts)
        for path in sorted(primary):
            program.facts(path)
        resolution = resolve(
            program,
            [path for path in sorted(primary) if files.facts(path) is not None],
            self._surfaces,
            self._rules.soap,
            self._operations,
            self._templates,
        )
        modules = {path: facts for path in program.loaded() if (facts := files.facts(path)) is not None}
        findings = python_findings(resolution, modules, self._rules, self._surfaces, self._settings.target)
        notes = files.notes
        if resolution.cut_short:
            notes.append(
                FileProblem(
                    ".", None, "the program is too large to follow every value: some calls may be missing"
                )
            )
        unparsed = [
            unparsed_finding(problem, self.data(problem.path), self._rules)
            for problem in files.failed
            if problem.path in primary
        ]
        return Analysis(
            (*findings, *(f for f in unparsed if f is not None)),
            (*files.failed, *notes),
            len(modules),
            unresolved_calls(resolution, self._rules, self._surfaces),
            resolution,
            modules,
        )

    def _configured(self, module: str, section: str | None, key: str) -> tuple[tuple[str, str, int], ...]:
        return tuple(
            (value.text, value.path, value.line) for value in self._values.lookup(module, section, key)
        )


class _Files:
    """Facts of Python files, each read and parsed once."""

    def __init__(self, data: Callable[[str], bytes]) -> None:
        self.failed: list[FileProblem] = []
        self.notes: list[FileProblem] = []
        self._data = data
        self._facts: dict[str, ModuleFacts | None] = {}

    def facts(self, path: str) -> ModuleFacts | None:
        """The facts of a module, or None with the problem noted."""
        if path not in self._facts:
            self._facts[path] = self._collect(path)
        return self._facts[path]

    def _collect(self, path: str) -> ModuleFacts | None:
        data = self._data(path)
        if len(data) > PARSE_LIMIT:
            size = f"{len(data) / 1_000_000:.1f} MB"
            self.failed.append(
                FileProblem(path, None, f"not parsed: {size}, more than {PARSE_LIMIT // 1_000_000} MB")
            )
            return None
        if len(data) > TOKEN_LIMIT and sum(1 for _ in _TOKEN.finditer(data)) > TOKEN_LIMIT:
            self.failed.append(
                FileProblem(path, None, f"not parsed: more than {TOKEN_LIMIT:,} words and signs")
            )
            return None
        parsed = parse(path, data)
        if isinstance(parsed, FileProblem):
            self.failed.append(parsed)
            return None
        if parsed.note is not None:
            self.notes.append(parsed.note)
        try:
            return collect(parsed)
        except (RecursionError, LostPositionError):
            self.failed.append(FileProblem(path, None, TOO_DEEP))
            return None
