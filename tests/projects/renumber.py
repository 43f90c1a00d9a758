"""Sets the lines in all expectation files anew from the quoted text: `python tests/projects/renumber.py`."""

import json
import sys
from pathlib import Path
from typing import Any

from expectation import expectation_file, project_directories


def line_of(entry: dict[str, Any], directory: Path) -> int | None:
    """The line that holds the entry's text, the `nth` such line; raises LookupError where there is none."""
    if entry["line"] is None:
        return None
    lines = (directory / entry["path"]).read_text(encoding="utf-8", errors="replace").splitlines()
    hits = [number for number, line in enumerate(lines, 1) if entry["text"] in line]
    nth = entry.get("nth", 1)
    if len(hits) < nth:
        raise LookupError(f"{directory.name}/{entry['path']}: {entry['text']!r} is on {len(hits)} lines")
    return hits[nth - 1]


def write_expectation(target: Path, entries: list[dict[str, Any]]) -> None:
    """Writes the file with one entry per line, so that a change is a one-line diff."""
    ordered = sorted(entries, key=lambda entry: (entry["path"], entry["line"] or 0, entry["kind"]))
    body = ",\n".join("    " + json.dumps(entry, ensure_ascii=False) for entry in ordered)
    inner = f"\n{body}\n  " if body else ""
    target.write_text(f'{{\n  "findings": [{inner}]\n}}\n', encoding="utf-8")


def main() -> int:
    """Renumbers every project; 1 when an entry's text was not found."""
    failed = 0
    for name, directory in project_directories().items():
        target = expectation_file(name)
        entries = json.loads(target.read_text(encoding="utf-8"))["findings"]
        try:
            moved = [entry | {"line": line_of(entry, directory)} for entry in entries]
        except LookupError as error:
            print(error, file=sys.stderr)
            failed = 1
            continue
        write_expectation(target, moved)
    return failed


if __name__ == "__main__":
    sys.exit(main())
