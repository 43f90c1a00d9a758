"""Records that a function is given and sends: its callers make REST records, or the call stays."""

import textwrap

import pytest
from judging import judge
from people import people
from soap_programs import SIGN, STANDARD, WSDL, ZEEP_HEAD

SUDS_HEAD = f"{STANDARD}\nfrom suds.client import Client\n{SIGN}\nclient = Client({WSDL})\n"
WRITER = """
    class Writer:
        def __init__(self, client):
            self.service = client.service

        def many(self, records, size=2):
            done = []
            for start in range(0, len(records), size):
                part = records[start:start + size]
                if part:
                    done += self.part(part)
            return done

        def part(self, part):
            answer = self.service.syncMultipleLeads({"leadRecord": part}, True, _soapheaders=auth())
            print("sent", len(part))
            return [status.status for status in answer.syncStatus]


    def lead(mail, city):
        return {"Email": mail, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": city}]}}


    writer = Writer(client)
    records = []
    for mail in ("ann@example.com", "bob@example.com", "new@example.com"):
        records.append(lead(mail, "Rome"))
    print(writer.many(records), len(records))
    print(writer.part([lead("ann@example.com", "Oslo")]))
"""
OBJECTS = """
    def lead(mail, city):
        made = client.factory.create("LeadRecord")
        made.Email = mail
        one = client.factory.create("Attribute")
        one.attrName, one.attrValue = "City", city
        made.leadAttributeList = client.factory.create("ArrayOfAttribute")
        made.leadAttributeList.attribute = [one]
        return made


    def push(records):
        sign(client)
        array = client.factory.create("ArrayOfLeadRecord")
        array.leadRecord = records
        return [s.status for s in client.service.syncMultipleLeads(array, True).syncStatusList.syncStatus]


    def send(record):
        sign(client)
        return client.service.syncLead(record, False).leadId


    print(push([lead(mail, "Rome") for mail in ("ann@example.com", "bob@example.com")]))
    one = lead("ann@example.com", "Oslo")
    one.Email = "bob@example.com"
    print(send(one))
"""
SENT = """
    def lead(mail, city):
        return {"Email": mail, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": city}]}}


    def send(record, other=None):
        %s
        return client.service.syncLead(record, False, _soapheaders=auth()).leadId


    one = lead("ann@example.com", "Oslo")
    print(send(one))
    %s
"""


@pytest.mark.parametrize("text", [ZEEP_HEAD + textwrap.dedent(WRITER), SUDS_HEAD + textwrap.dedent(OBJECTS)])
def test_callers_make_what_is_sent(text: str) -> None:
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems
    assert "attrName" not in verdict.texts["main.py"]


@pytest.mark.parametrize(
    ("inside", "after", "reason"),
    [
        ("pass", 'print(one["Email"])', "the request 'one' is also used elsewhere"),
        ('print(record["Email"])', "", "the request 'record' is also used elsewhere"),
        (
            'if other:\n            record = lead("bob@example.com", "Bonn")',
            "print(send(one, 1))",
            "'record' is what the callers give on some ways, and something else on others",
        ),
        (
            "pass",
            "print(list(map(send, [one])))",
            "send(), which is given its request, is handed on as a function",
        ),
        (
            "pass",
            'print(send(other=1, **{"record": one}))',
            "the arguments of send() cannot be followed",
        ),
    ],
)
def test_what_also_needs_the_old_form_keeps_it(inside: str, after: str, reason: str) -> None:
    text = ZEEP_HEAD + textwrap.dedent(SENT % (inside, after))
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert not verdict.rewritten
    assert verdict.reasons == (reason,)
