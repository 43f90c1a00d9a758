"""Turns an HTTP request into an `Ask`: method override, sizes, content types, then the endpoint's checks."""

import json
from collections.abc import Callable, Iterable
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs

from marketo_migrate.model.rest import Endpoint, RestField
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
    if facts.content == "multipart":
        return {}, _upload(request, checker)
    wanted = JSON_TYPE if facts.content == "json" else FORM
    if request.content_type != wanted:
        checker.problem("612", f"Invalid Content Type '{request.content_type}'")
        return {}, b""
    try:
        body = json.loads(request.body or b"{}") if wanted == JSON_TYPE else _form_values(facts.fields, form)
    except ValueError:
        checker.problem("609", "Invalid JSON")
        return {}, b""
    checker.body(facts.fields, body)
    return _given(facts.fields, body), b""


def _given(fields: Iterable[RestField], body: Any) -> Any:
    """A body without its null members, which count as not given. Records keep theirs, to clear fields."""
    known = {field.name: field for field in fields}
    if not isinstance(body, dict):
        return {}
    kept = {name: value for name, value in body.items() if value is not None}
    for name, value in kept.items():
        field = known.get(name)
        if field is not None and field.type == "object" and field.fields and not field.open:
            kept[name] = _given(field.fields, value)
    return kept


def _form_values(fields: Iterable[RestField], form: dict[str, list[str]]) -> dict[str, Any]:
    """A form as the JSON object it stands for; lists, objects and truth values are JSON texts in it."""
    texts = {field.name for field in fields if field.type in {"string", "datetime"}}
    known = {field.name for field in fields}
    structured = known - texts
    return {name: json.loads(given[-1]) if name in structured else given[-1] for name, given in form.items()}


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
