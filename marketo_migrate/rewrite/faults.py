"""Handlers of SOAP faults become handlers of the REST client's exception."""

import ast
from collections.abc import Mapping

from marketo_migrate.model.flow import ClientFlow, InstanceFlow, RequestFlow
from marketo_migrate.rewrite.exception_classes import (
    FAULTS,
    HANDED,
    TRANSPORT,
    Mentions,
    classes_of,
    is_named_here,
    new_class,
)
from marketo_migrate.rewrite.fault_uses import USED, FaultUses
from marketo_migrate.rewrite.fault_values import FaultValues
from marketo_migrate.rewrite.handlers import names_of
from marketo_migrate.rewrite.network_errors import (
    CONNECTION,
    catches_requests,
    connects_elsewhere,
    is_network_error,
)
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program, externals
from marketo_migrate.rewrite.purity import Purity
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.targets import Target

_LOOKED_INTO = "a handler of all exceptions looks into the fault, and calls stay that raise it"
_PLAIN = (
    "builtins.",
    "logging.",
    "time.",
    "datetime.",
    "json.",
    "os.",
    "re.",
    "math.",
    "random.",
    "hmac.",
    "hashlib.",
)
BROAD = frozenset({"Exception", "BaseException"})

_ZEEP_BASE = "zeep.exceptions.Error"


