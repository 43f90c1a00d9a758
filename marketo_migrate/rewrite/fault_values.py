"""Follows what a handler makes of a fault: whether people read it, code takes it apart, or it goes further.

REST has other codes and other texts for the same failures. A log may tell of them as they are, but code that
looks for SOAP's codes or words in them never finds any.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto

from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import Source

Use = tuple[Source, ast.Name]

_CODE = re.compile(r"\b(10001|200(?:1[1-9]|2[2-4])|201(?:0\d|1[0-5]))\b")
LOGS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "write", "echo", "exit"}
)
_SHOWS = frozenset({"print", "exit", "SystemExit", "isinstance", "type", "hasattr", "bool", "id"})
_TEXTS = frozenset({"str", "repr", "int", "unicode"})
_SEARCHES = frozenset({"match", "search", "fullmatch", "findall", "finditer", "split", "sub"})
_SAME = frozenset({"strip", "rstrip", "lstrip", "encode", "decode", "find", "findtext", "replace"})
_PARTS = frozenset({"faultstring", "serviceException"})


class Fate(Enum):
    """What becomes of a part of a fault."""

    SHOWN = auto()
    TAKEN_APART = auto()
    HANDED_ON = auto()


class FaultValues:
    """Makes sure that nothing in the program still looks for what SOAP's faults say."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._handed: list[Use] = []

    def look_at(self, source: Source, uses: Iterable[ast.Name]) -> None:
        """Note uses of a fault, or of its code or text, that stay; `Unconvertible` where one takes it apart."""
        for use in uses:
            fates = set(_fates(source, use, set()))
            apart = next((node for fate, node in fates if fate is Fate.TAKEN_APART), None)
            if apart is not None:
                raise Unconvertible(
                    "the program decides by what a fault says, and REST says something else", source, apart
                )
            if any(fate is Fate.HANDED_ON for fate, _ in fates):
                self._handed.append((source, use))

    def check(self, staying: Iterable[tuple[Source, ast.ExceptHandler]]) -> None:
        """Make sure that nothing looks for SOAP's codes or parts in faults that left their handlers.

        `staying` are the handlers of calls that stay with SOAP.
        """
        if not self._handed:
            return
        kept = {id(node) for _, handler in staying for node in walk(handler)}
        for source in self._program.sources.values():
            for node in source.nodes:
                if id(node) in kept or any(source.is_replaced(n) for n in (node, *source.ancestors(node))):
                    continue
                if _is_part(source, node):
                    raise Unconvertible(
                        "a fault is handed on, and its parts are read elsewhere in the program", source, node
                    )
                code = self._code(source, node)
                if code is not None:
                    raise Unconvertible(
                        f"what a fault says leaves its handler, and the program looks for fault code {code} "
                        "elsewhere: REST has other codes",
                        source,
                        node,
                    )

    def _code(self, source: Source, node: ast.AST) -> str | None:
        """The fault code in a constant that something may be compared with."""
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str | int):
            return None
        found = _CODE.search(str(node.value))
        if found is None or isinstance(source.parent(node), ast.Expr):
            return None
        if all(fate is Fate.SHOWN for fate, _ in _fates(source, node, set())):
            return None
        return None if self._is_done_with(source, node) else found[1]

    def _is_done_with(self, source: Source, node: ast.AST) -> bool:
        """Whether a constant is the value, or in the value, of a name that only converted comparisons read."""
        match source.statement(node):
            case ast.Assign(targets=[ast.Name(id=name)]):
                pass
            case _:
                return False
        reads = [(s, read) for s in self._program.sources.values() for read in s.reads.get(name, ())]
        return bool(reads) and all(
            any(s.is_replaced(outer) for outer in (read, *s.ancestors(read))) for s, read in reads
        )


def shows(call: ast.Call) -> bool:
    """Whether a call prints or logs something."""
    match call.func:
        case ast.Name(id=name):
            return name in ("print", "exit")
        case ast.Attribute(attr=name):
            return name in LOGS
    return False


def _fates(source: Source, node: ast.expr, seen: set[str]) -> Iterator[tuple[Fate, ast.AST]]:
    """What becomes of a value, through the variables that hold it too."""
    inner: ast.AST = node
    for outer in source.ancestors(node):
        if source.is_replaced(outer) and isinstance(outer, ast.Compare):
            yield Fate.SHOWN, outer
            return
        match outer:
            case ast.Attribute():
                called = source.parent(outer)
                if isinstance(called, ast.Call) and called.func is outer and outer.attr not in _SAME:
                    yield Fate.TAKEN_APART, outer
                    return
            case ast.Call(func=function) if function is inner:
                pass
            case ast.Call(func=ast.Name(id=name)) if name in _TEXTS:
                pass
            case ast.Call(func=ast.Name(id=name)) if name in _SHOWS:
                yield Fate.SHOWN, outer
                return
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name)) if name in _SEARCHES:
                yield Fate.TAKEN_APART, outer
                return
            case ast.Call(func=ast.Attribute(attr=name)) if name in LOGS:
                yield Fate.SHOWN, outer
                return
            case ast.Call(func=ast.Attribute(attr="format")):
                pass
            case ast.BinOp(op=ast.Mod() | ast.Add()) | ast.FormattedValue() | ast.JoinedStr() | ast.Tuple():
                pass
            case ast.BoolOp():
                pass
            case ast.IfExp(test=test) if test is not inner:
                pass
            case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
                yield Fate.SHOWN, outer
                return
            case ast.Compare() | ast.Match() | ast.BinOp():
                yield Fate.TAKEN_APART, outer
                return
            case ast.Subscript(value=value) if value is inner:
                yield Fate.TAKEN_APART, outer
                return
            case ast.If() | ast.While() | ast.IfExp() | ast.UnaryOp() | ast.Raise() | ast.Expr():
                yield Fate.SHOWN, outer
                return
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.NamedExpr(target=ast.Name(id=name)):
                yield from _fates_of_name(source, outer, name, seen)
                return
            case _:
                yield Fate.HANDED_ON, outer
                return
        inner = outer


def _fates_of_name(
    source: Source, binding: ast.AST, name: str, seen: set[str]
) -> Iterator[tuple[Fate, ast.AST]]:
    if name in seen:
        return
    scope = source.scope(binding)
    if scope is source.tree:
        yield Fate.HANDED_ON, binding
    reads = [r for r in source.reads.get(name, ()) if isinstance(r, ast.Name) and source.scope(r) is scope]
    for read in reads:
        yield from _fates(source, read, {*seen, name})


def _is_part(source: Source, node: ast.AST) -> bool:
    """`fault.faultstring`, `detail.serviceException`, `error.detail.find(…)`."""
    match node:
        case ast.Attribute(attr="find" | "findtext", value=ast.Attribute(attr="detail")):
            return True
        case ast.Attribute(attr=name, ctx=ast.Load()):
            return name in _PARTS
    return False
