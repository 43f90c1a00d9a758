"""JUnit XML against a schema, and through a program that reads it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from lxml import etree

from marketo_migrate.model.finding import Finding, ScanResult
from marketo_migrate.model.location import Location, Span
from marketo_migrate.report.junit import render

SCHEMA = etree.XMLSchema(etree.parse(str(Path(__file__).with_name("junit.xsd"))))


def read(result: ScanResult) -> JUnitXml:
    """The report as a reader sees it, after the schema has taken it."""
    data = render(result).encode("utf-8", "strict")
    SCHEMA.assertValid(etree.fromstring(data))
    return JUnitXml.fromstring(data)


def test_nothing_found_is_one_case_that_passes() -> None:
    report = read(ScanResult((), (), {}))
    [suite] = report
    [case] = suite
    assert (report.tests, report.failures, report.errors) == (1, 0, 0)
    assert case.is_passed


def test_everything(full_result: ScanResult) -> None:
    report = read(full_result)
    assert (report.tests, report.failures, report.errors) == (6, 3, 2)
    assert [(suite.name, suite.tests, suite.failures, suite.errors, suite.skipped) for suite in report] == [
        ("a.py", 1, 0, 1, 0),
        ("app.py", 2, 1, 0, 1),
        ("b.py", 1, 0, 1, 0),
        ("crm/client.py", 1, 1, 0, 0),
        ("crm/sync.py", 1, 1, 0, 0),
    ]
    outcomes = [
        (case.classname, case.name, [type(item) for item in case.result])
        for suite in report
        for case in suite
    ]
    assert outcomes == [
        ("a.py", "not analysed", [Error]),
        ("app.py", "MKT101 getLead at 7:1", [Failure]),
        ("app.py", "MKT101 getLead at 20:1", [Skipped]),
        ("b.py", "not analysed at line 3", [Error]),
        ("crm/client.py", "MKT901 client-construction at 3:10", [Failure]),
        ("crm/sync.py", "MKT101 getLead at 12:12", [Failure]),
    ]


def test_what_a_failure_says(make_finding: Callable[..., Finding]) -> None:
    [suite] = read(ScanResult((make_finding(reason="too hard"),), (), {}))
    [case] = suite
    [failure] = case.result
    assert failure.type == "error"
    assert failure.message.startswith("SOAP call getLead on a suds client of Marketo. Instead: ")
    assert failure.text.split("\n") == [
        "crm/sync.py:12:12: SOAP call getLead on a suds client of Marketo",
        "    12 |     lead = client.service.getLead(key)",
        "  - crm/client.py:3:10 the client is built here",
        "  - crm/sync.py:2:7 its address is a Marketo SOAP endpoint",
        "Instead: Get Leads by Filter Type: GET /rest/v1/leads.json",
        '    leads = rest.get_multiple_leads_by_filter_type("email", [email])',
        "Not automatic: too hard",
    ]


@pytest.mark.parametrize(
    "text", ["\0\x0b\x1f", "\ud800", "\ufffe\uffff", "]]>", "<a>&b;", "\u2028\u202e", "é日本😀"]
)
def test_characters_that_xml_forbids_or_reads_otherwise(
    make_finding: Callable[..., Finding], text: str
) -> None:
    finding = make_finding(location=Location(f"x{text}.py", Span(1, 1, 1, 2)), message=f"x{text}")
    [suite] = read(ScanResult((finding,), (), {}))
    if text.isprintable():
        assert suite.name == f"x{text}.py"


def test_same_bytes_whatever_the_order(full_result: ScanResult) -> None:
    turned = full_result._replace(findings=full_result.findings[::-1], problems=full_result.problems[::-1])
    assert render(turned) == render(full_result)
