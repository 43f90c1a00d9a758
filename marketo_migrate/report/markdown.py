"""A scan as Markdown for an issue, a wiki, a comment of a pull request or the summary page of a CI job."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby

from marketo_migrate.model.finding import FileProblem, Finding, Kind, ScanResult, Step
from marketo_migrate.model.suppression import Suppression, SuppressionState
from marketo_migrate.report.closing import closing_lines
from marketo_migrate.report.markdown_text import block, cell, code, words
from marketo_migrate.report.order import idle, in_problem_order, open_findings
from marketo_migrate.report.plain_text import crop, expand_tabs
from marketo_migrate.report.suppression_words import describe
from marketo_migrate.report.wording import instead, method_and_path, title

COMMENT_LIMIT = 60_000
"""Bytes that fit an issue or a comment on GitHub (65,536 characters) with room for a sentence around them."""
SUMMARY_LIMIT = 1_000_000
"""Bytes that fit the summary of a step of GitHub Actions, which is dropped when it is over 1 MiB."""

_MOST_PLACES = 50
_MOST_STEPS = 10
_MOST_LINES = 12
_LONGEST_LINE = 200
_LONGEST_TEXT = 1_000
_RESERVE = 500


def render(result: ScanResult, *, limit: int = COMMENT_LIMIT) -> str:
    """The result in at most `limit` bytes of UTF-8 (at least 10,000): numbers first, then finding by finding.

    What does not fit is left out from the end, and counted.
    """
    findings = open_findings(result.findings)
    parts = [
        "# Marketo SOAP calls\n",
        *(f"\n{words(line)}\n" for line in closing_lines(result, problems="below")),
    ]
    parts += [_problems(result.problems, limit // 5), _tables(findings, limit // 5)]
    parts.append(_suppressions(result.suppressions, limit // 5))
    size = sum(map(_bytes, parts)) + _RESERVE
    shown = 0
    for path, group in groupby(findings, key=lambda finding: finding.location.path):
        heading = f"\n## {code(_short(path)) or '.'}\n"
        for finding in group:
            text = heading + _finding(finding)
            size += _bytes(text)
            if size > limit:
                return "".join(parts) + _cut(len(findings) - shown)
            parts.append(text)
            heading = ""
            shown += 1
    return "".join(parts)


def _cut(count: int) -> str:
    left = "1 finding is" if count == 1 else f"{count:,} findings are"
    return f"\n*{left} left out, for the page would grow too long; `--format json` gives all of them.*\n"


def _finding(finding: Finding) -> str:
    span = finding.location.span
    marks = [
        finding.confidence.value,
        *([f"fix: {finding.fix.value}"] if finding.fix.value != "none" else []),
    ]
    head = f"\n- **{span.line}:{span.column} {words(_short(title(finding)))}** ({', '.join(marks)})\n"
    parts = [head, f"\n  {words(_short(finding.message))}\n"]
    if finding.excerpt:
        shown = [f"{number} | {_source(line)}" for number, line in finding.excerpt[:_MOST_LINES]]
        more = len(finding.excerpt) - _MOST_LINES
        parts.append("\n" + block([*shown, *([f"… {more} more"] if more > 0 else [])], indent="  "))
    if advice := instead(finding):
        parts.append(f"\n  Instead: {words(_short(advice))}\n")
    snippet = finding.replacement.snippet if finding.replacement is not None else None
    if snippet:
        lines = [_source(line) for line in snippet.strip("\n").split("\n")]
        parts.append("\n" + block(lines, indent="  ", language="python"))
    parts.append(_evidence(finding))
    if finding.reason:
        parts.append(f"\n  Not automatic: {words(_short(finding.reason))}\n")
    return "".join(parts)


def _evidence(finding: Finding) -> str:
    if not finding.evidence:
        return ""
    steps = [f"  1. {_step(step)}\n" for step in finding.evidence[:_MOST_STEPS]]
    more = len(finding.evidence) - _MOST_STEPS
    return "".join(["\n  Why:\n\n", *steps, *([f"  1. … {more} more\n"] if more > 0 else [])])


def _step(step: Step) -> str:
    span = step.location.span
    return f"{code(f'{_short(step.location.path)}:{span.line}:{span.column}')} {words(_short(step.message))}"


def _problems(problems: Sequence[FileProblem], limit: int) -> str:
    if not problems:
        return ""
    rows = [(p.path, p.line, p.message) for p in in_problem_order(problems)]
    return "\n## Not analysed, or only in part\n\n" + _places(rows, limit)


def _suppressions(suppressions: Sequence[Suppression], limit: int) -> str:
    """All marks of acceptance, those without effect first."""
    if not suppressions:
        return ""
    used = (mark for mark in suppressions if mark.state is SuppressionState.USED)
    rows = [(mark.path, mark.line, describe(mark)) for mark in (*idle(suppressions), *used)]
    return "\n## Suppressions\n\n" + _places(rows, limit)


def _places(rows: Sequence[tuple[str, int | None, str]], limit: int) -> str:
    """A list of places with what there is to say, in at most `limit` bytes and a line."""
    parts: list[str] = []
    size = 0
    for path, line, message in rows[:_MOST_PLACES]:
        place = f"{_short(path)}:{line}" if line else _short(path)
        text = f"- {code(place)} {words(_short(message))}\n"
        size += _bytes(text)
        if size > limit:
            break
        parts.append(text)
    if len(parts) < len(rows):
        parts.append(f"- and {len(rows) - len(parts):,} more\n")
    return "".join(parts)


def _tables(findings: Sequence[Finding], limit: int) -> str:
    """Calls by SOAP method with what replaces them, then the kinds of the other findings."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.operation or ""].append(finding)
    others = groups.pop("", [])
    rows = [_method_row(operation, groups[operation]) for operation in sorted(groups)]
    kinds = [(kind.value, str(sum(f.kind is kind for f in others))) for kind in Kind]
    return _table(("SOAP method", "calls", "reached from", "other", "replacement"), rows, limit) + _table(
        ("other finding", "count"), [row for row in kinds if row[1] != "0"], limit
    )


