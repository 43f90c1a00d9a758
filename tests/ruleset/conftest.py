"""The shipped rules, loaded once, and rule directories made of text."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from marketo_migrate.model.rules import Ruleset
from marketo_migrate.ruleset.load import load
from marketo_migrate.ruleset.locate import shipped_directory

RuleDirectory = Callable[[Mapping[str, str]], Path]


@pytest.fixture(scope="session")
def rules() -> Ruleset:
    return load()


@pytest.fixture
def rule_directory(tmp_path: Path) -> RuleDirectory:
    """Writes files, name to text, and gives their directory."""

    def write(files: Mapping[str, str]) -> Path:
        directory = tmp_path / "own"
        directory.mkdir(exist_ok=True)
        for name, text in files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return directory

    return write


@pytest.fixture
def shipped_text() -> Callable[[str], str]:
    """The text of a shipped rule file."""
    return lambda name: (shipped_directory() / name).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def rest_class(rules: Ruleset) -> type:
    """The class of the `requests` target, made from the code that the target carries."""
    target = rules.targets["requests"]
    names: dict[str, type] = {}
    exec(target.imports + target.support, names)
    return names["MarketoRest"]
