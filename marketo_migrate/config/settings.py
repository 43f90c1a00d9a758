"""Settings of a run: what `[tool.marketo-migrate]` or `marketo-migrate.toml` may say, with its defaults."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from marketo_migrate.model.grades import Confidence, Severity

if TYPE_CHECKING:
    from datetime import date


class Target(StrEnum):
    """What replacement code is written for."""

    MARKETORESTPYTHON = "marketorestpython"
    REQUESTS = "requests"


class Credentials(StrEnum):
    """Where rewritten code takes REST credentials from; `auto`: the repository's settings, if it has any."""

    AUTO = "auto"
    ENVIRONMENT = "environment"
    SETTINGS = "settings"


class PathIgnore(NamedTuple):
    """Findings of the `rules` (none: of all) are accepted in paths that match; `until` is the last day.

    `pattern` has the format of `.gitignore`; `line` is where the settings file says so.
    """

    pattern: str
    rules: tuple[str, ...]
    reason: str | None
    until: "date | None"
    line: int


class Settings(NamedTuple):
    """One run's settings.

    `paths` are scanned when the command line names none; `rules` are directories with further rule
    files; both are absolute or relative to the working directory. `exclude` holds patterns in the
    format of `.gitignore` for reported paths. `select` and `ignore` hold rule codes, beginnings of
    codes, or rule names; nothing in `select` means every rule. `confidence` is the least that is
    shown, `fail_on` the least sure or least severe that makes the exit status 1 (None: never). `jobs` is
    the number of worker processes, 0 for as many as there are processors. `per_path_ignores` accept
    findings by path; with `require_reason` a mark of acceptance without a reason does not count.
    `baseline` is the file of known findings, None where it has its usual name; with `fail_on_problems`
    files that were not analysed fail the gate. `credentials` and `describe`, the answer of Marketo's
    describe endpoint, are for rewriting. `source` is the file the settings come from.

    A named tuple, not a dataclass, for the time that importing `dataclasses` takes (see `model.result`).
    """

    paths: tuple[Path, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    confidence: Confidence = Confidence.LIKELY
    fail_on: Confidence | Severity | None = Confidence.POSSIBLE
    target: Target = Target.MARKETORESTPYTHON
    rules: tuple[Path, ...] = ()
    jobs: int = 0
    per_path_ignores: tuple[PathIgnore, ...] = ()
    require_reason: bool = False
    baseline: Path | None = None
    fail_on_problems: bool = False
    credentials: Credentials = Credentials.AUTO
    describe: Path | None = None
    source: Path | None = None
