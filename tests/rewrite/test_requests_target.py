"""`--target requests`: the class goes once into the repository, and is imported as its neighbours are."""

import ast
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from migrated import migrate, write
from prove import Program, prove

from marketo_migrate.rewrite.addresses import with_addresses, written_addresses

Tree = Callable[[Mapping[str, str | bytes]], Path]

MAKE = textwrap.dedent('''\
    """Makes the client."""

    import hashlib
    import hmac
    import os
    import time

    from zeep import Client


    def connect():
        """A client that is signed in."""
        client = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        user = os.environ["MARKETO_USER_ID"]
        mac = hmac.new(os.environ["MARKETO_ENCRYPTION_KEY"].encode(), (now + user).encode(), hashlib.sha1)
        client.set_default_soapheaders(
            {
                "authentication": {
                    "mktowsUserId": user,
                    "requestSignature": mac.hexdigest(),
                    "requestTimestamp": now,
                }
            }
        )
        return client
    ''')
USE = """


def number(client, email):
    answer = client.service.getLead({"keyType": "EMAIL", "keyValue": email})
    return answer.leadRecordList.leadRecord[0].Id
"""
RUN = """

print(number(connect(), "bob@example.com"))
"""


def imported(text: str) -> list[str]:
    """The imports of the class and its exception."""
    return [line for line in text.splitlines() if "import" in line and "arketo" in line]


def test_nothing_is_added_where_nothing_is_rewritten(tree: Tree) -> None:
    migrated = migrate(tree({"a.py": "import requests\n"}), target="requests")
    assert migrated.files == {}


def test_the_other_target_needs_no_file(tree: Tree) -> None:
    migrated = migrate(tree({"main.py": MAKE + USE + RUN}))
    assert list(migrated.files) == ["main.py"]


def test_a_script_gets_the_class_beside_it(tree: Tree, tmp_path: Path) -> None:
    before = tree({"before/main.py": MAKE + USE + RUN, "after/main.py": MAKE + USE + RUN})
    migrated = migrate(before / "after", target="requests")
    assert sorted(migrated.files) == ["after/main.py", "after/marketo_rest.py"]
    assert imported(migrated["after/main.py"]) == ["from marketo_rest import MarketoRest"]
    ast.parse(migrated["after/marketo_rest.py"])
    write(before, migrated)
    assert prove(Program(tmp_path / "before/main.py"), Program(tmp_path / "after/main.py")) == []
    assert migrate(before / "after", target="requests").files == {}


def test_the_file_has_the_line_ends_of_its_neighbour(tree: Tree) -> None:
    root = tree({"main.py": (MAKE + USE + RUN).replace("\n", "\r\n")})
    text = migrate(root, target="requests")["marketo_rest.py"]
    assert text.count("\r\n") == text.count("\n") > 50


def test_an_existing_module_is_not_overwritten(tree: Tree) -> None:
    root = tree({"main.py": MAKE + USE + RUN, "marketo_rest.py": "TOKEN = None\n"})
    migrated = migrate(root, target="requests")
    assert sorted(migrated.files) == ["main.py", "marketo_rest_client.py"]
    assert imported(migrated["main.py"]) == ["from marketo_rest_client import MarketoRest"]


def test_the_class_put_there_before_is_used_again(tree: Tree) -> None:
    root = tree({"main.py": MAKE + USE + RUN})
    write(root, migrate(root, target="requests"))
    (root / "second.py").write_text(MAKE + USE + RUN)
    migrated = migrate(root, target="requests")
    assert list(migrated.files) == ["second.py"]
    assert imported(migrated["second.py"]) == ["from marketo_rest import MarketoRest"]


HANDLED = """
from zeep.exceptions import Fault
{imports}


def number(client, email):
    try:
        answer = client.service.getLead({{"keyType": "EMAIL", "keyValue": email}})
    except Fault:
        return None
    return answer.leadRecordList.leadRecord[0].Id


def main():
    print(number(connect(), "bob@example.com"), number(connect(), "nobody@example.com"))
"""
STYLES = {
    "absolute": (
        "from app.crm.connection import connect",
        "from app.crm.marketo_rest import MarketoRest",
        "from app.crm.marketo_rest import MarketoError",
    ),
    "relative": (
        "from .crm.connection import connect",
        "from .marketo_rest import MarketoRest",
        "from .crm.marketo_rest import MarketoError",
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_packages_keep_their_style(tree: Tree, tmp_path: Path, style: str) -> None:
    imports, client, error = STYLES[style]
    neighbour = "from . import limits\n" if style == "relative" else "from app.crm import limits\n"
    package = {
        "app/__init__.py": "",
        "app/crm/__init__.py": "",
        "app/crm/limits.py": "",
        "app/crm/connection.py": MAKE.replace(
            "from zeep import Client\n", "from zeep import Client\n\n" + neighbour
        ),
        "app/sync.py": HANDLED.format(imports=imports),
        "app/__main__.py": imports.replace("crm.connection import connect", "sync import main")
        + "\n\nmain()\n",
    }
    root = tree({f"{where}/{name}": text for where in ("before", "after") for name, text in package.items()})
    migrated = migrate(root / "after", target="requests")
    assert "after/app/crm/marketo_rest.py" in migrated.files
    assert imported(migrated["after/app/crm/connection.py"]) == [client]
    assert imported(migrated["after/app/sync.py"]) == [error]
    write(root, migrated)
    assert prove(Program(tmp_path / "before", "app"), Program(tmp_path / "after", "app")) == []


def test_a_class_of_the_same_name_is_not_hidden(tree: Tree, tmp_path: Path) -> None:
    own = MAKE.replace("def connect():", "class {0}(Exception):\n    pass\n\n\ndef connect():")
    for target, name in (("requests", "MarketoRest"), ("marketorestpython", "MarketoClient")):
        text = own.replace("{0}", name) + USE + RUN
        root = tree({"before/main.py": text, "after/main.py": text})
        migrated = migrate(root / "after", target=target)
        assert f"{name} as MarketoRestClient" in migrated["after/main.py"]
        assert "client = MarketoRestClient(" in migrated["after/main.py"]
        write(root, migrated)
        assert prove(Program(tmp_path / "before/main.py"), Program(tmp_path / "after/main.py")) == []


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("1001", '"/rest/v1/campaigns/1001/trigger.json"'),
        ("campaign", 'f"/rest/v1/campaigns/{campaign}/trigger.json"'),
        ('campaign["id"]', """f'/rest/v1/campaigns/{campaign["id"]}/trigger.json'"""),
    ],
)
def test_addresses_are_readable_by_every_python(tree: Tree, given: str, address: str) -> None:
    alert = f"""

def alert(client, campaign, lead_id):
    return client.service.requestCampaign(
        source="MKTOWS",
        campaignId={given},
        leadList={{"leadKey": [{{"keyType": "IDNUM", "keyValue": lead_id}}]}},
    )


print(alert(connect(), 1001, 1001))
"""
    assert address in migrate(tree({"main.py": MAKE + alert}), target="requests")["main.py"]


def test_an_address_with_both_kinds_of_quotes_is_joined() -> None:
    values = {"${id}": """names["a"]['b']"""}
    text, addresses = written_addresses('get(f"/rest/{${id}}/x.json")', values.__getitem__, '"')
    assert with_addresses(text, addresses) == """get("/rest/" + str(names["a"]['b']) + "/x.json")"""
