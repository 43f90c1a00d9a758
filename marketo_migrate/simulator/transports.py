"""Lets client libraries reach an instance inside the process, without a socket.

Programs keep the addresses they have (`https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL`); what they
send to the instance's hosts is answered here, anything else is refused, so that nothing leaves the machine.
"""

import http.client
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Literal, TypeAlias

from marketo_migrate.model.record import record
from marketo_migrate.simulator.exchange import REASONS, HttpRequest, HttpResponse
from marketo_migrate.simulator.instance import Instance
from marketo_migrate.simulator.memory_socket import MemorySocket

Library: TypeAlias = Literal["http.client", "requests", "httpx", "marketorestpython"]
"""`http.client` also carries urllib and suds; `requests` also zeep; `httpx` also zeep's async client.

`marketorestpython` is `requests` without the fifth of a second the library waits between two calls.
"""


@record
class _Door:
    """The way to an instance, and to nothing else."""

    instance: Instance

    def check(self, host: str) -> None:
        """Raise ConnectionError for a host that is not the instance's."""
        if not self.instance.serves(host):
            raise ConnectionError(f"the simulator does not answer for {host}")

    def serve(self, request: HttpRequest) -> HttpResponse:
        """Answer a request to one of the instance's hosts."""
        self.check(request.parts.hostname or "")
        return self.instance.handle(request)


@contextmanager
def reached_in_process(
    instance: Instance, libraries: tuple[Library, ...] = ("http.client", "requests")
) -> Iterator[Instance]:
    """Answer what the named libraries send; only these are imported.

    The patches hold for the whole process until the context ends. Contexts may be nested; the inner one wins.
    """
    door = _Door(instance)
    with ExitStack() as stack:
        for library in dict.fromkeys(libraries):
            stack.enter_context(PATCHES[library](door))
        yield instance


@contextmanager
def _patched(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextmanager
def _http_client(door: _Door) -> Iterator[None]:
    def connect(connection: Any) -> None:
        door.check(connection.host)
        scheme = "https" if isinstance(connection, http.client.HTTPSConnection) else "http"
        connection.sock = MemorySocket(scheme, door.serve)

    # Certificates are never looked at, and loading them for each connection costs more than all the rest.
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with (
        _patched(http.client.HTTPConnection, "connect", connect),
        _patched(http.client.HTTPSConnection, "connect", connect),
        _patched(ssl, "_create_default_https_context", lambda: bare),
    ):
        yield


class _RequestsAdapter:
    """Carries the requests library's prepared requests to the instance."""

    def __init__(self, door: _Door) -> None:
        self._door = door
        self._requests: Any = import_module("requests")
        self._urllib3: Any = import_module("urllib3")
        self._builder = self._requests.adapters.HTTPAdapter()

    def send(self, request: Any, **_: Any) -> Any:
        """Answer a prepared request; time-outs, proxies and certificates do not matter here."""
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        try:
            served = self._door.serve(
                HttpRequest(request.method, request.url, headers, _content(request.body))
            )
        except ConnectionError as error:
            raise self._requests.ConnectionError(str(error), request=request) from error
        raw = self._urllib3.HTTPResponse(
            body=BytesIO(served.body),
            status=served.status,
            reason=REASONS.get(served.status, ""),
            headers={**served.headers, "Content-Length": str(len(served.body))},
            preload_content=False,
        )
        return self._builder.build_response(request, raw)

    def close(self) -> None:
        """Nothing is held open."""


@contextmanager
def _requests(door: _Door) -> Iterator[None]:
    adapter = _RequestsAdapter(door)
    session: Any = import_module("requests").Session
    with _patched(session, "get_adapter", lambda *_, **__: adapter):
        yield


@contextmanager
def _marketorestpython(door: _Door) -> Iterator[None]:
    library: Any = import_module("marketorestpython.helper.http_lib")
    patient = SimpleNamespace(time=time.time, sleep=lambda _: None)
    with _requests(door), _patched(library, "time", patient):
        yield


@contextmanager
def _httpx(door: _Door) -> Iterator[None]:
    httpx: Any = import_module("httpx")

    def answer(request: Any) -> Any:
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            served = door.serve(HttpRequest(request.method, str(request.url), headers, request.content))
        except ConnectionError as error:
            raise httpx.ConnectError(str(error), request=request) from error
        return httpx.Response(served.status, headers=dict(served.headers), content=served.body)

    def handle(_: Any, request: Any) -> Any:
        request.read()
        return answer(request)

    async def handle_async(_: Any, request: Any) -> Any:
        await request.aread()
        return answer(request)

    with (
        _patched(httpx.HTTPTransport, "handle_request", handle),
        _patched(httpx.AsyncHTTPTransport, "handle_async_request", handle_async),
    ):
        yield


PATCHES: dict[Library, Callable[[_Door], AbstractContextManager[None]]] = {
    "http.client": _http_client,
    "requests": _requests,
    "marketorestpython": _marketorestpython,
    "httpx": _httpx,
}


def _content(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else bytes(body.read())


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
