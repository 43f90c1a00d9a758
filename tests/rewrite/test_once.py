# ruff: noqa: E501 - programs as people write them
"""What a request is made of is evaluated once, as before: iterators give their items once, clocks never the same."""

import pytest
from judging import judge
from people import people
from soap_programs import SIGN, STANDARD, WSDL, ZEEP_HEAD

SEND = "answer = client.service.syncMultipleLeads(leadRecordList={'leadRecord': records}, dedupEnabled=True, _soapheaders=auth())\n"
RECORD = '{"Email": mail, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": city}]}}'
ROWS = """
def rows():
    print("reading")
    yield "ann@example.com", "Rome"
    yield "", "Nowhere"
    yield "new@example.com", "Bari"


"""
SHOW = "print(len(records), [(status.leadId, status.status) for status in answer.syncStatus])\n"
WRITTEN_WHERE_THEY_WERE = {
    "a generator": f"records = [{RECORD} for mail, city in rows()]\n{SEND}{SHOW}",
    "an iterator, in a function": f"""
def push(found):
    records = [{RECORD} for mail, city in found]
    if not records:
        return 0
    {SEND}    print("%d of %d" % (len([s for s in answer.syncStatus if s.status == "FAILED"]), len(records)))
    return len(records)


print(push(rows()), push(iter([])))
""",
    "a loop that appends": f"records = []\nfor mail, city in rows():\n    records.append({RECORD})\n{SEND}{SHOW}",
}
REQUEST = 'client.service.requestCampaign("MKTOWS", 1002, {"leadKey": keys}, _soapheaders=auth())'
SAVE = "client.service.syncLead(record, False, _soapheaders=auth()).syncStatus.status"
REFUSED = {
    "keys of an iterator that are counted": f"""
numbers = iter([1001, 1002])
keys = [{{"keyType": "IDNUM", "keyValue": n}} for n in numbers]
print({REQUEST}.success, len(keys))
""",
    "keys of a parameter that is an iterator": f"""
def start(numbers):
    keys = [{{"keyType": "IDNUM", "keyValue": n}} for n in sorted(set(numbers))]
    return {REQUEST}.success if keys else None


print(start(iter([1001, 1002])), start([]))
""",
    "attributes that are counted": f"""
def save(values):
    attributes = [{{"attrName": n, "attrValue": v}} for n, v in values]
    record = {{"Email": "ann@example.com", "leadAttributeList": {{"attribute": attributes}}}}
    print({SAVE}, len(attributes))


save(zip(["City", "FirstName"], ["Rome", "Anna"]))
""",
    "a joined iterator": f"""
words = iter(["New", "York"])
value = " ".join(words)
record = {{"Email": "ann@example.com", "leadAttributeList": {{"attribute": [{{"attrName": "City", "attrValue": " ".join(words) or "none"}}]}}}}
print({SAVE}, len(record["leadAttributeList"]["attribute"]), record["leadAttributeList"]["attribute"][0]["attrValue"])
""",
    "a random address": f"""
import uuid
record = {{"Email": "%s@example.com" % uuid.uuid4().hex[:8]}}
print({SAVE})
print(client.service.getLead({{"keyType": "EMAIL", "keyValue": record["Email"]}}, _soapheaders=auth()).count)
""",
    "a clock in a function": f"""
def stamp():
    return datetime.now().isoformat()


record = {{"Email": "ann@example.com", "leadAttributeList": {{"attribute": [{{"attrName": "Title", "attrValue": stamp()}}]}}}}
print({SAVE})
sent = record["leadAttributeList"]["attribute"][0]["attrValue"]
found = client.service.getLead({{"keyType": "EMAIL", "keyValue": "ann@example.com"}}, _soapheaders=auth())
print([a.attrValue == sent for a in found.leadRecordList.leadRecord[0].leadAttributeList.attribute if a.attrName == "Title"])
""",
}
LISTS = {
    "a list that callers give": f"""
def start(numbers):
    keys = [{{"keyType": "IDNUM", "keyValue": n}} for n in numbers]
    return {REQUEST}.success, len(keys)


print(start([1001, 1002]), start(sorted({{1001}})))
""",
    "a list of the module": f"NUMBERS = [1001, 1002]\nkeys = [{{'keyType': 'IDNUM', 'keyValue': n}} for n in NUMBERS]\nprint({REQUEST}.success, len(keys))\n",
}


