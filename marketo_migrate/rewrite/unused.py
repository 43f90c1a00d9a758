"""Takes away what a rewrite left without a reader: variables, helpers, parameters, constants, imports.

Only what was read before and is not read any more goes, and only where it did nothing but give a value.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from marketo_migrate.model.flow import ClientFlow, RequestFlow, SignatureFlow
from marketo_migrate.rewrite.cutting import cut, cut_parameters, delete_lines
from marketo_migrate.rewrite.entries import Entries, cut_entries
from marketo_migrate.rewrite.moving import Moving
from marketo_migrate.rewrite.nodes import bound_by, root_of, walk, walk_scope
from marketo_migrate.rewrite.program import Program, externals
from marketo_migrate.rewrite.purity import Purity
from marketo_migrate.rewrite.reads import Readings, Reads, names_in, writing_statement
from marketo_migrate.rewrite.source import FunctionNode, Source, in_comprehension
from marketo_migrate.rewrite.targets import is_soap_library

_MAX_ROUNDS = 40
_COMPOUND = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith)


class Unused:
    """Works on the original trees: statements are marked as gone, edits stand for new text."""

    def __init__(
        self, program: Program, elsewhere: Callable[[str, str], bool], readings: "dict[str, Reads]"
    ) -> None:
        """`readings` keeps what modules read before the edits, from one attempt to the next."""
        self._program = program
        self._elsewhere = elsewhere
        self.purity = Purity(program)
        self.moving = Moving(program, self.purity)
        self._gone: set[int] = set()
        self._lost: dict[str, list[tuple[int, int]]] = {}
        self._statements: list[tuple[Source, ast.stmt]] = []
        self._tuples: dict[int, tuple[Source, ast.Assign]] = {}
        self._aliases: dict[int, tuple[Source, ast.stmt, set[int]]] = {}
        self._arguments: dict[int, tuple[Source, ast.Call, set[int], tuple[Source, ast.AST]]] = {}
        self._parameters: dict[int, tuple[Source, FunctionNode, set[int]]] = {}
        before: dict[str, Reads] = {}
        for path, source in program.sources.items():
            if path not in readings:
                readings[path] = Reads(source, None)
            before[path] = readings[path]
        self._before = Readings(before)
        self._inserted: dict[str, list[str]] = {}
        self._kept: set[int] = set()
        self._entries = Entries(program, self._stands, elsewhere)
        self._displays: dict[int, tuple[Source, ast.Dict]] = {}
        self.options: list[str] = []

    # --- what the rewriter says -------------------------------------------------------------

    def does_nothing(self, source: Source, node: ast.expr) -> bool:
        """Whether an expression can go without anybody missing what it does."""
        return self.purity.expression(source, node)

    def keep(self, nodes: set[int]) -> None:
        """Statements, parameters and imports, by the ids of their nodes, that stay although nothing reads them."""
        self._kept |= nodes

    def release(self, nodes: set[int]) -> None:
        """They may go again."""
        self._kept -= nodes

    def delete(self, source: Source, statement: ast.stmt) -> None:
        """A statement goes."""
        if id(statement) not in self._gone and id(statement) not in self._kept:
            self._lose(source, statement)
            self._statements.append((source, statement))

    def _lose(self, source: Source, node: ast.AST) -> None:
        self._gone.add(id(node))
        self._lost.setdefault(source.path, []).append(source.span(node))

    def is_gone(self, node: ast.AST) -> bool:
        """Whether a node was taken away itself (not: with a statement around it)."""
        return id(node) in self._gone

    def is_alive(self, source: Source, node: ast.AST) -> bool:
        """Whether a node still stands in the text as it was."""
        current: ast.AST | None = node
        while current is not None:
            if id(current) in self._gone or (current is not node and source.is_replaced(current)):
                return False
            current = source.parent(current)
        return not source.is_replaced(node)

    def is_mentioned_elsewhere(self, source: Source, name: str) -> bool:
        """Whether a name of a module is mentioned outside of the modules that are worked on."""
        return self._elsewhere(name, source.path) or self._program.mentioned_outside(name, source.path)

    def is_spelled(self, name: str) -> bool:
        """Whether a module imports or exports a name, or spells it in a text that stands for a name."""
        before = self._before
        return (
            name in before.texts
            or bool(before.importing(name))
            or any(name in before[path].exported for path in self._program.sources)
        )

    def is_read_now(self, name: str) -> bool:
        """Whether what stands now, new text included, names something."""
        return any(
            name in reads.names or name in reads.attributes
            for reads in (Reads(source, self) for source in self._program.sources.values())
        )

    def note_inserted(self, source: Source, text: str) -> None:
        """Text that is put into a module beside the edits: what it names is read."""
        self._inserted.setdefault(source.path, []).append(text)

    def inserted(self, source: Source) -> list[str]:
        """The texts put into a module."""
        return self._inserted.get(source.path, [])

    # --- elimination ------------------------------------------------------------------------

    def eliminate(self) -> None:
        """Mark all that is unused now, until nothing more is found."""
        for _ in range(_MAX_ROUNDS):
            now = Readings(
                {
                    path: Reads(source, self) if self._is_touched(source) else self._before[path]
                    for path, source in self._program.sources.items()
                }
            )
            before = len(self._gone)
            for source in self._program.sources.values():
                self._in_source(source, now)
            self._settings()
            if len(self._gone) == before:
                return

    def _settings(self) -> None:
        """Entries of dicts and defaults of options that nothing reads any more."""
        for source, display, key in self._entries.unread():
            value = display.values[display.keys.index(key)]
            if not self._is_settled(key) and self.purity.expression(source, value):
                self._gone |= {id(key), id(value)}
                self._lose(source, value)
                self._displays[id(display)] = (source, display)
        for source, call, default in self._entries.defaults():
            if id(default) not in self._gone:
                self._gone.add(id(default))
                self._lose(source, default)
                self._arguments.setdefault(id(call), (source, call, set(), (source, call)))[2].add(
                    id(default)
                )
                self.options.append(source.original(call.args[-1]).strip("'\""))

    def _is_settled(self, node: ast.AST) -> bool:
        """Whether it is known already that a node goes, or stays."""
        return id(node) in self._gone or id(node) in self._kept

    def _is_touched(self, source: Source) -> bool:
        """Whether a module may read something else than before."""
        return source.changed or bool(self.inserted(source)) or source.path in self._lost

    def _in_source(self, source: Source, now: Readings) -> None:
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if self._may_lose_reads(source, node) and self._stands(source, node):
                    self._variables(source, node)
                    self._function_parameters(source, node)
        self._definitions(source, now)
        self._empty_blocks(source)
        self._imports(source, now)

    def _may_lose_reads(self, source: Source, function: FunctionNode) -> bool:
        """Whether something in a function is edited or goes, or all of it does."""
        start, end = source.span(function)
        start = min([start, *(source.span(decorator)[0] for decorator in function.decorator_list)])
        changed = (*source.edited(), *self._lost.get(source.path, ()))
        return any(first <= end and start <= last for first, last in changed)

    def _stands(self, source: Source, node: ast.AST) -> bool:
        return id(node) not in self._gone and not any(id(a) in self._gone for a in source.ancestors(node))

    # --- variables --------------------------------------------------------------------------

    def _variables(self, source: Source, scope: ast.AST, only: Callable[[str], bool] | None = None) -> None:
        """Drop the statements of a scope that only give or fill variables nobody reads any more."""
        for statement, unread in self._losing(source, scope, only):
            if unread is None:
                self.delete(source, statement)
            elif isinstance(statement, ast.Assign):
                self._drop_pairs(source, statement, partial(_is_among, unread))

    def _drop_pairs(
        self, source: Source, statement: ast.Assign, is_unread: Callable[[ast.expr], bool]
    ) -> None:
        """Take what nobody reads out of `a, b = x, y`."""
        pairs = [(t, v) for t, v in _pairs(statement) if id(t) not in self._gone]
        dead = [(t, v) for t, v in pairs if is_unread(t) and self.purity.expression(source, v)]
        if len(dead) == len(pairs):
            if dead:
                self.delete(source, statement)
            return
        for target, value in dead:
            self._lose(source, target)
            self._lose(source, value)
            self._tuples[id(statement)] = (source, statement)

    def _losing(
        self, source: Source, scope: ast.AST, only: Callable[[str], bool] | None = None
    ) -> list[tuple[ast.stmt, frozenset[str] | None]]:
        """The statements that only give or fill variables (those for which `only` holds) nobody reads any more.

        With an assignment to several variables, of which others are still read, come the ones that are not.
        """
        shared = {n for s in walk_scope(scope) if isinstance(s, ast.Global | ast.Nonlocal) for n in s.names}
        candidates: dict[ast.stmt, set[str]] = {}
        names: set[str] = set()
        for node in walk_scope(scope):
            if isinstance(node, ast.Name) and node.id not in shared and (only is None or only(node.id)):
                if in_comprehension(source, node):
                    continue
                statement = writing_statement(source, node)
                if statement is not None and self._stands(source, statement):
                    candidates.setdefault(statement, set()).add(node.id)
                    if not isinstance(node.ctx, ast.Load):
                        names.add(node.id)
        candidates = {
            statement: targets
            for statement, targets in candidates.items()
            if targets <= names and self._droppable(source, statement)
        }
        if not candidates:
            return []
        live_before = self._live(source, scope, candidates, names, before=True)
        live_now = self._live(source, scope, candidates, names, before=False)
        found: list[tuple[ast.stmt, frozenset[str] | None]] = []
        for statement, targets in candidates.items():
            unread = frozenset((targets & live_before) - live_now)
            if not targets & live_now and unread:
                found.append((statement, None))
            elif unread and isinstance(statement, ast.Assign) and _pairs(statement):
                found.append((statement, unread))
        return found

    def _live(
        self,
        source: Source,
        scope: ast.AST,
        candidates: dict[ast.stmt, set[str]],
        names: set[str],
        *,
        before: bool,
    ) -> set[str]:
        """The variables whose values something reads that stays, directly or through other variables."""
        reads: dict[ast.stmt | None, set[str]] = {}
        for node in walk(scope):
            if not isinstance(node, ast.Name) or node.id not in names or not isinstance(node.ctx, ast.Load):
                continue
            if in_comprehension(source, node) or (not before and not self._read_now(source, node)):
                continue
            owner: ast.stmt | None = source.statement(node)
            if owner not in candidates:
                owner = None
            elif writing_statement(source, node) is owner:
                continue
            reads.setdefault(owner, set()).add(node.id)
        live = set(reads.get(None, set()))
        if not before:
            live |= self._named_in_edits(source, scope) & names
        pending = True
        while pending:
            pending = False
            for statement, targets in candidates.items():
                found = reads.get(statement, set())
                if targets & live and not found <= live:
                    live |= found
                    pending = True
        return live

    def _read_now(self, source: Source, node: ast.AST) -> bool:
        if not self._stands(source, node):
            return False
        current: ast.AST | None = node
        while current is not None and not isinstance(current, ast.stmt):
            if source.is_replaced(current) or id(current) in self._gone:
                return False
            current = source.parent(current)
        return not (isinstance(current, ast.stmt) and source.is_replaced(current))

    def _named_in_edits(self, source: Source, scope: ast.AST) -> set[str]:
        """All names in the new text of a scope."""
        names: set[str] = set()
        for node in walk(scope):
            if (
                source.is_replaced(node)
                and self._stands(source, node)
                and self._outermost(source, node, scope)
            ):
                names |= names_in(source.source(node), keywords=False, attributes=False)
        start, end = (0, len(source.text)) if isinstance(scope, ast.Module) else source.span(scope)
        for text in (*self.inserted(source), *source.inserted_in(start, end)):
            names |= names_in(text, keywords=False, attributes=False)
        return names

    def _outermost(self, source: Source, node: ast.AST, scope: ast.AST) -> bool:
        for outer in source.ancestors(node):
            if source.is_replaced(outer):
                return False
            if outer is scope:
                break
        return True

    def _droppable(self, source: Source, statement: ast.stmt) -> bool:
        if source.is_replaced(statement):
            return False
        if id(statement) in self.moving.taken:
            return True
        if isinstance(statement, ast.Assign):
            targets = [t for target in statement.targets for t in _flat(target)]
            if not all(root_of(target) for target in targets):
                return False
        return self.purity.statement(source, statement)

    # --- definitions ------------------------------------------------------------------------

    def _definitions(self, source: Source, now: Readings) -> None:
        for node in source.tree.body:
            if not self._stands(source, node):
                continue
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if self._is_unused(source, node.name, now):
                    self.delete(source, node)
                elif isinstance(node, ast.ClassDef):
                    self._members(source, node, now)
                elif self._is_hollow(source, node):
                    self._drop_hollow(source, node)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                self._constant(source, node, now)
        self._attributes(source, now)
        if not self._is_touched(source) or not self._losing(source, source.tree):
            return
        module_names = {
            n.id for n in walk_scope(source.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        own = {name for name in module_names if not self._is_read_outside(source, name, now)}
        if own:
            self._variables(source, source.tree, own.__contains__)

    def _is_unused(self, source: Source, name: str, now: Readings) -> bool:
        """Whether a module's name was read before and is read nowhere now."""
        module = source.path
        if now[module].names.get(name, 0):
            return False
        before = self._before
        was_read = (
            before[module].names.get(name, 0) > 0
            or bool(before.with_attribute(name))
            or before.imports(name, module)
        )
        return was_read and not self._is_read_outside(source, name, now)

    def _is_read_outside(self, source: Source, name: str, now: Readings) -> bool:
        """Whether a module's name may be read by other modules, or by its spelling."""
        module = source.path
        if now.with_attribute(name) or name in now.texts or now.imports(name, module):
            return True
        if name in now[module].exported and not (
            self._serves_soap(source, name) and _is_in_list_of_exports(source, name)
        ):
            return True
        return self._elsewhere(name, module) or self._program.mentioned_outside(name, module)

    def _serves_soap(self, source: Source, name: str) -> bool:
        """Whether a definition makes request objects or headers: of no use without SOAP."""
        return any(
            isinstance(flow, RequestFlow | SignatureFlow)
            for statement in source.tree.body
            if _defines(statement, name)
            for node in walk(statement)
            if isinstance(node, ast.expr)
            for flow in source.flows(node)
        )

    def _members(self, source: Source, node: ast.ClassDef, now: Readings) -> None:
        for member in node.body:
            if not self._stands(source, member):
                continue
            if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                if member.name == "__call__" and self._only_made_calls(source, member):
                    self.delete(source, member)
                if member.name.startswith("__"):
                    continue
                if not self._is_named(source, node, member.name) and self._is_unread_attribute(
                    member.name, source.path, now, within=(source, member)
                ):
                    self.delete(source, member)
                elif self._is_hollow(source, member):
                    self._drop_hollow(source, member)
            elif (
                isinstance(member, ast.Assign)
                and len(member.targets) == 1
                and isinstance(member.targets[0], ast.Name)
            ):
                name = member.targets[0].id
                named = self._is_named(source, node, name)
                in_class = self._is_named(source, node, name, before=True)
                unread = not named and self._is_unread_attribute(name, source.path, now, was_read=in_class)
                if unread and self.purity.expression(source, member.value):
                    self.delete(source, member)

    def _only_made_calls(self, source: Source, member: FunctionNode) -> bool:
        """Whether a `__call__` made SOAP calls for callers none of which is left."""
        callers = self._program.callers(source, member)
        makes = any(
            isinstance(flow, ClientFlow) and flow.role == "operation"
            for node in walk(member)
            if isinstance(node, ast.expr)
            for flow in source.flows(node)
        )
        return bool(callers) and makes and not any(self._read_now(at, call.func) for at, call in callers)

    def _is_named(self, source: Source, node: ast.ClassDef, name: str, *, before: bool = False) -> bool:
        """Whether the body of a class reads one of its own names: as a decorator, a default, in `property(name)`.

        `before`: whether it did so before the edits.
        """
        for member in node.body:
            parts: list[ast.AST] = [member]
            if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                parts = [*member.decorator_list, *member.args.defaults, *member.args.kw_defaults]  # type: ignore[list-item]
            for part in parts:
                for found in walk(part) if part is not None else ():
                    if isinstance(found, ast.Name) and found.id == name and isinstance(found.ctx, ast.Load):
                        if before or self._read_now(source, found):
                            return True
        return False

    def _is_unread_attribute(
        self,
        name: str,
        module: str,
        now: Readings,
        within: tuple[Source, ast.AST] | None = None,
        *,
        was_read: bool = False,
    ) -> bool:
        """Whether an attribute was read before and is not now; reads of a method inside itself do not count.

        `was_read`: it was read otherwise than as an attribute.
        """
        if not was_read and not self._before.with_attribute(name):
            return False
        if name in now.texts:
            return False
        start, end = within[0].span(within[1]) if within is not None else (0, 0)
        for path in now.with_attribute(name):
            own = within is not None and path == within[0].path
            if any(not (own and start <= p < end) for p in now[path].attributes[name]):
                return False
        return not self._program.mentioned_outside(name, module)

    def _attributes(self, source: Source, now: Readings) -> None:
        """`self.key = key` when nobody reads `.key` any more.

        Only of objects of the program's own: what others do with theirs, the program does not tell.
        """
        for node in source.of(ast.Assign):
            if not self._stands(source, node) or source.is_replaced(node):
                continue
            targets = [t for target in node.targets for t in _flat(target)]
            if len(targets) > 1:
                self._drop_pairs(
                    source,
                    node,
                    lambda t: (
                        isinstance(t, ast.Attribute)
                        and self._is_of_own_object(source, t)
                        and self._is_unread_attribute(t.attr, source.path, now)
                    ),
                )
                continue
            if not all(isinstance(t, ast.Attribute) and self._is_of_own_object(source, t) for t in targets):
                continue
            names = [t.attr for t in targets if isinstance(t, ast.Attribute)]
            if all(
                self._is_unread_attribute(name, source.path, now, within=(source, node)) for name in names
            ):
                if self.purity.expression(source, node.value):
                    self.delete(source, node)

    def _is_of_own_object(self, source: Source, target: ast.Attribute) -> bool:
        """Whether an attribute is set on `self` in a class that inherits nothing from outside."""
        function = source.function(target)
        owner = source.parent(function) if function is not None else None
        if not isinstance(owner, ast.ClassDef) or function is None or not isinstance(target.value, ast.Name):
            return False
        parameters = [*function.args.posonlyargs, *function.args.args]
        if not parameters or parameters[0].arg != target.value.id:
            return False
        return inherits_nothing(self._program, owner, frozenset())

    def _is_hollow(self, source: Source, node: FunctionNode) -> bool:
        """Whether nothing is left in a function's body."""
        kept = [s for s in node.body if id(s) not in self._gone]
        lost = len(kept) < len(node.body)
        return lost and all(
            (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)) or isinstance(s, ast.Pass)
            for s in kept
        )

    def _drop_hollow(self, source: Source, node: FunctionNode) -> None:
        """A function without a body goes, with the statements that call it."""
        if self._program.mentions(source, node) or not self._program.is_closed(source, node):
            return
        calls = self._program.callers(source, node)
        statements: list[tuple[Source, ast.stmt]] = []
        for other, call in calls:
            if not self._stands(other, call):
                continue
            statement = other.statement(call)
            inner = statement.value if isinstance(statement, ast.Expr) else None
            if isinstance(inner, ast.Await):
                inner = inner.value
            if inner is not call or not all(self.purity.expression(other, a) for a in call.args):
                return
            statements.append((other, statement))
        if not statements:
            return
        for other, statement in statements:
            self.delete(other, statement)

    def _constant(self, source: Source, node: ast.Assign | ast.AnnAssign, now: Readings) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [t for target in targets for t in _flat(target)]
        if source.is_replaced(node) or not all(isinstance(t, ast.Name) for t in names):
            return
        if all(self._is_unused(source, t.id, now) for t in names if isinstance(t, ast.Name)):
            if self.purity.expression(source, node.value):
                self.delete(source, node)

    # --- parameters -------------------------------------------------------------------------

    def _function_parameters(self, source: Source, node: FunctionNode) -> None:
        """Drop parameters that only served what is gone, and the arguments given for them."""
        spec = node.args
        if not self._takes_plainly(source, node):
            return
        if not any(
            self._lost_its_reads(source, node, argument.arg)
            for argument in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)
            if not self._is_settled(argument)
        ):
            return
        callers = self._known_callers(source, node)
        if callers is None:
            return
        in_class = isinstance(source.parent(node), ast.ClassDef)
        ordered = [*spec.posonlyargs, *spec.args]
        static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)
        skip = 1 if in_class and not static and ordered else 0
        for index, argument in enumerate([*ordered, *spec.kwonlyargs]):
            if index < skip or self._is_settled(argument):
                continue
            if not self._lost_its_reads(source, node, argument.arg) or not callers:
                continue
            position = index - skip if index < len(ordered) else None
            self._drop_parameter(source, node, argument, position, callers)

    def _takes_plainly(self, source: Source, node: FunctionNode) -> bool:
        """Whether a function is only called, with the arguments that it is written with."""
        plain = all(_is_plain_decorator(source, decorator) for decorator in node.decorator_list)
        return plain and not node.args.vararg and not self._program.mentions(source, node)

    def _known_callers(self, source: Source, node: FunctionNode) -> list[tuple[Source, ast.Call]] | None:
        """All calls of a function; None where there may be others."""
        owner = source.parent(node)
        named = owner if node.name == "__init__" and isinstance(owner, ast.ClassDef) else node
        if not self._program.is_closed(source, named) or self._elsewhere(named.name, source.path):
            return None
        callers = self._program.callers(source, node)
        if isinstance(named, ast.ClassDef):
            if self._program.mentions(source, named) or is_subclassed(self._program, named):
                return None
            return [*self._program.callers(source, named), *callers]
        if isinstance(owner, ast.ClassDef) and node.name.startswith("__"):
            return None
        return callers

    def may_rename_parameters(self, source: Source, node: FunctionNode) -> bool:
        """Whether all calls of a function are known, and each tells by name or place what it gives."""
        callers = self._known_callers(source, node) if self._takes_plainly(source, node) else None
        return callers is not None and not any(
            isinstance(argument, ast.Starred) or (isinstance(argument, ast.keyword) and argument.arg is None)
            for _, call in callers
            for argument in (*call.args, *call.keywords)
        )

    def _lost_its_reads(self, source: Source, function: FunctionNode, name: str) -> bool:
        had = False
        for node in walk(function):
            if isinstance(node, ast.Name) and node.id == name:
                had = True
                if isinstance(node.ctx, ast.Store):
                    return False
                if self._read_now(source, node):
                    return False
        return had and name not in self._named_in_edits(source, function)

    def _drop_parameter(
        self,
        source: Source,
        function: FunctionNode,
        argument: ast.arg,
        position: int | None,
        callers: Iterable[tuple[Source, ast.Call]],
    ) -> None:
        found: list[tuple[Source, ast.Call, ast.AST]] = []
        for other, call in callers:
            # Code that goes may stand in a request by then; the call must fit there as well.
            stays = self._stands(other, call) and self._read_now(other, call)
            if any(isinstance(a, ast.Starred) for a in call.args) or any(
                k.arg is None for k in call.keywords
            ):
                return
            given: ast.AST | None = next((k for k in call.keywords if k.arg == argument.arg), None)
            if given is None and position is not None and position < len(call.args):
                given = call.args[position]
            if given is None:
                continue
            value = given.value if isinstance(given, ast.keyword) else given
            if stays and not self.purity.expression(other, value):
                return
            found.append((other, call, given))
        self._lose(source, argument)
        self._parameters.setdefault(id(function), (source, function, set()))[2].add(id(argument))
        for other, call, given in found:
            self._lose(other, given)
            self._arguments.setdefault(id(call), (other, call, set(), (source, function)))[2].add(id(given))

    # --- blocks and imports -----------------------------------------------------------------

    def _empty_blocks(self, source: Source) -> None:
        for node in source.nodes:
            if not isinstance(node, _COMPOUND) or not self._stands(source, node):
                continue
            if not node.body or not self._is_empty(source, node):
                continue
            if getattr(node, "orelse", None) and not all(id(s) in self._gone for s in node.orelse):  # type: ignore[union-attr]
                continue
            if getattr(node, "finalbody", None) and not all(id(s) in self._gone for s in node.finalbody):  # type: ignore[union-attr]
                continue
            tests = [getattr(node, name, None) for name in ("test", "iter")]
            if isinstance(node, ast.With | ast.AsyncWith):
                continue
            if isinstance(node, ast.For | ast.AsyncFor) and self._leaves_variable(source, node):
                continue
            if all(self.purity.expression(source, test) for test in tests):
                if not _is_elif(source, node):
                    self.delete(source, node)

    def _is_empty(self, source: Source, node: ast.stmt) -> bool:
        """Whether the body of a statement is gone; of that of a loop, conditions to go on may be left."""
        body: list[ast.stmt] = node.body  # type: ignore[attr-defined]
        if not isinstance(node, ast.For | ast.AsyncFor):
            return all(id(s) in self._gone for s in body)
        return any(id(s) in self._gone for s in body) and all(self._is_idle(source, s) for s in body)

    def _is_idle(self, source: Source, statement: ast.stmt) -> bool:
        """Whether a statement in a loop is gone, or only decides about going on."""
        if id(statement) in self._gone or isinstance(statement, ast.Continue | ast.Pass):
            return True
        return (
            isinstance(statement, ast.If)
            and self.purity.expression(source, statement.test)
            and all(self._is_idle(source, inner) for inner in (*statement.body, *statement.orelse))
        )

    def _leaves_variable(self, source: Source, loop: ast.For | ast.AsyncFor) -> bool:
        """Whether something may read what a loop left in its variable."""
        names = {n.id for n in walk(loop.target) if isinstance(n, ast.Name)}
        inside = {id(node) for node in walk(loop)}
        for node in walk(source.function(loop) or source.tree):
            if not isinstance(node, ast.Name) or node.id not in names or id(node) in inside:
                continue
            if not isinstance(node.ctx, ast.Load) or in_comprehension(source, node):
                continue
            bound = any(
                isinstance(outer, ast.For | ast.AsyncFor)
                and any(isinstance(n, ast.Name) and n.id == node.id for n in walk(outer.target))
                for outer in source.ancestors(node)
            )
            if not bound and self._read_now(source, node):
                return True
        return False

    def _imports(self, source: Source, now: Readings) -> None:
        for node in source.of(ast.Import, ast.ImportFrom):
            if not self._stands(source, node):
                continue
            for alias in node.names:
                if alias.name == "*" or self._is_settled(alias):
                    continue
                if self._import_is_unused(source, node, alias, now):
                    self._lose(source, alias)
                    self._aliases.setdefault(id(node), (source, node, set()))[2].add(id(alias))
            if all(id(alias) in self._gone for alias in node.names):
                self.delete(source, node)

    def _import_is_unused(
        self, source: Source, node: ast.Import | ast.ImportFrom, alias: ast.alias, now: Readings
    ) -> bool:
        bound = bound_by(alias)
        if bound in now[source.path].exported and not _is_in_list_of_exports(source, bound):
            return False
        if self._names_gone_definition(source, node, alias):
            return True
        before, after = self._before[source.path].names, now[source.path].names
        if after.get(bound, 0):
            return False
        if not before.get(bound, 0):
            return self._is_idle_soap(source, node, alias) and not self._is_read_outside(source, bound, now)
        if bound in now[source.path].texts:
            return False
        return not now.imports_from(bound, source.path)

    def _is_idle_soap(self, source: Source, node: ast.Import | ast.ImportFrom, alias: ast.alias) -> bool:
        """Whether nothing read an import of the SOAP library before, and it is the last: only it needs the library."""
        if not self._is_touched(source) or "noqa" in source.line_text(node.lineno):
            return False
        before = self._before[source.path].names
        of_soap = [
            (statement, other)
            for statement in source.of(ast.Import, ast.ImportFrom)
            for other in statement.names
            if is_soap_library(other.name if isinstance(statement, ast.Import) else statement.module or "")
            and id(other) not in self._gone
        ]
        return any(other is alias for _, other in of_soap) and all(
            statement in source.tree.body and not before.get(bound_by(other), 0)
            for statement, other in of_soap
        )

    def _names_gone_definition(
        self, source: Source, node: ast.Import | ast.ImportFrom, alias: ast.alias
    ) -> bool:
        """Whether an import names a function, class or constant that was taken away."""
        if not isinstance(node, ast.ImportFrom) or not node.module:
            return False
        for path in self._program.that_may_be(node.module):
            if path == source.path or path not in self._program.sources:
                continue
            defining = [s for s in self._program.sources[path].tree.body if _defines(s, alias.name)]
            if defining and all(id(s) in self._gone for s in defining):
                return True
        return False

    # --- writing ----------------------------------------------------------------------------

    def write(self) -> None:
        """Turn all marks into edits."""
        for source, statement, gone in list(self._aliases.values()):
            if id(statement) not in self._gone and isinstance(statement, ast.Import | ast.ImportFrom):
                cut(source, list(statement.names), gone)
        for source, call, gone, called in self._arguments.values():
            # Where the function goes as a whole, what a call gave it may stand in the request now.
            if not source.is_replaced(call) and self._stands(*called):
                cut(source, [*call.args, *call.keywords], gone, call=call)
        for source, function, gone in self._parameters.values():
            if self._stands(source, function):
                cut_parameters(source, function, gone)
        for source, assignment in self._tuples.values():
            if self._stands(source, assignment) and not source.is_replaced(assignment):
                source.replace(assignment, partial(self._remaining, source, assignment))
        for source, display in self._displays.values():
            if self._stands(source, display):
                cut_entries(source, display, self._gone)
        for source in self._program.sources.values():
            self._cut_exports(source)
        self._write_statements()

    def _remaining(self, source: Source, statement: ast.Assign) -> str:
        """What is left of `a, b = x, y`."""
        kept = [(t, v) for t, v in _pairs(statement) if id(t) not in self._gone]
        targets, values = ([source.source(node) for node in side] for side in zip(*kept, strict=True))
        return f"{', '.join(targets)} = {', '.join(values)}"

    def _cut_exports(self, source: Source) -> None:
        """Take the names of definitions that went out of `__all__`."""
        gone = {
            name.value: name
            for statement in source.tree.body
            if isinstance(statement, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == "__all__" for t in statement.targets)
            and isinstance(statement.value, ast.List | ast.Tuple)
            for name in statement.value.elts
            if isinstance(name, ast.Constant)
        }
        lost = {
            bound_by(alias)
            for node in source.of(ast.ImportFrom)
            for alias in node.names
            if id(alias) in self._gone and self._names_gone_definition(source, node, alias)
        }
        dead = {
            id(node)
            for name, node in gone.items()
            if name in lost
            or (
                (defining := [s for s in source.tree.body if _defines(s, str(name))])
                and all(id(s) in self._gone for s in defining)
            )
        }
        if dead:
            holder = source.parent(next(iter(gone.values())))
            if isinstance(holder, ast.List | ast.Tuple):
                cut(source, list(holder.elts), dead)

    def _write_statements(self) -> None:
        by_source: dict[str, list[tuple[Source, ast.stmt]]] = {}
        for source, statement in self._statements:
            if not any(id(a) in self._gone for a in source.ancestors(statement)):
                by_source.setdefault(source.path, []).append((source, statement))
        for items in by_source.values():
            source = items[0][0]
            self._fill_empty(source, [s for _, s in items])
            delete_lines(source, [s for _, s in items])

    def _fill_empty(self, source: Source, statements: list[ast.stmt]) -> None:
        seen: set[int] = set()
        for statement in statements:
            block = source.block(statement)
            if id(block) in seen or source.parent(statement) is source.tree:
                continue
            seen.add(id(block))
            if all(id(s) in self._gone for s in block):
                first = statements[statements.index(block[0])] if block[0] in statements else statement
                source.insert_before(first, lambda: ["pass"])


