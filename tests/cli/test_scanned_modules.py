"""Modules of the scanned code that are called like those of the program: none is imported."""

import subprocess
import sys
from pathlib import Path

import pytest

NAMES = (
    "fissix",
    "jinja2",
    "json",
    "libcst",
    "rich",
    "suds",
    "tomllib",
    "typer",
    "yaml",
    "zeep",
    "sitecustomize",
)
SOAP = """\
from suds.client import Client

client = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_3?WSDL")
client.service.listMObjects()
"""


@pytest.mark.parametrize(
    "command", [["scan", "--format", "html"], ["scan", "--format", "json"], ["fix", "--diff"]]
)
def test_none_is_imported(tmp_path: Path, command: list[str]) -> None:
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text(f'{SOAP}open("{name} was imported", "w")\n')
    (tmp_path / "old.py").write_text(f'{SOAP}print "Python 2"\n')
    (tmp_path / "marketo-migrate.toml").write_text('confidence = "possible"\n')
    done = subprocess.run(
        [sys.executable, "-m", "marketo_migrate", *command, "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "old.py" in done.stdout
    assert [path.name for path in tmp_path.glob("* was imported")] == []
