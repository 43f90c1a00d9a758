"""Random sequences of equivalent operations leave both faces with the same state and the same answers."""

from contextlib import suppress
from typing import Any

import suds
import zeep
from faces import RestSide, Sides, SudsSide, ZeepSide
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marketorestpython.helper.exceptions import MarketoException

from marketo_migrate.simulator.values import to_text

Soap = ZeepSide | SudsSide

TEXTS = st.one_of(
    st.sampled_from(["", "Ann", "Zoë & <b>", " spaced ", 'it\'s "quoted"', "日本"]),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=12),
)
FIELDS = {"firstName": "FirstName", "city": "City", "title": "Title", "favoriteColor": "Favorite_Color__c"}
EMAILS = st.sampled_from([f"{name}@example.com" for name in ("ann", "bob", "cho", "new", "other", "Ann")])
LEAD_IDS = st.sampled_from([1001, 1002, 1003, 1004, 1009, 1010, 99999])
VALUES = st.dictionaries(st.sampled_from(list(FIELDS)), TEXTS, max_size=3)
SCORES = st.one_of(st.none(), st.integers(-50, 500))


def attributes(values: dict[str, Any]) -> dict[str, Any]:
    named = {**FIELDS, "leadScore": "LeadScore"}
    return {
        "attribute": [{"attrName": named[name], "attrValue": str(value)} for name, value in values.items()]
    }


def lead_keys(numbers: list[int]) -> dict[str, Any]:
    return {"leadKey": [{"keyType": "IDNUM", "keyValue": str(number)} for number in numbers]}


def merge_key(number: int) -> dict[str, Any]:
    return {"attribute": [{"attrName": "IDNUM", "attrValue": str(number)}]}


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    values = draw(VALUES)
    score = draw(SCORES)
    return values if score is None else {**values, "leadScore": score}


@st.composite
def sync_leads(draw: st.DrawFn) -> Any:
    people = draw(st.lists(st.tuples(EMAILS, records()), min_size=1, max_size=3))

    def soap(side: Soap) -> None:
        given = [{"Email": email, "leadAttributeList": attributes(values)} for email, values in people]
        if len(given) == 1:
            side.syncLead(given[0], False)
        else:
            side.syncMultipleLeads({"leadRecord": given})

    def rest(side: RestSide) -> None:
        side.create_update_leads([{"email": email, **values} for email, values in people])

    return soap, rest


@st.composite
def update_leads(draw: st.DrawFn) -> Any:
    number, values = draw(LEAD_IDS), draw(records())

    def soap(side: Soap) -> None:
        side.syncLead({"Id": number, "leadAttributeList": attributes(values)}, False)

    def rest(side: RestSide) -> None:
        side.create_update_leads([{"id": number, **values}], action="updateOnly", lookupField="id")

    return soap, rest


@st.composite
def merges(draw: st.DrawFn) -> Any:
    winner, losers = draw(LEAD_IDS), draw(st.lists(LEAD_IDS, min_size=1, max_size=2))

    def soap(side: Soap) -> None:
        side.mergeLeads(merge_key(winner), {"keyList": [merge_key(number) for number in losers]})

    return soap, lambda side: side.merge_lead(winner, losers)


@st.composite
def list_changes(draw: st.DrawFn) -> Any:
    adding, numbers = draw(st.booleans()), draw(st.lists(LEAD_IDS, min_size=1, max_size=3))

    def soap(side: Soap) -> None:
        key = {"keyType": "MKTOLISTNAME", "keyValue": "VIP"}
        side.listOperation("ADDTOLIST" if adding else "REMOVEFROMLIST", key, lead_keys(numbers))

    def rest(side: RestSide) -> None:
        number = side.get_multiple_lists(name=["VIP"])[0]["id"]
        (side.add_leads_to_list if adding else side.remove_leads_from_list)(number, numbers)

    return soap, rest


@st.composite
def campaign_calls(draw: st.DrawFn) -> Any:
    campaign = draw(st.sampled_from([1001, 1002, 1003, 1004, 99]))
    numbers = draw(st.lists(LEAD_IDS, min_size=1, max_size=2))

    def soap(side: Soap) -> None:
        side.requestCampaign("MKTOWS", campaign, lead_keys(numbers))

    return soap, lambda side: side.request_campaign(campaign, numbers)


