"""The one order of findings in every format, and which of them count."""

from collections.abc import Iterable

from marketo_migrate.model.finding import Finding


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by path, place, rule and operation."""
    return sorted(findings, key=_key)


def open_findings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that nobody suppressed, in order."""
    return in_order(finding for finding in findings if not finding.suppressed)


def _key(finding: Finding) -> tuple[object, ...]:
    return (finding.location, finding.rule, finding.kind, finding.operation or "", finding.fingerprint)
