"""First settings, hook and workflow for a repository: what is there in, what to write and what to say out."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from marketo_migrate.config.ci import Service
from marketo_migrate.config.toml_file import parse_toml
from marketo_migrate.errors import ConfigError
from marketo_migrate.model.record import record

WORKFLOW = ".github/workflows/marketo-migrate.yml"
GITLAB_PART = ".gitlab/marketo-migrate.yml"
GITLAB = ".gitlab-ci.yml"
HOOKS = ".pre-commit-config.yaml"
OWN = "marketo-migrate.toml"
PROJECT = "pyproject.toml"
LOOKED_AT = (OWN, PROJECT, HOOKS, WORKFLOW, GITLAB, GITLAB_PART)
"""The files of a repository that decide what is written."""

_INCLUDE = "include:\n  - local: .gitlab/marketo-migrate.yml\n"
_REQUIREMENT = '"marketo-migrate"'
_TOP_KEY = re.compile(r"^[A-Za-z_][\w-]*\s*:", re.MULTILINE)
_REPO = re.compile(r"^([ \t]*)-[ \t]+repo:", re.MULTILINE)


class Effect(StrEnum):
    """What is done about a file."""

    CREATED = "created"
    CHANGED = "changed"
    REPLACED = "replaced"
    KEPT = "kept"


@record
class Step:
    """One file: what is done about it, its new text whole, the part that is ours, and why it was kept."""

    path: str
    effect: Effect
    text: str
    ours: str
    note: str | None = None


def plan_files(
    existing: Mapping[str, str],
    templates: Mapping[str, str],
    *,
    services: frozenset[Service],
    requirement: str,
    replace: bool = False,
) -> tuple[Step, ...]:
    """What to do in a repository whose files of `LOOKED_AT` have these texts.

    `templates` are the texts of `settings.toml`, `pre-commit.yml`, `github.yml` and `gitlab.yml`;
    `requirement` is what pip installs. Files of our own are replaced only if `replace`, others are only
    ever added to.
    """
    quoted = '"' + requirement.replace("\\", "\\\\").replace('"', '\\"') + '"'
    filled = {name: text.replace(_REQUIREMENT, quoted) for name, text in templates.items()}
    steps = [_settings(existing, templates["settings.toml"], replace=replace)]
    steps.append(_hooks(existing.get(HOOKS), filled["pre-commit.yml"]))
    if Service.GITHUB in services:
        steps.append(_whole(existing, WORKFLOW, filled["github.yml"], replace=replace))
    if Service.GITLAB in services:
        steps.append(_whole(existing, GITLAB_PART, filled["gitlab.yml"], replace=replace))
        steps.append(_gitlab(existing.get(GITLAB)))
    return tuple(steps)


def _settings(existing: Mapping[str, str], template: str, *, replace: bool) -> Step:
    project = existing.get(PROJECT)
    if project is not None and _has_table(project):
        return Step(PROJECT, Effect.KEPT, project, "", "it has a [tool.marketo-migrate] table")
    if project is None or OWN in existing:
        return _whole(existing, OWN, template, replace=replace)
    ours = f"[tool.marketo-migrate]\n{template}"
    return Step(PROJECT, Effect.CHANGED, _appended(project, ours, blank=True), ours)


def _has_table(project: str) -> bool:
    try:
        tool = parse_toml(project, Path(PROJECT)).get("tool", {})
    except ConfigError:
        # Not ours to repair; adding to it would hide the mistake.
        return True
    return isinstance(tool, Mapping) and "marketo-migrate" in tool


def _hooks(text: str | None, template: str) -> Step:
    if text is None:
        whole = "repos:\n" + _indented(template, "  ")
        return Step(HOOKS, Effect.CREATED, whole, whole)
    if "marketo-migrate" in text:
        return Step(HOOKS, Effect.KEPT, text, "", "it names marketo-migrate")
    top = list(_TOP_KEY.finditer(text))
    entries = list(_REPO.finditer(text))
    if not top or not top[-1][0].startswith("repos") or not entries or "\t" in entries[-1][1]:
        return Step(HOOKS, Effect.KEPT, text, template, "`repos` does not end it: add by hand")
    ours = _indented(template, entries[-1][1])
    return Step(HOOKS, Effect.CHANGED, _appended(text, ours, blank=False), ours)


def _gitlab(text: str | None) -> Step:
    if text is None:
        return Step(GITLAB, Effect.CREATED, _INCLUDE, _INCLUDE)
    if GITLAB_PART in text:
        return Step(GITLAB, Effect.KEPT, text, "", "it includes our part")
    if re.search(r"^include\s*:", text, re.MULTILINE):
        return Step(GITLAB, Effect.KEPT, text, _INCLUDE, "it has a list `include`: add by hand")
    return Step(GITLAB, Effect.CHANGED, _appended(text, _INCLUDE, blank=True), _INCLUDE)


def _whole(existing: Mapping[str, str], path: str, text: str, *, replace: bool) -> Step:
    old = existing.get(path)
    if old is None:
        return Step(path, Effect.CREATED, text, text)
    if old == text:
        return Step(path, Effect.KEPT, old, "", "it is as it should be")
    if not replace:
        return Step(path, Effect.KEPT, old, "", "it exists; --force replaces it")
    return Step(path, Effect.REPLACED, text, text)


def _appended(text: str, ours: str, *, blank: bool) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    end = "" if not text or text.endswith("\n") else newline
    gap = newline if blank and text.strip() else ""
    return text + end + gap + ours.replace("\n", newline)


def _indented(text: str, indent: str) -> str:
    return "".join(f"{indent}{line}" if line.strip() else line for line in text.splitlines(keepends=True))
