"""Options that several commands share, each with its help."""

from pathlib import Path
from typing import Annotated

import typer

PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PATHS]...", help="Files and directories; default: the settings' paths, or `.`."),
]
SelectOption = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="RULES",
        help="Only these rules: codes, beginnings of codes, names; comma-separated.",
    ),
]
IgnoreOption = Annotated[list[str] | None, typer.Option("--ignore", metavar="RULES", help="Not these rules.")]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="PATTERN", help="Leave out paths, as in .gitignore; may be repeated."),
]
JobsOption = Annotated[
    int | None,
    typer.Option("--jobs", "-j", min=0, help="Worker processes; 0, the default: one per processor."),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings file; default: found upwards from the paths."),
]
RulesDirOption = Annotated[
    list[Path] | None,
    typer.Option("--rules-dir", metavar="DIR", help="Directory with further rules; may be repeated."),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the result to a file.")
]
RequireReasonOption = Annotated[
    bool, typer.Option("--require-reason", help="Marks that accept findings count only with a reason.")
]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show the traceback of an internal error.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="No colours, whatever the output is.")]
