"""What a record lacks when it was refused, or in any case, has the value that SOAP gave."""

from judging import judge
from people import people
from soap_programs import ZEEP_HEAD

STATUSES = """
people = [("ann@example.com", "Rome"), ("", "Nowhere"), ("new@example.com", "Bari")]
records = [
    {"Email": mail, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": city}]}}
    for mail, city in people
]
answer = client.service.syncMultipleLeads({"leadRecord": records}, True, _soapheaders=auth())
for status in answer.syncStatus:
    if status.status == "FAILED":
        print("bad", status.leadId, bool(status.error))
    else:
        print("good", status.leadId, status.error)
    if status.status in ("CREATED", "UPDATED"):
        print("stored", status.leadId)
    elif status.error:
        print("an error")
    print(status.leadId if status.status != "FAILED" else "none")
print([s.leadId for s in answer.syncStatus if s.status != "CREATED"])
print([s.leadId for s in answer.syncStatus if not s.status == "FAILED"])
print([s.status == "FAILED" or s.leadId for s in answer.syncStatus])
"""
SIZES = """
meta = client.service.describeMObject(objectName="LeadRecord", _soapheaders=auth())
print([(f.name, f.size) for f in meta.fieldList.field if f.name in ("City", "LeadScore")])
"""
DESCRIPTIONS = """
found = client.service.getCampaignsForSource("MKTOWS", "Send", False, _soapheaders=auth())
for campaign in found.campaignRecordList.campaignRecord:
    print(campaign.name, campaign.description, campaign.description is None)
"""
NUMBERS = """
record = {
    "type": "Opportunity",
    "externalKey": {"name": "ExternalOpportunityId", "value": "OPP-77"},
    "attribList": {"attrib": [{"name": "Name", "value": "Deal"}]},
}
stored = client.service.syncMObjects({"mObject": [record]}, operation="UPSERT", _soapheaders=auth())
print("opportunity %d" % stored.mObjStatus[0].id)
"""


def test_a_refused_lead_has_no_id_and_a_written_one_no_error() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + STATUSES}, state=people)
    assert verdict.rewritten
    assert verdict.problems == ()
    assert 'print("stored", status["id"])' in verdict.texts["main.py"]
    assert (
        'print("bad", status.get("id", 0), bool(status["reasons"][0]["message"]))' in verdict.texts["main.py"]
    )


def test_not_every_field_has_a_size() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + SIZES}, state=people, unsafe=True)
    assert verdict.rewritten
    assert verdict.problems == ()


def test_an_empty_description_is_none() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + DESCRIPTIONS}, state=people, unsafe=True)
    assert verdict.rewritten
    assert verdict.problems == ()


def test_a_text_is_not_calculated_with() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + NUMBERS}, state=people, unsafe=True)
    assert not verdict.rewritten
    assert verdict.reasons == ("id is used as a number, and REST gives a text",)
