"""Options of a SOAP client: what only SOAP needs goes, what is lost is said, what changes answers stays."""

import pytest
from judging import Verdict, judge
from people import people
from soap_programs import AUTH, SIGN, STANDARD, WSDL

from marketo_migrate.model.finding import Tier

READ = """
sign(client)
key = client.factory.create("LeadKey")
key.keyType = "EMAIL"
key.keyValue = "ann@example.com"
print(client.service.getLead(key).leadRecordList.leadRecord[0].Id)
"""
ASKED = (
    'client.service.getLead({"keyType": "EMAIL", "keyValue": "ann@example.com"}, _soapheaders=auth()).count'
)


def suds(body: str, *, imports: str = "", after: str = "") -> Verdict:
    text = f"{STANDARD}\n{imports}from suds.client import Client\n{SIGN}{body}\n{READ}{after}"
    return judge({"main.py": text}, state=people, unsafe=True)


def zeep(body: str, *, imports: str = "", after: str = "") -> Verdict:
    text = f"{STANDARD}\n{imports}from zeep import Client\n{AUTH}{body}\nprint({ASKED})\n{after}"
    return judge({"main.py": text}, state=people, unsafe=True)


def refusal(verdict: Verdict) -> str:
    assert not verdict.rewritten, verdict.texts["main.py"]
    return " ".join(verdict.reasons)


def tier(verdict: Verdict) -> Tier:
    assert not verdict.problems, "\n".join(verdict.problems)
    return max(verdict.tiers, key=lambda found: found is Tier.REVIEW)


@pytest.mark.parametrize(
    "made",
    [
        f"client = Client({WSDL}, faults=False)",
        f"client = Client({WSDL}, unwrap=False)",
        f'client = Client({WSDL}, nosend=bool(os.environ.get("DRY")))',
        f"client = Client({WSDL})\nclient.set_options(retxml=True)",
        f'OPTIONS = {{"faults": False}}\nclient = Client({WSDL}, **OPTIONS)',
        f'options = dict(timeout=30)\noptions["faults"] = False\nclient = Client({WSDL}, **options)',
        f"def connect(**options):\n    return Client({WSDL}, **options)\n\n\nclient = connect(faults=False)",
    ],
)
def test_options_that_change_answers_of_suds(made: str) -> None:
    assert "changes what calls give back" in refusal(suds(made))


@pytest.mark.parametrize(
    "made",
    [
        f"client = Client({WSDL}, settings=Settings(raw_response=True))",
        f"client = Client({WSDL}, None, None, None, None, None, Settings(raw_response=True))",
        f"made = Settings()\nmade.raw_response = True\nclient = Client({WSDL}, settings=made)",
        f'client = Client({WSDL}, settings=Settings(**{{"raw_response": True}}))',
        f"client = Client({WSDL}, settings=Settings(xsd_ignore_sequence_order=True))",
    ],
)
def test_options_that_change_answers_of_zeep(made: str) -> None:
    assert "changes what calls give back" in refusal(zeep(made, imports="from zeep import Settings\n"))


def test_options_that_only_soap_needs_go() -> None:
    assert tier(suds(f"client = Client({WSDL}, faults=True, retxml=False, cachingpolicy=1)")) is Tier.SAFE
    lenient = f"client = Client({WSDL}, settings=Settings(strict=False, xml_huge_tree=True))"
    assert tier(zeep(lenient, imports="from zeep import Settings\n")) is Tier.SAFE
    spread = (
        f"def connect(**options):\n    return Client({WSDL}, **options)\n\n\nclient = connect(timeout=30)"
    )
    assert tier(suds(spread)) is Tier.SAFE


