"""Runs tests on a copy of the project in processes of their own, with bounds on time and memory."""

import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pytest

OPTIONS = ["-o", "addopts=--import-mode=importlib", "-o", "filterwarnings=", "-p", "no:cacheprovider", "-q"]
MEMORY = 4_000_000_000
"""Bytes of address space of a process."""
LIBRARIES = (
    "hypothesis",
    "libcst.metadata",
    "lxml.etree",
    "marketorestpython.client",
    "rich",
    "suds.client",
    "yaml",
    "zeep",
)
"""Imported once, not for every mutant."""
OWN = ("marketo_migrate", "tests", "conftest")


def environment(tree: Path) -> dict[str, str]:
    """In which the copy is imported, not an installed project."""
    return {**os.environ, "PYTHONPATH": str(tree)}


def import_libraries() -> None:
    """Import what tests need besides the project."""
    for name in LIBRARIES:
        import_module(name)


def verdict(tree: Path, tests: Sequence[str], seconds: float) -> str:
    """What the tests say: `passed`, `failed`, or `hung` when they took longer than that."""
    child = os.fork()
    # Here as well as there: whoever comes first.
    os.setpgid(child, child)
    if not child:
        status = 1
        try:
            status = _run(tree, tests)
        finally:
            os._exit(status)
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            found, status = os.waitpid(child, os.WNOHANG)
            if found:
                child = 0
                return "failed" if status else "passed"
            time.sleep(0.05)
    finally:
        if child:
            # Processes that the tests started go too.
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return "hung"


def _run(tree: Path, tests: Sequence[str]) -> int:
    """Run tests in this process, a copy of the first, with the copy of the project as the only one."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with open(os.devnull, "r+") as nowhere:  # noqa: PTH123 - a stream that is no file
        for stream in range(3):
            os.dup2(nowhere.fileno(), stream)
    for name in [name for name in sys.modules if name.partition(".")[0] in OWN]:
        del sys.modules[name]
    root = str(Path(__file__).parents[2])
    sys.path[:] = [str(tree), *(place for place in sys.path if place not in ("", root))]
    os.environ.update(environment(tree))
    os.chdir(tree)
    return int(pytest.main([*OPTIONS, "-x", *tests]))
