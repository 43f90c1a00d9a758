"""A fault at each step of the writer: killed, interrupted, refused by the disk.

This file is also the program that has the faults: `python test_faults.py FAULT DIRECTORY` forks a
writer for step 1, 2, 3, … until one is done before its fault comes; each has its own directory.
"""

import errno
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from marketo_migrate.model.change import ChangeSet, FileChange
from marketo_migrate.writers.apply import write_change_sets
from marketo_migrate.writers.journal import NAME
from marketo_migrate.writers.recover import find_unfinished, recover

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

FIRST = {"a.py": (b"a" * 300, b"A" * 500), "d/b.py": (b"b", b""), "d/new.py": (None, b"n" * 9)}
SECOND = {"z.py": (b"z", b"Z")}
STEPS = ("open", "write", "read", "link", "replace", "rename", "unlink", "fsync", "fchmod", "stat")
EDIT = b"an edit by somebody else"
ERRORS = {"full": errno.ENOSPC, "broken": errno.EIO, "read-only": errno.EROFS}


def prepare(root: Path) -> tuple[ChangeSet, ...]:
    """The files as they are before, and the two units that change them."""
    (root / "d").mkdir(parents=True)
    units = []
    for versions in (FIRST, SECOND):
        changes = []
        for path, (before, after) in versions.items():
            if before is not None:
                (root / path).write_bytes(before)
            changes.append(FileChange(path, str(root / path), before or b"", after, new=before is None))
        units.append(ChangeSet(f"unit of {changes[0].path}", tuple(changes)))
    return tuple(units)


def state(root: Path) -> dict[str, str]:
    """`before` or `after` for each unit; every file must be whole, and all of one unit alike."""
    found = {}
    for name, versions in (("first", FIRST), ("second", SECOND)):
        states = set()
        for path, (before, after) in versions.items():
            now = (root / path).read_bytes() if (root / path).exists() else None
            assert now in {before, after}, path
            states.add("before" if now == before else "after")
        found[name] = states.pop() if len(states) == 1 else "mixed"
    return found


def left_over(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob(".*"))


def directories(root: Path) -> list[str]:
    return [str(root), str(root / "d")]


