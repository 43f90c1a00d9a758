"""Runs commands alternately and keeps wall time, processor time and peak memory of each run."""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Runs:
    """Runs of one command: seconds of wall time and of both processors, MB at the highest, exit statuses."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: float = 0.0
    statuses: set[int] = field(default_factory=set)

    @property
    def seconds(self) -> float:
        """Median wall time."""
        return statistics.median(self.wall)

    @property
    def processor(self) -> float:
        """Median user and system time, of child processes too."""
        return statistics.median(self.cpu)


def alternate(
    commands: Mapping[str, Sequence[str]], *, rounds: int, cwd: Path, limit: float = 600.0
) -> dict[str, Runs]:
    """Run each command once a round, `rounds` times, after one run that warms the caches; see `Runs`."""
    runs = {name: Runs() for name in commands}
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"SEMGREP_SEND_METRICS": "off", "NO_COLOR": "1"}
    for number in range(rounds + 1):
        for name, command in commands.items():
            if number == 0 and rounds == 1:
                continue
            _once(command, cwd, environment, limit, runs[name] if number else Runs())
    return runs


def _once(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str], limit: float, runs: Runs
) -> None:
    start = time.perf_counter()
    process = subprocess.Popen(
        ["timeout", str(limit), *command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    runs.wall.append(time.perf_counter() - start)
    # `timeout` waits for its child, so the child's use counts here.
    runs.cpu.append(usage.ru_utime + usage.ru_stime)
    runs.memory = max(runs.memory, usage.ru_maxrss / 1024)
    process.returncode = os.waitstatus_to_exitcode(status)
    runs.statuses.add(process.returncode)
