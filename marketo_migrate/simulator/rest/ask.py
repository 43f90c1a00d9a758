"""A REST request that was matched to an operation: its parameters by name, as text, and its body."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from marketo_migrate.model.record import record
from marketo_migrate.model.rest import Endpoint
from marketo_migrate.simulator.clock import parse_time
from marketo_migrate.simulator.paging import BadPositionError, page_start
from marketo_migrate.simulator.rest.answers import RestError

TOKEN = "nextPageToken"  # noqa: S105 - the name of a parameter
LARGEST_PAGE = 300


@record
class Ask:
    """A request as handlers see it. It was checked against the operation's endpoint before.

    `query` holds single values and lists; a list parameter is always a list. `body` is the JSON or form
    body, `file` an upload.
    """

    endpoint: Endpoint
    path: Mapping[str, str]
    query: Mapping[str, str | list[str]] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    file: bytes = b""
    range: str | None = None

    def text(self, name: str) -> str | None:
        """A single query parameter."""
        value = self.query.get(name)
        return value if isinstance(value, str) else None

    def texts(self, name: str) -> list[str] | None:
        """A list parameter of the query or of a body that takes its place; None where it is absent."""
        value = self.query.get(name, self.body.get(name))
        return [str(item) for item in value] if isinstance(value, list) else None

    def integer(self, name: str) -> int | None:
        """A number of the query or of a body that takes its place."""
        value = self.query.get(name, self.body.get(name))
        return int(value) if isinstance(value, str | int) else None

    def flag(self, name: str) -> bool | None:
        """A truth value of the query."""
        value = self.text(name)
        return value.lower() == "true" if value is not None else None

    def moment(self, name: str) -> datetime | None:
        """A time of the query."""
        value = self.text(name)
        return read_moment(value) if value is not None else None

    def number(self, name: str) -> int:
        """A number of the path."""
        return int(self.path[name])

    def page(self, kind: str) -> tuple[int, int]:
        """Where the page begins and how long it is, for results paged by token."""
        token = self.text(TOKEN) or self.body.get(TOKEN)
        try:
            return page_start(token, kind), self.integer("batchSize") or LARGEST_PAGE
        except BadPositionError as error:
            raise RestError("1003", f"Invalid {TOKEN} '{token}'") from error

    def slice(self) -> tuple[int, int]:
        """Where the page begins and ends, for results paged by offset."""
        start = self.integer("offset") or 0
        return start, start + (self.integer("maxReturn") or 20)


def read_moment(text: str) -> datetime:
    """A text of a request as a time."""
    try:
        return parse_time(text)
    except ValueError as error:
        raise RestError("1001", f"Invalid value '{text}'. Required of type 'Datetime'") from error
