"""REST's program, channel and tag operations of the asset API."""

from datetime import date
from typing import Any

from marketo_migrate.simulator.clock import asset_text
from marketo_migrate.simulator.records import Channel, Cost, Program, TagType
from marketo_migrate.simulator.rest.answers import Json, Payload, RestError, assets
from marketo_migrate.simulator.rest.ask import Ask
from marketo_migrate.simulator.state import State


def by_id(state: State, ask: Ask) -> Payload:
    """One program by id, with tags and costs."""
    found = state.programs.get(ask.number("id"))
    return assets([_record(found, tags=True, costs=True)] if found else [])


def by_name(state: State, ask: Ask) -> Payload:
    """One program by its exact name; tags and costs only if asked for."""
    found = state.program_named(ask.text("name") or "")
    tags, costs = bool(ask.flag("includeTags")), bool(ask.flag("includeCosts"))
    return assets([_record(found, tags=tags, costs=costs)] if found else [])


def by_tag(state: State, ask: Ask) -> Payload:
    """The programs that carry a tag value."""
    kind, value = ask.text("tagType") or "", ask.text("tagValue")
    found = [item for item in state.programs.values() if item.tags.get(kind) == value]
    start, end = ask.slice()
    return assets([_record(item, tags=True, costs=True) for item in found[start:end]])


def browse(state: State, ask: Ask) -> Payload:
    """All programs, page by page, without tags and costs."""
    earliest, latest, status = (
        ask.moment("earliestUpdatedAt"),
        ask.moment("latestUpdatedAt"),
        ask.text("status"),
    )
    found = [item for item in state.programs.values() if earliest is None or item.updated_at >= earliest]
    found = [item for item in found if latest is None or item.updated_at <= latest]
    found = [item for item in found if status is None or item.status == status]
    values = ask.texts("filterValues")
    if ask.text("filterType") is not None:
        if not values:
            raise RestError("701", "filterValues cannot be blank")
        found = [item for item in found if _filtered(item, ask.text("filterType") or "", values)]
    start, end = ask.slice()
    return assets([_record(item, tags=False, costs=False) for item in found[start:end]])


def update(state: State, ask: Ask) -> Payload:
    """Change name, description, tags and costs; costs are appended unless the update is destructive."""
    program = state.programs.get(ask.number("id"))
    if program is None:
        raise RestError("702", "Program not found")
    costs = [_cost(state, item) for item in ask.body.get("costs") or []]
    tags = {item.get("tagType"): item.get("tagValue") for item in ask.body.get("tags") or []}
    for name, value in tags.items():
        known = next((item for item in state.tag_types if item.name == name), None)
        if known is None or value not in known.values:
            raise RestError("709", f"'{value}' is not a value of tag type '{name}'")
    program.tags.update({str(name): str(value) for name, value in tags.items()})
    program.costs = costs if ask.body.get("costsDestructiveUpdate") else [*program.costs, *costs]
    program.name = ask.body.get("name") or program.name
    program.description = ask.body.get("description", program.description)
    program.updated_at = state.clock.tick()
    return assets([_record(program, tags=True, costs=True)])


def channels(state: State, ask: Ask) -> Payload:
    """All channels with their statuses, the hidden ones too."""
    start, end = ask.slice()
    return assets([_channel(item) for item in state.channels[start:end]])


def channel_by_name(state: State, ask: Ask) -> Payload:
    """One channel by name."""
    return assets([_channel(item) for item in state.channels if item.name == ask.text("name")])


def tag_types(state: State, ask: Ask) -> Payload:
    """All tag types, without values."""
    start, end = ask.slice()
    return assets([_tag(item) for item in state.tag_types[start:end]])


def tag_by_name(state: State, ask: Ask) -> Payload:
    """One tag type with its values, written as one text: `[a, b]`."""
    found = [item for item in state.tag_types if item.name == ask.text("name")]
    return assets([{**_tag(item), "allowableValues": f"[{', '.join(item.values)}]"} for item in found])


def _record(item: Program, *, tags: bool, costs: bool) -> Payload:
    record: Payload = {
        "id": item.id,
        "name": item.name,
        "description": item.description,
        "createdAt": asset_text(item.created_at),
        "updatedAt": asset_text(item.updated_at),
        "url": f"https://app.example.com/#PG{item.id}A1",
        "type": item.type,
        "channel": item.channel,
        "folder": {"type": "Folder", "value": item.folder_id, "folderName": item.folder_name},
        "status": item.status,
        "workspace": item.workspace,
        "headStart": False,
    }
    if tags:
        record["tags"] = [{"tagType": kind, "tagValue": value} for kind, value in item.tags.items()]
    if costs:
        listed: list[Json] = [
            {"startDate": f"{cost.month.isoformat()}T00:00:00Z+0000", "cost": cost.amount, "note": cost.note}
            for cost in item.costs
        ]
        record["costs"] = listed or None
    return record


def _filtered(item: Program, kind: str, values: list[str]) -> bool:
    mine = {"id": item.id, "programId": item.id, "folderId": item.folder_id, "workspace": item.workspace}
    return str(mine.get(kind)) in values


def _cost(state: State, given: dict[str, Any]) -> Cost:
    month = date.fromisoformat(given["startDate"][:10]).replace(day=1)
    return Cost(state.next_number("cost"), month, given["cost"], given.get("note") or "")


def _channel(item: Channel) -> Payload:
    statuses: list[Json] = [
        {
            "name": status.name,
            "step": status.step,
            "description": None,
            "hidden": status.hidden,
            "success": status.success,
        }
        for status in item.statuses
    ]
    return {
        "id": item.id,
        "name": item.name,
        "applicableProgramType": item.program_type,
        "progressionStatuses": statuses,
        "createdAt": asset_text(item.created_at),
        "updatedAt": asset_text(item.created_at),
    }


def _tag(item: TagType) -> Payload:
    return {
        "tagType": item.name,
        "applicableProgramTypes": f"[{item.program_types}]",
        "required": item.required,
    }
