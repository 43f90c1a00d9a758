"""What a call is said to perform when its operation is not one known method."""

import pytest

from marketo_migrate.model.finding import Confidence, Kind, Tier
from marketo_migrate.model.rules import Ruleset
from marketo_migrate.resolve import outcome

from .conftest import Find

HEAD = 'from zeep import Client\nc = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_9?WSDL")\n'


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "getattr(c.service, 'getLead' if x else 'syncLead')(k)",
            "This call performs several SOAP operations: getLead, syncLead;",
        ),
        (
            "c.service.getWeather(k)",
            "This call calls getWeather, which is no method of Marketo's SOAP API;",
        ),
        (
            "def f(name):\n    getattr(c.service, name)(k)",
            "This call performs a SOAP operation whose name is not known here;",
        ),
    ],
)
def test_no_single_operation(find: Find, code: str, message: str) -> None:
    [found] = [each for each in find(HEAD + code) if each.kind is Kind.CALL]
    assert found.message.startswith(message)
    assert (found.rule, found.operation, found.client, found.fix) == ("MKT010", None, "zeep", Tier.NONE)
    assert (found.confidence, found.replacement) == (Confidence.CERTAIN, None)
    assert [step.message for step in found.evidence][:2] == [
        "the address of Marketo's SOAP API",
        "a zeep client is made",
    ]
    assert found.reason == "the operation is chosen at run time; rewrite the callers one by one"


SIGNED = """
import hashlib, hmac
def sign(key, {name}):
    {comment}
    return hmac.new(key, {name}, hashlib.sha1).hexdigest()
"""


@pytest.mark.parametrize(
    ("name", "comment", "confidence"),
    [
        ("text", "pass", None),
        ("text", "f('/soap/mktows')", Confidence.LIKELY),
        ("text", "f('mktowsUserId')", Confidence.CERTAIN),
    ],
)
def test_a_signature_is_judged_by_its_surroundings(
    find: Find, name: str, comment: str, confidence: Confidence | None
) -> None:
    found = [each for each in find(SIGNED.format(name=name, comment=comment)) if each.kind is Kind.AUTH]
    assert [each.confidence for each in found] == ([confidence] if confidence else [])


def test_common_words_are_fields_of_the_wsdl(rules: Ruleset) -> None:
    fields = {field.name for kind in rules.soap.types.values() for field in kind.fields}
    assert outcome._COMMON_FIELDS - fields == frozenset()


@pytest.mark.parametrize("argument", ["operation", "name", "type", "status", "id", "error"])
def test_a_common_word_is_no_sign_of_marketo(find: Find, argument: str) -> None:
    code = f"import sys\nfrom zeep import Client\nc = Client(sys.argv[1])\nc.service.getLead({argument}=1, keyType=2)"
    assert [each for each in find(code) if each.kind is Kind.CALL] == []
    assert [each for each in find(code.replace(argument + "=1", "leadKey=1")) if each.kind is Kind.CALL] != []


@pytest.mark.parametrize(
    "arguments",
    [
        "leadKey={'keyType': 1}",
        "{'keyType': 'EMAIL', 'keyValue': x}",
        "[{'keyType': 'EMAIL', 'keyValue': x}]",
        "a={'b': {'keyType': 'EMAIL', 'keyValue': x}}",
        "dict(keyType='EMAIL', keyValue=x)",
    ],
)
def test_request_elements_are_a_sign_of_marketo_wherever_they_stand(find: Find, arguments: str) -> None:
    code = f"import sys\nfrom zeep import Client\nc = Client(sys.argv[1])\nc.service.getLead({arguments})"
    assert [each.confidence for each in find(code) if each.kind is Kind.CALL] == [Confidence.LIKELY]


@pytest.mark.parametrize(
    "arguments", ["", "{'keyType': 1}", "{'name': 1, 'value': 2}", "'keyType', 'keyValue'", "leadKey"]
)
def test_one_or_none_of_them_is_none(find: Find, arguments: str) -> None:
    code = f"import sys\nfrom zeep import Client\nc = Client(sys.argv[1])\nc.service.getLead({arguments})"
    assert [each.confidence for each in find(code) if each.kind is Kind.CALL] == []
