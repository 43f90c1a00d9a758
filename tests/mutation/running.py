"""Runs tests on a copy of the project in processes of their own, with bounds on time and memory."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PYTEST = [sys.executable, "-m", "pytest", "-o", "addopts=--import-mode=importlib", "-o", "filterwarnings="]
PYTEST += ["-p", "no:cacheprovider", "-q"]
MEMORY = 4_000_000_000
"""Bytes of address space of a process."""


def environment(tree: Path) -> dict[str, str]:
    """In which the copy is imported, not an installed project."""
    return {**os.environ, "PYTHONPATH": str(tree)}


def verdict(tree: Path, tests: Sequence[str], seconds: float) -> str:
    """What the tests say: `passed`, `failed`, or `hung` when they took longer than that."""
    process = subprocess.Popen(
        [*PYTEST, "-x", "--no-header", *tests],
        cwd=tree,
        env=environment(tree),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # This process has one thread.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),  # noqa: PLW1509
    )
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired:
        return "hung"
    finally:
        # Processes that the tests started go too.
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return "failed" if status else "passed"
