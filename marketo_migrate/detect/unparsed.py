"""A finding for a file that could not be parsed but bears Marketo's marks."""

from marketo_migrate.detect.masking import mask
from marketo_migrate.detect.source import digest, fingerprint
from marketo_migrate.model.finding import Confidence, FileProblem, Finding, Kind, Replacement, Tier
from marketo_migrate.model.location import Location, Span
from marketo_migrate.model.marks import is_strong
from marketo_migrate.model.rules import Ruleset


def unparsed_finding(problem: FileProblem, data: bytes, rules: Ruleset) -> Finding | None:
    """The finding for an unparsed file at its first mark, None when it has no mark of Marketo's alone."""
    lines = data.decode("utf-8", "replace").splitlines()
    index = next((number for number, line in enumerate(lines) if is_strong(line)), None)
    if index is None:
        return None
    rule = next(rule for rule in rules.integration if rule.kind is Kind.UNPARSED)
    line = lines[index]
    # A key that is cut in two would not be known for one: more is masked than is shown.
    shown = mask(line[:2000], frozenset())
    column = len(line) - len(line.lstrip()) + 1
    return Finding(
        rule=rule.code,
        name=rule.name,
        kind=Kind.UNPARSED,
        operation=None,
        client=None,
        location=Location(problem.path, Span(index + 1, column, index + 1, len(line.rstrip()) + 1)),
        confidence=Confidence.CERTAIN,
        fix=Tier.NONE,
        reason=problem.message,
        message=rule.message.replace("${problem}", problem.message),
        replacement=Replacement(rule.advice, (), None),
        evidence=(),
        fingerprint=fingerprint(digest(rule.code, "".join(shown.split())), digest("")),
        excerpt=((index + 1, shown[:400]),),
    )
