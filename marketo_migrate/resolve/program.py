"""The scanned program as modules: which file an import means, and the facts of the files loaded so far."""

import sys
from collections.abc import Callable, Iterable
from copy import copy

from marketo_migrate.model.facts import ModuleFacts
from marketo_migrate.model.module_paths import bare_path

Loader = Callable[[str], ModuleFacts | None]
Configured = Callable[[str, str | None, str], tuple[tuple[str, str, int], ...]]
"""Gives a module the addresses under a section and key of its settings files: text, path, line."""


class Program:
    """The Python files of a repository; a module's facts are loaded when something asks for them.

    `paths` are POSIX paths of all Python files, `load` gives the facts of one (None: it cannot be
    read), `configured` looks up settings files, `libraries` are top-level names that mean installed
    packages where a file could also match.
    """

    def __init__(
        self, paths: Iterable[str], load: Loader, libraries: frozenset[str], configured: Configured
    ) -> None:
        self.configured = configured
        self._paths = frozenset(paths)
        self._load = load
        self._libraries = libraries
        self._modules: dict[str, ModuleFacts | None] = {}
        self._imports: dict[tuple[str, str, int], str | None] = {}
        self._by_tail: dict[str, list[str]] = {}
        for path in sorted(self._paths, key=lambda p: (p.count("/"), p)):
            self._by_tail.setdefault(_stem(path), []).append(path)

    def again(self, load: Loader) -> "Program":
        """The same files with nothing loaded; what is known of their names is shared."""
        other = copy(self)
        other._load = load
        other._modules = {}
        other._imports = {}
        return other

    def facts(self, path: str) -> ModuleFacts | None:
        """The facts of a module, loaded now if need be."""
        if path not in self._modules:
            self._modules[path] = self._load(path) if path in self._paths else None
        return self._modules[path]

    def loaded(self) -> tuple[str, ...]:
        """The paths of all modules that were loaded, sorted."""
        return tuple(sorted(path for path, facts in self._modules.items() if facts is not None))

    def find(self, importer: str, dotted: str, level: int) -> str | None:
        """The file that `dotted` names in an import of `importer`, or None for an outside module."""
        key = (importer, dotted, level)
        if key not in self._imports:
            self._imports[key] = self._relative(*key) if level else self._absolute(importer, dotted)
        return self._imports[key]

    def submodule(self, package: str, name: str) -> str | None:
        """The file of submodule `name` of the package whose `__init__` is `package`."""
        if not package.endswith("__init__.py"):
            return None
        return self._file(_parent(package), [name])

    def named(self, stems: frozenset[str]) -> tuple[str, ...]:
        """All files whose module name is one of `stems`, or that lie in a package named so."""
        found = [path for stem in sorted(stems) for path in self._by_tail.get(stem, ())]
        found.extend(
            path
            for path in sorted(self._paths)
            if _parent(path).rpartition("/")[2] in stems and path not in found
        )
        return tuple(found)

    def _relative(self, importer: str, dotted: str, level: int) -> str | None:
        directory = _parent(importer)
        for _ in range(level - 1):
            directory = _parent(directory)
        return self._file(directory, dotted.split(".") if dotted else [])

    def _absolute(self, importer: str, dotted: str) -> str | None:
        parts = dotted.split(".")
        directory = _parent(importer)
        while True:
            for root in (directory, _join(directory, "src"), _join(directory, "lib")):
                found = self._file(root, parts)
                if found and found != importer and self._may_shadow(root, parts[0], importer):
                    return found
            if not directory:
                break
            directory = _parent(directory)
        # Far away, a file with the name of a standard module is somebody's copy of it, or something else.
        elsewhere = parts[0] in self._libraries or parts[0] in sys.stdlib_module_names
        return None if elsewhere else self._by_suffix(parts)

    def _may_shadow(self, root: str, top: str, importer: str) -> bool:
        """Whether a file beside the importer can stand for an installed library of that name."""
        if top not in self._libraries:
            return True
        if _join(root, "__init__.py") not in self._paths:
            return True
        facts = self._modules.get(importer)
        return facts is not None and facts.language == 2

    def _by_suffix(self, parts: list[str]) -> str | None:
        stem = parts[-1]
        tail = "/" + "/".join(parts)
        for path in self._by_tail.get(stem, ()):
            bare = "/" + bare_path(path)
            if not bare.endswith(tail):
                continue
            root = bare[: -len(tail)].lstrip("/")
            if _join(root, "__init__.py") not in self._paths:
                return path
        return None

    def _file(self, directory: str, parts: list[str]) -> str | None:
        base = "/".join(part for part in (directory, *parts) if part)
        for candidate in (_join(base, "__init__.py"), base + ".py"):
            if candidate in self._paths:
                return candidate
        return None


def _stem(path: str) -> str:
    name = path.rpartition("/")[2].removesuffix(".py")
    return _parent(path).rpartition("/")[2] if name == "__init__" else name


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name
