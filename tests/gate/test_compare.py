"""New, known and gone by fingerprint."""

from collections.abc import Sequence

import pytest

from marketo_migrate.gate.compare import Comparison, Known, added_lines, ambiguous_paths, compare, known_of
from marketo_migrate.model.finding import Confidence, Finding, Kind, Tier
from marketo_migrate.model.location import Location, Span

CODE_A, CODE_B = "a" * 16, "b" * 16
HERE, THERE = "1" * 8, "2" * 8


def finding(path: str, line: int, fingerprint: str) -> Finding:
    return Finding(
        rule="MKT101",
        name="getLead",
        kind=Kind.CALL,
        operation="getLead",
        client="suds",
        location=Location(path, Span(line, 1, line, 9)),
        confidence=Confidence.CERTAIN,
        fix=Tier.NONE,
        reason=None,
        message="m",
        replacement=None,
        evidence=(),
        fingerprint=fingerprint,
    )


def places(findings: Sequence[Finding]) -> list[tuple[str, int]]:
    return [(f.location.path, f.location.span.line) for f in findings]


def known(path: str, fingerprint: str) -> Known:
    return known_of(finding(path, 1, fingerprint))


def test_nothing() -> None:
    assert compare((), ()) == Comparison((), (), ())


def test_the_same_is_known_wherever_its_line_is() -> None:
    result = compare([finding("a.py", 90, CODE_A + HERE)], [known("a.py", CODE_A + HERE)])
    assert (places(result.new), places(result.known), result.gone) == ([], [("a.py", 90)], ())


def test_the_number_of_equal_ones_does_not_matter_but_the_count_does() -> None:
    now = [finding("a.py", line, CODE_A + HERE + end) for line, end in [(1, ""), (2, "-2"), (3, "-3")]]
    assert places(compare(now, [known("a.py", CODE_A + HERE)] * 2).new) == [("a.py", 3)]
    assert compare(now[:1], [known("a.py", CODE_A + HERE)] * 3).gone == (known("a.py", CODE_A + HERE),) * 2


@pytest.mark.parametrize("fingerprint", [CODE_A + HERE, CODE_A + THERE])
def test_moved_to_another_file_or_function(fingerprint: str) -> None:
    result = compare([finding("b.py", 1, fingerprint)], [known("a.py", CODE_A + HERE)])
    assert (result.new, result.gone) == ((), ())


def test_a_copy_is_new_and_not_the_original() -> None:
    now = [finding("a.py", 5, CODE_A + HERE), finding("b.py", 5, CODE_A + HERE + "-2")]
    assert places(compare(now, [known("b.py", CODE_A + HERE)]).new) == [("a.py", 5)]
    assert places(compare(now, [known("a.py", CODE_A + HERE)]).new) == [("b.py", 5)]


def test_other_code_is_new_and_the_old_is_gone() -> None:
    result = compare([finding("a.py", 1, CODE_B + HERE)], [known("a.py", CODE_A + HERE)])
    assert (len(result.new), result.gone) == (1, (known("a.py", CODE_A + HERE),))


def test_in_an_unchanged_file_nothing_is_new() -> None:
    now = [finding("a.py", 1, CODE_A + HERE), finding("b.py", 1, CODE_B + HERE)]
    assert places(compare(now, (), unchanged={"a.py"}).new) == [("b.py", 1)]


def test_of_equal_ones_that_on_an_added_line_is_new() -> None:
    now = [finding("a.py", line, CODE_A + HERE + end) for line, end in [(3, ""), (8, "-2")]]
    before = [known("a.py", CODE_A + HERE)]
    assert ambiguous_paths(now, before) == {"a.py"}
    assert places(compare(now, before, added={"a.py": {3}}).new) == [("a.py", 3)]
    assert places(compare(now, before, added={"a.py": {8}}).new) == [("a.py", 8)]


def test_order_of_the_input_does_not_matter() -> None:
    now = [finding(path, line, CODE_A + HERE) for path in "ab" for line in (1, 2)]
    before = [known("b", CODE_A + HERE), known("c", CODE_A + THERE)]
    forward, backward = compare(now, before), compare(now[::-1], before[::-1])
    assert sorted(places(forward.new)) == sorted(places(backward.new))
    assert forward.gone == backward.gone


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("", "", set()),
        ("a\nb\n", "a\nb\n", set()),
        ("a\nb\n", "a\nx\nb\n", {2}),
        ("a\nb\n", "  a\n\tb\n", set()),
        ("a\n", "b\n", {1}),
        ("a\na\n", "a\na\na\n", {3}),
    ],
)
def test_added_lines(old: str, new: str, lines: set[int]) -> None:
    assert added_lines(old, new) == lines
