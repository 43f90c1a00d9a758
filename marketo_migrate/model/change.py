"""What a rewrite does to files, as values: new bytes of each file, unit by unit, and what became of them."""

from collections.abc import Iterable

from marketo_migrate.model.record import record


@record
class FileChange:
    """The bytes of one file before and after.

    `path` is the reported name (POSIX), `location` where the file is on disk (absolute). A `new`
    file must not exist yet: `before` is then empty, and its directory must exist.
    """

    path: str
    location: str
    before: bytes
    after: bytes
    new: bool = False

    def __post_init__(self) -> None:
        if self.new and self.before:
            raise ValueError(f"{self.path}: a new file holds nothing before")

    @property
    def changes(self) -> bool:
        """Whether the file is another one afterwards."""
        return self.new or self.before != self.after


@record
class ChangeSet:
    """All that one migration unit changes: every file of it is written, or none.

    `title` says in one line what the unit is, `notes` the differences in behaviour and the
    assumptions that a reader must know, one sentence each; both are shown above the diff.
    """

    title: str
    changes: tuple[FileChange, ...]
    notes: tuple[str, ...] = ()


@record
class NotWritten:
    """A unit whose files are as they were, with the reason; `path` is the file it failed on, if one did.

    `message` is a whole sentence or two: what happened, and what to do.
    """

    change_set: ChangeSet
    path: str | None
    message: str


@record
class WriteOutcome:
    """What became of the units: each is in `written` or in `not_written`, in the order they were given.

    `notes` are things to know about files that were written (a hard link that was separated).
    `damage` names files that could not be put back after a failure, and where their old content is;
    it is empty but for a disk that fails twice. `signal` is the number of the signal that ended the
    writing early, or None.
    """

    written: tuple[ChangeSet, ...] = ()
    not_written: tuple[NotWritten, ...] = ()
    notes: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()
    signal: int | None = None


def check_disjoint(change_sets: Iterable[ChangeSet]) -> None:
    """Raise `ValueError` where a file occurs twice, by its reported name or by its location."""
    seen: dict[str, str] = {}
    for change_set in change_sets:
        for change in change_set.changes:
            for name in {change.path, change.location}:
                if name in seen:
                    raise ValueError(f"{name} is changed by {seen[name]!r} and by {change_set.title!r}")
                seen[name] = change_set.title
