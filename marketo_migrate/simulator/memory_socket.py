"""A socket that is none: takes what http.client writes, and lets it read the instance's answer."""

import io
from collections.abc import Callable
from http.client import parse_headers

from marketo_migrate.simulator.exchange import REASONS, HttpRequest, HttpResponse


class MemorySocket:
    """Enough of a socket for http.client: a request is written, a response read, any number of times."""

    def __init__(self, scheme: str, serve: Callable[[HttpRequest], HttpResponse]) -> None:
        self._scheme = scheme
        self._serve = serve
        self._written = bytearray()

    def sendall(self, data: bytes) -> None:
        """Take part of a request."""
        self._written += data

    def makefile(self, mode: str, *_: object, **__: object) -> io.BytesIO:
        """Answer the request that was written; http.client opens this to read a response."""
        del mode
        request = _read_request(bytes(self._written), self._scheme)
        self._written.clear()
        return io.BytesIO(_write_response(self._serve(request)))

    def settimeout(self, timeout: float | None) -> None:
        """Nothing to wait for."""

    def setsockopt(self, *_: object) -> None:
        """No options."""

    def close(self) -> None:
        """Nothing to close."""


def _read_request(data: bytes, scheme: str) -> HttpRequest:
    stream = io.BytesIO(data)
    method, target, _ = stream.readline().decode("latin-1").split(" ", 2)
    headers = {name.lower(): value for name, value in parse_headers(stream).items()}
    body = _unchunked(stream) if headers.get("transfer-encoding", "") == "chunked" else stream.read()
    url = target if "://" in target else f"{scheme}://{headers.get('host', '')}{target}"
    return HttpRequest(method, url, headers, body)


def _unchunked(stream: io.BytesIO) -> bytes:
    body = b""
    while size := int(stream.readline().split(b";")[0] or b"0", 16):
        body += stream.read(size)
        stream.readline()
    return body


def _write_response(response: HttpResponse) -> bytes:
    lines = [f"HTTP/1.1 {response.status} {REASONS.get(response.status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    lines += [f"Content-Length: {len(response.body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + response.body
