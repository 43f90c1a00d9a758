"""The JSON Schemas hold the shipped rules, and our small checker agrees with the jsonschema package."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from marketo_migrate.model.finding import Kind, Tier
from marketo_migrate.model.rules import Check, Use
from marketo_migrate.ruleset.kinds import KINDS, RuleKind
from marketo_migrate.ruleset.locate import shipped_directory
from marketo_migrate.ruleset.schema import KEYWORDS, check

SCHEMAS = {kind: shipped_directory() / "schema" / f"{kind.value}.json" for kind in RuleKind}
FILES = [
    pytest.param(kind, path, id=f"{kind.value}-{path.stem}")
    for kind in RuleKind
    for path in sorted(shipped_directory().glob(KINDS[kind].pattern))
]


def schema_of(kind: RuleKind) -> dict[str, Any]:
    return json.loads(SCHEMAS[kind].read_text(encoding="utf-8"))


def data_of(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside a schema."""
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword in ("properties", "$defs"):
        for inner in schema.get(keyword, {}).values():
            yield from nodes(inner)
    for keyword in ("items", "additionalProperties", "propertyNames"):
        yield from nodes(schema.get(keyword))
    for inner in schema.get("anyOf", ()):
        yield from nodes(inner)


def test_there_is_a_schema_for_each_kind_and_no_other() -> None:
    assert {path.name for path in (shipped_directory() / "schema").iterdir()} == {
        path.name for path in SCHEMAS.values()
    }


@pytest.mark.parametrize("kind", RuleKind)
def test_schema_is_a_schema_of_keywords_that_we_know(kind: RuleKind) -> None:
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    assert {keyword for node in nodes(schema) for keyword in node} - KEYWORDS == set()


@pytest.mark.parametrize(("kind", "path"), FILES)
def test_shipped_file_is_valid(kind: RuleKind, path: Path) -> None:
    errors = [error.message for error in Draft202012Validator(schema_of(kind)).iter_errors(data_of(path))]
    assert errors == []


def test_every_shipped_rule_file_is_of_a_kind() -> None:
    known = {param.values[1] for param in FILES}
    files = {path for path in shipped_directory().rglob("*") if path.suffix == ".yml"}
    assert files - known == set()


def test_enumerations_are_those_of_the_model() -> None:
    operation = schema_of(RuleKind.OPERATION)["$defs"]
    condition = operation["condition"]["properties"]
    assert set(condition) - {"path"} == set(Check)
    assert set(condition["use"]["enum"]) == set(Use)
    assert set(operation["variant"]["properties"]["tier"]["enum"]) == set(Tier)
    assert set(schema_of(RuleKind.INTEGRATION)["properties"]["kind"]["enum"]) == set(Kind)


def spoiled(data: Any) -> Iterator[Any]:
    """The data with one thing changed in it, at many places: dropped, of another type, or one too many."""
    for path in places(data):
        for change in (None, True, 7, 1.5, "", "Some text", [], ["x", "x"], {}, {"x": 1}):
            changed = copy.deepcopy(data)
            put(changed, path, change)
            yield changed
        changed = copy.deepcopy(data)
        drop(changed, path)
        yield changed


def places(data: Any, depth: int = 0) -> Iterator[tuple[str | int, ...]]:
    """Paths into the data; of long lists and mappings the first few entries."""
    if depth > 6:
        return
    pairs = (
        list(data.items())
        if isinstance(data, dict)
        else list(enumerate(data))
        if isinstance(data, list)
        else []
    )
    for key, value in pairs[: 20 if depth == 0 else 3]:
        yield (key,)
        yield from ((key, *rest) for rest in places(value, depth + 1))


def put(data: Any, path: tuple[str | int, ...], value: Any) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value


def drop(data: Any, path: tuple[str | int, ...]) -> None:
    for step in path[:-1]:
        data = data[step]
    del data[path[-1]]


