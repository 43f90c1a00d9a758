"""The commands around the gate as typer sees them: `gate`, `baseline` and `init`."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from marketo_migrate.cli.formats import ResultFormat
from marketo_migrate.cli.options import (
    ConfigOption,
    DebugOption,
    NoColorOption,
    OutputOption,
    PathsArgument,
    RequireReasonOption,
    RulesDirOption,
)
from marketo_migrate.config.ci import Workflow

GATE_EPILOG = (
    "Exit status: 0 nothing new, 1 new findings, 2 wrong usage, bad configuration or rules, a base that the "
    "clone does not have, internal error."
)
BASELINE_EPILOG = "Exit status: 0, or 2 for wrong usage, bad configuration and a file that is no baseline."
INIT_EPILOG = "Exit status: 0, or 2 for wrong usage and for files that cannot be read or written."
_BaselineOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Baseline file; default: .marketo-migrate-baseline.json.")
]


def gate(
    context: typer.Context,
    paths: PathsArgument = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="REV",
            help="Compare with the merge base of REV and HEAD; in CI the environment names it.",
        ),
    ] = None,
    baseline: _BaselineOption = None,
    output_format: Annotated[
        ResultFormat | None,
        typer.Option(
            "--format", "-f", help="Format of the result; default: text, annotations in GitHub Actions."
        ),
    ] = None,
    output: OutputOption = None,
    fail_on_problems: Annotated[
        bool, typer.Option("--fail-on-problems", help="Fail on files that could not be analysed, too.")
    ] = False,
    require_reason: RequireReasonOption = False,
    no_color: NoColorOption = False,
    rules_dir: RulesDirOption = None,
    config: ConfigOption = None,
    debug: DebugOption = False,
) -> None:
    """Fail on uses of the SOAP API that are new against a commit or a baseline file."""
    from marketo_migrate.cli.gate import GateOptions, run_gate

    options = GateOptions(
        paths=tuple(paths or ()),
        base=base,
        baseline=baseline,
        format=output_format,
        output=output,
        fail_on_problems=fail_on_problems,
        require_reason=require_reason,
        no_color=no_color,
        rules=tuple(rules_dir or ()),
        config=config,
    )
    context.obj.append(partial(run_gate, options))


def baseline(
    context: typer.Context,
    paths: PathsArgument = None,
    baseline: _BaselineOption = None,
    prune: Annotated[bool, typer.Option("--prune", help="Only take out what is gone; add nothing.")] = False,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why the findings that are added are accepted.")
    ] = None,
    rules_dir: RulesDirOption = None,
    config: ConfigOption = None,
    debug: DebugOption = False,
) -> None:
    """Write the findings of today into the baseline file, which `gate` compares with."""
    from marketo_migrate.cli.baseline import BaselineOptions, run_baseline

    options = BaselineOptions(
        paths=tuple(paths or ()),
        baseline=baseline,
        prune=prune,
        reason=reason,
        rules=tuple(rules_dir or ()),
        config=config,
    )
    context.obj.append(partial(run_baseline, options))


def init(
    context: typer.Context,
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIRECTORY]", help="Somewhere in the repository; default: here."),
    ] = None,
    workflow: Annotated[
        Workflow,
        typer.Option("--ci", help="Service to write a workflow for; auto: the one in use."),
    ] = Workflow.AUTO,
    requirement: Annotated[
        str | None,
        typer.Option(
            "--install", metavar="REQUIREMENT", help="What pip installs in CI; default: this version by name."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that `init` wrote before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be written.")] = False,
    debug: DebugOption = False,
) -> None:
    """Write settings, a pre-commit entry and a CI workflow, and show them."""
    from marketo_migrate.cli.init import InitOptions, run_init

    options = InitOptions(
        directory=directory, workflow=workflow, requirement=requirement, force=force, dry_run=dry_run
    )
    context.obj.append(partial(run_init, options))
