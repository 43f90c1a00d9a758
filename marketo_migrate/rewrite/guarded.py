"""Imports of the SOAP library in a `try` that allows for its absence: the REST client's take their place.

So do those that are only made for a type checker. What stands in for a missing name, and the questions whether
the library is there (`if Client is None`), are about the REST client then.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from marketo_migrate.rewrite.clients import CLIENT_TYPES
from marketo_migrate.rewrite.exception_classes import FAULTS
from marketo_migrate.rewrite.handlers import names_of
from marketo_migrate.rewrite.insertions import Insertions
from marketo_migrate.rewrite.nodes import bound_by, walk
from marketo_migrate.rewrite.program import Program, dotted_names
from marketo_migrate.rewrite.reads import names_in
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.targets import Target, import_lines, is_soap_library, is_stdlib
from marketo_migrate.rewrite.unused import Unused

_CATCHING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_DISTRIBUTION = re.compile(r"\b(?:suds(?:[-_](?:community|jurko|py3))?|zeep)\b")
_SEARCHING = frozenset({"find_spec", "find_loader", "importorskip"})
_ASKED = "whether the SOAP library is there is asked in a way that cannot be followed"


@dataclass(slots=True)
class _Guard:
    """A `try` around imports of the SOAP library; `names` are what they bind, `flags` what else it binds.

    Or an `if TYPE_CHECKING` around them.
    """

    source: Source
    node: ast.Try | ast.If
    imports: list[ast.Import | ast.ImportFrom]
    names: set[str]
    flags: set[str] = field(default_factory=set)
    fallbacks: list[tuple[ast.stmt, list[ast.Name]]] = field(default_factory=list)

    def kept(self) -> set[int]:
        """The ids of the nodes that must outlast the search for what is unused."""
        found = {id(alias) for statement in self.imports for alias in statement.names}
        return found | {id(statement) for statement, _ in self.fallbacks}


class Guards:
    """Finds such imports, and converts them when all else is converted."""

    def __init__(
        self,
        program: Program,
        target: Target,
        unused: Unused,
        insertions: Insertions,
        making: frozenset[str],
    ) -> None:
        """`making` are the paths of the modules that make clients."""
        self._making = making
        self._insertions = insertions
        self._program = program
        self._target = target
        self._unused = unused
        self._guards: list[_Guard] = []

    def find(self) -> None:
        """Note the guarded imports, and keep them for now."""
        for source in self._program.sources.values():
            for node in source.nodes:
                if isinstance(node, ast.Try | ast.If):
                    guard = _guard(source, node) if isinstance(node, ast.Try) else _for_checker(source, node)
                    if guard is not None:
                        self._guards.append(guard)
                        self._unused.keep(guard.kept())

    def convert(self) -> bool:
        """Convert those whose names only the SOAP client needed; whether there were any guarded imports.

        Raises `Unconvertible` where it would be asked for the SOAP library without need.
        """
        for guard in self._guards:
            self._unused.release(guard.kept())
        self._guards = [guard for guard in self._guards if self._unused.is_alive(guard.source, guard.node)]
        for source in self._program.sources.values():
            guards = [guard for guard in self._guards if guard.source is source]
            asked = [node for node in self._reads(source, guards) if _is_question(source, node)]
            if any(not _is_question(source, node) for node in self._reads(source, guards)):
                continue
            self._searches(source)
            for guard in guards:
                self._convert(guard, [node for node in asked if node.id in guard.names])
            for node in asked:
                if not source.is_replaced(node):
                    raise Unconvertible(_ASKED, source, node)
        return bool(self._guards)

    def _reads(self, source: Source, guards: list[_Guard]) -> list[ast.Name]:
        """Where names of the SOAP library are still read in a module, but for the fallbacks."""
        inside = {
            id(node) for guard in guards for statement, _ in guard.fallbacks for node in walk(statement)
        }
        return [
            node
            for node in source.of(ast.Name)
            if isinstance(node.ctx, ast.Load)
            and any(is_soap_library(name) for name in dotted_names(source, node))
            and id(node) not in inside
            and self._unused.is_alive(source, node)
        ]

    def _searches(self, source: Source) -> None:
        """`find_spec("zeep")` looks for what is needed now."""
        for node in source.nodes:
            match node:
                case ast.Call(func=function, args=[ast.Constant(value="zeep" | "suds") as name, *_]) if (
                    getattr(function, "attr", getattr(function, "id", "")) in _SEARCHING
                    and self._unused.is_alive(source, node)
                ):
                    source.replace(name, lambda: source.literal(self._target.distribution))

    # --- one of them ------------------------------------------------------------------------

    def _convert(self, guard: _Guard, asked: list[ast.Name]) -> None:
        source = guard.source
        taken = self._take(guard)
        lines = [line for _, line in sorted(import_lines(source, taken).items())]
        if not lines:
            if asked or guard.flags:
                raise Unconvertible(_ASKED, source, guard.node)
            for statement in (*guard.imports, *(statement for statement, _ in guard.fallbacks)):
                self._unused.delete(source, statement)
            return
        first, *others = guard.imports
        indent = source.indent(first)
        text = (source.newline + indent).join(lines)
        source.replace(first, lambda: text)
        self._unused.keep({id(alias) for alias in first.names})
        for statement in others:
            self._unused.delete(source, statement)
        new = _NewNames(self._target, source, taken)
        for node in asked:
            name = new.of(source, node)
            source.replace(node, lambda name=name: name)  # type: ignore[misc]
        self._fallbacks(guard, new)
        self._messages(guard, asked)

    def _take(self, guard: _Guard) -> dict[str, set[str]]:
        """The imports that the guarded ones become; the module needs them nowhere else then."""
        source = guard.source
        wanted = self._target.wanted(source.path)
        if isinstance(guard.node, ast.If):
            return self._take_type(source, wanted)
        function = source.function(guard.node)
        outside = self._named_outside(source, function) if function is not None else frozenset[str]()
        taken: dict[str, set[str]] = {}
        for module, names in wanted.items():
            found = {name for name in names if _bound(module, name) not in outside}
            if found and not is_stdlib(module):
                taken[module] = found
        self._target.place(source.path, taken)
        return taken

    def _take_type(self, source: Source, wanted: dict[str, set[str]]) -> dict[str, set[str]]:
        """The import of the client's class, where a module names it in annotations only."""
        client = self._target.client_in(source)
        if client is None or source.path in self._making:
            return {}
        taken = {
            module: found
            for module, names in wanted.items()
            if (found := {name for name in names if _bound(module, name) == client})
        }
        self._target.place(source.path, taken)
        return taken

    def _named_outside(self, source: Source, function: ast.AST) -> frozenset[str]:
        """The names in the new text of a module outside of a function."""
        start, end = source.span(function)
        found: set[str] = set()
        for text in (*source.texts_outside(start, end), *self._insertions.helpers_need(source)):
            found |= names_in(text, attributes=False)
        return frozenset(found)

    def _fallbacks(self, guard: _Guard, new: "_NewNames") -> None:
        """`Client = None` for the case of a missing library names the REST client's class."""
        source = guard.source
        done: set[str] = set()
        for statement, targets in guard.fallbacks:
            names = [new.known(name) for name in _names_of_fallback(statement, targets)]
            if all(name is None or name in done for name in names):
                self._unused.delete(source, statement)
                continue
            self._unused.keep({id(statement)})
            done |= {name for name in names if name is not None}
            name = next(name for name in names if name is not None)
            if isinstance(statement, ast.ClassDef):
                start = source.text.index(statement.name, source.span(statement)[0] + len("class"))
                source.replace_span(start, start + len(statement.name), lambda name=name: name)  # type: ignore[misc]
                continue
            last = targets[-1]
            bound = " = ".join(dict.fromkeys(name for name in names if name is not None))
            source.replace_span(source.span(targets[0])[0], source.span(last)[1], lambda bound=bound: bound)  # type: ignore[misc]

    def _messages(self, guard: _Guard, asked: list[ast.Name]) -> None:
        """`"suds is not installed"` names what is to be installed now."""
        source = guard.source
        handlers = guard.node.handlers if isinstance(guard.node, ast.Try) else []
        blocks: list[ast.stmt] = [s for handler in handlers for s in handler.body]
        for name in source.of(ast.Name):
            if not isinstance(name.ctx, ast.Load):
                continue
            if name in asked or (name.id in guard.flags and source.scope(guard.node) is source.tree):
                outer = source.statement(name)
                if isinstance(outer, ast.If) and any(name is n for n in walk(outer.test)):
                    blocks += (*outer.body, *outer.orelse)
                elif isinstance(outer, ast.Assert):
                    blocks.append(outer)
        for block in blocks:
            if not isinstance(block, ast.Raise | ast.Expr | ast.Assert):
                continue
            for node in walk(block):
                match node:
                    case ast.Constant(value=str() as text) if " " in text and _DISTRIBUTION.search(text):
                        if isinstance(source.parent(node), ast.JoinedStr):
                            continue
                        told = _DISTRIBUTION.sub(self._target.distribution, source.original(node))
                        source.replace(node, lambda told=told: told)  # type: ignore[misc]


