"""SOAP's getChannels and getTags, and programs as M objects."""

import operator
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from marketo_migrate.simulator.clock import parse_time
from marketo_migrate.simulator.records import Cost, Program, ProgressionStatus
from marketo_migrate.simulator.soap.arguments import child, children, needed_text, pairs, text, texts, whole
from marketo_migrate.simulator.soap.envelope import Answered, Call, Sent
from marketo_migrate.simulator.soap.faults import SoapFaultError
from marketo_migrate.simulator.state import State

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq,
    "NE": operator.ne,
    "LT": operator.lt,
    "LE": operator.le,
    "GT": operator.gt,
    "GE": operator.ge,
}
TAG_TYPE, TAG_VALUE, ARCHIVE, CHANNEL = "Tag Type", "Tag Value", "Include Archive", "Channel"
WORKSPACE_IDS = {"Default": 1}


def get_channels(state: State, call: Call) -> dict[str, Answered]:
    """Give the channels with their statuses, all or those named; the hidden ones are left out."""
    wanted = texts(child(call.arguments, "tag"), "values")
    channels = [item for item in state.channels if not wanted or item.name in wanted]
    found = [
        {
            "tagValue": item.name,
            "statusList": {
                "progressionStatusItem": [_status(one) for one in item.statuses if not one.hidden]
            },
        }
        for item in channels
    ]
    return {"tags": {"tagStatus": found}}


def get_tags(state: State, call: Call) -> dict[str, Answered]:
    """Give the tag types with their values, all or those asked for."""
    asked = {text(item, "type"): texts(item, "values") for item in children(call.arguments, "tagList", "tag")}
    found = []
    for tag in state.tag_types:
        if asked and tag.name not in asked:
            continue
        wanted = asked.get(tag.name)
        values = [value for value in tag.values if not wanted or value in wanted]
        found.append({"type": tag.name, "values": {"stringItem": values}})
    return {"tagList": {"tag": found}}


def find_programs(state: State, arguments: dict[str, Sent]) -> list[Program]:
    """The programs that meet the id and all criteria of getMObjects; archived ones only if asked for."""
    criteria = [
        (needed_text(item, "attrName"), needed_text(item, "comparison"), text(item, "attrValue") or "")
        for item in children(arguments, "mObjCriteriaList", "mObjCriteria")
    ]
    names = [name for name, _, _ in criteria]
    if (TAG_TYPE in names) != (TAG_VALUE in names):
        raise SoapFaultError("20110", "Tag Type and Tag Value belong together")
    number = text(arguments, "id")
    found = [item for item in state.programs.values() if number is None or item.id == whole(number, "id")]
    return [item for item in found if _meets(item, criteria)]


def program_object(program: Program, *, details: bool) -> dict[str, Answered]:
    """A program as an M object; costs and tokens come with the details."""
    attributes = {
        "Name": program.name,
        "Type": "Marketing Event" if program.type == "Event" else "Marketing Program",
        "Workspace Id": str(WORKSPACE_IDS.get(program.workspace, 2)),
        "Workspace Name": program.workspace,
        "Tree Path": f"/Marketing Activities/{program.workspace}/{program.folder_name}/{program.name}",
        "Is Archived": str(program.archived).lower(),
    }
    tags = {CHANNEL: program.channel, **program.tags}
    typed = [_typed("Tag", {"Type": kind, "Value": value}) for kind, value in tags.items()]
    if details:
        typed += [_typed("Cost", _cost(cost)) for cost in program.costs]
        typed += [
            _typed("Token", {"Name": name.strip("{}"), "Value": value})
            for name, value in program.tokens.items()
        ]
    return {
        "type": "Program",
        "id": program.id,
        "createdAt": program.created_at,
        "updatedAt": program.updated_at,
        "attribList": {"attrib": attribs(attributes)},
        "typeAttribList": {"typeAttrib": typed},
    }


def update_program(state: State, given: dict[str, Sent]) -> dict[str, Answered]:
    """Add or change costs, and set tags or the channel, of a program that exists."""
    number = whole(needed_text(given, "id"), "id")
    program = state.programs.get(number)
    if program is None:
        return {"id": number, "status": "FAILED", "error": f"No program with id {number}"}
    try:
        for item in children(given, "typeAttribList", "typeAttrib"):
            _apply(state, program, needed_text(item, "attrType"), dict(pairs(item, "attrList", "attrib")))
    except (KeyError, ValueError) as error:
        return {"id": number, "status": "FAILED", "error": f"Bad attribute {error}"}
    program.updated_at = state.clock.tick()
    return {"id": number, "status": "UPDATED", "error": None}


def attribs(values: dict[str, str]) -> list[Answered]:
    """Name/value pairs as Attrib objects."""
    return [{"name": name, "value": value} for name, value in values.items()]


def _status(status: ProgressionStatus) -> dict[str, Answered]:
    values = {"Status": status.name, "Step": str(status.step)}
    if status.check_in is not None:
        values["Check-in Status"] = status.check_in
    values["Success"] = str(status.success).lower()
    return {"progressionStatus": {"attrib": attribs(values)}}


def _meets(program: Program, criteria: list[tuple[str, str, str]]) -> bool:
    given = {name: value for name, _, value in criteria}
    if program.archived and given.get(ARCHIVE, "false").lower() != "true":
        return False
    if TAG_TYPE in given:
        tags = {CHANNEL: program.channel, **program.tags}
        if tags.get(given[TAG_TYPE]) != given[TAG_VALUE]:
            return False
    rest = [item for item in criteria if item[0] not in {TAG_TYPE, TAG_VALUE, ARCHIVE}]
    return all(_compare(program, name, comparison, value) for name, comparison, value in rest)


def _compare(program: Program, name: str, comparison: str, value: str) -> bool:
    held: dict[str, tuple[str | int | datetime, Callable[[str], str | int | datetime]]] = {
        "Id": (program.id, int),
        "Name": (program.name, str),
        "Created At": (program.created_at, parse_time),
        "Updated At": (program.updated_at, parse_time),
        "Workspace Name": (program.workspace, str),
        "Workspace Id": (WORKSPACE_IDS.get(program.workspace, 2), int),
    }
    if name not in held:
        raise SoapFaultError("20110", f"{name} is not a criterion for programs")
    mine, read = held[name]
    try:
        return COMPARISONS[comparison](mine, read(value))
    except ValueError as error:
        raise SoapFaultError("20110", f"{name}: bad value '{value}'") from error


def _apply(state: State, program: Program, kind: str, values: dict[str, str]) -> None:
    if kind == "Tag" and values["Type"] == CHANNEL:
        program.channel = values["Value"]
    elif kind == "Tag":
        program.tags[values["Type"]] = values["Value"]
    elif kind == "Cost":
        month = date.fromisoformat(f"{values['Month']}-01")
        amount, note = int(values["Amount"]), values.get("Note", "")
        known = [cost for cost in program.costs if str(cost.id) == values.get("Id")]
        if known:
            known[0].month, known[0].amount, known[0].note = month, amount, note
        else:
            program.costs.append(Cost(state.next_number("cost"), month, amount, note))
    else:
        raise KeyError(kind)


def _cost(cost: Cost) -> dict[str, str]:
    return {
        "Month": cost.month.strftime("%Y-%m"),
        "Amount": str(cost.amount),
        "Id": str(cost.id),
        "Note": cost.note,
    }


def _typed(kind: str, values: dict[str, str]) -> dict[str, Answered]:
    return {"attrType": kind, "attrList": {"attrib": attribs(values)}}
