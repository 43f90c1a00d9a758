"""The code itself: format, lint, types, import contracts, and what the package must hold."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "marketo_migrate"


def run(*command: str) -> str:
    """Output of a failed command, empty for one that succeeds."""
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    return "" if done.returncode == 0 else f"{done.stdout}{done.stderr}" or f"status {done.returncode}"


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "--output-format=concise", "."],
        ["mypy"],
    ],
    ids=["format", "lint", "types"],
)
def test_tool(command: list[str]) -> None:
    output = run(sys.executable, "-m", *command)
    assert output == "", output


def test_import_contracts() -> None:
    code = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"
    output = run(sys.executable, "-c", code)
    assert output == "", output


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_module_says_what_it_is(path: Path) -> None:
    module = ast.parse(path.read_bytes())
    assert not module.body or ast.get_docstring(module)
    if path.name == "__init__.py" and path.parent != PACKAGE:
        assert not module.body


def test_every_package_has_an_init_file() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "manager", "base", "misc"])
def test_no_module_without_a_subject(name: str) -> None:
    assert list(PACKAGE.rglob(f"{name}.py")) == []


def test_links_of_the_pages_lead_somewhere() -> None:
    links = [
        (page, target)
        for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    ]
    missing = [link for link in links if "://" not in link[1] and not (link[0].parent / link[1]).exists()]
    assert missing == []
