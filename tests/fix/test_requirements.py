"""`fix` over a repository with requirement files: the REST client is required in the same run."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from cases import ROOT

Tree = Callable[[Mapping[str, str | bytes]], Path]
PACKAGE = {
    str(path.relative_to(ROOT / "zeep_crm_push" / "before")): path.read_bytes()
    for path in sorted((ROOT / "zeep_crm_push" / "before").rglob("*.py"))
}


def fix(root: Path) -> str:
    command = [sys.executable, "-m", "marketo_migrate", "fix", "."]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout


def test_the_last_import_takes_the_requirement_along(tree: Tree) -> None:
    root = tree({**PACKAGE, "requirements.txt": "requests\nzeep==4.2.1  # Marketo\n"})
    fix(root)
    assert (root / "requirements.txt").read_text() == "requests\nmarketorestpython>=0.5.25  # Marketo\n"
    assert (
        (root / "crmpush/connection.py")
        .read_text()
        .startswith("from marketorestpython.client import MarketoClient\n\nfrom crmpush import settings\n")
    )
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    fix(root)
    assert before == {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_another_user_of_the_library_keeps_it(tree: Tree) -> None:
    text = "requests\nzeep==4.2.1\n"
    root = tree({**PACKAGE, "billing.py": "import zeep\n\nprint(zeep)\n", "requirements.txt": text})
    fix(root)
    assert (root / "requirements.txt").read_text() == text + "marketorestpython>=0.5.25\n"


def test_without_a_requirement_file_it_is_said(tree: Tree) -> None:
    assert "add marketorestpython>=0.5.25" in " ".join(fix(tree(PACKAGE)).split())


def test_nothing_is_required_where_nothing_is_rewritten(tree: Tree) -> None:
    root = tree({"billing.py": "import zeep\n\nprint(zeep)\n", "requirements.txt": "zeep\n"})
    fix(root)
    assert (root / "requirements.txt").read_text() == "zeep\n"
