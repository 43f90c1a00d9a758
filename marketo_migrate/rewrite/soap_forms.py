"""Answers that keep SOAP's form: where the code around them stays as it is, and where even that is not enough.

An answer that leaves the code that can be followed is put into objects with the attributes that it had in
SOAP. They are no objects of the SOAP library: what prints, serialises or takes apart such an object by itself
would do something else.
"""

import ast
from collections.abc import Mapping

from marketo_migrate.model.flow import Called, ClientFlow, ContainerFlow, ResponseFlow
from marketo_migrate.model.soap import EACH
from marketo_migrate.rewrite.answers import Answer
from marketo_migrate.rewrite.functions import Functions
from marketo_migrate.rewrite.program import Program, externals
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.shapes import Shapes
from marketo_migrate.rewrite.source import Source

_READING = frozenset(
    {
        "list", "tuple", "sorted", "reversed", "enumerate", "zip", "iter", "next", "filter", "set", "map", "bool",
        "any", "all", "getattr", "hasattr", "setattr", "dict", "id", "type", "min", "max", "callable",
    }
)  # fmt: skip
_EXTERNAL_READING = (
    "builtins.",
    "functools.reduce",
    "itertools.",
    "collections.deque",
    "operator.",
    "typing.cast",
)


class SoapForms:
    """Judges what is done with answers that keep SOAP's form."""

    def __init__(
        self, program: Program, shapes: Shapes, answers: Mapping[Called, Answer], helpers: Functions
    ) -> None:
        self._helpers = helpers
        self._program = program
        self._shapes = shapes
        self._answers = answers

    def check(self, source: Source, node: ast.expr) -> None:
        """Raise `Unconvertible` where an expression, part of such an answer, is used as only the library's own can be."""
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            raise Unconvertible(f".{node.attr} is what only the SOAP library's objects have", source, node)
        for flow in source.flows(node):
            if isinstance(flow, ResponseFlow) and flow.call in self._answers:
                answer = self._answers[flow.call]
                part = self._shapes.part(answer.operation, answer.library, flow.path)
                steps = [step for step in flow.path if step != EACH]
                if (
                    part is not None
                    and steps
                    and steps[-1] not in self._helpers.keywords(answer.soap_form or "")
                ):
                    raise Unconvertible(f"REST does not give {flow.path[-1]}", source, node)
        if self._is_object(source, node):
            self.check_use(source, node)

    def check_use(self, source: Source, node: ast.expr) -> None:
        """The same for an expression that is an object of an answer, or holds such objects."""
        parent = source.parent(node)
        if isinstance(parent, ast.keyword):
            parent = source.parent(parent)
        match parent:
            case ast.FormattedValue() | ast.BinOp():
                raise Unconvertible("the answer itself is put into a text", source, node)
            case ast.Call() if parent.func is not node:
                self._handed(source, node, parent)
            case _:
                return

    def _handed(self, source: Source, node: ast.expr, call: ast.Call) -> None:
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if any(isinstance(flow, ClientFlow) for flow in (*source.flows(call.func), *source.flows(call))):
            raise Unconvertible("the answer becomes a part of a request", source, call)
        if self._program.called(source, call) is not None:
            return
        if name == "len":
            if self._is_list(source, node):
                return
            raise Unconvertible("the fields of an answer are counted", source, call)
        if name == "isinstance":
            if len(call.args) == 2 and _names_builtins(call.args[1]):
                return
            raise Unconvertible("the answer is asked for its class", source, call)
        if name in _READING:
            return
        if isinstance(call.func, ast.Attribute) and any(
            isinstance(flow, ContainerFlow) for flow in source.flows(call.func.value)
        ):
            return
        known = externals(source.flows(call.func))
        if name or any(not text.startswith(_EXTERNAL_READING) for text in known):
            raise Unconvertible("the answer is handed to code that cannot be followed", source, call)

    def _parts(self, source: Source, node: ast.expr) -> list[bool]:
        """Whether each part of an answer that an expression may be is a list; simple values do not count."""
        found: list[bool] = []
        for flow in source.flows(node):
            if not isinstance(flow, ResponseFlow) or flow.call not in self._answers:
                continue
            answer = self._answers[flow.call]
            part = self._shapes.part(answer.operation, answer.library, flow.path)
            if part is not None and not self._shapes.is_leaf(part):
                found.append(part.is_list)
        return found

    def _is_object(self, source: Source, node: ast.expr) -> bool:
        return bool(self._parts(source, node))

    def _is_list(self, source: Source, node: ast.expr) -> bool:
        held = any(isinstance(flow, ContainerFlow) for flow in source.flows(node))
        return held or all(self._parts(source, node))


def _names_builtins(node: ast.expr) -> bool:
    items = node.elts if isinstance(node, ast.Tuple) else [node]
    return all(
        isinstance(i, ast.Name) and i.id in {"list", "tuple", "dict", "str", "int", "type"} for i in items
    )
