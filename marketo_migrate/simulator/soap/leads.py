"""SOAP's lead operations: getLead, getMultipleLeads, syncLead, syncMultipleLeads, mergeLeads."""

from datetime import datetime, timedelta

from marketo_migrate.simulator.leads import (
    EMAIL,
    associate_cookie,
    change_lead,
    create_lead,
    find_leads,
    merge_leads,
)
from marketo_migrate.simulator.lists import members
from marketo_migrate.simulator.paging import BadPositionError, page_start, position_text
from marketo_migrate.simulator.records import DEFAULT, Lead, StaticList
from marketo_migrate.simulator.soap.arguments import (
    boolean,
    child,
    children,
    integer,
    moment,
    needed_text,
    pairs,
    text,
    texts,
    whole,
)
from marketo_migrate.simulator.soap.envelope import TYPE, Answered, Call, Sent
from marketo_migrate.simulator.soap.faults import SoapFaultError
from marketo_migrate.simulator.state import State
from marketo_migrate.simulator.values import BadValueError, Value, from_text, to_text

KEY_FIELDS = {
    "IDNUM": "id",
    "COOKIE": "cookies",
    "EMAIL": EMAIL,
    "LEADOWNEREMAIL": "leadOwnerEmail",
    "SFDCACCOUNTID": "sfdcAccountId",
    "SFDCCONTACTID": "sfdcContactId",
    "SFDCLEADID": "sfdcLeadId",
    "SFDCLEADOWNERID": "sfdcLeadOwnerId",
    "SFDCOPPTYID": "sfdcOpptyId",
}
MOST_KEYS = 100
MOST_LEADS = 1000
LONGEST_RANGE = timedelta(days=30)


def get_lead(state: State, call: Call) -> dict[str, Answered]:
    """Give every non-empty attribute of the leads that a key finds; none found is fault 20103."""
    found = leads_by_key(state, child(call.arguments, "leadKey"))
    records = [_lead_record(state, lead, None) for lead in found]
    return {"count": len(records), "leadRecordList": {"leadRecord": records}}


def get_multiple_leads(state: State, call: Call) -> dict[str, Answered]:
    """Give a page of the leads that a selector finds, with the attributes asked for."""
    found = _selected(state, call.arguments)
    wanted = texts(call.arguments, "includeAttributes") or None
    try:
        start = page_start(text(call.arguments, "streamPosition"), "leads")
    except BadPositionError as error:
        raise SoapFaultError("20122") from error
    size = min(integer(call.arguments, "batchSize") or MOST_LEADS, MOST_LEADS)
    page = found[start : start + size]
    left = len(found) - start - len(page)
    return {
        "returnCount": len(page),
        "remainingCount": left,
        "newStreamPosition": position_text({"kind": "leads", "start": start + len(page)}) if left else "",
        "leadRecordList": {"leadRecord": [_lead_record(state, lead, wanted) for lead in page]},
    }


def sync_lead(state: State, call: Call) -> dict[str, Answered]:
    """Create or update one lead, found by its Marketo id, foreign id, cookie or address, in this order."""
    record = child(call.arguments, "leadRecord")
    values = _record_values(state, record)
    wanted = boolean(call.arguments, "returnLead")
    partition = _target_partition(state, call)
    cookie = text(call.arguments, "marketoCookie")
    lead = _keyed_lead(state, record) or (_cookie_lead(state, cookie) if cookie else None)
    if lead is None and EMAIL in values:
        same = find_leads(state, EMAIL, [to_text(values[EMAIL] or "")])
        lead = same[-1] if same else None
    elif lead is not None and partition is not None and lead.partition != partition:
        raise SoapFaultError("20106", f"Lead {lead.id} is not in the workspace's primary partition")
    if lead is None and EMAIL not in values and not text(record, "ForeignSysPersonId"):
        raise SoapFaultError("20101", "leadRecord needs Id, Email or ForeignSysPersonId")
    status = "UPDATED" if lead else "CREATED"
    if lead is None:
        lead = create_lead(state, values, partition=partition or DEFAULT)
    else:
        change_lead(state, lead, values)
    _keep_foreign_id(record, lead)
    if cookie:
        associate_cookie(state, lead, cookie)
    returned = _lead_record(state, lead, None) if wanted else None
    return {"leadId": lead.id, "syncStatus": _status(lead.id, status), "leadRecord": returned}


def sync_multiple_leads(state: State, call: Call) -> dict[str, Answered]:
    """Create or update leads; what fails is a status of its own. The key Email is not written here."""
    dedupe = boolean(call.arguments, "dedupEnabled", default=True)
    statuses = [
        _sync_one(state, record, dedupe=dedupe)
        for record in children(call.arguments, "leadRecordList", "leadRecord")
    ]
    return {"syncStatusList": {"syncStatus": statuses}}


