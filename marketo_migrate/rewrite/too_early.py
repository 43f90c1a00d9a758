"""The names that a module or function reads before it binds them: source text in, names out."""

import ast
import builtins
from functools import lru_cache

from marketo_migrate.rewrite.nodes import bound_by, children, parsed, walk

_BUILTINS = frozenset(dir(builtins))
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@lru_cache(maxsize=50)
def names_read_too_early(text: str) -> frozenset[str]:
    """The names of which every binding comes after a read, as the lines run from top to bottom.

    Reads in a loop that binds the name further down do not count, nor those in functions, lambdas and
    comprehensions inside. Raises `SyntaxError` for what is no Python.
    """
    found: set[str] = set()
    pending: list[ast.AST] = [parsed(text)]
    while pending:
        scope = pending.pop()
        uses = _Uses(scope)
        found |= uses.early()
        pending.extend(uses.functions)
    return frozenset(found)


class _Uses:
    """What one module or function reads and binds, in the order in which that happens."""

    def __init__(self, scope: ast.AST) -> None:
        self.functions: list[ast.AST] = []
        self._reads: list[tuple[str, int, frozenset[int]]] = []
        self._bound: dict[str, list[tuple[int, frozenset[int]]]] = {}
        self._excepted: set[str] = set(_BUILTINS) if isinstance(scope, ast.Module) else set()
        self._count = 0
        if isinstance(scope, _FUNCTIONS):
            given = scope.args
            every = (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg)
            self._excepted |= {argument.arg for argument in every if argument is not None}
        for statement in scope.body:  # type: ignore[attr-defined]
            self._look(statement, frozenset())

    def early(self) -> set[str]:
        """The names that are read before all their bindings."""
        return {
            name
            for name, place, loops in self._reads
            if name in self._bound
            and name not in self._excepted
            and all(at > place and not loops & around for at, around in self._bound[name])
        }

    def _look(self, node: ast.AST, loops: frozenset[int]) -> None:
        self._count += 1
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                self._reads.append((name, self._count, loops))
            case ast.Name(id=name):
                self._bind(name, loops)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                self._excepted.update(names)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                for alias in aliases:
                    self._bind(bound_by(alias), loops)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                for given in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
                    if given is not None:
                        self._look(given, loops)
                self._bind(name, loops)
                self.functions.append(node)
            case ast.ClassDef(name=name):
                # Names bound in a class are attributes; only functions in it are looked at.
                self._bind(name, loops)
                self._excepted |= {
                    n.id for n in walk(node) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
                }
                self.functions += [member for member in node.body if isinstance(member, _FUNCTIONS)]
            case ast.ExceptHandler(name=str() as name):
                self._bind(name, loops)
                self._within(node, loops)
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
                self._bind(name, loops)
                self._within(node, loops)
            case ast.MatchMapping(rest=str() as name):
                self._bind(name, loops)
                self._within(node, loops)
            case ast.Assign(targets=targets, value=value):
                for part in (value, *targets):
                    self._look(part, loops)
            case ast.AnnAssign(target=target, value=value):
                if value is not None:
                    self._look(value, loops)
                    self._look(target, loops)
            case ast.AugAssign(target=target, value=value):
                self._look(value, loops)
                self._look(target, loops)
            case ast.For() | ast.AsyncFor():
                self._look(node.iter, loops)
                for inside in (node.target, *node.body, *node.orelse):
                    self._look(inside, loops | {id(node)})
            case ast.While():
                self._within(node, loops | {id(node)})
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                # The first iterable aside, names may be the comprehension's own.
                if not isinstance(node, ast.Lambda):
                    self._look(node.generators[0].iter, loops)
                self._excepted |= {n.target.id for n in walk(node) if isinstance(n, ast.NamedExpr)}
            case _:
                self._within(node, loops)

    def _within(self, node: ast.AST, loops: frozenset[int]) -> None:
        for child in children(node):
            self._look(child, loops)

    def _bind(self, name: str, loops: frozenset[int]) -> None:
        self._bound.setdefault(name, []).append((self._count, loops))
