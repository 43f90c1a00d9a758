"""Code of a newer Python is scanned all the same; `fix` leaves alone what its own Python cannot read."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from marketo_migrate.cli.entry import main

SOAP = """\
from suds.client import Client

client = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_3?WSDL")


def score(lead_id):
    key = client.factory.create("LeadKey")
    key.keyType = "IDNUM"
    key.keyValue = lead_id
    keys = client.factory.create("ArrayOfLeadKey")
    keys.leadKey = [key]
    client.service.requestCampaign("MKTOWS", 1002, keys)


"""
NEWER = {
    "quotes.py": 'def hello(d):\n    return f"hello {d["name"]}"\n',
    "aliases.py": "type Names[T = int] = list[T]\n",
    "template.py": 'def hello(name):\n    return t"hello {name}"\n',
    "excepts.py": "try:\n    score(1)\nexcept KeyError, ValueError:\n    pass\n",
}


def reads(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def test_scanned_and_rewritten_where_this_python_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, source in NEWER.items():
        Path(name).write_text(SOAP + source)
    assert main(["scan", "--format", "json", "."]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {(each["path"], each["line"]) for each in findings if each["rule"] == "MKT119"} >= {
        (name, 12) for name in NEWER
    }
    assert "MKT009" not in {each["rule"] for each in findings}
    main(["fix", "."])
    out = capsys.readouterr().out
    for name, source in NEWER.items():
        if reads(source):
            assert f"rewritten: {name}\n" in out
            assert "client.request_campaign(1002, " in Path(name).read_text()
            assert Path(name).read_text().endswith(source)
        else:
            assert f"{name}:12:5 MKT119 requestCampaign\n    this Python cannot parse the file: " in out
            assert Path(name).read_text() == SOAP + source


@pytest.mark.parametrize("command", [["scan"], ["fix", "--diff"]])
def test_what_python_warns_of_in_scanned_code_is_not_printed(tmp_path: Path, command: list[str]) -> None:
    # A DeprecationWarning of Python 3.11, a SyntaxWarning from 3.12 on; the others are SyntaxWarnings of all.
    source = 'print("\\d", "\\400", 1 is 1, (1)(2) if 0 else 0)\nassert (1, "always true")\n'
    (tmp_path / "a.py").write_text(SOAP + source + "x = 1if 1else 2\n")
    done = subprocess.run(
        [sys.executable, "-W", "always", "-m", "marketo_migrate", *command, "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "requestCampaign" in done.stdout
    assert "Warning" not in done.stdout
    assert "<unknown>" not in done.stderr
    assert "SyntaxWarning" not in done.stderr
    assert "invalid" not in done.stderr
