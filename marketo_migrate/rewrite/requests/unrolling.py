"""Loops over a list that is written out: each run is read by itself."""

import ast

from marketo_migrate.rewrite.requests.scope import Bindings, Scope, through

_MAX_UNROLLED = 12


def unrolled(target: ast.expr, iterable: ast.expr, scope: Scope) -> list[Bindings]:
    """What the variables of a loop are bound to in each run, where its list is written out; else nothing."""
    limit: int | None = None
    if isinstance(iterable, ast.Subscript) and isinstance(iterable.slice, ast.Slice):
        part = iterable.slice
        if part.lower is None and part.step is None and isinstance(part.upper, ast.Constant):
            limit = part.upper.value if isinstance(part.upper.value, int) else None
        if limit is None:
            return []
        iterable = iterable.value
    where = scope
    match iterable:
        case ast.Call(func=ast.Attribute(value=pairs, attr="items"), args=[], keywords=[]):
            return _items(target, *through(pairs, scope))
    if isinstance(iterable, ast.Name) and iterable.id in scope.bound:
        iterable, where = scope.bound[iterable.id]
    if not isinstance(iterable, ast.List | ast.Tuple) or not 0 < len(iterable.elts) <= _MAX_UNROLLED:
        return []
    if limit is not None and limit < len(iterable.elts):
        return []
    rows: list[Bindings] = []
    for item in iterable.elts:
        row = _row(target, item, where)
        if row is None:
            return []
        rows.append(row)
    return rows


def _items(target: ast.expr, pairs: ast.expr, scope: Scope) -> list[Bindings]:
    """The same for the names and values of a dict that is written out."""
    if not isinstance(pairs, ast.Dict) or not 0 < len(pairs.keys) <= _MAX_UNROLLED:
        return []
    rows: list[Bindings] = []
    for key, value in zip(pairs.keys, pairs.values, strict=True):
        row = _row(target, ast.Tuple([key, value], ast.Load()), scope) if key is not None else None
        if row is None or not isinstance(key, ast.Constant):
            return []
        rows.append(row)
    distinct = {repr(key.value) for key in pairs.keys if isinstance(key, ast.Constant)}
    return rows if len(distinct) == len(rows) else []


def _row(target: ast.expr, item: ast.expr, scope: Scope) -> Bindings | None:
    if isinstance(target, ast.Name) and not isinstance(item, ast.Starred):
        return {target.id: (item, scope)}
    if not isinstance(target, ast.Tuple) or not isinstance(item, ast.Tuple | ast.List):
        return None
    if len(target.elts) != len(item.elts) or not all(isinstance(t, ast.Name) for t in target.elts):
        return None
    pairs = zip(target.elts, item.elts, strict=True)
    return {t.id: (value, scope) for t, value in pairs if isinstance(t, ast.Name)}
