# ruff: noqa: E501 - loops as people write them
"""Loops that ask for page after page: they go where they end behind the last page, and only there."""

import pytest
from judging import Verdict, judge
from people import people
from soap_programs import SIGN, STANDARD, WSDL, ZEEP_HEAD

from marketo_migrate.model.finding import Tier

HEAD = f"{STANDARD}\nfrom suds.client import Client\n\nclient = Client({WSDL})\n{SIGN}"
CALL = "client.service.getMultipleLeads(leadSelector=selector, batchSize=1, streamPosition=position)"
START = "remaining, position = 1, None"
TURN = "remaining = answer.remainingCount\nposition = answer.newStreamPosition"
EMAILS = "for record in answer.leadRecordList.leadRecord:\n    people.append(str(record.Email))"


def indented(text: str, levels: int) -> str:
    return "".join(f"{'    ' * levels}{line}\n" for line in text.split("\n") if line)


def loop(test: str = "remaining > 0", *, body: str = EMAILS, turn: str = TURN) -> str:
    """A loop over the pages of a list."""
    inner = f"sign(client)\nanswer = {CALL}\n{body}\n{turn}"
    return f"while {test}:\n{indented(inner, 1)}"


def program(start: str, code: str, *, result: str = "people", parameters: str = "name") -> str:
    """A program that prints who is in a list of two."""
    selector = 'selector = client.factory.create("StaticListSelector")\nselector.staticListName = name'
    body = indented(f"{selector}\npeople = []\n{start}\n{code}\nreturn {result}", 1)
    return f'{HEAD}def members({parameters}):\n{body}\n\nprint(members("Newsletter Readers"))\n'


def judged(text: str) -> Verdict:
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert verdict.problems == (), verdict.texts["main.py"]
    return verdict


HANDED = (
    f"answer = {CALL}",
    "asked = dict(leadSelector=selector, batchSize=1)\n    if position:\n        asked['streamPosition'] = position\n"
    "    answer = client.service.getMultipleLeads(**asked)",
)

GOING = {
    "a count as the test": program(START, loop()),
    "a count that is nothing first": program(
        "remaining = position = None", loop("remaining is None or remaining > 0")
    ),
    "a flag": program(
        "more = True\nposition = None",
        loop("more", turn="more = answer.remainingCount > 0\nposition = answer.newStreamPosition"),
    ),
    "a flag that is set at the end": program(
        "done, position = False, None",
        loop(
            "not done",
            turn="position = answer.newStreamPosition\nif answer.remainingCount == 0:\n    done = True",
        ),
    ),
    "the next position or the end": program(
        "more = True\nposition: str = None",
        loop(
            "more",
            turn="if answer.remainingCount:\n    position = answer.newStreamPosition\nelse:\n    more = False",
        ),
    ),
    "a count in a variable": program(
        "people, position = [], None",
        loop(
            "True",
            turn="remaining = answer.remainingCount\nif remaining < 1:\n    break\nposition = answer.newStreamPosition",
        ),
    ),
    "an end without records too": program(
        START, loop(body=f"if answer.returnCount == 0:\n    break\n{EMAILS}")
    ),
    "an end without records, before lists that are made": program(
        START,
        loop(
            body="if not answer.returnCount:\n    break\npeople += [str(r.Email) for r in answer.leadRecordList.leadRecord]"
        ),
    ),
    "pages without records are passed over": program(
        START, loop(body=f"{TURN}\nif not answer.leadRecordList:\n    continue\n{EMAILS}", turn="")
    ),
    "both at once": program(
        START, loop(turn="remaining, position = answer.remainingCount, answer.newStreamPosition")
    ),
    "one loop after the other": program(START, f"{loop()}{START}\n{loop()}"),
    "a position that is handed on from the second page": program(START, loop().replace(*HANDED)),
}


@pytest.mark.parametrize("text", GOING.values(), ids=GOING.keys())
def test_the_loop_goes(text: str) -> None:
    [(_, new)] = judged(text).texts.items()
    assert "while" not in new
    assert "SoapObject" not in new
    assert "position" not in new
    assert "bob@example.com" in judge({"main.py": text}, state=people, unsafe=True).before.output


