"""The describe endpoint's answer: whole or its list, and what is wrong with it, with line and path."""

import json

import pytest

from marketo_migrate.errors import UsageError
from marketo_migrate.rewrite.describe import read_describe
from marketo_migrate.rewrite.names import FieldName

FIELD = {
    "id": 7,
    "dataType": "string",
    "rest": {"name": "favoriteColor", "readOnly": False},
    "soap": {"name": "Favorite_Color__c", "readOnly": True},
}


def test_no_fields() -> None:
    assert read_describe("[]", "d.json") == {}
    assert read_describe('{"success": true, "result": []}', "d.json") == {}


def test_fields_by_soap_name() -> None:
    expected = {
        "Favorite_Color__c": FieldName("Favorite_Color__c", "favoriteColor", "string", writable=False)
    }
    rest_only = {"dataType": "string", "rest": {"name": "x"}}
    assert read_describe(json.dumps([FIELD, rest_only]), "d.json") == expected
    assert read_describe("\ufeff" + json.dumps({"result": [FIELD]}), "d.json") == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[\n{"a": }]', "--describe: no JSON: Expecting value (d.json:2)"),
        ("1" * 5000, "--describe: a number with too many digits (d.json)"),
        ("3", "an object or a list is wanted"),
        ('{"success": false, "errors": []}', "this is the answer of a call that failed"),
        ('{"result": {}}', "@ $.result (d.json:1)"),
        ("[\n\n5]", "--describe: an object is wanted @ $[0]"),
        ('[\n {},\n {"rest": {"name": "a"}, "soap": {}}]', "a name is wanted @ $[1].soap.name (d.json:3)"),
        ('[{"rest": {"name": "a"},\n"soap": {"name": "A"}}]', "a text is wanted @ $[0].dataType (d.json:1)"),
    ],
)
def test_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_describe(text, "d.json")
    assert message in str(raised.value)
