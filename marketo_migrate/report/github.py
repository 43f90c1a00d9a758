"""A scan as annotations of GitHub Actions: workflow commands, no more than a step may show, then plain lines.

Source: GitHub's "Workflow commands for GitHub Actions" and the toolkit's `command.ts`; a step shows ten
errors, ten warnings and ten notices.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from marketo_migrate.model.finding import FileProblem, Finding, ScanResult
from marketo_migrate.model.severity import Severity, severity
from marketo_migrate.report.closing import closing_lines
from marketo_migrate.report.order import idle, in_problem_order, open_findings
from marketo_migrate.report.plain_text import disarm_lines, one_line
from marketo_migrate.report.suppression_words import describe
from marketo_migrate.report.wording import in_words, plural, problem_line, summary_line, title

MOST_OF_A_KIND = 10
"""Annotations of one kind that a step shows."""
MOST_LINES = 1_000
"""Findings beyond those, which are printed as plain lines."""

_RESERVED = 3
"""Warnings kept for files that were not analysed, however many findings there are."""
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(result: ScanResult) -> str:
    """The annotations, most severe first; a notice says how many findings have none."""
    findings = sorted(open_findings(result.findings), key=lambda finding: severity(finding).rank)
    problems = in_problem_order(result.problems)
    annotated, rest = _chosen(findings, len(problems))
    room = MOST_OF_A_KIND - sum(severity(finding) is Severity.WARNING for finding in annotated)
    lines = [_finding_command(finding) for finding in annotated]
    lines += [_problem_command(problem) for problem in problems[:room]]
    if rest or len(problems) > room:
        lines += [_cut_command(rest, len(problems) - room), *_plain(rest, problems[room:])]
    for mark in idle(result.suppressions):
        place = f"{mark.path}:{mark.line}" if mark.line else mark.path
        lines.append(_log_line(place, "suppression", describe(mark)))
    return "".join(f"{line}\n" for line in (*lines, *closing_lines(result)))


def _chosen(findings: Sequence[Finding], problems: int) -> tuple[list[Finding], list[Finding]]:
    """The findings that get an annotation, and the others."""
    room = {
        Severity.ERROR: MOST_OF_A_KIND,
        Severity.WARNING: MOST_OF_A_KIND - min(problems, _RESERVED),
        # The last notice says what was left out.
        Severity.NOTE: MOST_OF_A_KIND - 1,
    }
    annotated: list[Finding] = []
    rest: list[Finding] = []
    for finding in findings:
        level = severity(finding)
        room[level] -= 1
        (annotated if room[level] >= 0 else rest).append(finding)
    return annotated, rest


def _finding_command(finding: Finding) -> str:
    span = finding.location.span
    properties = [("file", finding.location.path), ("line", str(max(1, span.line)))]
    properties.append(("endLine", str(max(1, span.line, span.end_line))))
    if span.end_line == span.line and span.end_column > span.column:
        # The page shows the last column as part of the range.
        properties += [("col", str(max(1, span.column))), ("endColumn", str(span.end_column - 1))]
    properties.append(("title", title(finding)))
    return _command(_COMMANDS[severity(finding)], properties, summary_line(finding))


def _problem_command(problem: FileProblem) -> str:
    properties = [("file", problem.path)] if problem.path not in ("", ".") else []
    if problem.line is not None and problem.line > 0:
        properties.append(("line", str(problem.line)))
    properties.append(("title", "not analysed"))
    return _command("warning", properties, problem_line(problem))


def _cut_command(rest: Iterable[Finding], problems: int) -> str:
    by_level = Counter(severity(finding) for finding in rest)
    left = [plural(by_level[level], _COMMANDS[level]) for level in Severity if by_level[level]]
    if problems > 0:
        left.append(f"{plural(problems, 'file')} not analysed")
    message = (
        f"{in_words(left)} more without an annotation: a step shows {MOST_OF_A_KIND} of a kind. "
        "They are in the log."
    )
    return _command("notice", [("title", "marketo-migrate")], message)


def _plain(findings: Sequence[Finding], problems: Sequence[FileProblem]) -> list[str]:
    """The others as lines of the log, folded."""
    lines = ["::group::Without an annotation"]
    for finding in findings[:MOST_LINES]:
        span = finding.location.span
        lines.append(
            _log_line(f"{finding.location.path}:{span.line}:{span.column}", title(finding), finding.message)
        )
    for problem in problems[:MOST_LINES]:
        place = f"{problem.path}:{problem.line}" if problem.line else problem.path
        lines.append(_log_line(place, "not analysed", problem.message))
    more = max(0, len(findings) - MOST_LINES) + max(0, len(problems) - MOST_LINES)
    if more:
        lines.append(f"… and {more:,} more: scan with --format json or sarif gives all of them")
    return [*lines, "::endgroup::"]


def _log_line(place: str, name: str, message: str) -> str:
    return disarm_lines(one_line(f"{place}: {name}: {message}"))


def _command(name: str, properties: Iterable[tuple[str, str]], message: str) -> str:
    pairs = ",".join(f"{key}={_property(value)}" for key, value in properties)
    return f"::{name} {pairs}::{_data(message)}"


def _data(text: str) -> str:
    """A message as the runner reads it back; a stray percent sign would begin an escape."""
    return one_line(text).replace("%", "%25")


def _property(text: str) -> str:
    """A property's value: colons and commas end one, too."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
