"""None as the value of an attribute: suds sent an empty text, which emptied the field, as null does now."""

from judging import judge
from people import people
from soap_programs import SIGN, STANDARD, WSDL

PROGRAM = (
    f"""\
{STANDARD}
from suds.client import Client
{SIGN}
client = Client({WSDL})
sign(client)
"""
    + """

def attr(name, value):
    attribute = client.factory.create("Attribute")
    attribute.attrName = name
    attribute.attrValue = value
    return attribute


def save(email, first=None, city=None):
    lead = client.factory.create("LeadRecord")
    lead.Email = email
    lead.leadAttributeList = client.factory.create("ArrayOfAttribute")
    lead.leadAttributeList.attribute = [attr("FirstName", first), attr("City", city)]
    print(client.service.syncLead(lead, False).leadId)


save("ann@example.com", first="Anna")
for row in [{"mail": "bob@example.com", "city": "Rome"}]:
    lead = client.factory.create("LeadRecord")
    lead.Email = row["mail"]
    lead.leadAttributeList = client.factory.create("ArrayOfAttribute")
    for name, field in (("FirstName", "first"), ("City", "city")):
        lead.leadAttributeList.attribute.append(attr(name, row.get(field)))
    print(client.service.syncLead(lead, False).leadId)
"""
)


def test_none_empties_a_field() -> None:
    verdict = judge({"main.py": PROGRAM}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, [*verdict.problems, verdict.texts["main.py"]]
    assert "is not None" not in verdict.texts["main.py"]


def test_none_empties_a_field_whose_name_is_known_at_run_time_only() -> None:
    given = '[{"mail": "ann@example.com", "fields": {"FirstName": "Anna", "City": null}}]'
    start = PROGRAM.partition("def save")[0].replace("import hashlib", "import hashlib\nimport json")
    text = f"""{start}for row in json.loads('{given}'):
    lead = client.factory.create("LeadRecord")
    lead.Id = None
    lead.Email = row["mail"]
    lead.leadAttributeList = client.factory.create("ArrayOfAttribute")
    lead.leadAttributeList.attribute = [attr(n, v) for n, v in row["fields"].items()]
    print(client.service.syncLead(lead, False).leadId)
"""
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert "rest_record(" in verdict.texts["main.py"], verdict.reasons
    assert not verdict.problems, [*verdict.problems, verdict.texts["main.py"]]
