"""The same files give the same bytes, whatever the processes, the hash seed, the order on disk and the path.

This file is also the program that prints all that is compared: `python test_same_bytes.py JOBS PATH`.
"""

import contextlib
import io
import os
import random
import subprocess
import sys
from difflib import unified_diff
from pathlib import Path

from marketo_migrate import survey
from marketo_migrate.cli.entry import main
from marketo_migrate.cli.formats import ReportFormat, ResultFormat, render_result
from marketo_migrate.cli.scan import ScanOptions, perform_scan
from marketo_migrate.model.grades import Confidence

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"
COPIED = "zeep_webhooks"
CLIENT = """\
from suds.client import Client

{name} = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_3?WSDL")
"""
CALL = """\
from crm.{name} import {name}


def trigger_{name}(lead_id):
    key = {name}.factory.create("LeadKey")
    key.keyType = "IDNUM"
    key.keyValue = lead_id
    keys = {name}.factory.create("ArrayOfLeadKey")
    keys.leadKey = [key]
    {name}.service.requestCampaign("MKTOWS", 1002, keys)
    return {name}.service.listMObjects()
"""
# More than the few that are not worth a process.
MADE = {
    f"crm/{file}{name}.py": text.format(name=name)
    for name in ("east", "north", "south", "west")
    for file, text in (("", CLIENT), ("calls_", CALL))
}
RUNS = ((0, 1, "."), (2, 3, ""))
"""Hash seed, number of processes, path; without a path the absolute one is named."""


def lay_out(root: Path, seed: int) -> None:
    """Write the project, one file after the other in another order each time."""
    copied = [path for path in (PROJECTS / COPIED).rglob("*") if path.is_file()]
    texts = {path.relative_to(PROJECTS).as_posix(): path.read_bytes() for path in copied}
    texts |= {name: text.encode() for name, text in MADE.items()}
    for name in random.Random(seed).sample(sorted(texts), len(texts)):
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(texts[name])


def test_same_bytes(tmp_path: Path) -> None:
    outputs = []
    for seed, jobs, path in RUNS:
        # Of one name in different places: absolute paths must not show, nor decide the order.
        root = tmp_path / f"{9 - seed}" / "tree"
        lay_out(root, seed)
        done = subprocess.run(
            [sys.executable, __file__, str(jobs), path or str(root)],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
        assert str(tmp_path) not in done.stdout
        outputs.append(done.stdout.splitlines())
    first, *others = outputs
    assert len(first) > 1_000
    assert [line for line in first if line.startswith("# ")] == [f"# {name}" for name in NAMES]
    for other in others:
        assert list(unified_diff(first, other, n=0, lineterm="")) == []


NAMES = (
    *ResultFormat,
    *(f"report {name}" for name in ReportFormat),
    "baseline",
    "fix --diff",
    "patch",
)


def program(jobs: int, path: str) -> None:
    # Small trees are worth a process here, too.
    survey._WORTH_A_PROCESS = 0
    options = ScanOptions(paths=(Path(path),), confidence=Confidence.POSSIBLE, jobs=jobs)
    result, _ = perform_scan(options)
    for output_format in ResultFormat:
        show(output_format, render_result(result, output_format, statistics=True))
    scan = Path("../scan.json")
    scan.write_text(render_result(result, ResultFormat.JSON))
    for report_format in ReportFormat:
        show(f"report {report_format}", run("report", "--format", report_format, str(scan)))
    baseline = Path("../baseline.json")
    run("baseline", "--baseline", str(baseline), path)
    show("baseline", baseline.read_text())
    common = ("--unsafe", "--annotate", "--jobs", str(jobs))
    show("fix --diff", run("fix", "--diff", *common, "--patch", "../change.patch", path))
    show("patch", Path("../change.patch").read_text())


def run(*arguments: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main([*arguments])
    return out.getvalue()


def show(name: str, text: str) -> None:
    # No line of an output is taken for a heading.
    print(f"# {name}", *(f"  {line}" for line in text.split("\n")), sep="\n")


if __name__ == "__main__":
    program(int(sys.argv[1]), sys.argv[2])
