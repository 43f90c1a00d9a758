"""getLead, getMultipleLeads, syncLead, syncMultipleLeads, mergeLeads through zeep, suds and REST."""

from datetime import UTC, datetime
from typing import Any

import pytest
import suds
import zeep
from faces import RestSide, Sides, plain
from marketorestpython.helper.exceptions import MarketoException

from marketo_migrate.simulator.behavior import Behavior
from marketo_migrate.simulator.instance import Instance
from marketo_migrate.simulator.seed import ANN_COOKIE, ANONYMOUS_COOKIE

EMAIL = "EMAIL"


def attributes(**values: str) -> dict[str, Any]:
    return {"attribute": [{"attrName": name, "attrValue": value} for name, value in values.items()]}


def as_dict(record: Any) -> dict[str, str]:
    return {item.attrName: item.attrValue for item in record.leadAttributeList.attribute}


def test_get_lead(sides: Sides) -> None:
    key = {"keyType": EMAIL, "keyValue": "ANN@example.com"}
    by_zeep, by_suds = sides.zeep.getLead(leadKey=key), sides.suds.getLead(key)
    assert plain(by_zeep) == plain(by_suds)
    assert by_zeep.count == 1
    assert by_suds.leadRecordList[0][0].Id == 1001
    record = by_suds.leadRecordList.leadRecord[0]
    by_rest = sides.rest.get_multiple_leads_by_filter_type(
        "email", ["ann@example.com"], "firstName,city,leadScore"
    )
    assert by_rest == [{"id": record.Id, "firstName": "Ann", "city": "Austin", "leadScore": 62}]
    assert as_dict(record) == {"FirstName": "Ann", "LastName": "Lee", "City": "Austin", "LeadScore": "62"}
    assert not sides.differences()


def test_get_lead_by_id_and_cookie(sides: Sides) -> None:
    for key in ({"keyType": "IDNUM", "keyValue": "1001"}, {"keyType": "COOKIE", "keyValue": ANN_COOKIE}):
        assert sides.zeep.getLead(key).leadRecordList.leadRecord[0].Email == "ann@example.com"
        assert sides.suds.getLead(key).leadRecordList.leadRecord[0].Email == "ann@example.com"
    assert sides.rest.get_lead_by_id(1001)[0]["email"] == "ann@example.com"
    assert [lead["id"] for lead in sides.rest.get_multiple_leads_by_filter_type("cookies", [ANN_COOKIE])] == [
        1001
    ]


def test_get_lead_gives_the_newest_of_several_with_one_address_and_rest_gives_all(sides: Sides) -> None:
    key = {"keyType": EMAIL, "keyValue": "twin@example.com"}
    assert sides.zeep.getLead(key).leadRecordList.leadRecord[0].Id == 1007
    assert sides.suds.getLead(key).leadRecordList.leadRecord[0].Id == 1007
    found = sides.rest.get_multiple_leads_by_filter_type("email", ["twin@example.com"])
    assert [lead["id"] for lead in found] == [1006, 1007]


def test_get_lead_not_found_is_a_fault_and_an_empty_list(sides: Sides) -> None:
    key = {"keyType": EMAIL, "keyValue": "nobody@example.com"}
    with pytest.raises(zeep.exceptions.Fault) as by_zeep:
        sides.zeep.getLead(leadKey=key)
    assert by_zeep.value.message == "20103 - Lead not found"
    assert by_zeep.value.code == "SOAP-ENV:Client"
    assert by_zeep.value.detail.find(".//code").text == "20103"
    with pytest.raises(suds.WebFault) as by_suds:
        sides.suds.getLead(key)
    assert by_suds.value.fault.detail.serviceException.code == "20103"
    assert by_suds.value.fault.faultstring == "20103 - Lead not found"
    assert sides.rest.get_multiple_leads_by_filter_type("email", ["nobody@example.com"]) == []


def test_lead_owner_has_a_fault_of_its_own(sides: Sides) -> None:
    assert sides.zeep.getLead({"keyType": "LEADOWNEREMAIL", "keyValue": "owner@example.com"}).count == 1
    with pytest.raises(zeep.exceptions.Fault, match="20108"):
        sides.zeep.getLead({"keyType": "LEADOWNEREMAIL", "keyValue": "x@example.com"})


