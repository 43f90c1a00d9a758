"""REST's campaign operations: the older ones of the lead database and smart campaigns of the asset API."""

import json
import re
from datetime import datetime, timedelta

from marketo_migrate.simulator.campaigns import DEFAULT_DELAY, request_campaign, schedule_campaign
from marketo_migrate.simulator.clock import asset_text, parse_time, utc_text
from marketo_migrate.simulator.paging import position_text
from marketo_migrate.simulator.records import Campaign
from marketo_migrate.simulator.rest.answers import Payload, RestError, assets, success
from marketo_migrate.simulator.rest.ask import Ask
from marketo_migrate.simulator.state import State

TOKEN_NAME = re.compile(r"\{\{my\.[^{}]+\}\}")
LATEST = timedelta(days=730)


def get_campaigns(state: State, ask: Ask) -> Payload:
    """Campaigns by id, name, program or workspace; `isTriggerable` keeps active requestable ones."""
    found = [item for item in state.campaigns.values() if _wanted(state, item, ask)]
    start, size = ask.page("campaigns")
    page = found[start : start + size]
    more = start + size < len(found)
    token = position_text({"kind": "campaigns", "start": start + size}) if more else None
    return success([_record(state, item) for item in page], nextPageToken=token)


def get_campaign(state: State, ask: Ask) -> Payload:
    """One campaign by id."""
    return success([_record(state, _campaign(state, ask))])


def trigger(state: State, ask: Ask) -> Payload:
    """Run leads through a requestable campaign; one unknown lead and nothing runs."""
    campaign = _campaign(state, ask)
    if campaign.type != "trigger" or not campaign.requestable or not campaign.active:
        raise RestError("1003", f"Campaign '{campaign.id}' cannot be requested")
    given = ask.body.get("input") or {}
    leads = [item["id"] for item in given.get("leads", [])]
    if not leads:
        raise RestError("1002", "Missing value for required parameter 'leads'")
    for number in leads:
        if number not in state.leads or state.leads[number].anonymous:
            raise RestError("1004", f"Lead '{number}' not found")
    request_campaign(state, campaign, leads, _tokens(given))
    return success([{"id": campaign.id}])


def schedule(state: State, ask: Ask) -> Payload:
    """Schedule a batch campaign, at least five minutes and at most two years ahead."""
    campaign = _campaign(state, ask)
    if campaign.type != "batch":
        raise RestError("1003", f"Campaign '{campaign.id}' is not a batch campaign")
    given = ask.body.get("input") or {}
    run_at = parse_time(given["runAt"]) if given.get("runAt") else None
    _check_time(state, run_at)
    if given.get("cloneToProgramName"):
        raise RestError("611", "The simulator does not clone programs")
    schedule_campaign(state, campaign, run_at, _tokens(given))
    return success([{"id": campaign.id}])


def smart_campaigns(state: State, ask: Ask) -> Payload:
    """All smart campaigns, page by page; `isActive` keeps active trigger campaigns."""
    found = list(state.campaigns.values())
    if ask.flag("isActive"):
        found = [item for item in found if item.active and item.type == "trigger"]
    earliest, latest = ask.moment("earliestUpdatedAt"), ask.moment("latestUpdatedAt")
    found = [item for item in found if earliest is None or item.updated_at >= earliest]
    found = [item for item in found if latest is None or item.updated_at <= latest]
    folder = ask.text("folder")
    if folder is not None:
        found = [item for item in found if _folder(item) == _read_folder(folder)]
    start, end = ask.slice()
    return assets([_asset(item) for item in found[start:end]])


def smart_campaign_by_name(state: State, ask: Ask) -> Payload:
    """One smart campaign by its own name."""
    return assets([_asset(item) for item in state.campaigns.values() if item.name == ask.text("name")][:1])


def smart_campaign_by_id(state: State, ask: Ask) -> Payload:
    """One smart campaign by id."""
    return assets([_asset(item) for item in state.campaigns.values() if item.id == ask.number("id")])


def _campaign(state: State, ask: Ask) -> Campaign:
    campaign = state.campaigns.get(ask.number("campaignId"))
    if campaign is None:
        raise RestError("1013", "Campaign not found")
    return campaign


def _tokens(given: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    tokens = {item["name"]: item["value"] for item in given.get("tokens") or []}
    for name in tokens:
        if not TOKEN_NAME.fullmatch(name):
            raise RestError("1003", f"Invalid token name '{name}'")
    return tokens


def _check_time(state: State, run_at: datetime | None) -> None:
    if run_at is None:
        return
    if run_at < state.now() + DEFAULT_DELAY:
        raise RestError("1003", "runAt must be at least five minutes ahead")
    if run_at > state.now() + LATEST:
        raise RestError("1042", "Invalid runAt date")


def _wanted(state: State, item: Campaign, ask: Ask) -> bool:
    mine = {
        "id": str(item.id),
        "name": item.name,
        "programName": state.program_name(item.program_id),
        "workspaceName": item.workspace,
    }
    if ask.flag("isTriggerable") and not (item.active and item.requestable):
        return False
    return all(mine[name] in values for name in mine if (values := ask.texts(name)) is not None)


def _record(state: State, item: Campaign) -> Payload:
    record: Payload = {"id": item.id, "name": item.name, "description": item.description, "type": item.type}
    if item.program_id is not None:
        record.update({"programId": item.program_id, "programName": state.program_name(item.program_id)})
    return {
        **record,
        "workspaceName": item.workspace,
        "createdAt": utc_text(item.created_at),
        "updatedAt": utc_text(item.updated_at),
        "active": item.active,
    }


def _folder(item: Campaign) -> tuple[int, str]:
    return (item.program_id, "Program") if item.program_id else (20, "Folder")


def _read_folder(text: str) -> tuple[int, str]:
    try:
        folder = json.loads(text)
        return int(folder["id"]), str(folder["type"])
    except (ValueError, KeyError, TypeError) as error:
        raise RestError("1001", f"Invalid value '{text}'. Required of type 'Folder'") from error


def _asset(item: Campaign) -> Payload:
    number, kind = _folder(item)
    status = ("Active" if item.active else "Inactive") if item.type == "trigger" else "Never Run"
    record: Payload = {
        "id": item.id,
        "name": item.name,
        "description": item.description,
        "createdAt": asset_text(item.created_at),
        "updatedAt": asset_text(item.updated_at),
        "folder": {"id": number, "type": kind},
        "status": status,
        "type": item.type,
        "isSystem": False,
        "isActive": item.active and item.type == "trigger",
        "isRequestable": item.requestable and item.active,
        "isCommunicationLimitEnabled": False,
        "recurrence": {"weekdayOnly": False},
        "qualificationRuleType": "any",
        "workspace": item.workspace,
        "smartListId": item.id + 1000,
        "flowId": item.id + 2000,
        "computedUrl": f"https://app.example.com/#SC{item.id}A1",
    }
    return {**record, "parentProgramId": item.program_id} if item.program_id else record
