"""Builds REST answers in Adobe's shapes: lead database, asset API, record-level reasons, errors."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from marketo_migrate.model.record import record
from marketo_migrate.simulator.exchange import HttpResponse

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Payload: TypeAlias = dict[str, Json]

JSON = {"Content-Type": "application/json;charset=UTF-8"}
NOTHING_FOUND = "No assets found for the given search criteria."


class RestError(Exception):
    """A request fails as a whole: `code` is Adobe's, as text."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


class HttpError(Exception):
    """A request fails below the API, by an HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@record
class FileAnswer:
    """An answer that is a file, not JSON."""

    content: str
    media_type: str = "text/csv"


def success(result: Sequence[Json] | None, **others: Json) -> Payload:
    """A lead database answer; members that are None are left out."""
    answer: Payload = {"success": True}
    if result is not None:
        answer["result"] = result
    answer.update({name: value for name, value in others.items() if value is not None})
    return answer


def assets(result: Sequence[Json]) -> Payload:
    """An asset API answer; nothing found is a warning, and then there is no `result`."""
    if not result:
        return {"success": True, "errors": [], "warnings": [NOTHING_FOUND]}
    return {"success": True, "errors": [], "warnings": [], "result": result}


def skipped(code: str, message: str, **others: Json) -> Payload:
    """A record that was not processed, with its reason."""
    return {**others, "status": "skipped", "reasons": [{"code": code, "message": message}]}


def failure(code: str, message: str) -> Payload:
    """An answer that fails as a whole."""
    return {"success": False, "errors": [{"code": code, "message": message}]}


def json_response(request_id: str, payload: Mapping[str, Json], status: int = 200) -> HttpResponse:
    """An answer on the wire."""
    body = json.dumps({"requestId": request_id, **payload}, ensure_ascii=False).encode()
    return HttpResponse(status, body, JSON)
