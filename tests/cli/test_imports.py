"""Small commands load little: what is heavy is imported where it is needed."""

import subprocess
import sys
from pathlib import Path

import pytest

from marketo_migrate.ruleset.compile import main as compile_shipped

HEAVY = {"dataclasses", "inspect", "json", "libcst", "rich", "typer", "yaml", "fissix", "subprocess"}
SCRIPT = """
import sys
from marketo_migrate.cli.entry import main
status = main(sys.argv[1:])
print(*sorted(sys.modules), sep="\\n")
sys.exit(status)
"""


def modules(*arguments: str) -> set[str]:
    """The modules that a command has loaded when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split("\n"))


@pytest.fixture
def compiled() -> None:
    """The shipped rules, compiled as the build does it."""
    compile_shipped()


def test_version_loads_nothing() -> None:
    assert modules("--version") & (HEAVY | {"marketo_migrate.pipeline"}) == set()


def test_help_loads_no_analysis() -> None:
    assert modules("scan", "--help") & {"libcst", "yaml", "marketo_migrate.pipeline", "rich.console"} == set()


@pytest.mark.usefixtures("compiled")
def test_a_scan_that_finds_nothing_loads_little(tmp_path: Path) -> None:
    (tmp_path / "clean.py").write_text("lead = client.get_lead()\n", encoding="utf-8")
    (tmp_path / "clean.ini").write_text("[a]\nb = 1\n", encoding="utf-8")
    loaded = modules("scan", str(tmp_path))
    assert loaded & HEAVY == set()
    assert "marketo_migrate.analysis" not in loaded
