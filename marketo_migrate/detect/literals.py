"""Walks a module for text that bears Marketo's marks: envelopes and endpoints in live code."""

import re
from collections.abc import Iterator

from marketo_migrate.model import facts as f
from marketo_migrate.model.marks import ELEMENT, ENDPOINT, NAMESPACE
from marketo_migrate.model.record import record, values_of


@record
class Literal:
    """A text expression with marks: `kind` is "xml" or "endpoint", `strong`: a mark is Marketo's alone.

    `live` is False for prose or code in a text, `elements` are the `params…` elements in it.
    """

    kind: str
    at: f.At
    text: str
    strong: bool
    live: bool
    elements: frozenset[str]


_MAY_BE_MARKED = re.compile(r"mkto|marketo|params|\\[xuUN0-7]", re.IGNORECASE)
"""Without one of these, or characters written by their numbers, no text of a module can have a mark."""


def marked_literals(facts: f.ModuleFacts, elements: frozenset[str]) -> tuple[Literal, ...]:
    """The marked text expressions of a module, outermost ones only; docstrings are left out.

    `elements` are the `params…` element names of Marketo's operations.
    """
    if not _MAY_BE_MARKED.search(facts.text):
        return ()
    found: list[Literal] = []
    for expression in _live_expressions(facts.body):
        _search(expression, elements, found)
    return tuple(found)


def _search(expression: f.Expression, elements: frozenset[str], found: list[Literal]) -> None:
    pending: list[f.Expression] = [expression]
    while pending:
        node = pending.pop()
        pieces = _pieces(node)
        if pieces is not None:
            named = frozenset("params" + match[1] for match in ELEMENT.finditer(pieces)) & elements
            kind, strong = _kind(pieces, named)
            if kind:
                found.append(Literal(kind, node.at, pieces, strong, _is_live(kind, pieces), named))
                continue
        pending.extend(_children(node))


def _is_live(kind: str, text: str) -> bool:
    """Whether a text can be an address or an envelope, not prose or code that mentions one."""
    if kind == "endpoint":
        return not any(character.isspace() for character in text.strip())
    return "<" in text or "xmlns" in text or not any(character.isspace() for character in text.strip())


def _kind(text: str, named: frozenset[str]) -> tuple[str, bool]:
    if NAMESPACE.search(text):
        return "xml", True
    if named:
        return "xml", False
    if ENDPOINT.search(text):
        return "endpoint", True
    return "", False


def _pieces(node: f.Expression) -> str | None:
    """The literal text in a text expression, None for other expressions."""
    match node:
        case f.Text(value=value):
            return value
        case f.Constant(value=bytes() as value):
            return value.decode("latin-1")
        case f.Joined(parts=parts):
            return "\0".join(part.value for part in parts if isinstance(part, f.Text))
        case f.Binary(operator="+", operands=operands):
            return "\0".join(filter(None, (_pieces(operand) for operand in operands))) or None
        case f.Binary(operator="%", operands=operands):
            return _pieces(operands[0])
        case _:
            return None


def _live_expressions(body: tuple[f.Statement, ...]) -> Iterator[f.Expression]:
    """Every top expression of a body, inner functions included, expression statements of bare text not."""
    pending: list[object] = [body]
    while pending:
        item = pending.pop()
        match item:
            case tuple():
                pending.extend(reversed(item))
            case f.Evaluate(values=(f.Text() | f.Joined(),)):
                continue
            case f.Function() | f.Class() | f.Handler() | f.Case() | f.Parameter():
                pending.extend(reversed(values_of(item)))
            case _ if isinstance(item, _STATEMENTS):
                pending.extend(reversed(values_of(item)))
            case _ if isinstance(item, _EXPRESSIONS):
                yield item
            case _:
                continue


def _children(node: object) -> Iterator[f.Expression]:
    """The expressions directly inside an expression."""
    for value in reversed(values_of(node)):
        yield from _expressions_in(value)


def _expressions_in(value: object) -> Iterator[f.Expression]:
    match value:
        case tuple():
            for item in reversed(value):
                yield from _expressions_in(item)
        case f.Argument(value=inner):
            yield inner
        case f.Loop(target=target, iterable=iterable, conditions=conditions):
            yield from (target, iterable, *conditions)
        case f.Function(body=body):
            yield from _live_expressions(body)
        case _ if isinstance(value, _EXPRESSIONS):
            yield value
        case _:
            return


_EXPRESSIONS = (
    f.Constant,
    f.Text,
    f.Joined,
    f.Name,
    f.Attribute,
    f.Subscript,
    f.Call,
    f.Binary,
    f.Choice,
    f.Sequence,
    f.Mapping,
    f.Starred,
    f.Lambda,
    f.Comprehension,
    f.Await,
    f.Yield,
    f.Walrus,
    f.Opaque,
)
_STATEMENTS = (
    f.Define,
    f.Assign,
    f.Evaluate,
    f.Return,
    f.Raise,
    f.Jump,
    f.If,
    f.While,
    f.For,
    f.Try,
    f.With,
    f.Match,
    f.Import,
    f.Scope,
)
