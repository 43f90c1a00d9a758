"""What programs decide by the codes and texts of faults, in the handler and elsewhere."""

import pytest
from judging import judge
from people import people
from soap_programs import suds, zeep

DECIDES = "the program decides by what a fault says, and REST says something else"
HANDLER = """
def find(email):
    try:
        return number(email)
    except Fault as fault:
{handler}


print(find("ann@example.com"), find("ghost@example.com"))
"""
REFUSED = {
    "handed to a function": (
        zeep(
            """
def is_old(fault):
    return "expired" in fault.detail.find(".//message").text


try:
    print(number("ghost@example.com"))
except Fault as fault:
    print(is_old(fault))
"""
        ),
        "a handler decides by the text of the fault, which is another one in REST",
    ),
    "a part of the code": (
        zeep(
            HANDLER.format(
                handler="""        code = fault.detail.findtext(".//code")
        return code.startswith("201")"""
            )
        ),
        "the first digits of a fault code are tested, and REST's codes have others",
    ),
    "words in a text that is made of its own": (
        zeep(HANDLER.format(handler='        return "expired" in str(fault).lower()')),
        DECIDES,
    ),
    "a pattern": (
        suds(
            """
import re
try:
    print(number("ghost@example.com"))
except WebFault as e:
    found = re.match(r"(\\d+) - ", e.fault.faultstring)
    print(found and found.group(1) == "20103")
"""
        ),
        "the code or the text of a fault goes on from its handler, and fault code 20103 stands here: "
        "REST has other codes, and how it is compared with the fault is not known",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    text, reason = REFUSED[name]
    assert judge({"main.py": text}, state=people, unsafe=True).reasons == (reason,)


def test_what_people_read_may_stay() -> None:
    handler = """        code = fault.detail.findtext(".//code")
        text = "%s: %s" % (code, fault.message)
        logging.warning(text)
        if fault.detail.findtext(".//code") == NOT_FOUND:
            print(f"20103 for {email}")
            return None
        raise RuntimeError(text) from fault"""
    body = 'NOT_FOUND = "20103"\n' + HANDLER.format(handler=handler)
    text = zeep(
        body, imports="import logging\n\nfrom zeep import Client\nfrom zeep.exceptions import Fault\n"
    )
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert not verdict.problems
    assert '        if fault.code == "1004":\n' in verdict.texts["main.py"]


@pytest.mark.parametrize(
    ("library", "code"),
    [
        ("zeep", 'fault.message.split(" - ")[0]'),
        ("zeep", "fault.message.split()[0]"),
        ("zeep", 'fault.message.split("-", 1)[0].strip()'),
        ("zeep", 'fault.message.partition(" - ")[0]'),
        ("zeep", "fault.message[:5]"),
        ("suds", 'fault.fault.faultstring.split(" ", 1)[0]'),
    ],
)
def test_the_code_at_the_front_of_the_text(library: str, code: str) -> None:
    handler = f'        code = {code}\n        if code == "20103":\n            return None\n        raise'
    body = HANDLER.format(handler=handler)
    text = zeep(body) if library == "zeep" else suds(body.replace("except Fault", "except WebFault"))
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert not verdict.problems
    assert '        code = fault.code\n        if code == "1004":\n' in verdict.texts["main.py"]


def test_a_part_of_the_text_that_is_not_the_code() -> None:
    handler = '        return fault.message.split("-")[0] == "20103 "'
    reasons = judge({"main.py": zeep(HANDLER.format(handler=handler))}, state=people, unsafe=True).reasons
    assert reasons == ("the text of the fault is taken apart",)


ELEMENT = """
def code_of(fault):
    if fault.detail is None:
        return None
    node = fault.detail.find(".//code")
    return node.text if node is not None else None
"""


def test_a_function_that_looks_for_the_element_of_the_code() -> None:
    handler = '        if code_of(fault) == "20103":\n            return None\n        raise'
    verdict = judge({"main.py": zeep(ELEMENT + HANDLER.format(handler=handler))}, state=people, unsafe=True)
    assert not verdict.problems
    assert "def code_of(fault):\n    return fault.code\n" in verdict.texts["main.py"]


def test_an_element_that_is_tested_in_the_handler() -> None:
    handler = """        node = fault.detail.find("{*}serviceException/code")
        if node is not None and node.text == "20103":
            return None
        raise"""
    verdict = judge({"main.py": zeep(HANDLER.format(handler=handler))}, state=people, unsafe=True)
    assert not verdict.problems
    assert '        if fault.code == "1004":\n' in verdict.texts["main.py"]


def test_an_element_that_is_used_otherwise() -> None:
    handler = '        return fault.detail.find(".//code").getparent() is None'
    assert judge({"main.py": zeep(HANDLER.format(handler=handler))}, state=people, unsafe=True).reasons


OWN = """
NOT_FOUND = {code}


class Failed(Exception):
    def __init__(self, fault):
        super().__init__("Marketo says no")
        self.code = {read}
        self.text = fault.message


def find(email):
    try:
        return number(email)
    except Fault as fault:
        raise Failed(fault) from fault


def known(email):
    try:
        return bool(find(email))
    except Failed as failed:
        if {test}:
            return False
        raise


print(known("ann@example.com"), known("ghost@example.com"))
"""


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ('"20103"', 'fault.detail.find(".//code").text'),
        ("20103", 'int(fault.detail.findtext(".//code"))'),
        ('"20103"', "fault.message[:5]"),
    ],
)
def test_an_exception_that_takes_the_code_of_the_fault(code: str, read: str) -> None:
    text = zeep(OWN.format(code=code, read=read, test="failed.code == NOT_FOUND"))
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems
    assert f"NOT_FOUND = {code.replace('20103', '1004')}\n" in verdict.texts["main.py"]


