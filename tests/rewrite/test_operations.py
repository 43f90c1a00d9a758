"""Calls that take a look-up, a second REST call or another way to fail: text in, text out, and proven."""

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from migrated import Migrated, migrate, write
from prove import Program, prove
from soap_programs import ZEEP_HEAD

Tree = Callable[[Mapping[str, str | bytes]], Path]
Fix = Callable[..., str]

BOTH = pytest.mark.parametrize("target", ["marketorestpython", "requests"])


def plan(tree: Tree, program: str, target: str = "marketorestpython") -> Migrated:
    return migrate(tree({"main.py": ZEEP_HEAD + textwrap.dedent(program).lstrip("\n")}), target=target)


@pytest.fixture
def fix(tree: Tree, tmp_path: Path) -> Fix:
    """A program behind the head, rewritten for a target and proven."""

    def fixed(program: str, target: str = "marketorestpython") -> str:
        text = ZEEP_HEAD + textwrap.dedent(program).lstrip("\n")
        root = tree({"before/main.py": text, "after/main.py": text})
        migrated = migrate(root / "after", target=target)
        write(root, migrated)
        assert prove(Program(tmp_path / "before/main.py"), Program(tmp_path / "after/main.py")) == []
        assert migrate(root / "after", target=target).files == {}
        return migrated["after/main.py"]

    return fixed


def reason(tree: Tree, program: str) -> str:
    """Why a program's only call stays."""
    migrated = plan(tree, program)
    assert migrated.rewrites.texts == {}
    (found,) = set(migrated.rewrites.reasons.values())
    return found.partition(" (")[0]


# --- look-ups by name ---------------------------------------------------------------------------

MEMBERS = """
    def operate(ids):
        return client.service.listOperation(
            {operation!r}, {{"keyType": "MKTOLISTNAME", "keyValue": "VIP"}},
            {{"leadKey": [
                {{"keyType": "IDNUM", "keyValue": str(i)}} for i in ids]}}, False, _soapheaders=auth())


    answer = operate([1001, 1003])
    print(answer.success)
    for status in answer.statusList.leadStatus:
        print(status.leadKey.keyValue, status.status)
    """


@pytest.mark.parametrize(
    ("operation", "word"),
    [("ADDTOLIST", "added"), ("REMOVEFROMLIST", "removed"), ("ISMEMBEROFLIST", "memberof")],
)
def test_a_list_is_found_by_its_name(fix: Fix, operation: str, word: str) -> None:
    text = fix(MEMBERS.format(operation=operation))
    assert f'print(all(item["status"] == "{word}" for item in answer))' in text
    assert f'print(str(status["id"]), status["status"] == "{word}")' in text
    assert text.count("def find_list(client, name):") == 1
    assert "[int(i) for i in ids]" in text


def test_a_function_keeps_off_names_that_are_taken(tree: Tree) -> None:
    text = plan(tree, MEMBERS.format(operation="ADDTOLIST").replace("operate", "find_list"))["main.py"]
    assert "def marketo_find_list(client, name):" in text
    assert "marketo_find_list(client, " in text


@BOTH
def test_a_campaign_is_found_by_its_names_and_tokens_lose_their_braces(fix: Fix, target: str) -> None:
    text = fix(
        """
        print(client.service.requestCampaign(
            source="MKTOWS", leadList={"leadKey": [{"keyType": "IDNUM", "keyValue": "1001"}]},
            programName="Webinar 12", campaignName="Send Alert",
            programTokenList={"attrib": [{"name": "{{my.message}}", "value": "Hi"}]}, _soapheaders=auth()))
        """,
        target,
    )
    assert 'find_campaign(client, "Send Alert", "Webinar 12")' in text
    assert '{"my.message": "Hi"}' in text


@BOTH
def test_leads_by_address_are_looked_up_for_a_campaign_by_name_too(fix: Fix, target: str) -> None:
    text = fix(
        """
        print(client.service.requestCampaign(
            source="MKTOWS", leadList={"leadKey": [{"keyType": "EMAIL", "keyValue": "ann@example.com"}]},
            programName="Webinar 12", campaignName="Send Alert", _soapheaders=auth()))
        """,
        target,
    )
    assert 'find_leads(client, ["ann@example.com"])' in text


# --- portions -----------------------------------------------------------------------------------


