"""Whether a list of attributes is empty stays a question where the attributes stand in a dict."""

from judging import judge
from people import people
from soap_programs import ZEEP_HEAD

TESTED = """
def several(rows):
    records = []
    for mail, score, city in rows:
        attributes = []
        if score:
            attributes.append({"attrName": "LeadScore", "attrType": "integer", "attrValue": score})
        record = {"Email": mail}
        if attributes:
            record["leadAttributeList"] = {"attribute": attributes}
        records.append(record)
    answer = client.service.syncMultipleLeads({"leadRecord": records}, _soapheaders=auth())
    return [s.status for s in answer.syncStatus]


def chosen(rows):
    records = []
    for mail, score, city in rows:
        found = []
        if city:
            found.append({"attrName": "City", "attrType": "string", "attrValue": city})
        records.append({"Email": mail, "leadAttributeList": {"attribute": found} if found else None})
    answer = client.service.syncMultipleLeads({"leadRecord": records}, _soapheaders=auth())
    return [s.status for s in answer.syncStatus]


def one(mail, score, city):
    attributes = []
    if city:
        attributes.append({"attrName": "City", "attrValue": city})
    if score:
        attributes.append({"attrName": "LeadScore", "attrValue": score})
    if not attributes:
        return "nothing to say"
    record = {"Email": mail, "leadAttributeList": {"attribute": attributes or None}}
    return client.service.syncLead(record, False, _soapheaders=auth()).syncStatus.status


ROWS = [("ann@example.com", "10", "Rome"), ("bob@example.com", "", ""), ("new@example.com", "", "Bari")]
print(several(ROWS), chosen(ROWS), [one(*row) for row in ROWS])
"""
COUNTED = """
def one(mail, score):
    attributes = [{"attrName": "LeadScore", "attrValue": 1}]
    if score:
        attributes.append({"attrName": "LeadScore", "attrValue": score})
    print(len(attributes))
    record = {"Email": mail, "leadAttributeList": {"attribute": attributes}}
    return client.service.syncLead(record, False, _soapheaders=auth()).syncStatus.status


print(one("ann@example.com", 7))
"""


def test_attributes_may_be_tested() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + TESTED}, state=people)
    assert verdict.problems == ()
    text = verdict.texts["main.py"]
    assert "    if attributes:\n            record.update(attributes)\n" in text
    assert "if not attributes:\n        return" in text


def test_attributes_are_not_counted() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + COUNTED}, state=people, unsafe=True)
    assert not verdict.rewritten
