"""The projects under `fixtures/projects` and the findings their expectation files name."""

import json
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "fixtures" / "projects"
GROUPS = ("styles",)

Key = tuple[str, int | None, str, str | None]


@dataclass(frozen=True, slots=True)
class Expected:
    """One finding a scan must give; `line` is None where only the file counts, `optional` may be absent."""

    path: str
    line: int | None
    text: str
    kind: str
    operation: str | None
    confidence: str
    optional: bool

    @property
    def key(self) -> Key:
        """What a reported finding is compared by."""
        return self.path, self.line, self.kind, self.operation


def project_directories() -> dict[str, Path]:
    """Directory of every project by name; those in a group are named `group/project`."""
    places = [ROOT, *(ROOT / group for group in GROUPS)]
    paths = [path for place in places for path in sorted(place.iterdir())]
    found = [path for path in paths if path.is_dir() and path.name not in GROUPS]
    return {path.relative_to(ROOT).as_posix(): path for path in found}


def expectation_file(name: str) -> Path:
    """The expectation file that lies beside the project."""
    return ROOT / f"{name}.expected.json"


def read_expected(name: str) -> list[Expected]:
    """The expected findings of a project, in the file's order."""
    document = json.loads(expectation_file(name).read_text(encoding="utf-8"))
    return [
        Expected(
            path=entry["path"],
            line=entry["line"],
            text=entry["text"],
            kind=entry["kind"],
            operation=entry["operation"],
            confidence=entry["confidence"],
            optional=entry.get("optional", False),
        )
        for entry in document["findings"]
    ]
