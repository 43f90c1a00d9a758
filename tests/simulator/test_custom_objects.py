"""getCustomObjects, syncCustomObjects, deleteCustomObjects through zeep, suds and REST."""

from pathlib import Path
from typing import Any

import pytest
import zeep
from faces import Sides, plain
from marketorestpython.helper.exceptions import MarketoException


def attributes(**values: str) -> dict[str, Any]:
    return {"attribute": [{"attrName": name, "attrValue": value} for name, value in values.items()]}


def as_dict(given: Any) -> dict[str, str]:
    return {item.attrName: item.attrValue for item in given.attribute}


def test_get_custom_objects(sides: Sides) -> None:
    arguments = {"objTypeName": "RoadShow", "customObjKeyList": attributes(MKTOID="1001")}
    by_zeep = sides.zeep.getCustomObjects(**arguments, includeAttributes={})
    by_suds = sides.suds.getCustomObjects(**arguments, includeAttributes=sides.suds.make("ArrayOfString"))
    assert plain(by_zeep) == plain(by_suds)
    records = by_zeep.customObjList.customObj
    assert [as_dict(item.customObjKeyList) for item in records] == [
        {"MKTOID": "1001", "rid": "rid1"},
        {"MKTOID": "1001", "rid": "rid2"},
    ]
    assert as_dict(records[0].customObjAttributeList) == {"attendees": "40", "city": "San Mateo"}
    by_rest = sides.rest.get_custom_objects(
        "roadShow_c", [{"leadID": 1001}], "leadID", fields=["rid", "attendees"]
    )
    assert [(item["rid"], item["attendees"]) for item in by_rest] == [("rid1", 40), ("rid2", 40)]
    assert not sides.differences()


def test_get_custom_objects_page_by_page(sides: Sides) -> None:
    first = sides.zeep.getCustomObjects("RoadShow", batchSize=2, includeAttributes={})
    assert (first.returnCount, first.remainingCount) == (2, 1)
    second = sides.zeep.getCustomObjects("RoadShow", first.newStreamPosition, 2, includeAttributes={})
    assert (second.returnCount, second.remainingCount) == (1, 0)
    with pytest.raises(zeep.exceptions.Fault, match="20122"):
        sides.zeep.getCustomObjects("RoadShow", "elsewhere", includeAttributes={})


def test_sync_custom_objects(sides: Sides) -> None:
    objects = {
        "customObj": [
            {
                "customObjKeyList": attributes(MKTOID="1001", rid="rid1"),
                "customObjAttributeList": attributes(city="Rome", attendees="41"),
            },
            {
                "customObjKeyList": attributes(MKTOID="1003", rid="rid9"),
                "customObjAttributeList": attributes(city="Oslo"),
            },
            {"customObjKeyList": attributes(MKTOID="99999", rid="rid1")},
        ]
    }
    by_zeep = sides.zeep.syncCustomObjects("RoadShow", objects, "UPSERT")
    by_suds = sides.suds.syncCustomObjects("RoadShow", objects, "UPSERT")
    assert plain(by_zeep) == plain(by_suds)["syncCustomObjStatusList"]
    assert [item.status for item in by_zeep.syncCustomObjStatus] == ["UPDATED", "CREATED", "FAILED"]
    by_rest = sides.rest.create_update_custom_objects(
        "roadShow_c",
        [
            {"leadID": 1001, "rid": "rid1", "city": "Rome", "attendees": 41},
            {"leadID": 1003, "rid": "rid9", "city": "Oslo"},
            {"leadID": 99999, "rid": "rid1"},
        ],
        action="createOrUpdate",
        dedupeBy="dedupeFields",
    )
    assert [item["status"] for item in by_rest] == ["updated", "created", "skipped"]
    assert by_rest[2]["reasons"][0]["code"] == "1004"
    assert not sides.differences()


