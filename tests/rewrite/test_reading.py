# ruff: noqa: E501 - programs as people write them
"""Programs that reach names, keys, headers and operations in roundabout ways are understood, and behave the same."""

import pytest
from awkward import GET, SUDS, ZEEP
from judging import judge
from people import people

ZEEP_BODIES = {
    "columns through a parameter": (
        GET
        + """
def rows(email, columns):
    values = {a.attrName: a.attrValue for a in get(email).leadAttributeList.attribute}
    return [values.get(c) for c in columns]


COLUMNS = ("FirstName", "City")
print(rows("ann@example.com", COLUMNS), rows("nil@example.com", COLUMNS))
""",
        ('REST_NAMES = {"City": "city", "FirstName": "firstName"}', "values.get(REST_NAMES[c])"),
        ("soap_attributes", "SOAP_NAMES"),
    ),
    "a column through a default": (
        GET
        + """
def column(email, name="City"):
    values = {a.attrName: a.attrValue for a in get(email).leadAttributeList.attribute}
    return values.get(name, "-")


print(column("ann@example.com"), column("nil@example.com", "LastName"), column("nil@example.com", name="FirstName"))
""",
        ('"LastName": "lastName"', 'values.get(REST_NAMES[name]) or "-"'),
        ("soap_attributes",),
    ),
    "rows of numbers and texts that are unpacked": (
        GET
        + """
def row(email, columns):
    lead = get(email)
    values = {a.attrName: a.attrValue for a in lead.leadAttributeList.attribute}
    return [lead.Id, lead.Email] + [values.get(column) for column in columns]


for number, email, first in [row("ann@example.com", ["FirstName"]), row("bob@example.com", ["FirstName"])]:
    print(number + 1, email, first)
""",
        ("REST_NAMES",),
        ("SoapObject", "describe"),
    ),
    "something made of the value that is looked for": (
        GET
        + """
def short(email):
    return next((a.attrValue[:2].upper() for a in get(email).leadAttributeList.attribute if a.attrName == "FirstName"), "?")


record = get("zoe@example.com")
print(short("ann@example.com"), short("nil@example.com"))
print(next((str(a.attrValue) for a in record.leadAttributeList.attribute if a.attrName == "City"), None))
print("<" + next((a.attrValue.strip() for a in record.leadAttributeList.attribute if a.attrName == "City"), "") + ">")
""",
        ('print(record.get("city"))', '("<" + (record["city"].strip() if record.get("city") else "") + ">")'),
        (),
    ),
    "a default that is asked for in any case": (
        GET
        + """
def other():
    print("asked")
    return "-"


print(next((a.attrValue for a in get("ann@example.com").leadAttributeList.attribute if a.attrName == "City"), other()))
""",
        (),
        (),
    ),
    "an enumeration of a type": (
        """
kind = client.get_type("ns0:LeadKeyRef")
key = client.get_type("ns0:LeadKey")(keyType=kind("IDNUM"), keyValue="1001")
print(client.service.getLead(key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Email)
""",
        (),
        ("get_type", "type_factory"),
    ),
    "an enumeration in a helper": (
        """
def read(number):
    key = {"keyType": client.get_type("ns0:LeadKeyRef")("IDNUM"), "keyValue": number}
    return client.service.getLead(key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Email
print(read("1001"))
""",
        (),
        ("get_type", "type_factory"),
    ),
    "an enumeration of a type factory": (
        """
factory = client.type_factory("ns0")
def read(number):
    key = factory.LeadKey(keyType=factory.LeadKeyRef("IDNUM"), keyValue=number)
    return client.service.getLead(key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Email
print(read("1001"))
""",
        (),
        ("get_type", "type_factory"),
    ),
    "an operation kept in an attribute with its header": (
        """
import functools

class Reader:
    def __init__(self, soap):
        self.ask = functools.partial(soap.service.getLead, _soapheaders={"authentication": signed()})

    def number(self, email):
        return self.ask({"keyType": "EMAIL", "keyValue": email}).leadRecordList.leadRecord[0].Id

reader = Reader(client)
print(reader.number("ann@example.com"), reader.number("bob@example.com"))
""",
        (),
        (".service", "signed"),
    ),
    "an operation that a function returns": (
        """
def operation(soap):
    return soap.service.getLead

def number(email):
    ask = operation(client)
    return ask({"keyType": "EMAIL", "keyValue": email}, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id

print(number("ann@example.com"), number("bob@example.com"))
""",
        (),
        (".service", "signed"),
    ),
    "an operation got by name and kept": (
        """
class Reader:
    def __init__(self, soap):
        self.ask = getattr(soap.service, "getLead")

    def number(self, email):
        return self.ask({"keyType": "EMAIL", "keyValue": email}, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id

print(Reader(client).number("ann@example.com"))
""",
        (),
        (".service", "signed"),
    ),
    "attributes that a generator yields": (
        """
NAMES = {"town": "City", "job": "Title"}
def attributes(row):
    for column, value in sorted(row.items()):
        if column not in NAMES or not value:
            continue
        yield {"attrName": NAMES[column], "attrValue": value}
    yield {"attrName": "LastName", "attrValue": "Doe"}
for mail, row in (("ann@example.com", {"town": "Rome", "x": "y"}), ("bob@example.com", {"job": "Boss", "town": ""})):
    record = {"Email": mail, "leadAttributeList": {"attribute": list(attributes(row))}}
    print(client.service.syncLead(record, False, _soapheaders={"authentication": signed()}).leadId)
""",
        ("yield REST_NAMES[NAMES[column]], value", "**dict(attributes(row))"),
        (),
    ),
    "records that a generator yields": (
        """
def records(rows):
    for mail, town in rows:
        if not town:
            continue
        yield {"Email": mail, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": town}]}}
answer = client.service.syncMultipleLeads({"leadRecord": list(records([("ann@example.com", "Ulm"), ("bob@example.com", ""), ("eve@example.com", "Bonn")]))}, _soapheaders={"authentication": signed()})
print([s.leadId for s in answer.syncStatus])
""",
        (),
        (),
    ),
    "attributes of two loops": (
        """
GROUPS = [("ann@example.com", [("City", "Rome"), ("Title", "Boss")])]
for mail, pairs in GROUPS:
    attributes = []
    for name, value in pairs:
        for text in (value,):
            attributes.append({"attrName": name, "attrValue": text})
    print(client.service.syncLead({"Email": mail, "leadAttributeList": {"attribute": attributes}}, False, _soapheaders={"authentication": signed()}).leadId)
""",
        (),
        (),
    ),
    "attributes of a dict that is written out": (
        """
record = {"Email": "ann@example.com", "leadAttributeList": {"attribute": [{"attrName": n, "attrValue": v} for n, v in {"City": "Ulm", "Title": "Boss"}.items()]}}
print(client.service.syncLead(record, False, _soapheaders={"authentication": signed()}).leadId)
""",
        (),
        (),
    ),
    "a key of keyword arguments": (
        """
def key(**parts):
    return parts
print(client.service.getLead(key(keyType="EMAIL", keyValue="ann@example.com"), _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id)
""",
        (),
        (),
    ),
    "object keys of keyword arguments": (
        """
def take(x):
    print("take", x)
    return x
def attributes(**values):
    return {"attribute": [{"attrName": name, "attrValue": str(value)} for name, value in values.items()]}
print(client.service.deleteCustomObjects(objTypeName="RoadShow", customObjKeyLists={"keyList": [attributes(rid=take("rid2"), MKTOID=take(1001))]}, _soapheaders={"authentication": signed()}).syncCustomObjStatus[0].status)
""",
        ('{"rid": str(take("rid2")), "MKTOID": str(take(1001))}',),
        (),
    ),
}
SUDS_BODIES = {
    "values of an enumeration as arguments": (
        """
refs = client.factory.create("LeadKeyRef")
def read(kind, value):
    key = client.factory.create("LeadKey")
    key.keyType = kind
    key.keyValue = value
    return client.service.getLead(key).leadRecordList.leadRecord[0].Email
print(read(refs.IDNUM, "1001"), read(refs.IDNUM, "1002"))
""",
        (),
        ("factory.create",),
    ),
    "a value of an enumeration by name": (
        """
def read(kind, value):
    key = client.factory.create("LeadKey")
    key.keyType = getattr(client.factory.create("LeadKeyRef"), kind)
    key.keyValue = value
    return client.service.getLead(key).leadRecordList.leadRecord[0].Email
print(read("IDNUM", "1001"), read("IDNUM", "1002"))
""",
        (),
        ("factory.create",),
    ),
    "merging with attributes filled by tuples": (
        """
def merge(options):
    first = client.factory.create("Attribute")
    first.attrName, first.attrValue = "IDNUM", options["winner"]
    second = client.factory.create("Attribute")
    second.attrName, second.attrValue = ("IDNUM", options["loser"])
    winner, losers = client.factory.create("ArrayOfAttribute"), client.factory.create("ArrayOfAttribute")
    winner.attribute, losers.attribute = [first], [second]
    keys = client.factory.create("ArrayOfKeyList")
    keys.keyList = [losers]
    done = client.service.mergeLeads(winner, keys)
    ok = done.mergeStatus.status == "MERGED"
    print("merged" if ok else "not merged")
merge({"winner": 1006, "loser": 1007})
""",
        ('merge_lead(options["winner"], [options["loser"]])',),
        ("factory.create",),
    ),
    "commands that argparse chooses": (
        """
import argparse

def cmd_show(soap, options):
    key = soap.factory.create("LeadKey")
    key.keyType, key.keyValue = "EMAIL", options.email
    print(soap.service.getLead(key).leadRecordList.leadRecord[0].Id)

def cmd_merge(soap, options):
    left = soap.factory.create("Attribute")
    left.attrName, left.attrValue = "IDNUM", options.winner
    right = soap.factory.create("Attribute")
    right.attrName, right.attrValue = "IDNUM", options.loser
    winner = soap.factory.create("ArrayOfAttribute")
    winner.attribute = [left]
    losers = soap.factory.create("ArrayOfAttribute")
    losers.attribute = [right]
    keys = soap.factory.create("ArrayOfKeyList")
    keys.keyList = [losers]
    done = soap.service.mergeLeads(winner, keys)
    if done.mergeStatus.status == "MERGED":
        print("merged")
    else:
        print("not merged")

parser = argparse.ArgumentParser()
commands = parser.add_subparsers(dest="command")
show = commands.add_parser("show")
show.add_argument("email")
show.set_defaults(run=cmd_show)
merge = commands.add_parser("merge")
merge.add_argument("winner", type=int)
merge.add_argument("loser", type=int)
merge.set_defaults(run=cmd_merge)
for line in ("show ann@example.com", "merge 1006 1007", "merge 1001 999"):
    options = parser.parse_args(line.split())
    options.run(client, options)
""",
        ("merge_lead(",),
        ("factory.create",),
    ),
    "operations kept in attributes": (
        """
class Reader:
    def __init__(self, soap):
        self.soap = soap
        self._get = soap.service.getLead
        self._sync = soap.service.syncLead

    def number(self, email):
        return self._get({"keyType": "EMAIL", "keyValue": email}).leadRecordList.leadRecord[0].Id

    def save(self, email):
        return self._sync({"Email": email, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "Rome"}]}}, False).leadId

reader = Reader(client)
print(reader.number("ann@example.com"), reader.save("new@example.com"))
""",
        (),
        (".service",),
    ),
    "operations kept in a dict": (
        """
OPERATIONS = {"get": client.service.getLead, "sync": client.service.syncLead}
print(OPERATIONS["get"]({"keyType": "EMAIL", "keyValue": "ann@example.com"}).leadRecordList.leadRecord[0].Id)
print(OPERATIONS["sync"]({"Email": "ann@example.com", "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "Rome"}]}}, False).leadId)
""",
        (),
        (".service",),
    ),
    "keys of two loops": (
        """
def found(domains, names):
    selector = client.factory.create("LeadKeySelector")
    selector.keyType = "EMAIL"
    selector.keyValues = client.factory.create("ArrayOfString")
    for domain in domains:
        for name in names[domain]:
            if name == "bob":
                continue
            selector.keyValues.stringItem.append(name + "@" + domain)
    return [r.Id for r in client.service.getMultipleLeads(selector).leadRecordList.leadRecord]
print(found(["example.com"], {"example.com": ["ann", "bob", "eve"]}))
""",
        (),
        (),
    ),
    "keys of two loops over one iterator": (
        """
selector = client.factory.create("LeadKeySelector")
selector.keyType = "EMAIL"
selector.keyValues = client.factory.create("ArrayOfString")
names = iter(["ann", "bob"])
for domain in ("example.com", "example.org"):
    for name in names:
        selector.keyValues.stringItem.append(name + "@" + domain)
print(client.service.getMultipleLeads(selector).returnCount)
""",
        (),
        (),
    ),
    "loops whose variables are read later": (
        """
selector = client.factory.create("LeadKeySelector")
selector.keyType = "EMAIL"
selector.keyValues = client.factory.create("ArrayOfString")
for domain in ("example.com", "example.org"):
    for name in ("ann", "bob"):
        selector.keyValues.stringItem.append(name + "@" + domain)
print(client.service.getMultipleLeads(selector).returnCount, name, domain)
""",
        (),
        (),
    ),
    "request objects that a generator yields": (
        """
def attributes(row):
    for name, value in row.items():
        attribute = client.factory.create("Attribute")
        attribute.attrName = name
        attribute.attrValue = value
        yield attribute
record = client.factory.create("LeadRecord")
record.Email = "ann@example.com"
record.leadAttributeList = client.factory.create("ArrayOfAttribute")
record.leadAttributeList.attribute.extend(attributes({"City": "Ulm", "Title": "Boss"}))
print(client.service.syncLead(record, False).leadId)
""",
        ("yield REST_NAMES[name], value",),
        (),
    ),
}
SIGNED = """\
import hashlib
import hmac
import os
from dataclasses import dataclass
from datetime import datetime, timezone

from zeep import Client


{signer}
        stamp = datetime.now(timezone.utc).isoformat()
        digest = hmac.new(self.key.encode(), (stamp + self.user).encode(), hashlib.sha1).hexdigest()
        return {{"authentication": {{"mktowsUserId": self.user, "requestSignature": digest, "requestTimestamp": stamp}}}}


class Reader:
    def __init__(self, signer):
        self.client = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")
        self.signer = signer

    def number(self, email):
        key = {{"keyType": "EMAIL", "keyValue": email}}
        return self.client.service.getLead(key, _soapheaders=self.signer{call}).leadRecordList.leadRecord[0].Id


signer = Signer(os.environ["MARKETO_USER_ID"], os.environ["MARKETO_ENCRYPTION_KEY"])
print(Reader(signer).number("ann@example.com"), Reader(signer).number("bob@example.com"))
"""
PLAIN = """\
class Signer:
    def __init__(self, user, key):
        self.user = user
        self.key = key
        self.count = 0

"""
FIELDS = """\
@dataclass(frozen=True)
class Signer:
    user: str
    key: str

"""
CALLED = "    def __call__(self):"
SIGNERS = {
    "an object that signs when it is called": SIGNED.format(signer=PLAIN + CALLED, call="()"),
    "a dataclass that signs when it is called": SIGNED.format(signer=FIELDS + CALLED, call="()"),
    "a property that signs": SIGNED.format(
        signer=PLAIN + "    @property\n    def headers(self):", call=".headers"
    ),
}
COUNTED = {
    "a signer that counts": SIGNED.format(signer=PLAIN + CALLED + "\n        self.count += 1", call="()")
    + "print(signer.count)\n",
    "a signer that prints": SIGNED.format(signer=PLAIN + CALLED + '\n        print("signed")', call="()"),
    "two kinds of signers": SIGNED.format(
        signer=PLAIN
        + "    def __call__(self):\n        print(len(self.key))\n        return self.sign()\n\n    def sign(self):",
        call="()",
    ).replace(
        "\n\nsigner =",
        '\n\nclass Quiet(Signer):\n    def __call__(self):\n        return self.sign()\n\n\nprint(Reader(Quiet("a", "b")).number("eve@example.com"))\nsigner =',
    ),
}
STAYING = {
    "a request that is given beforehand": ZEEP
    + """
import functools
ask = functools.partial(client.service.getLead, {"keyType": "EMAIL", "keyValue": "ann@example.com"})
print(ask(_soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id)
""",
    "a header that prints and is given beforehand": ZEEP
    + """
import functools
def loud():
    print("signing")
    return {"authentication": signed()}
ask = functools.partial(client.service.getLead, _soapheaders=loud())
print(ask({"keyType": "EMAIL", "keyValue": "ann@example.com"}).leadRecordList.leadRecord[0].Id)
""",
    "an operation or something else": ZEEP
    + """
class Reader:
    def __init__(self, ask):
        self.ask = ask

    def number(self, email):
        return self.ask({"keyType": "EMAIL", "keyValue": email}, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id

class L: pass
def fake(key, _soapheaders):
    r = L(); r.Id = 1; a = L(); a.leadRecord=[r]; b = L(); b.leadRecordList=a
    return b
print(Reader(client.service.getLead).number("ann@example.com"))
print(Reader(fake).number("ann@example.com"))
""",
    "an operation that is asked for its name": ZEEP
    + """
class Reader:
    def __init__(self, soap):
        self.ask = soap.service.getLead

    def number(self, email):
        print("asking", callable(self.ask))
        return self.ask({"keyType": "EMAIL", "keyValue": email}, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id

print(Reader(client).number("ann@example.com"))
""",
    "a generator that is asked for more": ZEEP
    + """
NAMES = {"town": "City", "job": "Title"}
def attributes(row):
    for column, value in row.items():
        yield {"attrName": NAMES[column], "attrValue": value}
print(len(list(attributes({"town": "x"}))))
record = {"Email": "ann@example.com", "leadAttributeList": {"attribute": list(attributes({"town": "Rome"}))}}
print(client.service.syncLead(record, False, _soapheaders={"authentication": signed()}).leadId)
""",
    "a generator that is sent something": ZEEP
    + """
def attributes():
    got = yield {"attrName": "City", "attrValue": "Ulm"}
    print(got)
record = {"Email": "ann@example.com", "leadAttributeList": {"attribute": list(attributes())}}
print(client.service.syncLead(record, False, _soapheaders={"authentication": signed()}).leadId)
""",
    "a generator that prints": ZEEP
    + """
NAMES = {"town": "City", "job": "Title"}
def attributes(row):
    print("start")
    for column, value in row.items():
        yield {"attrName": NAMES[column], "attrValue": value}
    print("end")
listed = list(attributes({"town": "Rome"}))
print("now")
record = {"Email": "ann@example.com", "leadAttributeList": {"attribute": listed}}
print(client.service.syncLead(record, False, _soapheaders={"authentication": signed()}).leadId)
""",
    "two loops and a break": SUDS
    + """
selector = client.factory.create("LeadKeySelector")
selector.keyType = "EMAIL"
selector.keyValues = client.factory.create("ArrayOfString")
for domain in ("example.com", "example.org"):
    for name in ("ann", "bob", "eve"):
        if name == "bob":
            break
        selector.keyValues.stringItem.append(name + "@" + domain)
print(client.service.getMultipleLeads(selector).returnCount)
""",
    "two loops that count": SUDS
    + """
selector = client.factory.create("LeadKeySelector")
selector.keyType = "EMAIL"
selector.keyValues = client.factory.create("ArrayOfString")
count = 0
for domain in ("example.com", "example.org"):
    for name in ("ann", "bob", "eve"):
        count += 1
        selector.keyValues.stringItem.append(name + "@" + domain)
print(client.service.getMultipleLeads(selector).returnCount, count)
""",
    "a generator that yields one object again": SUDS
    + """
def attributes(row):
    attribute = client.factory.create("Attribute")
    for name, value in row.items():
        attribute.attrName = name
        attribute.attrValue = value
        yield attribute
record = client.factory.create("LeadRecord")
record.Email = "ann@example.com"
record.leadAttributeList = client.factory.create("ArrayOfAttribute")
record.leadAttributeList.attribute.extend(attributes({"City": "Ulm", "Title": "Boss"}))
print(client.service.syncLead(record, False).leadId)
""",
    "a generator that fills what it yielded": SUDS
    + """
def attributes(row):
    for name, value in row.items():
        attribute = client.factory.create("Attribute")
        attribute.attrName = name
        yield attribute
        attribute.attrValue = value
record = client.factory.create("LeadRecord")
record.Email = "ann@example.com"
record.leadAttributeList = client.factory.create("ArrayOfAttribute")
record.leadAttributeList.attribute.extend(attributes({"City": "Ulm", "Title": "Boss"}))
print(client.service.syncLead(record, False).leadId)
""",
    "a helper that reads its argument twice": ZEEP
    + """
def take(x):
    print("take", x)
    return x
def key(value):
    return {"keyType": "EMAIL", "keyValue": value + value[:0]}
print(client.service.getLead(key(take("ann@example.com")), _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id)
""",
    "a helper that gives its argument to two fields": ZEEP
    + """
def take(x):
    print("take", x)
    return x
def record(value):
    return {"attribute": [{"attrName": "MKTOID", "attrValue": 1001}, {"attrName": "rid", "attrValue": value}, {"attrName": "city", "attrValue": value}]}
print(client.service.deleteCustomObjects(objTypeName="RoadShow", customObjKeyLists={"keyList": [record(take("rid2"))]}, _soapheaders={"authentication": signed()}).syncCustomObjStatus[0].status)
""",
    "listed values that are read twice": ZEEP
    + """
def take(x):
    print("take", x)
    return x
attributes = [{"attrName": name, "attrValue": value + value[:0]} for name, value in [("City", take("Ulm")), ("Title", take("Boss"))]]
record = {"Email": "ann@example.com", "leadAttributeList": {"attribute": attributes}}
print(client.service.syncLead(record, False, _soapheaders={"authentication": signed()}).leadId)
""",
    "keyword arguments that are read twice": ZEEP
    + """
def take(x):
    print("take", x)
    return x
def attributes(**values):
    return {"attribute": [{"attrName": name, "attrValue": str(value) + "" + str(value)[:0]} for name, value in values.items()]}
print(client.service.deleteCustomObjects(objTypeName="RoadShow", customObjKeyLists={"keyList": [attributes(MKTOID=1001, rid=take("rid2"))]}, _soapheaders={"authentication": signed()}).syncCustomObjStatus[0].status)
""",
}
PROGRAMS = (
    {name: (ZEEP + body, *rest) for name, (body, *rest) in ZEEP_BODIES.items()}
    | {name: (SUDS + body, *rest) for name, (body, *rest) in SUDS_BODIES.items()}
    | {name: (text, (), ("hmac", "mktowsUserId")) for name, text in SIGNERS.items()}
)


