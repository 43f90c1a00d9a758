# ruff: noqa: E501 - whole programs on one line each
"""Keys of many shapes, planted in a project, appear in nothing that any command prints or writes beside it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from pathlib import Path
from random import Random
from string import Formatter

import pytest

from marketo_migrate.cli.entry import main
from marketo_migrate.cli.formats import ReportFormat, ResultFormat, render_result
from marketo_migrate.cli.scan import ScanOptions, perform_scan
from marketo_migrate.model.grades import Confidence

Capture = pytest.CaptureFixture[str]
Run = Callable[..., tuple[int, str]]

WSDL = "https://123-ABC-456.mktoapi.com/soap/mktows/2_3?WSDL"
HEAD = "import os\nimport hmac\nimport hashlib\nfrom suds.client import Client\n\n"
# One call that moves to REST and one that stays: the lines above are context of both.
TAIL = """

def score(lead_id):
    key = client.factory.create("LeadKey")
    key.keyType = "IDNUM"
    key.keyValue = lead_id
    keys = client.factory.create("ArrayOfLeadKey")
    keys.leadKey = [key]
    client.service.requestCampaign("MKTOWS", 1002, keys)


def names():
    print(client.service.listMObjects())
"""
LINES = {
    "assignments": 'USER_ID = "{user}"\nENCRYPTION_KEY = "{key}"\nclient = Client("{wsdl}")\nheader = client.factory.create("AuthenticationHeaderInfo")\nheader.mktowsUserId = USER_ID\nheader.requestSignature = hmac.new(ENCRYPTION_KEY.encode(), b"x", hashlib.sha1).hexdigest()\nclient.set_options(soapheaders=header)',
    "annotated": 'client, secret_key = Client("{wsdl}"), None\nencryption_key: str = "{word}"',
    "dict": 'CONFIG = {{\n    "user_id": "{user}",\n    "encryption_key": "{key}",\n    "clientSecret": "{mixed}",\n    "password": "{word}",\n}}\nclient = Client("{wsdl}")',
    "dict_call": 'client = Client(**dict(url="{wsdl}", username="{user}", password="{word}"))',
    "credentials": 'CREDENTIALS = {{"id": "{user}", "value": "{word}"}}\nclient = Client("{wsdl}")',
    "f_string": 'client = Client(f"{wsdl}&access_token={hex}&x={{os.name}}")\nlog = f"user {user} signature={hex2} password={word} {{log}}"',
    "address": 'client = Client("https://api:{word}@123-ABC-456.mktoapi.com/soap/mktows/2_3?WSDL")\nDB = "postgres://sync:{word2}@db/crm"',
    "defaults": 'def connect(url="{wsdl}", user_id="{user}", key="{key}"):\n    return Client(url, username=user_id, password=key)\n\n\nclient = connect()',
    "keywords": 'client = Client("{wsdl}", username="{user}", password="{word}", passphrase="{word2}", api_key=b"{word3}")',
    "positional": 'client = Client("{wsdl}", "{user}", "{key}", "{word}")',
    "comments": 'client = Client("{wsdl}")  # user {user}, password: {word}\n# old key: {key}',
    "headers": 'client = Client("{wsdl}", headers={{"Authorization": "Bearer {word}", "X-Api-Key": "{mixed}", "Cookie": "mkto_token={word2}; x=1"}})',
    "basic": 'client = Client("{wsdl}")\nclient.set_options(headers={{"Authorization": "Basic c3luYzp0YWtlLWNhcmU6bWFy"}})  # {user}',
    "logins": 'client = Client("{wsdl}")\nsession.auth = ("sync", "{word}")\nsession.auth = HTTPBasicAuth(USER, "{word2}")',
    "parts": 'client = Client("{wsdl}")\nSECRET = (\n    "{upper}"\n    "{upper2}"\n)\nSIGNING_KEY = """{word}"""\npassword = """\n{word2}\n"""',
    "fallbacks": 'secret = os.environ.get("SECRET") or "{word}"\npassword = "{word2}" if os.name else "{word3}"\nclient = Client("{wsdl}")',
    "functions": 'def get_password():\n    return "{word}"\n\n\nsigning_key = lambda: "{word2}"\nclient = Client("{wsdl}")',
    "comparison": 'client = Client("{wsdl}")\nassert password != "{word}"',
    "environment": 'os.environ["MKTO_SECRET"] = "{word}"\nos.environ.setdefault("ENCRYPTION_KEY", "{word2}")\nsetattr(h, "mktowsUserId", "{user}")\nclient = Client("{wsdl}")',
    "class": 'class Settings:\n    user = "{user}"\n    key = "{mixed}"\n    secret: str = "{word}"\n\n\nclient = Client("{wsdl}")',
    "pem": 'PRIVATE_KEY = """-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA{mixed}{mixed2}\n-----END RSA PRIVATE KEY-----"""\nclient = Client("{wsdl}")',
    "web_token": 'client = Client("{wsdl}", cookie="eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.{mixed}")',
    "reason": 'client = Client("{wsdl}")\nclient.service.getLead(1)  # marketo-migrate: ignore[MKT101] signs with key={key}',
    "python_2": 'client = Client("{wsdl}", username="{user}", password=u"{word}")\nprint client.service.getLead("{key}")',
    "broken": 'client = Client("{wsdl}", user_id="{user}", encryption_key="{key}"\nx ] = "{hex}"',
    "envelope": 'import requests\nBODY = """<e xmlns:n="http://www.marketo.com/mktows/"><mktowsUserId>{user}</mktowsUserId>\n<requestSignature>{hex}</requestSignature><n:paramsGetLead/></e>"""\nrequests.post("{wsdl}", data=BODY, auth=("sync", "{word}"))\nclient = Client("{wsdl}")',
}
SETTINGS = {
    "a.ini": "[marketo]\nwsdl = {wsdl}\nuser_id = {user}\npassword = {word}\nclient_secret = {mixed}\n",
    ".env": "MARKETO_WSDL={wsdl}\nMARKETO_USER_ID={user}\nexport MARKETO_SECRET='{word}'\n",
    "one_line.env": "MARKETO={wsdl} ENCRYPTION_KEY={word} USER_ID={user}\n",
    "b.yaml": "marketo: {{wsdl: '{wsdl}', user: '{user}', pass: {word}}}\n",
    "c.yaml": 'marketo: {{wsdl: "{wsdl}", headers: {{Authorization: "Bearer {word}"}}}}\n',
    "d.json": '{{"wsdl": "{wsdl}", "user_id": "{user}", "encryption_key": "{key}", "token": "{mixed}"}}\n',
    "e.toml": 'marketo = {{ wsdl = "{wsdl}", user_id = "{user}", encryption_key = "{word}" }}\n',
    "f.cfg": "[marketo]\nendpoint: {wsdl}&user={user}&secret={word}\n",
    "requirements.txt": "marketo --index-url=https://{user}:{word}@pypi.example/simple\n",
}
# To plan a rewrite takes time; these stand for the others, whose planned changes are part of a scan, too.
FEW = (
    "assignments",
    "dict",
    "f_string",
    "headers",
    "parts",
    "fallbacks",
    "positional",
    "reason",
    "python_2",
    "a.ini",
)


def made(shape: str, random: Random) -> str:
    """A key, user id or password of a shape: `word` is one that nothing about it gives away."""

    def letters(of: str, count: int) -> str:
        return "".join(random.choice(of) for _ in range(count))

    capitals, small = "0123456789ABCDEF", "0123456789abcdef"
    match shape.rstrip("0123456789"):
        case "user":
            return f"acme1_{letters(capitals, 16)}"
        case "key":
            return letters(capitals, 40)
        case "upper":
            return letters(capitals, 20)
        case "hex":
            return letters(small, 40)
        case "mixed":
            return letters("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", 32)
        case "word":
            return f"{letters('abcdefghijkmnopqrstuvw', 14)}!{letters('xyz', 2)}"
    raise AssertionError(shape)


def planted() -> tuple[dict[str, str], dict[str, str]]:
    """The files of the project, and its secrets by place and shape."""
    files: dict[str, str] = {}
    secrets: dict[str, str] = {}
    for place, template in (LINES | SETTINGS).items():
        fields = {name for _, name, _, _ in Formatter().parse(template) if name} - {"wsdl"}
        random = Random(place)
        values = {shape: made(shape, random) for shape in sorted(fields)}
        secrets |= {f"{place}: {shape}": value for shape, value in values.items()}
        text = template.format(wsdl=WSDL, **values)
        if place in SETTINGS:
            files[f"conf/{place}"] = text
        else:
            files[f"{place}.py"] = HEAD + text + TAIL
    secrets["basic: header"] = "c3luYzp0YWtlLWNhcmU6bWFy"
    return files, secrets


FILES, SECRETS = planted()


def plain(text: str) -> str:
    """A text without what a format escapes."""
    return unescape(text).replace("\u200b", "").replace("\\", "").replace("%25", "%")


def leaked(text: str) -> list[str]:
    """The secrets of which a dozen characters can be read in a text, whatever it escapes or breaks."""
    shown = plain(text)
    joined = re.sub(r"\s*\n\s*", "", shown)
    return [
        place
        for place, secret in SECRETS.items()
        if any(secret[at : at + 12] in words for at in range(len(secret) - 11) for words in (shown, joined))
    ]


def decoded(patch: str) -> str:
    """The lines of a patch that can be read; what git's binary form encodes is let alone."""
    return re.sub(r"(?m)^[A-Za-z][0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]{5,}$", "", patch)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Run:
    """Runs a command in the planted project: its status, and all that it printed."""
    monkeypatch.chdir(tmp_path)
    plant(tmp_path, few())

    def run(*arguments: str) -> tuple[int, str]:
        status = main([*arguments])
        out, err = capsys.readouterr()
        assert "internal error" not in err, err
        return status, out + err

    return run


