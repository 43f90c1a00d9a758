"""The type that a value has, by what its callers give: it is converted only where REST wants another one."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from migrated import migrate

Tree = Callable[[Mapping[str, str | bytes]], Path]
HEAD = """\
import hashlib
import hmac
import os
from datetime import datetime, timezone

from zeep import Client

client = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")


def auth():
    now = datetime.now(timezone.utc).isoformat()
    user = os.environ["MARKETO_USER_ID"]
    mac = hmac.new(os.environ["MARKETO_ENCRYPTION_KEY"].encode(), (now + user).encode(), hashlib.sha1)
    return {"authentication": {
        "mktowsUserId": user, "requestSignature": mac.hexdigest(), "requestTimestamp": now}}


def trigger(lead):
    client.service.requestCampaign(
        "MKTOWS", 1001, {"leadKey": [{"keyType": "IDNUM", "keyValue": lead}]}, _soapheaders=auth())


"""


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
