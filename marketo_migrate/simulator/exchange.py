"""HTTP as the simulator sees it: a request comes in, a response goes out, whatever carried them."""

from collections.abc import Mapping
from dataclasses import field
from urllib.parse import SplitResult, urlsplit

from marketo_migrate.model.record import record


@record
class HttpRequest:
    """A request with its absolute address; header names are lower case."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def parts(self) -> SplitResult:
        """The address taken apart."""
        return urlsplit(self.url)

    @property
    def base(self) -> str:
        """Scheme and host, such as `https://123-ABC-456.mktorest.com`."""
        return f"{self.parts.scheme}://{self.parts.netloc}"

    @property
    def content_type(self) -> str:
        """The media type without its parameters, lower case; empty where none is given."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@record
class HttpResponse:
    """A response: status, body, and the headers beside Content-Length."""

    status: int
    body: bytes
    headers: Mapping[str, str]


REASONS = {
    200: "OK",
    401: "Unauthorized",
    404: "Not Found",
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    500: "Internal Server Error",
    502: "Bad Gateway",
}
