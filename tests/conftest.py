"""Fixtures that every part's tests may use."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Run in the background of a shell: programs that are started from here would ignore interrupts as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)

Tree = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture(autouse=True)
def _steady_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours, sizes and git settings of whoever runs the tests must not change what they see."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """Writes files, name to text, under an empty directory that is also the working directory."""
    monkeypatch.chdir(tmp_path)

    def write(files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return write


@pytest.fixture
def forbid() -> Iterator[Callable[[Path], None]]:
    """Takes all rights to a path away until the test ends; skips where that does not keep us from reading."""
    changed: list[tuple[Path, int]] = []

    def take_away(path: Path) -> None:
        changed.append((path, path.stat().st_mode))
        path.chmod(0)
        if os.access(path, os.R_OK):
            pytest.skip("this user may read everything")

    yield take_away
    for path, mode in changed:
        path.chmod(mode)


@pytest.fixture
def git() -> Callable[..., str]:
    """Runs git in a directory and gives its output."""

    def run(directory: Path, *arguments: str) -> str:
        command = [
            "git",
            "-c",
            "user.name=T",
            "-c",
            "user.email=t@example.com",
            "-C",
            str(directory),
            *arguments,
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    return run
