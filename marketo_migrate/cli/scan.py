"""The `scan` command: options in, result written, exit status out."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from marketo_migrate.cli.formats import ResultFormat, render_result
from marketo_migrate.cli.output import check_output, is_terminal, print_text, write_file
from marketo_migrate.cli.settings import settings_for
from marketo_migrate.config.settings import Settings
from marketo_migrate.config.threshold import any_over
from marketo_migrate.model.grades import Confidence
from marketo_migrate.model.result import ScanResult


class ScanOptions(NamedTuple):
    """What the command line of `scan` says; None and empty mean: as in the settings file."""

    paths: tuple[Path, ...] = ()
    format: ResultFormat = ResultFormat.TEXT
    output: Path | None = None
    confidence: Confidence | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    statistics: bool = False
    no_color: bool = False
    jobs: int | None = None
    rules: tuple[Path, ...] = ()
    require_reason: bool = False
    config: Path | None = None


def run_scan(options: ScanOptions) -> int:
    """Scan, write the result, and give 1 when there is a finding that counts, else 0."""
    check_output(options.output)
    result, settings = perform_scan(options)
    text = render_result(
        result,
        options.format,
        rules=settings.rules,
        to_file=options.output is not None,
        no_color=options.no_color,
        statistics=options.statistics,
    )
    if options.output is None:
        print_text(text)
    else:
        write_file(options.output, text)
    return 1 if any_over(result.findings, settings.fail_on) else 0


def perform_scan(options: ScanOptions) -> tuple[ScanResult, Settings]:
    """The result of a scan as the options ask for it, and the settings that held for it."""
    settings = settings_of(options)
    return _scan(options.paths or settings.paths or (Path(),), settings, options), settings


def settings_of(options: ScanOptions) -> Settings:
    """The settings of the settings file, changed by the options."""
    settings = settings_for(options.paths, config=options.config, rules=options.rules)
    return settings._replace(
        confidence=options.confidence or settings.confidence,
        select=_words(options.select) or settings.select,
        ignore=_words(options.ignore) or settings.ignore,
        exclude=(*settings.exclude, *options.exclude),
        jobs=settings.jobs if options.jobs is None else options.jobs,
        require_reason=settings.require_reason or options.require_reason,
    )


def _scan(paths: tuple[Path, ...], settings: Settings, options: ScanOptions) -> ScanResult:
    from marketo_migrate.pipeline import current_day, scan

    if options.no_color or not is_terminal(sys.stderr):
        return scan(paths, settings, today=current_day)
    from marketo_migrate.cli.progress import shown_progress

    with shown_progress() as progress:
        return scan(paths, settings, progress=progress, today=current_day)


def _words(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())
