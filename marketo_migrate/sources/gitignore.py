"""`.gitignore` patterns, for trees that git cannot list: pattern lines in, a matcher of relative paths out.

Follows the pattern format of gitignore(5); the `exclude` setting uses the same format.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

_POSIX_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-/:-@\[-`{-~",
    "space": "\\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}

_SPECIAL = re.compile(r"[*?\[\\]")


class IgnorePatterns(NamedTuple):
    """Patterns of one file: runs of one polarity (`True` ignores), the last matching run decides."""

    runs: tuple[tuple[bool, re.Pattern[str]], ...]

    def verdict(self, path: str, *, directory: bool) -> bool | None:
        """True to ignore `path`, False to keep it, None where no pattern speaks of it.

        `path` is POSIX and relative to the directory of the pattern file. Parents are not looked at:
        whoever walks the tree does not enter an ignored directory.
        """
        subject = path + "/" if directory else path
        for ignores, pattern in reversed(self.runs):
            if pattern.fullmatch(subject):
                return ignores
        return None


def covered_paths(pattern: str, paths: Iterable[str]) -> frozenset[str]:
    """The `paths` (POSIX, relative) that one pattern matches, by themselves or by a directory above them."""
    patterns = parse_patterns((pattern,))
    directories: dict[str, bool] = {"": False}

    def is_inside(directory: str) -> bool:
        if directory not in directories:
            directories[directory] = bool(patterns.verdict(directory, directory=True)) or is_inside(
                directory.rpartition("/")[0]
            )
        return directories[directory]

    return frozenset(
        path
        for path in paths
        if patterns.verdict(path, directory=False) or is_inside(path.rpartition("/")[0])
    )


def parse_patterns(lines: Iterable[str]) -> IgnorePatterns:
    """Compile pattern lines; a line that is no valid pattern matches nothing, as in git."""
    runs: list[tuple[bool, list[str]]] = []
    for line in lines:
        parsed = _parse_line(line)
        if parsed is None:
            continue
        ignores, regex = parsed
        if runs and runs[-1][0] is ignores:
            runs[-1][1].append(regex)
        else:
            runs.append((ignores, [regex]))
    return IgnorePatterns(tuple((ignores, re.compile("|".join(parts), re.DOTALL)) for ignores, parts in runs))


def read_patterns(data: bytes) -> IgnorePatterns:
    """Compile the bytes of a `.gitignore` file: a byte order mark and CRLF are accepted, any encoding."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    return parse_patterns(text.split("\n"))


def _parse_line(line: str) -> tuple[bool, str] | None:
    line = _strip_trailing_spaces(line.removesuffix("\r"))
    if not line or line.startswith("#"):
        return None
    ignores = not line.startswith("!")
    if not ignores:
        line = line[1:]
    directory_only = line.endswith("/")
    line = line.removesuffix("/")
    if not line:
        return None
    anchored = "/" in line
    body = _translate(line.removeprefix("/"), anchored=anchored)
    if body is None:
        return None
    prefix = "" if anchored else "(?:.*/)?"
    # A star at the end stands for a name: `a/*` is not `a/` itself.
    return ignores, f"{prefix}{body}(?<!/){'/' if directory_only else '/?'}"


def _strip_trailing_spaces(line: str) -> str:
    stripped = line.rstrip(" ")
    if stripped.endswith("\\") and stripped != line:
        return stripped + " "
    return stripped


def _translate(pattern: str, *, anchored: bool) -> str | None:
    """The regular expression of a pattern, None where it is malformed."""
    # Git compares what stands before the first sign of an anchored pattern as it is, and takes the
    # sign behind it for the beginning: `a**/b` has a leading `**/`.
    beginning = _SPECIAL.search(pattern) if anchored else None
    out: list[str] = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if char == "*":
            piece, position = _translate_star(
                pattern, position, leads=beginning is not None and beginning.start() == position
            )
        elif char == "?":
            piece, position = "[^/]", position + 1
        elif char == "[":
            found = _translate_class(pattern, position)
            if found is None:
                return None
            piece, position = found
        elif char == "\\":
            if position + 1 == len(pattern):
                return None
            piece, position = re.escape(pattern[position + 1]), position + 2
        else:
            piece, position = re.escape(char), position + 1
        out.append(piece)
    return "".join(out)


def _translate_star(pattern: str, position: int, *, leads: bool) -> tuple[str, int]:
    end = position
    while end < len(pattern) and pattern[end] == "*":
        end += 1
    after_slash = position == 0 or pattern[position - 1] == "/"
    escaped = pattern.startswith("\\/", end)
    ends_segment = end == len(pattern) or pattern[end] == "/" or escaped
    if end - position < 2 or not ((after_slash or leads) and ends_segment):
        return "[^/]*", end
    if end == len(pattern):
        # `**` alone is an ordinary star on any name; `dir/**` is everything inside dir, not dir itself.
        return "[^/].*" if after_slash else ".*", end
    # Only a plain slash lets the stars stand for no directory at all.
    return (".*/", end + 2) if escaped else ("(?:.*/)?", end + 1)


def _translate_class(pattern: str, position: int) -> tuple[str, int] | None:
    start = position + 1
    negated = pattern[start : start + 1] in {"!", "^"}
    index = start + negated
    parts: list[str] = []
    while index < len(pattern):
        char = pattern[index]
        if char == "]" and parts:
            inner = "".join(parts)
            # A class never matches the separator, not even a negated one.
            return (f"[^/{inner}]" if negated else f"(?!/)[{inner}]"), index + 1
        if char == "[" and pattern[index + 1 : index + 2] == ":":
            end = pattern.find(":]", index)
            name = pattern[index + 2 : end] if end > 0 else ""
            if name not in _POSIX_CLASSES:
                return None
            parts.append(_POSIX_CLASSES[name])
            index = end + 2
            continue
        if char == "\\" and index + 1 < len(pattern):
            index += 1
            char = pattern[index]
        if pattern[index + 1 : index + 2] == "-" and pattern[index + 2 : index + 3] not in {"", "]"}:
            index += 2
            last = pattern[index]
            if last == "\\" and index + 1 < len(pattern):
                index += 1
                last = pattern[index]
            # A range that runs backwards holds nothing, but its first character counts by itself.
            parts.append(re.escape(char) + (f"-{re.escape(last)}" if char <= last else ""))
            index += 1
            continue
        parts.append(re.escape(char))
        index += 1
    return None
