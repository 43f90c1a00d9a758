"""Two Marketo accounts in one program stay two: none of them is given the credentials of the other."""

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

from migrated import Migrated, migrate

Tree = Callable[[Mapping[str, str | bytes]], Path]

HEAD = """\
import hashlib, hmac, os
from datetime import datetime, timezone
from zeep import Client


def headers(user, key):
    stamp = datetime.now(timezone.utc).isoformat()
    mac = hmac.new(key.encode(), (stamp + user).encode(), hashlib.sha1)
    signature = mac.hexdigest()
    fields = {"mktowsUserId": user, "requestSignature": signature, "requestTimestamp": stamp}
    return {"authentication": fields}


"""
KEY = '{"keyType": "EMAIL", "keyValue": "ann@example.com"}'
CLASS = f"""
    class Marketo:
        def __init__(self, endpoint, user, key):
            self.client = Client(endpoint + "?WSDL")
            self.user, self.key = user, key

        def id(self):
            found = self.client.service.getLead({KEY}, _soapheaders=headers(self.user, self.key))
            return found.leadRecordList.leadRecord[0].Id
"""


def plan(tree: Tree, program: str) -> Migrated:
    return migrate(tree({"main.py": HEAD + textwrap.dedent(program).lstrip("\n")}))


def two_clients(first: str, second: str) -> str:
    calls = "".join(
        f"    print({name}.service.getLead({KEY}, _soapheaders=headers("
        f'os.environ["{name}_U"], os.environ["{name}_K"])).leadRecordList.leadRecord[0].Id)\n'
        for name in ("EU", "US")
    )
    return f"    EU = Client({first})\n    US = Client({second})\n{calls}"


def address(munchkin_id: str) -> str:
    return f'"https://{munchkin_id}.mktoapi.com/soap/mktows/2_7?WSDL"'


def test_one_account_reads_the_usual_variables(tree: Tree) -> None:
    text = plan(tree, two_clients(address("123-ABC-456"), address("123-ABC-456")))["main.py"]
    assert text.count('os.environ["MARKETO_CLIENT_ID"]') == 2


def test_addresses_that_are_written_out_tell_accounts_apart(tree: Tree) -> None:
    text = plan(tree, two_clients(address("123-ABC-456"), address("321-XYZ-654")))["main.py"]
    first, _, second = text.partition("US = ")
    assert 'os.environ["MARKETO_CLIENT_ID_123_ABC_456"]' in first
    assert 'os.environ["MARKETO_CLIENT_SECRET_321_XYZ_654"]' in second


def test_names_of_variables_keep_what_tells_them_apart(tree: Tree) -> None:
    program = CLASS + "".join(
        f'\n    print(Marketo(os.environ["{n}_ENDPOINT"], os.environ["{n}_USER"], os.environ["{n}_KEY"])'
        ".id())"
        for n in ("EU", "US")
    )
    text = plan(tree, program)["main.py"]
    assert "def __init__(self, munchkin_id, client_id, client_secret):" in text
    for name in ("EU", "US"):
        assert f'os.environ["{name}_MUNCHKIN_ID"], os.environ["{name}_CLIENT_ID"]' in text


def test_accounts_that_cannot_be_told_apart_stay(tree: Tree) -> None:
    program = CLASS + (
        '\n    for number in "12":'
        '\n        print(Marketo(os.environ["SOAP_" + number], os.environ["USER_" + number], "k").id())'
        '\n    print(Marketo(os.environ["OTHER"], os.environ["OTHER_USER"], os.environ["OTHER_KEY"]).id())'
    )
    migrated = plan(tree, program)
    assert migrated.rewrites.texts == {}
    assert any("cannot be told apart" in text for text in migrated.rewrites.reasons.values())
