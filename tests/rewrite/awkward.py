# ruff: noqa: E501 - programs as people write them
"""Programs that a careless rewrite gets wrong, by name. `zeep` and `suds` hold bodies behind a client and a header."""

HEADER = """\
import hashlib
import hmac
import json
import os
from datetime import datetime, timezone

{imports}


def signed():
    user = os.environ["MARKETO_USER_ID"]
    stamp = datetime.now(timezone.utc).isoformat()
    digest = hmac.new(os.environ["MARKETO_ENCRYPTION_KEY"].encode(), (stamp + user).encode(), hashlib.sha1)
    return {{"mktowsUserId": user, "requestTimestamp": stamp, "requestSignature": digest.hexdigest()}}


client = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")
"""
ZEEP = HEADER.format(imports="from zeep import Client\nfrom zeep.exceptions import Fault")
SUDS = (
    HEADER.format(imports="from suds import WebFault\nfrom suds.client import Client")
    + """\
header = client.factory.create("AuthenticationHeaderInfo")
values = signed()
header.mktowsUserId = values["mktowsUserId"]
header.requestTimestamp = values["requestTimestamp"]
header.requestSignature = values["requestSignature"]
client.set_options(soapheaders=header)
"""
)
GET = """

def get(email):
    return client.service.getLead(
        leadKey={"keyType": "EMAIL", "keyValue": email}, _soapheaders={"authentication": signed()}
    ).leadRecordList.leadRecord[0]


"""

