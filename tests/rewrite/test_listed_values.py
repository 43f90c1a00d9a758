"""A comma parts the values of a REST query, and was part of the one value in SOAP."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from migrated import migrate
from soap_programs import ZEEP_HEAD

Tree = Callable[[Mapping[str, str | bytes]], Path]
HEAD = (
    ZEEP_HEAD
    + """\
def find(mail):
    key = {"keyType": "EMAIL", "keyValue": mail}
    return client.service.getLead(key, _soapheaders=auth()).leadRecordList.leadRecord[0].Id


"""
)
SELECTOR = "client.get_type('ns0:LeadKeySelector')(keyType='EMAIL', keyValues={'stringItem': %s})"
SEVERAL = f"""
wanted = {{"stringItem": ["Email"]}}
print(client.service.getMultipleLeads({SELECTOR}, includeAttributes=wanted, _soapheaders=auth()).returnCount)
"""
LIST = """
client.service.listOperation(
    "ADDTOLIST",
    {"keyType": "MKTOLISTNAME", "keyValue": "%s"},
    {"leadKey": [{"keyType": "IDNUM", "keyValue": 7}]},
    strict=False,
    _soapheaders=auth(),
)
"""
FIRST = """
def first(mail):
    mail = mail.partition(",")[0]
    return find(mail)


print(first("ann@example.com,bob@example.com"))
"""


@pytest.mark.parametrize(
    "code",
    [
        'print(find("ann@example.com,bob@example.com"))',
        'print(find("eve@example.com"), find("ann@example.com,bob@example.com"))',
        SEVERAL % '["eve@example.com", "ann@example.com,bob@example.com"]',
        LIST % "Trade show, Rome",
    ],
)
def test_a_comma_is_seen(tree: Tree, code: str) -> None:
    found = migrate(tree({"main.py": f"{HEAD}{code}\n"}))
    assert any("as one between two values" in reason for reason in found.rewrites.reasons.values())


@pytest.mark.parametrize(
    "code",
    [
        'import sys\nprint(find(sys.argv[1]), find("bob@example.com"))',
        SEVERAL % '["eve@example.com", "ann@example.com"]',
        LIST % "Trade show",
        FIRST,
    ],
)
def test_no_comma_is_seen(tree: Tree, code: str) -> None:
    assert migrate(tree({"main.py": f"{HEAD}{code}\n"})).files