def _method_row(operation: str, findings: Sequence[Finding]) -> tuple[str, ...]:
    calls = sum(finding.kind is Kind.CALL for finding in findings)
    wrapped = sum(finding.kind is Kind.WRAPPER_CALL for finding in findings)
    numbers = (calls, wrapped, len(findings) - calls - wrapped)
    return (code(_short(operation)), *(str(number or "-") for number in numbers), _replacement_cell(findings))


def _replacement_cell(findings: Sequence[Finding]) -> str:
    found = [f.replacement for f in findings if f.replacement is not None and f.replacement.operations]
    if not found:
        return "none" if any(finding.replacement is not None for finding in findings) else ""
    calls = list(dict.fromkeys(map(method_and_path, found[0].operations)))
    return code(_short(calls[0])) + (f" and {len(calls) - 1} more" if len(calls) > 1 else "")


def _table(header: Sequence[str], rows: Sequence[tuple[str, ...]], limit: int) -> str:
    if not rows:
        return ""
    lines = [f"\n| {' | '.join(header)} |\n", f"|{'|'.join(_align(name) for name in header)}|\n"]
    for number, row in enumerate(rows):
        lines.append(f"| {' | '.join(cell(text) for text in row)} |\n")
        if sum(map(_bytes, lines)) > limit:
            lines[-1] = f"\n*and {len(rows) - number:,} more rows*\n"
            break
    return "".join(lines)


def _align(name: str) -> str:
    return "---:" if name in ("calls", "reached from", "other", "count") else "---"


def _source(line: str) -> str:
    return crop(expand_tabs(line), around=0, limit=_LONGEST_LINE)[0]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
