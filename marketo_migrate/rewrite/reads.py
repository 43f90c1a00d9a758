"""What a module reads: names, attributes, texts that name something; before and after a rewrite."""

import ast
import io
import re
import tokenize
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from marketo_migrate.model.module_paths import bare_path
from marketo_migrate.rewrite.nodes import children, walk
from marketo_migrate.rewrite.source import Source

_BY_NAME = frozenset(
    {
        "getattr",
        "hasattr",
        "setattr",
        "delattr",
        "attrgetter",
        "methodcaller",
        "patch",
        "import_string",
        "import_module",
    }
)
_NAME = re.compile(r"[A-Za-z_]\w*")


class Edited(Protocol):
    """What goes and what comes by a rewrite."""

    def is_gone(self, node: ast.AST) -> bool:
        """Whether a node was taken away."""

    def inserted(self, source: Source) -> list[str]:
        """The texts that are put into a module."""


class Reads:
    """The names, attributes and texts that a module reads, before the edits (no `edited`) or after them."""

    def __init__(self, source: Source, edited: Edited | None) -> None:
        self.names: dict[str, int] = {}
        self.attributes: dict[str, list[int]] = {}
        self.texts: set[str] = set()
        self.exported: set[str] = set()
        self.imported: set[str] = set()
        self._modules: list[tuple[str, str]] = []
        self._exporting: dict[int, bool] = {}
        self._edited = edited
        self._source = source
        self._visit(source.tree)
        if edited is not None:
            for text in (*edited.inserted(source), *source.inserted_in(0, len(source.text))):
                self._text(text)

    def imported_from(self, path: str) -> set[str]:
        """The names this module imports from the module at a path."""
        bare = "/" + bare_path(path)
        return {name for module, name in self._modules if bare.endswith("/" + module.replace(".", "/"))}

    @property
    def imported_modules(self) -> set[str]:
        """The last parts of the names of the modules from which it imports names."""
        return {module.rpartition(".")[2] for module, _ in self._modules}

    def _visit(self, node: ast.AST) -> None:
        if self._edited is not None:
            if self._edited.is_gone(node):
                return
            if self._source.is_replaced(node):
                self._text(self._source.source(node), self._source.span(node)[0])
                return
        match node:
            case ast.Name(id=name, ctx=ast.Load() | ast.Del()):
                self.names[name] = self.names.get(name, 0) + 1
            case ast.Attribute(attr=name, ctx=ast.Load()):
                self.attributes.setdefault(name, []).append(self._source.span(node)[0])
            case ast.Constant(value=str() as text):
                if self._is_exported(node):
                    self.exported.add(text)
                elif "." in text or self._is_spelled_name(node):
                    self.texts.add(text.rpartition(".")[2])
            case ast.ImportFrom(module=module, names=names):
                for alias in names:
                    if self._edited is None or not self._edited.is_gone(alias):
                        self.imported.add(alias.name)
                        self._modules.append((module or "", alias.name))
        for child in children(node):
            self._visit(child)

    def _is_spelled_name(self, node: ast.AST) -> bool:
        """Whether a text is used as a name, by getattr() and its like."""
        for outer in self._source.ancestors(node):
            if isinstance(outer, ast.Call):
                return (getattr(outer.func, "id", "") or getattr(outer.func, "attr", "")) in _BY_NAME
        return False

    def _is_exported(self, node: ast.AST) -> bool:
        """Whether a text stands in `__all__`."""
        outer = next((a for a in self._source.ancestors(node) if isinstance(a, ast.stmt)), None)
        if not isinstance(outer, ast.Assign | ast.AugAssign):
            return False
        if id(outer) not in self._exporting:
            self._exporting[id(outer)] = any(
                isinstance(n, ast.Name) and n.id == "__all__" for n in walk(outer)
            )
        return self._exporting[id(outer)]

    def _text(self, text: str, at: int = -1) -> None:
        for name in names_in(text, attributes=False):
            self.names[name] = self.names.get(name, 0) + 1
        for name in names_in(text):
            self.attributes.setdefault(name, []).append(at)


