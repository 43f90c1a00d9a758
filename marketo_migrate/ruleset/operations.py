"""Turns checked rule documents into operation rules, integration rules and terms."""

from typing import Any

from marketo_migrate.model.finding import Kind, Tier
from marketo_migrate.model.rules import (
    Check,
    Condition,
    Fault,
    IntegrationRule,
    OperationRule,
    PathMap,
    RestUse,
    Rewriting,
    TableRow,
    Term,
    Use,
    Variant,
)
from marketo_migrate.model.template import placeholder_names
from marketo_migrate.ruleset.rule_file import RuleFile


def build_operation(document: RuleFile) -> OperationRule:
    """The rule in a document that its schema and the cross-checks accept."""
    data = document.data
    limits = data.get("limits", {})
    return OperationRule(
        code=data["code"],
        name=data["name"],
        aliases=tuple(data.get("aliases", ())),
        area=data["area"],
        since=data["since"],
        summary=data["summary"].strip(),
        docs=tuple(data["docs"]),
        distinctive=data["distinctive"],
        rest=tuple(_rest_use(item) for item in data["rest"]),
        table=_table(data["table"]),
        request=tuple(_path_map(item) for item in data["request"]),
        response=tuple(_path_map(item) for item in data["response"]),
        variants=tuple(_variant(item) for item in data["variants"]),
        soap_limits=tuple(limits.get("soap", ())),
        rest_limits=tuple(limits.get("rest", ())),
        faults=tuple(
            Fault(item.get("soap"), item["meaning"], item["rest"]) for item in data.get("faults", ())
        ),
        pitfalls=_texts(data.get("pitfalls", ())),
        source=document.name,
        soap_form=dict(data.get("soap_form", {})),
    )


def build_integration(document: RuleFile) -> IntegrationRule:
    """The integration rule in a checked document."""
    data = document.data
    return IntegrationRule(
        code=data["code"],
        name=data["name"],
        kind=Kind(data["kind"]),
        summary=data["summary"].strip(),
        message=data["message"].strip(),
        placeholders=placeholder_names(data["message"]),
        advice=data["advice"].strip(),
        pitfalls=_texts(data.get("pitfalls", ())),
        docs=tuple(data["docs"]),
        before=data["example"]["before"],
        after=data["example"]["after"],
        source=document.name,
    )


def build_terms(data: Any) -> dict[str, Term]:
    """The preconditions and assumptions by id."""
    terms = [
        Term(name, kind, meaning.strip())
        for kind, group in (("precondition", "preconditions"), ("assumption", "assumptions"))
        for name, meaning in data[group].items()
    ]
    return {term.id: term for term in terms}


def build_condition(item: dict[str, Any]) -> Condition:
    """A condition of a variant's `match`; the schema and cross-checks leave exactly one check in it."""
    path = item.get("path", "")
    (name,) = item.keys() - {"path"}
    value = item[name]
    match check := Check(name):
        case Check.IN | Check.NOT_IN:
            return Condition(path, check, values=tuple(value))
        case Check.MAX_ITEMS:
            return Condition(path, check, number=value)
        case Check.TYPE:
            return Condition(path, check, name=value)
        case Check.USE:
            return Condition(path, check, use=Use(value))
        case _:
            return Condition(path, check)


def _variant(item: dict[str, Any]) -> Variant:
    why = item.get("why")
    return Variant(
        id=item["id"],
        tier=Tier(item["tier"]),
        conditions=_texts(item.get("conditions", ())),
        match=tuple(build_condition(condition) for condition in item.get("match", ())),
        preconditions=tuple(item.get("preconditions", ())),
        assumptions=tuple(item.get("assumptions", ())),
        why=why.strip() if why else None,
        targets=dict(item.get("targets", {})),
        rewrite=_rewriting(item["rewrite"]) if "rewrite" in item else None,
    )


def _rewriting(item: dict[str, Any]) -> Rewriting:
    return Rewriting(
        item["result"],
        item.get("guard"),
        dict(item["calls"]),
        dict(item.get("after", {})),
        dict(item.get("reread", {})),
        tuple(_path_map(line) for line in item.get("response", ())),
        tuple((soap, line["rest"], line["type"]) for soap, line in item.get("fields", {}).items()),
        item.get("maybe_empty", {}).get("path"),
        dict(item.get("maybe_empty", {}).get("calls", {})),
    )


def _rest_use(item: dict[str, Any]) -> RestUse:
    return RestUse(item["operation"], item["role"], item.get("documented", False))


def _table(item: dict[str, Any]) -> TableRow:
    disagreement = item.get("disagreement")
    return TableRow(item["label"], tuple(item["listed"]), disagreement.strip() if disagreement else None)


def _path_map(item: dict[str, Any]) -> PathMap:
    return PathMap(
        item["soap"],
        item["rest"],
        tuple(item.get("values", {}).items()),
        item.get("note"),
        item.get("as"),
        item.get("missing"),
        item.get("identifier", False),
    )


def _texts(items: Any) -> tuple[str, ...]:
    return tuple(item.strip() for item in items)
