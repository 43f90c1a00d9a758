"""Checks plain data against a JSON Schema: the part of draft 2020-12 that the schemas of the rules use.

The `jsonschema` package costs more to import than all rules cost to load, so it serves only the tests,
which hold this module and it to the same verdicts.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from marketo_migrate.ruleset.document import Steps

KEYWORDS: Final = frozenset(
    {
        "$schema", "$id", "$defs", "$ref", "$comment", "title", "description", "default", "examples",
        "type", "properties", "required", "additionalProperties", "propertyNames", "minProperties",
        "items", "minItems", "maxItems", "uniqueItems", "enum", "const", "pattern", "minLength",
        "minimum", "maximum", "anyOf",
    }
)  # fmt: skip
"""The keywords this module knows; a schema with another one is a mistake of ours."""

Problem: TypeAlias = tuple[str, Steps]
Schema: TypeAlias = Mapping[str, Any]

_NAMES: Final = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def check(data: Any, schema: Schema, steps: Steps = ()) -> list[Problem]:
    """All problems of `data` under `schema`, in the order of the data; `steps` is where `data` stands."""
    problems: list[Problem] = []
    _check(data, schema, schema, steps, problems)
    return problems


def _check(data: Any, schema: Schema | bool, root: Schema, steps: Steps, problems: list[Problem]) -> None:
    if isinstance(schema, bool):
        if not schema:
            problems.append(("not allowed here", steps))
        return
    if "$ref" in schema:
        _check(data, _resolve(root, schema["$ref"]), root, steps, problems)
    if "type" in schema and not _is_type(data, schema["type"]):
        problems.append((f"must be {_type_names(schema['type'])}, is {_type_name(data)}", steps))
        return
    if "anyOf" in schema:
        _check_any(data, schema, root, steps, problems)
    if isinstance(data, dict):
        _check_object(data, schema, root, steps, problems)
    elif isinstance(data, list):
        _check_array(data, schema, root, steps, problems)
    else:
        problems.extend((message, steps) for message in _check_scalar(data, schema))


def _check_object(
    data: dict[str, Any], schema: Schema, root: Schema, steps: Steps, problems: list[Problem]
) -> None:
    problems.extend(
        (f"the key {key!r} is missing", steps) for key in schema.get("required", ()) if key not in data
    )
    if len(data) < schema.get("minProperties", 0):
        problems.append(("must not be empty", steps))
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    names = schema.get("propertyNames")
    for key, value in data.items():
        inside = (*steps, key)
        if names is not None:
            problems.extend((f"key {key!r}: {message}", inside) for message in _check_scalar(key, names))
        known = properties.get(key)
        if known is not None:
            _check(value, known, root, inside, problems)
        elif others is False:
            problems.append((f"unknown key {key!r}", inside))
        elif others is not True:
            _check(value, others, root, inside, problems)


def _check_array(
    data: list[Any], schema: Schema, root: Schema, steps: Steps, problems: list[Problem]
) -> None:
    if len(data) < schema.get("minItems", 0):
        problems.append((f"needs {schema['minItems']} or more entries", steps))
    if len(data) > schema.get("maxItems", len(data)):
        problems.append((f"may have {schema['maxItems']} entries at most", steps))
    if schema.get("uniqueItems"):
        problems.extend(
            (f"{item!r} stands twice", (*steps, index))
            for index, item in enumerate(data)
            if item in data[:index]
        )
    items = schema.get("items")
    if items is not None:
        for index, item in enumerate(data):
            _check(item, items, root, (*steps, index), problems)


def _check_any(data: Any, schema: Schema, root: Schema, steps: Steps, problems: list[Problem]) -> None:
    """One of several schemas; the problems shown are those of the one that comes nearest."""
    found: list[list[Problem]] = []
    for option in schema["anyOf"]:
        inside: list[Problem] = []
        _check(data, option, root, steps, inside)
        if not inside:
            return
        found.append(inside)
    # The option that was meant has its problems deep inside, or few of them.
    nearest = min(found, key=_distance)
    problems.extend(nearest)


def _distance(problems: list[Problem]) -> tuple[int, int]:
    return -max(len(steps) for _, steps in problems), len(problems)


def _check_scalar(data: Any, schema: Schema) -> Iterator[str]:
    if "enum" in schema and data not in schema["enum"]:
        yield f"{data!r} is not one of {', '.join(str(item) for item in schema['enum'])}"
    if "const" in schema and data != schema["const"]:
        yield f"must be {schema['const']!r}"
    if isinstance(data, str):
        if len(data) < schema.get("minLength", 0):
            yield "must not be empty"
        elif "pattern" in schema and not _compiled(schema["pattern"]).search(data):
            yield f"{data!r} does not match {schema['pattern']}"
    elif isinstance(data, int | float) and not isinstance(data, bool):
        if data < schema.get("minimum", data):
            yield f"must be {schema['minimum']} or more"
        if data > schema.get("maximum", data):
            yield f"must be {schema['maximum']} or less"


def _resolve(root: Schema, reference: str) -> Schema | bool:
    found: Any = root
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    schema: Schema | bool = found
    return schema


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _is_type(data: Any, wanted: str | list[str]) -> bool:
    names = (wanted,) if isinstance(wanted, str) else wanted
    actual = _json_type(data)
    return actual in names or (actual == "integer" and "number" in names)


def _json_type(data: Any) -> str:
    match data:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _type_name(data: Any) -> str:
    return _NAMES[_json_type(data)]


def _type_names(wanted: str | list[str]) -> str:
    names = (wanted,) if isinstance(wanted, str) else wanted
    return " or ".join(_NAMES[name] for name in names)
