"""Finds what an interrupted run left behind, and makes it good.

Files of a half-written unit get their old bytes back; of a unit that was written whole, only the copies go.

Public: `find_unfinished(directories)`, which only looks, and `recover(directories, roots=...)`.

A journal is input like any other: it can make this write only inside `roots`, only to files that
hold the very bytes it names, and only from copies that bear its own names.
"""

import os
from collections.abc import Iterable, Sequence

from marketo_migrate.model.record import record
from marketo_migrate.writers.directory import Directory, OpenDirectories, OutsideError, read_all
from marketo_migrate.writers.journal import NAME, Journal, JournalError, decode, lock
from marketo_migrate.writers.restore import Place, all_written, clear, put_back

_LARGEST = 10_000_000


@record
class Recovery:
    """What became of one journal (its path), in sentences; without `done`, nothing may be written yet."""

    journal: str
    done: bool
    messages: tuple[str, ...]


def find_unfinished(directories: Iterable[str]) -> tuple[str, ...]:
    """The journals in these directories, which lie there only while a run writes, or after one was killed."""
    paths = (os.path.join(directory, NAME) for directory in sorted(set(directories)))
    return tuple(path for path in paths if os.path.lexists(path))


def recover(directories: Iterable[str], *, roots: Sequence[str]) -> tuple[Recovery, ...]:
    """Make good what the journals in these directories tell of; empty where there are none."""
    return tuple(_recover(path, roots) for path in find_unfinished(directories))


def _recover(path: str, roots: Sequence[str]) -> Recovery:
    try:
        with OpenDirectories(roots) as directories:
            home = directories.open(os.path.realpath(os.path.dirname(path), strict=True))
            descriptor = home.open_old(NAME)
            try:
                if not lock(descriptor):
                    return Recovery(path, False, (f"Another run is writing: wait for it ({path}).",))
                journal = decode(_read(descriptor))
                if journal is None:
                    home.remove(NAME)
                    return Recovery(path, True, (f"A run was stopped before it wrote anything ({path}).",))
                return _make_good(path, journal, home, directories)
            finally:
                os.close(descriptor)
    except JournalError:
        message = f"{path} is no journal of this version: find out who wrote it, then delete it."
    except OutsideError:
        message = (
            f"{path} tells of files outside of {', '.join(roots)}: run the command on the whole project."
        )
    except OSError as error:
        reason = (error.strerror or str(error) or type(error).__name__).lower()
        message = f"{path}: cannot make good what an interrupted run left: {reason}."
    return Recovery(path, False, (message,))


def _read(descriptor: int) -> bytes:
    if os.fstat(descriptor).st_size > _LARGEST:
        raise JournalError
    return read_all(descriptor)[0]


def _make_good(path: str, journal: Journal, home: Directory, directories: OpenDirectories) -> Recovery:
    places = [_place(journal, number, home, directories) for number in range(len(journal.entries))]
    names = ", ".join(place.shown for place in places)
    if all_written(places):
        problems: tuple[str, ...] = ()
        message = f"A run was killed just after it had rewritten {names}: they are complete."
    else:
        problems = put_back(places)
        message = f"A run was killed while it rewrote {names}: they are as they were before it."
    if problems:
        return Recovery(path, False, (*problems, f"Put that right, then delete {path}."))
    clear(places)
    home.remove(NAME)
    return Recovery(path, True, (message,))


def _place(journal: Journal, number: int, home: Directory, directories: OpenDirectories) -> Place:
    entry = journal.entries[number]
    real = os.path.normpath(os.path.join(home.path, *entry.path.split("/")))
    directory, name = os.path.split(real)
    return Place(
        shown=real,
        directory=directories.open(directory),
        name=name,
        new_name=journal.new_name(number),
        old_name=journal.old_name(number),
        before=entry.before,
        after=entry.after,
    )
