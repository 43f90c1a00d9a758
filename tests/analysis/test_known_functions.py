"""Functions of the library and of packages through which a client, its address or its maker is passed."""

import pytest

from marketo_migrate.model.finding import Confidence, Kind

from .conftest import Find

HEAD = """
from zeep import Client
WSDL = "https://123-ABC-456.mktoapi.com/soap/mktows/2_9?WSDL"
"""


def calls(find: Find, source: str) -> list[tuple[str | None, Confidence]]:
    return [(each.operation, each.confidence) for each in find(HEAD + source) if each.kind is Kind.CALL]


def imported(dotted: str) -> str:
    module = dotted.rpartition(".")[0]
    return f"import {module}\n" if module else ""


@pytest.mark.parametrize(
    "dotted",
    [
        "property",
        "functools.cached_property",
        "django.utils.functional.cached_property",
        "werkzeug.utils.cached_property",
        "cached_property.cached_property",
        "abc.abstractproperty",
    ],
)
def test_decorators_of_properties(find: Find, dotted: str) -> None:
    code = f"class A:\n    @{dotted}\n    def c(self):\n        return Client(WSDL)\nA().c.service.getLead(k)"
    assert calls(find, imported(dotted) + code) == [("getLead", Confidence.CERTAIN)]


@pytest.mark.parametrize("dotted", ["contextlib.contextmanager", "contextlib.asynccontextmanager"])
def test_decorators_of_context_managers(find: Find, dotted: str) -> None:
    code = f"@{dotted}\ndef api():\n    yield Client(WSDL)\nwith api() as c:\n    c.service.getLead(k)"
    assert calls(find, imported(dotted) + code) == [("getLead", Confidence.CERTAIN)]


@pytest.mark.parametrize(
    "function",
    [
        "copy.copy",
        "copy.deepcopy",
        "asyncio.run",
        "asyncio.shield",
        "contextlib.closing",
        "weakref.proxy",
        "next",
        "max",
        "random.choice",
    ],
)
def test_what_gives_back_what_it_is_given(find: Find, function: str) -> None:
    given = "[Client(WSDL)]" if function in ("next", "max", "random.choice") else "Client(WSDL)"
    code = f"c = {function}({given})\nc.service.getLead(k)"
    assert calls(find, imported(function) + code) == [("getLead", Confidence.CERTAIN)]


@pytest.mark.parametrize(
    "function",
    [
        "list",
        "tuple",
        "sorted",
        "reversed",
        "set",
        "frozenset",
        "collections.deque",
        "itertools.chain",
        "itertools.islice",
        "itertools.cycle",
    ],
)
def test_copies_of_lists(find: Find, function: str) -> None:
    code = f"for c in {function}([Client(WSDL)]):\n    c.service.getLead(k)"
    assert calls(find, imported(function) + code) == [("getLead", Confidence.CERTAIN)]


@pytest.mark.parametrize(
    "function",
    [
        "dict",
        "collections.OrderedDict",
        "types.SimpleNamespace",
        "argparse.Namespace",
        "box.Box",
        "munch.Munch",
    ],
)
def test_dicts(find: Find, function: str) -> None:
    read = "d['c']" if function.endswith(("ict", "Dict")) else "d.c"
    code = f"d = {function}(c=Client(WSDL), x=1)\n{read}.service.getLead(k)"
    assert calls(find, imported(function) + code) == [("getLead", Confidence.CERTAIN)]


@pytest.mark.parametrize(
    "call",
    [
        "os.getenv('W', WSDL)",
        "os.environ.get('W', WSDL)",
        "os.environ.pop('W', WSDL)",
        "os.environ.setdefault('W', WSDL)",
        "decouple.config('W', default=WSDL)",
        "str(WSDL)",
        "os.fspath(WSDL)",
        "os.path.expandvars(WSDL)",
        "textwrap.dedent(WSDL)",
        "urllib.parse.urljoin('https://x.mktoapi.com/', 'soap/mktows/2_9')",
        "os.path.join('https://x.mktoapi.com', 'soap/mktows', '2_9')",
        "string.Template('https://$h/soap/mktows/2_9').substitute(h='x.mktoapi.com')",
    ],
)
def test_addresses(find: Find, call: str) -> None:
    dotted = (
        call.partition("(")[0]
        .removesuffix(".environ.get")
        .removesuffix(".environ.pop")
        .removesuffix(".environ.setdefault")
    )
    module = "os" if call.startswith("os.environ") else dotted.rpartition(".")[0]
    code = (f"import {module}\n" if module else "") + f"c = Client({call})\nc.service.getLead(k)"
    assert calls(find, code) == [("getLead", Confidence.CERTAIN)]


