"""Marks by which people accept findings, in the code and in the settings, and what became of each."""

from marketo_migrate.model.grades import SuppressionSource, SuppressionState
from marketo_migrate.model.record import record

__all__ = ["Suppression", "SuppressionSource", "SuppressionState"]


@record
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