def test_get_multiple_leads_by_keys(sides: Sides) -> None:
    emails = ["bob@example.com", "ann@example.com", "nobody@example.com"]
    results = []
    for side in (sides.zeep, sides.suds):
        keys = {"stringItem": emails}
        selector = side.make("LeadKeySelector", keyType=EMAIL, keyValues=keys)
        wanted = {"stringItem": ["FirstName"]}
        results.append(side.getMultipleLeads(leadSelector=selector, includeAttributes=wanted))
    assert plain(results[0]) == plain(results[1])
    assert (results[0].returnCount, results[0].remainingCount) == (2, 0)
    names = [(record.Id, as_dict(record)) for record in results[1].leadRecordList.leadRecord]
    assert names == [(1001, {"FirstName": "Ann"}), (1002, {"FirstName": "Bob"})]
    by_rest = sides.rest.get_multiple_leads_by_filter_type("email", emails, "firstName")
    assert by_rest == [{"id": 1001, "firstName": "Ann"}, {"id": 1002, "firstName": "Bob"}]
    assert not sides.differences()


def test_email_is_empty_unless_it_is_among_the_attributes_asked_for(sides: Sides) -> None:
    selector = sides.zeep.make("LeadKeySelector", keyType="IDNUM", keyValues={"stringItem": ["1001"]})
    without = sides.zeep.getMultipleLeads(selector, includeAttributes={"stringItem": ["City"]})
    assert without.leadRecordList.leadRecord[0].Email is None
    with_it = sides.zeep.getMultipleLeads(selector, includeAttributes={"stringItem": ["City", "Email"]})
    assert with_it.leadRecordList.leadRecord[0].Email == "ann@example.com"


def test_get_multiple_leads_of_a_list_page_by_page(sides: Sides) -> None:
    for side in (sides.zeep, sides.suds):
        selector = side.make("StaticListSelector", staticListName="Newsletter Readers")
        first = side.getMultipleLeads(selector, None, None, 1)
        assert (first.returnCount, first.remainingCount) == (1, 1)
        second = side.getMultipleLeads(selector, None, first.newStreamPosition, 1)
        assert (second.returnCount, second.remainingCount) == (1, 0)
        pages = (first, second)
        assert [page.leadRecordList.leadRecord[0].Id for page in pages] == [1001, 1002]
    found = sides.rest.get_multiple_leads_by_list_id(1001, fields=["firstName"], batchSize=1)
    assert [lead["firstName"] for lead in found] == ["Ann", "Bob"]


def test_get_multiple_leads_by_update_time(sides: Sides) -> None:
    since = sides.zeep.instance.state.now()
    for side in (sides.zeep, sides.suds):
        record = {"Email": "bob@example.com", "leadAttributeList": attributes(City="Boston")}
        side.syncLead(leadRecord=record, returnLead=False)
        selector = side.make("LastUpdateAtSelector", oldestUpdatedAt=since)
        found = side.getMultipleLeads(selector)
        assert [lead.Id for lead in found.leadRecordList.leadRecord] == [1002]
    too_long = sides.zeep.make(
        "LastUpdateAtSelector",
        oldestUpdatedAt=datetime(2026, 1, 1, tzinfo=UTC),
        latestUpdatedAt=datetime(2026, 3, 1, tzinfo=UTC),
    )
    with pytest.raises(zeep.exceptions.Fault, match="20022"):
        sides.zeep.getMultipleLeads(too_long)


def test_sync_lead_creates(sides: Sides) -> None:
    record = {"Email": "new@example.com", "leadAttributeList": attributes(FirstName="Nia", LeadScore="5")}
    by_zeep = sides.zeep.syncLead(leadRecord=record, returnLead=True)
    by_suds = sides.suds.syncLead(record, True)
    assert plain(by_zeep) == plain(by_suds)
    assert (by_zeep.leadId, by_zeep.syncStatus.status) == (1009, "CREATED")
    assert as_dict(by_suds.leadRecord) == {"FirstName": "Nia", "LeadScore": "5"}
    by_rest = sides.rest.create_update_leads(
        [{"email": "new@example.com", "firstName": "Nia", "leadScore": 5}]
    )
    assert by_rest == [{"id": 1009, "status": "created"}]
    assert sides.rest.instance.state.leads[1009].values["leadScore"] == 5
    assert not sides.differences()


