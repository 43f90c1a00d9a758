"""A migration plan as Markdown for an issue or a wiki: figures, order of work, and a list to tick off."""

from collections.abc import Iterator, Sequence

from marketo_migrate.model.finding import FileProblem, Finding
from marketo_migrate.model.suppression import Suppression
from marketo_migrate.report.effort import WAY_WORDS, Way, effort_of, in_words, way_of
from marketo_migrate.report.markdown_text import block, cell, code, words
from marketo_migrate.report.order import open_findings
from marketo_migrate.report.plain_text import crop, expand_tabs
from marketo_migrate.report.plan import Group, Plan, Projects
from marketo_migrate.report.quota import LIMITS
from marketo_migrate.report.suppression_words import describe
from marketo_migrate.report.wording import instead, plural

COMMENT_LIMIT = 60_000
"""Bytes that fit an issue or a comment on GitHub (65,536 characters) with room for a sentence around them."""

_MOST_ROWS = 15
_LONGEST_TEXT = 200
_ROOM = 8_000


def render(projects: Projects, plan: Plan, *, limit: int = COMMENT_LIMIT) -> Iterator[str]:
    """The plan in pieces, about `limit` bytes of UTF-8 (at least 40,000) in all.

    Findings that do not fit are left out from the end, and counted.
    """
    size = 0
    for piece in _figures(plan):
        size += len(piece.encode("utf-8", "surrogatepass"))
        yield piece
    if plan.total.count:
        yield "\n## Findings\n"
        yield from _findings(projects, plan.total.count, limit - size)


def _figures(plan: Plan) -> Iterator[str]:
    yield "# Migration plan: from Marketo SOAP to REST\n\n"
    yield f"{_headline(plan)}\n"
    yield _progress(plan)
    if plan.total.count:
        yield f"\n{plural(plan.calls.count, 'SOAP call')}; estimated work {in_words(plan.total.effort)}"
        yield " (planning figures, not measured).\n"
        yield _table("How it goes away", plan.by_way, WAY_WORDS)
        yield _table("SOAP method", plan.by_method)
        yield _table("Library", plan.by_client)
        yield _table("Repository", plan.by_project) if plan.projects > 1 else ""
        yield _table("Directory", plan.by_directory)
        yield _table("Owner", plan.by_owner)
        yield _quota(plan)
    yield _suppressions(plan.suppressions)
    yield _problems(plan.problems)


def _headline(plan: Plan) -> str:
    where = f" in {plural(plan.files, 'file')}" if plan.files else ""
    repositories = f", {plural(plan.projects, 'repository')}" if plan.projects > 1 else ""
    repositories = repositories.replace("repositorys", "repositories")
    if not plan.total.count:
        return f"No use of Marketo's SOAP API was found{where}{repositories}."
    found = f"{plural(plan.total.count, 'finding')} in {plural(plan.files_with_findings, 'file')}"
    scanned = f" of {plan.files:,}" if plan.files else ""
    done = f"; {plan.clean_projects:,} of {plan.projects:,} repositories are done" if repositories else ""
    return f"{found}{scanned}{done}. Adobe removed the SOAP API on 2026-07-31."


def _progress(plan: Plan) -> str:
    progress = plan.progress
    if progress is None:
        return ""
    counts = f"{progress.gone:,} gone, {progress.left:,} still open, {progress.new:,} new"
    text = f"\nSince the earlier results: {counts}.\n"
    missing = ", ".join(code(_short(name)) for name in progress.missing[:_MOST_ROWS])
    return f"{text}No result now for {missing}: not counted.\n" if missing else text


