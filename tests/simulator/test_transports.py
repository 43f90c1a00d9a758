"""Each library reaches an instance in the process; nothing else is reachable; a real server answers alike."""

import asyncio
import contextlib
import http.client
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import requests
import suds.client
import zeep
from faces import AUTHENTICATION, suds_client, wsdl_address

from marketo_migrate.simulator.__main__ import main
from marketo_migrate.simulator.instance import DEMO, Instance
from marketo_migrate.simulator.server import make_server
from marketo_migrate.simulator.transports import reached_in_process

TOKEN = (
    "https://123-ABC-456.mktorest.com/identity/oauth/token?grant_type=client_credentials"
    f"&client_id={DEMO.client_id}&client_secret={DEMO.client_secret}"
)
ROOT = Path(__file__).parents[2]
LEAD = "https://123-ABC-456.mktorest.com/rest/v1/lead/1001.json"


def test_urllib(instance: Instance) -> None:
    with reached_in_process(instance, ("http.client",)), urllib.request.urlopen(TOKEN) as answer:
        assert b'"token_type": "bearer"' in answer.read()
    with reached_in_process(instance, ("http.client",)), pytest.raises(urllib.error.URLError):
        urllib.request.urlopen("https://www.example.com/")


def test_http_client_with_a_chunked_body_and_a_kept_connection(instance: Instance) -> None:
    headers = {
        "Authorization": f"Bearer {instance.rest.credentials.token}",
        "Content-Type": "application/json",
    }
    with reached_in_process(instance, ("http.client",)):
        connection = http.client.HTTPSConnection("123-ABC-456.mktorest.com")
        for number in range(2):
            body = iter([b'{"input": [{"email": ', f'"c{number}@example.com"}}]}}'.encode()])
            connection.request("POST", "/rest/v1/leads.json", body, headers, encode_chunked=True)
            assert b'"created"' in connection.getresponse().read()
        connection.close()
    assert len(instance.exchanges) == 2


def test_requests_and_its_sessions(instance: Instance) -> None:
    headers = {"Authorization": f"Bearer {instance.rest.credentials.token}"}
    with reached_in_process(instance), requests.Session() as session:
        assert session.get(LEAD, headers=headers).json()["result"][0]["id"] == 1001
        assert requests.get(f"{LEAD}?nothing=1", headers=headers, timeout=3).json()["success"] is False
        with pytest.raises(requests.ConnectionError, match="does not answer for"):
            session.get("https://999-XYZ-999.mktorest.com/rest/v1/leads.json")


def test_httpx_and_its_async_client(instance: Instance) -> None:
    headers = {"Authorization": f"Bearer {instance.rest.credentials.token}"}

    async def get() -> httpx.Response:
        async with httpx.AsyncClient() as client:
            return await client.get(LEAD, headers=headers)

    with reached_in_process(instance, ("httpx",)):
        assert httpx.get(LEAD, headers=headers).json()["result"][0]["id"] == 1001
        assert asyncio.run(get()).json()["success"] is True
        with pytest.raises(httpx.ConnectError):
            httpx.get("https://www.example.com/")


def test_zeep_async_client(instance: Instance) -> None:
    async def call() -> object:
        async with zeep.AsyncClient(wsdl_address("2_7")) as client:
            header = {"authentication": AUTHENTICATION}
            return await client.service.getLead({"keyType": "IDNUM", "keyValue": "1001"}, _soapheaders=header)

    with reached_in_process(instance, ("httpx",)):
        assert asyncio.run(call()).count == 1


def test_contexts_nest_and_end(instance: Instance) -> None:
    before = requests.Session.get_adapter, http.client.HTTPConnection.connect
    inner = Instance()
    with reached_in_process(instance):
        with reached_in_process(inner):
            requests.get(TOKEN, timeout=3)
        requests.get(TOKEN, timeout=3)
    assert (len(instance.exchanges), len(inner.exchanges)) == (1, 1)
    assert (requests.Session.get_adapter, http.client.HTTPConnection.connect) == before


def test_old_pod_addresses_reach_soap(instance: Instance) -> None:
    with reached_in_process(instance, ("http.client",)):
        client = suds.client.Client("https://na-sj02.marketo.com/soap/mktows/2_2?WSDL")
        client.set_options(soapheaders=suds_client("2_2").options.soapheaders)
        assert client.service.getLead({"keyType": "IDNUM", "keyValue": "1001"}).count == 1


@contextlib.contextmanager
def served(instance: Instance) -> Iterator[str]:
    server = make_server(instance)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_server_answers_both_faces(instance: Instance) -> None:
    with served(instance) as base, requests.Session() as session:
        client = zeep.Client(f"{base}/soap/mktows/2_7?WSDL", transport=zeep.Transport(session=session))
        key = {"keyType": "EMAIL", "keyValue": "ann@example.com"}
        assert client.service.getLead(key, _soapheaders={"authentication": AUTHENTICATION}).count == 1
        token = session.get(TOKEN.replace("https://123-ABC-456.mktorest.com", base)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        found = session.get(f"{base}/rest/v1/lead/1001.json", headers=headers).json()
        assert found["result"][0]["email"] == "ann@example.com"
        assert session.delete(f"{base}/rest/v1/lists/1001/leads.json?id=1001", headers=headers).json()[
            "success"
        ]
    assert instance.violations == []


def test_command_serves_until_it_is_stopped() -> None:
    command = [sys.executable, "-m", "marketo_migrate.simulator", "--port", "0", "--fixed-time"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        base = re.search(r"answers at (\S+);", process.stdout.readline())[1]  # type: ignore[index]
        with requests.Session() as session:
            token = session.get(TOKEN.replace("https://123-ABC-456.mktorest.com", base)).json()[
                "access_token"
            ]
            headers = {"Authorization": f"Bearer {token}"}
            session.post(f"{base}/rest/v1/lists/1002/leads.json?id=1001", headers=headers)
            session.get(f"{base}/rest/v1/leads.json?filterType=email", headers=headers)
        process.terminate()
        text = process.stdout.read()
    assert process.returncode == 1
    assert "lists/1002/members: added 1003" in text
    assert "getLeadsByFilterUsingGET): Missing value for required parameter 'filterValues'" in text


def test_command_says_how_to_use_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("http.server.ThreadingHTTPServer.serve_forever", interrupted)
    assert main(["--port", "0", "--fixed-time", "--limits", "--no-soap", "--empty", "--dump"]) == 0
    text = capsys.readouterr().out
    assert DEMO.client_id in text
    assert "SOAP      switched off" in text
    assert "Nothing changed." in text
    assert '"leads": {}' in text
