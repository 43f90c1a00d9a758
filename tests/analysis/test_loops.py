"""Which calls stand in a loop."""

import pytest

from marketo_migrate.model.finding import Kind

HEAD = """\
from suds.client import Client
client = Client("https://123-abc-456.mktoapi.com/soap/mktows/2_3?WSDL")
"""


@pytest.mark.parametrize(
    ("code", "looped"),
    [
        ("client.service.getLead(key)", False),
        ("for key in keys:\n    client.service.getLead(key)", True),
        ("for key in keys:\n    if key:\n        with lock:\n            client.service.getLead(key)", True),
        ("for lead in client.service.getLead(key):\n    print(lead)", False),
        ("for key in keys:\n    print(key)\nelse:\n    client.service.getLead(key)", False),
        ("while client.service.getLead(key):\n    pass", True),
        ("while True:\n    client.service.getLead(key)", True),
        ("found = [client.service.getLead(key) for key in keys]", True),
        ("found = {key: client.service.getLead(key) for key in keys}", True),
        ("found = [lead for lead in client.service.getLead(key)]", False),
        ("found = [lead for key in keys for lead in client.service.getLead(key)]", True),
        ("for key in keys:\n    def later():\n        client.service.getLead(key)", False),
        (
            "for key in keys:\n    def later():\n        for k in key:\n            client.service.getLead(k)",
            True,
        ),
        ("async def run():\n    async for key in keys:\n        await client.service.getLead(key)", True),
    ],
)
def test_call(find, code: str, looped: bool) -> None:
    [call] = [finding for finding in find(HEAD + code) if finding.kind is Kind.CALL]
    assert call.in_loop is looped
    assert "300 values a call" in call.limits


def test_wrapper_call(find) -> None:
    code = HEAD + "def lead(key):\n    return client.service.getLead(key)\nfor key in keys:\n    lead(key)\n"
    [inner] = [finding for finding in find(code) if finding.kind is Kind.CALL]
    [outer] = [finding for finding in find(code) if finding.kind is Kind.WRAPPER_CALL]
    assert (inner.in_loop, outer.in_loop) == (False, True)
    assert outer.limits == inner.limits != ()


def test_only_calls_count(find) -> None:
    code = f"for n in range(3):\n    {HEAD.splitlines()[1]}\n    key = client.factory.create('LeadKey')\n"
    found = find(HEAD.splitlines()[0] + "\n" + code)
    assert found
    assert not any(finding.in_loop for finding in found)