@pytest.fixture
def writers(tmp_path: Path) -> Callable[..., list[tuple[Path, dict[str, object] | None]]]:
    """Runs the writer with a fault at each of its steps: the directories, and the outcome if it lived."""

    def run(fault: str) -> list[tuple[Path, dict[str, object] | None]]:
        done = subprocess.run(
            [sys.executable, __file__, fault, str(tmp_path)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        results = []
        for line in done.stdout.splitlines():
            root = tmp_path / line
            outcome = tmp_path / f"{line}.json"
            results.append((root, json.loads(outcome.read_text()) if outcome.exists() else None))
        # The last one had no fault any more.
        assert state(results[-1][0]) == {"first": "after", "second": "after"}
        assert len(results) > 40
        return results

    return run


def test_killed(writers: Callable[..., list[tuple[Path, None]]]) -> None:
    mixed = 0
    said = set()
    for root, outcome in writers("kill")[:-1]:
        assert outcome is None
        mixed += state(root)["first"] == "mixed"
        unfinished = find_unfinished(directories(root))
        recoveries = recover(directories(root), roots=[str(root)])
        assert len(unfinished) == len(recoveries) <= 1
        assert all(recovery.done for recovery in recoveries)
        said.update(message.split(str(root))[0] for recovery in recoveries for message in recovery.messages)
        assert "mixed" not in state(root).values()
        assert left_over(root) == []
        assert recover(directories(root), roots=[str(root)]) == ()
    assert mixed >= 2
    assert said == {
        "A run was stopped before it wrote anything (",
        "A run was killed while it rewrote ",
        "A run was killed just after it had rewritten ",
    }


def test_interrupted(writers: Callable[..., list[tuple[Path, dict[str, object]]]]) -> None:
    seen = set()
    for root, outcome in writers("SIGINT")[:-1]:
        states = state(root)
        assert left_over(root) == []
        assert outcome["damage"] == []
        assert outcome["signal"] == signal.SIGINT
        expected = [name for name in ("first", "second") if states[name] == "after"]
        assert outcome["written"] == expected
        for message in outcome["not_written"]:
            assert message == "Stopped by Ctrl-C. Run the command again for the rest."
        seen.add(tuple(expected))
    assert seen == {(), ("first",), ("first", "second")}


@pytest.mark.parametrize("fault", ["full", "broken"])
def test_one_error_of_the_disk(
    writers: Callable[..., list[tuple[Path, dict[str, object]]]], fault: str
) -> None:
    for root, outcome in writers(fault)[:-1]:
        states = state(root)
        assert "mixed" not in states.values(), root
        assert (outcome["damage"], outcome["signal"]) == ([], None)
        assert outcome["written"] == [name for name, now in states.items() if now == "after"]
        reason = os.strerror(ERRORS[fault])
        for message in outcome["not_written"]:
            assert (
                f" cannot be written: {reason[:1].lower()}{reason[1:]}. " in message or "Not tried" in message
            )
        # What could not be deleted was said, and the next run does it.
        if left_over(root):
            assert any(NAME in note for note in outcome["notes"]) or outcome["not_written"]
            recover(directories(root), roots=[str(root)])
        assert left_over(root) == []
        assert state(root) == states


@pytest.mark.parametrize("fault", ["broken from then on", "read-only from then on"])
def test_disk_that_fails_for_good(
    writers: Callable[..., list[tuple[Path, dict[str, object]]]], fault: str
) -> None:
    damaged = 0
    for root, outcome in writers(fault)[:-1]:
        if outcome["damage"]:
            damaged += 1
            assert "could not be put back" in outcome["damage"][0]
            hurt = "second" if outcome["damage"][0].startswith("z.py") else "first"
            assert hurt not in outcome["written"]
            assert all(state(root)[name] == "after" for name in outcome["written"])
        else:
            assert "mixed" not in state(root).values()
            assert outcome["written"] == [name for name, now in state(root).items() if now == "after"]
        # The disk is well again.
        assert all(recovery.done for recovery in recover(directories(root), roots=[str(root)]))
        assert "mixed" not in state(root).values()
        assert left_over(root) == []
    assert damaged >= 1


def test_edited_meanwhile(writers: Callable[..., list[tuple[Path, dict[str, object]]]]) -> None:
    refused = 0
    for root, outcome in writers("edit")[:-1]:
        # Whenever it came, the edit is what is there afterwards.
        assert (root / "d/b.py").read_bytes() == EDIT
        others = {path: versions for path, versions in FIRST.items() if path != "d/b.py"}
        now = {path: (root / path).read_bytes() if (root / path).exists() else None for path in others}
        wanted = 1 if "first" in outcome["written"] else 0
        assert now == {path: versions[wanted] for path, versions in others.items()}
        assert (outcome["damage"], left_over(root)) == ([], [])
        if not wanted:
            refused += 1
            assert outcome["not_written"][0].startswith("d/b.py was changed ")
        assert "second" in outcome["written"]
    assert refused > 20


def main(fault: str, base: Path) -> None:
    for number in range(1, 1000):
        root = base / f"{fault} {number}"
        units = prepare(root)
        child = os.fork()
        if not child:
            status = 1
            try:
                calls = Faults(fault, number, root)
                outcome = write_change_sets(units, roots=[str(root)])
                calls.end()
                names = {units[0]: "first", units[1]: "second"}
                document = {
                    "written": [names[item] for item in outcome.written],
                    "not_written": [item.message for item in outcome.not_written],
                    "notes": outcome.notes,
                    "damage": outcome.damage,
                    "signal": outcome.signal,
                }
                (base / f"{root.name}.json").write_text(json.dumps(document))
                status = 0 if calls.count >= number else 3
            except Exception:
                traceback.print_exc()
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(root.name)
        if status == 3:
            return
        if status not in {0, -signal.SIGKILL}:
            sys.exit(f"{root.name}: status {status}")


class Faults:
    """Counts the calls of the operating system that the writer makes, and spoils call `number`."""

    def __init__(self, fault: str, number: int, root: Path) -> None:
        self.path = root / "d/b.py"
        self.fault = fault.removesuffix(" from then on")
        self.lasting = fault.endswith("from then on")
        self.number = number
        self.count = 0
        self.real = {name: getattr(os, name) for name in STEPS}
        for name in STEPS:
            setattr(os, name, self.spoiled(name))

    def end(self) -> None:
        for name, function in self.real.items():
            setattr(os, name, function)

    def spoiled(self, name: str) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            self.count += 1
            if self.count != self.number and not (self.lasting and self.count > self.number):
                # What the disk was asked to keep is kept when a process is killed: no need to wait for it.
                return None if name == "fsync" else self.real[name](*arguments, **options)
            if self.fault == "edit":
                with self.path.open("r+b") as file:
                    file.truncate(0)
                    file.write(EDIT)
            if self.fault in ERRORS and (name not in {"read", "stat"} or self.fault == "broken"):
                raise OSError(ERRORS[self.fault], os.strerror(ERRORS[self.fault]))
            if name == "write" and self.fault == "kill":
                # A part of the bytes is on the disk by then.
                self.real["write"](arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                return self.real[name](*arguments, **options)
            finally:
                if self.fault == "kill":
                    os.kill(os.getpid(), signal.SIGKILL)
                if self.fault.startswith("SIG"):
                    os.kill(os.getpid(), getattr(signal, self.fault))

        return call


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
