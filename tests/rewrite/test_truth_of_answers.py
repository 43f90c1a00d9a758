"""SOAP's answer was an object, and so always true; REST's list is not, where nothing was found."""

from judging import judge
from people import people
from soap_programs import ZEEP_HEAD

READ = """
def read(mails):
    selector = client.get_type("ns0:LeadKeySelector")(keyType="EMAIL", keyValues={"stringItem": mails})
    return client.service.getMultipleLeads(leadSelector=selector, _soapheaders=auth())


"""
TESTS = """
for mails in (["ann@example.com"], ["ghost@example.com"]):
    answer = read(mails)
    if answer and answer.returnCount > 0:
        print([lead.Id for lead in answer.leadRecordList.leadRecord])
    print([lead.Id for lead in answer.leadRecordList.leadRecord] if answer and answer.leadRecordList else [])
    if not answer or not answer.leadRecordList:
        print("none")
    if answer:
        print("answered")
    print(answer and "some" or "none", bool(answer), len([a for a in [answer] if a]))
    assert answer and answer.returnCount is not None, "no answer"
while (page := read(["ghost@example.com"])):
    print("a page of", page.returnCount)
    break
"""
GUARDED = """
def first(mails):
    answer = read(mails)
    lead = answer.leadRecordList.leadRecord[0] if answer.returnCount else None
    return lead and lead.Id, {"mail": lead and lead.Email}


print(first(["ghost@example.com"]), first(["ann@example.com"]))
"""
VALUES = """
def maybe(mails):
    answer = read(mails) if mails else None
    return answer and answer.returnCount


print(maybe([]), maybe(["ghost@example.com"]))
answers = [read(mails) for mails in (["ann@example.com"], ["ghost@example.com"])]
chosen = (len("a") and answers[1]) or None
print(all(answers), chosen is None)
"""


def test_a_test_for_an_answer_stays_true() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + READ + TESTS}, state=people, unsafe=True)
    assert verdict.problems == ()
    text = verdict.texts["main.py"]
    assert "SoapObject" not in text
    assert "if answer is not None and len(answer) > 0:" in text
    assert "if answer is None or not answer:" in text


def test_a_guard_is_not_the_value() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + READ + GUARDED}, state=people, unsafe=True)
    assert verdict.problems == ()
    assert 'return lead and lead["id"], {"mail": lead and lead["email"]}' in verdict.texts["main.py"]


def test_only_the_attributes_asked_for_are_in_the_kept_form() -> None:
    read = READ.replace("=selector,", '=selector, includeAttributes={"stringItem": ["FirstName"]},')
    shown = 'print([(r.Id, r.Email) for r in read(["ann@example.com"]).leadRecordList.leadRecord])\n'
    verdict = judge({"main.py": ZEEP_HEAD + read + VALUES + shown}, state=people, unsafe=True)
    assert verdict.problems == ()
    assert "SoapObject" in verdict.texts["main.py"]


def test_answers_that_are_more_than_tested_keep_their_form() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + READ + VALUES}, state=people, unsafe=True)
    assert verdict.problems == ()
    assert "SoapObject" in verdict.texts["main.py"]
