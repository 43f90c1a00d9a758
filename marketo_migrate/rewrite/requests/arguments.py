"""The parameters of a function, and what a call binds them to."""

import ast

from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.scope import Bindings, Scope, stands, through
from marketo_migrate.rewrite.source import FunctionNode, Source, walk_scope


def bind(node: ast.Call, function: FunctionNode, scope: Scope, source: Source) -> Bindings:
    """The parameters of a function bound to the arguments of a call."""
    spec = function.args
    names = [a.arg for a in (*spec.posonlyargs, *spec.args)]
    is_method = isinstance(source.parent(function), ast.ClassDef) and not is_static(function)
    bound: Bindings = {}
    if is_method and names:
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        receiver = node.func if function.name == "__call__" else receiver
        own = names.pop(0)
        if receiver is not None:
            bound[own] = (receiver, scope)
    given = _spread_out(node, scope)
    rest = [argument for argument, _ in given[len(names) :]]
    if (rest and not spec.vararg) or any(isinstance(a, ast.Starred) for a in rest):
        raise Unconvertible(f"the arguments of {function.name}() cannot be followed", scope.source, node)
    for name, (argument, at) in zip(names, given, strict=False):
        if isinstance(argument, ast.Starred):
            raise Unconvertible("arguments are unpacked from a list", scope.source, node)
        bound[name] = (argument, at)
    if spec.vararg is not None:
        bound[spec.vararg.arg] = (ast.copy_location(ast.Tuple(rest, ast.Load()), node), scope)
    known = {*names, *(a.arg for a in spec.kwonlyargs)}
    more: list[ast.keyword] = []
    for keyword in node.keywords:
        if keyword.arg is None or (keyword.arg not in known and not spec.kwarg):
            raise Unconvertible(f"the arguments of {function.name}() cannot be followed", scope.source, node)
        if keyword.arg in known:
            bound[keyword.arg] = (keyword.value, scope)
        else:
            more.append(keyword)
    if spec.kwarg is not None:
        keys: list[ast.expr | None] = [ast.copy_location(ast.Constant(k.arg), k) for k in more]
        named = ast.Dict(keys, [k.value for k in more])
        bound[spec.kwarg.arg] = (ast.copy_location(named, node), scope)
    defaults = dict(
        zip(
            reversed([a.arg for a in (*spec.posonlyargs, *spec.args)]),
            reversed(spec.defaults),
            strict=False,
        )
    )
    defaults.update(
        {a.arg: d for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if d is not None}
    )
    for name, default in defaults.items():
        bound.setdefault(name, (default, Scope(source, None)))
    return bound


def parameters(function: FunctionNode) -> set[str]:
    """The names of a function's parameters."""
    spec = function.args
    names = {a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)}
    return names | {a.arg for a in (spec.vararg, spec.kwarg) if a is not None}


def local_names(function: FunctionNode) -> set[str]:
    """The names that a function itself binds: its parameters and what it assigns."""
    stored = {n.id for n in walk_scope(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | parameters(function)


def is_static(function: FunctionNode) -> bool:
    """Whether a method gets no object of its class."""
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list)


def _spread_out(node: ast.Call, scope: Scope) -> list[tuple[ast.expr, Scope]]:
    """The positional arguments of a call; `*pair` is spread out where the pair is written out."""
    given: list[tuple[ast.expr, Scope]] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Name):
            actual, at = through(argument.value, scope)
            if isinstance(actual, ast.Tuple | ast.List) and stands(actual, at):
                given += [(item, at) for item in actual.elts]
                continue
        given.append((argument, scope))
    return given
