"""Text from scanned code made harmless to print: what a terminal would act on becomes visible."""

import re
import unicodedata

LONGEST_TEXT = 1_000
"""Characters of a message or name that people are shown; more than that was made to annoy."""

_TAB_WIDTH = 4
# Runners of builds take these anywhere in a printed line for a command: `##[error]`, `##vso[task...]`.
_BUILD_COMMAND = re.compile(r"##(?=\w*\[)")
_WORKFLOW_COMMAND = re.compile(r"(?m)^([^\S\n]*)::")


def neutralise(text: str) -> str:
    r"""The text on one line, with `\x1b`, `\n` and all that a terminal or a build log acts on spelled out."""
    if not text.isprintable():
        text = "".join(_visible(char) for char in text)
    return _BUILD_COMMAND.sub(r"\\x23#", text) if "##" in text else text


def one_line(text: str, *, limit: int = LONGEST_TEXT) -> str:
    """At most `limit` characters of the text, neutralised."""
    return neutralise(text if len(text) <= limit else f"{text[: limit - 1]}…")


def disarm_lines(text: str) -> str:
    r"""Finished lines with what a runner of builds would obey spelled out: `::` at a beginning, `##[`."""
    text = _BUILD_COMMAND.sub(r"\\x23#", text) if "##" in text else text
    return _WORKFLOW_COMMAND.sub(r"\1\\x3a:", text) if "::" in text else text


def expand_tabs(text: str) -> str:
    """Tabs replaced by four spaces each, whatever the column: marks below stay in line."""
    return text.replace("\t", " " * _TAB_WIDTH)


def cell_width(text: str) -> int:
    """Columns the text takes on a terminal: wide East Asian characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_char_width(char) for char in text)


def crop(text: str, *, around: int, limit: int) -> tuple[str, int]:
    """At most `limit` characters of a line, the 0-based column `around` among them, and its new place."""
    if len(text) <= limit:
        return text, around
    start = min(max(0, around - limit // 4), len(text) - limit)
    end = start + limit
    head = "…" if start else ""
    tail = "…" if end < len(text) else ""
    return f"{head}{text[start:end]}{tail}", around - start + len(head)


def _visible(char: str) -> str:
    # Not printable are control and format characters (direction marks, zero width) and odd spaces.
    if char.isprintable():
        return char
    code = ord(char)
    if char in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _char_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
