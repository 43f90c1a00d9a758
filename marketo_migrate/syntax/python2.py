"""Python 2 source to Python 3 source in memory, for analysis only: the lines stay where they are."""

import logging
import re
from functools import cache
from typing import Any

_FIXERS = ("except", "exec", "ne", "numliterals", "print", "raise", "repr", "throw", "unicode")
_LEADING_BLANKS = re.compile(r"(?m)^[ \t]+")
_SYNTAX = (
    # Parameters that are tuples: the names are all that data flow needs.
    (re.compile(r"\blambda\s*\(([\w\s,]+)\)\s*:"), r"lambda \1:"),
    (re.compile(r"(?m)^([ \t]*def\s+\w+\s*\([^()\n]*)\(([\w\s,]+)\)"), r"\1\2"),
    (re.compile(r"(?m)^([ \t]*except\s+[\w.]+)\s*,\s*\(\s*(\w+)[^)\n]*\)\s*:"), r"\1 as \2:"),
    (re.compile(r"\b0([0-7]+)[lL]\b"), r"0o\1"),
    (re.compile(r"\basync(?=\s*[=,).])"), "async_"),
)
_UNICODE_RAW = re.compile(r"\b[uU]([rR])(?=['\"])")


def convert(text: str) -> str | None:
    """Python 3 text with the same number of lines, or None when it cannot be had.

    Mixed tabs are expanded as Python 2 read them (to columns of eight).
    """
    expanded = _LEADING_BLANKS.sub(lambda match: match.group().expandtabs(8), text)
    expanded = expanded.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
    expanded = _UNICODE_RAW.sub(r"\1", expanded)
    for pattern, replacement in _SYNTAX:
        expanded = pattern.sub(replacement, expanded)
    tail = "" if expanded.endswith("\n") else "\n"
    try:
        converted = str(_tool().refactor_string(expanded + tail, "<python 2>") or "")
    except Exception:  # fissix raises its parser's, tokenizer's and bare errors for bad input
        return None
    return converted if converted.count("\n") == (expanded + tail).count("\n") else None


@cache
def _tool() -> Any:
    """The fissix refactoring tool with the fixers that change syntax only."""
    logging.getLogger("RefactoringTool").setLevel(logging.CRITICAL)
    logging.getLogger("fissix").setLevel(logging.CRITICAL)
    from fissix.refactor import RefactoringTool  # noqa: PLC0415 - only Python 2 files pay for it

    class Tool(RefactoringTool):  # type: ignore[misc]
        def get_fixers(self) -> Any:
            fixers = super().get_fixers()
            for fixer in (*fixers[0], *fixers[1]):
                # One pattern after the other: the matcher of all at once looks at every neighbour of
                # every leaf, which takes hours for a long list.
                fixer.BM_compatible = False
            return fixers

        def log_error(self, msg: str, *_: object, **__: object) -> None:
            raise ValueError(msg)

    return Tool([f"fissix.fixes.fix_{name}" for name in _FIXERS])
