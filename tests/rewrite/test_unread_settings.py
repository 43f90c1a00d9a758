"""Settings that a rewrite leaves without a reader: they go, where it is certain that nothing reads them."""

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from test_credentials import HEAD, SIGN, migrated

Tree = Callable[[Mapping[str, str | bytes]], Path]

SETTINGS = """
    MARKETO = {
        # the address of our instance
        "endpoint": "https://123-ABC-456.mktoapi.com/soap/mktows/2_3",
        "user": os.environ["MARKETO_USER_ID"],
        "key": os.environ["MARKETO_ENCRYPTION_KEY"],
        "email": "bob@example.com",  # who is looked up
    }
"""
USE = """

    def connect(settings):
        client = Client(settings["endpoint"] + "?WSDL", location=settings["endpoint"])
        sign(client, settings["user"], settings["key"])
        return client


    client = connect(MARKETO)
    print(number(client, MARKETO["email"]))
"""


def after(tree: Tree, settings: str, use: str, **more: str) -> str:
    text = HEAD + textwrap.dedent(settings).lstrip() + SIGN + textwrap.dedent(use)
    return migrated(tree, {"main.py": text, **{f"{name}.py": code for name, code in more.items()}})["main.py"]


def test_a_dict_of_settings_keeps_its_form(tree: Tree) -> None:
    text = after(tree, SETTINGS, USE)
    expected = """
        MARKETO = {
            # the address of our instance
            "munchkin_id": "123-ABC-456",
            "client_id": os.environ["MARKETO_CLIENT_ID"],
            "client_secret": os.environ["MARKETO_CLIENT_SECRET"],
            "email": "bob@example.com",  # who is looked up
        }
    """
    assert textwrap.dedent(expected) in text
    assert 'client_secret=settings["client_secret"]' in text


def test_entries_that_nothing_can_read_go(tree: Tree) -> None:
    settings = SETTINGS.replace(
        '"email"', '"munchkin_id": "", "client_id": "", "client_secret": "",\n        "email"'
    )
    expected = """
        MARKETO = {
            # the address of our instance
            "munchkin_id": "", "client_id": "", "client_secret": "",
            "email": "bob@example.com",  # who is looked up
        }
    """
    assert textwrap.dedent(expected) in after(tree, settings, USE)


@pytest.mark.parametrize(
    "more",
    [
        'print(sorted(k for k in MARKETO if k != "key"))',
        'print("{email} {endpoint}".format(**MARKETO))',
        "import json\nprint(len(json.dumps(MARKETO)) > 100)",
        'name = "endpoint"\nprint(MARKETO[name])',
        'print(MARKETO.get("endpoint"))',
        'other = [MARKETO]\nprint(other[0]["endpoint"])',
    ],
)
def test_what_may_be_read_stays(tree: Tree, more: str) -> None:
    assert '    "endpoint": "https://123' in after(
        tree, SETTINGS, USE + textwrap.indent(f"\n{more}\n", "    ")
    )


def test_a_dict_in_one_line(tree: Tree) -> None:
    settings = """
        NAMES = {"endpoint": "https://123-ABC-456.mktoapi.com/soap/mktows/2_3", "email": "bob@example.com"}
        USER, KEY = os.environ["MARKETO_USER_ID"], os.environ["MARKETO_ENCRYPTION_KEY"]
    """
    use = """

        client = Client(NAMES["endpoint"] + "?WSDL", location=NAMES["endpoint"])
        sign(client, USER, KEY)
        print(number(client, NAMES["email"]))
    """
    expected = 'NAMES = {"munchkin_id": "123-ABC-456", "email": "bob@example.com"}\n'
    assert expected in after(tree, settings, use)


OPTION = """

    parser = argparse.ArgumentParser()
    parser.add_argument("--policy", default=1, help="e")
    options = parser.parse_args()
    client = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_3?WSDL", cachingpolicy=options.policy)
    sign(client, os.environ["MARKETO_USER_ID"], os.environ["MARKETO_ENCRYPTION_KEY"])
    print(number(client, "bob@example.com"))
"""


def test_an_option_is_still_accepted(tree: Tree) -> None:
    text = after(tree, "import argparse\n", OPTION)
    assert 'parser.add_argument("--policy", help="e")\n' in text


@pytest.mark.parametrize("more", ["print(len(vars(options)))", "print(options)", "print(options.policy)"])
def test_an_option_that_may_be_read_keeps_its_default(tree: Tree, more: str) -> None:
    text = after(tree, "import argparse\n", OPTION + f"    {more}\n")
    assert "default=1" in text
