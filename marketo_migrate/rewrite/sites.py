"""Where operations are really called: at the SOAP call itself, or where a function that passes calls on is called."""

import ast
from collections.abc import Callable, Sequence

from marketo_migrate.model.flow import ClientFlow, FunctionFlow, Place
from marketo_migrate.model.record import record
from marketo_migrate.model.resolution import CallFact, Edge
from marketo_migrate.rewrite.clients import Clients
from marketo_migrate.rewrite.exception_classes import is_test
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program, constant_of
from marketo_migrate.rewrite.purity import Purity
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import FunctionNode, Source, walk_scope

AT_RUN_TIME = "which operation is called is decided at run time"
DOES_MORE = "and it does more than to sign and call"
"""Why a function that is told its operation cannot be seen through as it is."""


@record
class Call:
    """One operation that is called by the expression `node`.

    `fact` is the SOAP call behind it, `arguments` are those of the operation itself, `service` writes
    the expression of the service (which is the REST client later).
    """

    fact: CallFact
    place: Place
    source: Source
    node: ast.Call
    operation: str
    arguments: tuple[ast.expr, ...]
    keywords: tuple[ast.keyword, ...]
    service: Callable[[], str]


class Sites:
    """Finds the call sites of a unit."""

    def __init__(self, program: Program, clients: Clients, edges: Sequence[Edge], purity: Purity) -> None:
        self._program = program
        self._clients = clients
        self._edges = edges
        self._purity = purity
        self.passing: set[int] = set()

    def calls(self, fact: CallFact) -> list[Call]:
        """The sites of one SOAP call; raises `Unconvertible` where they cannot all be told."""
        at = self._program.call_at(fact.place)
        if at is None:
            raise Unconvertible("the call is not written as a call")
        source, node = at
        operations = sorted({p.operation or "" for p in fact.performed})
        passed_on = self._operation_parameter(source, node)
        if passed_on is not None and not (len(operations) == 1 and self._is_for_one(source, node)):
            return self._passed_on(fact, source, node, passed_on)
        if len(operations) != 1 or not operations[0]:
            raise Unconvertible(AT_RUN_TIME, source, node)
        operation = operations[0]
        self._check_only_client(source, node)
        arguments = tuple(node.args)
        first = arguments[0] if arguments else None
        named = isinstance(node.func, ast.Attribute) and node.func.attr == operation
        if first is not None and not named and constant_of(source, first) == (True, operation):
            arguments = arguments[1:]
        service = self._service(source, node)
        return [Call(fact, fact.place, source, node, operation, arguments, tuple(node.keywords), service)]

    def _check_only_client(self, source: Source, node: ast.Call) -> None:
        """No class of the program may stand in for the client, but for those of tests: it has SOAP's methods."""
        flows = source.flows(node.func)
        own = [f for f in flows if isinstance(f, FunctionFlow) and not is_test(f.path)]
        if own and any(isinstance(f, ClientFlow) for f in flows):
            raise Unconvertible(
                "an object of this program can stand in for the SOAP client here", source, node
            )

    def _is_for_one(self, source: Source, node: ast.Call) -> bool:
        """Whether a function calls an operation that it is given, always the same one, and does more than that."""
        function = source.function(node)
        return (
            function is not None
            and self._clients.holds_operation(source, node.func)
            and not self._only_passes_on(source, function, node)
        )

    # --- the service ------------------------------------------------------------------------

    def _service(self, source: Source, node: ast.Call) -> Callable[[], str]:
        base = self._service_node(source, node.func)
        if base is None and isinstance(node.func, ast.Name):
            base = self._aliased(source, node.func)
        if base is None or self._clients.role(source, base) not in ("service", "client"):
            if not self._clients.holds_operation(source, node.func):
                raise Unconvertible("what the operation is called on is not known", source, node)
            # What holds the operation will hold the client.
            self._clients.check_handed()
            base = node.func
        return lambda: source.source(base)

    def _service_node(self, source: Source, function: ast.expr) -> ast.expr | None:
        match function:
            case ast.Attribute(value=base) | ast.Subscript(value=base):
                return base
            case ast.Call(func=ast.Name(id="getattr"), args=[base, *_]):
                return base
            case _:
                return None

    def _aliased(self, source: Source, name: ast.Name) -> ast.expr | None:
        """The service in `get_lead = service["getLead"]`, for a variable that is assigned once, in reach."""
        for scope in (source.function(name), source.tree):
            if scope is None:
                continue
            values = [
                n.value
                for n in walk_scope(scope)
                if isinstance(n, ast.Assign)
                and any(isinstance(t, ast.Name) and t.id == name.id for t in n.targets)
            ]
            if len(values) != 1:
                continue
            value = values[0]
            if self._clients.is_partial(source, value) and isinstance(value, ast.Call):
                self._clients.check_partial(source, value)
                value = value.args[0]
            base = self._service_node(source, value)
            root = base
            while isinstance(root, ast.Attribute):
                root = root.value
            if base is not None and isinstance(root, ast.Name):
                return base
        return None

    # --- functions that pass calls on -------------------------------------------------------

    def _operation_parameter(self, source: Source, node: ast.Call) -> str | None:
        """The parameter that names the operation of a call, if one does."""
        name: ast.expr | None = None
        match node.func:
            case ast.Call(func=ast.Name(id="getattr"), args=[_, found, *_]):
                name = found
            case ast.Subscript(slice=found):
                name = found
            case ast.Name(id=called):
                function = source.function(node)
                if function is not None and called in _parameters(function):
                    return called
                value = self._only_value(function, node.func.id) if function is not None else None
                if isinstance(value, ast.Call | ast.Subscript):
                    inner = ast.Call(value, [], [])
                    return self._operation_parameter_of(source, function, inner)
        function = source.function(node)
        if isinstance(name, ast.Name) and function is not None and name.id in _parameters(function):
            return name.id
        return None

    def _operation_parameter_of(
        self, source: Source, function: FunctionNode | None, node: ast.Call
    ) -> str | None:
        match node.func:
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Name(id=name), *_]):
                return name if function is not None and name in _parameters(function) else None
            case ast.Subscript(slice=ast.Name(id=name)):
                return name if function is not None and name in _parameters(function) else None
            case _:
                return None

    def _only_value(self, function: FunctionNode | None, name: str) -> ast.expr | None:
        values = [
            n.value
            for n in (walk_scope(function) if function is not None else ())
            if isinstance(n, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in n.targets)
        ]
        return values[0] if len(values) == 1 else None

    def _passed_on(self, fact: CallFact, source: Source, node: ast.Call, parameter: str) -> list[Call]:
        function = source.function(node)
        if function is None:
            raise Unconvertible(AT_RUN_TIME, source, node)
        if not self._only_passes_on(source, function, node):
            by_place = self._operations_by_caller(fact)
            callers = self._program.callers(source, function)
            if any(len(by_place.get(other.place(call), ())) != 1 for other, call in callers):
                raise Unconvertible(AT_RUN_TIME, source, node)
            raise Unconvertible(
                f"the callers of {function.name}() say which operation it calls, {DOES_MORE}",
                source,
                node,
            )
        base = self._service_node(source, node.func)
        if base is None and isinstance(node.func, ast.Name):
            value = self._only_value(function, node.func.id)
            base = self._service_node(source, value) if value is not None else None
        if (
            (base is None and not (isinstance(node.func, ast.Name) and node.func.id == parameter))
            or self._program.mentions(source, function)
            or not self._program.is_closed(source, function)
        ):
            raise Unconvertible(AT_RUN_TIME, source, node)
        by_place = self._operations_by_caller(fact)
        found: list[Call] = []
        for other, call in self._program.callers(source, function):
            operations = by_place.get(other.place(call), set())
            if len(operations) != 1:
                raise Unconvertible(AT_RUN_TIME, other, call)
            found.append(
                self._caller(fact, source, function, node, base, parameter, other, call, operations.pop())
            )
        if not found:
            raise Unconvertible(AT_RUN_TIME, source, node)
        self.passing.add(id(function))
        return found

    def _operations_by_caller(self, fact: CallFact) -> dict[Place, set[str]]:
        performed: dict[int, set[str]] = {}
        for item in fact.performed:
            if item.operation:
                performed.setdefault(item.context, set()).add(item.operation)
        result: dict[Place, set[str]] = {}
        for edge in self._edges:
            if edge.callee in performed:
                result.setdefault(edge.place, set()).update(performed[edge.callee])
        return result

    def _only_passes_on(self, source: Source, function: FunctionNode, node: ast.Call) -> bool:
        """Whether a function signs and calls, and does nothing else that would be lost."""
        if self._purity.changes_others(source, function):
            return False
        for statement in function.body:
            if node in walk(statement):
                if isinstance(statement, ast.Return):
                    continue
                if isinstance(statement, ast.Assign) and statement.value is node:
                    continue
                return False
            if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Name):
                continue
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue
            if not self._purity.statement(source, statement):
                return False
        return True

    def _caller(
        self,
        fact: CallFact,
        source: Source,
        function: FunctionNode,
        node: ast.Call,
        base: ast.expr | None,
        parameter: str,
        other: Source,
        call: ast.Call,
        operation: str,
    ) -> Call:
        """The operation that a caller has made; without a `base` the caller hands the operation itself over."""
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        bound: dict[str, ast.expr] = {}
        if isinstance(source.parent(function), ast.ClassDef) and names:
            if function.name == "__call__":
                bound[names.pop(0)] = call.func
            elif isinstance(call.func, ast.Attribute):
                bound[names.pop(0)] = call.func.value
        if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
            raise Unconvertible("the arguments are unpacked", other, call)
        bound.update(zip(names, call.args, strict=False))
        rest = tuple(call.args[len(names) :])
        own = {k.arg: k for k in call.keywords if k.arg in names}
        bound.update({name: keyword.value for name, keyword in own.items() if name is not None})
        extra = tuple(k for k in call.keywords if k.arg not in names)
        arguments: list[ast.expr] = []
        keywords: list[ast.keyword] = []
        for given in node.args:
            match given:
                case ast.Starred(value=ast.Name(id=name)) if (
                    function.args.vararg and function.args.vararg.arg == name
                ):
                    arguments.extend(rest)
                case ast.Name(id=name) if name in bound:
                    arguments.append(bound[name])
                case _:
                    raise Unconvertible("the arguments are changed on the way", source, node)
        for keyword in node.keywords:
            match keyword:
                case ast.keyword(arg=None, value=ast.Name(id=name)) if (
                    function.args.kwarg and function.args.kwarg.arg == name
                ):
                    keywords.extend(extra)
                case ast.keyword(arg="_soapheaders"):
                    continue
                case ast.keyword(arg=str() as arg, value=ast.Name(id=name)) if name in bound:
                    keywords.append(ast.keyword(arg, bound[name]))
                case _:
                    raise Unconvertible("the arguments are changed on the way", source, node)
        place = other.place(call)
        if base is None:
            given_operation = bound.get(parameter)
            owner = self._service_node(other, given_operation) if given_operation is not None else None
            if owner is None or self._clients.role(other, owner) not in ("service", "client"):
                raise Unconvertible("what the operation is called on is not known", other, call)
            handed = owner
            service: Callable[[], str] = lambda: other.source(handed)  # noqa: E731 - as the other branch gives it
        else:
            service = self._seen_from(source, base, bound, other, call)
        return Call(fact, place, other, call, operation, tuple(arguments), tuple(keywords), service)

    def _seen_from(
        self, source: Source, base: ast.expr, bound: dict[str, ast.expr], other: Source, call: ast.Call
    ) -> Callable[[], str]:
        """The service of the inner call, written where the outer one stands."""
        root = base
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            raise Unconvertible("the client cannot be reached from here", other, call)
        name = root.id
        if name in bound:
            outer = bound[name]
            return lambda: other.source(outer) + source.source(base)[len(name) :]
        if other is not source or any(
            isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)
            for n in walk_scope(source.function(root) or source.tree)
            if source.function(root) is not None
        ):
            raise Unconvertible("the client cannot be reached from here", other, call)
        return lambda: source.source(base)


def _parameters(function: FunctionNode) -> set[str]:
    spec = function.args
    return {a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)}
