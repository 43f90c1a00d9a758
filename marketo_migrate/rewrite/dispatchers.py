"""Functions that make the SOAP call they are told, `call("getLead", …)`, and do more than that.

One that makes it once can become a context manager around the call. One that makes it again, or does something
with the answer, can be handed a function that makes it.
"""

import ast
from collections.abc import Sequence

from marketo_migrate.model.flow import ClientFlow
from marketo_migrate.model.record import record
from marketo_migrate.model.resolution import CallFact
from marketo_migrate.rewrite.moving import may_fail
from marketo_migrate.rewrite.nodes import walk, walk_scope
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.purity import Purity
from marketo_migrate.rewrite.source import FunctionNode, Source

CONTEXT_MANAGER = "contextlib.contextmanager"
_BROAD = frozenset(
    {"Exception", "BaseException", "LookupError", "KeyError", "IndexError", "TypeError", "ValueError"}
)
_REQUEST_NAMES = ("request", "send", "make_request")


@record
class Dispatcher:
    """A function with a SOAP call whose operation is its parameter `name`.

    `call` is the call, `service` what the operation is got from; `gone` are the statements that only serve
    the call, `told` whether anything else reads the name of the operation. `request` is the name of the parameter
    for what makes the call, where the function does not become a context manager; `header` is put into the
    arguments by a statement of its own.
    """

    fact: CallFact
    source: Source
    function: FunctionNode
    call: ast.Call
    service: str
    name: str
    gone: tuple[ast.stmt, ...]
    told: bool
    sites: tuple["Site", ...]
    request: str | None = None
    header: ast.expr | None = None


@record
class Site:
    """A call of a dispatcher; `statement` stands in the `with`, `first` that only the call itself does."""

    source: Source
    call: ast.Call
    statement: ast.stmt
    first: bool
    operation: str


def dispatchers_of(program: Program, facts: Sequence[CallFact]) -> tuple["Dispatcher", ...]:
    """The functions whose SOAP calls can be spelled out where they are called."""
    return tuple(d for fact in facts if (d := _dispatcher(program, fact)) is not None)


def _dispatcher(program: Program, fact: CallFact) -> Dispatcher | None:
    at = program.call_at(fact.place)
    if at is None:
        return None
    source, call = at
    function = source.function(call)
    if not isinstance(function, ast.FunctionDef):
        return None
    return _surrounding(program, fact, source, function, call) or _handed(
        program, fact, source, function, call
    )


def _surrounding(
    program: Program, fact: CallFact, source: Source, function: ast.FunctionDef, call: ast.Call
) -> Dispatcher | None:
    """A function that can become a context manager around the call."""
    if function.decorator_list:
        return None
    if (
        source.imported_names.get("contextmanager", CONTEXT_MANAGER) != CONTEXT_MANAGER
        or not source.imported_names
    ):
        return None
    if not _is_simple(function) or not _is_reached_once(source, function, source.statement(call)):
        return None
    got = _got(function, call)
    parameters = told_parameters(source, function)
    if got is None or got[1] not in parameters:
        return None
    getter, name, made = got
    gone = _gone(source, function, call, made)
    if gone is None:
        return None
    inside = {id(n) for part in (call, *gone) for n in walk(part)}
    others = {n.id for n in walk_scope(function) if isinstance(n, ast.Name) and id(n) not in inside}
    passed = _passed(function, parameters, call)
    if passed is None or others & passed:
        return None
    handed = getter is None
    sites = _sites(program, source, function, name, handed=handed)
    if sites is None or any(site.call is call for site in sites) or (handed and name in others):
        return None
    service = source.original(getter) if getter is not None else _handed_service(source, function, sites)
    if not _is_seen(source, function, service):
        return None
    if any(keyword.arg for keyword in call.keywords) and not service.endswith(".service"):
        return None
    return Dispatcher(fact, source, function, call, service, name, gone, name in others, sites)


