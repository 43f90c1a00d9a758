"""Annotations as the runner of GitHub Actions reads them, and no more of them than a step shows."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from marketo_migrate.model.finding import Confidence, FileProblem, Finding, Kind, ScanResult
from marketo_migrate.model.location import Location, Span
from marketo_migrate.report.github import render

MakeFinding = Callable[..., Finding]


@dataclass
class Command:
    """A workflow command, decoded."""

    name: str
    properties: dict[str, str]
    message: str


def decode(text: str, escapes: dict[str, str]) -> str:
    return re.sub("|".join(map(re.escape, escapes)), lambda match: escapes[match[0]], text)


def commands(text: str) -> list[Command]:
    """The commands in a log, by the rules of the runner: it trims a line and looks for `::` twice."""
    found = []
    for line in re.split(r"\r\n|\r|\n", text):
        trimmed = line.strip()
        if not trimmed.startswith("::"):
            continue
        head, end, data = trimmed[2:].partition("::")
        if not end:
            continue
        name, _, rest = head.partition(" ")
        pairs = (pair.partition("=") for pair in rest.split(",") if pair)
        escapes = {"%0D": "\r", "%0A": "\n", "%25": "%"}
        properties = {
            key.strip(): decode(value, {**escapes, "%3A": ":", "%2C": ","}) for key, _, value in pairs
        }
        found.append(Command(name, properties, decode(data, escapes)))
    return found


def test_nothing_found() -> None:
    assert (
        render(ScanResult((), (), {"files": 3})) == "No use of Marketo's SOAP API found; 3 files scanned.\n"
    )


def test_everything(full_result: ScanResult) -> None:
    text = render(full_result)
    assert [
        (item.name, item.properties.get("file"), item.properties.get("line")) for item in commands(text)
    ] == [
        ("error", "crm/sync.py", "12"),
        ("warning", "app.py", "7"),
        ("warning", "crm/client.py", "3"),
        ("warning", "a.py", None),
        ("warning", "b.py", "3"),
    ]
    assert "3 findings (2 certain, 1 likely) in 3 files; 12 files scanned.\n" in text


def test_one_word_for_word(make_finding: MakeFinding) -> None:
    line = render(ScanResult((make_finding(),), (), {})).split("\n")[0]
    assert line == (
        "::error file=crm/sync.py,line=12,endLine=12,col=12,endColumn=39,title=MKT101 getLead::"
        "SOAP call getLead on a suds client of Marketo. "
        "Instead: Get Leads by Filter Type: GET /rest/v1/leads.json."
    )


def test_columns_only_within_one_line(make_finding: MakeFinding) -> None:
    [command] = commands(
        render(ScanResult((make_finding(location=Location("a.py", Span(7, 1, 9, 2))),), (), {}))
    )
    assert (command.properties["line"], command.properties["endLine"]) == ("7", "9")
    assert "col" not in command.properties
    assert "endColumn" not in command.properties


def test_properties_and_message_come_back_as_they_were(make_finding: MakeFinding) -> None:
    path = "a,b:c=d::e%0Af 100%.py"
    finding = make_finding(
        location=Location(path, Span(1, 1, 1, 2)), message="::x%0Ay, z: 5%", name="n,a:m=e"
    )
    [command] = commands(render(ScanResult((finding,), (), {})))
    assert command.properties["file"] == path
    assert command.properties["title"] == "MKT101 n,a:m=e"
    assert command.message.startswith("::x%0Ay, z: 5%. Instead")


def many(make_finding: MakeFinding, count: int, **changes: object) -> tuple[Finding, ...]:
    return tuple(
        make_finding(location=Location("a.py", Span(n, 1, n, 2)), fingerprint=f"{changes}{n}", **changes)
        for n in range(1, count + 1)
    )


def test_no_more_of_a_kind_than_a_step_shows(make_finding: MakeFinding) -> None:
    findings = (
        *many(make_finding, 30),
        *many(make_finding, 30, kind=Kind.WRAPPER_CALL),
        *many(make_finding, 30, confidence=Confidence.POSSIBLE),
    )
    problems = tuple(FileProblem(f"p{n}.py", None, "no") for n in range(30))
    text = render(ScanResult(findings, problems, {}))
    counts = Counter(item.name for item in commands(text))
    assert counts == {"error": 10, "warning": 10, "notice": 10, "group": 1, "endgroup": 1}
    warned = [item.properties["title"] for item in commands(text) if item.name == "warning"]
    assert warned.count("not analysed") == 3
    cut = next(item for item in commands(text) if item.properties.get("title") == "marketo-migrate")
    assert cut.message.startswith(
        "20 errors, 23 warnings, 21 notices and 27 files not analysed more without an annotation"
    )
    # The others are in the log.
    assert text.count("\na.py:") == 20 + 23 + 21
    assert text.count(": not analysed: no\n") == 27


def test_room_that_problems_do_not_need_is_for_findings(make_finding: MakeFinding) -> None:
    text = render(ScanResult(many(make_finding, 12, kind=Kind.WRAPPER_CALL), (), {}))
    assert Counter(item.name for item in commands(text))["warning"] == 10
    problems = tuple(FileProblem(f"p{n}.py", 1, "no") for n in range(12))
    text = render(ScanResult((), problems, {}))
    assert Counter(item.name for item in commands(text))["warning"] == 10
    assert "2 files not analysed more without an annotation" in text


def test_a_log_of_a_great_many_is_cut(make_finding: MakeFinding) -> None:
    text = render(ScanResult(many(make_finding, 3_000), (), {}))
    assert text.count("\n") < 1_050
    assert "1,990 more: scan with --format json or sarif" in text


def test_same_bytes_whatever_the_order(full_result: ScanResult) -> None:
    turned = full_result._replace(findings=full_result.findings[::-1], problems=full_result.problems[::-1])
    assert render(turned) == render(full_result)
