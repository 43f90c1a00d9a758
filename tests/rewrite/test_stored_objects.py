"""Objects of a request that `__init__` puts into an attribute, and that the calls of other methods send."""

import pytest
from judging import judge
from people import people
from soap_programs import SIGN, STANDARD, WSDL, ZEEP_HEAD

PERSON = """
class Person:
    def __init__(self, email):
        {make}

    def number(self):
        return client.service.getLead(self.key, _soapheaders=auth()).leadRecordList.leadRecord[0].Id


{use}
"""
KEY = 'self.key = {"keyType": "EMAIL", "keyValue": email}'
SUDS_PERSON = """
class Person:
    def __init__(self, email):
        {make}

    def number(self):
        sign(client)
        return client.service.getLead(self.key).leadRecordList.leadRecord[0].Id


print(Person("ann@example.com").number(), Person("bob@example.com").number())
"""
LISTS = """
class StaticList:
    def __init__(self, name):
        self.key = {"keyType": "MKTOLISTNAME", "keyValue": name}

    def change(self, operation, ids):
        members = {"leadKey": [{"keyType": "IDNUM", "keyValue": str(number)} for number in ids]}
        return client.service.listOperation(operation, self.key, members, False, _soapheaders=auth()).success

    def add(self, ids):
        return self.change("ADDTOLIST", ids)


print(StaticList("VIP").add([1001]))
"""


def person(make: str, use: str) -> str:
    return ZEEP_HEAD + PERSON.format(make=make.replace("\n", "\n        "), use=use)


@pytest.mark.parametrize("target", ["marketorestpython", "requests"])
@pytest.mark.parametrize(
    "use",
    [
        'print(Person("ann@example.com").number(), Person("bob@example.com").number())',
        'print(Person("ann@example.com").number())',
    ],
)
def test_the_attribute_holds_the_one_value(use: str, target: str) -> None:
    verdict = judge({"main.py": person(KEY, use)}, state=people, target=target)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)
    assert "        self.key = email\n" in verdict.texts["main.py"]


def test_a_list_that_is_named() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + LISTS}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)
    assert "        self.key = name\n" in verdict.texts["main.py"]


@pytest.mark.parametrize(
    "make",
    [
        'self.key = client.factory.create("LeadKey")\n'
        'self.key.keyType = "EMAIL"\nself.key.keyValue = email.strip()',
        'key = client.factory.create("LeadKey")\nkey.keyType = "EMAIL"\nkey.keyValue = email\nself.key = key',
    ],
)
def test_an_object_that_is_filled(make: str) -> None:
    head = f"{STANDARD}\nfrom suds.client import Client\n{SIGN}client = Client({WSDL})\n\n"
    text = head + SUDS_PERSON.format(make=make.replace("\n", "\n        "))
    verdict = judge({"main.py": text}, state=people)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)
    assert "        self.key = email" in verdict.texts["main.py"]


def test_a_value_is_made_where_it_was() -> None:
    text = person(
        'self.key = {"keyType": "EMAIL", "keyValue": next(email)}\nself.next = next(email)',
        'one = Person(iter(["ann@example.com", "bob@example.com"]))\n'
        "print(one.next, one.number(), one.number())",
    )
    verdict = judge({"main.py": text}, state=people)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)


@pytest.mark.parametrize(
    ("make", "use"),
    [
        (KEY, 'one = Person("ann@example.com")\none.key["keyValue"] = "bob@example.com"'),
        (KEY, 'one = Person("ann@example.com")\nkey = one.key\nkey.update(keyValue="bob@example.com")'),
        (
            KEY,
            'one = Person("ann@example.com")\none.key = {"keyType": "EMAIL", "keyValue": "bob@example.com"}',
        ),
        (KEY, 'one = Person("ann@example.com")\nprint(one.key)'),
        (KEY, 'one = Person("ann@example.com")\nprint(vars(one))'),
        (KEY, 'one = Person("ann@example.com")\nsetattr(one, "key", {"keyType": "IDNUM", "keyValue": 1002})'),
        (
            KEY,
            "class Other(Person):\n    def __init__(self, number):\n"
            '        self.key = {"keyType": "IDNUM", "keyValue": number}\n\n\none = Other(1002)',
        ),
        (
            f'{KEY}\nif "ann" in email:\n    self.key["keyValue"] = "bob@example.com"',
            'one = Person("ann@example.com")',
        ),
        (f"self.key = None\nif email:\n    {KEY}", 'one = Person("ann@example.com")'),
        (
            'self.key = {"keyType": "@" in email and "EMAIL" or "IDNUM", "keyValue": email}',
            'one = Person("1001")',
        ),
    ],
)
def test_an_object_that_may_be_another_one_stays(make: str, use: str) -> None:
    verdict = judge({"main.py": person(make, f"{use}\nprint(one.number())")}, state=people, unsafe=True)
    assert not verdict.rewritten, verdict.texts["main.py"]
    assert verdict.reasons
