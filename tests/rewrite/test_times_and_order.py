"""Times stay times, and the newest activity comes first, whatever REST gives."""

import pytest
from judging import judge
from people import people
from soap_programs import ZEEP_HEAD

TIMES = """
from datetime import timezone as zone

opportunity = client.service.getMObjects(
    type="Opportunity", externalKey={"name": "External Opportunity Id", "value": "OPP-1"}, _soapheaders=auth()
).mObjectList.mObject[0]
program = client.service.getMObjects(
    type="Program",
    mObjCriteriaList={"mObjCriteria": [{"attrName": "Name", "comparison": "EQ", "attrValue": "Webinar 12"}]},
    _soapheaders=auth(),
).mObjectList.mObject[0]
for item in (opportunity.createdAt, program.updatedAt):
    print(item.astimezone(zone.utc).isoformat())
"""
NEWEST = """
page = client.service.getLeadActivity(
    leadKey={"keyType": "IDNUM", "keyValue": 1001},
    activityFilter={"includeTypes": {"activityType": ["VisitWebpage", "OpenEmail"]}},
    startPosition={"oldestCreatedAt": datetime(2020, 1, 1, tzinfo=timezone.utc)},
    _soapheaders=auth(),
)
print(page.activityRecordList.activityRecord[0].activityType)
for activity in page.activityRecordList.activityRecord:
    print(activity.activityType)
"""
PRIMARY = """
meta = client.service.describeMObject(objectName="Opportunity", _soapheaders=auth())
for field in meta.fieldList.field:
    print(field.displayName, field.isPrimaryKey)
"""


@pytest.mark.parametrize("target", ["marketorestpython", "requests"])
def test_times_of_objects_stay_times(target: str) -> None:
    verdict = judge({"main.py": ZEEP_HEAD + TIMES}, state=people, unsafe=True, target=target)
    assert verdict.rewritten
    assert verdict.problems == ()
    assert verdict.before is not None
    assert verdict.before.status == 0


@pytest.mark.parametrize("target", ["marketorestpython", "requests"])
def test_the_newest_activity_comes_first(target: str) -> None:
    verdict = judge({"main.py": ZEEP_HEAD + NEWEST}, state=people, unsafe=True, target=target)
    assert verdict.rewritten
    assert verdict.problems == ()
    assert verdict.before is not None
    assert verdict.before.output.startswith("Open Email\n")


def test_which_field_is_the_key_is_not_told() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + PRIMARY}, state=people, unsafe=True)
    assert not verdict.rewritten
    assert verdict.reasons == ("REST does not give isPrimaryKey",)
