"""A scan as GitLab's Code Quality report: a JSON array, an object for each finding and each problem.

Source: GitLab's documentation of the Code Quality report format (a subset of Code Climate's).
"""

import hashlib
from collections.abc import Iterator

from marketo_migrate.model.finding import Finding, Kind, ScanResult
from marketo_migrate.model.severity import Severity, severity
from marketo_migrate.report.json_text import Json, dump_value
from marketo_migrate.report.order import idle, in_problem_order, open_findings
from marketo_migrate.report.plain_text import one_line
from marketo_migrate.report.suppression_words import describe
from marketo_migrate.report.wording import problem_line, summary_line, title

_LEVELS = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "minor"}


def render(result: ScanResult) -> str:
    """The findings that nobody suppressed, what was not analysed, and idle suppressions.

    Fingerprints are unique.
    """
    taken: set[str] = set()
    objects = (dump_value(item) for item in _objects(result, taken))
    lines = ",\n".join(objects)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def _objects(result: ScanResult, taken: set[str]) -> Iterator[Json]:
    for finding in open_findings(result.findings):
        yield {
            "description": one_line(f"{title(finding)}: {summary_line(finding)}"),
            "check_name": finding.rule,
            "fingerprint": _unique(finding.fingerprint, taken),
            "severity": "blocker" if finding.kind is Kind.SECRET else _LEVELS[severity(finding)],
            "location": _location(finding),
        }
    for problem in in_problem_order(result.problems):
        line = max(1, problem.line or 1)
        yield {
            "description": one_line(problem_line(problem)),
            "check_name": "not-analysed",
            "fingerprint": _unique(_digest(problem.path, problem.message), taken),
            "severity": "major",
            "location": {"path": problem.path or ".", "lines": {"begin": line, "end": line}},
        }
    for mark in idle(result.suppressions):
        line = max(1, mark.line or 1)
        yield {
            "description": one_line(f"Suppression of {describe(mark)}"),
            "check_name": "suppression-without-effect",
            "fingerprint": _unique(_digest(mark.path, describe(mark)), taken),
            "severity": "info",
            "location": {"path": mark.path, "lines": {"begin": line, "end": line}},
        }


def _location(finding: Finding) -> Json:
    span = finding.location.span
    begin = max(1, span.line)
    return {"path": finding.location.path, "lines": {"begin": begin, "end": max(begin, span.end_line)}}


def _unique(fingerprint: str, taken: set[str]) -> str:
    """The fingerprint, numbered where another object has it: GitLab drops all but one of equal ones."""
    unique, number = fingerprint, 1
    while unique in taken:
        number += 1
        unique = f"{fingerprint}-{number}"
    taken.add(unique)
    return unique


def _digest(path: str, message: str) -> str:
    return hashlib.sha256(f"{path}\0{message}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
