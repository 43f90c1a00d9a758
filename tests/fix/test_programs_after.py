"""Every program of `fixtures/fix` after `fix`: as stored, running on REST as it ran on SOAP, and done.

`python tests/fix/accept.py [NAME ...]` stores what comes out; read the change in review.
"""

from pathlib import Path

import pytest
from cases import Case, read_cases
from migrate import files_of, fix, migrate
from prove import compare

CASES = read_cases()
REFUSED = [case for case in CASES.values() if case.tier == "none"]
STILL = "still uses SOAP"


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_program_after_fix(case: Case, tmp_path: Path) -> None:
    target = tmp_path / "case"
    migrated = migrate(case, target)
    stored = case.directory / "after"
    before = files_of(case.directory / "before")
    assert migrated.files == (files_of(stored) if stored.is_dir() else before)
    left = case.directory / "left.txt"
    assert migrated.left == (left.read_text(encoding="utf-8") if left.is_file() else "")
    assert migrated.status == (1 if migrated.left else 0)
    if migrated.files == before:
        return
    again = fix(case, target)
    assert (again.files, again.left) == (migrated.files, migrated.left)
    problems = compare(case.run(), case.run(target))
    if " MKT1" in migrated.left:
        problems = [problem for problem in problems if not problem.startswith(STILL)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_what_an_expert_would_refuse_keeps_its_reason(case: Case) -> None:
    assert (case.directory / "left.txt").is_file()


def test_most_of_what_an_expert_would_convert_is_converted() -> None:
    wanted = [case for case in CASES.values() if case.tier != "none"]
    done = [case for case in wanted if (case.directory / "after").is_dir()]
    assert len(done) >= 40
