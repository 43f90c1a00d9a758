"""Settings kept in objects of the program's own classes; addresses made from other settings."""

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from judging import judge
from migrated import migrate
from people import people
from soap_programs import STANDARD
from test_credentials import HEAD, SIGN, migrated

Tree = Callable[[Mapping[str, str | bytes]], Path]

USER, KEY = 'os.environ["MARKETO_USER_ID"]', 'os.environ["MARKETO_ENCRYPTION_KEY"]'
ID, SECRET = 'os.environ["MARKETO_CLIENT_ID"]', 'os.environ["MARKETO_CLIENT_SECRET"]'
WSDL = '"https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL"'
GATEWAY = f"""

    class Gateway:
        def __init__(self, account):
            self.account = account
            self.soap = Client({WSDL})

        def number(self, email):
            sign(self.soap, self.account.user_id, self.account.encryption_key)
            return number(self.soap, email)
"""


def after(tree: Tree, classes: str, use: str, **more: str) -> str:
    text = HEAD + textwrap.dedent(classes).lstrip() + SIGN + textwrap.dedent(use)
    files = {f"{name}.py": textwrap.dedent(code) for name, code in more.items()}
    return "".join(migrated(tree, {"main.py": text, **files}).values())


@pytest.mark.parametrize(
    "made",
    [
        "@dataclass(frozen=True)\nclass Account:",
        "class Account(NamedTuple):",
        "@attr.s(auto_attribs=True)\nclass Account:",
    ],
)
def test_fields_with_a_constructor_made_of_them(tree: Tree, made: str) -> None:
    imports = "import attr\nfrom dataclasses import dataclass\nfrom typing import NamedTuple, Optional\n\n\n"
    fields = '\n    user_id: str\n    encryption_key: Optional[str] = None\n    name: str = "main"\n'
    use = f"""
        account = Account({USER}, encryption_key={KEY})
        print(Gateway(account).number("ann@example.com"), account.name)
    """
    text = after(tree, imports + made + fields, textwrap.dedent(GATEWAY) + textwrap.dedent(use))
    assert '    client_id: str\n    client_secret: Optional[str] = None\n    name: str = "main"\n' in text
    assert f"account = Account({ID}, client_secret={SECRET})" in text
    assert "client_id=account.client_id," in text
    assert "client_secret=account.client_secret," in text
    assert "MARKETO_USER_ID" not in text


def test_a_module_of_settings_with_defaults_and_a_property(tree: Tree) -> None:
    settings = f"""\
        import os
        from dataclasses import dataclass, field


        @dataclass
        class Settings:
            soap_endpoint: str = "https://123-ABC-456.mktoapi.com/soap/mktows/2_7"
            soap_user: str = {USER}
            soap_key: str = field(default_factory=lambda: {KEY}, repr=False)
            email: str = "ann@example.com"

            @property
            def wsdl(self):
                return self.soap_endpoint + "?WSDL"


        settings = Settings()
    """
    use = """
        from conf import settings


        def connect():
            client = Client(settings.wsdl)
            sign(client, settings.soap_user, settings.soap_key)
            return client


        print(number(connect(), settings.email))
    """
    text = after(tree, "", use, conf=settings)
    assert '    munchkin_id: str = "123-ABC-456"\n' in text
    assert f"    client_id: str = {ID}\n" in text
    assert f"    client_secret: str = field(default_factory=lambda: {SECRET}, repr=False)\n" in text
    assert "settings.munchkin_id,\n        client_id=settings.client_id," in text
    assert "wsdl" not in text