def _is_among(names: frozenset[str], target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id in names


def _is_in_list_of_exports(source: Source, name: str) -> bool:
    """Whether a module has one `__all__ = [...]`, and a name in it: it can be taken out there."""
    mentions = [s for s in source.tree.body if any(getattr(n, "id", "") == "__all__" for n in walk(s))]
    if len(mentions) != 1 or not isinstance(mentions[0], ast.Assign):
        return False
    value = mentions[0].value
    return isinstance(value, ast.List | ast.Tuple) and any(
        getattr(n, "value", None) == name for n in value.elts
    )


def _pairs(statement: ast.Assign) -> list[tuple[ast.expr, ast.expr]]:
    """Targets and values of `a, b = x, y`; empty for other assignments."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(
            targets
        ) == len(values) and not any(
            isinstance(e, ast.Starred) or (e in targets and isinstance(e, ast.Tuple | ast.List))
            for e in (*targets, *values)
        ):
            return list(zip(targets, values, strict=True))
    return []


def _flat(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Tuple | ast.List):
        for item in node.elts:
            yield from _flat(item)
    else:
        yield node


def _is_plain_decorator(source: Source, node: ast.expr) -> bool:
    """Whether a decorated function takes the arguments that it is written with."""
    plain = isinstance(node, ast.Name) and node.id in ("staticmethod", "classmethod")
    return plain or any(name == "contextlib.contextmanager" for name in externals(source.flows(node)))


_EMPTY_BASES = frozenset({"object", "ABC", "Generic", "Protocol"})


def inherits_nothing(program: Program, node: ast.ClassDef, seen: frozenset[str]) -> bool:
    """Whether all a class inherits is in the program."""
    for base in node.bases:
        plain = base.value if isinstance(base, ast.Subscript) else base
        name = getattr(plain, "id", getattr(plain, "attr", ""))
        if name in _EMPTY_BASES or name in seen:
            continue
        found = [
            other
            for source in program.sources.values()
            for other in source.of(ast.ClassDef)
            if other.name == name
        ]
        if not found or not all(inherits_nothing(program, other, seen | {name}) for other in found):
            return False
    return True


def is_subclassed(program: Program, node: ast.ClassDef) -> bool:
    """Whether a class of the program inherits one of that name."""
    return any(
        isinstance(other, ast.ClassDef)
        and any(getattr(b, "id", getattr(b, "attr", "")) == node.name for b in other.bases)
        for source in program.sources.values()
        for other in source.nodes
    )


def _is_elif(source: Source, node: ast.stmt) -> bool:
    return source.text.startswith("elif", source.span(node)[0])


def _defines(statement: ast.stmt, name: str) -> bool:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return statement.name == name
    if isinstance(statement, ast.Assign):
        return any(
            isinstance(t, ast.Name) and t.id == name for target in statement.targets for t in _flat(target)
        )
    return False
