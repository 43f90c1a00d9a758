"""REST requests are checked against the endpoint facts; what is wrong gets a code and is recorded."""

import json
from typing import Any

import pytest
from faces import Sides

from marketo_migrate.simulator.exchange import HttpRequest
from marketo_migrate.simulator.facts import endpoints
from marketo_migrate.simulator.instance import Instance
from marketo_migrate.simulator.rest.service import HANDLERS

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def ask(
    instance: Instance, method: str, path: str, body: Any = b"", headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Send a request with a valid token; gives the answer's JSON, or its status where it has none."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {
        "authorization": f"Bearer {instance.rest.credentials.token}",
        **(headers or (JSON if data else {})),
    }
    answer = instance.handle(HttpRequest(method, f"https://{instance.rest_host}{path}", sent, data))
    return json.loads(answer.body) if answer.status == 200 else {"status": answer.status}


def test_a_right_request_is_no_violation(instance: Instance) -> None:
    answer = ask(
        instance, "GET", "/rest/v1/leads.json?filterType=email&filterValues=ann@example.com&fields=email,city"
    )
    assert answer["success"] is True
    assert answer["result"] == [{"id": 1001, "email": "ann@example.com", "city": "Austin"}]
    assert instance.violations == []


def test_every_endpoint_of_the_rules_has_a_handler() -> None:
    named = {name for name, item in endpoints().items() if item.api != "identity"}
    assert named == set(HANDLERS)


LEADS = "/rest/v1/leads.json"
WRONG: list[tuple[str, str, str, Any, str]] = [
    ("unknown path", "GET", "/rest/v1/lead.json", b"", "610"),
    ("wrong method", "DELETE", "/rest/v1/campaigns.json", b"", "605"),
    ("missing parameter", "GET", f"{LEADS}?filterType=email", b"", "1002"),
    ("empty parameter", "GET", f"{LEADS}?filterType=email&filterValues=", b"", "1002"),
    ("unknown parameter", "GET", f"{LEADS}?filterType=email&filterValues=a&limit=3", b"", "1003"),
    ("repeated parameter", "GET", f"{LEADS}?filterType=email&filterType=id&filterValues=1", b"", "1003"),
    ("number expected", "GET", f"{LEADS}?filterType=id&filterValues=1&batchSize=many", b"", "1001"),
    ("number in path", "GET", "/rest/v1/lead/ann.json", b"", "1001"),
    (
        "too many values",
        "GET",
        f"{LEADS}?filterType=id&filterValues={','.join(map(str, range(301)))}",
        b"",
        "1003",
    ),
    ("bad token", "GET", f"{LEADS}?filterType=id&filterValues=1&nextPageToken=x", b"", "1003"),
    (
        "too many records",
        "POST",
        LEADS,
        {"input": [{"email": f"{n}@example.com"} for n in range(301)]},
        "1003",
    ),
    ("wrong action", "POST", LEADS, {"action": "upsert", "input": [{"email": "a@example.com"}]}, "1003"),
    ("unknown member", "POST", LEADS, {"input": [{"email": "a@example.com"}], "dedupeBy": "email"}, "1003"),
    ("no records", "POST", LEADS, {"input": []}, "1002"),
    ("records that are none", "POST", LEADS, {"input": ["a@example.com"]}, "1001"),
    ("not a list", "POST", LEADS, {"input": {"email": "a@example.com"}}, "1001"),
    ("not JSON", "POST", LEADS, b"{input:}", "609"),
    ("text for a number", "POST", "/rest/v1/lists/1001/leads.json", {"input": [{"id": "1001"}]}, "1001"),
    ("no ids", "POST", "/rest/v1/lists/1001/leads.json", b"", "1002"),
    (
        "too many leads",
        "POST",
        "/rest/v1/campaigns/1001/trigger.json",
        {"input": {"leads": [{"id": 1001}] * 101}},
        "1003",
    ),
    ("bad time", "POST", "/rest/v1/campaigns/1004/schedule.json", {"input": {"runAt": "tomorrow"}}, "1001"),
    ("bad time in query", "GET", "/rest/v1/activities/pagingtoken.json?sinceDatetime=yesterday", b"", "1001"),
    ("asset without name", "GET", "/rest/asset/v1/program/byName.json", b"", "701"),
    ("truth expected", "GET", "/rest/asset/v1/program/byName.json?name=x&includeTags=yes", b"", "1001"),
    ("wrong enumeration", "GET", "/rest/asset/v1/programs.json?filterType=name&filterValues=x", b"", "1003"),
    ("wrong format", "POST", "/bulk/v1/leads.json?format=xls", b"", "1003"),
    ("old field name", "GET", f"{LEADS}?filterType=email&filterValues=a&fields=FirstName", b"", "1006"),
    ("no such filter", "GET", f"{LEADS}?filterType=firstName&filterValues=Ann", b"", "1011"),
    ("bad cookie", "GET", f"{LEADS}?filterType=cookies&filterValues=abc", b"", "1012"),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "code"), [item[1:] for item in WRONG], ids=[item[0] for item in WRONG]
)
def test_what_is_wrong_is_answered_with_a_code(
    instance: Instance, method: str, path: str, body: Any, code: str
) -> None:
    before = instance.snapshot()
    answer = ask(instance, method, path, body)
    assert answer["success"] is False
    assert answer["errors"][0]["code"] == code
    assert instance.snapshot() == before


