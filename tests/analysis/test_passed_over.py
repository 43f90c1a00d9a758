"""Functions that cannot matter are passed over, and nothing that matters is missed by that."""

import pytest

from marketo_migrate.model.finding import Confidence, Kind

from .conftest import Find

CLIENT = 'from suds.client import Client\nmarketo = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_3?WSDL")\n'


def calls(find: Find, source: str) -> list[tuple[str | None, Confidence]]:
    return [(each.operation, each.confidence) for each in find(source) if each.kind is Kind.CALL]


def callers(find: Find, source: str) -> set[int]:
    """The lines at which a function is called that makes a SOAP call."""
    return {each.location.span.line for each in find(source) if each.kind is Kind.WRAPPER_CALL}


@pytest.mark.parametrize(
    "function",
    [
        "def names(rows):\n    return sorted(row['name'] for row in rows)\n",
        "def first(rows, limit=2):\n    found = {}\n    for row in rows:\n        found[row.id] = row\n    return found\n",
        "def late(day, now=None):\n    return (now or datetime.now()) - day\n",
    ],
)
def test_what_cannot_matter_is_not_evaluated(resolve_text, function: str) -> None:
    text = f"{CLIENT}from datetime import datetime\nmarketo.service.getLead(1)\n{function}"
    body = text.index("return") if "return" in function else 0
    assert all(place[1] < body for place in resolve_text(text).flows if place[1] >= text.index("def "))


@pytest.mark.parametrize(
    "function",
    [
        # What other functions are given, what a module keeps, what a framework's object keeps.
        "def f(context):\n    context.obj.find(1)\n",
        "def f(rows):\n    api.find(rows)\n",
        "def f(rows):\n    return [find(row) for row in rows]\n",
        "def f(rows):\n    rows.each(find)\n",
        "def f(request):\n    request['api'].find(1)\n",
        "def outer():\n    def f(rows):\n        return api.find(rows)\n    return f\n",
    ],
)
def test_callers_of_what_makes_a_call_are_found(find: Find, function: str) -> None:
    source = f"""{CLIENT}
class Api:
    def find(self, key):
        return marketo.service.getLead(key)

api = Api()
find = api.find

{function}
def begin(context, request):
    context.obj = Api()
    request["api"] = Api()
"""
    start = source[: source.index(function)].count("\n") + 1
    lines = range(start, start + function.count("\n"))
    assert callers(find, source) & set(lines)


def test_what_an_unknown_session_posts_is_found(find: Find) -> None:
    source = """
def send(session, body):
    return session.post("https://123-ABC-456.mktoapi.com/soap/mktows/2_3", data=body)
"""
    assert [each.location.span.line for each in find(source) if each.kind is Kind.CALL] == [3]


def test_variables_of_a_comprehension_are_its_own(find: Find) -> None:
    source = f"""{CLIENT}
def first():
    return [api for api in (marketo,)][0]

def second():
    return api.service.getLead(1)
"""
    assert (("getLead", Confidence.CERTAIN)) not in calls(find, source)


def test_a_variable_of_a_comprehension_hides_another_only_in_it(find: Find) -> None:
    source = f"""{CLIENT}
api = marketo

def first(rows):
    api = marketo
    names = [api.name for api in rows]
    return names, api.service.getLead(1)
"""
    assert ("getLead", Confidence.CERTAIN) in calls(find, source)


@pytest.mark.parametrize(
    "made",
    [
        "table = {{name: (lambda key: api.service.getLead(key)) for api, name in ((marketo, 'a'),)}}\n",
        "def make():\n    return [lambda key: api.service.getLead(key) for api in (marketo,)]\nmake()[0](1)\n",
    ],
)
def test_functions_in_a_comprehension_know_its_variables(find: Find, made: str) -> None:
    assert calls(find, CLIENT + made.format()) == [("getLead", Confidence.CERTAIN)]
