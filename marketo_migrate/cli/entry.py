"""Where the command starts: arguments in, exit status out; every error becomes a message, never a traceback.

Imports nothing heavy: `--version` is answered here, before typer is loaded.
"""

import os
import sys
import warnings
from collections.abc import Iterator, Sequence

from marketo_migrate import __version__
from marketo_migrate.errors import MarketoMigrateError

WRONG_USE = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line (`sys.argv` when None) and give its exit status: 0, 1, 2, or 130 after Ctrl-C."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    # What Python has to say of code that is only read is for those who run it.
    warnings.filterwarnings("ignore", category=SyntaxWarning)
    warnings.filterwarnings("ignore", message="invalid (escape|octal)", category=DeprecationWarning)
    try:
        if arguments in (["--version"], ["-V"]):
            return _show_version()
        return _run(arguments)
    except MarketoMigrateError as error:
        _complain(str(error))
        return WRONG_USE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return 0
    except MemoryError:
        _complain("not enough memory: scan fewer files at once, or leave large ones out with --exclude")
        return WRONG_USE
    except Exception as error:
        if _was_interrupted(error):
            return INTERRUPTED
        if isinstance(error, OSError) and error.strerror:
            _complain(_refused(error))
            return WRONG_USE
        _report_internal_error(error, show_traceback="--debug" in arguments)
        return WRONG_USE


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["scan"]:
        from marketo_migrate.cli.quick import read_scan
        from marketo_migrate.cli.scan import run_scan

        options = read_scan(arguments)
        if options is not None:
            return run_scan(options)
    from marketo_migrate.cli.app import parse

    return parse(arguments)()


def _was_interrupted(error: BaseException) -> bool:
    """Whether an error only wraps Ctrl-C: Python itself does that in some places, and so do libraries."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        if isinstance(cause, KeyboardInterrupt):
            return True
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return False


def _refused(error: OSError) -> str:
    """What the operating system refused: a disk that fails is no mistake of ours."""
    name = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
    return f"{name}{str(error.strerror)[:1].lower()}{str(error.strerror)[1:]}"


def _show_version() -> int:
    from marketo_migrate.cli.output import print_text

    print_text(f"marketo-migrate {__version__}\n")
    return 0


def _complain(message: str) -> None:
    from marketo_migrate.report.plain_text import neutralise

    for line in message.split("\n"):
        _print_error(f"marketo-migrate: error: {neutralise(line)}")


def _report_internal_error(error: Exception, *, show_traceback: bool) -> None:
    import traceback
    from pathlib import Path

    if show_traceback:
        _print_error("\n".join(_traceback(error)))
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    _complain(f"internal error: {_described(error)}{place}")
    advice = (
        ""
        if show_traceback
        else " The same command with --debug shows where it happened: please include that."
    )
    _print_error(f"This is a mistake in marketo-migrate, not in your code; please report it.{advice}")


def _traceback(error: BaseException) -> Iterator[str]:
    """The lines of a traceback with its causes, without what the errors quote."""
    import traceback

    from marketo_migrate.report.plain_text import neutralise

    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    for raised in reversed(chain):
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(raised.__traceback__)).rstrip()
        yield neutralise(_described(raised))


def _described(error: BaseException) -> str:
    """An error's type and words; quoted texts, and what looks like a key, may be of scanned code: masked."""
    import re

    from marketo_migrate.detect.masking import MASK, mask

    words = re.sub(r"""([\"'])(?:(?!\1)[^\\]|\\.)+\1""", rf"\1{MASK}\1", str(error), flags=re.DOTALL)
    return f"{type(error).__name__}: {mask(words, frozenset())}"


def _print_error(text: str) -> None:
    from marketo_migrate.cli.output import print_error

    print_error(text)


def _forget_stdout() -> None:
    """Send what is still buffered nowhere: the reader of the pipe has gone."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)
