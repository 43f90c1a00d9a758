"""`service.op(**params)` with a dict that is filled in several steps, some of them on some ways only."""

import pytest
from judging import judge
from people import people
from soap_programs import ZEEP_HEAD

SCHEDULE = """
def schedule(program, campaign, run_at=None):
    params = {{"programName": program, "campaignName": campaign}}
    {fill}
    return bool(client.service.scheduleCampaign(_soapheaders=auth(), **params))


print(schedule("Newsletter", "Monthly Mail", "2027-01-01T00:00:00Z"))
print(schedule("Newsletter", "Monthly Mail"))
"""
GET = """
def number(email):
    params = {{"leadKey": {{"keyType": "EMAIL", "keyValue": {value}}}}}
    {between}
    return client.service.getLead(_soapheaders=auth(), **params).leadRecordList.leadRecord[0].Id


rest = iter(["bob@example.com", "eve@example.com"])
print(number("ann@example.com"))
"""
TARGETS = pytest.mark.parametrize("target", ["marketorestpython", "requests"])


def schedule(fill: str) -> str:
    return ZEEP_HEAD + (SCHEDULE.format(fill=fill.replace("\n", "\n    ")))


@TARGETS
def test_what_may_be_missing_stays_in_the_dict(target: str) -> None:
    text = schedule('if run_at:\n    params["campaignRunAt"] = run_at')
    verdict = judge({"main.py": text}, state=people, unsafe=True, target=target)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)
    key = "runAt" if target == "marketorestpython" else "run_at"
    assert "    params = {}\n" in verdict.texts["main.py"]
    assert f'        params["{key}"] = ' in verdict.texts["main.py"]
    assert "find_campaign(client, campaign, program), **params)" in verdict.texts["main.py"]


@TARGETS
@pytest.mark.parametrize(
    "fill",
    [
        'params["campaignRunAt"] = "2027-03-01T00:00:00Z"\nif run_at:\n    params["campaignRunAt"] = run_at',
        'if run_at:\n    params.update(programTokenList={"attrib": {"name": "{{my.x}}", "value": run_at}})',
        'try:\n    params["campaignRunAt"] = datetime.fromisoformat(run_at)\n'
        'except (TypeError, ValueError):\n    print("at once")',
        'for key in ("a", "b"):\n    if run_at:\n        params["campaignRunAt"] = run_at',
    ],
)
def test_other_ways_to_fill_it(fill: str, target: str) -> None:
    verdict = judge({"main.py": schedule(fill)}, state=people, unsafe=True, target=target)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join([*verdict.problems, verdict.texts["main.py"]])


@TARGETS
def test_tokens_of_a_triggered_campaign(target: str) -> None:
    text = (
        ZEEP_HEAD
        + """
def start(number, tokens):
    params = dict(source="MKTOWS", leadList={"leadKey": [{"keyType": "IDNUM", "keyValue": number}]})
    params["programName"] = "Webinar 12"
    params["campaignName"] = "Send Alert"
    items = [{"name": "{{my.%s}}" % name, "value": value} for name, value in tokens.items()]
    if items:
        params["programTokenList"] = {"attrib": items}
    return bool(client.service.requestCampaign(_soapheaders=auth(), **params))


print(start(1001, {}), start(1002, {"message": "now"}))
"""
    )
    verdict = judge({"main.py": text}, state=people, unsafe=True, target=target)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join([*verdict.problems, verdict.texts["main.py"]])


@pytest.mark.parametrize(
    ("fill", "reason"),
    [
        (
            'if run_at:\n    params["campaignRunAt"] = run_at\n    program = "Webinar 12"',
            "'program' changes before the request is sent",
        ),
        (
            'if run_at:\n    params["campaignRunAt"] = run_at\nprint(sorted(params))',
            "arguments are unpacked from a dict that is not written out",
        ),
        (
            'other = params\nif run_at:\n    params["campaignRunAt"] = run_at\nother["source"] = "MKTOWS"',
            "arguments are unpacked from a dict that is not written out",
        ),
        (
            'if run_at:\n    params["campaignName"] = "No Mail"',
            "campaignName is given on some ways only",
        ),
        (
            'if run_at:\n    params["campaignRunAt"] = run_at\nelse:\n    del params["programName"]',
            "arguments are unpacked from a dict that is not written out",
        ),
        (
            'times = iter([run_at])\nif run_at:\n    params["campaignRunAt"] = next(times)',
            "a value of the request does something, and REST does not need it just once",
        ),
    ],
)
def test_what_cannot_be_followed_is_refused(fill: str, reason: str) -> None:
    verdict = judge({"main.py": schedule(fill)}, state=people, unsafe=True)
    assert verdict.reasons == (reason,)


@pytest.mark.parametrize(
    ("value", "between"),
    [("email", 'email = "bob@example.com"'), ("next(rest)", "print(next(rest))")],
)
def test_its_values_are_those_of_the_place_where_it_is_filled(value: str, between: str) -> None:
    text = ZEEP_HEAD + (GET.format(value=value, between=between))
    verdict = judge({"main.py": text}, state=people)
    assert not verdict.rewritten


def test_a_time_may_be_none() -> None:
    text = (
        ZEEP_HEAD
        + """
def schedule(run_at=None):
    return bool(client.service.scheduleCampaign("Newsletter", "Monthly Mail", run_at, _soapheaders=auth()))


print(schedule(), schedule("2027-01-01T00:00:00Z"), schedule(datetime(2027, 1, 1, tzinfo=timezone.utc)))
"""
    )
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)


def test_a_sum_is_no_text() -> None:
    text = (
        ZEEP_HEAD
        + """
from datetime import timedelta

when = datetime.now(timezone.utc) + timedelta(hours=2)
print(bool(client.service.scheduleCampaign("Newsletter", "Monthly Mail", when, _soapheaders=auth())))
"""
    )
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)


SIGNED_CALLS = """

COUNTS = []
SIGNED = {"_soapheaders": auth()}


def signed():
    %s
    return {"_soapheaders": auth()}


def number(mail):
    answer = client.service.getLead({"keyType": "EMAIL", "keyValue": mail}, **signed())
    return answer.leadRecordList.leadRecord[0].Id


print(number("ann@example.com"))


class Signer:
    @property
    def signed(self):
        return {"_soapheaders": auth()}

    def number(self, mail):
        answer = client.service.getLead({"keyType": "EMAIL", "keyValue": mail}, **self.signed)
        return answer.leadRecordList.leadRecord[0].Id


print(Signer().number("ann@example.com"))
answer = client.service.getLead({"keyType": "EMAIL", "keyValue": "bob@example.com"}, **SIGNED)
print(answer.leadRecordList.leadRecord[0].Id)
"""


def test_what_only_signs_a_call_is_no_part_of_its_request() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + SIGNED_CALLS % "pass"}, state=people)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems
    assert "auth()" not in verdict.texts["main.py"]
    counting = judge({"main.py": ZEEP_HEAD + SIGNED_CALLS % "COUNTS.append(1)"}, state=people)
    assert "arguments are unpacked from a dict that is not written out" in counting.reasons
