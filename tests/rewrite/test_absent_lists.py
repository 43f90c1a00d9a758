# ruff: noqa: E501 - programs as people write them
"""What a program does about a lead without attributes, it does in REST too, where the lead itself stands for the list."""

import pytest
from awkward import SUDS, ZEEP
from judging import judge
from people import people

ZEEP_READ = """

def read(mails):
    selector = client.get_type("ns0:LeadKeySelector")(keyType="EMAIL", keyValues={"stringItem": mails})
    return client.service.getMultipleLeads(
        leadSelector=selector, includeAttributes={"stringItem": ["FirstName"]}, _soapheaders={"authentication": signed()}
    ).leadRecordList.leadRecord


"""
SUDS_READ = """

def read(mails):
    selector = client.factory.create("LeadKeySelector")
    selector.keyType = "EMAIL"
    selector.keyValues.stringItem = mails
    attributes = client.factory.create("ArrayOfString")
    attributes.stringItem = ["FirstName"]
    return client.service.getMultipleLeads(leadSelector=selector, includeAttributes=attributes).leadRecordList.leadRecord


"""
GUARDS = """
def filled(r):
    values = {}
    if r.leadAttributeList is not None:
        for a in r.leadAttributeList.attribute:
            values[a.attrName] = a.attrValue
    return values


def early(r):
    attrs = r.leadAttributeList
    if not attrs:
        return {}
    return {a.attrName: a.attrValue for a in attrs.attribute}


def chosen(r):
    return [a.attrValue for a in r.leadAttributeList.attribute] if r.leadAttributeList else []


def loaded(r):
    attributes = r.leadAttributeList and r.leadAttributeList.attribute or []
    return {a.attrName: a.attrValue for a in attributes}


def flat(records):
    return [a.attrValue for r in records if r.leadAttributeList for a in r.leadAttributeList.attribute]


records = read(["ann@example.com", "eve@example.com"])
for r in records:
    print(r.Id, filled(r), early(r), chosen(r), loaded(r))
print(flat(records))
"""
DECIDING = """
def early(r):
    attrs = r.leadAttributeList
    if not attrs:
        return None
    return {a.attrName: a.attrValue for a in attrs.attribute}


def named(r):
    if r.leadAttributeList is None:
        return "nobody"
    for a in r.leadAttributeList.attribute:
        if a.attrName == "FirstName":
            return a.attrValue
    return "unknown"


def counted(r):
    total = 1
    if r.leadAttributeList:
        for name in ("FirstName", "FirstName"):
            wanted = name
            total += len([a.attrValue for a in r.leadAttributeList.attribute if a.attrName == wanted])
    return total


records = read(["ann@example.com", "eve@example.com"])
for r in records:
    print(r.Id, early(r), named(r), counted(r), "full" if r.leadAttributeList else "empty", bool(r.leadAttributeList))
    seen = {"FirstName": "?"}
    if r.leadAttributeList:
        seen = {a.attrName: a.attrValue for a in r.leadAttributeList.attribute}
    print(seen)
    if not r.leadAttributeList:
        print("skipped")
        continue
    for a in r.leadAttributeList.attribute:
        print(a.attrName, a.attrValue)
print([r.Id for r in records if r.leadAttributeList], [r.Id for r in records if r.leadAttributeList is None])
"""
KEPT = """
def first(r):
    try:
        return r.leadAttributeList.attribute[0].attrValue
    except AttributeError:
        return "none"


for r in read(["ann@example.com", "eve@example.com"]):
    print(r.Id, first(r), r.leadAttributeList.attribute[0].attrName if r.leadAttributeList else "-")
"""


HEADERS = pytest.mark.parametrize("header", [ZEEP + ZEEP_READ, SUDS + SUDS_READ], ids=["zeep", "suds"])


@HEADERS
def test_guards_that_decide_nothing_go(header: str) -> None:
    verdict = judge({"main.py": header + GUARDS}, state=people, unsafe="suds" in header)
    assert verdict.problems == ()
    text = verdict.texts["main.py"]
    assert "    attrs = r\n    return dict(soap_attributes(attrs))\n" in text
    assert "    values = {}\n    for name, value in soap_attributes(r):\n" in text
    assert "attributes = r\n" in text


@HEADERS
def test_what_decides_asks_for_the_attributes(header: str) -> None:
    verdict = judge({"main.py": header + DECIDING}, state=people, unsafe="suds" in header)
    assert verdict.problems == ()
    assert "if not soap_attributes(r)" in verdict.texts["main.py"]


@HEADERS
def test_the_form_of_soap_has_none(header: str) -> None:
    verdict = judge({"main.py": header + KEPT}, state=people, unsafe=True)
    assert verdict.problems == ()
    assert "SoapObject" in verdict.texts["main.py"]


def test_a_caller_catches_that_there_are_no_records() -> None:
    body = """
def first(mails):
    return read(mails)[0].Id


def safe(mails):
    return first(mails)


for mail in ("ann@example.com", "ghost@example.com"):
    try:
        print(safe([mail]))
    except AttributeError:
        print("nobody")
"""
    verdict = judge({"main.py": ZEEP + ZEEP_READ + body}, state=people, unsafe=True)
    assert not verdict.problems
