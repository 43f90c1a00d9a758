"""`scan` from arguments to exit status: formats, settings, bad input."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from marketo_migrate.cli.entry import main

Tree = Callable[[Mapping[str, str | bytes]], Path]
Capture = pytest.CaptureFixture[str]

SCHEMA = json.loads(resources.files("marketo_migrate.report").joinpath("schema/scan-v1.json").read_text())
SOAP = """\
from suds.client import Client

client = Client("https://123-abc-456.mktoapi.com/soap/mktows/2_3?WSDL")
key = client.factory.create("LeadKey")
key.keyType = "EMAIL"
key.keyValue = "a@example.com"
lead = client.service.getLead(key)
"""


@pytest.fixture
def scan(capsys: Capture) -> Callable[..., tuple[int, str, str]]:
    """Runs `scan`; gives status, output and messages."""

    def run(*arguments: object) -> tuple[int, str, str]:
        status = main(["scan", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return run


Scan = Callable[..., tuple[int, str, str]]


def findings(out: str) -> list[dict[str, object]]:
    document = json.loads(out)
    Draft202012Validator(SCHEMA).validate(document)
    return document["findings"]


def test_nothing_to_find(tree: Tree, scan: Scan) -> None:
    tree({"a.py": "print(1)\n"})
    assert scan() == (0, "No use of Marketo's SOAP API found; 1 file scanned.\n", "")


def test_empty_directory(tree: Tree, scan: Scan) -> None:
    tree({})
    assert scan() == (0, "No use of Marketo's SOAP API found; 0 files scanned.\n", "")


def test_text(tree: Tree, scan: Scan) -> None:
    tree({"crm/sync.py": SOAP})
    status, out, err = scan()
    assert (status, err) == (1, "")
    assert "\x1b" not in out
    assert "crm/sync.py\n" in out
    assert "7 | lead = client.service.getLead(key)\n" in out
    assert "  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n" in out
    assert "instead: " in out
    assert "GET /rest/v1/leads.json" in out
    assert out.splitlines()[-1].endswith("1 file scanned.")


def test_json(tree: Tree, scan: Scan) -> None:
    tree({"crm/sync.py": SOAP})
    status, out, err = scan("--format", "json")
    assert (status, err) == (1, "")
    [call] = [item for item in findings(out) if item["kind"] == "call"]
    assert (call["operation"], call["client"], call["path"], call["line"], call["column"]) == (
        "getLead",
        "suds",
        "crm/sync.py",
        7,
        8,
    )


def test_output_file_replaces_what_was_there(tree: Tree, scan: Scan) -> None:
    root = tree({"a.py": SOAP, "result.json": "old " * 10_000})
    assert scan("-f", "json", "-o", "result.json") == (1, "", "")
    assert findings((root / "result.json").read_text())
    assert sorted(path.name for path in root.iterdir()) == ["a.py", "result.json"]


@pytest.mark.parametrize("target", ["no/such/result.txt", "folder"])
def test_output_that_cannot_be_written(tree: Tree, scan: Scan, target: str) -> None:
    tree({"folder/a.py": ""})
    status, out, err = scan("--output", target)
    assert (status, out) == (2, "")
    assert err.startswith("marketo-migrate: error: --output: ")


def test_select_and_ignore(tree: Tree, scan: Scan) -> None:
    tree({"a.py": SOAP})

    def rules(*arguments: str) -> set[object]:
        return {item["rule"] for item in findings(scan("--format", "json", *arguments)[1])}

    every = rules()
    assert "MKT101" in every
    assert rules("--select", "getLead") == rules("--select", "MKT101,MKT105") == {"MKT101"}
    assert rules("--ignore", "MKT1") == {rule for rule in every if not str(rule).startswith("MKT1")}
    assert scan("--select", "syncLead")[0] == 0


def test_unknown_rule(tree: Tree, scan: Scan) -> None:
    tree({"a.py": SOAP})
    status, _, err = scan("--select", "getLeed")
    assert status == 2
    assert "getLeed" in err


def test_exclude(tree: Tree, scan: Scan) -> None:
    tree({"old/a.py": SOAP, "b.py": ""})
    assert scan("--exclude", "old/")[0] == 0


def test_a_python_file_too_large_to_be_parsed_is_a_finding(tree: Tree, scan: Scan) -> None:
    root = tree(
        {"big.py": "ENDPOINT = 'https://123-ABC-456.mktoapi.com/soap/mktows/2_7'\n" + "# filler\n" * 600_000}
    )
    status, out, _ = scan(root)
    assert status == 1
    assert "not parsed: 5.4 MB, more than 5 MB" in out
    assert "unparsed" in out


def test_statistics(tree: Tree, scan: Scan) -> None:
    tree({"a.py": ""})
    assert "candidates" in scan("--statistics")[1]


class TestSettings:
    def test_hold_for_the_scanned_path(self, tree: Tree, scan: Scan) -> None:
        root = tree(
            {
                "r/pyproject.toml": '[tool.marketo-migrate]\nexclude = ["old"]\n',
                "r/old/a.py": SOAP,
                "r/b.py": "",
            }
        )
        (root / "r" / ".git").mkdir()
        (root / "r" / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
        assert scan("r/")[0] == 0
        assert scan(root / "r" / "old" / "a.py")[0] == 0
        assert scan("r/", "--config", tree({"other.toml": ""}) / "other.toml")[0] == 1

    def test_paths(self, tree: Tree, scan: Scan) -> None:
        tree({"marketo-migrate.toml": 'paths = ["src"]\n', "src/a.py": "", "b.py": SOAP})
        assert scan()[0] == 0
        assert scan("b.py")[0] == 1

    @pytest.mark.parametrize(
        ("fail_on", "status"), [("never", 0), ("certain", 1), ("likely", 1), ("error", 1), ("note", 1)]
    )
    def test_fail_on(self, tree: Tree, scan: Scan, fail_on: str, status: int) -> None:
        tree({"marketo-migrate.toml": f'fail-on = "{fail_on}"\n', "a.py": SOAP})
        found, out, _ = scan()
        assert found == status
        assert "getLead" in out

    @pytest.mark.parametrize(("fail_on", "status"), [("error", 0), ("warning", 1)])
    def test_fail_on_severity(self, tree: Tree, scan: Scan, fail_on: str, status: int) -> None:
        settings = f'fail-on = "{fail_on}"\nselect = ["request-object"]\n'
        tree({"marketo-migrate.toml": settings, "a.py": SOAP})
        assert scan()[0] == status

    def test_every_mistake_is_told(self, tree: Tree, scan: Scan) -> None:
        root = tree({"marketo-migrate.toml": 'confidense = "certain"\njobs = "all"\n', "a.py": SOAP})
        path = root / "marketo-migrate.toml"
        assert scan() == (
            2,
            "",
            f"marketo-migrate: error: {path}:1: unknown key `confidense`, did you mean `confidence`?\n"
            f'marketo-migrate: error: {path}:2: `jobs`: expected a whole number, 0 or more, not "all"\n',
        )

    def test_missing_settings_file(self, tree: Tree, scan: Scan) -> None:
        tree({"a.py": ""})
        status, out, err = scan("--config", "none.toml")
        assert (status, out) == (2, "")
        assert "none.toml: cannot be read" in err

    def test_missing_rules_directory(self, tree: Tree, scan: Scan) -> None:
        tree({"a.py": ""})
        status, _, err = scan("--rules-dir", "none")
        assert status == 2
        assert "--rules-dir: no such directory: none" in err


class TestBadInput:
    def test_missing_path(self, tree: Tree, scan: Scan) -> None:
        tree({"a.py": SOAP})
        assert scan("a.py", "none", "nor/this.py") == (
            2,
            "",
            "marketo-migrate: error: no such file or directory: none\n"
            "marketo-migrate: error: no such file or directory: nor/this.py\n",
        )

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\n",
            b"\xef\xbb\xbf",
            b"\xff\xfe\x00\x00",
            b"x = '\xe9'\n",
            b"\x00" * 100,
            b"def f(:\n",
            b"print 'two'\n",
            b"(" * 5000,
            b"x = " + b"-" * 100_000 + b"1\n",
        ],
        ids=["empty", "newline", "bom", "utf-32", "latin-1", "nulls", "broken", "python 2", "nested", "long"],
    )
    def test_odd_file_without_marks_is_nothing(self, tree: Tree, scan: Scan, content: bytes) -> None:
        tree({"odd.py": content})
        assert scan()[0] == 0

    @pytest.mark.parametrize(
        "content",
        [
            b"\xff\xfe\x00\x00 /soap/mktows/2_3 mktowsUserId",
            b"# /soap/mktows/2_3\nx = '\xe9'\n",
            b"mktowsUserId\x00" * 100,
            b"# mktowsUserId /soap/mktows/2_3\ndef f(:\n",
            b"url = '/soap/mktows/2_3'" + b" + 'x'" * 2_000 + b"\n",
            b"# mktowsUserId\n" + b"x = [\n" * 300 + b"]" * 300 + b"\n",
        ],
        ids=["utf-32", "latin-1", "nulls", "broken", "long", "deep"],
    )
    def test_odd_file_with_marks_does_not_stop_the_rest(self, tree: Tree, scan: Scan, content: bytes) -> None:
        tree({"a_odd.py": content, "b.py": SOAP})
        status, out, err = scan("--format", "json")
        assert (status, err) == (1, "")
        assert [
            item["line"] for item in findings(out) if item["path"] == "b.py" and item["kind"] == "call"
        ] == [7]

    @pytest.mark.parametrize(
        "content",
        [b"x = " + b"(" * 5000, b"x = " + b"-" * 100_000 + b"1\n"],
        ids=["brackets", "signs"],
    )
    def test_deep_nesting_does_not_stop_the_rest(self, tree: Tree, content: bytes) -> None:
        root = tree({"a_odd.py": b"# mktowsUserId\n" + content, "b.py": SOAP})
        command = [sys.executable, "-m", "marketo_migrate", "scan", "--format", "json"]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, done.stderr) == (1, "")
        assert "b.py" in {item["path"] for item in findings(done.stdout)}

    def test_marked_file_that_nobody_can_read_is_a_finding(self, tree: Tree, scan: Scan) -> None:
        tree({"a.py": "client = Client('https://x.mktoapi.com/soap/mktows/2_3'\ndef f(:\n  'mktowsUserId'\n"})
        status, out, _ = scan("--format", "json")
        assert status == 1
        assert [item["kind"] for item in findings(out)] == ["unparsed"]

    def test_huge_file(self, tree: Tree, scan: Scan) -> None:
        root = tree({"b.py": SOAP})
        with (root / "a.py").open("wb") as file:
            file.truncate(100_000_001)
        status, out, _ = scan()
        assert status == 1
        assert "a.py  larger than 100 MB: not analysed\n" in out
        assert "getLead(key)" in out

    def test_unreadable_file(self, tree: Tree, scan: Scan, forbid: Callable[[Path], None]) -> None:
        root = tree({"a.py": SOAP, "b.py": SOAP})
        forbid(root / "a.py")
        status, out, _ = scan()
        assert status == 1
        assert "a.py  cannot be read: permission denied\n" in out
        assert "b.py\n" in out

    @pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
    def test_broken_link_and_loop(self, tree: Tree, scan: Scan) -> None:
        root = tree({"d/b.py": SOAP})
        (root / "a.py").symlink_to("none.py")
        (root / "d" / "again").symlink_to("..", target_is_directory=True)
        status, out, _ = scan()
        assert status == 1
        assert "a.py  a broken symbolic link: not analysed\n" in out
        assert out.count("getLead(key)\n") == 1

    @pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
    def test_names_that_are_no_text(self, tree: Tree, scan: Scan) -> None:
        root = tree({})
        (root / os.fsdecode(b"\xff\x1b[31m.py")).write_text(SOAP)
        assert "\\xff\\x1b[31m.py\n" in scan()[1]
        assert {item["path"] for item in findings(scan("--format", "json")[1])} == {"\\xff\x1b[31m.py"}


def test_owners_come_from_codeowners(tree: Tree, scan: Scan) -> None:
    root = tree({".git/HEAD": "", "jobs/job.py": SOAP, "CODEOWNERS": "*.md @docs\n/jobs/ @org/crm\n"})
    status, out, _ = scan(root / "jobs", "--format", "json")
    assert status == 1
    assert {tuple(finding["owners"]) for finding in findings(out)} == {("@org/crm",)}
