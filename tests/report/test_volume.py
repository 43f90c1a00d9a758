"""Thirty thousand findings in every format: in time, in memory, within the limits of those who read them."""

import gzip
import json
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest

from marketo_migrate.model.finding import (
    Confidence,
    FileProblem,
    Finding,
    Kind,
    Replacement,
    ScanResult,
    Step,
    Tier,
)
from marketo_migrate.model.location import Location, Span
from marketo_migrate.report import github, gitlab, json_format, junit, markdown, sarif, text
from marketo_migrate.ruleset.load import load

COUNT = 30_000
RULESET = load(())
RENDERERS: dict[str, Callable[[ScanResult], str]] = {
    "text": text.render,
    "json": lambda result: json_format.render(result, version="1"),
    "sarif": lambda result: sarif.render(result, version="1", ruleset=RULESET),
    "github": github.render,
    "gitlab": gitlab.render,
    "junit": junit.render,
    "markdown": markdown.render,
}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def many() -> ScanResult:
    """Findings in 3,000 files, the least sure first, with four steps of evidence each."""
    sample = Finding(
        "MKT101", "getLead", Kind.CALL, "getLead", "suds", Location("a.py", Span(1, 1, 1, 2)),
        Confidence.CERTAIN, Tier.NONE, None, "SOAP call getLead on a suds client of Marketo",
        Replacement("Get Leads by Filter Type", (), "leads = rest.get_multiple_leads_by_filter_type()"),
        (), "f", False, ((1, "    lead = client.service.getLead(key)"),),
    )  # fmt: skip
    levels = list(reversed(Confidence))
    findings = []
    for number in range(COUNT):
        path = f"services/team{number % 30}/package_{number // 10}/leads.py"
        steps = tuple(
            Step(f"step {n} of {number}", Location(path, Span(n + 1, 1, n + 1, 20))) for n in range(4)
        )
        findings.append(
            replace(
                sample,
                location=Location(path, Span(number % 997 + 1, 5, number % 997 + 1, 40)),
                confidence=levels[number * 3 // COUNT],
                evidence=steps,
                fingerprint=f"{number:016x}",
            )
        )
    problems = tuple(FileProblem(f"broken_{n}.py", n + 1, "does not parse") for n in range(1_000))
    return ScanResult(tuple(findings), problems, {"files": 3_000})


def measured(render: Callable[[ScanResult], str], result: ScanResult, most: float) -> str:
    """The output, made in at most `most` seconds of this process."""
    start = time.process_time()
    output = render(result)
    assert time.process_time() - start < most
    return output


def test_sarif(many: ScanResult) -> None:
    output = measured(RENDERERS["sarif"], many, 30)
    [run] = json.loads(output)["runs"]
    assert len(run["results"]) == sarif.MOST_RESULTS
    levels = [item["level"] for item in run["results"]]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    assert levels.count("error") == COUNT // 3
    notice = run["invocations"][0]["toolExecutionNotifications"][-1]
    assert notice["message"]["text"].startswith(
        "30,000 findings, of which the 25,000 most severe are in this file"
    )
    # Code scanning takes 10 MB, compressed.
    assert len(gzip.compress(output.encode(), 6)) < 10_000_000


def test_sarif_says_that_not_all_are_shown(many: ScanResult) -> None:
    bare = tuple(replace(finding, evidence=()) for finding in many.findings[:5_001])
    output = RENDERERS["sarif"](many._replace(findings=bare, problems=()))
    [notice] = json.loads(output)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"] == "5,001 findings: code scanning shows the 5,000 most severe ones."


def test_github(many: ScanResult) -> None:
    output = measured(RENDERERS["github"], many, 10)
    assert output.count("\n") < 2_100
    assert output.count("::error ") == 10


def test_gitlab(many: ScanResult) -> None:
    assert len(json.loads(measured(RENDERERS["gitlab"], many, 15))) == COUNT + 1_000


def test_junit(many: ScanResult) -> None:
    output = measured(RENDERERS["junit"], many, 20)
    assert output.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="marketo-migrate" tests="31000"'
    )


def test_markdown(many: ScanResult) -> None:
    assert len(measured(RENDERERS["markdown"], many, 10).encode()) <= markdown.COMMENT_LIMIT
    assert len(markdown.render(many, limit=markdown.SUMMARY_LIMIT).encode()) <= markdown.SUMMARY_LIMIT


def test_json(many: ScanResult) -> None:
    assert len(json.loads(measured(RENDERERS["json"], many, 30))["findings"]) == COUNT


def test_text_grows_with_the_findings_alone(many: ScanResult) -> None:
    few = many._replace(findings=many.findings[::60], problems=())
    output = measured(RENDERERS["text"], few, 20)
    assert output.count("MKT101 getLead") == COUNT // 60


@pytest.mark.parametrize("name", ["gitlab", "sarif"])
def test_memory_is_a_few_times_the_output(many: ScanResult, name: str) -> None:
    few = many._replace(findings=many.findings[::40])
    tracemalloc.start()
    output = RENDERERS[name](few)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * len(output) + 20_000_000
