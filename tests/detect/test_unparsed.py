"""The finding for a file that nobody can parse: where its first mark stands, and what tells it from others."""

from marketo_migrate.detect.masking import MASK
from marketo_migrate.detect.unparsed import unparsed_finding
from marketo_migrate.model.finding import FileProblem, Finding
from marketo_migrate.model.location import Span
from marketo_migrate.ruleset.load import load

RULES = load()


def found(text: str, path: str = "job.py") -> Finding | None:
    return unparsed_finding(FileProblem(path, 1, "not Python: line 1"), text.encode(), RULES)


def test_a_file_without_a_mark() -> None:
    assert found("class ] = marketo\n") is None


def test_the_first_mark_is_shown() -> None:
    finding = found("class ]\n  x = '/soap/mktows', key = 'abcdefghijklmnop1'  \ny = 'mktowsUserId'\n")
    assert finding is not None
    assert finding.location.span == Span(2, 3, 2, 48)
    assert finding.excerpt == ((2, f"  x = '/soap/mktows', key = '{MASK}'  "),)
    assert finding.reason == "not Python: line 1"


def test_the_fingerprint_is_of_the_line_without_blanks_wherever_it_stands() -> None:
    first, moved, other = (
        found("x='/soap/mktows'"),
        found("]\n\n x = '/soap/mktows'\n", "b.py"),
        found("y='/soap/mktows'"),
    )
    assert first is not None
    assert moved is not None
    assert other is not None
    assert first.fingerprint == moved.fingerprint
    assert first.fingerprint != other.fingerprint
