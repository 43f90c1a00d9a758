"""The README's commands and its example are true."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = "fixtures/projects/suds_crm_sync"
FINDING = "  25:18  MKT101 getLead"


def commands() -> list[str]:
    section = README.partition("## Set up")[2].partition("\n## ")[0]
    return [line for block in re.findall(r"```\n(.*?)```", section, re.DOTALL) for line in block.splitlines()]


def test_continuous_integration_runs_the_same_commands() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert len(commands()) == 4
    for command in commands():
        step = "step " + command.replace("python3 -m", '"$python" -m')
        options = step.replace("pip install", "pip install --quiet --disable-pip-version-check")
        assert step in script or options in script, command


def test_the_example_is_what_the_program_says() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "marketo_migrate", "scan", EXAMPLE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    blocks = done.stdout.split("\n\n")
    [finding] = [block for block in blocks if block.startswith(FINDING)]
    real = f"{EXAMPLE}/crmsync/leads.py\n{finding}\n"
    shown = README.partition("<!-- example -->\n```text\n")[2].partition("```")[0]
    assert shown == real, f"put this into the README:\n{real}"
