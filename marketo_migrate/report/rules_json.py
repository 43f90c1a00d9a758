"""The rules for programs: a list of all, or one with everything it says, as JSON."""

import json
from typing import TypeAlias

from marketo_migrate.model.rules import IntegrationRule, OperationRule, PathMap, Ruleset, Variant

SCHEMA_VERSION = 1

_Json: TypeAlias = "str | int | bool | list[_Json] | dict[str, _Json] | None"


def render_list(ruleset: Ruleset) -> str:
    """Every rule with its code, name, kind, summary and REST operations."""
    every: tuple[OperationRule | IntegrationRule, ...] = (*ruleset.operations, *ruleset.integration)
    rules: list[_Json] = [_head(rule, ruleset) for rule in every]
    return _dump({"schema_version": SCHEMA_VERSION, "rules": rules})


def render_rule(rule: OperationRule | IntegrationRule, ruleset: Ruleset) -> str:
    """One rule with everything it says."""
    details = _operation(rule) if isinstance(rule, OperationRule) else _integration(rule)
    return _dump({"schema_version": SCHEMA_VERSION, "rule": {**_head(rule, ruleset), **details}})


def _head(rule: OperationRule | IntegrationRule, ruleset: Ruleset) -> dict[str, _Json]:
    head: dict[str, _Json] = {
        "code": rule.code,
        "name": rule.name,
        "kind": "call" if isinstance(rule, OperationRule) else rule.kind.value,
        "operation": rule.name if isinstance(rule, OperationRule) else None,
        "summary": rule.summary,
        "docs": list(rule.docs),
    }
    if isinstance(rule, OperationRule):
        head["rest"] = [
            {
                "operation_id": use.operation_id,
                "method": ruleset.endpoints[use.operation_id].method,
                "path": ruleset.endpoints[use.operation_id].path,
                "docs": ruleset.endpoints[use.operation_id].docs,
                "role": use.role,
                "documented": use.documented,
            }
            for use in rule.rest
        ]
    return head


def _operation(rule: OperationRule) -> dict[str, _Json]:
    return {
        "aliases": list(rule.aliases),
        "area": rule.area,
        "since": rule.since,
        "disagreement": rule.table.disagreement,
        "request": [_path(path) for path in rule.request],
        "response": [_path(path) for path in rule.response],
        "limits": {"soap": list(rule.soap_limits), "rest": list(rule.rest_limits)},
        "faults": [
            {"soap": fault.soap, "meaning": fault.meaning, "rest": fault.rest} for fault in rule.faults
        ],
        "pitfalls": list(rule.pitfalls),
        "variants": [_variant(variant) for variant in rule.variants],
    }


def _integration(rule: IntegrationRule) -> dict[str, _Json]:
    return {
        "advice": rule.advice,
        "pitfalls": list(rule.pitfalls),
        "before": rule.before,
        "after": rule.after,
    }


def _path(path: PathMap) -> _Json:
    return {"soap": path.soap, "rest": path.rest, "values": dict(path.values), "note": path.note}


def _variant(variant: Variant) -> _Json:
    return {
        "id": variant.id,
        "fix": variant.tier.value,
        "conditions": list(variant.conditions),
        "preconditions": list(variant.preconditions),
        "assumptions": list(variant.assumptions),
        "why": variant.why,
        "targets": dict(variant.targets),
    }


def _dump(document: _Json) -> str:
    return json.dumps(document, indent=2) + "\n"
