"""What helpers do besides stays done, and what stays with SOAP catches what has moved, or nothing moves."""

import pytest
from beside import PROGRAMS
from judging import judge
from people import people


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_same_or_refused(name: str) -> None:
    verdict = judge({"main.py": PROGRAMS[name]}, state=people)
    assert not verdict.problems, "\n".join([*verdict.problems, verdict.texts["main.py"]])
    assert verdict.rewritten or verdict.reasons
    assert verdict.before is None or verdict.before.output
