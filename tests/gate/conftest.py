"""A repository with SOAP code in it, and the program run inside."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from marketo_migrate.cli.entry import main

Tree = Callable[[Mapping[str, str | bytes]], Path]
Git = Callable[..., str]

CLIENT = """\
from suds.client import Client

client = Client("https://123-abc-456.mktoapi.com/soap/mktows/2_3?WSDL")
"""
LEADS = """\
from crm.connection import client


def find_lead(key):
    return client.service.getLead(key)


def save(record, key):
    if find_lead(key):
        return client.service.syncLead(record)
    return None
"""
FILES = {"crm/__init__.py": "", "crm/connection.py": CLIENT, "crm/leads.py": LEADS}
_CI = ("CI", "GITHUB_", "GITLAB_", "CI_")


@pytest.fixture(autouse=True)
def _no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service that runs these tests is not the one they are about."""
    for name in list(os.environ):
        if name.startswith(_CI):
            monkeypatch.delenv(name)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs the program; gives status, output and messages."""

    def run(*arguments: object) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        assert "internal error" not in err
        return status, out, err

    return run


class Repository:
    """A git repository that is the working directory."""

    def __init__(self, root: Path, git: Git, tree: Tree) -> None:
        self.root = root
        self._git = git
        self._tree = tree

    def git(self, *arguments: str) -> str:
        return self._git(self.root, *arguments)

    def write(self, files: Mapping[str, str | bytes]) -> None:
        self._tree(files)

    def read(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def commit(self, message: str = "change") -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD").strip()


@pytest.fixture
def repository(tree: Tree, git: Git) -> Repository:
    """Two commits on `main`, the second with SOAP code; a branch `topic` is checked out."""
    root = tree({"README.md": "A CRM.\n"})
    git(root, "init", "--quiet", "--initial-branch=main")
    made = Repository(root, git, tree)
    made.commit("first")
    made.write(FILES)
    made.commit("SOAP code")
    made.git("checkout", "--quiet", "-b", "topic")
    return made
