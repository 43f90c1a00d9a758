"""Plans the rewrite of a directory and gives the texts it would have afterwards."""

from dataclasses import dataclass
from pathlib import Path

from marketo_migrate.analysis import Analyser, Analysis
from marketo_migrate.config.settings import Settings
from marketo_migrate.rewrite.names import FieldNames
from marketo_migrate.rewrite.units import Options
from marketo_migrate.rewriting import Rewrites, plan_rewrites
from marketo_migrate.ruleset.clients import build_surfaces
from marketo_migrate.ruleset.load import load, load_clients_raw
from marketo_migrate.sources.classify import FileKind
from marketo_migrate.sources.discover import discover
from marketo_migrate.sources.read import read

RULES = load(())
SURFACES = build_surfaces(load_clients_raw(None, ()))


@dataclass(frozen=True, slots=True)
class Migrated:
    """What planning gave: `files` are the new texts of all files that change or come new, by path."""

    rewrites: Rewrites
    analysis: Analysis
    files: dict[str, str]

    def __getitem__(self, path: str) -> str:
        return self.files[path]


def migrate(root: Path, *, target: str = "marketorestpython", unsafe: bool = True) -> Migrated:
    """Analyse everything below `root` (the working directory) and plan its rewrite."""
    found = discover((root,), exclude=())
    python = {f.path: f for f in found.files if f.kind is FileKind.PYTHON}
    texts = [f for f in found.files if f.kind is FileKind.TEXT]
    analysis = Analyser(
        python,
        {path: _data(f) for path, f in python.items()},
        {f.path: _data(f) for f in texts},
        texts,
        RULES,
        SURFACES,
        Settings(),
    ).analyse(python)
    rewrites = plan_rewrites(
        analysis.resolution,
        analysis.modules,
        analysis.findings,
        RULES,
        FieldNames(RULES.lead_fields, {}),
        Options(unsafe=unsafe, target=target),
        files={f.path: None for f in found.files},
    )
    return Migrated(rewrites, analysis, {**rewrites.texts, **rewrites.new_files})


def write(root: Path, migrated: Migrated) -> None:
    """Put the new texts on the disk."""
    for path, text in migrated.files.items():
        (root / path).write_bytes(text.encode("utf-8"))


def _data(file: object) -> bytes:
    data = read(file)  # type: ignore[arg-type]
    assert isinstance(data, bytes)
    return data
