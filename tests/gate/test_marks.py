"""Marks in comments: what counts as one, and what each says."""

from datetime import date

import pytest

from marketo_migrate.gate.comments import python_layout
from marketo_migrate.gate.marks import Mark, read_marks
from marketo_migrate.model.suppression import SuppressionSource

RULES = (("MKT101", "getLead"), ("MKT104", "syncLead"), ("MKT002", "endpoint"))


def only(text: str) -> Mark:
    [mark] = read_marks(python_layout(text), RULES)
    return mark


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # a comment",
        "x = '# marketo-migrate: ignore'",
        "x = 1  # noqa",
        "x = 1  # noqa: E501",
        "x = 1  # noqa: E501,S105 MKT is not meant",
        "x = 1  # see marketo-migrate: it finds SOAP calls",
        "x = 1  # marketo-migrate is the tool",
    ],
)
def test_no_mark(text: str) -> None:
    assert read_marks(python_layout(text), RULES) == ()


@pytest.mark.parametrize(
    ("comment", "rules", "reason", "until"),
    [
        ("marketo-migrate: ignore", (), None, None),
        ("marketo-migrate:ignore", (), None, None),
        ("marketo-migrate: ignore[MKT101]", ("MKT101",), None, None),
        ("marketo-migrate: ignore[MKT101, syncLead] both stay", ("MKT101", "syncLead"), "both stay", None),
        ("marketo-migrate: ignore[MKT1] -- a  reason", ("MKT1",), "a reason", None),
        ("marketo-migrate: ignore - a reason", (), "a reason", None),
        ("marketo-migrate: ignore: a reason", (), "a reason", None),
        (
            "marketo-migrate: ignore[MKT101] until=2027-03-31 asked for",
            ("MKT101",),
            "asked for",
            date(2027, 3, 31),
        ),
        (
            "marketo-migrate: ignore[MKT101] asked for, until=2027-03-31.",
            ("MKT101",),
            "asked for",
            date(2027, 3, 31),
        ),
        ("marketo-migrate: ignore[MKT101] a reason  # noqa: E501", ("MKT101",), "a reason", None),
        ("type: ignore  # marketo-migrate: ignore[MKT101] why", ("MKT101",), "why", None),
        ("Marketo-Migrate: IGNORE[MKT101] issue #12", ("MKT101",), "issue #12", None),
        ("marketo-migrate: ignore[MKT101] café \x1b[31m", ("MKT101",), "café \x1b[31m", None),
        ("noqa: MKT101", ("MKT101",), None, None),
        ("NOQA:mkt101", ("MKT101",), None, None),
        ("noqa: E501, MKT101 MKT104 the reason", ("MKT101", "MKT104"), "the reason", None),
    ],
)
def test_mark(comment: str, rules: tuple[str, ...], reason: str | None, until: date | None) -> None:
    mark = only(f"x = 1  # {comment}\n")
    assert (mark.rules, mark.reason, mark.until, mark.problem) == (rules, reason, until, None)
    assert (mark.line, mark.target) == (1, 1)


def test_file_mark() -> None:
    mark = only("x = 1\n# marketo-migrate: ignore-file[endpoint] the old job\n")
    assert mark == Mark(2, None, SuppressionSource.FILE, ("endpoint",), "the old job", None, None)


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        ("marketo-migrate: ignroe[MKT101]", "`ignroe` is not known; `ignore` and `ignore-file` are"),
        ("marketo-migrate: disable[MKT101]", "`disable` is not known; `ignore` and `ignore-file` are"),
        ("marketo-migrate: ignore[]", "no rule stands in the brackets"),
        ("marketo-migrate: ignore[MKT101", "the bracket is not closed"),
        ("marketo-migrate: ignore MKT101 why", "rules stand in brackets: ignore[MKT101]"),
        ("marketo-migrate: ignore[getLeed, MKT9]", "there is no rule getLeed, MKT9"),
        ("marketo-migrate: ignore[MKT101] until=soon", "`until=soon` is no date like 2027-03-31"),
        ("marketo-migrate: ignore until=2027-02-30", "`until=2027-02-30` is no date like 2027-03-31"),
        ("noqa: MKT999", "no rule has the code MKT999"),
    ],
)
def test_mark_that_is_wrong(comment: str, problem: str) -> None:
    mark = only(f"x = 1  # {comment}\n")
    assert mark.problem == problem
    # A list also where it is about no rule: it is shown and sorted with the others.
    assert isinstance(mark.rules, tuple)


def test_several_in_one_comment() -> None:
    text = "x = 1  # marketo-migrate: ignore[MKT101] a  # marketo-migrate: ignore[MKT104] b\n"
    assert [(m.rules, m.reason) for m in read_marks(python_layout(text), RULES)] == [
        (("MKT101",), "a"),
        (("MKT104",), "b"),
    ]
