"""The marks of acceptance of a scan, from the bytes of marked files and from the settings."""

from collections.abc import Collection, Mapping, Sequence

from marketo_migrate.config.settings import Settings
from marketo_migrate.detect.masking import mask
from marketo_migrate.gate.comments import python_layout, text_layout
from marketo_migrate.gate.marks import Mark, read_marks, unknown_rules
from marketo_migrate.gate.suppress import MarkedFile, PathMark
from marketo_migrate.model.suppression import SuppressionSource
from marketo_migrate.sources.discover import Discovery, reported_path
from marketo_migrate.sources.gitignore import covered_paths
from marketo_migrate.syntax.decode import decode

_NO_SECRETS: frozenset[str] = frozenset()


def marked_files(
    marked: Mapping[str, bytes], python: Collection[str], names: Sequence[tuple[str, str]]
) -> tuple[MarkedFile, ...]:
    """The files, given by path, that do bear marks; `python` are the paths of Python files.

    `names` are the codes and names of the rules that exist.
    """
    result = []
    for path, data in sorted(marked.items()):
        if path in python:
            layout = python_layout(decode(path, data)[0])
        else:
            layout = text_layout(path, data.decode("utf-8", "replace"))
        marks = tuple(_masked(mark) for mark in read_marks(layout, names))
        if marks:
            result.append(MarkedFile(path, layout, marks))
    return tuple(result)


def path_marks(
    settings: Settings, discovery: Discovery, paths: Collection[str], names: Sequence[tuple[str, str]]
) -> tuple[PathMark, ...]:
    """The settings' marks by path, with those of the `paths` that each covers."""
    source = str(settings.source.absolute()) if settings.source is not None else "."
    return tuple(
        PathMark(
            reported_path(source, discovery.base),
            entry.pattern,
            covered_paths(entry.pattern, paths),
            _masked(
                Mark(
                    entry.line,
                    None,
                    SuppressionSource.SETTINGS,
                    entry.rules,
                    entry.reason,
                    entry.until,
                    _unknown(unknown_rules(entry.rules, names)),
                )
            ),
        )
        for entry in settings.per_path_ignores
    )


def _unknown(selectors: tuple[str, ...]) -> str | None:
    return f"there is no rule {', '.join(selectors)}" if selectors else None


def _masked(mark: Mark) -> Mark:
    """The mark with secrets taken out of its words."""
    if mark.reason is None:
        return mark
    return Mark(
        mark.line,
        mark.target,
        mark.source,
        mark.rules,
        mask(mark.reason, _NO_SECRETS),
        mark.until,
        mark.problem,
    )
