"""What only happens on a terminal: colours, the width, the progress bar."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

pty = pytest.importorskip("pty")

Tree = Callable[[Mapping[str, str | bytes]], Path]

SOAP = """\
from suds.client import Client
client = Client("https://123-abc-456.mktoapi.com/soap/mktows/2_3?WSDL")
lead = client.service.getLead({"keyType": "EMAIL", "keyValue": "a@example.com"})
"""
REPORT = """
import sys, time
from marketo_migrate.cli.progress import shown_progress
with shown_progress() as progress:
    progress("reading", 1, 3)
    time.sleep(float(sys.argv[1]))
    progress("reading", 2, 3)
    progress("reading", 3, 3)
"""


def on_terminal(command: list[str], folder: Path, **variables: str) -> str:
    """Everything the command writes to a terminal that is its only output."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm"} | variables
    with subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment):
        os.close(theirs)
        parts = []
        try:
            while part := os.read(ours, 65536):
                parts.append(part)
        except OSError:
            # Linux ends a terminal whose other side is gone with an error, not with an empty read.
            pass
        os.close(ours)
    return b"".join(parts).decode()


def scan(root: Path, *arguments: str, **variables: str) -> str:
    return on_terminal([sys.executable, "-m", "marketo_migrate", "scan", *arguments], root, **variables)


def test_nothing_to_colour(tree: Tree) -> None:
    root = tree({"a.py": ""})
    assert scan(root) == "No use of Marketo's SOAP API found; 1 file scanned.\r\n"


def test_colours(tree: Tree) -> None:
    assert "\x1b[1;31mcertain" in scan(tree({"a.py": SOAP}))


@pytest.mark.parametrize(
    ("arguments", "variables"), [(["--no-color"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})]
)
def test_no_colours(tree: Tree, arguments: list[str], variables: dict[str, str]) -> None:
    out = scan(tree({"a.py": SOAP}), *arguments, **variables)
    assert "getLead" in out
    assert "\x1b" not in out


def test_width(tree: Tree) -> None:
    lines = scan(tree({"a.py": SOAP}), NO_COLOR="1", COLUMNS="60").split("\r\n")
    prose = [line for line in lines if line.startswith("    SOAP getLead was removed")]
    assert prose
    assert max(map(len, prose)) <= 60


def test_no_progress_bar_for_short_work(tmp_path: Path) -> None:
    assert on_terminal([sys.executable, "-c", REPORT, "0"], tmp_path) == ""


def test_progress_bar_for_long_work_is_gone_at_the_end(tmp_path: Path) -> None:
    out = on_terminal([sys.executable, "-c", REPORT, "1.1"], tmp_path)
    assert "reading" in out
    assert re.search(r"[23]/3\b", out)
    assert "0/" not in out
    assert out.rstrip().endswith("\x1b[2K")


def test_no_progress_without_a_terminal(tmp_path: Path) -> None:
    code = "from marketo_migrate.cli.progress import shown_progress\nwith shown_progress() as p: print(p)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("None\n", "")