def _handed(
    program: Program, fact: CallFact, source: Source, function: ast.FunctionDef, call: ast.Call
) -> Dispatcher | None:
    """A function that can be handed what makes the call."""
    got = _got(function, call)
    if not _is_plain(function) or got is None or got[0] is None:
        return None
    getter, name, made = got
    assert getter is not None  # noqa: S101 - looked at above
    parameters = told_parameters(source, function)
    passed = _passed(function, parameters, call)
    signed = _signed(source, function)
    gone = tuple(statement for statement in (made, signed) if statement is not None)
    if name not in parameters or passed is None or not all(source.owns_lines(s) for s in gone):
        return None
    inside = {id(n) for part in (call, *gone) for n in walk(part)}
    named = {n.id for n in walk_scope(function) if isinstance(n, ast.Name)}
    others = {n.id for n in walk_scope(function) if isinstance(n, ast.Name) and id(n) not in inside}
    service = source.original(getter)
    keywords = {keyword.arg for keyword in call.keywords if keyword.arg is not None}
    if others & passed or not _is_seen(source, function, service):
        return None
    if (signed is not None or keywords) and not service.endswith(".service"):
        return None
    sites = _calling_sites(program, source, function, name)
    taken = named | set(parameters) | _globals(source) | {function.name}
    request = next((n for n in _REQUEST_NAMES if n not in taken), None)
    if sites is None or request is None or any(site.call is call for site in sites):
        return None
    header = signed.value if signed is not None else None
    return Dispatcher(
        fact, source, function, call, service, name, gone, name in others, sites, request, header
    )


def _is_seen(source: Source, function: FunctionNode, service: str) -> bool:
    """Whether callers can name the service too."""
    root = service.partition(".")[0].removesuffix("()")
    known = {n.name for n in source.tree.body if isinstance(n, FunctionNode)}
    return root in {*own_parameter(source, function), *_globals(source), *known}


def _signed(source: Source, function: ast.FunctionDef) -> ast.Assign | None:
    """`given["_soapheaders"] = …`: the statement that puts the header among the arguments by name."""
    spec = function.args.kwarg
    for node in walk_scope(function):
        match node:
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value="_soapheaders"))]
            ) if spec is not None and spec.arg == name:
                return node
    return None


def _handed_service(source: Source, function: FunctionNode, sites: Sequence[Site]) -> str:
    """The service whose operations all callers hand over, as the function itself would name it; empty if not one."""
    found: set[str] = set()
    for site in sites:
        operation = site.call.args[0]
        base = site.source.original(operation.value) if isinstance(operation, ast.Attribute) else ""
        for own in own_parameter(source, function):
            receiver = site.call.func.value if isinstance(site.call.func, ast.Attribute) else None
            root = receiver.id if isinstance(receiver, ast.Name) else ""
            base = own + base[len(root) :] if root and base.startswith(f"{root}.") else ""
        found.add(base)
    return found.pop() if len(found) == 1 else ""


def _is_simple(function: ast.FunctionDef) -> bool:
    """Whether a function can become a context manager as far as its form goes."""
    spec = function.args
    if spec.posonlyargs or spec.kwonlyargs or spec.defaults:
        return False
    return not any(
        isinstance(
            node,
            ast.Yield | ast.YieldFrom | ast.Await | ast.Global | ast.Nonlocal | ast.FunctionDef | ast.Lambda,
        )
        for node in walk_scope(function)
        if node is not function
    )


def _is_plain(function: ast.FunctionDef) -> bool:
    """Whether a function can be handed another one in place of what it hands on, as far as its form goes."""
    spec = function.args
    if spec.posonlyargs or spec.kwonlyargs or spec.defaults:
        return False
    return not any(
        isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.FunctionDef | ast.Lambda)
        for node in walk_scope(function)
        if node is not function
    )


def _is_reached_once(source: Source, function: ast.FunctionDef, statement: ast.stmt) -> bool:
    """Whether the call is made once, and an error in it leaves the function as one."""
    outer = source.parent(statement)
    if outer is function:
        return True
    if not isinstance(outer, ast.Try) or source.parent(outer) is not function or statement not in outer.body:
        return False
    return all(isinstance(handler.body[-1], ast.Raise) for handler in outer.handlers)


