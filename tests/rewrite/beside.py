# ruff: noqa: E501 - programs as people write them
"""Programs of which some calls move and others stay, or whose helpers do something else too, by name."""

from soap_programs import AUTH, SIGN, STANDARD, WSDL

CLIENT = f"client = Client({WSDL})\n"


def suds(body: str, before: str = CLIENT) -> str:
    """A program over suds: a client, `sign(client)` and a body that uses them."""
    return f"{STANDARD}\nfrom suds import WebFault\nfrom suds.client import Client\n\n{before}{SIGN}{body}"


def zeep(body: str, before: str = CLIENT) -> str:
    """The same over zeep, with `auth()`."""
    return f"{STANDARD}\nfrom zeep import Client\nfrom zeep.exceptions import Fault\n\n{before}{AUTH}{body}"


PROGRAMS = {
    "a wrapper that counts": suds(
        """\
class Api:
    def __init__(self):
        self.count = 0

    def call(self, operation, *args):
        self.count += 1
        sign(client)
        return getattr(client.service, operation)(*args)

    def lead(self, email):
        key = client.factory.create("LeadKey")
        key.keyType = "EMAIL"
        key.keyValue = email
        return self.call("getLead", key).leadRecordList.leadRecord[0]


api = Api()
print(api.lead("ann@example.com").Id, api.lead("bob@example.com").Email, api.count)
"""
    ),
    "a wrapper that keeps what was called": suds(
        """\
class Api:
    def __init__(self):
        self.count = 0

    def call(self, operation, *args):
        history.append(operation)
        sign(client)
        return getattr(client.service, operation)(*args)

    def lead(self, email):
        key = client.factory.create("LeadKey")
        key.keyType = "EMAIL"
        key.keyValue = email
        return self.call("getLead", key).leadRecordList.leadRecord[0]


api = Api()
print(api.lead("ann@example.com").Id, api.lead("bob@example.com").Email, api.count)
print(history)
""",
        before=f"history = []\nclient = Client({WSDL})\n",
    ),
    "a maker of keys that keeps them": suds(
        """\
made = []


def make_key(kind, value):
    made.append(value)
    key = client.factory.create("LeadKey")
    key.keyType = kind
    key.keyValue = value
    return key


def lead(email):
    sign(client)
    return client.service.getLead(make_key("EMAIL", email)).leadRecordList.leadRecord[0]


print(lead("ann@example.com").Id, made)
"""
    ),
    "a partial move: what gives the client prints": suds(
        """\
def get_client():
    print("client wanted")
    sign(_client)
    return _client


def lead(email):
    client = get_client()
    key = client.factory.create("LeadKey")
    key.keyType = "EMAIL"
    key.keyValue = email
    return client.service.getLead(key).leadRecordList.leadRecord[0].Id


def recent():
    client = get_client()
    selector = client.factory.create("LastUpdateAtSelector")
    selector.oldestUpdatedAt = "2020-01-01T00:00:00Z"
    return client.service.getMultipleLeads(leadSelector=selector, batchSize=5).returnCount


print(lead("ann@example.com"), recent())
""",
        before=f"_client = Client({WSDL})\n",
    ),
    "a partial move: what gives the client may refuse": suds(
        """\
def get_client():
    if closed:
        raise RuntimeError("closed")
    sign(_client)
    return _client


def lead(email):
    client = get_client()
    key = client.factory.create("LeadKey")
    key.keyType = "EMAIL"
    key.keyValue = email
    return client.service.getLead(key).leadRecordList.leadRecord[0].Id


def recent():
    client = get_client()
    selector = client.factory.create("LastUpdateAtSelector")
    selector.oldestUpdatedAt = "2020-01-01T00:00:00Z"
    return client.service.getMultipleLeads(leadSelector=selector, batchSize=5).returnCount


try:
    print(lead("ann@example.com"))
except RuntimeError as error:
    print(error)
closed = False
print(lead("ann@example.com"), recent())
""",
        before=f"_client = Client({WSDL})\nclosed = True\n",
    ),
    "a partial move: a property that opens the client": zeep(
        """\
class Api:
    opened = 0

    def __init__(self):
        self._client = None

    @property
    def client(self):
        if self._client is None:
            Api.opened += 1
            print("opening")
            self._client = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")
        return self._client

    def lead(self, email):
        return self.client.service.getLead({"keyType": "EMAIL", "keyValue": email}, _soapheaders=auth()).leadRecordList.leadRecord[0].Id

    def all(self, email):
        return self.client.service.getLeadActivity({"keyType": "EMAIL", "keyValue": email}, batchSize=10, _soapheaders=auth()).returnCount


api = Api()
print(api.lead("ann@example.com"), Api.opened, api.all("ann@example.com"), Api.opened)
""",
        before="",
    ),
    "a partial move: a retried function": zeep(
        """\
import time


def retry(function, *args):
    for attempt in range(2):
        try:
            return function(*args)
        except Fault as fault:
            print("attempt", attempt)
            time.sleep(1)
    return None


def number(email):
    return client.service.getLead({"keyType": "EMAIL", "keyValue": email}, _soapheaders=auth()).leadRecordList.leadRecord[0].Id


def count(email):
    return client.service.getLeadActivity({"keyType": "EMAIL", "keyValue": email}, batchSize=10, _soapheaders=auth()).returnCount


print(retry(number, "ann@example.com"), retry(number, "ghost@example.com"), retry(count, "ghost@example.com"))
"""
    ),
    "a partial move: a decorator that catches": zeep(
        """\
import functools


def guarded(function):
    @functools.wraps(function)
    def wrapper(*args):
        try:
            return function(*args)
        except Fault:
            return None

    return wrapper


@guarded
def number(email):
    return client.service.getLead({"keyType": "EMAIL", "keyValue": email}, _soapheaders=auth()).leadRecordList.leadRecord[0].Id


@guarded
def count(email):
    return client.service.getLeadActivity({"keyType": "EMAIL", "keyValue": email}, batchSize=10, _soapheaders=auth()).returnCount


print(number("ann@example.com"), number("ghost@example.com"), count("ghost@example.com"))
"""
    ),
    "a partial move: a context manager that catches": zeep(
        """\
from contextlib import contextmanager


@contextmanager
def quiet(email):
    try:
        yield
    except Fault:
        print("not known:", email)


def number(email):
    return client.service.getLead({"keyType": "EMAIL", "keyValue": email}, _soapheaders=auth()).leadRecordList.leadRecord[0].Id


def count(email):
    return client.service.getLeadActivity({"keyType": "EMAIL", "keyValue": email}, batchSize=10, _soapheaders=auth()).returnCount


for function in (number, count):
    for email in ("ann@example.com", "ghost@example.com"):
        with quiet(email):
            print(function(email))
"""
    ),
    "a partial move: a generator in a try": zeep(
        """\
def numbers(emails):
    for email in emails:
        yield client.service.getLead({"keyType": "EMAIL", "keyValue": email}, _soapheaders=auth()).leadRecordList.leadRecord[0].Id


def counts(emails):
    for email in emails:
        yield client.service.getLeadActivity({"keyType": "EMAIL", "keyValue": email}, batchSize=10, _soapheaders=auth()).returnCount


for stream in (numbers(["ann@example.com", "ghost@example.com"]), counts(["ann@example.com", "ghost@example.com"])):
    try:
        for value in stream:
            print(value)
    except Fault:
        print("stopped")
"""
    ),
    "a partial move: a table of commands": zeep(
        """\
def number(email):
    return client.service.getLead({"keyType": "EMAIL", "keyValue": email}, _soapheaders=auth()).leadRecordList.leadRecord[0].Id


def count(email):
    return client.service.getLeadActivity({"keyType": "EMAIL", "keyValue": email}, batchSize=10, _soapheaders=auth()).returnCount


COMMANDS = {"number": number, "count": count}


def main(argv):
    try:
        print(COMMANDS[argv[0]](*argv[1:]))
    except Fault:
        print("error")
        return 1
    return 0


print(main(["number", "ann@example.com"]), main(["number", "ghost@example.com"]), main(["count", "ghost@example.com"]))
"""
    ),
    "a partial move: an iterator in a try": zeep(
        """\
class People:
    def __init__(self, emails):
        self.emails = emails

    def __iter__(self):
        for email in self.emails:
            yield client.service.getLead({"keyType": "EMAIL", "keyValue": email}, _soapheaders=auth()).leadRecordList.leadRecord[0].Id

    def __getitem__(self, email):
        return client.service.getLeadActivity({"keyType": "EMAIL", "keyValue": email}, batchSize=10, _soapheaders=auth()).returnCount


people = People(["ann@example.com", "ghost@example.com"])
try:
    print(people["ann@example.com"])
    print(list(people))
except Fault:
    print("fault")
"""
    ),
    "a partial move: a property in a try": zeep(
        """\
class Person:
    def __init__(self, email):
        self.email = email

    @property
    def number(self):
        return client.service.getLead({"keyType": "EMAIL", "keyValue": self.email}, _soapheaders=auth()).leadRecordList.leadRecord[0].Id

    @property
    def activities(self):
        return client.service.getLeadActivity({"keyType": "EMAIL", "keyValue": self.email}, batchSize=10, _soapheaders=auth()).returnCount


for person in (Person("ann@example.com"), Person("ghost@example.com")):
    try:
        print(person.number, person.activities)
    except Fault:
        print("unknown", person.email)
"""
    ),
}
