"""Generated programs are rewritten so that they behave the same, or not at all.

Some are tried each time. `MARKETO_MIGRATE_PROGRAMS=2000 pytest -n 0 tests/rewrite/test_generated.py` tries as
many as are named, and `MARKETO_MIGRATE_FIRST=5000` begins elsewhere. The name of a failing case is the number
of its program.
"""

import os

import pytest
from generated import generate
from judging import judge
from people import people

FIRST = int(os.environ.get("MARKETO_MIGRATE_FIRST", "0"))
NUMBERS = range(FIRST, FIRST + int(os.environ.get("MARKETO_MIGRATE_PROGRAMS", "16")))


@pytest.mark.parametrize("number", NUMBERS)
def test_program_behaves_the_same(number: int) -> None:
    program = generate(number)
    verdict = judge(program, state=people, unsafe=number % 2 == 1)
    shown = "\n".join(f"--- {name}\n{text}" for name, text in [*program.items(), *verdict.texts.items()])
    assert not verdict.problems, "\n".join([*verdict.problems, shown])


def test_the_same_number_gives_the_same_program() -> None:
    assert generate(7) == generate(7)
    assert generate(7) != generate(8)


def test_many_programs_are_rewritten() -> None:
    verdicts = [judge(generate(number), state=people) for number in range(100, 108)]
    assert sum(verdict.rewritten for verdict in verdicts) >= 3