def test_sync_lead_updates_by_id_and_clears_with_an_empty_value(sides: Sides) -> None:
    record = {"Id": 1001, "leadAttributeList": attributes(City="", Title="CTO")}
    by_zeep = sides.zeep.syncLead(leadRecord=record, returnLead=False)
    by_suds = sides.suds.syncLead(record, False)
    assert (by_zeep.syncStatus.status, by_suds.syncStatus.status) == ("UPDATED", "UPDATED")
    assert by_suds.leadRecord is None
    by_rest = sides.rest.create_update_leads(
        [{"id": 1001, "title": "CTO", "city": None}], action="updateOnly", lookupField="id"
    )
    assert by_rest == [{"id": 1001, "status": "updated"}]
    assert "city" not in sides.suds.instance.state.leads[1001].values
    assert not sides.differences()


def test_sync_lead_with_the_same_values_changes_nothing(sides: Sides) -> None:
    before = sides.zeep.instance.snapshot()
    record = {"Email": "ann@example.com", "leadAttributeList": attributes(FirstName="Ann")}
    assert sides.zeep.syncLead(leadRecord=record, returnLead=False).syncStatus.status == "UPDATED"
    assert sides.suds.syncLead(record, False).syncStatus.status == "UPDATED"
    sides.rest.create_update_leads([{"email": "ann@example.com", "firstName": "Ann"}])
    assert sides.zeep.instance.snapshot() == before
    assert not sides.differences()


def test_sync_lead_with_a_cookie_makes_an_anonymous_lead_known(sides: Sides) -> None:
    record = {"leadAttributeList": attributes(FirstName="Ada")}
    by_zeep = sides.zeep.syncLead(leadRecord=record, returnLead=False, marketoCookie=ANONYMOUS_COOKIE)
    by_suds = sides.suds.syncLead(record, False, ANONYMOUS_COOKIE)
    assert by_zeep.leadId == by_suds.leadId == 1008
    assert not sides.zeep.instance.state.leads[1008].anonymous


def test_cookie_moves_to_a_new_lead_on_both_faces(sides: Sides) -> None:
    record = {"Email": "zoe@example.com"}
    sides.zeep.syncLead(leadRecord=record, returnLead=False, marketoCookie="id:123-ABC-456&token:new")
    sides.suds.syncLead(record, False, "id:123-ABC-456&token:new")
    created = sides.rest.create_update_leads([{"email": "zoe@example.com"}])
    assert sides.rest.associate_lead(created[0]["id"], "id:123-ABC-456&token:new") is True
    assert not sides.differences()


def test_sync_lead_by_foreign_id_is_for_soap_only(sides: Sides) -> None:
    record = {"ForeignSysPersonId": "crm-2", "ForeignSysType": "CUSTOM"}
    assert sides.zeep.syncLead(leadRecord=record, returnLead=False).leadId == 1002
    assert sides.suds.syncLead(record, False).leadId == 1002


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"Id": 99999}, "20103"),
        ({"leadAttributeList": attributes(FirstName="X")}, "20101"),
        ({"Email": "ann@example.com", "leadAttributeList": attributes(NoSuch="X")}, "20105"),
        ({"Email": "ann@example.com", "leadAttributeList": attributes(LeadScore="many")}, "20106"),
    ],
)
def test_sync_lead_faults(sides: Sides, record: dict[str, Any], code: str) -> None:
    before = sides.zeep.instance.snapshot()
    with pytest.raises(zeep.exceptions.Fault, match=code):
        sides.zeep.syncLead(leadRecord=record, returnLead=False)
    with pytest.raises(suds.WebFault, match=code):
        sides.suds.syncLead(record, False)
    assert sides.zeep.instance.snapshot() == before


