"""The settings that gave the SOAP client its address and keys become those of the REST client."""

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from migrated import migrate, write
from prove import Program, prove

from marketo_migrate.rewrite.credential_names import Role, rest_name

Tree = Callable[[Mapping[str, str | bytes]], Path]

HEAD = """\
import hashlib
import hmac
import os
import time

from suds.client import Client

"""
SIGN = """

def sign(client, user, key):
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    header = client.factory.create("AuthenticationHeaderInfo")
    header.mktowsUserId = user
    header.requestTimestamp = now
    header.requestSignature = hmac.new(key.encode(), (now + user).encode(), hashlib.sha1).hexdigest()
    client.set_options(soapheaders=header)


def number(client, email):
    key = client.factory.create("LeadKey")
    key.keyType = "EMAIL"
    key.keyValue = email
    return client.service.getLead(key).leadRecordList.leadRecord[0].Id
"""
ENVIRONMENT = """\
client = MarketoClient(
    "123-ABC-456",
    client_id=os.environ["MARKETO_CLIENT_ID"],
    client_secret=os.environ["MARKETO_CLIENT_SECRET"],
    max_retry_time=0,
    requests_timeout=(10, 180),
)
"""


def migrated(tree: Tree, files: Mapping[str, str], main: str = "main.py") -> dict[str, str]:
    """The new texts, proven on the simulated service."""
    root = tree({f"{where}/{path}": text for where in ("before", "after") for path, text in files.items()})
    result = migrate(root / "after")
    write(root, result)
    assert prove(Program(root / "before" / main), Program(root / "after" / main)) == []
    assert migrate(root / "after").files == {}
    return {path.removeprefix("after/"): text for path, text in result.files.items()}


def test_what_is_read_directly_comes_from_the_usual_variables(tree: Tree) -> None:
    text = """
    client = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")
    sign(client, os.environ["MARKETO_USER_ID"], os.environ["MARKETO_ENCRYPTION_KEY"])
    print(number(client, "ann@example.com"))
    """
    files = migrated(tree, {"main.py": HEAD + SIGN + textwrap.dedent(text)})
    assert ENVIRONMENT in files["main.py"]
    assert "def sign" not in files["main.py"]


def test_constants_of_the_same_module(tree: Tree) -> None:
    constants = """
# Marketo
MKTO_ENDPOINT = "https://123-ABC-456.mktoapi.com/soap/mktows/2_7"  # production
MKTO_UID = os.environ["MARKETO_USER_ID"]
MKTO_KEY = os.getenv("MARKETO_ENCRYPTION_KEY")
"""
    text = """
    client = Client(MKTO_ENDPOINT + "?WSDL", location=MKTO_ENDPOINT)
    sign(client, MKTO_UID, MKTO_KEY)
    print(number(client, "ann@example.com"))
    """
    files = migrated(tree, {"main.py": HEAD + constants + SIGN + textwrap.dedent(text)})
    assert """
# Marketo
MKTO_MUNCHKIN_ID = "123-ABC-456"  # production
MKTO_CLIENT_ID = os.environ["MARKETO_CLIENT_ID"]
MKTO_CLIENT_SECRET = os.getenv("MARKETO_CLIENT_SECRET")
""" in files["main.py"]
    assert (
        "MKTO_MUNCHKIN_ID,\n    client_id=MKTO_CLIENT_ID,\n    client_secret=MKTO_CLIENT_SECRET,\n"
        in files["main.py"]
    )


def test_secrets_in_the_source_are_not_replaced_by_secrets(tree: Tree) -> None:
    settings = """\
ENDPOINT = "https://123-ABC-456.mktoapi.com/soap/mktows/2_7"
USER_ID = "sync1_4711"
SECRET = "0123456789"
"""
    text = """
    import settings

    client = Client(settings.ENDPOINT + "?WSDL", location=settings.ENDPOINT)
    sign(client, settings.USER_ID, settings.SECRET)
    print(number(client, "ann@example.com"))
    """
    files = migrated(tree, {"settings.py": settings, "main.py": HEAD + SIGN + textwrap.dedent(text)})
    assert files["settings.py"] == (
        'import os\n\nMUNCHKIN_ID = "123-ABC-456"\n'
        'CLIENT_ID = os.environ["MARKETO_CLIENT_ID"]\nCLIENT_SECRET = os.environ["MARKETO_CLIENT_SECRET"]\n'
    )
    assert "client_secret=settings.CLIENT_SECRET" in files["main.py"]
    assert "environ" not in files["main.py"]


