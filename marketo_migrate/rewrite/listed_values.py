"""Values that REST reads as lists parted by commas, where SOAP took one text."""

from marketo_migrate.model.matching import at_path
from marketo_migrate.model.request import Leaf
from marketo_migrate.model.rules import OperationRule
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.tree import Record, as_record

_LISTED = frozenset({"filterValues", "leadIds", "input.leads[].id", "name", "programName"})
"""The parameters of queries, also of those that look a lead, list or campaign up; nothing in them escapes a comma."""


def check_listed_values(rule: OperationRule, request: Record) -> None:
    """Raise `Unconvertible` where a value is known to hold a comma: REST would look for two others.

    That a value which is not known holds none is the assumption ONE_KEY of the rules.
    """
    tree = as_record(request)
    for mapping in rule.request:
        if mapping.rest not in _LISTED:
            continue
        for value in at_path(tree, mapping.soap)[0]:
            for text in (value.constant, *value.among, *value.seen) if isinstance(value, Leaf) else ():
                if isinstance(text, str) and "," in text:
                    raise Unconvertible(f"REST takes the comma in {text!r} as one between two values")
