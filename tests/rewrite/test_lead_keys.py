"""Leads that are found by their id on some ways through a program, and by their address on others."""

import pytest
from judging import judge
from people import people
from soap_programs import SIGN, STANDARD, WSDL, ZEEP_HEAD

SUDS_HEAD = f"{STANDARD}\nfrom suds.client import Client\n\nclient = Client({WSDL})\n{SIGN}"
ASK = """
def find(lead_id=None, email=None):
{key}
    answer = client.service.getLead(leadKey=key, _soapheaders=auth())
    return answer.leadRecordList.leadRecord[0].Id


print(find(email="ann@example.com"), find(1002))
"""
DICTS = """\
    if lead_id is not None:
        key = {"keyType": "IDNUM", "keyValue": lead_id}
    else:
        key = {"keyType": "EMAIL", "keyValue": email}"""
PARTS = """\
    key = {}
    if lead_id is not None:
        key["keyType"] = "IDNUM"
        key["keyValue"] = lead_id
    else:
        key["keyType"], key["keyValue"] = "EMAIL", email"""
CHOICE = """\
    key = {"keyType": "IDNUM", "keyValue": lead_id} if lead_id else {"keyType": "EMAIL", "keyValue": email}"""
HELPER = """
def lead_key(lead_id, email):
    if lead_id is not None:
        return {"keyType": "IDNUM", "keyValue": lead_id}
    return {"keyType": "EMAIL", "keyValue": email}

"""
SUDS = """
def lead_key(lead_id, email):
    key = client.factory.create("LeadKey")
    if lead_id is not None:
        key.keyType = "IDNUM"
        key.keyValue = lead_id
    elif email:
        key.keyType = "EMAIL"
        key.keyValue = email
    else:
        raise ValueError("no key")
    return key


def find(lead_id=None, email=None):
    key = lead_key(lead_id, email)
    sign(client)
    return client.service.getLead(key).leadRecordList.leadRecord[0].Id


print(find(email="ann@example.com"), find(1002))
"""
CALL = "client.get_multiple_leads_by_filter_type(filter_type, [filter_value], fields="
EITHER = """\
    if lead_id is not None:
        filter_type, filter_value = "id", str(lead_id)
    else:
        filter_type, filter_value = "email", str(email)
"""


def moved(text: str, *, target: str = "marketorestpython") -> str:
    verdict = judge({"main.py": text}, state=people, unsafe=True, target=target)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)
    return verdict.texts["main.py"]


def reasons(text: str) -> tuple[str, ...]:
    return judge({"main.py": text}, state=people, unsafe=True).reasons


# --- what is read ---------------------------------------------------------------------------------


def test_a_key_of_its_own_on_each_way() -> None:
    text = moved(ZEEP_HEAD + ASK.format(key=DICTS))
    assert EITHER in text
    assert CALL in text


def test_a_choice_between_two_keys() -> None:
    text = moved(ZEEP_HEAD + ASK.format(key=CHOICE))
    assert 'filter_type, filter_value = ("id", str(lead_id)) if lead_id else ("email", str(email))\n' in text


@pytest.mark.parametrize("key", ["lead_key(lead_id, email)", "lead_key(lead_id, email=email)"])
def test_a_function_that_chooses(key: str) -> None:
    for program in (
        ASK.format(key=f"    key = {key}"),
        ASK.replace("leadKey=key", key).format(key="    print(lead_id)"),
    ):
        text = moved(ZEEP_HEAD + HELPER + program)
        assert '        return "id", str(lead_id)\n    return "email", str(email)\n' in text
        assert f"    filter_type, filter_value = {key}\n" in text


def test_a_key_that_is_filled_by_attributes() -> None:
    text = moved(SUDS_HEAD + SUDS)
    assert '        filter_type = "id"\n        filter_value = str(lead_id)\n' in text
    assert "    return filter_type, filter_value\n" in text