def test_names_that_are_imported(tree: Tree) -> None:
    settings = """\
    import os

    DEBUG = False
    MARKETO_URL = os.environ.get("MARKETO_SOAP_ENDPOINT", "https://123-ABC-456.mktoapi.com/soap/mktows/2_7")
    MARKETO_USER = os.environ["MARKETO_USER_ID"]
    MARKETO_SIGNING_KEY = os.environ["MARKETO_ENCRYPTION_KEY"]
    """
    text = """
    from conf import DEBUG, MARKETO_SIGNING_KEY, MARKETO_URL, MARKETO_USER

    client = Client(MARKETO_URL + "?WSDL", location=MARKETO_URL)
    sign(client, MARKETO_USER, MARKETO_SIGNING_KEY)
    print(number(client, "ann@example.com"), DEBUG)
    """
    files = migrated(
        tree, {"conf.py": textwrap.dedent(settings), "main.py": HEAD + SIGN + textwrap.dedent(text)}
    )
    assert 'MARKETO_MUNCHKIN_ID = os.environ.get("MARKETO_MUNCHKIN_ID", "123-ABC-456")' in files["conf.py"]
    assert (
        "from conf import DEBUG, MARKETO_CLIENT_SECRET, MARKETO_MUNCHKIN_ID, MARKETO_CLIENT_ID\n"
        in files["main.py"]
    )
    assert "soap" not in files["conf.py"].lower()


WRAPPER = '''

class Marketo:
    """Our access to Marketo."""

    def __init__(self, endpoint, user_id, encryption_key, name="main"):
        self.name = name
        self.endpoint = endpoint
        self.user_id = user_id
        self.encryption_key = encryption_key
        self._client = None

    @property
    def client(self):
        if self._client is None:
            self._client = Client(self.endpoint + "?WSDL", location=self.endpoint)
            sign(self._client, self.user_id, self.encryption_key)
        return self._client
'''


@pytest.mark.parametrize("keywords", [False, True])
def test_a_class_that_takes_them(tree: Tree, keywords: bool) -> None:
    names = ("endpoint=", "user_id=", "encryption_key=") if keywords else ("", "", "")
    text = f"""
marketo = Marketo(
    {names[0]}os.environ["MARKETO_SOAP_ENDPOINT"],
    {names[1]}os.environ["MARKETO_USER_ID"],
    {names[2]}os.environ["MARKETO_ENCRYPTION_KEY"],
    name="test",
)
print(number(marketo.client, "ann@example.com"), marketo.name)
"""
    after = migrated(tree, {"main.py": HEAD + SIGN + WRAPPER + text})["main.py"]
    assert "def __init__(self, munchkin_id, client_id, client_secret, name=" in after
    assert "self.munchkin_id = munchkin_id\n        self.client_id = client_id\n" in after
    assert "self.munchkin_id,\n                client_id=self.client_id," in after
    new = ("munchkin_id=", "client_id=", "client_secret=") if keywords else ("", "", "")
    assert (
        f'    {new[0]}os.environ["MARKETO_MUNCHKIN_ID"],\n    {new[1]}os.environ["MARKETO_CLIENT_ID"],\n'
        f'    {new[2]}os.environ["MARKETO_CLIENT_SECRET"],\n'
    ) in after
    assert "endpoint" not in after
    assert "user_id" not in after


def test_what_something_else_reads_stays(tree: Tree) -> None:
    settings = """\
    import os

    ENDPOINT = "https://123-ABC-456.mktoapi.com/soap/mktows/2_7"
    USER_ID = os.environ["MARKETO_USER_ID"]
    SECRET = os.environ["MARKETO_ENCRYPTION_KEY"]
    """
    text = """
    import settings

    client = Client(settings.ENDPOINT + "?WSDL", location=settings.ENDPOINT)
    sign(client, settings.USER_ID, settings.SECRET)
    print(number(client, "ann@example.com"), settings.USER_ID)
    """
    files = migrated(
        tree, {"settings.py": textwrap.dedent(settings), "main.py": HEAD + SIGN + textwrap.dedent(text)}
    )
    assert 'USER_ID = os.environ["MARKETO_USER_ID"]' in files["settings.py"]
    assert 'client_id=os.environ["MARKETO_CLIENT_ID"]' in files["main.py"]
    assert "client_secret=settings.CLIENT_SECRET" in files["main.py"]


