"""The type that a value has, by what its callers give: it is converted only where REST wants another one."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from migrated import migrate
from soap_programs import ZEEP_HEAD

Tree = Callable[[Mapping[str, str | bytes]], Path]
HEAD = (
    ZEEP_HEAD
    + """\
def trigger(lead):
    client.service.requestCampaign(
        "MKTOWS", 1001, {"leadKey": [{"keyType": "IDNUM", "keyValue": lead}]}, _soapheaders=auth())


"""
)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("trigger(7)", "[lead]"),
        ("trigger(lead=7)\ntrigger(8 + 1)", "[lead]"),
        ("trigger('7')", "[int(lead)]"),
        ("trigger(7)\ntrigger('8')", "[int(lead)]"),
        ("trigger(7)\ntrigger(*leads)", "[int(lead)]"),
        ("trigger(7)\neach(trigger)", "[int(lead)]"),
        ("import sys\ntrigger(sys.argv[1])", "[int(lead)]"),
    ],
)
def test_a_parameter(tree: Tree, code: str, shown: str) -> None:
    text = migrate(tree({"main.py": f"{HEAD}{code}\n"}))["main.py"]
    assert f"client.request_campaign(1001, {shown})" in text
