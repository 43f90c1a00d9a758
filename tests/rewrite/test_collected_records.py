"""Records that an object collects in an attribute and sends later."""

import textwrap

import pytest
from judging import judge
from people import people
from soap_programs import SIGN, STANDARD, WSDL, ZEEP_HEAD

SUDS_HEAD = f"{STANDARD}\nfrom suds.client import Client\n\nclient = Client({WSDL})\n{SIGN}"
BATCH = """
    def lead(mail, city):
        return {"Email": mail, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": city}]}}


    def push(records):
        answer = client.service.syncMultipleLeads({"leadRecord": records}, True, _soapheaders=auth())
        return [status.status for status in answer.syncStatus]


    class Names:
        def __init__(self):
            self.records = []

        def add(self, name):
            self.records.append(name)


    class Batch:
        def __init__(self):
            self.records = []
            self.names = Names()

        def add(self, mail, city):
            self.names.add(mail)
            one = lead(mail, city)
            self.records.append(one)

        def put(self, record):
            self.records.append(record)
            return len(self.records)

        def flush(self):
            batch, self.records = self.records, []
            return push(batch)

        def drain(self):
            while self.records:
                print(push(self.records[:1]))
                self.records = self.records[1:]

        def drain_pairs(self):
            while self.records:
                some, self.records = self.records[:2], self.records[2:]
                print(push(some))


    batch = Batch()
    batch.add("ann@example.com", "Rome")
    print(batch.put(lead("bob@example.com", "Oslo")), batch.flush(), len(batch.records))
    batch.add("new@example.com", "Bonn")
    batch.put(lead("ann@example.com", "Bonn"))
    batch.drain()
    batch.add("bob@example.com", "Bern")
    batch.drain_pairs()
    print(batch.names.records)
"""
FILLED = """
    def make(kind, **values):
        made = client.factory.create(kind)
        for name, value in values.items():
            setattr(made, name, value)
        return made


    class Batch:
        def __init__(self):
            self.records = []

        def add(self, mail, city):
            item = make("Attribute", attrName="City", attrValue=city)
            self.records.append(
                make("LeadRecord", Email=mail, leadAttributeList=make("ArrayOfAttribute", attribute=[item]))
            )

        def flush(self):
            sign(client)
            batch, self.records = self.records, []
            records = make("ArrayOfLeadRecord", leadRecord=batch)
            answer = client.service.syncMultipleLeads(records, True)
            return [str(status.status) for status in answer.syncStatusList.syncStatus]


    batch = Batch()
    batch.add("ann@example.com", "Rome")
    batch.add("new@example.com", "Oslo")
    print(batch.flush())
"""


def test_they_are_collected_in_the_form_in_which_they_are_sent() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + textwrap.dedent(BATCH)}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems
    assert "attrName" not in verdict.texts["main.py"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "batch.drain()",
            'print(batch.records[0]["Email"])\nbatch.drain()',
            ".records is also used outside of Batch",
        ),
        (
            "self.names.add(mail)",
            "self.names.add([record['Email'] for record in self.records])",
            "the request .records is also used elsewhere",
        ),
        (
            "while self.records:",
            "kept = self.records\n        while kept:",
            "the request .records is also used elsewhere",
        ),
        ("class Batch:", "class Batch(Names):", ".records belongs to several classes"),
    ],
)
def test_a_list_that_is_also_needed_as_it_is_stays(old: str, new: str, reason: str) -> None:
    text = textwrap.dedent(BATCH).replace(old, new)
    verdict = judge({"main.py": ZEEP_HEAD + text}, state=people, unsafe=True)
    assert not verdict.rewritten
    assert verdict.reasons == (reason,)


def test_requests_that_are_filled_by_name_are_no_objects_of_the_program() -> None:
    text = SUDS_HEAD + textwrap.dedent(FILLED)
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems
    verdict = judge({"main.py": text + 'setattr(batch, "records", [])\n'}, state=people, unsafe=True)
    assert verdict.reasons == ("the attributes of an object are used as a whole",)


FLUSHED = """
def make(mail, city):
    record = client.factory.create("LeadRecord")
    record.Email = mail
    record.leadAttributeList = client.factory.create("ArrayOfAttribute")
    attribute = client.factory.create("Attribute")
    attribute.attrName, attribute.attrValue = "City", city
    record.leadAttributeList.attribute.append(attribute)
    return record


class Batch:
    def __init__(self):
        self.records = []

    def add(self, mail, city):
        self.records.append(make(mail, city))
        if len(self.records) > 1:
            self.flush()

    def flush(self):
        batch = client.factory.create("ArrayOfLeadRecord")
        sign(client)
        batch.leadRecord = self.records
        for outcome in client.service.syncMultipleLeads(batch, True).syncStatusList.syncStatus:
            print(outcome.leadId, outcome.status)
        self.records = []


batch = Batch()
for mail in ("ann@example.com", "bob@example.com", "new@example.com"):
    batch.add(mail, "Rome")
batch.flush()
"""


def test_they_may_be_put_into_a_request_right_before_it_is_sent() -> None:
    head = f"{STANDARD}\nfrom suds.client import Client\n\nclient = Client({WSDL})\n{SIGN}"
    verdict = judge({"main.py": head + FLUSHED}, state=people, unsafe=True)
    assert "client, self.records, action" in verdict.texts["main.py"], verdict.reasons
    assert not verdict.problems
    emptied = FLUSHED.replace("= self.records\n", "= self.records\n        self.records = []\n")
    refused = judge({"main.py": head + emptied}, state=people, unsafe=True)
    assert refused.reasons == ("self.records may change before the request is sent",)