def test_an_attribute_that_comes_after_the_client_is_not_read(tree: Tree) -> None:
    text = """

class Desk:
    def __init__(self):
        self.client = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")
        self.user, self.key = os.environ["MARKETO_USER_ID"], os.environ["MARKETO_ENCRYPTION_KEY"]
        sign(self.client, self.user, self.key)


print(number(Desk().client, "ann@example.com"))
"""
    after = migrated(tree, {"main.py": HEAD + SIGN + text})["main.py"]
    assert 'client_id=os.environ["MARKETO_CLIENT_ID"]' in after
    assert "self.user" not in after


def test_django_settings(tree: Tree) -> None:
    settings = """\
    import os

    DEBUG = True
    MARKETO_SOAP_ENDPOINT = os.environ.get("MKTO_ENDPOINT", "https://123-ABC-456.mktoapi.com/soap/mktows/2_7")
    MARKETO_SOAP_USER = os.getenv("MKTO_UID")
    MARKETO_SOAP_KEY = os.getenv("MKTO_KEY", "0123456789")
    """
    text = """
    from django.conf import settings


    def connect():
        client = Client(settings.MARKETO_SOAP_ENDPOINT + "?WSDL")
        sign(client, settings.MARKETO_SOAP_USER, settings.MARKETO_SOAP_KEY)
        return client


    print(number(connect(), "ann@example.com"))
    """
    files = migrate(
        tree(
            {
                "shop/settings.py": textwrap.dedent(settings),
                "shop/crm.py": HEAD + SIGN + textwrap.dedent(text),
            }
        )
    )
    assert files["shop/settings.py"] == (
        "import os\n\nDEBUG = True\n"
        'MARKETO_MUNCHKIN_ID = os.environ.get("MARKETO_MUNCHKIN_ID", "123-ABC-456")\n'
        'MARKETO_CLIENT_ID = os.getenv("MARKETO_CLIENT_ID")\n'
        'MARKETO_CLIENT_SECRET = os.environ["MARKETO_CLIENT_SECRET"]\n'
    )
    assert (
        "settings.MARKETO_MUNCHKIN_ID,\n        client_id=settings.MARKETO_CLIENT_ID," in files["shop/crm.py"]
    )


def test_two_clients_keep_their_keys_apart(tree: Tree) -> None:
    """Here it cannot be told which key belongs to which client by looking at one place only."""
    text = """
    A_USER, B_USER = os.environ["MARKETO_USER_ID"], os.environ["MARKETO_USER_ID"]

    one = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")
    two = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")
    sign(one, A_USER, os.environ["MARKETO_ENCRYPTION_KEY"])
    sign(two, B_USER, os.environ["MARKETO_ENCRYPTION_KEY"])
    print(number(one, "ann@example.com"), number(two, "ann@example.com"))
    """
    after = migrated(tree, {"main.py": HEAD + SIGN + textwrap.dedent(text)})["main.py"]
    assert after.count('client_id=os.environ["MARKETO_CLIENT_ID"]') == 2


@pytest.mark.parametrize(
    ("old", "role", "new"),
    [
        ("MARKETO_USER_ID", Role.USER, "MARKETO_CLIENT_ID"),
        ("MKTO_UID", Role.USER, "MKTO_CLIENT_ID"),
        ("MARKETO_SOAP_KEY", Role.KEY, "MARKETO_CLIENT_SECRET"),
        ("_encryption_key", Role.KEY, "_client_secret"),
        ("soapEndpoint", Role.ENDPOINT, "munchkinId"),
        ("MARKETO_USER_ID_PROD", Role.USER, "MARKETO_CLIENT_ID_PROD"),
        ("u", Role.USER, "client_id"),
    ],
)
def test_names_keep_prefix_and_case(old: str, role: Role, new: str) -> None:
    assert rest_name(old, role) == new
