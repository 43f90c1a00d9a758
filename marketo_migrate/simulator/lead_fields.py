"""The lead fields of a simulated instance: the standard fields of the rules, the CRM's ids, and its own."""

from collections.abc import Iterable, Iterator

from marketo_migrate.simulator.facts import standard_lead_fields
from marketo_migrate.simulator.values import DataType, Field

CRM_FIELDS = (
    ("leadPartitionId", "Lead Partition ID", DataType.INTEGER),
    ("sfdcLeadId", "SFDC Lead ID", DataType.STRING),
    ("sfdcContactId", "SFDC Contact ID", DataType.STRING),
    ("sfdcAccountId", "SFDC Account ID", DataType.STRING),
    ("sfdcLeadOwnerId", "SFDC Lead Owner ID", DataType.STRING),
    ("sfdcOpptyId", "SFDC Opportunity ID", DataType.STRING),
)
"""Fields that Adobe documents for filters; SOAP reached them as lead keys, not as attributes."""

SEARCHABLE = frozenset({"id", "email", *(name for name, _, _ in CRM_FIELDS)})
LENGTHS = {
    DataType.TEXT: 2000,
    DataType.STRING: 255,
    DataType.EMAIL: 255,
    DataType.PHONE: 255,
    DataType.URL: 255,
}


class FieldTable:
    """The fields of one kind of record, by REST name, SOAP name and label."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.by_rest = {field.rest: field for field in fields}
        self.by_soap = {field.soap: field for field in self.by_rest.values() if field.soap is not None}
        self.by_label = {field.label: field for field in self.by_rest.values()}

    def __iter__(self) -> Iterator[Field]:
        return iter(self.by_rest.values())


def lead_fields(custom: Iterable[Field] = ()) -> FieldTable:
    """The standard fields and the instance's own."""
    return FieldTable((*_standard(), *custom))


def _standard() -> Iterator[Field]:
    number = 0
    for item in standard_lead_fields():
        number += 1
        kind = DataType(item.type)
        yield Field(
            number,
            item.rest,
            item.soap,
            item.label,
            kind,
            LENGTHS.get(kind),
            updateable=item.writable,
            searchable=item.rest in SEARCHABLE,
            company=item.company,
        )
    for rest, label, kind in CRM_FIELDS:
        number += 1
        yield Field(number, rest, None, label, kind, LENGTHS.get(kind), updateable=False, searchable=True)
    yield Field(number + 1, "externalCompanyId", None, "External Company Id")
