"""Runs git, with nothing in the environment or in a repository's own settings that could lead it astray."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

# Set inside git hooks; they would point a nested repository's listing at the wrong index.
_LOCATION_VARIABLES = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE",
)


def run_git(
    root: str, arguments: Sequence[str], *, stdin: bytes | None = None
) -> "subprocess.CompletedProcess[bytes] | None":
    """Run a git command in `root`; None where there is no git binary. Changes nothing in the repository."""
    import subprocess  # noqa: PLC0415 - outside of git repositories nobody needs it

    environment = {name: value for name, value in os.environ.items() if name not in _LOCATION_VARIABLES}
    environment |= {
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
    }
    # A repository's own settings could name programs to run here, or a place that a partial clone fetches
    # missing objects from by one: switch both off.
    safe = ("-c", "core.fsmonitor=false", "-c", "protocol.allow=never")
    command = ["git", "--literal-pathspecs", *safe, "-C", root, *arguments]
    try:
        if stdin is None:
            return subprocess.run(  # noqa: S603
                command, check=False, env=environment, stdin=subprocess.DEVNULL, capture_output=True
            )
        return subprocess.run(command, check=False, env=environment, input=stdin, capture_output=True)  # noqa: S603
    except OSError:
        return None
