"""Values of a request go to its call, past changes of other parts of the object that they are read of."""

import pytest
from judging import judge
from people import people
from soap_programs import ZEEP_HEAD

GATE = """
class Gate:
    def __init__(self, emails):
        self.emails = emails
        self.rows = [emails]
        self.same = self.emails
        self.log = []

    def number(self):
        key = {{"keyType": "EMAIL", "keyValue": self.emails[0]}}
        {between}
        return client.service.getLead(key, _soapheaders=auth()).leadRecordList.leadRecord[0].Id


gate = Gate(["ann@example.com"])
print(gate.number(), gate.log, gate.emails)
"""


@pytest.mark.parametrize(
    "between",
    ['self.log.append("asked")', "self.log += [1]", 'self.count = len("asked")'],
)
def test_another_attribute_changes(between: str) -> None:
    verdict = judge({"main.py": ZEEP_HEAD + GATE.format(between=between)}, state=people)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)


@pytest.mark.parametrize(
    "between",
    [
        'self.emails.insert(0, "bob@example.com")',
        'self.same.insert(0, "bob@example.com")',
        'self.rows[0].insert(0, "bob@example.com")',
        'self.log.append(self.emails)\n        self.log[-1].insert(0, "bob@example.com")',
        'for row in self.rows:\n            row.insert(0, "bob@example.com")',
        'self.__dict__.update(emails=["bob@example.com"])',
    ],
)
def test_what_is_read_may_change(between: str) -> None:
    verdict = judge({"main.py": ZEEP_HEAD + GATE.format(between=between)}, state=people, unsafe=True)
    assert not verdict.rewritten, verdict.texts["main.py"]


RETRY = """
def save(email, values):
    attributes = [{{"attrName": name, "attrValue": value}} for name, value in {pairs}]
    record = {{"Email": email, "leadAttributeList": {{"attribute": attributes}}}}
    for attempt in range(2):
        result = client.service.syncLead(record, False, _soapheaders=auth())
        print(result.syncStatus.status)


save("ann@example.com", {{"City": "Rome", "FirstName": "Anna"}})
"""


def test_a_list_made_of_a_mapping_is_the_same_each_time() -> None:
    text = ZEEP_HEAD + RETRY.format(pairs="sorted(values.items())")
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)
    text = ZEEP_HEAD + RETRY.format(pairs="sorted(iter(values.items()))")
    assert judge({"main.py": text}, state=people, unsafe=True).reasons == (
        "a value of the request is made once and sent several times",
    )
