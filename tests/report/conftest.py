"""Findings to render."""

from collections.abc import Callable

import pytest

from marketo_migrate.model.finding import (
    Confidence,
    FileProblem,
    Finding,
    Kind,
    Replacement,
    RestOperation,
    ScanResult,
    Step,
    Tier,
)
from marketo_migrate.model.location import Location, Span

MakeFinding = Callable[..., Finding]

BY_FILTER = RestOperation(
    "getLeadsByFilterUsingGET",
    "GET",
    "/rest/v1/leads.json",
    "https://developer.adobe.com/marketo-apis/api/mapi#operation/getLeadsByFilterUsingGET",
    "finds leads by key",
)


def place(
    path: str, line: int, column: int = 1, end_line: int | None = None, end_column: int = 9
) -> Location:
    return Location(path, Span(line, column, end_line or line, end_column))


@pytest.fixture
def make_finding() -> MakeFinding:
    """A finding of `client.service.getLead(key)` with the given fields changed."""

    def make(**changes: object) -> Finding:
        values: dict[str, object] = {
            "rule": "MKT101",
            "name": "getLead",
            "kind": Kind.CALL,
            "operation": "getLead",
            "client": "suds",
            "location": place("crm/sync.py", 12, 12, 12, 40),
            "confidence": Confidence.CERTAIN,
            "fix": Tier.NONE,
            "reason": None,
            "message": "SOAP call getLead on a suds client of Marketo",
            "replacement": Replacement(
                "Get Leads by Filter Type: GET /rest/v1/leads.json",
                (BY_FILTER,),
                'leads = rest.get_multiple_leads_by_filter_type("email", [email])',
            ),
            "evidence": (
                Step("the client is built here", place("crm/client.py", 3, 10)),
                Step("its address is a Marketo SOAP endpoint", place("crm/sync.py", 2, 7)),
            ),
            "fingerprint": "f1",
            "excerpt": ((12, "    lead = client.service.getLead(key)"),),
        }
        return Finding(**(values | changes))

    return make


@pytest.fixture
def full_result(make_finding: MakeFinding) -> ScanResult:
    """One of everything, out of order."""
    return ScanResult(
        findings=(
            make_finding(),
            make_finding(
                rule="MKT901",
                name="client-construction",
                kind=Kind.CLIENT,
                operation=None,
                location=place("crm/client.py", 3, 10, 3, 30),
                message="a suds client of Marketo's SOAP API",
                replacement=None,
                evidence=(),
                fingerprint="f2",
                confidence=Confidence.LIKELY,
                fix=Tier.REVIEW,
                reason="the client is returned to callers that are not known",
                excerpt=((3, "client = Client(WSDL)"),),
            ),
            make_finding(
                kind=Kind.WRAPPER_CALL,
                location=place("app.py", 7, 1, 9, 2),
                message="calls crm.sync.lead, which calls getLead",
                fingerprint="f3",
                excerpt=((7, "show("), (8, "    lead(address),"), (9, ")")),
            ),
            make_finding(location=place("app.py", 20), fingerprint="f4", suppressed=True),
        ),
        problems=(FileProblem("b.py", 3, "does not parse"), FileProblem("a.py", None, "cannot be read")),
        statistics={"files": 12, "candidates": 3, "hidden": 2},
    )
