"""The rules as data: what replaces each SOAP operation, what to say about all that surrounds it."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from marketo_migrate.model.finding import Kind, Tier
from marketo_migrate.model.record import record
from marketo_migrate.model.rest import Endpoint, Scalar, Target
from marketo_migrate.model.soap import SoapFacts


class Check(StrEnum):
    """What a condition asks of the values at its path. A path with `[]` asks it of every element.

    `IN` holds for a constant among the values given (null stands for: not given, None or ""), `NOT_IN` for
    any other constant. `ABSENT` holds for what is not given, None or "" (so does what lies below it),
    `PRESENT` for what is given and not known to be one of these; `PRESENT_IN_ANY` asks it of one element
    at least. `MAX_ITEMS` holds for a list known to be that short. `CONSTANT` asks for a known value, `TYPE`
    for the named xsi:type, `DISTINCT` for constants that all differ. `KNOWN_FIELD` wants constants that are
    lead fields with a REST name that may be written, not company fields; `COMPANY_FIELD` holds when one
    constant at least is a company field. `USE` asks nothing of the request: it holds when the code around
    the call is known to do what the condition's value says (see `Use`).
    """

    IN = "in"
    NOT_IN = "not_in"
    ABSENT = "absent"
    PRESENT = "present"
    PRESENT_IN_ANY = "present_in_any"
    MAX_ITEMS = "max_items"
    CONSTANT = "constant"
    TYPE = "type"
    DISTINCT = "distinct"
    KNOWN_FIELD = "known_field"
    COMPANY_FIELD = "company_field"
    USE = "use"


class Use(StrEnum):
    """What the code around a call does, as far as a variant depends on it."""

    FAULT_HANDLED = "fault-handled"
    ALL_ATTRIBUTES_READ = "all-attributes-read"
    TYPED_ATTRIBUTE_READ = "typed-attribute-read"
    FOREIGN_ID_READ = "foreign-id-read"
    LEAD_RECORD_READ = "lead-record-read"
    STATUS_IGNORED = "status-ignored"
    STATUSES_READ = "statuses-read"
    NAMES_READ = "names-read"
    CONTEXT_HEADER = "context-header"
    IMPORT_IN_UNIT = "import-in-unit"
    KEY_CHOSEN = "key-chosen"


@record
class Condition:
    """One check of the request.

    `values` belong to `IN` and `NOT_IN`, `number` to `MAX_ITEMS`, `name` to `TYPE`, `use` to `USE`. What is
    not known of the request makes a condition fail, never hold.
    """

    path: str
    check: Check
    values: tuple[Scalar, ...] = ()
    number: int = 0
    name: str = ""
    use: Use | None = None


@record
class RestUse:
    """A REST operation that takes part in a replacement. `documented`: Adobe's migration table lists it."""

    operation_id: str
    role: str
    documented: bool


@record
class TableRow:
    """The row of Adobe's migration table: its label, the links it gives, and where the OpenAPI disagrees."""

    label: str
    listed: tuple[str, ...]
    disagreement: str | None


@record
class PathMap:
    """A SOAP path and its REST counterpart (None: there is none).

    In a request map `rest` names a parameter or body field of one of the rule's operations, in a response
    map a path in the REST `result` list (`[].id`). `values` translates constants (CREATED to created).
    `conversion` makes SOAP's value of the REST one: an expression with `{}` for that value, or None.
    `missing` is what SOAP gave where REST leaves the value out (None: it never does). An `identifier` is
    another value in REST, a text: it names the same thing, but is no number.
    """

    soap: str
    rest: str | None
    values: tuple[tuple[str, str | None], ...]
    note: str | None
    conversion: str | None = None
    missing: str | None = None
    identifier: bool = False


@record
class Fault:
    """A SOAP fault code (None: not a fault) and what REST does instead."""

    soap: str | None
    meaning: str
    rest: str


@record
class Rewriting:
    """How a call of a variant is rewritten: an expression for each target, and what it gives.

    `result` says what the expression gives: the "list" or the only "item" that the response map is
    about, a "flag", "raises" (it worked if nothing is raised), or "nothing" that could be used. `guard`
    is what SOAP answered with a fault: "found" (an empty list), "written" (a skipped record). `after`
    holds a statement behind the call, `reread` an expression for the record written, by target;
    `response` lines go before the rule's own. `fields` are the attributes of an object that is no lead:
    SOAP name, REST name, REST data type. Where the list at the path `maybe_empty` may have no items,
    `calls_maybe_empty` are the expressions.
    """

    result: str
    guard: str | None
    calls: Mapping[str, str]
    after: Mapping[str, str]
    reread: Mapping[str, str]
    response: tuple[PathMap, ...] = ()
    fields: tuple[tuple[str, str, str], ...] = ()
    maybe_empty: str | None = None
    calls_maybe_empty: Mapping[str, str] = field(default_factory=dict)


