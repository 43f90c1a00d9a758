"""A file to analyse: where to read it, and under which name to report it."""

from typing import NamedTuple

from marketo_migrate.sources.classify import FileKind


class SourceFile(NamedTuple):
    """`path` is the reported name (POSIX, relative), `absolute` where to read and write it (links resolved).

    A named tuple, not a dataclass: one is made for every file of a repository, and it is three
    times as cheap.
    """

    path: str
    absolute: str
    kind: FileKind
