"""Marked text wherever an expression can stand; docstrings and prose are something else."""

import pytest

from marketo_migrate.model.finding import Confidence, Kind

from .conftest import Find

URL = '"https://123-ABC-456.mktoapi.com/soap/mktows/2_9"'
BODY = '"<ns1:paramsGetLead><leadKey/></ns1:paramsGetLead>"'

PLACES = {
    "assignment": "x = {}",
    "call": "f({})",
    "keyword": "f(a={})",
    "default": "def f(a={}):\n    pass",
    "body of a function": "def f():\n    return {}",
    "inner function": "def f():\n    def g():\n        yield {}\n    return g",
    "method": "class A:\n    def f(self):\n        self.x = {}",
    "class": "class A:\n    x = {}",
    "lambda": "f(lambda: {})",
    "list": "x = [1, {}]",
    "dict": "x = {{'a': {}}}",
    "subscript": "x[{}] = 1",
    "conditional": "x = {} if y else z",
    "condition": "if x == {}:\n    pass",
    "else": "if x:\n    pass\nelse:\n    f({})",
    "comprehension": "x = [y for y in z if y == {}]",
    "its iterable": "x = [y for y in {}]",
    "loop": "for x in ({},):\n    pass",
    "while": "while f({}):\n    pass",
    "handler": "try:\n    pass\nexcept E:\n    f({})",
    "finally": "try:\n    pass\nfinally:\n    f({})",
    "raise": "raise E({})",
    "with": "with f({}) as x:\n    pass",
    "match": "match x:\n    case 1:\n        f({})",
    "walrus": "f(x := {})",
    "await": "async def f():\n    await g({})",
    "starred": "f(*[{}])",
}


def marked(found: object) -> list[tuple[Kind, Confidence]]:
    return [(each.kind, each.confidence) for each in found if each.kind in (Kind.ENDPOINT, Kind.XML)]


@pytest.mark.parametrize(
    "code",
    [
        'def f():\n    """See https://123-ABC-456.mktoapi.com/soap/mktows/2_9"""',
        "x = 'https://app.marketo.example/soap'",
        "x = 'params' + name\ny = '<paramsGetWeather/>'",
        "# https://123-ABC-456.mktoapi.com/soap/mktows/2_9\nmarketo = 1",
        "x = '<e xmlns=\"http://other.example/ns\"><a:paramsGetLead/></e>'",
    ],
)
def test_nothing_marked(find: Find, code: str) -> None:
    assert [each for each in marked(find(code)) if each[1].rank >= Confidence.LIKELY.rank] == []


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("text", "expected"),
    [(URL, (Kind.ENDPOINT, Confidence.CERTAIN)), (BODY, (Kind.XML, Confidence.LIKELY))],
    ids=["endpoint", "envelope"],
)
def test_marked_text_is_found(find: Find, place: str, text: str, expected: tuple[Kind, Confidence]) -> None:
    assert marked(find(PLACES[place].format(text))) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "b'https://123-ABC-456.mktoapi.com/soap/mktows/2_9'",
        "f'https://{host}/soap/mktows/2_9'",
        "'https://%s/soap/mktows/2_9' % host",
        "'https://' + host + '/soap/mktows/2_9'",
    ],
)
def test_an_endpoint_in_pieces_is_one_finding(find: Find, text: str) -> None:
    assert marked(find(f"x = {text}")) == [(Kind.ENDPOINT, Confidence.CERTAIN)]


def test_prose_is_only_possible(find: Find) -> None:
    code = "print('The address was https://123-ABC-456.mktoapi.com/soap/mktows/2_9, it is gone')"
    assert marked(find(code)) == [(Kind.ENDPOINT, Confidence.POSSIBLE)]


def test_the_operation_of_an_envelope(find: Find) -> None:
    def operations(text: str) -> list[str | None]:
        return [each.operation for each in find(f"x = '{text}'") if each.kind is Kind.XML]

    assert operations("<a:paramsGetLead/>") == ["getLead"]
    assert operations("<a:paramsGetLead/><a:paramsSyncLead/>") == [None]
