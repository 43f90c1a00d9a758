"""Bytes of a discovered file, or the problem that kept us from reading it."""

import os
import stat

from marketo_migrate.model.result import FileProblem
from marketo_migrate.sources.source_file import SourceFile

SEARCH_LIMIT = 100_000_000
"""Largest file, in bytes, that is read at all."""

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


def read(file: SourceFile, *, limit: int = SEARCH_LIMIT) -> bytes | FileProblem:
    """Read a file whole; a file over `limit` bytes, or one that cannot be read, gives a `FileProblem`.

    Uses descriptors: `open` costs as much again as the reading itself, and every file of a
    repository passes here.
    """
    try:
        descriptor = os.open(file.absolute, _FLAGS)
    except (OSError, ValueError) as error:
        return FileProblem(file.path, None, f"cannot be read: {_reason(error)}")
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return FileProblem(file.path, None, "cannot be read: not a regular file")
        if status.st_size > limit:
            return _too_large(file, limit)
        return _read_all(descriptor, status.st_size, limit) or b""
    except _GrewError:
        return _too_large(file, limit)
    except (OSError, MemoryError) as error:
        return FileProblem(file.path, None, f"cannot be read: {_reason(error)}")
    finally:
        os.close(descriptor)


class _GrewError(Exception):
    """The file grew over the limit while it was read."""


def _read_all(descriptor: int, size: int, limit: int) -> bytes:
    # One byte more than the size: a full file is then recognised by one short read.
    data = os.read(descriptor, size + 1)
    if len(data) == size:
        return data
    parts = [data]
    total = len(data)
    while chunk := os.read(descriptor, 1 << 20):
        parts.append(chunk)
        total += len(chunk)
        if total > limit:
            raise _GrewError
    return b"".join(parts)


def _too_large(file: SourceFile, limit: int) -> FileProblem:
    return FileProblem(file.path, None, f"larger than {_size(limit)}: not analysed")


def _size(limit: int) -> str:
    return f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit} bytes"


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    return "not enough memory" if isinstance(error, MemoryError) else str(error) or type(error).__name__
