"""Tasks shared by several processes: results in order, and nothing lost when a process dies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from marketo_migrate.processes import each


def work(task: int) -> tuple[int, int]:
    return task * 2, os.getpid()


def test_no_task_gives_no_result() -> None:
    assert each([], work, jobs=4) == []


@pytest.mark.parametrize("jobs", [1, 2, 5, 50])
def test_results_come_in_the_order_of_the_tasks(jobs: int) -> None:
    assert [result for result, _ in each(range(20), work, jobs=jobs)] == [task * 2 for task in range(20)]


def test_one_process_is_this_one() -> None:
    assert {process for _, process in each(range(5), work, jobs=1)} == {os.getpid()}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are copied on Linux only")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, None])
def test_what_a_dead_process_left_is_done_here(end: signal.Signals | None) -> None:
    here = os.getpid()

    def dies_elsewhere(task: int) -> int:
        if os.getpid() != here:
            if end is None:
                raise MemoryError
            os.kill(os.getpid(), end)
        return task

    assert each(range(30), dies_elsewhere, jobs=3) == list(range(30))


def test_an_error_is_raised_here_and_no_process_stays() -> None:
    def fails(task: int) -> int:
        raise ValueError(task)

    with pytest.raises(ValueError):
        each(range(8), fails, jobs=3)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


SCAN = """\
import os, signal, sys, threading
from marketo_migrate import analysis, survey
from marketo_migrate.cli.entry import main

survey._WORTH_A_PROCESS = 0
here, analyse = os.getpid(), analysis.Analyser.analyse


def dying(self, primary):
    if os.getpid() != here:
        print("dies", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    return analyse(self, primary)


if sys.argv[1] == "die":
    analysis.Analyser.analyse = dying
sys.exit(main(["scan", "--jobs", "2", "--format", "github", "."]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are copied on Linux only")
def test_a_killed_worker_loses_no_finding(tmp_path: Path) -> None:
    for number in range(6):
        tmp_path.joinpath(f"sync_{number}.py").write_text(
            "from suds.client import Client\n\n"
            "Client('https://1-a-1.mktoapi.com/soap/mktows/2_7?WSDL').service.getLead(1)\n"
        )
    runs = [
        subprocess.run(
            [sys.executable, "-c", SCAN, how], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        for how in ("live", "die")
    ]
    assert [run.returncode for run in runs] == [1, 1]
    assert runs[0].stdout.count("MKT101") == 6
    assert runs[0].stdout == runs[1].stdout
    assert "dies" in runs[1].stderr
    assert "Traceback" not in runs[1].stderr
