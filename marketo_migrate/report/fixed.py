"""What a run of `fix` did or would do, and what stays, as text for people.

Public: `render_fixed(units, terms, left, ...) -> str`. Paths and places stand at the beginning of
lines, so that terminals and editors make links of them.
"""

import textwrap
from collections.abc import Iterator, Sequence

from marketo_migrate.model.finding import Finding, ScanResult, Tier
from marketo_migrate.model.record import record
from marketo_migrate.model.rules import Term
from marketo_migrate.report.hunks import Mask, neutralise_line
from marketo_migrate.report.order import in_order, open_findings
from marketo_migrate.report.wording import plural


@record
class MovedUnit:
    """A unit that moved, or would: title, files, notes, how many SOAP calls."""

    title: str
    paths: tuple[str, ...]
    notes: tuple[str, ...]
    calls: int


def render_fixed(
    units: Sequence[MovedUnit],
    terms: Sequence[Term],
    left: ScanResult,
    *,
    written: bool,
    mask: Mask,
    width: int,
) -> str:
    """The units, what is taken for granted, what stays and why, and the sums."""
    lines = [
        *_units(units, written=written),
        *_terms(terms),
        *_left(left),
        *_problems(left),
        _sums(units, left, written=written),
    ]
    return "".join(f"{line}\n" for text in lines for line in _wrapped(neutralise_line(mask(text)), width))


def _units(units: Sequence[MovedUnit], *, written: bool) -> Iterator[str]:
    if not units:
        return
    yield "Moved to REST:" if written else "Would move to REST:"
    for unit in units:
        yield f"  {unit.title}"
        yield f"    in {', '.join(unit.paths)}"
        for note in unit.notes:
            yield f"    note: {note}"
    yield ""


def _terms(terms: Sequence[Term]) -> Iterator[str]:
    if not terms:
        return
    yield "Taken for granted, because no code shows it:"
    for term in terms:
        yield f"  {term.id}: {term.meaning}"
    yield ""


def _left(left: ScanResult) -> Iterator[str]:
    findings = open_findings(left.findings)
    if not findings:
        return
    yield "Left as it is:"
    for finding in in_order(findings):
        span = finding.location.span
        place = f"{finding.location.path}:{span.line}:{span.column}"
        yield f"{place} {finding.rule} {finding.operation or finding.name}"
        yield f"    {_why(finding)}"
    yield ""


def _why(finding: Finding) -> str:
    if finding.fix is Tier.REVIEW:
        return f"for review (--unsafe): {finding.reason or finding.message}"
    return finding.reason or finding.message


def _problems(left: ScanResult) -> Iterator[str]:
    for problem in left.problems:
        place = f"{problem.path}:{problem.line}" if problem.line else problem.path
        yield f"{place}: not read as a whole: {problem.message}"


def _sums(units: Sequence[MovedUnit], left: ScanResult, *, written: bool) -> str:
    calls = sum(unit.calls for unit in units)
    files = len({path for unit in units for path in unit.paths})
    count = len(open_findings(left.findings))
    if not units and not count:
        return "No use of Marketo's SOAP API found."
    verb = "moved" if written else "would move"
    moved = f"{plural(calls, 'call')} {verb} in {plural(files, 'file')}" if units else "Nothing to rewrite"
    stays = f"{plural(count, 'finding')} left" if count else "no finding left"
    return f"{moved}; {stays}."


def _wrapped(line: str, width: int) -> list[str]:
    if not line.startswith(" "):
        return [line]
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(
        line,
        width,
        initial_indent="",
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