def _got(function: ast.FunctionDef, call: ast.Call) -> tuple[ast.expr | None, str, ast.stmt | None] | None:
    """The service, the name of the operation, and the statement that gets it, if it has one of its own.

    No service where the parameter is the operation itself.
    """
    getter: ast.expr = call.func
    made: ast.stmt | None = None
    if isinstance(getter, ast.Name) and any(a.arg == getter.id for a in function.args.args):
        return None, getter.id, None
    if isinstance(getter, ast.Name):
        local = getter.id
        bound = [
            s for s in walk_scope(function)
            if isinstance(s, ast.Assign) and any(isinstance(t, ast.Name) and t.id == local for t in s.targets)
        ]  # fmt: skip
        reads = [n for n in walk_scope(function) if isinstance(n, ast.Name) and n.id == local]
        if len(bound) != 1 or len(reads) != 2 or len(bound[0].targets) != 1:
            return None
        made, getter = bound[0], bound[0].value
    match getter:
        case ast.Call(func=ast.Name(id="getattr"), args=[service, ast.Name(id=name)], keywords=[]):
            return service, name, made
        case ast.Subscript(value=service, slice=ast.Name(id=name)):
            return service, name, made
        case _:
            return None


def _gone(
    source: Source, function: ast.FunctionDef, call: ast.Call, made: ast.stmt | None
) -> tuple[ast.stmt, ...] | None:
    """The statements that only get the operation or give its answer back; None where more is done with it."""
    statement = source.statement(call)
    gone = [made] if made is not None else []
    returns = [n for n in walk_scope(function) if isinstance(n, ast.Return)]
    match statement:
        case ast.Return(value=value) if value is call:
            if returns != [statement]:
                return None
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is call:
            reads = [n for n in walk_scope(function) if isinstance(n, ast.Name) and n.id == name]
            if len(returns) != 1 or len(reads) != 2 or returns[0].value not in reads:
                return None
            if source.block(returns[0])[-1] is not returns[0] or len(source.block(returns[0])) < 2:
                return None
            gone.append(returns[0])
        case _:
            return None
    return tuple(gone) if all(source.owns_lines(s) for s in (*gone, statement)) else None


def told_parameters(source: Source, function: FunctionNode) -> list[str]:
    """The names of the parameters but for the object of a method."""
    names = [argument.arg for argument in function.args.args]
    return names[len(own_parameter(source, function)) :]


def own_parameter(source: Source, function: FunctionNode) -> list[str]:
    """The name that a method has for its object; of a function none."""
    names = [argument.arg for argument in function.args.args]
    return names[:1] if isinstance(source.parent(function), ast.ClassDef) else []


