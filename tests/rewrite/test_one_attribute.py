"""Loops over a lead's attributes that are about one of them read the one REST field, a number or a text."""

import pytest
from awkward import GET, ZEEP
from judging import judge
from people import people

LOOP = 'for a in lead.leadAttributeList.attribute:\n        if a.attrName == "LeadScore":\n            '
SEARCH = 'next(({made} for a in lead.leadAttributeList.attribute if a.attrName == "LeadScore"), {default})'
NUMBER, TEXT = "int(a.attrValue)", "a.attrValue"

READ = {
    "or nothing": (f"{LOOP}return {NUMBER}", 'return lead.get("leadScore")'),
    "or zero": (f"{LOOP}return {NUMBER}\n    return 0", 'return lead.get("leadScore") or 0'),
    "or another number": (
        f"{LOOP}return {NUMBER}\n    return -1",
        'if lead.get("leadScore") is not None:\n        return int(lead["leadScore"])\n    return -1',
    ),
    "as the text it was": (
        f'{LOOP}return {TEXT}\n    return "?"',
        'if lead.get("leadScore") is not None:\n        return str(lead["leadScore"])\n    return "?"',
    ),
    "with more": (
        f"{LOOP}return lead.Id, {NUMBER}\n    return lead.Id, 0",
        'return lead["id"], int(lead["leadScore"])\n    return lead["id"], 0',
    ),
    "into a variable": (
        f"score = 0\n    {LOOP}score = {NUMBER}\n            break\n    return score",
        'if lead.get("leadScore") is not None:\n        score = int(lead["leadScore"])\n    return score',
    ),
    "or else": (
        f'{LOOP}score = {NUMBER}\n            break\n    else:\n        score = "?"\n    return score',
        'score = int(lead["leadScore"])\n    else:\n        score = "?"\n    return score',
    ),
    "in a loop around": (
        f"out = []\n    for _ in (1, 2):\n        {LOOP}".replace("\n        if", "\n            if")
        + f"    out.append({TEXT})\n                break\n        else:\n            break\n    return out",
        'out.append(str(lead["leadScore"]))\n        else:\n            break',
    ),
    "searched, or zero": (f"return {SEARCH.format(made=NUMBER, default=0)}", 'lead.get("leadScore") or 0'),
    "searched, or nothing": (
        f"return {SEARCH.format(made=NUMBER, default=None)}",
        'return lead.get("leadScore")',
    ),
    "searched, or another number": (
        f"return {SEARCH.format(made=NUMBER, default=-1)}",
        'return int(lead["leadScore"]) if lead.get("leadScore") is not None else -1',
    ),
    "searched as text": (
        f"return {SEARCH.format(made=TEXT, default=0)}",
        'return str(lead["leadScore"]) if lead.get("leadScore") is not None else 0',
    ),
    "searched as text, made a number": (
        f"return int({SEARCH.format(made=TEXT, default=0)}) * 2",
        'return (lead.get("leadScore") or 0) * 2',
    ),
    "compared as text": (
        f'{LOOP}return {TEXT} > "5", len({TEXT})',
        'return str(lead["leadScore"]) > "5", len(str(lead["leadScore"]))',
    ),
    "a number and a text": (
        f'score = name = None\n    {LOOP}score = {NUMBER}\n        elif a.attrName == "FirstName":\n'
        f"            name = {TEXT}\n    return score, name",
        'if lead.get("leadScore") is not None:\n        score = int(lead["leadScore"])\n'
        '    if lead.get("firstName"):\n        name = lead["firstName"]',
    ),
    "a number or a text": (
        'found = []\n    for column in ("LeadScore", "FirstName"):\n        found.append('
        + SEARCH.format(made=TEXT, default=None).replace('"LeadScore"', "column")
        + ")\n    return found",
        'str(lead[REST_NAMES[column]]) if lead.get(REST_NAMES[column]) not in (None, "") else None',
    ),
    "false where there is none": (
        f"return {SEARCH.format(made=TEXT, default=False).replace('LeadScore', 'FirstName')}",
        'return lead.get("firstName") or False',
    ),
}
KEPT = {
    "the end always runs": f"score = 0\n    {LOOP}score = {NUMBER}\n"
    "    else:\n        score += 1\n    return score",
    "a text that may be no number": f"score = name = 0\n    {LOOP}score = {NUMBER}\n"
    f'        elif a.attrName == "LastName":\n            name = {NUMBER}\n    return score, name',
}


def program(body: str, emails: str) -> str:
    return (
        f"{ZEEP}{GET}\n\ndef f(email):\n    lead = get(email)\n    {body}\n\n\n"
        f"for email in {emails}:\n    print(email, repr(f(email)))\n"
    )


@pytest.mark.parametrize(("body", "expected"), READ.values(), ids=READ.keys())
def test_the_field_is_read(body: str, expected: str) -> None:
    """Leads with a number, with zero and without one."""
    emails = '("ann@example.com", "bob@example.com", "zoe@example.com", "nil@example.com")'
    verdict = judge({"main.py": program(body, emails)}, state=people)
    text = verdict.texts["main.py"]
    assert verdict.problems == ()
    assert expected in text
    assert "soap_attributes" not in text


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT.keys())
def test_the_loop_stays_over_the_names_that_it_asks_for(body: str) -> None:
    verdict = judge({"main.py": program(body, '("nil@example.com",)')}, state=people)
    assert verdict.problems == ()
    assert "in soap_attributes(lead):" in verdict.texts["main.py"]
