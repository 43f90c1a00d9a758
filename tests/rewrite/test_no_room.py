# ruff: noqa: E501 - programs as people write them
"""A call with no room for a check behind it: reading the first record raises by itself, else a function checks."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from judging import Verdict, judge
from migrated import Migrated, migrate
from people import people
from soap_programs import ZEEP_HEAD

Tree = Callable[[Mapping[str, str | bytes]], Path]
FAULT_HEAD = ZEEP_HEAD.replace("import Client\n", "import Client\nfrom zeep.exceptions import Fault\n")
CALL = 'client.service.getLead({"keyType": "EMAIL", "keyValue": e}, _soapheaders=auth())'


def plan(tree: Tree, code: str) -> Migrated:
    return migrate(tree({"main.py": f"{ZEEP_HEAD}{code}\n"}))


@pytest.mark.parametrize("read", ["leadRecordList.leadRecord[0].Email", "leadRecordList.leadRecord[0].Id"])
def test_the_first_record_is_read(tree: Tree, read: str) -> None:
    text = plan(tree, f"email = lambda e: {CALL}.{read}")["main.py"]
    assert "[0][" in text
    assert "raise" not in text


def judged(code: str, *, target: str = "marketorestpython") -> Verdict:
    verdict = judge({"main.py": f"{FAULT_HEAD}{code}\n"}, state=people, target=target)
    assert verdict.rewritten, verdict.reasons
    assert verdict.problems == (), verdict.texts["main.py"]
    return verdict


GET = CALL.replace(": e}", ": %s}")
SYNC = (
    'client.service.syncLead({"Email": e, "leadAttributeList": {"attribute": [{"attrName": "City", '
    '"attrType": "string", "attrValue": c}]}}, False, _soapheaders=auth())'
)
CHECKED = {
    "in a lambda": f"""
count = lambda e: {CALL}.count
print(count("ann@example.com"))
try:
    count("ghost@example.com")
except Fault:
    print("no lead")
""",
    "behind and": f"""
def is_known(e):
    try:
        return bool(e) and {CALL}.count > 0
    except Fault:
        return False


print(is_known(""), is_known("ann@example.com"), is_known("ghost@example.com"))
""",
    "in a comprehension that is used up later": f"""
numbers = ({CALL}.leadRecordList.leadRecord[0].Id for e in ("ann@example.com", "ghost@example.com", "bob@example.com"))
print(next(numbers))
try:
    print(next(numbers))
except Fault:
    print("no lead", list(numbers))
""",
    "between values that act": f"""
log = []


def note(text):
    log.append(text)
    return text


def row(first, email):
    return note(first), {GET % "note(email)"}.count, note(first + "!")


print(row("a", "ann@example.com"))
try:
    print(row("g", "ghost@example.com"))
except Fault:
    print("no lead")
print(log)
""",
    "in a branch": f"""
def kind(e):
    if not e:
        return "empty"
    elif {CALL}.leadRecordList.leadRecord[0].Id > 1001:
        return "new"
    return "old"


for email in ("", "ann@example.com", "bob@example.com", "ghost@example.com"):
    try:
        print(kind(email))
    except Fault:
        print("no lead")
""",
    "in the test of a loop": f"""
emails = iter(["ann@example.com", "bob@example.com", "ghost@example.com"])
try:
    while {GET % "next(emails)"}.count:
        print("one more")
except Fault:
    print("no lead")
""",
    "in a default": f"""
def number(n={GET % '"ann@example.com"'}.count):
    return n


print(number())
""",
    "what takes other errors": f"""
def number(e):
    try:
        return e and {CALL}.leadRecordList.leadRecord[0].Id
    except LookupError:
        return -1


def outcome(e):
    try:
        return number(e)
    except Fault:
        return "no lead"


print(outcome("ann@example.com"), outcome("ghost@example.com"), outcome(""))
""",
    "in a text": f"""
def shown(e):
    return f"{{{CALL.replace(chr(34), chr(39))}.count if e else 0}} found"


print(shown("ann@example.com"), shown(""))
try:
    shown("ghost@example.com")
except Fault:
    print("no lead")
""",
    "under a taken name": f"""
def existing_leads(emails):
    return [e for e in emails if {CALL}.count]


print(existing_leads(["ann@example.com"]))
try:
    existing_leads(["ghost@example.com"])
except Fault:
    print("no lead")
""",
    "of writes": f"""
def written(rows):
    try:
        return [{SYNC}.syncStatus.status for e, c in rows]
    except Fault:
        return "not written"


print(written([("ann@example.com", "Ulm"), ("new@example.com", "Bonn")]), written([("bob@example.com", "Ulm"), ("", "Ulm")]))
""",
}


@pytest.mark.parametrize("code", CHECKED.values(), ids=CHECKED.keys())
def test_a_function_checks_what_is_found(code: str) -> None:
    """Faults come where they came, values are evaluated as often as they were, and in the same order."""
    verdict = judged(code)
    text = verdict.texts["main.py"]
    assert "existing_leads(" in text or "written_lead(" in text
    assert "service" not in text


@pytest.mark.parametrize("name", ["behind and", "of writes"])
def test_a_function_checks_what_is_found_by_plain_requests(name: str) -> None:
    assert "raise MarketoError(" in judged(CHECKED[name], target="requests").texts["main.py"]


def test_without_a_handler_a_function_raises_what_nobody_takes() -> None:
    text = judged(f"print([{SYNC}.leadId for e, c in [('ann@example.com', 'Ulm')]])").texts["main.py"]
    assert "raise RuntimeError(outcome[" in text
    assert "MarketoException" not in text


def test_texts_with_both_quotes_stand_in_a_text() -> None:
    shown = f"{CALL.replace(chr(34), chr(39))}.leadRecordList.leadRecord[0].Id if e else 'none'"
    code = f"""
def show(e):
    print(f"{{e}}: {{{shown}}}")


show("ann@example.com")
show("")
"""
    assert "fields='id')[0]['id'] if e else 'none'" in judged(code).texts["main.py"]
