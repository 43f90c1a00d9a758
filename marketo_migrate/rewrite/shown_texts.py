"""Texts of answers that are shown as parts of lists and dicts: those of suds have no quotes there, others have."""

import ast
from collections.abc import Iterator, Mapping

from marketo_migrate.model.flow import Called, ContainerFlow, ResponseFlow
from marketo_migrate.rewrite.answers import Answer
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.shapes import Shapes
from marketo_migrate.rewrite.source import Source

USE = "shown"
"""What is noted among the uses of an answer."""

_OTHER_TYPES = frozenset(
    {"int", "integer", "long", "short", "float", "double", "decimal", "boolean", "dateTime"}
)
_SHOWING = frozenset({"print", "str", "format", "echo", "secho"})
_LOGGING = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})
_REPR = frozenset({"repr", "ascii", "pprint", "pformat"})
_R = ord("r")
_DEPTH = 4


def note_shown_texts(program: Program, shapes: Shapes, answers: Mapping[Called, Answer]) -> None:
    """Note for each answer of suds whether a text of it is shown by what a container, or `repr`, makes of it."""
    suds = {call: answer for call, answer in answers.items() if answer.library == "suds"}
    if not suds:
        return
    for source in program.sources.values():
        for node, direct in _shown(source):
            for flow in _held(program, source, node, direct=direct):
                answer = suds.get(flow.call)
                if answer is not None and _may_be_text(shapes, answer, flow):
                    answer.uses.add(USE)


def _shown(source: Source) -> Iterator[tuple[ast.expr, bool]]:
    """The expressions whose texts are shown, and whether by `repr` themselves."""
    for call in source.of(ast.Call):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        template = call.func.value if isinstance(call.func, ast.Attribute) else None
        if name in _SHOWING or name in _LOGGING or name in _REPR:
            spelled = [template, *call.args[:1]]
            direct = name in _REPR or any(_asks_for_repr(text) for text in spelled)
            given = (*call.args, *(keyword.value for keyword in call.keywords))
            yield from ((argument, direct) for argument in given)
    for part in source.of(ast.FormattedValue):
        yield part.value, part.conversion == _R
    for operation in source.of(ast.BinOp):
        left, right = operation.left, operation.right
        if (
            isinstance(operation.op, ast.Mod)
            and isinstance(left, ast.Constant)
            and isinstance(left.value, str)
        ):
            values = right.elts if isinstance(right, ast.Tuple) else [right]
            if "%(" not in left.value:
                yield from ((value, _asks_for_repr(left)) for value in values)


def _asks_for_repr(template: ast.expr | None) -> bool:
    text = template.value if isinstance(template, ast.Constant) else None
    return isinstance(text, str) and ("%r" in text or "!r}" in text)


def _held(
    program: Program, source: Source, node: ast.expr, *, direct: bool, depth: int = 0
) -> Iterator[ResponseFlow]:
    """The parts of answers whose texts are shown by `repr`."""
    if depth > _DEPTH or _is_plain_text(node):
        return
    if (items := _items(node)) is not None:
        for item in items:
            yield from _held(program, source, item, direct=True, depth=depth + 1)
        return
    for flow in source.flows(node):
        if isinstance(flow, ResponseFlow) and direct:
            yield flow
        elif isinstance(flow, ContainerFlow):
            made = program.display_at(flow.site) or program.node_at(flow.site)
            if made is not None and isinstance(made[1], ast.expr) and _items(made[1]):
                yield from _held(program, made[0], made[1], direct=True, depth=depth + 1)
                inside = [
                    f for inner in walk(made[1]) if isinstance(inner, ast.expr) for f in made[0].flows(inner)
                ]
                # What is not part of the display came later.
                yield from (held for held in flow.holds if held not in inside)
            else:
                yield from flow.holds


def _items(node: ast.AST) -> list[ast.expr] | None:
    """The expressions of what a container is made of; None where its making does not tell."""
    match node:
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return items
        case ast.Dict(keys=keys, values=values):
            return [*(key for key in keys if key is not None), *values]
        case ast.ListComp(elt=item) | ast.SetComp(elt=item) | ast.GeneratorExp(elt=item):
            return [item]
        case ast.DictComp(key=key, value=value):
            return [key, value]
        case _:
            return None


def _is_plain_text(node: ast.expr) -> bool:
    """Whether an expression makes a text of Python's own."""
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("str", "int", "len", "bool")
    )


def _may_be_text(shapes: Shapes, answer: Answer, flow: ResponseFlow) -> bool:
    part = shapes.part(answer.operation, answer.library, flow.path)
    return part is None or part.type not in _OTHER_TYPES
