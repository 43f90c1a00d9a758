"""A scan as JSON in the published form `schema/scan-v1.json`: sorted, ASCII, with a final newline."""

from collections import Counter
from collections.abc import Iterable, Mapping

from marketo_migrate.model.finding import FileProblem, Finding, Replacement, ScanResult, Step
from marketo_migrate.model.location import Location
from marketo_migrate.model.suppression import Suppression
from marketo_migrate.report.json_text import Json, dump
from marketo_migrate.report.order import in_order, in_problem_order, open_findings

SCHEMA_VERSION = 1


def render(result: ScanResult, *, version: str) -> str:
    """The result as a JSON document; `version` is the program's version."""
    document: dict[str, Json] = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "marketo-migrate", "version": version},
        "summary": _summary(result),
        "findings": [_finding(finding) for finding in in_order(result.findings)],
        "problems": [_problem(problem) for problem in in_problem_order(result.problems)],
        "suppressions": [_suppression(suppression) for suppression in result.suppressions],
    }
    return dump(document)


def _summary(result: ScanResult) -> dict[str, Json]:
    counted = open_findings(result.findings)
    return {
        "findings": len(counted),
        "suppressed": len(result.findings) - len(counted),
        "problems": len(in_problem_order(result.problems)),
        "by_kind": _counts(finding.kind for finding in counted),
        "by_operation": _counts(finding.operation for finding in counted if finding.operation),
        "by_confidence": _counts(finding.confidence for finding in counted),
        "by_fix": _counts(finding.fix for finding in counted),
        "statistics": _sorted_numbers(result.statistics),
    }


def _finding(finding: Finding) -> dict[str, Json]:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "kind": finding.kind.value,
        "operation": finding.operation,
        "client": finding.client,
        **_place(finding.location),
        "confidence": finding.confidence.value,
        "fix": finding.fix.value,
        "reason": finding.reason,
        "message": finding.message,
        "replacement": None if finding.replacement is None else _replacement(finding.replacement),
        "evidence": [_step(step) for step in finding.evidence],
        "excerpt": [{"line": line, "text": text} for line, text in finding.excerpt],
        "fingerprint": finding.fingerprint,
        "suppressed": finding.suppressed,
        "in_loop": finding.in_loop,
        "limits": list(finding.limits),
        "owners": list(finding.owners),
        "diff": finding.diff,
    }


def _replacement(replacement: Replacement) -> dict[str, Json]:
    return {
        "summary": replacement.summary,
        "operations": [
            {
                "operation_id": operation.operation_id,
                "method": operation.method,
                "path": operation.path,
                "docs": operation.docs,
                "role": operation.role,
            }
            for operation in replacement.operations
        ],
        "snippet": replacement.snippet,
    }


def _step(step: Step) -> dict[str, Json]:
    return {"message": step.message, **_place(step.location)}


def _place(location: Location) -> dict[str, Json]:
    span = location.span
    return {
        "path": location.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _problem(problem: FileProblem) -> dict[str, Json]:
    return {"path": problem.path, "line": problem.line, "message": problem.message}


def _suppression(suppression: Suppression) -> dict[str, Json]:
    return {
        "path": suppression.path,
        "line": suppression.line,
        "source": suppression.source.value,
        "pattern": suppression.pattern,
        "rules": list(suppression.rules),
        "reason": suppression.reason,
        "until": suppression.until,
        "state": suppression.state.value,
        "problem": suppression.problem,
        "fingerprints": list(suppression.fingerprints),
    }


def _counts(values: Iterable[str]) -> dict[str, Json]:
    return _sorted_numbers(Counter(str(value) for value in values))


def _sorted_numbers(numbers: Mapping[str, int]) -> dict[str, Json]:
    return {name: numbers[name] for name in sorted(numbers)}
