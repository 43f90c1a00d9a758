"""listOperation, importToList, getImportToListStatus through zeep, suds and REST."""

from pathlib import Path
from typing import Any

import pytest
import suds
import zeep
from faces import Sides, plain, raw_post
from marketorestpython.helper.exceptions import MarketoException

from marketo_migrate.simulator.instance import Instance

READERS = {"keyType": "MKTOLISTNAME", "keyValue": "Newsletter Readers"}


def members(*numbers: int) -> dict[str, Any]:
    return {"leadKey": [{"keyType": "IDNUM", "keyValue": str(number)} for number in numbers]}


def statuses(result: Any) -> list[tuple[str, bool]]:
    return [(item.leadKey.keyValue, item.status) for item in result.statusList.leadStatus]


def test_list_operation_adds(sides: Sides) -> None:
    by_zeep = sides.zeep.listOperation("ADDTOLIST", READERS, members(1003, 1001), False)
    by_suds = sides.suds.listOperation("ADDTOLIST", READERS, members(1003, 1001), False)
    assert plain(by_zeep) == plain(by_suds)
    assert by_suds.success is True
    assert statuses(by_zeep) == [("1003", True), ("1001", True)]
    number = sides.rest.get_multiple_lists(name=["Newsletter Readers"])[0]["id"]
    assert [item["status"] for item in sides.rest.add_leads_to_list(number, [1003, 1001])] == [
        "added",
        "added",
    ]
    assert sides.rest.instance.state.lists[number].members == [1001, 1002, 1003]
    assert not sides.differences()


def test_list_operation_removes(sides: Sides) -> None:
    by_zeep = sides.zeep.listOperation("REMOVEFROMLIST", READERS, members(1001, 1003, 99999))
    by_suds = sides.suds.listOperation("REMOVEFROMLIST", READERS, members(1001, 1003, 99999))
    assert plain(by_zeep) == plain(by_suds)
    assert by_zeep.success is False
    assert [status for _, status in statuses(by_zeep)] == [True, False, False]
    by_rest = sides.rest.remove_leads_from_list(1001, [1001, 1003, 99999])
    assert [item.get("reasons", [{}])[0].get("code") for item in by_rest] == [None, "1015", "1004"]
    assert not sides.differences()


def test_list_operation_tells_members(sides: Sides) -> None:
    before = sides.zeep.instance.snapshot()
    by_zeep = sides.zeep.listOperation("ISMEMBEROFLIST", READERS, members(1001, 1003))
    by_suds = sides.suds.listOperation("ISMEMBEROFLIST", READERS, members(1001, 1003))
    assert plain(by_zeep) == plain(by_suds)
    assert statuses(by_suds) == [("1001", True), ("1003", False)]
    by_rest = sides.rest.member_of_list(1001, [1001, 1003])
    assert [item["status"] for item in by_rest] == ["memberof", "notmemberof"]
    assert sides.zeep.instance.snapshot() == before
    assert not sides.differences()


def test_strict_undoes_the_whole(sides: Sides) -> None:
    before = sides.zeep.instance.snapshot()
    result = sides.zeep.listOperation("ADDTOLIST", READERS, members(1003, 99999), True)
    assert plain(result) == {"success": False, "statusList": {}}
    assert sides.suds.listOperation("ADDTOLIST", READERS, members(1003, 99999), True).statusList is None
    assert sides.zeep.instance.snapshot() == before


def test_unknown_list_is_a_fault_and_an_empty_lookup(sides: Sides) -> None:
    key = {"keyType": "MKTOLISTNAME", "keyValue": "Webinar Guests"}  # lies in a program
    with pytest.raises(zeep.exceptions.Fault, match="20111"):
        sides.zeep.listOperation("ADDTOLIST", key, members(1001))
    with pytest.raises(suds.WebFault, match="20111"):
        sides.suds.listOperation("ADDTOLIST", key, members(1001))
    assert sides.rest.get_multiple_lists(name=["No such list"]) == []
    with pytest.raises(MarketoException) as refused:
        sides.rest.add_leads_to_list(99, [1001])
    assert refused.value.code == "1013"
    with pytest.raises(KeyError):
        sides.rest.get_list_by_name("No such list")


