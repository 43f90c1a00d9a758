"""Faults while `fix` runs: a full or a read-only disk, rights, edits, memory, pipes, signals at any moment.

This file is also the program that has the faults: `python test_fix_faults.py DIRECTORY [COUNT]` loads all
that `fix` needs and then forks a run for each fault, or one for each of COUNT signals at random moments.
"""

import contextlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from marketo_migrate.cli import fix
from marketo_migrate.cli.entry import main

resource = pytest.importorskip("resource", reason="needs limits of processes")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

SIGNALS = int(os.environ.get("MARKETO_MIGRATE_SIGNALS", "8"))
"""How many runs are stopped at random moments."""

NOBODY = 65534
CLIENT = """\
from suds.client import Client

client = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_3?WSDL")
"""
CALLS = """\
from {module} import client


def score(lead_id):
    key = client.factory.create("LeadKey")
    key.keyType = "IDNUM"
    key.keyValue = lead_id
    keys = client.factory.create("ArrayOfLeadKey")
    keys.leadKey = [key]
    client.service.requestCampaign("MKTOWS", 1002, keys)
"""
PADDING = "# What stands here is long.\n" * 400
FILES = {
    "first.py": CLIENT,
    "calls.py": CALLS.format(module="first") + PADDING,
    "second.py": CLIENT.replace("client =", "other =")
    + CALLS.partition("\n\n\n")[2].replace("client.", "other."),
}
UNITS = (("first.py", "calls.py"), ("second.py",))
Faults = dict[str, dict[str, object]]


