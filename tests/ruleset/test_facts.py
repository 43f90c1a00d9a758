"""The rules name only what the WSDL and REST facts have, checked apart from the loader's cross-checks."""

import inspect
import re
from pathlib import Path

import pytest
import yaml
from marketorestpython.client import MarketoClient

from marketo_migrate.model.rules import Ruleset
from marketo_migrate.model.template import CLIENT_PATH, placeholders
from marketo_migrate.ruleset.locate import shipped_directory

RULE_FILES = sorted((shipped_directory() / "operations").glob("*.yml"))


def raw(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_rest_operations_exist(path: Path) -> None:
    endpoints = raw(shipped_directory() / "rest" / "endpoints.yml")["endpoints"]
    missing = [item["operation"] for item in raw(path)["rest"] if item["operation"] not in endpoints]
    assert missing == []


def walk(types: dict, type_name: str, path: str) -> bool:
    """Whether a path leads anywhere, by the raw type facts."""
    names = [type_name]
    for step in path.split("."):
        name, bracket, _ = step.partition("[")
        candidates = [*names, *(other for other in types if types[other].get("extends") in names)]
        found = [
            field
            for candidate in candidates
            for field in types.get(candidate, {}).get("fields", ())
            if field["name"] == name and (not bracket or field["max"] == "unbounded")
        ]
        if not found:
            return False
        names = [field["type"] for field in found]
    return True


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_paths_exist(path: Path) -> None:
    facts = raw(shipped_directory() / "soap" / "types.yml")
    rule = raw(path)
    operation = facts["operations"][rule["name"]]
    request, result = operation["request"]["type"], operation["response"]["result"]
    in_request = [item["soap"] for item in rule["request"]]
    for variant in rule["variants"]:
        in_request += [condition["path"] for condition in variant.get("match", ()) if "path" in condition]
        for template in variant.get("targets", {}).values():
            in_request += [item.path for item in placeholders(template) if item.path != CLIENT_PATH]
    assert [item for item in in_request if not walk(facts["types"], request, item)] == []
    in_result = [item["soap"] for item in rule["response"]]
    assert [item for item in in_result if not walk(facts["types"], result, item)] == []


def test_positional_order_by_version(rules: Ruleset) -> None:
    soap = rules.soap
    assert soap.parameters("getMultipleLeads", "1_7") == (
        "lastUpdatedAt", "streamPosition", "batchSize", "includeAttributes",
    )  # fmt: skip
    assert soap.parameters("getMultipleLeads", "2_0") == (
        "leadSelector", "lastUpdatedAt", "streamPosition", "batchSize", "includeAttributes",
    )  # fmt: skip
    assert soap.parameters("getLeadChanges", "2_2") == (
        "startPosition",
        "activityFilter",
        "batchSize",
        "leadSelector",
    )
    assert soap.parameters("getLeadChanges", "3_1") == (
        "startPosition", "activityFilter", "activityNameFilter", "batchSize", "leadSelector",
    )  # fmt: skip
    assert soap.parameters("getMObjects", "2_0") == soap.parameters("getMObjects", "1_7")
    assert soap.parameters("getChannels", "1_7") is None
    assert soap.parameters("getNothing", "2_7") is None


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ("1_7", "1_7"),
        ("2_2", "2_2"),
        ("2_4", "2_3"),
        ("2_9", "2_7"),
        ("2_10", "2_7"),
        ("3_1", "2_7"),
        ("1_0", "1_7"),
    ],
)
def test_versions_between_and_after(rules: Ruleset, version: str, known: str) -> None:
    assert rules.soap.known_version(version) == known


def test_fields_and_values_by_version(rules: Ruleset) -> None:
    soap = rules.soap
    assert "CLEARLIST" in soap.values("ListOperationType", "2_1")
    assert "CLEARLIST" not in soap.values("ListOperationType", "2_3")
    names = [field.name for field in soap.fields("LeadKeySelector")]
    assert names == ["keyType", "keyValues"]
    assert {item.name for item in soap.extensions("LeadSelector")} == {
        "LeadKeySelector", "StaticListSelector", "LastUpdateAtSelector",
    }  # fmt: skip
    field = soap.request_field("listOperation", "listMemberList.leadKey[].keyValue")
    assert field is not None
    assert field.type == "string"
    assert soap.request_field("listOperation", "listMemberList[].leadKey") is None
    assert soap.request_field("listOperation", "listMemberList.keyValue") is None
    assert soap.response_field("getLead", "leadRecordList.leadRecord[].Id") is not None


def test_every_rest_operation_of_a_rule_has_a_target_call(rules: Ruleset) -> None:
    calls = rules.targets["marketorestpython"].calls
    named = {use.operation_id for rule in rules.operations for use in rule.rest}
    assert named - set(calls) == set()


def test_target_calls_and_traps_name_methods_that_exist(rules: Ruleset) -> None:
    target = rules.targets["marketorestpython"]
    methods = {name for name, _ in inspect.getmembers(MarketoClient, callable)}
    called = {call.method for call in target.calls.values() if call.method}
    assert called - methods == set()
    trapped = {method for trap in target.traps for method in trap.methods} - {"all", "constructor"}
    assert trapped - methods == set()


def test_traps_of_a_call_name_its_method(rules: Ruleset) -> None:
    target = rules.targets["marketorestpython"]
    traps = {trap.id: trap.methods for trap in target.traps}
    wrong = [
        (call.operation_id, trap)
        for call in target.calls.values()
        for trap in call.traps
        if call.method is not None and call.method not in traps[trap]
    ]
    assert wrong == []


def test_summaries_are_one_sentence_without_markup(rules: Ruleset) -> None:
    for rule in rules.operations:
        assert rule.summary.endswith("."), rule.name
        assert not re.search(r"\.\s|\n", rule.summary), rule.name