@pytest.mark.parametrize(
    ("test", "more"),
    [
        ("NOT_FOUND in failed.text", ""),
        ("failed.code == NOT_FOUND", "\nclass Other(Failed):\n    pass\n"),
        ("failed.code == NOT_FOUND", "\nFailed(ValueError())\n"),
    ],
)
def test_one_that_takes_something_else_too(test: str, more: str) -> None:
    own = OWN.format(code='"20103"', read='fault.detail.find(".//code").text', test=test)
    text = zeep(own.replace("\n\ndef find", f"{more}\n\ndef find"))
    assert judge({"main.py": text}, state=people, unsafe=True).reasons


MERGE = """
def key(value):
    return {{"attribute": [{{"attrName": "IDNUM", "attrValue": str(value)}}]}}


def merge(winner, loser):
{body}


print(number("ann@example.com"), merge(1006, 1007), merge(1001, 9999), merge(8888, 1001))
"""
CALL = """client.service.mergeLeads(
        key(winner), {"keyList": [key(loser)]}, _soapheaders={"authentication": signed()}
    )"""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            """    try:
        status = CALL
        if status.status != "MERGED":
            return "failed"
    except Fault:
        return "fault"
    return "ok\"""",
            "a fault and an outcome that is a failure are told apart: REST raises for both",
        ),
        (
            '    status = CALL\n    return ("ok" if status.status == "MERGED" else "failed").upper()',
            "the outcome decides in a way that is not known",
        ),
    ],
)
def test_a_merge_that_fails_and_a_fault(body: str, reason: str) -> None:
    text = zeep(MERGE.format(body=body).replace("CALL", CALL))
    assert reason in judge({"main.py": text}, state=people, unsafe=True).reasons


def test_a_choice_by_the_outcome_of_a_merge() -> None:
    body = '    status = CALL\n    text = ("failed" if status.status != "MERGED" else "ok")\n    return text'
    text = zeep(MERGE.format(body=body).replace("CALL", CALL))
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert not verdict.problems
    assert '    else:\n        text = "ok"\n' in verdict.texts["main.py"]


ACTIVITIES = """
def count(value):
    try:
        page = client.service.getLeadActivity(
            leadKey={{"keyType": "IDNUM", "keyValue": value}},
            activityFilter={{"includeTypes": {{"activityType": ["VisitWebpage"]}}}},
            startPosition={{"oldestCreatedAt": "2020-01-01T00:00:00Z"}},
            batchSize=100,
            _soapheaders={{"authentication": signed()}},
        )
    except Fault:
        {handler}
    return page.returnCount


print(number("ann@example.com"), count(1001), count(1002))
"""


def test_activities_of_a_lead_that_is_not_there() -> None:
    text = zeep(ACTIVITIES.format(handler='return "unknown"'))
    reasons = judge({"main.py": text}, state=people, unsafe=True).reasons
    assert any("REST gives an empty list of activities" in reason for reason in reasons)
    text = zeep(ACTIVITIES.format(handler='print("down")\n        raise'))
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert verdict.rewritten
    assert not verdict.problems
