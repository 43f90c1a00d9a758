"""Writes what `fix` makes of the cases: `python tests/fix/accept.py [NAME ...]`; read the change in review.

`after/` is the program after `fix`, missing where nothing is rewritten; `left.txt` what stays, with reasons.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

# As in conftest.py; this file's own directory is on the path already.
sys.path.insert(0, str(Path(__file__).parents[1] / "harness"))

from cases import Case, read_cases
from migrate import files_of, migrate


def accept(case: Case) -> None:
    """Replace what is stored of one case."""
    with tempfile.TemporaryDirectory() as directory:
        after = case.directory / "after"
        migrated = migrate(case, Path(directory, "case"))
        shutil.rmtree(after, ignore_errors=True)
        if migrated.files != files_of(case.directory / "before"):
            for name, data in migrated.files.items():
                path = after / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        left = case.directory / "left.txt"
        left.unlink(missing_ok=True)
        if migrated.left:
            left.write_text(migrated.left, encoding="utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="cases to accept; all by default")
    names = parser.parse_args().names
    for name, case in read_cases().items():
        if not names or name in names:
            accept(case)


if __name__ == "__main__":
    main()
