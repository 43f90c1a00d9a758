"""The part of an expression for a SOAP address that tells the instance: expression in, its part out."""

import ast
import re
from collections.abc import Iterator

from marketo_migrate.model.record import record

_SCHEME = re.compile(r"https?://$")
_DOMAIN = ".mktoapi.com"
_HOLE = re.compile(r"%%|%s|%\((\w+)\)s")
_FIELD = re.compile(r"\{\{|\}\}|\{(\w*)\}")
_CASE = frozenset({"lower", "upper", "strip"})


@record
class InstancePart:
    """An expression that a SOAP address is made from; `is_id`: it is no more than the Munchkin id."""

    value: ast.expr
    is_id: bool


def instance_part(node: ast.expr) -> InstancePart | None:
    """What tells the instance in an address that is put together of several parts; None for other expressions."""
    pieces = list(_joined(_pieces(node)))
    if len(pieces) < 2:
        return None
    before = ""
    for index, piece in enumerate(pieces):
        if isinstance(piece, str):
            before = piece
            continue
        after = pieces[index + 1] if index + 1 < len(pieces) else ""
        if isinstance(after, str) and after.startswith("://"):
            before = "http://"
            continue
        if index and not (_SCHEME.match(before) or before == "://"):
            return None
        is_id = isinstance(after, str) and after.startswith(_DOMAIN)
        return InstancePart(_without_case(piece) if is_id else piece, is_id)
    return None


def _joined(pieces: Iterator[str | ast.expr]) -> Iterator[str | ast.expr]:
    """The pieces with neighbouring texts as one."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        text = ""
        yield piece
    if text:
        yield text


def _pieces(node: ast.expr) -> Iterator[str | ast.expr]:
    """The constant texts and the other expressions that a text is put together of."""
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _pieces(left)
            yield from _pieces(right)
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod(), right=right):
            yield from _filled(text, right)
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format"),
            args=args,
            keywords=keywords,
        ):
            yield from _formatted(text, args, keywords)
        case ast.JoinedStr(values=values):
            for value in values:
                if isinstance(value, ast.FormattedValue) and value.format_spec is None:
                    yield from _pieces(value.value)
                elif isinstance(value, ast.Constant):
                    yield str(value.value)
                else:
                    yield value
        case _:
            yield node


def _filled(text: str, given: ast.expr) -> Iterator[str | ast.expr]:
    """`text % given`."""
    positional = list(given.elts) if isinstance(given, ast.Tuple) else [given]
    named = {}
    if isinstance(given, ast.Dict):
        named = {
            k.value: v for k, v in zip(given.keys, given.values, strict=True) if isinstance(k, ast.Constant)
        }
    start = 0
    for hole in _HOLE.finditer(text):
        yield text[start : hole.start()]
        start = hole.end()
        if hole[0] == "%%":
            yield "%"
        elif hole[1]:
            yield named.get(hole[1], given)
        else:
            yield positional.pop(0) if positional else given
    yield text[start:]


def _formatted(text: str, args: list[ast.expr], keywords: list[ast.keyword]) -> Iterator[str | ast.expr]:
    """`text.format(…)`; a field that is not understood is a text of its own."""
    named = {keyword.arg: keyword.value for keyword in keywords}
    start, count = 0, 0
    for field in _FIELD.finditer(text):
        yield text[start : field.start()]
        start = field.end()
        if field[1] is None:
            yield field[0][:1]
            continue
        key = field[1] or str(count)
        count += not field[1]
        found = args[int(key)] if key.isdigit() and int(key) < len(args) else named.get(key)
        yield found if found is not None else field[0]
    yield text[start:]


def _without_case(node: ast.expr) -> ast.expr:
    """A value without changes of its case: none that a host's name shows."""
    while True:
        match node:
            case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=[], keywords=[]) if attr in _CASE:
                node = inner
            case _:
                return node
