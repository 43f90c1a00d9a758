"""What became of the change sets in, sentences for people out.

Public: `render_outcome(outcome, mask=...) -> str`.
"""

from collections.abc import Iterator

from marketo_migrate.model.change import ChangeSet, WriteOutcome
from marketo_migrate.report.hunks import Mask, neutralise_line


def render_outcome(outcome: WriteOutcome, *, mask: Mask) -> str:
    """Files that were rewritten, notes on them, what was not written and why; empty for no files."""
    return "".join(f"{neutralise_line(mask(line))}\n" for line in _lines(outcome))


def _lines(outcome: WriteOutcome) -> Iterator[str]:
    written = [change for unit in outcome.written for change in unit.changes if change.changes]
    for change in sorted(written, key=lambda change: change.path):
        yield f"{'added' if change.new else 'rewritten'}: {change.path}"
    for note in outcome.notes:
        yield f"note: {note}"
    for refused in outcome.not_written:
        yield f"not written: {refused.change_set.title} ({_files(refused.change_set)})"
        yield f"  {refused.message}"
    for damage in outcome.damage:
        yield f"damaged: {damage}"
    if outcome.damage:
        yield "Run the command again when the disk is well: it puts back what is left of that unit."
    if outcome.not_written:
        counts = f"{len(outcome.not_written)} of {len(outcome.not_written) + len(outcome.written)} units"
        others = "" if outcome.damage else "; their files are as they were"
        yield f"{counts} not written{others}."


def _files(change_set: ChangeSet) -> str:
    count = sum(change.changes for change in change_set.changes)
    return "1 file" if count == 1 else f"{count} files"
