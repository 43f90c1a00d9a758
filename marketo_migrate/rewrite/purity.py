"""Which expressions and functions do nothing but give a value, so that they can go when nobody reads it."""

import ast
from collections.abc import Collection

from marketo_migrate.model.flow import ClientFlow, ExternalFlow, RequestFlow, SignatureFlow
from marketo_migrate.rewrite.nodes import root_of, walk, walk_scope
from marketo_migrate.rewrite.program import Program, dotted_names
from marketo_migrate.rewrite.source import FunctionNode, Source, is_property

_PURE_ROOTS = (
    "hmac.", "hashlib.", "datetime.", "time.", "base64.", "binascii.", "calendar.", "pytz.", "zoneinfo.",
    "zeep.", "suds.", "requests.Session", "requests.sessions.Session", "requests.auth.", "os.environ", "os.getenv",
    "uuid.", "random.", "string.", "dateutil.", "rfc3339.", "codecs.", "copy.", "collections.", "functools.partial",
    "email.utils.", "urllib.parse.", "cached_property", "pathlib.Path", "os.path.",
)  # fmt: skip
_IMPURE_ROOTS = (
    "requests",
    "httpx",
    "urllib.request",
    "http.",
    "aiohttp",
    "subprocess",
    "socket",
    "shutil",
    "sqlite3",
)
_PURE_METHODS = frozenset(
    {
        "encode", "decode", "hexdigest", "digest", "lower", "upper", "isoformat", "strftime", "format", "strip",
        "rstrip", "lstrip", "replace", "astimezone", "utcnow", "now", "join", "get", "getint", "getboolean", "items",
        "keys", "values", "copy", "create", "get_type", "get_element", "type_factory", "title", "split", "hex",
        "update_wrapper", "timestamp", "total_seconds", "utctimetuple", "timetuple", "zfill", "partition", "startswith",
        "endswith", "getvalue", "as_uri", "resolve", "joinpath", "with_name",
    }
)  # fmt: skip
_PURE_BUILTINS = frozenset(
    {
        "str", "int", "float", "bool", "dict", "list", "tuple", "set", "frozenset", "bytes", "bytearray", "len", "max",
        "min", "sorted", "format", "repr", "zip", "enumerate", "range", "map", "filter", "getattr", "isinstance",
        "type", "object", "sum", "any", "all", "reversed", "round", "abs", "hasattr", "super",
    }
)  # fmt: skip


_VARYING_ROOTS = ("time.", "uuid.", "random.", "secrets.", "email.utils.")
_VARYING = frozenset({"now", "utcnow", "today", "next", "urandom", "time", "uuid4", "uuid1"})
_DEEP = 6
_GROWING_METHODS = frozenset(
    {
        "append", "appendleft", "extend", "insert", "add", "update", "setdefault", "pop", "popleft", "popitem", "remove",
        "discard", "clear", "sort", "reverse", "put", "write",
    }
)  # fmt: skip
_WRITING_METHODS = frozenset(
    {
        "unlink", "write_text", "write_bytes", "mkdir", "rmdir", "rename", "touch", "chmod", "open", "symlink_to", "seed",
        "shuffle", "commit", "save", "execute",
    }
)  # fmt: skip
_HARMLESS_DECORATORS = frozenset(
    {
        "staticmethod",
        "classmethod",
        "property",
        "cached_property",
        "lru_cache",
        "cache",
        "contextmanager",
        "wraps",
    }
)
_HEADERS = frozenset({"soapheaders", "_soapheaders"})


def _is_harmless_decorator(node: ast.expr) -> bool:
    inner = node.func if isinstance(node, ast.Call) else node
    name = inner.id if isinstance(inner, ast.Name) else getattr(inner, "attr", "")
    return name in _HARMLESS_DECORATORS or name in ("setter", "override", "abstractmethod", "overload")


def _is_in_header(source: Source, node: ast.AST) -> bool:
    """Whether an expression is (part of) what a call gets as its SOAP header."""
    for outer in source.ancestors(node):
        if isinstance(outer, ast.keyword):
            return outer.arg in _HEADERS
        if isinstance(outer, ast.stmt):
            return False
    return False


