"""The activity types of a simulated instance: those of the rules, with their primary attributes."""

from functools import cache

from marketo_migrate.model.record import record
from marketo_migrate.simulator.facts import activity_types

NEW_LEAD = "NewLead"
CHANGE_DATA_VALUE = "ChangeDataValue"
ADD_TO_LIST = "AddToList"
REMOVE_FROM_LIST = "RemoveFromList"
MERGE_LEADS = "MergeLeads"
DELETE_LEAD = "DeleteLead"
FILL_OUT_FORM = "FillOutForm"
PUSH_LEAD = "Push Lead to Marketo"

PRIMARY = {
    "Visit Webpage": "Webpage ID",
    "Fill Out Form": "Webform ID",
    "Click Link": "Link ID",
    "New Lead": "Created At",
    "Change Data Value": "Attribute Name",
    "Change Score": "Score Name",
    "Add to List": "List ID",
    "Remove from List": "List ID",
    "Merge Leads": "Lead ID",
    "Delete Lead": "Lead ID",
    "Push Lead to Marketo": "Source",
}
"""The attribute that REST puts outside the list of attributes; types about mailings have Mailing ID."""


@record
class ActivityType:
    """An activity type. `soap` is its value in the WSDL's enumeration, or its name where that has none."""

    soap: str
    name: str
    rest_id: int | None
    primary: str


@cache
def all_types() -> tuple[ActivityType, ...]:
    """The types that have a display name; those without a REST id are in SOAP only."""
    return tuple(
        ActivityType(item.soap or item.name, item.name, item.rest_id, _primary(item.name))
        for item in activity_types()
        if item.name is not None
    )


@cache
def type_of(soap: str) -> ActivityType:
    """The type with this value in SOAP's enumeration (or this name)."""
    return next(item for item in all_types() if item.soap == soap)


def _primary(name: str) -> str:
    return PRIMARY.get(name, "Mailing ID" if "Email" in name else "Asset Name")