def test_clearlist_existed_in_versions_2_0_and_2_1_only() -> None:
    old = Sides("2_1")
    assert old.zeep.listOperation("CLEARLIST", READERS, {}).success is True
    assert old.suds.listOperation("CLEARLIST", READERS, {}).success is True
    assert old.suds.instance.state.lists[1001].members == []
    envelope = """<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
        <m:paramsListOperation xmlns:m="http://www.marketo.com/mktows/"><listOperation>CLEARLIST</listOperation>
        <listKey><keyType>MKTOLISTNAME</keyType><keyValue>VIP</keyValue></listKey><listMemberList/>
        </m:paramsListOperation></e:Body></e:Envelope>"""
    status, body = raw_post(Instance(), envelope, "2_7")
    assert status == 500
    assert "<code>20110</code>" in body


HEADER = "Email Address,First Name,Lead Score"
ROWS = ["ann@example.com,Anna,9", "new@example.com,Nia,3", "bad@example.com,Bad,many", ",No Key,1"]


def import_arguments(**changes: Any) -> dict[str, Any]:
    return {
        "programName": "Webinar 12",
        "importFileHeader": HEADER,
        "importFileRows": {"stringItem": ROWS},
        "importListMode": "UPSERTLEADS",
        "listName": "Webinar Guests",
        "clearList": False,
        "campaignName": None,
    } | changes


# The library never closes the file it uploads.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_import_to_list_and_its_status(sides: Sides, tmp_path: Path) -> None:
    assert sides.zeep.importToList(**import_arguments()) == "PROCESSING"
    assert sides.suds.importToList(**import_arguments()).importStatus == "PROCESSING"
    by_zeep = sides.zeep.getImportToListStatus("Webinar 12", "Webinar Guests")
    by_suds = sides.suds.getImportToListStatus("Webinar 12", "Webinar Guests")
    assert plain(by_zeep) == plain(by_suds)
    assert (by_zeep.status, by_zeep.rowsImported, by_zeep.rowsFailed) == ("COMPLETE", 2, 2)

    upload = tmp_path / "leads.csv"
    upload.write_text("\n".join(["email,firstName,leadScore", *ROWS]), encoding="utf-8")
    found = sides.rest.get_multiple_lists(name=["Webinar Guests"], programName=["Webinar 12"])
    job = sides.rest.import_lead("csv", str(upload), lookupField="email", listId=found[0]["id"])[0]
    assert job["status"] == "Queued"
    status = sides.rest.get_import_lead_status(job["batchId"])[0]
    assert (status["status"], status["numOfLeadsProcessed"], status["numOfRowsFailed"]) == ("Complete", 2, 2)
    assert "bad@example.com,Bad,many" in sides.rest.get_import_failure_file(job["batchId"])
    assert sides.rest.get_import_warning_file(job["batchId"]) == "email,firstName,leadScore\n"
    assert sides.rest.instance.state.lists[1003].members == [1001, 1009]
    assert not sides.differences()


def test_list_only_and_clear_list(sides: Sides) -> None:
    sides.zeep.importToList(**import_arguments(importListMode="LISTONLY", clearList=True))
    state = sides.zeep.instance.state
    assert state.lists[1003].members == [1001]
    assert state.leads[1001].values["firstName"] == "Ann"
    assert sides.zeep.getImportToListStatus("Webinar 12", "Webinar Guests").rowsIgnored == 1


def test_token_columns_need_a_campaign(sides: Sides) -> None:
    with pytest.raises(zeep.exceptions.Fault, match="20109"):
        sides.zeep.importToList(**import_arguments(importFileHeader="Email Address,{{my.color}}"))


def test_list_assets_and_memberships(sides: Sides) -> None:
    assert sides.rest.get_list_by_name("VIP")[0]["id"] == 1002
    assert sides.rest.get_list_by_id(1003)[0]["folder"] == {"id": 1001, "type": "Program"}
    answer = sides.rest.send("GET", "/rest/v1/leads/1001/listMembership.json")
    assert [item["listId"] for item in answer["result"]] == [1001, 1003]
    newer = sides.rest.send("GET", "/rest/v1/lists/1001/leads.json", params={"fields": "firstName"})
    assert newer["result"] == [{"id": 1001, "firstName": "Ann"}, {"id": 1002, "firstName": "Bob"}]
    assert sides.rest.send("GET", "/rest/v1/lists/1002.json")["result"][0]["name"] == "VIP"
    assert not sides.rest.instance.violations
