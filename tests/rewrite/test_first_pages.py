# ruff: noqa: E501 - loops as people write them
"""A call for the first page and a loop for the others: one call for all of them, where both do the same."""

import pytest
from judging import Verdict, judge
from people import people
from soap_programs import SIGN, STANDARD, WSDL, ZEEP_HEAD

SUDS_HEAD = f"{STANDARD}\nfrom suds.client import Client\n\nclient = Client({WSDL})\n{SIGN}"
SELECTOR = """SELECTOR = client.get_type("ns0:LeadKeySelector")(keyType="EMAIL", keyValues={"stringItem": [
    "ann@example.com", "bob@example.com", "eve@example.com"]})


"""
FIRST = "page = client.service.getMultipleLeads(leadSelector=SELECTOR, batchSize=1, _soapheaders=auth())"
NEXT = FIRST.replace("_soap", "streamPosition=page.newStreamPosition, _soap")
EMAILS = "for record in page.leadRecordList.leadRecord:\n    found.append(record.Email)"


def indented(text: str, levels: int = 1) -> str:
    return "".join(f"{'    ' * levels}{line}\n" for line in text.split("\n") if line)


def paging(
    first: str,
    others: str,
    *,
    test: str = "page.remainingCount > 0",
    asking: str = FIRST,
    following: str = NEXT,
) -> str:
    """Statements that ask for the first page and for the others."""
    return f"{asking}\n{first}\nwhile {test}:\n{indented(f'{following}{chr(10)}{others}')}"


def program(*parts: str, result: str = "found") -> str:
    body = "".join(indented(part) for part in parts)
    return f"{ZEEP_HEAD}{SELECTOR}def emails():\n    found = []\n{body}    return {result}\n\n\nprint(emails())\n"


def activities() -> str:
    def call(start: str) -> str:
        kinds = '{"includeTypes": {"activityType": ["VisitWebpage"]}}'
        return (
            'page = client.service.getLeadActivity(leadKey={"keyType": "IDNUM", "keyValue": number}, '
            f"activityFilter={kinds}, startPosition={start}, batchSize=1, _soapheaders=auth())"
        )

    names = "if page.activityRecordList:\n    found.extend(page.activityRecordList.activityRecord)"
    loop = paging(names, names, asking=call("start"), following=call("page.newStartPosition"))
    body = f'found = []\nstart = {{"oldestCreatedAt": datetime(2020, 1, 1, tzinfo=timezone.utc)}}\n{loop}'
    shown = 'print(sorted(visits("1001")), visits("1003"))'
    return f"{ZEEP_HEAD}def visits(number):\n{indented(body)}    return [r.mktgAssetName for r in found]\n\n\n{shown}\n"


def members() -> str:
    """The same over suds, with positions, a header for each call and comments."""
    return f"""{SUDS_HEAD}def members(name):
    people = []
    selector = client.factory.create("StaticListSelector")
    selector.staticListName = name
    sign(client)
    answer = client.service.getMultipleLeads(selector, None, None, 1)
    people.extend(answer.leadRecordList.leadRecord)
    while answer.remainingCount:
        # SOAP gives the rest page by page.
        sign(client)
        answer = client.service.getMultipleLeads(selector, None, answer.newStreamPosition, 1)
        people.extend(answer.leadRecordList.leadRecord)
    return people


for person in members("Newsletter Readers"):
    print(person.Id, person.Email)
"""


COUNTED = "position = page.newStreamPosition\nremaining = page.remainingCount"
COMPREHENSION = "[r.Email for r in page.leadRecordList.leadRecord]"
GOING = {
    "records one by one": program(paging(EMAILS, EMAILS)),
    "a position and a count in variables": program(
        paging(
            f"{EMAILS}\n{COUNTED}",
            f"{EMAILS}\n{COUNTED}",
            test="remaining",
            following=NEXT.replace("page.newStreamPosition", "position"),
        )
    ),
    "a list that grows": program(
        paging(f"found = {COMPREHENSION}", f"found += {COMPREHENSION}"),
        paging(f"found = {COMPREHENSION}", f"time.sleep(0)\nfound.extend(r{COMPREHENSION[2:-1]})"),
    ).replace("import os", "import os\nimport time"),
    "activities": activities(),
    "members of a list": members(),
}  # fmt: skip


FETCH = f"def fetch(position=None):\n    return {FIRST[7:].replace('_soap', 'streamPosition=position, _soap')}\n\n\n"
FETCHED = "page = fetch(page.newStreamPosition)"
BREAKING = f"""position = None
while True:
    page = fetch(position)
{indented(EMAILS)}    if not page.remainingCount:
        break
    position = page.newStreamPosition
"""
FETCHING = {
    "before a loop and in it": program(paging(EMAILS, EMAILS, asking="page = fetch()", following=FETCHED)),
    "in a loop": program(BREAKING),
    "in both": program(BREAKING, paging(EMAILS, EMAILS, asking="page = fetch(None)", following=FETCHED)),
}


def judged(text: str) -> Verdict:
    return judge({"main.py": text}, state=people, unsafe=True)


@pytest.mark.parametrize("text", GOING.values(), ids=GOING.keys())
def test_the_loop_goes_with_its_call(text: str) -> None:
    verdict = judged(text)
    assert verdict.problems == ()
    assert verdict.reasons == ()
    assert "while" not in verdict.texts["main.py"]
    assert "SoapObject" not in verdict.texts["main.py"]


@pytest.mark.parametrize("text", FETCHING.values(), ids=FETCHING.keys())
def test_the_loops_around_calls_of_the_function_that_asks_go(text: str) -> None:
    test_the_loop_goes_with_its_call(text.replace("def emails", f"{FETCH}def emails"))


def test_a_position_from_elsewhere_is_refused() -> None:
    text = program(BREAKING, 'print(fetch(os.environ.get("POSITION")).returnCount)')
    verdict = judged(text.replace("def emails", f"{FETCH}def emails"))
    assert verdict.reasons == ("a stored stream position means nothing to REST",)


UPPER = EMAILS.replace(".Email", ".Email.lower()")
STAYING = {
    "a page more is read": program(paging(EMAILS, EMAILS), result="found, len(page.leadRecordList.leadRecord)"),
    "a limit": program("limit = 9", paging(EMAILS, EMAILS, test="limit and page.remainingCount")),
    "other records": program(paging(EMAILS, UPPER)),
    "other attributes": program(paging(EMAILS, EMAILS, following=NEXT.replace("batch", "includeAttributes={'stringItem': ['Email']}, batch"))),
    "a list that is emptied again": program(paging(f"{EMAILS}\nfound = []", EMAILS)),
    "the last page's list": program(paging("found = page.leadRecordList.leadRecord", "found = page.leadRecordList.leadRecord")),
}  # fmt: skip


@pytest.mark.parametrize("text", STAYING.values(), ids=STAYING.keys())
def test_a_loop_that_does_something_else_stays(text: str) -> None:
    assert "remainingCount" in judged(text).texts["main.py"]