@pytest.mark.parametrize(
    "made",
    [
        f"client = Client({WSDL}, proxy={{}})",
        f"client = Client({WSDL})\nclient.set_options(proxy={{}})",
        f'client = Client({WSDL}, headers={{"User-Agent": "sync"}})',
        f'client = Client({WSDL}, transport=HttpAuthenticated(username="u", password="p"))',
    ],
)
def test_network_settings_of_suds_are_for_review(made: str) -> None:
    imports = "from suds.transport.https import HttpAuthenticated\n" if "Http" in made else ""
    assert tier(suds(made, imports=imports)) is Tier.REVIEW


@pytest.mark.parametrize(
    "told",
    [
        "session.verify = True",
        "session.proxies = {}",
        'session.headers["X-Sync"] = "1"',
        'session.mount("https://", requests.adapters.HTTPAdapter(max_retries=3))',
    ],
)
def test_what_an_http_session_is_told_is_for_review(told: str) -> None:
    imports = "import requests\nfrom zeep.transports import Transport\n"
    made = f"client = Client({WSDL}, transport=Transport(session=session))"
    assert tier(zeep(f"session = requests.Session()\n{told}\n{made}", imports=imports)) is Tier.REVIEW
    inside = f"def opened():\n    session = requests.Session()\n    {told}\n    return session\n\n\n"
    called = made.replace("=session)", "=opened())")
    assert tier(zeep(f"{inside}{called}", imports=imports)) is Tier.REVIEW


def test_a_plain_session_goes() -> None:
    imports = "import requests\nfrom zeep.transports import Transport\n"
    made = f"client = Client({WSDL}, transport=Transport(session=requests.Session(), timeout=10))"
    assert tier(zeep(made, imports=imports)) is Tier.SAFE


def test_a_session_with_hooks_and_a_transport_of_ones_own_stay() -> None:
    imports = "import requests\nfrom zeep.transports import Transport\n"
    hooked = 'session = requests.Session()\nsession.hooks["response"].append(lambda r, *a, **k: print(r))\n'
    reason = refusal(
        zeep(f"{hooked}client = Client({WSDL}, transport=Transport(session=session))", imports=imports)
    )
    assert "hooks" in reason
    own = (
        "SENT = []\n\n\nclass Counting(Transport):\n    def post(self, address, message, headers):\n"
        "        SENT.append(1)\n        return super().post(address, message, headers)\n\n\n"
        f"client = Client({WSDL}, transport=Counting())"
    )
    assert "transport is a class of this program" in refusal(
        zeep(own, imports=imports, after="print(SENT)\n")
    )


PLUGIN = """
SENT = []
log = logging.getLogger(__name__)


def note(text):
    SENT.append(len(text) > 0)


class Looks(MessagePlugin):
    def __init__(self):
        self.count = 0

    def {hook}(self, context):
        {work}


looks = Looks()
"""
IMPORTS = "import logging\n\nfrom suds.plugin import MessagePlugin\n"
WITH_PLUGIN = f"client = Client({WSDL}, plugins=[looks])"


@pytest.mark.parametrize(
    ("hook", "work"),
    [
        ("sending", "SENT.append(1)"),
        ("sending", "seen = SENT; seen.append(1)"),
        ("sending", "print(len(context.envelope) > 0)"),
        ("sending", "log.debug(context.envelope)"),
        ("sending", "note(context.envelope)"),
        ("sending", "self.count += 1"),
        ("received", 'context.reply = context.reply.replace(b"Ann", b"Eve")'),
        ("marshalled", 'context.envelope.getChild("Body").prune()'),
    ],
)
def test_plugins_that_do_more_than_to_sign(hook: str, work: str) -> None:
    plugin = PLUGIN.format(hook=hook, work=work)
    verdict = suds(f"{plugin}{WITH_PLUGIN}", imports=IMPORTS, after="print(SENT, looks.count)\n")
    assert "the plugin Looks of the SOAP client does more" in refusal(verdict)


