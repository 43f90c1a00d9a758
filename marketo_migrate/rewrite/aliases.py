"""Whether an object is changed through one of the names that it goes by: a variable, a loop over it, a parameter."""

import ast
from collections.abc import Collection, Iterator

from marketo_migrate.model.flow import ClientFlow, RequestFlow, ResponseFlow
from marketo_migrate.rewrite.nodes import walk, walk_scope
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.source import FunctionNode, Source

_DEPTH = 6
_CHANGING = frozenset(
    {
        "append", "appendleft", "extend", "insert", "update", "setdefault", "pop", "popleft", "popitem", "remove",
        "clear", "sort", "reverse", "add", "discard", "__setitem__", "__delitem__", "__setattr__", "__iadd__",
    }
)  # fmt: skip
_GIVING = frozenset({"get", "items", "values", "copy", "__getitem__"})
_SAME = frozenset(
    {
        "enumerate", "zip", "reversed", "sorted", "list", "tuple", "iter", "next", "filter", "map", "min", "max",
        "getattr", "chain", "islice",
    }
)  # fmt: skip
_READING = frozenset(
    {
        "print", "len", "str", "repr", "format", "dumps", "dump", "pprint", "pformat", "isinstance", "bool", "any", "all",
        "sum", "type", "id", "hash", "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "write",
        "join", "set", "frozenset", "dict", "int", "float", "hasattr", "deepcopy", "range", "round", "append", "extend",
        "add", "insert", "put", "setdefault", "update", "writerow", "writerows", "send", "count", "index", "startswith",
    }
)  # fmt: skip
_SIMPLE = frozenset(
    {"keyType", "keyValue", "attrName", "attrValue", "attrType", "Email", "Id", "name", "value"}
)
_SETTING = frozenset({"setattr", "delattr"})


