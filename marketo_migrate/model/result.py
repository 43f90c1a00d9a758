"""The result of a scan, and files that could not be judged.

Named tuples, not dataclasses: a scan that finds nothing needs these classes and no others of the model,
and to import `dataclasses` takes longer than to search a small repository.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from marketo_migrate.model.edit import Fix
    from marketo_migrate.model.finding import Finding
    from marketo_migrate.model.suppression import Suppression


class FileProblem(NamedTuple):
    """A file that was not analysed, or only in part: `line` is where it failed, when that is known."""

    path: str
    line: int | None
    message: str


class ScanResult(NamedTuple):
    """All findings and problems of a scan, sorted, with counts (`files`, `candidates`, `unresolved`, …).

    `suppressions` are all marks of acceptance that were met, with what became of each; `fixes` the edits
    of planned rewrites, by the fingerprint of the finding that carries them.
    """

    findings: "tuple[Finding, ...]"
    problems: tuple[FileProblem, ...]
    statistics: Mapping[str, int]
    suppressions: "tuple[Suppression, ...]" = ()
    fixes: "Mapping[str, Fix]" = MappingProxyType({})
