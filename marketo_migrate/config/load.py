"""Settings from a TOML file: every key checked, all problems told at once, `Settings` out."""

import difflib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from marketo_migrate.config.settings import Credentials, PathIgnore, Settings, Target
from marketo_migrate.config.toml_file import parse_toml
from marketo_migrate.errors import ConfigError
from marketo_migrate.model.grades import Confidence, Severity

_TABLE = "marketo-migrate"
_SELECTOR = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


class _BadValueError(Exception):
    """One value is wrong; carries what was expected instead."""


def load_settings(path: Path) -> Settings:
    """Read the settings in `path`; raises `ConfigError` that lists every problem with its key and line."""
    text = _read_text(path)
    document = parse_toml(text, path)
    table: object = document
    prefix = ""
    if path.name == "pyproject.toml":
        tool = document.get("tool", {})
        table = tool.get(_TABLE, {}) if isinstance(tool, Mapping) else {}
        prefix = f"tool.{_TABLE}"
    if not isinstance(table, Mapping):
        raise ConfigError(f"{path}: {prefix}: expected a table")
    return _build(table, path, _Lines(text, prefix))


def _build(table: Mapping[str, object], path: Path, lines: "_Lines") -> Settings:
    problems: list[tuple[int, str]] = []
    values: dict[str, object] = {}
    for key, value in table.items():
        line = lines.of(key)
        if key == _PATH_IGNORES:
            found, wrong = _path_ignores(value, lines)
            values["per_path_ignores"] = found
            problems.extend(wrong)
            continue
        reader = _READERS.get(key)
        if reader is None:
            problems.append((line, f"unknown key `{key}`{_suggestion(key, (*_READERS, _PATH_IGNORES))}"))
            continue
        try:
            values[key.replace("-", "_")] = reader(value, path.parent)
        except _BadValueError as problem:
            problems.append((line, f"`{key}`: {problem}"))
    if problems:
        raise ConfigError("\n".join(f"{path}:{line}: {message}" for line, message in sorted(problems)))
    return Settings(source=path, **values)  # type: ignore[arg-type]


def _suggestion(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word.replace("_", "-"), known, n=1)
    return f", did you mean `{close[0]}`?" if close else f"; known keys: {', '.join(sorted(known))}"


