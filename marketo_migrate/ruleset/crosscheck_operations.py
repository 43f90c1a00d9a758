"""Cross-checks of an operation rule against the WSDL, the REST operations, the targets and the terms."""

import re
from collections.abc import Iterator
from typing import Any, Final

from marketo_migrate.model.record import record
from marketo_migrate.model.rest import Endpoint, Shape
from marketo_migrate.model.soap import EACH, SoapFacts, SoapField
from marketo_migrate.model.template import CLIENT_PATH, Form, placeholders
from marketo_migrate.ruleset.document import Steps
from marketo_migrate.ruleset.schema import Problem

ANSWER_MEMBERS: Final = frozenset({"success", "length", "moreResult", "nextPageToken"})
"""What a response map may name beside paths in the result list; `length` is the number of results."""

_HEAD: Final = re.compile(r"\w+")


@record
class RuleContext:
    """What a rule is checked against; None stands for facts that could not be read."""

    soap: SoapFacts | None
    endpoints: dict[str, Endpoint] | None
    terms: frozenset[str] | None


def check_operation(data: Any, context: RuleContext) -> Iterator[Problem]:
    """All problems of one operation rule."""
    soap = context.soap
    if soap is not None and data["name"] not in soap.operations:
        yield f"the WSDL has no operation {data['name']!r}", ("name",)
        soap = None
    if context.endpoints is not None:
        yield from _check_rest(data, context.endpoints)
    if soap is not None:
        yield from _check_maps(data, soap, context.endpoints)
    yield from _check_variants(data, context, soap)


def named_targets(data: Any) -> Iterator[tuple[str, Steps]]:
    """The targets that an operation rule has code for, and where."""
    for index, variant in enumerate(data["variants"]):
        for target in variant.get("targets", {}):
            yield target, ("variants", index, "targets", target)


def _check_rest(data: Any, endpoints: dict[str, Endpoint]) -> Iterator[Problem]:
    listed = data["table"]["listed"]
    named = [item["operation"] for item in data["rest"]]
    for index, item in enumerate(data["rest"]):
        name = item["operation"]
        steps = ("rest", index, "operation")
        if name not in endpoints:
            yield f"no REST operation {name!r}", steps
        if name in named[:index]:
            yield f"{name} stands twice", steps
        if item.get("documented", False) != (name in listed):
            yield f"`documented` of {name} does not agree with table.listed", steps
    disagreement = data["table"].get("disagreement", "")
    for index, name in enumerate(listed):
        if name in endpoints and name not in named and name not in disagreement:
            yield (
                f"{name} is neither used in `rest` nor explained in `disagreement`",
                ("table", "listed", index),
            )


def _check_maps(data: Any, soap: SoapFacts, endpoints: dict[str, Endpoint] | None) -> Iterator[Problem]:
    named = [item["operation"] for item in data["rest"]]
    # An operation that is not known, which is told already, might take and answer anything.
    known = endpoints is not None and endpoints.keys() >= set(named)
    used = [endpoints[name] for name in named] if endpoints is not None and known else []
    inputs = {
        name
        for endpoint in used
        for field in (*endpoint.parameters, *(endpoint.body.fields if endpoint.body else ()))
        for name in (field.name, *field.aliases)
    }
    for index, item in enumerate(data["request"]):
        field = soap.request_field(data["name"], item["soap"])
        yield from _check_map(item, field, soap, ("request", index))
        head = _HEAD.match(item["rest"] or "")
        if known and item["rest"] is not None and (head is None or head[0] not in inputs):
            yield f"no REST operation of this rule takes {item['rest']!r}", ("request", index, "rest")
    for index, item in enumerate(data["response"]):
        field = soap.response_field(data["name"], item["soap"])
        yield from _check_map(item, field, soap, ("response", index))
        rest = item["rest"]
        if known and rest is not None and not any(_answers(endpoint, rest) for endpoint in used):
            yield f"no REST operation of this rule answers with {rest!r}", ("response", index, "rest")