@BOTH
def test_keys_without_a_bound_go_in_portions(fix: Fix, target: str) -> None:
    text = fix(
        """
        def known(emails):
            Selector = client.get_type("ns0:LeadKeySelector")
            found = client.service.getMultipleLeads(
                Selector("EMAIL", {"stringItem": emails}), includeAttributes={"stringItem": ["Email"]},
                _soapheaders=auth())
            return sorted(lead.Email for lead in found.leadRecordList.leadRecord)


        print(known([*os.environ, "ann@example.com", "bob@example.com"]))
        """,
        target,
    )
    assert "for batch in portions([" in text


# --- another way to fail ------------------------------------------------------------------------

MERGE = """
    def key(number):
        return {"attribute": [{"attrName": "IDNUM", "attrValue": str(number)}]}


    def merge(winner, loser):
        answer = client.service.mergeLeads(key(winner), {"keyList": [key(loser)]}, _soapheaders=auth())
    BODY


    print(merge(1006, 1007))
    """


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (
            """
            if answer.status != "MERGED":
                raise RuntimeError(answer.error)
            return answer.winningLeadId
            """,
            ["except {error} as error:", "raise RuntimeError(error.message)", "return int(winner)"],
        ),
        (
            """
            if answer.status == "MERGED":
                print("good")
            else:
                print("bad")
            """,
            ["except {error}:", 'print("bad")', "else:", 'print("good")'],
        ),
        (
            """
            return answer.status == "MERGED"
            """,
            ["except {error}:", "return False", "return True"],
        ),
    ],
)
def test_a_status_that_says_failed_becomes_an_exception(fix: Fix, body: str, lines: list[str]) -> None:
    text = fix(outcome(body))
    error = "MarketoException" if "MarketoException" in text else "MarketoError"
    found = [line.strip() for line in text[text.index("    try:") :].splitlines()]
    wanted = [line.format(error=error) for line in lines]
    assert [line for line in found if line in wanted] == wanted


def outcome(body: str, call: str = "merge(1006, 1007)") -> str:
    return MERGE.replace("    BODY", textwrap.indent(textwrap.dedent(body).strip("\n"), " " * 8)).replace(
        "merge(1006, 1007)", call
    )


def test_a_status_is_told_as_it_is_where_it_is_read(fix: Fix) -> None:
    body = """
        if answer.status != "MERGED":
            return f"lost: {answer.status}"
        print(answer.status, loser)
        """
    text = fix(outcome(body, "merge(1006, 1007), merge(1001, 9999)"))
    assert '{"FAILED"}' in text or "{'FAILED'}" in text


def test_a_status_that_may_be_a_failure_or_not_stays(tree: Tree) -> None:
    body = """
        if answer.status != "MERGED":
            print("bad")
        print(answer.status)
        """
    assert reason(tree, outcome(body)) == "the outcome is read where it may be a failure or not"


@BOTH
def test_as_many_leads_as_there_are_merge_in_portions(fix: Fix, target: str) -> None:
    program = (
        MERGE.replace("    BODY", '        return answer.status == "MERGED"')
        .replace("[key(loser)]", "[key(one) for one in loser]")
        .replace("merge(1006, 1007)", 'merge(1006, os.environ.get("LOSERS", "1007,1003").split(","))')
    )
    text = fix(program, target)
    assert text.index("losers[start : start + 25]") < text.index("merge_leads(client, int(winner)")


def test_an_outcome_that_is_handed_on_stays(tree: Tree) -> None:
    program = MERGE.replace("    BODY", "        return answer")
    assert "outcome" in reason(tree, program)


# --- two calls for one --------------------------------------------------------------------------


@BOTH
def test_a_cookie_is_a_second_call(fix: Fix, target: str) -> None:
    text = fix(
        """
        def signup(email, cookie):
            answer = client.service.syncLead({"Email": email}, False, cookie, _soapheaders=auth())
            return answer.leadId


        print(signup("new@example.com", "id:123-ABC-456&token:_mch-example.com-1700000000000-10077"))
        """,
        target,
    )
    assert (
        text.index('["status"] == "skipped"') < text.rindex("tie_cookie(") < text.index('return answer["id"]')
    )


@BOTH
def test_the_returned_lead_is_read_again(fix: Fix, target: str) -> None:
    text = fix(
        """
        answer = client.service.syncLead({"Email": "ann@example.com"}, True, _soapheaders=auth())
        lead = answer.leadRecord
        print(lead.Id, lead.Email)
        """,
        target,
    )
    assert 'fields="id,email"' in text


def test_the_returned_lead_read_in_two_places_stays(tree: Tree) -> None:
    program = """
        answer = client.service.syncLead({"Email": "ann@example.com"}, True, _soapheaders=auth())
        print(answer.leadRecord.Id, answer.leadRecord.Email)
        """
    assert reason(tree, program) == "the record that was written is read in several places"