class _NewNames:
    """The names that a module's guarded imports bind now."""

    def __init__(self, target: Target, source: Source, taken: dict[str, set[str]]) -> None:
        bound = {_bound(module, name) for module, names in taken.items() for name in names}
        wanted = (target.client_in(source), target.exception_in(source))
        self._client, self._exception = (name if name in bound else None for name in wanted)
        self._any = self._client or self._exception or min(bound)
        self._source = source
        self._meant: dict[str, str | None] = {}
        for node in source.nodes:
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self._note(bound_by(alias), f"{node.module}.{alias.name}")
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if is_soap_library(alias.name):
                        self._meant[bound_by(alias)] = self._any

    def _note(self, name: str, dotted: str) -> None:
        if dotted in CLIENT_TYPES:
            self._meant[name] = self._client
        elif dotted in FAULTS:
            self._meant[name] = self._exception

    def known(self, name: str) -> str | None:
        """The new name for what an old one means, if the module has one."""
        return self._meant.get(name)

    def of(self, source: Source, node: ast.Name) -> str:
        """The new name in a question whether the library is there."""
        return self._meant.get(node.id) or self._any


def _guard(source: Source, node: ast.Try) -> _Guard | None:
    """A `try` as a guarded import, if that is what it is."""
    imports = [s for s in node.body if isinstance(s, ast.Import | ast.ImportFrom) and _is_soap(s)]
    catching = [h for h in node.handlers if h.type is None or names_of(h) & _CATCHING]
    if not imports or not catching:
        return None
    inside = [s for handler in catching for s in handler.body]
    if all(isinstance(s, ast.Import | ast.ImportFrom | ast.Try | ast.Pass) for s in inside):
        # Another library, or the same under another name, takes its place.
        return None
    names = {bound_by(alias) for s in imports for alias in s.names}
    guard = _Guard(source, node, imports, names)
    for statement in inside:
        targets = _targets(statement)
        bound = {t.id for t in targets} | ({statement.name} if isinstance(statement, ast.ClassDef) else set())
        if bound & names:
            guard.fallbacks.append((statement, targets))
        else:
            guard.flags |= bound
    guard.flags |= {t.id for s in (*node.body, *node.orelse) for t in _targets(s)}
    return guard


