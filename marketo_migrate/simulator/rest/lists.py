"""REST's static list operations, of the lead database and of the asset API."""

from marketo_migrate.simulator.clock import asset_text, utc_text
from marketo_migrate.simulator.lists import add_member, remove_member
from marketo_migrate.simulator.paging import position_text
from marketo_migrate.simulator.records import Lead, StaticList
from marketo_migrate.simulator.rest.answers import Json, Payload, RestError, assets, skipped, success
from marketo_migrate.simulator.rest.ask import Ask
from marketo_migrate.simulator.rest.leads import lead_numbers
from marketo_migrate.simulator.state import State


def get_lists(state: State, ask: Ask) -> Payload:
    """Lists by id, name, program or workspace; each filter narrows the result."""
    found = [item for item in state.lists.values() if _wanted(state, item, ask)]
    start, size = ask.page("lists")
    page = found[start : start + size]
    more = start + size < len(found)
    token = position_text({"kind": "lists", "start": start + size}) if more else None
    return success([_record(state, item) for item in page], nextPageToken=token)


def get_list(state: State, ask: Ask) -> Payload:
    """One list by id."""
    return success([_record(state, _list(state, ask))])


def memberships(state: State, ask: Ask) -> Payload:
    """The lists a lead is on."""
    number = ask.number("leadId")
    if number not in state.leads:
        raise RestError("1004", f"Lead '{number}' not found")
    found = [item for item in state.lists.values() if number in item.members]
    start, size = ask.page("memberships")
    page: list[Json] = [
        {"listId": item.id, "createdAt": utc_text(item.created_at), "updatedAt": utc_text(item.updated_at)}
        for item in found[start : start + size]
    ]
    more = start + size < len(found)
    token = position_text({"kind": "memberships", "start": start + size}) if more else None
    return success(page, nextPageToken=token, moreResult=more)


def add(state: State, ask: Ask) -> Payload:
    """Add leads; one that is on the list already counts as added, which Adobe does not document."""
    static_list = _list(state, ask)
    results: list[Json] = []
    for number, lead in _leads(state, ask):
        if lead is None:
            results.append(_unknown(number))
        else:
            add_member(state, static_list, lead)
            results.append({"id": number, "status": "added"})
    return success(results)


def remove(state: State, ask: Ask) -> Payload:
    """Remove leads; one that is not on the list is skipped."""
    static_list = _list(state, ask)
    results: list[Json] = []
    for number, lead in _leads(state, ask):
        if lead is None:
            results.append(_unknown(number))
        elif remove_member(state, static_list, lead):
            results.append({"id": number, "status": "removed"})
        else:
            results.append(skipped("1015", "Lead not in list", id=number))
    return success(results)


def are_members(state: State, ask: Ask) -> Payload:
    """Tell for each lead whether it is on the list."""
    static_list = _list(state, ask)
    results: list[Json] = []
    for number, lead in _leads(state, ask):
        if lead is None:
            results.append(_unknown(number))
        else:
            status = "memberof" if number in static_list.members else "notmemberof"
            results.append({"id": number, "status": status})
    return success(results)


def asset_by_name(state: State, ask: Ask) -> Payload:
    """A list as an asset, by its exact name."""
    return assets([_asset(item) for item in state.lists.values() if item.name == ask.text("name")])


def asset_by_id(state: State, ask: Ask) -> Payload:
    """A list as an asset, by id."""
    return assets([_asset(item) for item in state.lists.values() if item.id == ask.number("id")])


def _list(state: State, ask: Ask) -> StaticList:
    static_list = state.lists.get(ask.number("listId"))
    if static_list is None:
        raise RestError("1013", "List not found")
    return static_list


def _leads(state: State, ask: Ask) -> list[tuple[int, Lead | None]]:
    numbers = lead_numbers(ask)
    known = {number: lead for number, lead in state.leads.items() if not lead.anonymous}
    return [(number, known.get(number)) for number in numbers]


def _unknown(number: int) -> Payload:
    return skipped("1004", "Lead not found", id=number)


def _wanted(state: State, item: StaticList, ask: Ask) -> bool:
    mine = {
        "id": str(item.id),
        "name": item.name,
        "programName": state.program_name(item.program_id),
        "workspaceName": item.workspace,
    }
    return all(mine[name] in values for name in mine if (values := ask.texts(name)) is not None)


def _record(state: State, item: StaticList) -> Payload:
    record: Payload = {"id": item.id, "name": item.name}
    if item.description:
        record["description"] = item.description
    program = state.program_name(item.program_id)
    if program is not None:
        record["programName"] = program
    times: Payload = {"createdAt": utc_text(item.created_at), "updatedAt": utc_text(item.updated_at)}
    return {**record, "workspaceName": item.workspace, **times}


def _asset(item: StaticList) -> Payload:
    folder: Payload = {"id": item.program_id or 13, "type": "Program" if item.program_id else "Folder"}
    return {
        "id": item.id,
        "name": item.name,
        "description": item.description,
        "createdAt": asset_text(item.created_at),
        "updatedAt": asset_text(item.updated_at),
        "folder": folder,
        "workspace": item.workspace,
        "computedUrl": f"https://app.example.com/#ST{item.id}A1",
    }
