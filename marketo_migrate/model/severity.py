"""How much a finding weighs, for formats and tools that know three levels."""

from marketo_migrate.model.finding import Finding
from marketo_migrate.model.grades import Confidence, Kind, Severity

__all__ = ["Severity", "severity"]

_FOLLOWING = frozenset({Kind.WRAPPER_CALL, Kind.REQUEST_OBJECT, Kind.IMPORT})
"""What goes away with the SOAP call that it belongs to."""


def severity(finding: Finding) -> Severity:
    """The severity of a finding by its confidence; what only follows from another finding weighs less.

    | kind | certain | likely | possible |
    |---|---|---|---|
    | wrapper-call, request-object, import | warning | note | note |
    | every other | error | warning | note |
    """
    following = finding.kind in _FOLLOWING
    match finding.confidence:
        case Confidence.CERTAIN:
            return Severity.WARNING if following else Severity.ERROR
        case Confidence.LIKELY:
            return Severity.NOTE if following else Severity.WARNING
        case Confidence.POSSIBLE:
            return Severity.NOTE
