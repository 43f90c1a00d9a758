"""Planned rewrites in the form in which findings and reports carry them: masked diffs, and exact edits."""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from marketo_migrate.model.change import ChangeSet, FileChange
from marketo_migrate.model.edit import Edit, Fix
from marketo_migrate.model.finding import Finding, Kind
from marketo_migrate.model.location import Location, Span
from marketo_migrate.report.diff import render_diff
from marketo_migrate.rewrite.units import UnitPlan

MOST_DIFFS = 10
"""In a file with more calls than this, only the first finding carries the file's diff."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def with_diffs(
    findings: Sequence[Finding],
    plans: Sequence[UnitPlan],
    before: Mapping[str, str],
    mask: Callable[[str], str],
) -> tuple[Finding, ...]:
    """The findings of calls that move, each with the planned change of its file; secrets are masked."""
    diffs = {
        path: _diff(path, before[path], text, mask) for plan in plans for path, text in plan.texts.items()
    }
    moving = {call.location for plan in plans for call in plan.unit.calls if call.place not in plan.reasons}
    left = {
        path: MOST_DIFFS if sum(location.path == path for location in moving) <= MOST_DIFFS else 1
        for path in diffs
    }
    result = []
    for finding in findings:
        path = finding.location.path
        wanted = finding.kind is Kind.CALL and finding.location in moving and left.get(path, 0) > 0
        if wanted:
            left[path] -= 1
        result.append(replace(finding, diff=diffs[path]) if wanted else finding)
    return tuple(result)


def fixes(
    findings: Sequence[Finding],
    plans: Sequence[UnitPlan],
    before: Mapping[str, str],
    mask: Callable[[str], str],
) -> dict[str, Fix]:
    """The edits of each unit, by the fingerprint of its first call; none that would show a secret.

    A unit that needs a new file has none either: edits are of what is there.
    """
    first: dict[Location, Finding] = {f.location: f for f in findings if f.kind is Kind.CALL}
    result: dict[str, Fix] = {}
    for plan in plans:
        calls = sorted(call.location for call in plan.unit.calls if call.place not in plan.reasons)
        finding = next((first[location] for location in calls if location in first), None)
        edits = tuple(
            edit for path, text in sorted(plan.texts.items()) for edit in _edits(path, before[path], text)
        )
        if finding is None or plan.new_files or any(mask(edit.text) != edit.text for edit in edits):
            continue
        words = "; ".join(dict.fromkeys((*plan.differences.values(), *plan.notes)))
        says = f"Moves the calls of this client from SOAP to REST ({plan.tier.value})."
        result[finding.fingerprint] = Fix(f"{says} {words}".rstrip(), edits)
    return result


def _diff(path: str, before: str, after: str, mask: Callable[[str], str]) -> str:
    # Reports are UTF-8, whatever the file is, so a coding cookie must not be read again.
    change = FileChange(path, path, b"\xef\xbb\xbf" + before.encode(), b"\xef\xbb\xbf" + after.encode())
    text = render_diff((ChangeSet("", (change,)),), mask=mask).replace("\ufeff", "")
    return text.partition("\n")[2]


def _edits(path: str, before: str, after: str) -> Iterator[Edit]:
    old, new = _LINE.findall(before), _LINE.findall(after)
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if i2 < len(old) or not old or old[-1].endswith(("\n", "\r")):
            span = Span(i1 + 1, 1, i2 + 1, 1)
        else:
            span = Span(i1 + 1, 1, i2, len(old[-1]) + 1)
        yield Edit(Location(path, span), "".join(new[j1:j2]))