def write(root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (root / name).write_text(text)


def state(root: Path) -> dict[str, str]:
    """`before`, `after` or something else, by file: what is after is what an undisturbed run makes of it."""
    done = json.loads((root.parent / "done.json").read_text())
    result = {}
    for name, before in FILES.items():
        text = (root / name).read_text() if (root / name).exists() else None
        result[name] = "before" if text == before else "after" if text == done[name] else f"odd: {text!r}"
    result["left"] = " ".join(sorted(path.name for path in root.iterdir() if path.name not in FILES))
    return result


WHOLE = {"left": ""}
BEFORE = dict.fromkeys(FILES, "before") | WHOLE
AFTER = dict.fromkeys(FILES, "after") | WHOLE


def test_each_fault() -> None:
    """One run of the program has all faults: they are looked at together, so that it runs once."""
    with fault_results() as faults:
        look_at_faults(faults)
        look_at_files_that_change_after_the_scan(faults)
        look_at_outputs_that_end(faults)
        look_at_paths_that_are_no_text(faults)
        look_at_memory_that_ends(faults)


@contextlib.contextmanager
def fault_results() -> Iterator[Faults]:
    """What became of a run by its fault: `status`, `out`, `err` and the `state` of the files."""
    # Not where pytest has its directories: only their owner may read them.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield drive(Path(folder))


def drive(root: Path, *arguments: str) -> Faults:
    command = [sys.executable, __file__, str(root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=500)
    assert (done.returncode, done.stderr) == (0, "")
    result: Faults = json.loads(done.stdout)
    return result


def look_at_faults(faults: Faults) -> None:
    said = {
        "full disk": (
            2,
            "cannot be written: no space left on device. Make room on the disk and run the command",
        ),
        "too large": (
            2,
            "cannot be written: file too large. Make room on the disk and run the command again.",
        ),
        "read-only": (2, "cannot be written: read-only file system. Make the file system writable and run"),
        "no right": (
            2,
            "cannot be written: permission denied. Make the file and its directory writable for you",
        ),
    }
    for fault, (status, message) in said.items():
        if fault not in faults:
            continue
        found = faults[fault]
        assert (fault, found["status"], found["state"]) == (fault, status, BEFORE)
        assert message in str(found["out"]), fault
        assert found["err"] == "", fault
    assert ({"too large", "no right"} if anybody_can_run() else {"too large"}) <= set(faults)


def look_at_files_that_change_after_the_scan(faults: Faults) -> None:
    for fault, message in (
        (
            "edited",
            "calls.py was changed after it was read, and is left as it is. Run the command again to work on",
        ),
        ("deleted", "calls.py was deleted after it was read. Run the command again"),
    ):
        found = faults[fault]
        assert found["status"] == 2
        assert message in str(found["out"])
        now = found["state"]
        assert isinstance(now, dict)
        assert now.pop("calls.py") == ("odd: 'mine'" if fault == "edited" else "odd: None")
        assert now == {"first.py": "before", "second.py": "after", "left": ""}


def look_at_outputs_that_end(faults: Faults) -> None:
    closed, full = faults["closed pipe"], faults["full output"]
    assert (closed["status"], closed["err"], closed["state"]) == (0, "", AFTER)
    if full:
        assert (full["status"], full["state"]) == (2, AFTER)
        assert (
            full["err"]
            == "marketo-migrate: error: cannot write to standard output: No space left on device\n"
        )


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
def look_at_paths_that_are_no_text(faults: Faults) -> None:
    found = faults["no text"]
    assert (found["status"], found["err"], found["state"]) == (0, "", AFTER)
    assert "rewritten: \\xff\\xfe/calls.py" in str(found["out"])
    shown = faults["no text, shown"]
    for name in ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html", "--diff"):
        assert shown[name] == [1, ""], name


def look_at_memory_that_ends(faults: Faults) -> None:
    # A file that cannot be read is told, and the others are rewritten.
    found = faults["large.json"]
    assert (found["status"], found["err"], found["state"]) == (0, "", AFTER)
    assert "large.json: not read as a whole: cannot be read: not enough memory\n" in str(found["out"])
    # Python says that it has no memory; the allocator of the native parser ends the process.
    found = faults["large.py"]
    assert found["state"] == BEFORE
    assert found["status"] in {2, -signal.SIGABRT}
    if found["status"] == 2:
        assert found["err"] == (
            "marketo-migrate: error: not enough memory: "
            "scan fewer files at once, or leave large ones out with --exclude\n"
        )


def test_stopped_at_random_moments(tmp_path: Path) -> None:
    for moment, found in drive(tmp_path, str(SIGNALS)).items():
        status, number = found["status"], found["signal"]
        now, then = found["state"], found["then"]
        assert isinstance(now, dict)
        # Every file is whole at every moment; what may be half-written, a unit, the next run puts back.
        assert {now[name] for name in FILES} <= {"before", "after"}, (moment, now)
        if number == signal.SIGKILL:
            assert status in {0, -signal.SIGKILL}, (moment, found)
        else:
            assert now["left"] == "", (moment, now)
            # Before files are written, SIGTERM ends the process at once.
            assert status in {0, 130, 143, -signal.SIGTERM}, (moment, found)
            assert "Traceback" not in str(found["err"]), (moment, found)
            for unit in UNITS:
                assert len({now[name] for name in unit}) == 1, (moment, now)
        assert then == [0, AFTER], (moment, found)


# --- the program with the faults ----------------------------------------------------------------

LARGE = {
    "large.py": f"mktowsUserId = [{'1, ' * 40_000}]\n",
    "large.json": f'{{"mktowsUserId": "{"x" * 40_000_000}"}}\n',
}


def run(root: Path, before: Callable[[], None] = lambda: None, *arguments: str) -> dict[str, object]:
    """A run of `fix`, or of what the arguments say, in a process of its own."""
    files = [root.parent / f"{root.name}.out", root.parent / f"{root.name}.err"]
    child = start(root, before, files, arguments)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    out, err = (file.read_text() for file in files)
    return {"status": status, "out": out, "err": err}


def start(root: Path, before: Callable[[], None], files: list[Path], arguments: tuple[str, ...] = ()) -> int:
    sys.__stdout__.flush()
    child = os.fork()
    if child:
        return child
    status = 99
    try:
        for target, path in enumerate(files, 1):
            os.dup2(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC), target)
        os.chdir(root)
        before()
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8")
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding="utf-8", write_through=True)
        status = main([*arguments] or ["fix", "--jobs", "1", "."])
    finally:
        os._exit(status)


@contextlib.contextmanager
def mounted(root: Path, size: int) -> Iterator[bool]:
    """A file system of its own, so and so large; gives False where there may be none."""
    root.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(root)]
    allowed = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield allowed
    finally:
        if allowed:
            subprocess.run(["umount", "-l", str(root)], check=True)


def anybody_can_run() -> bool:
    """Whether a user without rights can read the program, as it must to tell that it has none."""
    package = Path(fix.__file__).resolve()
    return os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in package.parents)


