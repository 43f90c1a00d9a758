"""The note that a unit leaves on disk while its files are replaced, so that an interruption can be made good.

It stands in the directory of the unit's first file, is complete before anything else is touched, and
goes when nothing of the unit is left to do. It names the files, relative to its own directory, with
the digests of their bytes before and after; the copies beside them are named after it.
"""

import hashlib
import json
import re
import sys

from marketo_migrate.model.record import record

if sys.platform != "win32":
    import fcntl

NAME = ".marketo-migrate.journal"

_FORMAT = "marketo-migrate journal 1"
_ID = re.compile(r"[0-9a-f]{12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class JournalError(ValueError):
    """A journal that was not written by this program, or by another version of it."""


@record
class Entry:
    """A file of the unit: its path from the journal's directory, digests before (None: no file) and after."""

    path: str
    before: str | None
    after: str


@record
class Journal:
    """`run` tells this unit's copies from all others (12 hexadecimal digits)."""

    run: str
    entries: tuple[Entry, ...]

    def new_name(self, number: int) -> str:
        """The name that the new bytes of file `number` have before they are in place."""
        return f".marketo-migrate-{self.run}-{number}.new"

    def old_name(self, number: int) -> str:
        """The name under which the old file `number` is kept until the whole unit is written."""
        return f".marketo-migrate-{self.run}-{number}.old"

    def encode(self) -> bytes:
        """The journal as its file holds it; the line feed at the end tells that it is complete."""
        files = [{"path": item.path, "before": item.before, "after": item.after} for item in self.entries]
        return json.dumps({"format": _FORMAT, "run": self.run, "files": files}).encode() + b"\n"


def decode(data: bytes) -> Journal | None:
    """The journal of a file; None for one that was not written to its end. Raises `JournalError`."""
    if not data.endswith(b"\n"):
        if data and not data.startswith(b'{"format": "marketo-migrate'[: len(data)]):
            raise JournalError
        return None
    try:
        document = json.loads(data)
        if document["format"] != _FORMAT or not _ID.fullmatch(document["run"]):
            raise JournalError
        entries = tuple(_entry(item["path"], item["before"], item["after"]) for item in document["files"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise JournalError from error
    return Journal(document["run"], entries)


def digest(data: bytes) -> str:
    """What a journal knows bytes by."""
    return hashlib.sha256(data).hexdigest()


def lock(descriptor: int) -> bool:
    """Claim a journal for this process until it is closed; False where another process has it."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # Some network file systems have no locks.
        return True
    return True


def _entry(path: object, before: object, after: object) -> Entry:
    digests = (after,) if before is None else (before, after)
    if not isinstance(path, str) or not path or "\0" in path:
        raise JournalError
    if not all(isinstance(item, str) and _DIGEST.fullmatch(item) for item in digests):
        raise JournalError
    return Entry(path, before, after)  # type: ignore[arg-type]
