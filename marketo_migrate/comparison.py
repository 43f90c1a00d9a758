"""Scans of two states of a repository, the work tree and a commit, and what is new between them.

The commit is written to a temporary directory and scanned whole there, with the settings of the work tree.
"""

import os
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from marketo_migrate.config.settings import Settings
from marketo_migrate.gate.compare import Comparison, Known, added_lines, ambiguous_paths, compare, known_of
from marketo_migrate.model.finding import FileProblem, ScanResult
from marketo_migrate.pipeline import scan
from marketo_migrate.ruleset.run import RunRules
from marketo_migrate.sources.candidates import Progress
from marketo_migrate.sources.git_commit import write_tree

_T = TypeVar("_T")
_MOST_LINES = 20_000
"""Longest file, in lines, of which the added lines are worked out."""


@dataclass(frozen=True, slots=True)
class Review:
    """A scan of the work tree seen against an earlier state.

    `before` is how many findings there were; `problems` are those of files that were not there before.
    """

    comparison: Comparison
    before: int
    problems: tuple[FileProblem, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What both scans have in common; `settings` show everything, `rules` are theirs."""

    paths: tuple[Path, ...]
    settings: Settings
    today: date
    rules: RunRules
    progress: Progress | None = None


def review_commit(
    result: ScanResult, scope: Scope, *, root: str, commit: str, accepted: Sequence[Known] = ()
) -> Review:
    """Compare the scan of a scope with the same scope in a commit of the repository at `root`.

    `accepted` are findings of a baseline, known as well. Findings of the commit that a mark hides do not
    count as known: where the mark goes, they are new. Raises `UsageError` where git cannot read the
    commit.
    """
    with tempfile.TemporaryDirectory(prefix="marketo-migrate-") as directory:
        copy = os.path.realpath(directory)
        missing = write_tree(root, commit, copy)
        earlier = _scan_copy(copy, root, scope)
        known = [known_of(finding) for finding in earlier.findings if not finding.suppressed]
        findings = [finding for finding in result.findings if not finding.suppressed]
        pairs = _Pairs(root, copy)
        comparison = compare(
            findings,
            [*known, *_beyond(accepted, known)],
            unchanged=pairs.unchanged({f.location.path for f in findings}),
            added={path: pairs.added(path) for path in ambiguous_paths(findings, known)},
        )
    old = {(problem.path, problem.message) for problem in earlier.problems}
    problems = [problem for problem in result.problems if (problem.path, problem.message) not in old]
    problems.extend(
        FileProblem(path, None, "a submodule whose earlier commit is not here: all it holds counts as new")
        for path in missing
        if Path(root, path, ".git").exists()
    )
    return Review(
        comparison, len(known), tuple(sorted(problems, key=lambda p: (p.path, p.line or 0, p.message)))
    )


def scan_scope(
    scope: Scope, paths: tuple[Path, ...] | None = None, *, base: Path | None = None
) -> ScanResult:
    """Scan the scope, or the same in a copy of it: `paths` below `base`."""
    return scan(
        scope.paths if paths is None else paths,
        scope.settings,
        progress=scope.progress,
        today=scope.today,
        base=base,
        rules=scope.rules,
    )


def review_baseline(result: ScanResult, accepted: Sequence[Known]) -> Review:
    """Compare a scan with the findings of a baseline; every problem of a file counts as new."""
    findings = [finding for finding in result.findings if not finding.suppressed]
    return Review(compare(findings, accepted), len(accepted), result.problems)


def _beyond(accepted: Sequence[Known], known: Sequence[Known]) -> list[Known]:
    """What the baseline has more of than the commit."""
    left = [*known]
    more = []
    for entry in accepted:
        if entry in left:
            left.remove(entry)
        else:
            more.append(entry)
    return more


def _scan_copy(copy: str, root: str, scope: Scope) -> ScanResult:
    below = [os.path.relpath(os.path.realpath(path), root) for path in scope.paths]
    inside = [Path(copy, path) for path in below if path.partition(os.sep)[0] != os.pardir]
    there = tuple(path for path in inside if path.exists())
    return scan_scope(scope, there, base=Path(copy)) if there else ScanResult((), (), {})


class _Pairs:
    """Files of the work tree beside their copies from the commit."""

    def __init__(self, root: str, copy: str) -> None:
        self._root = root
        self._copy = copy

    def unchanged(self, paths: Collection[str]) -> frozenset[str]:
        """The paths with the same contents in both; line ends do not count."""
        return frozenset(path for path in paths if self._both(path, lambda old, new: old == new))

    def added(self, path: str) -> frozenset[int]:
        """The lines of a file that the commit does not have."""

        def compare_lines(old: bytes, new: bytes) -> frozenset[int]:
            if max(old.count(b"\n"), new.count(b"\n")) > _MOST_LINES:
                return frozenset()
            return added_lines(old.decode("utf-8", "replace"), new.decode("utf-8", "replace"))

        return self._both(path, compare_lines) or frozenset()

    def _both(self, path: str, function: Callable[[bytes, bytes], _T]) -> _T | None:
        try:
            old = Path(self._copy, path).read_bytes()
            new = Path(self._root, path).read_bytes()
        except (OSError, ValueError):
            return None
        return function(old.replace(b"\r\n", b"\n"), new.replace(b"\r\n", b"\n"))