def test_an_object_that_signs_the_calls_itself(tree: Tree) -> None:
    auth = f"""
        from dataclasses import dataclass


        @dataclass
        class Auth:
            user: str
            key: str

            def sign(self, client):
                sign(client, self.user, self.key)

            @classmethod
            def from_environment(cls):
                return cls({USER}, {KEY})
    """
    use = f"""

        class Gateway:
            def __init__(self, auth: Auth):
                self._auth = auth
                self.soap = Client({WSDL})

            def number(self, email):
                self._auth.sign(self.soap)
                return number(self.soap, email)


        print(Gateway(Auth.from_environment()).number("ann@example.com"))
    """
    text = after(tree, auth, use)
    assert f"return cls({ID}, {SECRET})" in text
    assert "client_id=auth.client_id," in text
    assert "def sign" not in text


@pytest.mark.parametrize(("made", "read"), [("SimpleNamespace", "settings.{}"), ("dict", 'settings["{}"]')])
def test_namespaces_and_dicts_that_a_call_makes(tree: Tree, made: str, read: str) -> None:
    settings = f"from types import SimpleNamespace\n\nSETTINGS = {made}(user={USER}, key={KEY}, n=1)\n"
    use = f"""

        def connect(settings):
            client = Client({WSDL})
            sign(client, {read.format("user")}, {read.format("key")})
            return client


        print(number(connect(SETTINGS), "ann@example.com"))
    """
    text = after(tree, settings, use)
    assert f"SETTINGS = {made}(client_id={ID}, client_secret={SECRET}, n=1)\n" in text
    assert f"client_secret={read.format('client_secret')}," in text


ACCOUNT = """
    import functools
    from dataclasses import asdict, dataclass, fields


    @dataclass
    class Account:
        user_id: str
        encryption_key: str
"""


@pytest.mark.parametrize(
    "more",
    [
        "print(sorted(asdict(account)))",
        "print(str(account)[:16])",
        'name = "user_id"\nprint(len(getattr(account, name)) > 0)',
        "for other in [account]:\n    print(len(other.user_id) > 0)",
        "print([field.name for field in fields(Account)])",
        "match account:\n    case Account(user_id=user):\n        print(len(user) > 0)",
        'class More(Account):\n    pass\n\n\nprint(More(user_id="x", encryption_key="y").user_id)',
        'print(functools.partial(Account, "a")(encryption_key="b").user_id)',
        'print(account == Account("a", "b"))',
        "@dataclass\nclass Holder:\n    account: Account\n\n\nprint(len(str(asdict(Holder(account)))) > 0)",
        "def show(thing):\n    return len(thing.__dict__)\n\n\nprint(show(account))",
    ],
)
def test_fields_whose_names_something_may_need_stay(tree: Tree, more: str) -> None:
    use = f'\n\naccount = Account({USER}, {KEY})\nprint(Gateway(account).number("ann@example.com"))\n{more}\n'
    text = after(tree, ACCOUNT, textwrap.dedent(GATEWAY) + use)
    assert "    user_id: str\n    encryption_key: str\n" in text
    assert f"client_id={ID}," in text


def test_two_objects_of_a_class_keep_their_keys_apart(tree: Tree) -> None:
    use = f"""
        one, two = Account({USER}, {KEY}), Account({USER}, {KEY})


        def connect(account):
            client = Client({WSDL})
            return client


        first, second = connect(one), connect(two)
        sign(first, one.user_id, one.encryption_key)
        sign(second, two.user_id, two.encryption_key)
        print(number(first, "ann@example.com"), number(second, "bob@example.com"))
    """
    text = after(tree, ACCOUNT, use)
    assert f"client_id={ID}," in text


# --- addresses that are put together --------------------------------------------------------


