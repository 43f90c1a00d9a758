"""Exception classes of SOAP libraries outside of handlers: tuples, arguments, aliases, own classes."""

import pytest
from judging import judge
from people import people
from soap_programs import suds, zeep

from marketo_migrate.model.finding import Tier

ASK = """
for email in ("ann@example.com", "ghost@example.com"):
    try:
        print(number(email))
    except {kind}:
        print("miss", email)
"""
SAFE = {
    "a tuple under a name": zeep("TRANSIENT = (Fault, KeyError)\n" + ASK.format(kind="TRANSIENT")),
    "a tuple in a class": zeep(
        """
class Job:
    errors = (Fault, KeyError)

    def run(self, email):
        try:
            return number(email)
        except self.errors:
            return "miss"


print(Job().run("ann@example.com"), Job().run("ghost@example.com"))
"""
    ),
    "another name": zeep("SoapError = Fault\n" + ASK.format(kind="SoapError")),
}
REVIEW = {
    "a sum of tuples": zeep("SOAP = (Fault,)\nALL = SOAP + (KeyError,)\n" + ASK.format(kind="ALL")),
    "a decorator's argument": zeep(
        """
@retry((Fault, KeyError), tries=3)
def read(email):
    return number(email)


print(read("ann@example.com"))
print(read("ghost@example.com"))
""",
        imports="""from zeep import Client
from zeep.exceptions import Fault


def retry(errors, tries=2):
    def wrap(function):
        def inner(*args):
            for attempt in range(tries):
                try:
                    return function(*args)
                except errors:
                    print("again", attempt)
            return None
        return inner
    return wrap

""",
    ),
    "a default": zeep(
        """
def attempt(function, *args, errors=(Fault,)):
    try:
        return function(*args)
    except errors:
        return "failed"


print(attempt(number, "ann@example.com"), attempt(number, "ghost@example.com"))
"""
    ),
    "the handler gets it": zeep(
        """
def attempt(error):
    try:
        return number("ghost@example.com")
    except error:
        return "failed"


print(attempt(Fault))
"""
    ),
    "isinstance": zeep(
        """
try:
    print(number("ghost@example.com"))
except Exception as error:
    if not isinstance(error, Fault):
        raise
    print("miss")
"""
    ),
    "suppress": zeep(
        """
import contextlib
with contextlib.suppress(Fault):
    print(number("ghost@example.com"))
print(number("ann@example.com"))
"""
    ),
    "a table by class": zeep(
        """
MESSAGES = {Fault: "soap", ValueError: "value"}
try:
    print(number("ghost@example.com"))
except Exception as error:
    print(MESSAGES[type(error)])
"""
    ),
    "the program raises one itself": zeep(
        """
def wanted(email):
    if not email:
        raise Fault("no address")
    return number(email)


for email in ("", "ghost@example.com", "ann@example.com"):
    try:
        print(wanted(email))
    except Fault:
        print("miss")
"""
    ),
}
REFUSED = {
    "a class is derived from the SOAP library's exception": zeep(
        "class Boom(Fault):\n    pass\n" + ASK.format(kind="Fault")
    ),
    "the SOAP library's exception class is looked into": zeep(
        ASK.format(kind="Fault") + "print(Fault.__name__)\n"
    ),
    "the program makes an exception of the SOAP library itself": suds(
        ASK.format(kind="WebFault") + 'if os.environ.get("X"):\n    raise WebFault(b"text", None)\n'
    ),
}


@pytest.mark.parametrize("name", SAFE)
def test_only_for_handlers(name: str) -> None:
    verdict = judge({"main.py": SAFE[name]}, state=people)
    assert not verdict.problems
    assert verdict.tiers == (Tier.SAFE,)
    assert "zeep" not in verdict.texts["main.py"]


@pytest.mark.parametrize("name", REVIEW)
def test_handed_on(name: str) -> None:
    assert not judge({"main.py": REVIEW[name]}, state=people).rewritten
    verdict = judge({"main.py": REVIEW[name]}, state=people, unsafe=True)
    assert not verdict.problems
    assert verdict.tiers == (Tier.REVIEW,)
    assert "zeep" not in verdict.texts["main.py"]


