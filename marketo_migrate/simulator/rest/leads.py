"""REST's lead operations: describe, query, sync, push, form, merge, associate, delete."""

from collections.abc import Mapping
from typing import Any

from marketo_migrate.simulator.activity_types import FILL_OUT_FORM, PUSH_LEAD
from marketo_migrate.simulator.leads import (
    CREATED_AT,
    EMAIL,
    ID,
    UPDATED_AT,
    associate_cookie,
    change_lead,
    create_lead,
    delete_lead,
    find_leads,
    lead_value,
    merge_leads,
)
from marketo_migrate.simulator.lists import members
from marketo_migrate.simulator.paging import position_text
from marketo_migrate.simulator.records import DEFAULT, Lead
from marketo_migrate.simulator.rest.answers import Json, Payload, RestError, skipped, success
from marketo_migrate.simulator.rest.ask import Ask
from marketo_migrate.simulator.state import State
from marketo_migrate.simulator.values import BadValueError, Field, Value, from_json, to_json

DEFAULT_FIELDS = (ID, EMAIL, UPDATED_AT, CREATED_AT, "lastName", "firstName")
MOST_MATCHES = 1000
COOKIES = "cookies"
UPDATE_ONLY, CREATE_ONLY, DUPLICATE, UPSERT = "updateOnly", "createOnly", "createDuplicate", "createOrUpdate"


def describe(state: State, ask: Ask) -> Payload:
    """All fields with their names in both APIs; a name is absent where an API does not have the field."""
    del ask
    return success([_described(field) for field in state.lead_fields])


def describe2(state: State, ask: Ask) -> Payload:
    """The searchable fields and all fields, by REST name."""
    del ask
    fields: list[Json] = [
        {
            "name": field.rest,
            "displayName": field.label,
            "dataType": field.type.value,
            **({"length": field.length} if field.length else {}),
            "updateable": field.updateable,
            "crmManaged": False,
        }
        for field in state.lead_fields
    ]
    searchable = [[field.rest] for field in state.lead_fields if field.searchable]
    return success([{"name": "API Lead", "searchableFields": [*searchable, [COOKIES]], "fields": fields}])


def schema_fields(state: State, ask: Ask) -> Payload:
    """The schema of lead fields, page by page."""
    start, size = ask.page("schema")
    fields = list(state.lead_fields)
    page = fields[start : start + size]
    more = start + size < len(fields)
    described: list[Json] = [
        {
            "displayName": field.label,
            "name": field.rest,
            "description": None,
            "dataType": field.type.value,
            "length": field.length,
            "isHidden": False,
            "isHtmlEncodingInEmail": True,
            "isSensitive": False,
            "isCustom": field.custom,
        }
        for field in page
    ]
    token = position_text({"kind": "schema", "start": start + size}) if more else None
    return success(described, moreResult=more, nextPageToken=token)


def by_filter(state: State, ask: Ask) -> Payload:
    """Known leads whose field has one of the values; more than 1000 of them is error 1003."""
    field, values = ask.text("filterType") or "", ask.texts("filterValues") or []
    _check_filter(state, field, values)
    found = find_leads(state, field, values)
    if len(found) > MOST_MATCHES:
        raise RestError("1003", "Too many results match the filter")
    return _page(state, ask, found, "leads")


def by_id(state: State, ask: Ask) -> Payload:
    """One lead; an unknown id is error 1004, which Adobe does not document."""
    lead = _lead(state, ask.number("leadId"))
    fields = _fields(state, ask.texts("fields"))
    return success([_record(lead, fields)])


def by_list(state: State, ask: Ask) -> Payload:
    """The members of a static list."""
    static_list = state.lists.get(ask.number("listId"))
    if static_list is None:
        raise RestError("1013", "List not found")
    return _page(state, ask, members(state, static_list), "list members")


def by_program(state: State, ask: Ask) -> Payload:
    """The members of a program, with their membership."""
    program = state.programs.get(ask.number("programId"))
    if program is None:
        raise RestError("1013", "Program not found")
    found = [state.leads[number] for number in sorted(program.members)]
    answer = _page(state, ask, found, "program members")
    result = answer["result"]
    for record in result if isinstance(result, list) else ():
        record["membership"] = {"progressionStatus": program.members[record["id"]]}
    return answer


