"""Wrong rule files: every problem of every file at once, each with its path in the data, file and line."""

import re
import shutil
from pathlib import Path

import pytest

from marketo_migrate.errors import RuleError
from marketo_migrate.ruleset.load import load, load_clients_raw, load_with_surfaces
from marketo_migrate.ruleset.locate import shipped_directory

from .conftest import RuleDirectory

PROBLEM = re.compile(r".+ @ \$[\w.\[\]]* \(.+:\d+\)")
FOLDERS = "not one of the folders of a rule directory (operations, integration, clients)"
ENDPOINT_RULE = """\
code: MKT005
name: endpoint
kind: endpoint
summary: An address.
message: An address.
advice: Change it.
docs: [https://example.com/]
example: {before: "a = 1", after: "a = 2"}
"""


def problems_of(*directories: Path, shipped: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(RuleError) as caught:
        load(directories, directory=shipped)
    assert str(caught.value) == "\n".join(caught.value.problems)
    assert all(PROBLEM.fullmatch(problem) for problem in caught.value.problems)
    return caught.value.problems


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped rules, to spoil."""
    directory = tmp_path / "rules"
    shutil.copytree(shipped_directory(), directory)
    return directory


def spoil(directory: Path, name: str, old: str, new: str) -> int:
    """Replace a text in a rule file; gives the line it stood on."""
    path = directory / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{name} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_good_user_file_has_no_problems(rule_directory: RuleDirectory) -> None:
    loaded = load((rule_directory({"integration/endpoint.yml": ENDPOINT_RULE}),))
    assert loaded.integration[4].summary == "An address."


def test_many_problems_of_many_files_at_once(rule_directory: RuleDirectory) -> None:
    directory = rule_directory(
        {
            "operations/a.yml": "code: MKT101\nname: getLead\narea: nowhere\nsince: 1_7\n",
            "integration/b.yml": "code: x\nname: Bad Name\ncode: y\n",
            "integration/c.yml": ENDPOINT_RULE.replace("kind: endpoint", "kind: address").replace(
                "docs: [https://example.com/]", "docs: [ftp://example.com/, 7]"
            ),
            "integration/d.yml": ENDPOINT_RULE.replace("advice: Change it.\n", "").replace(
                "{before:", "{befor:"
            ),
            "clients/e.yml": "- a list\n",
            "clients/f.yml": "name: 'open\n",
            "targets/g.yml": "target: x\n",
            "loose.yml": "a: 1\n",
        }
    )
    found = problems_of(directory)
    expected = [
        "'nowhere' is not one of leads, m-objects, programs, static-lists, activities, campaigns,"
        f" custom-objects @ $.area ({directory}/operations/a.yml:3)",
        f"must be a text, is a whole number @ $.since ({directory}/operations/a.yml:4)",
        f"the key 'variants' is missing @ $ ({directory}/operations/a.yml:1)",
        f"the key 'code' stands twice @ $ ({directory}/integration/b.yml:3)",
        f"'ftp://example.com/' does not match ^https:// @ $.docs[0] ({directory}/integration/c.yml:7)",
        f"must be a text, is a whole number @ $.docs[1] ({directory}/integration/c.yml:7)",
        f"the key 'advice' is missing @ $ ({directory}/integration/d.yml:1)",
        f"unknown key 'befor' @ $.example.befor ({directory}/integration/d.yml:7)",
        f"the key 'before' is missing @ $.example ({directory}/integration/d.yml:7)",
        f"must be a mapping, is a list @ $ ({directory}/clients/e.yml:1)",
        f"{FOLDERS} @ $ ({directory}/targets:1)",
        f"{FOLDERS} @ $ ({directory}/loose.yml:1)",
    ]
    assert [problem for problem in expected if problem not in found] == []
    assert any("'address' is not one of call," in problem for problem in found)
    assert any(
        problem.startswith("not YAML: ") and f"{directory}/clients/f.yml:" in problem for problem in found
    )
    assert not any("(rules/" in problem for problem in found)


def test_a_missing_directory(tmp_path: Path) -> None:
    missing = tmp_path / "nothing"
    assert problems_of(missing) == (f"no such rule directory @ $ ({missing}:1)",)


def test_two_files_of_a_directory_for_one_rule(rule_directory: RuleDirectory) -> None:
    directory = rule_directory({"integration/a.yml": ENDPOINT_RULE, "integration/b.yml": ENDPOINT_RULE})
    assert problems_of(directory) == (
        f"MKT005 is also in {directory}/integration/a.yml @ $.code ({directory}/integration/b.yml:1)",
    )


def test_a_name_that_another_rule_has(rule_directory: RuleDirectory) -> None:
    directory = rule_directory({"integration/a.yml": ENDPOINT_RULE.replace("MKT005", "ACME001")})
    shipped = "rules/integration/endpoint.yml"
    assert problems_of(directory) == (
        f"the name endpoint is also in {shipped} @ $.name ({directory}/integration/a.yml:2)",
    )


def test_a_message_with_a_bad_placeholder(rule_directory: RuleDirectory) -> None:
    text = ENDPOINT_RULE.replace("message: An address.", "message: An ${address of.")
    directory = rule_directory({"integration/a.yml": text})
    (problem,) = problems_of(directory)
    assert problem.endswith(f"@ $.message ({directory}/integration/a.yml:5)")


def test_client_files_are_checked_alone_too(rule_directory: RuleDirectory) -> None:
    directory = rule_directory({"clients/a.yml": "[]\n", "clients/b.yml": "{}\n"})
    with pytest.raises(RuleError) as caught:
        load_clients_raw(extra_directories=(directory,))
    assert caught.value.problems == (
        f"must be a mapping, is a list @ $ ({directory}/clients/a.yml:1)",
        *(
            f"the key '{key}' is missing @ $ ({directory}/clients/b.yml:1)"
            for key in ("name", "summary", "modules", "roles")
        ),
    )


CLIENT = """\
name: ours
summary: A library of ours
modules: [ours]
constructors:
  - names: [ours.Client]
    endpoint: [{position: 0, keywords: [url]}]
roles:
  client:
    attributes:
      service: {returns: service}
    methods:
      lead: {operation: getLead}
  service:
    attribute: {returns: operation}
"""


def test_a_good_client_file_has_no_problems(rule_directory: RuleDirectory) -> None:
    (ours,) = (
        surface
        for surface in load_with_surfaces((rule_directory({"clients/ours.yml": CLIENT}),))[1].clients
        if surface.name == "ours"
    )
    assert ours.roles["client"].methods["lead"].operation == "getLead"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("[ours]", "ours", "must be a list, is a text @ $.modules ({file}:3)"),
        (
            "[{position: 0",
            "[{place: 0",
            "unknown key 'place' @ $.constructors[0].endpoint[0].place ({file}:6)",
        ),
        (
            "position: 0",
            "position: -1",
            "must be 0 or more @ $.constructors[0].endpoint[0].position ({file}:6)",
        ),
        (
            "service: {returns: service}",
            "service: service",
            "must be a mapping, is a text @ $.roles.client.attributes.service ({file}:10)",
        ),
        (
            "{returns: service}",
            "{returns: servcie}",
            "'servcie' is no role of this file @ $.roles.client.attributes.service.returns ({file}:10)",
        ),
        (
            "operation: getLead",
            "operation: getLaed",
            "Marketo's SOAP API has no method 'getLaed' @ $.roles.client.methods.lead.operation ({file}:12)",
        ),
        (
            "  client:",
            "  klient:",
            "the role 'client' is missing: it is where a constructor leads to @ $.roles ({file}:8)",
        ),
        ("name: ours", "name: zeep", "the name zeep is also in rules/clients/zeep.yml @ $.name ({file}:1)"),
    ],
)
def test_what_is_wrong_with_a_client_file(
    rule_directory: RuleDirectory, old: str, new: str, problem: str
) -> None:
    assert old in CLIENT
    directory = rule_directory({"clients/ours.yml": CLIENT.replace(old, new, 1)})
    assert problems_of(directory) == (problem.format(file=f"{directory}/clients/ours.yml"),)


def test_further_ways_to_send_are_added(rule_directory: RuleDirectory) -> None:
    text = "kind: http\nposts: [ours.send]\npost_methods: []\ncarriers: []\nroots: [ours]\n"
    http = load_with_surfaces((rule_directory({"clients/ours.yml": text}),))[1].http
    assert {"ours.send", "requests.post"} <= http.posts


@pytest.mark.parametrize(
    ("name", "old", "new", "message", "where"),
    [
        (
            "operations/getLead.yml",
            "operation: getLeadsByFilterUsingGET",
            "operation: getLeadsGET",
            "no REST operation 'getLeadsGET'",
            "$.rest[0].operation",
        ),
        (
            "operations/getLead.yml",
            "documented: true",
            "documented: false",
            "`documented` of getLeadsByFilterUsingGET does not agree with table.listed",
            "$.rest[0].operation",
        ),
        (
            "operations/getMObjects.yml",
            "leads to describeOpportunityRoleUsingGET",
            "is wrong",
            "describeOpportunityRoleUsingGET is neither used in `rest` nor explained in `disagreement`",
            "$.table.listed[1]",
        ),
        (
            "operations/getLead.yml",
            "soap: leadKey.keyType\n",
            "soap: leadKey.kind\n",
            "the WSDL has no path 'leadKey.kind' here",
            "$.request[0].soap",
        ),
        (
            "operations/getLead.yml",
            "rest: filterType\n",
            "rest: filterKind\n",
            "no REST operation of this rule takes 'filterKind'",
            "$.request[0].rest",
        ),
        (
            "operations/getLead.yml",
            "EMAIL: email\n",
            "MAIL: email\n",
            "'MAIL' is no value of LeadKeyRef",
            "$.request[0].values.MAIL",
        ),
        (
            "operations/getTags.yml",
            '"[].tagType"',
            '"[].tagName"',
            "no REST operation of this rule answers with '[].tagName'",
            "$.response[0].rest",
        ),
        (
            "operations/getLead.yml",
            "- id: owner\n",
            "- id: email\n",
            "the variant email stands twice",
            "$.variants[6].id",
        ),
        (
            "operations/getLead.yml",
            "leadKey.keyType, in: [LEADOWNEREMAIL]",
            "leadKey.keyType, in: [OWNER]",
            "'OWNER' is no value of LeadKeyRef",
            "$.variants[0].match[0].in[0]",
        ),
        (
            "operations/getLead.yml",
            "{path: leadKey.keyType, in: [LEADOWNEREMAIL]}",
            "{path: leadKey.keyTypes, absent: true}",
            "the request of getLead has no path 'leadKey.keyTypes'",
            "$.variants[0].match[0].path",
        ),
        (
            "operations/getLead.yml",
            "in: [LEADOWNEREMAIL]",
            "in: [EMAIL], constant: true",
            "a condition has one check",
            "$.variants[0].match[0]",
        ),
        (
            "operations/getLead.yml",
            "- {use: foreign-id-read}",
            "- {use: foreign-id-read, path: leadKey}",
            "`use` stands alone, every other check has a path",
            "$.variants[1].match[0]",
        ),
        (
            "operations/getLead.yml",
            "in: [LEADOWNEREMAIL]",
            "max_items: 3",
            "leadKey.keyType is not a list",
            "$.variants[0].match[0].path",
        ),
        (
            "operations/getMultipleLeads.yml",
            "type: LastUpdateAtSelector",
            "type: LeadKey",
            "'LeadKey' cannot stand for LeadSelector",
            "$.variants[1].match[0].type",
        ),
        (
            "operations/getLead.yml",
            "assumptions: [EMAIL_UNIQUE,",
            "assumptions: [UNIQUE,",
            "terms.yml has no 'UNIQUE'",
            "$.variants[6].assumptions[0]",
        ),
        (
            "operations/getLead.yml",
            "${leadKey.keyValue|email}",
            "${leadKey.value|email}",
            "${leadKey.value|email}: the request of getLead has no such path",
            "$.variants[6].targets.marketorestpython",
        ),
        (
            "operations/getLead.yml",
            "${leadKey.keyValue|email}",
            "${leadKey.keyValue:loud}",
            "the form 'loud' is not one of value, text,",
            "$.variants[6].targets.marketorestpython",
        ),
        (
            "operations/getLead.yml",
            "${leadKey.keyValue|email}",
            "${leadKey keyValue}",
            "a '${' that is not",
            "$.variants[6].targets.marketorestpython",
        ),
        (
            "operations/listMObjects.yml",
            "      requests: |",
            "      curl: |",
            "no target 'curl'; there are marketorestpython, requests",
            "$.variants[0].targets.curl",
        ),
        (
            "operations/listMObjects.yml",
            "distinctive: true",
            "distinctive: maybe",
            "must be true or false, is a text",
            "$.distinctive",
        ),
        (
            "operations/getChannels.yml",
            "code: MKT111",
            "code: MKT112",
            "the code MKT112 is also in rules/operations/getChannels.yml",
            "$.code",
        ),
        ("terms.yml", "  P7:", "  P0:", "terms.yml has no 'P7'", "$.variants[7].preconditions[6]"),
        (
            "soap/types.yml",
            "{name: keyType, type: LeadKeyRef,",
            "{name: keyType, type: LeadKeyKind,",
            "no type 'LeadKeyKind'",
            "$.types.LeadKey.fields[0].type",
        ),
        (
            "soap/types.yml",
            "parameters: [leadRecord, returnLead, marketoCookie]",
            "parameters: [leadRecord, marketoCookie, returnLead]",
            "the signature of version 1_7 is not the field order of ParamsSyncLead",
            "$.operations.syncLead.signature",
        ),
        (
            "rest/endpoints.yml",
            "path: /rest/v1/lead/{leadId}.json",
            "path: /rest/v1/lead/{id}.json",
            "the path parameters are not those in the path's braces",
            "$.endpoints.getLeadByIdUsingGET.parameters",
        ),
        (
            "rest/endpoints.yml",
            "superseded_by: describeUsingGET_6",
            "superseded_by: describeUsingGET_7",
            "no REST operation 'describeUsingGET_7'",
            "$.endpoints.describeUsingGET_2.superseded_by",
        ),
        (
            "fields/lead.yml",
            "soap: City,",
            "soap: Country,",
            "soap 'Country' stands twice",
            "$.fields[12].soap",
        ),
        (
            "activities/types.yml",
            "soap: VisitWebpage",
            "soap: VisitWebPage",
            "'VisitWebPage' is no value of the WSDL's ActivityType",
            "$.types[0].soap",
        ),
        (
            "targets/marketorestpython.yml",
            "traps: [M05, M31]",
            "traps: [M05, M77]",
            "no trap 'M77'",
            "$.calls.getLeadsByFilterUsingGET.traps[1]",
        ),
        (
            "targets/marketorestpython.yml",
            "  getLeadByIdUsingGET:",
            "  getLeadUsingGET:",
            "no REST operation 'getLeadUsingGET'",
            "$.calls.getLeadUsingGET",
        ),
    ],
)
def test_each_cross_check(copy: Path, name: str, old: str, new: str, message: str, where: str) -> None:
    spoil(copy, name, old, new)
    found = problems_of(shipped=copy)
    wanted = [
        problem for problem in found if problem.startswith(message) and f" @ {where} (rules/" in problem
    ]
    assert wanted, found


def test_the_line_is_that_of_the_value(copy: Path) -> None:
    line = spoil(
        copy,
        "operations/syncLead.yml",
        "match:\n      - {path: leadRecord.Id, present",
        "match:\n      - {path: leadRecord.Ident, present",
    )
    found = problems_of(shipped=copy)
    assert any(
        problem.endswith(f"match[0].path (rules/operations/syncLead.yml:{line + 1})") for problem in found
    )


def test_last_variant_takes_the_rest(copy: Path) -> None:
    spoil(
        copy,
        "operations/getLead.yml",
        "  - id: unknown_key\n",
        "  - id: unknown_key\n    match: [{path: leadKey, present: true}]\n",
    )
    spoil(copy, "operations/getTags.yml", '    match:\n      - {path: "tagList.tag", absent: true}\n', "")
    found = " ".join(problems_of(shipped=copy))
    assert "the last variant takes whatever is left: it has no `match` @ $.variants[9].match (" in found
    assert "without `match` no later variant is ever chosen @ $.variants[0] (" in found


def test_tiers_are_justified(copy: Path) -> None:
    spoil(copy, "operations/mergeLeads.yml", "    why: A merge", "    # why: A merge")
    spoil(copy, "operations/mergeLeads.yml", "    preconditions: [P1, P2, P3, P6]\n", "")
    found = " ".join(problems_of(shipped=copy))
    assert "a variant of tier review says `why` @ $.variants[0] (" in found
    assert "a safe variant names its preconditions @ $.variants[1] (" in found


@pytest.mark.parametrize("name", ["soap/types.yml", "rest/endpoints.yml", "terms.yml", "fields/lead.yml"])
def test_a_fact_file_that_is_missing_or_empty(copy: Path, name: str) -> None:
    (copy / name).write_text("")
    assert any(problem == f"the file is empty @ $ (rules/{name}:1)" for problem in problems_of(shipped=copy))
    (copy / name).unlink()
    assert any(problem.startswith("no rules of kind ") for problem in problems_of(shipped=copy))


@pytest.mark.parametrize(
    "names",
    [
        ("targets/requests.yml",),
        ("rest/endpoints.yml",),
        ("soap/types.yml", "terms.yml", "fields/lead.yml", "activities/types.yml", "operations/getLead.yml"),
    ],
    ids=["target", "endpoints", "others"],
)
def test_a_mistake_is_told_without_what_follows_from_it(copy: Path, names: tuple[str, ...]) -> None:
    for name in names:
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write("\nnonsense: 1\n")
    found = problems_of(shipped=copy)
    assert {problem.partition("(rules/")[2].partition(":")[0] for problem in found} == set(names)
    assert {problem.partition(" (")[0] for problem in found} == {"unknown key 'nonsense' @ $.nonsense"}
    assert len(found) == len(names)


def test_a_target_that_is_missing_is_told_once(copy: Path) -> None:
    spoil(copy, "targets/requests.yml", "target: requests", "target: requsts")
    (problem,) = problems_of(shipped=copy)
    assert re.match(
        r"no target 'requests'; there are marketorestpython, requsts \(named in \d\d+ more places\) @ ",
        problem,
    )


def test_a_rest_operation_that_is_missing_is_told_where_it_is_named(copy: Path) -> None:
    spoil(copy, "rest/endpoints.yml", "  getLeadByIdUsingGET:", "  getLeadUsingGET:")
    found = problems_of(shipped=copy)
    assert {problem.partition(" @ ")[0] for problem in found} == {"no REST operation 'getLeadByIdUsingGET'"}
    assert {problem.partition("(")[2].partition(":")[0] for problem in found} == {
        "rules/targets/marketorestpython.yml",
        "rules/operations/getLead.yml",
        "rules/operations/getMultipleLeads.yml",
    }