@pytest.mark.parametrize(
    ("record", "options", "code"),
    [
        ({"email": "x@example.com", "noSuch": 1}, {}, "1006"),
        ({"firstName": "X"}, {}, "1003"),
        ({"id": 1001, "firstName": "X"}, {}, "1003"),
        ({"id": 99999}, {"action": "updateOnly", "lookupField": "id"}, "1004"),
        ({"email": "ann@example.com"}, {"action": "createOnly"}, "1005"),
        ({"email": "twin@example.com"}, {}, "1007"),
        ({"email": "ann@example.com", "company": "Acme"}, {}, "1021"),
        ({"email": "änn@example.com"}, {}, "1003"),
    ],
)
def test_rest_sync_reasons(sides: Sides, record: dict[str, Any], options: dict[str, str], code: str) -> None:
    before = sides.rest.instance.snapshot()
    result = sides.rest.create_update_leads([record], **options)
    assert result[0]["status"] == "skipped"
    assert result[0]["reasons"][0]["code"] == code
    assert sides.rest.instance.snapshot() == before


def test_workspace_header_puts_a_new_lead_into_its_partition(sides: Sides) -> None:
    header = {"authentication": None, "mktowsContext": {"targetWorkspace": "Europe"}}
    from faces import AUTHENTICATION

    header["authentication"] = AUTHENTICATION
    sides.zeep.syncLead({"Email": "eu@example.com"}, False, _soapheaders=header)
    assert sides.zeep.instance.state.leads[1009].partition == "Europe"
    sides.rest.create_update_leads([{"email": "eu@example.com"}], partitionName="Europe")
    assert sides.rest.instance.state.leads[1009].partition == "Europe"


def test_sync_multiple_leads(sides: Sides) -> None:
    records = [
        {"Email": "ann@example.com", "leadAttributeList": attributes(City="Rome")},
        {"Email": "new@example.com", "leadAttributeList": attributes(City="Oslo")},
    ]
    by_zeep = sides.zeep.syncMultipleLeads(leadRecordList={"leadRecord": records})
    by_suds = sides.suds.syncMultipleLeads({"leadRecord": records})
    assert plain(by_zeep) == plain(by_suds)["syncStatusList"]
    assert [(one.leadId, one.status) for one in by_zeep.syncStatus] == [(1001, "UPDATED"), (1009, "CREATED")]
    by_rest = sides.rest.create_update_leads(
        [{"email": "ann@example.com", "city": "Rome"}, {"email": "new@example.com", "city": "Oslo"}]
    )
    assert [(one["id"], one["status"]) for one in by_rest] == [(1001, "updated"), (1009, "created")]
    assert not sides.differences()


def test_sync_multiple_leads_without_deduplication_makes_duplicates(sides: Sides) -> None:
    records = {"leadRecord": [{"Email": "ann@example.com"}]}
    assert sides.zeep.syncMultipleLeads(records, False).syncStatus[0].status == "CREATED"
    assert sides.suds.syncMultipleLeads(records, False).syncStatusList.syncStatus[0].leadId == 1009
    assert (
        sides.rest.create_update_leads([{"email": "ann@example.com"}], action="createDuplicate")[0]["id"]
        == 1009
    )
    assert not sides.differences()


def test_sync_multiple_leads_reports_a_failed_record_without_a_fault(sides: Sides) -> None:
    records = [
        {"Id": 99999, "leadAttributeList": attributes(City="Rome")},
        {"Id": 1001, "leadAttributeList": attributes(City="Rome")},
    ]
    by_zeep = sides.zeep.syncMultipleLeads({"leadRecord": records})
    by_suds = sides.suds.syncMultipleLeads({"leadRecord": records})
    assert plain(by_zeep) == plain(by_suds)["syncStatusList"]
    assert [one.status for one in by_zeep.syncStatus] == ["FAILED", "UPDATED"]
    by_rest = sides.rest.create_update_leads(
        [{"id": 99999, "city": "Rome"}, {"id": 1001, "city": "Rome"}], action="updateOnly", lookupField="id"
    )
    assert [one["status"] for one in by_rest] == ["skipped", "updated"]
    assert not sides.differences()


def id_key(number: int) -> dict[str, Any]:
    return {"attribute": [{"attrName": "IDNUM", "attrValue": str(number)}]}


