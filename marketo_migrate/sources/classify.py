"""What a file is, by its name: Python source, a text that may hold endpoints or dependencies, or neither."""

import os
from enum import StrEnum


class FileKind(StrEnum):
    """`python` files are parsed; `text` files (settings, templates, requirements) are searched."""

    PYTHON = "python"
    TEXT = "text"


_SUFFIXES = {
    ".py": FileKind.PYTHON,
    ".pyw": FileKind.PYTHON,
    ".cfg": FileKind.TEXT,
    ".conf": FileKind.TEXT,
    ".env": FileKind.TEXT,
    ".ini": FileKind.TEXT,
    ".j2": FileKind.TEXT,
    ".jinja": FileKind.TEXT,
    ".jinja2": FileKind.TEXT,
    ".json": FileKind.TEXT,
    ".properties": FileKind.TEXT,
    ".tmpl": FileKind.TEXT,
    ".toml": FileKind.TEXT,
    ".tpl": FileKind.TEXT,
    ".wsdl": FileKind.TEXT,
    ".xml": FileKind.TEXT,
    ".yaml": FileKind.TEXT,
    ".yml": FileKind.TEXT,
}
_REQUIREMENT_SUFFIXES = (".txt", ".in")
_REQUIREMENT_WORDS = ("requirements", "constraints")
# Names without an extension that are frequent and never a Python script: not worth opening.
# fmt: off
_PLAIN_NAMES = frozenset(
    {"AUTHORS", "CHANGELOG", "CHANGES", "CODEOWNERS", "CONTRIBUTORS", "COPYING", "COPYRIGHT", "Dockerfile",
     "INSTALLER", "Jenkinsfile", "LICENCE", "LICENSE", "MANIFEST", "METADATA", "Makefile", "NEWS", "NOTICE",
     "PKG-INFO", "README", "RECORD", "REQUESTED", "TODO", "VERSION", "WHEEL"}
)
# fmt: on
_SHEBANG_LIMIT = 128


def classify_name(path: str) -> FileKind | None:
    """The kind that the name of a POSIX or native path tells, None where it tells neither."""
    if path.endswith(".py"):
        return FileKind.PYTHON
    name = path[path.rfind("/") + 1 :]
    stem, dot, _ = name.rpartition(".")
    if not dot:
        return FileKind.TEXT if name == "Pipfile" else None
    kind = _SUFFIXES.get(name[len(stem) :])
    if kind is not None:
        return kind
    if name.startswith(".env."):
        return FileKind.TEXT
    if name.endswith(_REQUIREMENT_SUFFIXES):
        folder = path[: -len(name) - 1]
        if any(word in name or folder.endswith(word) for word in _REQUIREMENT_WORDS):
            return FileKind.TEXT
    return None


def may_be_script(path: str) -> bool:
    """Whether a name leaves it to the first line to say that this is a Python script."""
    name = path[path.rfind("/") + 1 :]
    return "." not in name and name not in _PLAIN_NAMES


def is_python_script(path: str | os.PathLike[str]) -> bool:
    """Whether the first line is a `#!` line that names python; False for a file that cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        start = os.read(descriptor, _SHEBANG_LIMIT)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return start.startswith(b"#!") and b"python" in start.split(b"\n", 1)[0]
