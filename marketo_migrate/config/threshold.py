"""Which findings make a command fail."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from marketo_migrate.model.grades import Confidence, Severity

if TYPE_CHECKING:
    from marketo_migrate.model.finding import Finding


def any_over(findings: "Iterable[Finding]", threshold: Confidence | Severity | None) -> bool:
    """Whether a finding that nobody suppressed is at least as sure, or as severe, as the threshold."""
    counted = [finding for finding in findings if not finding.suppressed]
    match threshold:
        case None:
            return False
        case Confidence():
            return any(finding.confidence.rank >= threshold.rank for finding in counted)
        case Severity():
            from marketo_migrate.model.severity import severity  # noqa: PLC0415 - not for a clean scan

            return any(severity(finding).rank <= threshold.rank for finding in counted)
