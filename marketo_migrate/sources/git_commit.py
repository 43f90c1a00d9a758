"""Commits of a repository: names to commits, the merge base, and the files of a commit in a directory.

The work tree, the index and the references are not touched.
"""

import os
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from marketo_migrate.errors import UsageError
from marketo_migrate.model.record import record
from marketo_migrate.sources.classify import classify_name, may_be_script
from marketo_migrate.sources.git import run_git
from marketo_migrate.sources.left_out import is_environment_mark
from marketo_migrate.sources.read import SEARCH_LIMIT

_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REGULAR = ("100644", "100755", "100664")
_GITLINK = "160000"
_CHUNK = 64_000_000


@record
class TreeEntry:
    """One entry of a commit's tree: mode, object name, size in bytes (0 for a submodule), path."""

    mode: str
    object: str
    size: int
    path: str


def find_commit(root: str, revision: str) -> str | None:
    """The commit that a revision names, or None; raises `UsageError` for what can be no revision."""
    if not revision.strip() or revision.startswith("-") or any(c in revision for c in "\0\r\n"):
        raise UsageError(f"not a git revision: {revision!r}")
    done = run_git(root, ["rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"])
    if done is None:
        raise UsageError("git is not installed: compare with a baseline file instead (--baseline FILE)")
    name = done.stdout.decode("ascii", "replace").strip()
    if done.returncode != 0 or not _OBJECT.fullmatch(name):
        if b"dubious ownership" in done.stderr:
            raise UsageError(
                f"git does not trust this directory: git config --global --add safe.directory {root}"
            )
        return None
    return name


def merge_base(root: str, one: str, other: str) -> str | None:
    """The best common ancestor of two commits, or None; of several equally good ones the first by name."""
    done = run_git(root, ["merge-base", "--all", one, other])
    names = [] if done is None else sorted(done.stdout.decode("ascii", "replace").split())
    return names[0] if names else None


def is_shallow(root: str) -> bool:
    """Whether the history of a repository was cut when it was cloned or fetched."""
    done = run_git(root, ["rev-parse", "--is-shallow-repository"])
    return done is not None and done.stdout.strip() == b"true"


class Changes(NamedTuple):
    """How the Python files of a work tree differ from a commit: their bytes there, and those it lacks.

    `files` are all files that git tracks or does not ignore.
    """

    before: dict[str, bytes]
    added: frozenset[str]
    files: frozenset[str]


def python_changes(root: str, commit: str) -> Changes | None:
    """What has to be undone in a work tree's Python files to get those of a commit, by path.

    None where more is different than can be told so: other files that a scan looks at, files that are
    gone, links, submodules, or files whose changes git was told not to see.
    """
    different = _output(root, ["diff", "--raw", "-z", "--no-renames", "--no-abbrev", commit, "--"])
    others = _output(root, ["ls-files", "-z", "--others", "--exclude-standard"])
    tracked = _output(root, ["ls-files", "-v", "-z", "--stage"])
    if different is None or others is None or tracked is None:
        return None
    if any(record[:2] != b"H " or record[2:8] == _GITLINK.encode() for record in _records(tracked)):
        return None
    wanted: list[TreeEntry] = []
    files = {os.fsdecode(record.partition(b"\t")[2]) for record in _records(tracked)}
    added = {os.fsdecode(path) for path in _records(others)}
    files |= added
    fields = iter(_records(different))
    for head, name in zip(fields, fields, strict=False):
        old, new, blob, _, status = head.decode("ascii", "replace").lstrip(":").split()
        path = os.fsdecode(name)
        if status == "M" and old in _REGULAR and new in _REGULAR and path.isascii():
            wanted.append(TreeEntry(old, blob, 0, path))
        elif status == "A" and new in _REGULAR:
            added.add(path)
        else:
            return None
    wanted = [entry for entry in wanted if _is_wanted(entry.path)]
    added = {path for path in added if _is_wanted(path)}
    names = (*(entry.path for entry in wanted), *added)
    if not all(path.endswith(".py") and path.isascii() for path in names):
        return None
    before = dict(zip((entry.path for entry in wanted), _contents(root, wanted), strict=True))
    return Changes(before, frozenset(added), frozenset(files))