@pytest.mark.parametrize(
    "made",
    [
        f"client = Client({WSDL})\nclient.set_options(plugins=[looks])",
        f"PLUGINS = []\nPLUGINS.append(looks)\nclient = Client({WSDL}, plugins=PLUGINS)",
        f"make = functools.partial(Client, plugins=(looks,))\nclient = make({WSDL})",
    ],
)
def test_plugins_are_found_wherever_they_are_given(made: str) -> None:
    plugin = PLUGIN.format(hook="sending", work="SENT.append(1)")
    verdict = suds(f"{plugin}{made}", imports=f"import functools\n{IMPORTS}", after="print(SENT)\n")
    assert "the plugin Looks of the SOAP client does more" in refusal(verdict)


def test_plugins_of_zeep() -> None:
    counts = (
        "SENT = []\n\n\nclass Counts(Plugin):\n"
        "    def egress(self, envelope, http_headers, operation, binding_options):\n"
        "        SENT.append(operation.name)\n        return envelope, http_headers\n\n\n"
        f"client = Client({WSDL}, plugins=[Counts()])"
    )
    reason = refusal(zeep(counts, imports="from zeep import Plugin\n", after="print(SENT)\n"))
    assert "the plugin Counts" in reason
    signs = (
        "class Signs:\n    def apply(self, envelope, headers):\n        print('signing')\n"
        "        return envelope, headers\n\n    def verify(self, envelope):\n        pass\n\n\n"
        f"client = Client({WSDL}, wsse=Signs())"
    )
    assert "the plugin Signs" in refusal(zeep(signs))


def test_a_plugin_that_signs_goes() -> None:
    plugin = f"""
class Signs(MessagePlugin):
    def __init__(self, user, key):
        self.user, self.key = user, key

    def _digest(self, stamp):
        return hmac.new(self.key.encode(), (stamp + self.user).encode(), hashlib.sha1).hexdigest()

    def marshalled(self, context):
        stamp = datetime.now(timezone.utc).isoformat()
        header = context.envelope.getChild("Header")
        auth = Element("AuthenticationHeader", ns=("mkt", "http://www.marketo.com/mktows/"))
        auth.append(Element("mktowsUserId").setText(self.user))
        auth.append(Element("requestSignature").setText(self._digest(stamp)))
        auth.append(Element("requestTimestamp").setText(stamp))
        header.append(auth)


client = Client({WSDL}, plugins=[Signs(os.environ["MARKETO_USER_ID"], os.environ["MARKETO_ENCRYPTION_KEY"])])
"""
    imports = "from suds.plugin import MessagePlugin\nfrom suds.sax.element import Element\n"
    verdict = suds(plugin, imports=imports)
    assert tier(verdict) is Tier.SAFE
    assert "Signs" not in verdict.texts["main.py"]


@pytest.mark.parametrize(
    "entered",
    [
        f"with Client({WSDL}) as client:\n    print({ASKED})\n",
        f"client = Client({WSDL})\nwith client:\n    print({ASKED})\n",
        f"made = Client({WSDL})\nwith made as client:\n    print({ASKED})\n",
        f"with open(os.devnull) as sink, Client({WSDL}) as client:\n    print({ASKED})\n",
        f"with ExitStack() as stack:\n    client = stack.enter_context(Client({WSDL}))\n    print({ASKED})\n",
    ],
)
def test_a_client_as_a_context_manager(entered: str) -> None:
    imports = "from contextlib import ExitStack\n\n" if "ExitStack" in entered else ""
    text = f"{STANDARD}{imports}\nfrom zeep import Client\n{AUTH}{entered}"
    verdict = judge({"main.py": text}, state=people)
    assert tier(verdict) is Tier.SAFE
    assert "contextlib.nullcontext(" in verdict.texts["main.py"]
    assert verdict.before is not None
    assert verdict.before.output == "1\n"


def test_a_function_that_gives_a_client_as_a_context_manager() -> None:
    made = f"def connect():\n    return Client({WSDL})\n\n\nwith connect() as client:\n    print({ASKED})\n"
    verdict = judge({"main.py": f"{STANDARD}\nfrom zeep import Client\n{AUTH}{made}"}, state=people)
    assert "context manager" in refusal(verdict)
