"""Byte search that tells files worth parsing from the rest: needles in, a yes or no per file out.

Every file of a repository passes here, so what counts is the number of passes over the bytes. One
`in` with a literal runs at memory speed; an alternation of names tries each at each byte and is
about thirty times as slow; a test per needle costs a pass per needle. So needles that share a
substring are looked for by that substring (an anchor) first, and one by one only where it is found.
"""

from collections.abc import Sequence

_SHORTEST_ANCHOR = 4
_LONGEST_ANCHOR = 16


class Prefilter:
    """Tells whether bytes hold one of the needles: plain, case-sensitive substrings."""

    def __init__(self, needles: Sequence[str]) -> None:
        """Take the needles; an empty one raises `ValueError`, no needle at all matches nothing."""
        if any(not needle for needle in needles):
            raise ValueError("a needle must not be empty")
        self._groups = tuple(
            (anchor.encode(), tuple(needle.encode() for needle in group))
            for anchor, group in _group_by_anchor(_without_longer(needles))
        )

    def matches(self, data: bytes) -> bool:
        """Whether any needle occurs in `data`."""
        for anchor, needles in self._groups:
            if anchor in data:
                for needle in needles:
                    if needle in data:
                        return True
        return False

    @property
    def anchors(self) -> tuple[str, ...]:
        """The substrings searched for in every file, one pass each."""
        return tuple(anchor.decode() for anchor, _ in self._groups)


def _without_longer(needles: Sequence[str]) -> tuple[str, ...]:
    """The needles that contain no other needle: finding the shorter one decides already."""
    kept: list[str] = []
    for needle in sorted(set(needles), key=lambda text: (len(text), text)):
        if not any(shorter in needle for shorter in kept):
            kept.append(needle)
    return tuple(kept)


def _group_by_anchor(needles: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Cover the needles with few anchors, greedily: most needles first, then the longest anchor."""
    rest = list(needles)
    groups: list[tuple[str, tuple[str, ...]]] = []
    while rest:
        counts: dict[str, int] = {}
        for needle in rest:
            for piece in _pieces(needle):
                counts[piece] = counts.get(piece, 0) + 1
        anchor = max(counts, key=lambda piece: (counts[piece], len(piece), piece))
        if counts[anchor] == 1:
            groups += [(needle, (needle,)) for needle in rest]
            break
        groups.append((anchor, tuple(needle for needle in rest if anchor in needle)))
        rest = [needle for needle in rest if anchor not in needle]
    return groups


def _pieces(needle: str) -> set[str]:
    longest = min(len(needle), _LONGEST_ANCHOR)
    shortest = min(len(needle), _SHORTEST_ANCHOR)
    return {
        needle[start : start + length]
        for length in range(shortest, longest + 1)
        for start in range(len(needle) - length + 1)
    }
