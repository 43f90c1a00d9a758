"""A progress bar on the terminal's error output, once the work has lasted a second."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from marketo_migrate.cli.output import is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_PATIENCE = 1.0
_INTERVAL = 0.1

Progress = Callable[[str, int, int], None]


@contextmanager
def shown_progress() -> Iterator[Progress | None]:
    """Give the function that stages report to (stage, done, total); None where nobody wants to see it."""
    if not is_terminal(sys.stderr) or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        yield None
        return
    display = _Display()
    try:
        yield display.report
    finally:
        display.close()


class _Display:
    """The bar, which appears with the first report after a second, and one task for each stage."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _PATIENCE
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}

    def report(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _INTERVAL
        if self._bar is None:
            self._bar = _new_bar()
        for other, task in self._tasks.items():
            self._bar.update(task, visible=other == stage)
        if stage in self._tasks:
            self._bar.update(self._tasks[stage], completed=done, total=total or None)
        else:
            self._tasks[stage] = self._bar.add_task(stage, completed=done, total=total or None)
        self._bar.start()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()


def _new_bar() -> "Bar":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
    )
