"""A fault at each step of a scan: the files vanish, the disk fails, Ctrl-C.

This file is also the program that has the faults: `python test_faults.py FAULT DIRECTORY` forks a
scan for each place in the program that asks the operating system for something.
"""

import errno
import gc
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from marketo_migrate.cli.entry import main

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

PROJECT = Path(__file__).parents[2]
FILES = {
    "crm/client.py": 'from suds.client import Client\nc = Client("https://1.mktoapi.com/soap/mktows/2_3?WSDL")\n',
    "crm/leads.py": "from crm.client import c\ndef get(key):\n    return c.service.getLead(key)\n",
    "crm/use.py": "from crm.leads import get\nprint(get(1))\n",
    "crm/conf.yml": "endpoint: https://1.mktoapi.com/soap/mktows/2_3\n",
    "script": "#!/usr/bin/env python\nprint('mktowsUserId')\n",
    "broken.py": "# mktowsUserId\ndef f(:\n",
    ".gitignore": "*.tmp\n",
    "marketo-migrate.toml": 'confidence = "possible"\n',
}
STEPS = ("open", "read", "stat", "lstat", "scandir", "readlink", "fstat")


def write(root: Path) -> None:
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "link.py").symlink_to("crm/use.py")


@pytest.fixture
def scans(tmp_path: Path) -> Callable[[str], list[tuple[int, str, str]]]:
    """Runs scans with a fault at each of their steps: status, output, messages of each."""

    def run(fault: str) -> list[tuple[int, str, str]]:
        done = subprocess.run(
            [sys.executable, __file__, fault, str(tmp_path)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        results = [tuple(item) for item in json.loads(done.stdout)]
        assert len(results) > 5
        return results

    return run


Scans = Callable[[str], list[tuple[int, str, str]]]


@pytest.mark.parametrize("fault", ["vanish", "broken disk"])
def test_files_that_cannot_be_read(scans: Scans, fault: str) -> None:
    for status, out, err in scans(fault):
        assert "Traceback" not in err
        assert "internal error" not in err
        assert status in {0, 1, 2}
        # Status 2 is a message that says why, anything else is a whole result.
        if status == 2:
            assert out == ""
            assert err.startswith("marketo-migrate: error: ")
        else:
            assert err == ""
            assert " scanned." in out


def test_interrupted(scans: Scans) -> None:
    assert {result[0] for result in scans("SIGINT")} == {130}


def test_an_interrupt_that_another_error_wraps() -> None:
    # As Python 3.11 does while a class body is executed: https://github.com/python/cpython/issues/77757.
    code = """
import sys
class Finder:
    def find_spec(self, name, path, target=None):
        if name == "marketo_migrate.pipeline":
            try:
                raise KeyboardInterrupt
            except KeyboardInterrupt as error:
                raise RuntimeError("Error calling __set_name__") from error
sys.meta_path.insert(0, Finder())
from marketo_migrate.cli.entry import main
sys.exit(main(["scan", "."]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root may become somebody else")
@pytest.mark.parametrize(
    ("name", "message"),
    [("", "{path}/pyproject.toml: permission denied"), ("secret.py", "permission denied: {path}")],
)
def test_a_named_path_that_may_not_be_read(name: str, message: str) -> None:
    code = """
import os, sys
from marketo_migrate.cli.entry import main
# Loaded while it may be.
main(["scan", sys.argv[1] + " is missing"])
os.setuid(12345)
sys.exit(main(["scan", sys.argv[1]]))
"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        if name:
            path.write_text("x")
            Path(folder).chmod(0o755)
        path.chmod(0o700)
        # The project may stand where only root can read it; what is loaded late is read from a copy.
        with tempfile.TemporaryDirectory() as program:
            Path(program).chmod(0o755)
            for part in ("marketo_migrate", "rules"):
                shutil.copytree(PROJECT / part, Path(program, part))
            done = subprocess.run(
                [sys.executable, "-c", code, str(path)],
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                env={**os.environ, "PYTHONPATH": program},
            )
    said = done.stderr.splitlines()[1:]
    assert (done.returncode, said) == (2, [f"marketo-migrate: error: {message.format(path=path)}"])


def repeat(kind: str, base: Path) -> None:
    """Print the results of a scan for a fault at each place that asks the disk for something."""
    root = base / "first"
    write(root)
    sys.stdout = io.StringIO()
    # The second time, all that a scan needs is loaded.
    main(["scan", str(root)])
    calls = Calls(lambda: None)
    main(["scan", str(root)])
    calls.end()
    gc.freeze()
    results = []
    # Each takes a scan: some of the places will do where the fault is alike everywhere.
    for number in sorted(set(calls.places.values()))[:: {"SIGINT": 3, "vanish": 2}.get(kind, 1)]:
        root = base / str(number)
        write(root)
        results.append(run_forked(root, kind, number))
    sys.stdout = sys.__stdout__
    print(json.dumps(results))


def run_forked(root: Path, kind: str, number: int) -> tuple[int, str, str]:
    """Status, output and messages of a scan in a process of its own."""
    files = [root.with_suffix(".out"), root.with_suffix(".err")]
    child = os.fork()
    if not child:
        for target, path in enumerate(files, 1):
            os.dup2(os.open(path, os.O_CREAT | os.O_WRONLY), target)
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8")
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding="utf-8", write_through=True)
        status = 99
        try:
            calls = Calls(lambda: spoil(kind, root) if calls.count == number else None)
            status = main(["scan", str(root), *sys.argv[3:]])
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status, files[0].read_text(), files[1].read_text()


class Calls:
    """Counts the calls of the operating system; `places` tells which call was the first one of each place."""

    def __init__(self, before: Callable[[], None]) -> None:
        self.before = before
        self.count = 0
        self.places: dict[object, int] = {}
        self.real = {name: getattr(os, name) for name in STEPS}
        for name in STEPS:
            setattr(os, name, self.counted(name))

    def end(self) -> None:
        for name, function in self.real.items():
            setattr(os, name, function)

    def counted(self, name: str) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            self.count += 1
            callers = [frame for frame, _ in traceback.walk_stack(sys._getframe(1))]
            # The rules are read too, but are no part of what is scanned.
            if not any("ruleset" in frame.f_code.co_filename for frame in callers):
                place = tuple((frame.f_code.co_filename, frame.f_lineno) for frame in callers[:2])
                self.places.setdefault((name, place), self.count)
            self.before()
            return self.real[name](*arguments, **options)

        return call


def spoil(kind: str, root: Path) -> None:
    match kind:
        case "vanish":
            shutil.rmtree(root)
        case "SIGINT":
            os.kill(os.getpid(), signal.SIGINT)
        case "broken disk":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(root))


if __name__ == "__main__":
    repeat(sys.argv[1], Path(sys.argv[2]))
