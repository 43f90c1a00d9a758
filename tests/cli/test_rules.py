"""`rules`: the list, the explanations, wrong names."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from marketo_migrate.cli.entry import main
from marketo_migrate.model.rules import OperationRule, Ruleset
from marketo_migrate.report import rules_json, rules_text
from marketo_migrate.ruleset.load import load

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return load()


def test_list_names_every_rule(capsys: Capture, ruleset: Ruleset) -> None:
    assert main(["rules"]) == 0
    out = capsys.readouterr().out
    for rule in (*ruleset.operations, *ruleset.integration):
        assert f"  {rule.code}  {rule.name} " in out
    assert max(map(len, out.splitlines())) <= 120
    assert "\xa0" not in out


def test_json_list(capsys: Capture, ruleset: Ruleset) -> None:
    assert main(["rules", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)["rules"]
    assert [item["code"] for item in listed] == [
        rule.code for rule in (*ruleset.operations, *ruleset.integration)
    ]


@pytest.mark.parametrize("name", ["getLead", "GETLEAD", "MKT101", "mkt101"])
def test_explanation(capsys: Capture, name: str) -> None:
    assert main(["rules", name]) == 0
    out = capsys.readouterr().out
    assert out.startswith("MKT101 getLead\n")
    assert "  GET /rest/v1/leads.json  (getLeadsByFilterUsingGET)\n" in out
    for title in ("REST operations", "Request", "Response", "Pitfalls", "Documentation"):
        assert f"\n{title}\n" in out
    assert "${" not in out


def test_every_rule_can_be_explained(ruleset: Ruleset) -> None:
    for rule in (*ruleset.operations, *ruleset.integration):
        text = rules_text.render_rule(rule, ruleset)
        assert text.startswith(f"{rule.code} {rule.name}")
        assert all(link in text for link in rule.docs)
        assert "${" not in text or not isinstance(rule, OperationRule)
        if isinstance(rule, OperationRule):
            assert text.count("\nVariant ") == len(rule.variants)
        document = json.loads(rules_json.render_rule(rule, ruleset))
        assert (document["rule"]["code"], document["rule"]["docs"]) == (rule.code, list(rule.docs))


def test_json_explanation(capsys: Capture) -> None:
    assert main(["rules", "getLead", "-f", "json"]) == 0
    rule = json.loads(capsys.readouterr().out)["rule"]
    assert (rule["operation"], rule["rest"][0]["path"]) == ("getLead", "/rest/v1/leads.json")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("getLaed", "no rule `getLaed`, did you mean `getLead`"),
        ("xyzzy", "no rule `xyzzy`; `marketo-migrate rules` lists them all"),
    ],
)
def test_unknown_name(capsys: Capture, name: str, message: str) -> None:
    assert main(["rules", name]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_bad_rule_directory(capsys: Capture, tree: Callable[..., Path]) -> None:
    tree({"own/operations/getLead.yml": "code: 1\n", "own/integration/x.yml": "- [\n"})
    assert main(["rules", "--rules-dir", "own"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "getLead.yml" in err
    assert "x.yml" in err
    assert "Traceback" not in err
