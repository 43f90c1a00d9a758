"""Where results go: standard output, or a file that is replaced whole."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from marketo_migrate.errors import UsageError

DEFAULT_WIDTH = 100
_SPOOLED = 8_000_000


def print_text(text: str) -> None:
    """Write UTF-8 to standard output; a reader that has gone away (`| head`) is no error.

    Raises `UsageError` where the output cannot be written, on a full disk for instance.
    """
    if sys.stdout is None:
        raise UsageError("standard output is closed")
    data = text.encode("utf-8", "backslashreplace")
    try:
        binary = getattr(sys.stdout, "buffer", None)
        if binary is None:
            sys.stdout.write(text)
        else:
            binary.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_stdout()
    except OSError as error:
        _discard_stdout()
        raise UsageError(f"cannot write to standard output: {error.strerror or error}") from error


def print_error(text: str) -> None:
    """Write a line to standard error, if there is any; what it cannot spell is escaped."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text + "\n")
    except UnicodeEncodeError:
        sys.stderr.write(text.encode("ascii", "backslashreplace").decode() + "\n")
    except OSError:
        pass


def write_file(path: Path, text: str) -> None:
    """Replace `path` by `text` in one step; raises `UsageError` where that cannot be done."""
    write_pieces(path, (text,))


def print_pieces(pieces: Iterable[str]) -> None:
    """Write UTF-8 in pieces to standard output, when all of them are made; raises as `print_text` does."""
    import tempfile

    with tempfile.SpooledTemporaryFile(
        _SPOOLED, mode="w+", encoding="utf-8", errors="backslashreplace"
    ) as spool:
        spool.writelines(pieces)
        spool.seek(0)
        while text := spool.read(_SPOOLED):
            print_text(text)


def write_pieces(path: Path, pieces: Iterable[str]) -> None:
    """Replace `path` by the pieces in one step; raises `UsageError` where that cannot be done."""
    from marketo_migrate.writers.atomic import write_atomically

    try:
        write_atomically(path, (piece.encode("utf-8", "backslashreplace") for piece in pieces))
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error


def check_output(path: Path | None) -> None:
    """Refuse at once what could only fail after the work is done."""
    if path is None:
        return
    if path.is_dir():
        raise UsageError(f"--output: is a directory: {path}")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"--output: no such directory: {path.parent}")


def wants_color(*, no_color: bool) -> bool:
    """Whether standard output is a terminal that shall get colours (see https://no-color.org)."""
    return (
        not no_color
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
        and is_terminal(sys.stdout)
    )


def output_width() -> int:
    """Columns of the terminal, a fixed width elsewhere."""
    if not is_terminal(sys.stdout):
        return DEFAULT_WIDTH
    import shutil

    return max(40, shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns)


def is_terminal(stream: object) -> bool:
    """Whether an output stream, which may be missing or closed, is a terminal."""
    try:
        return bool(stream is not None and stream.isatty())  # type: ignore[attr-defined]
    except ValueError:
        return False


def _discard_stdout() -> None:
    """Let the interpreter flush what is left into nothing at exit."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)
