"""SOAP attribute names and the REST fields they mean: the standard fields, and those of a describe file."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from marketo_migrate.model.record import record
from marketo_migrate.model.rules import LeadFields

STRINGS = frozenset({"text", "string", "email", "phone", "url", "reference", "date", "textarea", "picklist"})
"""REST data types whose values are the same text in SOAP."""

NUMBERS = frozenset({"integer", "score", "percent"})
"""REST data types whose values are whole numbers: str() gives SOAP's text."""


@record
class FieldName:
    """A lead field: its names in both APIs, its REST data type, whether it may be written."""

    soap: str
    rest: str
    type: str
    writable: bool = True
    company: bool = False

    @property
    def is_text(self) -> bool:
        """Whether REST gives the same text as SOAP."""
        return self.type in STRINGS

    @property
    def is_boolean(self) -> bool:
        """Whether REST gives true or false where SOAP gave these words as text."""
        return self.type == "boolean"

    @property
    def is_number(self) -> bool:
        """Whether REST gives a whole number where SOAP gave its digits."""
        return self.type in NUMBERS


class FieldNames:
    """Looks fields up by their SOAP name. `described` comes from the user's describe file and goes first."""

    def __init__(self, standard: LeadFields, described: Mapping[str, FieldName]) -> None:
        self._standard = standard
        self._described = described

    def find(self, soap: str) -> FieldName | None:
        """The field with a SOAP attribute name, None where nothing tells its REST name."""
        field = self._standard.by_soap(soap)
        if soap in self._described:
            described = self._described[soap]
            return replace(described, company=field.company) if field is not None else described
        if field is None:
            return None
        return FieldName(soap, field.rest, field.type, field.writable, field.company)

    def of(self, fields: Iterable[tuple[str, str, str]]) -> "FieldNames":
        """The names for an object whose attributes are `fields` (SOAP name, REST name, type); none: leads."""
        known = {soap: FieldName(soap, rest, kind) for soap, rest, kind in fields}
        return OtherNames(self._standard, known) if known else self

    @property
    def described(self) -> bool:
        """Whether a describe file was given."""
        return bool(self._described)


class OtherNames(FieldNames):
    """The names of an object that is no lead; `*` stands for every name, which is the same in REST then."""

    def find(self, soap: str) -> FieldName | None:
        """The field with a SOAP name."""
        every = self._described.get("*")
        return FieldName(soap, soap, every.type) if every is not None else self._described.get(soap)
