"""The time that the SOAP client waits for an answer: the call that makes it in, the number of seconds as code out."""

import ast

from marketo_migrate.rewrite.credential_slots import Kind, Slots
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program, externals
from marketo_migrate.rewrite.source import Source

_TRANSPORTS = frozenset({"zeep.transports.Transport", "zeep.Transport"})
_DEPTH = 6
_NUMBERS = frozenset({"int", "float"})


def timeout_code(program: Program, source: Source, made: ast.Call) -> str | None:
    """How long calls of the client may take, where it says so; None where it does not, or is not surely a number.

    suds takes `timeout`. zeep's transport takes `operation_timeout`; its `timeout` is that of the WSDL, whose
    calls may take any time.
    """
    given = _given(made, "timeout")
    transport = _given(made, "transport")
    if given is None and transport is not None:
        inner = _assigned_before(source, made, transport)
        if isinstance(inner, ast.Call) and set(externals(source.flows(inner.func))) & _TRANSPORTS:
            given = _given(inner, "operation_timeout")
            if inner is not transport and not isinstance(given, ast.Constant):
                return None
    if given is None or not _is_seconds(Slots(program), source, given):
        return None
    return source.original(given)


def _given(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _assigned_before(source: Source, made: ast.Call, node: ast.expr) -> ast.expr:
    """What a variable holds that is assigned once in the scope of the call."""
    if not isinstance(node, ast.Name):
        return node
    scope = source.function(made) or source.tree
    values = [
        s.value
        for s in walk(scope)
        if isinstance(s, ast.Assign)
        and any(isinstance(n, ast.Name) and n.id == node.id for t in s.targets for n in walk(t))
    ]
    return values[0] if len(values) == 1 else node


def _is_seconds(slots: Slots, source: Source, node: ast.expr, depth: int = _DEPTH) -> bool:
    """Whether an expression is a number above zero, as far as numbers are written out."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, int | float) and not isinstance(value, bool) and value > 0
        case ast.Call(func=ast.Name(id=name), args=[_], keywords=[]) if name in _NUMBERS:
            return all(not isinstance(n, ast.Call) or n is node or _reads(n) for n in walk(node))
        case ast.Name() | ast.Attribute():
            slot = slots.of(source, node)
            if slot is None or not depth:
                return False
            feeds = slots.feeds(slot)
            if slot.kind is Kind.PARAMETER:
                feeds += [(slot.source, default) for default in slots.default(slot)]
            return bool(feeds) and all(_is_seconds(slots, at, value, depth - 1) for at, value in feeds)
    return False


def _reads(call: ast.Call) -> bool:
    """Whether a call only looks a setting up."""
    return getattr(call.func, "attr", "") in ("get", "getenv")