STAYING = {
    "it does not run": program("remaining, position = 0, None", loop()),
    "it may not run": program("position = None", loop(), parameters="name, remaining=1"),
    "it does not always run": program(f"{START}\nif len(name) > 5:\n    remaining = 0", loop()),
    "it runs for the first of two": program(START, f"for _ in range(2):\n{indented(loop(), 1)}"),
    "what is left is read": program(START, loop(), result="people, remaining"),
    "what is left is read before it starts again": program(
        START, f"{loop()}print(remaining)\n{START}\n{loop()}"
    ),
    "a function sees what is left": program(f"{START}\nleft = lambda: remaining", loop(), result="left()"),
    "the position is handed out": program(START, loop(), result="people, bool(position)"),
    "a record is looked at": program(
        START,
        loop(body=f"{TURN}\nif answer.leadRecordList.leadRecord[0].Email is None:\n    continue\n{EMAILS}", turn=""),
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", STAYING.values(), ids=STAYING.keys())
def test_the_loop_stays(text: str) -> None:
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert {p for p in verdict.problems if "made no SOAP request" not in p} == set()
    assert "while remaining > 0:" in verdict.texts["main.py"]
    assert "holds the records of all pages" in str(verdict.differences)


REFUSED = {
    "it ends early": program("remaining, position = 10, None", loop("remaining > 5")),
    "it counts less": program(START, loop(turn=TURN.replace("Count\n", "Count - 1\n"))),
    "it stops before the last page": program(
        "position = None",
        loop("True", turn="if answer.remainingCount <= 1:\n    break\nposition = answer.newStreamPosition"),
    ),
    "it may end early": program(
        "more, position = True, None",
        loop(
            "more",
            turn="if answer.remainingCount > 5:\n    position = answer.newStreamPosition\nelse:\n    more = False",
        ),
    ),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_a_loop_that_ends_by_something_else_is_left_alone(text: str) -> None:
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert verdict.reasons == ("a paging loop ends by something else too",)
    assert verdict.texts == {"main.py": text}


def test_a_position_that_was_stored_is_refused() -> None:
    text = program(START, loop().replace(*HANDED)).replace("position = 1, None", "position = 1, name[:0]")
    assert judge({"main.py": text}, state=people, unsafe=True).texts == {"main.py": text}


def without_count(ending: str) -> str:
    """A program that asks for pages until one has no records; it does not run, as the simulated SOAP begins again."""
    turn = "position = answer.newStreamPosition"
    body = f"if answer.returnCount == 0:\n    {ending}\n{EMAILS}"
    text = program("position = None", loop("True", body=body, turn=turn))
    return text.replace('print(members("Newsletter Readers"))', 'if not os.environ:\n    print(members("A"))')


def test_a_page_without_records_may_be_the_end() -> None:
    verdict = judge({"main.py": without_count("break")}, state=people, unsafe=True)
    assert {p for p in verdict.problems if "made no SOAP request" not in p} == set()
    assert "while" not in verdict.texts["main.py"]
    assert verdict.tiers == (Tier.REVIEW,)
    assert "ended by a page without records" in str(verdict.differences)


def test_a_loop_that_would_not_end_any_more_is_left_alone() -> None:
    verdict = judge({"main.py": without_count("return people, position")}, state=people, unsafe=True)
    assert verdict.reasons == (
        "a paging loop ends by a page without records only, which would not come any more",
    )


def test_what_is_done_between_the_pages_is_no_turn() -> None:
    """A position that goes through a function of the program's is not dropped with that function's effect."""
    keep = "seen = []\n\n\ndef keep(value):\n    seen.append(bool(value))\n    return value\n\n\n"
    text = program(
        START, loop(turn="remaining = answer.remainingCount\nposition = keep(answer.newStreamPosition)")
    )
    verdict = judge({"main.py": text.replace("def members", f"{keep}def members")}, state=people, unsafe=True)
    assert "keep(" in verdict.texts["main.py"].partition("def members")[2]


def test_activities_are_passed_over() -> None:
    text = f"""{ZEEP_HEAD}def visits(number):
    position = {{"oldestCreatedAt": datetime(2020, 1, 1, tzinfo=timezone.utc)}}
    remaining = 1
    while remaining > 0:
        page = client.service.getLeadActivity(
            leadKey={{"keyType": "IDNUM", "keyValue": number}},
            activityFilter={{"includeTypes": {{"activityType": ["VisitWebpage"]}}}},
            startPosition=position,
            batchSize=2,
            _soapheaders=auth(),
        )
        remaining = page.remainingCount
        position = page.newStartPosition
        if page.activityRecordList is None:
            continue
        for record in page.activityRecordList.activityRecord:
            yield record.mktgAssetName


print(sorted(visits("1001")), sorted(visits("1002")))
"""
    assert "while" not in judged(text).texts["main.py"]