# --- paging loops -------------------------------------------------------------------------------

PAGES = """
    def members(number):
        Selector = client.get_type("ns0:StaticListSelector")
        found = []
        position = {first}
        while True:
            page = client.service.getMultipleLeads(
                Selector(staticListId=number), streamPosition=position, batchSize=1,
                includeAttributes={{"stringItem": ["Email"]}}, _soapheaders=auth())
            if page.returnCount:
                found.extend(lead.Email for lead in page.leadRecordList.leadRecord){counted}
            if page.remainingCount == 0:
                {end}
            position = page.newStreamPosition
        return found


    print(sorted(members(1001)))
    """


@pytest.mark.parametrize("end", ["break", "return found"])
def test_a_paging_loop_goes(fix: Fix, end: str) -> None:
    text = fix(PAGES.format(first=None, end=end, counted=""))
    assert "while" not in text
    assert "position" not in text
    assert "\n    if page:\n        found.extend(lead[" in text


@pytest.mark.parametrize(
    ("first", "counted", "why"),
    [
        ("os.environ['POSITION']", "", "a stored stream position means nothing to REST"),
        ("None", "\n            pages += 1", "the pages are counted"),
    ],
)
def test_a_paging_loop_that_does_more_stays(tree: Tree, first: str, counted: str, why: str) -> None:
    assert reason(tree, PAGES.format(first=first, end="break", counted=counted)) == why


@BOTH
def test_a_loop_with_a_flag_and_a_start_position_goes(fix: Fix, target: str) -> None:
    text = fix(
        """
        def kinds(since):
            position = {"oldestCreatedAt": since}
            more = True
            found = []
            while more:
                page = client.service.getLeadChanges(
                    position, activityNameFilter={"stringItem": ["New Lead"]}, batchSize=2,
                    _soapheaders=auth())
                for record in page.leadChangeRecordList.leadChangeRecord:
                    found.append((record.activityType, int(record.mktPersonId)))
                more = page.remainingCount > 0
                position = page.newStartPosition
            return sorted(found)


        print(kinds(datetime(2020, 1, 1, tzinfo=timezone.utc)))
        """,
        target,
    )
    assert "while" not in text
    assert 'ACTIVITY_TYPES = {12: "New Lead"}' in text
    assert 'since.isoformat(timespec="seconds")' in text
    assert '(ACTIVITY_TYPES[record["activityTypeId"]], int(record["leadId"]))' in text


# --- other objects than leads -------------------------------------------------------------------


def test_attributes_of_an_opportunity_have_names_of_their_own(fix: Fix) -> None:
    text = fix("""
        def stage(key):
            found = client.service.getMObjects(
                type="Opportunity", externalKey={"name": "ExternalOpportunityId", "value": key},
                _soapheaders=auth())
            for attrib in found.mObjectList.mObject[0].attribList.attrib:
                if attrib.name == "Stage":
                    return attrib.value


        print(stage("opp-1"))
        """)
    assert 'return found[0].get("stage")' in text
    assert 'fields="stage"' in text


def test_values_of_tags_are_taken_apart(fix: Fix) -> None:
    text = fix("""
        for tag in client.service.getTags({"tag": [{"type": "Region"}]}, _soapheaders=auth()).tag:
            print(tag.type, tag["values"].stringItem, "EMEA" in tag["values"].stringItem)
        """)
    assert 'tag_values(tag["allowableValues"])' in text


@BOTH
def test_the_api_names_of_custom_objects_are_looked_up(fix: Fix, target: str) -> None:
    text = fix(
        """
        def pair(name, value):
            return {"attrName": name, "attrValue": value}


        def save(rid, city):
            show = {
                "customObjKeyList": {"attribute": [pair("MKTOID", "1001"), pair("rid", rid)]},
                "customObjAttributeList": {"attribute": [pair("city", city)]},
            }
            answer = client.service.syncCustomObjects(
                "RoadShow", {"customObj": [show]}, "UPSERT", _soapheaders=auth())
            return answer.syncCustomObjStatus[0].status == "CREATED"


        print(save("rid9", "Reno"), save("rid9", "Waco"))
        """,
        target,
    )
    assert '[{"MKTOID": "1001", "rid": rid, "city": city}], "createOrUpdate"' in text
    assert '== "created"' in text


def test_a_method_that_the_api_does_not_have(tree: Tree) -> None:
    said = reason(tree, 'client.service.getLaed(leadKey={"keyType": "EMAIL", "keyValue": "a@b.c"})')
    assert said.startswith("Marketo's SOAP API has no method 'getLaed'")
