"""Replaces a file in one step: whoever reads it sees the old bytes or the new ones, never a part."""

import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path


def write_atomically(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write `data`, which may come in pieces, to `path`, keeping its mode and, of a symbolic link, the link.

    What is no regular file (a terminal, a pipe, `/dev/stdout`) is written to directly. Raises `OSError`;
    an existing file is then as it was.
    """
    pieces = (data,) if isinstance(data, bytes) else data
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        with target.open("wb") as file:
            file.writelines(pieces)
        return
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(stat.S_IMODE(mode) if mode is not None else 0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    # There is no call that only reads it.
    current = os.umask(0o022)
    os.umask(current)
    return current
