"""The `init` command: settings, a pre-commit entry and a CI workflow, written and shown."""

import os
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from marketo_migrate import __version__
from marketo_migrate.cli.output import print_text, write_file
from marketo_migrate.config.ci import Service, Workflow
from marketo_migrate.config.initial import LOOKED_AT, Effect, Step, plan_files
from marketo_migrate.errors import UsageError
from marketo_migrate.model.record import record
from marketo_migrate.report.plain_text import neutralise
from marketo_migrate.sources.git import run_git
from marketo_migrate.sources.git_listing import find_repository

_TEMPLATES = ("settings.toml", "pre-commit.yml", "github.yml", "gitlab.yml")


@record(kw_only=True)
class InitOptions:
    """What the command line of `init` says."""

    directory: Path | None = None
    workflow: Workflow = Workflow.AUTO
    requirement: str | None = None
    force: bool = False
    dry_run: bool = False


def run_init(options: InitOptions) -> int:
    """Write what is missing and show it; always 0. Raises `UsageError` for what cannot be read or written."""
    start = os.path.realpath(options.directory or Path())
    if not Path(start).is_dir():
        raise UsageError(f"no such directory: {options.directory}")
    root = Path(find_repository(start) or start)
    folder = resources.files("marketo_migrate").joinpath("templates")
    steps = plan_files(
        _existing(root),
        {name: folder.joinpath(name).read_text(encoding="utf-8") for name in _TEMPLATES},
        services=_services(root, options.workflow),
        requirement=options.requirement or f"marketo-migrate=={__version__}",
        replace=options.force,
    )
    for step in steps:
        if step.effect is not Effect.KEPT and not options.dry_run:
            _write(root, step)
    print_text(_shown(steps, dry_run=options.dry_run))
    return 0


def _existing(root: Path) -> dict[str, str]:
    texts = {}
    for name in LOOKED_AT:
        path = root / name
        try:
            # Line ends are kept as they are.
            texts[name] = path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise UsageError(f"{path}: cannot be read: {reason or error}") from error
    return texts


def _services(root: Path, workflow: Workflow) -> frozenset[Service]:
    match workflow:
        case Workflow.NONE:
            return frozenset()
        case Workflow.GITHUB:
            return frozenset({Service.GITHUB})
        case Workflow.GITLAB:
            return frozenset({Service.GITLAB})
        case Workflow.AUTO:
            return _services_in_use(root)


def _services_in_use(root: Path) -> frozenset[Service]:
    """By the files of the repository, else by where it comes from."""
    signs: dict[Service, Callable[[], bool]] = {
        Service.GITHUB: (root / ".github").is_dir,
        Service.GITLAB: lambda: (root / ".gitlab-ci.yml").exists() or (root / ".gitlab").is_dir(),
    }
    found = frozenset(service for service, is_there in signs.items() if is_there())
    if found:
        return found
    done = run_git(str(root), ["remote", "--verbose"])
    remotes = b"" if done is None else done.stdout
    return frozenset(service for service in Service if service.value.encode() in remotes)


def _write(root: Path, step: Step) -> None:
    path = root / step.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error
    write_file(path, step.text)


def _shown(steps: tuple[Step, ...], *, dry_run: bool) -> str:
    lines = []
    for step in steps:
        note = f" ({step.note})" if step.note else ""
        verb = f"would be {step.effect}" if dry_run and step.effect is not Effect.KEPT else step.effect.value
        lines.append(f"{step.path}: {verb}{note}")
        lines.extend(f"    {neutralise(line)}".rstrip() for line in step.ours.splitlines())
    if not any(step.path.startswith((".github", ".gitlab")) for step in steps):
        lines.append("No workflow: --ci github or --ci gitlab writes one.")
    lines.append("Next: `marketo-migrate baseline` accepts what is there today; `gate` lets nothing new in.")
    return "".join(f"{line}\n" for line in lines)
