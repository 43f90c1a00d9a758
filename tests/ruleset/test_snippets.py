"""Every snippet template is Python and calls what exists: marketorestpython, or the target's own class."""

import ast
import inspect
import re
from collections.abc import Iterator

import pytest
from marketorestpython.client import MarketoClient

from marketo_migrate.model.rules import Ruleset
from marketo_migrate.model.template import CLIENT_PATH, Placeholder, fill
from marketo_migrate.ruleset.load import load

LOADED = load()
SNIPPETS = [
    pytest.param(target, template, id=f"{rule.name}-{variant.id}-{target}")
    for rule in LOADED.operations
    for variant in rule.variants
    for target, template in variant.targets.items()
]
ID_LISTS = {
    "merge_lead": (1, "leadIds"),
    "add_leads_to_list": (1, "id"),
    "remove_leads_from_list": (1, "id"),
    "member_of_list": (1, "id"),
    "request_campaign": (1, "leads"),
    "get_multiple_leads_by_filter_type": (1, "filterValues"),
    "get_opportunities": (1, "filterValues"),
    "get_opportunity_roles": (1, "filterValues"),
    "get_multiple_lists": (None, "name"),
    "get_multiple_campaigns": (None, "name"),
}


def fallbacks(placeholder: Placeholder) -> str | None:
    return "client" if placeholder.path == CLIENT_PATH else None


def awkward(placeholder: Placeholder) -> str | None:
    """Expressions with both kinds of quotes, as users write them."""
    if placeholder.path == CLIENT_PATH:
        return "client"
    return "[row[\"key\"], other['key'] if x else -1][0]"


def client_calls(code: str) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            base = node.func.value
            if isinstance(base, ast.Name) and base.id == "client":
                yield node.func.attr, node


def bind(signature: inspect.Signature, call: ast.Call, *before: object) -> None:
    keywords = {keyword.arg: None for keyword in call.keywords if keyword.arg is not None}
    signature.bind(*before, *call.args, **keywords)


def export_signature(name: str) -> tuple[inspect.Signature, tuple[object, ...]]:
    """The bulk export methods take anything and hand it on; what they hand it to says what is allowed."""
    if name.startswith("create_"):
        return inspect.signature(MarketoClient._create_bulk_export_job), (None, "leads")
    return inspect.signature(MarketoClient._export_job_state_machine), (None, "leads", "status")


def test_plain_text_is_left_alone() -> None:
    assert fill("x = {1: '$'}\n", fallbacks) == "x = {1: '$'}\n"


@pytest.mark.parametrize(("target", "template"), SNIPPETS)
@pytest.mark.parametrize("value", [fallbacks, awkward], ids=["fallbacks", "awkward"])
def test_snippet_is_python(target: str, template: str, value) -> None:
    code = fill(template, value)
    assert "${" not in code
    ast.parse(code, feature_version=(3, 11))


@pytest.mark.parametrize(
    "template", [param.values[1] for param in SNIPPETS if param.values[0] == "marketorestpython"],
    ids=[param.id for param in SNIPPETS if param.values[0] == "marketorestpython"],
)  # fmt: skip
def test_library_calls_bind(template: str) -> None:
    code = fill(template, fallbacks)
    mentioned = set(re.findall(r"\bclient\.(\w+)", code)) - {"host", "token"}
    assert {name for name in mentioned if not callable(getattr(MarketoClient, name, None))} == set()
    for name, call in client_calls(code):
        signature, before = inspect.signature(getattr(MarketoClient, name)), (None,)
        if any(item.kind is inspect.Parameter.VAR_KEYWORD for item in signature.parameters.values()):
            signature, before = export_signature(name)
        bind(signature, call, *before)


@pytest.mark.parametrize(
    "template", [param.values[1] for param in SNIPPETS if param.values[0] == "marketorestpython"],
    ids=[param.id for param in SNIPPETS if param.values[0] == "marketorestpython"],
)  # fmt: skip
def test_library_calls_heed_the_traps(template: str) -> None:
    for name, call in client_calls(fill(template, fallbacks)):
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        position, keyword = ID_LISTS.get(name, (None, None))
        given = keywords.get(keyword)
        if given is None and position is not None:
            given = call.args[position]
        # A text would be iterated letter by letter or split at blanks, a number is a TypeError.
        assert not isinstance(given, ast.Constant | ast.JoinedStr), name
        assert name != "execute"
        if name in ("get_channels", "get_tags", "browse_programs", "get_program_by_tag_type"):
            assert ast.literal_eval(keywords["maxReturn"]) == 200
        if name == "get_lead_activities" and isinstance(call.args[0], ast.List):
            assert all(isinstance(item.value, str) for item in call.args[0].elts)
        if name == "get_lead_changes":
            assert "leadIds" not in keywords


@pytest.mark.parametrize(
    "template", [param.values[1] for param in SNIPPETS if param.values[0] == "requests"],
    ids=[param.id for param in SNIPPETS if param.values[0] == "requests"],
)  # fmt: skip
def test_plain_http_calls_bind(template: str, rest_class: type) -> None:
    for name, call in client_calls(fill(template, fallbacks)):
        bind(inspect.signature(getattr(rest_class, name)), call, None)


@pytest.mark.parametrize(("target", "template"), SNIPPETS)
def test_the_token_never_goes_into_the_address(target: str, template: str) -> None:
    assert "access_token" not in template


@pytest.mark.parametrize(
    "template", [param.values[1] for param in SNIPPETS if param.values[0] == "requests"],
    ids=[param.id for param in SNIPPETS if param.values[0] == "requests"],
)  # fmt: skip
def test_paths_are_those_of_operations(rules: Ruleset, template: str) -> None:
    known = [re.sub(r"\\\{\w+\\\}", "@", re.escape(item.path)) for item in rules.endpoints.values()]
    for _, call in client_calls(fill(template, fallbacks)):
        path = path_of(call.args[0])
        assert path is None or any(re.fullmatch(item, path) for item in known), path


def path_of(node: ast.expr) -> str | None:
    """The address a call names, with @ for what is filled in; None where it is a variable."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(part.value if isinstance(part, ast.Constant) else "@" for part in values)
        case ast.BinOp(left=left, right=right):
            return f"{path_of(left) or '@'}{path_of(right) or '@'}"
    return None


def test_clients_are_constructed_as_they_want(rules: Ruleset, rest_class: type) -> None:
    for target, constructor in (
        (rules.targets["marketorestpython"], MarketoClient),
        (rules.targets["requests"], rest_class),
    ):
        tree = ast.parse(target.imports + fill(target.construct, fallbacks))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        assert [call.func.id for call in calls] == [constructor.__name__]
        bind(inspect.signature(constructor), calls[0])
    keywords = {keyword.arg: ast.literal_eval(keyword.value) for keyword in _construction(rules).keywords}
    assert keywords["max_retry_time"] == 0
    assert rules.targets["marketorestpython"].requirement == "marketorestpython>=0.5.25"


def _construction(rules: Ruleset) -> ast.Call:
    tree = ast.parse(fill(rules.targets["marketorestpython"].construct, fallbacks))
    return next(node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_examples_of_integration_rules_are_python(rules: Ruleset) -> None:
    for rule in rules.integration:
        if rule.name in ("retired-dependency", "unparsed-file"):
            continue
        ast.parse(rule.before)
        ast.parse(rule.after)
        for name, call in client_calls(rule.after):
            bind(inspect.signature(getattr(MarketoClient, name)), call, None)
