"""Checks plain data against a JSON Schema: the part of draft 2020-12 that the schemas of the rules use.

A schema is compiled once into a function. The `jsonschema` package costs more to import than all rules
cost to load, so it serves only the tests, which hold it and this module to the same verdicts.
"""

import re
from collections.abc import Callable, Mapping
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
Checker: TypeAlias = Callable[[Any, Steps, list[Problem]], None]

_NAMES: Final = {
    dict: "a mapping",
    list: "a list",
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (float, int),
    "boolean": (bool,),
    "null": (type(None),),
}
_VALUE_KEYWORDS: Final = frozenset({"enum", "const", "pattern", "minLength", "minimum", "maximum"})
_OBJECT_KEYWORDS: Final = frozenset(
    {"properties", "required", "additionalProperties", "propertyNames", "minProperties"}
)
_ARRAY_KEYWORDS: Final = frozenset({"items", "minItems", "maxItems", "uniqueItems"})


def check(data: Any, schema: Schema) -> list[Problem]:
    """All problems of `data` under `schema`, in the order of the data."""
    return run(compile_schema(schema), data)


def run(checker: Checker, data: Any) -> list[Problem]:
    """All problems of `data` under a compiled schema, in the order of the data."""
    problems: list[Problem] = []
    checker(data, (), problems)
    return problems


def compile_schema(schema: Schema) -> Checker:
    """The function that checks data against a schema."""
    return _Compiler(schema).compile(schema)


class _Compiler:
    """Compiles one schema document; definitions may refer to each other and to themselves."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._references: dict[str, Checker] = {}

    def compile(self, schema: Schema | bool) -> Checker:
        if isinstance(schema, bool):
            return _anything if schema else _nothing
        if "$ref" in schema:
            return self._reference(schema["$ref"])
        parts: list[Checker] = []
        if "anyOf" in schema:
            parts.append(_any_of([self.compile(option) for option in schema["anyOf"]]))
        if not _OBJECT_KEYWORDS.isdisjoint(schema):
            parts.append(self._object(schema))
        if not _ARRAY_KEYWORDS.isdisjoint(schema):
            parts.append(self._array(schema))
        if not _VALUE_KEYWORDS.isdisjoint(schema):
            parts.append(_value(schema))
        return _typed(schema["type"], parts) if "type" in schema else _all_of(parts)

    def _reference(self, reference: str) -> Checker:
        def late(data: Any, steps: Steps, problems: list[Problem]) -> None:
            # The definition may still be on its way when another one refers to it.
            self._references[reference](data, steps, problems)

        if reference not in self._references:
            self._references[reference] = late
            found: Any = self._root
            for step in reference.removeprefix("#/").split("/"):
                found = found[step]
            self._references[reference] = self.compile(found)
        return self._references[reference]

    def _object(self, schema: Schema) -> Checker:
        properties = {name: self.compile(inner) for name, inner in schema.get("properties", {}).items()}
        required = tuple(schema.get("required", ()))
        others = schema.get("additionalProperties", True)
        other = None if others is True or others is False else self.compile(others)
        names = self.compile(schema["propertyNames"]) if "propertyNames" in schema else None
        least = schema.get("minProperties", 0)

        def check_object(data: Any, steps: Steps, problems: list[Problem]) -> None:
            if not isinstance(data, dict):
                return
            missing = [name for name in required if name not in data]
            problems.extend((f"the key {name!r} is missing", steps) for name in missing)
            if len(data) < least:
                problems.append(("must not be empty", steps))
            for name, value in data.items():
                inside = (*steps, name)
                if names is not None:
                    names(name, inside, problems)
                known = properties.get(name, other)
                if known is not None:
                    known(value, inside, problems)
                elif others is False:
                    problems.append((f"unknown key {name!r}", inside))

        return check_object

    def _array(self, schema: Schema) -> Checker:
        item_checker = self.compile(schema.get("items", True))
        least, most = schema.get("minItems", 0), schema.get("maxItems")
        unique = schema.get("uniqueItems", False)

        def check_array(data: Any, steps: Steps, problems: list[Problem]) -> None:
            if not isinstance(data, list):
                return
            if len(data) < least:
                problems.append((f"needs {least} or more entries", steps))
            if most is not None and len(data) > most:
                problems.append((f"may have {most} entries at most", steps))
            for index, item in enumerate(data):
                if unique and item in data[:index]:
                    problems.append((f"{item!r} stands twice", (*steps, index)))
                item_checker(item, (*steps, index), problems)

        return check_array


def _anything(data: Any, steps: Steps, problems: list[Problem]) -> None:
    """Every value is good."""


def _nothing(data: Any, steps: Steps, problems: list[Problem]) -> None:  # noqa: ARG001 (a Checker)
    problems.append(("not allowed here", steps))


def _all_of(parts: list[Checker]) -> Checker:
    if not parts:
        return _anything
    if len(parts) == 1:
        return parts[0]

    def check_all(data: Any, steps: Steps, problems: list[Problem]) -> None:
        for part in parts:
            part(data, steps, problems)

    return check_all


def _typed(wanted: str | list[str], parts: list[Checker]) -> Checker:
    names = [wanted] if isinstance(wanted, str) else wanted
    types = frozenset(kind for name in names for kind in _TYPES[name])
    expected = " or ".join(_NAMES[_TYPES[name][0]] for name in names)
    inner = _all_of(parts)

    def check_type(data: Any, steps: Steps, problems: list[Problem]) -> None:
        if type(data) in types:
            inner(data, steps, problems)
        else:
            problems.append((f"must be {expected}, is {_NAMES[type(data)]}", steps))

    return check_type


def _any_of(options: list[Checker]) -> Checker:
    """One of several schemas; the problems shown are those of the one that comes nearest."""

    def check_any(data: Any, steps: Steps, problems: list[Problem]) -> None:
        found: list[list[Problem]] = []
        for option in options:
            inside: list[Problem] = []
            option(data, steps, inside)
            if not inside:
                return
            found.append(inside)
        # The option that was meant has its problems deep inside, or few of them.
        nearest = min(found, key=_distance)
        problems.extend(nearest)

    return check_any


def _distance(problems: list[Problem]) -> tuple[int, int]:
    return -max(len(steps) for _, steps in problems), len(problems)


def _value(schema: Schema) -> Checker:
    allowed = schema.get("enum", [schema["const"]] if "const" in schema else None)
    pattern = re.compile(schema["pattern"]) if "pattern" in schema else None
    shortest = schema.get("minLength", 0)
    least, most = schema.get("minimum"), schema.get("maximum")

    def check_value(data: Any, steps: Steps, problems: list[Problem]) -> None:
        if allowed is not None and not any(item == data and type(item) is type(data) for item in allowed):
            choices = ", ".join(str(item) for item in allowed)
            problems.append((f"{data!r} is not one of {choices}", steps))
        if isinstance(data, str):
            if len(data) < shortest:
                problems.append(("must not be empty", steps))
            elif pattern is not None and not pattern.search(data):
                problems.append((f"{data!r} does not match {pattern.pattern}", steps))
        elif type(data) in _TYPES["number"]:
            if least is not None and data < least:
                problems.append((f"must be {least} or more", steps))
            if most is not None and data > most:
                problems.append((f"must be {most} or less", steps))

    return check_value