@pytest.mark.parametrize("name", WRITTEN_WHERE_THEY_WERE)
def test_records_take_their_rest_form_where_they_are_made(name: str) -> None:
    text = ZEEP_HEAD + ROWS + WRITTEN_WHERE_THEY_WERE[name]
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, verdict.problems
    assert '{"email": mail, "city": city}' in verdict.texts["main.py"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_be_evaluated_twice_is_refused(name: str) -> None:
    verdict = judge({"main.py": ZEEP_HEAD + REFUSED[name]}, state=people, unsafe=True)
    assert not verdict.problems, verdict.problems
    assert any("only once" in reason or "each time" in reason for reason in verdict.reasons), verdict.reasons


@pytest.mark.parametrize("name", LISTS)
def test_lists_may_be_gone_through_again(name: str) -> None:
    verdict = judge({"main.py": ZEEP_HEAD + LISTS[name]}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, verdict.problems


def test_a_class_of_the_program_that_stands_in_for_the_client() -> None:
    text = f"""{STANDARD}
from suds.client import Client
{SIGN}
class Recorded:
    def getLead(self, key):
        return "recorded"


class Api:
    def __init__(self, service=None):
        self.client = Client({WSDL})
        sign(self.client)
        self.service = service or self.client.service

    def find(self, email):
        key = self.client.factory.create("LeadKey")
        key.keyType, key.keyValue = "EMAIL", email
        return self.service.getLead(key)


print(Api().find("ann@example.com").count, Api(Recorded()).find("ann@example.com"))
"""
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert not verdict.problems, verdict.problems
    assert verdict.reasons == ("an object of this program can stand in for the SOAP client here",)


def test_a_list_of_exports_names_no_import_that_went() -> None:
    signing = f"{STANDARD}{SIGN}".replace("sign(client)", "make_header(client)").replace(
        "client.set_options(soapheaders=header)", "return header"
    )
    text = f"""from suds.client import Client

from signing import make_header

__all__ = ["client", "make_header"]
client = Client({WSDL})
client.set_options(soapheaders=make_header(client))
key = client.factory.create("LeadKey")
key.keyType, key.keyValue = "EMAIL", "ann@example.com"
print(client.service.getLead(key).leadRecordList.leadRecord[0].Id)
"""
    verdict = judge({"main.py": text, "signing.py": signing}, state=people)
    assert verdict.rewritten
    assert not verdict.problems, verdict.problems
    assert '__all__ = ["client"]\n' in verdict.texts["main.py"]


def test_a_part_of_a_request_is_not_changed_by_who_reads_a_field_of_that_name() -> None:
    text = f"""{STANDARD}
from suds.client import Client
{SIGN}
client = Client({WSDL})
sign(client)


def attrib(name, value):
    made = client.factory.create("Attrib")
    made.name = name
    made.value = value
    return made


def push(deals):
    objects = client.factory.create("ArrayOfMObject")
    for deal in deals:
        made = client.factory.create("MObject")
        made.type = "Opportunity"
        made.externalKey = attrib("ExternalOpportunityId", deal["key"])
        made.attribList = client.factory.create("ArrayOfAttrib")
        made.attribList.attrib.append(attrib("Name", deal["title"]))
        objects.mObject.append(made)
    answer = client.service.syncMObjects(objects, "UPSERT")
    print([status.status for status in answer.mObjStatusList.mObjStatus])


def stage(key):
    answer = client.service.getMObjects(type="Opportunity", externalKey=attrib("ExternalOpportunityId", key))
    values = {{}}
    for pair in answer.mObjectList.mObject[0].attribList.attrib:
        values[pair.name] = pair.value
    return values["Name"]


push([{{"key": "opp-77", "title": "Fence"}}])
print(stage("opp-77"))
"""
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert verdict.rewritten
    assert not verdict.reasons
    assert not verdict.problems, verdict.problems
