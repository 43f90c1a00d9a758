"""Sentences that several formats share: what to do instead, and findings and problems on one line."""

from collections.abc import Sequence

from marketo_migrate.model.finding import Confidence, FileProblem, Finding, Replacement, RestOperation

MOST_OPERATIONS = 3
"""REST operations that are named before the rest is only counted."""


def method_and_path(operation: RestOperation) -> str:
    """The operation as `GET /rest/v1/leads.json`."""
    return f"{operation.method} {operation.path}"


def operations(replacement: Replacement, *, most: int) -> str:
    """The replacement's operations by method and path, the first `most` of them and how many more."""
    calls = list(dict.fromkeys(map(method_and_path, replacement.operations)))
    more = [f"{len(calls) - most} more"] if len(calls) > most else []
    return ", ".join([*calls[:most], *more])


def instead(finding: Finding) -> str:
    """What to do instead, empty where nothing is known; what the message says already is not repeated."""
    replacement = finding.replacement
    if replacement is None:
        return ""
    calls = operations(replacement, most=MOST_OPERATIONS)
    if replacement.summary in finding.message:
        return calls or "see the message"
    if not calls or all(method_and_path(item) in replacement.summary for item in replacement.operations):
        return replacement.summary
    return f"{replacement.summary} ({calls})"


def summary_line(finding: Finding) -> str:
    """A finding in one paragraph: message, how sure where that is not certain, what to do instead."""
    parts = [_sentence(finding.message)]
    if finding.confidence is not Confidence.CERTAIN:
        parts.append(f"Confidence: {finding.confidence.value}.")
    advice = instead(finding)
    if advice and advice != "see the message":
        parts.append(f"Instead: {_sentence(advice)}")
    return " ".join(parts)


def title(finding: Finding) -> str:
    """The rule by code and name."""
    return f"{finding.rule} {finding.name}"


def problem_line(problem: FileProblem) -> str:
    """Why a file was not analysed, as a sentence."""
    return f"Not analysed, or only in part: {_sentence(problem.message)}"


def plural(count: int, noun: str) -> str:
    """The number with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def in_words(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def _sentence(text: str) -> str:
    stripped = text.strip()
    return stripped if stripped.endswith((".", "!", "?")) else f"{stripped}."
