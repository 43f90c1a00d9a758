"""The last lines of a text report. Apart from `report.text`, so that a clean scan needs no rich."""

from collections import Counter

from marketo_migrate.model.grades import Confidence, SuppressionState
from marketo_migrate.model.result import ScanResult
from marketo_migrate.report.order import open_findings

_IDLE = {
    SuppressionState.UNUSED: "with nothing to suppress: to be removed",
    SuppressionState.EXPIRED: "past the date: no longer counts",
    SuppressionState.INVALID: "not valid: suppresses nothing",
}


def closing_lines(result: ScanResult, *, problems: str = "above") -> tuple[str, ...]:
    """How much was found in how many files, and what is not shown; `problems` is where the problems stand."""
    counted = open_findings(result.findings)
    numbers = result.statistics
    scanned = f"{_plural(numbers['files'], 'file')} scanned" if "files" in numbers else ""
    fresh = "new " if "known" in numbers else ""
    if counted:
        by_confidence = Counter(finding.confidence for finding in counted)
        parts = ", ".join(f"{by_confidence[level]} {level}" for level in Confidence if by_confidence[level])
        files = len({finding.location.path for finding in counted})
        line = f"{_plural(len(counted), f'{fresh}finding')} ({parts}) in {_plural(files, 'file')}"
    else:
        line = f"No {fresh}use of Marketo's SOAP API found"
    if numbers.get("known"):
        line += f"; {numbers['known']} known"
    lines = [f"{line}; {scanned}." if scanned else f"{line}."]
    suppressed = len(result.findings) - len(counted)
    if suppressed:
        lines.append(f"{_plural(suppressed, 'finding')} suppressed.")
    idle = Counter(suppression.state for suppression in result.suppressions)
    for state, words in _IDLE.items():
        if idle[state]:
            lines.append(f"{_plural(idle[state], 'suppression')} {words}.")
    if hidden := numbers.get("hidden", 0):
        lines.append(
            f"{_plural(hidden, 'less sure finding')} not shown: see them with --confidence possible."
        )
    if result.problems:
        count = _plural(len(result.problems), "file")
        lines.append(f"{count} not analysed, or only in part: see {problems}.")
    return tuple(lines)


def statistics_lines(result: ScanResult) -> tuple[str, ...]:
    """The numbers of the run, one a line, in the order of their names."""
    width = max((len(name) for name in result.statistics), default=0)
    return tuple(
        f"  {name.replace('_', ' '):<{width}}  {result.statistics[name]}"
        for name in sorted(result.statistics)
    )


def render_nothing(result: ScanResult, *, statistics: bool = False) -> str:
    """The text report of a result without open findings and problems."""
    lines = closing_lines(result) + (statistics_lines(result) if statistics else ())
    return "".join(f"{line}\n" for line in lines)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
