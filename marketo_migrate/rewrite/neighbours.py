"""How the modules of a program name their neighbours, and which names are free for a new one."""

import ast
from collections.abc import Collection
from functools import cached_property

from marketo_migrate.model.module_paths import bare_path
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import Source


class Neighbours:
    """The modules of a program of which `files` are all paths that exist."""

    def __init__(self, program: Program, files: Collection[str]) -> None:
        self._program = program
        self._files = frozenset(files) | frozenset(program.everything)

    @cached_property
    def _roots(self) -> set[tuple[str, str]]:
        """Directory and import root of each package that an absolute import of the program names."""
        program = self._program
        by_name: dict[str, list[str]] = {}
        for path in program.everything:
            bare = bare_path(path)
            by_name.setdefault(bare.rpartition("/")[2], []).append(bare)
        roots = set()
        for dotted in {name for source in program.everything.values() for name in source.absolute_imports}:
            tail = dotted.replace(".", "/")
            for bare in by_name.get(dotted.rpartition(".")[2], ()):
                if "/" in tail and (bare == tail or bare.endswith("/" + tail)):
                    roots.add((directory(bare), bare[: len(bare) - len(tail)].rstrip("/")))
        return roots

    def is_free(self, home: str, name: str) -> bool:
        """Whether a directory has no module or package of a name yet."""
        folder = joined(home, name) + "/"
        return joined(home, f"{name}.py") not in self._files and not any(
            other.startswith(folder) for other in self._files
        )

    def module(self, source: Source, home: str, name: str) -> str:
        """The module `name` of the directory `home` as `source` imports it."""
        own = directory(source.path)
        levels = [n.level for n in walk(source.tree) if isinstance(n, ast.ImportFrom) and n.level]
        root = self._root(home)
        inside = root is not None and (own == root or own.startswith(root + "/") or not root)
        if levels or (own == home and self._is_relative(source, home, root)):
            return _relative(own, home, name)
        if own == home and self._imports_plainly(source, home):
            return name
        if root is None or not inside or root == home:
            return name
        return ".".join([*home[len(root) :].strip("/").split("/"), name])

    def _root(self, home: str) -> str | None:
        """The directory that imports of modules in `home` start from."""
        seen = sorted(root for folder, root in self._roots if folder == home)
        if seen:
            return seen[0]
        current = home
        while joined(current, "__init__.py") in self._files:
            current = directory(current)
        return current

    def _is_relative(self, source: Source, home: str, root: str | None) -> bool:
        """A package whose modules show no habit of their own: relative, unless the module is run as a script."""
        if root == home or any(folder == home for folder, _ in self._roots):
            return False
        return not self._imports_plainly(source, home) and "__main__" not in source.text

    def _imports_plainly(self, source: Source, home: str) -> bool:
        return any(
            joined(home, f"{dotted.partition('.')[0]}.py") in self._files
            or joined(home, f"{dotted.partition('.')[0]}/__init__.py") in self._files
            for dotted in source.absolute_imports
        )


def module_name(program: Program, importer: Source, module: Source) -> str:
    """The dotted name under which a module already imports another one, or its package does."""
    tail = "/" + bare_path(module.path)

    def named_by(source: Source) -> str | None:
        return next((n for n in source.absolute_imports if tail.endswith("/" + n.replace(".", "/"))), None)

    found = named_by(importer)
    levels = [n.level for n in importer.of(ast.ImportFrom)]
    if found is None and not module.path.endswith("__init__.py"):
        relative = _relative(directory(importer.path), directory(module.path), tail.rpartition("/")[2])
        if len(relative) - len(relative.lstrip(".")) <= max(levels, default=0):
            return relative
    found = found or next(filter(None, map(named_by, program.sources.values())), None)
    if found is None:
        raise Unconvertible(f"it is not known how {importer.path} can import {module.path}")
    return found


def _relative(own: str, home: str, name: str) -> str:
    mine = own.split("/") if own else []
    other = home.split("/") if home else []
    shared = 0
    while shared < min(len(mine), len(other)) and mine[shared] == other[shared]:
        shared += 1
    return "." * (len(mine) - shared + 1) + ".".join([*other[shared:], name])


def directory(path: str) -> str:
    """The directory of a file."""
    return path.rpartition("/")[0]


def joined(folder: str, name: str) -> str:
    """The path of something in a directory."""
    return f"{folder}/{name}" if folder else name
