"""Why a unit is not written, in words that say what to do."""

import errno

_NO_SPACE = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_NO_RIGHT = {errno.EACCES, errno.EPERM}
_DISK = {*_NO_SPACE, errno.EROFS, errno.EIO}


class RefusalError(Exception):
    """A unit cannot be written, and none of its files was changed.

    `path` is the file it failed on, if it was one; `final` tells that the next unit would fail alike.
    """

    def __init__(self, path: str | None, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.path = path
        self.message = message
        self.final = final


def failure(path: str, error: OSError) -> RefusalError:
    """The refusal for an error of the operating system."""
    number = error.errno
    reason = error.strerror or str(error) or type(error).__name__
    reason = reason[:1].lower() + reason[1:]
    if number in _NO_SPACE:
        advice = "Make room on the disk and run the command again."
    elif number in _NO_RIGHT:
        advice = "Make the file and its directory writable for you and run the command again."
    elif number == errno.EROFS:
        advice = "Make the file system writable and run the command again."
    else:
        advice = "Run the command again when the cause is gone."
    return RefusalError(path, f"{path} cannot be written: {reason}. {advice}", final=number in _DISK)
