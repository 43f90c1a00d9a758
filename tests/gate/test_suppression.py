"""Marks of acceptance in scanned trees: which findings they hide, and what is said of each mark."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from importlib import resources
from pathlib import Path
from typing import ClassVar

import pytest
from jsonschema import Draft202012Validator

from marketo_migrate import pipeline
from marketo_migrate.cli.entry import main
from marketo_migrate.config.load import load_settings
from marketo_migrate.config.settings import Settings
from marketo_migrate.model.finding import Kind, ScanResult
from marketo_migrate.report import json_format, text
from marketo_migrate.report.order import justifications

Tree = Callable[[Mapping[str, str | bytes]], Path]
SCHEMA = json.loads(resources.files("marketo_migrate.report").joinpath("schema/scan-v1.json").read_text())
HEAD = """\
from suds.client import Client

client = Client("https://123-abc-456.mktoapi.com/soap/mktows/2_3?WSDL")
"""


@pytest.fixture
def scan(tree: Tree) -> Callable[..., ScanResult]:
    """Scans files, name to text; a settings file among them holds."""

    def run(files: Mapping[str, str | bytes], *, today: date | None = None) -> ScanResult:
        root = tree(files)
        own = root / "marketo-migrate.toml"
        settings = load_settings(own) if own.exists() else Settings()
        result = pipeline.scan((root,), settings, today=None if today is None else lambda: today)
        document = json.loads(json_format.render(result, version="1"))
        Draft202012Validator(SCHEMA).validate(document)
        return result

    return run


Scan = Callable[..., ScanResult]


def hidden(result: ScanResult) -> list[tuple[int, str]]:
    """Line and name of each suppressed finding."""
    return [(f.location.span.line, f.name) for f in result.findings if f.suppressed]


def states(result: ScanResult) -> list[tuple[int | None, str]]:
    return [(s.line, s.state.value) for s in result.suppressions]


def test_no_mark(scan: Scan) -> None:
    result = scan({"a.py": f"{HEAD}client.service.getLead(1)\n"})
    assert hidden(result) == []
    assert result.suppressions == ()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("client.service.getLead(1)  # marketo-migrate: ignore[MKT101] r", [4]),
        ("client.service.getLead(1)  # marketo-migrate: ignore", [4]),
        ("client.service.getLead(1)  # noqa: E501,MKT101", [4]),
        ("client.service.getLead(1)  # marketo-migrate: ignore[MKT104] r", []),
        ("# marketo-migrate: ignore[getLead] r\nclient.service.getLead(1)", [5]),
        ("# marketo-migrate: ignore[getLead] r\n# more words\n\nclient.service.getLead(1)", [7]),
        ("client.service.getLead(1)\n# marketo-migrate: ignore[getLead] r", []),
        ("x = 1  # marketo-migrate: ignore[getLead] r\nclient.service.getLead(1)", []),
        # Statements of several lines: the first, the last, and any line of the call.
        ("x = client.service.getLead(  # marketo-migrate: ignore[getLead]\n    1,\n)", [4]),
        ("x = client.service.getLead(\n    1,  # marketo-migrate: ignore[getLead]\n)", [4]),
        ("x = client.service.getLead(\n    1,\n)  # marketo-migrate: ignore[getLead]", [4]),
        ("# marketo-migrate: ignore[getLead]\nx = client.service.getLead(\n    1,\n)", [5]),
        ("x = [  # marketo-migrate: ignore[getLead]\n    client.service.getLead(1),\n]", [5]),
        ("x = [\n    client.service.getLead(1),\n]  # marketo-migrate: ignore[getLead]", [5]),
        ("x = 1 + \\\n  client.service.getLead(1) + \\\n  1  # marketo-migrate: ignore[getLead]", [5]),
        # One of several calls of a statement.
        (
            "x = [\n    client.service.getLead(1),\n"
            "    client.service.getLead(2),  # marketo-migrate: ignore[getLead]\n]",
            [6],
        ),
        (
            "x = [\n    client.service.getLead(1),\n"
            "    # marketo-migrate: ignore[getLead]\n    client.service.getLead(2),\n]",
            [7],
        ),
        ("x = [client.service.getLead(1), # noqa: MKT101\n client.service.getLead(2)]", [4]),
        # The head of a compound statement is no mark for its body.
        ("for x in y:  # marketo-migrate: ignore[getLead]\n    client.service.getLead(x)", []),
        ("while client.service.getLead(1):  # marketo-migrate: ignore[getLead]\n    pass", [4]),
        ("x = '''\n# marketo-migrate: ignore[getLead]\n'''; client.service.getLead(1)", []),
    ],
)
def test_where_a_mark_stands(scan: Scan, code: str, expected: list[int]) -> None:
    result = scan({"a.py": f"{HEAD}{code}\n"})
    assert hidden(result) == [(line, "getLead") for line in expected]
    assert [s.state.value for s in result.suppressions] == (
        [] if "'''" in code else ["used" if expected else "unused"]
    )


def test_a_mark_without_rules_takes_what_lies_inside_too(scan: Scan) -> None:
    code = """\
