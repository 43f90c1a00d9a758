"""The formats of a result, and the renderer of each, imported when it is asked for."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from marketo_migrate import __version__
from marketo_migrate.cli.output import DEFAULT_WIDTH, output_width, wants_color
from marketo_migrate.model.result import ScanResult


class ResultFormat(StrEnum):
    """How a result is written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"
    MARKDOWN = "markdown"
    HTML = "html"


class ReportFormat(StrEnum):
    """How a plan is written."""

    HTML = "html"
    MARKDOWN = "markdown"


def render_result(
    result: ScanResult,
    output_format: ResultFormat,
    *,
    rules: Sequence[Path] = (),
    to_file: bool = False,
    no_color: bool = False,
    statistics: bool = False,
) -> str:
    """The result in a format.

    `rules` are the directories with further rules of the run, whose help some formats carry. Text is
    as wide and as colourful as the terminal allows, unless it goes `to_file`; only text has `statistics`.
    """
    match output_format:
        case ResultFormat.TEXT:
            return _text(result, to_file=to_file, no_color=no_color, statistics=statistics)
        case ResultFormat.JSON:
            from marketo_migrate.report import json_format

            return json_format.render(result, version=__version__)
        case ResultFormat.SARIF:
            from marketo_migrate.report import sarif
            from marketo_migrate.ruleset.load import load

            return sarif.render(result, version=__version__, ruleset=load(tuple(rules)), fixes=result.fixes)
        case ResultFormat.GITHUB:
            from marketo_migrate.report import github

            return github.render(result)
        case ResultFormat.GITLAB:
            from marketo_migrate.report import gitlab

            return gitlab.render(result)
        case ResultFormat.JUNIT:
            from marketo_migrate.report import junit

            return junit.render(result)
        case ResultFormat.MARKDOWN:
            from marketo_migrate.report import markdown

            return markdown.render(result)
        case ResultFormat.HTML:
            from marketo_migrate.report.html import page
            from marketo_migrate.report.plan import Project, add_up

            project = Project("", result)
            return "".join(page.render(lambda: (project,), add_up((project,)), version=__version__))
        case _:
            assert_never(output_format)


def _text(result: ScanResult, *, to_file: bool, no_color: bool, statistics: bool) -> str:
    if not result.problems and not result.suppressions and not result.findings:
        from marketo_migrate.report.closing import render_nothing

        return render_nothing(result, statistics=statistics)
    from marketo_migrate.report import text

    return text.render(
        result,
        width=DEFAULT_WIDTH if to_file else output_width(),
        color=not to_file and wants_color(no_color=no_color),
        statistics=statistics,
    )
