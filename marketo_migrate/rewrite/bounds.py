"""How many items a list can have at the most, as far as the source shows."""

import ast

from marketo_migrate.rewrite.aliases import Aliases
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program, constant_of
from marketo_migrate.rewrite.source import FunctionNode, Source, walk_scope

_MAX_DEPTH = 8
_SAME_LENGTH = frozenset({"list", "tuple", "sorted", "reversed", "set", "enumerate", "iter"})


def at_most(program: Program, source: Source, node: ast.expr, depth: int = 0) -> int | None:
    """The largest number of items of an iterable expression; None where nothing bounds it."""
    if depth > _MAX_DEPTH:
        return None
    match node:
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return None if any(isinstance(e, ast.Starred) for e in elements) else len(elements)
        case ast.Dict(keys=keys):
            return None if None in keys else len(keys)
        case (
            ast.ListComp(generators=[only])
            | ast.GeneratorExp(generators=[only])
            | ast.SetComp(generators=[only])
        ):
            return at_most(program, source, only.iter, depth + 1)
        case ast.Subscript(value=base, slice=ast.Slice() as part):
            return _sliced(program, source, base, part, depth)
        case ast.Call():
            return _called(program, source, node, depth)
        case ast.Name():
            return _named(program, source, node, depth)
        case ast.IfExp(body=body, orelse=orelse):
            first = at_most(program, source, body, depth + 1)
            second = at_most(program, source, orelse, depth + 1)
            return None if first is None or second is None else max(first, second)
        case _:
            return None


def _sliced(program: Program, source: Source, base: ast.expr, part: ast.Slice, depth: int) -> int | None:
    if part.step is not None or part.upper is None:
        return at_most(program, source, base, depth + 1)
    upper = _number(program, source, part.upper)
    if part.lower is None:
        return upper
    lower = _number(program, source, part.lower)
    if upper is not None and lower is not None:
        return max(0, upper - lower)
    if isinstance(part.upper, ast.BinOp) and isinstance(part.upper.op, ast.Add):
        for one, other in ((part.upper.left, part.upper.right), (part.upper.right, part.upper.left)):
            if ast.dump(one) == ast.dump(part.lower):
                return _number(program, source, other)
    return None


def _number(program: Program, source: Source, node: ast.expr, depth: int = 0) -> int | None:
    known, value = constant_of(source, node)
    if known and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    function = source.function(node)
    if isinstance(node, ast.Name) and function is not None and depth < _MAX_DEPTH:
        given = _arguments(program, source, function, node.id)
        if given:
            numbers = [_number(program, other, value, depth + 1) for other, value in given]
            found = [number for number in numbers if number is not None]
            return max(found) if len(found) == len(numbers) else None
    return _constant_global(source, node) if isinstance(node, ast.Name) else None


def _constant_global(source: Source, node: ast.Name) -> int | None:
    """The number that a module's variable has, which is given once and by nothing else."""
    stores = [n for n in source.mentions.get(node.id, ()) if isinstance(n, ast.Name) and not _is_read(n)]
    function = source.function(node)
    own = [a.arg for a in walk(function) if isinstance(a, ast.arg)] if function is not None else []
    if len(stores) != 1 or node.id in own:
        return None
    values = [
        s.value
        for s in source.tree.body
        if isinstance(s, ast.Assign) and any(isinstance(t, ast.Name) and t.id == node.id for t in s.targets)
    ]
    if len(values) == 1 and isinstance(values[0], ast.Constant) and isinstance(values[0].value, int):
        return values[0].value
    return None


def _called(program: Program, source: Source, node: ast.Call, depth: int) -> int | None:
    if isinstance(node.func, ast.Name) and _is_redefined(source, node.func.id):
        return None
    if isinstance(node.func, ast.Name) and node.func.id in _SAME_LENGTH and node.args:
        return at_most(program, source, node.args[0], depth + 1)
    if isinstance(node.func, ast.Name) and node.func.id == "zip" and node.args:
        bounds = [at_most(program, source, argument, depth + 1) for argument in node.args]
        known = [bound for bound in bounds if bound is not None]
        return min(known) if known else None
    if isinstance(node.func, ast.Name) and node.func.id == "range" and len(node.args) == 1:
        return _number(program, source, node.args[0])
    last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if last == "islice" and len(node.args) == 2:
        return _number(program, source, node.args[1])
    if (
        isinstance(node.func, ast.Attribute)
        and node.func.attr in ("items", "keys", "values")
        and not node.args
    ):
        return at_most(program, source, node.func.value, depth + 1)
    return None


