"""The one order of findings in every format, and which of them count."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from marketo_migrate.model.grades import SuppressionState
from marketo_migrate.model.result import FileProblem

if TYPE_CHECKING:
    from marketo_migrate.model.finding import Finding
    from marketo_migrate.model.suppression import Suppression


def in_order(findings: "Iterable[Finding]") -> "list[Finding]":
    """Findings by path, place, rule and operation."""
    return sorted(findings, key=_key)


def open_findings(findings: "Iterable[Finding]") -> "list[Finding]":
    """The findings that nobody suppressed, in order."""
    return in_order(finding for finding in findings if not finding.suppressed)


def justifications(suppressions: "Iterable[Suppression]") -> "Mapping[str, Suppression]":
    """The suppression that hides each finding, by fingerprint; the first where there are several."""
    result: dict[str, Suppression] = {}
    for suppression in suppressions:
        if suppression.state is SuppressionState.USED:
            for fingerprint in suppression.fingerprints:
                result.setdefault(fingerprint, suppression)
    return result


def in_problem_order(problems: Iterable[FileProblem]) -> list[FileProblem]:
    """Problems by path, line and message, each once."""
    return sorted(set(problems), key=lambda problem: (problem.path, problem.line or 0, problem.message))


def idle(suppressions: "Iterable[Suppression]") -> "list[Suppression]":
    """The suppressions that hide nothing: unused, expired, or wrong."""
    return [item for item in suppressions if item.state is not SuppressionState.USED]


def _key(finding: "Finding") -> tuple[object, ...]:
    return (finding.location, finding.rule, finding.kind, finding.operation or "", finding.fingerprint)
