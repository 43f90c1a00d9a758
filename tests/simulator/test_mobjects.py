"""listMObjects, describeMObject, getMObjects, syncMObjects, deleteMObjects through zeep, suds and REST."""

from typing import Any

import pytest
import zeep
from faces import Sides, plain
from marketorestpython.helper.exceptions import MarketoException


def attribs(**values: str) -> dict[str, Any]:
    return {"attrib": [{"name": name, "value": value} for name, value in values.items()]}


def key(value: str) -> dict[str, str]:
    return {"name": "ExternalOpportunityId", "value": value}


def opportunity(external: str, **values: str) -> dict[str, Any]:
    return {"type": "Opportunity", "externalKey": key(external), "attribList": attribs(**values)}


def one(item: dict[str, Any]) -> dict[str, Any]:
    return {"mObject": [item]}


def values_of(item: Any) -> dict[str, str]:
    return {attrib.name: attrib.value for attrib in item.attribList.attrib}


def test_list_m_objects(sides: Sides) -> None:
    expected = ["ActivityRecord", "LeadRecord", "Opportunity", "OpportunityPersonRole"]
    assert sides.zeep.listMObjects() == expected
    assert sides.suds.listMObjects().objects == expected


@pytest.mark.parametrize("name", ["LeadRecord", "Opportunity", "OpportunityPersonRole", "ActivityRecord"])
def test_describe_m_object(sides: Sides, name: str) -> None:
    by_zeep, by_suds = sides.zeep.describeMObject(name), sides.suds.describeMObject(name)
    assert plain(by_zeep) == plain(by_suds)["metadata"]
    assert by_zeep.name == name
    names = {field.name: field.dataType for field in by_zeep.fieldList.field}
    rest: dict[str, dict[str, str]] = {
        "LeadRecord": {
            item["soap"]["name"]: item["dataType"] for item in sides.rest.describe() if "soap" in item
        },
        "Opportunity": {
            item["name"]: item["dataType"] for item in sides.rest.describe_opportunity()[0]["fields"]
        },
        "OpportunityPersonRole": {
            item["name"]: item["dataType"] for item in sides.rest.describe_opportunity_role()[0]["fields"]
        },
    }
    if name == "LeadRecord":
        assert names == rest[name]
    elif name != "ActivityRecord":
        lowered = {field[0].lower() + field[1:]: kind for field, kind in names.items()}
        assert lowered.items() & rest[name].items()


def test_get_m_objects_by_key_and_criteria(sides: Sides) -> None:
    criteria = {"mObjCriteria": [{"attrName": "Amount", "comparison": "GE", "attrValue": "1000"}]}
    by_zeep = sides.zeep.getMObjects(type="Opportunity", mObjCriteriaList=criteria)
    by_suds = sides.suds.getMObjects(type="Opportunity", mObjCriteriaList=criteria)
    assert plain(by_zeep) == plain(by_suds)
    found = by_suds.mObjectList.mObject[0]
    assert (found.externalKey.value, values_of(found)["Name"]) == ("opp-1", "Chairs")
    assert sides.zeep.getMObjects("Opportunity", found.id).returnCount == 1
    by_rest = sides.rest.get_opportunities("externalOpportunityId", ["opp-1", "opp-2"], fields="name,amount")
    assert [(item["name"], item["amount"]) for item in by_rest] == [("Chairs", 1604.5), ("Desks", 900.0)]
    assert not sides.differences()


def test_get_m_objects_of_roles_by_lead(sides: Sides) -> None:
    association = {"mObjAssociation": [{"mObjType": "Lead", "id": 1001}]}
    by_zeep = sides.zeep.getMObjects(type="OpportunityPersonRole", mObjAssociationList=association)
    by_suds = sides.suds.getMObjects(type="OpportunityPersonRole", mObjAssociationList=association)
    assert plain(by_zeep) == plain(by_suds)
    values = values_of(by_zeep.mObjectList.mObject[0])
    assert (values["OpportunityId"], values["PersonId"], values["Role"]) == ("1001", "1001", "Buyer")
    by_rest = sides.rest.get_opportunity_roles("leadId", ["1001"])
    assert [(item["externalOpportunityId"], item["role"]) for item in by_rest] == [("opp-1", "Buyer")]
    compound = {
        "filterType": "dedupeFields",
        "input": [{"externalOpportunityId": "opp-1", "leadId": 1001, "role": "Buyer"}],
    }
    answer = sides.rest.send("POST", "/rest/v1/opportunities/roles.json?_method=GET", json=compound)
    assert len(answer["result"]) == 1
    assert not sides.rest.instance.violations


