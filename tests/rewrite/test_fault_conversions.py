"""The codes of faults that leave their handler, or that are looked for in its text."""

import pytest
from judging import judge
from people import people
from soap_programs import suds, zeep

from marketo_migrate.model.finding import Tier

FORMS = zeep(
    """
class CrmError(Exception):
    def __init__(self, message, code=None):
        super().__init__(message)
        self.code = code


class NotFound(Exception):
    pass


NOT_FOUND = "20103"
FATAL = frozenset(["20014", "20016"])
MESSAGES = {"20103": "unknown lead", "20101": "key missing"}
ERRORS = {NOT_FOUND: NotFound}
codes = []


def code_of(fault):
    return fault.detail.find(".//code").text


def returned(email):
    try:
        return number(email), None
    except Fault as fault:
        return None, code_of(fault)


def guarded(email):
    try:
        return number(email)
    except Fault as fault:
        code = fault.detail.findtext(".//code") if fault.detail is not None else None
        if fault.detail is not None and fault.detail.findtext(".//code") == NOT_FOUND:
            return "none", code == "20103"
        raise


def raised(email):
    try:
        return number(email)
    except Fault as fault:
        raise CrmError("lookup failed", code=fault.detail.findtext(".//code")) from fault


def mapped(email):
    try:
        return number(email)
    except Fault as fault:
        code = fault.detail.findtext(".//code")
        if code in FATAL:
            raise SystemExit(code)
        if code not in MESSAGES:
            raise
        codes.append(code)
        return MESSAGES.get(code, "error %s" % code)


def told(email):
    try:
        return number(email)
    except Fault as fault:
        code = int(fault.detail.findtext(".//code"))
        if code == 20103:
            return {20103: 0, 20101: -1}.get(code, -2)
        raise


def thrown(email):
    try:
        return number(email)
    except Fault as fault:
        raise ERRORS.get(fault.detail.findtext(".//code"), RuntimeError)(email) from fault


def matched(email):
    try:
        return number(email)
    except Fault as fault:
        match fault.detail.findtext(".//code"):
            case "20103":
                return "unknown"
            case "20023" | "20024":
                return "busy"
            case _:
                raise


for mail in ("ann@example.com", "ghost@example.com"):
    print(guarded(mail), returned(mail)[1] == NOT_FOUND, mapped(mail), told(mail), matched(mail))
    print(codes.count("20103"))
    try:
        print(raised(mail))
    except CrmError as error:
        print(error, error.code == "20103", error.code in ("20014", "20103"))
    try:
        print(thrown(mail))
    except NotFound as error:
        print("not found", error)
"""
)
TEXTS = suds(
    """
def searched(email):
    try:
        return number(email)
    except WebFault as e:
        text = str(e)
        if "20103" in text:
            return "unknown"
        print("unexpected:", text)
        raise


def begun(email):
    try:
        return number(email)
    except WebFault as e:
        if e.fault.faultstring.startswith("20103"):
            return "unknown"
        raise


def twice(email):
    try:
        return number(email)
    except WebFault as e:
        if "20103" in e.fault.faultstring or e.fault.detail.serviceException.code == "20103":
            return "unknown"
        raise


print(searched("ghost@example.com"), begun("ghost@example.com"), twice("ghost@example.com"))
"""
)
HANDLER = """
lines = []


def find(email):
    try:
        return number(email)
    except WebFault as e:
{body}


print(find("ann@example.com"), find("ghost@example.com"))
"""
REFUSED = {
    """        lines.append(e.fault.detail.serviceException.code)
        return int(email.count("@")) == 20103""": "how it is compared with the fault is not known",
    """        if 20100 <= int(e.fault.detail.serviceException.code) < 20200:
            return None
        raise""": "a range of fault codes is tested",
    """        code = e.fault.detail.serviceException.code
        if code.startswith("201"):
            return None
        raise""": "the first digits of a fault code are tested",
    """        found = re.match(r"(\\d+) - ", e.fault.faultstring)
        if found and found.group(1) == "20103":
            return None
        raise""": "how it is compared with the fault is not known",
    """        if "Lead not found" in e.fault.faultstring:
            return None
        raise""": "a handler decides by the text of the fault",
    """        code = e.fault.detail.serviceException.code
        return {"20101": "key", "20109": "parameter", "20103": "lead"}[code]""": "REST has one code for both",
}


def test_codes_that_are_handed_on() -> None:
    assert not judge({"main.py": FORMS}, state=people).rewritten
    verdict = judge({"main.py": FORMS}, state=people, unsafe=True)
    assert not verdict.problems
    assert verdict.tiers == (Tier.REVIEW,)
    assert "201" not in verdict.texts["main.py"]
    assert "200" not in verdict.texts["main.py"]


def test_codes_in_texts() -> None:
    verdict = judge({"main.py": TEXTS}, state=people, unsafe=True)
    assert not verdict.problems
    assert verdict.tiers == (Tier.REVIEW,)
    assert verdict.texts["main.py"].count('        if e.code == "1004":\n') == 3


@pytest.mark.parametrize("body", REFUSED)
def test_what_cannot_be_said_in_rest(body: str) -> None:
    imports = "import re\n\nfrom suds import WebFault\nfrom suds.client import Client\n"
    text = suds(HANDLER.format(body=body), imports=imports)
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert not verdict.rewritten
    assert REFUSED[body] in "".join(verdict.reasons)