def _table(name: str, groups: Sequence[Group], labels: dict[Way, str] | None = None) -> str:
    if not groups:
        return ""
    used = [way for way in Way if any(group.ways[way] for group in groups)] if labels is None else []
    header = [name, *(WAY_WORDS[way] for way in used), "findings", "effort"]
    lines = [f"\n| {' | '.join(header)} |\n", f"|---|{'---:|' * (len(header) - 1)}\n"]
    for group in groups[:_MOST_ROWS]:
        label = code(_short(group.name)) if labels is None else labels[Way(group.name)]
        numbers = [f"{group.ways[way]:,}" for way in used]
        row = [cell(label), *numbers, f"{group.count:,}", in_words(group.effort)]
        lines.append(f"| {' | '.join(row)} |\n")
    more = groups[_MOST_ROWS:]
    if more:
        lines.append(f"\n*and {len(more):,} more with {plural(sum(g.count for g in more), 'finding')}*\n")
    return "".join(lines)


def _quota(plan: Plan) -> str:
    loops = f"\n**{plural(plan.in_loops, 'call')} in a loop**: send the records in batches.\n"
    limits = "".join(f"- {name}: {text}\n" for name, text in LIMITS)
    return f"\n## REST quota\n{loops if plan.in_loops else ''}\n{limits}"


def _suppressions(suppressions: Sequence[tuple[str, Suppression]]) -> str:
    lines = [
        f"{_place(project, item.path, item.line)} {words(_short(describe(item)))}"
        + ("" if item.reason else " (no reason given)")
        for project, item in suppressions
    ]
    return _list("Suppressed", lines)


def _problems(problems: Sequence[tuple[str, FileProblem]]) -> str:
    lines = [
        f"{_place(project, item.path, item.line)} {words(_short(item.message))}" for project, item in problems
    ]
    return _list("Not analysed, or only in part", lines)


def _list(title: str, lines: Sequence[str]) -> str:
    """A section with as many of the lines as it has room for, nothing where there are none."""
    room = _ROOM
    shown: list[str] = []
    for line in lines:
        room -= len(line.encode("utf-8", "surrogatepass"))
        if room < 0:
            break
        shown.append(f"- {line}\n")
    more = len(lines) - len(shown)
    return "".join([f"\n## {title}\n\n", *shown, f"- and {more:,} more\n" if more else ""]) if lines else ""


def _findings(projects: Projects, total: int, room: int) -> Iterator[str]:
    shown = 0
    heading = None
    for project in projects():
        for finding in open_findings(project.result.findings):
            place = (project.name, finding.location.path)
            text = "" if place == heading else f"\n### {_place(*place, None)}\n\n"
            text += _task(finding)
            room -= len(text.encode("utf-8", "surrogatepass"))
            if room < 0:
                yield f"\n*{plural(total - shown, 'more finding')}: `--format html` shows all of them.*\n"
                return
            heading = place
            shown += 1
            yield text


def _task(finding: Finding) -> str:
    title = f"{words(finding.rule)} {words(_short(finding.name))}"
    marks = [
        WAY_WORDS[way_of(finding)],
        in_words(effort_of(finding)),
        *(["in a loop"] if finding.in_loop else []),
    ]
    owners = "".join(f", {code(_short(owner))}" for owner in finding.owners)
    lines = [f"line {finding.location.span.line}: **{title}** ({', '.join(marks)}{owners})"]
    if finding.excerpt:
        lines.append(code(_source(finding.excerpt[0][1].strip())))
    if advice := instead(finding):
        lines.append(f"Instead: {words(_short(advice))}")
    # Two blanks end a line in a wiki as well.
    task = "- [ ] " + "  \n  ".join(filter(None, lines)) + "\n"
    snippet = finding.replacement.snippet if finding.replacement is not None else None
    if not snippet:
        return task
    shown = [_source(line) for line in snippet.strip("\n").split("\n")]
    return task + "\n" + block(shown, indent="  ", language="python")


def _source(line: str) -> str:
    return crop(expand_tabs(line), around=0, limit=_LONGEST_TEXT)[0]


def _place(project: str, path: str, line: int | None) -> str:
    before = f"{code(_short(project))} " if project else ""
    return before + code(_short(f"{path}:{line}" if line else path))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
