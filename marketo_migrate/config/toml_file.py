"""TOML text in, its tables out; all that is wrong with a file becomes one message that names it."""

from pathlib import Path
from typing import Any

from marketo_migrate.errors import ConfigError


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """The tables of the text of `path`; raises `ConfigError` where it is not valid TOML."""
    import tomllib  # noqa: PLC0415 - most runs have no settings

    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ConfigError(f"{path}: not valid TOML: nested too deeply") from error
    except ValueError as error:
        # Beside its own errors the reader gives those of numbers with too many digits.
        raise ConfigError(f"{path}: not valid TOML: {str(error).partition('; use sys.')[0]}") from error
