"""A function that is called in more ways than are followed one by one: what it performs is found all the same."""

from marketo_migrate.model.finding import Confidence, Kind
from marketo_migrate.resolve.state import MAX_CONTEXTS

from .conftest import Find

HEAD = """
from zeep import Client
MARKETO = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_9?WSDL")
OTHER = Client("https://api.crm.example/ws?wsdl")
"""
MANY = range(2 * MAX_CONTEXTS)


def calls(find: Find, source: str) -> list[tuple[str | None, Confidence]]:
    return [(each.operation, each.confidence) for each in find(HEAD + source) if each.kind is Kind.CALL]


def test_the_client_comes_last(find: Find) -> None:
    uses = "".join(f"f(OTHER, 'text{number}')\n" for number in MANY)
    assert calls(find, f"def f(c, a):\n    c.service.getLead(a)\n{uses}") == []
    found = calls(find, f"def f(c, a):\n    c.service.getLead(a)\n{uses}f(MARKETO, 'last')\n")
    assert found == [("getLead", Confidence.CERTAIN)]


def test_the_operation_comes_last(find: Find) -> None:
    uses = "".join(f"f('getLead', 'text{number}')\n" for number in MANY)
    source = f"def f(name, a):\n    getattr(MARKETO.service, name)(a)\n{uses}"
    assert calls(find, source) == [("getLead", Confidence.CERTAIN)]
    # Several operations at one place are told without a name, wherever the second one comes.
    assert calls(find, source + "f('syncLead', 'last')\n") == [(None, Confidence.CERTAIN)]


def test_methods_of_a_base_class_keep_their_own_clients_apart(find: Find) -> None:
    classes = """
class Base:
    def ask(self, a):
        return self.client.service.getLead(a)
class Ours(Base):
    client = MARKETO
class Theirs(Base):
    client = OTHER
    def own(self, a):
        return self.client.service.getTags(a)
"""
    uses = "".join(f"Theirs().ask('a{number}')\nTheirs().own('b{number}')\n" for number in MANY)
    found = calls(find, f"{classes}{uses}Ours().ask('last')\n")
    assert found == [("getLead", Confidence.CERTAIN)]


def test_what_a_function_gives_back(find: Find) -> None:
    uses = "".join(f"f('text{number}').service.getLead(k)\n" for number in MANY)
    found = calls(find, f"def f(a):\n    return MARKETO\n{uses}")
    assert found == [("getLead", Confidence.CERTAIN)] * len(MANY)
