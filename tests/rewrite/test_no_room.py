"""A look-up of a lead with no room for a check behind it: only reading the first record raises by itself."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from migrated import Migrated, migrate

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


"""
CALL = 'client.service.getLead({"keyType": "EMAIL", "keyValue": e}, _soapheaders=auth())'


def plan(tree: Tree, code: str) -> Migrated:
    return migrate(tree({"main.py": f"{HEAD}{code}\n"}))


@pytest.mark.parametrize("read", ["leadRecordList.leadRecord[0].Email", "leadRecordList.leadRecord[0].Id"])
def test_the_first_record_is_read(tree: Tree, read: str) -> None:
    text = plan(tree, f"email = lambda e: {CALL}.{read}")["main.py"]
    assert "[0][" in text
    assert "raise" not in text


@pytest.mark.parametrize(
    "code",
    [
        f"email = lambda e: {CALL}.leadRecordList.leadRecord[1].Email",
        f"number = lambda e: {CALL}.count",
        f"found = lambda e: len({CALL}.leadRecordList.leadRecord)",
        f"def f(e):\n    try:\n        return g(e) or {CALL}.leadRecordList.leadRecord[0].Email\n"
        "    except LookupError:\n        return None",
    ],
)
def test_something_else_is_read(tree: Tree, code: str) -> None:
    migrated = plan(tree, code)
    assert migrated.rewrites.texts == {}
    [reason] = set(migrated.rewrites.reasons.values())
    assert "there is no room for it here" in reason
