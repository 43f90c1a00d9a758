"""Change sets in, files on disk replaced, what became of each set out.

Public:

* `write_change_sets(change_sets, roots=...) -> WriteOutcome`: each set all or none; never raises for
  what a disk, a person or another program does. `roots` are the absolute directories in which files may
  be written; links that lead out of them are not followed.
* `recover(directories, roots=...)` in `recover` makes good what an interrupted run left; call it first.

A signal (Ctrl-C) ends the work between two steps: the set at hand is undone, the rest is not begun.
"""

import signal as signals_of_system
from collections.abc import Sequence

from marketo_migrate.model.change import ChangeSet, NotWritten, WriteOutcome, check_disjoint
from marketo_migrate.writers.reasons import RefusalError
from marketo_migrate.writers.signals import HeldSignals, StoppedError, held_signals
from marketo_migrate.writers.unit import DamageError, write_unit


def write_change_sets(change_sets: Sequence[ChangeSet], *, roots: Sequence[str]) -> WriteOutcome:
    """Write the sets in the order given. Raises `ValueError` for a file that occurs twice."""
    check_disjoint(change_sets)
    written: list[ChangeSet] = []
    refused: list[NotWritten] = []
    notes: list[str] = []
    damage: list[str] = []
    # Why there is no use in going on, if there is none.
    ended: str | None = None
    with held_signals() as signals:
        for change_set in change_sets:
            if ended:
                refused.append(NotWritten(change_set, None, ended))
                continue
            changes = sorted(
                (item for item in change_set.changes if item.changes), key=lambda item: item.path
            )
            try:
                if changes:
                    signals.check()
                    done = write_unit(changes, roots=roots, signals=signals)
                    notes += done.notes
                    if done.left:
                        notes.append(done.left)
                        ended = f"Not tried. {done.left}"
                written.append(change_set)
            except RefusalError as refusal:
                refused.append(NotWritten(change_set, refusal.path, refusal.message))
                ended = f"Not tried, because of {refusal.path}." if refusal.final else None
            except StoppedError:
                refused.append(NotWritten(change_set, None, _stopped(signals)))
                ended = _stopped(signals)
            except DamageError as broken:
                refused.append(NotWritten(change_set, broken.cause.path, broken.cause.message))
                damage += broken.problems
                ended = "Not tried, because the unit before could not be put back."
    return WriteOutcome(tuple(written), tuple(refused), tuple(notes), tuple(damage), signals.received)


def _stopped(signals: HeldSignals) -> str:
    number = signals.received or 0
    name = "Ctrl-C" if number == signals_of_system.SIGINT else signals_of_system.Signals(number).name
    return f"Stopped by {name}. Run the command again for the rest."