@pytest.mark.parametrize("reason", REFUSED)
def test_refused(reason: str) -> None:
    assert judge({"main.py": REFUSED[reason]}, state=people, unsafe=True).reasons == (reason,)


def test_in_another_module() -> None:
    texts = {
        "errors.py": "from zeep.exceptions import Fault\n\nSoapError = Fault\nALL = (Fault, KeyError)\n",
        "main.py": zeep(
            ASK.format(kind="errors.SoapError") + ASK.format(kind="errors.ALL"),
            imports="from zeep import Client\n\nimport errors\n",
        ),
    }
    verdict = judge(texts, state=people)
    assert not verdict.problems
    assert "ALL = (MarketoException, KeyError)" in verdict.texts["errors.py"]


def test_calls_of_another_service_keep_their_handlers() -> None:
    text = zeep(
        ASK.format(kind="Fault")
        + """
if os.environ.get("PARTNER"):
    partner = Client("https://login.example.com/partner?wsdl")
    try:
        print(partner.service.describe())
    except Fault as fault:
        print(fault.code)
"""
    )
    verdict = judge({"main.py": text}, state=people)
    assert not verdict.problems
    assert "    except MarketoException:\n" in verdict.texts["main.py"]
    assert "    except Fault as fault:\n        print(fault.code)" in verdict.texts["main.py"]


def test_a_tuple_for_calls_of_another_service_too() -> None:
    text = zeep(
        "ERRORS = (Fault, KeyError)\n"
        + ASK.format(kind="ERRORS")
        + """
if os.environ.get("PARTNER"):
    try:
        print(Client("https://login.example.com/partner?wsdl").service.describe())
    except ERRORS:
        print("no partner")
"""
    )
    verdict = judge({"main.py": text}, state=people)
    assert not verdict.problems
    assert "ERRORS = (Fault, MarketoException, KeyError)\n" in verdict.texts["main.py"]


def test_failed_connections() -> None:
    imports = (
        "from urllib.error import URLError\n\nfrom suds import WebFault\nfrom suds.client import Client\n"
    )
    text = suds(ASK.format(kind="(WebFault, URLError)"), imports=imports)
    assert not judge({"main.py": text}, state=people).rewritten
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert not verdict.problems
    assert (
        "    except (MarketoException, requests.exceptions.RequestException):\n" in verdict.texts["main.py"]
    )
    assert "URLError" not in verdict.texts["main.py"]


def test_failed_connections_of_others_too() -> None:
    imports = """from urllib.error import URLError
from urllib.request import urlopen

from suds.client import Client
"""
    body = """
try:
    print(number("ann@example.com"))
    if os.environ.get("PING"):
        urlopen(os.environ["PING"])
except URLError as error:
    print("down: %s" % error.reason)
"""
    verdict = judge({"main.py": suds(body, imports=imports)}, state=people, unsafe=True)
    assert not verdict.problems
    assert "except (URLError, requests.exceptions.RequestException) as error:\n" in verdict.texts["main.py"]
    assert '    print("down: %s" % error)\n' in verdict.texts["main.py"]


def test_what_holds_failed_connections_of_requests_already() -> None:
    text = suds(ASK.format(kind="(WebFault, ConnectionError, OSError)"))
    verdict = judge({"main.py": text}, state=people)
    assert not verdict.problems
    assert "except (MarketoException, ConnectionError, OSError):" in verdict.texts["main.py"]


def test_what_a_failed_connection_tells() -> None:
    imports = "from urllib.error import HTTPError\n\nfrom suds.client import Client\n"
    body = (
        'try:\n    print(number("ann@example.com"))\nexcept HTTPError as error:\n    print(error.headers)\n'
    )
    verdict = judge({"main.py": suds(body, imports=imports)}, state=people, unsafe=True)
    assert verdict.reasons == (
        "the headers of a failed connection is read, which requests' exceptions do not have",
    )
