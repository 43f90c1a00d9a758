"""The steps by which a client came to a call, each with the place where it is seen."""

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
