"""What the replacement looks like in the user's own expressions, and that secrets stay hidden."""

import ast

import pytest

from marketo_migrate.detect.masking import MASK, mask
from marketo_migrate.model.finding import Finding, Kind, Tier
from marketo_migrate.resolve.requests import parameters

HEAD = 'from suds.client import Client\nc = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_3?WSDL")\n'


def call_of(findings: tuple[Finding, ...]) -> Finding:
    (found,) = [finding for finding in findings if finding.kind is Kind.CALL]
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        'c.service.getLead({"keyType": "EMAIL", "keyValue": row.email})',
        'c.service.getLead(leadKey={"keyType": "EMAIL", "keyValue": row.email})',
        'c.service.getLead(**{"leadKey": {"keyType": "EMAIL", "keyValue": row.email}})',
        'k = c.factory.create("LeadKey")\nk.keyType = "EMAIL"\nk.keyValue = row.email\nc.service.getLead(k)',
        'k = c.factory.create("ns0:LeadKey")\nsetattr(k, "keyType", "EMAIL")\nk["keyValue"] = row.email\nc.service.getLead(k)',
        'k = dict(keyType="EMAIL")\nk["keyValue"] = row.email\nc.service.getLead(k)',
    ],
)
def test_every_way_to_pass_a_lead_key_gives_the_same_code(arguments, find) -> None:
    finding = call_of(find(HEAD + arguments))
    assert finding.replacement is not None
    assert 'client.get_multiple_leads_by_filter_type(\n    "email", [row.email]' in (
        finding.replacement.snippet or ""
    )
    assert finding.replacement.operations[0].path == "/rest/v1/leads.json"


def test_an_unknown_key_keeps_a_readable_name(find) -> None:
    snippet = call_of(find(HEAD + "c.service.getLead(build())")).replacement.snippet
    assert "[key_value]" in snippet


def snippet_of(findings: tuple[Finding, ...]) -> str:
    replacement = call_of(findings).replacement
    assert replacement is not None
    assert replacement.snippet is not None
    return replacement.snippet


