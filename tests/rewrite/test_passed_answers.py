"""Answers that functions hand on, and what is left of the tests around them."""

import pytest
from judging import judge
from people import people
from soap_programs import SIGN, STANDARD, WSDL, ZEEP_HEAD

SUDS_HEAD = f"{STANDARD}\nfrom suds.client import Client\n\nclient = Client({WSDL})\n{SIGN}"
TITLE = ', title("bob@example.com", "CTO")'
KEYS = """
def number(email):
    answer = {ask}
    return answer.leadRecordList.leadRecord[0].Id


def title(email, text):
    attribute = {{"attrName": "Title", "attrValue": text}}
    record = {{"Email": email, "leadAttributeList": {{"attribute": [attribute]}}}}
    answer = {tell}
    return answer.leadId


print(number("ann@example.com"), title("bob@example.com", "CTO"))
"""
ASK = 'client.service.getLead({"keyType": "EMAIL", "keyValue": email}, _soapheaders=auth())'
TELL = "client.service.syncLead(record, False, _soapheaders=auth())"
AGAIN = """
def again(request):
    for attempt in range(3):
        try:
            return request()
        except OSError:
            print("again", attempt)

"""
DECORATED = """
def again(function):
    def wrapper(*args, **kwargs):
        for attempt in range(2):
            try:
                return function(*args, **kwargs)
            except OSError:
                print("again", attempt)
        return function(*args, **kwargs)
    return wrapper


@again
def ask(email):
    return ASK


@again
def tell(email, text):
    attribute = {"attrName": "Title", "attrValue": text}
    record = {"Email": email, "leadAttributeList": {"attribute": [attribute]}}
    return TELL

""".replace("ASK", ASK).replace("TELL", TELL)
PAGES = """
def page(name, position=None):
    sign(client)
    selector = client.factory.create("StaticListSelector")
    selector.staticListName = name
    names = client.factory.create("ArrayOfString")
    names.stringItem = ["Email", "FirstName"]
    return client.service.getMultipleLeads(selector, None, position, 100, names)


def members(name):
    position = None
    while True:
        found = page(name, position)
        if found.returnCount > 0:
            yield from found.leadRecordList.leadRecord
        if found.remainingCount == 0:
            break
        position = found.newStreamPosition


for lead in members("Newsletter Readers"):
    row = {"mail": lead.Email}
    TEST
    print(sorted(row.items()))
"""
FILL = """\
    for attribute in lead.leadAttributeList.attribute:
        row[attribute.attrName] = attribute.attrValue"""


def moved(text: str) -> str:
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)
    return verdict.texts["main.py"]


def test_different_answers_through_one_function() -> None:
    program = KEYS.format(ask=f"again(lambda: {ASK})", tell=f"again(lambda: {TELL})")
    text = moved(ZEEP_HEAD + AGAIN + program)
    assert 'return answer[0]["id"]' in text
    assert "SoapObject" not in text


def test_different_answers_through_one_decorator() -> None:
    program = DECORATED + KEYS.format(ask="ask(email)", tell="tell(email, text)")
    text = moved(ZEEP_HEAD + program)
    assert 'return answer[0]["id"]' in moved(ZEEP_HEAD + program.replace(TITLE, ""))
    assert 'return answer[0]["id"]' in text
    assert "SoapObject" not in text


@pytest.mark.parametrize(
    "test",
    [
        "if lead.leadAttributeList:",
        "if lead.leadAttributeList is not None:",
        "if lead.leadAttributeList and lead.leadAttributeList.attribute:",
    ],
)
def test_records_are_yielded_and_a_test_for_attributes_goes(test: str) -> None:
    inner = FILL.replace("\n", "\n    ")
    text = moved(SUDS_HEAD + PAGES.replace("    TEST", f"    {test}\n    {inner}"))
    assert "        yield from found\n" in text
    assert "    for name, value in soap_attributes(lead):\n        row[name] = value\n" in text


def test_a_test_that_goes_on_without_attributes_goes() -> None:
    guarded = """\
    if not lead.leadAttributeList:
        print(sorted(row.items()))
        continue
"""
    text = moved(SUDS_HEAD + PAGES.replace("    TEST", guarded + FILL))
    assert "if not lead" not in text


def test_what_is_tested_twice_is_tested_once() -> None:
    program = PAGES.replace("    TEST", "    ").replace(
        "if found.returnCount > 0:", 'if hasattr(found, "leadRecordList") and found.leadRecordList:'
    )
    text = moved(SUDS_HEAD + program)
    assert "    if found:\n" in text
    assert "found and found" not in text


OBJECT = """
class Api:
    def __call__(self, operation, *args):
        sign(client)
        return getattr(client.service, operation)(*args)

    def number(self, email):
        key = client.factory.create("LeadKey")
        key.keyType = "EMAIL"
        key.keyValue = email
        return self("getLead", key).leadRecordList.leadRecord[0].Id


print(Api().number("ann@example.com"))
"""


def test_an_object_that_is_called_makes_the_call() -> None:
    text = moved(SUDS_HEAD + OBJECT)
    assert "__call__" not in text
    assert 'client.get_multiple_leads_by_filter_type("email", [email], fields="id")' in text


CHUNKS = """
def chunks(items, size):
    for start in range(0, len(items), size):
        yield items[start:start + size]


def known(emails, fields):
    selector = client.get_type("ns0:LeadKeySelector")("EMAIL", {"stringItem": list(emails)})
    found = client.service.getMultipleLeads(
        selector, includeAttributes={"stringItem": list(fields)}, _soapheaders=auth())
    return [lead.Email for lead in found.leadRecordList.leadRecord]


FIELDS = ("Email", "FirstName")
for chunk in chunks(["ann@example.com", "bob@example.com", "eve@example.com"], 2):
    print(known(chunk, FIELDS))
"""


def test_the_chunks_that_a_function_yields_are_lists() -> None:
    assert "for chunk in chunks(" in moved(ZEEP_HEAD + CHUNKS)


GUARDED = """
def number(email):
    if "@" not in email:
        return None
    answer = ASK
    return answer.leadRecordList.leadRecord[0].Id


def rename(lead_id, text):
    record = {"Id": lead_id, "leadAttributeList": {"attribute": [{"attrName": "Title", "attrValue": text}]}}
    return client.service.syncLead(record, False, _soapheaders=auth()).leadId


for email in ("ann@example.com", "nobody"):
    found = number(email)
    TEST
    print(rename(found, "CTO"))
""".replace("ASK", ASK)


def test_an_id_that_callers_have_tested_is_none_nowhere() -> None:
    text = moved(ZEEP_HEAD + GUARDED.replace("    TEST", "    if found is None:\n        continue"))
    assert '"id": int(lead_id)' in text or '"id": lead_id' in text
    untested = ZEEP_HEAD + GUARDED.replace("    TEST", "    print(found)").replace(', "nobody"', ",")
    assert judge({"main.py": untested}, state=people, unsafe=True).reasons


def test_zeep_errors_behind_the_faults_are_failed_connections() -> None:
    body = """
def number(email):
    try:
        answer = ASK
    except Fault:
        return None
    except Error:
        return -1
    return answer.leadRecordList.leadRecord[0].Id


print(number("ann@example.com"), number("ghost@example.com"))
""".replace("ASK", ASK)
    head = ZEEP_HEAD.replace(
        "from zeep import Client\n", "from zeep import Client\nfrom zeep.exceptions import Error, Fault\n"
    )
    text = moved(head + body)
    assert "    except MarketoException:\n        return None\n" in text
    assert "    except requests.exceptions.RequestException:\n        return -1\n" in text
