"""Which settings file holds for a path; the TOML reader is imported only where a file may have settings."""

import os
from collections.abc import Mapping
from pathlib import Path

from marketo_migrate.config.toml_file import parse_toml
from marketo_migrate.errors import ConfigError

OWN_FILE = "marketo-migrate.toml"
_TABLE = "marketo-migrate"


def find_settings_file(start: Path) -> Path | None:
    """The settings file for `start`, or None: the nearest at or above it, up to the repository root.

    A `pyproject.toml` counts when it has a `[tool.marketo-migrate]` table. Raises `ConfigError` for a
    directory in which both files hold settings, and for a TOML file that cannot be read.
    """
    start = Path(os.path.realpath(start))
    directory = start if start.is_dir() else start.parent
    for folder in (directory, *directory.parents):
        own = folder / OWN_FILE
        project = folder / "pyproject.toml"
        has_project = project.is_file() and _has_table(project)
        if own.is_file():
            if has_project:
                raise ConfigError(f"{project}: settings are also in {own}: keep one of the two")
            return own
        if has_project:
            return project
        if (folder / ".git").exists():
            return None
    return None


def _has_table(path: Path) -> bool:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    if _TABLE.encode() not in data:
        return False
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start})") from error
    tool = parse_toml(text, path).get("tool", {})
    return isinstance(tool, Mapping) and _TABLE in tool
