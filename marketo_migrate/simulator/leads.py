"""Leads as both faces see them: look up, create, change, merge, delete. The log is kept alike for both."""

from collections.abc import Callable, Iterable, Mapping

from marketo_migrate.simulator.activity_types import (
    CHANGE_DATA_VALUE,
    DELETE_LEAD,
    MERGE_LEADS,
    NEW_LEAD,
)
from marketo_migrate.simulator.records import DEFAULT, Lead
from marketo_migrate.simulator.state import WEB_SERVICE, State
from marketo_migrate.simulator.values import Value, to_text

ID, EMAIL, COOKIES = "id", "email", "cookies"
CREATED_AT, UPDATED_AT = "createdAt", "updatedAt"


def find_leads(state: State, field: str, values: Iterable[str], *, known: bool = True) -> list[Lead]:
    """The leads whose field has one of the values, in the order of their ids.

    Texts are compared without case, as Marketo does with addresses. `known` leaves anonymous leads out.
    """
    wanted = {value.strip().casefold() for value in values}
    matches = _matcher(field, wanted)
    return [lead for lead in state.leads.values() if matches(lead) and not (known and lead.anonymous)]


def lead_value(lead: Lead, field: str) -> Value | None:
    """A field of a lead by its REST name, system fields included; None where it is empty."""
    match field:
        case "id":
            return lead.id
        case "createdAt":
            return lead.created_at
        case "updatedAt":
            return lead.updated_at
        case "isAnonymous":
            return lead.anonymous
        case _:
            return lead.values.get(field)


def create_lead(state: State, values: Mapping[str, Value | None], *, partition: str = DEFAULT) -> Lead:
    """Create a known lead and log it. Empty values are left out."""
    now = state.now()
    number = state.next_number("lead")
    kept = {name: value for name, value in values.items() if value is not None}
    lead = Lead(number, now, now, kept, partition=partition)
    state.leads[number] = lead
    state.log(lead, NEW_LEAD, (full_name(lead), number), (("Source Type", WEB_SERVICE),))
    return lead


def change_lead(state: State, lead: Lead, values: Mapping[str, Value | None]) -> None:
    """Set or clear (None) fields; each change is logged, in the order of the field names.

    An anonymous lead becomes known.
    """
    lead.anonymous = False
    for name in sorted(values):
        old, new = lead.values.get(name), values[name]
        if old == new:
            continue
        if new is None:
            del lead.values[name]
        else:
            lead.values[name] = new
        _log_change(state, lead, name, old, new)


def merge_leads(state: State, winner: Lead, losers: Iterable[Lead]) -> None:
    """Merge losers into the winner: it keeps its values and takes theirs where it has none.

    Memberships, cookies, foreign ids, roles, custom objects and activities move to the winner.
    """
    merged = list(losers)
    for loser in merged:
        taken = {name: value for name, value in loser.values.items() if name not in winner.values}
        winner.values.update(taken)
        winner.cookies += [cookie for cookie in loser.cookies if cookie not in winner.cookies]
        winner.foreign = {**loser.foreign, **winner.foreign}
        _move_references(state, loser.id, winner.id)
        del state.leads[loser.id]
    ids = ",".join(str(loser.id) for loser in merged)
    activity = state.log(winner, MERGE_LEADS, (full_name(winner), winner.id), (("Merge IDs", ids),))
    winner.updated_at = activity.at


def delete_lead(state: State, lead: Lead) -> None:
    """Delete a lead; only the activity that says so stays behind."""
    state.log(lead, DELETE_LEAD, (full_name(lead), lead.id))
    del state.leads[lead.id]
    for static_list in state.lists.values():
        if lead.id in static_list.members:
            static_list.members.remove(lead.id)
    for program in state.programs.values():
        program.members.pop(lead.id, None)


def associate_cookie(state: State, lead: Lead, cookie: str) -> None:
    """Tie a cookie to a lead. An anonymous lead behind the cookie is taken over with its activities."""
    for other in [item for item in state.leads.values() if cookie in item.cookies and item is not lead]:
        other.cookies.remove(cookie)
        if other.anonymous:
            _move_references(state, other.id, lead.id)
            del state.leads[other.id]
    if cookie not in lead.cookies:
        lead.cookies.append(cookie)


def full_name(lead: Lead) -> str:
    """First and last name, or the address, or the number."""
    names = [to_text(lead.values[name]) for name in ("firstName", "lastName") if name in lead.values]
    return " ".join(names) or to_text(lead.values.get(EMAIL, lead.id))


def _matcher(field: str, wanted: set[str]) -> Callable[[Lead], bool]:
    if field == COOKIES:
        return lambda lead: any(cookie.casefold() in wanted for cookie in lead.cookies)
    if field == "leadOwnerEmail":
        return lambda lead: (lead.owner_email or "").casefold() in wanted

    def matches(lead: Lead) -> bool:
        value = lead_value(lead, field)
        return value is not None and to_text(value).casefold() in wanted

    return matches


def _log_change(state: State, lead: Lead, name: str, old: Value | None, new: Value | None) -> None:
    field = state.lead_fields.by_rest[name]
    attributes: list[tuple[str, Value]] = [
        ("New Value", "" if new is None else to_text(new)),
        ("Old Value", "" if old is None else to_text(old)),
        ("Reason", WEB_SERVICE),
        ("Source", WEB_SERVICE),
    ]
    activity = state.log(lead, CHANGE_DATA_VALUE, (field.label, field.id), attributes, field=name)
    lead.updated_at = activity.at


def _move_references(state: State, old: int, new: int) -> None:
    for static_list in state.lists.values():
        if old in static_list.members:
            static_list.members.remove(old)
            if new not in static_list.members:
                static_list.members.append(new)
    for program in state.programs.values():
        if old in program.members:
            status = program.members.pop(old)
            program.members.setdefault(new, status)
    for kind in (state.roles, *state.custom_types.values()):
        for name in [field for field, target in kind.links.items() if target == "Lead"]:
            for record in kind.records.values():
                if record.values.get(name) == old:
                    record.values[name] = new
    for activity in state.activities:
        if activity.lead_id == old:
            activity.lead_id = new