def _named(program: Program, source: Source, node: ast.Name, depth: int) -> int | None:
    scope = source.function(node)
    for place in (scope, source.tree) if scope is not None else (source.tree,):
        bindings = _bindings(source, place, node.id)
        if not bindings:
            continue
        if _is_changed(program, source, place, node.id, bindings):
            return None
        last = _last_value(source, node, place)
        if last is not None:
            return at_most(program, source, last, depth + 1)
        bounds = [_bound(program, source, kind, value, depth) for kind, value in bindings]
        known = [bound for bound in bounds if bound is not None]
        return max(known) if len(known) == len(bounds) else None
    if scope is not None and node.id in {a.arg for a in (*scope.args.posonlyargs, *scope.args.args)}:
        return _parameter(program, source, scope, node.id, depth)
    if scope is not None and scope.args.vararg is not None and scope.args.vararg.arg == node.id:
        return _star_arguments(program, source, scope)
    return None


def _is_redefined(source: Source, name: str) -> bool:
    """Whether a module gives a name of Python's own another meaning."""
    return any(not _is_read(n) for n in source.mentions.get(name, ()) if isinstance(n, ast.Name)) or any(
        isinstance(n, FunctionNode | ast.ClassDef) and n.name == name for n in source.nodes
    )


def _is_read(node: ast.Name | ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Load)


def _is_changed(
    program: Program, source: Source, scope: ast.AST, name: str, bindings: list[tuple[str, ast.expr]]
) -> bool:
    """Whether a list may grow in another way than by the bindings that are known."""
    mentions = [n for n in source.mentions.get(name, ()) if isinstance(n, ast.Name)]
    if any(isinstance(n, ast.Global | ast.Nonlocal) and name in n.names for n in source.nodes):
        return True
    places: list[tuple[Source, ast.AST]] = []
    if isinstance(scope, ast.Module):
        others = [other for other in program.sources.values() if other is not source]
        places += ((other, n) for other in others for n in other.reads.get(name, ()))
    else:
        start, end = source.span(scope)
        mentions = [n for n in mentions if start <= source.span(n)[0] < end]
    places += ((source, n) for n in mentions if _is_read(n))
    own = [n for n in mentions if not _is_read(n) and (source.function(n) or source.tree) is scope]
    growing = sum(isinstance(source.parent(value), ast.Call) for kind, value in bindings if kind == "grows")
    if len(own) != len(bindings) - growing:
        return True
    for n in own:
        parent = source.parent(n)
        if isinstance(parent, ast.Assign) and len(parent.targets) > 1:
            return True
    aliases = Aliases(program)
    return any(aliases.is_changed(other, n) for other, n in places if not _is_copied(other, n))


def _is_copied(source: Source, node: ast.AST) -> bool:
    """Whether a part of a list, or each of its items, is taken, which is something of its own."""
    parent = source.parent(node)
    if isinstance(parent, ast.Starred):
        return True
    return (
        isinstance(parent, ast.Subscript)
        and isinstance(parent.slice, ast.Slice)
        and isinstance(parent.ctx, ast.Load)
    )


def _last_value(source: Source, node: ast.Name, scope: ast.AST) -> ast.expr | None:
    """The value of the last plain assignment before a use, where nothing else can come between them."""
    use = source.statement(node)
    while True:
        try:
            block = source.block(use)
        except (ValueError, KeyError):
            return None
        for statement in reversed(block[: block.index(use)]):
            if isinstance(statement, ast.Assign) and any(_is(t, node.id) for t in statement.targets):
                later = [s for s in walk_scope(scope) if isinstance(s, ast.stmt) and _grows(s, node.id)]
                return statement.value if not later else None
            if any(
                isinstance(n, ast.Name) and n.id == node.id and isinstance(n.ctx, ast.Store)
                for n in walk(statement)
            ):
                return None
        parent = source.parent(use)
        if isinstance(parent, ast.For | ast.While):
            if any(
                isinstance(n, ast.Name) and n.id == node.id and isinstance(n.ctx, ast.Store)
                for n in walk(parent)
            ):
                return None
        if not isinstance(parent, ast.stmt) or isinstance(
            parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ):
            return None
        use = parent


def _grows(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.AugAssign(target=target) if _is(target, name):
            return True
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=base, attr="append" | "extend" | "insert" | "add"))
        ):
            return _is(base, name)
        case _:
            return False


def _parameter(program: Program, source: Source, scope: FunctionNode, name: str, depth: int) -> int | None:
    """A parameter is bounded where every caller is known and gives a bounded argument."""
    given = _arguments(program, source, scope, name)
    bounds = [at_most(program, other, value, depth + 1) for other, value in given or ()]
    known = [bound for bound in bounds if bound is not None]
    return max(known) if known and len(known) == len(bounds) else None


