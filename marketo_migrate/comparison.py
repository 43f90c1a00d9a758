"""Scans of two states of a repository, the work tree and a commit, and what is new between them.

Where only Python files differ, the commit is looked at as the work tree with their old bytes in place: what
did not change is not looked at again. Else it is written to a temporary directory and scanned whole there,
with the settings of the work tree.
"""

import os
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from marketo_migrate.config.settings import Settings
from marketo_migrate.gate.compare import Comparison, Known, added_lines, ambiguous_paths, compare, known_of
from marketo_migrate.model.finding import FileProblem, ScanResult
from marketo_migrate.model.record import record
from marketo_migrate.pipeline import Examination, Wish, examine, examine_again, result_of, with_tiers
from marketo_migrate.ruleset.run import RunRules
from marketo_migrate.sources.candidates import Progress
from marketo_migrate.sources.git_commit import Changes, python_changes, write_tree

_T = TypeVar("_T")
_MOST_LINES = 20_000
"""Longest file, in lines, of which the added lines are worked out."""


@record
class Review:
    """A scan of the work tree seen against an earlier state.

    `before` is how many findings there were; `problems` are those of files that were not there before.
    """

    comparison: Comparison
    before: int
    problems: tuple[FileProblem, ...]


@record
class Scope:
    """What both scans have in common; `settings` show everything, `rules` are theirs."""

    paths: tuple[Path, ...]
    settings: Settings
    today: date
    rules: RunRules
    progress: Progress | None = None


def review_commit(
    examined: Examination, scope: Scope, *, root: str, commit: str, accepted: Sequence[Known] = ()
) -> Review:
    """Compare what a scope was seen to hold with the same scope in a commit of the repository at `root`.

    `accepted` are findings of a baseline, known as well. Findings of the commit that a mark hides do not
    count as known: where the mark goes, they are new. Raises `UsageError` where git cannot read the
    commit.
    """
    changes = python_changes(root, commit) if examined.discovery.base == root else None
    if changes is not None and all(file.path in changes.files for file in examined.files):
        before = {path: data for path, data in changes.before.items() if path in examined.candidates.python}
        earlier = result_of(examine_again(examined._replace(wish=None), before, gone=changes.added))
        return _review(result_of(examined), earlier, accepted, _Changed(root, changes))
    with tempfile.TemporaryDirectory(prefix="marketo-migrate-") as directory:
        copy = os.path.realpath(directory)
        missing = write_tree(root, commit, copy)
        earlier = _scan_copy(copy, root, scope)
        review = _review(result_of(examined), earlier, accepted, _Pairs(root, copy))
    problems = [
        *review.problems,
        *(
            FileProblem(
                path, None, "a submodule whose earlier commit is not here: all it holds counts as new"
            )
            for path in missing
            if Path(root, path, ".git").exists()
        ),
    ]
    return replace(review, problems=tuple(sorted(problems, key=lambda p: (p.path, p.line or 0, p.message))))


def _review(
    result: ScanResult, earlier: ScanResult, accepted: Sequence[Known], pairs: "_Pairs | _Changed"
) -> Review:
    known = [known_of(finding) for finding in earlier.findings if not finding.suppressed]
    findings = [finding for finding in result.findings if not finding.suppressed]
    comparison = compare(
        findings,
        [*known, *_beyond(accepted, known)],
        unchanged=pairs.unchanged({f.location.path for f in findings}),
        added={path: pairs.added(path) for path in ambiguous_paths(findings, known)},
    )
    old = {(problem.path, problem.message) for problem in earlier.problems}
    problems = tuple(problem for problem in result.problems if (problem.path, problem.message) not in old)
    return Review(comparison, len(known), problems)


def examine_scope(
    scope: Scope, paths: tuple[Path, ...] | None = None, *, base: Path | None = None, tiers: bool = True
) -> Examination:
    """Look at the scope, or at the same in a copy of it: `paths` below `base`."""
    examined = examine(
        scope.paths if paths is None else paths,
        scope.settings,
        progress=scope.progress,
        today=lambda: scope.today,
        base=base,
        rules=scope.rules,
        wish=Wish() if tiers else None,
    )
    return with_tiers(examined)


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
    if not there:
        return ScanResult((), (), {})
    return result_of(examine_scope(scope, there, base=Path(copy), tiers=False))


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
        return self._both(path, _added_lines) or frozenset()

    def _both(self, path: str, function: Callable[[bytes, bytes], _T]) -> _T | None:
        try:
            old = Path(self._copy, path).read_bytes()
            new = Path(self._root, path).read_bytes()
        except (OSError, ValueError):
            return None
        return function(old.replace(b"\r\n", b"\n"), new.replace(b"\r\n", b"\n"))


class _Changed:
    """Files of the work tree, and the bytes that some of them have in the commit."""

    def __init__(self, root: str, changes: Changes) -> None:
        self._root = root
        self._changes = changes

    def unchanged(self, paths: Collection[str]) -> frozenset[str]:
        """The paths with the same contents in both; line ends do not count."""
        return frozenset(path for path in paths if self._both(path, lambda old, new: old == new, same=True))

    def added(self, path: str) -> frozenset[int]:
        """The lines of a file that the commit does not have."""
        return self._both(path, _added_lines, same=frozenset()) or frozenset()

    def _both(self, path: str, function: Callable[[bytes, bytes], _T], *, same: _T) -> _T | None:
        if path in self._changes.added:
            return None
        if path not in self._changes.before:
            return same
        try:
            new = Path(self._root, path).read_bytes()
        except (OSError, ValueError):
            return None
        return function(self._changes.before[path].replace(b"\r\n", b"\n"), new.replace(b"\r\n", b"\n"))


def _added_lines(old: bytes, new: bytes) -> frozenset[int]:
    if max(old.count(b"\n"), new.count(b"\n")) > _MOST_LINES:
        return frozenset()
    return added_lines(old.decode("utf-8", "replace"), new.decode("utf-8", "replace"))
