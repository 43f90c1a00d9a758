"""The fields and keys of opportunities, roles and companies, and how the seed's custom objects are made."""

from collections.abc import Iterable

from marketo_migrate.simulator.lead_fields import FieldTable
from marketo_migrate.simulator.records import ObjectType
from marketo_migrate.simulator.values import DataType, Field

GUID_FIELD = ("marketoGUID", None, "Marketo GUID", DataType.STRING)
SYSTEM = (
    GUID_FIELD,
    ("createdAt", None, "Created At", DataType.DATETIME),
    ("updatedAt", None, "Updated At", DataType.DATETIME),
)
OPPORTUNITY = (
    ("externalOpportunityId", "ExternalOpportunityId", "External Opportunity Id", DataType.STRING),
    ("amount", "Amount", "Amount", DataType.CURRENCY),
    ("closeDate", "CloseDate", "Close Date", DataType.DATE),
    ("description", "Description", "Description", DataType.TEXT),
    ("expectedRevenue", "ExpectedRevenue", "Expected Revenue", DataType.CURRENCY),
    ("externalCreatedDate", "ExternalCreatedDate", "External Created Date", DataType.DATETIME),
    ("fiscal", "Fiscal", "Fiscal", DataType.STRING),
    ("fiscalQuarter", "FiscalQuarter", "Fiscal Quarter", DataType.STRING),
    ("fiscalYear", "FiscalYear", "Fiscal Year", DataType.STRING),
    ("forecastCategoryName", "ForecastCategoryName", "Forecast Category Name", DataType.STRING),
    ("isClosed", "IsClosed", "Is Closed", DataType.BOOLEAN),
    ("isWon", "IsWon", "Is Won", DataType.BOOLEAN),
    ("lastActivityDate", "LastActivityDate", "Last Activity Date", DataType.DATE),
    ("source", "LeadSource", "Source", DataType.STRING),
    ("name", "Name", "Name", DataType.STRING),
    ("nextStep", "NextStep", "Next Step", DataType.STRING),
    ("probability", "Probability", "Probability", DataType.INTEGER),
    ("quantity", "Quantity", "Quantity", DataType.FLOAT),
    ("stage", "Stage", "Stage", DataType.STRING),
    ("type", "Type", "Type", DataType.STRING),
)
ROLE = (
    ("externalOpportunityId", "OpportunityId", "External Opportunity Id", DataType.STRING),
    ("leadId", "PersonId", "Lead Id", DataType.INTEGER),
    ("role", "Role", "Role", DataType.STRING),
    ("isPrimary", "IsPrimary", "Is Primary", DataType.BOOLEAN),
    ("externalCreatedDate", "ExternalCreatedDate", "External Created Date", DataType.DATETIME),
)
COMPANY = (
    ("id", None, "Id", DataType.INTEGER),
    ("externalCompanyId", None, "External Company Id", DataType.STRING),
    ("company", None, "Company Name", DataType.STRING),
    ("annualRevenue", None, "Annual Revenue", DataType.CURRENCY),
    ("industry", None, "Industry", DataType.STRING),
    ("website", None, "Website", DataType.URL),
    ("numberOfEmployees", None, "Num Employees", DataType.INTEGER),
)


def opportunity_type() -> ObjectType:
    """Opportunities: keyed by externalOpportunityId; only the keys can be searched."""
    keys = ("externalOpportunityId",)
    return ObjectType(
        "opportunity",
        "Opportunity",
        "Opportunity",
        _table(OPPORTUNITY),
        keys,
        (keys, ("marketoGUID",)),
        {},
        ("name",),
    )


def role_type() -> ObjectType:
    """Opportunity roles: keyed by opportunity, lead and role. SOAP's OpportunityId is Marketo's number."""
    keys = ("externalOpportunityId", "leadId", "role")
    searchable = (keys, ("marketoGUID",), ("leadId",), ("externalOpportunityId",))
    links = {"leadId": "Lead", "externalOpportunityId": "Opportunity"}
    return ObjectType(
        "opportunityRole", "OpportunityPersonRole", "Opportunity Role", _table(ROLE), keys, searchable, links
    )


def company_type() -> ObjectType:
    """Companies: keyed by externalCompanyId; SOAP has no operation for them."""
    keys = ("externalCompanyId",)
    searchable = (keys, ("id",), ("company",))
    return ObjectType("company", "Company", "Company", _table(COMPANY), keys, searchable, id_field="id")


def custom_type(
    name: str,
    soap_name: str,
    fields: Iterable[tuple[str, str | None, str, DataType]],
    dedupe: tuple[str, ...],
    link: str,
) -> ObjectType:
    """A custom object type. `link` is the field that holds the lead's id; SOAP calls it MKTOID."""
    searchable = tuple(dict.fromkeys((dedupe, ("marketoGUID",), (link,))))
    return ObjectType(name, soap_name, soap_name, _table(fields), dedupe, searchable, {link: "Lead"})


def _table(rows: Iterable[tuple[str, str | None, str, DataType]]) -> FieldTable:
    system = [Field(index, *row, updateable=False) for index, row in enumerate(SYSTEM, 1)]
    own = [Field(index, *row, custom=True) for index, row in enumerate(rows, len(system) + 1)]
    return FieldTable([*system, *own])
