"""Runs `marketo-migrate fix` on a copy of a case and tells what came out."""

import contextlib
import io
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cases import Case

from marketo_migrate.cli.entry import main


@dataclass(frozen=True, slots=True)
class Migrated:
    """The files after the command, its exit status, what it printed, and its paragraph of what stays."""

    files: Mapping[str, bytes]
    status: int
    printed: str
    left: str


def migrate(case: Case, target: Path, *options: str) -> Migrated:
    """Copy a case to `target`, which must not exist, and fix it there with the options of its tier."""
    shutil.copytree(case.directory / "before", target)
    return fix(case, target, *options)


def fix(case: Case, target: Path, *options: str) -> Migrated:
    """Fix what is in `target` with the options of the case's tier."""
    arguments = ["fix", ".", "--no-color", *options]
    if case.tier != "safe":
        arguments.append("--unsafe")
    if case.describe:
        arguments += ["--describe", str(case.directory / case.describe)]
    output = io.StringIO()
    with contextlib.chdir(target), contextlib.redirect_stdout(output):
        status = main(arguments)
    return Migrated(files_of(target), status, output.getvalue(), _left(output.getvalue()))


def files_of(directory: Path) -> dict[str, bytes]:
    """All files below a directory by relative path."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _left(printed: str) -> str:
    """The paragraph of what stays."""
    found = printed.partition("Left as it is:\n")[2].partition("\n\n")[0]
    return f"{found}\n" if found else ""
