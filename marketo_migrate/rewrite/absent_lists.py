"""Tells whether a test for a lead's attribute list decides anything where the list is not there.

SOAP leaves the list of a lead without attributes out. In REST the lead itself stands for the list, and it is
always there. Most tests only keep a loop from a list that is None, and then the loop, which finds nothing, does
as well. Where more depends on the test, the lead must be asked for its attributes.
"""

import ast
from collections.abc import Callable, Sequence

from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.source import Source

_LISTS = frozenset(
    {
        "leadAttributeList", "attribute", "attribList", "attrib", "progressionStatus", "customObjKeyList",
        "customObjAttributeList",
    }
)  # fmt: skip
_NOTHING = "nothing"
_EMPTY = {"list": "[]", "tuple": "()", "set": "set()", "dict": "{}", "any": "False", "sum": "0"}


def is_test(source: Source, node: ast.expr) -> bool:
    """Whether only the truth of an expression, or whether it is None, counts where it stands."""
    match source.parent(node):
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return test is node
        case ast.UnaryOp(op=ast.Not()) | ast.BoolOp():
            return True
        case ast.comprehension(ifs=tests):
            return node in tests
        case ast.Call(func=ast.Name(id="bool"), args=[only]):
            return only is node
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=None)]):
            return left is node and isinstance(op, ast.Is | ast.IsNot | ast.Eq | ast.NotEq)
    return False


def lead_of(node: ast.expr) -> ast.expr:
    """The lead of `lead.leadAttributeList.attribute`: accesses of the list are the lead itself in REST."""
    current = node
    while True:
        match current:
            case ast.Attribute(value=base, attr=name) if name in _LISTS:
                current = base
            case ast.Subscript(value=ast.Attribute(attr=name) as base, slice=ast.Constant(value=0)) if (
                name in _LISTS
            ):
                current = base
            case ast.Subscript(value=base, slice=ast.Constant(value=name)) if name in _LISTS:
                current = base
            case ast.IfExp(body=base, orelse=ast.List(elts=[]) | ast.Tuple(elts=[])):
                current = base
            case ast.Call(
                func=ast.Name(id="getattr"),
                args=[base, ast.Constant(value="attribute" | "leadAttributeList"), *_],
            ):
                current = base
            case ast.BoolOp(op=ast.Or(), values=[base, ast.List(elts=[]) | ast.Tuple(elts=[])]):
                current = base
            case ast.BoolOp(op=ast.And(), values=[*_, base]):
                current = base
            case _:
                return current


