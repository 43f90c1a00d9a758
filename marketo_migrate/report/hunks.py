"""Two versions of a file in, hunks of a unified diff out; and the hunks as text that is safe to show."""

import difflib
import io
import tokenize
from collections.abc import Callable, Iterable, Iterator

from marketo_migrate.model.record import record
from marketo_migrate.report.plain_text import neutralise

Mask = Callable[[str], str]
"""Replaces every secret of a text by a fixed mask; the text comes back as it is where there is none."""

SAME = " "
REMOVED = "-"
ADDED = "+"

_CONTEXT = 3
_HIDDEN = "********"


@record
class Line:
    """A line of a hunk: `mark` is SAME, REMOVED or ADDED, `data` its bytes with the line feed, if any."""

    mark: str
    data: bytes


@record
class Hunk:
    """Lines that belong together, and what they take before and after: the first line (from 1), the count."""

    before: tuple[int, int]
    after: tuple[int, int]
    lines: tuple[Line, ...]

    @property
    def header(self) -> str:
        """`@@ -1,3 +1,4 @@`; an empty range starts at the line before it, as every diff has it."""
        return f"@@ -{_range(self.before)} +{_range(self.after)} @@"


def hunks(before: bytes, after: bytes) -> tuple[Hunk, ...]:
    """The differences with three lines of context; empty for equal bytes. Lines end at line feeds only."""
    old, new = split_lines(before), split_lines(after)
    return tuple(_hunk(old, new, blocks) for blocks in _groups(_blocks(old, new)))


def split_lines(data: bytes) -> list[bytes]:
    """Lines with their line feeds; carriage returns, form feeds and the like end none."""
    lines = data.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])


@record
class ShownLine:
    """A line of a hunk as text on one line, secrets masked; `open_end`: the file ends without a line feed."""

    mark: str
    text: str
    open_end: bool


@record
class ShownHunks:
    """The hunks of a file as text, each with its header; `secret` tells that something had to be masked."""

    hunks: tuple[tuple[str, tuple[ShownLine, ...]], ...]
    secret: bool


def shown(before: bytes, after: bytes, mask: Mask) -> ShownHunks:
    """The differences as text: secrets masked, control characters spelled out.

    Carriage returns before line feeds are left away where every shown line has one.
    """
    encodings = {SAME: _encoding(before), REMOVED: _encoding(before), ADDED: _encoding(after)}
    found = hunks(before, after)
    everywhere = all(line.data.endswith(b"\r\n") for hunk in found for line in hunk.lines)
    secret = False
    result = []
    for hunk in found:
        texts = [
            _decode(
                line.data.removesuffix(b"\n").removesuffix(b"\r" if everywhere else b""), encodings[line.mark]
            )
            for line in hunk.lines
        ]
        masked = _masked(hunk, texts, mask)
        secret = secret or masked != texts
        lines = (
            ShownLine(line.mark, neutralise_line(text), not line.data.endswith(b"\n"))
            for line, text in zip(hunk.lines, masked, strict=True)
        )
        result.append((hunk.header, tuple(lines)))
    return ShownHunks(tuple(result), secret)


def neutralise_line(text: str) -> str:
    """The text on one line with control characters spelled out; tabs stay."""
    return "\t".join(map(neutralise, text.split("\t")))


_Block = tuple[int, int, int, int]
"""Lines that differ: from and to among the old lines, from and to among the new ones (from 0)."""


def _blocks(old: list[bytes], new: list[bytes]) -> Iterator[_Block]:
    # Equal ends are no work for the matcher, whose time grows with the square of what it is given.
    head = _common(old, new)
    tail = _common(reversed(old[head:]), reversed(new[head:]))
    matcher = difflib.SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail])
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield head + i1, head + i2, head + j1, head + j2


def _groups(blocks: Iterable[_Block]) -> Iterator[list[_Block]]:
    """Blocks whose context lines would meet, together."""
    group: list[_Block] = []
    for block in blocks:
        if group and block[0] - group[-1][1] > 2 * _CONTEXT:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _hunk(old: list[bytes], new: list[bytes], blocks: list[_Block]) -> Hunk:
    lead = min(_CONTEXT, blocks[0][0])
    first, first_new = blocks[0][0] - lead, blocks[0][2] - lead
    lines: list[Line] = []
    done = first
    for i1, i2, j1, j2 in blocks:
        lines += (Line(SAME, data) for data in old[done:i1])
        lines += (Line(REMOVED, data) for data in old[i1:i2])
        lines += (Line(ADDED, data) for data in new[j1:j2])
        done = i2
    trail = old[done : done + _CONTEXT]
    lines += (Line(SAME, data) for data in trail)
    count, count_new = done + len(trail) - first, blocks[-1][3] + len(trail) - first_new
    return Hunk((first + 1, count), (first_new + 1, count_new), tuple(lines))


def _masked(hunk: Hunk, texts: list[str], mask: Mask) -> list[str]:
    """The lines of a hunk, masked one by one and each side as a whole: the line before may name a key."""
    result = list(texts)
    for side in (REMOVED, ADDED):
        places = [number for number, line in enumerate(hunk.lines) if line.mark in {SAME, side}]
        if not places:
            continue
        lines = mask("\n".join(result[number] for number in places)).split("\n")
        if len(lines) != len(places):
            return [_HIDDEN] * len(texts)
        for number, line in zip(places, lines, strict=True):
            result[number] = line
    return [mask(line) for line in result]


def _encoding(data: bytes) -> str:
    """The encoding that a Python source declares; UTF-8 for anything else."""
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0].replace("-sig", "")
    except SyntaxError:
        return "utf-8"


def _decode(line: bytes, encoding: str) -> str:
    try:
        return line.decode(encoding, "backslashreplace")
    except (LookupError, UnicodeError):
        # A declared codec that decodes no text, or knows no such way with errors.
        return line.decode("utf-8", "backslashreplace")


def _common(left: Iterable[bytes], right: Iterable[bytes]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _range(place: tuple[int, int]) -> str:
    first, count = place
    if count == 1:
        return str(first)
    return f"{first if count else first - 1},{count}"
