"""The `gate` command: fails on findings that are new against a commit or a baseline file."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from marketo_migrate.cli.formats import ResultFormat, render_result
from marketo_migrate.cli.merge_base import Base, base_of_environment, named_base, repository_of
from marketo_migrate.cli.output import check_output, print_text, write_file
from marketo_migrate.cli.progress import shown_progress
from marketo_migrate.cli.review import (
    baseline_path,
    examine_whole,
    in_scope,
    is_shown,
    shown_path,
    whole_scope,
)
from marketo_migrate.cli.settings import settings_for
from marketo_migrate.comparison import Review, Scope, review_baseline, review_commit
from marketo_migrate.config.ci import Service, service_of
from marketo_migrate.config.settings import Settings
from marketo_migrate.config.threshold import any_over
from marketo_migrate.errors import UsageError
from marketo_migrate.gate.baseline import Entry, known_findings, read_baseline
from marketo_migrate.gate.compare import compare
from marketo_migrate.model.record import record
from marketo_migrate.model.result import ScanResult
from marketo_migrate.pipeline import Examination, result_of


@record(kw_only=True)
class GateOptions:
    """What the command line of `gate` says; None and empty mean: as in the settings or the environment."""

    paths: tuple[Path, ...] = ()
    base: str | None = None
    baseline: Path | None = None
    format: ResultFormat | None = None
    output: Path | None = None
    fail_on_problems: bool = False
    require_reason: bool = False
    no_color: bool = False
    rules: tuple[Path, ...] = ()
    config: Path | None = None


@record
class _Earlier:
    """What the work tree is compared with: a commit, a baseline's entries, or both; and what to call it."""

    base: Base | None
    file: str
    entries: tuple[Entry, ...] | None
    counts: bool

    @property
    def words(self) -> str:
        names = []
        if self.base is not None:
            names.append(f"{self.base.name} (commit {self.base.commit[:12]})")
        if self.counts:
            names.append(f"the baseline {self.file}")
        return " and ".join(names)


def run_gate(options: GateOptions) -> int:
    """Compare, write the result, and give 1 when something new is over the threshold, else 0."""
    check_output(options.output)
    settings = _settings(options)
    paths = options.paths or settings.paths or (Path(),)
    repository = repository_of(paths)
    earlier = _earlier(options, settings, paths, repository)
    scope = whole_scope(paths, settings)
    examined = examine_whole(scope)
    whole = result_of(examined)
    review = _review(examined, whole, earlier, scope)
    result = _new_only(whole, review, settings)
    notes = _notes(whole, review, earlier)
    _write(result, notes, options, settings)
    unread = settings.fail_on_problems and bool(review.problems)
    return 1 if any_over(result.findings, settings.fail_on) or unread else 0


def _settings(options: GateOptions) -> Settings:
    settings = settings_for(options.paths, config=options.config, rules=options.rules)
    return settings._replace(
        require_reason=settings.require_reason or options.require_reason,
        fail_on_problems=settings.fail_on_problems or options.fail_on_problems,
    )


def _earlier(
    options: GateOptions, settings: Settings, paths: Sequence[Path], repository: str | None
) -> _Earlier:
    """What the command line names; else the baseline that is there; else the base that the service names."""
    file = baseline_path(settings, options.baseline, repository)
    entries = None
    if options.baseline is not None or settings.baseline is not None or file.exists():
        entries, _ = in_scope(read_baseline(file), paths, repository)
    name = shown_path(file, repository)
    if options.base is not None:
        base = named_base(repository, options.base)
        return _Earlier(base, name, entries, counts=options.baseline is not None)
    if entries is not None:
        return _Earlier(None, name, entries, counts=True)
    found = base_of_environment(repository, os.environ)
    if found is None:
        raise UsageError(
            "nothing to compare with: name a base (`--base origin/main`), or write a baseline file first "
            "(`marketo-migrate baseline`)"
        )
    return _Earlier(found, name, None, counts=False)


