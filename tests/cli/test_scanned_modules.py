"""Modules of the scanned code that are called like those of the program: none is imported."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from marketo_migrate.cli.entry import main

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


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell script")
def test_a_partial_clone_fetches_nothing(
    tmp_path: Path,
    git: Callable[..., str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a repository names as its source could be a program, and missing objects would start it."""
    source, clone, program = tmp_path / "source", tmp_path / "clone", tmp_path / "program"
    source.mkdir()
    git(source, "init", "-q", "-b", "main")
    git(source, "config", "uploadpack.allowFilter", "true")
    for text in ("x = 1\n", SOAP):
        (source / "a.py").write_text(text)
        git(source, "add", "-A")
        git(source, "commit", "-qm", "a change")
    git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{source}", str(clone))
    program.write_text(f'#!/bin/sh\ntouch "{tmp_path}/started"\nexec git-upload-pack "$@"\n')
    program.chmod(0o755)
    git(clone, "config", "remote.origin.uploadpack", str(program))
    monkeypatch.chdir(clone)
    status = main(["gate", "--base", "HEAD~1", "."])
    assert not (tmp_path / "started").exists()
    assert status == 2, capsys.readouterr()
    assert "Traceback" not in capsys.readouterr().err
    # Anybody else's git starts it.
    git(clone, "show", "HEAD~1:a.py")
    assert (tmp_path / "started").exists()
