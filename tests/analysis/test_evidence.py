"""The steps by which a client came to a call, each with the place where it is seen."""

import pytest

from marketo_migrate.model.finding import Kind

from .conftest import Find

CODE = """
from zeep import Client
def make():
    return Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_9?WSDL")
def f(api):
    g(api)
def g(one):
    two = one
    two.service.getLead(k)
f(make())
"""


def test_the_way_of_a_client(find: Find) -> None:
    [found] = [each for each in find(CODE) if each.kind is Kind.CALL]
    assert [
        (step.message, step.location.span.line, step.location.span.column) for step in found.evidence
    ] == [
        ("the address of Marketo's SOAP API", 4, 19),
        ("a zeep client is made", 4, 12),
        ("returned by make()", 4, 12),
        ("passed as `api` to f()", 5, 5),
        ("passed as `one` to g()", 7, 5),
    ]


def test_the_way_to_a_call(find: Find) -> None:
    found = {each.location.span.line: each for each in find(CODE) if each.kind is Kind.WRAPPER_CALL}
    assert {
        line: [(step.message, step.location.span.line) for step in each.evidence]
        for line, each in found.items()
    } == {
        6: [("calls g()", 7), ("the SOAP call", 9)],
        10: [("calls f()", 5), ("which calls g()", 6), ("the SOAP call", 9)],
    }
    assert [each.operation for each in found.values()] == ["getLead", "getLead"]


@pytest.mark.parametrize(
    "address",
    [
        "WSDL",
        "WSDL.strip()",
        "WSDL.lower()",
        "WSDL.lower().capitalize()",
        "WSDL.removesuffix('?WSDL')",
        "WSDL.split('?')[0]",
        "WSDL.rpartition('?')[0]",
        "WSDL[:-5]",
        "WSDL.encode().decode()",
        "WSDL.replace('123-ABC-456', host)",
        "WSDL.replace('?WSDL', '')",
        "WSDL + '&x'",
        "'%s&x' % WSDL",
        "'{}&x'.format(WSDL)",
        "'{a}&x'.format(a=WSDL)",
        "f'{WSDL}&x'",
        "''.join([WSDL, '&x'])",
        "os.path.join(WSDL, 'x')",
    ],
)
def test_the_place_of_an_address_that_was_changed(find: Find, address: str) -> None:
    code = f"""
import os
from zeep import Client
WSDL = "https://123-ABC-456.mktoapi.com/soap/mktows/2_9?WSDL"
c = Client({address})
c.service.getLead(k)
"""
    [found] = [each for each in find(code) if each.kind is Kind.CALL]
    first = found.evidence[0]
    assert (first.message, first.location.span.line, first.location.span.column) == (
        "the address of Marketo's SOAP API",
        4,
        8,
    )


def test_an_address_of_which_nothing_is_left(find: Find) -> None:
    code = """
from zeep import Client
c = Client("https://x.mktoapi.com/soap/mktows/2_9".replace("x.mktoapi.com/soap/mktows", "api.crm.example"))
c.service.getLead(k)
"""
    assert [each for each in find(code) if each.kind is Kind.CALL] == []
