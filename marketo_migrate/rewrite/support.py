"""The module that plain requests need: one small class, put once into the user's own repository.

It lies beside the module that makes the client. The modules that use it import it the way the code around them
imports its neighbours.
"""

import ast
from collections.abc import Collection, Iterable

from marketo_migrate.model.rest import Target as TargetRule
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.targets import SUPPORT, Target

_NAMES = (SUPPORT, "marketo_rest_client", "marketo_rest_api", "marketo_over_rest")
_DOCSTRING = '"""Marketo\'s REST API over plain HTTP."""'


class Support:
    """Places the module in a program of which `files` are all paths that exist."""

    def __init__(self, program: Program, target: Target, rule: TargetRule, files: Collection[str]) -> None:
        self._program = program
        self._target = target
        self._text = f"{_DOCSTRING}\n\n{rule.imports.strip()}\n\n\n{rule.support.strip()}\n"
        self._files = frozenset(files) | frozenset(program.everything)

    def place(self, constructions: Iterable[Source]) -> dict[str, str]:
        """Point the imports of the support module at its place; the new file by path, if one is needed."""
        wanting = [path for path, wanted in sorted(self._target.imports.items()) if SUPPORT in wanted]
        if not wanting:
            return {}
        makers = sorted({source.path for source in constructions}) or wanting
        home = min((_directory(path) for path in makers), key=lambda d: (d.count("/") if d else -1, d))
        near = next((path for path in makers if _directory(path) == home), makers[0])
        name, exists = self._name(home)
        layout = _Layout(self._program, self._files)
        for path in wanting:
            module = layout.module(self._program.sources[path], home, name)
            self._target.settle(path, module)
        if exists:
            return {}
        newline = self._program.sources[near].newline
        return {_joined(home, f"{name}.py"): self._text.replace("\n", newline)}

    def _name(self, home: str) -> tuple[str, bool]:
        """A name that is free in a directory, or that of the same module put there before."""
        for name in _NAMES:
            path = _joined(home, f"{name}.py")
            source = self._program.everything.get(path)
            if source is not None and source.text.replace("\r\n", "\n") == self._text:
                return name, True
            folder = _joined(home, name) + "/"
            if path not in self._files and not any(other.startswith(folder) for other in self._files):
                return name, False
        raise ValueError(f"all names for a module are taken in {home or '.'}")


class _Layout:
    """How the modules of a program name each other."""

    def __init__(self, program: Program, files: frozenset[str]) -> None:
        self._files = files
        self._roots = self._seen_roots(program)

    def _seen_roots(self, program: Program) -> set[tuple[str, str]]:
        """Directory and import root of each package that an absolute import of the program names."""
        by_name: dict[str, list[str]] = {}
        for path in program.everything:
            bare = path.removesuffix(".py").removesuffix("/__init__")
            by_name.setdefault(bare.rpartition("/")[2], []).append(bare)
        roots = set()
        for dotted in {name for source in program.everything.values() for name in source.absolute_imports}:
            tail = dotted.replace(".", "/")
            for bare in by_name.get(dotted.rpartition(".")[2], ()):
                if "/" in tail and (bare == tail or bare.endswith("/" + tail)):
                    roots.add((_directory(bare), bare[: len(bare) - len(tail)].rstrip("/")))
        return roots

    def module(self, source: Source, home: str, name: str) -> str:
        """The module `name` of the directory `home` as `source` imports it."""
        own = _directory(source.path)
        levels = [n.level for n in ast.walk(source.tree) if isinstance(n, ast.ImportFrom) and n.level]
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
        seen = sorted(root for directory, root in self._roots if directory == home)
        if seen:
            return seen[0]
        current = home
        while _joined(current, "__init__.py") in self._files:
            current = _directory(current)
        return current

    def _is_relative(self, source: Source, home: str, root: str | None) -> bool:
        """A package whose modules show no habit of their own: relative, unless the module is run as a script."""
        if root == home or any(directory == home for directory, _ in self._roots):
            return False
        return not self._imports_plainly(source, home) and "__main__" not in source.text

    def _imports_plainly(self, source: Source, home: str) -> bool:
        return any(
            _joined(home, f"{dotted.partition('.')[0]}.py") in self._files
            or _joined(home, f"{dotted.partition('.')[0]}/__init__.py") in self._files
            for dotted in source.absolute_imports
        )


def _relative(own: str, home: str, name: str) -> str:
    mine = own.split("/") if own else []
    other = home.split("/") if home else []
    shared = 0
    while shared < min(len(mine), len(other)) and mine[shared] == other[shared]:
        shared += 1
    return "." * (len(mine) - shared + 1) + ".".join([*other[shared:], name])


def _directory(path: str) -> str:
    return path.rpartition("/")[0]


def _joined(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name
