"""A request that includes attributes limits its answer to them, where a program reads whatever there is."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from judging import judge
from migrated import migrate
from people import people
from soap_programs import ZEEP_HEAD

Tree = Callable[[Mapping[str, str | bytes]], Path]
DUMP = (
    ZEEP_HEAD
    + """\
WORDS = "FirstName,LastName"
FIELDS = ("FirstName", "LastName")
LABELS = {"FirstName": "first", "LastName": "last"}
selector = client.get_type("ns0:LeadKeySelector")(
    keyType="EMAIL", keyValues={"stringItem": ["ann@example.com", "bob@example.com"]}
)
wanted = {"stringItem": THESE}
answer = client.service.getMultipleLeads(selector, includeAttributes=wanted, _soapheaders=auth())
for record in answer.leadRecordList.leadRecord:
    print(record.Id, sorted((a.attrName, a.attrValue) for a in record.leadAttributeList.attribute))
"""
)


@pytest.mark.parametrize(
    "fields", ["list(FIELDS)", "sorted(LABELS)", "list(LABELS.keys())", 'WORDS.split(",")']
)
def test_a_list_made_of_constants(fields: str) -> None:
    verdict = judge({"main.py": DUMP.replace("THESE", fields)}, state=people)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, verdict.problems
    assert "lead_fields" not in verdict.texts["main.py"]


@pytest.mark.parametrize("fields", ['os.environ["FIELDS"].split(",")', "list(open('fields'))"])
def test_a_list_that_is_not_known(tree: Tree, fields: str) -> None:
    migrated = migrate(tree({"main.py": DUMP.replace("THESE", fields)}))
    assert migrated.files == {}
    (reason,) = migrated.rewrites.reasons.values()
    assert "all attributes that were asked for are read" in reason


def test_a_dict_that_grows(tree: Tree) -> None:
    text = DUMP.replace("THESE", "list(LABELS)").replace(
        "selector =", 'LABELS.setdefault("City", "city")\nselector ='
    )
    assert migrate(tree({"main.py": text})).files == {}


def test_one_call_that_includes_and_one_that_does_not() -> None:
    text = DUMP.replace("THESE", "list(FIELDS)") + (
        'whole = client.service.getLead({"keyType": "IDNUM", "keyValue": "1002"}, _soapheaders=auth())\n'
        "for record in whole.leadRecordList.leadRecord:\n"
        "    print(sorted((a.attrName, a.attrValue) for a in record.leadAttributeList.attribute))\n"
    )
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, verdict.problems
