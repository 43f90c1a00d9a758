"""Calls that raise in REST where SOAP answered with a status that says they failed (Merge Leads)."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from marketo_migrate.model.flow import OtherFlow, ResponseFlow
from marketo_migrate.rewrite.answers import Answer
from marketo_migrate.rewrite.calls import can_hoist
from marketo_migrate.rewrite.exception_classes import classes_of
from marketo_migrate.rewrite.faults import BROAD, names_bound
from marketo_migrate.rewrite.given import is_given_here, only_passes_on
from marketo_migrate.rewrite.handlers import names_of
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.shapes import Part, Shapes
from marketo_migrate.rewrite.source import Source, walk_scope
from marketo_migrate.rewrite.targets import Target

KIND = "raises"
IGNORED = "status-ignored"
_STATUS, _MESSAGE = "success", "message"
_ERRORS = ("error", "problem", "failure")


@dataclass(slots=True)
class _Check:
    """The statement that looks at the status; `good` tells whether its test holds for a call that worked.

    `value` is what such a statement returns or assigns: the test itself, or a choice that it makes.
    """

    statement: ast.stmt
    compare: ast.Compare
    good: bool
    value: ast.expr


class Raising:
    """Turns `if answer.status != "MERGED": …` behind such a call into the handler of an exception."""

    def __init__(self, program: Program, shapes: Shapes, target: Target) -> None:
        self._program = program
        self._shapes = shapes
        self._target = target

    def convert(self, source: Source, call: ast.Call, answer: Answer, sent: Callable[[str], str]) -> None:
        """Edit all uses of an answer; `sent` fills a template with what the request sends."""
        uses = list(self._uses(answer))
        for at, node, _ in uses:
            if at is not source or source.function(node) is not source.function(call):
                raise Unconvertible("the outcome is looked at in another function", at, node)
        checks = [
            check
            for _, node, part in uses
            if self._rest(part) == _STATUS and (check := self._check(source, node, part)) is not None
        ]
        if len(checks) > 1:
            raise Unconvertible("the outcome is looked at more than once", source, checks[1].compare)
        if not checks:
            answer.uses.add(IGNORED)
        check = checks[0] if checks else None
        name = self._free_name(source, call)
        named = False
        for _, node, part in uses:
            rest = self._rest(part)
            if rest == _STATUS:
                if check is None or source.parent(node) is not check.compare:
                    if isinstance(source.parent(node), ast.Compare | ast.Match):
                        raise Unconvertible("the outcome decides in a way that is not known", source, node)
                    told = self._told(source, check, node, part)
                    self._keep_call(source, call, node)
                    source.replace(node, lambda told=told: source.literal(told))  # type: ignore[misc]
            elif rest == _MESSAGE:
                if check is None or not self._in_failure(check, node):
                    raise Unconvertible("the message of a failure is read where there is none", source, node)
                named = True
                source.replace(node, lambda: f"{name}.{_MESSAGE}")
            elif rest is not None and rest.startswith("${"):
                self._check_sent(source, call, node, sent(rest))
                self._keep_call(source, call, node)
                source.replace(node, lambda rest=rest: sent(rest))  # type: ignore[misc]
            elif self._shapes.is_leaf(part):
                raise Unconvertible(f"REST does not give {part.path.rpartition('.')[2]}", source, node)
            elif not self._leads_on(source, node):
                raise Unconvertible("the outcome is handed on", source, node)
        if check is not None:
            self._check_handlers(source, call, check)
            self._write(source, call, check, name if named else "")

    def _uses(self, answer: Answer) -> Iterable[tuple[Source, ast.expr, Part]]:
        for source in self._program.sources.values():
            for node in source.of(ast.expr):
                if isinstance(getattr(node, "ctx", None), ast.Store):
                    continue
                paths = [
                    f.path
                    for f in source.flows(node)
                    if isinstance(f, ResponseFlow) and f.call == answer.call
                ]
                if not paths:
                    continue
                alone = len(source.flows(node)) == 1
                if not alone and only_passes_on(source, node):
                    continue
                if not alone and not self._is_known(source, node, answer):
                    raise Unconvertible("something else can come here too", source, node)
                part = self._shapes.part(answer.operation, answer.library, paths[0])
                if part is None:
                    raise Unconvertible("the answer is used in a way that is not known", source, node)
                moved = self._shapes.is_leaf(part) and not isinstance(node, ast.Attribute | ast.Subscript)
                if moved and self._rest(part) == _STATUS:
                    raise Unconvertible("the outcome is kept in a variable", source, node)
                if not moved:
                    yield source, node, part

    def _is_known(self, source: Source, node: ast.expr, answer: Answer) -> bool:
        """Whether only the object the call is made on is not known in every way through the program."""
        others = [f for f in source.flows(node) if not isinstance(f, ResponseFlow)]
        return all(isinstance(f, OtherFlow) for f in others) and is_given_here(source, node, (answer.call,))

    def _rest(self, part: Part) -> str | None:
        line = self._shapes.mapping(part)
        return line.rest if line is not None else None

    def _good(self, part: Part) -> str:
        line = self._shapes.mapping(part)
        values = line.values if line is not None else ()
        return next(soap for soap, rest in values if rest is not None)

    def _told(self, source: Source, check: _Check | None, node: ast.expr, part: Part) -> str:
        """The status that SOAP gave where it is read: behind a check, it depends on the branch."""
        if check is None:
            return self._good(part)
        if self._in_failure(check, node):
            line = self._shapes.mapping(part)
            bad = [soap for soap, rest in (line.values if line is not None else ()) if rest is None]
            if len(bad) == 1:
                return bad[0]
        elif check.statement in source.ancestors(node) or _leaves(self._failing(check)):
            return self._good(part)
        raise Unconvertible("the outcome is read where it may be a failure or not", source, node)

    def _leads_on(self, source: Source, node: ast.expr) -> bool:
        parent = source.parent(node)
        if isinstance(parent, ast.Attribute | ast.Expr):
            return True
        return isinstance(parent, ast.Assign) and parent.value is node and len(parent.targets) == 1

    def _keep_call(self, source: Source, call: ast.Call, use: ast.expr) -> None:
        """A call in an expression that becomes something else goes into a statement of its own before."""
        if use is call or call not in walk(use):
            return
        statement = source.statement(call)
        start = source.span(call)[0]
        earlier = any(isinstance(n, ast.Call) and source.span(n)[1] <= start for n in walk(statement))
        if earlier or not can_hoist(source, call, statement):
            raise Unconvertible(
                "the call needs a statement of its own, and there is no room for it", source, call
            )
        source.insert_before(statement, lambda: source.source(call).splitlines())

    # --- the check --------------------------------------------------------------------------

    def _check_handlers(self, source: Source, call: ast.Call, check: _Check) -> None:
        """A handler of faults around the call must not do something else than the branch of a failure."""
        failing = self._failing(check)
        inner: ast.AST = call
        for outer in source.ancestors(call):
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                return
            for handler in outer.handlers if isinstance(outer, ast.Try) and inner in outer.body else ():
                broad = handler.type is None or names_of(handler) & BROAD
                if not broad and not classes_of(self._program, source, handler.type):
                    continue
                if [ast.dump(s) for s in handler.body] != [ast.dump(s) for s in failing]:
                    raise Unconvertible(
                        "a fault and an outcome that is a failure are told apart: REST raises for both",
                        source,
                        handler,
                    )
            inner = outer

    def _check(self, source: Source, node: ast.expr, part: Part) -> _Check | None:
        compare = source.parent(node)
        if not isinstance(compare, ast.Compare) or len(compare.ops) != 1 or compare.left is not node:
            return None
        other = compare.comparators[0]
        if not isinstance(other, ast.Constant) or not isinstance(compare.ops[0], ast.Eq | ast.NotEq):
            return None
        good = (other.value == self._good(part)) == isinstance(compare.ops[0], ast.Eq)
        statement = source.parent(compare)
        value: ast.expr = compare
        if isinstance(statement, ast.IfExp) and statement.test is compare:
            value, statement = statement, source.parent(statement)
        match statement:
            case ast.If(test=test) if test is compare:
                return _Check(statement, compare, good, value)
            case ast.Return() | ast.Assign():
                return _Check(statement, compare, good, value)
            case _:
                return None

    def _failing(self, check: _Check) -> list[ast.stmt]:
        """The statements that run for a call that failed, and not for one that worked."""
        looked = check.statement
        if not isinstance(looked, ast.If):
            return []
        return looked.orelse if check.good else looked.body

    def _in_failure(self, check: _Check, node: ast.expr) -> bool:
        failing: list[ast.AST] = [*self._failing(check)]
        if isinstance(check.value, ast.IfExp):
            failing.append(check.value.orelse if check.good else check.value.body)
        return any(node is inner for part in failing for inner in walk(part))

    def _check_sent(self, source: Source, call: ast.Call, use: ast.expr, text: str) -> None:
        """What was sent must still be the same, and cost nothing, where it is read again."""
        tree = ast.parse(text, mode="eval")
        for node in walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") not in ("int", "str", "list"):
                raise Unconvertible("the ids that were sent are made by a call", source, use)
        names = {node.id for node in walk(tree) if isinstance(node, ast.Name)}
        begin, end = source.span(call)[1], source.span(use)[0]
        for node in walk_scope(source.function(call) or source.tree):
            if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Store):
                if begin < source.span(node)[0] < end:
                    raise Unconvertible(f"{node.id!r} changes before it is read again", source, use)

    def _free_name(self, source: Source, call: ast.Call) -> str:
        used = names_bound(source.function(call) or source.tree)
        return next((name for name in _ERRORS if name not in used), _ERRORS[0] + "_")

    # --- writing ----------------------------------------------------------------------------

    def _write(self, source: Source, call: ast.Call, check: _Check, name: str) -> None:
        made = source.statement(call)
        looked = check.statement
        if made is not looked:
            block = source.block(made)
            plain = isinstance(made, ast.Assign) and made.value is call
            if not plain or looked not in block or block.index(looked) != block.index(made) + 1:
                raise Unconvertible("the outcome is not looked at right behind the call", source, looked)
        if not source.owns_lines(made) or (isinstance(looked, ast.If) and self._is_elif(source, looked)):
            raise Unconvertible("there is no room for a handler here", source, made)
        exception = self._target.need_exception(source)
        indent, unit, end = source.indent(made), source.indent_unit, source.newline

        def make() -> str:
            between = source.text[source.span(made)[1] : source.span(looked)[0]] if made is not looked else ""
            comments = [line.strip() for line in between.splitlines() if line.strip()]
            lines = [
                *comments,
                "try:",
                unit + source.source(call),
                f"except {exception} as {name}:" if name else f"except {exception}:",
            ]
            first = "".join((indent if i else "") + line + end for i, line in enumerate(lines))
            return first + self._outcome(source, check, indent, unit, end)

        source.replace_span(source.span(made)[0], source.span(looked)[1], make)

    def _outcome(self, source: Source, check: _Check, indent: str, unit: str, end: str) -> str:
        looked = check.statement
        if isinstance(looked, ast.If):
            good, bad = (looked.body, looked.orelse) if check.good else (looked.orelse, looked.body)
            text = self._body(source, bad) if bad else indent + unit + "pass"
            if good:
                text += f"{end}{indent}else:{end}" + self._body(source, good)
            return text
        values = ("False", "True") if check.good else ("True", "False")
        if isinstance(check.value, ast.IfExp):
            ways = (check.value.orelse, check.value.body)
            failed, worked = ways if check.good else ways[::-1]
            values = (_in_one(source.source(failed)), _in_one(source.source(worked)))
        if isinstance(looked, ast.Return):
            return f"{indent}{unit}return {values[0]}{end}{indent}return {values[1]}"
        begin, until = source.span(looked)[0], source.span(check.value)[0]
        target = source.text[begin:until].rpartition("=")[0] + "= "
        return f"{indent}{unit}{target}{values[0]}{end}{indent}else:{end}{indent}{unit}{target}{values[1]}"

    def _body(self, source: Source, body: list[ast.stmt]) -> str:
        start = source.line_start(body[0].lineno)
        if source.text[start : source.span(body[0])[0]].strip():
            raise Unconvertible("there is no room for a handler here", source, body[0])
        return source.rendered(start, source.span(body[-1])[1])

    def _is_elif(self, source: Source, node: ast.If) -> bool:
        inner = node.orelse
        text = source.text
        return text[source.span(node)[0] :].startswith("elif") or (
            len(inner) == 1 and text[source.span(inner[0])[0] :].startswith("elif")
        )


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether nothing behind a block runs after it."""
    return bool(body) and isinstance(body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


def _in_one(text: str) -> str:
    """The text of an expression, in parentheses where it has several lines."""
    return f"({text})" if "\n" in text else text
