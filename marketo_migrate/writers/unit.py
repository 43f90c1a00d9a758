"""Writes the files of one unit, all or none.

1. Every file still holds the bytes of the plan and may be written; links lead nowhere outside.
2. A journal says what is going to happen (`journal`).
3. The new bytes of every file lie complete beside it, and its old bytes have a second name.
4. One rename after the other puts the new files in place. After the last one the unit is written.
5. The second names and the journal go.

A failure before the end of step 4 puts back what was renamed. A process that is killed leaves every
file whole, old or new, and the journal; `recover` does the rest in the next run.
"""

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress

from marketo_migrate.model.change import FileChange
from marketo_migrate.model.record import record
from marketo_migrate.writers.directory import Directory, NotAFileError, OpenDirectories, OutsideError, fill
from marketo_migrate.writers.journal import NAME, Entry, Journal, digest, lock
from marketo_migrate.writers.reasons import RefusalError, failure
from marketo_migrate.writers.restore import Place, clear, put_back
from marketo_migrate.writers.signals import HeldSignals

_AGAIN = "Run the command again to work on what is there now."


class DamageError(Exception):
    """A failed unit could not be put back whole; `problems` says which files, `cause` what failed first."""

    def __init__(self, problems: tuple[str, ...], cause: RefusalError) -> None:
        super().__init__(*problems)
        self.problems = problems
        self.cause = cause


@record
class Written:
    """A unit is written: notes on what came out otherwise than expected, and what could not be deleted."""

    notes: tuple[str, ...]
    left: str | None


class Target:
    """A file of the unit as it was found: the directory it really is in, its name there, its status."""

    __slots__ = ("change", "directory", "name", "status")

    def __init__(
        self, change: FileChange, directory: Directory, name: str, status: os.stat_result | None
    ) -> None:
        self.change = change
        self.directory = directory
        self.name = name
        self.status = status

    def check(self) -> None:
        """Raise `RefusalError` unless the file still holds the bytes of the plan."""
        path = self.change.path
        if self.change.new:
            if self.directory.exists(self.name):
                raise RefusalError(path, f"{path} exists by now, and is left as it is. {_AGAIN}")
            return
        data, self.status = self.directory.read(self.name)
        if data != self.change.before:
            raise RefusalError(path, f"{path} was changed after it was read, and is left as it is. {_AGAIN}")


def write_unit(changes: Sequence[FileChange], *, roots: Sequence[str], signals: HeldSignals) -> Written:
    """Write the changes, all or none.

    Raises `RefusalError` or `StoppedError` when no file was changed, `DamageError` when a failure
    could not be undone.
    """
    with OpenDirectories(roots) as directories:
        targets = [_find(change, directories) for change in changes]
        _check_distinct(targets)
        home = targets[0].directory
        journal = Journal(secrets.token_hex(6), tuple(_entry(target, home) for target in targets))
        places = [_place(target, journal, number) for number, target in enumerate(targets)]
        descriptor = _announce(journal, home, targets[0].change.path)
        try:
            notes = _write(targets, places, signals)
        except DamageError:
            # The journal stays: the next run tries again.
            raise
        except RefusalError as refusal:
            left = _finish(places, home)
            if left:
                raise RefusalError(refusal.path, f"{refusal.message} {left}", final=True) from None
            raise
        except BaseException:
            _finish(places, home)
            raise
        else:
            return Written(tuple(notes), _finish(places, home))
        finally:
            os.close(descriptor)


def _write(targets: Sequence[Target], places: Sequence[Place], signals: HeldSignals) -> list[str]:
    notes: list[str] = []
    begun = 0
    current = targets[0]
    try:
        for current, place in zip(targets, places, strict=True):
            signals.check()
            notes += _stage(current, place)
        for current, place in zip(targets, places, strict=True):
            signals.check()
            current.check()
            begun += 1
            if current.change.new:
                place.directory.put_in_place(place.new_name, place.name)
            else:
                place.directory.replace(place.new_name, place.name)
            place.directory.sync()
        for current, place in zip(targets, places, strict=True):
            _check_kept(current, place)
    except BaseException as error:
        problems = put_back(places[:begun])
        if isinstance(error, OSError):
            error = failure(current.change.path, error)
        if problems:
            cause = error if isinstance(error, RefusalError) else RefusalError(None, "Stopped.")
            raise DamageError(problems, cause) from error
        raise error from None
    return notes


