"""The `baseline` command: writes the findings of today into a file, or takes out what is gone."""

from pathlib import Path

from marketo_migrate.cli.merge_base import repository_of
from marketo_migrate.cli.output import print_text, write_file
from marketo_migrate.cli.review import (
    baseline_path,
    examine_whole,
    in_scope,
    is_shown,
    shown_path,
    whole_scope,
)
from marketo_migrate.cli.settings import settings_for
from marketo_migrate.errors import UsageError
from marketo_migrate.gate.baseline import (
    Entry,
    known_findings,
    pruned,
    read_baseline,
    render_baseline,
    renewed,
)
from marketo_migrate.gate.compare import Comparison, compare, known_of
from marketo_migrate.model.finding import Finding
from marketo_migrate.model.record import record
from marketo_migrate.pipeline import result_of


@record(kw_only=True)
class BaselineOptions:
    """What the command line of `baseline` says."""

    paths: tuple[Path, ...] = ()
    baseline: Path | None = None
    prune: bool = False
    reason: str | None = None
    rules: tuple[Path, ...] = ()
    config: Path | None = None


def run_baseline(options: BaselineOptions) -> int:
    """Write the file and say what changed; always 0. Raises `UsageError` for a file that is no baseline."""
    settings = settings_for(options.paths, config=options.config, rules=options.rules)
    paths = options.paths or settings.paths or (Path(),)
    result = result_of(examine_whole(whole_scope(paths, settings), tiers=False))
    repository = repository_of(paths)
    file = baseline_path(settings, options.baseline, repository)
    if options.prune and not file.exists():
        raise UsageError(f"{file}: no such file: nothing to prune; `marketo-migrate baseline` writes it")
    old = read_baseline(file) if file.exists() else ()
    inside, outside = in_scope(old, paths, repository)
    findings = [finding for finding in result.findings if not finding.suppressed]
    comparison = compare(findings, known_findings(inside))
    if options.prune:
        kept = pruned(inside, comparison.gone)
    else:
        shown = [known_of(finding) for finding in findings if is_shown(finding, settings)]
        kept = renewed(shown, inside, reason=_one_line(options.reason))
    entries = (*outside, *kept)
    text = render_baseline(entries)
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        write_file(file, text)
    new = [finding for finding in comparison.new if is_shown(finding, settings)]
    print_text(_summary(shown_path(file, repository), entries, comparison, new, prune=options.prune))
    return 0


def _summary(
    file: str, entries: tuple[Entry, ...], comparison: Comparison, new: list[Finding], *, prune: bool
) -> str:
    from marketo_migrate.report.plain_text import neutralise
    from marketo_migrate.report.wording import plural

    total = sum(entry.count for entry in entries)
    changes = [f"{len(comparison.gone)} gone"] if comparison.gone else []
    if new and not prune:
        changes.insert(0, f"{len(new)} added")
    lines = [f"{neutralise(file)}: {plural(total, 'known finding')} ({', '.join(changes) or 'no change'})."]
    if new and prune:
        lines.append(f"{plural(len(new), 'new finding')} not added: `marketo-migrate baseline` does that.")
    if not total:
        lines.append("No use of Marketo's SOAP API is left: the file can be deleted.")
    return "".join(f"{line}\n" for line in lines)


def _one_line(reason: str | None) -> str | None:
    return " ".join(reason.split()) or None if reason else None
