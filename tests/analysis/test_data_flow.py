"""Each way in which a SOAP client can reach a call: the call is found, with certainty."""

import pytest

from marketo_migrate.detect.findings import unresolved_calls
from marketo_migrate.model.finding import Confidence, Kind

from .conftest import Find

HEAD = """
from functools import cached_property, lru_cache, partial
from contextlib import contextmanager
from dataclasses import dataclass
from zeep import Client
WSDL = "https://123-ABC-456.mktoapi.com/soap/mktows/2_9?WSDL"
"""

FLOWS = {
    "global": "c = Client(WSDL)\nc.service.getLead(k)",
    "local alias": "def f():\n    a = Client(WSDL)\n    b = a\n    s = b.service\n    s.getLead(k)",
    "closure": "def f():\n    c = Client(WSDL)\n    def g():\n        return c.service.getLead(k)\n    return g",
    "nonlocal": "def f():\n    c = None\n    def g():\n        nonlocal c\n        c = Client(WSDL)\n    g()\n    c.service.getLead(k)",
    "global statement": "c = None\ndef f():\n    global c\n    c = Client(WSDL)\ndef g():\n    c.service.getLead(k)",
    "return": "def make():\n    return Client(WSDL)\nmake().service.getLead(k)",
    "parameter": "def f(api):\n    api.service.getLead(k)\nf(Client(WSDL))",
    "keyword parameter": "def f(*, api=None):\n    api.service.getLead(k)\nf(api=Client(WSDL))",
    "star arguments": "def f(*a):\n    g(*a)\ndef g(c, x):\n    c.service.getLead(x)\nf(Client(WSDL), 1)",
    "double star": "def f(**o):\n    g(**o)\ndef g(c):\n    c.service.getLead(k)\nf(c=Client(WSDL))",
    "default": "C = Client(WSDL)\ndef f(c=C):\n    c.service.getLead(k)",
    "instance attribute": "class A:\n    def __init__(self):\n        self.c = Client(WSDL)\n    def f(self):\n        self.c.service.getLead(k)",
    "class attribute": "class A:\n    service = Client(WSDL).service\n    def f(self):\n        self.service.getLead(k)",
    "inherited": "class B:\n    def __init__(self):\n        self.c = Client(self.url)\nclass A(B):\n    url = WSDL\n    def f(self):\n        self.c.service.getLead(k)",
    "super": "class B:\n    def __init__(self, u):\n        self.c = Client(u)\nclass A(B):\n    def __init__(self):\n        super().__init__(WSDL)\n    def f(self):\n        self.c.service.getLead(k)",
    "subclass of the library": "class A(Client):\n    def f(self):\n        return self.service.getLead(k)\nA(WSDL).f()",
    "property": "class A:\n    @property\n    def c(self):\n        return Client(WSDL)\n    def f(self):\n        self.c.service.getLead(k)",
    "cached property": "class A:\n    @cached_property\n    def s(self):\n        return Client(WSDL).service\n    def f(self):\n        self.s.getLead(k)",
    "lru cache": "@lru_cache\ndef make():\n    return Client(WSDL)\nmake().service.getLead(k)",
    "dataclass": "@dataclass\nclass A:\n    c: object\nA(Client(WSDL)).c.service.getLead(k)",
    "context manager": "@contextmanager\ndef api():\n    yield Client(WSDL)\nwith api() as c:\n    c.service.getLead(k)",
    "enter": "class A:\n    def __enter__(self):\n        return Client(WSDL)\n    def __exit__(self, *a): pass\nwith A() as c:\n    c.service.getLead(k)",
    "generator": "def all():\n    yield Client(WSDL)\nfor c in all():\n    c.service.getLead(k)",
    "tuple": "a, (b, c) = 1, (2, Client(WSDL))\nc.service.getLead(k)",
    "dict": "d = {'m': Client(WSDL)}\nd['m'].service.getLead(k)",
    "dict attribute": "d = dict(m=Client(WSDL))\nfor n, c in d.items():\n    c.service.getLead(k)",
    "dispatch table": "s = Client(WSDL).service\nT = {'get': s.getLead}\nT['get'](k)",
    "conditional": "c = Client(WSDL) if x else None\nc.service.getLead(k)",
    "or": "c = None or Client(WSDL)\nc.service.getLead(k)",
    "walrus": "if (c := Client(WSDL)):\n    c.service.getLead(k)",
    "match": "match Client(WSDL):\n    case c:\n        c.service.getLead(k)",
    "comprehension": "r = [c.service.getLead(k) for c in [Client(WSDL)]]",
    "lambda": "make = lambda: Client(WSDL)\nmake().service.getLead(k)",
    "partial": "get = partial(Client(WSDL).service.getLead, k)\nget()",
    "getattr": "getattr(Client(WSDL).service, 'getLead')(k)",
    "getattr on a parameter": "def call(name, *a):\n    return getattr(Client(WSDL).service, name)(*a)\ncall('getLead', k)",
    "subscript": "Client(WSDL).service['getLead'](k)",
    "loop variable": "for name in ('getLead',):\n    getattr(Client(WSDL).service, name)(k)",
    "try and break": "while True:\n    try:\n        c = Client(WSDL)\n        break\n    except Exception:\n        pass\nc.service.getLead(k)",
    "await": "async def f():\n    c = await make()\n    await c.service.getLead(k)\nasync def make():\n    return Client(WSDL)",
    "decorator": "def log(g):\n    def inner(*a, **o):\n        return g(*a, **o)\n    return inner\n@log\ndef make():\n    return Client(WSDL)\nmake().service.getLead(k)",
    "setattr": "class A: pass\na = A()\nsetattr(a, 'c', Client(WSDL))\na.c.service.getLead(k)",
    "dunder getattr": "class A:\n    def __init__(self):\n        self.c = Client(WSDL)\n    def __getattr__(self, n):\n        return getattr(self.c.service, n)\nA().getLead(k)",
    "address in pieces": "c = Client('https://%s/%s?WSDL' % ('x.mktoapi.com', 'soap/mktows/2_9'))\nc.service.getLead(k)",
    "address from the environment's default": "import os\nc = Client(os.environ.get('W', WSDL))\nc.service.getLead(k)",
    "bound service": "Client(WSDL).bind('S', 'P').getLead(k)",
    "created service": "Client('x.wsdl').create_service('b', WSDL).getLead(k)",
    "self attribute set elsewhere": "class A:\n    c = None\n    def open(self):\n        self.c = Client(WSDL)\n        return self\n    def f(self):\n        self.c.service.getLead(k)",
    "singleton": "class A:\n    _i = None\n    def __new__(cls):\n        if cls._i is None:\n            cls._i = object.__new__(cls)\n            cls._i.c = Client(WSDL)\n        return cls._i\nA().c.service.getLead(k)",
    "import cycle of a function": "def f(n):\n    return g(n)\ndef g(n):\n    return Client(WSDL) if n else f(n)\nf(1).service.getLead(k)",
}