def _review(examined: Examination, whole: ScanResult, earlier: _Earlier, scope: Scope) -> Review:
    accepted = known_findings(earlier.entries or ()) if earlier.counts else ()
    if earlier.base is None:
        return review_baseline(whole, accepted)
    with shown_progress() as progress:
        return review_commit(
            examined,
            replace(scope, progress=progress),
            root=earlier.base.root,
            commit=earlier.base.commit,
            accepted=accepted,
        )


def _new_only(whole: ScanResult, review: Review, settings: Settings) -> ScanResult:
    """The scan with the findings that are new or suppressed, and the numbers of the others."""
    known = {id(finding) for finding in review.comparison.known}
    shown = [finding for finding in whole.findings if is_shown(finding, settings)]
    kept = tuple(finding for finding in shown if id(finding) not in known)
    numbers = {
        **whole.statistics,
        "hidden": sum(f.confidence.rank < settings.confidence.rank for f in review.comparison.new),
        "known": len(shown) - len(kept),
        "gone": len(review.comparison.gone),
    }
    problems = tuple(dict.fromkeys((*whole.problems, *review.problems)))
    return whole._replace(findings=kept, problems=problems, statistics=numbers)


def _notes(whole: ScanResult, review: Review, earlier: _Earlier) -> tuple[str, ...]:
    """What it was compared with, and what can be tidied up now."""
    from marketo_migrate.report.plain_text import neutralise
    from marketo_migrate.report.wording import plural

    notes = [f"Compared with {earlier.words}."]
    open_findings = [finding for finding in whole.findings if not finding.suppressed]
    hidden = len(whole.findings) - len(open_findings)
    entries = earlier.entries or ()
    gone = len(compare(open_findings, known_findings(entries)).gone)
    if not whole.findings and (review.before or entries):
        notes.append("The last use of Marketo's SOAP API is gone.")
    elif earlier.base is not None and review.comparison.gone and not hidden:
        notes.append(f"{plural(len(review.comparison.gone), 'finding')} gone since.")
    if gone and gone == sum(entry.count for entry in entries):
        notes.append(f"The baseline has nothing left: delete {earlier.file}.")
    elif gone:
        fixed = plural(gone, "known finding")
        notes.append(f"The baseline can shrink, {fixed} gone: run `marketo-migrate baseline --prune`.")
    return tuple(neutralise(note) for note in notes)


def _write(result: ScanResult, notes: Sequence[str], options: GateOptions, settings: Settings) -> None:
    service = service_of(os.environ)
    chosen = options.format or (ResultFormat.GITHUB if service is Service.GITHUB else ResultFormat.TEXT)
    text = render_result(
        result,
        chosen,
        rules=settings.rules,
        to_file=options.output is not None,
        no_color=options.no_color,
    )
    said = "".join(f"{note}\n" for note in notes)
    if options.output is not None:
        write_file(options.output, text)
        print_text(said)
    elif chosen in (ResultFormat.TEXT, ResultFormat.GITHUB):
        print_text(text + said)
    else:
        print_text(text)
        sys.stderr.write(said)
    summary = os.environ.get("GITHUB_STEP_SUMMARY") if service is Service.GITHUB else None
    if summary:
        _append_summary(Path(summary), result, notes)


def _append_summary(path: Path, result: ScanResult, notes: Sequence[str]) -> None:
    """Add the result to the summary page of the job; a page that cannot be written fails nothing."""
    from marketo_migrate.report import markdown
    from marketo_migrate.report.markdown_text import words

    text = markdown.render(result, limit=markdown.SUMMARY_LIMIT)
    lines = "".join(f"\n{words(note)}\n" for note in notes)
    try:
        with path.open("ab") as file:
            file.write(f"{text}{lines}\n".encode("utf-8", "backslashreplace"))
    except OSError as error:
        sys.stderr.write(f"marketo-migrate: the job summary cannot be written: {error.strerror or error}\n")
