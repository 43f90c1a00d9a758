"""Change sets in, a diff for people out: secrets masked, control characters spelled out, colour on demand.

Public: `render_diff(change_sets, mask=..., color=False) -> str`. What holds no secret and no odd
character is a diff that tools read, too; the exact one is `report.patch`.
"""

from collections.abc import Iterator, Sequence

from marketo_migrate.model.change import ChangeSet, FileChange
from marketo_migrate.report.hunks import ADDED, REMOVED, SAME, Mask, neutralise_line, shown

_RESET = "\x1b[0m"
_BOLD = "\x1b[1m"
_DIM = "\x1b[2m"
_CYAN = "\x1b[36m"
_STYLES = {SAME: "", REMOVED: "\x1b[31m", ADDED: "\x1b[32m"}


def render_diff(change_sets: Sequence[ChangeSet], *, mask: Mask, color: bool = False) -> str:
    """The units in the order given, each with its title and notes above its files, by path.

    Empty where nothing changes. With `color` the text holds terminal escapes of our own making;
    without, none at all.
    """
    lines = (line for change_set in change_sets for line in _unit(change_set, mask))
    return "".join(f"{style}{text}{_RESET}\n" if color and style else f"{text}\n" for style, text in lines)


def _unit(change_set: ChangeSet, mask: Mask) -> Iterator[tuple[str, str]]:
    changes = sorted((change for change in change_set.changes if change.changes), key=lambda item: item.path)
    if not changes:
        return
    yield _BOLD, f"# {neutralise_line(mask(change_set.title))}"
    for note in change_set.notes:
        yield _DIM, f"# {neutralise_line(mask(note))}"
    for change in changes:
        yield from _file(change, mask)


def _file(change: FileChange, mask: Mask) -> Iterator[tuple[str, str]]:
    path = neutralise_line(change.path)
    yield _BOLD, "--- /dev/null" if change.new else f"--- a/{path}"
    yield _BOLD, f"+++ b/{path}"
    for header, lines in shown(change.before, change.after, mask).hunks:
        yield _CYAN, header
        for line in lines:
            yield _STYLES[line.mark], line.mark + line.text
            if line.open_end:
                yield _DIM, "\\ No newline at end of file"
