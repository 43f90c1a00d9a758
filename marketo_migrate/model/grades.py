"""The words of the JSON contract for findings and marks of acceptance: kinds, confidences, tiers, states."""

from enum import StrEnum


class Kind(StrEnum):
    """What a finding is about; the JSON contract lists exactly these values."""

    CALL = "call"
    WRAPPER_CALL = "wrapper-call"
    CLIENT = "client"
    REQUEST_OBJECT = "request-object"
    AUTH = "auth"
    XML = "xml"
    ENDPOINT = "endpoint"
    IMPORT = "import"
    DEPENDENCY = "dependency"
    SECRET = "secret"  # noqa: S105 - the name of a kind, not a secret
    UNPARSED = "unparsed"


class Confidence(StrEnum):
    """How sure a finding is; `rank` orders them."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"

    @property
    def rank(self) -> int:
        """3 for certain, 2 for likely, 1 for possible."""
        return {"certain": 3, "likely": 2, "possible": 1}[self.value]


class Tier(StrEnum):
    """What a rewrite promises: `safe` the same behaviour, `review` stated differences, `none` advice only."""

    SAFE = "safe"
    REVIEW = "review"
    NONE = "none"


class SuppressionSource(StrEnum):
    """Where a suppression is written: on a line, for a whole file, as `noqa`, or in the settings."""

    LINE = "line"
    FILE = "file"
    NOQA = "noqa"
    SETTINGS = "settings"


class SuppressionState(StrEnum):
    """Whether a suppression does anything: it hides findings, hides none, is past its date, or is wrong."""

    USED = "used"
    UNUSED = "unused"
    EXPIRED = "expired"
    INVALID = "invalid"


class Severity(StrEnum):
    """Error: broken today. Warning: likely broken, or goes with something broken. Note: a weak sign."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the most severe, 2 for the least: the order of reading."""
        return {"error": 0, "warning": 1, "note": 2}[self.value]
