"""Findings and figures as the page's template shows them: words, bars in per cent, source lines in pieces."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from marketo_migrate.model.finding import Finding, RestOperation, Step
from marketo_migrate.model.record import record
from marketo_migrate.report.effort import WAY_WORDS, Way, effort_of, in_words, way_of
from marketo_migrate.report.plain_text import crop, expand_tabs
from marketo_migrate.report.plan import UNOWNED, Group, directory_of
from marketo_migrate.report.quota import quota_notes

_LONGEST_LINE = 240
_LONGEST_LABEL = 25
_MOST_STEPS = 40


@record
class Line:
    """A source line: its number, and its text before, in and after the finding."""

    number: int
    before: str
    marked: str
    after: str


@record
class Call:
    """A REST call: `GET /rest/v1/leads.json`, what it is for, and its page, if that is a web address."""

    text: str
    role: str
    url: str | None


@record
class Place:
    """A step of the evidence."""

    text: str
    message: str


@record
class DiffLine:
    """A line of a diff and what it is: added, removed, or empty for anything else."""

    kind: str
    text: str


@record
class Entry:
    """A finding of the page; `order` is its number, `minutes` the middle of its effort."""

    order: int
    project: str
    finding: Finding
    method: str
    place: str
    client: str
    directory: str
    owners: tuple[str, ...]
    way: Way
    way_words: str
    effort: str
    minutes: int
    head: str
    lines: tuple[Line, ...]
    calls: tuple[Call, ...]
    snippet: tuple[str, ...]
    steps: tuple[Place, ...]
    more_steps: int
    quota: tuple[str, ...]
    diff: tuple[DiffLine, ...]


@record
class Segment:
    """A piece of a bar, in per cent of the longest bar."""

    way: Way
    x: float
    width: float


@record
class Bar:
    """A row of a chart; `label` is the name, shortened at its beginning where it is a long path."""

    name: str
    label: str
    count: int
    effort: str
    segments: tuple[Segment, ...]
    words: str


def entry(order: int, project: str, finding: Finding) -> Entry:
    """A finding as it is shown."""
    effort = effort_of(finding)
    way = way_of(finding)
    replacement = finding.replacement
    lines = tuple(_lines(finding))
    return Entry(
        order=order,
        project=project,
        finding=finding,
        method=finding.operation or finding.name,
        place=f"{finding.location.path}:{finding.location.span.line}",
        client=finding.client or "",
        directory=directory_of(project, finding.location.path),
        owners=finding.owners or (UNOWNED,),
        way=way,
        way_words=WAY_WORDS[way],
        effort=in_words(effort),
        minutes=(effort.low + effort.high) // 2,
        head=_head(lines) or finding.message,
        lines=lines,
        calls=tuple(_call(operation) for operation in replacement.operations) if replacement else (),
        snippet=_code(replacement.snippet) if replacement and replacement.snippet else (),
        steps=tuple(_step(step, finding.location.path) for step in finding.evidence[:_MOST_STEPS]),
        more_steps=max(0, len(finding.evidence) - _MOST_STEPS),
        quota=quota_notes(finding),
        diff=_diff(finding.diff) if finding.diff else (),
    )


def bars(groups: Sequence[Group]) -> tuple[Bar, ...]:
    """The rows of a chart; the longest bar takes the whole width."""
    longest = max((group.count for group in groups), default=0)
    return tuple(bar(group, longest) for group in groups)


def bar(group: Group, longest: int) -> Bar:
    """One bar, its segments one behind the other."""
    segments, x = [], 0.0
    for way, count in group.ways.items():
        width = round(100 * count / longest, 2) if longest else 0.0
        if count:
            segments.append(Segment(way, round(x, 2), width))
        x += width
    words = ", ".join(f"{count:,} {WAY_WORDS[way]}" for way, count in group.ways.items() if count)
    return Bar(group.name, _end(group.name), group.count, in_words(group.effort), tuple(segments), words)


def _end(path: str) -> str:
    """The last parts of a path, as many as fit a chart."""
    parts = path.split("/")
    while len(parts) > 1 and len("/".join(parts)) > _LONGEST_LABEL:
        del parts[0]
    end = "/".join(parts)
    return end if end == path else f"…/{end}"


def _lines(finding: Finding) -> Iterator[Line]:
    span = finding.location.span
    for number, source in finding.excerpt:
        start = span.column - 1 if number == span.line else len(source) - len(source.lstrip())
        end = span.end_column - 1 if number == span.end_line else len(source.rstrip())
        text, first = crop(source, around=min(start, len(source)), limit=_LONGEST_LINE)
        last = max(first, min(first + end - start, len(text)))
        pieces = (text[:first], text[first:last], text[last:])
        yield Line(number, *map(expand_tabs, pieces))


def _head(lines: Sequence[Line]) -> str:
    if not lines:
        return ""
    text = f"{lines[0].before}{lines[0].marked}{lines[0].after}".strip()
    return f"{text} …" if len(lines) > 1 else text


def _code(text: str) -> tuple[str, ...]:
    return tuple(
        crop(expand_tabs(line), around=0, limit=_LONGEST_LINE)[0] for line in text.strip("\n").split("\n")
    )


def _diff(text: str) -> tuple[DiffLine, ...]:
    lines = []
    for line in _code(text):
        changed = not line.startswith(("+++", "---"))
        kind = {"+": "added", "-": "removed"}.get(line[:1], "") if changed else ""
        lines.append(DiffLine(kind, line))
    return tuple(lines)


def _call(operation: RestOperation) -> Call:
    return Call(f"{operation.method} {operation.path}", operation.role, _web_address(operation.docs))


def _web_address(text: str) -> str | None:
    """The text if it is a plain https or http address: what a result names may be anything."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    plain = text.isascii() and text.isprintable() and " " not in text
    return text if plain and parts.scheme in ("https", "http") and parts.netloc else None


def _step(step: Step, current: str) -> Place:
    span = step.location.span
    path = "" if step.location.path == current else f"{step.location.path}:"
    return Place(f"{path}{span.line}:{span.column}", step.message)
