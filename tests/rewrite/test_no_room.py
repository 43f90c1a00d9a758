"""A look-up of a lead with no room for a check behind it: only reading the first record raises by itself."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from migrated import Migrated, migrate
from soap_programs import ZEEP_HEAD

Tree = Callable[[Mapping[str, str | bytes]], Path]
CALL = 'client.service.getLead({"keyType": "EMAIL", "keyValue": e}, _soapheaders=auth())'


def plan(tree: Tree, code: str) -> Migrated:
    return migrate(tree({"main.py": f"{ZEEP_HEAD}{code}\n"}))


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
