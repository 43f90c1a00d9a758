"""The nodes below a node of a syntax tree that nobody changes, listed once and kept with the node; its root."""

import ast
from collections import deque
from functools import lru_cache

_MARKS = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@lru_cache(maxsize=100)
def parsed(text: str) -> ast.Module:
    """The tree of a text, which nobody changes: several look at the same one. Raises what `ast.parse` raises."""
    return ast.parse(text)


def children(node: ast.AST) -> tuple[ast.AST, ...]:
    """The children of a node but for the marks that stand for an operator or a context."""
    kept: tuple[ast.AST, ...] | None = node.__dict__.get("_children")
    if kept is None:
        found: list[ast.AST] = []
        values = node.__dict__
        for name in node._fields:
            value = values.get(name)
            if isinstance(value, list):
                found.extend(
                    item for item in value if isinstance(item, ast.AST) and not isinstance(item, _MARKS)
                )
            elif isinstance(value, ast.AST) and not isinstance(value, _MARKS):
                found.append(value)
        kept = values["_children"] = tuple(found)
    return kept


def walk(root: ast.AST) -> tuple[ast.AST, ...]:
    """The nodes that `ast.walk` gives, in its order, but for the marks."""
    kept: tuple[ast.AST, ...] | None = root.__dict__.get("_within")
    if kept is None:
        found = [root]
        for node in found:
            found.extend(children(node))
        kept = root.__dict__["_within"] = tuple(found)
    return kept


def walk_scope(root: ast.AST) -> tuple[ast.AST, ...]:
    """The nodes of a function or module, in the order of the text, without what nested ones hold."""
    kept: tuple[ast.AST, ...] | None = root.__dict__.get("_scope")
    if kept is None:
        found: list[ast.AST] = []
        pending = deque(children(root))
        while pending:
            node = pending.popleft()
            found.append(node)
            if not isinstance(node, _INNER):
                pending.extendleft(reversed(children(node)))
        kept = root.__dict__["_scope"] = tuple(found)
    return kept


def is_none(node: ast.AST) -> bool:
    """Whether an expression is `None`."""
    return isinstance(node, ast.Constant) and node.value is None


def bound_by(alias: ast.alias) -> str:
    """The variable that a part of an import binds."""
    return alias.asname or alias.name.partition(".")[0]


def root_of(node: ast.AST) -> str:
    """The variable at the root of `a.b["c"]`; empty where it is no variable."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
