"""From the bytes of a Python file to its text and back, by the rules Python itself has; needs no parser."""

import codecs
import io
import tokenize

from marketo_migrate.model.finding import FileProblem

_BOM = "\ufeff"


def decode(path: str, data: bytes) -> tuple[str, FileProblem | None]:
    """The text of a Python file by its BOM or coding cookie, else UTF-8, else Latin-1 with a note."""
    note = None
    try:
        text = data.decode(_encoding(data))
    except SyntaxError as error:
        note = FileProblem(path, _bad_line(data), f"{error.msg or error}: read as Latin-1")
        text = data.decode("latin-1")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        note = FileProblem(path, line, f"not {error.encoding} text: read as Latin-1")
        text = data.decode("latin-1")
    except UnicodeError as error:
        # Raised without a place by codecs that decode nothing, or no whole texts.
        note = FileProblem(path, 1, f"{error}: read as Latin-1")
        text = data.decode("latin-1")
    return text.removeprefix(_BOM), note


def encode(text: str, data: bytes) -> bytes:
    """A new text of the file that held `data`, in the same encoding and with the same byte order mark.

    Raises `UnicodeEncodeError` where that encoding has no bytes for the text.
    """
    try:
        encoding = _encoding(data)
        data.decode(encoding)
    except (SyntaxError, UnicodeError):
        encoding = "latin-1"
    marked = encoding != "utf-8-sig" and data.decode(encoding).startswith(_BOM)
    return (_BOM + text if marked else text).encode(encoding)


def _encoding(data: bytes) -> str:
    """The encoding that a Python file declares; raises `SyntaxError` where that is none for text."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    # Bytes to bytes or text to text (hex, rot13): no Python reads a file by them.
    if not getattr(codecs.lookup(encoding), "_is_text_encoding", True):
        raise SyntaxError(f"encoding problem: {encoding} is no encoding of text")
    return encoding


def _bad_line(data: bytes) -> int:
    """The line of the first byte that is not UTF-8, the first line if all are."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1
