"""From source texts to findings, in memory."""

import textwrap
from collections.abc import Callable

import pytest

from marketo_migrate.collect.visitor import collect
from marketo_migrate.detect.findings import python_findings
from marketo_migrate.model.finding import Finding
from marketo_migrate.model.rules import Ruleset
from marketo_migrate.model.surface import Surfaces
from marketo_migrate.resolve.outcome import resolve
from marketo_migrate.resolve.program import Program
from marketo_migrate.ruleset.clients import build_surfaces
from marketo_migrate.ruleset.load import load, load_clients_raw
from marketo_migrate.syntax.parse import Parsed, parse

Find = Callable[..., tuple[Finding, ...]]


@pytest.fixture(scope="session")
def rules() -> Ruleset:
    return load()


@pytest.fixture(scope="session")
def surfaces() -> Surfaces:
    return build_surfaces(load_clients_raw())


@pytest.fixture
def find(rules: Ruleset, surfaces: Surfaces) -> Find:
    """Give the findings in `source` (the module job.py) and other modules by path."""

    def run(source: str, others: dict[str, str] | None = None) -> tuple[Finding, ...]:
        texts = {"job.py": source, **(others or {})}
        modules = {}
        for path, text in texts.items():
            parsed = parse(path, textwrap.dedent(text).encode())
            assert isinstance(parsed, Parsed), parsed
            modules[path] = collect(parsed)
        libraries = (
            frozenset(m for surface in surfaces.clients for m in surface.modules) | surfaces.http.roots
        )
        program = Program(texts, modules.get, libraries, lambda *_: ())
        operations = frozenset(name for rule in rules.operations for name in (rule.name, *rule.aliases))
        resolution = resolve(program, texts, surfaces, rules.soap, operations, {})
        return python_findings(resolution, modules, rules, surfaces, "marketorestpython")

    return run
