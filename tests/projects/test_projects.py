"""Every project under `fixtures/projects` is scanned; the findings are compared with its `.expected.json`.

An entry of an expectation file gives `path`, `line`, `kind`, `operation` and `confidence`, and as `text` what
the line holds, so that a moved line is noticed (`python tests/projects/renumber.py` puts the numbers right).
`confidence` is `any` where the level is a matter of taste. `optional` marks the few places where a finding
and silence are both right. `line` is null where only the file counts.
"""

import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path

import pytest
from expectation import ROOT, Expected, Key, expectation_file, project_directories, read_expected

from marketo_migrate.config.settings import Settings
from marketo_migrate.model.finding import Confidence, Finding, ScanResult
from marketo_migrate.pipeline import scan

NO_OP_SHARE = 0.4
# Sets are walked in another order with each hash seed, so these runs show what depends on it.
HASH_SEEDS = (0, 1)
SEEDED = ("mixed_vendors", "monorepo", "py2_app", "suds_crm_sync", "zeep_webhooks", "styles/envelope_plugin")
DIRECTORIES = project_directories()
NAMES = list(DIRECTORIES)


def copy_project(name: str, target: Path) -> None:
    """Copies a project without its expectations to a place outside any repository."""
    shutil.copytree(DIRECTORIES[name], target, dirs_exist_ok=True)


def likely(result: ScanResult) -> list[Finding]:
    return [found for found in result.findings if found.confidence.rank >= Confidence.LIKELY.rank]


def key_of(found: Finding, lineless: set[str]) -> Key:
    path = found.location.path
    line = None if path in lineless else found.location.span.line
    return path, line, found.kind.value, found.operation


def scan_in_process(directory: Path, hash_seed: int) -> list[str]:
    """The lines of the JSON that a new process prints."""
    run = subprocess.run(
        [sys.executable, "-m", "marketo_migrate", "scan", str(directory), "--format", "json"],
        cwd=ROOT.parents[1],
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert run.returncode == 1, run.stderr
    return run.stdout.splitlines()


def section(title: str, notes: dict[Key, str]) -> list[str]:
    if not notes:
        return []
    lines = [
        f"  {path}:{line or '?'}  {kind} {operation or '-'}  {notes[path, line, kind, operation]}"
        for path, line, kind, operation in sorted(notes, key=lambda key: (key[0], key[1] or 0, key[2:]))
    ]
    return [f"{title} ({len(lines)}):", *lines]


def differences(found: list[Finding], expected: list[Expected]) -> list[str]:
    """One line for each missed finding, false alarm and too low confidence; empty where all is right."""
    lineless = {entry.path for entry in expected if entry.line is None}
    reported = {key_of(each, lineless): each for each in found}
    wanted = {entry.key: entry for entry in expected}
    missed = {key: entry.text for key, entry in wanted.items() if key not in reported and not entry.optional}
    alarms = {key: f"{each.rule} {each.message}" for key, each in reported.items() if key not in wanted}
    doubtful = {
        key: f"{reported[key].confidence.value}, should be certain"
        for key, entry in wanted.items()
        if entry.confidence == "certain" and key in reported
        if reported[key].confidence is not Confidence.CERTAIN
    }
    places = Counter((each.kind, each.location) for each in found)
    twice = {key_of(each, lineless): each.message for each in found if places[each.kind, each.location] > 1}
    return [
        *section("missed", missed),
        *section("false alarms", alarms),
        *section("confidence", doubtful),
        *section("reported twice", twice),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_findings_are_the_expected_ones(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_project(name, tmp_path)
    monkeypatch.chdir(tmp_path)
    problems = differences(likely(scan((Path(),), Settings())), read_expected(name))
    assert not problems, "\n".join([name, *problems])


@pytest.mark.parametrize("name", NAMES)
def test_a_scan_of_every_file_finds_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_project(name, tmp_path)
    monkeypatch.chdir(tmp_path)
    candidates = scan((Path(),), Settings()).findings
    assert scan((Path(),), Settings(), everything=True).findings == candidates


def test_projects_side_by_side_do_not_mix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = []
    for name in NAMES:
        copy_project(name, tmp_path / name)
        expected += [replace(entry, path=f"{name}/{entry.path}") for entry in read_expected(name)]
    monkeypatch.chdir(tmp_path)
    problems = differences(likely(scan((Path(),), Settings())), expected)
    assert not problems, "\n".join(problems)


def test_every_run_prints_the_same_bytes(tmp_path: Path) -> None:
    for name in SEEDED:
        copy_project(name, tmp_path / name)
    first, second = (scan_in_process(tmp_path, hash_seed) for hash_seed in HASH_SEEDS)
    assert first
    assert list(unified_diff(first, second, n=0, lineterm="")) == []


@pytest.mark.parametrize("name", NAMES)
def test_expected_lines_hold_the_quoted_text(name: str) -> None:
    wrong = []
    for entry in read_expected(name):
        text = (DIRECTORIES[name] / entry.path).read_text(encoding="utf-8", errors="replace")
        place = text if entry.line is None else text.splitlines()[entry.line - 1]
        if entry.text not in place:
            wrong.append(f"{entry.path}:{entry.line} does not hold {entry.text!r}")
    assert not wrong, "\n".join([name, *wrong])


def test_four_in_ten_projects_have_nothing_to_find() -> None:
    silent = [name for name in NAMES if not read_expected(name)]
    assert len(silent) >= NO_OP_SHARE * len(NAMES), f"{len(silent)} of {len(NAMES)}"


def test_every_expectation_belongs_to_a_project() -> None:
    places = {DIRECTORIES[name].parent for name in NAMES}
    files = {path for place in places for path in place.glob("*.expected.json")}
    assert files == {expectation_file(name) for name in NAMES}
