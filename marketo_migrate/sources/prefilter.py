"""Byte search that tells files worth parsing from the rest: needles in, a yes or no per file out.

Every file of a repository passes here, so what counts is the number of passes over the bytes and what
each costs. A test per needle costs a pass per needle; an alternation of names, which begin with
different letters, tries each at each byte and is thirty times as slow. A regular expression that begins
with one letter jumps from one such letter to the next at memory speed. So a needle is looked for from a
letter that is rare in source code (its pivot): what stands behind the letter is compared at each hit,
then what stands before it; needles with the same pivot share a pass.
"""

import re
from collections.abc import Callable, Sequence

# How often characters occur in 10,000 bytes of Python source (Home Assistant, pandas, SymPy, Airflow,
# Django, SQLAlchemy and CPython's library, 147 MB); those that are not named occur less than 15 times.
_FREQUENT = {
    " ": 1900, "e": 670, "t": 482, "s": 416, "a": 389, "r": 378, "i": 345, "n": 344, "o": 335,
    "\n": 290, "l": 250, "_": 205, "d": 196, "c": 184, "f": 166, "p": 165, "m": 150, ",": 146, ".": 145,
    "u": 145, "(": 127, ")": 127, '"': 124, "=": 91, "y": 91, "h": 90, "g": 86, ":": 70, "b": 61,
    "x": 55, "E": 52, "T": 48, "v": 48, "0": 43, "'": 41, "1": 40, "w": 40, "A": 38, "N": 38, "S": 37,
    "-": 36, "k": 35, "I": 32, "2": 31, "C": 31, "[": 31, "]": 31, "R": 29, "*": 27, "O": 27, "D": 25,
    "#": 21, "F": 21, "L": 20, ">": 18, "M": 18, "P": 18, "q": 18, "3": 17,
}  # fmt: skip
_RARE = 8
# A pass costs as much as the hits of a letter that occurs 35 times in 10,000 bytes.
_PASS = 35
_WORTH_COMPILING = 100_000
"""How many bytes are searched for each needle by itself: to compile the expressions takes as long."""


class Prefilter:
    """Tells whether bytes hold one of the needles: plain, case-sensitive substrings."""

    def __init__(self, needles: Sequence[str]) -> None:
        """Take the needles; an empty one raises `ValueError`, no needle at all matches nothing."""
        if any(not needle for needle in needles):
            raise ValueError("a needle must not be empty")
        self._needles = tuple(needle.encode() for needle in needles)
        self._searches: tuple[Callable[[bytes], object], ...] = ()
        self._left = _WORTH_COMPILING

    def matches(self, data: bytes) -> bool:
        """Whether any needle occurs in `data`."""
        if self._left > 0:
            self._left -= len(data)
            return any(needle in data for needle in self._needles)
        if not self._searches:
            self._searches = tuple(re.compile(pattern).search for pattern in patterns(self._needles))
        for search in self._searches:  # noqa: SIM110 - a generator would double the cost of a small file
            if search(data):
                return True
        return False


def patterns(needles: Sequence[bytes]) -> tuple[bytes, ...]:
    """Regular expressions of which one is found in what holds a needle, each with a pivot in front."""
    groups = _group_by_pivot(_without_longer(needles))
    return tuple(_pattern(pivot, group) for pivot, group in groups)


def _without_longer(needles: Sequence[bytes]) -> tuple[bytes, ...]:
    """The needles that contain no other needle: finding the shorter one decides already."""
    kept: list[bytes] = []
    for needle in sorted(set(needles), key=lambda text: (len(text), text)):
        if not any(shorter in needle for shorter in kept):
            kept.append(needle)
    return tuple(kept)


def _group_by_pivot(needles: Sequence[bytes]) -> list[tuple[int, list[bytes]]]:
    """Cover the needles with few rare characters: greedily, then without those that were not needed."""
    pivots: list[int] = []
    rest = list(needles)
    while rest:
        best = min({char for needle in rest for char in needle}, key=lambda char: (_price(char, rest), char))
        pivots.append(best)
        rest = [needle for needle in rest if best not in needle]
    for pivot in sorted(pivots, key=_cost, reverse=True):
        others = [other for other in pivots if other != pivot]
        if all(any(other in needle for other in others) for needle in needles):
            pivots = others
    groups: dict[int, list[bytes]] = {pivot: [] for pivot in sorted(pivots)}
    for needle in needles:
        groups[min((pivot for pivot in pivots if pivot in needle), key=_cost)].append(needle)
    return [(pivot, group) for pivot, group in groups.items() if group]


def _price(char: int, needles: Sequence[bytes]) -> float:
    """What a pass for a character costs for each needle that it covers."""
    return _cost(char) / sum(char in needle for needle in needles)


def _cost(char: int) -> int:
    return _PASS + _FREQUENT.get(chr(char), _RARE)


def _pattern(pivot: int, needles: Sequence[bytes]) -> bytes:
    """A regular expression that begins with the pivot and matches where one of the needles stands."""
    behind: dict[bytes, list[bytes]] = {}
    for needle in needles:
        # The last pivot: most names differ in how they begin and share how they end.
        place = needle.rindex(pivot)
        behind.setdefault(needle[place + 1 :], []).append(needle)
    options = [
        re.escape(end) + b"(?:" + b"|".join(b"(?<=" + re.escape(needle) + b")" for needle in wholes) + b")"
        for end, wholes in behind.items()
    ]
    return re.escape(bytes((pivot,))) + b"(?:" + b"|".join(options) + b")"
