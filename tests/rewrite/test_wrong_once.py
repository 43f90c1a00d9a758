"""Programs that are easy to get wrong are rewritten so that they behave the same, or not at all.

Several of them were wrong once. The review tier may differ in what it says, so safe rewrites are judged here.
"""

import pytest
from awkward import EQUAL, PROGRAMS
from judging import judge, run_on_soap
from people import people


@pytest.mark.parametrize("name", PROGRAMS)
def test_equal_or_refused(name: str) -> None:
    verdict = judge({"main.py": PROGRAMS[name]}, state=people)
    assert not verdict.problems, "\n".join([*verdict.problems, verdict.texts["main.py"]])
    assert verdict.rewritten or verdict.reasons
    assert verdict.rewritten or name not in EQUAL, verdict.reasons


def test_the_programs_work() -> None:
    for name in ("other attributes are counted", "one record object in a list several times"):
        run = run_on_soap({"main.py": PROGRAMS[name]}, people)
        assert run.error is None, run.error
        assert run.output
