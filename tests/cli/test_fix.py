"""The fix command: what it writes, shows, refuses and says, and its exit status."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from marketo_migrate.cli.entry import main

SOAP = """\
import os

from suds.client import Client

KEY = "1234567890ABCDEFGHIJ"
client = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_3?WSDL")


def score(lead_id):
    header = client.factory.create("AuthenticationHeaderInfo")
    header.mktowsUserId = os.environ["UID"]
    client.set_options(soapheaders=header)
    key = client.factory.create("LeadKey")
    key.keyType = "IDNUM"
    key.keyValue = lead_id
    keys = client.factory.create("ArrayOfLeadKey")
    keys.leadKey = [key]
    client.service.requestCampaign("MKTOWS", 1002, keys)
"""
STAYS = SOAP + "\n\ndef names():\n    print(client.service.listMObjects())\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["fix", "--no-color", *arguments])
        out, err = capsys.readouterr()
        assert "internal error" not in err, err
        return status, out, err

    return run


def test_nothing_to_fix(run: Run, tmp_path: Path) -> None:
    Path("a.py").write_text("x = 1\n")
    assert run(".") == (0, "No use of Marketo's SOAP API found.\n", "")


def test_written_and_done(run: Run) -> None:
    Path("a.py").write_text(SOAP)
    status, out, _ = run(".")
    assert status == 0, out
    assert out.startswith("rewritten: a.py\nMoved to REST:\n  requestCampaign: from SOAP to REST")
    assert "Taken for granted" in out
    text = Path("a.py").read_text()
    assert "client.request_campaign(1002, [" in text
    assert "suds" not in text
    assert run(".")[0] == 0
    assert Path("a.py").read_text() == text


def test_diff_writes_nothing_and_masks(run: Run) -> None:
    Path("a.py").write_text(SOAP.replace('os.environ["UID"]', "KEY"))
    status, out, _ = run("--diff", ".")
    assert status == 1
    assert "+    client.request_campaign(1002, [" in out
    assert "1234567890ABCDEFGHIJ" not in out
    assert "suds" in Path("a.py").read_text()


def test_what_stays_has_its_reason_and_its_comment(run: Run) -> None:
    Path("a.py").write_text(STAYS)
    status, out, _ = run("--annotate", ".")
    assert status == 1
    assert "MKT109 listMObjects\n    REST has no operation for it." in out
    text = Path("a.py").read_text()
    assert "    # marketo-migrate: MKT109 REST has no operation for it" in text
    assert "rest_client.request_campaign(1002, [" in text
    assert run("--annotate", ".")[0] == 1
    assert Path("a.py").read_text() == text


def test_only_selected_rules(run: Run) -> None:
    Path("a.py").write_text(SOAP)
    assert run("--select", "MKT101", ".")[:2] == (0, "No use of Marketo's SOAP API found.\n")
    assert Path("a.py").read_text() == SOAP


def test_accepted_calls_stay(run: Run) -> None:
    accepted = SOAP.replace("keys)\n", "keys)  # marketo-migrate: ignore[MKT119] until the campaign ends\n")
    Path("a.py").write_text(accepted)
    run(".")
    assert Path("a.py").read_text() == accepted


def test_patch_takes_it_back(run: Run, tmp_path: Path) -> None:
    Path("a.py").write_text(SOAP)
    assert run("--patch", "p.patch", ".")[0] == 0
    subprocess.run(["git", "apply", "-R", "p.patch"], cwd=tmp_path, check=True)
    assert Path("a.py").read_text() == SOAP


def test_names_that_other_files_use_stay(run: Run) -> None:
    Path("a.py").write_text(SOAP)
    Path("b.py").write_text("import a\n\nprint(a.KEY)\n")
    run(".")
    assert "KEY =" in Path("a.py").read_text()


def test_python_2_is_refused(run: Run) -> None:
    text = SOAP + '\nprint "done"\n'
    Path("a.py").write_text(text)
    status, out, _ = run(".")
    assert status == 1
    assert "this is Python 2 code" in " ".join(out.split())
    assert Path("a.py").read_text() == text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--describe", "none.json", "."), "--describe: cannot read none.json: No such file or directory"),
        (("--describe", "bad.json", "."), "--describe: no JSON: Expecting value (bad.json:1)"),
        (("--interactive", "."), "--interactive asks questions, and standard input is no terminal"),
        (("--select", "MKT999", "."), "no such rule: MKT999"),
        (("none",), "no such file or directory: none"),
    ],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...], message: str) -> None:
    Path("bad.json").write_text("x")
    status, _, err = run(*arguments)
    assert status == 2
    assert message in err
