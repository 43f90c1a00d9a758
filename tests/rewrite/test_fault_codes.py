"""What programs decide by the codes and texts of faults, in the handler and elsewhere."""

import pytest
from judging import judge
from people import people
from soap_programs import suds, zeep

ELSEWHERE = "what a fault says leaves its handler, and the program looks for fault code 20103 elsewhere: "
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
    "raised in an own exception": (
        zeep(
            """
class CrmError(Exception):
    def __init__(self, code):
        super().__init__("failed")
        self.code = code


def find(email):
    try:
        return number(email)
    except Fault as fault:
        raise CrmError(fault.detail.findtext(".//code")) from fault


try:
    find("ghost@example.com")
except CrmError as error:
    print("unknown" if error.code == "20103" else "failed")
"""
        ),
        ELSEWHERE + "REST has other codes",
    ),
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
        "a fault is handed on, and its parts are read elsewhere in the program",
    ),
    "a part of the code": (
        zeep(
            HANDLER.format(
                handler="""        code = fault.detail.findtext(".//code")
        return code.startswith("201")"""
            )
        ),
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
        DECIDES,
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
