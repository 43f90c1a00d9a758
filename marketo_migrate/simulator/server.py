"""Serves an instance on the loopback interface, for people who want to try a migration by hand."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

from marketo_migrate.simulator.exchange import HttpRequest
from marketo_migrate.simulator.instance import Instance

LOOPBACK = "127.0.0.1"


def make_server(instance: Instance, port: int = 0) -> ThreadingHTTPServer:
    """A server on 127.0.0.1; port 0 takes a free one. The caller runs `serve_forever` and closes it."""

    class Handler(BaseHTTPRequestHandler):
        """Hands requests to the instance, one at a time: records are not made for threads."""

        protocol_version = "HTTP/1.1"
        lock = Lock()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """The instance keeps its own list."""

        def answer(self) -> None:
            """Read the request, ask the instance, write its answer."""
            length = int(self.headers.get("Content-Length") or 0)
            host = self.headers.get("Host") or LOOPBACK
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = HttpRequest(self.command, f"http://{host}{self.path}", headers, self.rfile.read(length))
            with self.lock:
                response = instance.handle(request)
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815 - the base class's names

    return ThreadingHTTPServer((LOOPBACK, port), Handler)
