"""Exceptions of failed connections: suds raises those of urllib, the REST clients those of requests."""

import ast

from marketo_migrate.rewrite.program import Program, dotted_names
from marketo_migrate.rewrite.source import Source

CONNECTION = "requests' exceptions tell of failed connections now, where urllib's did: their classes and texts are others"

_URLLIB = frozenset(
    {
        "urllib.error.URLError", "urllib.error.HTTPError", "urllib.request.URLError", "urllib.request.HTTPError",
        "urllib2.URLError", "urllib2.HTTPError", "http.client.HTTPException", "http.client.RemoteDisconnected",
        "http.client.BadStatusLine", "http.client.IncompleteRead", "httplib.HTTPException", "httplib.BadStatusLine",
        "socket.timeout", "socket.gaierror", "ssl.SSLError",
    }
)  # fmt: skip
_BUILTIN = frozenset({"ConnectionError", "ConnectionResetError", "ConnectionRefusedError", "TimeoutError"})
_WIDER = frozenset({"OSError", "IOError", "EnvironmentError", "Exception", "BaseException"})
_HARMLESS = ("builtins.print", "builtins.str", "builtins.int", "builtins.len", "logging.")


def is_network_error(source: Source, node: ast.expr) -> bool:
    """Whether an expression names an exception by which urllib tells of a failed connection."""
    if isinstance(node, ast.Name) and node.id in _BUILTIN:
        return node.id not in source.imported_names
    return bool(dotted_names(source, node) & _URLLIB)


def catches_requests(source: Source, parts: list[ast.expr]) -> bool:
    """Whether one of the classes holds what requests raises, too."""
    for part in parts:
        if isinstance(part, ast.Name) and part.id in _WIDER:
            return True
        names = dotted_names(source, part)
        if "socket.error" in names or any(name.startswith("requests.") for name in names):
            return True
    return False


def connects_elsewhere(program: Program, source: Source, call: ast.Call, known: set[int]) -> bool:
    """Whether a call may connect to something, other than by the calls that are `known`."""
    if id(call) in known or program.called(source, call) is not None:
        return False
    names = dotted_names(source, call.func)
    if isinstance(call.func, ast.Name) and not names:
        return f"builtins.{call.func.id}" not in _HARMLESS
    return not (names and all(name.startswith(_HARMLESS) for name in names))
