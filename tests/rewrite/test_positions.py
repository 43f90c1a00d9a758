"""Attributes of a lead have no order in REST."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from migrated import migrate
from soap_programs import ZEEP_HEAD

Tree = Callable[[Mapping[str, str | bytes]], Path]
LEAD = """\
answer = client.service.getLead({"keyType": "EMAIL", "keyValue": "a@example.com"}, _soapheaders=auth())
attributes = answer.leadRecordList.leadRecord[0].leadAttributeList.attribute
"""


@pytest.mark.parametrize("read", ["attributes[0].attrValue", "attributes[-1].attrName", "attributes[n]"])
def test_an_attribute_by_its_position(tree: Tree, read: str) -> None:
    root = tree({"main.py": f"{ZEEP_HEAD}n = 1\n{LEAD}print({read})\n"})
    assert migrate(root, unsafe=False).files == {}


def test_attributes_by_their_names(tree: Tree) -> None:
    read = "[a.attrValue for a in attributes if a.attrName == 'FirstName']"
    text = migrate(tree({"main.py": f"{ZEEP_HEAD}{LEAD}print({read})\n"}))["main.py"]
    assert "get_multiple_leads_by_filter_type" in text