def sync(state: State, ask: Ask) -> Payload:
    """Create or update up to 300 leads; each record has its own status."""
    action = ask.body.get("action", UPSERT)
    lookup = ask.body.get("lookupField") or EMAIL
    _check_lookup(state, lookup)
    partition = ask.body.get("partitionName")
    if partition is not None and partition not in {
        name for names in state.partitions.values() for name in names
    }:
        raise RestError("1003", f"Partition '{partition}' not found")
    return success([_sync_one(state, record, action, lookup, partition) for record in ask.body["input"]])


def push(state: State, ask: Ask) -> Payload:
    """Upsert leads into a program; each gets an activity that says where it came from."""
    lookup = ask.body.get("lookupField") or EMAIL
    _check_lookup(state, lookup)
    program = state.program_named(str(ask.body.get("programName", "")))
    if program is None:
        raise RestError("1013", f"Program '{ask.body.get('programName')}' not found")
    results: list[Json] = []
    for record in ask.body.get("input", []):
        cookie = record.pop(COOKIES, None)
        result = _sync_one(state, record, UPSERT, lookup, ask.body.get("partitionName"))
        results.append(result)
        if "reasons" in result:
            continue
        lead = state.leads[int(str(result["id"]))]
        if isinstance(cookie, str):
            associate_cookie(state, lead, cookie)
        program.members.setdefault(lead.id, str(ask.body.get("programStatus") or "Invited"))
        state.log(lead, PUSH_LEAD, (str(ask.body.get("source") or ""), program.id))
    return success(results)


def submit_form(state: State, ask: Ask) -> Payload:
    """Upsert a lead by the address in a form."""
    if ask.body["formId"] not in state.forms:
        raise RestError("1013", "Form not found")
    form = ask.body["input"][0]
    result = _sync_one(state, dict(form["leadFormFields"]), UPSERT, EMAIL, None)
    if "reasons" not in result:
        lead = state.leads[int(str(result["id"]))]
        state.log(lead, FILL_OUT_FORM, (state.forms[ask.body["formId"]], ask.body["formId"]))
        if form.get("cookie"):
            associate_cookie(state, lead, form["cookie"])
    return success([result])


def merge(state: State, ask: Ask) -> Payload:
    """Merge losers into the winner; an unknown lead fails the whole request."""
    winner = _lead(state, ask.number("leadId"))
    given = ask.texts("leadIds") or [value for value in [ask.text("leadId")] if value]
    if not given:
        raise RestError("1002", "Missing value for required parameter 'leadId'")
    losers = [_lead(state, int(value)) for value in dict.fromkeys(given)]
    if winner in losers:
        raise RestError("1003", f"Lead {winner.id} cannot be merged with itself")
    merge_leads(state, winner, losers)
    return success(None)


def associate(state: State, ask: Ask) -> Payload:
    """Tie a cookie to a lead."""
    cookie = ask.text("cookie") or ""
    _check_cookie(cookie)
    associate_cookie(state, _lead(state, ask.number("leadId")), cookie)
    return success(None)


def delete(state: State, ask: Ask) -> Payload:
    """Delete leads named in the query or the body."""
    results: list[Json] = []
    for number in lead_numbers(ask):
        lead = state.leads.get(number)
        if lead is None or lead.anonymous:
            results.append(skipped("1004", "Lead not found", id=number))
        else:
            delete_lead(state, lead)
            results.append({"id": number, "status": "deleted"})
    return success(results)


def lead_numbers(ask: Ask) -> list[int]:
    """The lead ids of a request: `id` parameters, or `input` in the body."""
    given = ask.texts("id")
    numbers = [int(value) for value in given] if given else [item["id"] for item in ask.body.get("input", [])]
    if not numbers:
        raise RestError("1002", "Missing value for required parameter 'id'")
    return numbers


def _described(field: Field) -> Json:
    record: dict[str, Json] = {"id": field.id, "displayName": field.label, "dataType": field.type.value}
    if field.length is not None:
        record["length"] = field.length
    record["rest"] = {"name": field.rest, "readOnly": not field.updateable}
    if field.soap is not None:
        record["soap"] = {"name": field.soap, "readOnly": not field.updateable}
    return record


