"""Which modules a migration unit concerns: those its values reach, what these import, and who uses them."""

import ast
from collections.abc import Iterable

from marketo_migrate.model.flow import (
    ClientFlow,
    ContainerFlow,
    Flow,
    FunctionFlow,
    InstanceFlow,
    ModuleFlow,
    Place,
    RequestFlow,
    ResponseFlow,
)
from marketo_migrate.model.module_paths import bare_path
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.source import Source


class Imports:
    """Which modules of a program import which, at their top or later."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._by_stem: dict[str, list[str]] = {}
        for path in program.everything:
            self._by_stem.setdefault(_parts(path)[-1], []).append(path)

    def of(self, path: str) -> set[str]:
        """The modules that one imports: of several with that name, the nearest ones."""
        return set(_imported(self._program.everything[path], self._by_stem))

    def reached(self, path: str) -> set[str]:
        """The modules that importing one imports at most, without itself."""
        found: set[str] = set()
        pending = [path]
        while pending:
            more = self.of(pending.pop()) - found
            found |= more
            pending += more
        return found - {path}


class Concerns:
    """The relations between the modules of a program, made once."""

    def __init__(self, program: Program) -> None:
        self._clients: dict[int, set[str]] = {}
        self._answers: dict[Place, set[str]] = {}
        self._imports: dict[str, set[str]] = {}
        self._users: dict[str, set[str]] = {}
        imports = Imports(program)
        for path, source in program.everything.items():
            self._imports[path] = imports.of(path)
            for flows in source.flows_by_place.values():
                for flow in flows:
                    self._note(path, flow)
            for imported in self._imports[path]:
                self._users.setdefault(imported, set()).add(path)

    def _note(self, path: str, flow: Flow) -> None:
        match flow:
            case ClientFlow(client=client) | RequestFlow(client=client):
                self._clients.setdefault(client, set()).add(path)
            case ResponseFlow(call=call):
                self._answers.setdefault(call[0], set()).add(path)
            case ContainerFlow(holds=holds):
                for held in holds:
                    self._answers.setdefault(held.call[0], set()).add(path)
            case ModuleFlow(path=other) | FunctionFlow(path=other) | InstanceFlow(path=other):
                if other != path:
                    self._imports[path].add(other)

    def of(self, clients: Iterable[int], places: Iterable[Place]) -> frozenset[str]:
        """The modules of the unit with these clients and calls."""
        found: set[str] = set()
        for client in clients:
            found |= self._clients.get(client, set())
        for place in places:
            found.add(place[0])
            found |= self._answers.get(place, set())
        for path in tuple(found):
            found |= self._users.get(path, set())
        pending = list(found)
        while pending:
            more = self._imports.get(pending.pop(), set()) - found
            found |= more
            pending += more
        return frozenset(found)


def _imported(source: Source, by_stem: dict[str, list[str]]) -> Iterable[str]:
    for node in source.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _named(source.path, alias.name, by_stem)
        elif isinstance(node, ast.ImportFrom):
            prefix = f"{node.module}." if node.module else ""
            if node.module == "django.conf":
                yield from (path for paths in by_stem.values() for path in paths if "settings" in path)
            if node.module:
                yield from _named(source.path, node.module, by_stem)
            for alias in node.names:
                yield from _named(source.path, prefix + alias.name, by_stem)


def _named(importer: str, name: str, by_stem: dict[str, list[str]]) -> Iterable[str]:
    tail = name.split(".")
    own = _parts(importer)[:-1]
    candidates = [
        path for path in by_stem.get(tail[-1], ()) if path != importer and _fits(_parts(path), tail)
    ]
    best = max((_shared(own, _parts(path)) for path in candidates), default=0)
    return [path for path in candidates if _shared(own, _parts(path)) == best]


def _fits(parts: list[str], tail: list[str]) -> bool:
    count = min(len(parts), len(tail))
    return parts[-count:] == tail[-count:]


def _shared(own: list[str], parts: list[str]) -> int:
    count = 0
    for one, other in zip(own, parts, strict=False):
        if one != other:
            break
        count += 1
    return count


def _parts(path: str) -> list[str]:
    return bare_path(path).split("/")
