"""Accepted findings and the marks that accept them, in every format for tools."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from junitparser import JUnitXml

from marketo_migrate.model.finding import Finding, ScanResult
from marketo_migrate.model.location import Location, Span
from marketo_migrate.model.suppression import Suppression, SuppressionSource, SuppressionState
from marketo_migrate.report import github, gitlab, junit, markdown, sarif
from marketo_migrate.ruleset.load import load

LINE = Suppression(
    "a.py", 3, SuppressionSource.LINE, ("MKT101",), "asked | ops", "2027-03-31", SuppressionState.USED,
    fingerprints=("f1",),
)  # fmt: skip
SETTINGS = replace(
    LINE,
    path="pyproject.toml",
    line=9,
    source=SuppressionSource.SETTINGS,
    pattern="old/",
    fingerprints=("f2",),
)
UNUSED = replace(LINE, line=8, state=SuppressionState.UNUSED, fingerprints=(), reason=None, until=None)


@pytest.fixture
def result(make_finding: Callable[..., Finding]) -> ScanResult:
    """Findings hidden by a comment, by the settings and by something else, and a mark that hides nothing."""
    place = Location("a.py", Span(4, 1, 4, 5))
    findings = tuple(make_finding(location=place, fingerprint=f"f{n}", suppressed=True) for n in (1, 2, 3))
    return ScanResult(findings, (), {}, (LINE, SETTINGS, UNUSED))


def test_sarif(result: ScanResult) -> None:
    [run] = json.loads(sarif.render(result, version="1", ruleset=load(())))["runs"]
    assert [item["suppressions"] for item in run["results"]] == [
        [{"kind": "inSource", "location": located("a.py", 3), "justification": "asked | ops"}],
        [{"kind": "external", "location": located("pyproject.toml", 9), "justification": "asked | ops"}],
        [{"kind": "external"}],
    ]
    [notification] = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == "Suppression of MKT101: hides nothing, remove it"
    assert notification["locations"] == [located("a.py", 8)]


def located(path: str, line: int) -> dict:
    artifact = {"uri": path, "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": line}}}


def test_gitlab(result: ScanResult) -> None:
    [item] = json.loads(gitlab.render(result))
    assert (item["check_name"], item["severity"], item["location"]["lines"]["begin"]) == (
        "suppression-without-effect",
        "info",
        8,
    )


def test_junit(result: ScanResult) -> None:
    report = JUnitXml.fromstring(junit.render(result).encode())
    reasons = [outcome.message for suite in report for case in suite for outcome in case.result]
    assert reasons == ["suppressed: asked | ops", "suppressed: asked | ops", "suppressed"]
    assert (report.failures, report.errors) == (0, 0)


def test_github(result: ScanResult) -> None:
    text = github.render(result)
    assert text.startswith("a.py:8: suppression: MKT101: hides nothing, remove it\n")
    assert "3 findings suppressed.\n" in text
    assert "::" not in text


def test_markdown(result: ScanResult) -> None:
    assert (
        "\n## Suppressions\n\n"
        "- `a.py:8` MKT101: hides nothing, remove it\n"
        "- `a.py:3` MKT101: hides 1 finding (until 2027-03-31): asked \\| ops\n"
        "- `pyproject.toml:9` MKT101 in old/: hides 1 finding (until 2027-03-31): asked \\| ops\n"
    ) in markdown.render(result)