def test_get_m_objects_of_programs(sides: Sides) -> None:
    criteria = {"mObjCriteria": [{"attrName": "Name", "comparison": "EQ", "attrValue": "Webinar 12"}]}
    by_zeep = sides.zeep.getMObjects(type="Program", mObjCriteriaList=criteria, includeDetails=True)
    by_suds = sides.suds.getMObjects(type="Program", mObjCriteriaList=criteria, includeDetails=True)
    assert plain(by_zeep) == plain(by_suds)
    program = by_zeep.mObjectList.mObject[0]
    kinds = [
        (item.attrType, {one.name: one.value for one in item.attrList.attrib})
        for item in program.typeAttribList.typeAttrib
    ]
    assert ("Tag", {"Type": "Region", "Value": "EMEA"}) in kinds
    assert ("Cost", {"Month": "2026-06", "Amount": "2000", "Id": "1001", "Note": "Room"}) in kinds
    by_rest = sides.rest.get_program_by_id(program.id)[0]
    assert {"tagType": "Region", "tagValue": "EMEA"} in by_rest["tags"]
    assert by_rest["costs"] == [{"startDate": "2026-06-01T00:00:00Z+0000", "cost": 2000, "note": "Room"}]
    assert "tags" not in sides.rest.get_program_by_name("Webinar 12")[0]


def test_programs_by_tag_and_all_of_them(sides: Sides) -> None:
    tag = {
        "mObjCriteria": [
            {"attrName": "Tag Type", "comparison": "EQ", "attrValue": "Region"},
            {"attrName": "Tag Value", "comparison": "EQ", "attrValue": "EMEA"},
        ]
    }
    assert sides.zeep.getMObjects("Program", mObjCriteriaList=tag).mObjectList.mObject[0].id == 1001
    assert [item["id"] for item in sides.rest.get_program_by_tag_type("Region", "EMEA")] == [1001]
    assert sides.suds.getMObjects("Program").returnCount == 3
    assert [item["id"] for item in sides.rest.browse_programs(maxReturn=2)] == [1001, 1002, 1003]


def test_stream_position_of_m_objects(sides: Sides) -> None:
    records = [opportunity(f"more-{number}", Name=f"More {number}") for number in range(100)]
    sides.zeep.syncMObjects({"mObject": records}, "INSERT")
    first = sides.zeep.getMObjects(type="Opportunity")
    assert (first.returnCount, first.hasMore) == (100, True)
    second = sides.zeep.getMObjects(type="Opportunity", streamPosition=first.newStreamPosition)
    assert (second.returnCount, second.hasMore) == (2, False)
    with pytest.raises(zeep.exceptions.Fault, match="20122"):
        sides.zeep.getMObjects(type="Opportunity", streamPosition="elsewhere")


def test_sync_m_objects_upserts_opportunities(sides: Sides) -> None:
    objects = {
        "mObject": [opportunity("opp-1", Name="Tables"), opportunity("opp-3", Name="Lamps", Amount="12.5")]
    }
    by_zeep = sides.zeep.syncMObjects(mObjectList=objects, operation="UPSERT")
    by_suds = sides.suds.syncMObjects(objects, "UPSERT")
    assert plain(by_zeep) == plain(by_suds)["mObjStatusList"]
    assert [item.status for item in by_zeep.mObjStatus] == ["UPDATED", "CREATED"]
    by_rest = sides.rest.create_update_opportunities(
        [
            {"externalOpportunityId": "opp-1", "name": "Tables"},
            {"externalOpportunityId": "opp-3", "name": "Lamps", "amount": 12.5},
        ],
        action="createOrUpdate",
        dedupeBy="dedupeFields",
    )
    assert [item["status"] for item in by_rest] == ["updated", "created"]
    assert not sides.differences()


