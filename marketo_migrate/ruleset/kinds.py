"""The kinds of rule files: where they lie, which JSON Schema they follow, and whether users may add them."""

import json
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final

from marketo_migrate.model.record import record
from marketo_migrate.ruleset.locate import shipped_directory

if TYPE_CHECKING:
    from marketo_migrate.ruleset.schema import Checker


class RuleKind(Enum):
    """A kind of rule file, in the order in which they are read."""

    SOAP = "soap-types"
    REST = "rest-endpoints"
    LEAD_FIELDS = "lead-fields"
    ACTIVITY_TYPES = "activity-types"
    TERMS = "terms"
    TARGET = "target"
    OPERATION = "operation"
    INTEGRATION = "integration"
    CLIENT = "client"


@record
class Place:
    """Where files of a kind lie. `identity` is the key that makes two files the same rule.

    `user` says whether a user's directory may hold files of this kind.
    """

    pattern: str
    identity: str | None = None
    user: bool = False

    @property
    def folder(self) -> str:
        """The folder's name."""
        return self.pattern.partition("/")[0]


KINDS: Final = {
    RuleKind.SOAP: Place("soap/types.yml"),
    RuleKind.REST: Place("rest/endpoints.yml"),
    RuleKind.LEAD_FIELDS: Place("fields/lead.yml"),
    RuleKind.ACTIVITY_TYPES: Place("activities/types.yml"),
    RuleKind.TERMS: Place("terms.yml"),
    RuleKind.TARGET: Place("targets/*.yml", identity="target"),
    RuleKind.OPERATION: Place("operations/*.yml", identity="name", user=True),
    RuleKind.INTEGRATION: Place("integration/*.yml", identity="code", user=True),
    RuleKind.CLIENT: Place("clients/*.yml", user=True),
}


@cache
def checker_for(kind: RuleKind) -> "Checker":
    """What checks files of a kind: the JSON Schema `rules/schema/<kind>.json`, compiled."""
    from marketo_migrate.ruleset.schema import compile_schema  # noqa: PLC0415 - compiled rules need none

    text = (shipped_directory() / "schema" / f"{kind.value}.json").read_text(encoding="utf-8")
    return compile_schema(json.loads(text))
