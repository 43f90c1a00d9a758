"""Parts of a request that a property of the program's own class makes."""

import textwrap

import pytest
from judging import judge
from people import people
from soap_programs import ZEEP_HEAD

PERSON = """
    class Person:
        kind = "EMAIL"

        def __init__(self, mail):
            self.mail = mail

        @property
        def key(self):
            return {"keyType": "EMAIL", "keyValue": self.mail}

        def number(self):
            answer = client.service.getLead(self.key, _soapheaders=auth())
            return answer.leadRecordList.leadRecord[0].Id


    def city(person):
        found = client.service.getLead(leadKey=person.key, _soapheaders=auth()).leadRecordList.leadRecord[0]
        return {a.attrName: a.attrValue for a in found.leadAttributeList.attribute}["City"]


    people = [Person("ann@example.com"), Person("bob@example.com")]
    print([person.number() for person in people], city(people[0]))
"""


def test_it_is_looked_through() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + textwrap.dedent(PERSON)}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems
    assert "keyType" not in verdict.texts["main.py"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            '        return {"keyType"',
            '        print(self.mail)\n        return {"keyType"',
            "key() does more than build the request",
        ),
        (
            "people = [",
            "class Number(Person):\n"
            "    @property\n"
            "    def key(self):\n"
            '        return {"keyType": "IDNUM", "keyValue": self.mail}\n\n\n'
            "people = [Number(1001), ",
            "a part of the request is made in a way that cannot be followed",
        ),
    ],
)
def test_one_that_is_more_or_several_is_not(old: str, new: str, reason: str) -> None:
    text = textwrap.dedent(PERSON).replace(old, new)
    verdict = judge({"main.py": ZEEP_HEAD + text}, state=people, unsafe=True)
    assert reason in verdict.reasons
    assert not verdict.problems
    assert "self.key," in verdict.texts["main.py"]
