"""SOAP's activity operations: getLeadActivity (newest first) and getLeadChanges (oldest first)."""

from collections.abc import Callable, Collection
from datetime import datetime

from marketo_migrate.model.record import record
from marketo_migrate.simulator.activity_types import all_types
from marketo_migrate.simulator.clock import SUBSCRIPTION_ZONE
from marketo_migrate.simulator.records import Activity
from marketo_migrate.simulator.soap.arguments import child, integer, moment, text, texts, whole
from marketo_migrate.simulator.soap.envelope import TYPE, Answered, Call, Sent
from marketo_migrate.simulator.soap.faults import SoapFaultError
from marketo_migrate.simulator.soap.leads import leads_by_key, leads_by_selector, update_range
from marketo_migrate.simulator.state import State
from marketo_migrate.simulator.values import to_text

MOST_ACTIVITIES = 100
MOST_CHANGES = 1000
MOST_KEYS = 100
OFFSET = "ID:"


@record
class Position:
    """A StreamPosition: bounds of time, and the id of the last activity given out."""

    oldest: datetime | None
    latest: datetime | None
    last: int | None


def get_lead_activity(state: State, call: Call) -> dict[str, Answered]:
    """Give a page of one lead's activities, newest first."""
    lead = leads_by_key(state, child(call.arguments, "leadKey"))[0]
    position = _position(child(call.arguments, "startPosition"))
    passes = _type_filter(call.arguments)
    found = [item for item in state.activities if item.lead_id == lead.id and passes(item)]
    found = [item for item in found if _within(item, position)][::-1]
    left = [item for item in found if position.last is None or item.id < position.last]
    page = left[: min(integer(call.arguments, "batchSize") or MOST_ACTIVITIES, MOST_ACTIVITIES)]
    return {
        "returnCount": len(page),
        "remainingCount": len(left) - len(page),
        "newStartPosition": _new_position(position, page),
        "activityRecordList": {"activityRecord": [_activity(state, item) for item in page]},
    }


def get_lead_changes(state: State, call: Call) -> dict[str, Answered]:
    """Give a page of the activities of all or selected leads, oldest first."""
    selector = child(call.arguments, "leadSelector")
    position = _position(child(call.arguments, "startPosition"))
    if selector.get(TYPE) == "LastUpdateAtSelector":
        oldest, latest = update_range(state, selector)
        position = Position(oldest, latest if text(selector, "latestUpdatedAt") else None, position.last)
    chosen = _chosen_leads(state, selector)
    passes = _type_filter(call.arguments)
    found = [item for item in state.activities if passes(item) and _within(item, position)]
    found = [item for item in found if chosen is None or item.lead_id in chosen]
    left = [item for item in found if position.last is None or item.id > position.last]
    page = left[: min(integer(call.arguments, "batchSize") or MOST_CHANGES, MOST_CHANGES)]
    return {
        "returnCount": len(page),
        "remainingCount": len(left) - len(page),
        "newStartPosition": _new_position(position, page),
        "leadChangeRecordList": {"leadChangeRecord": [_activity(state, item) for item in page]},
    }


def _chosen_leads(state: State, selector: dict[str, Sent]) -> Collection[int] | None:
    if selector.get(TYPE) == "LeadKeySelector" and len(texts(selector, "keyValues")) > MOST_KEYS:
        raise SoapFaultError("20110", f"At most {MOST_KEYS} keys")
    leads = leads_by_selector(state, selector)
    return None if leads is None else {lead.id for lead in leads}


def _type_filter(arguments: dict[str, Sent]) -> Callable[[Activity], bool]:
    """What the filter lets through; an absent or empty one lets everything through."""
    given = child(arguments, "activityFilter")
    included = texts(given, "includeTypes", "activityType")
    excluded = texts(given, "excludeTypes", "activityType")
    names = texts(arguments, "activityNameFilter")
    if included and excluded:
        raise SoapFaultError("20110", "includeTypes and excludeTypes cannot be combined")
    if unknown := [name for name in names if name not in {item.name for item in all_types()}]:
        raise SoapFaultError("20107", f"No activity type {', '.join(unknown)}")

    def passes(activity: Activity) -> bool:
        if activity.type.soap in excluded:
            return False
        if not included and not names:
            return True
        return activity.type.soap in included or activity.type.name in names

    return passes


def _position(given: dict[str, Sent]) -> Position:
    offset = text(given, "offset")
    if offset is not None and not offset.startswith(OFFSET):
        raise SoapFaultError("20122", f"Bad offset {offset}")
    last = whole(offset.removeprefix(OFFSET), "offset") if offset is not None else None
    return Position(moment(given, "oldestCreatedAt"), moment(given, "latestCreatedAt"), last)


def _within(activity: Activity, position: Position) -> bool:
    after = position.oldest is None or activity.at >= position.oldest
    return after and (position.latest is None or activity.at <= position.latest)


def _new_position(position: Position, page: list[Activity]) -> dict[str, Answered]:
    last = page[-1].id if page else position.last
    return {
        "latestCreatedAt": position.latest,
        "oldestCreatedAt": position.oldest,
        "activityCreatedAt": None,
        "offset": f"{OFFSET}{last}" if last is not None else None,
    }


def _activity(state: State, item: Activity) -> dict[str, Answered]:
    """An ActivityRecord or LeadChangeRecord: the primary attribute comes first, Lead ID last."""
    primary = item.primary if item.field is not None else str(item.primary_id or item.primary or "")
    attributes = [_attribute(item.type.primary, primary or "")]
    attributes += [_attribute(name, to_text(value)) for name, value in item.attributes]
    attributes.append(_attribute("Lead ID", str(item.lead_id)))
    if item.field is None and item.type.primary != "Created At":
        created = item.at.astimezone(SUBSCRIPTION_ZONE).strftime("%Y-%m-%d %H:%M:%S")
        attributes.insert(-1, _attribute("Created At", created))
    campaign = state.campaigns.get(item.campaign_id or 0)
    return {
        "id": item.id,
        "activityDateTime": item.at,
        "activityType": item.type.name,
        "mktgAssetName": item.primary or "",
        "activityAttributes": {"attribute": attributes},
        "campaign": campaign.name if campaign else "",
        "personName": None,
        "mktPersonId": str(item.lead_id),
        "foreignSysId": None,
        "orgName": None,
        "foreignSysOrgId": None,
    }


def _attribute(name: str, value: str) -> dict[str, Answered]:
    return {"attrName": name, "attrType": None, "attrValue": value}