def test_merge_leads(sides: Sides) -> None:
    losers = {"keyList": [id_key(1002), id_key(1003)]}
    by_zeep = sides.zeep.mergeLeads(winningLeadKeyList=id_key(1001), losingLeadKeyLists=losers)
    by_suds = sides.suds.mergeLeads(id_key(1001), losers)
    assert plain(by_zeep) == plain(by_suds)["mergeStatus"]
    assert (by_zeep.status, by_zeep.losingLeadIdList.integerItem) == ("MERGED", [1002, 1003])
    assert sides.rest.merge_lead(1001, [1002, 1003]) is True
    assert not sides.differences()
    state = sides.rest.instance.state
    assert 1002 not in state.leads
    assert state.leads[1001].values["phone"] == "650-555-1000"
    assert state.lists[1002].members == [1001]


def test_merge_with_an_unknown_loser_is_failed_in_soap_and_an_error_in_rest(sides: Sides) -> None:
    losers = {"keyList": [id_key(99999)]}
    before = sides.zeep.instance.snapshot()
    assert sides.zeep.mergeLeads(id_key(1001), losers).status == "FAILED"
    assert sides.suds.mergeLeads(id_key(1001), losers).mergeStatus.status == "FAILED"
    with pytest.raises(MarketoException) as by_rest:
        sides.rest.merge_lead(1001, [99999])
    assert by_rest.value.code == "1004"
    assert sides.zeep.instance.snapshot() == before
    assert not sides.differences()


def test_more_than_25_losers_are_refused(sides: Sides) -> None:
    with pytest.raises(MarketoException) as refused:
        sides.rest.merge_lead(1001, list(range(2000, 2026)))
    assert refused.value.code == "1080"
    assert len(sides.rest.instance.violations) == 1


def test_describe_gives_soap_and_rest_names(sides: Sides) -> None:
    described = {item["rest"]["name"]: item for item in sides.rest.describe()}
    assert described["favoriteColor"]["soap"] == {"name": "Favorite_Color__c", "readOnly": False}
    assert "soap" not in described["sfdcLeadId"]
    assert ["email"] in sides.rest.describe2()[0]["searchableFields"]


def test_push_form_and_program_members(sides: Sides) -> None:
    pushed = sides.rest.push_lead([{"email": "ann@example.com"}, {"email": "p@example.com"}], "Spring Show")
    assert [item["status"] for item in pushed] == ["updated", "created"]
    members = sides.rest.get_multiple_leads_by_program_id(1002)
    assert [item["id"] for item in members] == [1001, 1009]
    form = {"leadFormFields": {"email": "f@example.com", "firstName": "Flo"}, "cookie": "id:x&token:y"}
    assert sides.rest.submit_form(1, form) == [{"id": 1010, "status": "created"}]
    assert sides.rest.instance.state.leads[1010].cookies == ["id:x&token:y"]
    assert not sides.rest.instance.violations


def test_deleted_leads_leave_an_activity(sides: Sides) -> None:
    answer = sides.rest.send("POST", "/rest/v1/leads/delete.json", json={"input": [{"id": 1001}, {"id": 5}]})
    assert [item["status"] for item in answer["result"]] == ["deleted", "skipped"]
    found = sides.rest.get_deleted_leads(sinceDatetime="2026-01-01T00:00:00Z")
    assert [(item["leadId"], item["activityTypeId"]) for item in found] == [(1001, 37)]
    assert 1001 not in sides.rest.instance.state.lists[1001].members


def test_companies_are_synced_on_their_own(sides: Sides) -> None:
    result = sides.rest.create_update_companies([{"externalCompanyId": "c-1", "company": "Acme"}])
    assert result == [{"seq": 0, "status": "created", "id": 1001}]
    found = sides.rest.get_companies("externalCompanyId", ["c-1"], fields="company")
    assert found == [{"seq": 0, "id": 1001, "company": "Acme"}]
    assert not sides.rest.instance.violations


def test_behavior_can_be_switched() -> None:
    side = RestSide(Instance(behavior=Behavior(company_writes=True, reversed_results=True)))
    result = side.create_update_leads([{"email": "ann@example.com", "company": "Acme"}])
    assert result == [{"id": 1001, "status": "updated"}]
    found = side.get_multiple_leads_by_filter_type("id", ["1001", "1002"], fields="company")
    assert found == [{"id": 1002, "company": None}, {"id": 1001, "company": "Acme"}]