def few() -> dict[str, str]:
    return {
        name: text for name, text in FILES.items() if name.removeprefix("conf/").removesuffix(".py") in FEW
    }


def plant(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def written(root: Path) -> Iterator[tuple[str, str]]:
    """Name and text of the files that are no part of the project."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and name not in FILES:
            yield name, path.read_text()


def test_the_check_sees_them() -> None:
    for name, text in FILES.items():
        place = name.removeprefix("conf/").removesuffix(".py")
        assert any(found.startswith(f"{place}: ") for found in leaked(json.dumps(text))), name
    assert set(leaked("\n".join(FILES.values()))) == set(SECRETS)


def test_scan_and_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(tmp_path)
    plant(tmp_path, FILES)
    result, settings = perform_scan(ScanOptions(paths=(Path(),), confidence=Confidence.POSSIBLE))
    for output_format in ResultFormat:
        out = render_result(result, output_format, rules=settings.rules, statistics=True)
        # A comment under a pull request shows the first findings only.
        most = 0.6 if output_format is ResultFormat.MARKDOWN else 1
        assert len([name for name in FILES if name in plain(out)]) >= most * len(FILES), output_format
        assert leaked(out) == [], output_format
    Path("scan.json").write_text(render_result(result, ResultFormat.JSON))
    for report_format in ReportFormat:
        assert main(["report", "--format", report_format, "scan.json"]) == 0
        out = capsys.readouterr().out
        assert "requestCampaign" in out
        assert leaked(out) == [], report_format
    assert [name for name, text in written(tmp_path) if leaked(text)] == []


def test_baseline_and_gate(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    status, out = run("baseline", "conf")
    assert (status, leaked(out)) == (0, [])
    for output_format in ("text", "github"):
        status, out = run("gate", "--format", output_format, ".")
        assert (status, leaked(out)) == (1, [])
    beside = dict(written(tmp_path))
    assert {".marketo-migrate-baseline.json"} <= set(beside)
    assert [name for name, text in beside.items() if leaked(text)] == []


def test_fix(run: Run, tmp_path: Path) -> None:
    options = ("--unsafe", "--annotate", "--confidence", "possible")
    status, out = run("fix", "--diff", "--patch", "change.patch", *options, ".")
    assert status == 1
    assert out.count("\n+++ ") > 6
    assert leaked(out) == []
    patch = (tmp_path / "change.patch").read_text()
    assert patch.count("GIT binary patch") > 4
    assert leaked(decoded(patch)) == []
    status, out = run("fix", *options, ".")
    assert (status, leaked(out)) == (1, [])
    assert "rewritten: assignments.py" in out
    # What is written are the project's own files, with their own keys; nowhere else are any.
    assert [name for name, text in written(tmp_path) if leaked(decoded(text))] == []
    # The masked patch is whole: it takes everything back.
    subprocess.run(["git", "apply", "-R", "change.patch"], cwd=tmp_path, check=True)
    assert {name: (tmp_path / name).read_text() for name in few()} == few()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal to open")
def test_fix_asks(tmp_path: Path) -> None:
    import pty

    plant(tmp_path, dict(list(few().items())[:3]))
    child, terminal = pty.fork()
    if not child:
        os.chdir(tmp_path)
        os.execv(sys.executable, [sys.executable, "-m", "marketo_migrate", "fix", "--interactive", "."])
    os.write(terminal, b"n\ny\na\n")
    shown = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode())
    assert "Rewrite this unit (3 of 3)" in text
    assert leaked(text) == []


WRONG = {
    "marketo-migrate.toml": 'confidence = "possibly"\npassword = "{word}"\nexclude = [{word!r}, 5]\n',
    "pyproject.toml": '[tool.marketo-migrate]\npassword = "{word}\n',
    ".marketo-migrate-baseline.json": '{{"password": "{word}", ',
    "scan.json": '{{"schema_version": 1, "password": "{word}", "findings": ["{word}"]}}',
    "describe.json": '{{"success": true, "result": "{word}"',
    "rules/operations/getLead.yml": "secret: &a {word}\nmore: [*{word}\n",
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_files(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    word = SECRETS["assignments: key"] if name.endswith(".yml") else SECRETS["annotated: word"]
    (tmp_path / name).write_text(WRONG[name].format(word=word))
    commands = {
        "scan.json": ("report", name),
        "describe.json": ("fix", "--describe", name, "."),
        "rules/operations/getLead.yml": ("scan", "--rules-dir", "rules", "."),
        ".marketo-migrate-baseline.json": ("gate", "."),
    }
    status, out = run(*commands.get(name, ("scan", ".")))
    assert (status, leaked(out)) == (2, []), out
    assert name in out


@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_internal_errors(monkeypatch: pytest.MonkeyPatch, capsys: Capture, debug: list[str]) -> None:
    word, key = SECRETS["annotated: word"], SECRETS["assignments: key"]

    def fail(path: object, **_: object) -> str:
        try:
            return {}[word]
        except KeyError as error:
            raise ValueError(f"neither {word!r} nor {key} in password={word}") from error

    monkeypatch.setattr(os.path, "realpath", fail)
    assert main(["scan", ".", *debug]) == 2
    err = capsys.readouterr().err
    assert "internal error: ValueError: neither '********' nor ******** in password=********" in err
    assert ("KeyError: '********'" in err) is bool(debug)
    assert leaked(err) == []
