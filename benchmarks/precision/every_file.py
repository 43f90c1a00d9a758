"""Scans a directory without the byte search in front: every Python file is parsed, resolved and judged.

In: a directory and the least confidence. Out: the JSON result in the file named third. `fetch_and_scan.py
--every-file` starts it for each package, since packages without Marketo's names never get past the search.
"""

import sys
from dataclasses import replace
from pathlib import Path

from marketo_migrate import __version__
from marketo_migrate.config.settings import Settings
from marketo_migrate.model.finding import Confidence
from marketo_migrate.pipeline import scan
from marketo_migrate.report import json_format


def main() -> int:
    """Scan, write, and give 1 where something was found."""
    tree, confidence, output = sys.argv[1:]
    settings = replace(Settings(), confidence=Confidence(confidence))
    result = scan((Path(tree),), settings, everything=True)
    Path(output).write_text(json_format.render(result, version=__version__), "utf-8")
    return 1 if result.findings else 0


if __name__ == "__main__":
    sys.exit(main())