@pytest.mark.parametrize("name", FLOWS)
def test_the_call_is_found(name: str, find: Find) -> None:
    found = [finding for finding in find(HEAD + FLOWS[name]) if finding.kind is Kind.CALL]
    assert [(finding.operation, finding.confidence) for finding in found] == [("getLead", Confidence.CERTAIN)]


OTHER_VENDORS = {
    "another address": "c = Client('https://api.crm.example/ws?wsdl')\nc.service.getLead(leadKey={'keyType': 'EMAIL'})",
    "one factory for two vendors": "def make(u):\n    return Client(u)\nm = make(WSDL)\no = make('https://api.crm.example/x?wsdl')\no.service.getLead(k)",
    "one class for two vendors": "class A:\n    def __init__(self, u):\n        self.c = Client(u)\n    def f(self):\n        return self.c.service.getLead(k)\nA('https://api.crm.example/x?wsdl').f()",
    "a name alone": "c.service.getTags(k)",
    "a REST client": "c.getLead(k)\nc.get_lead(k)\nservice.syncLead(k)",
    "another header": "c = Client('https://pay.example/?wsdl')\nh = c.factory.create('AuthenticationHeader')\nc.set_options(soapheaders=h)\nc.service.getChannels()",
    "an unknown address and a generic name": "import sys\nc = Client(sys.argv[1])\nc.service.getChannels()",
}


