"""A REST client beside the SOAP one, for the calls that can move while others cannot."""

import ast

from marketo_migrate.rewrite.clients import Clients
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.targets import Target
from marketo_migrate.rewrite.unused import Unused, names_in

_NAMES = ("rest_client", "marketo_rest_client", "marketo_rest")


class Beside:
    """Makes the second client where the first is made: a variable of the script, or a function that keeps it."""

    def __init__(self, program: Program, target: Target, clients: Clients, unused: Unused) -> None:
        self._program = program
        self._target = target
        self._clients = clients
        self._unused = unused
        self._text = _NAMES[0]

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
        self._target.need_client(source)
        self._target.need(source, "os")
        plain = statement in source.tree.body and isinstance(statement, ast.Assign)
        if plain and paths == {source.path} and len(constructions) == 1:
            self._text = name
            source.insert_after(
                statement, lambda: self._clients.assignment(source, name, munchkin, indent="").split("\n")
            )
            return
        self._text = f"{name}()"
        self._target.need(source, "functools", "lru_cache")
        self._function(source, node, name, munchkin)
        for path in sorted(paths - {source.path}):
            other = self._program.sources[path]
            self._target.need(other, module_name(self._program, other, source), name)

    def _function(self, source: Source, node: ast.AST, name: str, munchkin: str) -> None:
        """A function before the top-level statement that makes the SOAP client."""
        top: ast.AST = node
        while (parent := source.parent(top)) is not None and parent is not source.tree:
            top = parent
        if not isinstance(top, ast.stmt):
            raise Unconvertible("the client is made in a place that cannot be rewritten", source, node)
        unit = source.indent_unit
        made = self._clients.assignment(source, "return", munchkin, indent=unit)
        lines = [
            "@lru_cache(maxsize=None)",
            f"def {name}():",
            f'{unit}"""The REST client, for the calls that have moved from SOAP."""',
            *made.split("\n"),
            "",
            "",
        ]
        source.insert_before(top, lambda: lines)


def module_name(program: Program, importer: Source, module: Source) -> str:
    """The dotted name under which a module already imports another one, or its package does."""
    tail = "/" + module.path.removesuffix(".py").removesuffix("/__init__")
    for other in (importer, *program.sources.values()):
        for node in other.nodes:
            if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                if tail.endswith("/" + node.module.replace(".", "/")):
                    return node.module
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if tail.endswith("/" + alias.name.replace(".", "/")):
                        return alias.name
    raise Unconvertible(f"it is not known how {importer.path} can import {module.path}")
