"""What can be gone through again and again, as a list can; an iterator is used up the first time."""

import ast
from collections.abc import Iterator

from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.source import FunctionNode, Source, walk_scope

_LAZY = frozenset({"enumerate", "zip", "reversed", "map", "filter"})
_LISTING = frozenset({"sorted", "list", "tuple", "set", "frozenset"})
_GOING_THROUGH = _LAZY | _LISTING | frozenset({"dict", "sum", "max", "min", "any", "all", "iter"})
_VIEWS = frozenset({"items", "keys", "values", "split", "splitlines", "readlines"})
_DEEP = 3


def is_container(program: Program, source: Source, node: ast.expr, *, depth: int = 0) -> bool:
    """Whether evaluating an expression anew surely gives all its items anew."""
    match node:
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.Constant() | ast.JoinedStr():
            return True
        case ast.ListComp() | ast.SetComp() | ast.DictComp():
            return all(is_container(program, source, g.iter, depth=depth) for g in node.generators)
        case ast.Subscript(slice=ast.Slice()):
            return True
        case ast.Call(func=ast.Name(id="range")):
            return True
        case ast.Call(func=ast.Attribute(attr=name), args=[]) if name in _VIEWS - {"readlines"}:
            return True
        case ast.Call(func=ast.Attribute(attr="split")):
            return True
        case ast.Call(func=ast.Name(id="map" | "filter"), args=[_, *arguments]):
            return all(is_container(program, source, argument, depth=depth) for argument in arguments)
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in _LAZY | _LISTING:
            return all(is_container(program, source, argument, depth=depth) for argument in arguments)
        case ast.Name():
            return _holds_container(program, source, node, depth)
    return False


def uses_up(program: Program, source: Source, node: ast.expr) -> bool:
    """Whether evaluating an expression may go through an iterator: `",".join(rows)`, `sum(n for n in rows)`."""
    for part in walk(node):
        match part:
            case ast.comprehension(iter=iterable) if not is_container(program, source, iterable):
                return True
            case ast.Call(func=ast.Name(id=name), args=[only], keywords=_) if name in _GOING_THROUGH:
                if not isinstance(only, ast.GeneratorExp) and not is_container(program, source, only):
                    return True
            case ast.Call(func=ast.Attribute(attr="join"), args=[only]):
                if not isinstance(only, ast.GeneratorExp) and not is_container(program, source, only):
                    return True
    return False


def _is_listed(program: Program, source: Source, value: ast.expr, depth: int) -> bool:
    """Whether a value that is kept can be gone through again and again, however it was made."""
    match value:
        case ast.ListComp() | ast.SetComp() | ast.DictComp():
            return True
        case ast.Call(func=ast.Name(id=name)) if name in _LISTING:
            return True
        case ast.Call(func=ast.Name(id=name)) if name in _LAZY:
            return False
        case ast.Call(func=ast.Attribute(attr=name), args=[]) if name in _VIEWS:
            return True
        case ast.Name():
            return False
    return is_container(program, source, value, depth=depth)


def _holds_container(program: Program, source: Source, node: ast.Name, depth: int) -> bool:
    """Whether all that is assigned to a variable, in its function or module, is a container."""
    function = source.function(node)
    if function is not None and node.id in {a.arg for a in _parameters(function)}:
        return depth < _DEEP and _is_given_containers(program, source, function, node.id, depth)
    for scope in (function, source.tree):
        if scope is None:
            continue
        bound = [n for n in walk_scope(scope) if isinstance(n, ast.Name) and n.id == node.id]
        stores = [n for n in bound if not isinstance(n.ctx, ast.Load)]
        if not stores:
            continue
        return all(_gets_container(program, source, n, depth) for n in stores)
    return False


def _gets_container(program: Program, source: Source, name: ast.Name, depth: int) -> bool:
    """Whether a variable is given a container where it is bound."""
    match source.parent(name):
        case ast.Assign(targets=targets, value=value) if name in targets:
            return _is_listed(program, source, value, depth)
        case ast.For(target=target, iter=iterable) if target is name:
            return _gives_containers(program, source, iterable, depth)
    return False


def _gives_containers(program: Program, source: Source, iterable: ast.expr, depth: int) -> bool:
    """Whether all items of an iterable are containers: `(values[n : n + 100] for n in …)`, a function that yields them."""
    match iterable:
        case ast.ListComp(elt=item) | ast.GeneratorExp(elt=item):
            return _is_listed(program, source, item, depth)
        case ast.Call():
            called = program.called(source, iterable)
            if called is None or isinstance(called[1], ast.ClassDef):
                return False
            inner = list(walk_scope(called[1]))
            yields = [node.value for node in inner if isinstance(node, ast.Yield)]
            return (
                bool(yields)
                and all(
                    value is not None and _is_listed(program, called[0], value, depth) for value in yields
                )
                and not any(isinstance(node, ast.YieldFrom) for node in inner)
            )
    return False


def _is_given_containers(
    program: Program, source: Source, function: FunctionNode, name: str, depth: int
) -> bool:
    """Whether every caller gives a container for a parameter, which keeps it."""
    if any(
        isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Load)
        for n in walk_scope(function)
    ):
        return False
    calls = program.callers(source, function)
    if not calls or not program.is_closed(source, function) or program.mentions(source, function):
        return False
    for other, call in calls:
        given = _given(source, function, call, name)
        if given is None:
            return False
        kept = isinstance(given, ast.Name) and _holds_container(program, other, given, depth + 1)
        if not kept and not _is_listed(program, other, given, depth + 1):
            return False
    return True


def _given(source: Source, function: FunctionNode, call: ast.Call, name: str) -> ast.expr | None:
    """The argument for a parameter, or its default; None where that is not to be seen."""
    positional = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    if isinstance(source.parent(function), ast.ClassDef) and isinstance(call.func, ast.Attribute):
        positional = positional[1:]
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        return None
    by_keyword = next((k.value for k in call.keywords if k.arg == name), None)
    if by_keyword is not None:
        return by_keyword
    if name in positional[: len(call.args)]:
        return call.args[positional.index(name)]
    return None


def _parameters(function: FunctionNode) -> Iterator[ast.arg]:
    spec = function.args
    yield from (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)
    yield from (a for a in (spec.vararg, spec.kwarg) if a is not None)
