"""One module that is rewritten: its syntax tree with exact offsets, and edits that leave all else as it is."""

import ast
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeAlias, TypeVar, overload

from marketo_migrate.model.flow import ContainerFlow, Flow, Place, ResponseFlow
from marketo_migrate.model.record import record
from marketo_migrate.rewrite.nodes import bound_by, children, walk
from marketo_migrate.rewrite.nodes import walk_scope as walk_scope  # noqa: PLC0414 - part of what a source is

Make: TypeAlias = Callable[[], str]
ScopeNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.Module
FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

_A = TypeVar("_A", bound=ast.AST)
_B = TypeVar("_B", bound=ast.AST)
_C = TypeVar("_C", bound=ast.AST)
_LINE_END = re.compile(r"\r\n|\r|\n")
_WORD = re.compile(r"[^\W\d]\w*")


class EditConflictError(Exception):
    """Two edits overlap in part: the rewrite of this module cannot be trusted."""


@record
class _Edit:
    start: int
    end: int
    order: int
    make: Make


class Source:
    """A module's text and tree. Edits are kept by place; the text is made when all of them are known.

    `leaving` are the ids of nodes that are sure to go, whatever they hold.

    Raises `SyntaxError` or `ValueError` where the running Python cannot parse the text.
    """

    def __init__(self, path: str, text: str, flows: dict[Place, tuple[Flow, ...]]) -> None:
        self.path = path
        self.text = text
        self.tree = ast.parse(text)
        self.flows_by_place = flows
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        self._ascii = text.isascii()
        self._parents: dict[ast.AST, ast.AST] = {}
        self._edits: dict[tuple[int, int], list[_Edit]] = {}
        self._count = 0
        self._outdented: list[tuple[int, int, str, str]] = []
        self.leaving: set[int] = set()
        self._comments: list[tuple[int, str]] | None = None
        self._spans: dict[ast.AST, tuple[int, int]] = {}
        self._flows: dict[ast.AST, tuple[Flow, ...]] = {}
        self.nodes = walk(self.tree)
        self._by_kind: dict[tuple[type[ast.AST], ...], tuple[ast.AST, ...]] = {}
        for node in self.nodes:
            for child in children(node):
                self._parents[child] = node

    @overload
    def of(self, kind: type[_A], /) -> tuple[_A, ...]: ...

    @overload
    def of(self, kind: type[_A], other: type[_B], /) -> tuple[_A | _B, ...]: ...

    @overload
    def of(self, kind: type[_A], other: type[_B], third: type[_C], /) -> tuple[_A | _B | _C, ...]: ...

    @overload
    def of(self, *kinds: type[_A]) -> tuple[_A, ...]: ...

    def of(self, *kinds: type[ast.AST]) -> tuple[ast.AST, ...]:
        """The nodes of these kinds, in the order of `nodes`."""
        found = self._by_kind.get(kinds)
        if found is None:
            found = self._by_kind[kinds] = tuple(node for node in self.nodes if isinstance(node, kinds))
        return found

    # --- places -----------------------------------------------------------------------------

    def span(self, node: ast.AST) -> tuple[int, int]:
        """The (start, end) offsets of a node."""
        known = self._spans.get(node)
        if known is None:
            known = self._spans[node] = self._span(node)
        return known

    def _span(self, node: ast.AST) -> tuple[int, int]:
        lineno, end_lineno = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        start = self._offset(lineno, getattr(node, "col_offset", 0))
        return start, self._offset(end_lineno, getattr(node, "end_col_offset", 0))

    def _offset(self, line: int, column: int) -> int:
        start = self._starts[line - 1]
        if self._ascii:
            return start + column
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        return start + len(self.text[start:end].encode("utf-8")[:column].decode("utf-8"))

    def line_of(self, offset: int) -> int:
        """The line an offset is in, from 1."""
        return bisect_right(self._starts, offset)

    def line_start(self, line: int) -> int:
        """The offset at which a line begins; behind the last line, the end of the text."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def line_text(self, line: int) -> str:
        """A line without its end."""
        return self.text[self.line_start(line) : self.line_start(line + 1)].rstrip("\r\n")

    @property
    def line_count(self) -> int:
        """How many lines the text has, a last empty one included."""
        return len(self._starts)

    def place(self, node: ast.AST) -> Place:
        """The place of a node."""
        return (self.path, *self.span(node))

    def flows(self, node: ast.AST) -> tuple[Flow, ...]:
        """What resolution saw at an expression."""
        found = self._flows.get(node)
        if found is None:
            inner = node
            while isinstance(inner, ast.Await | ast.Starred):
                inner = inner.value
            found = self._flows[node] = self.flows_by_place.get(self.place(inner), ())
        return found

    @cached_property
    def answers(self) -> tuple[ast.expr, ...]:
        """The expressions, but for targets, that may be answers of SOAP calls, or containers with such in them."""
        return tuple(
            node
            for node in self.of(ast.expr)
            if not isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
            and any(isinstance(flow, ResponseFlow | ContainerFlow) for flow in self.flows(node))
        )

    @cached_property
    def mentions(self) -> dict[str, list[ast.Name | ast.Attribute]]:
        """The variables and attributes that are read, bound or deleted, by name."""
        found: dict[str, list[ast.Name | ast.Attribute]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Name):
                found.setdefault(node.id, []).append(node)
            elif isinstance(node, ast.Attribute):
                found.setdefault(node.attr, []).append(node)
        return found

    @cached_property
    def reads(self) -> dict[str, list[ast.Name | ast.Attribute]]:
        """The variables and attributes that are read, by name."""
        every = (
            (name, [node for node in nodes if isinstance(node.ctx, ast.Load)])
            for name, nodes in self.mentions.items()
        )
        return {name: nodes for name, nodes in every if nodes}

    def original(self, node: ast.AST) -> str:
        """The text of a node as it stands in the file."""
        start, end = self.span(node)
        return self.text[start:end]

    # --- surroundings -----------------------------------------------------------------------

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around a node."""
        return self._parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, nearest first."""
        current = self._parents.get(node)
        while current is not None:
            yield current
            current = self._parents.get(current)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The statement an expression stands in (the node itself if it is one)."""
        if isinstance(node, ast.stmt):
            return node
        return next(a for a in self.ancestors(node) if isinstance(a, ast.stmt))

    def function(self, node: ast.AST) -> FunctionNode | None:
        """The function around a node, not counting lambdas."""
        return next((a for a in self.ancestors(node) if isinstance(a, FunctionNode)), None)

    def scope(self, node: ast.AST) -> ScopeNode:
        """The function, lambda, class or module in which a name at this node is bound."""
        return next((a for a in self.ancestors(node) if isinstance(a, ScopeNode)), self.tree)

    def is_annotation(self, node: ast.AST) -> bool:
        """Whether an expression is a type annotation, or a part of one."""
        inner = node
        for outer in self.ancestors(node):
            match outer:
                case ast.arg():
                    return True
                case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
                    return returns is inner
                case ast.AnnAssign(annotation=annotation):
                    return annotation is inner
                case ast.Call(func=function, args=[first, *_]) if first is inner:
                    return getattr(function, "attr", getattr(function, "id", "")) == "cast"
                case ast.stmt():
                    return False
            inner = outer
        return False

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """The list of statements a statement is in."""
        parent = self._parents[statement]
        for name in ("body", "orelse", "finalbody", "handlers"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and statement in block:
                return block
        raise ValueError("a statement that is in no block")

    def indent(self, statement: ast.stmt) -> str:
        """The blanks before a statement."""
        line = self.line_text(statement.lineno)
        found = line[: len(line) - len(line.lstrip())]
        for first, last, outer, inner in self._outdented:
            if first <= statement.lineno <= last and found.startswith(inner):
                found = outer + found[len(inner) :]
        return found

    def outdent(self, first: int, last: int, outer: str) -> None:
        """Move lines out to another indentation; what is in texts of several lines stays."""
        inner = self.line_text(first)[: len(self.line_text(first)) - len(self.line_text(first).lstrip())]
        texts = [
            range(n.lineno + 1, (n.end_lineno or n.lineno) + 1)
            for n in self.nodes
            if isinstance(n, ast.JoinedStr) or (isinstance(n, ast.Constant) and isinstance(n.value, str))
        ]
        for line in range(first, last + 1):
            if self.line_text(line).startswith(inner) and not any(line in text for text in texts):
                start = self.line_start(line)
                self.replace_span(start, start + len(inner), lambda: outer)
        self._outdented.append((first, last, outer, inner))

    def is_outdented(self, statement: ast.stmt) -> bool:
        """Whether lines of a statement are moved out already."""
        return any(
            first <= (statement.end_lineno or statement.lineno) and statement.lineno <= last
            for first, last, *_ in self._outdented
        )

    def comments_in(self, node: ast.AST) -> list[str]:
        """The comments between the first and the last character of a node, in order."""
        start, end = self.span(node)
        if self._comments is None:
            self._comments = []
            try:
                for token in tokenize.generate_tokens(io.StringIO(self.text, newline="").readline):
                    if token.type == tokenize.COMMENT:
                        at = self._starts[token.start[0] - 1] + token.start[1]
                        self._comments.append((at, token.string.rstrip()))
            except (tokenize.TokenError, SyntaxError, IndexError):
                self._comments = []
        return [text for at, text in self._comments if start <= at < end]

    @property
    def newline(self) -> str:
        """The line ending of the file."""
        match = _LINE_END.search(self.text)
        return match[0] if match else "\n"

    @cached_property
    def indent_unit(self) -> str:
        """What one level of indentation is in this file."""
        for node in self.nodes:
            body = getattr(node, "body", None)
            if isinstance(node, ast.stmt) and isinstance(body, list) and body:
                inner, outer = self.indent(body[0]), self.indent(node)
                if inner.startswith(outer) and len(inner) > len(outer) and body[0].lineno != node.lineno:
                    return inner[len(outer) :]
        return "    "

    @cached_property
    def quote(self) -> str:
        """The quotes this file mostly uses."""
        single = double = 0
        for node in self.of(ast.Constant):
            if isinstance(node.value, str):
                offset = self.span(node)[0]
                start = self.text[offset : offset + 3].lstrip("rRbBuUfF")
                single += start.startswith("'")
                double += start.startswith('"') and not start.startswith('"""')
        return "'" if single > double else '"'

    def literal(self, text: str) -> str:
        """A text as a string literal in this file's quotes."""
        double = '"' + repr("'" + text)[2:-1].replace('"', '\\"').replace('\\\\"', '\\"') + '"'
        plain = all(c.isprintable() and c not in "\\'\"" for c in text)
        if plain:
            return f"{self.quote}{text}{self.quote}"
        return repr(text) if "'" not in text or '"' in text else double

    @cached_property
    def words(self) -> frozenset[str]:
        """Every name the text mentions, in strings and comments too."""
        return frozenset(_WORD.findall(self.text))

    @cached_property
    def displays(self) -> dict[int, list[ast.Tuple | ast.List | ast.Set]]:
        """The tuples, lists and sets that are not empty, by where they begin: tuples behind their parenthesis."""
        found: dict[int, list[ast.Tuple | ast.List | ast.Set]] = {}
        for node in self.of(ast.Tuple, ast.List, ast.Set):
            if node.elts:
                first = node.elts[0] if isinstance(node, ast.Tuple) else node
                found.setdefault(self.span(first)[0], []).append(node)
        return found

    @cached_property
    def imported_names(self) -> dict[str, str]:
        """The names that imports bind, anywhere in the module, and the dotted names of what they mean."""
        found: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.partition(".")[0]
                    found[alias.asname or first] = alias.name if alias.asname else first
            elif isinstance(node, ast.ImportFrom):
                prefix = "." * node.level + (f"{node.module}." if node.module else "")
                found.update((bound_by(alias), prefix + alias.name) for alias in node.names)
        return found

    @cached_property
    def absolute_imports(self) -> tuple[str, ...]:
        """The dotted names that may be modules, as absolute imports name them."""
        names: list[str] = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                names += (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.append(node.module)
                names += (f"{node.module}.{alias.name}" for alias in node.names)
        return tuple(names)

    # --- edits ------------------------------------------------------------------------------

    def reset(self) -> None:
        """Forget all edits."""
        self._edits = {}
        self._outdented = []
        self._count = 0

    def replace(self, node: ast.AST, make: Make) -> None:
        """Put another text in place of a node; `make` runs when the text is made."""
        outer = self._quotes_around(node)
        if outer is None:
            self.replace_span(*self.span(node), make)
        else:
            self.replace_span(*self.span(node), lambda: other_quotes(make(), outer))

    def _quotes_around(self, node: ast.AST) -> str | None:
        """The quote of the f-string an expression stands in; before Python 3.12 it may not be used inside."""
        for outer in self.ancestors(node):
            if isinstance(outer, ast.JoinedStr):
                offset = self.span(outer)[0]
                return self.text[offset : offset + 4].lstrip("rRbBuUfF")[:1]
            if isinstance(outer, ast.stmt):
                return None
        return None

    def in_text(self, node: ast.AST) -> bool:
        """Whether an expression stands in an f-string, where lines must not be broken."""
        return self._quotes_around(node) is not None

    def replace_span(self, start: int, end: int, make: Make) -> None:
        """Put another text in place of a stretch; a later edit of the same stretch wins."""
        self._count += 1
        self._edits[start, end] = [_Edit(start, end, self._count, make)]

    def edited(self) -> Iterator[tuple[int, int]]:
        """The stretches that have edits."""
        return iter(self._edits)

    def new_texts(self) -> list[str]:
        """What is written anew: the texts of edits that are in no other one, and of insertions."""
        found: list[str] = []
        until = 0
        for start, end in sorted(self._edits, key=lambda span: (span[0], -span[1])):
            if start == end or end > until:
                edits = self._edits[start, end]
                found += [edit.make() for edit in (edits if start == end else edits[-1:])]
                until = max(until, end)
        return found

    def is_replaced(self, node: ast.AST) -> bool:
        """Whether a node has an edit of its own."""
        if not self._edits:
            return False
        start, end = self.span(node)
        # A module has no place of its own; an insertion at the end of the text is no edit of it.
        return start != end and (start, end) in self._edits

    def insert(self, offset: int, make: Make) -> None:
        """Insert text at an offset, behind what was inserted there before."""
        self._count += 1
        self._edits.setdefault((offset, offset), []).append(_Edit(offset, offset, self._count, make))

    def delete_span(self, start: int, end: int, text: str = "", *, at_top: str = "") -> None:
        """Put `text` in place of whole lines; what is inserted between them stays.

        At the top of a file, `at_top` follows what is inserted.
        """

        def make() -> str:
            kept = [e for edits in self._edits.values() for e in edits if start < e.start == e.end < end]
            kept.sort(key=lambda edit: (edit.start, edit.order))
            parts: list[str] = []
            for edit in kept:
                above = self.line_of(edit.start) - 1
                blank = above >= 1 and not self.line_text(above).strip() and (start > 0 or bool(parts))
                parts.append((self.newline if blank else "") + edit.make())
            first = [e for edits in self._edits.values() for e in edits if e.start == e.end == start]
            first.sort(key=lambda edit: edit.order)
            if start > 0 or not (parts or first):
                return "".join(parts) + text
            top = "".join([*(edit.make() for edit in first), *parts])
            there = top.count(self.newline, len(top.rstrip())) - 1
            return "".join(parts) + at_top[max(there, 0) * len(self.newline) :]

        self.replace_span(start, end, make)

    def inserted_in(self, start: int, end: int) -> list[str]:
        """The texts that are inserted between two offsets."""
        return [
            edit.make()
            for edits in self._edits.values()
            for edit in edits
            if start <= edit.start == edit.end <= end
        ]

    def texts_outside(self, start: int, end: int) -> list[str]:
        """The new texts outside of a stretch."""
        return [
            edit.make()
            for edits in self._edits.values()
            for edit in edits
            if edit.end <= start or edit.start >= end
        ]

    def source(self, node: ast.AST) -> str:
        """The text of a node with the edits in it."""
        start, end = self.span(node)
        own = self._edits.get((start, end))
        if own:
            return own[-1].make()
        return self.rendered(start, end)

    def inner(self, node: ast.AST) -> str:
        """The text of a node with the edits inside it, without an edit of the node itself."""
        return self.rendered(*self.span(node))

    def rendered(self, start: int, end: int) -> str:
        """A stretch of text with the edits inside it."""
        edits = [
            edit
            for edits in self._edits.values()
            for edit in edits
            if start <= edit.start
            and edit.end <= end
            and (edit.start, edit.end) != (start, end)
            and (edit.start != edit.end or start < edit.start < end or (start, end) == (0, len(self.text)))
        ]
        edits.sort(key=lambda edit: (edit.start, edit.start != edit.end, -edit.end, edit.order))
        parts: list[str] = []
        position = start
        for edit in edits:
            if edit.start < position:
                if edit.end > position:
                    raise EditConflictError(f"{self.path}: edits overlap at line {self.line_of(edit.start)}")
                continue
            parts.append(self.text[position : edit.start])
            parts.append(self._made(edit))
            position = edit.end
        parts.append(self.text[position:end])
        return "".join(parts)

    def result(self) -> str:
        """The whole text with all edits."""
        own = self._edits.get((0, len(self.text)))
        return self._made(own[-1]) if own else self.rendered(0, len(self.text))

    def _made(self, edit: _Edit) -> str:
        """The text of an edit, with the line ends of this file."""
        text = edit.make()
        return text if self.newline == "\n" else _LINE_END.sub(self.newline, text)

    @property
    def changed(self) -> bool:
        """Whether there are edits."""
        return bool(self._edits)

    def insert_before(self, statement: ast.stmt, lines: Callable[[], list[str]]) -> None:
        """Insert whole lines before a statement, at its indentation."""
        first = statement.decorator_list[0] if getattr(statement, "decorator_list", None) else statement  # type: ignore[attr-defined]
        offset = self.line_start(first.lineno)
        self.insert(offset, lambda: self._lines(lines(), self.indent(statement)))

    def insert_after(self, statement: ast.stmt, lines: Callable[[], list[str]]) -> None:
        """Insert whole lines after a statement, at its indentation."""
        line = statement.end_lineno or statement.lineno
        offset = self.line_start(line + 1)
        ends = line + 1 <= len(self._starts) and offset > 0 and self.text[offset - 1] in "\r\n"
        before = "" if ends else self.newline
        self.insert(offset, lambda: before + self._lines(lines(), self.indent(statement)))

    def _lines(self, lines: list[str], indent: str) -> str:
        return "".join((indent + line if line.strip() else "") + self.newline for line in lines)

    def owns_lines(self, statement: ast.stmt) -> bool:
        """Whether nothing else stands in the lines of a statement but a comment."""
        start, end = self.span(statement)
        before = self.text[self.line_start(statement.lineno) : start]
        rest = self.line_text(statement.end_lineno or statement.lineno)
        tail = self.text[end : self.line_start(statement.end_lineno or statement.lineno) + len(rest)].strip()
        return not before.strip() and (not tail or tail.startswith("#"))


def other_quotes(text: str, outer: str) -> str:
    """Code with the other kind of quotes, so that it can stand in an f-string written with `outer`."""
    inner = "'" if outer == '"' else '"'
    if inner not in text:
        return text.replace(outer, inner)
    try:
        tokens = [*tokenize.generate_tokens(io.StringIO(text).readline)]
    except (tokenize.TokenError, SyntaxError):
        return text
    lines = text.splitlines(keepends=True)
    for token in reversed(tokens):
        (row, start), (last, end) = token.start, token.end
        if token.type == tokenize.STRING and row == last and inner not in token.string:
            line = lines[row - 1]
            lines[row - 1] = line[:start] + token.string.replace(outer, inner) + line[end:]
    return "".join(lines)


def in_comprehension(source: Source, node: ast.Name) -> bool:
    """Whether a name is the variable of a comprehension, which is another one than a variable around it."""
    for outer in source.ancestors(node):
        if isinstance(outer, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            names = (n for part in outer.generators for n in walk(part.target))
            if any(isinstance(n, ast.Name) and n.id == node.id for n in names):
                return True
        elif isinstance(outer, ast.stmt):
            return False
    return False


def is_property(function: FunctionNode) -> bool:
    """Whether a function is read as an attribute is."""
    names = {d.id if isinstance(d, ast.Name) else getattr(d, "attr", "") for d in function.decorator_list}
    return bool(names & {"property", "cached_property"})
