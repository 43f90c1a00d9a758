"""Quotas and rate limits of an instance. They are off until they are switched on."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from marketo_migrate.model.record import record

WINDOW = timedelta(seconds=20)


@record
class Limits:
    """What an instance allows: calls a day, calls in 20 seconds, calls at once. None is no limit."""

    daily: int | None = None
    rate: int | None = None
    concurrent: int | None = None


ADOBE = Limits(daily=50_000, rate=100, concurrent=10)
RATE, DAILY, CONCURRENT = "rate", "daily", "concurrent"


class Meter:
    """Counts calls against `Limits`. Refused calls do not count."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._recent: deque[datetime] = deque()
        self._today = 0
        self._day: datetime | None = None
        self._running = 0
        self._lock = Lock()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Hold a place among the calls that run at the same time."""
        with self._lock:
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1

    def admit(self, now: datetime) -> str | None:
        """Count a call; the name of the limit that refuses it, or None."""
        with self._lock:
            refused = self._refusal(now)
            if refused is None:
                self._recent.append(now)
                self._today += 1
            return refused

    def _refusal(self, now: datetime) -> str | None:
        while self._recent and now - self._recent[0] >= WINDOW:
            self._recent.popleft()
        if self._day is None or self._day.date() != now.date():
            self._day, self._today = now, 0
        limits = self.limits
        if limits.concurrent is not None and self._running > limits.concurrent:
            return CONCURRENT
        if limits.rate is not None and len(self._recent) >= limits.rate:
            return RATE
        if limits.daily is not None and self._today >= limits.daily:
            return DAILY
        return None
