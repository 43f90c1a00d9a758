"""Holds Ctrl-C and the like back while files are written: they end the work between two steps."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class StoppedError(Exception):
    """The work shall end: a signal has come."""


class HeldSignals:
    """The signal that came, if one did."""

    def __init__(self) -> None:
        self.received: int | None = None

    def check(self) -> None:
        """Raise `StoppedError` once a signal has come."""
        if self.received is not None:
            raise StoppedError

    def take(self, number: int, _frame: FrameType | None) -> None:
        """Remember a signal: the handler."""
        self.received = self.received or number


@contextmanager
def held_signals() -> Iterator[HeldSignals]:
    """Within this, signals that would end the process are only noted; ignored ones stay ignored.

    Elsewhere than in the main thread, where Python lets nobody set handlers, nothing is held.
    """
    held = HeldSignals()
    if threading.current_thread() is not threading.main_thread():
        yield held
        return
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        for number, handler in before.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, held.take)
        yield held
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
