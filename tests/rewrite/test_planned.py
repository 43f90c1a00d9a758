"""Findings carry their planned change: a masked diff, and edits that make the same file as `fix`."""

from pathlib import Path

import pytest

from marketo_migrate.cli.entry import main
from marketo_migrate.config.settings import Settings
from marketo_migrate.model.edit import Fix
from marketo_migrate.model.finding import Kind, Tier
from marketo_migrate.pipeline import scan

FIXTURES = Path(__file__).parents[2] / "fixtures" / "fix"


def edited(text: str, fix: Fix) -> str:
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for edit in sorted(fix.edits, key=lambda edit: edit.location, reverse=True):
        span = edit.location.span
        start = starts[span.line - 1] + span.column - 1
        end = starts[span.end_line - 1] + span.end_column - 1
        text = text[:start] + edit.text + text[end:]
    return text


@pytest.mark.parametrize("ending", ["\n", ""])
def test_edits_and_diff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    text = (FIXTURES / "suds_whois" / "before" / "main.py").read_text(encoding="utf-8").rstrip("\n") + ending
    file = tmp_path / "main.py"
    file.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = scan((Path(),), Settings())
    [call] = [finding for finding in result.findings if finding.kind is Kind.CALL]
    assert call.fix is Tier.SAFE
    assert call.diff is not None
    assert call.diff.startswith("--- a/main.py\n+++ b/main.py\n@@ ")
    assert {finding.fix for finding in result.findings} == {Tier.SAFE}
    assert main(["fix", "."]) == 0
    capsys.readouterr()
    assert edited(text, result.fixes[call.fingerprint]) == file.read_text(encoding="utf-8")


def test_what_stays_has_neither(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (FIXTURES / "none_owner_key" / "before" / "main.py").read_text(encoding="utf-8")
    (tmp_path / "main.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = scan((Path(),), Settings())
    assert result.findings
    assert not result.fixes
    assert not [finding for finding in result.findings if finding.diff]
    assert {finding.fix for finding in result.findings} == {Tier.NONE}
    assert all(finding.reason for finding in result.findings)