class Faults:
    """Converts the handlers in the modules of a unit."""

    def __init__(
        self, program: Program, target: Target, purity: Purity, *, over_urllib: bool = False
    ) -> None:
        """`over_urllib`: the SOAP library raises urllib's exceptions for failed connections."""
        self._over_urllib = over_urllib
        self._program = program
        self._target = target
        self._purity = purity
        self._inside: dict[int, dict[int, tuple[Source, ast.Call]]] = {}
        self._mentions = Mentions(program, target)
        self._values = FaultValues(program)
        self.handled: list[tuple[Source, ast.ExceptHandler]] = []
        self._network_only: list[tuple[Source, ast.ExceptHandler]] = []
        self.notes: list[str] = []
        self._uses = FaultUses(program, self._note)

    @property
    def wanted(self) -> bool:
        """Whether anything in the unit's modules is made for the SOAP library's exceptions."""
        return bool(self.handled) or bool(self._mentions)

    def find(self, sources: list[Source]) -> None:
        """Note the handlers of SOAP faults, and where else the exception classes are named."""
        for source in sources:
            for node in source.nodes:
                if isinstance(node, ast.ExceptHandler) and classes_of(self._program, source, node.type):
                    self.handled.append((source, node))
                elif isinstance(node, ast.ExceptHandler) and self._network(source, node):
                    self._network_only.append((source, node))
        self._mentions.find(sources)

    def _kinds(self, source: Source, node: ast.expr | None) -> list[ast.expr]:
        """The parts of a handler's type that name exceptions of a SOAP library by themselves."""
        return [
            part
            for part in _parts(node)
            if set(externals(source.flows(part))) & (FAULTS | TRANSPORT) and is_named_here(source, part)
        ]

    def _network(self, source: Source, handler: ast.ExceptHandler) -> list[ast.expr]:
        """The parts of a handler's type by which it catches failed connections as suds tells of them."""
        parts = _parts(handler.type)
        if not self._over_urllib or catches_requests(source, parts):
            return []
        return [part for part in parts if is_network_error(source, part)]

    def is_around(self, call: ast.Call) -> bool:
        """Whether a call runs inside the `try` of a handler of SOAP faults that takes no `ValueError`."""
        return any(
            id(call) in self._calls_inside(source, handler)
            for source, handler in self.handled
            if not names_of(handler) & {"ValueError", *BROAD}
        )

    def around(self, call: ast.Call) -> list[tuple[Source, ast.ExceptHandler]]:
        """The handlers of SOAP faults in whose `try` a call runs."""
        return [(s, h) for s, h in self.handled if id(call) in self._calls_inside(s, h)]

    def look_at_broad(self, calls: set[int], *, whole: bool) -> None:
        """Note the handlers of all exceptions around these calls that use the fault they get.

        Raises `Unconvertible` for one that decides by what the fault says.
        """
        for source in self._program.sources.values():
            for handler in source.of(ast.ExceptHandler):
                if not names_of(handler) & BROAD:
                    continue
                if any(handler is known for _, known in self.handled):
                    continue
                uses = [n for n in _uses_of(handler) if not isinstance(source.parent(n), ast.Raise)]
                if not uses or not self._calls_inside(source, handler).keys() & calls:
                    continue
                if any(isinstance(a, ast.Compare) for use in uses for a in source.ancestors(use)):
                    raise Unconvertible(
                        "a handler of all exceptions decides by what the fault says, which is something else in REST",
                        source,
                        handler,
                    )
                self._note(USED)
                if any(self._asks_for_class(source, use) for use in uses):
                    if not whole and any(isinstance(source.parent(use), ast.Attribute) for use in uses):
                        raise Unconvertible(_LOOKED_INTO, source, handler)
                    self._uses.convert(source, handler.body, str(handler.name))
                else:
                    self._values.look_at(source, uses)

    def _asks_for_class(self, source: Source, use: ast.Name) -> bool:
        """`isinstance(error, Fault)`."""
        match source.parent(use):
            case ast.Call(func=ast.Name(id="isinstance"), args=[asked, kind]) if asked is use:
                return bool(classes_of(self._program, source, kind))
            case _:
                return False

    def convert(self, calls: set[int], staying: set[int], beside: set[int], *, whole: bool) -> set[int]:
        """Edit every handler; raises `Unconvertible` for one whose meaning would change.

        `calls` are the rewritten call nodes, those in `staying` stay with SOAP, those in `beside` may be
        rewritten by another plan; `whole`: all calls of the unit are rewritten. A handler around calls of both
        kinds handles both kinds of exceptions. Gives the calls that cannot be rewritten because such a handler
        looks into the fault.
        """
        refused: set[int] = set()
        kept: list[tuple[Source, ast.ExceptHandler]] = []
        for source, handler in self.handled:
            looked = bool(staying or beside or not whole or self._network(source, handler))
            inside = self._calls_inside(source, handler) if looked else {}
            moved, both = inside.keys() & calls, bool(inside.keys() & staying)
            if not moved and not whole and self._reaches_unknown(source, handler, inside):
                # A moved call may run in there: the handler takes both kinds of exceptions.
                if handler.name and _reads(handler, handler.name):
                    refused |= calls
                    continue
                kept.append((source, handler))
                self._types(source, handler, keep=True, network={})
                continue
            if not moved and (inside.keys() & (staying | beside) or not whole):
                continue
            if both and handler.name and _reads(handler, handler.name):
                refused |= moved
                continue
            kept.append((source, handler))
            self._types(source, handler, keep=both, network=self._replaced(source, handler, inside, calls))
            if handler.name and not both:
                self._uses.convert(source, handler.body, str(handler.name))
        for source, handler in self._network_only:
            inside = self._calls_inside(source, handler)
            if inside.keys() & calls and not self._is_caught_before(source, handler):
                self._types(
                    source, handler, keep=False, network=self._replaced(source, handler, inside, calls)
                )
                self._reasons(source, handler)
        self._mentions.convert(keep=bool(staying) or not whole)
        if self._mentions.differ:
            self._note(HANDED)
        if self._over_urllib and self._mentions.add_network():
            self._note(CONNECTION)
        staying_soap = [pair for pair in self.handled if pair not in kept]
        if not refused:
            self._uses.finish([handler for _, handler in staying_soap], whole=whole)
        for source, use in self._uses.texts:
            self._values.look_at(source, [use])
        self._values.check(staying_soap)
        self.handled = kept
        return refused

    def _replaced(
        self,
        source: Source,
        handler: ast.ExceptHandler,
        inside: Mapping[int, tuple[Source, ast.Call]],
        calls: set[int],
    ) -> dict[int, bool]:
        """The parts of a handler that are about connections, by id, and whether only rewritten calls make such."""
        network = self._network(source, handler)
        if not network or not inside.keys() & calls:
            return {}
        only = not any(
            connects_elsewhere(self._program, at, call, calls)
            and not _is_soap(at, call)
            and not self._purity.expression(at, call)
            for at, call in inside.values()
        )
        return {id(part): only for part in network}

    def _is_caught_before(self, source: Source, handler: ast.ExceptHandler) -> bool:
        """Whether another handler of the same `try` stands for failed connections already."""
        outer = source.parent(handler)
        others = outer.handlers if isinstance(outer, ast.Try) else []
        before = others[: others.index(handler)] if handler in others else []
        return any(other.type is None or catches_requests(source, _parts(other.type)) for other in before)

    def _reasons(self, source: Source, handler: ast.ExceptHandler) -> None:
        """`error.reason` is the error itself in requests; nothing else that urllib's errors have is known there."""
        for use in _uses_of(handler):
            outer = source.parent(use)
            if not isinstance(outer, ast.Attribute):
                continue
            called = source.parent(outer)
            if outer.attr == "reason" and not (
                isinstance(called, ast.Attribute) or (isinstance(called, ast.Call) and called.func is outer)
            ):
                source.replace(outer, lambda use=use: use.id)  # type: ignore[misc]
            elif outer.attr != "args":
                raise Unconvertible(
                    f"the {outer.attr} of a failed connection is read, which requests' exceptions do not have",
                    source,
                    outer,
                )

    def _calls_inside(self, source: Source, handler: ast.ExceptHandler) -> dict[int, tuple[Source, ast.Call]]:
        """All call nodes that run inside a handler's `try`, through functions too, by their ids."""
        if id(handler) not in self._inside:
            self._inside[id(handler)] = self._look_inside(source, handler)
        return self._inside[id(handler)]

    def _look_inside(self, source: Source, handler: ast.ExceptHandler) -> dict[int, tuple[Source, ast.Call]]:
        parent = source.parent(handler)
        pending: list[tuple[Source, ast.AST]] = (
            [(source, statement) for statement in parent.body] if isinstance(parent, ast.Try) else []
        )
        found: dict[int, tuple[Source, ast.Call]] = {}
        seen: set[int] = set()
        while pending:
            at, root = pending.pop()
            for node in walk(root):
                if not isinstance(node, ast.Call) or id(node) in found:
                    continue
                found[id(node)] = (at, node)
                called = self._program.called(at, node)
                if called is not None and id(called[1]) not in seen:
                    seen.add(id(called[1]))
                    pending.append(called)
        return found

    def _reaches_unknown(
        self, source: Source, handler: ast.ExceptHandler, inside: Mapping[int, tuple[Source, ast.Call]]
    ) -> bool:
        """Whether code may run inside a handler's `try` that is not seen: of a value that is called, a generator."""
        for at, call in inside.values():
            if _is_soap(at, call) or self._program.called(at, call) is not None:
                continue
            names = externals(at.flows(call.func))
            if not names or not all(name.startswith(_PLAIN) for name in names):
                return True
            for given in (*call.args, *(k.value for k in call.keywords)):
                flows = at.flows(given)
                if self._program.names_function(at, given) or any(isinstance(f, InstanceFlow) for f in flows):
                    return True
        parent = source.parent(handler)
        for statement in parent.body if isinstance(parent, ast.Try) else []:
            for node in walk(statement):
                if isinstance(node, ast.Yield | ast.YieldFrom | ast.With | ast.AsyncWith):
                    return True
                if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
                    if not isinstance(node.iter, ast.List | ast.Tuple | ast.Dict | ast.Constant):
                        return True
                if isinstance(node, ast.Attribute) and not self._purity.reads_plainly(node.attr):
                    return True
        return False

    def _types(
        self, source: Source, handler: ast.ExceptHandler, *, keep: bool, network: Mapping[int, bool]
    ) -> None:
        """Name the new classes; `network` are the parts that are about connections, and whether they go."""
        assert handler.type is not None  # noqa: S101 - a handler without a type names no fault
        soap = self._kinds(source, handler.type)
        if not soap and not network:
            return
        texts: list[str] = []
        for part in _parts(handler.type):
            if (part not in soap or keep) and (keep or not network.get(id(part))):
                texts.append(source.original(part))
            if id(part) in network:
                self._target.need_requests(source)
                self._note(CONNECTION)
                texts.append(self._target.transport_exception)
            elif part in soap and self._is_after_faults(source, handler, part):
                self._target.need_requests(source)
                texts.append(self._target.transport_exception)
            elif part in soap:
                texts.append(new_class(self._target, source, part))
        texts = list(dict.fromkeys(texts))
        whole = texts[0] if len(texts) == 1 else "(" + ", ".join(texts) + ")"
        start, end = source.span(handler.type)
        source.replace_span(start, end, lambda: whole)

    def _is_after_faults(self, source: Source, handler: ast.ExceptHandler, part: ast.expr) -> bool:
        """Whether zeep's base class stands for failed connections only: another handler has taken the faults."""
        outer = source.parent(handler)
        others = outer.handlers if isinstance(outer, ast.Try) else []
        before = others[: others.index(handler)] if handler in others else []
        return set(externals(source.flows(part))) == {_ZEEP_BASE} and any(
            set(externals(source.flows(kind))) <= FAULTS - {_ZEEP_BASE} and source.flows(kind)
            for other in before
            for kind in _parts(other.type)
        )

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _parts(node: ast.expr | None) -> list[ast.expr]:
    """The classes that a handler names."""
    if node is None:
        return []
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _is_soap(source: Source, call: ast.Call) -> bool:
    """Whether a call is one of the SOAP client, or makes a request object."""
    return any(
        isinstance(flow, ClientFlow | RequestFlow) for flow in (*source.flows(call), *source.flows(call.func))
    )


def _reads(handler: ast.ExceptHandler, name: str) -> bool:
    """Whether a handler's body looks at the exception."""
    return any(isinstance(n, ast.Name) and n.id == name for body in handler.body for n in walk(body))


def _uses_of(handler: ast.ExceptHandler) -> list[ast.Name]:
    """The reads of the exception in a handler's body."""
    found = (n for body in handler.body for n in walk(body) if isinstance(n, ast.Name))
    return [n for n in found if n.id == handler.name and isinstance(n.ctx, ast.Load)]


def names_bound(scope: ast.AST) -> set[str]:
    """The names that a scope binds or reads."""
    return {n.id for n in walk(scope) if isinstance(n, ast.Name)}
