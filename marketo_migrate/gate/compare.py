"""Tells new findings from known ones by fingerprint: no disk, no git, no order of its own."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import SequenceMatcher

from marketo_migrate.model.finding import Finding
from marketo_migrate.model.fingerprint import CODE_DIGITS, SYMBOL_DIGITS
from marketo_migrate.model.record import record

Lines = Mapping[str, Collection[int]]
_Key = Callable[["Known"], tuple[str, ...]]


@record(order=True)
class Known:
    """A finding that was there before: where it was, its rule, its fingerprint without a number."""

    path: str
    rule: str
    name: str
    fingerprint: str


@record
class Comparison:
    """Findings that are new, findings that are known, and what was known and is gone, sorted."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    gone: tuple[Known, ...]


def known_of(finding: Finding) -> Known:
    """The finding as one that was there before."""
    return Known(finding.location.path, finding.rule, finding.name, identity(finding.fingerprint))


def identity(fingerprint: str) -> str:
    """A fingerprint without the number that tells equal ones of one scan apart."""
    return fingerprint[: CODE_DIGITS + SYMBOL_DIGITS]


def compare(
    findings: Sequence[Finding],
    known: Sequence[Known],
    *,
    unchanged: Collection[str] = (),
    added: Lines | None = None,
) -> Comparison:
    """Match findings with those known before, each with one at most.

    First by the whole fingerprint in the same file, then in any file, then by the code alone, wherever
    the one known before has gone: moved code is not new. What is left in an `unchanged` file (by path)
    is known too: only its surroundings can have changed. Of several that compete, those on lines that
    were not `added` (by path) are taken as the ones that were there.
    """
    lines = added or {}
    ordered = sorted(findings, key=lambda f: (_is_on(f, lines), f.location, f.fingerprint))
    matching = _Matching(known)
    for key in (_in_place, _anywhere, _code):
        ordered = matching.take(ordered, key)
    new = [finding for finding in ordered if finding.location.path not in unchanged]
    fresh = {id(finding) for finding in new}
    return Comparison(
        tuple(finding for finding in findings if id(finding) in fresh),
        tuple(finding for finding in findings if id(finding) not in fresh),
        tuple(sorted(matching.left())),
    )


def added_lines(old: str, new: str) -> frozenset[int]:
    """The numbers of the lines of `new` that `old` does not have, counted from 1."""
    matcher = SequenceMatcher(None, _stripped(old), _stripped(new), autojunk=False)
    return frozenset(
        number + 1
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag in ("insert", "replace")
        for number in range(start, end)
    )


def ambiguous_paths(findings: Sequence[Finding], known: Sequence[Known]) -> frozenset[str]:
    """The files with more findings of one fingerprint than were known: which are new, lines must tell."""
    before = Counter((entry.path, entry.fingerprint) for entry in known)
    now = Counter((f.location.path, identity(f.fingerprint)) for f in findings)
    return frozenset(path for (path, print_), count in now.items() if 0 < before[path, print_] < count)


class _Matching:
    """The known findings that no finding has taken yet."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._left = Counter(known)

    def left(self) -> list[Known]:
        return list(self._left.elements())

    def take(self, findings: Sequence[Finding], key: _Key) -> list[Finding]:
        """Match what can be matched by a key; gives the findings that are left."""
        by_key: dict[tuple[str, ...], list[Known]] = defaultdict(list)
        for entry in sorted(self._left.elements(), reverse=True):
            by_key[key(entry)].append(entry)
        rest = []
        for finding in findings:
            candidates = by_key.get(key(known_of(finding)))
            if candidates:
                self._left[candidates.pop()] -= 1
            else:
                rest.append(finding)
        return rest


def _in_place(known: Known) -> tuple[str, ...]:
    return known.fingerprint, known.path


def _anywhere(known: Known) -> tuple[str, ...]:
    return (known.fingerprint,)


def _code(known: Known) -> tuple[str, ...]:
    return (known.fingerprint[:CODE_DIGITS],)


def _is_on(finding: Finding, lines: Lines) -> bool:
    return finding.location.span.line in lines.get(finding.location.path, ())


def _stripped(text: str) -> list[str]:
    return ["".join(line.split()) for line in text.splitlines()]