class Readings:
    """What modules read, at one moment: by path, and who of them reads a name."""

    def __init__(self, modules: Mapping[str, Reads]) -> None:
        self._modules = modules
        self._attributes: dict[str, list[str]] = {}
        self._imported: dict[str, list[str]] = {}
        self._by_stem: dict[str, list[str]] = {}
        self.texts: set[str] = set()
        """The texts that stand for names, in any module."""
        for path, reads in modules.items():
            self.texts |= reads.texts
            for name in reads.attributes:
                self._attributes.setdefault(name, []).append(path)
            for name in reads.imported:
                self._imported.setdefault(name, []).append(path)
            for stem in reads.imported_modules:
                self._by_stem.setdefault(stem, []).append(path)

    def __getitem__(self, path: str) -> Reads:
        return self._modules[path]

    def with_attribute(self, name: str) -> Sequence[str]:
        """The paths of the modules that read an attribute."""
        return self._attributes.get(name, ())

    def importing(self, name: str) -> Sequence[str]:
        """The paths of the modules that import a name, by itself."""
        return self._imported.get(name, ())

    def imports_from(self, name: str, module: str) -> bool:
        """Whether another module imports a name from the one at a path, by itself and by the module's name."""
        stem = bare_path(module).rpartition("/")[2]
        return any(
            path != module and name in self._modules[path].imported_from(module)
            for path in self._by_stem.get(stem, ())
        )

    def imports(self, name: str, module: str) -> bool:
        """Whether another module than the one at a path may import a name from it, by itself or by a star."""
        return any(path != module for path in self.importing(name)) or any(
            path != module and name in self._modules[path].names for path in self.importing("*")
        )


@lru_cache(maxsize=2_000)
def names_in(text: str, *, keywords: bool = True, attributes: bool = True) -> frozenset[str]:
    """The names in a piece of code (strings and comments do not count, f-strings do).

    Without `keywords` the names of arguments in calls do not count: `name` in `f(name=value)`. Without
    `attributes` those behind a dot do not: `name` in `self.name`.
    """
    found: set[str] = set()
    before = ""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
        for token, following in zip(tokens, [*tokens[1:], None], strict=True):
            if token.type in (tokenize.NL, tokenize.COMMENT):
                continue
            is_keyword = before in ("(", ",") and following is not None and following.string == "="
            is_attribute = before == "."
            before = token.string
            if (
                token.type == tokenize.NAME
                and (keywords or not is_keyword)
                and (attributes or not is_attribute)
            ):
                found.add(token.string)
            elif (
                token.type == tokenize.STRING
                and "f" in token.string[:2].lower().partition(token.string[-1])[0]
            ):
                found.update(_NAME.findall(token.string))
    except (tokenize.TokenError, SyntaxError):
        found.update(_NAME.findall(text))
    return frozenset(found)


def writing_statement(source: Source, node: ast.Name) -> ast.stmt | None:
    """The statement that a name is only written in: assigned, or filled as an object; None for a read."""
    if not isinstance(node.ctx, ast.Load):
        statement = source.statement(node)
        if any(isinstance(a, ast.comprehension | ast.NamedExpr) for a in source.ancestors(node)):
            return None
        return statement if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign) else None
    current: ast.AST = node
    while True:
        parent = source.parent(current)
        if isinstance(parent, ast.Attribute | ast.Subscript) and parent.value is current:
            if not isinstance(parent.ctx, ast.Load):
                statement = source.statement(parent)
                return statement if isinstance(statement, ast.Assign | ast.Delete) else None
            current = parent
            continue
        break
    parent = source.parent(current)
    if (
        isinstance(current, ast.Attribute)
        and current.attr in ("append", "extend", "insert", "update")
        and isinstance(parent, ast.Call)
        and parent.func is current
    ):
        statement = source.statement(parent)
        return statement if isinstance(statement, ast.Expr) and statement.value is parent else None
    match parent:
        case ast.Call(func=ast.Name(id="setattr"), args=[first, _, _]) if first is node:
            statement = source.statement(parent)
            return statement if isinstance(statement, ast.Expr) and statement.value is parent else None
    return None