def _output(root: str, arguments: Sequence[str]) -> bytes | None:
    done = run_git(root, arguments)
    return done.stdout if done is not None and done.returncode == 0 else None


def _records(data: bytes) -> list[bytes]:
    return [record for record in data.split(b"\0") if record]


def write_tree(root: str, commit: str, target: str) -> tuple[str, ...]:
    """Write those files of a commit that a scan may look at below the directory `target`.

    Symbolic links are left out, and so is what has a path that no checkout would make. Submodules
    are written too where their repositories hold the commit; gives the paths of the others.
    Raises `UsageError` where git cannot read the commit.
    """
    entries = _list_tree(root, commit)
    wanted = [e for e in entries if e.mode in _REGULAR and _is_wanted(e.path) and e.size <= SEARCH_LIMIT]
    for group in _in_groups(wanted):
        _write_group(root, group, target)
    missing: list[str] = []
    for entry in entries:
        if entry.mode == _GITLINK:
            inner = os.path.join(root, entry.path)
            if os.path.exists(os.path.join(inner, ".git")) and find_commit(inner, entry.object):
                below = write_tree(inner, entry.object, os.path.join(target, entry.path))
                missing.extend(f"{entry.path}/{path}" for path in below)
            else:
                missing.append(entry.path)
    return tuple(missing)


def _list_tree(root: str, commit: str) -> list[TreeEntry]:
    done = run_git(root, ["ls-tree", "-r", "-z", "-l", "--full-tree", commit])
    if done is None or done.returncode != 0:
        raise UsageError(f"git cannot read commit {commit}: {_message(done.stderr if done else b'')}")
    entries = []
    for entry in os.fsdecode(done.stdout).split("\0"):
        head, tab, path = entry.partition("\t")
        if tab and _is_safe(path):
            mode, _, name, size = head.split()
            entries.append(TreeEntry(mode, name, int(size) if size.isdigit() else 0, path))
    return entries


def _is_safe(path: str) -> bool:
    """Whether a path stays below the directory it is joined to, on every system."""
    parts = path.replace("\\", "/").split("/") if os.sep == "\\" else path.split("/")
    return not any(part in ("", ".", "..") or part.lower() == ".git" or ":" in part[1:2] for part in parts)


def _is_wanted(path: str) -> bool:
    return classify_name(path) is not None or may_be_script(path) or is_environment_mark(path)


def _in_groups(entries: Sequence[TreeEntry]) -> Iterator[list[TreeEntry]]:
    """Entries in runs whose contents fit into memory together."""
    group: list[TreeEntry] = []
    size = 0
    for entry in entries:
        if group and size + entry.size > _CHUNK:
            yield group
            group, size = [], 0
        group.append(entry)
        size += entry.size
    if group:
        yield group


def _write_group(root: str, entries: Sequence[TreeEntry], target: str) -> None:
    for entry, data in zip(entries, _contents(root, entries), strict=True):
        _write_file(os.path.join(target, entry.path), data)


def _contents(root: str, entries: Sequence[TreeEntry]) -> Iterator[bytes]:
    """The bytes of entries, in order."""
    if not entries:
        return
    asked = "".join(f"{entry.object}\n" for entry in entries).encode()
    done = run_git(root, ["cat-file", "--batch"], stdin=asked)
    if done is None or done.returncode != 0:
        raise UsageError(f"git cannot read its objects: {_message(done.stderr if done else b'')}")
    data, position = done.stdout, 0
    for entry in entries:
        end = data.find(b"\n", position)
        head = data[position:end].split()
        if len(head) != 3 or head[1] != b"blob":
            raise UsageError(f"git has no contents of {entry.path!r}: fetch the whole commit, blobs included")
        start = end + 1
        position = start + int(head[2]) + 1
        yield data[start : position - 1]


def _write_file(path: str, data: bytes) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "xb") as file:
            file.write(data)
    except FileExistsError:
        # Names that differ only in case, on a file system that does not tell them apart.
        return
    except OSError as error:
        raise UsageError(f"cannot write a copy of {path!r}: {error.strerror or error}") from error


def _message(stderr: bytes) -> str:
    text = stderr.decode("utf-8", "replace").strip()
    return text.splitlines()[-1] if text else "no message"
