"""Comments above the SOAP uses that stay: a module's text and its findings in, the text with the comments out.

One line each, made to be searched for: `# marketo-migrate: MKT101 why it was not rewritten`.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping

from marketo_migrate.model.record import record
from marketo_migrate.rewrite.nodes import walk

PREFIX = "# marketo-migrate: "

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_OURS = re.compile(r"# marketo-migrate: [A-Z]{3}\d{3}\b")
_PLACE = re.compile(r" \([^()\s]+:\d+\)")
_COOKIE = re.compile(r"coding(?=[:=])")


@record
class Stay:
    """A use that stays: where it begins (from 1; columns in characters), its rule, and the reason."""

    line: int
    column: int
    rule: str
    reason: str


def annotated(text: str, parsed: str, stays: Iterable[Stay], *, add: bool) -> str:
    """The text with one comment above each statement in which something stays, and no other such comments.

    `parsed` is the text as Python 3 reads it, line by line the same. Without `add`, comments only go.
    Text that cannot be read as Python comes back as it is.
    """
    try:
        ours = set(_own_lines(text))
        tree = ast.parse(parsed)
    except (SyntaxError, ValueError, RecursionError, tokenize.TokenError):
        return text
    wanted: dict[int, list[Stay]] = {}
    for stay in sorted(stays, key=lambda stay: (stay.line, stay.column)):
        wanted.setdefault(_statement_line(tree, stay), []).append(stay)
    lines = [line for line in _LINE.findall(text) if line]
    newline = _newline(lines)
    result: list[str] = []
    had = False
    for number, line in enumerate(lines, 1):
        if number in ours:
            had = True
            continue
        if number in wanted and (add or had):
            indent = line[: len(line) - len(line.lstrip())]
            result.append(f"{indent}{comment(wanted[number])}{newline}")
        had = False
        result.append(line)
    return "".join(result)


def comment(stays: Iterable[Stay]) -> str:
    """The comment for what stays in one statement."""
    found = list(stays)
    rules = ", ".join(dict.fromkeys(stay.rule for stay in found))
    reasons = "; ".join(dict.fromkeys(_short(stay.reason) for stay in found))
    return f"{PREFIX}{rules} {reasons}"


def has_annotations(text: str) -> bool:
    """Whether a text may hold such comments."""
    return _OURS.search(text) is not None


def _short(reason: str) -> str:
    """A reason on one line, without line numbers, which the comments themselves would move."""
    plain = " ".join(_PLACE.sub("", reason).split())
    return _COOKIE.sub("coding ", plain).rstrip(".")


def _own_lines(text: str) -> Iterator[int]:
    """The numbers of lines that hold such a comment and nothing else."""
    if not has_annotations(text):
        return
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        if token.type == tokenize.COMMENT and _OURS.match(token.string):
            if not token.line[: token.start[1]].strip():
                yield token.start[0]


def _statement_line(tree: ast.Module, stay: Stay) -> int:
    """The first line of the innermost statement around a place."""
    best: Mapping[str, int] = {"line": stay.line, "size": 1 << 60}
    for node in walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        decorators = getattr(node, "decorator_list", None) or []
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        last = node.end_lineno or node.lineno
        if first <= stay.line <= last and last - first <= best["size"]:
            best = {"line": first, "size": last - first}
    return best["line"]


def _newline(lines: list[str]) -> str:
    ends = [line[len(line.rstrip("\r\n")) :] for line in lines]
    return next((end for end in ends if end), "\n")
