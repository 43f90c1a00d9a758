"""Differences told together read as text."""

import pytest

from marketo_migrate.rewrite.differences import told


@pytest.mark.parametrize(
    ("differences", "text"),
    [
        (["a is new", "b is old"], "a is new; b is old"),
        (["A is new.", "b is old"], "A is new. B is old"),
        (["a is new", "B is old."], "a is new. B is old."),
        (["a is new", "a is new"], "a is new"),
        ([], ""),
    ],
)
def test_they_are_joined(differences: list[str], text: str) -> None:
    assert told(differences) == text
