"""Where the REST client stands when calls are in other modules than the SOAP one: no import in a circle."""

import pytest
from judging import Verdict, judge
from people import people
from soap_programs import ZEEP_HEAD

FIND = """def find(client, email, header):
    answer = client.service.getLead(leadKey={"keyType": "EMAIL", "keyValue": email}, _soapheaders=header)
    return answer.leadRecordList.leadRecord[0].Id
"""
SAVE = '''"""Writes."""


def save(client, email, header):
    record = {"Email": email, "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": "Rom"}]}}
    return client.service.syncLead(leadRecord=record, returnLead=False, _soapheaders=header).syncStatus.status
'''
MAKES = """
from {package}leads import find
from {package}writes import save


def lookup(email):
    return find(client, email, auth())


def write(email):
    return save(client, email, auth())


def more():
    return client.service.listMObjects(_soapheaders=auth()) is None


"""
RUNS = """
print(lookup("ann@example.com"))
print(write("bob@example.com"))
print(more())
"""
CONNECTED = f"""{ZEEP_HEAD}

def more():
    return client.service.listMObjects(_soapheaders=auth()) is None
"""
USES = """from . import connection


class Leads:
    def find(self, email):
        key = {"keyType": "EMAIL", "keyValue": email}
        answer = connection.client.service.getLead(leadKey=key, _soapheaders=connection.auth())
        return answer.leadRecordList.leadRecord[0].Id
"""


@pytest.fixture(params=["marketorestpython", "requests"])
def target(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def made(package: str) -> str:
    return ZEEP_HEAD + MAKES.format(package=package)


def moved(files: dict[str, str], target: str) -> Verdict:
    verdict = judge(files, state=people, target=target)
    assert verdict.rewritten
    assert not verdict.problems
    return verdict


def test_the_module_with_all_calls_where_it_is_imported_by_the_one_that_makes_the_client(target: str) -> None:
    service = (
        made(package="")
        .replace("from writes import save\n", "")
        .replace("save(client, email, auth())", "email")
    )
    files = {"leads.py": FIND, "service.py": service, "main.py": "from service import *\n" + RUNS}
    verdict = moved(files, target)
    assert "def rest_client():" in verdict.texts["leads.py"]
    assert "rest_client" not in verdict.texts["service.py"]


@pytest.mark.parametrize(("package", "line"), [("", "marketo_rest_client"), ("crm.", "marketo_rest_client")])
def test_a_module_of_its_own_for_several_below_a_script(package: str, line: str, target: str) -> None:
    folder = package.replace(".", "/")
    files = {
        f"{folder}leads.py": FIND,
        f"{folder}writes.py": SAVE,
        "main.py": made(package=package) + RUNS,
    }
    if folder:
        files["crm/__init__.py"] = ""
    verdict = moved(files, target)
    assert verdict.texts["marketo_rest_client.py"].startswith('"""The REST client of Marketo')
    for name in ("leads", "writes"):
        assert f"from {line} import rest_client\n" in verdict.texts[f"{folder}{name}.py"]


def test_a_module_of_its_own_in_a_package(target: str) -> None:
    files = {
        "crm/__init__.py": "",
        "crm/leads.py": FIND,
        "crm/writes.py": SAVE,
        "crm/app.py": made(package="."),
        "main.py": "from crm.app import lookup, more, write\n" + RUNS,
    }
    assert "crm/marketo_rest_client.py" in moved(files, target).texts


def test_beside_the_soap_client_which_the_others_import_relatively(target: str) -> None:
    files = {
        "crm/__init__.py": "",
        "crm/leads.py": USES,
        "crm/connection.py": CONNECTED,
        "main.py": "from crm import connection, leads\n\nprint(connection.more())\n"
        'print(leads.Leads().find("ann@example.com"))\n',
    }
    verdict = moved(files, target)
    assert "def rest_client():" in verdict.texts["crm/connection.py"]
    assert "from .connection import rest_client\n" in verdict.texts["crm/leads.py"]
