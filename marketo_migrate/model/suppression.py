"""Marks by which people accept findings, in the code and in the settings, and what became of each."""

from dataclasses import dataclass
from enum import StrEnum


class SuppressionSource(StrEnum):
    """Where a suppression is written: on a line, for a whole file, as `noqa`, or in the settings."""

    LINE = "line"
    FILE = "file"
    NOQA = "noqa"
    SETTINGS = "settings"


class SuppressionState(StrEnum):
    """Whether a suppression does anything: it hides findings, hides none, is past its date, or is wrong."""

    USED = "used"
    UNUSED = "unused"
    EXPIRED = "expired"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Suppression:
    """One mark of acceptance.

    `path` and `line` are where it is written (for `settings` the settings file), `rules` the codes,
    beginnings of codes and names it covers (empty: every rule), `pattern` the path pattern of one from
    the settings. `until` is the last day on which it counts, as YYYY-MM-DD. `problem` says what is wrong
    with an invalid one. `fingerprints` are those of the findings that it hides, sorted.
    """

    path: str
    line: int | None
    source: SuppressionSource
    rules: tuple[str, ...]
    reason: str | None
    until: str | None
    state: SuppressionState
    problem: str | None = None
    pattern: str | None = None
    fingerprints: tuple[str, ...] = ()
