"""What a scan gives: findings with their evidence and replacement, and files that could not be judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marketo_migrate.model.location import Location
from marketo_migrate.model.suppression import Suppression


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


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the evidence: what was seen, and where."""

    message: str
    location: Location


@dataclass(frozen=True, slots=True)
class RestOperation:
    """A REST operation that takes part in a replacement, as Adobe's OpenAPI names it."""

    operation_id: str
    method: str
    path: str
    docs: str
    role: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """What to do instead: one sentence, the REST operations, and code in the user's own expressions."""

    summary: str
    operations: tuple[RestOperation, ...]
    snippet: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to migrate.

    `rule` is a code such as `MKT101`, `name` the rule's name, `operation` the SOAP method or None,
    `client` the library (`suds`, `zeep`, `marketo`, `requests`, …) or None. `fix` is the tier an
    automatic rewrite would have, `reason` says why it is not safe. `related` holds the places a
    reader may want next (the callers of a wrapper, say). `excerpt` is the source of the lines the
    finding covers, line number to text, with secrets already masked. `in_loop` says that the call
    stands inside a loop, `limits` what REST allows per call in the place of this operation (in words),
    `owners` who owns the file by the repository's CODEOWNERS.
    """

    rule: str
    name: str
    kind: Kind
    operation: str | None
    client: str | None
    location: Location
    confidence: Confidence
    fix: Tier
    reason: str | None
    message: str
    replacement: Replacement | None
    evidence: tuple[Step, ...]
    fingerprint: str
    suppressed: bool = False
    excerpt: tuple[tuple[int, str], ...] = ()
    in_loop: bool = False
    limits: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class FileProblem:
    """A file that was not analysed, or only in part: `line` is where it failed, when that is known."""

    path: str
    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class ScanResult:
    """All findings and problems of a scan, sorted, with counts (`files`, `candidates`, `unresolved`, …).

    `suppressions` are all marks of acceptance that were met, with what became of each.
    """

    findings: tuple[Finding, ...]
    problems: tuple[FileProblem, ...]
    statistics: Mapping[str, int]
    suppressions: tuple[Suppression, ...] = ()
