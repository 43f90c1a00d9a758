"""The SOAP client becomes a REST client: construction, service objects, headers, options."""

import ast
import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from marketo_migrate.model.flow import ClientFlow, RequestFlow
from marketo_migrate.model.resolution import ClientFact
from marketo_migrate.rewrite.credential_names import MUNCHKIN, CredentialPlan, Role
from marketo_migrate.rewrite.instance_code import instance_code
from marketo_migrate.rewrite.layout import fit
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program, dotted_names, externals, imported_name
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.soap_settings import SoapSettings
from marketo_migrate.rewrite.source import Source, walk_scope
from marketo_migrate.rewrite.targets import Target
from marketo_migrate.rewrite.timeouts import timeout_code
from marketo_migrate.rewrite.unused import Unused

CLIENT_TYPES = frozenset(
    {
        "zeep.Client", "zeep.client.Client", "zeep.CachingClient", "zeep.client.CachingClient",
        "zeep.proxy.ServiceProxy", "zeep.client.ServiceProxy", "suds.client.Client", "suds.client.ServiceSelector",
    }
)  # fmt: skip
_STATEMENTS = frozenset(
    {"set_options", "set_default_soapheaders", "set_ns_prefix", "add_prefix", "set_header"}
)
_MAKES_REQUESTS = frozenset({"create", "get_type", "get_element", "type_factory"})
_MAKES_SERVICE = frozenset({"create_service", "bind"})
_MADE_ELSEWHERE = "a request object is made here that no call which is rewritten sends"


