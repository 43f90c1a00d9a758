"""A REST client beside the SOAP one, for the calls that can move while others cannot."""

import ast
from dataclasses import dataclass

from marketo_migrate.rewrite.clients import Clients
from marketo_migrate.rewrite.concern import Imports
from marketo_migrate.rewrite.functions import Functions
from marketo_migrate.rewrite.insertions import in_order
from marketo_migrate.rewrite.neighbours import Neighbours, directory, joined, module_name
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.reads import names_in
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.targets import Target, import_lines, is_stdlib

_NAMES = ("rest_client", "marketo_rest_client", "marketo_rest")
_MODULES = ("marketo_rest_client", "marketo_client_rest", "rest_client_of_marketo")
_DOCSTRING = '"""The REST client of Marketo, for the calls that have moved from SOAP."""'


@dataclass(frozen=True, slots=True)
class _OwnModule:
    """A new module for the client, made over an empty source."""

    source: Source
    name: str
    munchkin: str
    like: Source


class Beside:
    """Makes the second client: a variable of the script, or a function that keeps it.

    The function stands where the SOAP client is made, in another module that those with the calls import, or in
    a new module, so that no import goes in a circle.
    """

    def __init__(
        self,
        program: Program,
        target: Target,
        clients: Clients,
        functions: Functions,
        neighbours: Neighbours,
    ) -> None:
        self._program = program
        self._target = target
        self._clients = clients
        self._functions = functions
        self._neighbours = neighbours
        self._text = _NAMES[0]
        self._own: _OwnModule | None = None

    def text(self, source: Source) -> str:
        """The REST client in a module."""
        return self._text

    def place(self, paths: set[str]) -> None:
        """Insert the client; `paths` are the modules of the calls that use it."""
        constructions = self._clients.constructions()
        if not constructions:
            raise Unconvertible("it is not known where the client is made")
        source, node = constructions[0]
        munchkins = {self._clients.munchkin(s, n) for s, n in constructions}
        if len(munchkins) != 1:
            raise Unconvertible("the client is made for several Marketo instances", source, node)
        used = names_in(source.text) | {
            n for path in paths for n in names_in(self._program.sources[path].text)
        }
        name = next((name for name in _NAMES if name not in used), None)
        if name is None:
            raise Unconvertible("no name is free for the REST client", source, node)
        munchkin = munchkins.pop()
        statement = source.statement(node)
        plain = statement in source.tree.body and isinstance(statement, ast.Assign)
        if plain and paths == {source.path} and len(constructions) == 1:
            self._text = name
            self._target.need_client(source)
            self._target.need(source, "os")
            source.insert_after(
                statement, lambda: self._clients.assignment(source, name, munchkin, indent="").split("\n")
            )
            return
        self._text = f"{name}()"
        home = self._home(source.path, paths)
        if home is None:
            self._own_module(source, name, munchkin, paths)
            return
        self._need(home)
        self._functions.add(home, name, self._function(home, name, munchkin))
        for path in sorted(paths - {home.path}):
            other = self._program.sources[path]
            self._import(other, module_name(self._program, other, home), name)

    @property
    def new_sources(self) -> tuple[Source, ...]:
        """The new module, if there is one."""
        return (self._own.source,) if self._own is not None else ()

    def new_files(self) -> dict[str, str]:
        """The new module by its path, if there is one; asked for when all imports are settled."""
        own = self._own
        if own is None:
            return {}
        function = self._function(own.source, own.name, own.munchkin)
        lines = import_lines(own.source, self._target.imports[own.source.path])
        standard = in_order({module: line for module, line in lines.items() if is_stdlib(module)})
        others = in_order({module: line for module, line in lines.items() if not is_stdlib(module)})
        text = "\n".join([_DOCSTRING, "", *standard, "", *others, "", "", *function, ""])
        return {own.source.path: text.replace("\n", own.like.newline)}

    def _home(self, made: str, paths: set[str]) -> Source | None:
        """The module for the function: one that those with calls import already, and that imports none of them."""
        imports = Imports(self._program)
        reached = {path: imports.reached(path) for path in {made, *paths}}
        for home in (made, *sorted(paths)):
            others = paths - {home}
            if all(home in reached[other] for other in others) and not reached[home] & others:
                return self._program.sources[home]
        return None

    def _own_module(self, made: Source, name: str, munchkin: str, paths: set[str]) -> None:
        """Put the function into a module of its own, beside the one that makes the SOAP client."""
        home = directory(made.path)
        module = next((module for module in _MODULES if self._neighbours.is_free(home, module)), None)
        if module is None:
            raise Unconvertible("no name is free for the module of the REST client", made)
        source = Source(joined(home, f"{module}.py"), "", {})
        self._need(source)
        self._own = _OwnModule(source, name, munchkin, made)
        for path in sorted(paths):
            other = self._program.sources[path]
            self._import(other, self._neighbours.module(other, home, module), name)

    def _need(self, source: Source) -> None:
        self._target.need_client(source)
        self._target.need(source, "os")
        self._target.need(source, "functools", "lru_cache")

    def _import(self, source: Source, module: str, name: str) -> None:
        self._target.local.add(module)
        self._target.need(source, module, name)

    def _function(self, source: Source, name: str, munchkin: str) -> list[str]:
        unit = source.indent_unit
        return [
            "@lru_cache(maxsize=None)",
            f"def {name}():",
            f'{unit}"""The REST client, for the calls that have moved from SOAP."""',
            *self._clients.assignment(source, "return", munchkin, indent=unit).split("\n"),
        ]
