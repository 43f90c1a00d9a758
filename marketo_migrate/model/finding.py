"""What a scan finds: findings with their evidence and replacement."""

from marketo_migrate.model.grades import Confidence, Kind, Tier
from marketo_migrate.model.location import Location
from marketo_migrate.model.record import record
from marketo_migrate.model.result import FileProblem, ScanResult

__all__ = [
    "Confidence",
    "FileProblem",
    "Finding",
    "Kind",
    "Replacement",
    "RestOperation",
    "ScanResult",
    "Step",
    "Tier",
]


@record
class Step:
    """One step of the evidence: what was seen, and where."""

    message: str
    location: Location


@record
class RestOperation:
    """A REST operation that takes part in a replacement, as Adobe's OpenAPI names it."""

    operation_id: str
    method: str
    path: str
    docs: str
    role: str


@record
class Replacement:
    """What to do instead: one sentence, the REST operations, and code in the user's own expressions."""

    summary: str
    operations: tuple[RestOperation, ...]
    snippet: str | None


@record
class Finding:
    """One thing to migrate.

    `rule` is a code such as `MKT101`, `name` the rule's name, `operation` the SOAP method or None,
    `client` the library (`suds`, `zeep`, `marketo`, `requests`, …) or None. `fix` is the tier an
    automatic rewrite would have, `reason` says why it is not safe. `related` holds the places a
    reader may want next (the callers of a wrapper, say). `excerpt` is the source of the lines the
    finding covers, line number to text, with secrets already masked. `in_loop` says that the call
    stands inside a loop, `limits` what REST allows per call in the place of this operation (in words),
    `owners` who owns the file by the repository's CODEOWNERS, `diff` the planned rewrite as a unified
    diff with secrets already masked, None where none is planned.
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
    diff: str | None = None
