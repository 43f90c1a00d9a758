"""The `fix` command as typer sees it."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from marketo_migrate.cli.options import (
    ConfigOption,
    DebugOption,
    ExcludeOption,
    IgnoreOption,
    JobsOption,
    NoColorOption,
    PathsArgument,
    RequireReasonOption,
    RulesDirOption,
    SelectOption,
)
from marketo_migrate.config.settings import Target
from marketo_migrate.model.grades import Confidence

FIX_EPILOG = (
    "Exit status: 0 nothing is left to do, 1 findings remain (with --diff: or something would change), "
    "2 a file could not be written, wrong usage, bad configuration or rules, internal error."
)


def fix(
    context: typer.Context,
    paths: PathsArgument = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show the changes, secrets masked, and write nothing.")
    ] = False,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Also rewrite for review, where behaviour may differ as stated.")
    ] = False,
    target: Annotated[
        Target | None,
        typer.Option(help="What the new code is written for; default: marketorestpython."),
    ] = None,
    describe: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The answer of GET /rest/v1/leads/describe.json: the names of all fields, custom ones too.",
        ),
    ] = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    interactive: Annotated[
        bool, typer.Option("--interactive", help="Show each unit and ask before it is rewritten.")
    ] = False,
    annotate: Annotated[
        bool, typer.Option("--annotate", help="Put a comment with the reason above each use that stays.")
    ] = False,
    patch: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the change as one patch for `git apply`.")
    ] = None,
    confidence: Annotated[
        Confidence | None, typer.Option(help="Least sure findings to tell; default: likely.")
    ] = None,
    exclude: ExcludeOption = None,
    jobs: JobsOption = None,
    require_reason: RequireReasonOption = False,
    no_color: NoColorOption = False,
    rules_dir: RulesDirOption = None,
    config: ConfigOption = None,
    debug: DebugOption = False,
) -> None:
    """Rewrite uses of the SOAP API to REST where that is safe, and say why the others stay."""
    from marketo_migrate.cli.fix import FixCommand, run_fix
    from marketo_migrate.cli.scan import ScanOptions

    scanned = ScanOptions(
        paths=tuple(paths or ()),
        confidence=confidence,
        select=tuple(select or ()),
        ignore=tuple(ignore or ()),
        exclude=tuple(exclude or ()),
        no_color=no_color,
        jobs=jobs,
        rules=tuple(rules_dir or ()),
        require_reason=require_reason,
        config=config,
    )
    command = FixCommand(
        scan=scanned,
        diff=diff,
        unsafe=unsafe,
        target=target,
        describe=describe,
        interactive=interactive,
        annotate=annotate,
        patch=patch,
    )
    context.obj.append(partial(run_fix, command))