@pytest.mark.parametrize(
    ("constants", "expected"),
    [
        (
            """
            ENDPOINT = "https://123-ABC-456.mktoapi.com/soap/mktows/2_7"
            WSDL = ENDPOINT + "?WSDL"
            """,
            'MUNCHKIN_ID = "123-ABC-456"\n',
        ),
        (
            """
            MUNCHKIN_ID = "123-ABC-456"
            WSDL = "https://%s.mktoapi.com/soap/mktows/2_7?WSDL" % MUNCHKIN_ID
            """,
            'MUNCHKIN_ID = "123-ABC-456"\n',
        ),
        (
            """
            ACCOUNT = os.environ.get("MKTO_ACCOUNT", "123-abc-456")
            VERSION = "2_7"
            WSDL = f"https://{ACCOUNT.upper()}.mktoapi.com/soap/mktows/{VERSION}?WSDL"
            """,
            'ACCOUNT = os.environ.get("MKTO_ACCOUNT", "123-abc-456")\n',
        ),
        (
            """
            HOST = "123-ABC-456.mktoapi.com"
            WSDL = "https://" + HOST + "/soap/mktows/2_7" + "?WSDL"
            """,
            'MUNCHKIN_ID = "123-ABC-456"\n',
        ),
    ],
)
def test_one_constant_is_left_of_an_address(tree: Tree, constants: str, expected: str) -> None:
    use = f'\nclient = Client(WSDL)\nsign(client, {USER}, {KEY})\nprint(number(client, "ann@example.com"))\n'
    text = after(tree, constants, use)
    head = text.partition("import MarketoClient\n")[2].partition("def number")[0]
    assert head.strip() == expected.strip()
    assert f"MarketoClient(\n    {expected.partition(' ')[0]},\n" in text


def test_attributes_and_parameters_of_an_address(tree: Tree) -> None:
    use = f"""

        class Marketo:
            VERSION = "2_7"

            def __init__(self, munchkin_id, user, key):
                self.munchkin_id = munchkin_id
                self.endpoint = "https://%s.mktoapi.com/soap/mktows/%s" % (munchkin_id, self.VERSION)
                self.wsdl = self.endpoint + "?WSDL"
                self.user, self.key = user, key

            def connect(self):
                client = Client(self.wsdl, location=self.endpoint)
                sign(client, self.user, self.key)
                return client


        print(number(Marketo("123-ABC-456", {USER}, {KEY}).connect(), "ann@example.com"))
    """
    text = after(tree, "", use)
    assert "        self.munchkin_id = munchkin_id\n        self.client_id, self.client_secret =" in text
    assert "MarketoClient(\n            self.munchkin_id,\n" in text
    assert f'Marketo("123-ABC-456", {ID}, {SECRET})' in text


def test_two_instances_by_their_ids(tree: Tree) -> None:
    """Each client keeps the id that it was made with, and gets keys of its own."""
    constants = """
        EAST = "123-ABC-456"
        WEST = "456-DEF-789"
    """
    use = f"""
        east = Client("https://%s.mktoapi.com/soap/mktows/2_7?WSDL" % EAST)
        sign(east, {USER}, {KEY})
        west = Client("https://%s.mktoapi.com/soap/mktows/2_7?WSDL" % WEST)
        sign(west, {USER}, {KEY})
        print(number(east, "ann@example.com"), number(west, "ann@example.com"))
    """
    main = HEAD + textwrap.dedent(constants).lstrip() + SIGN + "\n\n" + textwrap.dedent(use).lstrip()
    text = migrate(tree({"main.py": main}))["main.py"]
    assert "east = MarketoClient(\n    EAST,\n" in text
    assert "west = MarketoClient(\n    WEST,\n" in text
    assert '"MARKETO_CLIENT_SECRET_456_DEF_789"' in text


# --- how long a call may take ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("timeout=45", "45"),
        ("timeout=TIMEOUT", "TIMEOUT"),
        ('timeout=int(os.environ.get("MKTO_TIMEOUT", "45"))', 'int(os.environ.get("MKTO_TIMEOUT", "45"))'),
        ("timeout=os.environ.get('MKTO_TIMEOUT') or 5", "(10, 180)"),
        ("timeout=min(TIMEOUT, 3)", "(10, 180)"),
    ],
)
def test_a_timeout_stays_where_it_is_a_number(tree: Tree, given: str, expected: str) -> None:
    use = f"""
        TIMEOUT = 30
        client = Client({WSDL}, {given})
        sign(client, {USER}, {KEY})
        print(number(client, "ann@example.com"))
    """
    text = after(tree, "", use)
    assert f"requests_timeout={expected},\n" in text