def _star_arguments(program: Program, source: Source, scope: FunctionNode) -> int | None:
    """How many arguments the callers give for `*args` at the most; None where that is not known."""
    calls = program.callers(source, scope)
    if not calls or program.mentions(source, scope) or not program.is_closed(source, scope):
        return None
    if any(isinstance(argument, ast.Starred) for _, call in calls for argument in call.args):
        return None
    own = len(scope.args.posonlyargs) + len(scope.args.args)
    if isinstance(source.parent(scope), ast.ClassDef):
        own -= 1
    return max(max(0, len(call.args) - own) for _, call in calls)


def _arguments(
    program: Program, source: Source, scope: FunctionNode, name: str
) -> list[tuple[Source, ast.expr]] | None:
    """What all callers of a function give for a parameter, its default included; None where that is not known."""
    positional = [*scope.args.posonlyargs, *scope.args.args]
    names = [a.arg for a in positional]
    if name not in {*names, *(a.arg for a in scope.args.kwonlyargs)} or program.mentions(source, scope):
        return None
    if any(
        isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in walk_scope(scope)
    ):
        return None
    defaults: dict[str, ast.expr] = {
        a.arg: d for a, d in zip(reversed(positional), reversed(scope.args.defaults), strict=False)
    }
    defaults.update(
        {a.arg: d for a, d in zip(scope.args.kwonlyargs, scope.args.kw_defaults, strict=True) if d}
    )
    if isinstance(source.parent(scope), ast.ClassDef):
        names = names[1:]
    found: list[tuple[Source, ast.expr]] = []
    for other, call in program.callers(source, scope):
        if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
            return None
        given = next((k.value for k in call.keywords if k.arg == name), None)
        if given is None and name in names and names.index(name) < len(call.args):
            given = call.args[names.index(name)]
        if given is None and name in defaults:
            found.append((source, defaults[name]))
        elif given is None:
            return None
        else:
            found.append((other, given))
    return found or None


def _bindings(source: Source, scope: ast.AST, name: str) -> list[tuple[str, ast.expr]]:
    """The expressions that bind or grow a variable; an entry "grows" makes it unbounded."""
    found: list[tuple[str, ast.expr]] = []
    for node in walk_scope(scope):
        match node:
            case ast.Assign(targets=targets, value=value) if any(_is(t, name) for t in targets):
                found.append(("value", value))
            case ast.AnnAssign(target=target, value=ast.expr() as value) if _is(target, name):
                found.append(("value", value))
            case ast.AugAssign(target=target, value=value) if _is(target, name):
                found.append(("grows", value))
            case ast.For(target=target, iter=iterable) if _is(target, name):
                found.append(("item", iterable))
            case ast.comprehension(target=target, iter=iterable) if _is(target, name):
                found.append(("item", iterable))
            case ast.Call(
                func=ast.Attribute(value=base, attr="append" | "extend" | "insert" | "add"), args=[first, *_]
            ) if _is(base, name):
                found.append(("grows", first))
    return found


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _bound(program: Program, source: Source, kind: str, value: ast.expr, depth: int) -> int | None:
    if kind == "value":
        return at_most(program, source, value, depth + 1)
    if kind == "item":
        return _item(program, source, value, depth)
    return None


def _item(program: Program, source: Source, iterable: ast.expr, depth: int) -> int | None:
    """The bound of each item of an iterable: of what a generator yields, of the lists in a display."""
    if isinstance(iterable, ast.GeneratorExp | ast.ListComp):
        return at_most(program, source, iterable.elt, depth + 1)
    if not isinstance(iterable, ast.Call):
        return None
    name = (
        iterable.func.attr if isinstance(iterable.func, ast.Attribute) else getattr(iterable.func, "id", "")
    )
    if name == "batched" and len(iterable.args) == 2:
        return _number(program, source, iterable.args[1])
    found = program.called(source, iterable)
    if found is None or isinstance(found[1], ast.ClassDef):
        return None
    other, function = found
    yields = [n.value for n in walk_scope(function) if isinstance(n, ast.Yield) and n.value is not None]
    if not yields:
        returned = [
            n.value for n in walk_scope(function) if isinstance(n, ast.Return) and n.value is not None
        ]
        bounds = [_item_of_display(program, other, value, depth) for value in returned]
    else:
        bounds = [at_most(program, other, value, depth + 1) for value in yields]
    known = [bound for bound in bounds if bound is not None]
    return max(known) if known and len(known) == len(bounds) else None


def _item_of_display(program: Program, source: Source, node: ast.expr, depth: int) -> int | None:
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return at_most(program, source, node.elt, depth + 1)
    return None
