"""Imports into lists: started and asked for in one program, or only started."""

import shutil
from pathlib import Path

import pytest
from prove import Program, prove

from marketo_migrate.cli.entry import main

FIXTURES = Path(__file__).parents[2] / "fixtures" / "fix"


def fixed(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *options: str, old: str = "", new: str = ""
) -> Path:
    shutil.copytree(FIXTURES / case / "before", tmp_path / "after")
    for path in (tmp_path / "after").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "after")
    main(["fix", ".", "--unsafe", *options])
    return tmp_path / "after"


@pytest.mark.parametrize("case", ["suds_import_rows", "zeep_import_to_list"])
def test_plain_requests(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    after = fixed(case, tmp_path, monkeypatch, "--target", "requests")
    before = FIXTURES / case / "before"
    assert prove(Program(before / "main.py"), Program(after / "main.py")) == []


def test_what_is_never_asked_for_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (fixed("suds_import_rows", tmp_path, monkeypatch) / "main.py").read_text(encoding="utf-8")
    assert "start_import(client, " in text
    assert "import_batches" not in text


def test_a_label_that_is_no_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    after = fixed("suds_import_rows", tmp_path, monkeypatch, old="First Name", new="Shoe Size")
    assert "importToList(" in (after / "main.py").read_text(encoding="utf-8")
    printed = " ".join(capsys.readouterr().out.split())
    assert "no REST field is known for the label 'Shoe Size' in the header of the import" in printed


def test_the_batch_id_travels_between_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    after = fixed("suds_import_and_wait", tmp_path, monkeypatch) / "guestlist"
    assert "from guestlist.loading import import_batches\n" in (after / "waiting.py").read_text(
        encoding="utf-8"
    )
    assert "def import_batches" in (after / "loading.py").read_text(encoding="utf-8")


def test_modules_that_need_each_other_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fixed(
        "suds_import_and_wait",
        tmp_path,
        monkeypatch,
        old="from guestlist import api\n\n\ndef load",
        new="from guestlist import api, waiting\n\nTRIES = waiting.wait\n\n\ndef load",
    )
    assert "modules that need each other (waiting)" in " ".join(capsys.readouterr().out.split())