class Clients:
    """Converts the clients of a unit, all of their uses at once."""

    def __init__(
        self,
        program: Program,
        target: Target,
        unused: Unused,
        clients: tuple[ClientFact, ...],
        accounts: frozenset[str] = frozenset(),
        others: frozenset[int] = frozenset(),
    ) -> None:
        """`accounts`: the Munchkin ids of the whole program, or what gives its user ids; more than one: several accounts.

        `others`: the SOAP clients that are made for something else.
        """
        self._others = others
        self._program = program
        self._target = target
        self._unused = unused
        self._clients = {client.id: client for client in clients}
        self.notes: list[str] = []
        self._accounts = accounts
        self.credentials = CredentialPlan()
        self._handed_operations = False

    def convert(self, calls: set[int]) -> None:
        """Edit everything that holds a client; `calls` are the ids of call nodes that are rewritten."""
        for client in self._clients.values():
            if client.made is None:
                if client.library is None:
                    raise Unconvertible("it is not known where the client is made")
                continue
            self._construction(client)
        for source in self._program.sources.values():
            for node in source.of(ast.expr):
                if not isinstance(getattr(node, "ctx", None), ast.Store):
                    role = self.role(source, node)
                    if role is not None:
                        self._use(source, node, role, calls)
            self._annotations(source)

    def _annotations(self, source: Source) -> None:
        """Type annotations of what holds the client, and questions whether something is one."""
        alone = self._is_alone
        for node in source.nodes:
            match node:
                case ast.Name() | ast.Attribute() if dotted_names(source, node) & CLIENT_TYPES:
                    if self._is_typing(source, node) and (alone or self._is_of_client(source, node)):
                        name = self._target.need_client(source)
                        source.replace(node, lambda name=name: name)  # type: ignore[misc]
                case ast.Constant(value=str() as text) if source.is_annotation(node) and "Client" in text:
                    if alone or self._is_of_client(source, node):
                        self._quoted(source, node, text)

    @cached_property
    def _is_alone(self) -> bool:
        """Whether the modules know no other SOAP clients than these."""
        return all(
            not isinstance(flow, ClientFlow) or flow.client not in self._others
            for source in self._program.sources.values()
            for flows in source.flows_by_place.values()
            for flow in flows
        )

    def _is_typing(self, source: Source, node: ast.expr) -> bool:
        """Whether a class is only named as a type: an annotation, an alias for one, the question for one."""
        if source.is_annotation(node):
            return True
        parent = source.parent(node)
        if isinstance(parent, ast.Tuple):
            node, parent = parent, source.parent(parent)
        match parent:
            case ast.Subscript(slice=inner):
                return inner is node
            case ast.Call(func=ast.Name(id="isinstance"), args=[asked, kind]):
                return kind is node and self.role(source, asked) is not None
            case _:
                return False

    def _is_of_client(self, source: Source, node: ast.expr) -> bool:
        """Whether an annotation is that of a client of the unit."""
        for outer in source.ancestors(node):
            match outer:
                case ast.arg(arg=name):
                    function = source.function(outer)
                    return function is not None and self._holds_client(source, function, name)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    returned = [n.value for n in walk_scope(outer) if isinstance(n, ast.Return) and n.value]
                    return any(self.role(source, value) for value in returned)
                case ast.AnnAssign(value=value):
                    return value is not None and self.role(source, value) is not None
                case ast.Call(args=[asked, *_]) if asked is not node:
                    return self.role(source, asked) is not None
        return False

    def _holds_client(self, source: Source, function: ast.AST, name: str) -> bool:
        reads = [n for n in walk(function) if isinstance(n, ast.Name) and n.id == name]
        return any(
            self.role(source, n) in ("client", "service") for n in reads if isinstance(n.ctx, ast.Load)
        )

    def _quoted(self, source: Source, node: ast.Constant, text: str) -> None:
        """An annotation that is written as a text."""
        try:
            tree = ast.parse(text.strip(), mode="eval")
        except SyntaxError:
            return
        written = source.original(node)
        for part in walk(tree):
            if imported_name(source, part) in CLIENT_TYPES:
                name = self._target.need_client(source)
                written = re.sub(rf"(?<![\w.]){re.escape(ast.unparse(part))}\b", name, written)
        if written != source.original(node):
            source.replace(node, lambda: written)

    def role(self, source: Source, node: ast.AST) -> str | None:
        """What part of a client of this unit an expression is."""
        roles = {
            f.role for f in source.flows(node) if isinstance(f, ClientFlow) and f.client in self._clients
        }
        return min(roles) if roles else None

    def check_settings(self) -> tuple[str, ...]:
        """What the REST client does not do that the options of the SOAP clients say. Raises `Unconvertible`."""
        settings = SoapSettings(self._program, self._unused.purity)
        for client in self._clients.values():
            at = self._program.call_at(client.place) if client.made is not None else None
            if at is not None and client.library in ("suds", "zeep"):
                settings.check(*at, zeep=client.library == "zeep")
                code = instance_code(self._program, *at)
                if code is not None and code.note is not None:
                    settings.lost.append(code.note)
        for source in self._program.sources.values():
            for node in source.of(ast.Call):
                if getattr(node.func, "attr", "") == "set_options":
                    if self.role(source, node.func) == "method":
                        settings.check(source, node, zeep=False)
        return tuple(settings.lost)

    def constructions(self) -> list[tuple[Source, ast.Call]]:
        """The calls that make the clients."""
        found = []
        for client in self._clients.values():
            at = self._program.node_at(client.place) if client.made is not None else None
            if at is not None and isinstance(at[1], ast.Call):
                found.append((at[0], at[1]))
        return found

    # --- construction -----------------------------------------------------------------------

    def _construction(self, client: ClientFact) -> None:
        at = self._program.call_at(client.place)
        if at is None:
            raise Unconvertible("the client is made in a way that cannot be rewritten")
        source, node = at
        if self._program.called(source, node) is not None:
            raise Unconvertible("the client is an object of a class of this program", source, node)
        given = self.credentials.arguments.get(id(node), {})
        here = [other for other in self._clients.values() if other.place == client.place]
        unknown = len(self._accounts) > 1 and not any(
            MUNCHKIN.search(e.text) for c in here for e in c.endpoints
        )
        if (len(accounts_of(here)) > 1 or unknown) and given.keys() != set(Role) and self.credentials.final:
            raise Unconvertible(
                "the client is made for several Marketo accounts, whose credentials cannot be told apart here",
                source,
                node,
            )
        munchkin = given.get(Role.ENDPOINT) or self._munchkin(source, client, node)
        self._target.need_client(source)
        if len(given) < len(Role) and (
            munchkin.startswith("os.environ") or not {Role.USER, Role.KEY} <= given.keys()
        ):
            self._target.need(source, "os")

        outer = source.parent(node)
        in_with = isinstance(outer, ast.withitem) or _enters(outer)
        if in_with:
            self._target.need(source, "contextlib")

        def make() -> str:
            text = self.construction_text(source, node, munchkin, given, *accounts_of(here))
            return f"contextlib.nullcontext({text})" if in_with else text

        source.replace(node, make)
        if not _enters(outer):
            self._holder(source, node)

    def construction_text(
        self, source: Source, node: ast.AST, munchkin: str, given: Mapping[Role, str], *accounts: str
    ) -> str:
        """The call that makes the REST client, in the place of the one that makes the SOAP client.

        `accounts` are the Munchkin ids that its address may have, as far as they are known.
        """
        account = accounts[0] if len(accounts) == 1 else munchkin
        timeout = timeout_code(self._program, source, node) if isinstance(node, ast.Call) else None
        text = self._text(source, munchkin, given, account, timeout)
        number = node.lineno  # type: ignore[attr-defined]
        column = source.span(node)[0] - source.line_start(number)
        line = source.line_text(number)
        indent = line[: len(line) - len(line.lstrip())]
        return fit(text, column=column, after=0, indent=indent, unit=source.indent_unit, limit=88)

    def _text(
        self,
        source: Source,
        munchkin: str,
        given: Mapping[Role, str],
        account: str,
        timeout: str | None = None,
    ) -> str:
        arguments = [munchkin]
        for role in (Role.USER, Role.KEY):
            value = given.get(role) or f"os.environ[{source.literal(self._variable(role, account))}]"
            arguments.append(f"{role.value}={value}")
        if self._target.name == "marketorestpython":
            arguments += ["max_retry_time=0", f"requests_timeout={timeout or '(10, 180)'}"]
        elif timeout is not None:
            arguments.append(f"timeout={timeout}")
        return f"{self._target.need_client(source)}({', '.join(arguments)})"

    def _variable(self, role: Role, munchkin: str) -> str:
        """The environment variable of a credential; where there are several accounts, it tells which one's."""
        if len(self._accounts) < 2:
            return role.variable
        found = MUNCHKIN.search(munchkin)
        if found is None and not self.credentials.final:
            return role.variable
        if found is None:
            raise Unconvertible(
                "several Marketo accounts are used, and which one this client is for is not known"
            )
        return f"{role.variable}_{found[1].upper().replace('-', '_')}"

    def _munchkin(self, source: Source, client: ClientFact, node: ast.AST) -> str:
        """The Munchkin id as code: an expression for it, or from the addresses, where they all tell the same one."""
        if isinstance(node, ast.Call) and client.library in ("suds", "zeep"):
            found = instance_code(self._program, source, node)
            if found is not None:
                return found.code
        return munchkin_code(source, client, node)

    def munchkin(self, source: Source, node: ast.AST) -> str:
        """The Munchkin id, as code, of the client that a call makes."""
        place = source.place(node)
        client = next(c for c in self._clients.values() if c.place == place)
        return self._munchkin(source, client, node)

    def assignment(self, source: Source, name: str, munchkin: str, *, indent: str) -> str:
        """`name = MarketoClient(…)`, or a return of it, on lines of its own."""
        start = f"{indent}{name} " + ("" if name == "return" else "= ")
        text = self._text(source, munchkin, {}, munchkin)
        return start + fit(text, column=len(start), after=0, indent=indent, unit=source.indent_unit, limit=88)

    # --- uses -------------------------------------------------------------------------------

    def _use(self, source: Source, node: ast.expr, role: str, calls: set[int]) -> None:
        if source.is_replaced(node) or any(id(a) in calls for a in (node, *source.ancestors(node))):
            if (
                role == "service"
                and isinstance(node, ast.Attribute)
                and node.attr == "service"
                and self.role(source, node.value) == "client"
            ):
                source.replace(node, lambda: source.source(node.value))
            return
        match role:
            case "service":
                self._service(source, node)
            case "client":
                self._client(source, node)
            case "method":
                self._method(source, node)
            case "operation" if self._handed_operations:
                self._operation(source, node)
            case _:
                return

    def _service(self, source: Source, node: ast.expr) -> None:
        match node:
            case ast.Attribute(value=base) if self.role(source, base) == "client":
                source.replace(node, lambda: source.source(base))
            case ast.Call(func=ast.Attribute(value=base, attr=attr)) if attr in _MAKES_SERVICE:
                source.replace(node, lambda: source.source(base))
                return
        self._holder(source, node)

    # --- operations that are kept -----------------------------------------------------------

    def holds_operation(self, source: Source, node: ast.expr) -> bool:
        """Whether an expression gives an operation of a client that something holds."""
        flows = source.flows(node)
        return isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and all(
            isinstance(f, ClientFlow) and f.role == "operation" and f.client in self._clients for f in flows
        )

    def is_partial(self, source: Source, node: ast.AST) -> bool:
        """Whether an expression is `functools.partial(operation, …)`."""
        return (
            isinstance(node, ast.Call)
            and bool(node.args)
            and self.role(source, node) == "operation"
            and "functools.partial" in externals(source.flows(node.func))
        )

    def check_partial(self, source: Source, node: ast.Call) -> None:
        """Only the header of a call may be given beforehand."""
        named = {keyword.arg for keyword in node.keywords}
        if len(node.args) != 1 or not named <= {"_soapheaders"}:
            raise Unconvertible("a part of the request is given beforehand", source, node)
        if not all(self._unused.does_nothing(source, keyword.value) for keyword in node.keywords):
            raise Unconvertible("what signs the calls does something else too", source, node)

    def check_handed(self) -> None:
        """From now on what holds an operation holds the client; raises where that cannot be."""
        self._handed_operations = True
        for source in self._program.sources.values():
            for node in source.nodes:
                if self.is_partial(source, node) and isinstance(node, ast.Call):
                    self.check_partial(source, node)

    def _operation(self, source: Source, node: ast.expr) -> None:
        """An operation that is not called where it is got: the client takes its place."""
        parent = source.parent(node)
        if isinstance(parent, ast.Call) and self.is_partial(source, parent) and parent.args[0] is node:
            return
        owner = self._owner(source, node)
        if owner is not None:
            source.replace(node, lambda: source.source(owner))
        self._holder(source, node)

    def _owner(self, source: Source, node: ast.AST) -> ast.expr | None:
        """The service or client of which an expression gets an operation."""
        if self.is_partial(source, node) and isinstance(node, ast.Call):
            return self._owner(source, node.args[0])
        match node:
            case ast.Attribute(value=base) | ast.Subscript(value=base):
                return base if self.role(source, base) in ("service", "client") else None
            case ast.Call(func=ast.Name(id="getattr"), args=[base, *_]):
                return base if self.role(source, base) in ("service", "client") else None
            case _:
                return None

    def _client(self, source: Source, node: ast.expr) -> None:
        self._holder(source, node)

    def _holder(self, source: Source, node: ast.expr) -> None:
        """Whatever holds a client must be code that only hands it on."""
        parent = source.parent(node)
        match parent:
            case ast.Attribute(value=value, attr=attr) if value is node:
                if self.role(source, parent) is not None or self._is_dropped(source, parent):
                    return
                raise Unconvertible(f"the client's {attr} is used", source, parent)
            case ast.Assign() | ast.AnnAssign() | ast.Return() | ast.NamedExpr() | ast.Yield() | ast.Expr():
                return
            case ast.Call(func=func) if func is not node:
                self._handed(source, node, parent)
            case ast.keyword():
                call = source.parent(parent)
                if isinstance(call, ast.Call):
                    self._handed(source, node, call)
            case (
                ast.List() | ast.Tuple() | ast.Dict() | ast.Set() | ast.IfExp() | ast.BoolOp() | ast.Lambda()
            ):
                return
            case ast.withitem():
                self._entered(source, node)
            case ast.Compare() | ast.If() | ast.UnaryOp() | ast.Subscript() | ast.Await():
                return
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.arguments() | ast.arg():
                return
            case _:
                raise Unconvertible("the client is used in a way that cannot be followed", source, node)

    def _entered(self, source: Source, node: ast.expr) -> None:
        """`with client:` gives the client itself; only zeep's can do that."""
        if not isinstance(node, ast.Call):
            self._target.need(source, "contextlib")
            source.replace(node, lambda: f"contextlib.nullcontext({source.original(node)})")
            return
        found = self._program.called(source, node)
        if found is None or isinstance(found[1], ast.ClassDef):
            return
        where, function = found
        names = {name for d in function.decorator_list for name in externals(where.flows(d))}
        if not any(name.endswith("contextmanager") for name in names):
            raise Unconvertible(
                "the client is used as a context manager, which the REST client is not", source, node
            )

    def _handed(self, source: Source, node: ast.expr, call: ast.Call) -> None:
        if self._program.calls_own(source, call):
            return
        name = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
        if name in ("getattr", "hasattr", "setattr", "append", "isinstance", "partial", "closing", "cast"):
            return
        raise Unconvertible("the client is handed to code that cannot be followed", source, call)

    def _method(self, source: Source, node: ast.expr) -> None:
        """A method of the client: header and option calls go."""
        if isinstance(node, ast.Call):
            return
        call = source.parent(node)
        name = node.attr if isinstance(node, ast.Attribute) else ""
        real = {
            flow.name for flow in source.flows(node) if isinstance(flow, ClientFlow) and flow.role == "method"
        }
        if name in _MAKES_REQUESTS or isinstance(node, ast.Name) or (real and real <= _MAKES_REQUESTS):
            return
        if not isinstance(call, ast.Call) or call.func is not node:
            raise Unconvertible(f"the client's {name} is used", source, node)
        statement = source.parent(call)
        if name in _STATEMENTS and isinstance(statement, ast.Expr):
            for given in (*call.args, *(keyword.value for keyword in call.keywords)):
                if not self._unused.does_nothing(source, given):
                    raise Unconvertible("what signs the calls does something else too", source, given)
            self._unused.delete(source, statement)
            return
        if name in _MAKES_SERVICE:
            return
        raise Unconvertible(f"the client's {name}() is called", source, call)

    def _is_dropped(self, source: Source, node: ast.Attribute) -> bool:
        """`client.factory`, `client.set_options(…)`: parts that only build requests and headers."""
        return node.attr in (
            "factory",
            "get_type",
            "get_element",
            "type_factory",
            "wsdl",
            *_STATEMENTS,
            *_MAKES_SERVICE,
        )

    def drop_makers(self) -> bool:
        """Delete `__getattr__` methods that only made request objects nobody asks for any more."""
        dropped = False
        for source in self._program.sources.values():
            for node in source.nodes:
                if not isinstance(node, ast.FunctionDef) or node.name not in (
                    "__getattr__",
                    "__getattribute__",
                ):
                    continue
                makes = any(self.role(source, n) == "factory" for n in walk(node))
                if makes and not self._unused.is_gone(node) and not self._asked_for():
                    self._unused.delete(source, node)
                    dropped = True
        return dropped

    def _asked_for(self) -> bool:
        """Whether a request object is still got as an attribute of something that is no request object."""
        return any(
            isinstance(node, ast.Attribute)
            and any(isinstance(flow, RequestFlow) for flow in source.flows(node))
            and not any(isinstance(flow, RequestFlow) for flow in source.flows(node.value))
            and self.role(source, node.value) is None
            and self._unused.is_alive(source, node)
            for source in self._program.sources.values()
            for node in source.nodes
        )

    def making(self) -> list[tuple[Source, ast.expr]]:
        """The expressions that still make request objects, or get what makes them."""
        found: list[tuple[Source, ast.expr]] = []
        for source in self._program.sources.values():
            for node in source.of(ast.Attribute, ast.Call):
                if not self._unused.is_alive(source, node):
                    continue
                role = self.role(source, node)
                if role == "operation" and self._handed_operations and self._owner(source, node) is None:
                    continue
                if role in ("factory", "type", "constructor", "operation", "method"):
                    found.append((source, node))
        return found

    def leftovers(self) -> None:
        """Raise `Unconvertible` where code that needs the SOAP client is still in use."""
        for source, made in self.making():
            raise Unconvertible(_MADE_ELSEWHERE, source, made)
        for source in self._program.sources.values():
            for node in source.nodes:
                if (
                    isinstance(node, ast.Attribute)
                    and node.attr == "wsdl"
                    and self._unused.is_alive(source, node)
                ):
                    if self.role(source, node.value) == "client":
                        raise Unconvertible("the client's wsdl is used", source, node)
        for source, built in self.constructions():
            for name in walk(built):
                if isinstance(name, ast.Name) and any("()" in text for text in externals(source.flows(name))):
                    # What only tells a setting (`options.endpoint`, `config["url"]`) is not the client's.
                    outer = source.parent(name)
                    if not isinstance(outer, ast.Attribute | ast.Subscript) and name is not _function_of(
                        outer
                    ):
                        self._still_read(source, built, name)

    def _still_read(self, source: Source, made: ast.Call, name: ast.Name) -> None:
        """Something that was given to the SOAP client (a history of messages, say) must not be asked later."""
        for node in source.of(ast.Name):
            if node.id == name.id and isinstance(node.ctx, ast.Load):
                if source.flows(node) == source.flows(name) and self._unused.is_alive(source, node):
                    if made not in source.ancestors(node):
                        raise Unconvertible(
                            f"{name.id!r}, which belongs to the SOAP client, is used", source, node
                        )


