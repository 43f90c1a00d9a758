"""What the shipped rules are, and what a user's directory changes in them."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from marketo_migrate.errors import RuleError
from marketo_migrate.model.finding import Kind, Tier
from marketo_migrate.model.rules import Ruleset
from marketo_migrate.ruleset.load import load, load_clients_raw

from .conftest import RuleDirectory

OPERATIONS = {
    "MKT101": "getLead",
    "MKT102": "getMultipleLeads",
    "MKT103": "mergeLeads",
    "MKT104": "syncLead",
    "MKT105": "syncMultipleLeads",
    "MKT106": "deleteMObjects",
    "MKT107": "describeMObject",
    "MKT108": "getMObjects",
    "MKT109": "listMObjects",
    "MKT110": "syncMObjects",
    "MKT111": "getChannels",
    "MKT112": "getTags",
    "MKT113": "getImportToListStatus",
    "MKT114": "importToList",
    "MKT115": "listOperation",
    "MKT116": "getLeadActivity",
    "MKT117": "getLeadChanges",
    "MKT118": "getCampaignsForSource",
    "MKT119": "requestCampaign",
    "MKT120": "scheduleCampaign",
    "MKT121": "deleteCustomObjects",
    "MKT122": "getCustomObjects",
    "MKT123": "syncCustomObjects",
}
INTEGRATION = {
    "MKT001": (Kind.CLIENT, "client-construction"),
    "MKT002": (Kind.REQUEST_OBJECT, "request-object"),
    "MKT003": (Kind.AUTH, "authentication"),
    "MKT004": (Kind.SECRET, "hard-coded-secret"),
    "MKT005": (Kind.ENDPOINT, "endpoint"),
    "MKT006": (Kind.IMPORT, "retired-import"),
    "MKT007": (Kind.DEPENDENCY, "retired-dependency"),
    "MKT008": (Kind.XML, "raw-envelope"),
    "MKT009": (Kind.UNPARSED, "unparsed-file"),
    "MKT010": (Kind.CALL, "dynamic-operation"),
}


def test_an_empty_user_directory_changes_nothing(rules: Ruleset, rule_directory: RuleDirectory) -> None:
    loaded = load((rule_directory({}),))
    assert loaded.operations == rules.operations
    assert loaded.integration == rules.integration


def test_the_operations_are_the_23_of_the_soap_api(rules: Ruleset) -> None:
    assert {rule.code: rule.name for rule in rules.operations} == OPERATIONS
    assert {rule.name for rule in rules.operations} == set(rules.soap.operations)


def test_the_integration_rules(rules: Ruleset) -> None:
    assert {rule.code: (rule.kind, rule.name) for rule in rules.integration} == INTEGRATION


def test_every_kind_but_wrapper_calls_has_a_rule(rules: Ruleset) -> None:
    assert {rule.kind for rule in rules.integration} == set(Kind) - {Kind.WRAPPER_CALL}


def test_a_file_is_named_after_its_operation(rules: Ruleset) -> None:
    assert [rule.source for rule in rules.operations] == [
        f"rules/operations/{rule.name}.yml" for rule in rules.operations
    ]


def test_look_ups(rules: Ruleset) -> None:
    assert rules.operation("getLead") is rules.rule("MKT101")
    assert rules.operation("describeMObjects") is rules.operation("describeMObject")
    assert rules.operation("getlead") is None
    assert rules.find("mkt104") is rules.find("SYNCLEAD") is rules.operation("syncLead")
    assert rules.find("describemobjects") is rules.operation("describeMObject")
    assert rules.find("Raw-Envelope") is rules.integration_rule("raw-envelope")
    assert rules.find("nothing") is None


@pytest.mark.parametrize("name", ["getLead", "mergeLeads", "syncLead", "getTags", "getChannels"])
def test_names_that_others_use_are_not_distinctive(rules: Ruleset, name: str) -> None:
    rule = rules.operation(name)
    assert rule is not None
    assert not rule.distinctive


@pytest.mark.parametrize(
    "name", ["getLeadActivity", "syncMObjects", "getCampaignsForSource", "listOperation"]
)
def test_names_that_only_marketo_uses_are_distinctive(rules: Ruleset, name: str) -> None:
    rule = rules.operation(name)
    assert rule is not None
    assert rule.distinctive


def test_rules_cross_processes(rules: Ruleset) -> None:
    copy = pickle.loads(pickle.dumps(rules))
    assert copy.operations == rules.operations
    assert copy.soap.types == rules.soap.types


def test_field_names(rules: Ruleset) -> None:
    fields = rules.lead_fields
    assert [
        field.rest for name in ("DateofBirth", "SICCode", "Email", "Id") if (field := fields.by_soap(name))
    ] == [
        "dateOfBirth",
        "sicCode",
        "email",
        "id",
    ]
    assert fields.by_soap("Lead_Round_Robin_ID__c") is None
    assert "ForeignSysPersonId" in fields.without_rest
    website, created = fields.by_soap("Website"), fields.by_rest("createdAt")
    assert website is not None
    assert website.company
    assert created is not None
    assert not created.writable
    assert (by_label := fields.by_label("Job Title")) is not None
    assert by_label.rest == "title"


def test_activity_types(rules: Ruleset) -> None:
    by_value, by_name = rules.activity_type("VisitWebpage"), rules.activity_type("Visit Webpage")
    assert by_value is by_name is not None
    assert by_value.rest_id == 1
    wait = rules.activity_type("Wait")
    assert wait is not None
    assert wait.rest_id is None
    assert rules.activity_type("Nap") is None


def test_a_user_file_replaces_the_shipped_rule(
    rules: Ruleset, rule_directory: RuleDirectory, shipped_text: Callable[[str], str]
) -> None:
    text = shipped_text("operations/listMObjects.yml").replace(
        "REST has no counterpart;", "Ask the platform team;"
    )
    loaded = load((rule_directory({"operations/our-list.yml": text}),))
    changed = loaded.operation("listMObjects")
    assert changed is not None
    assert changed.summary.startswith("Ask the platform team;")
    assert len(loaded.operations) == len(rules.operations)
    assert loaded.operation("getLead") == rules.operation("getLead")


def test_the_last_user_directory_wins(tmp_path: Path, shipped_text: Callable[[str], str]) -> None:
    shipped = shipped_text("operations/listMObjects.yml")
    for name in ("one", "two"):
        folder = tmp_path / name / "operations"
        folder.mkdir(parents=True)
        (folder / "x.yml").write_text(shipped.replace("REST has no counterpart;", f"Ask team {name};"))
    changed = load((tmp_path / "one", tmp_path / "two")).operation("listMObjects")
    assert changed is not None
    assert changed.summary.startswith("Ask team two;")


def test_a_user_note_is_added_behind_the_shipped_ones(
    rules: Ruleset, rule_directory: RuleDirectory, shipped_text: Callable[[str], str]
) -> None:
    text = (
        shipped_text("integration/endpoint.yml")
        .replace("MKT005", "ACME001")
        .replace("name: endpoint", "name: proxy")
    )
    loaded = load((rule_directory({"integration/proxy.yml": text}),))
    assert [rule.code for rule in loaded.integration] == [*INTEGRATION, "ACME001"]
    first = next(rule for rule in loaded.integration if rule.kind is Kind.ENDPOINT)
    assert first == rules.integration_rule("endpoint")


def test_a_user_cannot_add_an_operation(
    rule_directory: RuleDirectory, shipped_text: Callable[[str], str]
) -> None:
    text = shipped_text("operations/listMObjects.yml").replace("name: listMObjects", "name: listThings")
    directory = rule_directory({"operations/things.yml": text.replace("MKT109", "MKT199")})
    with pytest.raises(RuleError) as caught:
        load((directory,))
    assert caught.value.problems == (
        f"the WSDL has no operation 'listThings' @ $.name ({directory}/operations/things.yml:2)",
    )


def test_clients_are_given_raw_and_replaced_by_stem(rule_directory: RuleDirectory) -> None:
    shipped = load_clients_raw()
    assert {"suds", "zeep", "marketo"} <= set(shipped)
    ours = "name: ours\nsummary: A library\nmodules: [ours]\nroles: {client: {}}\n"
    directory = rule_directory(
        {"clients/zeep.yml": ours, "clients/soapbox.yml": ours.replace("ours", "soapbox")}
    )
    loaded = load_clients_raw(extra_directories=(directory,))
    assert loaded["zeep"]["name"] == "ours"
    assert set(loaded) == {*shipped, "soapbox"}


def test_safe_variants_name_what_they_rest_on(rules: Ruleset) -> None:
    safe = [
        (rule, variant) for rule in rules.operations for variant in rule.variants if variant.tier is Tier.SAFE
    ]
    assert {rule.name for rule, _ in safe} == {
        "getLead",
        "getMultipleLeads",
        "mergeLeads",
        "syncLead",
        "syncMultipleLeads",
        "getChannels",
        "requestCampaign",
    }
    for rule, variant in safe:
        assert {"P1", "P6"} <= set(variant.preconditions), (rule.name, variant.id)
        assert "API_USER" in variant.assumptions, (rule.name, variant.id)
        assert set(variant.targets) == set(rules.targets), (rule.name, variant.id)