class AbsentLists:
    """`is_list`: whether an expression is the attribute list of a lead, or what holds it."""

    def __init__(self, source: Source, is_list: Callable[[ast.expr], bool]) -> None:
        self._source = source
        self._is_list = is_list

    def decides(self, test: ast.expr) -> bool:
        """Whether a test for a list makes a difference to a lead whose list is not there."""
        inner: ast.AST = test
        for outer in self._source.ancestors(test):
            if isinstance(outer, ast.comprehension) and inner in outer.ifs:
                return not self._goes_on(outer)
            if isinstance(outer, ast.IfExp | ast.BoolOp) and self._value(outer, absent=True) == self._value(
                outer, absent=False
            ):
                return False
            if isinstance(outer, ast.stmt):
                return self._course(outer, absent=True) != self._course(outer, absent=False)
            inner = outer
        return True

    def only_chooses(self, node: ast.expr) -> bool:
        """Whether a choice comes to one lead's list, or to nothing where that is not there."""
        if not isinstance(node, ast.IfExp | ast.BoolOp):
            return False
        ways = {self._chosen(node, absent=absent) for absent in (True, False)}
        leads = {ast.unparse(lead_of(n)) for n in walk(node) if isinstance(n, ast.expr) and self._is_list(n)}
        return ways == {_NOTHING} and len(leads) == 1

    def handler_decides(self, attempt: ast.Try, handler: ast.ExceptHandler) -> bool:
        """Whether a handler of what None makes fail does something else than what stands in the `try`."""
        known = self._before(attempt)
        rest = self._after(attempt, absent=False)
        caught = self._block(handler.body, rest, known, absent=True)
        return caught != self._block([*attempt.body, *attempt.orelse], rest, known, absent=False)

    def _goes_on(self, part: ast.comprehension) -> bool:
        """Whether the comprehension runs over the attributes further on, so that there is nothing without any."""
        whole = self._source.parent(part)
        parts: list[ast.comprehension] = getattr(whole, "generators", [])
        return any(self._is_list(later.iter) for later in parts[parts.index(part) + 1 :])

    # --- statements -------------------------------------------------------------------------

    def _course(self, statement: ast.stmt, *, absent: bool) -> list[str]:
        """What is done from a statement on, where a list is not there: by SOAP's code, or by REST's."""
        known = self._before(statement)
        return self._block([statement], self._after(statement, absent=absent), known, absent=absent)

    def _after(self, statement: ast.stmt, *, absent: bool) -> list[str]:
        """What follows a statement until its function, or the round of its loop, ends."""
        block = self._source.block(statement)
        following = block[block.index(statement) + 1 :]
        parent = self._source.parent(statement)
        match parent:
            case ast.If():
                rest = self._after(parent, absent=absent)
            case ast.For() | ast.AsyncFor() | ast.While() if statement in parent.body:
                rest = ["continue"]
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                rest = ["return None"]
            case _:
                rest = ["…"]
        return self._block(following, rest, {}, absent=absent)

    def _before(self, statement: ast.stmt) -> dict[str, str]:
        """The variables that are known to be empty, or a constant, when a statement is reached."""
        block = self._source.block(statement)
        known: dict[str, str] = {}
        for earlier in block[: block.index(statement)]:
            for name in (n.id for n in walk(earlier) if isinstance(n, ast.Name)):
                known.pop(name, None)
            match earlier:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_plain(value):
                    known[name] = ast.unparse(value)
        return known

    def _block(
        self, statements: Sequence[ast.stmt], rest: list[str], known: dict[str, str], *, absent: bool
    ) -> list[str]:
        done: list[str] = []
        for index, statement in enumerate(statements):
            match statement:
                case ast.If(test=test):
                    following = self._block(statements[index + 1 :], rest, known, absent=absent)
                    truth = self._truth(test, absent=absent)
                    if isinstance(truth, bool):
                        branch = statement.body if truth else statement.orelse
                        return done + self._block(branch, following, known, absent=absent)
                    ways = [
                        self._block(b, following, known, absent=absent)
                        for b in (statement.body, statement.orelse)
                    ]
                    if ways[0] == ways[1] and not any(isinstance(n, ast.Call) for n in walk(test)):
                        return done + ways[0]
                    return [*done, f"if {truth}", *ways[0], "else", *ways[1], "end"]
                case ast.For(iter=over) if self._is_list(over):
                    return done + self._block(
                        [*statement.orelse, *statements[index + 1 :]], rest, known, absent=absent
                    )
                case ast.Return(value=value):
                    return [*done, f"return {self._value(value, absent=absent) if value else None}"]
                case ast.Continue():
                    return [*done, "continue"]
                case ast.Break() | ast.Raise():
                    return [*done, ast.unparse(statement)]
                case ast.Pass():
                    continue
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    text = self._value(value, absent=absent)
                    if known.get(name) != text and text != _NOTHING:
                        done.append(f"{name} = {text}")
                case ast.Expr(value=value):
                    done.append(self._value(value, absent=absent))
                case _:
                    done.append(self._text(statement, absent=absent))
        return done + rest

    # --- expressions ------------------------------------------------------------------------

    def _truth(self, test: ast.expr, *, absent: bool) -> bool | str:
        """What a test comes to; the text of what is left of it where that depends on other things."""
        if self._is_list(test):
            return not absent
        match test:
            case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=None)]) if self._is_list(
                left
            ):
                return absent is isinstance(op, ast.Is | ast.Eq)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                truth = self._truth(operand, absent=absent)
                return not truth if isinstance(truth, bool) else f"not ({truth})"
            case ast.Call(func=ast.Name(id="bool"), args=[only]):
                return self._truth(only, absent=absent)
            case ast.BoolOp(op=op, values=values):
                ends = isinstance(op, ast.Or)
                left_over: list[str] = []
                for value in values:
                    truth = self._truth(value, absent=absent)
                    if truth is ends and not left_over:
                        return ends
                    if not isinstance(truth, bool) or truth is ends:
                        left_over.append(str(truth))
                return (" or " if ends else " and ").join(left_over) if left_over else not ends
        return self._text(test, absent=absent)

    def _value(self, node: ast.expr, *, absent: bool) -> str:
        """The text of what an expression gives where the list is not there."""
        if self._is_list(node):
            return _NOTHING
        chosen = self._chosen(node, absent=absent)
        return self._text(node, absent=absent) if chosen is None else chosen

    def _chosen(self, node: ast.expr, *, absent: bool) -> str | None:
        """What a choice gives, where the list decides it."""
        match node:
            case ast.IfExp(test=test, body=body, orelse=orelse):
                truth = self._truth(test, absent=absent)
                if isinstance(truth, bool):
                    chosen, other = (body, orelse) if truth else (orelse, body)
                    return self._as_list(chosen, other, absent=absent)
            case ast.BoolOp(op=op, values=values):
                for value in values:
                    truth = self._truth(value, absent=absent)
                    if value is values[-1]:
                        return self._as_list(value, values[-2], absent=absent)
                    if truth is isinstance(op, ast.Or):
                        return self._value(value, absent=absent)
                    if not isinstance(truth, bool):
                        return None
        return None

    def _as_list(self, node: ast.expr, other: ast.expr, *, absent: bool) -> str:
        """A value that stands for the list where the other one is the list: nothing, where it is empty."""
        if self._is_list(other) and ast.unparse(node) in ("[]", "()", "None"):
            return _NOTHING
        return self._value(node, absent=absent)

    def _emptied(self, node: ast.expr, *, absent: bool) -> str | None:
        """What an expression over the attributes comes to without any; None for other expressions."""
        match node:
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                if not self._is_list(node.generators[0].iter):
                    return None
                kinds = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict"}
                return _EMPTY.get(kinds.get(type(node), ""), "()")
            case ast.Call(func=ast.Name(id="next"), args=[ast.GeneratorExp() as search, default]):
                if self._is_list(search.generators[0].iter):
                    return self._value(default, absent=absent)
            case ast.Call(func=ast.Name(id=name), args=[ast.GeneratorExp() as search], keywords=[]) if (
                name in _EMPTY
            ):
                return _EMPTY[name] if self._is_list(search.generators[0].iter) else None
            case ast.IfExp() | ast.BoolOp():
                return self._chosen(node, absent=absent)
        return None

    def _text(self, node: ast.AST, *, absent: bool) -> str:
        """A piece of code with what the expressions over the attributes in it come to."""

        def rebuilt(part: object) -> object:
            if isinstance(part, list):
                return [rebuilt(item) for item in part]
            if not isinstance(part, ast.AST):
                return part
            empty = self._emptied(part, absent=absent) if isinstance(part, ast.expr) else None
            if empty is not None:
                return ast.parse(empty, mode="eval").body
            return type(part)(**{name: rebuilt(value) for name, value in ast.iter_fields(part)})

        made = rebuilt(node)
        return ast.unparse(ast.fix_missing_locations(made)) if isinstance(made, ast.AST) else ""


def _is_plain(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.Call(func=ast.Name(id="dict" | "list" | "set" | "tuple"), args=[], keywords=[]):
            return True
    return False
