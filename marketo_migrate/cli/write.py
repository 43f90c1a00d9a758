"""Change sets in, files on disk rewritten, exit status out; what interrupted runs left is made good first."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from marketo_migrate.cli.output import print_error, print_text
from marketo_migrate.errors import UsageError
from marketo_migrate.model.change import ChangeSet, WriteOutcome
from marketo_migrate.model.record import record
from marketo_migrate.report.hunks import Mask

_DONE = 0
_FAILED = 2
_BY_SIGNAL = 128


def make_good(locations: Iterable[str], *, roots: Sequence[str]) -> None:
    """Undo what interrupted runs left half-written beside these files (absolute), and say so.

    To be called before the files are read. Raises `UsageError` where a person must look first.
    """
    from marketo_migrate.writers.recover import recover

    recoveries = recover(_directories(locations, roots), roots=roots)
    for recovery in recoveries:
        if recovery.done:
            _tell(recovery.messages)
    problems = [message for recovery in recoveries if not recovery.done for message in recovery.messages]
    if problems:
        raise UsageError("\n".join(problems))


def tell_unfinished(locations: Iterable[str], *, roots: Sequence[str]) -> None:
    """Say what an interrupted run left, for commands that write nothing."""
    from marketo_migrate.writers.recover import find_unfinished

    _tell(
        f"{path}: a run that writes was interrupted, or is at work: `marketo-migrate fix` makes it good"
        for path in find_unfinished(_directories(locations, roots))
    )


@record
class PatchFile:
    """Where the change is also written as one patch, and the directory its paths are relative to."""

    path: Path
    root: str


def write(
    change_sets: Sequence[ChangeSet], *, roots: Sequence[str], mask: Mask, patch: PatchFile | None = None
) -> int:
    """Write the units and tell what became of them; gives the exit status.

    The patch is written first, so that nothing is rewritten that could not be undone with it, and
    again without the units that were not written. Raises `UsageError` where that fails.

    The status is 0 when all are written, 2 when one is not, 128 and the signal's number (130 for
    Ctrl-C) when that ended the work.
    """
    from marketo_migrate.report.outcome import render_outcome
    from marketo_migrate.writers.apply import write_change_sets

    if patch is not None:
        write_patch(patch, change_sets, mask=mask)
    outcome = write_change_sets(change_sets, roots=roots)
    print_text(render_outcome(outcome, mask=mask))
    if patch is not None and outcome.not_written and not outcome.damage:
        write_patch(patch, outcome.written, mask=mask)
    return status_of(outcome)


def status_of(outcome: WriteOutcome) -> int:
    """The exit status for what became of the units."""
    if outcome.signal is not None:
        return _BY_SIGNAL + outcome.signal
    return _FAILED if outcome.not_written or outcome.damage else _DONE


def write_patch(patch: PatchFile, change_sets: Sequence[ChangeSet], *, mask: Mask) -> None:
    """Write one patch of all units, replaced in one step; raises `UsageError` where that fails."""
    from marketo_migrate.report.patch import render_patch
    from marketo_migrate.writers.atomic import write_atomically

    data = render_patch(change_sets, root=patch.root, mask=mask)
    try:
        write_atomically(patch.path, data)
    except OSError as error:
        raise UsageError(f"--patch: cannot write {patch.path}: {error.strerror or error}") from error


def _directories(locations: Iterable[str], roots: Sequence[str]) -> set[str]:
    return {*map(os.path.dirname, locations), *roots}


def _tell(messages: Iterable[str]) -> None:
    from marketo_migrate.report.plain_text import neutralise

    for message in messages:
        print_error(f"marketo-migrate: {neutralise(message)}")
