"""The rules the simulator is built from: SOAP types, REST endpoints, lead fields, activity types."""

from collections.abc import Mapping
from functools import cache

from marketo_migrate.model.rest import Endpoint
from marketo_migrate.model.rules import ActivityType, LeadField, Ruleset
from marketo_migrate.model.soap import SoapFacts
from marketo_migrate.ruleset.load import load


def soap_facts() -> SoapFacts:
    """The SOAP interface by version, from rules/soap/types.yml."""
    return _rules().soap


def endpoints() -> Mapping[str, Endpoint]:
    """The REST operations by operation id, from rules/rest/endpoints.yml."""
    return _rules().endpoints


def standard_lead_fields() -> tuple[LeadField, ...]:
    """The standard lead fields, from rules/fields/lead.yml."""
    return _rules().lead_fields.fields


def activity_types() -> tuple[ActivityType, ...]:
    """The activity types, from rules/activities/types.yml."""
    return _rules().activity_types


@cache
def _rules() -> Ruleset:
    return load()
