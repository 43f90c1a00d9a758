"""The time of a simulated instance: it stands still between events, so that runs repeat to the second."""

from datetime import UTC, datetime, timedelta, timezone

START = datetime(2026, 7, 1, 9, 0, 0, tzinfo=UTC)
SUBSCRIPTION_ZONE = timezone(timedelta(hours=-5))
"""SOAP answers in the subscription's time zone; a fixed offset keeps the simulator free of zone data."""


class Clock:
    """Gives the time in UTC, without microseconds. Each event moves it on by one second."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """The present moment."""
        return self._now

    def tick(self) -> datetime:
        """Move on by one second and give the moment that is reached."""
        return self.advance(timedelta(seconds=1))

    def advance(self, by: timedelta) -> datetime:
        """Move on by a span of time and give the moment that is reached."""
        self._now += by
        return self._now


class WallClock(Clock):
    """The real time, for an instance that people try things on: `tick` and `advance` only tell it."""

    def now(self) -> datetime:
        """The present moment, to the second."""
        return datetime.now(UTC).replace(microsecond=0)

    def advance(self, by: timedelta) -> datetime:
        """The present moment; real time cannot be moved."""
        del by
        return self.now()


def utc_text(moment: datetime) -> str:
    """A time as the lead database writes it: `2016-05-17T22:11:45Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def asset_text(moment: datetime) -> str:
    """A time as the asset API writes it: `2018-02-16T01:34:39Z+0000`."""
    return utc_text(moment) + "+0000"


def zone_text(moment: datetime) -> str:
    """A time as SOAP writes it: in the subscription's zone, with its offset."""
    return moment.astimezone(SUBSCRIPTION_ZONE).isoformat(timespec="seconds")


def parse_time(text: str) -> datetime:
    """Read an ISO 8601 time; without an offset it is taken as UTC.

    Raises ValueError for anything else.
    """
    moment = datetime.fromisoformat(text.strip().replace("Z+0000", "Z"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
