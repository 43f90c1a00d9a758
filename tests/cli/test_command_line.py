"""The command line: help, wrong usage, and what it costs to start."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from marketo_migrate import __version__
from marketo_migrate.cli.entry import main

Tree = Callable[[Mapping[str, str | bytes]], Path]
Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("argument", ["--version", "-V"])
def test_version(capsys: Capture, argument: str) -> None:
    assert main([argument]) == 0
    assert capsys.readouterr().out == f"marketo-migrate {__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["scan", "--help"], ["rules", "-h"]])
def test_help(capsys: Capture, arguments: list[str]) -> None:
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Usage: marketo-migrate")
    assert "Exit status: 0" in out
    assert err == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scna"], "scna"),
        (["scan", "--frobnicate"], "--frobnicate"),
        (["scan", "--format", "pdf"], "pdf"),
        (["scan", "--confidence", "sure"], "sure"),
        (["scan", "--jobs", "-1"], "--jobs"),
        (["scan", "--jobs", "many"], "--jobs"),
        (["--version", "scna", "--oops"], ""),
        (["rules", "getLead", "syncLead"], "syncLead"),
    ],
)
def test_wrong_usage(capsys: Capture, arguments: list[str], message: str) -> None:
    status = main(arguments)
    out, err = capsys.readouterr()
    if arguments[0] == "--version":
        assert (status, out) == (0, f"marketo-migrate {__version__}\n")
        return
    assert status == 2
    assert out == ""
    assert message in err
    assert "Traceback" not in err


def test_no_command_shows_the_help(capsys: Capture) -> None:
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert "Usage: marketo-migrate" in out + err


def test_internal_error_is_a_message(capsys: Capture, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: object, **_: object) -> str:
        raise RuntimeError("out of luck \x1b[31m")

    root = tree({"a.py": ""})
    monkeypatch.setattr(os.path, "realpath", fail)
    assert main(["scan", str(root)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("marketo-migrate: error: internal error: RuntimeError: out of luck \\x1b[31m (")
    assert "please report it" in err
    assert "Traceback" not in err
    assert main(["scan", str(root), "--debug"]) == 2
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def loaded_modules(*arguments: str, folder: Path) -> set[str]:
    code = (
        "import sys; from marketo_migrate.cli.entry import main; status = main(sys.argv[1:]);"
        "print(' '.join(sorted(sys.modules)), file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--version"], {"typer", "rich", "libcst", "yaml", "tomllib"}),
        (["--help"], {"rich", "libcst", "yaml", "fissix", "tomllib"}),
        (["scan", "--help"], {"rich", "libcst", "yaml", "fissix", "tomllib"}),
        (["scan", "a.py"], {"rich", "libcst", "fissix", "tomllib"}),
    ],
)
def test_small_commands_load_little(tree: Tree, arguments: list[str], unwanted: set[str]) -> None:
    root = tree({"a.py": "print(1)\n"})
    assert loaded_modules(*arguments, folder=root) & unwanted == set()


def test_module_and_script_are_the_same(tree: Tree) -> None:
    root = tree({})
    command = [sys.executable, "-m", "marketo_migrate", "--version"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == f"marketo-migrate {__version__}\n"


def open_when_read(pipe: Path) -> int:
    """Open a named pipe for writing once somebody waits to read it."""
    for _ in range(400):
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nobody reads {pipe}")


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals and named pipes")
def test_interrupt_is_quiet(tree: Tree) -> None:
    import signal

    root = tree({"a.py": ""})
    os.mkfifo(root / "settings.toml")
    command = [sys.executable, "-m", "marketo_migrate", "scan", "--config", "settings.toml"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        writer = open_when_read(root / "settings.toml")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        os.close(writer)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pipe without a reader")
@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["rules"], ["scan", "--format", "json"]])
def test_closed_pipe_is_quiet(tree: Tree, arguments: list[str]) -> None:
    root = tree({"a.py": ""})
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "marketo_migrate", *arguments],
            cwd=root,
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk_is_told(tree: Tree) -> None:
    root = tree({"a.py": ""})
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "marketo_migrate", "scan"],
            cwd=root,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "marketo-migrate: error: cannot write to standard output: No space left on device\n"
