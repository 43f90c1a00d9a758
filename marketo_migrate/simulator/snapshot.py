"""A state as plain data, and the difference of two states in words that a person can read."""

from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

from marketo_migrate.simulator.clock import utc_text
from marketo_migrate.simulator.records import (
    Activity,
    Campaign,
    CampaignRun,
    ImportJob,
    Lead,
    ObjectType,
    Program,
    StaticList,
)
from marketo_migrate.simulator.state import State
from marketo_migrate.simulator.values import Value, to_json

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"
Snapshot: TypeAlias = dict[str, Plain]


def take_snapshot(state: State) -> Snapshot:
    """Everything an instance holds, as JSON-like data with sorted keys. Jobs of extracts are left out.

    Channels, tag types and fields never change, so they are not part of it.
    """
    custom = {name: _records(kind) for name, kind in sorted(state.custom_types.items())}
    return {
        "leads": {str(number): _lead(lead) for number, lead in sorted(state.leads.items())},
        "lists": {str(number): _list(item) for number, item in sorted(state.lists.items())},
        "programs": {str(number): _program(item) for number, item in sorted(state.programs.items())},
        "campaigns": {str(number): _campaign(item) for number, item in sorted(state.campaigns.items())},
        "runs": [_run(item) for item in state.runs],
        "opportunities": _records(state.opportunities),
        "roles": _records(state.roles),
        "companies": _records(state.companies),
        "custom objects": dict(custom),
        "activities": {str(item.id): _activity(item) for item in state.activities},
        "imports": {str(number): _import(item) for number, item in sorted(state.imports.items())},
    }


def differences(before: Snapshot, after: Snapshot, *, ignore: Collection[str] = ()) -> list[str]:
    """What changed, one line a change: `leads/1001/values/firstName: 'Ann' -> 'Anna'`.

    `ignore` names path steps (such as `activities` or `updatedAt`) that are not looked at.
    """
    return list(_compare("", before, after, frozenset(ignore)))


def _compare(path: str, before: Plain, after: Plain, ignore: frozenset[str]) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            if key not in ignore:
                yield from _compare_key(f"{path}/{key}".lstrip("/"), key, before, after, ignore)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _compare_lists(path, before, after, ignore)
    elif before != after or type(before) is not type(after):
        yield f"{path}: {before!r} -> {after!r}"


def _compare_key(
    path: str, key: str, before: Mapping[str, Plain], after: Mapping[str, Plain], ignore: frozenset[str]
) -> Iterator[str]:
    if key not in after:
        yield f"{path}: removed {before[key]!r}"
    elif key not in before:
        yield f"{path}: added {after[key]!r}"
    else:
        yield from _compare(path, before[key], after[key], ignore)


def _compare_lists(
    path: str, before: list[Plain], after: list[Plain], ignore: frozenset[str]
) -> Iterator[str]:
    for index, (old, new) in enumerate(zip(before, after, strict=False)):
        yield from _compare(f"{path}[{index}]", old, new, ignore)
    for item in before[len(after) :]:
        yield f"{path}: removed {item!r}"
    for item in after[len(before) :]:
        yield f"{path}: added {item!r}"


def _values(values: Mapping[str, Value]) -> dict[str, Plain]:
    return {name: to_json(value) for name, value in sorted(values.items())}


def _lead(lead: Lead) -> Plain:
    return {
        "values": _values(lead.values),
        "foreign": dict(sorted(lead.foreign.items())),
        "cookies": [*sorted(lead.cookies)],
        "partition": lead.partition,
        "owner": lead.owner_email,
        "anonymous": lead.anonymous,
        "createdAt": utc_text(lead.created_at),
        "updatedAt": utc_text(lead.updated_at),
    }


def _list(item: StaticList) -> Plain:
    return {"name": item.name, "members": [*sorted(item.members)], "updatedAt": utc_text(item.updated_at)}


def _program(item: Program) -> Plain:
    return {
        "name": item.name,
        "description": item.description,
        "channel": item.channel,
        "status": item.status,
        "tags": dict(sorted(item.tags.items())),
        "costs": [
            {"month": cost.month.isoformat(), "amount": cost.amount, "note": cost.note} for cost in item.costs
        ],
        "members": {str(number): status for number, status in sorted(item.members.items())},
        "updatedAt": utc_text(item.updated_at),
    }


def _campaign(item: Campaign) -> Plain:
    return {"name": item.name, "active": item.active}


def _run(item: CampaignRun) -> Plain:
    return {
        "campaign": item.campaign_id,
        "leads": [*item.leads],
        "tokens": {**dict(item.tokens)},
        "runAt": utc_text(item.run_at) if item.run_at else None,
    }


def _records(kind: ObjectType) -> dict[str, Plain]:
    return {
        guid: {
            "id": record.id,
            "values": _values(record.values),
            "createdAt": utc_text(record.created_at),
            "updatedAt": utc_text(record.updated_at),
        }
        for guid, record in sorted(kind.records.items())
    }


def _activity(item: Activity) -> Plain:
    return {
        "lead": item.lead_id,
        "at": utc_text(item.at),
        "type": item.type.name,
        "asset": item.primary,
        "attributes": {name: to_json(value) for name, value in item.attributes},
        "campaign": item.campaign_id,
    }


def _import(item: ImportJob) -> Plain:
    return {
        "list": item.list_id,
        "imported": item.imported,
        "failed": len(item.failures),
        "ignored": item.ignored,
        "object": item.object_name,
    }
