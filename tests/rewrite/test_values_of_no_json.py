"""Values that JSON cannot write are texts, by what flows into them and by annotations."""

from judging import judge
from people import people
from soap_programs import SIGN, STANDARD, WSDL, ZEEP_HEAD

PROGRAM = """
import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Optional


@dataclass
class Person:
    email: str
    city: str
    born: Optional[date] = None


def attr(name, value):
    return {"attrName": name, "attrValue": value}


def send(person: Person):
    attributes = {"attribute": [attr("Title", person.born), attr("City", person.city)]}
    record = {"Email": person.email, "leadAttributeList": attributes}
    client.service.syncLead(record, False, _soapheaders=auth())


def send_amount(email: str, city: str, amount: Decimal, score):
    attributes = {"attribute": [attr("FirstName", amount), attr("LastName", city), attr("LeadScore", score)]}
    client.service.syncLead({"Email": email, "leadAttributeList": attributes}, False, _soapheaders=auth())


row = {"FirstName": uuid.UUID(int=5), "City": Decimal("1.50")}
record = {
    "Email": "ann@example.com",
    "leadAttributeList": {"attribute": [{"attrName": n, "attrValue": v} for n, v in row.items()]},
}
print(client.service.syncLead(record, False, _soapheaders=auth()).leadId)
people = [Person("bob@example.com", "Rome", date(2027, 1, 1))]
for one in people:
    send(one)
for number in [Decimal("0")]:
    send_amount("zoe@example.com", "Ng", number, 5)
"""


def test_values_that_json_cannot_write() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + PROGRAM}, state=people, unsafe=True)
    assert verdict.rewritten
    assert verdict.problems == ()
    assert verdict.before is not None
    assert verdict.before.status == 0
    text = verdict.texts["main.py"]
    assert "REST_NAMES[n]: str(v) for n, v in" in text
    assert '"city": person.city' in text
    assert '"lastName": city' in text
    assert '"leadScore": score' in text


def test_none_among_them_stays_none() -> None:
    text = """
from decimal import Decimal


def attribute(name, value):
    made = client.factory.create("Attribute")
    made.attrName, made.attrValue = name, value
    return made


def save(email, city=None, title=None):
    lead = client.factory.create("LeadRecord")
    lead.Email = email
    lead.leadAttributeList = client.factory.create("ArrayOfAttribute")
    lead.leadAttributeList.attribute = [attribute("City", city), attribute("Title", title)]
    return client.service.syncLead(lead, False).leadId


print(save("ann@example.com"), save("bob@example.com", city="Rome", title=Decimal("1.50")))
"""
    head = f"{STANDARD}\nfrom suds.client import Client\n{SIGN}client = Client({WSDL})\nsign(client)\n"
    verdict = judge({"main.py": head + text}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert verdict.problems == ()
    assert verdict.before is not None
    assert verdict.before.status == 0
