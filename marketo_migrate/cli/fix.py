"""The `fix` command: scan, plan, show or write, and say what stays; gives the exit status."""

import os
from collections.abc import Sequence
from pathlib import Path

from marketo_migrate.cli.choose import check_interactive, choose
from marketo_migrate.cli.output import output_width, print_text, wants_color
from marketo_migrate.cli.progress import shown_progress
from marketo_migrate.cli.scan import ScanOptions, settings_of
from marketo_migrate.cli.write import PatchFile, make_good, tell_unfinished, write, write_patch
from marketo_migrate.config.settings import Settings, Target
from marketo_migrate.config.threshold import any_over
from marketo_migrate.errors import UsageError
from marketo_migrate.fixing import Fixing, Outcome, PlannedUnit
from marketo_migrate.model.change import ChangeSet
from marketo_migrate.model.record import record
from marketo_migrate.pipeline import Wish, current_day, examine
from marketo_migrate.report.diff import render_diff
from marketo_migrate.report.fixed import MovedUnit, render_fixed
from marketo_migrate.rewrite.describe import read_describe
from marketo_migrate.rewrite.names import FieldName
from marketo_migrate.sources.discover import discover

LARGEST_DESCRIPTION = 50_000_000


@record(kw_only=True)
class FixCommand:
    """What the command line of `fix` says; `scan` is how the paths are scanned."""

    scan: ScanOptions
    diff: bool = False
    unsafe: bool = False
    target: Target | None = None
    describe: Path | None = None
    interactive: bool = False
    annotate: bool = False
    patch: Path | None = None


def run_fix(command: FixCommand) -> int:
    """Rewrite what can be rewritten; 0 when nothing is left to do, 1 when something is, 2 for failures."""
    if command.interactive and not command.diff:
        check_interactive()
    described = _described(command.describe)
    settings = settings_of(command.scan)
    settings = settings._replace(target=command.target or settings.target)
    paths = command.scan.paths or settings.paths or (Path(),)
    roots = _make_good(paths, settings, writes=not command.diff)
    with shown_progress() as progress:
        examined = examine(
            paths,
            settings,
            progress=None if command.scan.no_color else progress,
            today=current_day,
            wish=Wish(rewrite=True, unsafe=command.unsafe, described=described),
        )
    fixing = Fixing(examined, annotate=command.annotate)
    units = fixing.units
    if command.interactive and not command.diff:
        units = _chosen(fixing, units, no_color=command.scan.no_color)
    outcome = fixing.outcome(units)
    patch = PatchFile(command.patch, examined.discovery.base) if command.patch is not None else None
    if command.diff:
        return _show(command, settings, fixing, outcome, patch)
    status = 0
    if outcome.change_sets:
        status = write(outcome.change_sets, roots=roots, mask=fixing.mask, patch=patch)
    elif patch is not None:
        write_patch(patch, (), mask=fixing.mask)
    if status:
        return status
    print_text(_summary(outcome, fixing, written=True))
    return 1 if any_over(outcome.left.findings, settings.fail_on) else 0


def _show(
    command: FixCommand, settings: Settings, fixing: Fixing, outcome: Outcome, patch: PatchFile | None
) -> int:
    color = wants_color(no_color=command.scan.no_color)
    text = render_diff(outcome.change_sets, mask=fixing.mask, color=color)
    print_text(text + ("\n" if text else "") + _summary(outcome, fixing, written=False))
    if patch is not None:
        write_patch(patch, outcome.change_sets, mask=fixing.mask)
    return 1 if outcome.change_sets or any_over(outcome.left.findings, settings.fail_on) else 0


def _chosen(fixing: Fixing, units: Sequence[PlannedUnit], *, no_color: bool) -> tuple[PlannedUnit, ...]:
    color = wants_color(no_color=no_color)

    def render(change_set: ChangeSet) -> str:
        return render_diff((change_set,), mask=fixing.mask, color=color)

    wanted = choose([unit.change_set for unit in units], render=render)
    return tuple(unit for unit in units if any(unit.change_set is change_set for change_set in wanted))


def _summary(outcome: Outcome, fixing: Fixing, *, written: bool) -> str:
    moved = [
        MovedUnit(
            unit.change_set.title,
            tuple(change.path for change in unit.change_set.changes),
            unit.change_set.notes,
            unit.calls,
        )
        for unit in outcome.units
    ]
    return render_fixed(
        moved, outcome.assumptions, outcome.left, written=written, mask=fixing.mask, width=output_width()
    )


def _make_good(paths: Sequence[Path], settings: Settings, *, writes: bool) -> tuple[str, ...]:
    """Undo what an interrupted run left, before anything is read; gives the directories to write in."""
    discovery = discover(paths, exclude=settings.exclude)
    locations = [file.absolute for file in discovery.files]
    (make_good if writes else tell_unfinished)(locations, roots=discovery.roots)
    return discovery.roots


def _described(path: Path | None) -> dict[str, FieldName] | None:
    """The fields of a describe file; raises `UsageError` where it cannot be read or understood."""
    if path is None:
        return None
    try:
        if os.path.getsize(path) > LARGEST_DESCRIPTION:  # noqa: PTH202
            raise UsageError(f"--describe: too large to be a description of leads: {path}")
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UsageError(f"--describe: cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"--describe: no UTF-8 text: {path}") from error
    return read_describe(text, str(path))