def test_only_the_kind_is_chosen() -> None:
    key = """\
    value = email or lead_id
    key = {"keyValue": value}
    if email:
        key["keyType"] = "EMAIL"
    else:
        key["keyType"] = "IDNUM\""""
    text = moved(ZEEP_HEAD + ASK.format(key=key))
    assert '        filter_type = "id"\n' in text
    assert "    filter_value = str(value)\n" in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    else:\n        key", "    elif email:\n        key"),
        ('"EMAIL"', '"LEADOWNEREMAIL"'),
        ("    if lead_id is not", "    filter_type = 1\n    if lead_id is not"),
        ("EMAIL", "EMAIL\", 'keyKind': \"X"),
    ],
)
def test_keys_that_stay(old: str, new: str) -> None:
    assert reasons(ZEEP_HEAD + ASK.format(key=DICTS.replace(old, new)))


def test_parts_given_in_one_statement_stay() -> None:
    assert reasons(ZEEP_HEAD + ASK.format(key=PARTS))


# --- what is written ------------------------------------------------------------------------------

SAVE = """
def save(title, lead_id=None, email="eve@example.com"):
{record}
    return client.service.syncLead(leadRecord=record, returnLead=False, _soapheaders=auth()).leadId


print(save("A", email="ann@example.com"), save("B", 1002))
"""
ATTRIBUTES = '{"attribute": [{"attrName": "Title", "attrValue": title}]}'
FILLED = f"""\
    record = {{"leadAttributeList": {ATTRIBUTES}}}
    if lead_id:
        record["Id"] = lead_id
    else:
        record["Email"] = email"""
WHOLE = f"""\
    if lead_id:
        record = {{"Id": lead_id, "leadAttributeList": {ATTRIBUTES}}}
    else:
        record = {{"Email": email, "leadAttributeList": {ATTRIBUTES}}}"""
BOTH = f"""\
    record = {{"Email": email, "leadAttributeList": {ATTRIBUTES}}}
    if lead_id is not None:
        record["Id"] = lead_id"""


MADE = f"""
def made(title, lead_id, email):
{FILLED}
    return record

"""


def test_a_function_that_makes_such_a_record() -> None:
    program = SAVE.format(record="    record = made(title, lead_id, email)")
    text = moved(ZEEP_HEAD + MADE + program)
    assert "    record = made(title, lead_id, email)\n" in text
    assert 'lookupField="id" if "id" in record else "email"' in text
    inline = program.replace("    record = made(title, lead_id, email)\n", "").replace(
        "leadRecord=record", "leadRecord=made(title, lead_id, email)"
    )
    assert reasons(ZEEP_HEAD + MADE + inline)


@pytest.mark.parametrize("record", [FILLED, WHOLE])
@pytest.mark.parametrize("target", ["marketorestpython", "requests"])
def test_a_record_with_another_key_on_each_way(record: str, target: str) -> None:
    text = moved(ZEEP_HEAD + SAVE.format(record=record), target=target)
    assert '"updateOnly" if "id" in record else "createOrUpdate"' in text
    assert '"id" if "id" in record else "email"' in text


def test_a_record_with_an_id_where_it_is_known() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + SAVE.format(record=BOTH)}, state=people, unsafe=True)
    assert verdict.rewritten
    assert 'lookupField="id" if "id" in record else "email"' in verdict.texts["main.py"]
    assert any("found by its id where that is given" in text for text in verdict.differences)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    else:\n", "    elif email:\n"),
        ("    else:\n", "    if email:\n"),
        ('    else:\n        record["Email"] = email', "    else:\n        print(email)"),
    ],
)
def test_a_record_that_may_have_no_key_stays(old: str, new: str) -> None:
    text = ZEEP_HEAD + SAVE.format(record=FILLED.replace(old, new))
    assert any("set on some ways only" in reason for reason in reasons(text))


def test_many_records_with_different_keys_stay() -> None:
    text = ZEEP_HEAD + SAVE.format(record=FILLED).replace(
        "syncLead(leadRecord=record, returnLead=False, ",
        'syncMultipleLeads(leadRecordList={"leadRecord": [record]}, ',
    ).replace(".leadId", ".syncStatus[0].leadId")
    assert reasons(text)
