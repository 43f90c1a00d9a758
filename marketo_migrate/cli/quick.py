"""A quick reading of `scan` command lines: to import and run typer takes longer than a small scan.

Takes only what is plain; everything else (help, wrong usage, unusual spellings) gives None and is
left to typer. A test holds both to the same answers.
"""

from collections.abc import Sequence
from pathlib import Path

from marketo_migrate.cli.formats import ResultFormat
from marketo_migrate.cli.scan import ScanOptions
from marketo_migrate.model.grades import Confidence

_FLAGS = {
    "--statistics": "statistics",
    "--no-color": "no_color",
    "--require-reason": "require_reason",
    "--debug": None,
}
_VALUES = {
    "--format": "format",
    "-f": "format",
    "--output": "output",
    "-o": "output",
    "--confidence": "confidence",
    "--jobs": "jobs",
    "-j": "jobs",
    "--config": "config",
}
_LISTS = {"--select": "select", "--ignore": "ignore", "--exclude": "exclude", "--rules-dir": "rules"}


def read_scan(arguments: Sequence[str]) -> ScanOptions | None:
    """The options of a plain `scan` command line, None for any other."""
    if not arguments or arguments[0] != "scan":
        return None
    paths: list[Path] = []
    values: dict[str, object] = {}
    lists: dict[str, list[str]] = {}
    rest = iter(arguments[1:])
    for argument in rest:
        name, equals, value = argument.partition("=")
        if not argument.startswith("-"):
            if not argument:
                return None
            paths.append(Path(argument))
        elif argument in _FLAGS:
            field = _FLAGS[argument]
            if field is not None:
                values[field] = True
        elif name in _VALUES or name in _LISTS:
            if not equals:
                value = next(rest, "")
            if not value or value.startswith("-") or (equals and not name.startswith("--")):
                return None
            if name in _LISTS:
                lists.setdefault(_LISTS[name], []).append(value)
            elif not _take(values, _VALUES[name], value):
                return None
        else:
            return None
    rules = tuple(Path(value) for value in lists.pop("rules", ()))
    texts = {field: tuple(items) for field, items in lists.items()}
    return ScanOptions(paths=tuple(paths), rules=rules, **texts, **values)  # type: ignore[arg-type]


def _take(values: dict[str, object], field: str, text: str) -> bool:
    """Put the value of a text under `field`; False where it is not plainly right."""
    match field:
        case "format" if text in tuple(ResultFormat):
            values[field] = ResultFormat(text)
        case "confidence" if text in tuple(Confidence):
            values[field] = Confidence(text)
        case "jobs" if text.isascii() and text.isdigit() and len(text) < 6:
            values[field] = int(text)
        case "output" | "config":
            values[field] = Path(text)
        case _:
            return False
    return True
