"""The rules the simulator is built from: SOAP types, REST endpoints, lead fields, activity types.

Only these four files are read, so that a simulated instance starts quickly and whatever a rule file in the
making says. The loader checks all of them against each other; the simulator's tests rely on that.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from marketo_migrate.errors import RuleError
from marketo_migrate.model.rest import Endpoint
from marketo_migrate.model.rules import ActivityType, LeadField
from marketo_migrate.model.soap import SoapFacts
from marketo_migrate.ruleset.document import read_document
from marketo_migrate.ruleset.fields import build_activity_types, build_lead_fields
from marketo_migrate.ruleset.locate import shipped_directory
from marketo_migrate.ruleset.rest import build_endpoints
from marketo_migrate.ruleset.soap import build_soap


@cache
def soap_facts() -> SoapFacts:
    """The SOAP interface by version, from rules/soap/types.yml."""
    return build_soap(_data("soap/types.yml"))


@cache
def endpoints() -> Mapping[str, Endpoint]:
    """The REST operations by operation id, from rules/rest/endpoints.yml."""
    return build_endpoints(_data("rest/endpoints.yml"))


@cache
def standard_lead_fields() -> tuple[LeadField, ...]:
    """The standard lead fields, from rules/fields/lead.yml."""
    return build_lead_fields(_data("fields/lead.yml")).fields


@cache
def activity_types() -> tuple[ActivityType, ...]:
    """The activity types, from rules/activities/types.yml."""
    return build_activity_types(_data("activities/types.yml"))


def _data(name: str) -> Any:
    problems: list[str] = []
    document = read_document(shipped_directory() / name, f"rules/{name}", problems)
    if document is None:
        raise RuleError(tuple(problems))
    return document.data