def test_a_timeout_by_parameter(tree: Tree) -> None:
    use = f"""

        def connect(timeout=20.5):
            client = Client({WSDL}, timeout=timeout)
            sign(client, {USER}, {KEY})
            return client


        print(number(connect(timeout=10), "ann@example.com"), number(connect(), "bob@example.com"))
    """
    text = after(tree, "", use)
    assert "requests_timeout=timeout,\n" in text
    assert "connect(timeout=10)" in text


# --- code that only asks whether a setting is there -----------------------------------------

ASKED = [
    (
        f"""
        def connect():
            user, key = {USER}, {KEY}
            if not user or key is None:
                raise SystemExit("no credentials")
            client = Client({WSDL})
            sign(client, user, key)
            return client


        print(number(connect(), "ann@example.com"))
        """,
        "if not client_id or client_secret is None:\n",
    ),
    (
        f"""
        def connect(user, key=None):
            assert user and all([user, key])
            client = Client({WSDL})
            sign(client, user, key)
            return client


        print(number(connect({USER}, key={KEY}), "ann@example.com"))
        """,
        "assert client_id and all([client_id, client_secret])\n",
    ),
    (
        f"""
        SOAP_USER = {USER}
        KEY = {KEY}
        if not (SOAP_USER and KEY):
            raise SystemExit("no credentials")
        client = Client({WSDL})
        sign(client, SOAP_USER, KEY)
        print(number(client, "ann@example.com"))
        """,
        "if not (CLIENT_ID and CLIENT_SECRET):\n",
    ),
]


@pytest.mark.parametrize(("use", "expected"), ASKED)
def test_a_test_for_a_setting_is_one_for_the_new_setting(tree: Tree, use: str, expected: str) -> None:
    text = after(tree, "", use)
    assert expected in text
    assert "MARKETO_USER_ID" not in text


@pytest.mark.parametrize(
    "read", ["user and user[:0]", "len(user) > 0", "[user] == []", "(lambda: user)() == 0"]
)
def test_a_setting_that_is_used_stays(tree: Tree, read: str) -> None:
    use = f"""

        def connect(user, key):
            if not user:
                raise SystemExit("no user")
            print({read})
            client = Client({WSDL})
            sign(client, user, key)
            return client


        print(number(connect({USER}, {KEY}), "ann@example.com"))
    """
    text = after(tree, "", use)
    assert "if not user:\n" in text
    assert f"client_id={ID}," in text


GIVEN = """
def connect(munchkin):
    return Client("https://%s.mktoapi.com/soap/mktows/2_7?WSDL" % munchkin)


class Catalog:
    def __init__(self, client, user, key):
        self.client, self.user, self.key = client, user, key

    def headers(self):
        stamp = datetime.now(timezone.utc).isoformat()
        signature = hmac.new(self.key.encode(), (stamp + self.user).encode(), hashlib.sha1).hexdigest()
        return {"authentication": {
            "mktowsUserId": self.user, "requestTimestamp": stamp, "requestSignature": signature}}

    def number(self, email):
        result = self.client.service.getLead(
            {"keyType": "EMAIL", "keyValue": email}, _soapheaders=self.headers())
        return result.leadRecordList.leadRecord[0].Id


catalog = Catalog(connect("123-ABC-456"), os.environ["MARKETO_USER_ID"], os.environ["MARKETO_ENCRYPTION_KEY"])
print(catalog.number("ann@example.com"))
"""


def test_an_object_that_is_given_the_client_does_not_hold_its_credentials_yet() -> None:
    text = f"{STANDARD}\nfrom zeep import Client\n\n{GIVEN}"
    verdict = judge({"main.py": text}, state=people)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems, "\n".join(verdict.problems)
