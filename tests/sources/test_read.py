"""Bytes of files, and the problems in their place."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from marketo_migrate.model.finding import FileProblem
from marketo_migrate.sources.classify import FileKind
from marketo_migrate.sources.read import read
from marketo_migrate.sources.source_file import SourceFile


def source(path: Path) -> SourceFile:
    return SourceFile(path.name, str(path), FileKind.PYTHON)


@pytest.mark.parametrize("data", [b"", b"x", b"\xff\xfe\x00", b"a\r\nb\r", bytes(range(256)) * 5000])
def test_bytes_as_they_are(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(data)
    assert read(source(path)) == data


def test_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"x" * 10)
    assert read(source(path), limit=10) == b"x" * 10
    assert read(source(path), limit=9) == FileProblem("a.py", None, "larger than 9 bytes: not analysed")


def test_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    with path.open("wb") as file:
        file.truncate(100_000_001)
    assert read(source(path)) == FileProblem("a.py", None, "larger than 100 MB: not analysed")


def test_missing_file(tmp_path: Path) -> None:
    problem = read(source(tmp_path / "a.py"))
    assert problem == FileProblem("a.py", None, "cannot be read: no such file or directory")


def test_directory(tmp_path: Path) -> None:
    assert isinstance(read(source(tmp_path)), FileProblem)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    assert read(source(tmp_path / "a.py")) == FileProblem("a.py", None, "cannot be read: not a regular file")


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
def test_file_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text("")
    (tmp_path / "a.py").symlink_to("b.py")
    assert isinstance(read(source(tmp_path / "a.py")), FileProblem)


def test_unreadable_file(tmp_path: Path, forbid: Callable[[Path], None]) -> None:
    path = tmp_path / "a.py"
    path.write_text("")
    forbid(path)
    assert read(source(path)) == FileProblem("a.py", None, "cannot be read: permission denied")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_file_that_does_not_know_its_size() -> None:
    path = Path("/proc/self/status")
    data = read(source(path))
    assert isinstance(data, bytes)
    assert data.startswith(b"Name:")
    assert read(source(path), limit=10) == FileProblem("status", None, "larger than 10 bytes: not analysed")