def _globals(source: Source) -> set[str]:
    names = {
        n.id for n in walk_scope(source.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    return names | set(source.imported_names)


def _passed(function: ast.FunctionDef, parameters: list[str], call: ast.Call) -> set[str] | None:
    """The parameters that go into the call as they are; None where anything is done to them on the way."""
    spec = function.args
    given: list[str] = []
    for argument in call.args:
        match argument:
            case ast.Starred(value=ast.Name(id=name)) if spec.vararg is not None and spec.vararg.arg == name:
                given.append(name)
            case ast.Name(id=name) if name in parameters:
                given.append(name)
            case _:
                return None
    for keyword in call.keywords:
        match keyword:
            case ast.keyword(arg=None, value=ast.Name(id=name)) if name in parameters:
                given.append(name)
            case ast.keyword(arg=None, value=ast.Name(id=name)) if (
                spec.kwarg is not None and spec.kwarg.arg == name
            ):
                given.append(name)
            case ast.keyword(arg="_soapheaders"):
                continue
            case _:
                return None
    wanted = parameters[1:] + [a.arg for a in (spec.vararg, spec.kwarg) if a is not None]
    return set(given) if given == wanted and parameters else None


def _sites(
    program: Program, source: Source, function: ast.FunctionDef, name: str, *, handed: bool
) -> tuple[Site, ...] | None:
    """Every call of the function, each of one known operation and in a place of its own."""
    if program.mentions(source, function) or not program.is_closed(source, function):
        return None
    if told_parameters(source, function)[:1] != [name] or function.name == "__call__":
        return None
    sites: list[Site] = []
    for other, call in program.callers(source, function):
        operation = _operation(other, call.args[0], handed=handed) if call.args else None
        if operation is None:
            return None
        if not own_parameter(source, function) and other is not source:
            return None
        if own_parameter(source, function) and not isinstance(call.func, ast.Attribute):
            return None
        if program.called(other, call) != (source, function):
            return None
        if not _fits(function, call, told_parameters(source, function)):
            return None
        statement = other.statement(call)
        whole = _is_whole(statement, call)
        if not other.owns_lines(statement) or other.in_text(call) or _is_elif(other, statement):
            return None
        if any(isinstance(n, ast.Constant | ast.JoinedStr) and _is_long(n) for n in walk(statement)):
            return None
        if any(site.source is other and site.statement is statement for site in sites):
            return None
        if not whole and not _comes_first(other, call, statement):
            return None
        sites.append(Site(other, call, statement, not whole, operation))
    return tuple(sites) if sites else None


def _calling_sites(
    program: Program, source: Source, function: ast.FunctionDef, name: str
) -> tuple[Site, ...] | None:
    """Every call of the function, each of one known operation and with arguments that another function can evaluate."""
    parameters = told_parameters(source, function)
    callers = _all_callers(program, source, function)
    if callers is None or parameters[:1] != [name] or function.name == "__call__":
        return None
    purity, is_broad = Purity(program), _catches_all(function)
    sites: list[Site] = []
    for other, call in callers:
        operation = _operation(other, call.args[0], handed=False) if call.args else None
        if operation is None or not _fits(function, call, parameters) or other.in_text(call):
            return None
        if not own_parameter(source, function) and other is not source:
            return None
        if own_parameter(source, function) and not isinstance(call.func, ast.Attribute):
            return None
        for given in (*call.args[1:], *(keyword.value for keyword in call.keywords)):
            if not purity.expression(other, given) or purity.varies(other, given):
                return None
            if is_broad and may_fail(given):
                return None
        sites.append(Site(other, call, other.statement(call), False, operation))
    return tuple(sites) if sites else None


def _catches_all(function: ast.FunctionDef) -> bool:
    """Whether a handler swallows what the arguments of a call raise, if they are evaluated in its `try`."""
    for node in walk_scope(function):
        if isinstance(node, ast.ExceptHandler) and not isinstance(node.body[-1], ast.Raise):
            parts = walk(node.type) if node.type is not None else ()
            names = {getattr(part, "id", getattr(part, "attr", "")) for part in parts}
            if node.type is None or not names.isdisjoint(_BROAD):
                return True
    return False


def _all_callers(
    program: Program, source: Source, function: ast.FunctionDef
) -> list[tuple[Source, ast.Call]] | None:
    """All calls of a function, those of what its decorator makes of it; None where there may be others."""
    callers = program.callers(source, function)
    if not function.decorator_list:
        closed = program.is_closed(source, function) and not program.mentions(source, function)
        return callers if closed else None
    wrappers = {id(w): (other, w) for other, call in callers if (w := other.function(call)) is not None}
    if len(wrappers) != 1 or not all(_passes_on(*pair) for pair in callers):
        return None
    (other, wrapper) = wrappers.popitem()[1]
    decorator = other.function(wrapper)
    if decorator is None or any(
        at is not other or decorator not in at.ancestors(node)
        for at, node in program.mentions(source, function)
    ):
        return None
    named = [
        (at, call)
        for at, call in program.callers(other, wrapper)
        if getattr(call.func, "attr", getattr(call.func, "id", "")) == function.name
    ]
    known = {id(call.func) for _, call in named}
    reads = [read for at in program.sources.values() for read in at.reads.get(function.name, ())]
    return named if all(id(read) in known for read in reads) else None


def _passes_on(source: Source, call: ast.Call) -> bool:
    """Whether a function hands on all that it gets, and does nothing else with it."""
    wrapper = source.function(call)
    if not isinstance(wrapper, ast.FunctionDef):
        return False
    spec = wrapper.args
    given = [a.value if isinstance(a, ast.Starred) else a for a in call.args]
    given += [keyword.value for keyword in call.keywords]
    taken = [*spec.args, *(a for a in (spec.vararg, spec.kwarg) if a is not None)]
    names = [node.id if isinstance(node, ast.Name) else "" for node in given]
    if names != [a.arg for a in taken] or any(keyword.arg for keyword in call.keywords):
        return False
    reads = [n for n in walk(wrapper) if isinstance(n, ast.Name) and n.id in names]
    return all(
        any(isinstance(outer, ast.Call) and _is_same_call(outer, call) for outer in source.ancestors(n))
        for n in reads
    )


def _is_same_call(node: ast.Call, other: ast.Call) -> bool:
    return ast.dump(node) == ast.dump(other)


def _operation(source: Source, node: ast.expr, *, handed: bool) -> str | None:
    """The operation that a caller names, or hands over."""
    match node:
        case ast.Constant(value=str() as name) if not handed:
            return name
        case ast.Attribute(value=service, attr=name) if handed:
            flows = source.flows(service)
            roles = {flow.role for flow in flows if isinstance(flow, ClientFlow)}
            return name if roles == {"service"} and len(flows) == 1 else None
        case _:
            return None


def _fits(function: ast.FunctionDef, call: ast.Call, parameters: list[str]) -> bool:
    """Whether a call gives each parameter by its place, and only what can be passed on by name."""
    spec = function.args
    named = {keyword.arg for keyword in call.keywords}
    if named & set(parameters) or (call.keywords and spec.kwarg is None):
        return False
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    count = len(call.args)
    return count >= len(parameters) and (
        spec.vararg is not None or (count == len(parameters) and not starred)
    )


def _is_whole(statement: ast.stmt, call: ast.Call) -> bool:
    """Whether a statement does nothing but keep or give back what the call gives."""
    match statement:
        case ast.Assign(targets=targets):
            return statement.value is call and all(isinstance(t, ast.Name) for t in targets)
        case ast.Return() | ast.Expr():
            return statement.value is call
        case _:
            return False


def _is_elif(source: Source, statement: ast.stmt) -> bool:
    outer = source.parent(statement)
    return isinstance(statement, ast.If) and isinstance(outer, ast.If) and statement in outer.orelse


def _is_long(node: ast.expr) -> bool:
    return node.end_lineno != node.lineno


def _comes_first(source: Source, call: ast.Call, statement: ast.stmt) -> bool:
    """Whether nothing of a statement is evaluated before the call."""
    node: ast.AST = call
    for outer in source.ancestors(call):
        if outer is statement:
            match statement:
                case ast.Assign(targets=targets, value=value):
                    return value is node and all(isinstance(t, ast.Name) for t in targets)
                case (
                    ast.Return(value=value) | ast.Expr(value=value) | ast.For(iter=value) | ast.If(test=value)
                ):
                    return value is node
                case _:
                    return False
        match outer:
            case ast.Attribute(value=value) | ast.Subscript(value=value) | ast.Compare(left=value):
                fits = value is node
            case ast.UnaryOp(operand=value) | ast.BinOp(left=value) | ast.BoolOp(values=[value, *_]):
                fits = value is node
            case ast.Call(func=ast.Name(), args=[value, *_]):
                fits = value is node
            case ast.comprehension(iter=value):
                fits = value is node
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                fits = outer.generators[0] is node
            case _:
                fits = False
        if not fits:
            return False
        node = outer
    return False
