"""Attributes that are written where there is a value for them, and names of attributes that callers give."""

import pytest
from judging import judge
from people import people
from soap_programs import ZEEP_HEAD

SAVE = """
def save(contact):
    attributes = [{{"attrName": "City", "attrValue": "Ulm"}}]
    {fill}
    record = {{"Email": contact["email"], "leadAttributeList": {{"attribute": attributes}}}}
    return client.service.syncLead(record, False, _soapheaders=auth()).leadId


print(save({{"email": "ann@example.com", "first": None}}), save({{"email": "bob@example.com", "first": "B"}}))
"""
APPEND = 'attributes.append({"attrName": "FirstName", "attrValue": contact["first"]})'
OPEN = """
def save(email, {parameter}):
    attributes = [{{"attrName": name, "attrValue": value}} for name, value in {items}]
    record = {{"Email": email, "leadAttributeList": {{"attribute": attributes}}}}
    return client.service.syncLead(record, False, _soapheaders=auth()).leadId


print(save("ann@example.com", {given}))
"""


def save(fill: str) -> str:
    return ZEEP_HEAD + SAVE.format(fill=fill.replace("\n", "\n    "))


@pytest.mark.parametrize(
    "test",
    [
        'contact["first"]',
        'contact["first"] is not None',
        'contact.get("first")',
        'contact.get("first") and 1',
    ],
)
def test_a_value_that_was_tested_is_written_as_it_is(test: str) -> None:
    verdict = judge({"main.py": save(f"if {test}:\n    {APPEND}")}, state=people)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)
    assert f'    if {test}:\n        attributes["firstName"] = contact["first"]\n' in verdict.texts["main.py"]


@pytest.mark.parametrize(
    "fill",
    [
        f'if contact["first"] != "":\n    {APPEND}',
        f'if not contact["first"]:\n    {APPEND}',
        f'if contact["first"]:\n    contact["first"] = None\n    {APPEND}',
        f'if contact["first"]:\n    contact.update(first=None)\n    {APPEND}',
    ],
)
def test_one_that_may_be_none_all_the_same_is_asked(fill: str) -> None:
    verdict = judge({"main.py": save(fill)}, state=people, unsafe=True)
    assert not verdict.problems, "\n".join([*verdict.problems, verdict.texts["main.py"]])
    assert 'if contact["first"] is not None:' in verdict.texts["main.py"]


def test_a_property_may_give_something_else_the_next_time() -> None:
    text = """
class Contact:
    email = "ann@example.com"
    names = iter(["A", None])

    @property
    def first(self):
        return next(self.names)


def save(contact):
    attributes = [{"attrName": "City", "attrValue": "Ulm"}]
    if contact.first:
        attributes.append({"attrName": "FirstName", "attrValue": contact.first})
    record = {"Email": contact.email, "leadAttributeList": {"attribute": attributes}}
    return client.service.syncLead(record, False, _soapheaders=auth()).leadId


print(save(Contact()))
"""
    verdict = judge({"main.py": ZEEP_HEAD + text}, state=people)
    assert not verdict.problems, "\n".join(verdict.problems)
    assert 'attributes["firstName"] = contact.first' not in verdict.texts["main.py"]


@pytest.mark.parametrize(
    ("parameter", "items", "given"),
    [
        ("**values", "values.items()", 'City="Rome"'),
        ("values", "sorted(values.items())", '{"City": "Rome"}'),
    ],
)
def test_names_that_callers_give_are_looked_up(parameter: str, items: str, given: str) -> None:
    text = ZEEP_HEAD + OPEN.format(parameter=parameter, items=items, given=given)
    verdict = judge({"main.py": text}, state=people)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)
    assert "REST_NAMES[name]" in verdict.texts["main.py"]


def test_names_of_tokens_are_those_of_the_call() -> None:
    text = """
def schedule(**tokens):
    items = [{"name": "{{my." + name + "}}", "value": value} for name, value in tokens.items()]
    return bool(client.service.scheduleCampaign(
        "Newsletter", "Monthly Mail", programTokenList={"attrib": items}, _soapheaders=auth()))


print(schedule(message="now"))
"""
    verdict = judge({"main.py": ZEEP_HEAD + text}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)
    assert '"my.message"' not in verdict.texts["main.py"]
