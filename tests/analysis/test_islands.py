"""Files that nothing connects are analysed apart: what counts as connected, and that it changes no result."""

from pathlib import Path

import pytest

from marketo_migrate.config.settings import Settings
from marketo_migrate.islands import islands
from marketo_migrate.pipeline import scan
from marketo_migrate.report.json_format import render
from marketo_migrate.resolve.program import Program


def groups(**files: str) -> list[list[str]]:
    """The groups that files form, all of them to be analysed; `a` stands for `a.py`."""
    texts = {f"{name}.py": text.encode() for name, text in files.items()}
    program = Program(texts, lambda _: None, frozenset({"suds", "flask"}), lambda *_: ())
    return [sorted(group) for group in islands(texts, texts.__getitem__, program)]


def test_files_that_name_each_other_nowhere_are_apart() -> None:
    assert groups(a="import suds\nx = 1\n", b="import suds\nprint(x)\n") == [["a.py"], ["b.py"]]


@pytest.mark.parametrize(
    "text",
    [
        "import a",
        "import os, a as b",
        "from a import x",
        "from a import (\n    x,\n)",
        "from . import a",
        "from .a import x",
        "def f():\n    from a import *",
        "importlib.import_module('a')",
        "import_string('a.x')",
    ],
)
def test_imports_connect(text: str) -> None:
    assert groups(a="x = 1\n", b=f"{text}\n", c="") == [["a.py", "b.py"], ["c.py"]]


def test_what_is_not_to_be_analysed_itself_connects_as_well() -> None:
    texts = {"a.py": b"import shared\n", "b.py": b"import shared\n", "shared.py": b"x = 1\n"}
    program = Program(texts, lambda _: None, frozenset(), lambda *_: ())
    assert islands(["a.py", "b.py"], texts.__getitem__, program) == (frozenset({"a.py", "b.py"}),)


def test_submodules_that_are_reached_through_their_package_connect() -> None:
    files = {"crm/__init__": "", "crm/leads": "x = 1\n", "job": "import crm\ncrm.leads.x\n"}
    assert len(groups(**files)) == 1


def test_an_object_kept_under_a_name_connects() -> None:
    store = "import suds\n\ndef set_up(app):\n    app.extensions['crm'] = suds.Client(URL)\n"
    use = "from flask import current_app\n\ncurrent_app.extensions['crm'].service.getLead(1)\n"
    assert groups(a=store, b=use, c="x['crm']\n") == [["a.py", "b.py"], ["c.py"]]


def test_an_attribute_of_that_name_connects_where_somebody_sets_it() -> None:
    use = "current_app.marketo.service.getLead(1)\n"
    assert groups(a="def f(app):\n    app.marketo = 1\n", b=use, c="self.marketo = 1\n")[0] == [
        "a.py",
        "b.py",
    ]
    assert len(groups(a=use, b=use)) == 2


SERVICE = """\
from suds.client import Client

client = Client("https://1-a-1.mktoapi.com/soap/mktows/2_7?WSDL")


def find(email):
    return client.service.getLead({"keyType": "EMAIL", "keyValue": email})
"""


@pytest.fixture
def services(tmp_path: Path) -> Path:
    """Six services; the last two share a module that nobody would analyse for its own sake."""
    for number in range(6):
        package = tmp_path / f"service_{number}"
        package.mkdir()
        package.joinpath("leads.py").write_text(SERVICE + f"\n\nN = {number}\n" * 200)
        package.joinpath("job.py").write_text("import leads\n\nprint(leads.find('a@example.com'))\n")
    for number in (4, 5):
        with tmp_path.joinpath(f"service_{number}", "leads.py").open("a") as file:
            file.write("\nfrom shared import log\n")
    tmp_path.joinpath("shared.py").write_text("log = print\n")
    return tmp_path


def test_the_number_of_processes_changes_no_byte(services: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(services)
    results = [render(scan((Path(),), Settings(jobs=jobs)), version="1") for jobs in (1, 3)]
    assert results[0].count('"MKT101"') >= 12
    assert set(results) == {results[0]}
