"""Which files join a scan: those that may use what was found, and few others however common the words are."""

from pathlib import Path

import pytest

from marketo_migrate.config.settings import Settings
from marketo_migrate.pipeline import scan
from marketo_migrate.widening import MANY

CLIENT = """\
from suds.client import Client

client = Client("https://na-x.marketo.com/soap/mktows/2_7?WSDL")


def find(email):
    return client.service.getLead({"keyType": "EMAIL", "keyValue": email})
"""
# Names the module and a function of it, and has nothing to do with either.
BYSTANDER = "def find(leads):\n    return [lead for lead in leads if lead.settings]\n"


@pytest.fixture
def crowd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with a client, among very many files with the same words in them."""
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "__init__.py").touch()
    (tmp_path / "crm" / "leads.py").write_text(CLIENT)
    (tmp_path / "others").mkdir()
    for number in range(MANY + 50):
        (tmp_path / "others" / f"other{number}.py").write_text(BYSTANDER)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def parsed(root: Path) -> tuple[int, set[str]]:
    """How many files were parsed, and the files with findings; the same as when every file is."""
    result = scan((root,), Settings())
    assert scan((root,), Settings(), everything=True).findings == result.findings
    return result.statistics["parsed"], {finding.location.path for finding in result.findings}


def test_bystanders_do_not_join(crowd: Path) -> None:
    assert parsed(crowd) == (1, {"crm/leads.py"})


@pytest.mark.parametrize(
    "text",
    [
        "from crm.leads import find\nfind('a')\n",
        "from crm import leads\nleads.find('a')\n",
        "import os, crm.leads as l\nl.find('a')\n",
        "from crm.leads import (  # the one with (\n    client,\n    find as look,\n)\nlook('a')\n",
        "def run():\n    if True: from crm.leads import find; find('a')\n",
        "from crm.leads import \\\n    find\nfind('a')\n",
        "import importlib\nimportlib.import_module('crm.leads').find('a')\n",
        "from crm import *\nfrom crm.leads import *\nfind('a')\n",
    ],
)
def test_users_join(crowd: Path, text: str) -> None:
    (crowd / "user.py").write_text(text)
    assert parsed(crowd)[1] == {"crm/leads.py", "user.py"}


def test_users_of_the_package_join(crowd: Path) -> None:
    (crowd / "crm" / "__init__.py").write_text("from .leads import find\n")
    (crowd / "user.py").write_text("from crm import find\nfind('a')\n")
    (crowd / "crm" / "jobs.py").write_text("from . import leads\nleads.find('a')\n")
    assert parsed(crowd)[1] == {"crm/leads.py", "crm/jobs.py", "user.py"}
