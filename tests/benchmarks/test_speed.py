"""A small, quick version of the speed benchmark: what became ten times as slow cannot land unseen.

Ratios of processor time between processes that run one after the other, with generous slack: the goals
themselves are measured by `benchmarks/speed/compare.py`.
"""

import shutil
import statistics
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import pytest

from marketo_migrate.ruleset.compile import main as compile_shipped

SPEED = Path(__file__).parents[2] / "benchmarks" / "speed"
sys.path.append(str(SPEED))

from measure import alternate  # noqa: E402 - found by the line above
from planted import CALLS, services  # noqa: E402

OURS = [sys.executable, "-m", "marketo_migrate"]
# The goals are 2 and 4; processors that several test processes share make single runs uneven.
SLACK = 4


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand files of the running interpreter's library, and nothing else."""
    compile_shipped()
    directory = tmp_path_factory.mktemp("corpus")
    source = Path(sysconfig.get_path("stdlib"))
    found = (path for path in sorted(source.rglob("*.py")) if "site-packages" not in path.parts)
    for number, path in zip(range(1000), found, strict=False):
        shutil.copyfile(path, directory / f"module_{number}.py")
    return directory


def processor_ratio(ours: Sequence[str], other: Sequence[str], cwd: Path, rounds: int = 3) -> float:
    """Our processor time as a multiple of the other command's, medians of alternating runs."""
    runs = alternate({"ours": ours, "other": other}, rounds=rounds, cwd=cwd)
    assert runs["ours"].statuses <= {0, 1}
    assert runs["other"].statuses == {0}
    return statistics.median(runs["ours"].cpu) / statistics.median(runs["other"].cpu)


def test_a_clean_scan_costs_what_reading_costs(corpus: Path) -> None:
    loop = [sys.executable, str(SPEED / "byte_loop.py"), str(corpus)]
    assert processor_ratio([*OURS, "scan", str(corpus)], loop, corpus) < 2 * SLACK


def test_a_small_scan_costs_what_starting_python_costs(tmp_path: Path) -> None:
    (tmp_path / "clean.py").write_text("x = 1\n")
    ratio = processor_ratio([*OURS, "scan", str(tmp_path)], [sys.executable, "-c", "pass"], tmp_path)
    assert ratio < 4 * SLACK


def test_a_scan_with_findings_costs_few_parses(tmp_path: Path) -> None:
    for file in services(1, ordinary=3):
        path = tmp_path / file.path
        path.parent.mkdir(exist_ok=True)
        path.write_text(file.text)
    libcst = [sys.executable, str(SPEED / "libcst_visit.py"), str(tmp_path)]
    assert processor_ratio([*OURS, "scan", str(tmp_path)], libcst, tmp_path, 1) < 4 * SLACK


def test_every_planted_call_is_found(tmp_path: Path) -> None:
    for file in services(2, ordinary=1):
        path = tmp_path / file.path
        path.parent.mkdir(exist_ok=True)
        path.write_text(file.text)
    done = subprocess.run(
        [*OURS, "scan", "--format", "github", "."], cwd=tmp_path, check=False, capture_output=True, text=True,
    )  # fmt: skip
    found = [line for line in done.stdout.splitlines() if "MKT1" in line]
    assert len(found) >= 2 * CALLS
