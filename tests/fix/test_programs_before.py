"""Every program of `fixtures/fix` runs on the SOAP face and prints what it printed when it was recorded."""

from pathlib import Path

import pytest
from cases import ROOT, Case, read_case, read_cases

CASES = read_cases()
# listMObjects has no counterpart in REST; the programs of tier `none` use it too.
OPERATIONS = {path.stem for path in (ROOT.parents[1] / "rules" / "operations").glob("*.yml")}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_program_runs_on_soap(case: Case) -> None:
    run = case.run()
    assert run.status == 0, f"{run.error}\n{run.output}"
    assert run.soap_requests
    assert run.output
    assert run.output == case.expected_output.read_bytes().decode("utf-8")
    assert not [line for line in run.requests if line not in run.soap_requests and "mktorest" in line]


def test_every_case_is_described() -> None:
    directories = {path.parent.name for path in ROOT.glob("*/before")}
    assert directories == set(CASES)
    for case in CASES.values():
        assert case.notes.strip(), case.name
        assert case.operations, case.name
        assert set(case.operations) <= OPERATIONS, case.name
        assert set(case.stays) <= set(case.operations), case.name


def test_unknown_key_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text('tier = "safe"\nsoap = true\n', encoding="utf-8")
    with pytest.raises(ValueError, match="soap"):
        read_case(tmp_path)
