"""Settings of a command: those of the settings file, changed by what the command line says."""

import os
from collections.abc import Sequence
from pathlib import Path

from marketo_migrate.config.find import find_settings_file
from marketo_migrate.config.settings import Settings
from marketo_migrate.errors import UsageError


def settings_for(
    paths: Sequence[Path], *, config: Path | None = None, rules: Sequence[Path] = ()
) -> Settings:
    """The settings that hold for `paths` (the working directory when empty), with `rules` added to theirs.

    Raises `ConfigError` for a bad settings file and `UsageError` for directories that do not exist.
    """
    source = config or find_settings_file(_common_directory(paths))
    if source is None:
        settings = Settings()
    else:
        from marketo_migrate.config.load import load_settings

        settings = load_settings(source)
    missing = [str(path) for path in rules if not path.is_dir()]
    if missing:
        raise UsageError("\n".join(f"--rules-dir: no such directory: {path}" for path in missing))
    return settings._replace(rules=(*settings.rules, *rules)) if rules else settings


def _common_directory(paths: Sequence[Path]) -> Path:
    if not paths:
        return Path.cwd()
    absolute = [os.path.realpath(path) for path in paths]
    try:
        return Path(os.path.commonpath(absolute))
    except ValueError:
        # Paths on different drives have nothing in common.
        return Path.cwd()