class Aliases:
    """Follows an object from an expression that gives it."""

    def __init__(self, program: Program, fields: Collection[str] = ()) -> None:
        """`fields` are the names of elements of requests: what is put there is a part of the request."""
        self._program = program
        self._fields = fields

    def is_changed(self, source: Source, node: ast.AST) -> bool:
        """Whether the object that an expression gives, or a part of it, is changed by what is done with it there."""
        return self._changes(source, node, 0)

    def _changes(self, source: Source, node: ast.AST, depth: int) -> bool:
        if depth > _DEPTH:
            return True
        parent = source.parent(node)
        match parent:
            case ast.Attribute(ctx=context) | ast.Subscript(ctx=context) if parent.value is node:
                if not isinstance(context, ast.Load):
                    return True
                return _last_name(parent) not in _SIMPLE and self._changes(source, parent, depth)
            case ast.AugAssign(target=target):
                return target is node
            case ast.Call(func=function) if function is node:
                name = node.attr if isinstance(node, ast.Attribute) else ""
                return name in _CHANGING or (name in _GIVING and self._changes(source, parent, depth))
            case ast.Call():
                return self._handed(source, parent, node, depth)
            case ast.keyword():
                call = source.parent(parent)
                return isinstance(call, ast.Call) and self._handed(source, call, parent, depth)
            case ast.For(target=target, iter=iterable) | ast.AsyncFor(target=target, iter=iterable) if (
                iterable is node
            ):
                return self._named(source, parent, target, depth)
            case ast.comprehension(target=target, iter=iterable) if iterable is node:
                holder = source.parent(parent)
                return holder is not None and self._named(source, holder, target, depth)
            case ast.Assign(targets=targets, value=value) if value is node:
                scope = source.function(node) or source.tree
                return any(
                    self._named(source, scope, target, depth) or self._kept(source, target, depth)
                    for target in targets
                )
            case ast.Yield():
                return not _is_made_for(source, node, parent)
            case ast.YieldFrom():
                return True
            case ast.Return():
                return isinstance(node, ast.Name) and _is_from_outside(source, node)
            case ast.AnnAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value) if (
                value is node
            ):
                return self._named(source, source.function(node) or source.tree, target, depth)
            case ast.Tuple() | ast.List() | ast.Set() if _is_gone_through(source, parent):
                return self._changes(source, parent, depth)
            case ast.Starred() | ast.IfExp() | ast.BoolOp() | ast.Await():
                return self._changes(source, parent, depth)
            case _:
                return False

    def _kept(self, source: Source, target: ast.expr, depth: int) -> bool:
        """Whether an object that is put into an attribute or a collection is changed from there."""
        if isinstance(target, ast.Attribute):
            flows = source.flows(target.value)
            if flows and all(isinstance(flow, RequestFlow) for flow in flows):
                return False
        if isinstance(target, ast.Subscript):
            return _last_name(target) not in self._fields
        if not isinstance(target, ast.Attribute) or target.attr in self._fields:
            return False
        return any(
            isinstance(found, ast.Attribute) and self._changes(other, found, depth + 1)
            for other in self._program.sources.values()
            for found in other.reads.get(target.attr, ())
        )

    def _handed(self, source: Source, call: ast.Call, given: ast.AST, depth: int) -> bool:
        name = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
        if name in _SETTING:
            return bool(call.args) and call.args[0] is given
        if isinstance(given, ast.Starred):
            return not self._is_soap(source, call)
        for function in call.args:
            if isinstance(function, ast.Lambda) and any(
                self._under(source, function.body, argument.arg, depth + 1) for argument in function.args.args
            ):
                return True
        if name in _SAME:
            return self._changes(source, call, depth + 1)
        found = self._program.called(source, call)
        if found is None:
            return name not in _READING and not self._is_soap(source, call)
        if isinstance(found[1], ast.ClassDef):
            return False
        parameter = _parameter(source, call, given, found[0], found[1])
        if parameter is None:
            return False
        given_back = any(
            isinstance(n, ast.Return) and isinstance(n.value, ast.Name) and n.value.id == parameter
            for n in walk_scope(found[1])
        )
        if given_back and self._changes(source, call, depth + 1):
            return True
        return self._under(found[0], found[1], parameter, depth + 1)

    def _is_soap(self, source: Source, call: ast.Call) -> bool:
        """Whether a call is one of the SOAP library: it makes a request object, or sends one."""
        flows = (*source.flows(call), *source.flows(call.func))
        return any(isinstance(flow, ClientFlow | RequestFlow | ResponseFlow) for flow in flows)

    def _named(self, source: Source, scope: ast.AST, target: ast.expr, depth: int) -> bool:
        names = [n.id for n in walk(target) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        return any(self._under(source, scope, name, depth + 1) for name in names)

    def _under(self, source: Source, scope: ast.AST, name: str, depth: int) -> bool:
        start, end = (0, len(source.text)) if isinstance(scope, ast.Module) else source.span(scope)
        return any(
            isinstance(node, ast.Name)
            and start <= source.span(node)[0] < end
            and self._changes(source, node, depth)
            for node in source.reads.get(name, ())
        )


def _is_gone_through(source: Source, node: ast.expr) -> bool:
    """Whether a loop or comprehension goes through a list that is written out for it."""
    outer = source.parent(node)
    if isinstance(outer, ast.Starred):
        return True
    return isinstance(outer, ast.For | ast.AsyncFor | ast.comprehension) and outer.iter is node


def _is_from_outside(source: Source, node: ast.Name) -> bool:
    """Whether a function returns a variable of the module, or of a function around it."""
    function = source.function(node)
    return (
        function is not None
        and not any(
            isinstance(n, ast.Name) and n.id == node.id and not isinstance(n.ctx, ast.Load)
            for n in walk_scope(function)
        )
        and not _is_parameter(function, node.id)
    )


def _last_name(node: ast.Attribute | ast.Subscript) -> str:
    """The name in an access by name; empty for one by another index."""
    if isinstance(node, ast.Attribute):
        return node.attr
    known = node.slice.value if isinstance(node.slice, ast.Constant) else None
    return known if isinstance(known, str) else ""


def _parameter(
    source: Source, call: ast.Call, given: ast.AST, holder: Source, function: FunctionNode
) -> str | None:
    """The name of the parameter that an argument is bound to."""
    if isinstance(given, ast.keyword):
        return given.arg
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    in_class = isinstance(holder.parent(function), ast.ClassDef)
    static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list)
    if in_class and not static:
        names = names[1:]
    position = next((i for i, argument in enumerate(call.args) if argument is given), None)
    if position is None:
        return None
    if position < len(names):
        return names[position]
    return function.args.vararg.arg if function.args.vararg is not None else None


def inner_reads(source: Source, scope: ast.AST, name: str) -> Iterator[ast.Name]:
    """The reads of a variable of a function or module inside functions that are defined in it.

    An assignment there that `global` or `nonlocal` makes one to the variable counts as well.
    """
    for function in walk(scope):
        if not isinstance(function, FunctionNode) or function is scope:
            continue
        shared = any(
            isinstance(n, ast.Global | ast.Nonlocal) and name in n.names for n in walk_scope(function)
        )
        found = [n for n in walk_scope(function) if isinstance(n, ast.Name) and n.id == name]
        if not shared and (
            _is_parameter(function, name) or any(not isinstance(n.ctx, ast.Load) for n in found)
        ):
            continue
        yield from found


def _is_parameter(function: FunctionNode, name: str) -> bool:
    spec = function.args
    given = (*spec.posonlyargs, *spec.args, *spec.kwonlyargs, spec.vararg, spec.kwarg)
    return any(argument is not None and argument.arg == name for argument in given)


def _is_made_for(source: Source, node: ast.AST, given: ast.Yield) -> bool:
    """Whether a yielded object is made anew in the block of the `yield`, and not looked at after it."""
    statement, function = source.parent(given), source.function(given)
    if not isinstance(node, ast.Name) or not isinstance(statement, ast.Expr) or function is None:
        return False
    named = [n for n in walk_scope(function) if isinstance(n, ast.Name) and n.id == node.id]
    making = [source.statement(n) for n in named if not isinstance(n.ctx, ast.Load)]
    last = max(named, key=source.span)
    return len(making) == 1 and making[0] in source.block(statement) and last is node
