"""Which variant of a rule a request falls under."""

from collections.abc import Callable, Sequence

from marketo_migrate.model.request import Items, Leaf, Record, Tree
from marketo_migrate.model.rules import Check, Condition, OperationRule, Ruleset, Use, Variant

_EMPTY = (None, "")


def choose(
    rule: OperationRule,
    request: Record | None,
    rules: Ruleset,
    uses: Callable[[Use], bool] = lambda use: False,  # noqa: ARG005
) -> Variant:
    """The first variant whose conditions all hold on what is known of the request.

    `uses` says whether the code around the call does something that the request does not show.
    """
    for variant in rule.variants:
        if all(_holds(condition, request, rules, uses) for condition in variant.match):
            return variant
    return rule.variants[-1]


def at_path(tree: Tree | None, path: str) -> tuple[tuple[Tree, ...], bool]:
    """The values at a path such as `leadList.leadKey[].keyType`, and whether these are all of them."""
    found: list[Tree] = [tree] if tree is not None else []
    known = tree is not None
    for step in path.split("."):
        name, bracket, index = step.partition("[")
        following: list[Tree] = []
        for node in found:
            if not isinstance(node, Record):
                known = False
                continue
            value = node.field(name)
            if value is None:
                known = known and node.complete
                continue
            if bracket:
                items, complete = items_of(value)
                known = known and complete
                following.extend(items[:1] if index.startswith("0") else items)
            else:
                following.append(value)
        found = following
    return tuple(found), known


def items_of(value: Tree) -> tuple[tuple[Tree, ...], bool]:
    """The items of a list field; zeep and suds also take a single object for it."""
    match value:
        case Items(items=items, complete=complete):
            return items, complete
        case Record():
            return (value,), True
        case Leaf():
            return (), False


def _holds(condition: Condition, request: Record | None, rules: Ruleset, uses: Callable[[Use], bool]) -> bool:
    if condition.use is not None:
        return uses(condition.use)
    values, complete = at_path(request, condition.path)
    constants = [value.constant for value in values if isinstance(value, Leaf) and value.is_constant]
    all_constant = complete and len(constants) == len(values)
    match condition.check:
        case Check.ABSENT:
            return complete and all_constant and all(value in _EMPTY for value in constants)
        case Check.PRESENT:
            return bool(values) and not any(is_empty(value) for value in values)
        case Check.PRESENT_IN_ANY:
            return any(not is_empty(value) for value in values)
        case Check.IN:
            if not values:
                return complete and None in condition.values
            known = [c for value in values for c in _possible(value)]
            whole = complete and all(_possible(value) for value in values)
            return whole and all(_normal(value) in condition.values for value in known)
        case Check.NOT_IN:
            return all_constant and all(_normal(value) not in condition.values for value in constants)
        case Check.CONSTANT:
            return bool(values) and all_constant
        case Check.MAX_ITEMS:
            return _max_items(values, complete, condition.number)
        case Check.TYPE:
            return bool(values) and all(
                isinstance(value, Record) and value.type == condition.name for value in values
            )
        case Check.DISTINCT:
            return all_constant and len(set(constants)) == len(constants)
        case Check.KNOWN_FIELD:
            return all_constant and all(_is_known_field(value, rules) for value in constants)
        case Check.USE:
            return False
        case Check.COMPANY_FIELD:
            return any(_is_company_field(value, rules) for value in constants)


def _possible(value: Tree) -> tuple[object, ...]:
    """The constants that a value may be; empty where one of them is not known."""
    if not isinstance(value, Leaf):
        return ()
    return (value.constant,) if value.is_constant else value.among


def _max_items(values: Sequence[Tree], complete: bool, number: int) -> bool:
    if not complete:
        return False
    total = 0
    for value in values:
        items, whole = items_of(value)
        if not whole:
            return False
        bound = value.at_most if isinstance(value, Items) and not value.counted else len(items)
        if bound is None:
            return False
        total += bound
    return total <= number


def _normal(value: object) -> object:
    return None if value == "" else value


def is_empty(value: Tree) -> bool:
    """Whether a value is None or an empty text, as good as not given."""
    return isinstance(value, Leaf) and value.is_constant and value.constant in _EMPTY


def _is_known_field(value: object, rules: Ruleset) -> bool:
    field = rules.lead_fields.by_soap(value) if isinstance(value, str) else None
    return field is not None and field.writable and not field.company


def _is_company_field(value: object, rules: Ruleset) -> bool:
    field = rules.lead_fields.by_soap(value) if isinstance(value, str) else None
    return field is not None and field.company
