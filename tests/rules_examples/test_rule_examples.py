"""Every directory of examples under `fixtures/rules` is scanned and compared with the marks in its files.

`# ruleid: MKT101` on a line of its own says that a call of that operation, direct or through a wrapper,
starts on the next line of code; `# ok: MKT101` marks a call that only looks like one. Lines without a mark
have no finding of kind `call` or `wrapper-call`. A file with `ok` marks and no `ruleid` mark is a negative
example: nothing at all is found in it. What lies under `fixtures/lookalikes` gives no finding either.
"""

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from marketo_migrate.model.finding import Confidence, Finding, Kind

FIXTURES = Path(__file__).parents[2] / "fixtures"
MARK = re.compile(r"\s*#\s*(ruleid|ok):\s*(MKT\d{3}(?:,\s*MKT\d{3})*)\s*")
ANY_MARK = re.compile(r"#\s*(ruleid|ok)\b")
CALLS = frozenset({Kind.CALL, Kind.WRAPPER_CALL})
POSITIVES, NEGATIVES = 1, 2

OPERATIONS = {
    "leads": ("getLead", "getMultipleLeads", "mergeLeads", "syncLead", "syncMultipleLeads"),
    "mobjects": (
        "deleteMObjects",
        "describeMObject",
        "getMObjects",
        "listMObjects",
        "syncMObjects",
        "getChannels",
        "getTags",
    ),
    "static_lists": ("getImportToListStatus", "importToList", "listOperation"),
    "activities": ("getLeadActivity", "getLeadChanges"),
    "campaigns": ("getCampaignsForSource", "requestCampaign", "scheduleCampaign"),
    "custom_objects": ("deleteCustomObjects", "getCustomObjects", "syncCustomObjects"),
}
CODES = {
    f"{area}/{operation}": f"MKT{number}"
    for number, (area, operation) in enumerate(
        ((area, operation) for area, operations in OPERATIONS.items() for operation in operations), start=101
    )
}
LOOKALIKES = sorted(path.name for path in (FIXTURES / "lookalikes").iterdir() if path.is_dir())

Place = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Marks:
    """The marked lines of one file: line of the call and rule, what must be found and what must not."""

    expected: frozenset[tuple[int, str]]
    innocent: frozenset[tuple[int, str]]

    @property
    def positive(self) -> bool:
        """Whether something is to be found in the file."""
        return bool(self.expected)

    @property
    def negative(self) -> bool:
        """Whether the file is there to stay silent."""
        return bool(self.innocent) and not self.expected


def read_marks(text: str) -> Marks:
    """The marks in a file's text; ValueError where a mark is misspelt or stands before no line of code."""
    marked: dict[str, set[tuple[int, str]]] = {"ruleid": set(), "ok": set()}
    pending: list[tuple[str, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = MARK.fullmatch(line)
        if match:
            pending += [(match[1], code.strip()) for code in match[2].split(",")]
            continue
        if ANY_MARK.search(line):
            raise ValueError(f"line {number}: a mark stands alone on its line, with codes such as MKT101")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        for kind, code in pending:
            marked[kind].add((number, code))
        pending.clear()
    if pending:
        raise ValueError("the last mark stands before no line of code")
    return Marks(frozenset(marked["ruleid"]), frozenset(marked["ok"]))


@cache
def directory_marks(directory: Path) -> dict[str, Marks]:
    """Marks by path of every Python file below the directory."""
    files = sorted(directory.rglob("*.py"))
    return {path.relative_to(directory).as_posix(): read_marks(path.read_text("utf-8")) for path in files}


def scan_copy(directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """Findings at `likely` or better in a copy of the directory that lies outside any repository."""
    from marketo_migrate.config.settings import Settings
    from marketo_migrate.pipeline import scan

    copy = tmp_path / "tree"
    shutil.copytree(directory, copy)
    monkeypatch.chdir(copy)
    result = scan((Path(),), Settings())
    return [found for found in result.findings if found.confidence.rank >= Confidence.LIKELY.rank]


def shown(directory: Path, places: Iterable[Place]) -> list[str]:
    """One line for each place, with the source line it points to."""
    lines = []
    for path, number, rule in sorted(places):
        source = (directory / path).read_text("utf-8").splitlines()[number - 1].strip()
        lines.append(f"  {path}:{number}  {rule}  {source}")
    return lines


def described(found: Iterable[Finding]) -> list[str]:
    return [
        f"  {each.location.path}:{each.location.span.line}  {each.rule} {each.kind.value} "
        f"({each.confidence.value})  {each.message}"
        for each in sorted(found, key=lambda each: each.location)
    ]


@pytest.mark.parametrize("name", CODES)
def test_marks_and_findings_agree(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = FIXTURES / "rules" / name
    marks = directory_marks(directory)
    found = scan_copy(directory, tmp_path, monkeypatch)
    expected = {(path, line, rule) for path, each in marks.items() for line, rule in each.expected}
    reported = {(f.location.path, f.location.span.line, f.rule) for f in found if f.kind in CALLS}
    noise = [f for f in found if f.location.path in marks and marks[f.location.path].negative]
    report = []
    if expected - reported:
        report += ["not found:", *shown(directory, expected - reported)]
    if reported - expected:
        report += ["found without a mark:", *shown(directory, reported - expected)]
    if noise:
        report += ["found in a negative example:", *described(noise)]
    assert not report, "\n".join([name, *report])


@pytest.mark.parametrize("name", LOOKALIKES)
def test_lookalike_is_silent(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = scan_copy(FIXTURES / "lookalikes" / name, tmp_path, monkeypatch)
    assert not found, "\n".join([name, *described(found)])


def test_a_tree_without_python_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    assert scan_copy(tmp_path / "empty", tmp_path, monkeypatch) == []


def test_directories_are_the_operations() -> None:
    found = {path.relative_to(FIXTURES / "rules").as_posix() for path in (FIXTURES / "rules").glob("*/*")}
    assert found == set(CODES)


@pytest.mark.parametrize("name", CODES)
def test_operation_has_examples_both_ways(name: str) -> None:
    marks = directory_marks(FIXTURES / "rules" / name)
    codes = {rule for each in marks.values() for _, rule in each.expected | each.innocent}
    positives = [path for path, each in marks.items() if each.positive]
    negatives = [path for path, each in marks.items() if each.negative]
    assert codes == {CODES[name]}
    assert len(positives) >= POSITIVES, positives
    assert len(negatives) >= NEGATIVES, negatives


def test_lookalikes_hold_code() -> None:
    assert LOOKALIKES
    empty = [name for name in LOOKALIKES if not any((FIXTURES / "lookalikes" / name).rglob("*.py"))]
    assert empty == []


def test_marks_belong_to_the_next_line_of_code() -> None:
    marks = read_marks("a()\n# ruleid: MKT101, MKT104\n\n# a remark\n# ok: MKT119\nb(\n    c)\nd()\n")
    assert marks.expected == {(6, "MKT101"), (6, "MKT104")}
    assert marks.innocent == {(6, "MKT119")}


def test_text_without_marks_has_none() -> None:
    marks = read_marks("a()  # a remark\n")
    assert not marks.positive
    assert not marks.negative


@pytest.mark.parametrize(
    "text", ["a()  # ruleid: MKT101\n", "# ruleid: getLead\na()\n", "a()\n# ok: MKT101\n"]
)
def test_bad_marks_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="mark"):
        read_marks(text)