def every_fault(base: Path) -> Iterator[tuple[str, dict[str, object]]]:
    page = os.sysconf("SC_PAGESIZE")
    taken = sum(-(-len(text) // page) * page for text in FILES.values())
    for fault in ("full disk", "read-only"):
        with mounted(base / fault, taken + 2 * page) as allowed:
            if not allowed:
                continue
            write(base / fault)
            if fault == "read-only":
                subprocess.run(["mount", "-o", "remount,ro", str(base / fault)], check=True)
            yield fault, run(base / fault) | {"state": state(base / fault)}

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(PADDING) // 2, len(PADDING) // 2))
        # The files of this process are no part of it; a pipe has no size.
        os.dup2(os.open(base / "too large.pipe", os.O_RDWR), 1)

    os.mkfifo(base / "too large.pipe")
    reader = os.open(base / "too large.pipe", os.O_RDWR | os.O_NONBLOCK)
    found = simple(base, "too large", limited)
    yield "too large", found | {"out": os.read(reader, 65536).decode()}

    def forbid() -> None:
        if os.geteuid() == 0:
            os.setuid(NOBODY)

    root = base / "no right"
    write(root)
    for name in FILES:
        (root / name).chmod(0o444)
    root.chmod(0o555)
    found = run(root, forbid)
    root.chmod(0o755)
    if anybody_can_run():
        yield "no right", found | {"state": state(root)}
    yield "edited", simple(base, "edited", lambda: meanwhile(lambda: Path("calls.py").write_text("mine")))
    yield "deleted", simple(base, "deleted", lambda: meanwhile(Path("calls.py").unlink))
    yield "closed pipe", simple(base, "closed pipe", close_pipe)
    full = Path("/dev/full")
    yield "full output", simple(base, "full output", fill) if full.exists() else {}
    if sys.platform == "linux":
        yield from no_text(base)
    for name, text in LARGE.items():
        root = base / name.replace(".", " ")
        write(root)
        (root / name).write_text(text)
        found = run(root, starve)
        (root / name).unlink()
        yield name, found | {"state": state(root)}


def simple(base: Path, name: str, before: Callable[[], None]) -> dict[str, object]:
    write(base / name)
    return run(base / name, before) | {"state": state(base / name)}


def meanwhile(action: Callable[[], object]) -> None:
    """Have something happen after the files were read and before they are written."""
    real = fix.write

    def write_then(*arguments: object, **options: object) -> int:
        action()
        return real(*arguments, **options)

    fix.write = write_then


def close_pipe() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    os.dup2(writer, 1)


def fill() -> None:
    os.dup2(os.open("/dev/full", os.O_WRONLY), 1)


def starve() -> None:
    """Leave a few megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    size = pages * os.sysconf("SC_PAGESIZE") + 5_000_000
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def no_text(base: Path) -> Iterator[tuple[str, dict[str, object]]]:
    outer = base / "no text"
    root = outer / os.fsdecode(b"\xff\xfe")
    write(root)
    (outer / "done.json").write_bytes((base / "done.json").read_bytes())
    shown: dict[str, object] = {}
    for name in ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html"):
        found = run(outer, lambda: None, "scan", "--exclude", "done.json", "--format", name, ".")
        shown[name] = [found["status"], found["err"]]
    found = run(outer, lambda: None, "fix", "--diff", ".")
    shown["--diff"] = [found["status"], found["err"]]
    yield "no text, shown", shown
    yield "no text", run(outer) | {"state": state(root)}


def stopped(base: Path, count: int, seconds: float) -> Iterator[tuple[str, dict[str, object]]]:
    # Other moments each time: what the tests promise holds at all of them.
    choice = random.Random()
    for turn in range(count):
        root = base / f"run {turn}"
        write(root)
        number = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)[turn % 3]
        files = [base / f"{turn}.out", base / f"{turn}.err"]
        after = seconds * choice.uniform(0.1, 1.1)
        child = start(root, lambda: None, files)
        time.sleep(after)
        os.kill(child, number)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        now = state(root)
        found = run(root)
        yield (
            f"signal {number} after {after:.3f} of {seconds:.3f} s",
            {
                "signal": number,
                "status": status,
                "err": files[1].read_text(),
                "state": now,
                "then": [found["status"], state(root)],
            },
        )


def program(base: Path, count: int | None) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    root = base / "undisturbed"
    write(root)
    os.chdir(root)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        main(["fix", "--diff", "--jobs", "1", "."])
        started = time.monotonic()
        main(["fix", "--jobs", "1", "."])
        seconds = time.monotonic() - started
    (base / "done.json").write_text(json.dumps({name: (root / name).read_text() for name in FILES}))
    (base / "done.json").chmod(0o644)
    results = every_fault(base) if count is None else stopped(base, count, seconds)
    print(json.dumps(dict(results)))


if __name__ == "__main__":
    program(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
