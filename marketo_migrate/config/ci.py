"""What a continuous integration service says about the change under review: its environment in, a base out.

Sources: GitHub's "Variables reference" and "Webhook events and payloads"; GitLab's "Predefined CI/CD
variables reference".
"""

from collections.abc import Mapping
from enum import StrEnum

from marketo_migrate.model.record import record

_NO_COMMIT = "0" * 40


class Service(StrEnum):
    """The services whose environment is read."""

    GITHUB = "github"
    GITLAB = "gitlab"


class Workflow(StrEnum):
    """For which service a workflow is written."""

    AUTO = "auto"
    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


@record
class CiBase:
    """The state before the change: the first of these revisions that exists; and the branch, if known."""

    service: Service
    revisions: tuple[str, ...]
    branch: str | None


def service_of(environment: Mapping[str, str]) -> Service | None:
    """The service that runs us, or None."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return Service.GITHUB
    if environment.get("GITLAB_CI") == "true":
        return Service.GITLAB
    return None


def ci_base(environment: Mapping[str, str], event: object) -> CiBase | None:
    """The base of a pull request or a push, None where the service names none.

    `event` is the parsed JSON of the file that GITHUB_EVENT_PATH names, None without it.
    """
    match service_of(environment):
        case Service.GITHUB:
            return _github(environment, event)
        case Service.GITLAB:
            return _gitlab(environment)
        case None:
            return None


def _github(environment: Mapping[str, str], event: object) -> CiBase | None:
    target = environment.get("GITHUB_BASE_REF", "").removeprefix("refs/heads/")
    if target:
        names = (f"origin/{target}", _text(event, "pull_request", "base", "sha"), target)
        return _base(Service.GITHUB, names, target)
    queued = _text(event, "merge_group", "base_sha")
    if queued:
        branch = _text(event, "merge_group", "base_ref").removeprefix("refs/heads/")
        return _base(Service.GITHUB, (queued,), branch)
    default = _text(event, "repository", "default_branch")
    before = _text(event, "before")
    if before and before != _NO_COMMIT:
        return _base(Service.GITHUB, (before,), default)
    on_default = environment.get("GITHUB_REF", "") == f"refs/heads/{default}"
    if default and not on_default:
        return _base(Service.GITHUB, (f"origin/{default}",), default)
    return None


def _gitlab(environment: Mapping[str, str]) -> CiBase | None:
    target = environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "")
    if target:
        names = (environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", ""), f"origin/{target}")
        return _base(Service.GITLAB, names, target)
    default = environment.get("CI_DEFAULT_BRANCH", "")
    before = environment.get("CI_COMMIT_BEFORE_SHA", "")
    if before and before != _NO_COMMIT:
        return _base(Service.GITLAB, (before,), default)
    if default and environment.get("CI_COMMIT_BRANCH", "") not in ("", default):
        return _base(Service.GITLAB, (f"origin/{default}",), default)
    return None


def _base(service: Service, names: tuple[str, ...], branch: str) -> CiBase:
    # A name that begins with a dash is no branch of a person; git forbids it.
    usable = tuple(name for name in names if name and not name.startswith("-"))
    return CiBase(service, usable, branch or None)


def _text(event: object, *keys: str) -> str:
    """The text under a chain of keys, "" where there is none."""
    value = event
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""
