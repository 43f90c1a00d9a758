"""The settings of a SOAP client: those that nobody misses go, others are told to the user or stand in the way.

Takes the calls that make a client or set its options. What only SOAP needs (where the WSDL is kept, headers, how XML
is read) goes without a word; how the network is reached is lost and said; what changes the answers is refused.
"""

import ast
from collections.abc import Iterable, Iterator

from marketo_migrate.model.flow import FunctionFlow, InstanceFlow
from marketo_migrate.rewrite.credential_slots import Kind, Slots
from marketo_migrate.rewrite.hooks import Hooks
from marketo_migrate.rewrite.nodes import is_none, walk
from marketo_migrate.rewrite.program import Program, constant_of, externals
from marketo_migrate.rewrite.purity import Purity
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import FunctionNode, Source

_DEPTH = 6
_CHANGING: dict[str, object] = {
    "faults": True,
    "retxml": False,
    "nosend": False,
    "unwrap": True,
    "raw_response": False,
    "xsd_ignore_sequence_order": False,
}
_PROXY = "the proxy of the SOAP client is lost: set the environment variable HTTPS_PROXY for the REST client"
_VERIFY = (
    "how the SOAP client checks certificates is lost: name a bundle of your own in the environment variable "
    "REQUESTS_CA_BUNDLE for the REST client"
)
_CERT = "the certificate that the SOAP client shows is lost, the REST client shows none"
_HEADERS = "HTTP headers that the SOAP client sends are lost"
_LOGIN = "the HTTP login of the SOAP client (at a proxy, say) is lost: it can be a part of the address in HTTPS_PROXY"
_RETRIES = "the adapters of the SOAP client's HTTP session (retries, say) are lost"
_ENVIRONMENT = (
    "the SOAP client's HTTP session does not ask the environment for proxies and logins, the REST client does"
)
_UNKNOWN = (
    "how the SOAP client is connected to the network is decided elsewhere and is lost: a proxy goes into the "
    "environment variable HTTPS_PROXY, certificates into REQUESTS_CA_BUNDLE"
)
_NETWORK = {
    "proxy": _PROXY,
    "proxies": _PROXY,
    "verify": _VERIFY,
    "verify_ssl": _VERIFY,
    "cert": _CERT,
    "headers": _HEADERS,
    "extra_http_headers": _HEADERS,
    "params": _HEADERS,
    "username": _LOGIN,
    "password": _LOGIN,
    "auth": _LOGIN,
    "mount": _RETRIES,
    "adapters": _RETRIES,
    "trust_env": _ENVIRONMENT,
}
_HOOKED = frozenset({"hooks", "register_hook"})
_ZEEP = ("wsdl", "wsse", "transport", "service_name", "port_name", "plugins", "settings")
_SETTINGS = ("strict", "raw_response", "force_https", "extra_http_headers")
_TRANSPORT = ("cache", "timeout", "operation_timeout", "session")
_GROWING = frozenset({"append", "insert", "extend", "add"})
_OPTIONS = "which options the SOAP client has is not known here: one of them may change what calls give back"
_OTHER_PLUGIN = "what a plugin of the SOAP client does is not known"

Option = tuple[str, Source, ast.expr]