def test_sync_m_objects_outcomes_without_effect(sides: Sides) -> None:
    before = sides.zeep.instance.snapshot()
    cases = (
        (one(opportunity("opp-1", Name="X")), "INSERT", "SKIPPED", "createOnly", "1005"),
        (one(opportunity("opp-9", Name="X")), "UPDATE", "FAILED", "updateOnly", "1013"),
    )
    for objects, operation, status, action, code in cases:
        assert sides.zeep.syncMObjects(objects, operation).mObjStatus[0].status == status
        assert sides.suds.syncMObjects(objects, operation).mObjStatusList.mObjStatus[0].status == status
        record = {"externalOpportunityId": objects["mObject"][0]["externalKey"]["value"], "name": "X"}
        result = sides.rest.create_update_opportunities([record], action=action)
        assert result[0]["reasons"][0]["code"] == code
    assert sides.zeep.instance.snapshot() == before
    assert not sides.differences()


def test_sync_m_objects_of_roles(sides: Sides) -> None:
    role = {
        "type": "OpportunityPersonRole",
        "attribList": attribs(OpportunityId="1002", PersonId="1003", Role="User", IsPrimary="false"),
    }
    assert sides.zeep.syncMObjects(one(role), "INSERT").mObjStatus[0].status == "CREATED"
    assert sides.suds.syncMObjects(one(role), "INSERT").mObjStatusList.mObjStatus[0].status == "CREATED"
    record = {"externalOpportunityId": "opp-2", "leadId": 1003, "role": "User", "isPrimary": False}
    assert (
        sides.rest.create_update_opportunities_roles([record], action="createOnly")[0]["status"] == "created"
    )
    assert not sides.differences()
    lost = sides.rest.create_update_opportunities_roles([{**record, "leadId": 99999}])
    assert lost[0]["reasons"][0]["code"] == "1004"


def test_sync_m_objects_of_programs(sides: Sides) -> None:
    cost = {"attrType": "Cost", "attrList": attribs(Month="2026-07", Amount="500", Note="Food")}
    tag = {"attrType": "Tag", "attrList": attribs(Type="Region", Value="APAC")}
    program = {"type": "Program", "id": 1001, "typeAttribList": {"typeAttrib": [cost, tag]}}
    assert sides.zeep.syncMObjects(one(program), "UPDATE").mObjStatus[0].status == "UPDATED"
    assert sides.suds.syncMObjects(one(program), "UPDATE").mObjStatusList.mObjStatus[0].id == 1001
    form = {
        "costs": '[{"startDate": "2026-07-01", "cost": 500, "note": "Food"}]',
        "tags": '[{"tagType": "Region", "tagValue": "APAC"}]',
    }
    answer = sides.rest.send("POST", "/rest/asset/v1/program/1001.json", data=form)
    assert answer["result"][0]["id"] == 1001
    assert not sides.differences()
    assert sides.zeep.syncMObjects(one(program), "UPSERT").mObjStatus[0].status == "FAILED"


def test_the_library_sends_tags_that_are_no_json(sides: Sides) -> None:
    with pytest.raises(MarketoException) as refused:
        sides.rest.update_program(1001, tags={"Region": "APAC"})
    assert refused.value.code == "609"


def test_delete_m_objects(sides: Sides) -> None:
    objects = {
        "mObject": [{"type": "Opportunity", "externalKey": key("opp-2")}, {"type": "Opportunity", "id": 99}]
    }
    by_zeep, by_suds = sides.zeep.deleteMObjects(objects), sides.suds.deleteMObjects(objects)
    assert plain(by_zeep) == plain(by_suds)["mObjStatusList"]
    assert [item.status for item in by_zeep.mObjStatus] == ["DELETED", "FAILED"]
    by_rest = sides.rest.delete_opportunities(
        [{"externalOpportunityId": "opp-2"}, {"externalOpportunityId": "opp-99"}], deleteBy="dedupeFields"
    )
    assert [item["status"] for item in by_rest] == ["deleted", "skipped"]
    assert not sides.differences()


def test_delete_m_objects_of_roles(sides: Sides) -> None:
    role = one({"type": "OpportunityPersonRole", "id": 1001})
    assert sides.zeep.deleteMObjects(role).mObjStatus[0].status == "DELETED"
    assert sides.suds.deleteMObjects(role).mObjStatusList.mObjStatus[0].status == "DELETED"
    record = {"externalOpportunityId": "opp-1", "leadId": 1001, "role": "Buyer"}
    assert sides.rest.delete_opportunity_roles([record])[0]["status"] == "deleted"
    assert not sides.differences()