def accounts_of(clients: Iterable[ClientFact]) -> frozenset[str]:
    """The Munchkin ids in the addresses of clients."""
    texts = [e.text for client in clients if client.made is not None for e in client.endpoints]
    return frozenset(match[1].upper() for text in texts if (match := MUNCHKIN.search(text)))


def all_tell_account(clients: Iterable[ClientFact]) -> bool:
    """Whether the addresses of all clients show a Munchkin id."""
    made = [client for client in clients if client.made is not None]
    return all(any(MUNCHKIN.search(e.text) for e in client.endpoints) for client in made)


def _function_of(node: ast.AST | None) -> ast.expr | None:
    return node.func if isinstance(node, ast.Call) else None


def _enters(node: ast.AST | None) -> bool:
    """Whether a call enters a context manager: `stack.enter_context(…)`."""
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "enter_context"


def munchkin_code(source: Source, client: ClientFact, node: ast.AST) -> str:
    """The Munchkin id as code."""
    ids = [match[1].upper() if (match := MUNCHKIN.search(e.text)) else None for e in client.endpoints]
    known = {found for found in ids if found is not None}
    if len(known) > 1:
        raise Unconvertible("the client is made for several Marketo instances", source, node)
    variable = source.literal("MARKETO_MUNCHKIN_ID")
    if not known:
        return f"os.environ[{variable}]"
    literal = source.literal(known.pop())
    bare = [e.text for e, found in zip(client.endpoints, ids, strict=True) if found is None]
    if any(not text.strip("\0?WSDLwsdl") for text in bare):
        return f"os.environ.get({variable}, {literal})"
    return literal
