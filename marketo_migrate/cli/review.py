"""What `gate` and `baseline` share: a scan of everything, the baseline file, and its part in question."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from marketo_migrate.cli.progress import shown_progress
from marketo_migrate.comparison import Scope, examine_scope
from marketo_migrate.config.selection import is_selected
from marketo_migrate.config.settings import Settings
from marketo_migrate.gate.baseline import Entry
from marketo_migrate.model.finding import Confidence, Finding
from marketo_migrate.model.fingerprint import BASELINE_NAME
from marketo_migrate.pipeline import Examination
from marketo_migrate.ruleset.run import RunRules
from marketo_migrate.sources.discover import reported_path


def whole_scope(paths: Sequence[Path], settings: Settings) -> Scope:
    """The paths with every finding, whether the settings show it or not, on this day."""
    shown = settings._replace(confidence=Confidence.POSSIBLE, select=(), ignore=())
    return Scope(tuple(paths), shown, date.today(), RunRules(settings.rules))


def examine_whole(scope: Scope, *, tiers: bool = True) -> Examination:
    """Look at a scope, with the progress shown on a terminal; `tiers` asks what `fix` could do."""
    with shown_progress() as progress:
        return examine_scope(replace(scope, progress=progress), tiers=tiers)


def is_shown(finding: Finding, settings: Settings) -> bool:
    """Whether the settings want to see a finding."""
    sure = finding.confidence.rank >= settings.confidence.rank
    return sure and is_selected(settings, finding.rule, finding.name)


def baseline_path(settings: Settings, chosen: Path | None, repository: str | None) -> Path:
    """Where the baseline is: as chosen, as the settings say, else beside them or at the repository's root."""
    if chosen is not None:
        return chosen
    if settings.baseline is not None:
        return settings.baseline
    if settings.source is not None:
        return settings.source.parent / BASELINE_NAME
    return Path(repository or "", BASELINE_NAME)


def shown_path(path: Path, repository: str | None) -> str:
    """A path as outputs name it: relative to the repository or the working directory where it lies in it."""
    name = reported_path(os.path.realpath(path), repository or os.path.realpath(os.curdir))
    return str(path) if name.startswith("../") else name


def in_scope(
    entries: Sequence[Entry], paths: Sequence[Path], repository: str | None
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The entries for files at or below the paths, and the others."""
    base = repository or os.path.realpath(os.curdir)
    below = [os.path.relpath(os.path.realpath(path), base).replace(os.sep, "/") for path in paths]
    inside = tuple(
        entry
        for entry in entries
        if any(path == "." or f"{entry.known.path}/".startswith(f"{path}/") for path in below)
    )
    chosen = set(map(id, inside))
    return inside, tuple(entry for entry in entries if id(entry) not in chosen)
