"""The JSON form against its published schema, and its promises."""

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from marketo_migrate.model.finding import (
    Confidence,
    FileProblem,
    Finding,
    Kind,
    ScanResult,
    Step,
    Tier,
)
from marketo_migrate.model.location import Location, Span
from marketo_migrate.report.json_format import render

SCHEMA = json.loads(resources.files("marketo_migrate.report").joinpath("schema/scan-v1.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
NOTHING = ScanResult((), (), {})


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_nothing_found() -> None:
    assert json.loads(render(NOTHING, version="1.2")) == {
        "schema_version": 1,
        "tool": {"name": "marketo-migrate", "version": "1.2"},
        "summary": {
            "findings": 0,
            "suppressed": 0,
            "problems": 0,
            "by_kind": {},
            "by_operation": {},
            "by_confidence": {},
            "by_fix": {},
            "statistics": {},
        },
        "findings": [],
        "problems": [],
        "suppressions": [],
    }


def test_everything(full_result: ScanResult) -> None:
    text = render(full_result, version="1.2")
    document = json.loads(text)
    VALIDATOR.validate(document)
    assert text.endswith("}\n")
    assert [(item["path"], item["line"]) for item in document["findings"]] == [
        ("app.py", 7),
        ("app.py", 20),
        ("crm/client.py", 3),
        ("crm/sync.py", 12),
    ]
    assert [item["path"] for item in document["problems"]] == ["a.py", "b.py"]
    assert document["summary"] == {
        "findings": 3,
        "suppressed": 1,
        "problems": 2,
        "by_kind": {"call": 1, "client": 1, "wrapper-call": 1},
        "by_operation": {"getLead": 2},
        "by_confidence": {"certain": 2, "likely": 1},
        "by_fix": {"none": 2, "review": 1},
        "statistics": {"candidates": 3, "files": 12, "hidden": 2},
    }


def test_one_finding_word_for_word(make_finding: Callable[..., Finding]) -> None:
    document = json.loads(render(ScanResult((make_finding(),), (), {}), version="1"))
    assert document["findings"] == [
        {
            "rule": "MKT101",
            "name": "getLead",
            "kind": "call",
            "operation": "getLead",
            "client": "suds",
            "path": "crm/sync.py",
            "line": 12,
            "column": 12,
            "end_line": 12,
            "end_column": 40,
            "confidence": "certain",
            "fix": "none",
            "reason": None,
            "message": "SOAP call getLead on a suds client of Marketo",
            "replacement": {
                "summary": "Get Leads by Filter Type: GET /rest/v1/leads.json",
                "operations": [
                    {
                        "operation_id": "getLeadsByFilterUsingGET",
                        "method": "GET",
                        "path": "/rest/v1/leads.json",
                        "docs": "https://developer.adobe.com/marketo-apis/api/mapi"
                        "#operation/getLeadsByFilterUsingGET",
                        "role": "finds leads by key",
                    }
                ],
                "snippet": 'leads = rest.get_multiple_leads_by_filter_type("email", [email])',
            },
            "evidence": [
                {
                    "message": "the client is built here",
                    "path": "crm/client.py",
                    "line": 3,
                    "column": 10,
                    "end_line": 3,
                    "end_column": 9,
                },
                {
                    "message": "its address is a Marketo SOAP endpoint",
                    "path": "crm/sync.py",
                    "line": 2,
                    "column": 7,
                    "end_line": 2,
                    "end_column": 9,
                },
            ],
            "excerpt": [{"line": 12, "text": "    lead = client.service.getLead(key)"}],
            "fingerprint": "f1",
            "suppressed": False,
            "in_loop": False,
            "limits": [],
            "owners": [],
            "diff": None,
        }
    ]


def test_same_bytes_whatever_the_order(full_result: ScanResult) -> None:
    turned = ScanResult(
        full_result.findings[::-1],
        full_result.problems[::-1],
        dict(reversed(full_result.statistics.items())),
    )
    assert render(turned, version="1") == render(full_result, version="1")


@pytest.mark.parametrize("enum", [Kind, Confidence, Tier])
def test_the_schema_knows_every_value(enum: type[Kind | Confidence | Tier]) -> None:
    field = {Kind: "kind", Confidence: "confidence", Tier: "fix"}[enum]
    assert SCHEMA["$defs"]["finding"]["properties"][field]["enum"] == [member.value for member in enum]


@pytest.mark.parametrize("field", SCHEMA["$defs"]["finding"]["required"])
def test_the_schema_misses_every_field(full_result: ScanResult, field: str) -> None:
    document = json.loads(render(full_result, version="1"))
    del document["findings"][0][field]
    assert not VALIDATOR.is_valid(document)


_texts = st.text(st.characters(), max_size=30)
_filled = _texts.filter(bool)


@given(path=_filled, message=_filled, excerpt=_texts, reason=st.none() | _texts, step=_filled)
def test_any_text_gives_ascii_that_strict_readers_take(
    path: str, message: str, excerpt: str, reason: str | None, step: str
) -> None:
    location = Location(path, Span(1, 1, 1, 2))
    finding = Finding(
        "MKT101", "getLead", Kind.CALL, None, None, location, Confidence.LIKELY, Tier.SAFE, reason, message,
        None, (Step(step, location),), "f", False, ((1, excerpt),),
    )  # fmt: skip
    result = ScanResult((finding,), (FileProblem(path, None, message),), {})
    text = render(result, version="1")
    assert text.isascii()
    document = json.loads(text)
    VALIDATOR.validate(document)
    json.dumps(document, ensure_ascii=False).encode("utf-8", "strict")


def test_the_page_names_every_field() -> None:
    page = (Path(__file__).parents[2] / "docs" / "json.md").read_text()
    fields = SCHEMA["$defs"]["finding"]["required"]
    assert [field for field in fields if f"`{field}`" not in page] == []