@pytest.mark.parametrize("name", OTHER_VENDORS)
def test_nothing_else_is_found(name: str, find: Find) -> None:
    lines = (HEAD + OTHER_VENDORS[name]).splitlines()
    found = [f for f in find(HEAD + OTHER_VENDORS[name]) if f.confidence is not Confidence.POSSIBLE]
    calls = [
        lines[f.location.span.line - 1]
        for f in found
        if f.kind in (Kind.CALL, Kind.WRAPPER_CALL, Kind.CLIENT)
    ]
    assert calls in ([], ["    return Client(u)"])


MODULES = {
    "import": ("import soap\nsoap.api.service.getLead(k)", {}),
    "from import": ("from soap import api\napi.service.getLead(k)", {}),
    "alias": ("import soap as s\ns.api.service.getLead(k)", {}),
    "star": ("from soap import *\napi.service.getLead(k)", {}),
    "re-export": ("from kit import api\napi.service.getLead(k)", {"kit/__init__.py": "from soap import api"}),
    "relative re-export": (
        "from kit import api\napi.service.getLead(k)",
        {"kit/__init__.py": "from .inner import *", "kit/inner.py": "from soap import api"},
    ),
    "submodule": (
        "import kit.inner\nkit.inner.api.service.getLead(k)",
        {"kit/inner.py": "from soap import api"},
    ),
    "import_module": (
        "import importlib\nimportlib.import_module('soap').api.service.getLead(k)",
        {},
    ),
    "src layout": (
        "from kit.inner import api\napi.service.getLead(k)",
        {"libs/kit/src/kit/__init__.py": "", "libs/kit/src/kit/inner.py": "from soap import api"},
    ),
    "cycle": (
        "import other\nother.f()",
        {"other.py": "import job\nfrom soap import api\ndef f():\n    pass\napi.service.getLead(1)"},
    ),
}


@pytest.mark.parametrize("name", MODULES)
def test_the_client_is_followed_across_modules(name: str, find: Find) -> None:
    source, others = MODULES[name]
    found = find(source, {"soap.py": HEAD + "api = Client(WSDL)", **others})
    assert [f.operation for f in found if f.kind is Kind.CALL] == ["getLead"]


def test_callers_of_a_wrapper_are_found_with_the_chain(find: Find) -> None:
    found = find(
        "from api import push\n\ndef job(row):\n    push(row)\n\njob(1)\npool.submit(job, 2)\n",
        {"api.py": HEAD + "c = Client(WSDL)\ndef push(r):\n    c.service.syncLead(r)\n"},
    )
    wrappers = {f.location.span.line: f for f in found if f.kind is Kind.WRAPPER_CALL}
    assert sorted(wrappers) == [4, 6, 7]
    assert {f.operation for f in wrappers.values()} == {"syncLead"}
    assert [step.location.path for step in wrappers[6].evidence][-1] == "api.py"
    (call,) = [f for f in found if f.kind is Kind.CALL]
    assert "Reached from 3 call sites" in call.message


def test_what_stays_open_is_counted_with_the_reason(resolve_text, rules, surfaces) -> None:
    source = (
        "import sys\nfrom zeep import Client\n\ndef f(api, name):\n    api.service.getTags()\n"
        "    Client(sys.argv[1]).service.getChannels()\n    Client('https://api.crm.example/x?wsdl').service.getLead()\n"
        "    getattr(Client('https://x.mktoapi.com/soap/mktows/2_9?WSDL').service, name)()\n"
    )
    assert unresolved_calls(resolve_text(source), rules, surfaces) == {
        "client not known": 1,
        "address not known": 1,
        "operation not known": 1,
    }
