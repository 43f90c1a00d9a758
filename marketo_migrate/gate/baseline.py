"""The baseline file: the findings that are known and accepted for now, one a line, with reasons.

Sorted, without line numbers: what moves changes nothing, what goes is one line less.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from marketo_migrate.errors import UsageError
from marketo_migrate.gate.compare import Known
from marketo_migrate.model.fingerprint import CODE_DIGITS
from marketo_migrate.model.record import record

VERSION = 1

_KEYS = ("path", "rule", "name", "fingerprint", "count", "reason")


@record
class Entry:
    """A known finding, how many there are of it, and why it is accepted, or None."""

    known: Known
    count: int = 1
    reason: str | None = None


def read_baseline(path: Path) -> tuple[Entry, ...]:
    """The entries of a baseline file; raises `UsageError` that names file, line and what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise UsageError(f"{path}: cannot be read: {reason or error}") from error
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        conflict = ": it holds conflict marks of git; write it again" if "\n<<<<<<< " in f"\n{text}" else ""
        raise UsageError(f"{path}:{error.lineno}: not valid JSON: {error.msg}{conflict}") from error
    except RecursionError as error:
        raise UsageError(f"{path}: no baseline: nested too deeply") from error
    except ValueError as error:
        raise UsageError(f"{path}: no baseline: a number with too many digits") from error
    if not isinstance(document, Mapping) or not isinstance(document.get("findings"), list):
        raise UsageError(f"{path}: no baseline: expected an object with a list `findings`")
    if document.get("version") != VERSION:
        raise UsageError(f"{path}: version {document.get('version')!r} of the format is not known, 1 is")
    problems: list[str] = []
    entries = [_entry(item, number, problems) for number, item in enumerate(document["findings"])]
    if problems:
        raise UsageError("\n".join(f"{path}: {problem}" for problem in problems))
    return _in_order(entry for entry in entries if entry is not None)


def render_baseline(entries: Iterable[Entry]) -> str:
    """The file's text: sorted, an entry a line, ASCII, with a final newline."""
    lines = [json.dumps(_document(entry)) for entry in _in_order(entries)]
    listed = "\n    " + ",\n    ".join(lines) + "\n  " if lines else ""
    return f'{{\n  "version": {VERSION},\n  "findings": [{listed}]\n}}\n'


def known_findings(entries: Iterable[Entry]) -> tuple[Known, ...]:
    """Every finding of the entries, those of a count that many times."""
    return tuple(entry.known for entry in entries for _ in range(entry.count))


def renewed(
    findings: Sequence[Known], old: Sequence[Entry], *, reason: str | None = None
) -> tuple[Entry, ...]:
    """Entries for findings; reasons are kept from `old`, by fingerprint or by code; new ones get `reason`."""
    exact: dict[Known, str] = {}
    by_fingerprint: dict[str, str] = {}
    by_code: dict[str, str] = {}
    codes = {known.fingerprint for known in findings}
    for entry in old:
        if entry.reason is not None:
            exact[entry.known] = entry.reason
            by_fingerprint.setdefault(entry.known.fingerprint, entry.reason)
            if entry.known.fingerprint not in codes:
                by_code.setdefault(entry.known.fingerprint[:CODE_DIGITS], entry.reason)
    listed = {entry.known.fingerprint for entry in old}
    result = []
    for known, count in Counter(findings).items():
        kept = (
            exact.get(known)
            or by_fingerprint.get(known.fingerprint)
            or by_code.get(known.fingerprint[:CODE_DIGITS])
        )
        result.append(Entry(known, count, kept or (None if known.fingerprint in listed else reason)))
    return _in_order(result)


def pruned(old: Sequence[Entry], gone: Sequence[Known]) -> tuple[Entry, ...]:
    """The entries without what is gone."""
    less = Counter(gone)
    kept = []
    for entry in old:
        taken = min(entry.count, less[entry.known])
        less[entry.known] -= taken
        if entry.count > taken:
            kept.append(replace(entry, count=entry.count - taken))
    return tuple(kept)


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.known, entry.count, entry.reason or "")))


def _document(entry: Entry) -> dict[str, str | int]:
    known = entry.known
    document: dict[str, str | int] = {
        "path": known.path,
        "rule": known.rule,
        "name": known.name,
        "fingerprint": known.fingerprint,
    }
    if entry.count != 1:
        document["count"] = entry.count
    if entry.reason is not None:
        document["reason"] = entry.reason
    return document


def _entry(item: object, number: int, problems: list[str]) -> Entry | None:
    place = f"findings[{number}]"
    if not isinstance(item, Mapping):
        problems.append(f"{place}: expected an object")
        return None
    wrong = [f"{place}: unknown key `{key}`" for key in item if key not in _KEYS]
    texts = {key: item.get(key) for key in ("path", "rule", "name", "fingerprint")}
    wrong.extend(
        f"{place}: `{key}`: expected a text that is not empty"
        for key, value in texts.items()
        if not isinstance(value, str) or not value
    )
    count = item.get("count", 1)
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 1_000_000:
        wrong.append(f"{place}: `count`: expected a whole number, 1 or more")
    reason = item.get("reason")
    if reason is not None and not isinstance(reason, str):
        wrong.append(f"{place}: `reason`: expected a text")
    problems.extend(wrong)
    if wrong:
        return None
    known = Known(**{key: str(value) for key, value in texts.items()})
    return Entry(known, int(str(count)), str(reason) if reason else None)
