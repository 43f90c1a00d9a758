"""From the bytes of a Python file to its text and its LibCST tree, or to a problem that names the line."""

import re
from typing import Literal

import libcst as cst

from marketo_migrate.model.finding import FileProblem
from marketo_migrate.model.record import record
from marketo_migrate.syntax.decode import decode
from marketo_migrate.syntax.depth import is_too_deep
from marketo_migrate.syntax.python2 import convert

TOO_DEEP = "cannot be analysed: expressions are nested too deeply"
_LINE_END = re.compile(r"\r\n|\r|\n")


@record
class Parsed:
    """A parsed module. `text` is what `tree` was parsed from; `original` differs from it for Python 2.

    `note` says what a reader should know about how the file was read, or None.
    """

    path: str
    text: str
    original: str
    tree: cst.Module
    language: Literal[2, 3]
    note: FileProblem | None


def parse(path: str, data: bytes) -> Parsed | FileProblem:
    """Parse a file's bytes as Python 3 or, where that fails, as Python 2 converted in memory.

    Gives a `FileProblem` with the line of the first error when neither can read it.
    """
    text, note = decode(path, data)
    if is_too_deep(text):
        return FileProblem(path, None, TOO_DEEP)
    try:
        return Parsed(path, text, text, cst.parse_module(text), 3, note)
    except cst.ParserSyntaxError as error:
        problem = FileProblem(path, error.raw_line, f"cannot be parsed: {error.message.splitlines()[0]}")
    except RecursionError:
        return FileProblem(path, None, TOO_DEEP)
    except Exception as error:  # LibCST's native parser raises bare exceptions for odd input
        problem = FileProblem(path, None, f"cannot be parsed: {type(error).__name__}: {error}")
    converted = convert(text)
    if converted is None:
        return problem
    try:
        return Parsed(path, converted, text, cst.parse_module(converted), 2, note)
    except (cst.ParserSyntaxError, RecursionError):
        return problem


def line_starts(text: str) -> tuple[int, ...]:
    """The offset at which each line begins."""
    return (0, *(match.end() for match in _LINE_END.finditer(text)))
