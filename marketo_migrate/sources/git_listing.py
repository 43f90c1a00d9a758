"""What git says about a repository's files, tracked and untracked-not-ignored, from one `git ls-files`."""

import os
import re
from collections.abc import Sequence
from typing import NamedTuple

from marketo_migrate.sources.git import run_git

_SYMLINK = "120000"
_GITLINK = "160000"
# What `git ls-files` writes to its error output for a directory it may not open.
_CLOSED = re.compile(r"^warning: could not open directory '(.*)': ", re.MULTILINE)


class GitEntry(NamedTuple):
    """One path, POSIX, relative to the repository root; `nested` is a directory with its own repository."""

    path: str
    tracked: bool
    symlink: bool
    nested: bool


class GitListing(NamedTuple):
    """The entries of a repository, and the directories git was not allowed to open (relative to the root)."""

    entries: tuple[GitEntry, ...]
    closed: tuple[str, ...]


def find_repository(directory: str) -> str | None:
    """The nearest directory at or above the absolute `directory` that holds a `.git`, or None."""
    current = directory
    while True:
        if is_repository(current):
            return current
        parent = os.path.dirname(current)
        if parent == current:
            return None
        current = parent


def is_repository(directory: str) -> bool:
    """Whether `directory` is the root of a work tree; worktrees and submodules have a file named `.git`."""
    marker = os.path.join(directory, ".git")
    return os.path.isfile(marker) or os.path.exists(os.path.join(marker, "HEAD"))


def list_entries(root: str, below: Sequence[str]) -> GitListing | None:
    """The repository at `root` under the relative paths `below` (`""` for all).

    None where git cannot tell: no git binary, a broken repository, or one that git does not trust.
    """
    command = [
        "ls-files",
        "-z",
        "-t",
        "--stage",
        "--cached",
        "--others",
        "--deleted",
        "--exclude-standard",
        "--",
    ]
    done = run_git(root, [*command, *(path or "." for path in below)])
    if done is None or done.returncode != 0:
        return None
    deleted: set[str] = set()
    entries: dict[str, GitEntry] = {}
    for record in os.fsdecode(done.stdout).split("\0"):
        tag = record[:1]
        if not tag:
            continue
        if tag == "?":
            path = record[2:]
            entries[path.rstrip("/")] = GitEntry(path.rstrip("/"), False, False, path.endswith("/"))
            continue
        path = record[record.index("\t") + 1 :]
        if tag == "R":
            deleted.add(path)
        elif tag != "S" or not _is_gone(root, path):
            # `S` marks paths a sparse checkout leaves out of the work tree.
            mode = record[2:8]
            entries[path] = GitEntry(path, True, mode == _SYMLINK, mode == _GITLINK)
    # What git cannot look at counts as deleted for it; for us it is there and cannot be read.
    deleted = {path for path in deleted if _is_gone(root, path)}
    kept = tuple(entry for path, entry in entries.items() if path not in deleted)
    closed = _CLOSED.findall(os.fsdecode(done.stderr))
    return GitListing(kept, tuple(path.rstrip("/") for path in closed))


def _is_gone(root: str, path: str) -> bool:
    try:
        os.lstat(os.path.join(root, path))
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def ignored_by_git(root: str, paths: Sequence[str]) -> frozenset[str]:
    """Those of the `paths` (relative to `root`) that git ignores; empty where git cannot tell."""
    done = run_git(root, ["check-ignore", "-z", "--", *paths])
    return frozenset(os.fsdecode(done.stdout).split("\0")) - {""} if done is not None else frozenset()
