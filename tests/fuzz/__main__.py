"""`python -m tests.fuzz [TARGET ...] --seconds N`: each target for so long, with a summary at the end.

Inputs are numbered; `--seed S --number N` makes one of them again and shows where it fails. They run in
forked processes, so that a crash or a hang of the interpreter is a result too. With `--coverage`, atheris
chooses the inputs by the lines that they reach.
"""

import argparse
import faulthandler
import os
import pickle
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from random import Random

from tests.fuzz.targets import TARGETS, FuzzTarget

HANG = 60
"""Seconds of processor time that one input may take."""
MEMORY = 6_000_000_000
"""Bytes of address space of a process."""
BATCH = 200
RECURSION = 20_000


def main() -> int:
    """Run the targets; 1 when one of them fails."""
    options = _options()
    # As deep as the product itself allows.
    sys.setrecursionlimit(RECURSION)
    if options.number is not None:
        (name,) = options.targets
        random = Random(f"{name}:{options.seed}:{options.number}")
        value = TARGETS[name].make(random)
        if options.write:
            _write(value, Path(options.write))
        TARGETS[name].check(value)
        print("nothing wrong")
        return 0
    if options.coverage:
        from tests.fuzz.coverage import run

        (name,) = options.targets
        return run(TARGETS[name], options.seconds)
    failed = False
    for name in options.targets or TARGETS:
        failed |= _run(TARGETS[name], options.seconds, options.seed)
    return int(failed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; default: all")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--number", type=int, help="only this input")
    parser.add_argument("--write", help="with --number: a directory for the input's files")
    parser.add_argument("--coverage", action="store_true", help="guided by coverage, with atheris")
    options = parser.parse_args()
    unknown = set(options.targets) - set(TARGETS)
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    return options


def _run(target: FuzzTarget, seconds: float, seed: int) -> bool:
    """Try inputs for so long; tells whether one failed."""
    end = time.monotonic() + seconds
    failures: dict[str, list[int]] = {}
    slowest = (0.0, -1)
    tried = 0
    while time.monotonic() < end:
        done = _forked(target, seed, tried, end)
        for kind, numbers in done["failures"].items():
            if kind not in failures:
                print(f"{target.name} --seed {seed} --number {numbers[0]}: {kind}", flush=True)
            failures.setdefault(kind, []).extend(numbers)
        slowest = max(slowest, done["slowest"])
        tried = done["next"]
    print(
        f"{target.name}: {tried} inputs, {len(failures)} kinds of failures, slowest {slowest[0]:.1f} s (--number {slowest[1]})"
    )
    for kind, numbers in failures.items():
        print(f"  {len(numbers)} x {kind}: {numbers[:5]}")
    return bool(failures)


def _forked(target: FuzzTarget, seed: int, first: int, end: float) -> dict[str, object]:
    """Run a batch in a process of its own; gives the failures by kind, the slowest input, the next number."""
    log = Path(os.environ.get("TMPDIR", "/tmp"), f"fuzz-{os.getpid()}.log")
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        os._exit(_batch(target, seed, first, end, writer, log))
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        entries = pipe.read().split(b"\n\n")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    failures: dict[str, list[int]] = {}
    slowest, current = (0.0, -1), first
    for entry in entries[:-1]:
        number, taken, kind = entry.decode("utf-8", "replace").split(" ", 2)
        current = int(number)
        if taken != "-":
            slowest = max(slowest, (float(taken), current))
        if kind:
            failures.setdefault(kind, []).append(current)
    if status:
        kind = f"the process ended with {status}: {_last_place(log)}"
        failures.setdefault(kind, []).append(current)
        current += 1
    elif entries[:-1]:
        current += 1
    log.unlink(missing_ok=True)
    return {"failures": failures, "slowest": slowest, "next": current}


def _batch(target: FuzzTarget, seed: int, first: int, end: float, pipe: int, log: Path) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    stream = log.open("w")
    faulthandler.enable(stream)
    faulthandler.register(signal.SIGPROF, stream, chain=True)
    for number in range(first, first + BATCH):
        if time.monotonic() > end:
            break
        # The number is known before the input is tried: it may be the last thing that is heard.
        os.write(pipe, f"{number} - \n\n".encode())
        signal.setitimer(signal.ITIMER_PROF, HANG)
        start = time.process_time()
        kind = ""
        try:
            target.check(target.make(Random(f"{target.name}:{seed}:{number}")))
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                return 130
            kind = _kind(error)
        signal.setitimer(signal.ITIMER_PROF, 0)
        os.write(pipe, f"{number} {time.process_time() - start:.3f} {kind}\n\n".encode("utf-8", "replace"))
    return 0


def _kind(error: BaseException) -> str:
    found = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in found if "marketo_migrate" in frame.filename] or found
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-3:]))
    return f"{type(error).__name__}: {' '.join(str(error).split())[:100]} ({places})"


def _last_place(log: Path) -> str:
    lines = [line.strip() for line in log.read_text().splitlines() if "File" in line]
    return "; ".join(lines[:3])


def _write(value: object, directory: Path) -> None:
    match value:
        case dict():
            for name, data in value.items():
                path = directory / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        case bytes():
            directory.mkdir(parents=True, exist_ok=True)
            (directory / "input").write_bytes(value)
        case _:
            directory.mkdir(parents=True, exist_ok=True)
            (directory / "input.pickle").write_bytes(pickle.dumps(value))


if __name__ == "__main__":
    sys.exit(main())
