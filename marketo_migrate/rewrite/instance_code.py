"""The Munchkin id as code where the address of a SOAP client is put together, or given on the command line.

A client's construction in; out comes the expression of the address that is the id, or one that takes it from the address.
"""

import ast

from marketo_migrate.model.flow import ExternalFlow
from marketo_migrate.model.record import record
from marketo_migrate.rewrite.credential_slots import Kind, Slots, bare
from marketo_migrate.rewrite.endpoint_parts import instance_part
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program, constant_of, externals
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import FunctionNode, Source, walk_scope

_DEPTH = 8
_PARSED = ("parse_args()", "parse_known_args()", "parse_intermixed_args()", "docopt()", "docopt.docopt()")
_COMMANDS = frozenset({"option", "argument"})
_ADDRESS = ("location", "url", "wsdl")
_FROM_ADDRESS = (
    "the address comes from the command line: the Munchkin id is taken from it, so it must be one of the form "
    "https://123-ABC-456.mktoapi.com/…"
)


@record
class InstanceCode:
    """The Munchkin id as code; `note` says what must hold for it."""

    code: str
    note: str | None


def instance_code(program: Program, source: Source, made: ast.Call) -> InstanceCode | None:
    """The id where the address is no constant; None where what is known of the address tells it."""
    slots = Slots(program)
    named = {keyword.arg: keyword.value for keyword in made.keywords}
    given = [*(named[name] for name in _ADDRESS if name in named), *made.args[:1]]
    addresses = [e for e in given if not isinstance(bare(e), ast.Constant)]
    for address in addresses:
        value = _id_in(slots, source, made, address)
        if value is not None:
            return InstanceCode(source.original(value), None)
    for address in addresses:
        if _is_of_command_line(slots, source, address, _DEPTH):
            part = instance_part(address)
            inner = part.value if part is not None else bare(address)
            slot = slots.of(source, inner)
            known = slot is not None and slot.kind is Kind.RESULT
            if not known and not isinstance(inner, ast.Name | ast.Attribute | ast.Subscript):
                raise Unconvertible(
                    "the address of the client is made from the command line", source, address
                )
            dot, slashes = source.literal("."), source.literal("//")
            code = f"{source.original(inner)}.split({slashes})[-1].split({dot})[0]"
            return InstanceCode(
                code, None if _is_made_from_id(slots, source, inner, _DEPTH) else _FROM_ADDRESS
            )
    return None


def _is_made_from_id(slots: Slots, source: Source, node: ast.expr, depth: int) -> bool:
    """Whether an address is put together of a Munchkin id and constants wherever it comes from."""
    part = instance_part(node)
    if part is not None and part.is_id:
        return True
    slot = slots.of(source, part.value if part is not None else node)
    feeds = slots.feeds(slot) if slot is not None and depth else []
    if slot is not None and slot.kind is Kind.PARAMETER and slots.default(slot):
        return False
    return bool(feeds) and all(_is_made_from_id(slots, where, value, depth - 1) for where, value in feeds)


def _id_in(slots: Slots, source: Source, made: ast.Call, address: ast.expr) -> ast.expr | None:
    """The expression of an address that is the Munchkin id, where the construction can evaluate it too."""
    part = instance_part(address)
    if part is not None and part.is_id:
        return None if constant_of(source, part.value)[0] else part.value
    inner = part.value if part is not None else bare(address)
    slot = slots.of(source, inner)
    if slot is None or slot.source is not source or slot.kind not in (Kind.LOCAL, Kind.CONSTANT):
        return None
    function = source.function(made)
    if slot.kind is Kind.LOCAL and slot.owner is not function:
        return None
    feeds = slots.feeds(slot)
    part = instance_part(feeds[0][1]) if len(feeds) == 1 else None
    if part is None or not part.is_id or not _is_of_command_line(slots, source, part.value, _DEPTH):
        return None
    own = _names_of(function) if function is not None and slot.kind is Kind.CONSTANT else set()
    used = {node.id for node in walk(part.value) if isinstance(node, ast.Name)}
    return part.value if not used & own else None


def _names_of(function: FunctionNode) -> set[str]:
    """The parameters and variables of a function."""
    stored = {
        n.id for n in walk_scope(function) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
    }
    return stored | {a.arg for a in walk(function.args) if isinstance(a, ast.arg)}


def _is_of_command_line(slots: Slots, source: Source, node: ast.expr, depth: int) -> bool:
    """Whether a value is, or is made from, what was given on the command line."""
    for part in walk(node):
        if not isinstance(part, ast.expr):
            continue
        flows = source.flows(part)
        if any(
            isinstance(flow, ExternalFlow)
            and (flow.name.startswith("sys.argv") or any(p in flow.name for p in _PARSED))
            for flow in flows
        ):
            return True
        if depth == 0 or not isinstance(part, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
            continue
        slot = slots.of(source, part)
        if slot is None:
            continue
        if slot.kind is Kind.PARAMETER and _is_command(slot.source, slot.owner):
            return True
        if any(_is_of_command_line(slots, where, value, depth - 1) for where, value in slots.feeds(slot)):
            return True
    return False


def _is_command(source: Source, function: ast.AST) -> bool:
    """Whether the command line gives the parameters of a function (click, typer)."""
    decorators = function.decorator_list if isinstance(function, FunctionNode) else []
    called = [d.func if isinstance(d, ast.Call) else d for d in decorators]
    return any(
        name.startswith(("click.", "typer.")) for d in called for name in externals(source.flows(d))
    ) or any(getattr(d, "attr", "") in _COMMANDS for d in called)
