"""Static lists and their members, and list imports, as both faces see them."""

from marketo_migrate.simulator.activity_types import ADD_TO_LIST, REMOVE_FROM_LIST
from marketo_migrate.simulator.records import Lead, StaticList
from marketo_migrate.simulator.state import State


def add_member(state: State, static_list: StaticList, lead: Lead) -> None:
    """Put a lead on a list and log it; a lead that is on it already stays there silently."""
    if lead.id in static_list.members:
        return
    static_list.members.append(lead.id)
    activity = state.log(lead, ADD_TO_LIST, (static_list.name, static_list.id))
    static_list.updated_at = activity.at


def remove_member(state: State, static_list: StaticList, lead: Lead) -> bool:
    """Take a lead off a list and log it; False where it was not on it."""
    if lead.id not in static_list.members:
        return False
    static_list.members.remove(lead.id)
    activity = state.log(lead, REMOVE_FROM_LIST, (static_list.name, static_list.id))
    static_list.updated_at = activity.at
    return True


def members(state: State, static_list: StaticList) -> list[Lead]:
    """The known members of a list, in the order of their ids."""
    return [state.leads[number] for number in sorted(static_list.members) if number in state.leads]
