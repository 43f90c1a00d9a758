"""Turns an HTTP request into an `Ask`: method override, sizes, content types, then the endpoint's checks."""

import json
from collections.abc import Callable
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs

from marketo_migrate.model.rest import Endpoint
from marketo_migrate.simulator.exchange import HttpRequest
from marketo_migrate.simulator.rest.answers import HttpError, RestError
from marketo_migrate.simulator.rest.ask import Ask
from marketo_migrate.simulator.rest.check import Checker
from marketo_migrate.simulator.rest.routing import find_endpoint

FORM, JSON_TYPE, MULTIPART = "application/x-www-form-urlencoded", "application/json", "multipart/form-data"
LONGEST_URI = 8 * 1024
LARGEST_BODY = 1024 * 1024
LARGEST_UPLOAD = 10 * 1024 * 1024
OVERRIDE = "_method"
OLD_TOKEN = "access_token"  # noqa: S105 - the name of a parameter

Record = Callable[[Endpoint | None, str], None]


def check_sizes(request: HttpRequest, record: Record) -> None:
    """Refuse what is too long: 414 for the address, 413 for the body."""
    parts = request.parts
    if len(parts.path) + len(parts.query) + 1 > LONGEST_URI:
        record(None, "The address is longer than 8 KB")
        raise HttpError(414, "Request-URI Too Long")
    upload = parts.path.startswith("/bulk/") and request.content_type == MULTIPART
    if len(request.body) > (LARGEST_UPLOAD if upload else LARGEST_BODY):
        record(None, "The body is larger than 1 MB (10 MB for an upload)")
        raise HttpError(413, "Request Entity Too Large")


def refuse_old_token(request: HttpRequest, record: Record) -> None:
    """Refuse a token in the query string or the form, which Adobe removed on 2026-08-31."""
    form = request.body.decode(errors="replace") if request.content_type == FORM else ""
    if OLD_TOKEN in parse_qs(request.parts.query) or OLD_TOKEN in parse_qs(form):
        record(None, "access_token must be sent in the Authorization header")
        raise RestError("600", "Access token not specified")


def read_token_request(request: HttpRequest) -> dict[str, str]:
    """The parameters of a request for a token, from the query string and the form."""
    given = {**parse_qs(request.parts.query), **_form(request)}
    return {name: values[-1] for name, values in given.items()}


def read_ask(request: HttpRequest, record: Record) -> Ask:
    """Match and check a request.

    Raises:
        RestError: With Adobe's code for the first thing that is wrong; `record` is told of all.

    """
    query = parse_qs(request.parts.query, keep_blank_values=True)
    form = _form(request)
    method = _method(request, query, form)
    try:
        endpoint, path = find_endpoint(method, request.parts.path)
    except RestError as error:
        record(None, error.message)
        raise
    checker = Checker(endpoint, lambda message: record(endpoint, message))
    overridden = method != request.method
    if overridden:
        _check_override(request, checker)
    in_query = bool(form) and (overridden or endpoint.body is None)
    compound = overridden and endpoint.body is not None and request.content_type == JSON_TYPE
    checker.path(path)
    if compound:
        arguments = _compound_query(query, checker)
    else:
        arguments = checker.query({**query, **form} if in_query else query, path)
    body, file = ({}, b"") if in_query else _body(request, endpoint, form, checker)
    checker.finish()
    return Ask(endpoint, path, arguments, body, file, request.headers.get("range"))


def _method(request: HttpRequest, query: dict[str, list[str]], form: dict[str, list[str]]) -> str:
    given = query.pop(OVERRIDE, None) or form.pop(OVERRIDE, None)
    return given[0].upper() if given and request.method == "POST" else request.method


def _form(request: HttpRequest) -> dict[str, list[str]]:
    if request.content_type != FORM:
        return {}
    return parse_qs(request.body.decode(errors="replace"), keep_blank_values=True)


def _check_override(request: HttpRequest, checker: Checker) -> None:
    kind = {FORM: "form", JSON_TYPE: "json"}.get(request.content_type)
    if kind not in checker.endpoint.post_as_get and request.body:
        checker.problem(
            "612", f"Content type '{request.content_type}' is not supported with {OVERRIDE}=GET here"
        )


def _compound_query(query: dict[str, list[str]], checker: Checker) -> dict[str, str | list[str]]:
    """With a JSON body in place of the query, only the body is required."""
    known = {field.name for field in checker.endpoint.parameters if field.place == "query"}
    kept = {name: values for name, values in query.items() if name in known}
    for name in query.keys() - kept.keys():
        checker.problem("1003", f"Unknown parameter '{name}'")
    return {name: values[-1] for name, values in kept.items()}


def _body(
    request: HttpRequest, endpoint: Endpoint, form: dict[str, list[str]], checker: Checker
) -> tuple[Any, bytes]:
    facts = endpoint.body
    if facts is None or (not request.body and not facts.required):
        return {}, b""
    match facts.content:
        case "json":
            body = _json(request, checker)
        case "form":
            body = _form_values(request, endpoint, form, checker)
        case "multipart":
            return {}, _upload(request, checker)
    if body is not None:
        checker.body(facts.fields, body)
    return body or {}, b""


def _json(request: HttpRequest, checker: Checker) -> Any:
    if request.content_type != JSON_TYPE:
        checker.problem("612", f"Invalid Content Type '{request.content_type}'")
        return None
    try:
        return json.loads(request.body or b"{}")
    except ValueError:
        checker.problem("609", "Invalid JSON")
        return None


def _form_values(
    request: HttpRequest, endpoint: Endpoint, form: dict[str, list[str]], checker: Checker
) -> dict[str, Any] | None:
    if request.content_type != FORM:
        checker.problem("612", f"Invalid Content Type '{request.content_type}'")
        return None
    fields = {field.name: field for field in (endpoint.body.fields if endpoint.body else ())}
    values: dict[str, Any] = {}
    for name, texts in form.items():
        structured = name in fields and fields[name].type not in {"string", "datetime"}
        try:
            values[name] = json.loads(texts[-1]) if structured else texts[-1]
        except ValueError:
            checker.problem("609", f"'{name}' is not JSON")
    return values


def _upload(request: HttpRequest, checker: Checker) -> bytes:
    if request.content_type != MULTIPART:
        checker.problem("612", f"Invalid Content Type '{request.content_type}'")
        return b""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    for part in message.iter_parts() if message.is_multipart() else ():
        if part.get_param("name", header="content-disposition") == "file":
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else b""
    checker.problem("613", "The multipart body has no part named 'file'")
    return b""
