"""The replacement in the user's own expressions: picks a rule's variant and fills its template."""

import json
import re
from collections.abc import Sequence

from marketo_migrate.model.matching import at_path, is_empty, items_of
from marketo_migrate.model.request import Items, Leaf, Record, Tree
from marketo_migrate.model.rules import OperationRule, Ruleset, Variant
from marketo_migrate.model.template import CLIENT_PATH, Form, Placeholder, fill

_PAIR_NAMES = (("attrName", "attrValue"), ("name", "value"))
_HALF = re.compile("[\ud800-\udfff]")


def render(
    variant: Variant, request: Record | None, rule: OperationRule, rules: Ruleset, target: str
) -> str | None:
    """The variant's code for a target; placeholders whose values are not known keep a readable name."""
    template = variant.targets.get(target)
    if template is None:
        return None
    return fill(template, lambda placeholder: _value(placeholder, request, rule, rules)).rstrip("\n")


# --- filling ------------------------------------------------------------------------------------


def _value(
    placeholder: Placeholder, request: Record | None, rule: OperationRule, rules: Ruleset
) -> str | None:
    if placeholder.path == CLIENT_PATH or request is None:
        return None
    several = "[]" in placeholder.path
    values, complete = at_path(request, placeholder.path)
    if placeholder.form in (Form.RECORD, Form.PAIRS, Form.TOKENS):
        return _written_records(placeholder, values, several, rules)
    texts = [_written(placeholder.form, value, rule, rules) for value in values]
    if not texts or not complete or any(text is None for text in texts):
        return None
    if placeholder.form in (Form.FIELD_NAMES, Form.TYPE_IDS) or several:
        return "[" + ", ".join(text for text in texts if text is not None) + "]"
    return texts[0] if len(texts) == 1 else None


def _written(form: Form, value: Tree, rule: OperationRule, rules: Ruleset) -> str | None:
    if not isinstance(value, Leaf):
        return value.text if isinstance(value, Items) and form is Form.VALUE else None
    text = _expression(value)
    if text is None:
        return None
    constant = value.constant if value.is_constant else None
    match form:
        case Form.TEXT:
            return (
                text
                if isinstance(constant, str)
                else repr(str(constant))
                if value.is_constant
                else f"str({text})"
            )
        case Form.INTEGER:
            return _integer(constant) or f"int({text})"
        case Form.FILTER_TYPE:
            return _filter_type(constant, rule)
        case Form.FIELD_NAMES:
            field = rules.lead_fields.by_soap(constant) if isinstance(constant, str) else None
            return repr(field.rest).replace("'", '"') if field is not None else None
        case Form.TYPE_IDS:
            kind = rules.activity_type(constant) if isinstance(constant, str) else None
            return f'"{kind.rest_id}"' if kind is not None and kind.rest_id is not None else None
        case _:
            return text


def _integer(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return str(int(value)) if isinstance(value, str) and value.isdigit() else None


def _expression(value: Leaf) -> str | None:
    if value.is_constant and isinstance(value.constant, str):
        return _quoted(value.constant)
    if value.is_constant:
        return repr(value.constant)
    if value.text is None or "\n" in value.text or len(value.text) > 120:
        return None
    return value.text


def _quoted(text: str) -> str:
    """The text as a literal: JSON's escapes are Python's too, but for halves of pairs, which JSON leaves."""
    written = json.dumps(text, ensure_ascii=False)
    return _HALF.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def _filter_type(constant: object, rule: OperationRule) -> str | None:
    for mapping in rule.request:
        for soap, rest in mapping.values:
            if soap == constant and rest is not None:
                return f'"{rest}"'
    return None


def _written_records(
    placeholder: Placeholder, values: Sequence[Tree], several: bool, rules: Ruleset
) -> str | None:
    if placeholder.form is Form.RECORD:
        records = [_record(value, rules) for value in values]
        if not records or any(record is None for record in records):
            return None
        written = [record for record in records if record is not None]
        return "[" + ", ".join(written) + "]" if several else written[0]
    if several and placeholder.form is Form.PAIRS and all(isinstance(value, Items) for value in values):
        rows = [_written_pairs(placeholder, (value,), rules) for value in values]
        return None if not rows or None in rows else "[" + ", ".join(row for row in rows if row) + "]"
    return _written_pairs(placeholder, values, rules)


def _written_pairs(placeholder: Placeholder, values: Sequence[Tree], rules: Ruleset) -> str | None:
    """Names and values of attribute objects as one dict."""
    pairs: list[str] = []
    items = [
        item for value in values for item in (items_of(value)[0] if isinstance(value, Items) else (value,))
    ]
    for item in items:
        pair = _pair(item, rules, placeholder.form)
        if pair is None:
            return None
        pairs.append(pair)
    return "{" + ", ".join(pairs) + "}" if pairs else None


def _record(value: Tree, rules: Ruleset) -> str | None:
    """A LeadRecord as a dict under REST names."""
    if not isinstance(value, Record):
        return None
    pairs: list[str] = []
    for name, rest in (("Id", "id"), ("Email", "email")):
        given = value.field(name)
        if isinstance(given, Leaf) and not is_empty(given):
            text = _expression(given)
            if text is None:
                return None
            pairs.append(f'"{rest}": {text}')
    attributes, complete = at_path(value, "leadAttributeList.attribute[]")
    if value.field("leadAttributeList") is not None and not complete:
        return None
    for attribute in attributes:
        pair = _pair(attribute, rules, Form.RECORD)
        if pair is None:
            return None
        pairs.append(pair)
    return "{" + ", ".join(pairs) + "}"


def _pair(item: Tree, rules: Ruleset, form: Form) -> str | None:
    for name_field, value_field in _PAIR_NAMES:
        if not isinstance(item, Record):
            continue
        name, value = item.field(name_field), item.field(value_field)
        if not isinstance(name, Leaf) or not isinstance(value, Leaf):
            continue
        if not isinstance(name.constant, str):
            return None
        text = _expression(value)
        key = name.constant.removeprefix("{{").removesuffix("}}") if form is Form.TOKENS else name.constant
        if form is Form.RECORD:
            field = rules.lead_fields.by_soap(name.constant)
            if field is None:
                return None
            key = field.rest
        return None if text is None else f"{_quoted(key)}: {text}"
    return None