def _find(change: FileChange, directories: OpenDirectories) -> Target:
    """The file that a change is for, checked; a link is followed as long as it stays inside the roots."""
    path = change.path
    try:
        real = _real_path(change)
        target = Target(change, directories.open(os.path.dirname(real)), os.path.basename(real), None)
        target.check()
        if not change.new:
            target.directory.check_writable(target.name)
    except OutsideError:
        message = f"{path} leads out of the scanned directories by a symbolic link, and is left as it is."
        raise RefusalError(path, message) from None
    except NotAFileError:
        raise RefusalError(path, f"{path} is no file any more. {_AGAIN}") from None
    except (FileNotFoundError, NotADirectoryError):
        what = "has no directory to stand in" if change.new else "was deleted after it was read"
        raise RefusalError(path, f"{path} {what}. {_AGAIN}") from None
    except OSError as error:
        raise failure(path, error) from error
    return target


def _real_path(change: FileChange) -> str:
    if not change.new:
        return os.path.realpath(change.location, strict=True)
    directory, name = os.path.split(change.location)
    return os.path.join(os.path.realpath(directory, strict=True), name)


def _check_distinct(targets: Sequence[Target]) -> None:
    """Refuse two paths that are one file: by a link, or where case makes no difference."""
    seen: dict[tuple[object, ...], str] = {}
    for target in targets:
        path = target.change.path
        keys: list[tuple[object, ...]] = [(target.directory.path, target.name)]
        if target.status is not None:
            file = (target.status.st_dev, target.status.st_ino)
            keys.append((*file, target.directory.path, target.name.casefold()))
        for key in keys:
            if seen.setdefault(key, path) != path:
                message = f"{seen[key]} and {path} are one file on this disk, so neither is rewritten."
                raise RefusalError(path, message)


def _entry(target: Target, home: Directory) -> Entry:
    change = target.change
    path = os.path.relpath(os.path.join(target.directory.path, target.name), home.path)
    return Entry(
        path.replace(os.sep, "/"), None if change.new else digest(change.before), digest(change.after)
    )


def _place(target: Target, journal: Journal, number: int) -> Place:
    entry = journal.entries[number]
    return Place(
        shown=target.change.path,
        directory=target.directory,
        name=target.name,
        new_name=journal.new_name(number),
        old_name=journal.old_name(number),
        before=entry.before,
        after=entry.after,
    )


def _stage(target: Target, place: Place) -> list[str]:
    """Lay the new bytes down beside the file and keep the old ones; notes on links and owners."""
    path, status = target.change.path, target.status
    kept = place.directory.create(place.new_name, target.change.after, like=status)
    if status is None:
        return []
    place.directory.keep(place.name, place.old_name)
    notes = []
    if status.st_nlink > 1:
        others = "the other keeps" if status.st_nlink == 2 else f"the {status.st_nlink - 1} others keep"
        notes.append(f"{path} is a hard link: this name has the new content, {others} the old.")
    if not kept:
        notes.append(f"{path} belongs to you now: its owner could not be kept.")
    return notes


def _check_kept(target: Target, place: Place) -> None:
    """Refuse where somebody wrote into the old file between the last look and the rename."""
    if not target.change.new and place.directory.read(place.old_name)[0] != target.change.before:
        path = target.change.path
        raise RefusalError(path, f"{path} was changed while it was rewritten. {_AGAIN}")


def _announce(journal: Journal, home: Directory, path: str) -> int:
    """Write the journal; gives the descriptor that holds it locked until it is closed."""
    try:
        descriptor = home.open_new(NAME, private=False)
    except FileExistsError:
        raise RefusalError(
            path,
            f"{path}: another run is writing in this directory, or was interrupted here ({NAME})."
            " Run the command again when it is done.",
            final=True,
        ) from None
    except OSError as error:
        raise failure(path, error) from error
    try:
        # Another run may have taken the empty journal for a left-over before it was locked.
        if not lock(descriptor) or not home.is_open_as(NAME, descriptor):
            raise RefusalError(
                path, f"{path}: another run is working in this directory. {_AGAIN}", final=True
            )
        fill(descriptor, journal.encode())
        home.sync()
    except BaseException as error:
        os.close(descriptor)
        with suppress(OSError):
            home.remove(NAME)
        if isinstance(error, OSError):
            raise failure(path, error) from error
        raise
    return descriptor


def _finish(places: Sequence[Place], home: Directory) -> str | None:
    """Take copies and journal away; a sentence where that fails, which harms no file."""
    try:
        clear(places)
        home.remove(NAME)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return f"{os.path.join(home.path, NAME)} could not be deleted ({reason}); the next run does it."
    return None
