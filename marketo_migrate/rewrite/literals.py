"""Lists of constants that are written out once and stay as they are."""

import ast

from marketo_migrate.model.flow import ContainerFlow, Place
from marketo_migrate.rewrite.program import Program, constant_of
from marketo_migrate.rewrite.requests.arguments import local_names
from marketo_migrate.rewrite.source import Source

_CHANGING = frozenset(
    {
        "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "add", "discard", "update",
        "setdefault", "popitem",
        "__setitem__",
    }
)  # fmt: skip


def constant_items(program: Program, source: Source, node: ast.expr) -> list[ast.Constant] | None:
    """The items of the only list that an expression can be, where they are constants and nothing changes it."""
    made = display_of(program, source, node)
    if made is None or not isinstance(made[1], ast.List | ast.Tuple | ast.Set):
        return None
    items = [item for item in made[1].elts if isinstance(item, ast.Constant)]
    if not items or len(items) < len(made[1].elts):
        return None
    if made[1] is not node and _is_changed(program, made[0].place(made[1])):
        return None
    return items


def copied_items(program: Program, source: Source, node: ast.expr) -> list[ast.Constant] | None:
    """The items of such a list, or of one that is made of it or of the keys of such a dict, in any order."""
    match node:
        case ast.Call(func=ast.Name(id="list" | "tuple" | "set" | "sorted"), args=[inner], keywords=[]):
            return copied_items(program, source, inner) or _constant_keys(program, source, inner)
        case ast.Call(func=ast.Attribute(value=inner, attr="keys"), args=[], keywords=[]):
            return _constant_keys(program, source, inner)
        case ast.Call(
            func=ast.Attribute(value=inner, attr="split"), args=[ast.Constant(value=str(mark))]
        ) if mark:
            text = constant_of(source, inner)[1]
            return [ast.Constant(part) for part in text.split(mark)] if isinstance(text, str) else None
        case ast.Name():
            made = tuple_of(source, node)
            if made is not None:
                return constant_items(program, source, made)
    return constant_items(program, source, node) or _constant_keys(program, source, node)


def tuple_of(source: Source, name: ast.Name) -> ast.Tuple | None:
    """The tuple that a module binds to a name, once and for all."""
    function = source.function(name)
    if function is not None and name.id in local_names(function):
        return None
    stores = [
        node for node in source.of(ast.Name) if node.id == name.id and not isinstance(node.ctx, ast.Load)
    ]
    statement = source.statement(stores[0]) if len(stores) == 1 else None
    if not isinstance(statement, ast.Assign) or statement not in source.tree.body:
        return None
    return statement.value if isinstance(statement.value, ast.Tuple) else None


def _constant_keys(program: Program, source: Source, node: ast.expr) -> list[ast.Constant] | None:
    made = display_of(program, source, node)
    if made is None or not isinstance(made[1], ast.Dict):
        return None
    keys = [key for key in made[1].keys if isinstance(key, ast.Constant)]
    if not keys or len(keys) < len(made[1].keys) or _is_changed(program, made[0].place(made[1])):
        return None
    return keys


def display_of(program: Program, source: Source, node: ast.expr) -> tuple[Source, ast.AST] | None:
    """Where the only container that an expression can be is made."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict):
        return source, node
    sites = {flow.site for flow in source.flows(node) if isinstance(flow, ContainerFlow)}
    if len(sites) != 1 or len(source.flows(node)) != 1:
        return None
    site = sites.pop()
    return program.node_at(site) or program.display_at(site)


def _is_changed(program: Program, site: Place) -> bool:
    for source in program.sources.values():
        for place, flows in source.flows_by_place.items():
            if not any(isinstance(flow, ContainerFlow) and flow.site == site for flow in flows):
                continue
            at = program.node_at(place)
            if at is not None and _changes(at[0], at[1]):
                return True
    return False


def _changes(source: Source, node: ast.AST) -> bool:
    parent = source.parent(node)
    match parent:
        case ast.Attribute(attr=name):
            call = source.parent(parent)
            return name in _CHANGING and isinstance(call, ast.Call) and call.func is parent
        case ast.Subscript(value=value, ctx=context):
            return value is node and not isinstance(context, ast.Load)
        case ast.AugAssign(target=target):
            return target is node
        case _:
            return False
