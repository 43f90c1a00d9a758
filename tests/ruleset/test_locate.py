"""The rules are found in a wheel and in a checkout, and their absence is an error, not a traceback."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from marketo_migrate.ruleset.locate import shipped_directory

PACKAGE = Path(__file__).parents[2] / "marketo_migrate"
SCRIPT = """
import sys
from marketo_migrate.errors import RuleError
from marketo_migrate.ruleset.locate import shipped_directory
try:
    print(shipped_directory())
except RuleError as error:
    print(error)
    sys.exit(2)
"""


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """The parts of the package that are needed, somewhere else and without rules."""
    for name in ("__init__.py", "errors.py"):
        (tmp_path / "marketo_migrate").mkdir(exist_ok=True)
        shutil.copy(PACKAGE / name, tmp_path / "marketo_migrate" / name)
    shutil.copytree(PACKAGE / "ruleset", tmp_path / "marketo_migrate" / "ruleset")
    return tmp_path


def locate(installation: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=installation, capture_output=True, text=True, check=False
    )


def test_here() -> None:
    assert (shipped_directory() / "operations" / "getLead.yml").is_file()


def test_in_a_wheel(installation: Path) -> None:
    inside = installation / "marketo_migrate" / "rules"
    (inside / "operations").mkdir(parents=True)
    (installation / "rules" / "operations").mkdir(parents=True)
    assert locate(installation).stdout.strip() == str(inside)


def test_in_a_checkout(installation: Path) -> None:
    (installation / "rules" / "operations").mkdir(parents=True)
    assert locate(installation).stdout.strip() == str(installation / "rules")


def test_nowhere(installation: Path) -> None:
    (installation / "rules").mkdir()
    result = locate(installation)
    assert result.returncode == 2
    assert result.stdout.startswith("the shipped rules are missing: ")
    assert result.stderr == ""
