"""The two big fact files: what changed between WSDL versions, and that endpoints hang together."""

import re
from pathlib import Path

import pytest

from marketo_migrate.simulator.facts import endpoints, soap_facts

MULTIPLE = ("lastUpdatedAt", "streamPosition", "batchSize", "includeAttributes")
NAMES = ("programName", "campaignName", "programTokenList")

SIGNATURES = [
    ("getMultipleLeads", "1_7", MULTIPLE),
    ("getMultipleLeads", "2_0", ("leadSelector", *MULTIPLE)),
    ("requestCampaign", "1_7", ("source", "campaignId", "leadList")),
    ("requestCampaign", "2_0", ("source", "campaignId", "leadList", *NAMES)),
    ("listOperation", "1_7", ("listOperation", "listKey", "listMemberList", "strict")),
    ("listOperation", "2_2", ("listOperation", "listKey", "listMemberList", "strict", "skipActivityLog")),
    ("listOperation", "2_3", ("listOperation", "listKey", "listMemberList", "strict")),
    ("getLeadChanges", "2_1", ("startPosition", "activityFilter", "batchSize")),
    ("getLeadChanges", "2_2", ("startPosition", "activityFilter", "batchSize", "leadSelector")),
    (
        "getLeadChanges",
        "2_7",
        ("startPosition", "activityFilter", "activityNameFilter", "batchSize", "leadSelector"),
    ),
    ("mergeLeads", "2_3", ("winningLeadKeyList", "losingLeadKeyLists")),
    ("mergeLeads", "3_1", ("winningLeadKeyList", "losingLeadKeyLists", "mergeInSales")),
    ("getTags", "2_0", None),
    ("importToList", "1_7", None),
]


@pytest.mark.parametrize(("operation", "version", "parameters"), SIGNATURES)
def test_signatures_by_version(operation: str, version: str, parameters: tuple[str, ...] | None) -> None:
    assert soap_facts().parameters(operation, version) == parameters


def test_signatures_are_the_fields_of_the_request_types() -> None:
    facts = soap_facts()
    for name, operation in facts.operations.items():
        for version in facts.versions:
            parameters = facts.parameters(name, version)
            if parameters is not None:
                assert parameters == tuple(
                    field.name for field in facts.fields(operation.request_type, version)
                )


def test_fields_that_changed_between_versions() -> None:
    facts = soap_facts()
    for version, kind in (("2_3", "int"), ("2_7", "long")):
        for name in ("ActivityRecord", "LeadChangeRecord"):
            assert facts.fields(name, version)[0].type == kind
    assert [facts.fields("MObjStatus", version)[0].nillable for version in ("2_3", "2_7")] == [False, True]
    assert ["CLEARLIST" in facts.values("ListOperationType", version) for version in facts.versions] == [
        False,
        True,
        True,
        False,
        False,
        False,
    ]
    assert [
        len([t for t in facts.types.values() if facts.includes(t, version)]) for version in facts.versions
    ] == [
        113,
        128,
        142,
        142,
        142,
        142,
    ]


def test_every_type_that_is_named_exists() -> None:
    facts = soap_facts()
    for item in facts.types.values():
        for field in item.fields:
            assert field.type in facts.types or field.type[0].islower()
    for operation in facts.operations.values():
        assert {operation.request_type, operation.response_type, operation.result_type} <= set(facts.types)
        assert set(operation.headers) <= set(facts.headers)


def test_endpoints_hang_together() -> None:
    assert len(endpoints()) == 74
    places = [(item.method, item.path) for item in endpoints().values()]
    assert len(set(places)) == len(places)
    for name, item in endpoints().items():
        assert item.docs.endswith(f"#operation/{name}")
        declared = {field.name for field in item.parameters if field.place == "path"}
        assert set(re.findall(r"\{(\w+)\}", item.path)) == declared
        assert item.superseded_by is None or item.superseded_by in endpoints()
        assert item.api == "identity" or item.permissions


def test_answers_are_described() -> None:
    tokens = endpoints()["identityUsingGET"].response
    assert tokens.result is None
    assert tokens.top_level is not None
    assert [name for name, _ in tokens.top_level.fields] == [
        "access_token",
        "token_type",
        "expires_in",
        "scope",
    ]
    for name, item in endpoints().items():
        paged = {"nextPageToken": "token", "offset": "offset"}
        expected = {kind for field in item.parameters if (kind := paged.get(field.name))} or {"none"}
        assert {item.response.paged} == expected, name
        silent = {"mergeLeadsUsingPOST", "associateLeadUsingPOST", "getActivitiesPagingTokenUsingGET"}
        described = item.response.result is not None or item.response.file
        assert described is not (name in silent or item.api == "identity"), name


def test_every_operation_is_called_by_both_libraries_somewhere_here() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py"))]
    for name in soap_facts().operations:
        both = all(any(f"sides.{side}.{name}(" in text for text in texts) for side in ("zeep", "suds"))
        assert both or any(f" side.{name}(" in text for text in texts), name
