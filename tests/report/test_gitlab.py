"""The Code Quality report by the fields that GitLab documents."""

import json
from collections.abc import Callable

import pytest
from jsonschema import Draft202012Validator

from marketo_migrate.model.finding import Confidence, Finding, Kind, ScanResult
from marketo_migrate.report.gitlab import render

# The fields that GitLab documents.
_TEXT = {"type": "string", "minLength": 1}
_LINE = {"type": "integer", "minimum": 1}
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": _TEXT,
            "check_name": _TEXT,
            "fingerprint": _TEXT,
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": r"^\./"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": _LINE, "end": _LINE},
                    },
                },
            },
        },
    },
}


def read(result: ScanResult) -> list[dict]:
    """The objects, checked."""
    text = render(result)
    assert text.isascii()
    objects = json.loads(text)
    Draft202012Validator(SCHEMA).validate(objects)
    assert len({item["fingerprint"] for item in objects}) == len(objects)
    return objects


def test_nothing_found() -> None:
    assert render(ScanResult((), (), {})) == "[]\n"


def test_everything(full_result: ScanResult) -> None:
    objects = read(full_result)
    assert [
        (o["check_name"], o["severity"], o["location"]["path"], o["location"]["lines"]) for o in objects
    ] == [
        ("MKT101", "major", "app.py", {"begin": 7, "end": 9}),
        ("MKT901", "major", "crm/client.py", {"begin": 3, "end": 3}),
        ("MKT101", "critical", "crm/sync.py", {"begin": 12, "end": 12}),
        ("not-analysed", "major", "a.py", {"begin": 1, "end": 1}),
        ("not-analysed", "major", "b.py", {"begin": 3, "end": 3}),
    ]
    assert objects[2]["description"].startswith(
        "MKT101 getLead: SOAP call getLead on a suds client of Marketo."
    )
    assert objects[3]["description"] == "Not analysed, or only in part: cannot be read."


def test_equal_fingerprints_are_told_apart(make_finding: Callable[..., Finding]) -> None:
    findings = (make_finding(), make_finding(), make_finding(fingerprint="f1-2"))
    assert [item["fingerprint"] for item in read(ScanResult(findings, (), {}))] == ["f1", "f1-2", "f1-2-2"]


@pytest.mark.parametrize(
    ("kind", "confidence", "level"),
    [
        (Kind.SECRET, Confidence.CERTAIN, "blocker"),
        (Kind.CALL, Confidence.CERTAIN, "critical"),
        (Kind.WRAPPER_CALL, Confidence.LIKELY, "minor"),
    ],
)
def test_severity(
    make_finding: Callable[..., Finding], kind: Kind, confidence: Confidence, level: str
) -> None:
    [item] = read(ScanResult((make_finding(kind=kind, confidence=confidence),), (), {}))
    assert item["severity"] == level


def test_same_bytes_whatever_the_order(full_result: ScanResult) -> None:
    turned = full_result._replace(findings=full_result.findings[::-1], problems=full_result.problems[::-1])
    assert render(turned) == render(full_result)
