"""getCampaignsForSource, requestCampaign, scheduleCampaign through zeep, suds and REST."""

from datetime import UTC, datetime
from typing import Any

import pytest
import suds
import zeep
from faces import Sides, plain
from marketorestpython.helper.exceptions import MarketoException


def leads(*numbers: int) -> dict[str, Any]:
    return {"leadKey": [{"keyType": "IDNUM", "keyValue": str(number)} for number in numbers]}


TOKENS = {"attrib": [{"name": "{{my.message}}", "value": "Hi"}]}


def test_get_campaigns_for_source(sides: Sides) -> None:
    by_zeep = sides.zeep.getCampaignsForSource("MKTOWS")
    by_suds = sides.suds.getCampaignsForSource("MKTOWS")
    assert plain(by_zeep) == plain(by_suds)
    names = [(item.id, item.name) for item in by_suds.campaignRecordList.campaignRecord]
    assert names == [(1001, "Webinar 12.Send Alert"), (1002, "Score Up")]
    pages = sides.rest.get_smart_campaigns()
    found = [(item["id"], item["name"]) for page in pages for item in page if item["isRequestable"]]
    assert found == [(1001, "Send Alert"), (1002, "Score Up")]
    answer = sides.rest.send("GET", "/rest/v1/campaigns.json", params={"isTriggerable": "true"})
    assert [item["id"] for item in answer["result"]] == [1001, 1002]
    assert not sides.differences()


def test_campaigns_by_name_and_for_sales(sides: Sides) -> None:
    assert sides.zeep.getCampaignsForSource("MKTOWS", "score").returnCount == 1
    assert sides.zeep.getCampaignsForSource("MKTOWS", "score", True).returnCount == 0
    assert sides.suds.getCampaignsForSource("SALES").campaignRecordList.campaignRecord[0].id == 1002


def test_request_campaign_by_id(sides: Sides) -> None:
    assert sides.zeep.requestCampaign(source="MKTOWS", campaignId=1001, leadList=leads(1001, 1002)) is True
    assert sides.suds.requestCampaign("MKTOWS", 1001, leads(1001, 1002)).success is True
    assert sides.rest.request_campaign(1001, [1001, 1002]) is True
    run = sides.rest.instance.state.runs[0]
    assert (run.campaign_id, run.leads, run.tokens) == (1001, (1001, 1002), ())
    assert not sides.differences()


def test_request_campaign_by_names_with_tokens(sides: Sides) -> None:
    names = {"programName": "Webinar 12", "campaignName": "Send Alert", "programTokenList": TOKENS}
    assert sides.zeep.requestCampaign(source="MKTOWS", leadList=leads(1001), **names) is True
    assert sides.suds.requestCampaign(source="MKTOWS", leadList=leads(1001), **names).success is True
    found = sides.rest.get_multiple_campaigns(name=["Send Alert"], programName=["Webinar 12"])
    assert sides.rest.request_campaign(found[0]["id"], [1001], tokens={"my.message": "Hi"}) is True
    assert sides.rest.instance.state.runs[0].tokens == (("{{my.message}}", "Hi"),)
    assert not sides.differences()


def test_request_campaign_ignores_keys_after_the_hundredth(sides: Sides) -> None:
    many = leads(*[1001] * 101)
    sides.zeep.requestCampaign("MKTOWS", 1001, many)
    assert len(sides.zeep.instance.state.runs[0].leads) == 100
    with pytest.raises(MarketoException) as refused:
        sides.rest.request_campaign(1001, [1001] * 101)
    assert refused.value.code == "1003"
    assert not sides.rest.instance.state.runs


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"campaignId": 99}, "20113"),
        ({"campaignId": 1003}, "20113"),
        ({"campaignId": 1004}, "20113"),
        ({"campaignId": 1001, "campaignName": "Send Alert"}, "20110"),
        ({"campaignName": "Send Alert"}, "20110"),
    ],
)
def test_request_campaign_faults(sides: Sides, arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(zeep.exceptions.Fault, match=code):
        sides.zeep.requestCampaign(source="MKTOWS", leadList=leads(1001), **arguments)
    with pytest.raises(suds.WebFault, match=code):
        sides.suds.requestCampaign(source="MKTOWS", leadList=leads(1001), **arguments)
    assert not sides.zeep.instance.state.runs


@pytest.mark.parametrize(
    ("campaign", "lead", "tokens", "code"),
    [
        (99, 1001, None, "1013"),
        (1003, 1001, None, "1003"),
        (1004, 1001, None, "1003"),
        (1001, 99999, None, "1004"),
        (1001, 1001, {"{{my.message}}": "x"}, "1003"),
    ],
)
def test_trigger_errors(sides: Sides, campaign: int, lead: int, tokens: Any, code: str) -> None:
    with pytest.raises(MarketoException) as refused:
        sides.rest.request_campaign(campaign, [1001, lead], tokens=tokens)
    assert refused.value.code == code
    assert not sides.rest.instance.state.runs


def test_schedule_campaign(sides: Sides) -> None:
    run_at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    names = {"programName": "Newsletter", "campaignName": "Monthly Mail"}
    assert sides.zeep.scheduleCampaign(**names, campaignRunAt=run_at, programTokenList=TOKENS) is True
    assert sides.suds.scheduleCampaign(**names, campaignRunAt=run_at, programTokenList=TOKENS).success is True
    found = sides.rest.get_multiple_campaigns(name=["Monthly Mail"], programName=["Newsletter"])
    result = sides.rest.schedule_campaign(
        found[0]["id"], runAt="2026-12-01T09:00:00Z", tokens={"my.message": "Hi"}
    )
    assert result is True
    assert sides.rest.instance.state.runs[0].run_at == run_at
    assert not sides.differences()


def test_schedule_without_a_time_runs_in_five_minutes(sides: Sides) -> None:
    sides.zeep.scheduleCampaign("Newsletter", "Monthly Mail")
    sides.suds.scheduleCampaign("Newsletter", "Monthly Mail")
    sides.rest.schedule_campaign(1004)
    assert not sides.differences()
    run = sides.rest.instance.state.runs[0]
    assert run.run_at is not None
    assert (run.run_at - sides.rest.instance.state.now()).total_seconds() == 300


def test_schedule_errors(sides: Sides) -> None:
    with pytest.raises(zeep.exceptions.Fault, match="20113"):
        sides.zeep.scheduleCampaign("Webinar 12", "Send Alert")
    for number, run_at, code in (
        (1001, None, "1003"),
        (1004, "2026-07-01T09:00:00Z", "1003"),
        (1004, "2036-01-01T00:00:00Z", "1042"),
    ):
        with pytest.raises(MarketoException) as refused:
            sides.rest.schedule_campaign(number, runAt=run_at)
        assert refused.value.code == code


def test_smart_campaigns_as_assets(sides: Sides) -> None:
    assert sides.rest.get_smart_campaign_by_name("Score Up")[0]["id"] == 1002
    assert sides.rest.get_smart_campaign_by_id(1004)[0]["type"] == "batch"
    assert sides.rest.get_campaign_by_id(1003)[0]["active"] is False
    active = sides.rest.send(
        "GET", "/rest/asset/v1/smartCampaigns.json", params={"isActive": "true", "maxReturn": 1}
    )
    assert [item["id"] for item in active["result"]] == [1001]
    with pytest.raises(KeyError):
        sides.rest.get_smart_campaign_by_name("No such campaign")
    assert not sides.rest.instance.violations
