"""Marks of acceptance in comments: `marketo-migrate: ignore[...]`, `ignore-file[...]` and `noqa: MKT...`."""

import difflib
import re
from collections.abc import Iterable, Sequence
from datetime import date

from marketo_migrate.config.selection import covers
from marketo_migrate.gate.comments import Comment, Layout
from marketo_migrate.model.record import record
from marketo_migrate.model.suppression import SuppressionSource

_WORDS = ("ignore", "ignore-file")
_OWN = re.compile(r"marketo-migrate\s*:\s*(?P<word>[\w-]*)\s*(?P<rest>[^\r\n]*)", re.IGNORECASE)
_NOQA = re.compile(r"\bnoqa\s*:\s*(?P<codes>[A-Z][A-Z]*[0-9]+(?:[\s,]+[A-Z][A-Z]*[0-9]+)*)", re.IGNORECASE)
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_BARE_CODE = re.compile(r"[A-Z]{3}[0-9]{3}\b")
_UNTIL = re.compile(r"(?:^|(?<=\s))until\s*=\s*(\S*)")
_MORE = re.compile(r"\s#\s*(?=noqa\b|type:|pylint:|pragma:|nosec\b|fmt:|marketo-migrate\b)")
_LEADING = re.compile(r"\A(?:--|[:\u2013\u2014-])\s*")


@record
class Mark:
    """What one mark says; `target` is the line it speaks of, None for the whole file."""

    line: int
    target: int | None
    source: SuppressionSource
    rules: tuple[str, ...]
    reason: str | None
    until: date | None
    problem: str | None


def read_marks(layout: Layout, rules: Sequence[tuple[str, str]]) -> tuple[Mark, ...]:
    """The marks in a file's comments; `rules` are the codes and names that exist."""
    return tuple(mark for comment in layout.comments for mark in _marks(comment, rules))


def read_date(text: str) -> date | None:
    """The day that YYYY-MM-DD names, or None."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def unknown_rules(selectors: Iterable[str], rules: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The selectors that cover no rule."""
    return tuple(s for s in selectors if not any(covers(s, code, name) for code, name in rules))


def _marks(comment: Comment, rules: Sequence[tuple[str, str]]) -> Iterable[Mark]:
    for part in _MORE.split(comment.text):
        own = _OWN.search(part)
        if own and _is_meant(own):
            yield _own(comment, own, rules)
        match = _NOQA.search(part)
        if match is None:
            continue
        codes = tuple(
            code.upper()
            for code in re.split(r"[\s,]+", match["codes"])
            if code.upper().startswith("MKT") or any(code.upper() == known for known, _ in rules)
        )
        if codes:
            unknown = unknown_rules(codes, rules)
            problem = f"no rule has the code {', '.join(unknown)}" if unknown else None
            reason = _reason(part[match.end() :])
            yield Mark(comment.line, comment.target, SuppressionSource.NOQA, codes, reason, None, problem)


def _is_meant(match: re.Match[str]) -> bool:
    """Whether the program is spoken to, rather than spoken of."""
    word = match["word"].lower()
    return word in _WORDS or match["rest"].startswith("[") or bool(difflib.get_close_matches(word, _WORDS))


def _own(comment: Comment, match: re.Match[str], rules: Sequence[tuple[str, str]]) -> Mark:
    word = match["word"].lower()
    rest = match["rest"]
    source = SuppressionSource.FILE if word == "ignore-file" else SuppressionSource.LINE
    target = None if word == "ignore-file" else comment.target
    if word not in _WORDS:
        unknown_word = f"`{match['word']}` is not known; `ignore` and `ignore-file` are"
        return Mark(comment.line, comment.target, source, (), None, None, unknown_word)
    selectors: tuple[str, ...] = ()
    problem: str | None = None
    brackets = _BRACKETS.match(rest)
    if brackets:
        selectors = tuple(part.strip() for part in brackets[1].split(",") if part.strip())
        rest = rest[brackets.end() :]
        unknown = unknown_rules(selectors, rules)
        if not selectors:
            problem = "no rule stands in the brackets"
        elif unknown:
            problem = f"there is no rule {', '.join(unknown)}"
    elif rest.startswith("["):
        problem = "the bracket is not closed"
    elif _BARE_CODE.match(rest):
        problem = "rules stand in brackets: ignore[MKT101]"
    until = None
    expiry = _UNTIL.search(rest)
    if expiry:
        until = read_date(expiry[1].rstrip(",;."))
        rest = rest[: expiry.start()] + rest[expiry.end() :]
        if until is None:
            problem = problem or f"`until={expiry[1]}` is no date like 2027-03-31"
    return Mark(comment.line, target, source, selectors, _reason(rest), until, problem)


def _reason(text: str) -> str | None:
    """The words that are left, or None."""
    return _LEADING.sub("", " ".join(text.split())).rstrip(" ,;") or None