@pytest.mark.parametrize(
    "value", ['a"b', "a\\b", "a\nb\r\tc", "a\0b", "a\ud800b", "caf\u00e9 \u2028 \U0001f600"]
)
def test_a_text_is_written_as_what_it_says(find, value: str) -> None:
    code = snippet_of(find(HEAD + f'c.service.getLead({{"keyType": "EMAIL", "keyValue": {value!a}}})'))
    texts = [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
    assert value in texts
    code.encode()


def test_names_of_tokens_are_written_as_what_they_say(find) -> None:
    token = r"""{"name": "{{my.it's \"x\"}}", "value": v}"""
    code = snippet_of(
        find(
            HEAD
            + f'c.service.requestCampaign("MKTOWS", 7, leadList={{"leadKey": [k]}}, programTokenList={{"attrib": [{token}]}}, programName="p", campaignName="n")'
        )
    )
    assert r"""{"my.it's \"x\"": v}""" in code


@pytest.mark.parametrize(
    ("value", "shown"),
    [('"7"', "[7]"), ("7", "[7]"), ("x.id", "[int(x.id)]"), ('"x"', '[int("x")]'), ("f(\n1)", "lead_ids")],
)
def test_a_number_is_written_as_one(find, value: str, shown: str) -> None:
    leads = f'leadList={{"leadKey": [{{"keyType": "IDNUM", "keyValue": {value}}}]}}'
    code = snippet_of(find(HEAD + f'c.service.requestCampaign("MKTOWS", 7, {leads})'))
    assert f"request_campaign(7, {shown})" in code


@pytest.mark.parametrize("value", ["f(\n    a\n)", "a." + "b" * 120])
def test_an_expression_that_is_too_much_for_a_line_keeps_a_readable_name(find, value: str) -> None:
    code = snippet_of(find(HEAD + f'c.service.getLead({{"keyType": "EMAIL", "keyValue": {value}}})'))
    assert "[email]" in code


@pytest.mark.parametrize(
    ("fields", "record"),
    [
        ('"Email": e', '"email": e'),
        ('"Email": None, "Id": 7', '"id": 7'),
        (
            '"Email": e, "leadAttributeList": {"attribute": [{"attrName": "FirstName", "attrValue": n}]}',
            '"email": e, "firstName": n',
        ),
    ],
)
def test_a_record_under_the_names_of_rest(find, fields: str, record: str) -> None:
    code = snippet_of(find(HEAD + f"c.service.syncLead({{{fields}}}, False)"))
    assert f"[{{{record}}}]" in code


@pytest.mark.parametrize(
    "fields",
    [
        "**more",
        '"Email": f(\n1)',
        '"Email": e, "leadAttributeList": {"attribute": [{"attrName": name, "attrValue": n}]}',
        '"Email": e, "leadAttributeList": {"attribute": [{"attrName": "OwnField__c", "attrValue": n}]}',
        '"Email": e, "leadAttributeList": {"attribute": rows}',
    ],
)
def test_a_record_that_is_not_wholly_known_keeps_a_readable_name(find, fields: str) -> None:
    code = snippet_of(find(HEAD + f"c.service.syncLead({{{fields}}}, False)"))
    assert '"email": e' not in code
    assert "f(" not in code


def test_an_excerpt_has_each_line_and_no_more_than_is_read(find) -> None:
    arguments = "".join(f"    a{number}=1,\n" for number in range(20))
    found = call_of(find(HEAD + f"c.service.getLead(\n{arguments})"))
    assert found.excerpt[:3] == ((3, "c.service.getLead("), (4, "    a0=1,"), (5, "    a1=1,"))
    assert (len(found.excerpt), found.excerpt[-1]) == (12, (14, "    a10=1,"))


@pytest.mark.parametrize(
    ("operation", "version", "first", "last"),
    [
        ("getMultipleLeads", "1_7", "lastUpdatedAt", "includeAttributes"),
        ("getMultipleLeads", "2_0", "leadSelector", "includeAttributes"),
        ("getMultipleLeads", "3_1", "leadSelector", "includeAttributes"),
        ("getMultipleLeads", None, "leadSelector", "includeAttributes"),
        ("getLeadChanges", "2_1", "startPosition", "batchSize"),
        ("getLeadChanges", "2_2", "startPosition", "leadSelector"),
    ],
)
def test_positional_arguments_follow_the_wsdl_version(rules, operation, version, first, last) -> None:
    order = parameters(rules.soap, operation, version)
    assert (order[0], order[-1]) == (first, last)


def test_no_rewrite_is_called_safe_before_it_was_proven(find) -> None:
    finding = call_of(find(HEAD + 'c.service.getLead({"keyType": "EMAIL", "keyValue": "a@example.com"})'))
    assert finding.fix is not Tier.SAFE
    assert finding.reason


@pytest.mark.parametrize(
    "line",
    [
        'ENCRYPTION_KEY = "461839624B16E06BA2D663A899C94D41AABB"',
        "api = Client(url, 'acme1_46183962', encryption_key='short-key')",
        'password: str = "hunter22"',
        'h = hmac.new("A8f9K2l1M4n7P0q3R6s9T2u5", text, sha1)',
        "SOAP_KEY=9f8e7d6c5b4a39281706",
    ],
)
def test_what_looks_like_a_secret_is_masked(line: str) -> None:
    masked = mask(line, frozenset())
    assert MASK in masked
    for secret in ("461839624B16E06", "short-key", "hunter22", "A8f9K2l1M4n7", "9f8e7d6c5b4a"):
        assert secret not in masked


@pytest.mark.parametrize(
    "line",
    [
        'key.keyValue = "ann@example.com"',
        "client.service.getLead(leadKey)",
        'WSDL = "https://123-ABC-456.mktoapi.com/soap/mktows/2_9"',
    ],
)
def test_other_text_is_not(line: str) -> None:
    assert mask(line, frozenset()) == line


def test_a_key_that_reaches_the_signature_is_never_shown(find) -> None:
    source = (
        "import hmac, hashlib\nK = 'plain words here'\n\ndef header(user, now):\n"
        "    digest = hmac.new(K.encode(), (now + user).encode(), hashlib.sha1).hexdigest()\n"
        "    return {'mktowsUserId': user, 'requestSignature': digest}\n\nprint('plain words here')\n"
        "c.service.getLead({'keyType': 'EMAIL', 'keyValue': 'plain words here'}, _soapheaders=header(u, n))\n"
    )
    findings = find(HEAD + source)
    assert [f.location.span.line for f in findings if f.kind is Kind.SECRET] == [4]
    assert "plain words here" not in repr(findings)
