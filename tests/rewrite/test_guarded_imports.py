"""Imports of the SOAP library that allow for its absence, annotations of its classes, its loggers."""

import textwrap

import pytest
from judging import judge
from people import people
from soap_programs import SIGNED, STANDARD, SUDS_NUMBER, WSDL, ZEEP_NUMBER, suds, zeep

from marketo_migrate.model.finding import Tier

ASK = 'print(number("ann@example.com"))\n'
PROGRAMS = {
    "a class or None": zeep(
        ASK,
        imports="""try:
    from zeep import Client
except ImportError:
    Client = None
if Client is None:
    raise RuntimeError("zeep is not installed")
""",
    ),
    "classes that stand in": suds(
        'try:\n    print(number("ghost@example.com"))\nexcept WebFault:\n    print("miss")\n',
        imports="""try:
    from suds.client import Client
    from suds import WebFault
except ImportError:
    Client = None

    class WebFault(Exception):
        pass
assert Client, "suds is needed"
""",
    ),
    "a flag": zeep(
        ASK,
        imports="""try:
    from zeep import Client, Settings
    from zeep.transports import Transport

    HAVE_ZEEP = True
except ImportError as error:
    Client = Settings = Transport = None
    HAVE_ZEEP = False
if not HAVE_ZEEP or Transport is None:
    raise SystemExit("please install zeep")
""",
    ),
    "two of them": zeep(
        'try:\n    print(number("ghost@example.com"))\nexcept Fault:\n    print("miss")\n',
        imports="""try:
    from zeep import Client
except ImportError:
    Client = None
try:
    from zeep.exceptions import Fault
except ImportError:
    Fault = Exception
if not Client:
    raise SystemExit(1)
""",
    ),
    "the program ends": zeep(
        ASK,
        imports="""try:
    from zeep import Client
except ImportError:
    raise SystemExit("pip install zeep first")
""",
    ),
    "searched for": zeep(
        ASK,
        imports="""import importlib.util

from zeep import Client
HAVE_ZEEP = importlib.util.find_spec("zeep") is not None
if not HAVE_ZEEP:
    raise SystemExit(1)
""",
    ),
    "in a function": f"""{STANDARD}{SIGNED}def connect():
    try:
        from zeep import Client
    except ImportError:
        raise RuntimeError("please install zeep")
    return Client({WSDL})


client = connect()
{ZEEP_NUMBER}{ASK}""",
}
TYPED = f"""{STANDARD}from typing import Dict, List, Optional, cast

import zeep
{SIGNED}class Gateway:
    _client: Optional[zeep.Client] = None
    other: "Optional[zeep.Client]" = None

    def __init__(self) -> None:
        self.pool: Dict[str, zeep.Client] = {{}}

    @property
    def client(self) -> zeep.Client:
        if self._client is None:
            self._client = cast(zeep.Client, zeep.Client({WSDL}))
        return self._client

    def number(self, email: str) -> int:
        client: "zeep.Client" = self.client
        if not isinstance(client, zeep.Client):
            raise TypeError("no client")
        key = {{"keyType": "EMAIL", "keyValue": email}}
        answer = client.service.getLead(key, _soapheaders={{"authentication": signed()}})
        return answer.leadRecordList.leadRecord[0].Id


def show(gateway: Gateway, clients: Optional[List[zeep.Client]] = None) -> None:
    print(gateway.number("ann@example.com"))


show(Gateway())
"""


