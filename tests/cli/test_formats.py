"""Every format from the command line, and what a scan in it imports."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from marketo_migrate.cli.entry import main
from marketo_migrate.cli.formats import ResultFormat

Tree = Callable[[Mapping[str, str | bytes]], Path]
SOAP = 'from suds.client import Client\nClient("https://123-abc-456.mktoapi.com/soap/mktows/2_3?WSDL")\n'
BEGINNINGS = {
    "text": "a.py\n",
    "json": "{",
    "sarif": '{"$schema":"https://docs.oasis-open.org/sarif/',
    "github": "::error file=a.py,line=2,",
    "gitlab": "[\n{",
    "junit": "<?xml ",
    "markdown": "# Marketo SOAP calls\n",
    "html": "<!doctype html>",
}


def test_every_format_is_tried() -> None:
    assert set(BEGINNINGS) == set(ResultFormat)


@pytest.mark.parametrize("output_format", ResultFormat)
def test_written_to_a_file(tree: Tree, output_format: str) -> None:
    root = tree({"a.py": SOAP})
    assert main(["scan", "a.py", "--format", output_format, "--output", "result"]) == 1
    assert (root / "result").read_text(encoding="utf-8").lower().startswith(BEGINNINGS[output_format].lower())


@pytest.mark.parametrize("output_format", ["text", "json", "sarif", "github", "gitlab", "junit", "markdown"])
def test_no_other_renderer_is_imported(tree: Tree, output_format: str) -> None:
    tree({"a.py": SOAP})
    code = (
        "import json, sys\nfrom marketo_migrate.cli.entry import main\n"
        f"main(['scan', 'a.py', '--format', '{output_format}', '-o', 'result'])\n"
        "names = [name for name in sys.modules if name.startswith('marketo_migrate.report.')]\n"
        "print(json.dumps([name.rpartition('.')[2] for name in names]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    renderers = {"text", "json_format", "sarif", "github", "gitlab", "junit", "markdown"}
    own = "json_format" if output_format == "json" else output_format
    assert renderers & set(json.loads(done.stdout)) == {own}
