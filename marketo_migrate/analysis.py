"""The analysis of candidate files: parse, collect, resolve, widen to a fixpoint, detect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketo_migrate.collect.visitor import collect
from marketo_migrate.config.settings import Settings
from marketo_migrate.detect.files import file_findings, template_marks
from marketo_migrate.detect.findings import python_findings, unresolved_calls
from marketo_migrate.detect.unparsed import unparsed_finding
from marketo_migrate.model.facts import ModuleFacts
from marketo_migrate.model.finding import FileProblem, Finding
from marketo_migrate.model.resolution import Resolution
from marketo_migrate.model.rules import Ruleset
from marketo_migrate.model.search import NEEDLES
from marketo_migrate.model.surface import Surfaces
from marketo_migrate.resolve.outcome import resolve
from marketo_migrate.resolve.program import Program
from marketo_migrate.sources.config_values import ConfigValues
from marketo_migrate.sources.read import read
from marketo_migrate.sources.source_file import SourceFile
from marketo_migrate.syntax.cursor import LostPositionError
from marketo_migrate.syntax.parse import TOO_DEEP, parse
from marketo_migrate.widening import Widening

_MAX_ROUNDS = 20
PARSE_LIMIT = 5_000_000
"""Largest Python file that is parsed, in bytes; a larger one that may matter is reported."""


@dataclass(frozen=True, slots=True)
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


def analyse(
    python: Mapping[str, SourceFile],
    found: Mapping[str, bytes],
    texts: Mapping[str, bytes],
    text_files: Sequence[SourceFile],
    rules: Ruleset,
    surfaces: Surfaces,
    settings: Settings,
    everything: bool,
) -> Analysis:
    """Analyse the Python files in `found` (all of `python` if `everything`), and the marked text files.

    Python files that use what was found to perform SOAP calls join in, until none is left to join.
    """
    files = _Files(python, found)
    libraries = frozenset(m for s in surfaces.clients for m in s.modules) | surfaces.http.roots
    templates = template_marks(texts)
    primary = set(python if everything else found)
    widening = Widening(python, files.data, files.facts)
    values = ConfigValues(text_files, python)

    def configured(module: str, section: str | None, key: str) -> tuple[tuple[str, str, int], ...]:
        return tuple((value.text, value.path, value.line) for value in values.lookup(module, section, key))

    findings: tuple[Finding, ...] = ()
    modules: dict[str, ModuleFacts] = {}
    program = Program(python, files.facts, libraries, configured)
    if not everything and any(needle.encode() in data for data in found.values() for needle in NEEDLES):
        primary |= widening.users(primary, program)
    for number in range(_MAX_ROUNDS):
        program = Program(python, files.facts, libraries, configured) if number else program
        for path in sorted(primary):
            program.facts(path)
        resolution = resolve(
            program,
            [path for path in sorted(primary) if files.facts(path) is not None],
            surfaces,
            rules.soap,
            frozenset(name for rule in rules.operations for name in (rule.name, *rule.aliases)),
            templates,
        )
        modules = {path: facts for path in program.loaded() if (facts := files.facts(path)) is not None}
        findings = python_findings(resolution, modules, rules, surfaces, settings.target)
        more = widening.more(findings, primary, program)
        if everything or not more:
            break
        primary |= more
    if resolution.cut_short:
        files.notes.append(
            FileProblem(
                ".", None, "the program is too large to follow every value: some calls may be missing"
            )
        )
    unparsed = [
        unparsed_finding(problem, files.data(problem.path), rules)
        for problem in files.failed
        if problem.path in primary
    ]
    return Analysis(
        (*findings, *(f for f in unparsed if f is not None), *file_findings(texts, rules, surfaces)),
        (*files.failed, *files.notes),
        len(modules),
        unresolved_calls(resolution, rules, surfaces),
        resolution,
        modules,
    )


class _Files:
    """Facts and bytes of Python files, each read and parsed once."""

    def __init__(self, python: Mapping[str, SourceFile], found: Mapping[str, bytes]) -> None:
        self.python = python
        self.failed: list[FileProblem] = []
        self.notes: list[FileProblem] = []
        self._found = found
        self._facts: dict[str, ModuleFacts | None] = {}

    def data(self, path: str) -> bytes:
        """The bytes of a file, empty where it cannot be read any more."""
        if path in self._found:
            return self._found[path]
        data = read(self.python[path])
        return data if isinstance(data, bytes) else b""

    def facts(self, path: str) -> ModuleFacts | None:
        """The facts of a module, or None with the problem noted."""
        if path not in self._facts:
            self._facts[path] = self._collect(path)
        return self._facts[path]

    def _collect(self, path: str) -> ModuleFacts | None:
        data = self.data(path)
        if len(data) > PARSE_LIMIT:
            size = f"{len(data) / 1_000_000:.1f} MB"
            self.failed.append(
                FileProblem(path, None, f"not parsed: {size}, more than {PARSE_LIMIT // 1_000_000} MB")
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