@st.composite
def opportunities(draw: st.DrawFn) -> Any:
    external = draw(st.sampled_from(["opp-1", "opp-2", "opp-3"]))
    operation, action = draw(
        st.sampled_from(
            [("INSERT", "createOnly"), ("UPDATE", "updateOnly"), ("UPSERT", "createOrUpdate"), (None, None)]
        )
    )
    name, amount = draw(TEXTS), draw(st.integers(0, 9999))

    def soap(side: Soap) -> None:
        key = {"name": "ExternalOpportunityId", "value": external}
        pairs = [{"name": "Name", "value": name}, {"name": "Amount", "value": str(amount)}]
        given = {"type": "Opportunity", "externalKey": key, "attribList": {"attrib": pairs}}
        if operation is None:
            side.deleteMObjects({"mObject": [{"type": "Opportunity", "externalKey": key}]})
        else:
            side.syncMObjects({"mObject": [given]}, operation)

    def rest(side: RestSide) -> None:
        if action is None:
            side.delete_opportunities([{"externalOpportunityId": external}])
        else:
            record = {"externalOpportunityId": external, "name": name, "amount": amount}
            side.create_update_opportunities([record], action=action)

    return soap, rest


@st.composite
def custom_objects(draw: st.DrawFn) -> Any:
    lead, rid, deleting = draw(LEAD_IDS), draw(st.sampled_from(["rid1", "rid2", "rid3"])), draw(st.booleans())
    city = draw(TEXTS)

    def soap(side: Soap) -> None:
        key = {
            "attribute": [
                {"attrName": "MKTOID", "attrValue": str(lead)},
                {"attrName": "rid", "attrValue": rid},
            ]
        }
        if deleting:
            side.deleteCustomObjects("RoadShow", {"keyList": [key]})
        else:
            others = {"attribute": [{"attrName": "city", "attrValue": city}]}
            given = {"customObjKeyList": key, "customObjAttributeList": others}
            side.syncCustomObjects("RoadShow", {"customObj": [given]}, "UPSERT")

    def rest(side: RestSide) -> None:
        if deleting:
            side.delete_custom_objects("roadShow_c", [{"leadID": lead, "rid": rid}])
        else:
            record = {"leadID": lead, "rid": rid, "city": city}
            side.create_update_custom_objects("roadShow_c", [record], action="createOrUpdate")

    return soap, rest


STEPS = st.one_of(
    sync_leads(),
    update_leads(),
    merges(),
    list_changes(),
    campaign_calls(),
    opportunities(),
    custom_objects(),
)


def soap_view(side: Soap) -> dict[int, dict[str, str]]:
    """Every known lead as getLead tells it."""
    view = {}
    for number, lead in side.instance.state.leads.items():
        if not lead.anonymous:
            record = side.getLead({"keyType": "IDNUM", "keyValue": str(number)}).leadRecordList.leadRecord[0]
            held = record.leadAttributeList
            pairs = held.attribute if held and "attribute" in held else []
            view[number] = {item.attrName: str(item.attrValue) for item in pairs}
            view[number]["Email"] = str(record.Email)
    return view


def rest_view(side: RestSide) -> dict[int, dict[str, str]]:
    """Every known lead as REST tells it, with SOAP's names and as text."""
    names = {item["rest"]["name"]: item["soap"]["name"] for item in side.describe() if "soap" in item}
    numbers = [str(number) for number in side.instance.state.leads]
    found = side.get_multiple_leads_by_filter_type("id", numbers, fields=",".join(names))
    return {
        lead["id"]: {
            names[name]: to_text(value) for name, value in lead.items() if value is not None and name != "id"
        }
        for lead in found
    }


@settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
def test_both_faces_agree(steps: list[Any]) -> None:
    sides = Sides()
    for soap, rest in steps:
        for side in (sides.zeep, sides.suds):
            with suppress(zeep.exceptions.Fault, suds.WebFault):
                soap(side)
        with suppress(MarketoException):
            rest(sides.rest)
        assert sides.differences() == []
    assert soap_view(sides.zeep) == soap_view(sides.suds) == rest_view(sides.rest)
