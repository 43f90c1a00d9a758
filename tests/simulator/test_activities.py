"""getLeadActivity and getLeadChanges through zeep, suds and REST."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import suds
import zeep
from faces import Sides, plain
from marketorestpython.helper.exceptions import MarketoException

ANN = {"keyType": "EMAIL", "keyValue": "ann@example.com"}
START = "2026-01-01T00:00:00Z"
VISIT = {"includeTypes": {"activityType": ["VisitWebpage"]}}


def test_get_lead_activity(sides: Sides) -> None:
    by_zeep = sides.zeep.getLeadActivity(leadKey=ANN, activityFilter=VISIT)
    by_suds = sides.suds.getLeadActivity(ANN, VISIT)
    assert plain(by_zeep) == plain(by_suds)
    records = by_suds.activityRecordList.activityRecord
    assert [record.activityType for record in records] == ["Visit Webpage"] * 3
    assert (records[0].mktgAssetName, records[0].mktPersonId) == ("pricing", "1001")
    values = {item.attrName: item.attrValue for item in records[0].activityAttributes.attribute}
    assert values["Webpage URL"] == "/pricing?visit=2"
    assert (values["Webpage ID"], values["Lead ID"]) == ("71", "1001")
    by_rest = sides.rest.get_lead_activities(["1"], sinceDatetime=START, leadIds=[1001])
    assert [item["id"] for item in by_rest] == [record.id for record in reversed(records)]
    assert by_rest[-1]["primaryAttributeValue"] == "pricing"
    assert {"name": "Webpage URL", "value": "/pricing?visit=2"} in by_rest[-1]["attributes"]
    assert not sides.differences()


def test_times_are_zoned_in_soap_and_utc_text_in_rest(sides: Sides) -> None:
    record = sides.zeep.getLeadActivity(ANN, VISIT, batchSize=1).activityRecordList.activityRecord[0]
    assert record.activityDateTime.utcoffset() == timedelta(hours=-5)
    item = sides.rest.get_lead_activities(["1"], sinceDatetime=START, leadIds=[1001])[-1]
    assert item["activityDate"] == record.activityDateTime.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_get_lead_activity_page_by_page(sides: Sides) -> None:
    for side in (sides.zeep, sides.suds):
        whole = side.getLeadActivity(ANN)
        numbers = [record.id for record in whole.activityRecordList.activityRecord]
        collected: list[int] = []
        position: Any = None
        while True:
            page = side.getLeadActivity(leadKey=ANN, startPosition=position, batchSize=2)
            collected += [record.id for record in page.activityRecordList.activityRecord]
            position = page.newStartPosition
            if not page.remainingCount:
                break
        assert collected == numbers
        assert numbers == sorted(numbers, reverse=True)


def test_excluded_types_and_bounds_of_time(sides: Sides) -> None:
    nothing = {"excludeTypes": {"activityType": ["VisitWebpage", "OpenEmail", "AddToList", "NewLead"]}}
    assert sides.zeep.getLeadActivity(ANN, nothing).returnCount == 0
    later = {"oldestCreatedAt": datetime(2030, 1, 1, tzinfo=UTC)}
    assert sides.zeep.getLeadActivity(ANN, None, later).returnCount == 0
    both = {**VISIT, **nothing}
    with pytest.raises(zeep.exceptions.Fault, match="20110"):
        sides.zeep.getLeadActivity(ANN, both)


def test_unknown_lead_is_a_fault_and_an_empty_result(sides: Sides) -> None:
    key = {"keyType": "EMAIL", "keyValue": "nobody@example.com"}
    with pytest.raises(suds.WebFault, match="20103"):
        sides.suds.getLeadActivity(key)
    assert sides.rest.get_lead_activities(["1"], sinceDatetime=START, leadIds=[99999]) == []


def change_something(sides: Sides) -> None:
    record = {"Id": 1002, "leadAttributeList": {"attribute": [{"attrName": "LeadScore", "attrValue": "8"}]}}
    sides.zeep.syncLead(record, False)
    sides.suds.syncLead(record, False)
    sides.rest.create_update_leads([{"id": 1002, "leadScore": 8}], action="updateOnly", lookupField="id")


def test_get_lead_changes(sides: Sides) -> None:
    change_something(sides)
    names = {"stringItem": ["Change Data Value", "New Lead"]}
    position = {"oldestCreatedAt": datetime(2026, 1, 1, tzinfo=UTC)}
    by_zeep = sides.zeep.getLeadChanges(startPosition=position, activityNameFilter=names)
    by_suds = sides.suds.getLeadChanges(startPosition=position, activityNameFilter=names)
    assert plain(by_zeep) == plain(by_suds)
    records = by_zeep.leadChangeRecordList.leadChangeRecord
    assert [record.activityType for record in records] == ["New Lead"] * 7 + ["Change Data Value"]
    values = {item.attrName: item.attrValue for item in records[-1].activityAttributes.attribute}
    assert (values["Attribute Name"], values["Old Value"], values["New Value"]) == ("Lead Score", "7", "8")
    by_rest = sides.rest.get_lead_activities(["12", "13"], sinceDatetime=START)
    assert [item["id"] for item in by_rest] == [record.id for record in records]
    changes = sides.rest.get_lead_changes(["leadScore"], sinceDatetime=START)
    field = changes[-1]["fields"][0]
    assert (field["name"], field["oldValue"], field["newValue"]) == ("leadScore", "7", "8")
    assert not sides.differences()


def test_get_lead_changes_of_selected_leads_page_by_page(sides: Sides) -> None:
    change_something(sides)
    for side in (sides.zeep, sides.suds):
        selector = side.make("LeadKeySelector", keyType="IDNUM", keyValues={"stringItem": ["1001", "1002"]})
        collected: list[int] = []
        position: Any = {"oldestCreatedAt": datetime(2026, 1, 1, tzinfo=UTC)}
        while True:
            page = side.getLeadChanges(startPosition=position, batchSize=3, leadSelector=selector)
            collected += [record.id for record in page.leadChangeRecordList.leadChangeRecord]
            position = page.newStartPosition
            if not page.remainingCount:
                break
        assert collected == sorted(collected)
        assert {item.lead_id for item in side.instance.state.activities if item.id in collected} == {
            1001,
            1002,
        }
    types = [str(item["id"]) for item in sides.rest.get_activity_types()][:10]
    found = sides.rest.get_lead_activities(types, sinceDatetime=START, leadIds=[1001, 1002], batchSize=2)
    assert {item["leadId"] for item in found} == {1001, 1002}
    assert not sides.rest.instance.violations


def test_positional_arguments_moved_between_versions() -> None:
    before = Sides("2_2")
    position = {"oldestCreatedAt": datetime(2026, 1, 1, tzinfo=UTC)}
    assert before.zeep.getLeadChanges(position, None, 2).returnCount == 2
    assert before.suds.getLeadChanges(position, None, 2).returnCount == 2
    after = Sides("2_7")
    assert after.zeep.getLeadChanges(position, None, None, 2).returnCount == 2


def test_bad_filters(sides: Sides) -> None:
    position = {"oldestCreatedAt": datetime(2026, 1, 1, tzinfo=UTC)}
    with pytest.raises(zeep.exceptions.Fault, match="20107"):
        sides.zeep.getLeadChanges(position, activityNameFilter={"stringItem": ["Dance"]})
    with pytest.raises(zeep.exceptions.Fault, match="20122"):
        sides.zeep.getLeadChanges({"offset": "somewhere"})
    with pytest.raises(MarketoException) as refused:
        sides.rest.get_lead_activities(["1"], nextPageToken="somewhere")
    assert refused.value.code == "1003"
    with pytest.raises(MarketoException):
        sides.rest.get_lead_activities([str(number) for number in range(1, 12)], sinceDatetime=START)
    assert "At most 10 'activityTypeIds'" in str(sides.rest.instance.violations[-1])