@pytest.mark.parametrize("name", PROGRAMS)
def test_understood(name: str) -> None:
    text, present, absent = PROGRAMS[name]
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    after = verdict.texts["main.py"]
    assert not verdict.problems, "\n".join([*verdict.problems, after])
    assert verdict.rewritten, verdict.reasons
    assert not verdict.reasons
    assert verdict.before is not None
    assert verdict.before.error is None
    for words in present:
        assert words in after, after
    for words in absent:
        assert words not in after, after


@pytest.mark.parametrize("name", [*COUNTED, *STAYING])
def test_not_moved(name: str) -> None:
    verdict = judge({"main.py": {**COUNTED, **STAYING}[name]}, state=people, unsafe=True)
    assert not verdict.rewritten, verdict.texts["main.py"]
    assert verdict.reasons


@pytest.mark.parametrize(
    "body",
    [
        'for name in ("Id", "Email"):\n    print(name, getattr(record, name))\n',
        "def field(name):\n    return getattr(record, name)\n\n\nprint(field('Id'), field('Email'))\n",
    ],
)
def test_fields_by_names_that_vary(body: str) -> None:
    text = ZEEP + GET + f"\nrecord = get('ann@example.com')\n{body}"
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert not verdict.problems, "\n".join([*verdict.problems, verdict.texts["main.py"]])
    assert not judge({"main.py": text}, state=people).rewritten
