"""Functions that make the SOAP call they are told and do more.

Each caller makes its own call in a `with`, or hands over a function that makes it.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from prove import Program, prove

from marketo_migrate.cli.entry import main

Tree = Callable[[Mapping[str, str | bytes]], Path]

SUDS = """\
import hashlib
import hmac
import os
from datetime import datetime

from suds import WebFault
from suds.client import Client

URL = "https://123-ABC-456.mktoapi.com/soap/mktows/2_7"


class ApiError(Exception):
    pass


class Api:
    def __init__(self):
        self.client = Client(URL + "?WSDL", location=URL)

    def _sign(self):
        stamp = datetime.utcnow().isoformat() + "Z"
        user, key = os.environ["MARKETO_USER_ID"], os.environ["MARKETO_ENCRYPTION_KEY"]
        header = self.client.factory.create("AuthenticationHeaderInfo")
        header.mktowsUserId = user
        header.requestTimestamp = stamp
        header.requestSignature = hmac.new(key.encode(), (stamp + user).encode(), hashlib.sha1).hexdigest()
        self.client.set_options(soapheaders=header)

    def _call(self, method, *args):
        self._sign()
        print("calling", method)
        try:
            answer = getattr(self.client.service, method)(*args)
        except WebFault as error:
            print(method, "failed")
            raise ApiError(method)
        print(method, "done")
        return answer

    def name(self, email):
        key = self.client.factory.create("LeadKey")
        key.keyType = "EMAIL"
        key.keyValue = email
        lead = self._call("getLead", key).leadRecordList.leadRecord[0]
        for attribute in lead.leadAttributeList.attribute:
            if attribute.attrName == "FirstName":
                return str(attribute.attrValue)
        return None

    def campaigns(self):
        found = [
            str(campaign.name)
            for campaign in self._call("getCampaignsForSource", "MKTOWS").campaignRecordList.campaignRecord
        ]
        for campaign in self._call("getCampaignsForSource", "MKTOWS").campaignRecordList.campaignRecord:
            found.append(str(campaign.id))
        return found


api = Api()
print(api.name("bob@example.com"), api.campaigns())
try:
    api.name("ghost@example.com")
except ApiError as error:
    print("unknown:", error)
"""
ZEEP = """\
import hashlib
import hmac
import os
import time

import zeep
from zeep.exceptions import Fault

client = zeep.Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")


class Failed(RuntimeError):
    pass


def invoke(operation, params):
    user = os.environ["MARKETO_USER_ID"]
    ts = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    key = os.environ["MARKETO_ENCRYPTION_KEY"]
    signature = hmac.new(key.encode(), (ts + user).encode(), hashlib.sha1).hexdigest()
    head = {"authentication": {"mktowsUserId": user, "requestSignature": signature, "requestTimestamp": ts}}
    try:
        return getattr(client.service, operation)(_soapheaders=head, **params)
    except Fault as fault:
        raise Failed("Marketo says no") from fault


def trigger(campaign, leads):
    return invoke(
        "requestCampaign",
        {
            "source": "MKTOWS",
            "campaignId": campaign,
            "leadList": {"leadKey": [{"keyType": "IDNUM", "keyValue": lead} for lead in leads]},
        },
    )


print(trigger(1001, [1001, 1002]))
try:
    trigger(77, [1001])
except Failed as failed:
    print(failed)
"""
INVOKE = """\
@contextmanager
def invoke():
    try:
        yield
    except MarketoException as fault:
        raise Failed("Marketo says no") from fault


def trigger(campaign, leads):
    with invoke():
        return client.request_campaign(campaign, list(leads))
