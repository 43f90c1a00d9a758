"""Arguments of a call that only sign it: `**signed()` or `**self.signed`, which give the header and nothing else."""

import ast

from marketo_migrate.rewrite.nodes import walk_scope
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.purity import Purity
from marketo_migrate.rewrite.source import Source

HEADER = "_soapheaders"


def gives_header(program: Program, purity: Purity, source: Source, node: ast.expr) -> bool:
    """Whether what a call unpacks is made by a function or property that gives the header, and does nothing else."""
    if not isinstance(node, ast.Call | ast.Attribute) or not purity.expression(source, node):
        return False
    found = (
        program.property_at(source, node) if isinstance(node, ast.Attribute) else program.called(source, node)
    )
    if found is None or isinstance(found[1], ast.ClassDef):
        return False
    returned = [part for part in walk_scope(found[1]) if isinstance(part, ast.Return)]
    return bool(returned) and all(_is_header(part.value) for part in returned)


def _is_header(node: ast.expr | None) -> bool:
    match node:
        case ast.Dict(keys=[ast.Constant(value=name)]):
            return name == HEADER
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=[ast.keyword(arg=name)]):
            return name == HEADER
    return False