def test_insert_and_update_leave_the_others_alone(sides: Sides) -> None:
    before = sides.zeep.instance.snapshot()
    known = {"customObj": [{"customObjKeyList": attributes(MKTOID="1001", rid="rid1")}]}
    unknown = {"customObj": [{"customObjKeyList": attributes(MKTOID="1001", rid="rid8")}]}
    for objects, operation, action in ((known, "INSERT", "createOnly"), (unknown, "UPDATE", "updateOnly")):
        assert (
            sides.zeep.syncCustomObjects("RoadShow", objects, operation).syncCustomObjStatus[0].status
            == "FAILED"
        )
        by_suds = sides.suds.syncCustomObjects("RoadShow", objects, operation)
        assert by_suds.syncCustomObjStatusList.syncCustomObjStatus[0].status == "FAILED"
        rid = "rid1" if objects is known else "rid8"
        result = sides.rest.create_update_custom_objects(
            "roadShow_c", [{"leadID": 1001, "rid": rid}], action=action
        )
        assert result[0]["status"] == "skipped"
    assert sides.zeep.instance.snapshot() == before
    assert not sides.differences()


def test_delete_custom_objects(sides: Sides) -> None:
    keys = {"keyList": [attributes(MKTOID="1001", rid="rid2"), attributes(MKTOID="1001", rid="rid7")]}
    by_zeep = sides.zeep.deleteCustomObjects("RoadShow", keys)
    by_suds = sides.suds.deleteCustomObjects("RoadShow", keys)
    assert plain(by_zeep) == plain(by_suds)["deleteCustomObjStatusList"]
    assert [item.status for item in by_zeep.syncCustomObjStatus] == ["DELETED", "FAILED"]
    by_rest = sides.rest.delete_custom_objects(
        "roadShow_c",
        [{"leadID": 1001, "rid": "rid2"}, {"leadID": 1001, "rid": "rid7"}],
        deleteBy="dedupeFields",
    )
    assert [item["status"] for item in by_rest] == ["deleted", "skipped"]
    assert by_rest[1]["reasons"][0]["code"] == "1013"
    assert not sides.differences()


def test_unknown_types_and_fields(sides: Sides) -> None:
    with pytest.raises(zeep.exceptions.Fault, match="20110"):
        sides.zeep.getCustomObjects("Boat", includeAttributes={})
    with pytest.raises(MarketoException) as refused:
        sides.rest.describe_custom_object("boat_c")
    assert refused.value.code == "1013"
    result = sides.rest.create_update_custom_objects("car_c", [{"vin": "1", "wings": 2}])
    assert result[0]["reasons"][0]["code"] == "1006"


def test_describe_list_and_filters(sides: Sides) -> None:
    described = sides.rest.describe_custom_object("roadShow_c")[0]
    assert described["dedupeFields"] == ["leadID", "rid"]
    assert [item["name"] for item in sides.rest.get_list_of_custom_objects()] == ["roadShow_c", "car_c"]
    parameters = {"filterType": "leadID", "filterValues": "1002", "fields": "city"}
    answer = sides.rest.send("GET", "/rest/v1/customobjects/roadShow_c.json", params=parameters)
    assert [item["city"] for item in answer["result"]] == ["Boston"]
    answer = sides.rest.send(
        "GET", "/rest/v1/customobjects/roadShow_c.json", params={"filterType": "city", "filterValues": "Rome"}
    )
    assert answer["errors"][0]["code"] == "1003"


def test_bulk_import_of_custom_objects(sides: Sides, tmp_path: Path) -> None:
    upload = tmp_path / "cars.csv"
    upload.write_text("vin,leadID,year\nv1,1001,1999\nv2,99999,2001\nv3,1002,old\n", encoding="utf-8")
    with upload.open("rb") as file:
        job = sides.rest.send(
            "POST", "/bulk/v1/customobjects/car_c/import.json", params={"format": "csv"}, files={"file": file}
        )["result"][0]
    path = f"/bulk/v1/customobjects/car_c/import/{job['batchId']}/status.json"
    status = sides.rest.send("GET", path)["result"][0]
    assert (status["numOfObjectsProcessed"], status["numOfRowsFailed"]) == (1, 2)
    assert not sides.rest.instance.violations
