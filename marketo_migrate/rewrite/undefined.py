"""The names a module loads and that no scope binds: source text in, names out. Python's own scoping decides."""

import ast
import builtins
import symtable
from functools import lru_cache

from marketo_migrate.rewrite.nodes import bound_by, parsed, walk

_BUILTINS = frozenset(dir(builtins)) | {
    "__file__", "__name__", "__doc__", "__path__", "__spec__", "__loader__", "__package__",
    "__builtins__", "__annotations__", "__dict__", "__class__", "__module__", "__qualname__",
}  # fmt: skip


@lru_cache(maxsize=50)
def undefined_names(text: str) -> frozenset[str]:
    """The names that fail with a `NameError` when they are reached.

    None where a star import may bind anything. Raises `SyntaxError` for what is no Python.
    """
    table = symtable.symtable(text, "<module>", "exec")
    for node in walk(parsed(text)):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return frozenset()
    bound = {symbol.get_name() for symbol in table.get_symbols() if _binds(symbol)}
    loaded: set[str] = set()
    pending = [table]
    while pending:
        scope = pending.pop()
        pending.extend(scope.get_children())
        for symbol in scope.get_symbols():
            name = symbol.get_name()
            if symbol.is_declared_global() and symbol.is_assigned():
                bound.add(name)
            outer = scope is table or symbol.is_global()
            if outer and symbol.is_referenced():
                loaded.add(name)
    return frozenset(loaded - bound - _BUILTINS)


def bound_names(tree: ast.Module) -> frozenset[str] | None:
    """The names other modules can import from this one; None where a star import brings more."""
    names: set[str] = set()
    for node in walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.alias(name="*"):
                return None
            case ast.alias():
                names.add(bound_by(node))
    return frozenset(names)


def _binds(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
