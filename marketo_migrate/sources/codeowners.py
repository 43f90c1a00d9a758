"""Who owns which path: the CODEOWNERS file of a repository in, owners by path out.

Rules as GitHub states them (https://docs.github.com/repositories, "About code owners"): the last line that
matches wins, a line without owners takes them away. Of GitLab's sections the headings are passed over;
owners that a heading names hold for the lines below it that have none.
"""

import os
import re

from marketo_migrate.model.record import record

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_MOST_BYTES = 3_000_000
_HEADING = re.compile(r"\^?\[[^\[\]]+\](?:\[\d+\])?(?=\s|$)")
_WORD = re.compile(r"(?:\\.|[^\s\\]|\\$)+")


@record
class CodeOwners:
    """The lines of a CODEOWNERS file: what each matches and its owners."""

    lines: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a POSIX path relative to the repository's root, as written there."""
        for pattern, owners in reversed(self.lines):
            if pattern.fullmatch(path):
                return owners
        return ()


def read_codeowners(root: str) -> CodeOwners:
    """The code owners of the repository at `root`; nobody owns anything where there is no readable file."""
    for place in _PLACES:
        path = os.path.join(root, place)
        try:
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                data = file.read(_MOST_BYTES + 1)
        except OSError:
            continue
        # GitHub does not load a larger file either.
        text = "" if len(data) > _MOST_BYTES else data.decode("utf-8-sig", "surrogateescape")
        return parse_codeowners(text)
    return CodeOwners(())


def parse_codeowners(text: str) -> CodeOwners:
    """Compile the text of a CODEOWNERS file; a line that is no valid one matches nothing, as on GitHub."""
    lines: list[tuple[re.Pattern[str], tuple[str, ...]]] = []
    default: tuple[str, ...] = ()
    for line in text.splitlines():
        heading = _HEADING.match(line.strip())
        if heading:
            default = _owners(_words(line.strip()[heading.end() :]))
            continue
        words = _words(line)
        if not words:
            continue
        pattern = _translate(words[0])
        if pattern is not None:
            lines.append((pattern, _owners(words[1:]) or default))
    return CodeOwners(tuple(lines))


def _words(line: str) -> list[str]:
    """The words of a line up to a comment; a blank or `#` after a backslash belongs to its word."""
    words: list[str] = []
    for match in _WORD.finditer(line):
        if match[0].startswith("#"):
            break
        words.append(match[0])
    return words


def _owners(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if "@" in word))


def _translate(pattern: str) -> re.Pattern[str] | None:
    """The expression of a pattern; None for what GitHub does not support (`!`, `[…]`, `***`)."""
    if pattern.startswith("!") or "[" in pattern or "***" in pattern or not pattern.strip("/"):
        return None
    anchored = "/" in pattern.removesuffix("/")
    segments = pattern.removeprefix("/").removesuffix("/").split("/")
    parts = ["" if anchored or segments[0] == "**" else "(?:.+/)?"]
    last = len(segments) - 1
    for index, segment in enumerate(segments):
        if segment == "**":
            parts.append(".+" if index == last else "(?:.+/)?")
        else:
            parts.append(_segment(segment) + ("/" if index != last else ""))
    # `docs/*` is the files in docs alone; any other last name covers what is below it too.
    if pattern.endswith("/"):
        parts.append("/.+")
    elif segments[last] != "**" and not (segments[last] == "*" and anchored):
        parts.append("(?:/.+)?")
    return re.compile("".join(parts), re.DOTALL)


def _segment(segment: str) -> str:
    return "".join(
        {"*": "[^/]*", "?": "[^/]"}.get(piece, re.escape(piece[-1]))
        for piece in re.findall(r"\\.|.", segment)
    )
