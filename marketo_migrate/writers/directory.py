"""A directory held open while files in it are replaced: no link leads into it, and none out of it.

What is done through it happens in that very directory, even if its name leads elsewhere by then.
Where the platform has no such handles (Windows), names are used.
"""

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from marketo_migrate.model.record import record

_HANDLES = {os.open, os.stat, os.link, os.rename, os.unlink} <= os.supports_dir_fd
_COMMON = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_STEP = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _COMMON
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _COMMON
_PROBE = os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | _COMMON
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _COMMON
_PRIVATE = 0o600
_SHARED = 0o666


class OutsideError(OSError):
    """A path lies in none of the directories that may be written to."""


class NotAFileError(OSError):
    """A path leads to something that is no regular file."""


@record
class Directory:
    """An open directory; `path` is its real path, `descriptor` None where names must do.

    All methods take names of entries, and raise `OSError`.
    """

    path: str
    descriptor: int | None

    def read(self, name: str) -> tuple[bytes, os.stat_result]:
        """The bytes and the status of a regular file; follows no link."""
        descriptor = self.open_old(name)
        try:
            return read_all(descriptor)
        finally:
            os.close(descriptor)

    def check_writable(self, name: str) -> None:
        """Open a file for writing and close it again: the one sure way to learn whether one may."""
        os.close(os.open(self._at(name), _PROBE, dir_fd=self.descriptor))

    def exists(self, name: str) -> bool:
        """Whether there is anything of that name, be it a broken link."""
        try:
            os.stat(self._at(name), dir_fd=self.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def create(self, name: str, data: bytes, *, like: os.stat_result | None) -> bool:
        """Write a new file and wait until the disk has it, with the mode and owner of `like`.

        Gives False where the owner could not be kept. Nothing is left behind when this fails.
        """
        descriptor = self.open_new(name, private=like is not None)
        try:
            try:
                fill(descriptor, data)
                return like is None or _take_rights(descriptor, like)
            finally:
                os.close(descriptor)
        except BaseException:
            self.remove(name)
            raise

    def open_new(self, name: str, *, private: bool) -> int:
        """A descriptor to write a file that does not exist yet, for the owner alone or as the umask says."""
        return os.open(self._at(name), _CREATE, _PRIVATE if private else _SHARED, dir_fd=self.descriptor)

    def open_old(self, name: str) -> int:
        """A descriptor to read a file; follows no link."""
        return os.open(self._at(name), _READ, dir_fd=self.descriptor)

    def is_open_as(self, name: str, descriptor: int) -> bool:
        """Whether a descriptor still belongs to the file of that name."""
        try:
            status = os.stat(self._at(name), dir_fd=self.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return os.path.samestat(status, os.fstat(descriptor))

    def keep(self, name: str, copy: str) -> None:
        """Give a file a second name, `copy`; where the file system has no hard links, copy it."""
        try:
            os.link(
                self._at(name),
                self._at(copy),
                src_dir_fd=self.descriptor,
                dst_dir_fd=self.descriptor,
                follow_symlinks=False,
            )
        except OSError:
            data, status = self.read(name)
            self.create(copy, data, like=status)

    def replace(self, source: str, target: str) -> None:
        """Rename `source` to `target` in one step, over what is there."""
        os.replace(self._at(source), self._at(target), src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def put_in_place(self, source: str, target: str) -> None:
        """Rename `source` to `target`; raises `FileExistsError` where there is something of that name."""
        try:
            os.link(
                self._at(source), self._at(target), src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor
            )
        except FileExistsError:
            raise
        except OSError:
            if self.exists(target):
                raise FileExistsError from None
            os.rename(
                self._at(source), self._at(target), src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor
            )

    def remove(self, name: str) -> None:
        """Delete a file, if there is one."""
        with suppress(FileNotFoundError):
            os.unlink(self._at(name), dir_fd=self.descriptor)

    def sync(self) -> None:
        """Wait until the disk knows the names, on file systems that can do that for directories."""
        if self.descriptor is not None:
            with suppress(OSError):
                os.fsync(self.descriptor)

    def _at(self, name: str) -> str:
        return name if self.descriptor is not None else os.path.join(self.path, name)


def fill(descriptor: int, data: bytes) -> None:
    """Write all bytes to an open file and wait until the disk has them."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)


def read_all(descriptor: int) -> tuple[bytes, os.stat_result]:
    """The bytes and the status of an open file; raises `NotAFileError` for what is no regular file."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise NotAFileError
    parts = []
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    return b"".join(parts), status


class OpenDirectories:
    """The directories of one unit, each opened once, all inside `roots` (absolute); a context manager."""

    def __init__(self, roots: Sequence[str]) -> None:
        self._roots = tuple(os.path.realpath(root) for root in roots)
        self._opened: dict[str, Directory] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for directory in self._opened.values():
            if directory.descriptor is not None:
                os.close(directory.descriptor)
        self._opened.clear()

    def open(self, path: str) -> Directory:
        """The directory of a real path: no part of it below the root may be a link.

        Raises `OutsideError`, and `OSError` where there is no such directory any more.
        """
        if path not in self._opened:
            root = next((root for root in self._roots if _is_inside(path, root)), None)
            if root is None:
                raise OutsideError
            self._opened[path] = Directory(path, _walk(root, path) if _HANDLES else None)
        return self._opened[path]


def _walk(root: str, path: str) -> int:
    """A descriptor of `path`, gone to from `root` step by step."""
    descriptor = os.open(root, _STEP)
    for step in path[len(root) :].split(os.sep):
        if step:
            try:
                below = os.open(step, _STEP, dir_fd=descriptor)
            finally:
                os.close(descriptor)
            descriptor = below
    return descriptor


def _take_rights(descriptor: int, like: os.stat_result) -> bool:
    """Give an open file the owner and mode of another; whether the owner could be kept."""
    kept = True
    own = os.fstat(descriptor)
    if (own.st_uid, own.st_gid) != (like.st_uid, like.st_gid):
        try:
            os.fchown(descriptor, like.st_uid, like.st_gid)
        except OSError:
            kept = False
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
    return kept


def _is_inside(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)
