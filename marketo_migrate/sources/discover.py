"""Files to analyse: paths of the command line in, source files under their reported names and problems out.

Inside a git repository git is asked once for its files; elsewhere the tree is walked and
`.gitignore` files are honoured. Directories of `left_out` are not entered unless they were named.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from marketo_migrate.errors import UsageError
from marketo_migrate.model.result import FileProblem
from marketo_migrate.sources.classify import FileKind, classify_name, is_python_script, may_be_script
from marketo_migrate.sources.git_listing import find_repository, ignored_by_git, is_repository, list_entries
from marketo_migrate.sources.gitignore import IgnorePatterns, parse_patterns, read_patterns
from marketo_migrate.sources.left_out import (
    environments_among,
    is_environment,
    is_in_environment,
    is_left_out,
    is_library,
    may_hold_code,
)
from marketo_migrate.sources.source_file import SourceFile


class Discovery(NamedTuple):
    """Files sorted by reported path, what could not be looked at, and the directories left out on purpose.

    `base` is the absolute directory that reported paths are relative to, `roots` the absolute
    directories that all files lie in: the base and what the command line named.
    """

    files: tuple[SourceFile, ...]
    problems: tuple[FileProblem, ...]
    left_out: tuple[str, ...]
    base: str
    roots: tuple[str, ...]


def discover(paths: Sequence[Path], *, exclude: Sequence[str] = (), base: Path | None = None) -> Discovery:
    """List the files under `paths`; raises `UsageError` that names every path that cannot be scanned.

    `exclude` holds patterns in the format of `.gitignore`, matched against reported paths; they
    also hold for files named on the command line. Reported paths are relative to the repository
    that holds the paths, else (no repository, or more than one) to the working directory; with
    `base` to that directory, which is walked whatever git says.
    """
    resolved = _resolve_all(paths)
    if base is not None:
        return _walk_copy(resolved, os.path.realpath(base), exclude)
    homes = {
        path: find_repository(path if os.path.isdir(path) else os.path.dirname(path)) for path in resolved
    }
    search = _Search(_common_base(homes), parse_patterns(exclude), resolved)
    by_repository: dict[str, list[str]] = {}
    for path, home in homes.items():
        if not os.path.isdir(path):
            search.add_named_file(path)
        elif home is None:
            search.walk(path)
        else:
            by_repository.setdefault(home, []).append(path)
    for home, directories in by_repository.items():
        search.list_repository(home, directories)
    return search.result()


def _walk_copy(paths: Sequence[str], base: str, exclude: Sequence[str]) -> Discovery:
    search = _Search(base, parse_patterns(exclude), tuple(paths))
    for path in paths:
        if os.path.isdir(path):
            search.walk(path)
        else:
            search.add_named_file(path)
    return search.result()


def _resolve_all(paths: Sequence[Path]) -> tuple[str, ...]:
    resolved: list[str] = []
    problems: list[str] = []
    for path in paths:
        try:
            real = os.path.realpath(path, strict=True)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            problems.append(f"{reason[:1].lower()}{reason[1:]}: {path}")
            continue
        if not os.path.isdir(real) and not os.path.isfile(real):
            problems.append(f"not a file or directory: {path}")
        elif not os.access(real, os.R_OK | os.X_OK if os.path.isdir(real) else os.R_OK):
            # Below a named path this is a problem of one file; of the path itself, it is a scan of nothing.
            problems.append(f"permission denied: {path}")
        resolved.append(real)
    if problems:
        raise UsageError("\n".join(problems))
    return tuple(dict.fromkeys(resolved))


def _common_base(homes: dict[str, str | None]) -> str:
    bases = set(homes.values())
    only = bases.pop() if len(bases) == 1 else None
    return only or os.path.realpath(os.curdir)


class _IgnoreFile(NamedTuple):
    """Patterns together with the absolute directory they are relative to."""

    directory: str
    patterns: IgnorePatterns


class _Search:
    """The files found so far; every directory is entered once."""

    def __init__(self, base: str, exclude: IgnorePatterns, roots: tuple[str, ...]) -> None:
        self._base = base
        self._exclude = exclude
        self._roots = roots
        self._environments = tuple(root for root in roots if is_in_environment(root))
        self._files: dict[str, SourceFile] = {}
        self._problems: set[FileProblem] = set()
        self._left_out: set[str] = set()
        self._links: list[str] = []
        self._entered: set[str] = set()
        self._excluded_directories: dict[str, bool] = {}

    def result(self) -> Discovery:
        for link in self._links:
            self._add_link(link)
        return Discovery(
            tuple(sorted(self._files.values())),
            tuple(sorted(self._problems)),
            tuple(sorted(self._left_out)),
            self._base,
            tuple(dict.fromkeys((self._base, *map(_directory_of, self._roots)))),
        )

    def add_named_file(self, path: str) -> None:
        """A file of the command line: taken whatever its name and whatever ignores it, but for `exclude`."""
        reported = self._report(path)
        kind = classify_name(reported) or (FileKind.PYTHON if is_python_script(path) else FileKind.TEXT)
        self._add(path, reported, kind)

    def list_repository(self, root: str, directories: Sequence[str]) -> None:
        """Take the files of a repository below `directories` (absolute, inside `root`)."""
        below = sorted({_relative(directory, root) for directory in directories})
        listing = list_entries(root, below)
        if listing is None:
            for directory in directories:
                self.walk(directory, _outer_ignores(root, directory))
            return
        for path in listing.closed:
            self._problem(os.path.join(root, path), "cannot be listed: permission denied")
        listed = (entry.path for entry in listing.entries)
        environments = {os.path.join(root, path) for path in environments_among(listed) if path}
        environments.difference_update(directories)
        self._left_out.update(map(self._report, environments))
        rooms = dict.fromkeys(environments, True) | dict.fromkeys(directories, False)
        named = [path for path in below if path]
        with_untracked: set[str] = set()
        with_any: set[str] = set()
        for entry in listing.entries:
            absolute = os.path.join(root, entry.path)
            for path in named:
                if _is_inside(entry.path, path):
                    (with_any if entry.tracked else with_untracked).add(path)
            if self._is_in_left_out(os.path.dirname(absolute), rooms):
                continue
            if entry.nested:
                if not self._leave_out(absolute):
                    self._enter_nested(absolute)
            elif entry.symlink or (not entry.tracked and os.path.islink(absolute)):
                self._links.append(absolute)
            else:
                reported = self._report(absolute)
                self._add_found(absolute, reported, classify_name(reported))
        # A directory that was named is scanned although git ignores it, or everything in it.
        silent = [path for path in named if path not in with_untracked]
        ignored = ignored_by_git(root, silent) if silent else frozenset()
        for path in silent:
            if path in ignored or path not in with_any:
                self.walk(os.path.join(root, path))

    def walk(self, top: str, ignores: tuple[_IgnoreFile, ...] = ()) -> None:
        """Take the files below `top` without asking git; `.gitignore` files on the way add to `ignores`."""
        stack = [(top, ignores)]
        while stack:
            directory, outer = stack.pop()
            if directory in self._entered:
                continue
            self._entered.add(directory)
            try:
                with os.scandir(directory) as scan:
                    entries = list(scan)
            except OSError as error:
                self._problem(directory, f"cannot be listed: {(error.strerror or str(error)).lower()}")
                continue
            names = {entry.name for entry in entries}
            if directory != top and ".git" in names and is_repository(directory):
                self.list_repository(directory, [directory])
                continue
            if directory != top and is_environment(directory, names):
                self._left_out.add(self._report(directory))
                continue
            rules = self._with_ignore_file(directory, names, outer)
            place = self._prefix(directory)
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if not _is_ignored(entry.path, rules, directory=True) and not self._leave_out(entry.path):
                        stack.append((entry.path, rules))
                elif entry.is_symlink():
                    if not _is_ignored(entry.path, rules, directory=False):
                        self._links.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    name = entry.name
                    reported = place + name if name.isascii() else self._report(entry.path)
                    kind = classify_name(reported)
                    if kind is None and not may_be_script(name):
                        continue
                    if not rules or not _is_ignored(entry.path, rules, directory=False):
                        self._add_found(entry.path, reported, kind)

    def _enter_nested(self, directory: str) -> None:
        if is_repository(directory):
            self.list_repository(directory, [directory])
        elif os.path.isdir(directory):
            self.walk(directory)

    def _with_ignore_file(
        self, directory: str, names: set[str], outer: tuple[_IgnoreFile, ...]
    ) -> tuple[_IgnoreFile, ...]:
        if ".gitignore" not in names:
            return outer
        patterns = _load_patterns(os.path.join(directory, ".gitignore"))
        if patterns is None:
            return outer
        # Virtual environments and caches ignore themselves with `*`: no obstacle once they are named.
        if directory in self._roots and patterns.verdict("\0", directory=False):
            return outer
        return (*outer, _IgnoreFile(directory, patterns))

    def _add_found(self, path: str, reported: str, kind: FileKind | None) -> None:
        """A file met on the way; `kind` is what its name tells."""
        if kind is None and may_be_script(reported) and is_python_script(path):
            kind = FileKind.PYTHON
        if kind is not None:
            self._add(path, reported, kind)

    def _add(self, path: str, reported: str, kind: FileKind) -> None:
        if path not in self._files and not (self._exclude.runs and self._is_excluded(reported)):
            self._files[path] = SourceFile(reported, path, kind)

    def _add_link(self, link: str) -> None:
        """Follow a link to a file of the tree; report any other that may lead to code."""
        reported = self._report(link)
        named = classify_name(reported) is not None
        if self._exclude.runs and self._is_excluded(reported):
            return
        try:
            real = os.path.realpath(link, strict=True)
        except OSError as error:
            if named or "." not in os.path.basename(link):
                broken = isinstance(error, FileNotFoundError)
                reason = "a broken symbolic link" if broken else "a loop of symbolic links"
                self._problems.add(FileProblem(reported, None, f"{reason}: not analysed"))
            return
        if os.path.isdir(real):
            if not any(_is_inside(real, root) for root in self._roots):
                self._problems.add(
                    FileProblem(reported, None, "a symbolic link out of the scanned tree: not followed")
                )
            return
        if not named or real in self._files:
            return
        if any(_is_inside(real, root) for root in (*self._roots, self._base)):
            self._add(real, reported, classify_name(reported) or FileKind.TEXT)
        else:
            self._problems.add(
                FileProblem(reported, None, "a symbolic link out of the scanned tree: not followed")
            )

    def _is_in_left_out(self, directory: str, rooms: dict[str, bool]) -> bool:
        """Whether a listed directory lies in one that is left out; `rooms` remembers answers by directory."""
        chain: list[str] = []
        while directory not in rooms:
            chain.append(directory)
            directory = os.path.dirname(directory)
        answer = rooms[directory]
        for below in reversed(chain):
            answer = answer or self._leave_out(below)
            rooms[below] = answer
        return answer

    def _leave_out(self, directory: str) -> bool:
        if directory in self._roots or not is_left_out(directory):
            return False
        if is_library(directory) and any(_is_inside(directory, root) for root in self._environments):
            return False
        if may_hold_code(directory):
            self._left_out.add(self._report(directory))
        return True

    def _is_excluded(self, reported: str) -> bool:
        if self._exclude.verdict(reported, directory=False):
            return True
        chain: list[str] = []
        answer = False
        parent = reported.rpartition("/")[0]
        while parent:
            if parent in self._excluded_directories:
                answer = self._excluded_directories[parent]
                break
            chain.append(parent)
            parent = parent.rpartition("/")[0]
        for directory in reversed(chain):
            answer = answer or self._exclude.verdict(directory, directory=True) is True
            self._excluded_directories[directory] = answer
        return answer

    def _problem(self, path: str, message: str) -> None:
        self._problems.add(FileProblem(self._report(path), None, message))

    def _prefix(self, directory: str) -> str:
        """What reported paths of files in a directory begin with: "" for the base, else with a slash."""
        return "" if directory == self._base else self._report(directory) + "/"

    def _report(self, path: str) -> str:
        """The name of an absolute path in every output; bytes that are not UTF-8 appear as escapes."""
        return reported_path(path, self._base)


def reported_path(path: str, base: str) -> str:
    """An absolute path as outputs name it: POSIX, relative to `base`; bytes that are no UTF-8 are escaped."""
    relative = _relative(path, base) or "."
    if os.sep != "/":
        relative = relative.replace(os.sep, "/")
    if relative.isascii():
        return relative
    return os.fsencode(relative).decode("utf-8", "backslashreplace")


def _directory_of(path: str) -> str:
    return path if os.path.isdir(path) else os.path.dirname(path)


def _outer_ignores(root: str, directory: str) -> tuple[_IgnoreFile, ...]:
    """Ignore files that hold for `directory` from above it, for a repository that git cannot list.

    Empty where they ignore the directory itself: it was named, so it is scanned.
    """
    exclude = _load_patterns(os.path.join(root, ".git", "info", "exclude"))
    found = () if exclude is None else (_IgnoreFile(root, exclude),)
    current = root
    while current != directory:
        patterns = _load_patterns(os.path.join(current, ".gitignore"))
        if patterns is not None:
            found = (*found, _IgnoreFile(current, patterns))
        current = os.path.join(current, _relative(directory, current).split(os.sep)[0])
        if _is_ignored(current, found, directory=True):
            return ()
    return found


def _load_patterns(path: str) -> IgnorePatterns | None:
    try:
        return read_patterns(Path(path).read_bytes())
    except OSError:
        return None


def _is_ignored(path: str, rules: tuple[_IgnoreFile, ...], *, directory: bool) -> bool:
    for rule in reversed(rules):
        relative = _relative(path, rule.directory).replace(os.sep, "/")
        verdict = rule.patterns.verdict(relative, directory=directory)
        if verdict is not None:
            return verdict
    return False


def _is_inside(path: str, directory: str) -> bool:
    """Whether a path is `directory` or below it; `""` holds everything."""
    return not directory or path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)


def _relative(path: str, base: str) -> str:
    """`path` relative to `base`, `""` for the base itself; `..` leads out where it lies elsewhere."""
    if path.startswith(base) and path[len(base) : len(base) + 1] in {os.sep, ""}:
        return path[len(base) + 1 :]
    return "" if path == base else os.path.relpath(path, base)