@record
class Variant:
    """One way a call can look, and what it becomes.

    The first variant of a rule whose `match` holds applies; the last one has none. `conditions` say in
    words what else must hold for `tier`; `preconditions` and `assumptions` name terms of `Ruleset.terms`.
    `why` is for readers: why the tier is not safe. `targets` holds a snippet template by target name,
    `rewrite` what `fix` writes (None: nothing).
    """

    id: str
    tier: Tier
    conditions: tuple[str, ...]
    match: tuple[Condition, ...]
    preconditions: tuple[str, ...]
    assumptions: tuple[str, ...]
    why: str | None
    targets: Mapping[str, str]
    rewrite: Rewriting | None = None


@record
class OperationRule:
    """The rule for one SOAP operation. `distinctive`: the name alone is not used by other vendors' APIs.

    `soap_form` is, by SOAP library, the expression that gives REST's answer the form that it had in SOAP.
    """

    code: str
    name: str
    aliases: tuple[str, ...]
    area: str
    since: str
    summary: str
    docs: tuple[str, ...]
    distinctive: bool
    rest: tuple[RestUse, ...]
    table: TableRow
    request: tuple[PathMap, ...]
    response: tuple[PathMap, ...]
    variants: tuple[Variant, ...]
    soap_limits: tuple[str, ...]
    rest_limits: tuple[str, ...]
    faults: tuple[Fault, ...]
    pitfalls: tuple[str, ...]
    source: str
    soap_form: Mapping[str, str] = field(default_factory=dict)

    def variant(self, name: str) -> Variant | None:
        """The variant with that id."""
        return next((item for item in self.variants if item.id == name), None)


@record
class IntegrationRule:
    """A rule for what surrounds the calls. `message` has `${…}` placeholders, named in `placeholders`."""

    code: str
    name: str
    kind: Kind
    summary: str
    message: str
    placeholders: tuple[str, ...]
    advice: str
    pitfalls: tuple[str, ...]
    docs: tuple[str, ...]
    before: str
    after: str
    source: str


@record
class LeadField:
    """A standard lead field. `soap` is None where SOAP had none; `type` is the REST data type."""

    rest: str
    soap: str | None
    label: str
    type: str
    company: bool
    writable: bool


@record(eq=False)
class LeadFields:
    """The standard lead fields, and SOAP names that have no REST field (with the reason)."""

    fields: tuple[LeadField, ...]
    without_rest: Mapping[str, str]

    def by_soap(self, name: str) -> LeadField | None:
        """The field whose SOAP attribute name is `name`."""
        return next((field for field in self.fields if field.soap == name), None)

    def by_rest(self, name: str) -> LeadField | None:
        """The field whose REST name is `name`."""
        return next((field for field in self.fields if field.rest == name), None)

    def by_label(self, label: str) -> LeadField | None:
        """The field whose label (as list imports write it) is `label`."""
        return next((field for field in self.fields if field.label == label), None)


@record
class ActivityType:
    """An activity type: value of the WSDL's enumeration, display name, REST id; None where not known."""

    soap: str | None
    name: str | None
    rest_id: int | None
    certain: bool


@record
class Term:
    """A precondition (P1, …) or an assumption (EMAIL_UNIQUE, …) in words."""

    id: str
    kind: str
    meaning: str


@record(eq=False)
class Ruleset:
    """Everything the rules say, with lookups. Mappings keep the order of the files."""

    operations: tuple[OperationRule, ...]
    integration: tuple[IntegrationRule, ...]
    soap: SoapFacts
    endpoints: Mapping[str, Endpoint]
    targets: Mapping[str, Target]
    lead_fields: LeadFields
    activity_types: tuple[ActivityType, ...]
    terms: Mapping[str, Term]
    names: Mapping[str, OperationRule]
    codes: Mapping[str, OperationRule | IntegrationRule]

    def operation(self, name: str) -> OperationRule | None:
        """The rule for a SOAP operation, by its WSDL name or an alias; case counts."""
        return self.names.get(name)

    def rule(self, code: str) -> OperationRule | IntegrationRule | None:
        """The rule with a code such as MKT101."""
        return self.codes.get(code)

    def find(self, text: str) -> OperationRule | IntegrationRule | None:
        """A rule as a person names it: code, operation, alias or integration name, in any case."""
        wanted = text.casefold()
        rules: tuple[OperationRule | IntegrationRule, ...] = (*self.operations, *self.integration)
        for rule in rules:
            aliases = rule.aliases if isinstance(rule, OperationRule) else ()
            if wanted in {name.casefold() for name in (rule.code, rule.name, *aliases)}:
                return rule
        return None

    def integration_rule(self, name: str) -> IntegrationRule | None:
        """The integration rule with a name such as `client-construction`."""
        return next((rule for rule in self.integration if rule.name == name), None)

    def activity_type(self, name: str) -> ActivityType | None:
        """The activity type with that enumeration value or display name."""
        return next((item for item in self.activity_types if name in (item.soap, item.name)), None)