def _check_filter(state: State, name: str, values: list[str]) -> None:
    if name == COOKIES:
        for value in values:
            _check_cookie(value)
        return
    _check_lookup(state, name)


def _check_lookup(state: State, name: str) -> None:
    field = state.lead_fields.by_rest.get(name)
    if field is None:
        raise RestError("1006", f"Field '{name}' not found")
    if not field.searchable:
        raise RestError("1011", f"Field '{name}' not supported")


def _check_cookie(cookie: str) -> None:
    if not (cookie.startswith("id:") and "&token:" in cookie):
        raise RestError("1012", f"Invalid cookie value '{cookie}'")


def _lead(state: State, number: int) -> Lead:
    lead = state.leads.get(number)
    if lead is None or lead.anonymous:
        raise RestError("1004", f"Lead '{number}' not found")
    return lead


def _fields(state: State, names: list[str] | None) -> list[str]:
    """The fields to answer with: those asked for and the id, or the default six."""
    if not names:
        return list(DEFAULT_FIELDS)
    for name in names:
        if name not in state.lead_fields.by_rest and name != COOKIES:
            raise RestError("1006", f"Field '{name}' not found")
    return list(dict.fromkeys([ID, *names]))


def _page(state: State, ask: Ask, found: list[Lead], kind: str) -> Payload:
    fields = _fields(state, ask.texts("fields"))
    start, size = ask.page(kind)
    ordered = found[::-1] if state.behavior.reversed_results else found
    page = ordered[start : start + size]
    more = start + size < len(found)
    token = position_text({"kind": kind, "start": start + size}) if more else None
    return success([_record(lead, fields) for lead in page], nextPageToken=token, moreResult=more or None)


def _record(lead: Lead, fields: list[str]) -> dict[str, Json]:
    record: dict[str, Json] = {}
    for name in fields:
        value = lead_value(lead, name)
        record[name] = (
            ",".join(lead.cookies) if name == COOKIES else None if value is None else to_json(value)
        )
    return record


def _sync_one(
    state: State, record: Mapping[str, Any], action: str, lookup: str, partition: str | None
) -> dict[str, Json]:
    try:
        values = _values(state, record, action)
        key = record.get(lookup)
        if action != DUPLICATE and key in (None, ""):
            return skipped("1003", f"Value for lookup field '{lookup}' is missing")
        found = [] if action == DUPLICATE else find_leads(state, lookup, [str(key)])
    except RestError as error:
        return skipped(error.code, error.message)
    except BadValueError as error:
        return skipped("1003", str(error))
    if len(found) > 1:
        return skipped("1007", "Multiple leads match the lookup criteria")
    if found and action == CREATE_ONLY:
        return skipped("1005", "Lead already exists", id=found[0].id)
    if found and partition is not None and found[0].partition != partition:
        return skipped("1010", "Partition update not allowed", id=found[0].id)
    if found:
        change_lead(state, found[0], values)
        return {"id": found[0].id, "status": "updated"}
    if action == UPDATE_ONLY:
        return skipped("1004", "Lead not found")
    lead = create_lead(state, values, partition=partition or DEFAULT)
    return {"id": lead.id, "status": "created"}


def _values(state: State, record: Mapping[str, Any], action: str) -> dict[str, Value | None]:
    values: dict[str, Value | None] = {}
    for name, given in record.items():
        field = state.lead_fields.by_rest.get(name)
        if field is None:
            raise RestError("1006", f"Field '{name}' not found")
        if name == ID:
            if action != UPDATE_ONLY:
                raise RestError("1003", "id is allowed with updateOnly alone")
            continue
        if field.company and not state.behavior.company_writes:
            raise RestError("1021", f"Company update not allowed: '{name}'")
        if not field.updateable:
            raise RestError("1003", f"Field '{name}' cannot be written")
        if name == EMAIL and not str(given or "").isascii():
            raise RestError("1003", "An address may hold ASCII only")
        values[name] = from_json(field, given)
    return values
