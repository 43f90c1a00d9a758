"""The rules for people: a list of all, or one explained. Plain text; code and addresses are never broken."""

from collections.abc import Iterable, Mapping, Sequence
from textwrap import dedent, indent, wrap

from marketo_migrate.model.rest import Endpoint
from marketo_migrate.model.rules import Fault, IntegrationRule, OperationRule, PathMap, Ruleset, Term, Variant
from marketo_migrate.model.template import fill

_WIDTH = 100
_TABLE_WIDTH = 120
_TIERS = {
    "safe": "can be rewritten: same behaviour",
    "review": "can be rewritten; behaviour may differ as stated",
    "none": "advice only",
}


def render_list(ruleset: Ruleset) -> str:
    """All rules, a line each: code, name, and the REST operations or what the rule is about."""
    operations = [
        (rule.code, rule.name, _replacements(rule, ruleset.endpoints)) for rule in ruleset.operations
    ]
    integration = [(rule.code, rule.name, rule.summary) for rule in ruleset.integration]
    lines = ["SOAP methods", *_table(operations)]
    if integration:
        lines += ["", "Around the calls", *_table(integration)]
    lines += ["", "Explain one: marketo-migrate rules NAME"]
    return "\n".join(lines) + "\n"


def render_rule(rule: OperationRule | IntegrationRule, ruleset: Ruleset) -> str:
    """Everything a rule says."""
    if isinstance(rule, OperationRule):
        lines = _explain_operation(rule, ruleset)
    else:
        lines = _explain_integration(rule)
    return "\n".join(lines).rstrip() + "\n"


def _explain_operation(rule: OperationRule, ruleset: Ruleset) -> list[str]:
    also = f" (also written {', '.join(rule.aliases)})" if rule.aliases else ""
    lines = [f"{rule.code} {rule.name}{also}", "", *wrap(rule.summary, _WIDTH)]
    lines += _section("REST operations", _operation_lines(rule, ruleset.endpoints))
    if rule.table.disagreement:
        lines += _section(
            "Adobe's migration table and the OpenAPI disagree", _bullets([rule.table.disagreement])
        )
    lines += _section("Request", _path_lines(rule.request))
    lines += _section("Response", _path_lines(rule.response))
    lines += _section("Faults", _fault_lines(rule.faults))
    limits = [f"SOAP: {limit}" for limit in rule.soap_limits] + [
        f"REST: {limit}" for limit in rule.rest_limits
    ]
    lines += _section("Limits", _bullets(limits))
    lines += _section("Pitfalls", _bullets(rule.pitfalls))
    for variant in rule.variants:
        lines += _variant_lines(variant)
    lines += _section("Terms", _term_lines(rule.variants, ruleset.terms))
    return lines + _section("Documentation", list(rule.docs))


def _explain_integration(rule: IntegrationRule) -> list[str]:
    lines = [f"{rule.code} {rule.name} ({rule.kind.value})", "", *wrap(rule.summary, _WIDTH)]
    lines += _section("What to do", wrap(rule.advice, _WIDTH - 2))
    lines += _section("Pitfalls", _bullets(rule.pitfalls))
    lines += _section("Before", _code(rule.before))
    lines += _section("After", _code(rule.after))
    return lines + _section("Documentation", list(rule.docs))


def _replacements(rule: OperationRule, endpoints: Mapping[str, Endpoint]) -> str:
    """The documented operations, else all; method and path are kept together on a line."""
    uses = [use for use in rule.rest if use.documented] or rule.rest
    found = [endpoints[use.operation_id] for use in uses if use.operation_id in endpoints]
    operations = dict.fromkeys(f"{endpoint.method}\xa0{endpoint.path}" for endpoint in found)
    return ", ".join(operations) or "no replacement"


def _operation_lines(rule: OperationRule, endpoints: Mapping[str, Endpoint]) -> list[str]:
    lines: list[str] = []
    for use in rule.rest:
        endpoint = endpoints.get(use.operation_id)
        if endpoint is not None:
            lines.append(f"{endpoint.method} {endpoint.path}  ({use.operation_id})")
            lines += indent("\n".join(wrap(use.role, _WIDTH - 6)), "    ").split("\n")
    return lines or ["There is none."]


def _path_lines(paths: Iterable[PathMap]) -> list[str]:
    lines: list[str] = []
    for path in paths:
        lines.append(f"{path.soap} -> {path.rest or 'nothing'}")
        if path.values:
            pairs = ", ".join(f"{soap} -> {rest or 'nothing'}" for soap, rest in path.values)
            lines += indent("\n".join(wrap(pairs, _WIDTH - 6, break_on_hyphens=False)), "    ").split("\n")
        if path.note:
            lines += indent("\n".join(wrap(path.note, _WIDTH - 6)), "    ").split("\n")
    return lines


def _fault_lines(faults: Iterable[Fault]) -> list[str]:
    return _bullets([f"{fault.soap or 'no fault'}, {fault.meaning}: {fault.rest}" for fault in faults])


def _variant_lines(variant: Variant) -> list[str]:
    lines = _bullets(variant.conditions)
    if variant.why:
        lines += wrap(variant.why, _WIDTH - 2)
    if needs := (*variant.preconditions, *variant.assumptions):
        lines.append(f"Holds under: {', '.join(needs)}")
    for target, template in variant.targets.items():
        lines += [f"With {target}:", *_code(fill(template, lambda _: None))]
    return _section(f"Variant {variant.id}: {_TIERS[variant.tier.value]}", lines)


def _term_lines(variants: Sequence[Variant], terms: Mapping[str, Term]) -> list[str]:
    used = {name for variant in variants for name in (*variant.preconditions, *variant.assumptions)}
    return _bullets([f"{name}: {term.meaning}" for name, term in terms.items() if name in used])


def _table(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    width = max((len(name) for _, name, _ in rows), default=0)
    lines: list[str] = []
    for code, name, text in rows:
        start = f"  {code}  {name:<{width}}  "
        wrapped = wrap(start + text, _TABLE_WIDTH, subsequent_indent=" " * len(start), break_on_hyphens=False)
        lines += [line.replace("\xa0", " ") for line in wrapped]
    return lines


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return ["", title, *(f"  {line}".rstrip() for line in lines)] if lines else []


def _bullets(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in wrap(f"- {text}", _WIDTH - 2, subsequent_indent="  ")]


def _code(source: str) -> list[str]:
    return [f"    {line}".rstrip() for line in dedent(source).strip("\n").split("\n")] if source else []
