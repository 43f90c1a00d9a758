"""Files of settings: lines that nothing reads any more go, everything else stays to the byte."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from marketo_migrate.cli.entry import main
from marketo_migrate.rewrite.data_files import is_settings_file, key_at, without_unread

Tree = Callable[[Mapping[str, str | bytes]], Path]

PROGRAM = """\
import configparser
import hashlib
import hmac
import time

from suds.client import Client

config = configparser.ConfigParser()
config.read("mkto.ini")
client = Client(config["marketo"]["endpoint"] + "?WSDL", location=config["marketo"]["endpoint"])
now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
header = client.factory.create("AuthenticationHeaderInfo")
header.mktowsUserId = config["marketo"]["user_id"]
header.requestTimestamp = now
text = now + config["marketo"]["user_id"]
header.requestSignature = hmac.new(config["marketo"]["key"].encode(), text.encode(), hashlib.sha1).hexdigest()
client.set_options(soapheaders=header)
key = client.factory.create("LeadKey")
key.keyType = "EMAIL"
key.keyValue = config["marketo"]["email"]
print(client.service.getLead(key).leadRecordList.leadRecord[0].Id)
"""
SETTINGS = """\
; ours
[marketo]
endpoint = https://123-ABC-456.mktoapi.com/soap/mktows/2_3
user_id = sync1_4711
email = bob@example.com

[other]
endpoint = https://example.com/api
"""


def gone(*names: str) -> Callable[[str], bool]:
    return lambda key: key in names


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("a.ini", "[m]\nendpoint = https://x\n", ()),
        ("a.ini", "[m]\nendpoint =\n  https://x\n  https://y\n", ("endpoint",)),
        ("a.ini", "[m]\nname = 1\n[n]\nendpoint = https://x\n", ("endpoint",)),
        ("a.toml", '[m]\nendpoint = """\nhttps://x"""\n', ("endpoint",)),
        ("a.toml", "[m]\nendpoint = [\n  1,\n]\n", ("endpoint",)),
        ("a.env", "ENDPOINT=https://x\\\n/y\n", ("ENDPOINT",)),
    ],
)
def test_what_stays(path: str, text: str, names: tuple[str, ...]) -> None:
    assert without_unread(text, path, [2], gone(*names)) == text


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.ini", "[m]\r\nendpoint = https://x\r\nname: 1\r\n", "[m]\r\nname: 1\r\n"),
        ("a.ini", "[a]\nb = 1\n\n[m]\nendpoint = https://x\n", "[a]\nb = 1\n\n"),
        ("a.ini", "[m]\n# why\nendpoint = https://x\n", "[m]\n# why\n"),
        (".env", "A=1\nexport endpoint=https://x\nB=2", "A=1\nB=2"),
        ("a.toml", '[t.m]\nendpoint = "https://x"  # it\n', "[t.m]\n"),
    ],
)
def test_what_goes(path: str, text: str, expected: str) -> None:
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "endpoint" in row)
    assert without_unread(text, path, [line], gone("endpoint", "m")) == expected


def test_files_and_keys() -> None:
    names = ("a/mkto.ini", ".env", "x/.env.prod", "s.toml", "s.yaml", "env.py", "config.json")
    assert [is_settings_file(name) for name in names] == [True, True, True, True, False, False, False]
    assert key_at('{\n  "endpoint": "https://x"\n}', 2) == "endpoint"
    assert key_at("m:\n  - soap-url: https://x\n", 2) == "soap-url"


def test_the_section_of_the_address(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    root = tree({"main.py": PROGRAM, "mkto.ini": SETTINGS})
    assert main(["fix", "."]) == 0
    assert "main.py, mkto.ini" in capsys.readouterr().out
    lines = SETTINGS.splitlines(keepends=True)
    assert (root / "mkto.ini").read_text(encoding="utf-8") == "".join(lines[:2] + lines[4:])


def test_what_others_name_stays(tree: Tree) -> None:
    root = tree(
        {
            "main.py": PROGRAM,
            "mkto.ini": SETTINGS,
            "run.sh": 'grep endpoint mkto.ini; grep "user_id" mkto.ini\n',
        }
    )
    assert main(["fix", "."]) == 1
    assert (root / "mkto.ini").read_text(encoding="utf-8") == SETTINGS


def test_a_setting_that_cannot_go_says_that_it_can_be_deleted(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '{"soap_url": "https://123-ABC-456.mktoapi.com/soap/mktows/2_3"}\n'
    program = PROGRAM.replace('config["marketo"]["endpoint"]', 'mkto["soap_url"]')
    program = program.replace('config.read("mkto.ini")', 'mkto = json.load(open("mkto.json"))')
    root = tree({"main.py": "import json\n" + program, "mkto.json": text})
    assert main(["fix", "."]) == 1
    assert (root / "mkto.json").read_text(encoding="utf-8") == text
    assert "no other file names this setting any more" in capsys.readouterr().out
