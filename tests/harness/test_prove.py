"""The harness itself: it accepts what is equal, and notices every way in which a migration can be wrong."""

import os
import sys
import time
from pathlib import Path

import pytest
from prove import Program, prove, run_program

from marketo_migrate.simulator.behavior import Behavior
from marketo_migrate.simulator.instance import Instance
from marketo_migrate.simulator.seed import empty_state

SIGN = """
import hashlib, hmac, os
from datetime import datetime, timezone
stamp = datetime.now(timezone.utc).isoformat(timespec="seconds")
user, key = os.environ["MARKETO_USER_ID"], os.environ["MARKETO_ENCRYPTION_KEY"]
signature = hmac.new(key.encode(), (stamp + user).encode(), hashlib.sha1).hexdigest()
"""

ZEEP = (
    SIGN
    + """
import zeep
client = zeep.Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")
header = {"authentication": {"mktowsUserId": user, "requestSignature": signature, "requestTimestamp": stamp}}
result = client.service.syncLead(
    leadRecord={"Email": "new@example.com", "leadAttributeList": {"attribute": [
        {"attrName": "FirstName", "attrValue": "Nia"}]}},
    returnLead=False, _soapheaders=header)
print(result.leadId, result.syncStatus.status.lower())
found = client.service.getLead({"keyType": "EMAIL", "keyValue": "new@example.com"}, _soapheaders=header)
record = found.leadRecordList.leadRecord[0]
print({a.attrName: a.attrValue for a in record.leadAttributeList.attribute}["FirstName"])
"""
)

SUDS = (
    SIGN
    + """
from suds.client import Client
client = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")
header = client.factory.create("AuthenticationHeaderInfo")
header.mktowsUserId, header.requestSignature, header.requestTimestamp = user, signature, stamp
client.set_options(soapheaders=header)
record = client.factory.create("LeadRecord")
record.Email = "new@example.com"
attribute = client.factory.create("Attribute")
attribute.attrName, attribute.attrValue = "FirstName", "Nia"
record.leadAttributeList = client.factory.create("ArrayOfAttribute")
record.leadAttributeList.attribute = [attribute]
result = client.service.syncLead(record, False)
print(result.leadId, result.syncStatus.status.lower())
key = client.factory.create("LeadKey")
key.keyType, key.keyValue = "EMAIL", "new@example.com"
lead = client.service.getLead(key).leadRecordList.leadRecord[0]
print([a.attrValue for a in lead.leadAttributeList[0] if a.attrName == "FirstName"][0])
"""
)

XML = (
    SIGN
    + '''
import re, requests
envelope = """<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://www.marketo.com/mktows/">
<e:Header><m:AuthenticationHeader><mktowsUserId>%s</mktowsUserId><requestSignature>%s</requestSignature>
<requestTimestamp>%s</requestTimestamp></m:AuthenticationHeader></e:Header><e:Body>%s</e:Body></e:Envelope>"""
def post(body):
    data = envelope % (user, signature, stamp, body)
    text = requests.post(os.environ["MARKETO_SOAP_ENDPOINT"], data=data).text
    return lambda tag: re.search("<%s>(.*?)</%s>" % (tag, tag), text).group(1)
attribute = "<attribute><attrName>FirstName</attrName><attrValue>Nia</attrValue></attribute>"
tag = post("<m:paramsSyncLead><leadRecord><Email>new@example.com</Email><leadAttributeList>" + attribute +
           "</leadAttributeList></leadRecord><returnLead>false</returnLead></m:paramsSyncLead>")
print(tag("leadId"), tag("status").lower())
key = "<leadKey><keyType>EMAIL</keyType><keyValue>new@example.com</keyValue></leadKey>"
tag = post("<m:paramsGetLead>" + key + "</m:paramsGetLead>")
print(tag("attrValue"))
'''
)

CLIENT = """
import os
from marketorestpython.client import MarketoClient
client = MarketoClient("123-ABC-456", os.environ["MARKETO_CLIENT_ID"], os.environ["MARKETO_CLIENT_SECRET"])
"""

REST = (
    CLIENT
    + """
result = client.create_update_leads([{"email": "new@example.com", "firstName": "Nia"}])[0]
print(result["id"], result["status"])
leads = client.get_multiple_leads_by_filter_type("email", ["new@example.com"], fields="firstName")
print(leads[0]["firstName"])
"""
)

NOTHING = "pass\n"

MAIN = """
from app.work import work

def start():
    work()

if __name__ == "__main__":
    start()
"""


@pytest.fixture
def program(tmp_path: Path) -> "type[Writer]":
    Writer.root = tmp_path
    Writer.count = 0
    return Writer


class Writer:
    """Writes programs into directories of their own."""

    root: Path
    count = 0

    @classmethod
    def script(cls, text: str, **options: object) -> Program:
        cls.count += 1
        directory = cls.root / f"program{cls.count}"
        directory.mkdir()
        path = directory / "main.py"
        path.write_text(text, encoding="utf-8")
        return Program(path, **options)