class Purity:
    """Judges expressions, statements and functions of a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._functions: dict[int, bool] = {}
        self._makers: dict[int, bool] = {}
        self._properties: dict[str, list[tuple[Source, FunctionNode]]] | None = None

    def expression(self, source: Source, node: ast.AST | None) -> bool:
        """Whether evaluating an expression has no effect but its value."""
        if node is None:
            return True
        if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            return False
        if isinstance(node, ast.Lambda):
            return True
        if isinstance(node, ast.Call) and not self.call(source, node):
            return False
        if isinstance(node, ast.Attribute) and not self._property(node.attr):
            return False
        return all(self.expression(source, child) for child in ast.iter_child_nodes(node))

    def only_gives(self, source: Source, function: FunctionNode) -> bool:
        """Whether a function does nothing but give a value."""
        return self._definition(source, function)

    def varies(self, source: Source, node: ast.AST, *, depth: int = 0) -> bool:
        """Whether an expression may give something else each time it is evaluated: the time, a random number."""
        for part in walk(node):
            if not isinstance(part, ast.Call):
                continue
            names = {*dotted_names(source, part.func), getattr(part.func, "attr", "")}
            if any(name.startswith(_VARYING_ROOTS) or name.rpartition(".")[2] in _VARYING for name in names):
                return True
            called = self._program.called(source, part)
            if called is not None and (depth > _DEEP or self.varies(*called, depth=depth + 1)):
                return True
        return False

    def reads_plainly(self, name: str) -> bool:
        """Whether no property of the program has a name: reading such an attribute runs no code."""
        self._property(name)
        return not (self._properties or {}).get(name)

    def _property(self, name: str) -> bool:
        """Whether reading an attribute of that name has no effect, whatever property of the program it may be."""
        if self._properties is None:
            self._properties = {}
            for source in self._program.sources.values():
                for node in source.of(ast.FunctionDef, ast.AsyncFunctionDef):
                    if is_property(node):
                        self._properties.setdefault(node.name, []).append((source, node))
        return all(self._definition(source, node) for source, node in self._properties.get(name, ()))

    def call(self, source: Source, node: ast.Call) -> bool:
        """Whether a call has no effect but its value; its arguments are not looked at."""
        flows = source.flows(node)
        if flows and all(
            isinstance(flow, ClientFlow) and flow.role in ("client", "service") for flow in flows
        ):
            maker = self._program.called(source, node)
            if maker is None or isinstance(maker[1], ast.ClassDef):
                return True
            return self._gives_client(maker[0], maker[1])
        makers = [flow for flow in source.flows(node.func) if isinstance(flow, ClientFlow)]
        if makers and all(flow.role in ("type", "constructor") for flow in makers):
            return True
        if any(isinstance(flow, RequestFlow | SignatureFlow | ClientFlow) for flow in flows):
            found = self._program.called(source, node)
            return found is None or self._definition(*found)
        found = self._program.called(source, node)
        if found is not None:
            return self._definition(*found)
        if getattr(node.func, "attr", "") in _WRITING_METHODS:
            return False
        for flow in source.flows(node.func):
            if isinstance(flow, ExternalFlow):
                name = flow.name
                if name.startswith("builtins.") and name.removeprefix("builtins.") in _PURE_BUILTINS:
                    return True
                if name.startswith(_PURE_ROOTS) and name != "time.sleep":
                    return True
                if name.startswith(_IMPURE_ROOTS):
                    return False
        if isinstance(node.func, ast.Name):
            return node.func.id in _PURE_BUILTINS
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in _PURE_METHODS:
            return False
        keyed = node.args and (isinstance(node.args[0], ast.Constant | ast.Name | ast.Attribute))
        return node.func.attr != "get" or bool(keyed)

    def _definition(self, source: Source, node: FunctionNode | ast.ClassDef) -> bool:
        if id(node) not in self._functions:
            self._functions[id(node)] = True
            self._functions[id(node)] = self._judge(source, node)
        return self._functions[id(node)]

    def _judge(self, source: Source, node: FunctionNode | ast.ClassDef) -> bool:
        if isinstance(node, ast.ClassDef):
            makers = [
                s for s in node.body if isinstance(s, ast.FunctionDef) and s.name in ("__init__", "__new__")
            ]
            return all(self._definition(source, maker) for maker in makers)
        if not all(_is_harmless_decorator(decorator) for decorator in node.decorator_list):
            return False
        if self.changes_others(source, node):
            return False
        return all(self.statement(source, statement, inside=True) for statement in node.body)

    def _gives_client(self, source: Source, node: FunctionNode) -> bool:
        """Whether a function does nothing but make a SOAP client, keep it for the next time, sign and return it."""
        if id(node) not in self._makers:
            self._makers[id(node)] = True
            kept = {
                name
                for part in walk_scope(node)
                if isinstance(part, ast.Global | ast.Nonlocal)
                for name in part.names
                if self._holds_client_only(source, node, name)
            }
            raises = any(isinstance(part, ast.Raise | ast.Assert) for part in walk_scope(node))
            self._makers[id(node)] = not (raises or self.changes_others(source, node, kept)) and all(
                self.statement(source, statement, inside=True)
                for statement in node.body
                if not isinstance(statement, ast.Global | ast.Nonlocal)
            )
        return self._makers[id(node)]

    def _holds_client_only(self, source: Source, function: FunctionNode, name: str) -> bool:
        """Whether all that a function assigns to a variable are SOAP clients, or None."""
        stores = [
            source.parent(part)
            for part in walk_scope(function)
            if isinstance(part, ast.Name) and part.id == name and not isinstance(part.ctx, ast.Load)
        ]
        return all(isinstance(s, ast.Assign) and self._is_client(source, s.value) for s in stores)

    def _is_client(self, source: Source, node: ast.expr) -> bool:
        flows = source.flows(node)
        nothing = isinstance(node, ast.Constant) and node.value is None
        return nothing or (bool(flows) and all(isinstance(flow, ClientFlow) for flow in flows))

    def changes_others(
        self, source: Source, node: FunctionNode, clients: Collection[str] = frozenset()
    ) -> bool:
        """Whether a function changes what others see: globals, objects that it is given, attributes read elsewhere.

        `clients` are global variables that hold the SOAP client only.
        """
        own = {n.id for n in walk_scope(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        making = node.name in ("__init__", "__new__") and bool(node.args.args)
        if making:
            own.add(node.args.args[0].arg)
        for part in walk_scope(node):
            match part:
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    if not clients or not set(names) <= set(clients):
                        return True
                case ast.AugAssign(target=ast.Attribute() | ast.Subscript() as target):
                    if root_of(target) not in own:
                        return True
                case ast.Subscript(ctx=ast.Store() | ast.Del()) if root_of(part) not in own:
                    return True
                case ast.Attribute(attr=name, ctx=ast.Store()) if root_of(part) not in own:
                    given = source.parent(part)
                    if isinstance(given, ast.Assign) and self._is_client(source, given.value):
                        continue
                    if self._is_read(source, node, name):
                        return True
                case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _GROWING_METHODS:
                    if root_of(value) not in own and not self._is_of_soap(source, value):
                        return True
        return False

    def _is_of_soap(self, source: Source, node: ast.expr) -> bool:
        return any(isinstance(flow, ClientFlow | RequestFlow) for flow in source.flows(node))

    def _is_read(self, source: Source, function: FunctionNode, name: str) -> bool:
        """Whether an attribute that a function sets is read outside of it, but for the header of SOAP calls."""
        start, end = source.span(function)
        return any(
            isinstance(node, ast.Attribute)
            and not (other is source and start <= other.span(node)[0] < end)
            and not _is_in_header(other, node)
            for other in self._program.sources.values()
            for node in other.reads.get(name, ())
        )

    def statement(self, source: Source, node: ast.stmt, *, inside: bool = False) -> bool:
        """Whether a statement only computes local values; `inside`: it is in a function that goes as a whole."""
        match node:
            case ast.Assign(targets=targets, value=value):
                return all(self._target(target) for target in targets) and self.expression(source, value)
            case ast.AnnAssign(target=target, value=value):
                return self._target(target) and self.expression(source, value)
            case ast.AugAssign(target=target, value=value):
                return self._target(target) and self.expression(source, value)
            case ast.Delete(targets=[ast.Attribute()]):
                return True
            case ast.Return(value=value):
                return self.expression(source, value)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attr))) if attr in (
                "append",
                "extend",
                "update",
                "setdefault",
            ):
                return all(self.expression(source, argument) for argument in node.value.args)  # type: ignore[attr-defined]
            case ast.Expr(value=ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(), *rest])):
                return all(self.expression(source, argument) for argument in rest)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=base))) if any(
                isinstance(flow, ClientFlow) for flow in source.flows(base)
            ):
                return True
            case ast.Expr(value=ast.Yield(value=value)) if inside:
                return self.expression(source, value)
            case ast.Expr(value=value):
                return self.expression(source, value)
            case ast.If(test=test) | ast.While(test=test):
                return self.expression(source, test) and self._blocks(source, node)
            case ast.For(iter=iterable):
                return self.expression(source, iterable) and self._blocks(source, node)
            case ast.With() | ast.Try():
                return isinstance(node, ast.Try) and self._blocks(source, node)
            case ast.Pass() | ast.Import() | ast.ImportFrom():
                return True
            case ast.Raise() | ast.Continue() | ast.Break():
                return inside
            case ast.FunctionDef(args=arguments, decorator_list=[]):
                defaults = (*arguments.defaults, *arguments.kw_defaults)
                return inside and all(self.expression(source, default) for default in defaults)
            case _:
                return False

    def _blocks(self, source: Source, node: ast.stmt) -> bool:
        for name in ("body", "orelse", "finalbody"):
            for statement in getattr(node, name, ()):
                if not self.statement(source, statement, inside=True):
                    return False
        handlers = getattr(node, "handlers", ())
        return all(self.statement(source, s, inside=True) for handler in handlers for s in handler.body)

    def _target(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Tuple | ast.List)