SAMPLES = {
    RuleKind.SOAP: None,
    RuleKind.REST: None,
    RuleKind.LEAD_FIELDS: "fields/lead.yml",
    RuleKind.ACTIVITY_TYPES: "activities/types.yml",
    RuleKind.TERMS: "terms.yml",
    RuleKind.TARGET: None,
    RuleKind.OPERATION: "operations/getTags.yml",
    RuleKind.INTEGRATION: "integration/endpoint.yml",
    RuleKind.CLIENT: "clients/suds.yml",
}
SMALL = {
    RuleKind.SOAP: {
        "namespace": "n",
        "versions": ["1_7", "2_0"],
        "types": {
            "A": {"kind": "object", "fields": [{"name": "b", "type": "B", "min": 0, "max": "unbounded"}]},
            "B": {"kind": "enum", "values": ["X", {"value": "Y", "since": "2_0"}]},
        },
        "operations": {
            "getA": {
                "since": "1_7",
                "request": {"element": "a", "type": "A"},
                "response": {"element": "a", "type": "A", "result": "A"},
                "headers": ["H"],
                "signature": [{"since": "1_7", "parameters": ["b"]}],
            }
        },
        "headers": {"H": {"type": "A", "part": "h"}},
    },
    RuleKind.REST: {
        "endpoints": {
            "getA": {
                "api": "bulk",
                "method": "GET",
                "path": "/a/{id}.json",
                "summary": "An A",
                "docs": "https://example.com/",
                "parameters": [{"name": "id", "in": "path", "required": True, "type": "integer", "max": 3}],
                "body": {
                    "content": "json",
                    "fields": [{"name": "x", "type": "object", "fields": [{"name": "y", "type": "string"}]}],
                },
                "response": {"paged": "none", "result": {"id": "integer", "tags": [{"name": "string"}]}},
                "errors": [{"code": "1003", "when": "bad"}],
            }
        }
    },
    RuleKind.TARGET: {
        "target": "curl",
        "title": "t",
        "requirement": "r",
        "imports": "i",
        "construct": "c",
        "calls": {"getA": {"method": None, "returns": "list", "pages": "one", "traps": ["M01"]}},
        "traps": [{"id": "M01", "methods": ["a"], "fact": "f", "advice": "a"}],
    },
}


@pytest.mark.parametrize("kind", RuleKind)
def test_our_checker_and_the_jsonschema_package_agree(kind: RuleKind) -> None:
    schema = schema_of(kind)
    validator = Draft202012Validator(schema)
    sample = SAMPLES[kind]
    data = SMALL[kind] if sample is None else data_of(shipped_directory() / sample)
    assert validator.is_valid(data)
    assert check(data, schema) == []
    verdicts = {True: 0, False: 0}
    for changed in spoiled(data):
        theirs = validator.is_valid(changed)
        verdicts[theirs] += 1
        assert (check(changed, schema) == []) == theirs, changed
    assert verdicts[True] > 0
    if kind is not RuleKind.CLIENT:
        assert verdicts[False] > 50


EITHER = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "required": ["a"], "properties": {"b": {"type": "string"}}},
    ]
}


@pytest.mark.parametrize(
    ("schema", "data", "problems"),
    [
        ({}, {"a": 1}, []),
        ({"type": "integer"}, True, [("must be a whole number, is true or false", ())]),
        ({"type": "number"}, 3, []),
        ({"type": ["string", "null"]}, 3, [("must be a text or null, is a whole number", ())]),
        ({"const": True}, 1, [("1 is not one of True", ())]),
        ({"minimum": 2, "maximum": 3}, 1, [("must be 2 or more", ())]),
        ({"minimum": 2, "maximum": 3}, 4, [("must be 3 or less", ())]),
        ({"type": "array", "maxItems": 1}, [1, 1], [("may have 1 entries at most", ())]),
        ({"type": "array", "uniqueItems": True}, [1, 1], [("1 stands twice", (1,))]),
        (
            {"additionalProperties": {"type": "string"}},
            {"a": 1},
            [("must be a text, is a whole number", ("a",))],
        ),
        ({"propertyNames": {"pattern": "^a"}}, {"b": 1}, [("'b' does not match ^a", ("b",))]),
        ({"items": False}, [1], [("not allowed here", (0,))]),
        (EITHER, {"b": 1}, [("the key 'a' is missing", ()), ("must be a text, is a whole number", ("b",))]),
    ],
)
def test_messages(schema: dict[str, Any], data: Any, problems: list[Any]) -> None:
    assert check(data, schema) == problems