def _strings(value: object, _base: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _BadValueError(f"expected a list of strings, not {_describe(value)}")
    if not all(value):
        raise _BadValueError("expected strings that are not empty")
    return tuple(value)


def _paths(value: object, base: Path) -> tuple[Path, ...]:
    return tuple(base / item for item in _strings(value, base))


def _directories(value: object, base: Path) -> tuple[Path, ...]:
    found = _paths(value, base)
    missing = [str(path) for path in found if not os.path.isdir(path)]  # noqa: PTH112
    if missing:
        raise _BadValueError(f"no such directory: {', '.join(missing)}")
    return found


def _selectors(value: object, base: Path) -> tuple[str, ...]:
    found = _strings(value, base)
    wrong = [item for item in found if not _SELECTOR.fullmatch(item)]
    if wrong:
        raise _BadValueError(f"not a rule code or name: {', '.join(wrong)}")
    return found


def _choice(value: object, choices: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in choices:
        expected = ", ".join(f'"{choice}"' for choice in choices)
        raise _BadValueError(f"expected one of {expected}, not {_describe(value)}")
    return value


def _confidence(value: object, _base: Path) -> Confidence:
    return Confidence(_choice(value, tuple(Confidence)))


def _fail_on(value: object, _base: Path) -> Confidence | Severity | None:
    choice = _choice(value, (*Confidence, *Severity, "never"))
    if choice == "never":
        return None
    return Severity(choice) if choice in tuple(Severity) else Confidence(choice)


def _target(value: object, _base: Path) -> Target:
    return Target(_choice(value, tuple(Target)))


def _jobs(value: object, _base: Path) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _BadValueError(f"expected a whole number, 0 or more, not {_describe(value)}")
    return value


def _file(value: object, base: Path) -> Path:
    if not isinstance(value, str) or not value:
        raise _BadValueError(f"expected the name of a file, not {_describe(value)}")
    return base / value


def _existing_file(value: object, base: Path) -> Path:
    path = _file(value, base)
    # Unlike `Path.is_file`, this answers for names too that no file can have.
    if not os.path.isfile(path):  # noqa: PTH113
        raise _BadValueError(f"no such file: {path}")
    return path


def _credentials(value: object, _base: Path) -> Credentials:
    return Credentials(_choice(value, tuple(Credentials)))


def _flag(value: object, _base: Path) -> bool:
    if not isinstance(value, bool):
        raise _BadValueError(f"expected true or false, not {_describe(value)}")
    return value


def _path_ignores(value: object, lines: "_Lines") -> tuple[tuple[PathIgnore, ...], list[tuple[int, str]]]:
    """The entries of the table, pattern to rules or to a table of details; and what is wrong with them."""
    top = lines.of(_PATH_IGNORES)
    if not isinstance(value, Mapping):
        return (), [(top, f"`{_PATH_IGNORES}`: expected a table of patterns, not {_describe(value)}")]
    found: list[PathIgnore] = []
    problems: list[tuple[int, str]] = []
    for pattern, entry in value.items():
        line = lines.inside(_PATH_IGNORES, pattern)
        try:
            if not pattern.strip():
                raise _BadValueError("the pattern is empty")
            found.append(_path_ignore(pattern, entry, line))
        except _BadValueError as problem:
            problems.append((line, f"`{_PATH_IGNORES}`, `{pattern}`: {problem}"))
    return tuple(found), problems


def _path_ignore(pattern: str, entry: object, line: int) -> PathIgnore:
    if isinstance(entry, list):
        return PathIgnore(pattern, _named_selectors(entry), None, None, line)
    if not isinstance(entry, Mapping):
        raise _BadValueError(f"expected a list of rules or a table, not {_describe(entry)}")
    for key in entry:
        if key not in _PATH_KEYS:
            raise _BadValueError(f"unknown key `{key}`{_suggestion(key, _PATH_KEYS)}")
    reason = entry.get("reason")
    if reason is not None and not isinstance(reason, str):
        raise _BadValueError(f"`reason`: expected a string, not {_describe(reason)}")
    rules = _selectors(entry["rules"], Path()) if "rules" in entry else ()
    if "rules" in entry and not rules:
        raise _BadValueError("`rules` is empty; leave it out to mean every rule")
    words = " ".join(reason.split()) if reason else None
    return PathIgnore(pattern, rules, words or None, _day(entry.get("until")), line)


def _named_selectors(entry: list[object]) -> tuple[str, ...]:
    if not entry:
        raise _BadValueError("the list is empty; a table with a reason and without `rules` means every rule")
    return _selectors(entry, Path())


def _day(value: object) -> date | None:
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise _BadValueError(f"`until`: expected a date like 2027-03-31, not {_describe(value)}")


def _describe(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case int() | float():
            return str(value)
        case list():
            return "a list with other things in it"
        case Mapping():
            return "a table"
        case _:
            return "a date or time"


_READERS: Mapping[str, Callable[[object, Path], object]] = {
    "paths": _paths,
    "exclude": _strings,
    "select": _selectors,
    "ignore": _selectors,
    "confidence": _confidence,
    "fail-on": _fail_on,
    "target": _target,
    "rules": _directories,
    "jobs": _jobs,
    "require-reason": _flag,
    "baseline": _file,
    "fail-on-problems": _flag,
    "credentials": _credentials,
    "describe": _existing_file,
}
_PATH_IGNORES = "per-path-ignores"
_PATH_KEYS = ("reason", "rules", "until")


class _Lines:
    """Line numbers of the keys of one table; tomllib keeps none."""

    def __init__(self, text: str, table: str) -> None:
        self._lines = text.splitlines()
        self._table = table

    def of(self, key: str) -> int:
        """The line on which the table gives `key`, else the table's own line, else 1."""
        current = ""
        header = 1
        pattern = re.compile(rf"""\s*(?:{re.escape(key)}|"{re.escape(key)}"|'{re.escape(key)}')\s*[=.]""")
        for number, line in enumerate(self._lines, start=1):
            opened = re.match(r"\s*\[+([^\[\]]+)\]+", line)
            if opened:
                current = opened[1].replace('"', "").replace(" ", "")
                if current == self._table:
                    header = number
                elif current == ".".join(filter(None, (self._table, key))):
                    return number
            elif current == self._table and pattern.match(line):
                return number
        return header

    def inside(self, key: str, entry: str) -> int:
        """The line at or below that of `key` that names one of its entries, else the line of `key`."""
        top = self.of(key)
        named = re.compile(rf"""(["']){re.escape(entry)}\1|(?:\A|[{{,\s]){re.escape(entry)}\s*=""")
        for number, line in enumerate(self._lines[top - 1 :], start=top):
            if named.search(line):
                return number
        return top


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start})") from error