"""


def fixed(tree: Tree, monkeypatch: pytest.MonkeyPatch, text: str, *, left: int = 0) -> str:
    """The new text of a program, proven on the simulated service where it changes."""
    root = tree({"before/main.py": text, "after/main.py": text})
    monkeypatch.chdir(root / "after")
    assert main(["fix", ".", "--no-color", "--unsafe"]) == left
    new = (root / "after" / "main.py").read_text(encoding="utf-8")
    if new != text:
        before, after = Program(root / "before" / "main.py"), Program(root / "after" / "main.py")
        assert prove(before, after) == []
        assert main(["fix", ".", "--no-color", "--unsafe"]) == left
        assert (root / "after" / "main.py").read_text(encoding="utf-8") == new
    return new


def test_what_is_done_around_the_calls_stays(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    text = fixed(tree, monkeypatch, SUDS)
    assert text.count('with self._call("getCampaignsForSource"):') == 2
    assert "_sign" not in text


def test_a_header_made_in_the_function_goes(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    text = fixed(tree, monkeypatch, ZEEP)
    assert INVOKE in text
    assert "hmac" not in text


def test_operations_are_handed_over(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        SUDS.replace("getattr(self.client.service, method)(*args)", "method(*args)")
        .replace('_call("getLead"', "_call(self.client.service.getLead")
        .replace('_call("getCampaignsForSource"', "_call(self.client.service.getCampaignsForSource")
        .replace("print(method, ", 'print("SOAP", ')
        .replace('"calling", method', '"calling"')
        .replace("ApiError(method)", "ApiError()")
    )
    assert fixed(tree, monkeypatch, text).count("with self._call():") == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('print(method, "done")', "print(answer)"),
        ('print("calling", method)', 'print("calling", args)'),
        ("        try:\n", "        if not args:\n            return None\n        try:\n"),
    ],
)
def test_what_looks_at_the_call_stays(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    text = SUDS.replace(old, new)
    assert fixed(tree, monkeypatch, text, left=1) == text


def test_a_call_that_rest_does_not_have_says_why(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = SUDS + 'print(api._call("listMObjects"))\n'
    assert fixed(tree, monkeypatch, text, left=1) == text
    assert "sign and call" not in capsys.readouterr().out


def test_a_module_that_is_called_as_a_wrapper_package_is(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree({"app/marketo.py": SUDS})
    monkeypatch.chdir(root)
    assert main(["fix", ".", "--no-color", "--unsafe"]) == 0
    assert "with self._call(" in (root / "app" / "marketo.py").read_text(encoding="utf-8")


def test_a_handler_that_gives_something_back_is_handed_the_call(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = fixed(tree, monkeypatch, SUDS.replace("raise ApiError(method)", "return None"))
    assert 'self._call("getLead", lambda: existing_leads(' in text
    assert "answer = request()\n" in text


AGAIN = """\
import hashlib
import hmac
import os
import time

import zeep
from zeep.exceptions import Fault

TRANSIENT = ("10001", "20023", "20024")


class Api:
    fields = {"town": "City", "name": "FirstName"}

    def __init__(self):
        self.client = zeep.Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")

    def header(self):
        user = os.environ["MARKETO_USER_ID"]
        ts = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        key = os.environ["MARKETO_ENCRYPTION_KEY"]
        signature = hmac.new(key.encode(), (ts + user).encode(), hashlib.sha1).hexdigest()
        return {"authentication": {
            "mktowsUserId": user, "requestSignature": signature, "requestTimestamp": ts}}

    def call(self, operation, **given):
        given["_soapheaders"] = self.header()
        for attempt in range(1, 4):
            try:
                return getattr(self.client.service, operation)(**given)
            except Fault as fault:
                code = fault.message.split(" - ")[0]
                if code not in TRANSIENT or attempt == 3:
                    raise
                time.sleep(attempt)

    def write(self, email, row):
        attributes = [
            {"attrName": name, "attrValue": row[column]}
            for column, name in self.fields.items()
            if row[column]
        ]
        record = {"Email": email, "leadAttributeList": {"attribute": attributes}}
        answer = self.call("syncLead", leadRecord=record, returnLead=False)
        return answer.leadId, answer.syncStatus.status

    def number(self, email):
        answer = self.call("getLead", leadKey={"keyType": "EMAIL", "keyValue": email})
        return answer.leadRecordList.leadRecord[0].Id


api = Api()
print(api.write("bob@example.com", {"town": "Rome", "name": ""}), api.number("ann@example.com"))
try:
    print(api.number("ghost@example.com"))
except Fault:
    print("nobody")
"""
CALL_AGAIN = """\
    def call(self, request):
        for attempt in range(1, 4):
            try:
                return request()
            except MarketoException as fault:
                code = fault.code
                if code not in ("611", "606", "615") or attempt == 3:
                    raise
                time.sleep(attempt)
"""


def test_one_that_tries_again_is_handed_the_call(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    text = fixed(tree, monkeypatch, AGAIN)
    assert CALL_AGAIN in text
    assert "self.call(lambda: written_lead(" in text
    assert "hmac" not in text


def test_a_decorated_one_is_handed_the_call(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    decorator = """\
def quietly(function):
    def wrapper(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        finally:
            time.sleep(0)
    return wrapper


class Api:
"""
    text = AGAIN.replace("class Api:\n", decorator).replace("    def call", "    @quietly\n    def call")
    assert "    @quietly\n    def call(self, request):\n" in fixed(tree, monkeypatch, text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{"Email": email, "lead', '{"Email": email.replace("x", str(next(self.ids))), "lead'),
        ("leadRecord=record", "leadRecord={**record, 'Email': next(self.ids) and email}"),
        ("leadRecord=record", "leadRecord={'Email': email + str(time.time())[:0]}"),
        ("                time.sleep(attempt)", "                self.fields = {}"),
        ("                time.sleep(attempt)", "                print(given)"),
    ],
)
def test_what_may_be_another_one_when_it_is_sent_again_stays(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    text = AGAIN.replace(old, new).replace("    def header", "    ids = iter(range(9))\n\n    def header")
    assert fixed(tree, monkeypatch, text, left=1) == text
