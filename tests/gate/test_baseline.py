"""The baseline file: its text, what is read back, and what is wrong with other files."""

import json
from pathlib import Path

import pytest

from marketo_migrate.errors import UsageError
from marketo_migrate.gate.baseline import (
    Entry,
    known_findings,
    pruned,
    read_baseline,
    render_baseline,
    renewed,
)
from marketo_migrate.gate.compare import Known

A = Known("a.py", "MKT101", "getLead", "a" * 16 + "1" * 8)
MOVED = Known("b/new.py", "MKT101", "getLead", "a" * 16 + "2" * 8)
B = Known("b.py", "MKT104", "syncLead", "b" * 16 + "1" * 8)


def read(tmp_path: Path, text: str | bytes) -> tuple[Entry, ...]:
    path = tmp_path / "base.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_baseline(path)


def test_empty(tmp_path: Path) -> None:
    assert render_baseline(()) == '{\n  "version": 1,\n  "findings": []\n}\n'
    assert read(tmp_path, render_baseline(())) == ()


def test_round_trip_in_order(tmp_path: Path) -> None:
    entries = (Entry(A, 2), Entry(B, reason='why "so" \u2028 \x1b é'))
    text = render_baseline(entries[::-1])
    assert text.isascii()
    assert text.splitlines()[3].startswith('    {"path": "a.py", "rule": "MKT101"')
    assert read(tmp_path, text) == entries
    assert known_findings(entries) == (A, A, B)


def test_one_more_finding_is_one_line_more() -> None:
    one = render_baseline([Entry(B)]).splitlines()
    two = render_baseline([Entry(A), Entry(B)]).splitlines()
    assert [line for line in two if line not in one] == [line for line in two if '"a.py"' in line]


def test_reasons_are_kept() -> None:
    old = (Entry(A, reason="old CRM"),)
    assert renewed([A, A, B], old) == (Entry(A, 2, "old CRM"), Entry(B))
    assert renewed([MOVED], old) == (Entry(MOVED, reason="old CRM"),)
    assert renewed([A, MOVED], old) == (Entry(A, reason="old CRM"), Entry(MOVED))
    assert renewed([A, B], old, reason="new") == (Entry(A, reason="old CRM"), Entry(B, reason="new"))
    assert renewed([A, B], (Entry(A),), reason="new") == (Entry(A), Entry(B, reason="new"))


def test_pruned() -> None:
    old = (Entry(A, 3, "r"), Entry(B))
    assert pruned(old, ()) == old
    assert pruned(old, (A, A, B)) == (Entry(A, 1, "r"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: not valid JSON: Expecting value"),
        ('{\n"version": 1\n"findings"}', ":3: not valid JSON: Expecting ',' delimiter"),
        ('{\n<<<<<<< HEAD\n"a": 1', ":2: not valid JSON: "),
        ("[]", ": no baseline: expected an object with a list `findings`"),
        ('{"findings": {}}', ": no baseline: expected an object with a list `findings`"),
        ('{"findings": [], "version": 2}', ": version 2 of the format is not known, 1 is"),
        ('{"findings": [], "version": "1"}', ": version '1' of the format is not known, 1 is"),
        ('{"findings": [1], "version": 1}', ": findings[0]: expected an object"),
        (b"\xff\xfe", ": cannot be read: not UTF-8 text"),
        ('{"version": ' + "1" * 5000, ": no baseline: a number with too many digits"),
        ("[" * 200_000, ": no baseline: nested too deeply"),
    ],
)
def test_what_is_no_baseline(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(UsageError) as error:
        read(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path / 'base.json'}{message}")


def test_conflict_marks_are_recognised(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="conflict marks of git"):
        read(tmp_path, '{\n<<<<<<< HEAD\n  "version": 1,\n=======\n')


def test_every_mistake_of_the_entries_is_told(tmp_path: Path) -> None:
    entry = {"path": "", "rule": 1, "name": "n", "count": 0, "reason": 3, "line": 4}
    with pytest.raises(UsageError) as error:
        read(tmp_path, json.dumps({"version": 1, "findings": [entry]}))
    told = str(error.value).replace(f"{tmp_path / 'base.json'}: findings[0]: ", "").split("\n")
    assert told == [
        "unknown key `line`",
        "`path`: expected a text that is not empty",
        "`rule`: expected a text that is not empty",
        "`fingerprint`: expected a text that is not empty",
        "`count`: expected a whole number, 1 or more",
        "`reason`: expected a text",
    ]


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_baseline(tmp_path / "none.json")