def test_violations_name_request_and_operation(instance: Instance) -> None:
    ask(instance, "POST", LEADS, {"action": "upsert", "input": [{}], "lookup": "email"})
    texts = [str(item) for item in instance.violations]
    assert len(texts) == 2
    assert texts[0].startswith(
        "POST /rest/v1/leads.json (syncLeadUsingPOST): Invalid value 'upsert' for 'action'"
    )
    assert "'lookup'" in texts[1]


def test_page_sizes_above_the_limit_are_cut_and_recorded(instance: Instance) -> None:
    answer = ask(instance, "GET", "/rest/asset/v1/channels.json?maxReturn=500")
    assert len(answer["result"]) == 3
    assert str(instance.violations[0]).endswith("maxReturn is at most 200, not 500")


def test_token_in_the_query_string_is_refused(instance: Instance) -> None:
    token = instance.rest.credentials.token
    answer = ask(instance, "GET", f"{LEADS}?filterType=id&filterValues=1001&access_token={token}")
    assert answer["errors"][0]["code"] == "600"
    form = f"filterType=id&filterValues=1001&_method=GET&access_token={token}".encode()
    assert ask(instance, "POST", LEADS, form, FORM)["errors"][0]["code"] == "600"
    assert ["Authorization header" in item.message for item in instance.violations] == [True, True]


def test_tokens(instance: Instance) -> None:
    path = f"https://{instance.rest_host}/rest/v1/lists.json"
    old = instance.rest.credentials.token
    instance.rest.credentials.expire()
    headers = ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Bearer {old}"})
    answers = [instance.handle(HttpRequest("GET", path, header)) for header in headers]
    codes = [json.loads(answer.body)["errors"][0]["code"] for answer in answers]
    assert codes == ["600", "601", "602"]


def test_too_long_addresses_and_bodies(instance: Instance) -> None:
    long = "x" * 9000
    assert ask(instance, "GET", f"{LEADS}?filterType=email&filterValues={long}") == {"status": 414}
    large = {"input": [{"email": "a@example.com", "address": "x" * 1_100_000}]}
    assert ask(instance, "POST", LEADS, large) == {"status": 413}
    assert len(instance.violations) == 2


def test_long_queries_go_in_a_form(instance: Instance) -> None:
    form = b"filterType=email&filterValues=ann%40example.com&fields=city"
    for path, body in ((f"{LEADS}?_method=GET", form), (LEADS, form + b"&_method=GET")):
        assert ask(instance, "POST", path, body, FORM)["result"] == [{"id": 1001, "city": "Austin"}]
    assert instance.violations == []
    refused = ask(instance, "POST", "/rest/asset/v1/channels.json?_method=GET", b"maxReturn=5", FORM)
    assert refused["errors"][0]["code"] == "612"


def test_content_type_must_fit(instance: Instance) -> None:
    answer = ask(instance, "POST", LEADS, b'{"input": [{}]}', {"content-type": "text/plain"})
    assert answer["errors"][0]["code"] == "612"
    answer = ask(instance, "POST", "/bulk/v1/leads.json?format=csv", b"email\n", {"content-type": "text/csv"})
    assert answer["errors"][0]["code"] == "612"
    boundary = {"content-type": "multipart/form-data; boundary=x"}
    answer = ask(instance, "POST", "/bulk/v1/leads.json?format=csv", b"--x--\r\n", boundary)
    assert answer["errors"][0]["code"] == "613"