@pytest.mark.parametrize(
    "dotted",
    [
        "django.utils.functional.SimpleLazyObject",
        "lazy_object_proxy.Proxy",
        "werkzeug.local.LocalProxy",
        "wrapt.LazyObjectProxy",
    ],
)
def test_proxies_made_when_they_are_used(find: Find, dotted: str) -> None:
    for maker in ("lambda: Client(WSDL)", "make"):
        code = f"def make():\n    return Client(WSDL)\nc = {dotted}({maker})\nc.service.getLead(k)"
        assert calls(find, imported(dotted) + code) == [("getLead", Confidence.CERTAIN)]


@pytest.mark.parametrize("names", ["'c x'", "'c, x'", "['c', 'x']", "('c', 'x')"])
def test_named_tuples(find: Find, names: str) -> None:
    head = f"from collections import namedtuple\nA = namedtuple('A', {names})\n"
    for made in ("A(Client(WSDL), 1)", "A(x=1, c=Client(WSDL))"):
        assert calls(find, f"{head}A({made}).c\na = {made}\na.c.service.getLead(k)") == [
            ("getLead", Confidence.CERTAIN)
        ]
    assert calls(find, f"{head}a = A(1, Client(WSDL))\na.c.service.getLead(k)") == []


def test_a_named_tuple_of_unknown_fields(find: Find) -> None:
    code = "from collections import namedtuple\nA = namedtuple('A', fields)\nB = namedtuple('B')\nc = Client(WSDL)\nA(c), B(c)\nc.service.getLead(k)"
    assert calls(find, code) == [("getLead", Confidence.CERTAIN)]


def test_attributes_by_their_names(find: Find) -> None:
    head = "class A:\n    def __init__(self):\n        self.c = Client(WSDL)\n    def __getattr__(self, name):\n        raise AttributeError(name)\n"
    assert calls(find, head + "object.__getattribute__(A(), 'c').service.getLead(k)") == [
        ("getLead", Confidence.CERTAIN)
    ]
    for unknown in (
        "object.__getattribute__(A(), name)",
        "object.__getattribute__(x, 'c')",
        "object.__getattribute__(A())",
    ):
        assert calls(find, f"{head}{unknown}.service.getLead(k)") == []


def test_a_name_of_the_class_is_not_the_one_of_the_module(find: Find) -> None:
    code = """
c = None
def open_():
    global c
    c = Client(WSDL)
class A:
    c = Client("https://api.crm.example/ws?wsdl")
    c.service.getLead(k)
"""
    assert calls(find, code) == []


SETTING = "from django.conf import settings\nc = Client(settings.SERVICE)\nc.service.getLead(k)"


@pytest.mark.parametrize(
    "path",
    [
        "settings.py",
        "site/config.py",
        "conf.py",
        "configuration.py",
        "constants.py",
        "defaults.py",
        "site/base.py",
        "site/local.py",
        "site/production.py",
        "site/prod.py",
        "site/development.py",
        "site/dev.py",
        "site/staging.py",
        "site/common.py",
        "local_settings.py",
    ],
)
def test_settings(find: Find, path: str) -> None:
    for text in ("SERVICE = WSDL\n", "class Config:\n    SERVICE = WSDL\n"):
        others = {path: HEAD + text}
        found = [
            each for each in find("from zeep import Client\n" + SETTING, others) if each.kind is Kind.CALL
        ]
        assert [(each.operation, each.confidence) for each in found] == [("getLead", Confidence.CERTAIN)]


def test_no_settings(find: Find) -> None:
    for path, text in (("settings.py", "OTHER = WSDL\n"), ("job_two.py", "SERVICE = WSDL\n")):
        found = find("from zeep import Client\n" + SETTING, {path: HEAD + text})
        assert [each for each in found if each.kind is Kind.CALL] == []
