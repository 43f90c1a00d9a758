"""SOAP fault codes that a program decides by in other places than the handler of the fault."""

import ast
import re
from collections.abc import Collection, Iterator

from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import Source

REST_CODES = {
    "10001": "611", "20011": "611", "20012": "609", "20013": "603", "20014": "601", "20015": "607", "20016": "602",
    "20017": "1002", "20019": "610", "20023": "606", "20024": "615", "20101": "1002", "20102": "1011", "20103": "1004",
    "20104": "1003", "20105": "1006", "20109": "1002", "20110": "1003", "20111": "1013", "20113": "1013",
    "20114": "1003",
}  # fmt: skip
"""SOAP fault codes and the REST error that stands for each (Adobe's two lists of error codes)."""
SOAP_CODES = frozenset(REST_CODES) | {"20022", "20106", "20107", "20108", "20122", "20123"}
"""All SOAP fault codes that Adobe lists."""

CODE = re.compile(r"\b(10001|20\d{3})\b")
_SEARCHING = frozenset(
    {"startswith", "find", "index", "search", "match", "fullmatch", "compile", "split", "endswith"}
)
_COUNTING = frozenset({"count", "get"})
_MADE = frozenset({"frozenset", "set", "tuple", "list"})
_UNKNOWN = (
    "the code or the text of a fault goes on from its handler, and fault code {code} stands here: "
    "REST has other codes, and how it is compared with the fault is not known"
)


class RemainingCodes:
    """The constants that are fault codes still after the handlers are converted."""

    def __init__(self, program: Program, left_out: Collection[ast.AST]) -> None:
        """`left_out`: handlers that stay with SOAP."""
        self._program = program
        self._left_out = left_out
        self._found = [
            (source, node)
            for source in program.sources.values()
            for node in source.of(ast.Constant)
            if self._counts(source, node)
        ]

    def __bool__(self) -> bool:
        return bool(self._found)

    def refuse(self) -> None:
        """Raise `Unconvertible` for the first one."""
        source, node = self._found[0]
        raise _unknown(source, node)

    def convert(self, *, numbers: bool) -> None:
        """Put REST's codes in their places; raises `Unconvertible` where one is used otherwise than compared.

        `numbers`: a code is seen to become a number; without that, a number may count anything.
        """
        for source, node in self._found:
            if isinstance(node.value, int) and not numbers:
                raise _unknown(source, node)
            if str(node.value) in SOAP_CODES - REST_CODES.keys():
                raise Unconvertible(f"fault code {node.value!s} has no counterpart in REST", source, node)
            if not self._is_compared(source, node):
                raise _unknown(source, node)
        for source, node in self._found:
            _check_distinct(source, node)
            rest = REST_CODES[str(node.value)]
            text = rest if isinstance(node.value, int) else source.literal(rest)
            source.replace(node, lambda text=text: text)  # type: ignore[misc]

    def _counts(self, source: Source, node: ast.Constant) -> bool:
        match node.value:
            case bool():
                return False
            case int() as number:
                known = str(number) in SOAP_CODES and "int" in source.words
            case str() as text:
                found = CODE.search(text)
                known = text in SOAP_CODES or (
                    found is not None and found[1] in SOAP_CODES and _is_searched_for(source, node)
                )
            case _:
                return False
        if not known:
            return False
        around = [node, *source.ancestors(node)]
        if any(source.is_replaced(outer) or outer in self._left_out for outer in around):
            return False
        name = _kept_in(source, node)
        return name is None or any(True for _ in self._reads(name))

    def _reads(self, name: str) -> Iterator[tuple[Source, ast.expr]]:
        """The reads of a constant by its name that are not converted."""
        for source in self._program.sources.values():
            for read in source.reads.get(name, ()):
                around = [read, *source.ancestors(read)]
                if not any(source.is_replaced(outer) or outer in self._left_out for outer in around):
                    yield source, read

    def _is_compared(self, source: Source, node: ast.expr, *, deep: bool = False) -> bool:
        """Whether a fault code is only held against codes: `==`, `in`, a key, a pattern of `match`."""
        if isinstance(node, ast.Constant) and str(node.value) not in SOAP_CODES:
            return False
        parent = source.parent(node)
        match parent:
            case ast.Compare(left=left, ops=[op]):
                if isinstance(op, ast.Eq | ast.NotEq):
                    return True
                return isinstance(op, ast.In | ast.NotIn) and left is not node
            case ast.MatchValue():
                return True
            case ast.Dict(keys=keys):
                return node in keys
            case ast.Subscript(slice=index):
                return index is node
            case ast.Tuple() | ast.List() | ast.Set():
                return self._is_compared(source, parent, deep=deep)
            case ast.Call(func=ast.Name(id=made), args=[only]) if made in _MADE and only is node:
                return self._is_compared(source, parent, deep=deep)
            case ast.Call(func=ast.Attribute(attr=name), args=[first, *_]):
                return name in _COUNTING and first is node
            case ast.Assign() | ast.AnnAssign() if not deep:
                kept = _kept_in(source, node)
                return kept is not None and all(
                    self._is_compared(at, read, deep=True) for at, read in self._reads(kept)
                )
            case _:
                return False


def _unknown(source: Source, node: ast.Constant) -> Unconvertible:
    found = CODE.search(str(node.value))
    return Unconvertible(_UNKNOWN.format(code=found[1] if found else node.value), source, node)


def _is_searched_for(source: Source, node: ast.expr) -> bool:
    """Whether a text is looked for in another one."""
    parent = source.parent(node)
    if isinstance(parent, ast.Tuple):
        parent = source.parent(parent)
    match parent:
        case ast.Compare():
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _SEARCHING
        case _:
            return False


def _kept_in(source: Source, node: ast.expr) -> str | None:
    """The one name that a constant, or a collection with it, is kept in."""
    inner: ast.AST = node
    for outer in source.ancestors(node):
        match outer:
            case ast.Tuple() | ast.List() | ast.Set():
                inner = outer
            case ast.Call(func=ast.Name(id=made)) if made in _MADE:
                inner = outer
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is inner:
                return name
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is inner:
                return name
            case _:
                return None
    return None


def _check_distinct(source: Source, node: ast.Constant) -> None:
    """Raise `Unconvertible` where two codes that are told apart are the same in REST."""
    parent = source.parent(node)
    beside: list[object] = []
    match parent:
        case ast.Dict(keys=keys):
            beside = [k.value for k in keys if isinstance(k, ast.Constant)]
        case ast.MatchValue():
            match = next(outer for outer in source.ancestors(node) if isinstance(outer, ast.Match))
            cases = [case.pattern for case in match.cases]
            patterns = [inner for pattern in cases for inner in walk(pattern)]
            beside = [
                p.value.value
                for p in patterns
                if isinstance(p, ast.MatchValue) and isinstance(p.value, ast.Constant)
            ]
    same = [other for other in beside if REST_CODES.get(str(other)) == REST_CODES[str(node.value)]]
    if len(same) > 1:
        raise Unconvertible(
            f"the fault codes {same[0]} and {same[1]} are told apart, and REST has one code for both",
            source,
            node,
        )
