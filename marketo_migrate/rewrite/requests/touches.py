"""What is done with a variable: what gives it a value, what fills the object it holds, and what else."""

import ast

from marketo_migrate.model.soap import SoapFacts
from marketo_migrate.rewrite.aliases import Aliases, inner_reads
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.source import FunctionNode, Source, in_comprehension, walk_scope

GROWING = frozenset({"append", "extend", "insert", "update"})
"""The methods that fill a list or an object."""


class Touches:
    """Everything that is done with a variable in a function or module: values, fillings, other uses."""

    def __init__(
        self,
        aliases: Aliases,
        source: Source,
        function: FunctionNode | None,
        name: str,
        dead: frozenset[int] = frozenset(),
    ) -> None:
        """`dead` are the ids of statements that surely do not run."""
        self._dead = dead
        self.name = name
        self._aliases = aliases
        scope = function or source.tree
        self.values: list[tuple[ast.stmt, ast.expr]] = []
        self.builders: list[tuple[ast.stmt, tuple[str, ...], str, ast.expr]] = []
        self.reads: list[ast.Name] = []
        self.odd: list[ast.AST] = [
            n
            for n in inner_reads(source, scope, name)
            if not isinstance(n.ctx, ast.Load) or aliases.is_changed(source, n)
        ]
        for node in walk_scope(function or source.tree):
            if isinstance(node, ast.Name) and node.id == name and not in_comprehension(source, node):
                self._note(source, node)

    def statements(self) -> list[ast.stmt]:
        """The statements that give or fill the variable."""
        return [*(s for s, _ in self.values), *(s for s, *_ in self.builders)]

    def _note(self, source: Source, node: ast.Name) -> None:
        if id(node) in source.leaving or (self._dead and id(source.statement(node)) in self._dead):
            return
        parent = source.parent(node)
        if not isinstance(node.ctx, ast.Load):
            plain = isinstance(parent, ast.Assign) and len(parent.targets) == 1 and parent.targets[0] is node
            annotated = isinstance(parent, ast.AnnAssign) and parent.target is node
            if (
                (plain or annotated)
                and isinstance(parent, ast.Assign | ast.AnnAssign)
                and parent.value is not None
            ):
                self.values.append((parent, parent.value))
            elif (pair := given_in_tuple(source, node)) is not None:
                self.values.append(pair)
            elif isinstance(parent, ast.AugAssign) and isinstance(parent.op, ast.Add):
                self.builders.append((parent, (), "extend", parent.value))
            else:
                self.odd.append(node)
            return
        found = self._builder(source, node)
        if found is not None:
            self.builders.append(found)
        else:
            self.reads.append(node)
            if self._aliases.is_changed(source, node):
                self.odd.append(node)

    def _builder(
        self, source: Source, node: ast.Name
    ) -> tuple[ast.stmt, tuple[str, ...], str, ast.expr] | None:
        current: ast.AST = node
        path: list[str] = []
        while True:
            parent = source.parent(current)
            if isinstance(parent, ast.Attribute) and parent.value is current:
                path.append(parent.attr)
            elif (
                isinstance(parent, ast.Subscript)
                and parent.value is current
                and isinstance(parent.slice, ast.Constant)
                and isinstance(parent.slice.value, str)
            ):
                path.append(parent.slice.value)
            else:
                break
            current = parent
        parent = source.parent(current)
        if path and isinstance(parent, ast.Assign) and current in parent.targets and len(parent.targets) == 1:
            return parent, tuple(path), "set", parent.value
        if path and isinstance(current, ast.Attribute | ast.Subscript) and isinstance(current.ctx, ast.Store):
            pair = given_in_tuple(source, current)
            if pair is not None:
                return pair[0], tuple(path), "set", pair[1]
        if path and isinstance(parent, ast.Delete) and len(parent.targets) == 1:
            return parent, tuple(path), "unset", parent.targets[0]
        if (
            path
            and path[-1] in GROWING
            and isinstance(parent, ast.Call)
            and parent.func is current
            and isinstance(source.parent(parent), ast.Expr)
            and len(parent.args) + (path[-1] == "update" and bool(parent.keywords)) == 1
        ):
            statement = source.statement(parent)
            given: ast.expr = parent.args[0] if parent.args else _as_dict_call(parent)
            return statement, tuple(path[:-1]), path[-1], given
        if (
            not path
            and isinstance(parent, ast.Call)
            and isinstance(parent.func, ast.Name)
            and parent.func.id == "setattr"
            and len(parent.args) == 3
            and parent.args[0] is node
            and isinstance(parent.args[1], ast.Constant)
        ):
            return source.statement(parent), (str(parent.args[1].value),), "set", parent.args[2]
        return None


class Variables:
    """Finds what is done with the variables of a program."""

    def __init__(self, program: Program, soap: SoapFacts) -> None:
        self._program = program
        self._fields = frozenset(item.name for kind in soap.types.values() for item in kind.fields)

    def touches(
        self, source: Source, function: FunctionNode | None, name: str, dead: frozenset[int] = frozenset()
    ) -> Touches:
        """What is done with a variable in a function or module; `dead` are statements that surely do not run."""
        return Touches(Aliases(self._program, self._fields), source, function, name, dead)


def is_length(source: Source, node: ast.expr) -> bool:
    """Whether a list is read only for its length, or for whether it is empty."""
    match source.parent(node):
        case ast.Call(func=ast.Name(id="len"), args=[only]):
            return only is node
    return is_truth(source, node)


def is_truth(source: Source, node: ast.expr) -> bool:
    """Whether a list is read only for whether it is empty."""
    match source.parent(node):
        case ast.Call(func=ast.Name(id="bool"), args=[only]):
            return only is node
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return test is node
        case ast.UnaryOp(op=ast.Not()):
            return True
    return False


def is_kept_and_changed(source: Source, node: ast.Name, touches: Touches) -> bool:
    """Whether a loop puts one object into a list again and again, and fills it each time."""
    call = source.parent(node)
    if not isinstance(call, ast.Call) or node not in call.args or not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr not in GROWING:
        return False
    for loop in source.ancestors(node):
        if isinstance(loop, ast.For | ast.While) and any(
            loop in source.ancestors(s) for s, *_ in touches.builders
        ):
            return not any(loop in source.ancestors(statement) for statement, _ in touches.values)
        if isinstance(loop, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
    return False


def _as_dict_call(call: ast.Call) -> ast.Call:
    """`dict(a=1)` for the keywords of `x.update(a=1)`."""
    return ast.copy_location(ast.Call(ast.Name("dict", ast.Load()), [], call.keywords), call)


def given_in_tuple(source: Source, target: ast.expr) -> tuple[ast.stmt, ast.expr] | None:
    """The statement and value of a target in `a, b = x, y`."""
    holder = source.parent(target)
    if not isinstance(holder, ast.Tuple | ast.List):
        return None
    statement = source.parent(holder)
    if (
        not isinstance(statement, ast.Assign)
        or len(statement.targets) != 1
        or statement.targets[0] is not holder
    ):
        return None
    value = statement.value
    if not isinstance(value, ast.Tuple | ast.List) or len(value.elts) != len(holder.elts):
        return None
    if any(isinstance(item, ast.Starred) for item in (*value.elts, *holder.elts)):
        return None
    return statement, value.elts[holder.elts.index(target)]