class SoapSettings:
    """Judges the options of SOAP clients; `lost` says what the REST client does not do any more."""

    def __init__(self, program: Program, purity: Purity) -> None:
        self._program = program
        self._slots = Slots(program)
        self._hooks = Hooks(program, purity)
        self.lost: list[str] = []

    def check(self, source: Source, call: ast.Call, *, zeep: bool) -> None:
        """Judge a call that makes a client or sets its options. Raises `Unconvertible`."""
        for where, made in self._made(source, call.func, _DEPTH):
            if isinstance(made, ast.Call) and "functools.partial" in externals(where.flows(made.func)):
                for name, at, value in self._given(where, made, ()):
                    self._option(name, at, value)
        for name, where, value in self._given(source, call, _ZEEP if zeep else ()):
            self._option(name, where, value)

    def _given(self, source: Source, call: ast.Call, order: tuple[str, ...]) -> Iterator[Option]:
        """The names and values of the arguments of a call."""
        for name, value in zip(order, call.args, strict=False):
            yield name, source, value
        for keyword in call.keywords:
            if keyword.arg is not None:
                yield keyword.arg, source, keyword.value
            else:
                yield from self._spread(source, keyword.value, _DEPTH)

    def _spread(self, source: Source, node: ast.expr, depth: int) -> Iterator[Option]:
        """The options in `**node`."""
        if depth == 0:
            raise Unconvertible(_OPTIONS, source, node)
        function = source.function(node)
        if isinstance(node, ast.Name) and function is not None and function.args.kwarg is not None:
            if function.args.kwarg.arg == node.id:
                yield from self._stored(source, function, node.id)
                yield from self._bag(source, function, depth)
                return
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if key is None:
                    yield from self._spread(source, value, depth - 1)
                elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, source, value
                else:
                    raise Unconvertible(_OPTIONS, source, key)
            return
        if isinstance(node, ast.Call) and "builtins.dict" in externals(source.flows(node.func)):
            for argument in node.args:
                yield from self._spread(source, argument, depth - 1)
            yield from self._given(source, node, ())
            return
        slot = self._slots.of(source, node)
        feeds = self._slots.feeds(slot) if slot is not None else []
        if slot is not None and slot.kind is Kind.PARAMETER:
            feeds += [(slot.source, default) for default in self._slots.default(slot)]
        if slot is None or not feeds:
            raise Unconvertible(_OPTIONS, source, node)
        for other in self._program.sources.values():
            yield from self._stored(other, other.tree, slot.name)
        for where, value in feeds:
            yield from self._spread(where, value, depth - 1)

    def _stored(self, source: Source, scope: ast.AST, name: str) -> Iterator[Option]:
        """The entries that a dict of options is given later: `options["proxy"] = …`."""
        for node in walk(scope):
            match node:
                case ast.Subscript(value=base, slice=key, ctx=ast.Store()) if _named(base) == name:
                    statement = source.parent(node)
                    if not isinstance(key, ast.Constant) or not isinstance(statement, ast.Assign):
                        raise Unconvertible(_OPTIONS, source, node)
                    yield str(key.value), source, statement.value
                case ast.Call(func=ast.Attribute(value=base, attr="setdefault"), args=[key, value]) if (
                    _named(base) == name
                ):
                    if not isinstance(key, ast.Constant):
                        raise Unconvertible(_OPTIONS, source, node)
                    yield str(key.value), source, value
                case ast.Call(func=ast.Attribute(value=base, attr="update")) if _named(base) == name:
                    for argument in node.args:
                        yield from self._spread(source, argument, 2)
                    yield from self._given(source, node, ())

    def _bag(self, source: Source, function: FunctionNode, depth: int) -> Iterator[Option]:
        """What callers give for `**options` of a function."""
        owner = source.parent(function)
        callers = self._program.callers(source, function)
        if isinstance(owner, ast.ClassDef) and function.name == "__init__":
            callers = [*self._program.callers(source, owner), *callers]
        spec = function.args
        named = {a.arg for a in (*spec.args, *spec.kwonlyargs)}
        for other, call in callers:
            for keyword in call.keywords:
                if keyword.arg is None:
                    yield from self._spread(other, keyword.value, depth - 1)
                elif keyword.arg not in named:
                    yield keyword.arg, other, keyword.value

    # --- one option -------------------------------------------------------------------------

    def _option(self, name: str, source: Source, value: ast.expr) -> None:
        if is_none(value):
            return
        if name in _CHANGING:
            known, constant = constant_of(source, value)
            if not known or constant is not _CHANGING[name]:
                raise Unconvertible(
                    f"the SOAP client's option {name} changes what calls give back", source, value
                )
        elif name in _NETWORK:
            self._lose(_NETWORK[name])
        elif name in ("plugins", "wsse"):
            self._plugins(source, value, _DEPTH)
        elif name == "settings":
            self._settings(source, value)
        elif name == "transport":
            self._transport(source, value)

    def _lose(self, note: str) -> None:
        if note not in self.lost:
            self.lost.append(note)

    def _settings(self, source: Source, value: ast.expr) -> None:
        for where, made in self._made(source, value, _DEPTH):
            if is_none(made):
                continue
            if not isinstance(made, ast.Call) or not _is_class(where, made, "zeep.", "Settings"):
                raise Unconvertible(_OPTIONS, where, made)
            for name, at, given in self._given(where, made, _SETTINGS):
                self._option(name, at, given)
        for other in self._program.sources.values():
            for node in other.of(ast.Attribute):
                if isinstance(node.ctx, ast.Store):
                    if any(
                        n.startswith("zeep.") and n.endswith("Settings()")
                        for n in externals(other.flows(node.value))
                    ):
                        self._assigned(other, node)

    def _assigned(self, source: Source, target: ast.Attribute) -> None:
        statement = source.parent(target)
        if target.attr in _CHANGING and not isinstance(statement, ast.Assign):
            raise Unconvertible(
                f"the SOAP client's option {target.attr} changes what calls give back", source, target
            )
        if isinstance(statement, ast.Assign):
            self._option(target.attr, source, statement.value)

    def _transport(self, source: Source, value: ast.expr) -> None:
        for where, made in self._made(source, value, _DEPTH):
            if is_none(made):
                continue
            if self._own_class(where, made) is not None:
                raise Unconvertible(
                    "the SOAP client's transport is a class of this program, whose work would be lost",
                    where,
                    made,
                )
            if not isinstance(made, ast.Call) or not (
                _is_class(where, made, "zeep.", "Transport") or _is_class(where, made, "suds.transport.", "")
            ):
                self._lose(_UNKNOWN)
                continue
            zeep = _is_class(where, made, "zeep.", "Transport")
            for name, at, given in self._given(where, made, _TRANSPORT if zeep else ()):
                if name in ("session", "client", "wsdl_client"):
                    self._session(at, given)
                else:
                    self._option(name, at, given)

    def _session(self, source: Source, value: ast.expr) -> None:
        """What an HTTP session is told, where it is made and on the way from there."""
        for where, made in self._made(source, value, _DEPTH):
            if is_none(made):
                continue
            names = externals(where.flows(made.func)) if isinstance(made, ast.Call) else ()
            if not any(name.startswith(("requests.", "httpx.")) for name in names):
                self._lose(_UNKNOWN)
            elif isinstance(made, ast.Call):
                for name, at, given in self._given(where, made, ()):
                    self._option(name, at, given)
            self._told(where, made)

    def _told(self, source: Source, made: ast.expr) -> None:
        """What a session is told after it was made."""
        flows = set(source.flows(made))
        for other in self._program.sources.values():
            for node in other.of(ast.Attribute):
                if not flows & set(other.flows(node.value)):
                    continue
                if node.attr in _HOOKED:
                    raise Unconvertible("the SOAP client's HTTP session has hooks", other, node)
                if node.attr in _NETWORK:
                    self._lose(_NETWORK[node.attr])

    # --- plugins ----------------------------------------------------------------------------

    def _plugins(self, source: Source, value: ast.expr, depth: int) -> None:
        if is_none(value):
            return
        if isinstance(value, ast.List | ast.Tuple):
            for item in value.elts:
                self._plugins(source, item.value if isinstance(item, ast.Starred) else item, depth)
            return
        if isinstance(value, ast.BinOp | ast.BoolOp | ast.IfExp):
            parts = value.values if isinstance(value, ast.BoolOp) else _sides(value)
            for part in parts:
                self._plugins(source, part, depth)
            return
        owner = self._own_class(source, value)
        if owner is not None:
            if not self._hooks.is_only_for_soap(*owner):
                raise Unconvertible(
                    f"the plugin {owner[1].name} of the SOAP client does more than to sign requests",
                    source,
                    value,
                )
            return
        names = externals(source.flows(value))
        if names and all(name.startswith(("zeep.", "suds.")) for name in names):
            return
        if names and all(name in ("builtins.list()", "builtins.tuple()") for name in names):
            return
        feeds = self._feeds(source, value) if depth else []
        if not feeds:
            raise Unconvertible(_OTHER_PLUGIN, source, value)
        for where, given in feeds:
            self._plugins(where, given, depth - 1)
        name = _named(value)
        for other in self._program.sources.values():
            for node in other.nodes:
                match node:
                    case ast.Call(func=ast.Attribute(value=base, attr=attr), args=args) if (
                        attr in _GROWING and name and _named(base) == name
                    ):
                        self._plugins(other, args[-1] if args else node, depth - 1)

    def _own_class(self, source: Source, node: ast.expr) -> tuple[Source, ast.ClassDef] | None:
        """The class of the program that an expression is an object of."""
        for flow in source.flows(node):
            if isinstance(flow, InstanceFlow):
                found = self._program.definition(FunctionFlow(flow.path, flow.start))
                if found is not None and isinstance(found[1], ast.ClassDef):
                    return found[0], found[1]
        return None

    # --- where values come from -------------------------------------------------------------

    def _feeds(self, source: Source, node: ast.expr) -> list[tuple[Source, ast.expr]]:
        """The expressions that an expression has its value from, one step back."""
        if isinstance(node, ast.Call):
            found = self._program.called(source, node)
            if found is None or not isinstance(found[1], FunctionNode):
                return []
            return [
                (found[0], part.value)
                for part in walk(found[1])
                if isinstance(part, ast.Return) and part.value is not None
            ]
        slot = self._slots.of(source, node)
        if slot is None:
            return self._all_assigned(source, node)
        feeds = self._slots.feeds(slot)
        if slot.kind is Kind.PARAMETER:
            feeds += [(slot.source, default) for default in self._slots.default(slot)]
        return feeds

    def _all_assigned(self, source: Source, node: ast.expr) -> list[tuple[Source, ast.expr]]:
        """What is assigned to a variable that has several values."""
        if not isinstance(node, ast.Name):
            return []
        scope = source.function(node) or source.tree
        return [
            (source, statement.value)
            for statement in walk(scope)
            if isinstance(statement, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == node.id for t in statement.targets)
        ]

    def _made(self, source: Source, node: ast.expr, depth: int) -> list[tuple[Source, ast.expr]]:
        """The expressions that make a value, as far back as is known."""
        if isinstance(node, ast.IfExp):
            return [*self._made(source, node.body, depth), *self._made(source, node.orelse, depth)]
        if isinstance(node, ast.BoolOp):
            return [found for value in node.values for found in self._made(source, value, depth)]
        feeds = self._feeds(source, node) if depth else []
        if not feeds:
            return [(source, node)]
        return [found for where, value in feeds for found in self._made(where, value, depth - 1)]


def _named(node: ast.expr) -> str:
    """The name of a variable or attribute."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _sides(node: ast.BinOp | ast.IfExp) -> Iterable[ast.expr]:
    return (node.left, node.right) if isinstance(node, ast.BinOp) else (node.body, node.orelse)


def _is_class(source: Source, call: ast.Call, root: str, end: str) -> bool:
    return any(name.startswith(root) and name.endswith(end) for name in externals(source.flows(call.func)))