def merge(state: State, call: Call) -> dict[str, Answered]:
    """Merge losing leads into the winner; what cannot be merged is status FAILED, not a fault."""
    winner_key = pairs(call.arguments, "winningLeadKeyList")
    loser_keys = [
        pairs({"key": key}, "key") for key in children(call.arguments, "losingLeadKeyLists", "keyList")
    ]
    if not winner_key or not loser_keys:
        raise SoapFaultError("20109", "mergeLeads needs a winning key and losing keys")
    try:
        winner = _only_lead(state, winner_key)
        losers = [_only_lead(state, key) for key in loser_keys]
        if winner in losers:
            raise _MergeError(f"Lead {winner.id} cannot be merged with itself")
    except _MergeError as error:
        return _merge_status(None, None, "FAILED", str(error))
    unique = list({lead.id: lead for lead in losers}.values())
    merge_leads(state, winner, unique)
    return _merge_status(winner.id, [lead.id for lead in unique], "MERGED", None)


def leads_by_key(state: State, key: dict[str, Sent]) -> list[Lead]:
    """The leads a LeadKey finds; of several with one address the newest.

    Raises:
        SoapFaultError: 20103 for none, 20108 for an unknown owner.

    """
    if not key:
        raise SoapFaultError("20101")
    kind, value = needed_text(key, "keyType"), needed_text(key, "keyValue")
    if kind == "LEADOWNEREMAIL" and value not in state.lead_owners:
        raise SoapFaultError("20108", f"No lead owner {value}")
    found = find_leads(state, KEY_FIELDS[kind], [value], known=kind != "COOKIE")
    if not found:
        raise SoapFaultError("20103", f"No lead found with {kind} = {value}")
    return found[-1:] if kind == "EMAIL" else found


def leads_by_selector(state: State, selector: dict[str, Sent]) -> list[Lead] | None:
    """The leads of a LeadKeySelector or StaticListSelector; None for any other selector."""
    match selector.get(TYPE):
        case "LeadKeySelector":
            field = KEY_FIELDS[needed_text(selector, "keyType")]
            keys = texts(selector, "keyValues")[:MOST_KEYS]
            found = find_leads(state, field, keys, known=field != "cookies")
            return _newest_of_each(found) if field == EMAIL else found
        case "StaticListSelector":
            return members(state, _selected_list(state, selector))
        case _:
            return None


def update_range(state: State, selector: dict[str, Sent]) -> tuple[datetime, datetime]:
    """The bounds of a LastUpdateAtSelector; more than 30 days is fault 20022."""
    oldest = moment(selector, "oldestUpdatedAt")
    if oldest is None:
        raise SoapFaultError("20109", "oldestUpdatedAt is required")
    latest = moment(selector, "latestUpdatedAt") or state.now()
    if text(selector, "latestUpdatedAt") and latest - oldest > LONGEST_RANGE:
        raise SoapFaultError("20022")
    return oldest, latest


class _MergeError(Exception):
    """Why leads cannot be merged, in words for MergeStatus.error."""


def _selected(state: State, arguments: dict[str, Sent]) -> list[Lead]:
    selector = child(arguments, "leadSelector")
    found = leads_by_selector(state, selector)
    if found is not None:
        return found
    if selector.get(TYPE) == "LastUpdateAtSelector":
        oldest, latest = update_range(state, selector)
    else:
        since = moment(arguments, "lastUpdatedAt")
        if since is None:
            raise SoapFaultError("20109", "leadSelector or lastUpdatedAt is required")
        oldest, latest = since, state.now()
    known = (lead for lead in state.leads.values() if not lead.anonymous)
    return sorted(
        (lead for lead in known if oldest <= lead.updated_at <= latest),
        key=lambda lead: (lead.updated_at, lead.id),
    )


def _selected_list(state: State, selector: dict[str, Sent]) -> StaticList:
    number, name = integer(selector, "staticListId"), text(selector, "staticListName")
    if number is not None:
        if number not in state.lists:
            raise SoapFaultError("20111", f"No list with id {number}")
        return state.lists[number]
    found = next((item for item in state.lists.values() if item.name == name), None)
    now = state.now()
    return found or StaticList(0, name or "", now, now)


def _newest_of_each(leads: list[Lead]) -> list[Lead]:
    newest = {to_text(lead.values[EMAIL]).casefold(): lead for lead in leads}
    return sorted(newest.values(), key=lambda lead: lead.id)