@pytest.mark.parametrize("before", [ZEEP, SUDS, XML], ids=["zeep", "suds", "xml"])
def test_an_equal_migration_is_accepted(program: type[Writer], before: str) -> None:
    assert prove(program.script(before), program.script(REST)) == []


def test_the_run_is_described(program: type[Writer]) -> None:
    run = run_program(program.script(REST), Instance(behavior=Behavior(trusting=True)))
    assert (run.output, run.status, run.error) == ("1009 created\nNia\n", 0, None)
    assert run.changes[-1].startswith("leads/1009: added")
    assert run.requests[0] == "GET /identity/oauth/token"
    assert not run.soap_requests


@pytest.mark.parametrize(
    ("after", "problem"),
    [
        (REST.replace('print(result["id"]', 'print("id", result["id"]'), "output differs"),
        (REST.replace('"Nia"', '"Nina"'), "state differs: leads/1009/values/firstName: 'Nia' -> 'Nina'"),
        (
            REST + "client.create_update_leads([{'email': 'b@example.com'}])",
            "state differs: leads/1010: added",
        ),
        (REST + "raise SystemExit(3)", "exit status 0 became 3"),
        (REST + "raise KeyError('x')", "KeyError: 'x'"),
        (
            REST + "client.create_update_leads([], asyncProcessing=True)",
            "not allowed by Adobe's documentation",
        ),
        (REST + ZEEP.replace("print", "str"), "still uses SOAP: GET /soap/mktows/2_7"),
        (
            REST.replace("123-ABC-456", "999-ZZZ-999"),
            "the simulator does not answer for 999-zzz-999.mktorest.com",
        ),
        (NOTHING, "output differs"),
    ],
)
def test_a_wrong_migration_is_noticed(program: type[Writer], after: str, problem: str) -> None:
    problems = prove(program.script(ZEEP), program.script(after))
    assert any(problem in line for line in problems), problems


def test_a_program_that_made_no_soap_request_proves_nothing(program: type[Writer]) -> None:
    assert prove(program.script(REST), program.script(REST)) == [
        "the program before made no SOAP request, so nothing was proven"
    ]


def test_a_failure_on_both_sides_is_equal(program: type[Writer]) -> None:
    call = "client.service.getLead({'keyType': 'IDNUM', 'keyValue': '9'}, _soapheaders=header)"
    missing = ZEEP.split("result = ")[0] + call
    found = CLIENT + "client.get_multiple_leads_by_filter_type('id', ['9'])[0]"
    assert prove(program.script(missing), program.script(found)) == []


def test_a_package_with_modules_of_its_own(tmp_path: Path) -> None:
    for name, text in (("old", ZEEP), ("new", REST)):
        package = tmp_path / name / "app"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("", encoding="utf-8")
        body = "\n".join(f"    {line}" for line in text.splitlines())
        (package / "work.py").write_text(f"def work():\n{body}\n", encoding="utf-8")
        (package / "main.py").write_text(MAIN, encoding="utf-8")
    whole = [Program(tmp_path / name, module="app.main") for name in ("old", "new")]
    assert prove(*whole) == []
    called = [Program(tmp_path / name, module="app.main", call="start") for name in ("old", "new")]
    assert prove(*called) == []
    assert "app.work" not in sys.modules


def test_arguments_environment_and_waiting(program: type[Writer]) -> None:
    text = "import os, sys, time\ntime.sleep(3600)\n"
    text += "print(sys.argv[1:], os.environ['MARKETO_REGION'], os.getcwd())\n"
    script = program.script(text, arguments=("--all",), environment={"MARKETO_REGION": "eu"})
    began, directory = time.monotonic(), Path.cwd()
    run = run_program(script, Instance())
    assert run.output == f"['--all'] eu {script.directory}\n"
    assert time.monotonic() - began < 5
    assert Path.cwd() == directory
    assert "MARKETO_REGION" not in os.environ


def test_relying_on_the_order_of_results_can_be_noticed(program: type[Writer]) -> None:
    selector = (
        "kind = client.get_type('{http://www.marketo.com/mktows/}LeadKeySelector')\n"
        "keys = kind(keyType='IDNUM', keyValues={'stringItem': ['1001', '1002']})\n"
        "found = client.service.getMultipleLeads(keys, _soapheaders=header)\n"
        "print([lead.Id for lead in found.leadRecordList.leadRecord])\n"
    )
    before = ZEEP.split("result = ")[0] + selector
    after = CLIENT + "found = client.get_multiple_leads_by_filter_type('id', ['1001', '1002'])\n"
    as_it_comes = program.script(after + "print([lead['id'] for lead in found])\n")
    sorted_by_id = program.script(after + "print(sorted(lead['id'] for lead in found))\n")
    assert prove(program.script(before), as_it_comes) == []
    assert "output differs" in prove(program.script(before), as_it_comes, reversed_results=True)[0]
    assert prove(program.script(before), sorted_by_id, reversed_results=True) == []


def test_another_seed_and_parts_that_may_differ(program: type[Writer]) -> None:
    late = REST.replace('"firstName": "Nia"', '"firstName": "Nia", "city": "Rome"')
    problems = prove(program.script(ZEEP), program.script(late), state=empty_state, ignore=("city",))
    assert problems == []
