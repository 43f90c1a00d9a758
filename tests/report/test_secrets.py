# ruff: noqa: E501 - whole programs on one line each
"""Keys planted in code and settings appear in no format, whatever they look like and wherever they stand."""

from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path
from random import Random

import pytest

from marketo_migrate.config.settings import Settings
from marketo_migrate.detect.masking import mask
from marketo_migrate.model.finding import Confidence, ScanResult
from marketo_migrate.pipeline import scan
from marketo_migrate.report import github, gitlab, json_format, junit, markdown, sarif, text
from marketo_migrate.ruleset.load import load

Tree = Callable[[Mapping[str, str | bytes]], Path]
KEYS = {
    "hex": "48a2fe10b6c7d35994e1b07c3f25d886",
    "decimal": "46183962415906002663",
    "upper": "ABCDEF0123456789FEDCBA9876543210ABCDEF01",
    "marketo": "461839624B16E06BA2D663899CC4FD03557A2B41",
    "base64": "c2VjcmV0LWtleS1mb3Itc29hcA+/Zm9vYmFyOTk5==",
    "symbols": "p@ss!w0rd#1-%x&y;z",
    "words": "correct-horse-battery-staple",
    "letters": "qwertzuiopasdfghjklyxcvbnm",
}
USERS = ("company1_4612345678ABCDEF", "bigcorp-7_461839624B16E06BA2D663", "acme_5F3E0A1B2C3D4E5F60718293")
WSDL = "https://123-ABC-456.mktoapi.com/soap/mktows/2_3?WSDL"
PYTHON = {
    "module names": 'USER = "{user}"\nKEY = "{key}"\nclient = Client("{wsdl}", KEY)\nclient.service.getLead(USER)\n',
    "one line": 'client, user_id, encryption_key = Client("{wsdl}"), "{user}", "{key}"\n',
    "annotated": 'encryption_key: str = "{key}"; client: Client = Client("{wsdl}")\n',
    "dict": 'S = {{"wsdl": "{wsdl}", "user_id": "{user}", "encryption_key": "{key}"}}\nclient = Client(S["wsdl"])\n',
    "dict call": 'S = dict(wsdl="{wsdl}", user="{user}", key="{key}")\nclient = Client(S["wsdl"])\n',
    "call": 'client = connect(Client("{wsdl}"), "{user}", "{key}")\n',
    "hmac": 'client = Client("{wsdl}")\nsign = hmac.new(b"{key}", b"now" + b"{user}", hashlib.sha1).hexdigest()\n',
    "header": 'client = Client("{wsdl}")\nh = client.factory.create("AuthenticationHeaderInfo")\n'
    'h.mktowsUserId = "{user}"\nh.requestSignature = sign("{key}", "{user}")\nclient.set_options(soapheaders=h)\n',
    "envelope": 'import requests\nX = """<e xmlns="http://www.marketo.com/mktows/"><mktowsUserId>{user}</mktowsUserId>'
    "<requestSignature>{key}</requestSignature>"
    '<paramsGetLead></paramsGetLead></e>"""\nrequests.post("{wsdl}", data=X)\n',
    "format string": 'import requests\nrequests.post(f"{wsdl}&u={user}&key={key}", '
    'data=f"<paramsGetLead/>{{1}}{user}")\n',
    "percent": 'client = Client("{wsdl}")\nclient.service.getLead("{user}:%s" % "{key}")\n',
    "argument": 'client = Client("{wsdl}")\nclient.service.getLead(leadKey={{"keyValue": sign("{key}")}})\n',
    "comment": 'client = Client("{wsdl}")  # user {user} key {key}\n',
    "default": 'def lead(key="{key}", user="{user}"):\n    return Client("{wsdl}").service.getLead(user, key)\n\nlead()\n',
    "several lines": 'client = Client("{wsdl}")\nclient.service.getLead(\n    leadKey={{\n        "user":\n'
    '            "{user}",\n        "encryption_key":\n            "{key}",\n    }}\n)\n',
    "parts": 'client = Client("{wsdl}")\nclient.service.getLead("{user}" "-" "{key}")\n',
    "long line": 'client = Client("{wsdl}"); x = "'
    + "." * 330
    + '"; encryption_key = "{key}"; user = "{user}"\n',
    "wrapper package": 'import marketo\nc = marketo.Client("{wsdl}", "{user}", "{key}")\nc.get_lead("a@b.c")\n',
    "environment": 'client = Client(os.environ.get("WSDL", "{wsdl}"), os.getenv("ENCRYPTION_KEY", "{key}"), "{user}")\n',
    "broken": 'client = Client("{wsdl}", "{user}", encryption_key="{key}"\nclass ] = {key!r}\n',
    "python 2": 'client = Client("{wsdl}", "{user}", encryption_key=u"{key}")\nprint client.service.getLead(u"{key}")\n',
}
SETTINGS = {
    "a.ini": "[marketo]\nwsdl = {wsdl} ; encryption_key = {key}\nuser = {user}\n",
    "b.env": "MARKETO={wsdl} ENCRYPTION_KEY={key} USER_ID={user}\n",
    "c.json": '{{"wsdl": "{wsdl}", "user_id": "{user}", "encryption_key": "{key}"}}\n',
    "d.yaml": "marketo: {{wsdl: '{wsdl}', user: '{user}', encryption_key: '{key}'}}\n",
    "e.yaml": "marketo: {{wsdl: {wsdl}, user: {user}, secret: {key}}}\n",
    "f.toml": 'marketo = {{ wsdl = "{wsdl}", user_id = "{user}", encryption_key = "{key}" }}\n',
    "g.xml": '<e xmlns="http://www.marketo.com/mktows/" key="{key}"><mktowsUserId>{user}</mktowsUserId>'
    "<requestSignature>{key}</requestSignature></e>\n",
    "h.cfg": "[marketo]\nendpoint: {wsdl}?user={user}&secret={key}\n",
    ".env.production": "marketo.wsdl={wsdl} marketo.key={key} marketo.user={user}\n",
    "requirements.txt": "marketo --index-url=https://{user}:{key}@pypi.example/simple\n",
}
IMPORTS = "import hashlib, hmac, os\nfrom suds.client import Client\n"
RULESET = load(())
FORMATS: dict[str, Callable[[ScanResult], str]] = {
    "text": text.render,
    "json": lambda result: json_format.render(result, version="1"),
    "sarif": lambda result: sarif.render(result, version="1", ruleset=RULESET),
    "github": github.render,
    "gitlab": gitlab.render,
    "junit": junit.render,
    "markdown": markdown.render,
}