ZEEP_BODIES = {
    "values that are made in another order than REST names them": """
queue = ["Rome", "Rico"]


def take(label):
    print(label)
    return queue.pop()


first = {"attrName": "FirstName", "attrValue": take("first")}
record = {"Email": "ann@example.com", "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": take("city")}, first]}}
print(client.service.syncLead(record, False, _soapheaders={"authentication": signed()}).leadId)
""",
    "values that are made in the order in which REST names them": """
queue = ["Rome", "Rico"]


def take(label):
    print(label)
    return queue.pop()


record = {"Email": "ann@example.com", "leadAttributeList": {"attribute": [{"attrName": "FirstName", "attrValue": take("first")}, {"attrName": "City", "attrValue": take("city")}]}}
print(client.service.syncLead(record, False, _soapheaders={"authentication": signed()}).leadId)
""",
    "a value that is made for two calls": """
counter = iter(range(10))
key = {"keyType": "IDNUM", "keyValue": str(1001 + next(counter))}
print(client.service.getLead(key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Email)
print(client.service.getLead(key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id)
""",
    "an argument that a helper uses twice": """
numbers = iter(("1001", "1002"))


def record(number):
    return {"Id": int(number), "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "Ulm " + number}]}}


print(client.service.syncLead(record(next(numbers)), False, _soapheaders={"authentication": signed()}).leadId)
""",
    "None before a try and looked at behind it": """
def number(email):
    found = None
    try:
        found = client.service.getLead({"keyType": "EMAIL", "keyValue": email}, _soapheaders={"authentication": signed()})
    except Fault:
        print("no", email)
    if found is None:
        return None
    return found.leadRecordList.leadRecord[0].Id


print(number("ann@example.com"), number("ghost@example.com"))
""",
    "the last answer that came": """
found = None
for email in ("ann@example.com", "ghost@example.com"):
    try:
        found = client.service.getLead({"keyType": "EMAIL", "keyValue": email}, _soapheaders={"authentication": signed()})
    except Fault:
        continue
    print(found.leadRecordList.leadRecord[0].Id)
if found is not None:
    print(found.leadRecordList.leadRecord[0].Email)
""",
    "a default of an option that is read in the call": """
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--email", default="ann@example.com")
options = parser.parse_args([])
print(client.service.getLead({"keyType": "EMAIL", "keyValue": options.email}, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id)
""",
    "an entry of a dict that is read in another function than the call": """
SETTINGS = {"email": "ann@example.com", "retries": 1}


def key():
    return {"keyType": "EMAIL", "keyValue": SETTINGS["email"]}


print(client.service.getLead(key(), _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id)
""",
    "records of a helper that are shown too": """
def record(mail):
    listed = []
    listed.append({"attrName": "City", "attrValue": "Ulm"})
    return {"Email": mail, "leadAttributeList": {"attribute": listed}}


batch = [record(mail) for mail in ["ann@example.com", "bob@example.com"][:50]]
answer = client.service.syncMultipleLeads({"leadRecord": batch}, _soapheaders={"authentication": signed()})
print([s.leadId for s in answer.syncStatus], len(batch), batch[0])
""",
    "the reason of a record that was written": """
batch = [{"Email": mail, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "Ulm"}]}} for mail in ("ann@example.com", "new@example.com")]
answer = client.service.syncMultipleLeads({"leadRecord": batch}, _soapheaders={"authentication": signed()})
print([(s.leadId, s.error) for s in answer.syncStatus])
""",
    "other attributes are counted": GET
    + """
lead = get("ann@example.com")
rest = 0
for a in lead.leadAttributeList.attribute:
    if a.attrName == "City":
        print(a.attrValue)
    else:
        rest += 1
print(rest)
""",
    "attributes that are not named are counted": GET
    + """
print(sum(1 for a in get("ann@example.com").leadAttributeList.attribute if a.attrName != "City"))
""",
    "all attributes are counted on the way": GET
    + """
seen = 0
for a in get("ann@example.com").leadAttributeList.attribute:
    seen += 1
    if a.attrName == "City":
        break
print(seen)
""",
    "the last attribute wins": GET
    + """
found = None
for a in get("ann@example.com").leadAttributeList.attribute:
    found = a.attrValue if a.attrName == "City" else None
print(found)
""",
    "position of an attribute": GET
    + """
for place, a in enumerate(get("ann@example.com").leadAttributeList.attribute):
    if a.attrName == "LastName":
        print(place)
""",
    "a dict of attributes tested for truth": GET
    + """
lead = get("bob@example.com")
attrs = {a.attrName: a.attrValue for a in lead.leadAttributeList.attribute}
if not attrs:
    print("nothing is known")
print(attrs.get("City"))
""",
    "length of the attribute dict": GET
    + """
attrs = {a.attrName: a.attrValue for a in get("ann@example.com").leadAttributeList.attribute}
print(len(attrs), attrs["City"])
""",
    "json of the attribute dict": GET
    + """
attrs = {a.attrName: a.attrValue for a in get("ann@example.com").leadAttributeList.attribute}
print(attrs.get("City"), json.dumps(attrs, sort_keys=True))
""",
    "items of the attribute dict": GET
    + """
attrs = {a.attrName: a.attrValue for a in get("ann@example.com").leadAttributeList.attribute}
for name, value in attrs.items():
    print(name, value)
print(attrs["City"])
""",
    "sorted names of the attribute dict": GET
    + """
attrs = {a.attrName: a.attrValue for a in get("ann@example.com").leadAttributeList.attribute}
print(sorted(attrs), "City" in attrs)
""",
    "attribute dict merged into another": GET
    + """
attrs = {a.attrName: a.attrValue for a in get("ann@example.com").leadAttributeList.attribute}
print({**{"City": "unknown"}, **attrs}["City"], attrs.get("City"))
""",
    "attribute dict the other way round": GET
    + """
names = {a.attrValue: a.attrName for a in get("ann@example.com").leadAttributeList.attribute}
print(names.get("Austin"), names.get("City"))
""",
    "attribute dict updated, compared, copied": GET
    + """
attrs = {a.attrName: a.attrValue for a in get("ann@example.com").leadAttributeList.attribute}
other = dict(attrs)
other.update(City="X")
print(other == attrs, other["City"], attrs["City"])
""",
    "numeric attribute compared as text": GET
    + """
attrs = {a.attrName: a.attrValue for a in get("ann@example.com").leadAttributeList.attribute}
print(attrs["LeadScore"] == "62", attrs["LeadScore"] in ("62", "63"), attrs["LeadScore"] * 2, "6" in attrs["LeadScore"])
""",
    "numeric attribute searched for": GET
    + """
def attribute(lead, name):
    for a in lead.leadAttributeList.attribute:
        if a.attrName == name:
            return a.attrValue


for mail in ("ann@example.com", "zoe@example.com", "cho@example.com"):
    lead = get(mail)
    print(repr(attribute(lead, "LeadScore")), attribute(lead, "LeadScore") or "no score", attribute(lead, "City"))
""",
    "boolean attribute": GET
    + """
attrs = {a.attrName: a.attrValue for a in get("cho@example.com").leadAttributeList.attribute}
print(attrs.get("Unsubscribed"), attrs.get("Unsubscribed") in ("1", "true"))
""",
    "default where there is no attribute": GET
    + """
attrs = {a.attrName: a.attrValue for a in get("bob@example.com").leadAttributeList.attribute}
print(attrs.get("City", "nowhere"), attrs.get("City") is None, "City" in attrs, attrs.get("Phone", "") + "!")
""",
    "missing attribute raises KeyError": GET
    + """
attrs = {a.attrName: a.attrValue for a in get("bob@example.com").leadAttributeList.attribute}
try:
    print(attrs["City"])
except KeyError as missing:
    print("no", missing)
""",
    "AttributeError of None": GET
    + """
attrs = {a.attrName: a.attrValue for a in get("bob@example.com").leadAttributeList.attribute}
try:
    print(attrs.get("City").upper())
except AttributeError:
    print("no city")
""",
    "stale variables in a loop": GET
    + """
city = "start"
for mail in ("ann@example.com", "bob@example.com", "zoe@example.com"):
    for a in get(mail).leadAttributeList.attribute:
        if a.attrName == "City":
            city = a.attrValue
    print(mail, city)
""",
    "loop variable read after the loop": GET
    + """
for a in get("ann@example.com").leadAttributeList.attribute:
    if a.attrName == "City":
        break
print(a.attrName, a.attrValue)
""",
    "request dict changed after an alias was taken": """
key = {"keyType": "EMAIL", "keyValue": "ann@example.com"}
same = key
same["keyValue"] = "bob@example.com"
print(client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id)
print(same["keyValue"])
""",
    "request dict reused and changed": """
key = {"keyType": "EMAIL"}
for mail in ("ann@example.com", "bob@example.com"):
    key["keyValue"] = mail
    record = client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0]
    print(record.Id, key)
""",
    "a value changes between building and sending": """
mail = "ann@example.com"
key = {"keyType": "EMAIL", "keyValue": mail}
mail = "bob@example.com"
found = client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()})
print(found.leadRecordList.leadRecord[0].Id, mail)
""",
    "an attribute changes between building and sending": """
class Job:
    def __init__(self):
        self.mails = ["ann@example.com", "bob@example.com"]
        self.mail = "ann@example.com"

    def next(self):
        self.mail = "bob@example.com"

    def run(self):
        key = {"keyType": "EMAIL", "keyValue": self.mail}
        self.next()
        found = client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()})
        first = {"keyType": "EMAIL", "keyValue": self.mails[0]}
        self.mails.pop(0)
        other = client.service.getLead(leadKey=first, _soapheaders={"authentication": signed()})
        return found.leadRecordList.leadRecord[0].Id, other.leadRecordList.leadRecord[0].Id


print(Job().run())
""",
    "a value is made by something that acts": """
def ask(mail):
    print("asked for", mail)
    return mail


key = {"keyType": "EMAIL", "keyValue": ask("ann@example.com")}
print("between")
found = client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()})
print(found.leadRecordList.leadRecord[0].Id)
""",
    "values that act, one after the other": """
numbers = iter([1001, 1002, 1003])
key = {"keyType": "IDNUM", "keyValue": next(numbers)}
found = client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()})
print(found.leadRecordList.leadRecord[0].Email, next(numbers))
record = {"Id": next(numbers), "leadAttributeList": {"attribute": []}}
record["leadAttributeList"]["attribute"].append({"attrName": "City", "attrValue": "Rome"})
print(client.service.syncLead(record, False, _soapheaders={"authentication": signed()}).leadId, list(numbers))
""",
    "a value made once and sent in a loop": """
mails = ["ann@example.com", "bob@example.com"]
key = {"keyType": "EMAIL", "keyValue": mails.pop()}
for turn in range(2):
    found = client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()})
    print(turn, found.leadRecordList.leadRecord[0].Id, mails)
""",
    "something acts before the call in its statement": """
def say(text):
    print(text)
    return text


def find(mail):
    key = {"keyType": "EMAIL", "keyValue": mail}
    return say("looked for"), client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()}).count


try:
    print(find("nobody@example.com"))
except Exception:
    print("nobody")
print(find("ann@example.com"))
""",
    "an item of the attributes is replaced": """
def attr(name, value):
    return {"attrName": name, "attrValue": value}
items = [attr("City", "Ulm"), attr("FirstName", "A")]
items[0]["attrValue"] = "Bonn"
items[-1] = attr("LastName", "Q")
rec = {"Email": "ann@example.com", "leadAttributeList": {"attribute": items}}
print(client.service.syncLead(leadRecord=rec, returnLead=False, _soapheaders={"authentication": signed()}).leadId)
""",
    "records changed by their index": """
batch = [{"Email": "ann@example.com", "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "C"}]}}, {"Email": "bob@example.com", "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "D"}]}}]
batch[1]["Email"] = "cho@example.com"
batch[0]["leadAttributeList"]["attribute"].append({"attrName": "Title", "attrValue": "T"})
res = client.service.syncMultipleLeads(leadRecordList={"leadRecord": batch}, dedupEnabled=True, _soapheaders={"authentication": signed()})
print([s.leadId for s in res.syncStatus])
""",
    "keys changed in a loop over them": """
keys = [{"keyType": "IDNUM", "keyValue": i} for i in (1001, 1002)]
for k in keys:
    k["keyValue"] += 1
print(client.service.requestCampaign(source="MKTOWS", campaignId=1001, leadList={"leadKey": keys}, _soapheaders={"authentication": signed()}))
""",
    "a helper changes the record": """
def tag(rec):
    rec["leadAttributeList"]["attribute"].append({"attrName": "Title", "attrValue": "T"})
    return rec
rec = {"Email": "ann@example.com", "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "C"}]}}
tag(rec)
print(client.service.syncLead(leadRecord=rec, returnLead=False, _soapheaders={"authentication": signed()}).leadId)
""",
    "records changed in a loop over them": """
batch = [{"Email": m, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "C"}]}} for m in ("ann@example.com", "bob@example.com")]
for rec in batch:
    rec["leadAttributeList"]["attribute"].append({"attrName": "Title", "attrValue": "T"})
res = client.service.syncMultipleLeads(leadRecordList={"leadRecord": batch}, dedupEnabled=True, _soapheaders={"authentication": signed()})
print([s.leadId for s in res.syncStatus])
""",
    "a nested function changes the key": """
def run():
    key = {"keyType": "EMAIL", "keyValue": "ann@example.com"}
    def change():
        key["keyValue"] = "bob@example.com"
    change()
    return client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id
print(run())
""",
    "a function changes a key of the module": """
key = {"keyType": "EMAIL", "keyValue": "ann@example.com"}
def change(v):
    key["keyValue"] = v
change("bob@example.com")
print(client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id)
""",
    "update with unpacked keywords": """
key = {"keyType": "EMAIL", "keyValue": "ann@example.com"}
key.update(**{"keyValue": "bob@example.com"})
print(client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id)
""",
    "augmented assignment of a value": """
key = {"keyType": "EMAIL", "keyValue": "ann"}
key["keyValue"] += "@example.com"
print(client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id)
""",
    "the batch is shuffled": """
import random
random.seed(3)
batch = [{"Email": m, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "C"}]}} for m in ("ann@example.com", "bob@example.com", "cho@example.com", "eve@example.com")]
random.shuffle(batch)
res = client.service.syncMultipleLeads(leadRecordList={"leadRecord": batch}, dedupEnabled=True, _soapheaders={"authentication": signed()})
print([s.leadId for s in res.syncStatus])
""",
    "an iterator is used up late": """
rows = iter([("ann@example.com", "A"), ("bob@example.com", "B")])
batch = [{"Email": m, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": c}]}} for m, c in rows]
print(next(rows, "end"))
res = client.service.syncMultipleLeads(leadRecordList={"leadRecord": batch}, dedupEnabled=True, _soapheaders={"authentication": signed()})
print([s.leadId for s in res.syncStatus])
""",
    "a buffer emptied by a slice": """
batch = []
for m in ("ann@example.com", "bob@example.com", "cho@example.com"):
    batch.append({"Email": m, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "C"}]}})
    if len(batch) == 2:
        res = client.service.syncMultipleLeads(leadRecordList={"leadRecord": batch}, dedupEnabled=True, _soapheaders={"authentication": signed()})
        print([s.leadId for s in res.syncStatus])
        batch[:] = []
print(len(batch))
""",
    "attributes grow on every turn": """
attrs = [{"attrName": "City", "attrValue": "C"}]
for m in ("ann@example.com", "bob@example.com"):
    attrs.append({"attrName": "Title" if m.startswith("a") else "FirstName", "attrValue": m[:3]})
    print(client.service.syncLead(leadRecord={"Email": m, "leadAttributeList": {"attribute": attrs}}, returnLead=False, _soapheaders={"authentication": signed()}).leadId)
""",
    "a loop that calculates": """
keys = []
for text in ("1001", "1002"):
    number = int(text) + 1
    keys.append({"keyType": "IDNUM", "keyValue": number})
print(client.service.requestCampaign(source="MKTOWS", campaignId=1001, leadList={"leadKey": keys}, _soapheaders={"authentication": signed()}), number)
""",
    "a loop with a set of what was seen": """
seen = set()
keys = []
for n in (1001, 1002, 1001):
    if n in seen:
        continue
    seen.add(n)
    keys.append({"keyType": "IDNUM", "keyValue": n})
print(client.service.requestCampaign(source="MKTOWS", campaignId=1001, leadList={"leadKey": keys}, _soapheaders={"authentication": signed()}), len(seen))
""",
    "the variable of a loop is read later": """
text = "hello"
keys = []
for text in ("1001", "1002"):
    keys.append({"keyType": "IDNUM", "keyValue": text})
client.service.requestCampaign(source="MKTOWS", campaignId=1001, leadList={"leadKey": keys}, _soapheaders={"authentication": signed()})
print(text)
""",
    "a value changed through an alias": """
row = {"id": 1001}
rows = [row]
key = {"keyType": "IDNUM", "keyValue": row["id"]}
rows[0]["id"] = 1002
for r in rows:
    r["id"] += 1
print(client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id)
""",
    "a global changed by a function": """
current = "ann@example.com"
def advance():
    global current
    current = "bob@example.com"
def run():
    key = {"keyType": "EMAIL", "keyValue": current}
    advance()
    return client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id
print(run())
""",
    "a condition in a loop over few": """
keys = []
limit = 2
for n in (1001, 1002, 1003):
    if len(keys) >= limit:
        continue
    keys.append({"keyType": "IDNUM", "keyValue": n})
print(client.service.requestCampaign(source="MKTOWS", campaignId=1001, leadList={"leadKey": keys}, _soapheaders={"authentication": signed()}), len(keys))
""",
    "an element from the state of a loop": """
def run(rows):
    keys = []
    log = []
    for n in rows[:100]:
        log.append(n)
        keys.append({"keyType": "IDNUM", "keyValue": log[-1]})
    return client.service.requestCampaign(source="MKTOWS", campaignId=1001, leadList={"leadKey": keys}, _soapheaders={"authentication": signed()})
print(run([1001, 1002, 1003]))
""",
    "key type decided at run time": """
def find(value):
    kind = "IDNUM" if isinstance(value, int) else "EMAIL"
    key = {"keyType": kind, "keyValue": value}
    return client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0]


print(find(1001).Email, find("bob@example.com").Id)
""",
    "key type overwritten": """
key = {"keyType": "IDNUM", "keyValue": 1001}
if os.environ.get("MARKETO_USER_ID"):
    key = {"keyType": "EMAIL", "keyValue": "bob@example.com"}
print(client.service.getLead(leadKey=key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id)
""",
    "early return between building and calling": """
def find(mail):
    key = {"keyType": "EMAIL", "keyValue": mail}
    if "@" not in mail:
        return key["keyValue"] + " is no address"
    headers = {"authentication": signed()}
    found = client.service.getLead(leadKey=key, _soapheaders=headers)
    return found.leadRecordList.leadRecord[0].Id, sorted(headers)


print(find("ann"), find("ann@example.com"))
""",
    "the header is printed too": """
headers = {"authentication": signed()}
found = client.service.getLead(leadKey={"keyType": "EMAIL", "keyValue": "ann@example.com"}, _soapheaders=headers)
print(found.leadRecordList.leadRecord[0].Id, len(headers["authentication"]["requestSignature"]))
""",
    "signature helper used for something else": GET
    + """
print(get("ann@example.com").Id, len(signed()["requestSignature"]))
""",
    "a generator evaluated late": GET
    + """
mails = ["ann@example.com"]
found = (get(mail).Id for mail in mails)
mails.append("bob@example.com")
print("before")
print(list(found))
""",
    "a lambda": """
find = lambda mail: client.service.getLead(
    leadKey={"keyType": "EMAIL", "keyValue": mail}, _soapheaders={"authentication": signed()}
).leadRecordList.leadRecord[0].Id
print(find("ann@example.com"))
try:
    print(find("ghost@example.com"))
except Fault:
    print("unknown")
""",
    "a default argument": """
def find(mail, service=client.service, key_type="EMAIL"):
    key = {"keyType": key_type, "keyValue": mail}
    return service.getLead(leadKey=key, _soapheaders={"authentication": signed()}).leadRecordList.leadRecord[0].Id


print(find("ann@example.com"), find(1002, key_type="IDNUM"))
""",
    "a global": """
last = None


def find(mail):
    global last
    last = client.service.getLead(
        leadKey={"keyType": "EMAIL", "keyValue": mail}, _soapheaders={"authentication": signed()}
    )
    return last.leadRecordList.leadRecord[0].Id


print(last, find("ann@example.com"), last is None, last.count)
""",
    "del": GET
    + """
lead = get("ann@example.com")
number = lead.Id
del lead
print(number)
attrs = {a.attrName: a.attrValue for a in get("ann@example.com").leadAttributeList.attribute}
del attrs["City"]
print("City" in attrs, attrs.get("FirstName"))
""",
    "walrus": """
if (found := client.service.getLead(
    leadKey={"keyType": "EMAIL", "keyValue": "ann@example.com"}, _soapheaders={"authentication": signed()}
)).count and (lead := found.leadRecordList.leadRecord[0]).Email:
    print(lead.Id, found.count)
""",
    "match": GET
    + """
lead = get("ann@example.com")
match lead.Email:
    case "ann@example.com":
        print("her", lead.Id)
    case _:
        print("another")
match {a.attrName: a.attrValue for a in lead.leadAttributeList.attribute}:
    case {"City": city, **rest}:
        print(city, len(rest))
""",
    "f-strings with quotes": GET
    + """
lead = get("zoe@example.com")
attrs = {a.attrName: a.attrValue for a in lead.leadAttributeList.attribute}
print(f"{lead.Email!r:>20} {attrs['FirstName']} {attrs.get('Title', '-')!r} {lead.Id:06d} {{x}}")
print(f'{lead.Email} {attrs["LastName"]}' + " %s %%" % attrs.get("City"))
""",
    "records as dict values, sorted, in a set": """
selector = client.get_type("ns0:LeadKeySelector")(
    keyType="EMAIL", keyValues={"stringItem": ["bob@example.com", "ann@example.com", "ghost@example.com"]}
)
page = client.service.getMultipleLeads(
    leadSelector=selector, includeAttributes={"stringItem": ["Email"]}, _soapheaders={"authentication": signed()}
)
records = page.leadRecordList.leadRecord
by_mail = {r.Email: r for r in records}
print([r.Id for r in sorted(records, key=lambda r: r.Email)], by_mail["bob@example.com"].Id, len({r.Id for r in records}))
print(by_mail["ann@example.com"] == records[0], records[0] == records[0], records[0] is by_mail["ann@example.com"])
print(max(records, key=lambda r: r.Id).Email, page.returnCount, [r.Id for r in records[1:]], records[-1].Email)
""",
    "the record printed": GET
    + """
print(get("ann@example.com"))
""",
    "the record's attributes by a name at run time": GET
    + """
lead = get("ann@example.com")
for name in ("Id", "Email"):
    print(getattr(lead, name), lead[name])
print(getattr(lead, "Email", "none") + "!", getattr(lead, "Email", "none").upper())
""",
    "status in many forms": """
def push(mail):
    return client.service.syncLead(
        leadRecord={"Email": mail, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "Oslo"}]}},
        returnLead=False,
        _soapheaders={"authentication": signed()},
    )


for mail in ("ann@example.com", "new@example.com"):
    result = push(mail)
    status = result.syncStatus.status
    print(status, str(status), status.lower(), status[:2], len(status), status in {"CREATED": 1}, status.title())
    print(getattr(result.syncStatus, "status", None), f"{result.syncStatus.status:>9}", "ATE" in status)
    print({"CREATED": "+", "UPDATED": "~"}[status], status == "CREATED" and "new" or "old", status != "FAILED")
""",
    "status of many, errors of some": """
batch = [{"Id": i, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "Rome"}]}} for i in (1001, 9999)]
answer = client.service.syncMultipleLeads(
    leadRecordList={"leadRecord": batch}, _soapheaders={"authentication": signed()}
)
for status in answer.syncStatus:
    print(status.status, status.error is None, bool(status.error), getattr(status, "error", None) is None)
    if status.error:
        print("failed")
print([s.leadId for s in answer.syncStatus if s.status == "UPDATED"], {s.status for s in answer.syncStatus})
""",
    "success is True": """
done = client.service.requestCampaign(
    source="MKTOWS", campaignId=1001, leadList={"leadKey": [{"keyType": "IDNUM", "keyValue": 1001}]},
    _soapheaders={"authentication": signed()},
)
print(done is True, done == True, done, not done, int(done), f"{done}")
""",
    "a campaign for many": """
ids = [1001, 1002]
more = ids
more.append(1003)
keys = []
for i in ids:
    keys.append({"keyType": "IDNUM", "keyValue": i})
keys.pop()
done = client.service.requestCampaign(
    source="MKTOWS", campaignId=1001, leadList={"leadKey": keys}, _soapheaders={"authentication": signed()}
)
print(done, len(keys))
""",
    "a fault caught by the caller as LookupError": GET
    + """
try:
    print(get("ghost@example.com").Id)
except LookupError:
    print("never printed")
except Fault:
    print("fault")
""",
    "a fault that LookupError of a caller lets through": """
def find(mail):
    answer = client.service.getLead(
        leadKey={"keyType": "EMAIL", "keyValue": mail}, _soapheaders={"authentication": signed()}
    )
    return answer.leadRecordList.leadRecord[0]


try:
    try:
        print(find("ghost@example.com").Id)
    except LookupError:
        print("never printed")
except Exception:
    print("fault")
""",
    "finally, else and a nested handler": """
def find(mail):
    try:
        answer = client.service.getLead(
            leadKey={"keyType": "EMAIL", "keyValue": mail}, _soapheaders={"authentication": signed()}
        )
    except Fault:
        print("fault")
    else:
        return answer.leadRecordList.leadRecord[0].Id
    finally:
        print("done", mail)


print(find("ann@example.com"), find("ghost@example.com"))
""",
    "contextlib.suppress": """
import contextlib

number = None
with contextlib.suppress(Fault):
    number = client.service.getLead(
        leadKey={"keyType": "EMAIL", "keyValue": "ghost@example.com"}, _soapheaders={"authentication": signed()}
    ).leadRecordList.leadRecord[0].Id
print(number)
""",
    "text of the fault": """
try:
    client.service.getLead(
        leadKey={"keyType": "EMAIL", "keyValue": "ghost@example.com"}, _soapheaders={"authentication": signed()}
    )
except Fault as error:
    print(error.message, str(error))
""",
    "isinstance of a fault": """
try:
    client.service.getLead(
        leadKey={"keyType": "EMAIL", "keyValue": "ghost@example.com"}, _soapheaders={"authentication": signed()}
    )
except Exception as error:
    print(isinstance(error, Fault), type(error).__name__)
""",
    "a monkeypatched service": """
def fake(**given):
    return type("Answer", (), {"count": 5})()


plain = client.service.getLead(
    leadKey={"keyType": "EMAIL", "keyValue": "ann@example.com"}, _soapheaders={"authentication": signed()}
).count
client.service.__dict__["getLead"] = fake
print(plain, client.service.getLead(leadKey={"keyType": "EMAIL", "keyValue": "x"}).count)
""",
    "a client that is replaced": """
first = client
number = client.service.getLead(
    leadKey={"keyType": "EMAIL", "keyValue": "ann@example.com"}, _soapheaders={"authentication": signed()}
).leadRecordList.leadRecord[0].Id
client = None
print(number, client, first is None)
""",
    "the client's own attributes": GET
    + """
print(get("ann@example.com").Id, client.wsdl is not None, hasattr(client, "transport"))
""",
    "values that are None": """
def push(mail, city, score):
    listed = [{"attrName": "City", "attrValue": city}, {"attrName": "LeadScore", "attrValue": score}]
    record = {"Email": mail, "leadAttributeList": {"attribute": [item for item in listed if item["attrValue"]]}}
    return client.service.syncLead(leadRecord=record, returnLead=False, _soapheaders={"authentication": signed()})


print(push("ann@example.com", "Bonn", 0).leadId, push("bob@example.com", None, "5").leadId)
""",
    "one attribute twice": """
listed = [{"attrName": "City", "attrValue": "First"}]
listed.append({"attrName": "City", "attrValue": "Second"})
answer = client.service.syncLead(
    leadRecord={"Email": "ann@example.com", "leadAttributeList": {"attribute": listed}},
    returnLead=False,
    _soapheaders={"authentication": signed()},
)
print(answer.leadId)
""",
    "one record object changed in a loop": """
record = {"leadAttributeList": {"attribute": []}}
for mail, city in (("ann@example.com", "Ulm"), ("bob@example.com", None)):
    record["Email"] = mail
    if city:
        record["leadAttributeList"]["attribute"].append({"attrName": "City", "attrValue": city})
    print(client.service.syncLead(record, False, _soapheaders={"authentication": signed()}).leadId)
""",
    "one record object in a list several times": """
record = {"leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "Ulm"}]}}
batch = []
for mail in ("ann@example.com", "bob@example.com"):
    record["Email"] = mail
    batch.append(record)
answer = client.service.syncMultipleLeads({"leadRecord": batch}, _soapheaders={"authentication": signed()})
print([s.leadId for s in answer.syncStatus])
""",
    "records counted and reordered before they are sent": """
batch = []
for mail in ("bob@example.com", "ann@example.com"):
    batch.append({"Email": mail, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "Ulm"}]}})
batch.sort(key=lambda record: record["Email"])
print(len(batch), batch[0]["Email"])
answer = client.service.syncMultipleLeads({"leadRecord": batch}, _soapheaders={"authentication": signed()})
print([s.leadId for s in answer.syncStatus])
""",
    "star arguments": """
def call(operation, *args, **kwargs):
    return getattr(client.service, operation)(*args, _soapheaders={"authentication": signed()}, **kwargs)


print(call("getLead", {"keyType": "EMAIL", "keyValue": "ann@example.com"}).leadRecordList.leadRecord[0].Id)
print(call("getLead", leadKey={"keyType": "IDNUM", "keyValue": 1002}).count)
""",
    "names that are shadowed": GET
    + """
def show(get, str=repr, list=None, name="n", value="v"):
    lead = get("ann@example.com")
    for attr in lead.leadAttributeList.attribute:
        if attr.attrName in ("City", "LeadScore"):
            print(name, value, str(attr.attrValue), list)


show(get)
""",
    "names the rewrite would like to take": """
SOAP_NAMES = ["mine"]
MarketoClient = "mine"


def soap_attributes(lead):
    return "mine"


def find(mail):
    found = client.service.getLead(
        leadKey={"keyType": "EMAIL", "keyValue": mail}, _soapheaders={"authentication": signed()}
    )
    leads = "mine"
    out = []
    for a in found.leadRecordList.leadRecord[0].leadAttributeList.attribute:
        if a.attrName in ("City", "LastName"):
            out.append(a.attrName + "=" + a.attrValue)
    return out, leads, SOAP_NAMES, MarketoClient, soap_attributes(None)


print(find("ann@example.com"))
""",
    "a helper called with more than leads": """
def number(thing):
    return thing.Id


class Own:
    Id = 5


answer = client.service.getLead(
    leadKey={"keyType": "EMAIL", "keyValue": "ann@example.com"}, _soapheaders={"authentication": signed()}
)
print(number(answer.leadRecordList.leadRecord[0]), number(Own()))
""",
    "ids as text and as number": GET
    + """
lead = get("ann@example.com")
print(lead.Id == 1001, lead.Id == "1001", str(lead.Id) == "1001", lead.Id in [1001], {1001: "her"}[lead.Id], lead.Id + 1)
""",
    "a cached function": """
import functools


@functools.lru_cache(maxsize=None)
def find(mail):
    print("asks for", mail)
    return client.service.getLead(
        leadKey={"keyType": "EMAIL", "keyValue": mail}, _soapheaders={"authentication": signed()}
    ).leadRecordList.leadRecord[0]


print(find("ann@example.com").Id, find("ann@example.com").Email, find.cache_info().hits)
""",
    "results kept in objects and lists": """
class Person:
    def __init__(self, record):
        self.record = record
        self.city = next((a.attrValue for a in record.leadAttributeList.attribute if a.attrName == "City"), "")

    def __repr__(self):
        return f"{self.record.Id}:{self.city}"


def load(mails):
    people = []
    for mail in mails:
        answer = client.service.getLead(
            leadKey={"keyType": "EMAIL", "keyValue": mail}, _soapheaders={"authentication": signed()}
        )
        people.extend(Person(record) for record in answer.leadRecordList.leadRecord)
    return people


print(load(["ann@example.com", "bob@example.com"]))
""",
    "email not among the included attributes": """
selector = client.get_type("ns0:LeadKeySelector")(keyType="EMAIL", keyValues={"stringItem": ["ann@example.com"]})
page = client.service.getMultipleLeads(
    leadSelector=selector, includeAttributes={"stringItem": ["City"]}, _soapheaders={"authentication": signed()}
)
for lead in page.leadRecordList.leadRecord:
    attrs = {a.attrName: a.attrValue for a in lead.leadAttributeList.attribute}
    print(lead.Email, lead.Id, attrs.get("City"), attrs.get("FirstName"), attrs.get("Email"))
""",
    "email among the attributes": GET
    + """
lead = get("ann@example.com")
attrs = {a.attrName: a.attrValue for a in lead.leadAttributeList.attribute}
print(attrs.get("Email"), attrs.get("Id"), lead.Email)
""",
    "keys as one text": """
mails = "ann@example.com"
selector = client.get_type("ns0:LeadKeySelector")(keyType="EMAIL", keyValues={"stringItem": mails.split(",")[:100]})
page = client.service.getMultipleLeads(
    leadSelector=selector, includeAttributes={"stringItem": ["Email"]}, _soapheaders={"authentication": signed()}
)
print([lead.Email for lead in page.leadRecordList.leadRecord])
""",
    "keys from an iterator and a set": """
mails = {"ann@example.com", "bob@example.com"}
selector = client.get_type("ns0:LeadKeySelector")(keyType="EMAIL", keyValues={"stringItem": sorted(mails)[:100]})
page = client.service.getMultipleLeads(
    leadSelector=selector, includeAttributes={"stringItem": ["Email"]}, _soapheaders={"authentication": signed()}
)
print(sorted(mails - {lead.Email for lead in page.leadRecordList.leadRecord}), page.remainingCount)
""",
}

