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


Texts = dict[str, str]


def _modules(texts: Texts):
    modules = {}
    for path, text in texts.items():
        parsed = parse(path, textwrap.dedent(text).encode())
        assert isinstance(parsed, Parsed), parsed
        modules[path] = collect(parsed)
    return modules


def _resolve(modules, rules: Ruleset, surfaces: Surfaces):
    libraries = frozenset(m for surface in surfaces.clients for m in surface.modules) | surfaces.http.roots
    program = Program(modules, modules.get, libraries, lambda *_: ())
    operations = frozenset(name for rule in rules.operations for name in (rule.name, *rule.aliases))
    return resolve(program, modules, surfaces, rules.soap, operations, {})


@pytest.fixture
def resolve_text(rules: Ruleset, surfaces: Surfaces):
    """Give the resolution of one module."""
    return lambda source: _resolve(_modules({"job.py": source}), rules, surfaces)


@pytest.fixture
def find(rules: Ruleset, surfaces: Surfaces) -> Find:
    """Give the findings in `source` (the module job.py) and other modules by path."""

    def run(source: str, others: Texts | None = None) -> tuple[Finding, ...]:
        modules = _modules({"job.py": source, **(others or {})})
        return python_findings(
            _resolve(modules, rules, surfaces), modules, rules, surfaces, "marketorestpython"
        )

    return run
