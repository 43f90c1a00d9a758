"""A little of the fuzzing, the same inputs in every run; `python -m tests.fuzz` tries more, and others."""

import sys
from collections.abc import Iterator
from random import Random

import pytest

from tests.fuzz.targets import TARGETS

# As many as take about a second; `fix` and `scan` take most of a run by hand.
INPUTS = {
    "parser": 60,
    "scan": 4,
    "fix": 3,
    "envelopes": 6,
    "marks": 12,
    "rules": 3,
    "settings": 150,
    "baseline": 300,
    "results": 12,
    "describe": 300,
    "masking": 100,
}


@pytest.fixture(autouse=True)
def _deep() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(limit)


def test_every_target_has_its_share() -> None:
    assert set(INPUTS) == set(TARGETS)


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore:invalid escape:DeprecationWarning")
def test_nothing_but_results_and_messages(name: str) -> None:
    target = TARGETS[name]
    for number in range(INPUTS[name]):
        target.check(target.make(Random(f"{name}:0:{number}")))
