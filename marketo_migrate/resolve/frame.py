"""One run of a function or module body: its local variables and where names are looked up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import TypeVar

from marketo_migrate.model import facts as f
from marketo_migrate.model.record import values_of
from marketo_migrate.resolve.state import Context
from marketo_migrate.resolve.values import Key, Values

Environment = dict[str, Values]

_Node = TypeVar("_Node")
_Result = TypeVar("_Result")


def once_per_node(function: Callable[[_Node], _Result]) -> Callable[[_Node], _Result]:
    """Keep results by the identity of the node: `functools.cache` would hash whole bodies each time."""
    results: dict[int, tuple[_Node, _Result]] = {}

    @wraps(function)
    def kept(node: _Node) -> _Result:
        found = results.get(id(node))
        if found is None:
            # The node is kept too, so that nothing else can have its identity.
            found = results[id(node)] = (node, function(node))
        return found[1]

    return kept


@dataclass(slots=True)
class Frame:
    """The state of evaluating a body. `environment` is None behind a return, raise, break or continue.

    `class_key` is set while a class body is evaluated; `outer` is the frame around it. `inner_names` are
    the variables of the comprehensions that are being evaluated.
    """

    context: Context
    environment: Environment | None
    local_names: frozenset[str] = frozenset()
    shared: bool = False
    class_key: Key | None = None
    outer: "Frame | None" = None
    breaks: list[Environment] = field(default_factory=list)
    continues: list[Environment] = field(default_factory=list)
    inner_names: frozenset[str] = frozenset()

    @property
    def module(self) -> f.ModuleFacts:
        """The module the body is in."""
        return self.context.module


def join(left: Environment | None, right: Environment | None) -> Environment | None:
    """The variables after two ways through the code; None is a way that does not get here."""
    if left is None:
        return right
    if right is None:
        return left
    if left is right:
        return left
    result = dict(left)
    for name, values in right.items():
        old = result.get(name)
        if old is None:
            result[name] = values
        elif old is not values:
            result[name] = old | values
    return result


@once_per_node
def local_names(function: f.Function) -> frozenset[str]:
    """The names that are local to a function: parameters and what its body binds."""
    names = {parameter.name for parameter in function.parameters}
    outside: set[str] = set()
    _bound(function.body, names, outside)
    return frozenset(names - outside)


@once_per_node
def rebound_names(body: tuple[f.Statement, ...]) -> frozenset[str]:
    """The names that functions inside a body declare `global` or `nonlocal`: calls may change them."""
    names: set[str] = set()
    pending: list[object] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, f.Scope):
            names.update(node.names)
        elif isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(
            node, f.Define | f.Function | f.Class | f.If | f.While | f.For | f.Try | f.With | f.Handler
        ):
            pending.extend(values_of(node))
    return frozenset(names)


@once_per_node
def has_inner_functions(outer: f.Function | f.Comprehension) -> bool:
    """Whether functions or lambdas are defined inside, which may read its variables later."""
    pending: list[object] = [outer.body if isinstance(outer, f.Function) else values_of(outer)]
    while pending:
        node = pending.pop()
        if isinstance(node, f.Define | f.Lambda):
            return True
        if isinstance(node, tuple):
            pending.extend(node)
        else:
            pending.extend(values_of(node))
    return False


@once_per_node
def is_generator(function: f.Function) -> bool:
    """Whether a function's own body has a `yield`."""
    pending: list[object] = list(function.body)
    while pending:
        node = pending.pop()
        if isinstance(node, f.Yield):
            return True
        if isinstance(node, f.Define | f.Lambda):
            continue
        if isinstance(node, tuple):
            pending.extend(node)
        else:
            pending.extend(values_of(node))
    return False


def target_names(targets: Iterable[f.Expression]) -> frozenset[str]:
    """The names that assignments to targets bind."""
    names: set[str] = set()
    for target in targets:
        _targets(target, names)
    return frozenset(names)


def _bound(body: tuple[f.Statement, ...], names: set[str], outside: set[str]) -> None:
    for statement in body:
        match statement:
            case f.Define(what=what):
                names.add(what.name)
            case f.Assign(targets=targets):
                for target in targets:
                    _targets(target, names)
            case f.Import(names=imported):
                names.update(item.bound or item.name.partition(".")[0] for item in imported)
            case f.Scope(names=declared):
                outside.update(declared)
            case f.If(body=inner, orelse=orelse) | f.While(body=inner, orelse=orelse):
                _bound(inner, names, outside)
                _bound(orelse, names, outside)
            case f.For(target=target, body=inner, orelse=orelse):
                _targets(target, names)
                _bound(inner, names, outside)
                _bound(orelse, names, outside)
            case f.Try(body=inner, handlers=handlers, orelse=orelse, finalbody=final):
                _bound(inner, names, outside)
                for handler in handlers:
                    names.update({handler.name} if handler.name else ())
                    _bound(handler.body, names, outside)
                _bound(orelse, names, outside)
                _bound(final, names, outside)
            case f.With(items=items, body=inner):
                for _, item in items:
                    if item is not None:
                        _targets(item, names)
                _bound(inner, names, outside)
            case f.Match(cases=cases):
                for case in cases:
                    names.update(name for name, _ in case.binds)
                    _bound(case.body, names, outside)
            case _:
                pass


def _targets(target: f.Expression, names: set[str]) -> None:
    match target:
        case f.Name(name=name):
            names.add(name)
        case f.Sequence(items=items):
            for item in items:
                _targets(item, names)
        case f.Starred(value=value):
            _targets(value, names)
        case _:
            pass
