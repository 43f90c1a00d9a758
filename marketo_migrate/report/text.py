"""A scan for people: findings by file with the source underlined, why, what to do instead; a table."""

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from marketo_migrate.model.finding import (
    Confidence,
    FileProblem,
    Finding,
    Kind,
    Replacement,
    ScanResult,
    Step,
    Tier,
)
from marketo_migrate.model.suppression import Suppression, SuppressionState
from marketo_migrate.report.closing import closing_lines, statistics_lines
from marketo_migrate.report.order import in_problem_order, open_findings
from marketo_migrate.report.plain_text import (
    cell_width,
    crop,
    disarm_lines,
    expand_tabs,
    neutralise,
    one_line,
)
from marketo_migrate.report.suppression_words import describe
from marketo_migrate.report.wording import instead, operations

_LONGEST_LINE = 160
_MOST_LINES = 4
_WHY = {Tier.SAFE: "note", Tier.REVIEW: "for review", Tier.NONE: "not automatic"}
_CONFIDENCE_STYLE = {
    Confidence.CERTAIN: "bold red",
    Confidence.LIKELY: "yellow",
    Confidence.POSSIBLE: "cyan",
}


def render(result: ScanResult, *, width: int = 100, color: bool = False, statistics: bool = False) -> str:
    """The result as text `width` columns wide; source lines and paths are never broken to fit.

    With `color` the text holds terminal escapes of our own making; without, none at all.
    """
    out = io.StringIO()
    page = _Page(out, width, color=color)
    findings = open_findings(result.findings)
    for path, group in groupby(findings, key=lambda finding: finding.location.path):
        _print_file(page, path, tuple(group))
    _print_problems(page, in_problem_order(result.problems))
    _print_suppressions(page, result.suppressions)
    if findings:
        _print_tables(page, findings)
    for line in closing_lines(result):
        page.line(Text(line, style="bold" if findings else ""))
    if statistics:
        for line in statistics_lines(result):
            page.line(Text(line))
    # rich pads wrapped lines to the full width.
    text = "".join(line.rstrip() + "\n" for line in out.getvalue().split("\n")).rstrip("\n") + "\n"
    return disarm_lines(text)


