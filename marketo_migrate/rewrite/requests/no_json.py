"""Values of types that JSON does not know, by all that flows into them and by annotations."""

import ast
import re

from marketo_migrate.model.flow import FunctionFlow, InstanceFlow
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program, dotted_names, externals
from marketo_migrate.rewrite.source import Source

_CLASSES = frozenset({"datetime.date", "datetime.datetime", "datetime.time", "decimal.Decimal", "uuid.UUID"})
_MADE = re.compile(
    r"""(decimal\.Decimal|uuid\.(UUID|uuid[1-8])|fractions\.Fraction
    |ipaddress\.ip_address
    |datetime\.(date|datetime|time)
     (\.(now|utcnow|today|fromisoformat|strptime|fromtimestamp|utcfromtimestamp|combine))?
     (\(\)\.(date|time|replace|astimezone))*)\(\)""",
    re.VERBOSE,
)


def is_no_json(program: Program, source: Source, node: ast.expr) -> bool:
    """Whether a value is, or by its annotation may be, of a class that JSON has no form for."""
    if any(_MADE.fullmatch(name) for name in externals(source.flows(node))):
        return True
    annotated = _annotation(program, source, node)
    if annotated is None:
        return False
    at, annotation = annotated
    return any(
        dotted_names(at, part) & _CLASSES
        for part in walk(annotation)
        if isinstance(part, ast.Name | ast.Attribute)
    )


def allows_none(program: Program, source: Source, node: ast.expr) -> bool:
    """Whether the annotation of a value names None among its types."""
    annotated = _annotation(program, source, node)
    return annotated is not None and any(
        (isinstance(part, ast.Constant) and part.value is None)
        or "typing.Optional"
        in (dotted_names(annotated[0], part) if isinstance(part, ast.Name | ast.Attribute) else ())
        for part in walk(annotated[1])
    )


def _annotation(program: Program, source: Source, node: ast.expr) -> tuple[Source, ast.expr] | None:
    """The annotation of a parameter, or of a field in the class of the object it is read from."""
    match node:
        case ast.Name(id=name):
            function = source.function(node)
            if function is None:
                return None
            every = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
            return next(((source, a.annotation) for a in every if a.arg == name and a.annotation), None)
        case ast.Attribute(value=value, attr=name):
            for flow in source.flows(value):
                if not isinstance(flow, InstanceFlow):
                    continue
                found = program.definition(FunctionFlow(flow.path, flow.start))
                for item in found[1].body if found is not None else ():
                    if not isinstance(item, ast.AnnAssign) or not isinstance(item.target, ast.Name):
                        continue
                    if found is not None and item.target.id == name:
                        return found[0], item.annotation
    return None