SUDS_BODIES = {
    "values that are filled in another order than REST names them": """
queue = ["Rome", "ann@example.com"]
city = client.factory.create("Attribute")
city.attrName = "City"
lead = client.factory.create("LeadRecord")
lead.leadAttributeList = client.factory.create("ArrayOfAttribute")
lead.Email = queue.pop()
city.attrValue = queue.pop()
lead.leadAttributeList.attribute.append(city)
print(client.service.syncLead(lead, False).leadId)
queue = ["bob@example.com", "Oslo"]
city = client.factory.create("Attribute")
city.attrName = "City"
city.attrValue = queue.pop()
lead = client.factory.create("LeadRecord")
lead.leadAttributeList = client.factory.create("ArrayOfAttribute")
lead.leadAttributeList.attribute.append(city)
lead.Email = queue.pop()
print(client.service.syncLead(lead, False).leadId)
""",
    "stores to a request object of a call that stays": """
def show(cl, options):
    key = cl.factory.create("LeadKey")
    key.keyType, key.keyValue = "IDNUM", options["winner"]
    lead = cl.service.getLead(key).leadRecordList.leadRecord[0]
    print([a.attrValue for a in lead.leadAttributeList.attribute if a.attrName == "FirstName"])


def merge(cl, options):
    left = cl.factory.create("Attribute")
    left.attrName, left.attrValue = "IDNUM", options["winner"]
    right = cl.factory.create("Attribute")
    right.attrName, right.attrValue = "IDNUM", options["loser"]
    winner = cl.factory.create("ArrayOfAttribute")
    winner.attribute = [left]
    losers = cl.factory.create("ArrayOfAttribute")
    losers.attribute = [right]
    keys = cl.factory.create("ArrayOfKeyList")
    keys.keyList = [losers]
    print(cl.service.mergeLeads(winner, keys).mergeStatus.status)


show(client, {"winner": 1006})
options = {"run": merge, "winner": 1006, "loser": 1007}
options["run"](client, options)
""",
    "the parameter of a helper in a moved expression": """

def record(client, mail):
    made = client.factory.create("LeadRecord")
    made.Email = mail
    made.leadAttributeList = client.factory.create("ArrayOfAttribute")
    made.leadAttributeList.attribute = [{"attrName": "City", "attrValue": "Ulm"}]
    return made


batch = [record(client, mail) for mail in ["ann@example.com", "bob@example.com"][:50]]
answer = client.service.syncMultipleLeads({"leadRecord": batch})
print([s.leadId for s in answer.syncStatusList.syncStatus])
""",
    "request object copied": """
import copy

key = client.factory.create("LeadKey")
key.keyType = "EMAIL"
key.keyValue = "ann@example.com"
other = copy.copy(key)
other.keyValue = "bob@example.com"
for each in (key, other):
    print(client.service.getLead(each).leadRecordList.leadRecord[0].Id)
""",
    "request object filled with setattr": """
key = client.factory.create("LeadKey")
for name, value in (("keyType", "EMAIL"), ("keyValue", "ann@example.com")):
    setattr(key, name, value)
print(client.service.getLead(key).leadRecordList.leadRecord[0].Id)
""",
    "request object filled in branches": """
def find(value):
    key = client.factory.create("LeadKey")
    if "@" in str(value):
        key.keyType = "EMAIL"
    else:
        key.keyType = "IDNUM"
    key.keyValue = value
    return client.service.getLead(key).leadRecordList.leadRecord[0].Id


print(find("ann@example.com"), find(1002))
""",
    "positions": """
key = client.factory.create("LeadKey")
key.keyType, key.keyValue = "EMAIL", "ann@example.com"
answer = client.service.getLead(key)
print(answer[0], answer.leadRecordList[0][0].Id, answer[1][0][0].Email)
""",
    "dict of a record": """
key = client.factory.create("LeadKey")
key.keyType, key.keyValue = "EMAIL", "ann@example.com"
lead = client.service.getLead(key).leadRecordList.leadRecord[0]
print(dict(lead)["Id"], [name for name, value in lead][:2])
""",
    "getattr with defaults": """
def push(mail):
    record = client.factory.create("LeadRecord")
    record.Email = mail
    return client.service.syncLead(record, False)


for mail in ("ann@example.com", "new@example.com"):
    status = push(mail).syncStatus
    print(getattr(status, "error", "fine"), getattr(status, "status", "?"), hasattr(status, "error"))
""",
    "errors of many": """
batch = client.factory.create("ArrayOfLeadRecord")
for number in (1001, 9999):
    record = client.factory.create("LeadRecord")
    record.Id = number
    batch.leadRecord.append(record)
for status in client.service.syncMultipleLeads(batch).syncStatusList.syncStatus:
    print(status.status, getattr(status, "error", None) is None, "error" in status)
""",
    "nothing is found": """
selector = client.factory.create("LeadKeySelector")
selector.keyType = "EMAIL"
selector.keyValues.stringItem = ["ghost@example.com"]
page = client.service.getMultipleLeads(selector)
print(page.returnCount, bool(page.leadRecordList), hasattr(page.leadRecordList, "leadRecord"))
try:
    print(len(page.leadRecordList.leadRecord))
except (AttributeError, TypeError):
    print("no list")
""",
    "last sent and received": """
key = client.factory.create("LeadKey")
key.keyType, key.keyValue = "EMAIL", "ann@example.com"
print(client.service.getLead(key).count, "getLead" in str(client.last_sent()) or "ParamsGetLead" in str(client.last_sent()))
""",
    "faults told apart": """
for mail in ("ann@example.com", "ghost@example.com"):
    key = client.factory.create("LeadKey")
    key.keyType, key.keyValue = "EMAIL", mail
    try:
        print(client.service.getLead(key).leadRecordList.leadRecord[0].Id)
    except WebFault as error:
        if error.fault.detail.serviceException.code == "20103":
            print("unknown")
        else:
            raise
""",
}

PROGRAMS = {name: ZEEP + body for name, body in ZEEP_BODIES.items()} | {
    f"suds: {name}": SUDS + body for name, body in SUDS_BODIES.items()
}

EQUAL = (
    "values that are made in the order in which REST names them",
    "None before a try and looked at behind it",
    "a default of an option that is read in the call",
    "an entry of a dict that is read in another function than the call",
    "attribute dict merged into another",
    "numeric attribute compared as text",
    "numeric attribute searched for",
    "default where there is no attribute",
    "missing attribute raises KeyError",
    "AttributeError of None",
    "stale variables in a loop",
    "request dict reused and changed",
    "early return between building and calling",
    "the header is printed too",
    "signature helper used for something else",
    "a generator evaluated late",
    "del",
    "f-strings with quotes",
    "status of many, errors of some",
    "success is True",
    "a fault caught by the caller as LookupError",
    "a fault that LookupError of a caller lets through",
    "finally, else and a nested handler",
    "a client that is replaced",
    "star arguments",
    "ids as text and as number",
    "a cached function",
    "keys as one text",
)
"""The ones among them that are rewritten."""
