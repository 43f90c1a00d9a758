"""What LibCST alone takes for the Python files of a directory: one parse and one visit of each, in one process."""

import sys
from pathlib import Path

import libcst


class Visitor(libcst.CSTVisitor):
    """Looks at the calls, as any codemod would."""

    calls = 0

    def visit_Call(self, node: libcst.Call) -> None:  # noqa: ARG002, N802
        self.calls += 1


visitor = Visitor()
for path in sorted(Path(sys.argv[1]).rglob("*.py")):
    libcst.parse_module(path.read_bytes()).visit(visitor)
print(visitor.calls)
