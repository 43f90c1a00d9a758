"""Writes the `expected_output.txt` of the cases: `python tests/fix/record.py [--root DIRECTORY] [NAME ...]`.

The output is what the program printed on SOAP; read the change in review. The exit status is 1 where a
program failed, made no SOAP request or printed nothing; its file is not written then.
"""

import argparse
import sys
from pathlib import Path

# As in conftest.py; this file's own directory is on the path already.
sys.path.insert(0, str(Path(__file__).parents[1] / "harness"))

from cases import ROOT, Case, read_cases


def problem(case: Case) -> str | None:
    """Record one case, or say why not."""
    run = case.run()
    if run.status != 0:
        return f"status {run.status}\n{run.error or ''}\n{run.output}"
    if not run.soap_requests:
        return "no SOAP request"
    if not run.output:
        return "no output"
    case.expected_output.write_text(run.output, encoding="utf-8", newline="")
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="cases to record; all by default")
    parser.add_argument("--root", type=Path, default=ROOT)
    options = parser.parse_args()
    failed = False
    for name, case in read_cases(options.root).items():
        if options.names and name not in options.names:
            continue
        if found := problem(case):
            failed = True
            print(f"{name}: {found}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