class _Page:
    """Lines for a terminal or, which is much quicker, without any escapes."""

    def __init__(self, out: io.StringIO, width: int, *, color: bool) -> None:
        self.width = width
        self._out = out
        self._color = color
        self._console = Console(
            file=out,
            width=width,
            force_terminal=color,
            color_system="standard" if color else None,
            no_color=not color,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def line(self, text: Text) -> None:
        """Write one line, however long it is."""
        if self._color:
            self._console.print(text, soft_wrap=True)
        else:
            self._out.write(text.plain + "\n")

    def wrapped(self, text: Text, width: int) -> Iterable[Text]:
        """A text in lines of at most `width` columns where its words allow it."""
        return text.wrap(self._console, width)


def _print_file(page: _Page, path: str, findings: Sequence[Finding]) -> None:
    page.line(Text(neutralise(path), style="bold underline"))
    for finding in findings:
        _print_finding(page, finding)
        page.line(Text())


def _print_finding(page: _Page, finding: Finding) -> None:
    span = finding.location.span
    head = Text("  ")
    head.append(f"{span.line}:{span.column}", style="cyan")
    head.append(f"  {one_line(finding.rule)} ", style="bold")
    head.append(f"{one_line(finding.name)}  ")
    head.append(finding.confidence.value, style=_CONFIDENCE_STYLE[finding.confidence])
    if finding.fix.value != "none":
        head.append(f"  fix: {finding.fix.value}", style="green")
    page.line(head)
    _print_wrapped(page, Text(one_line(finding.message)), 4)
    _print_excerpt(page, finding)
    for step in finding.evidence:
        _print_wrapped(page, _step_text(step, finding.location.path), 6, hanging=2)
    if finding.replacement is not None:
        _print_replacement(page, finding, finding.replacement)
    if finding.reason:
        _print_wrapped(
            page, Text(f"{_WHY[finding.fix]}: {one_line(finding.reason)}", style="dim"), 4, hanging=2
        )


def _print_excerpt(page: _Page, finding: Finding) -> None:
    span = finding.location.span
    gutter = len(str(finding.excerpt[-1][0])) if finding.excerpt else 0
    for number, source in finding.excerpt[:_MOST_LINES]:
        start = span.column - 1 if number == span.line else len(source) - len(source.lstrip())
        end = span.end_column - 1 if number == span.end_line else len(source.rstrip())
        line, mark = _underlined(source, start, end)
        page.line(Text.assemble(f"    {number:>{gutter}} ", ("| ", "dim"), line))
        if mark.strip():
            page.line(Text.assemble(f"    {'':>{gutter}} ", ("| ", "dim"), (mark, "bold red")))
    if len(finding.excerpt) > _MOST_LINES:
        more = len(finding.excerpt) - _MOST_LINES
        lines = "line" if more == 1 else "lines"
        page.line(Text(f"    {'':>{gutter}} | … {more} more {lines}", style="dim"))


def _underlined(source: str, start: int, end: int) -> tuple[str, str]:
    """A source line fit to print, and the marks below its characters from `start` to `end` (0-based)."""
    cropped, shifted = crop(source, around=min(start, len(source)), limit=_LONGEST_LINE)
    length = max(1, min(end - start, len(cropped) - shifted))
    before = neutralise(expand_tabs(cropped[:shifted]))
    marked = neutralise(expand_tabs(cropped[shifted : shifted + length]))
    after = neutralise(expand_tabs(cropped[shifted + length :]))
    return before + marked + after, " " * cell_width(before) + "^" * max(1, cell_width(marked))


def _step_text(step: Step, current: str) -> Text:
    span = step.location.span
    place = "" if step.location.path == current else f"{one_line(step.location.path)}:"
    text = Text("- ")
    text.append(f"{place}{span.line}:{span.column}", style="cyan")
    text.append(f" {one_line(step.message)}")
    return text


def _print_replacement(page: _Page, finding: Finding, replacement: Replacement) -> None:
    sentence = one_line(instead(finding))
    _print_wrapped(page, Text.assemble(("instead: ", "green"), sentence), 4, hanging=2)
    if replacement.snippet:
        for line in replacement.snippet.strip("\n").split("\n"):
            page.line(Text(f"        {one_line(expand_tabs(line))}", style="green"))


def _print_wrapped(page: _Page, text: Text, indent: int, *, hanging: int = 0) -> None:
    for number, line in enumerate(page.wrapped(text, max(30, page.width - indent - hanging))):
        page.line(Text(" " * (indent + (hanging if number else 0))).append_text(line))


def _print_problems(page: _Page, problems: Sequence[FileProblem]) -> None:
    if not problems:
        return
    page.line(Text("Not analysed, or only in part", style="bold underline"))
    for problem in problems:
        place = f"{neutralise(problem.path)}:{problem.line}" if problem.line else neutralise(problem.path)
        page.line(Text.assemble("  ", (place, "yellow"), f"  {one_line(problem.message)}"))
    page.line(Text())


def _print_suppressions(page: _Page, suppressions: Sequence[Suppression]) -> None:
    if not suppressions:
        return
    page.line(Text("Suppressions", style="bold underline"))
    for suppression in suppressions:
        used = suppression.state is SuppressionState.USED
        place = suppression.path if suppression.line is None else f"{suppression.path}:{suppression.line}"
        page.line(
            Text.assemble(
                "  ",
                (neutralise(place), "cyan" if used else "yellow"),
                f"  {neutralise(describe(suppression))}",
            ),
        )
    page.line(Text())


def _print_tables(page: _Page, findings: Sequence[Finding]) -> None:
    """One row per SOAP method, then one per kind of finding that has no single method."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.operation or ""].append(finding)
    without = groups.pop("", [])
    methods: list[tuple[str, ...]] = []
    for operation in sorted(groups):
        group = groups[operation]
        calls = _count(group, Kind.CALL)
        wrapped = _count(group, Kind.WRAPPER_CALL)
        numbers = (calls, wrapped, len(group) - calls - wrapped)
        cells = (str(number or "-") for number in numbers)
        methods.append((neutralise(operation), *cells, _replacement_cell(group)))
    kinds = [(kind.value, str(count)) for kind in Kind if (count := _count(without, kind))]
    _print_table(page, ("SOAP method", "calls", "reached from", "other", "replacement"), methods)
    _print_table(page, ("other finding", "count"), kinds)


def _print_table(page: _Page, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """A row stays on one line however long it is: names at the left, numbers at the right, a text last."""
    if not rows:
        return
    widths = [max(map(cell_width, column)) for column in zip(header, *rows, strict=True)]
    for number, row in enumerate((header, *rows)):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:4], widths[1:4], strict=True)]
        page.line(Text("  ".join((*cells, *row[4:])), style="" if number else "bold"))
    page.line(Text())


def _replacement_cell(findings: Sequence[Finding]) -> str:
    for finding in findings:
        if finding.replacement is not None and finding.replacement.operations:
            return neutralise(operations(finding.replacement, most=1))
    told = any(f.replacement is not None and f.kind in (Kind.CALL, Kind.WRAPPER_CALL) for f in findings)
    return "none" if told else ""


def _count(findings: Sequence[Finding], kind: Kind) -> int:
    return sum(finding.kind is kind for finding in findings)
