"""The command line as typer sees it: each command's function chooses what is to run, and `entry` runs it."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from marketo_migrate import __version__
from marketo_migrate.cli import fix_command, gate_commands
from marketo_migrate.cli.formats import ReportFormat, ResultFormat
from marketo_migrate.cli.options import (
    ConfigOption,
    DebugOption,
    ExcludeOption,
    IgnoreOption,
    JobsOption,
    NoColorOption,
    OutputOption,
    PathsArgument,
    RequireReasonOption,
    RulesDirOption,
    SelectOption,
)
from marketo_migrate.model.grades import Confidence

Run = Callable[[], int]
"""What a command line asks for; gives the exit status."""


class RulesFormat(StrEnum):
    """Formats of `rules`."""

    TEXT = "text"
    JSON = "json"


_EPILOG = (
    "Exit status: 0 nothing found, 1 findings, 2 wrong usage, bad configuration or rules, internal error."
)

# Help without rich: it is read more often than it is admired, and rich doubles the time to show it.
app = typer.Typer(
    name="marketo-migrate",
    help="Find every use of Marketo's removed SOAP API in Python code, and the REST call that replaces it.",
    epilog=_EPILOG,
    add_completion=True,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def parse(arguments: Sequence[str]) -> Run:
    """What the command line asks for; help and wrong usage are printed here and leave a status."""
    chosen: list[Run] = []
    try:
        app(args=list(arguments), prog_name="marketo-migrate", obj=chosen)
    except SystemExit as done:
        if not chosen:
            status = done.code if isinstance(done.code, int) else 0
            # 1 is typer's answer to a reader that went away while help was printed: nothing is wrong.
            return lambda: 0 if status == 1 else status
    return chosen[0]


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"marketo-migrate {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Take the options that stand before the command."""


@app.command(epilog=_EPILOG)
def scan(
    context: typer.Context,
    paths: PathsArgument = None,
    output_format: Annotated[
        ResultFormat, typer.Option("--format", "-f", help="Format of the result.")
    ] = ResultFormat.TEXT,
    output: OutputOption = None,
    confidence: Annotated[
        Confidence | None, typer.Option(help="Least sure findings to show; default: likely.")
    ] = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    exclude: ExcludeOption = None,
    statistics: Annotated[bool, typer.Option("--statistics", help="Show numbers about the run.")] = False,
    no_color: NoColorOption = False,
    jobs: JobsOption = None,
    require_reason: RequireReasonOption = False,
    rules_dir: RulesDirOption = None,
    config: ConfigOption = None,
    debug: DebugOption = False,
) -> None:
    """Find uses of the SOAP API and name what replaces them."""
    from marketo_migrate.cli.scan import ScanOptions, run_scan

    options = ScanOptions(
        paths=tuple(paths or ()),
        format=output_format,
        output=output,
        confidence=confidence,
        select=tuple(select or ()),
        ignore=tuple(ignore or ()),
        exclude=tuple(exclude or ()),
        statistics=statistics,
        no_color=no_color,
        jobs=jobs,
        rules=tuple(rules_dir or ()),
        require_reason=require_reason,
        config=config,
    )
    context.obj.append(partial(run_scan, options))


@app.command(epilog="Exit status: 0, or 2 for wrong usage and for files that are no results of a scan.")
def report(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATHS | RESULTS.json]...",
            help="Files and directories to scan, or results of `scan --format json` to be merged.",
        ),
    ] = None,
    output_format: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="Format of the plan.")
    ] = ReportFormat.HTML,
    output: OutputOption = None,
    confidence: Annotated[
        Confidence | None, typer.Option(help="Least sure findings to show; default: likely.")
    ] = None,
    exclude: ExcludeOption = None,
    since: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="RESULT.json", help="An earlier result, to show what is done since; may be repeated."
        ),
    ] = None,
    no_color: Annotated[bool, typer.Option("--no-color", help="No progress bar.")] = False,
    rules_dir: RulesDirOption = None,
    config: ConfigOption = None,
    debug: DebugOption = False,
) -> None:
    """Write the migration plan for people: of a scan, or of the results of many repositories."""
    from marketo_migrate.cli.report import ReportOptions, run_report
    from marketo_migrate.cli.scan import ScanOptions

    scanned = ScanOptions(
        paths=tuple(paths or ()),
        confidence=confidence,
        exclude=tuple(exclude or ()),
        no_color=no_color,
        rules=tuple(rules_dir or ()),
        config=config,
    )
    options = ReportOptions(format=output_format, output=output, scan=scanned, since=tuple(since or ()))
    context.obj.append(partial(run_report, options))


app.command(epilog=fix_command.FIX_EPILOG)(fix_command.fix)
app.command(epilog=gate_commands.GATE_EPILOG)(gate_commands.gate)
app.command(epilog=gate_commands.BASELINE_EPILOG)(gate_commands.baseline)
app.command(epilog=gate_commands.INIT_EPILOG)(gate_commands.init)


@app.command(epilog="Exit status: 0, or 2 for a rule that does not exist and for bad rule files.")
def rules(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="A SOAP method or a rule's code or name; default: all."),
    ] = None,
    output_format: Annotated[
        RulesFormat, typer.Option("--format", "-f", help="Format of the answer.")
    ] = RulesFormat.TEXT,
    output: OutputOption = None,
    rules_dir: RulesDirOption = None,
    config: ConfigOption = None,
    debug: DebugOption = False,
) -> None:
    """List the rules, or explain one: its replacements, conditions and pitfalls."""
    from marketo_migrate.cli.rules import RulesOptions, run_rules

    options = RulesOptions(
        name=name,
        json=output_format is RulesFormat.JSON,
        output=output,
        rules=tuple(rules_dir or ()),
        config=config,
    )
    context.obj.append(partial(run_rules, options))