# Nothing about these tells a key from a word, so only what stands around them can.
PLAIN = ("symbols", "words", "letters")
# Places where nothing does.
UNNAMED = ("argument", "comment", "parts", "percent", "format string")


def leaks(output: str, secret: str) -> bool:
    """Whether a part of a secret that is of use, a dozen characters, can be read in an output."""
    plain = unescape(output).replace("&#8203;", "").replace("\\", "").replace("%25", "%")
    return any(secret[start : start + 12] in plain for start in range(len(secret) - 11))


def other(key: str, place: str) -> str:
    """A key of the same look for each place: what one file gives away must not help with another."""
    letters = [character for character in key if character.isalnum()]
    Random(place).shuffle(letters)
    return "".join(letters.pop() if character.isalnum() else character for character in key)


def planted(name: str) -> tuple[dict[str, str], set[str]]:
    """Files by path, and the secrets in them."""
    files: dict[str, str] = {}
    secrets = set(USERS)
    for number, (place, source) in enumerate((PYTHON | SETTINGS).items()):
        if name in PLAIN and place in UNNAMED:
            continue
        key = other(KEYS[name], place)
        secrets.add(key)
        text = source.format(wsdl=WSDL, user=USERS[number % len(USERS)], key=key)
        if place in SETTINGS:
            files[place] = text
        else:
            files[f"{place.replace(' ', '_')}.py"] = IMPORTS + text
    return files, secrets


@pytest.mark.parametrize("name", KEYS)
def test_no_key_in_any_format(tree: Tree, name: str) -> None:
    files, secrets = planted(name)
    result = scan((tree(files),), Settings(confidence=Confidence.POSSIBLE, jobs=1))
    assert set(files) - {finding.location.path for finding in result.findings} == set()
    for output_format, render in FORMATS.items():
        output = render(result)
        assert [secret for secret in secrets if leaks(output, secret)] == [], output_format


def test_the_check_sees_a_key(tree: Tree) -> None:
    result = scan((tree({"a.ini": f"x = {WSDL} {KEYS['words']}\n"}),), Settings(jobs=1))
    for output_format, render in FORMATS.items():
        shows_source = output_format not in ("github", "gitlab")
        assert leaks(render(result), KEYS["words"]) is shows_source, output_format


@pytest.mark.parametrize(
    ("code", "masked"),
    [
        (
            '{"mktowsUserId": "a_4612345678ABCDEF", "requestSignature": sign(), "requestTimestamp": now}',
            '{"mktowsUserId": "********", "requestSignature": sign(), "requestTimestamp": now}',
        ),
        (
            '{"mktowsUserId": user_id, "requestSignature": signature, "requestTimestamp": now}',
            '{"mktowsUserId": user_id, "requestSignature": signature, "requestTimestamp": now}',
        ),
        ('("mktowsUserId", "requestSignature")', '("mktowsUserId", "requestSignature")'),
        ('f("secret", "anything else"):', 'f("secret", "********"):'),
        ('if secret == "anything": pass', 'if secret == "********": pass'),
        (
            "<requestSignature>several\nlines</requestSignature>\n<next>",
            "<requestSignature>********\n</requestSignature>\n<next>",
        ),
    ],
)
def test_names_of_secrets_stay_and_lines_too(code: str, masked: str) -> None:
    assert mask(code, frozenset()) == masked
