"""REST's activity operations: types, paging tokens, activities, data value changes, deleted leads."""

from collections.abc import Callable
from datetime import datetime

from marketo_migrate.simulator.activity_types import (
    CHANGE_DATA_VALUE,
    DELETE_LEAD,
    NEW_LEAD,
    all_types,
)
from marketo_migrate.simulator.clock import parse_time, utc_text
from marketo_migrate.simulator.paging import BadPositionError, position_text, read_position
from marketo_migrate.simulator.records import Activity
from marketo_migrate.simulator.rest.answers import Json, Payload, RestError, success
from marketo_migrate.simulator.rest.ask import LARGEST_PAGE, TOKEN, Ask
from marketo_migrate.simulator.state import State
from marketo_migrate.simulator.values import to_json

KIND = "activities"


def types(state: State, ask: Ask) -> Payload:
    """The activity types that have a number."""
    del state, ask
    found: list[Json] = [
        {
            "id": item.rest_id,
            "name": item.name,
            "description": item.name,
            "primaryAttribute": {"name": item.primary, "dataType": "string"},
            "attributes": [],
        }
        for item in all_types()
        if item.rest_id is not None
    ]
    return success(found, moreResult=False)


def paging_token(state: State, ask: Ask) -> Payload:
    """A token that stands for a point in time."""
    del state
    since = ask.moment("sinceDatetime")
    return success(None, nextPageToken=_token(since, 0), moreResult=False)


def activities(state: State, ask: Ask) -> Payload:
    """Activities of the types asked for, oldest first."""
    wanted = {int(value) for value in ask.texts("activityTypeIds") or []}
    if unknown := sorted(wanted - {item.rest_id for item in all_types()}):
        raise RestError("1003", f"Invalid activity type '{unknown[0]}'")
    assets = {int(value) for value in ask.texts("assetIds") or []}

    def passes(item: Activity) -> bool:
        return item.type.rest_id in wanted and (not assets or item.primary_id in assets)

    return _page(state, ask, passes, _record)


def changes(state: State, ask: Ask) -> Payload:
    """New leads, and changes of the fields asked for, oldest first."""
    wanted = set(ask.texts("fields") or [])
    if unknown := sorted(wanted - state.lead_fields.by_rest.keys()):
        raise RestError("1006", f"Field '{unknown[0]}' not found")

    def passes(item: Activity) -> bool:
        if item.type.soap == CHANGE_DATA_VALUE:
            return item.field in wanted
        return item.type.soap == NEW_LEAD

    return _page(state, ask, passes, lambda item: _change(state, item))


def deleted(state: State, ask: Ask) -> Payload:
    """Deleted leads, oldest first."""
    return _page(state, ask, lambda item: item.type.soap == DELETE_LEAD, _record)


def _page(
    state: State, ask: Ask, passes: Callable[[Activity], bool], record: Callable[[Activity], Payload]
) -> Payload:
    since, last = _position(ask)
    leads = _chosen_leads(state, ask)
    left = [
        item
        for item in state.activities
        if item.at >= since and item.id > last and passes(item) and (leads is None or item.lead_id in leads)
    ]
    page = left[: ask.integer("batchSize") or LARGEST_PAGE]
    token = _token(since, page[-1].id if page else last)
    return success([record(item) for item in page], nextPageToken=token, moreResult=len(left) > len(page))


def _chosen_leads(state: State, ask: Ask) -> set[int] | None:
    chosen = ask.texts("leadIds")
    if chosen is not None:
        return {int(value) for value in chosen}
    number = ask.integer("listId")
    if number is None:
        return None
    if number not in state.lists:
        raise RestError("1013", "List not found")
    return set(state.lists[number].members)


def _position(ask: Ask) -> tuple[datetime, int]:
    token = ask.text(TOKEN) or ""
    try:
        position = read_position(token, KIND)
        last = position["last"]
        return parse_time(str(position["since"])), last if isinstance(last, int) else 0
    except (BadPositionError, KeyError, ValueError) as error:
        raise RestError("1003", f"Invalid {TOKEN} '{token}'") from error


def _token(since: datetime | None, last: int) -> str:
    return position_text({"kind": KIND, "since": utc_text(since) if since else None, "last": last})


def _record(item: Activity) -> Payload:
    record: Payload = {
        "id": item.id,
        "marketoGUID": str(item.id),
        "leadId": item.lead_id,
        "activityDate": utc_text(item.at),
        "activityTypeId": item.type.rest_id,
    }
    if item.campaign_id is not None:
        record["campaignId"] = item.campaign_id
    if item.primary_id is not None:
        record["primaryAttributeValueId"] = item.primary_id
    if item.primary is not None:
        record["primaryAttributeValue"] = item.primary
    record["attributes"] = [{"name": name, "value": to_json(value)} for name, value in item.attributes]
    return record


def _change(state: State, item: Activity) -> Payload:
    values = dict(item.attributes)
    record: Payload = {
        "id": item.id,
        "marketoGUID": str(item.id),
        "leadId": item.lead_id,
        "activityDate": utc_text(item.at),
        "activityTypeId": item.type.rest_id,
        "fields": [],
    }
    if item.field is not None:
        number = state.lead_fields.by_rest[item.field].id
        new, old = to_json(values["New Value"]), to_json(values["Old Value"])
        record["fields"] = [{"id": number, "name": item.field, "newValue": new, "oldValue": old}]
    kept = [
        (name, to_json(value)) for name, value in item.attributes if name not in {"New Value", "Old Value"}
    ]
    record["attributes"] = [
        {"name": name, "value": value} for name, value in [*kept, ("Lead ID", item.lead_id)]
    ]
    return record
