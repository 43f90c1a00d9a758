"""The JSON form read back, and what is said of files that are something else."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketo_migrate.model.finding import FileProblem, ScanResult
from marketo_migrate.model.suppression import Suppression, SuppressionSource, SuppressionState
from marketo_migrate.report.json_format import render
from marketo_migrate.report.json_reading import NotAResultError, read_result
from marketo_migrate.report.order import in_order

NOTHING = ScanResult((), (), {})
MARK = Suppression(
    "crm/sync.py",
    12,
    SuppressionSource.LINE,
    ("MKT101",),
    "until the move",
    "2027-03-31",
    SuppressionState.USED,
    fingerprints=("f4",),
)


def problem_of(data: bytes | object) -> str:
    with pytest.raises(NotAResultError) as caught:
        read_result(data if isinstance(data, bytes) else json.dumps(data).encode())
    return str(caught.value)


def test_nothing() -> None:
    assert read_result(render(NOTHING, version="1").encode()) == NOTHING


def test_a_problem_that_stands_twice_counts_once() -> None:
    problem = FileProblem("a.py", 1, "cannot be parsed")
    text = render(ScanResult((), (problem, problem), {}), version="1")
    assert json.loads(text)["summary"]["problems"] == len(json.loads(text)["problems"]) == 1


def test_there_and_back(full_result: ScanResult) -> None:
    changed = (
        replace(
            full_result.findings[0],
            in_loop=True,
            limits=("300 a call",),
            owners=("@a", "@b/c"),
            diff="-a\n+b\n",
        ),
    )
    result = full_result._replace(findings=changed + full_result.findings[1:], suppressions=(MARK,))
    back = read_result(render(result, version="1").encode())
    expected = result._replace(
        findings=tuple(in_order(result.findings)), problems=tuple(sorted(result.problems))
    )
    assert back == expected


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.integers(1, 2**53 - 1))
def test_any_text_there_and_back(text: str, line: int) -> None:
    result = ScanResult((), (FileProblem(text, line, text),), {text: line})
    assert read_result(render(result, version="1").encode()) == result


def test_a_byte_order_mark_is_taken() -> None:
    assert read_result(b"\xef\xbb\xbf" + render(NOTHING, version="1").encode()) == NOTHING


def test_results_of_earlier_versions_are_taken(full_result: ScanResult) -> None:
    document = json.loads(render(full_result, version="1"))
    del document["suppressions"]
    for finding in document["findings"]:
        del finding["in_loop"], finding["limits"], finding["owners"], finding["diff"]
    assert len(read_result(json.dumps(document).encode()).findings) == 4


def test_fields_of_later_versions_are_passed_over(full_result: ScanResult) -> None:
    document = json.loads(render(full_result, version="1"))
    document["new"] = document["findings"][0]["new"] = {"more": [1]}
    assert len(read_result(json.dumps(document).encode()).findings) == 4


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "1:1: the file is empty"),
        (b" \n", "1:1: the file is empty"),
        (b'{\n  "a": }', "2:8: not valid JSON: Expecting value"),
        (b'{"a": 1} x', "1:10: not valid JSON: Extra data"),
        (b"\xff\xfe{", "byte 0: not UTF-8 text"),
        (b"[" * 100_000, "1:1: nested too deep to be a result of a scan"),
        (b"[]", "$: not a result of `marketo-migrate scan --format json`"),
        (b'{"findings": []}', "$: not a result of `marketo-migrate scan --format json`"),
        (b'{"schema_version": 1, "tool": {"name": "other"}}', "$: not a result of"),
    ],
)
def test_other_bytes(data: bytes, problem: str) -> None:
    assert problem_of(data).startswith(problem)


def test_a_number_too_long_to_convert() -> None:
    assert problem_of(b'{"a": ' + b"9" * 5000 + b"}").startswith(
        "1:1: no result of a scan: a number with too"
    )


@pytest.mark.parametrize(
    ("version", "advice"),
    [
        (0, "the file has version 0: scan again with this version"),
        (2, "the file has version 2: it needs a newer marketo-migrate"),
    ],
)
def test_other_versions(version: int, advice: str) -> None:
    document = json.loads(render(NOTHING, version="1")) | {"schema_version": version}
    assert problem_of(document) == f"$.schema_version: this program reads version 1, {advice}"


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("findings", {}, "$.findings: expected a list, not an object"),
        ("findings.0", 1, "$.findings[0]: expected an object, not 1"),
        ("findings.1.line", 0, "$.findings[1].line: expected a whole number, 1 or more, not 0"),
        ("findings.1.line", True, "$.findings[1].line: expected a whole number, 1 or more, not true"),
        ("findings.1.line", 1.5, "$.findings[1].line: expected a whole number, 1 or more, not 1.5"),
        (
            "findings.1.line",
            10**60,
            "$.findings[1].line: expected a whole number, 1 or more, not a very large",
        ),
        ("findings.0.kind", "sort", "$.findings[0].kind: expected one of call, wrapper-call, client,"),
        ("findings.0.message", None, "$.findings[0].message: expected a text, not null"),
        ("findings.0.suppressed", "no", '$.findings[0].suppressed: expected true or false, not "no"'),
        ("findings.0.evidence.0.path", [], "$.findings[0].evidence[0].path: expected a text, not a list"),
        ("findings.0.owners", ["a", 2], "$.findings[0].owners[1]: expected a text, not 2"),
        ("problems.0.line", "3", '$.problems[0].line: expected a whole number, 1 or more, not "3"'),
        ("summary.statistics", [], "$.summary.statistics: expected an object, not a list"),
        (
            "summary.statistics.files",
            -1,
            "$.summary.statistics.files: expected a whole number, 0 or more, not -1",
        ),
        (
            "suppressions.0.state",
            "gone",
            "$.suppressions[0].state: expected one of used, unused, expired, invalid",
        ),
    ],
)
def test_values_of_the_wrong_kind(full_result: ScanResult, path: str, value: object, problem: str) -> None:
    document = json.loads(render(full_result._replace(suppressions=(MARK,)), version="1"))
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    node = document
    for step in steps:
        node = node[step]
    node[last] = value
    assert problem_of(document).startswith(problem)


def test_a_field_that_is_missing(full_result: ScanResult) -> None:
    document = json.loads(render(full_result, version="1"))
    del document["findings"][2]["fingerprint"]
    assert problem_of(document) == "$.findings[2]: `fingerprint` is missing"