def _lead_record(state: State, lead: Lead, wanted: list[str] | None) -> dict[str, Answered]:
    """A LeadRecord; with `wanted`, only those attributes, and Email is empty unless it is among them."""
    attributes: list[dict[str, Answered]] = []
    for soap_name, field in sorted(state.lead_fields.by_soap.items()):
        value = lead.values.get(field.rest)
        chosen = soap_name in wanted if wanted is not None else field.rest != EMAIL
        # An empty text is left out, as the documentation of getLead says.
        if value not in (None, "") and chosen and soap_name != "Id":
            attributes.append(
                {"attrName": soap_name, "attrType": field.type.value, "attrValue": to_text(value)}
            )
    email = lead.values.get(EMAIL)
    foreign = next(iter(lead.foreign.items()), (None, None))
    return {
        "Id": lead.id,
        "Email": None if email is None or (wanted is not None and "Email" not in wanted) else to_text(email),
        "ForeignSysPersonId": foreign[1],
        "ForeignSysType": foreign[0],
        "leadAttributeList": {"attribute": attributes},
    }


def _record_values(state: State, record: dict[str, Sent]) -> dict[str, Value | None]:
    if not record:
        raise SoapFaultError("20104")
    values: dict[str, Value | None] = {}
    email = text(record, "Email")
    if email is not None:
        values[EMAIL] = email
    for name, value in pairs(record, "leadAttributeList"):
        field = state.lead_fields.by_soap.get(name)
        if field is None or not field.updateable:
            raise SoapFaultError("20105", f"{name} is not an attribute that can be written")
        try:
            values[field.rest] = from_text(field, value)
        except BadValueError as error:
            raise SoapFaultError("20106", str(error)) from error
    return values


def _keyed_lead(state: State, record: dict[str, Sent]) -> Lead | None:
    number = integer(record, "Id")
    if number is not None:
        lead = state.leads.get(number)
        if lead is None:
            raise SoapFaultError("20103", f"No lead found with IDNUM = {number}")
        return lead
    foreign, kind = text(record, "ForeignSysPersonId"), text(record, "ForeignSysType")
    if foreign is None:
        return None
    if kind is None:
        raise SoapFaultError("20109", "ForeignSysType is required with ForeignSysPersonId")
    return next((lead for lead in state.leads.values() if lead.foreign.get(kind) == foreign), None)


def _cookie_lead(state: State, cookie: str) -> Lead | None:
    return next(iter(find_leads(state, "cookies", [cookie], known=False)), None)


def _keep_foreign_id(record: dict[str, Sent], lead: Lead) -> None:
    foreign, kind = text(record, "ForeignSysPersonId"), text(record, "ForeignSysType")
    if foreign is not None and kind is not None:
        lead.foreign[kind] = foreign


def _target_partition(state: State, call: Call) -> str | None:
    workspace = call.headers.get("MktowsContextHeader", {}).get("targetWorkspace")
    if workspace is None:
        return None
    if workspace not in state.partitions:
        raise SoapFaultError("20110", f"No workspace {workspace}")
    return state.partitions[workspace][0]


def _sync_one(state: State, record: dict[str, Sent], *, dedupe: bool) -> dict[str, Answered]:
    try:
        values = _record_values(state, record)
        lead = _keyed_lead(state, record)
    except SoapFaultError as fault:
        return _status(integer(record, "Id") or 0, "FAILED", fault.detail)
    keyed = lead is not None
    if lead is None and dedupe and EMAIL in values:
        same = find_leads(state, EMAIL, [to_text(values[EMAIL] or "")])
        lead = same[-1] if same else None
    if lead is None and EMAIL not in values and not text(record, "ForeignSysPersonId"):
        return _status(0, "FAILED", "leadRecord needs Id, Email or ForeignSysPersonId")
    if lead is None:
        lead = create_lead(state, values)
        _keep_foreign_id(record, lead)
        return _status(lead.id, "CREATED")
    named = {name for name, _ in pairs(record, "leadAttributeList")}
    if keyed and "Email" not in named:
        values.pop(EMAIL, None)
    change_lead(state, lead, values)
    _keep_foreign_id(record, lead)
    return _status(lead.id, "UPDATED")


def _status(number: int, status: str, error: str | None = None) -> dict[str, Answered]:
    return {"leadId": number, "status": status, "error": error}


def _merge_status(
    winner: int | None, losers: list[int] | None, status: str, error: str | None
) -> dict[str, Answered]:
    ids: Answered = None if losers is None else {"integerItem": losers}
    return {
        "mergeStatus": {
            "winningLeadId": winner,
            "losingLeadIdList": ids,
            "status": status,
            "error": error,
        }
    }


def _only_lead(state: State, key: list[tuple[str, str]]) -> Lead:
    found: list[Lead] | None = None
    for name, value in key:
        field = KEY_FIELDS.get(name)
        if field is None:
            raise SoapFaultError("20102", f"{name} is not a lead key")
        if name == "IDNUM":
            whole(value, name)
        matches = find_leads(state, field, [value])
        found = matches if found is None else [lead for lead in found if lead in matches]
    if not found:
        raise _MergeError(f"No lead found with {', '.join(f'{name} = {value}' for name, value in key)}")
    return found[-1]