def test_more_than_a_thousand_matches_are_refused(instance: Instance) -> None:
    for number in range(4):
        records = [{"email": f"{number}-{one}@example.com", "favoriteColor": "red"} for one in range(300)]
        ask(instance, "POST", LEADS, {"action": "createDuplicate", "input": records})
    answer = ask(instance, "GET", f"{LEADS}?filterType=favoriteColor&filterValues=red")
    assert answer["errors"][0]["code"] == "1003"
    assert instance.violations == []


def test_lists_are_split_at_commas_and_repeated_alike(instance: Instance) -> None:
    once = ask(instance, "GET", f"{LEADS}?filterType=id&filterValues=1001,1002&fields=firstName,city")
    repeated = ask(
        instance,
        "GET",
        f"{LEADS}?filterType=id&filterValues=1001&filterValues=1002&fields=firstName&fields=city",
    )
    assert once["result"] == repeated["result"]
    assert once["result"][1] == {"id": 1002, "firstName": "Bob", "city": None}


def test_default_fields(instance: Instance) -> None:
    record = ask(instance, "GET", f"{LEADS}?filterType=id&filterValues=1005")["result"][0]
    assert sorted(record) == ["createdAt", "email", "firstName", "id", "lastName", "updatedAt"]
    assert record["firstName"] is None


def test_pages_by_token(instance: Instance) -> None:
    path = f"{LEADS}?filterType=id&filterValues=1001,1002,1003&batchSize=2"
    first = ask(instance, "GET", path)
    assert [item["id"] for item in first["result"]] == [1001, 1002]
    second = ask(instance, "GET", f"{path}&nextPageToken={first['nextPageToken']}")
    assert [item["id"] for item in second["result"]] == [1003]
    assert "nextPageToken" not in second
    foreign = ask(instance, "GET", f"/rest/v1/lists.json?nextPageToken={first['nextPageToken']}")
    assert foreign["errors"][0]["code"] == "1003"


def test_assets_without_a_match_have_no_result(instance: Instance) -> None:
    answer = ask(instance, "GET", "/rest/asset/v1/program/byName.json?name=Nothing")
    assert answer["success"] is True
    assert "result" not in answer
    assert answer["warnings"] == ["No assets found for the given search criteria."]


def test_anonymous_leads_do_not_exist_in_rest(instance: Instance) -> None:
    assert ask(instance, "GET", f"{LEADS}?filterType=id&filterValues=1008")["result"] == []
    assert ask(instance, "GET", "/rest/v1/lead/1008.json")["errors"][0]["code"] == "1004"


def test_bulk_extract_of_leads_and_activities(sides: Sides) -> None:
    bounds = {"startAt": "2026-07-01T00:00:00Z", "endAt": "2026-07-20T00:00:00Z"}
    job = sides.rest.create_leads_export_job(fields=["id", "email", "city"], filters={"updatedAt": bounds})[0]
    assert job["status"] == "Created"
    assert sides.rest.enqueue_leads_export_job(job["exportId"])[0]["status"] == "Queued"
    assert sides.rest.get_leads_export_job_status(job["exportId"])[0]["status"] == "Completed"
    text = sides.rest.get_leads_export_job_file(job["exportId"]).decode()
    assert text.splitlines()[:2] == ["id,email,city", "1001,ann@example.com,Austin"]
    fields = ["leadId", "activityTypeId"]
    filters = {"createdAt": bounds, "activityTypeIds": [1]}
    job = sides.rest.create_activities_export_job(fields=fields, filters=filters)[0]
    sides.rest.enqueue_activities_export_job(job["exportId"])
    sides.rest.get_activities_export_job_status(job["exportId"])
    assert sides.rest.get_activities_export_job_file(job["exportId"]).decode().count("1001,1\n") == 3
    assert not sides.rest.instance.violations


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ({}, "1003"),
        ({"smartListId": 1}, "1035"),
        ({"createdAt": {"startAt": "2026-01-01T00:00:00Z", "endAt": "2026-03-01T00:00:00Z"}}, "1003"),
        ({"createdAt": {"startAt": "2026-01-01T00:00:00Z"}}, "1003"),
        ({"staticListId": 1001, "staticListName": "VIP"}, "1003"),
    ],
)
def test_bad_extracts(instance: Instance, filters: dict[str, Any], code: str) -> None:
    answer = ask(instance, "POST", "/bulk/v1/leads/export/create.json", {"fields": ["id"], "filter": filters})
    assert answer["errors"][0]["code"] == code


def test_lead_schema_is_paged(instance: Instance) -> None:
    first = ask(instance, "GET", "/rest/v1/leads/schema/fields.json?batchSize=10")
    assert (len(first["result"]), first["moreResult"]) == (10, True)
