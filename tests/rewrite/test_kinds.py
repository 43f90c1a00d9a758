"""The type that a value has, by what its callers give: it is converted only where REST wants another one."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from judging import judge
from migrated import migrate
from people import people
from soap_programs import ZEEP_HEAD

from marketo_migrate.model.finding import Tier

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


WRITING = (
    ZEEP_HEAD
    + """\
def save(mail, city):
    attributes = {"attribute": [{"attrName": "City", "attrValue": city}]}
    record = {"Email": mail, "leadAttributeList": attributes}
    return client.service.syncLead(record, False, _soapheaders=auth()).leadId


"""
)
OF_MANY_TYPES = """\
import uuid
from decimal import Decimal

row = {"Title": uuid.UUID(int=5), "City": Decimal("1.50"), "Phone": "555"}
attributes = {"attribute": [{"attrName": n, "attrValue": v} for n, v in row.items()]}
record = {"Email": "ann@example.com", "leadAttributeList": attributes}
print(client.service.syncLead(record, False, _soapheaders=auth()).leadId)
"""


def test_values_of_types_that_json_does_not_know() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + OF_MANY_TYPES}, state=people)
    assert verdict.tiers == (Tier.SAFE,)
    assert not verdict.problems, verdict.problems
    assert "REST_NAMES[n]: str(v) for n, v in row.items()" in verdict.texts["main.py"]


def test_values_of_which_some_may_be_none(tree: Tree) -> None:
    text = OF_MANY_TYPES.replace('"555"', "None")
    assert migrate(tree({"main.py": ZEEP_HEAD + text})).files == {}


@pytest.mark.parametrize(
    ("code", "tier"),
    [
        ("for mail, city in cursor.fetchall():\n    save(mail, city)", Tier.REVIEW),
        ("cursor.execute(QUERY)\nfor row in cursor:\n    save(row.mail, row['city'])", Tier.REVIEW),
        ("import csv\nfor row in csv.reader(lines):\n    save(row[0], row[1])", Tier.SAFE),
        ("import sqlite3\nfor row in cursor.fetchall():\n    save(row[0], row[1])", Tier.SAFE),
        ("save('ann@example.com', 'Rome')", Tier.SAFE),
    ],
)
def test_values_of_a_database(tree: Tree, code: str, tier: Tier) -> None:
    migrated = migrate(tree({"main.py": f"{WRITING}{code}\n"}))
    assert set(migrated.rewrites.tiers.values()) == {tier}
    assert '"city": city' in migrated["main.py"]


TOKENS = """\
import json

CAMPAIGN = {"source": "MKTOWS", "programName": "Webinar 12", "campaignName": "Send Alert"}
leads = {"leadKey": [{"keyType": "IDNUM", "keyValue": 1001}]}
given = json.loads('{"n": 3, "x": "A"}')
several = {"attrib": [{"name": "{{my.%s}}" % n, "value": v} for n, v in given.items()]}
trigger = client.service.requestCampaign
print(trigger(leadList=leads, programTokenList=several, _soapheaders=auth(), **CAMPAIGN))
day = datetime(2027, 1, 1).date()
two = {"attrib": [{"name": "{{my.n}}", "value": 3}, {"name": "{{my.day}}", "value": day}]}
print(trigger(leadList=leads, programTokenList=two, _soapheaders=auth(), **CAMPAIGN))
"""


def test_tokens_are_texts() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + TOKENS}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, [*verdict.problems, verdict.texts["main.py"]]
