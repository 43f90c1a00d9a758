"""How a finding is dealt with, and how long that may take: planning figures with their basis in words."""

from enum import StrEnum

from marketo_migrate.model.finding import Finding, Kind, Tier
from marketo_migrate.model.record import record


class Way(StrEnum):
    """How a finding goes away, the least work first."""

    SAFE = "safe"
    REVIEW = "review"
    HAND = "hand"
    ALONG = "along"


WAY_WORDS = {
    Way.SAFE: "automatic",
    Way.REVIEW: "review",
    Way.HAND: "by hand",
    Way.ALONG: "with its call",
}


@record
class Minutes:
    """An estimate of working time, from `low` to `high` minutes."""

    low: int
    high: int

    def __add__(self, other: "Minutes") -> "Minutes":
        return Minutes(self.low + other.low, self.high + other.high)


@record
class Estimate:
    """What is estimated for each finding of a sort, and what the time goes into."""

    subject: str
    minutes: Minutes
    basis: str


_SAFE = Estimate(
    "call, rewritten (safe)", Minutes(5, 15), "run `marketo-migrate fix`, read the change, run the tests"
)
_REVIEW = Estimate(
    "call, rewritten for review",
    Minutes(20, 60),
    "apply the proposal, check the stated difference against the code around it, test",
)
_CALL = Estimate(
    "call, by hand",
    Minutes(60, 240),
    "write the REST call from the advice, adapt what reads the answer, test",
)
_OTHERS = {
    Kind.CLIENT: Estimate(
        "client", Minutes(30, 90), "build the REST client, ask for a client id and secret, store them"
    ),
    Kind.WRAPPER_CALL: Estimate(
        "call of an own wrapper", Minutes(5, 15), "check that the caller gets what it reads"
    ),
    Kind.REQUEST_OBJECT: Estimate("request object", Minutes(2, 5), "goes with the call that it serves"),
    Kind.AUTH: Estimate("signature or header", Minutes(2, 10), "goes with the calls that it serves"),
    Kind.XML: Estimate("envelope or WSDL", Minutes(10, 30), "delete when no call uses it"),
    Kind.ENDPOINT: Estimate("address", Minutes(5, 15), "change the setting in every environment"),
    Kind.IMPORT: Estimate("import of a retired package", Minutes(2, 5), "goes with the last call"),
    Kind.DEPENDENCY: Estimate("retired dependency", Minutes(5, 15), "remove it and lock again"),
    Kind.SECRET: Estimate(
        "key in the code", Minutes(15, 60), "revoke it, and take it out of the code and its history"
    ),
    Kind.UNPARSED: Estimate("file that cannot be read", Minutes(15, 60), "a person reads it"),
}
IN_LOOP = Estimate(
    "a call in a loop, in addition", Minutes(15, 60), "collect the records and send up to 300 in one call"
)
ESTIMATES = (_SAFE, _REVIEW, _CALL, *_OTHERS.values(), IN_LOOP)
_BY_HAND = frozenset({Kind.CALL, Kind.CLIENT, Kind.SECRET, Kind.UNPARSED})


def way_of(finding: Finding) -> Way:
    """How the finding goes away: rewritten, by hand, or along with the call that it serves."""
    match finding.fix:
        case Tier.SAFE:
            return Way.SAFE
        case Tier.REVIEW:
            return Way.REVIEW
        case Tier.NONE:
            return Way.HAND if finding.kind in _BY_HAND else Way.ALONG


def effort_of(finding: Finding) -> Minutes:
    """What a finding may take."""
    minutes = _estimate(finding).minutes
    return minutes + IN_LOOP.minutes if finding.in_loop and finding.kind is Kind.CALL else minutes


def _estimate(finding: Finding) -> Estimate:
    match finding.fix:
        case Tier.SAFE:
            return _SAFE
        case Tier.REVIEW:
            return _REVIEW
        case Tier.NONE:
            return _OTHERS.get(finding.kind, _CALL)


def in_words(minutes: Minutes) -> str:
    """The range as people say it: `5-15 min`, `2-6 h`, `12-30 days` (of 8 hours), rounded up."""
    if minutes.high <= 90:
        return _range(minutes.low, minutes.high, "min")
    if minutes.high <= 40 * 60:
        return _range(_up(minutes.low, 60), _up(minutes.high, 60), "h")
    return _range(_up(minutes.low, 480), _up(minutes.high, 480), "days")


def _range(low: int, high: int, unit: str) -> str:
    return f"{low:,} {unit}" if low == high else f"{low:,}-{high:,} {unit}"


def _up(value: int, unit: int) -> int:
    return -(-value // unit)
