"""What the replacement looks like in the user's own expressions, and that secrets stay hidden."""

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
