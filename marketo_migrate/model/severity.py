"""How much a finding weighs, for formats and tools that know three levels."""

from enum import StrEnum

from marketo_migrate.model.finding import Confidence, Finding, Kind

_FOLLOWING = frozenset({Kind.WRAPPER_CALL, Kind.REQUEST_OBJECT, Kind.IMPORT})
"""What goes away with the SOAP call that it belongs to."""


class Severity(StrEnum):
    """Error: broken today. Warning: likely broken, or goes with something broken. Note: a weak sign."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the most severe, 2 for the least: the order of reading."""
        return {"error": 0, "warning": 1, "note": 2}[self.value]


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
