"""The commit to compare with: from an option or the environment to a merge base, or to advice."""

import json
import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from marketo_migrate.config.ci import CiBase, Service, ci_base
from marketo_migrate.errors import UsageError
from marketo_migrate.model.record import record
from marketo_migrate.sources.git_commit import find_commit, is_shallow, merge_base
from marketo_migrate.sources.git_listing import find_repository

_SERVICE_ADVICE = {
    Service.GITHUB: "In GitHub Actions: actions/checkout with `fetch-depth: 0`.",
    Service.GITLAB: 'In GitLab CI: set the variable `GIT_DEPTH: "0"` for the job.',
}


@record
class Base:
    """The commit to compare with, and the name it was asked for by."""

    root: str
    commit: str
    name: str


def repository_of(paths: Sequence[Path]) -> str | None:
    """The repository that holds all paths, None where one lies in none; `UsageError` for several."""
    homes = set()
    for path in paths:
        real = os.path.realpath(path)
        homes.add(find_repository(real if Path(real).is_dir() else str(Path(real).parent)))
    if len(homes - {None}) > 1:
        raise UsageError("the paths lie in several repositories: run gate in each of them")
    return None if None in homes or not homes else homes.pop()


def named_base(root: str | None, revision: str) -> Base:
    """The merge base of a revision and HEAD; raises `UsageError` that says how to get what is missing."""
    if root is None:
        raise UsageError(
            "--base needs a git repository around the paths; elsewhere compare with a baseline file "
            "(--baseline FILE)"
        )
    head = _head(root)
    commit = find_commit(root, revision)
    if commit is None:
        raise UsageError(_unknown(root, revision, None))
    return Base(root, _ancestor(root, commit, head, revision, None), revision)


def base_of_environment(root: str | None, environment: Mapping[str, str]) -> Base | None:
    """The base that a continuous integration service names, None where there is none.

    Raises `UsageError` where it names one that is not in the clone.
    """
    found = ci_base(environment, _event(environment))
    if found is None or root is None or not found.revisions:
        return None
    head = _head(root)
    for revision in found.revisions:
        commit = find_commit(root, revision)
        if commit is not None and commit != head:
            return Base(root, _ancestor(root, commit, head, revision, found), revision)
        if commit == head:
            return Base(root, commit, revision)
    raise UsageError(_unknown(root, found.revisions[0], found))


def _head(root: str) -> str:
    head = find_commit(root, "HEAD")
    if head is None:
        raise UsageError(
            "the repository has no commit yet, so nothing can be compared: use `scan`, or compare with a "
            "baseline file (--baseline FILE)"
        )
    return head


def _ancestor(root: str, commit: str, head: str, name: str, found: CiBase | None) -> str:
    ancestor = merge_base(root, commit, head)
    if ancestor is not None:
        return ancestor
    if is_shallow(root):
        raise UsageError(
            f"the history of this clone was cut before the commit that {name} and HEAD have in common.\n"
            f"{_advice('git fetch --unshallow', found)}"
        )
    raise UsageError(
        f"{name} and HEAD have no commit in common: name a base from which this branch was made, or compare "
        "with a baseline file (--baseline FILE)"
    )


def _unknown(root: str, revision: str, found: CiBase | None) -> str:
    """What to do about a base that the clone does not have."""
    branch = found.branch if found is not None else None
    if branch is None and revision.startswith("origin/"):
        branch = revision.removeprefix("origin/")
    if is_shallow(root):
        fetch = "git fetch --unshallow origin"
        if branch is not None:
            fetch += " " + shlex.quote(f"+refs/heads/{branch}:refs/remotes/origin/{branch}")
        cut = f"the base {revision} is not in this clone, whose history was cut (it is shallow)."
        return f"{cut}\n{_advice(fetch, found)}"
    if branch is not None:
        fetch = f"git fetch origin {shlex.quote(f'+refs/heads/{branch}:refs/remotes/origin/{branch}')}"
        return f"the base {revision} is not in this clone.\n{_advice(fetch, found)}"
    return (
        f"no commit is called {revision} in this repository; `git branch --all` lists the branches, and "
        "`git fetch` gets new ones"
    )


def _advice(command: str, found: CiBase | None) -> str:
    services = [found.service] if found is not None else list(Service)
    return "\n".join([f"Fetch it: {command}", *(_SERVICE_ADVICE[service] for service in services)])


def _event(environment: Mapping[str, str]) -> object:
    path = environment.get("GITHUB_EVENT_PATH")
    if not path:
        return None
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        # Without it the branch names of the environment still do.
        return None
