"""Whatever is sent, the simulator answers: no request makes it raise, and a refused one changes nothing."""

import json
from typing import Any
from urllib.parse import urlencode

from faces import AUTHENTICATION, raw_post
from hypothesis import given, settings
from hypothesis import strategies as st

from marketo_migrate.model.rest import Endpoint, RestField
from marketo_migrate.model.soap import SoapField
from marketo_migrate.simulator.exchange import HttpRequest
from marketo_migrate.simulator.facts import endpoints, soap_facts
from marketo_migrate.simulator.instance import Instance
from marketo_migrate.simulator.lead_fields import lead_fields

WORDS = """1001 1002 99 x -1 true 2026-07-01T09:00:00Z email id dedupeFields idField ann@example.com VIP
    ann@example.com,x roadShow_c leadID createOnly updateOnly 1e999 inf Program Opportunity Tag ID:1001"""
POOL = st.sampled_from(["", " ", *WORDS.split()])
NAMES = st.sampled_from(
    [*lead_fields().by_rest, "externalOpportunityId", "leadID", "rid", "role", "vin", "nothing"]
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-5, 1010), st.floats(allow_nan=False), POOL)
JSON = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(POOL, inner, max_size=2))
)
RECORDS = st.dictionaries(NAMES, st.one_of(LEAVES, JSON), max_size=4)
ITEM = "array<"


def value_of(field: RestField) -> st.SearchStrategy[Any]:
    """Mostly what the facts ask for, sometimes anything."""
    if field.type.startswith(ITEM):
        kind = field.type.removeprefix(ITEM).removesuffix(">")
        inner = object_of(field) if kind == "object" else leaf_of(kind)
        return st.one_of(st.lists(inner, max_size=3), JSON)
    return (
        st.one_of(object_of(field), JSON)
        if field.type == "object"
        else st.one_of(leaf_of(field.type), LEAVES)
    )


def object_of(field: RestField) -> st.SearchStrategy[Any]:
    known = st.fixed_dictionaries({}, optional={inner.name: value_of(inner) for inner in field.fields})
    return st.one_of(RECORDS, known) if field.open or not field.fields else known


def leaf_of(kind: str) -> st.SearchStrategy[Any]:
    texts = {"integer": st.integers(0, 1010), "boolean": st.booleans()}
    return texts.get(kind, POOL)


@st.composite
def requests(draw: st.DrawFn) -> HttpRequest:
    item: Endpoint = draw(st.sampled_from(list(endpoints().values())))
    path = item.path
    query: list[tuple[str, str]] = []
    for field in item.parameters:
        if field.place == "path":
            path = path.replace(f"{{{field.name}}}", draw(POOL.filter(bool)))
        elif field.place == "query" and draw(
            st.booleans() if not field.required else st.sampled_from([True] * 9 + [False])
        ):
            query.append((field.name, draw(POOL)))
    if item.post_as_get and draw(st.booleans()):
        query.append(("_method", "GET"))
    method = "POST" if ("_method", "GET") in query else item.method
    body, headers = b"", {}
    if item.body and draw(st.sampled_from([True] * 9 + [False])):
        fields = {field.name: value_of(field) for field in item.body.fields if field.type != "file"}
        given = draw(st.one_of(st.fixed_dictionaries({}, optional=fields), st.fixed_dictionaries(fields)))
        kinds = {
            "json": "application/json",
            "form": "application/x-www-form-urlencoded",
            "multipart": "multipart/form-data",
        }
        headers["content-type"] = kinds[item.body.content]
        form = urlencode({name: json.dumps(value) for name, value in given.items()}).encode()
        body = json.dumps(given).encode() if item.body.content == "json" else form
    elif draw(st.booleans()):
        body, headers["content-type"] = (
            draw(st.sampled_from([b"null", b"[]", b"1", b'"x"', b"{"])),
            "application/json",
        )
    return HttpRequest(method, f"https://123-ABC-456.mktorest.com{path}?{urlencode(query)}", headers, body)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(request=requests())
def test_every_rest_request_is_answered(request: HttpRequest) -> None:
    instance = Instance()
    before = instance.snapshot()
    headers = {**request.headers, "authorization": f"Bearer {instance.rest.credentials.token}"}
    response = instance.handle(HttpRequest(request.method, request.url, headers, request.body))
    assert response.status in {200, 400, 401, 413, 414}
    if response.headers["Content-Type"].startswith("application/json"):
        answer = json.loads(response.body)
        if answer.get("success") is False:
            assert answer["errors"][0]["code"].isdigit()
            assert instance.snapshot() == before


def xml_of(draw: st.DrawFn, field: SoapField, depth: int) -> str:
    facts = soap_facts()
    kind = facts.types.get(field.type)
    if kind is None or kind.kind == "enum":
        texts = st.sampled_from(list(facts.values(field.type))) if kind else POOL
        return f"<{field.name}>{draw(st.one_of(texts, POOL))}</{field.name}>"
    named = draw(st.sampled_from(facts.extensions(field.type))).name if kind.abstract else field.type
    inner = "".join(
        xml_of(draw, one, depth + 1)
        for one in facts.fields(named, "2_7")
        for _ in range(draw(st.integers(0, 2)) if one.unbounded else 1)
        if one.required or (depth < 5 and draw(st.booleans()))
    )
    types = (
        f' xsi:type="m:{named}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        if kind.abstract
        else ""
    )
    return f"<{field.name}{types}>{inner}</{field.name}>"


@st.composite
def calls(draw: st.DrawFn) -> str:
    facts = soap_facts()
    operation = draw(st.sampled_from(list(facts.operations.values())))
    fields = facts.fields(operation.request_type, "2_7")
    inner = "".join(xml_of(draw, field, 0) for field in fields if field.required or draw(st.booleans()))
    header = "".join(f"<{name}>{value}</{name}>" for name, value in AUTHENTICATION.items())
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://www.marketo.com/mktows/">'
        f"<e:Header><m:AuthenticationHeader>{header}</m:AuthenticationHeader></e:Header>"
        f"<e:Body><m:{operation.request_element}>{inner}</m:{operation.request_element}></e:Body></e:Envelope>"
    )


@settings(max_examples=400, derandomize=True, deadline=None)
@given(envelope=calls())
def test_every_soap_call_is_answered(envelope: str) -> None:
    instance = Instance()
    before = instance.snapshot()
    status, body = raw_post(instance, envelope)
    assert status in {200, 500}
    if status == 500:
        assert "<code>" in body
        assert instance.snapshot() == before