def _for_checker(source: Source, node: ast.If) -> _Guard | None:
    """`if TYPE_CHECKING` around such imports."""
    if getattr(node.test, "attr", getattr(node.test, "id", "")) != "TYPE_CHECKING":
        return None
    imports = [s for s in node.body if isinstance(s, ast.Import | ast.ImportFrom) and _is_soap(s)]
    names = {bound_by(alias) for s in imports for alias in s.names}
    return _Guard(source, node, imports, names) if imports else None


def _is_soap(statement: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return not statement.level and is_soap_library(statement.module or "")
    return all(is_soap_library(alias.name) for alias in statement.names)


def _targets(statement: ast.stmt) -> list[ast.Name]:
    """The variables that a plain assignment sets."""
    if isinstance(statement, ast.AnnAssign):
        return [statement.target] if isinstance(statement.target, ast.Name) else []
    if not isinstance(statement, ast.Assign) or not all(isinstance(t, ast.Name) for t in statement.targets):
        return []
    return [t for t in statement.targets if isinstance(t, ast.Name)]


def _names_of_fallback(statement: ast.stmt, targets: list[ast.Name]) -> Iterator[str]:
    if isinstance(statement, ast.ClassDef):
        yield statement.name
    yield from (target.id for target in targets)


def _is_question(source: Source, node: ast.Name) -> bool:
    """Whether a name is only asked whether it is there: `X is None`, `not X`, `if X`."""
    parent = source.parent(node)
    match parent:
        case ast.Compare(left=left, comparators=[other]):
            sides = {left, other} - {node}
            return len(sides) == 1 and all(isinstance(s, ast.Constant) and s.value is None for s in sides)
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BoolOp():
            outer = source.parent(parent)
            return isinstance(outer, ast.If | ast.While | ast.UnaryOp | ast.Assert | ast.IfExp)
        case ast.If(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return test is node
        case ast.Call(func=ast.Name(id="bool"), args=[only]):
            return only is node
        case _:
            return False


def _bound(module: str, name: str) -> str:
    """The name that an import of `name` (or of the module, if empty) binds."""
    return name.rpartition(" as ")[2] if name else module.partition(".")[0]
