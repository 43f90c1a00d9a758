"""Turns the checked name tables (`fields/lead.yml`, `activities/types.yml`) into model values."""

from typing import Any

from marketo_migrate.model.rules import ActivityType, LeadField, LeadFields


def build_lead_fields(data: Any) -> LeadFields:
    """The standard lead fields of a checked document."""
    fields = tuple(
        LeadField(
            rest=item["rest"],
            soap=item["soap"],
            label=item["label"],
            type=item.get("type", "string"),
            company=item.get("company", False),
            writable=item.get("writable", True),
        )
        for item in data["fields"]
    )
    return LeadFields(fields, dict(data["without_rest"]))


def build_activity_types(data: Any) -> tuple[ActivityType, ...]:
    """The activity types of a checked document."""
    return tuple(
        ActivityType(item.get("soap"), item.get("name"), item.get("id"), item.get("certain", True))
        for item in data["types"]
    )
