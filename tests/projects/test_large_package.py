"""A package that nobody here wrote, with planted calls: candidates alone give what every file gives."""

import shutil
from pathlib import Path

import pytest
import requests

from marketo_migrate.config.settings import Settings
from marketo_migrate.model.finding import Kind
from marketo_migrate.pipeline import scan

CLIENT = """
from suds.client import Client

api = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_3?WSDL")


def find_lead(email):
    key = api.factory.create("LeadKey")
    key.keyType = "EMAIL"
    key.keyValue = email
    return api.service.getLead(key)
"""
PLANTED = {
    "_crm.py": CLIENT,
    "sessions.py": """

from ._crm import find_lead


def send_lead(email):
    return find_lead(email)
""",
    "hooks.py": """

def lead_hook(email):
    from requests.sessions import send_lead

    return send_lead(email)
""",
}


@pytest.mark.slow
def test_candidates_give_what_every_file_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "requests"
    shutil.copytree(Path(requests.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in PLANTED.items():
        with (package / name).open("a", encoding="utf-8") as file:
            file.write(text)
    monkeypatch.chdir(tmp_path)
    candidates = scan((Path(),), Settings())
    everything = scan((Path(),), Settings(), everything=True)
    assert everything.statistics["parsed"] > 15
    assert candidates.statistics["parsed"] < everything.statistics["parsed"]
    assert candidates.findings == everything.findings
    calls = {
        (f.location.path, f.operation)
        for f in candidates.findings
        if f.kind in (Kind.CALL, Kind.WRAPPER_CALL)
    }
    assert calls == {
        ("requests/_crm.py", "getLead"),
        ("requests/sessions.py", "getLead"),
        ("requests/hooks.py", "getLead"),
    }
