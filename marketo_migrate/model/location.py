"""Places in the scanned files: spans in one file, locations across files."""

from marketo_migrate.model.record import record


@record(order=True)
class Span:
    """A stretch of text. Lines and columns count from 1, columns in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@record(order=True)
class Location:
    """A span in a file; `path` is POSIX, relative to the repository or the working directory."""

    path: str
    span: Span