def _check_map(item: Any, field: SoapField | None, soap: SoapFacts, steps: Steps) -> Iterator[Problem]:
    if field is None:
        yield f"the WSDL has no path {item['soap']!r} here", (*steps, "soap")
        return
    known = soap.values(field.type)
    for value in item.get("values", {}):
        if known and value not in known:
            yield f"{value!r} is no value of {field.type}", (*steps, "values", value)


def _answers(endpoint: Endpoint, rest: str) -> bool:
    if rest in ANSWER_MEMBERS:
        return True
    head, _, tail = rest.partition(".")
    if head != EACH:
        return False
    return endpoint.response.open or not tail or _has(endpoint.response.result, tail.split("."))


def _has(shape: Shape | None, steps: list[str]) -> bool:
    """Whether a shape has a path; a list is entered by `[]` after its name or by none."""
    if shape is not None and shape.kind == "list":
        return _has(shape.item, steps)
    if not steps:
        return True
    if shape is None or shape.kind != "object":
        return False
    return any(name == steps[0].removesuffix(EACH) and _has(inner, steps[1:]) for name, inner in shape.fields)


def _check_variants(data: Any, context: RuleContext, soap: SoapFacts | None) -> Iterator[Problem]:
    variants = data["variants"]
    ids = [variant["id"] for variant in variants]
    for index, variant in enumerate(variants):
        steps: Steps = ("variants", index)
        if variant["id"] in ids[:index]:
            yield f"the variant {variant['id']} stands twice", (*steps, "id")
        last = index == len(variants) - 1
        if last and "match" in variant:
            yield "the last variant takes whatever is left: it has no `match`", (*steps, "match")
        if not last and "match" not in variant:
            yield "without `match` no later variant is ever chosen", steps
        if variant["tier"] != "safe" and "why" not in variant:
            yield f"a variant of tier {variant['tier']} says `why`", steps
        if variant["tier"] == "safe" and not variant.get("preconditions"):
            yield "a safe variant names its preconditions", steps
        for position, condition in enumerate(variant.get("match", ())):
            yield from _check_condition(condition, data["name"], soap, (*steps, "match", position))
        yield from _check_terms(variant, context.terms, steps)
        yield from _check_templates(variant, data["name"], soap, steps)


def _check_condition(
    condition: Any, operation: str, soap: SoapFacts | None, steps: Steps
) -> Iterator[Problem]:
    checks = condition.keys() - {"path"}
    if len(checks) != 1:
        yield "a condition has one check", steps
        return
    (check,) = checks
    if ("path" in condition) == (check == "use"):
        yield "`use` stands alone, every other check has a path", steps
        return
    if soap is None or check == "use":
        return
    field = soap.request_field(operation, condition["path"])
    if field is None:
        yield f"the request of {operation} has no path {condition['path']!r}", (*steps, "path")
        return
    value = condition[check]
    if check == "max_items" and not field.unbounded:
        yield f"{condition['path']} is not a list", (*steps, "path")
    if check == "type" and value != field.type and value not in {e.name for e in soap.extensions(field.type)}:
        yield f"{value!r} cannot stand for {field.type}", (*steps, "type")
    if check in {"in", "not_in"}:
        known = soap.values(field.type)
        for index, item in enumerate(value):
            if known and item is not None and item not in known:
                yield f"{item!r} is no value of {field.type}", (*steps, check, index)


def _check_terms(variant: Any, terms: frozenset[str] | None, steps: Steps) -> Iterator[Problem]:
    for key in ("preconditions", "assumptions"):
        for index, name in enumerate(variant.get(key, ())):
            if terms is not None and name not in terms:
                yield f"terms.yml has no {name!r}", (*steps, key, index)


def _check_templates(variant: Any, operation: str, soap: SoapFacts | None, steps: Steps) -> Iterator[Problem]:
    for target, template in variant.get("targets", {}).items():
        place = (*steps, "targets", target)
        try:
            found = placeholders(template)
        except ValueError as error:
            yield str(error), place
            continue
        for placeholder in found:
            path = placeholder.path
            if path == CLIENT_PATH:
                if placeholder.form is not Form.VALUE:
                    yield "the client has no form", place
            elif soap is not None and soap.request_field(operation, path) is None:
                yield f"{placeholder.text}: the request of {operation} has no such path", place
