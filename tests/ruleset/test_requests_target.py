"""The class of the `requests` target, against a local server: token, errors, renewal, pages."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


class Handler(BaseHTTPRequestHandler):
    """Answers from a script, and keeps what was asked."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, *arguments: object) -> None:
        pass

    def _answer(self) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        server: Any = self.server
        server.seen.append(
            (self.command, address.path, parse_qs(address.query), body, self.headers.get("Authorization"))
        )
        if address.path == "/identity/oauth/token":
            server.tokens += 1
            answer = {"access_token": f"t{server.tokens}", "expires_in": 3600, "token_type": "bearer"}
        else:
            answer = server.script.pop(0)
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def server() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.script, server.tokens = [], [], 0
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(server: Any, rest_class: Any) -> Iterator[Any]:
    client = rest_class("123-ABC-456", "id", "secret", base=f"http://127.0.0.1:{server.server_port}")
    yield client
    client.session.close()


def test_the_token_goes_into_the_header_and_is_kept(server: Any, client: Any) -> None:
    server.script = [{"success": True, "result": [1]}, {"success": True, "result": [2]}]
    assert client.get("/a.json", filterType="email", filterValues=["a+b@x.de", "c"])["result"] == [1]
    assert client.post("/b.json", {"input": [{"id": 1}]}, x=1)["result"] == [2]
    token, first, second = server.seen
    assert token[1:3] == (
        "/identity/oauth/token",
        {"grant_type": ["client_credentials"], "client_id": ["id"], "client_secret": ["secret"]},
    )
    query = {"filterType": ["email"], "filterValues": ["a+b@x.de", "c"]}
    assert first == ("GET", "/a.json", query, "", "Bearer t1")
    assert second == ("POST", "/b.json", {"x": ["1"]}, '{"input": [{"id": 1}]}', "Bearer t1")


def test_a_refused_token_is_renewed_once(server: Any, client: Any) -> None:
    refusal = {"success": False, "errors": [{"code": "602", "message": "Access token expired"}]}
    server.script = [refusal, {"success": True}]
    assert client.delete("/a.json", id=[1, 2]) == {"success": True, "result": []}
    assert [seen[4] for seen in server.seen if seen[1] == "/a.json"] == ["Bearer t1", "Bearer t2"]
    server.script = [refusal, refusal]
    with pytest.raises(Exception, match="602: Access token expired") as caught:
        client.get("/a.json")
    assert caught.value.code == "602"


def test_an_error_with_status_200_is_raised(server: Any, client: Any) -> None:
    server.script = [{"success": False, "errors": [{"code": "1003", "message": "Bad"}]}]
    with pytest.raises(Exception, match="1003: Bad"):
        client.get("/a.json")


def test_pages_of_the_lead_database(server: Any, client: Any) -> None:
    server.script = [
        {"success": True, "result": [1, 2], "nextPageToken": "n", "moreResult": True},
        {"success": True, "nextPageToken": "o", "moreResult": True},
        {"success": True, "result": [3], "nextPageToken": "p", "moreResult": False},
    ]
    assert list(client.items("/a.json", nextPageToken="m")) == [1, 2, 3]
    asked = [seen[2]["nextPageToken"] for seen in server.seen if seen[1] == "/a.json"]
    assert asked == [["m"], ["n"], ["o"]]


def test_pages_of_assets(server: Any, client: Any) -> None:
    server.script = [{"success": True, "result": list(range(200))}, {"success": True, "warnings": ["None"]}]
    assert len(list(client.assets("/a.json"))) == 200
    asked = [seen[2]["offset"] for seen in server.seen if seen[1] == "/a.json"]
    assert asked == [["0"], ["200"]]


def test_long_queries_forms_and_files(server: Any, client: Any) -> None:
    server.script = [{"success": True}] * 3
    client.get_long("/a.json", filterValues="a,b")
    client.post_form("/b.json", costs="[]")
    client.upload("/c.json", "leads.csv", b"email\na@x.de\n", format="csv")
    (_, long, form, upload) = server.seen
    assert (long[0], long[2], long[3]) == ("POST", {"_method": ["GET"]}, "filterValues=a%2Cb")
    assert form[3] == "costs=%5B%5D"
    assert upload[2] == {"format": ["csv"]}
    assert 'name="file"; filename="leads.csv"' in upload[3]
