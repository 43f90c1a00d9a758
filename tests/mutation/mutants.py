"""Changed versions of a module: source in, mutants out, by mutmut's operators and two of our own.

mutmut's visitor leaves annotations, decorators and decorated functions alone. What it does not try is a
condition that is turned round and a statement that is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

PIECE = 100
"""Characters of a changed expression that are shown."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one file. `number` counts the changes of its file."""

    path: str
    number: int
    line: int
    before: str
    after: str
    source: str

    @property
    def name(self) -> str:
        """What `--mutant` takes."""
        return f"{self.path}#{self.number}"


class Changes:
    """All changes that can be made to a file; a changed source is put together when it is asked for."""

    def __init__(self, root: Path, path: str) -> None:
        self.path = path
        wrapper = MetadataWrapper(cst.parse_module((root / path).read_bytes()))
        visitor = MutationVisitor([*mutation_operators, *_OURS], IgnoredCode(set(), set(), set()))
        wrapper.visit(visitor)
        self._module = wrapper.module
        self._found = visitor.mutations
        places = wrapper.resolve(PositionProvider)
        self.lines = [
            places[change.original_node].start.line if change.original_node in places else 0
            for change in self._found
        ]

    def mutant(self, number: int) -> Mutant:
        """The change of that number."""
        change = self._found[number]
        changed = self._module.deep_replace(change.original_node, change.mutated_node)
        assert isinstance(changed, cst.Module)
        return Mutant(
            self.path,
            number,
            self.lines[number],
            self._shown(change.original_node),
            self._shown(change.mutated_node),
            changed.code,
        )

    def _shown(self, node: cst.CSTNode) -> str:
        text = " ".join(self._module.code_for_node(node).split())
        return text if len(text) <= PIECE else f"{text[:PIECE]}…"


def _negated(node: cst.If | cst.While | cst.CompIf) -> Iterable[cst.CSTNode]:
    if not (isinstance(node.test, cst.UnaryOperation) and isinstance(node.test.operator, cst.Not)):
        test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.with_changes(test=cst.UnaryOperation(operator=cst.Not(), expression=test))


def _left_out(node: cst.SimpleStatementLine) -> Iterable[cst.CSTNode]:
    match node.body:
        case (
            [cst.Expr(value=cst.Call() | cst.Yield())]
            | [cst.Raise()]
            | [cst.Return(value=cst.BaseExpression())]
        ):
            yield node.with_changes(body=[cst.Pass()])


_OURS = [
    (cst.If, _negated),
    (cst.While, _negated),
    (cst.CompIf, _negated),
    (cst.SimpleStatementLine, _left_out),
]
