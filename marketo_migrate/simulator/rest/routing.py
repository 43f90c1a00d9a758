"""Finds the REST operation of a request by path and method, as rules/rest/endpoints.yml names them."""

import re
from collections.abc import Mapping
from functools import cache

from marketo_migrate.model.record import record
from marketo_migrate.model.rest import Endpoint
from marketo_migrate.simulator.facts import endpoints
from marketo_migrate.simulator.rest.answers import RestError

PARAMETER = re.compile(r"\\\{(\w+)\\\}")


@record
class Route:
    """An endpoint with its path as an expression; `variables` counts the parameters in it."""

    endpoint: Endpoint
    pattern: re.Pattern[str]
    variables: int


def find_endpoint(method: str, path: str) -> tuple[Endpoint, Mapping[str, str]]:
    """The endpoint and its path parameters; fixed paths come before those with parameters.

    Raises:
        RestError: 610 for an unknown path, 605 for a method that the path does not have.

    """
    found = [(route, match) for route in _routes() if (match := route.pattern.fullmatch(path))]
    if not found:
        raise RestError("610", "Requested resource not found")
    fewest = min(route.variables for route, _ in found)
    for route, match in found:
        if route.endpoint.method == method and route.variables == fewest:
            return route.endpoint, match.groupdict()
    raise RestError("605", f"HTTP Method '{method}' not supported")


@cache
def _routes() -> tuple[Route, ...]:
    return tuple(_route(endpoint) for endpoint in endpoints().values())


def _route(endpoint: Endpoint) -> Route:
    pattern, variables = PARAMETER.subn(r"(?P<\1>[^/]+)", re.escape(endpoint.path))
    return Route(endpoint, re.compile(pattern), variables)
