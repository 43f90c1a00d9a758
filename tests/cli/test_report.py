"""`report` from arguments to a written plan: a scan, one result, thousands of results, and bad files."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from marketo_migrate.cli.entry import main
from marketo_migrate.cli.report import name_projects
from marketo_migrate.model.finding import Confidence, Finding, Kind, Replacement, ScanResult, Step, Tier
from marketo_migrate.model.location import Location, Span
from marketo_migrate.report.json_format import render

Tree = Callable[[Mapping[str, str | bytes]], Path]
Capture = pytest.CaptureFixture[str]

SOAP = """\
from suds.client import Client

client = Client("https://123-abc-456.mktoapi.com/soap/mktows/2_3?WSDL")
for key in keys():
    lead = client.service.getLead(key)
"""


@pytest.fixture
def report(capsys: Capture) -> Callable[..., tuple[int, str, str]]:
    """Runs `report`; gives status, output and messages."""

    def run(*arguments: object) -> tuple[int, str, str]:
        status = main(["report", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return run


Report = Callable[..., tuple[int, str, str]]


def result(path: str = "jobs/job.py", snippet: str = "client.get()") -> str:
    """A result with one finding."""
    location = Location(path, Span(3, 1, 3, 20))
    finding = Finding(
        "MKT101",
        "getLead",
        Kind.CALL,
        "getLead",
        "suds",
        location,
        Confidence.CERTAIN,
        Tier.NONE,
        "why",
        "SOAP getLead was removed.",
        Replacement("Get leads", (), snippet),
        (Step("here", location),),
        "f",
        excerpt=((3, "lead = client.service.getLead(key)"),),
    )
    return render(ScanResult((finding,), (), {"files": 4}), version="1")


def test_nothing_found(tree: Tree, report: Report) -> None:
    root = tree({"a.py": "x = 1\n"})
    status, out, err = report(root)
    assert (status, err) == (0, "")
    assert "SOAP API was found in 1 file." in out
    status, out, err = report(root, "--format", "markdown")
    assert (status, err) == (0, "")
    assert out == (
        "# Migration plan: from Marketo SOAP to REST\n\nNo use of Marketo's SOAP API was found in 1 file.\n"
    )


def test_a_scan_and_its_result_give_the_same_plan(tree: Tree, report: Report) -> None:
    root = tree({".git/HEAD": "", "jobs/job.py": SOAP, "CODEOWNERS": "jobs/ @acme/crm\n"})
    saved = root / "saved.json"
    assert main(["scan", str(root / "jobs"), "--format", "json", "--output", str(saved)]) == 1
    for output_format in ("html", "markdown"):
        _, scanned, _ = report(root / "jobs", "--format", output_format)
        status, read, err = report(saved, "--format", output_format)
        assert (status, err) == (0, "")
        assert read == scanned
        assert "@acme/crm" in read.replace("&#8203;", "")
        assert "in a loop" in read


def test_scan_writes_the_page_too(tree: Tree, report: Report, capsys: Capture) -> None:
    root = tree({"job.py": SOAP})
    assert main(["scan", str(root), "--format", "html"]) == 1
    page = capsys.readouterr().out
    _, same, _ = report(root)
    assert page == same


def test_results_of_several_repositories(tmp_path: Path, report: Report) -> None:
    for name in ("web", "crm"):
        (tmp_path / f"{name}.json").write_text(result())
    (tmp_path / "done.json").write_text(render(ScanResult((), (), {"files": 1}), version="1"))
    files = sorted(tmp_path.glob("*.json"))
    output = tmp_path / "plan.html"
    status, out, err = report(*files, files[0], "--output", output)
    assert (status, out, err) == (0, "", "")
    page = output.read_text()
    assert "2 findings in 2 files of 9, in 2 of 3 repositories." in page
    assert page.index('data-project="crm"') < page.index('data-project="web"')
    assert report(*reversed(files))[1] == page


def test_progress_since_earlier_results(tmp_path: Path, report: Report) -> None:
    for name, text in {"then": result(), "now": render(ScanResult((), (), {}), version="1")}.items():
        (tmp_path / f"{name}.json").write_text(text)
    for output_format in ("html", "markdown"):
        asked = ("--since", tmp_path / "then.json", "--format", output_format)
        assert "1 gone" in report(tmp_path / "now.json", *asked)[1]
        assert "1 still open" in report(tmp_path / "then.json", *asked)[1]
    status, out, err = report(tmp_path / "now.json", "--since", tmp_path / "never.json")
    assert (status, out) == (2, "")
    assert "never.json: cannot be read" in err


def test_names_of_repositories() -> None:
    def names(*paths: str) -> list[str]:
        return [name for _, name in name_projects([Path("/x", path) for path in paths])]

    assert names("a.json") == [""]
    assert names("results/b.json", "results/a.json") == ["a", "b"]
    assert names("r/b/marketo.json", "r/a/marketo.json") == ["a", "b"]
    assert names("r/one/out.json", "s/one/out.json", "r/two/out.json") == ["r/one", "s/one", "two"]
    assert names("a.json", "b/a.json") == ["b", "x"]
    assert names("a.json", "b/a.json", "c.json") == ["b/a", "c", "x/a"]
    assert names("a.json", "a.json") == [""]


def test_every_bad_file_is_named_and_nothing_written(tmp_path: Path, report: Report) -> None:
    old = json.loads(result()) | {"schema_version": 0}
    wrong = json.loads(result())
    wrong["findings"][0]["line"] = "3"
    texts = {
        "broken.json": '{\n"a"',
        "foreign.json": "{}",
        "good.json": result(),
        "old.json": json.dumps(old),
        "wrong.json": json.dumps(wrong),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    output = tmp_path / "plan.html"
    output.write_text("before")
    status, out, err = report(*(tmp_path / name for name in (*texts, "missing.json")), "--output", output)
    assert (status, out) == (2, "")
    prefix = "marketo-migrate: error: "
    lines = [line.removeprefix(prefix).replace(f"{tmp_path}/", "") for line in err.splitlines()]
    assert lines == [
        "broken.json:2:4: not valid JSON: Expecting ':' delimiter",
        "foreign.json:$: not a result of `marketo-migrate scan --format json`",
        "missing.json: cannot be read: No such file or directory",
        "old.json:$.schema_version: this program reads version 1, the file has version 0: "
        "scan again with this version",
        'wrong.json:$.findings[0].line: expected a whole number, 1 or more, not "3"',
    ]  # fmt: skip
    assert output.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*texts, "plan.html"])


@pytest.mark.parametrize(
    "arguments", [["a.json", "src"], ["--format", "pdf"], ["--output", "no/such/plan.html"]]
)
def test_wrong_usage(report: Report, arguments: list[str]) -> None:
    status, out, err = report(*arguments)
    assert (status, out) == (2, "")
    assert err


def peak_of(paths: list[Path], output: Path) -> int:
    """The largest amount of memory, in bytes, that `report` of these files has."""
    code = (
        "import resource, sys\n"
        "from marketo_migrate.cli.entry import main\n"
        "status = main(['report', *sys.stdin.read().split(), '--output', sys.argv[1]])\n"
        "print(status, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(output)],
        input="\n".join(map(str, paths)),
        capture_output=True,
        text=True,
        check=True,
    )
    status, kibibytes = done.stdout.split()
    assert status == "0"
    return int(kibibytes) * 1024


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss is another one elsewhere")
def test_two_thousand_results_need_no_more_memory_than_two_hundred(tmp_path: Path) -> None:
    paths = []
    for number in range(2000):
        paths.append(tmp_path / f"service-{number:04}.json")
        paths[-1].write_text(result(f"jobs/job{number}.py", snippet="x = 1; " * 3000))
    output = tmp_path / "plan.html"
    few = peak_of(paths[:200], output)
    many = peak_of(paths, output)
    size = sum(path.stat().st_size for path in paths)
    page = output.read_text()
    assert "2,000 findings in 2,000 files of 8,000, in 2,000 of 2,000 repositories." in page
    assert page.count("<tbody role=") == 2000
    # Names of repositories and directories are kept, findings are not.
    assert size > 40_000_000
    assert many < few + size // 4
