"""Applies marks of acceptance: findings and marks in, findings with their state and all suppressions out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from marketo_migrate.config.selection import covers
from marketo_migrate.gate.comments import Layout
from marketo_migrate.gate.marks import Mark
from marketo_migrate.model.finding import Finding
from marketo_migrate.model.record import record
from marketo_migrate.model.suppression import Suppression, SuppressionSource, SuppressionState


@record
class MarkedFile:
    """A file with marks: how its lines belong together, and the marks."""

    path: str
    layout: Layout
    marks: tuple[Mark, ...]


@record
class PathMark:
    """A mark of the settings for all files of a pattern; `paths` are those of the scan that it covers."""

    settings: str
    pattern: str
    paths: frozenset[str]
    mark: Mark


@record
class Policy:
    """What marks must satisfy: the day it is (None: nothing expires), and whether each needs a reason."""

    today: date | None = None
    require_reason: bool = False


def suppress(
    findings: Sequence[Finding], files: Iterable[MarkedFile], paths: Iterable[PathMark], policy: Policy
) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
    """The findings in their order, those that a valid mark covers `suppressed`; and every mark's fate.

    Findings need different fingerprints. Suppressions come by path, line and source.
    """
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.location.path, []).append(finding)
    found: list[Suppression] = []
    for file in files:
        own = by_path.get(file.path, [])
        for mark in file.marks:
            covered = [f for f in own if _speaks_of(mark, f)]
            if mark.target is not None:
                covered = _at(mark.target, file.layout, covered)
            elif mark.source is not SuppressionSource.FILE:
                covered = []
            found.append(_judged(file.path, mark, covered, policy, None))
    for path_mark in paths:
        covered = [
            f for f in findings if f.location.path in path_mark.paths and _speaks_of(path_mark.mark, f)
        ]
        found.append(_judged(path_mark.settings, path_mark.mark, covered, policy, path_mark.pattern))
    hidden = {
        fingerprint
        for suppression in found
        if suppression.state is SuppressionState.USED
        for fingerprint in suppression.fingerprints
    }
    return (
        tuple(replace(f, suppressed=True) if f.fingerprint in hidden else f for f in findings),
        tuple(sorted(found, key=_order)),
    )


def _speaks_of(mark: Mark, finding: Finding) -> bool:
    return not mark.rules or any(covers(rule, finding.rule, finding.name) for rule in mark.rules)


def _at(line: int, layout: Layout, candidates: Sequence[Finding]) -> list[Finding]:
    """The findings that a mark on a line means.

    Those that begin or end on the line, with what lies inside them; else the innermost around it;
    else, on the first or last line of a statement, all of the statement.
    """
    touching = [f for f in candidates if line in (f.location.span.line, f.location.span.end_line)]
    if not touching:
        around = [f for f in candidates if f.location.span.line < line < f.location.span.end_line]
        if around:
            touching = [min(around, key=_height)]
    if touching:
        return [f for f in candidates if any(_contains(outer, f) for outer in touching)]
    first, last = layout.statement(line)
    if line not in (first, last):
        return []
    return [f for f in candidates if first <= f.location.span.line <= last]


def _height(finding: Finding) -> tuple[int, str]:
    span = finding.location.span
    return span.end_line - span.line, finding.fingerprint


def _contains(outer: Finding, inner: Finding) -> bool:
    a, b = outer.location.span, inner.location.span
    return (a.line, a.column) <= (b.line, b.column) and (b.end_line, b.end_column) <= (
        a.end_line,
        a.end_column,
    )


def _judged(
    path: str, mark: Mark, covered: Sequence[Finding], policy: Policy, pattern: str | None
) -> Suppression:
    problem = mark.problem
    if problem is None and policy.require_reason and mark.reason is None:
        problem = "a reason is required"
    if problem is not None:
        state = SuppressionState.INVALID
    elif mark.until is not None and policy.today is not None and policy.today > mark.until:
        state = SuppressionState.EXPIRED
    else:
        state = SuppressionState.USED if covered else SuppressionState.UNUSED
    used = state is SuppressionState.USED
    return Suppression(
        path=path,
        line=mark.line or None,
        source=mark.source,
        rules=mark.rules,
        reason=mark.reason,
        until=mark.until.isoformat() if mark.until is not None else None,
        state=state,
        problem=problem,
        pattern=pattern,
        fingerprints=tuple(sorted(f.fingerprint for f in covered)) if used else (),
    )


def _order(suppression: Suppression) -> tuple[str, int, str, tuple[str, ...], str]:
    return (
        suppression.path,
        suppression.line or 0,
        suppression.source.value,
        suppression.rules,
        suppression.pattern or "",
    )