@pytest.mark.parametrize("target", ["marketorestpython", "requests"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_import_moves_as_a_whole(name: str, target: str) -> None:
    verdict = judge({"main.py": PROGRAMS[name]}, state=people, target=target)
    assert not verdict.problems
    assert verdict.tiers == (Tier.SAFE,)
    text = verdict.texts["main.py"].replace("HAVE_ZEEP", "")
    assert "zeep" not in text.lower()
    assert "suds" not in text
    assert text.count("import MarketoClient" if target == "marketorestpython" else "from marketo_rest") == 1


def test_asked_in_another_module() -> None:
    texts = {
        "soap.py": "try:\n    from zeep import Client\nexcept ImportError:\n    Client = None\n",
        "main.py": zeep(
            ASK, imports="from soap import Client\nif Client is None:\n    raise SystemExit(1)\n"
        ),
    }
    assert judge(texts, state=people, unsafe=True).reasons == (
        "whether the SOAP library is there is asked in a way that cannot be followed",
    )


def test_a_library_that_is_needed_for_something_else() -> None:
    imports = "try:\n    from zeep import Client\nexcept ImportError:\n    Client = None\n"
    body = 'if os.environ.get("PARTNER"):\n    Client("https://login.example.com/partner?wsdl").service.describe()\n'
    verdict = judge({"main.py": zeep(ASK + body, imports=imports)}, state=people)
    assert not verdict.problems
    assert imports in verdict.texts["main.py"]
    assert "\nfrom marketorestpython.client import MarketoClient\n" in verdict.texts["main.py"]


def test_annotations() -> None:
    verdict = judge({"main.py": TYPED}, state=people)
    assert not verdict.problems
    assert verdict.tiers == (Tier.SAFE,)
    assert "zeep" not in verdict.texts["main.py"]
    for line in (
        "    _client: Optional[MarketoClient] = None\n",
        '    other: "Optional[MarketoClient]" = None\n',
        "        self.pool: Dict[str, MarketoClient] = {}\n",
        "    def client(self) -> MarketoClient:\n",
        '        client: "MarketoClient" = self.client\n',
        "        if not isinstance(client, MarketoClient):\n",
        "clients: Optional[List[MarketoClient]] = None",
    ):
        assert line in verdict.texts["main.py"]


def test_for_the_type_checker_only() -> None:
    reading = f"""from __future__ import annotations

{STANDARD}from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zeep import Client
{SIGNED}def number(client: Client, email: str) -> int:
    key = {{"keyType": "EMAIL", "keyValue": email}}
    answer = client.service.getLead(key, _soapheaders={{"authentication": signed()}})
    return answer.leadRecordList.leadRecord[0].Id
"""
    imports = "from zeep import Client\n\nfrom reading import number\n"
    main = f'{imports}\nprint(number(Client({WSDL}), "ann@example.com"))\n'
    verdict = judge({"reading.py": reading, "main.py": main}, state=people)
    assert not verdict.problems
    assert (
        "if TYPE_CHECKING:\n    from marketorestpython.client import MarketoClient\n"
        in verdict.texts["reading.py"]
    )
    assert verdict.texts["reading.py"].count("import MarketoClient") == 1


def test_an_attribute_with_the_name_of_the_library() -> None:
    method = SUDS_NUMBER.replace("client", "self.suds").replace("(email)", "(self, email)")
    text = f"""{STANDARD}
import suds
from suds.client import Client
{SIGNED}class Reader:
    def __init__(self):
        self.suds = Client({WSDL})
{textwrap.indent(method, "    ")}
    def shown(self, email):
        try:
            return self.number(email)
        except suds.WebFault:
            return "miss"


print(Reader().shown("ghost@example.com"))
"""
    verdict = judge({"main.py": text}, state=people)
    assert not verdict.problems
    assert "import suds" not in verdict.texts["main.py"]


def test_levels_of_its_loggers() -> None:
    imports = """import logging

from suds.client import Client

logging.basicConfig(level=logging.WARNING)
logging.getLogger("suds.client").setLevel(logging.CRITICAL)
suds_log = logging.getLogger("suds")
suds_log.propagate = False
for name in ("suds.wsdl", "suds.transport"):
    logging.getLogger(name).setLevel(logging.ERROR)
"""
    verdict = judge({"main.py": suds(ASK, imports=imports)}, state=people)
    assert not verdict.problems
    assert "suds" not in verdict.texts["main.py"]
    assert "logging.basicConfig(level=logging.WARNING)\n" in verdict.texts["main.py"]


def test_a_handler_of_its_loggers() -> None:
    line = 'logging.getLogger("suds.client").addHandler(logging.StreamHandler())\n'
    verdict = judge(
        {"main.py": suds(ASK, imports=f"import logging\n\nfrom suds.client import Client\n\n{line}")},
        state=people,
    )
    assert not verdict.problems
    assert line in verdict.texts["main.py"]
