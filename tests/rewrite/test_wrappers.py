"""Calls of the wrapper packages: installed ones, and copies that lie in the program."""

import shutil
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from prove import Program, prove

from marketo_migrate.cli.entry import main

Tree = Callable[[Mapping[str, str | bytes]], Path]

FIXTURES = Path(__file__).parents[2] / "fixtures" / "fix"
PACKAGES = {
    "marketo": FIXTURES / "marketo_vendored_lookup" / "before" / "marketo",
    "suds_marketo": FIXTURES / "suds_marketo_call_service" / "before" / "suds_marketo",
}
HEAD = """\
import os

from {package} import Client

client = Client(
    "https://123-ABC-456.mktoapi.com/soap/mktows/2_2",
    os.environ["MARKETO_USER_ID"],
    os.environ["MARKETO_ENCRYPTION_KEY"],
)


"""
REST_HEAD = """\
import os

from marketorestpython.client import MarketoClient

client = MarketoClient(
    "123-ABC-456",
    client_id=os.environ["MARKETO_CLIENT_ID"],
    client_secret=os.environ["MARKETO_CLIENT_SECRET"],
    max_retry_time=0,
    requests_timeout=(10, 180),
)


"""


def fix(root: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    monkeypatch.chdir(root)
    return main(["fix", ".", "--no-color", *options])


def proven(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, package: str, body: str, *options: str, left: int = 0
) -> str:
    """The new text of a program that uses an installed package, proven on the simulated service."""
    text = HEAD.format(package=package) + textwrap.dedent(body).lstrip()
    root = tree({"before/main.py": text, "after/main.py": text})
    shutil.copytree(PACKAGES[package], root / "before" / package)
    assert fix(root / "after", monkeypatch, *options) == left
    if left:
        shutil.copytree(PACKAGES[package], root / "after" / package)
    problems = prove(Program(root / "before" / "main.py"), Program(root / "after" / "main.py"))
    assert [problem for problem in problems if not (left and problem.startswith("still uses"))] == []
    return (root / "after" / "main.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        'import marketo\n\nclient = marketo.Client("token")\nprint(client.get_lead("a@example.com").id)\n',
        "from marketo import Client\n\n\ndef client(settings):\n    return Client(**settings)\n",
    ],
)
def test_other_packages_of_the_name_stay(tree: Tree, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    root = tree({"main.py": text})
    fix(root, monkeypatch, "--unsafe")
    assert (root / "main.py").read_text(encoding="utf-8") == text


def test_lead_objects(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    body = """
        def card(email):
            lead = client.get_lead(email=email)
            name = lead.attributes.get("FirstName", "customer")
            return f"{name} {lead.id}: {lead.attributes.get('LeadScore', 0) + 1}", lead.id + "!"


        print(*card("bob@example.com"))
    """
    expected = """
        def card(email):
            leads = client.get_multiple_leads_by_filter_type(
                "email", [email], fields="id,firstName,leadScore"
            )
            if not leads:
                raise LookupError("No lead found with EMAIL = %s" % email)
            lead = leads[0]
            name = lead.get("firstName") or "customer"
            return f"{name} {lead['id']}: {(lead.get('leadScore') or 0) + 1}", str(lead["id"]) + "!"


        print(*card("bob@example.com"))
    """
    text = proven(tree, monkeypatch, "marketo", body)
    assert text == REST_HEAD + textwrap.dedent(expected).lstrip()


@pytest.mark.parametrize(
    "attributes",
    [
        '(("FirstName", "string", "Zed"), ("LastName", "string", "Yu"))',
        '(("FirstName", "string", "Zed"),)',
    ],
)
def test_triples_become_a_record(tree: Tree, monkeypatch: pytest.MonkeyPatch, attributes: str) -> None:
    body = f"""
        def save(email):
            attributes = {attributes}
            lead = client.sync_lead(email, attributes)
            client.request_campaign("1001", lead.id)
            return lead.id


        print(save("zed@example.com"))
    """
    text = proven(tree, monkeypatch, "marketo", body)
    assert "marketo.Client" not in text
    assert '"firstName": "Zed"' in text


def test_attributes_by_their_names(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    body = """
        lead = client.get_lead("bob@example.com")
        print(lead.attributes["FirstName"], "LastName" in lead.attributes, int(lead.id) + 1)
    """
    assert "get_lead(" not in proven(tree, monkeypatch, "marketo", body)


def test_suds_marketo(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    body = """
        def number(email):
            key = client.LeadKey
            key.keyType = "EMAIL"
            key.keyValue = email
            return client.call_service("getLead", key).leadRecordList.leadRecord[0].Id


        print(number("bob@example.com"))
    """
    expected = """
        def number(email):
            leads = client.get_multiple_leads_by_filter_type("email", [email], fields="id")
            if not leads:
                raise LookupError("No lead found with EMAIL = %s" % email)
            return leads[0]["id"]


        print(number("bob@example.com"))
    """
    assert proven(tree, monkeypatch, "suds_marketo", body) == REST_HEAD + textwrap.dedent(expected).lstrip()


@pytest.mark.parametrize(
    ("used", "reason"),
    [
        ("lead.company", "what .company of the package's object holds is not known"),
        ('"%s" % lead', "the text of the package's object is used"),
        ("dict(lead.attributes)", "the attributes' values are used whatever their types are"),
        ("getattr(lead, email)", "used by the names of its attributes"),
    ],
)
def test_what_cannot_be_told_stays_with_the_reason(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], used: str, reason: str
) -> None:
    text = (
        HEAD.format(package="marketo")
        + f"""\
def show(email):
    lead = client.get_lead(email)
    return {used}


print(show("bob@example.com"))
"""
    )
    root = tree({"main.py": text})
    assert fix(root, monkeypatch, "--unsafe") == 1
    assert (root / "main.py").read_text(encoding="utf-8") == text
    assert reason in " ".join(capsys.readouterr().out.split())


def test_a_call_that_stays_is_written_as_before(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    body = """
        def first(email):
            return client.get_lead(email).attributes.get("FirstName")


        def changed(email, values):
            return client.sync_lead(email, values).id


        print(first("bob@example.com"))
        pairs = [pair.split("=") for pair in os.environ.get("PAIRS", "FirstName=Rob").split(",")]
        print(changed("bob@example.com", tuple((name, "string", value) for name, value in pairs)))
    """
    text = proven(tree, monkeypatch, "marketo", body, left=1)
    assert "    return client.sync_lead(email, values).id\n" in text
    assert "rest_client.get_multiple_leads_by_filter_type(" in text


def copied(tree: Tree, monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> str:
    """The program `marketo_vendored_lookup` after fix, with another text in its copy of the package."""
    root = tree({})
    shutil.copytree(FIXTURES / "marketo_vendored_lookup" / "before", root, dirs_exist_ok=True)
    for path in sorted((root / "marketo").rglob("*.py")):
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert fix(root, monkeypatch) == 1
    return (root / "main.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "moves"),
    [
        ("", "", True),
        ("lead.id = record.find", "lead.id = record.find", True),
        ("def get_lead(self, email=None)", "def get_lead(self, number=None)", False),
        ("def get_lead(self, email=None)", "def get_lead(self, email, kind)", False),
        ('lead.id = record.find("Id")', 'lead.id = record.find("Email")', False),
        ("get_lead.wrap(email)", "sync_lead.wrap(email, ())", False),
    ],
)
def test_a_copy_has_to_do_what_the_package_does(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, old: str, new: str, moves: bool
) -> None:
    text = copied(tree, monkeypatch, old or "\0", new)
    assert ("get_multiple_leads_by_filter_type" in text) is moves


@pytest.mark.parametrize("package", ["marketo", "app/vendor/marketo"])
@pytest.mark.parametrize("handled", ["Exception", "MarketoError"])
def test_the_exceptions_of_a_copy(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, package: str, handled: str
) -> None:
    dotted = package.replace("/", ".")
    text = (
        HEAD.format(package=dotted)
        + f"""\
def find(email):
    try:
        return client.get_lead(email).email
    except {handled}:
        return None


print(find("gone@example.com"))
"""
    )
    if handled == "MarketoError":
        text = text.replace("import Client", "import Client, MarketoError")
    root = tree({"main.py": text, "app/__init__.py": "", "app/vendor/__init__.py": ""})
    shutil.copytree(PACKAGES["marketo"], root / package)
    for path in sorted((root / package).rglob("*.py")):
        code = path.read_text(encoding="utf-8").replace("from marketo", f"from {dotted}")
        code = code.replace("class Client:", "class MarketoError(Exception):\n    pass\n\n\nclass Client:")
        path.write_text(code.replace("raise Exception", "raise MarketoError"), encoding="utf-8")
    fix(root, monkeypatch, "--unsafe")
    after = (root / "main.py").read_text(encoding="utf-8")
    assert (after == text) is (handled == "MarketoError")


def test_a_copy_that_nothing_imports_can_be_deleted(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copied(tree, monkeypatch, "\0", "")
    printed = " ".join(capsys.readouterr().out.split())
    assert "marketo/auth.py:7:12 MKT003 authentication nothing imports this package any more" in printed


@pytest.mark.parametrize(
    ("handler", "options", "status"),
    [
        ("        return None", (), 0),
        ('        print("no lead", error)\n        return None', (), 1),
        ('        print("no lead", error)\n        return None', ("--unsafe",), 0),
        ('        if "20103" in str(error):\n            return None\n        raise', ("--unsafe",), 1),
    ],
)
def test_handlers_of_all_exceptions(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, handler: str, options: tuple[str, ...], status: int
) -> None:
    text = (
        HEAD.format(package="marketo")
        + f"""\
def find(email):
    try:
        return client.get_lead(email).email
    except Exception as error:
{handler}


print(find("gone@example.com"))
"""
    )
    root = tree({"main.py": text})
    assert fix(root, monkeypatch, *options) == status
    assert (root / "main.py").read_text(encoding="utf-8").startswith(REST_HEAD) is (status == 0)