lead = client.service.getLead(  # marketo-migrate: ignore
    client.factory.create("LeadKey"),
)
"""
    result = scan({"a.py": HEAD + code})
    assert [name for _, name in hidden(result)] == ["getLead", "request-object"]


def test_python_2(scan: Scan) -> None:
    code = f"{HEAD}print client.service.getLead(1)  # marketo-migrate: ignore[getLead] old\n"
    assert hidden(scan({"a.py": code})) == [(4, "getLead")]


def test_file_that_nobody_can_parse(scan: Scan) -> None:
    code = "# marketo-migrate: ignore-file[unparsed-file] broken\ndef f(:\n    'mktowsUserId'\n"
    result = scan({"a.py": code})
    assert [f.kind for f in result.findings if f.suppressed] == [Kind.UNPARSED]


def test_whole_file(scan: Scan) -> None:
    code = f"# marketo-migrate: ignore-file[MKT101,endpoint] the old job\n{HEAD}client.service.getLead(1)\n"
    result = scan({"a.py": code, "b.py": f"{HEAD}client.service.getLead(1)\n"})
    assert {f.location.path for f in result.findings if f.suppressed} == {"a.py"}
    assert {name for _, name in hidden(result)} == {"getLead", "endpoint"}
    assert states(result) == [(1, "used")]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("requirements.txt", "suds_marketo==0.1  # marketo-migrate: ignore[retired-dependency] pinned\n", 1),
        ("requirements.txt", "# marketo-migrate: ignore\nsuds_marketo==0.1\n", 2),
        ("app.ini", "[m]\n; marketo-migrate: ignore[endpoint] old\nurl = https://x/soap/mktows/2_3\n", 3),
        ("app.yaml", "m:\n  url: https://x/soap/mktows/2_3  # noqa: MKT\n", None),
        ("app.yaml", "m:\n  url: https://x/soap/mktows/2_3  # marketo-migrate: ignore[MKT] all\n", 2),
        (
            "e.xml",
            "<?xml version='1.0'?>\n<!-- marketo-migrate: ignore[raw-envelope] sample -->\n"
            "<e:Envelope xmlns:e='e'\n  xmlns:m='http://www.marketo.com/mktows/'/>\n",
            4,
        ),
    ],
)
def test_other_files(scan: Scan, name: str, content: str, line: int | None) -> None:
    result = scan({name: content})
    assert [found for found, _ in hidden(result)] == ([line] if line else [])


def test_marks_where_nothing_is_to_be_found_are_reported(scan: Scan) -> None:
    files = {
        "a.py": "x = 1  # marketo-migrate: ignore[getLead] gone\ny = 2  # noqa: MKT101\n",
        "b.py": "z = 1\n",
    }
    result = scan(files)
    assert states(result) == [(1, "unused"), (2, "unused")]
    shown = text.render(result)
    assert "a.py:1  getLead: hides nothing, remove it: gone\n" in shown
    assert "2 suppressions with nothing to suppress: to be removed.\n" in shown


def test_a_less_sure_finding_uses_its_mark(scan: Scan) -> None:
    """What a run does not show must not make its mark look idle."""
    code = f"{HEAD}client.service.getLead(1)  # marketo-migrate: ignore[MKT101] r\n"
    result = scan({"a.py": code, "marketo-migrate.toml": 'ignore = ["MKT101"]\n'})
    assert states(result) == [(4, "used")]


class TestExpiry:
    CODE = f"{HEAD}client.service.getLead(1)  # marketo-migrate: ignore[getLead] until=2027-03-31 agreed\n"

    @pytest.mark.parametrize(
        ("today", "state"),
        [(None, "used"), (date(2027, 3, 31), "used"), (date(2027, 4, 1), "expired")],
    )
    def test_day(self, scan: Scan, today: date | None, state: str) -> None:
        result = scan({"a.py": self.CODE}, today=today)
        assert states(result) == [(4, state)]
        assert bool(hidden(result)) is (state == "used")
        assert result.suppressions[0].reason == "agreed"

    def test_the_command_line_knows_the_day(self, tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
        mark = "# marketo-migrate: ignore-file until={} agreed\n"
        tree({"a.py": mark.format("2020-01-31") + HEAD, "b.py": mark.format("9999-12-31") + HEAD})
        assert main(["scan", "--format", "json"]) == 1
        document = json.loads(capsys.readouterr().out)
        assert {f["path"]: f["suppressed"] for f in document["findings"]} == {"a.py": False, "b.py": True}
        assert [s["state"] for s in document["suppressions"]] == ["expired", "used"]


class TestReasons:
    CODE = (
        f"{HEAD}client.service.getLead(1)  # marketo-migrate: ignore[getLead]\n"
        "client.service.getLead(2)  # marketo-migrate: ignore[getLead] agreed\n"
        "client.service.getLead(3)  # noqa: MKT101\n"
    )

    def test_required_by_the_settings(self, scan: Scan) -> None:
        result = scan({"a.py": self.CODE, "marketo-migrate.toml": "require-reason = true\n"})
        assert states(result) == [(4, "invalid"), (5, "used"), (6, "invalid")]
        assert hidden(result) == [(5, "getLead")]
        assert "a.py:4  getLead: is not valid, a reason is required\n" in text.render(result)

    def test_required_by_the_command_line(self, tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
        tree({"a.py": self.CODE})
        counts = []
        for option in ([], ["--require-reason"]):
            assert main(["scan", "--format", "json", *option]) == 1
            counts.append(json.loads(capsys.readouterr().out)["summary"]["suppressed"])
        assert counts == [3, 1]

    def test_a_secret_in_a_reason_is_masked(self, scan: Scan) -> None:
        reason = 'encryption_key = "0123456789abcdef0123"'
        result = scan({"a.py": f"{HEAD}client.service.getLead(1)  # marketo-migrate: ignore {reason}\n"})
        assert result.suppressions[0].reason == 'encryption_key = "********"'


class TestPerPath:
    FILES: ClassVar = {
        "old/jobs/a.py": f"{HEAD}client.service.getLead(1)\n",
        "new/b.py": f"{HEAD}client.service.getLead(1)\n",
    }

    @pytest.mark.parametrize(
        ("entry", "paths", "names"),
        [
            ('"old/" = ["getLead"]', {"old/jobs/a.py"}, {"getLead"}),
            ('"old/**" = ["MKT101"]', {"old/jobs/a.py"}, {"getLead"}),
            ('"*.py" = { rules = ["MKT101"], reason = "later" }', {"old/jobs/a.py", "new/b.py"}, {"getLead"}),
            ('"/new/b.py" = { reason = "later", until = 2027-03-31 }', {"new/b.py"}, None),
        ],
    )
    def test_covers(self, scan: Scan, entry: str, paths: set[str], names: set[str] | None) -> None:
        settings = f"[per-path-ignores]\n{entry}\n"
        result = scan({**self.FILES, "marketo-migrate.toml": settings}, today=date(2027, 3, 31))
        assert {f.location.path for f in result.findings if f.suppressed} == paths
        assert names is None or {name for _, name in hidden(result)} == names
        [suppression] = result.suppressions
        assert (suppression.path, suppression.line) == ("marketo-migrate.toml", 2)

    def test_unused_expired_and_unknown(self, scan: Scan) -> None:
        settings = """\
[per-path-ignores]
"gone/" = ["getLead"]
"old/" = { until = 2020-01-31 }
"new/" = ["getLeed"]
"""
        result = scan({**self.FILES, "marketo-migrate.toml": settings}, today=date(2027, 3, 31))
        assert states(result) == [(2, "unused"), (3, "expired"), (4, "invalid")]
        assert hidden(result) == []


def test_every_finding_knows_why_it_is_hidden(scan: Scan) -> None:
    code = (
        f"{HEAD}client.service.getLead(1)  # marketo-migrate: ignore[getLead] first\n"
        "client.service.getLead(1)  # noqa: MKT101 second\n"
    )
    result = scan({"a.py": code})
    reasons = justifications(result.suppressions)
    assert [reasons[f.fingerprint].reason for f in result.findings if f.suppressed] == ["first", "second"]


def test_hostile_words_do_not_reach_the_terminal(scan: Scan) -> None:
    code = f"{HEAD}client.service.getLead(1)  # marketo-migrate: ignore[getLead] \x1b[31m\u202e red\n"
    shown = text.render(scan({"a.py": code}))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
