"""Text values: joining known and unknown parts, and the Marketo marks that a text can bear."""

from collections.abc import Iterable

from marketo_migrate.model.marks import ACTION, ELEMENT, ENDPOINT, NAMESPACE
from marketo_migrate.resolve.values import String

MAX_PARTS = 60
MAX_LENGTH = 100_000


def join(parts: Iterable[String]) -> String:
    """One text after the other."""
    known: list[str | None] = []
    origins: dict[tuple[str, int, int], None] = {}
    hints: frozenset[str] = frozenset()
    length = 0
    for part in parts:
        origins.update(dict.fromkeys(part.origins))
        hints |= part.hints
        for piece in part.parts:
            if piece is None:
                if not known or known[-1] is not None:
                    known.append(None)
            elif piece:
                length += len(piece)
                kept = piece if length <= MAX_LENGTH else " ".join(marks(piece)) or None
                if known and known[-1] is not None and kept is not None:
                    known[-1] += kept
                else:
                    known.append(kept)
    if len(known) > MAX_PARTS:
        return collapse([String(tuple(known), tuple(origins), hints)])
    return String(tuple(known), tuple(origins)[:6], hints)


def collapse(texts: Iterable[String]) -> String:
    """One vague text that keeps only the marks of several."""
    found: set[str] = set()
    origins: set[tuple[str, int, int]] = set()
    hints: set[str] = set()
    for text in texts:
        found.update(marks(text.text))
        origins.update(text.origins)
        hints.update(text.hints)
    parts: list[str | None] = [None]
    for mark in sorted(found):
        parts.extend((mark, None))
    return String(tuple(parts), tuple(sorted(origins)[:6]), frozenset(hints))


def marks(text: str) -> tuple[str, ...]:
    """The pieces of a text that point to Marketo's SOAP API."""
    found = [match.group() for pattern in (ENDPOINT, NAMESPACE, ACTION) for match in pattern.finditer(text)]
    found.extend(f"<params{match[1]}>" for match in ELEMENT.finditer(text))
    found.extend(word for word in ("mktowsUserId", "requestSignature") if word in text)
    return tuple(dict.fromkeys(found))


def is_marked(text: str) -> bool:
    """Whether a text bears any mark."""
    if "mktows" in text or "mktoapi" in text or "MKTOWS" in text:
        return True
    return "params" in text and ELEMENT.search(text) is not None
