"""The module that plain requests need: one small class, put once into the user's own repository.

It lies beside the module that makes the client. The modules that use it import it the way the code around them
imports its neighbours.
"""

from collections.abc import Collection, Iterable

from marketo_migrate.model.rest import Target as TargetRule
from marketo_migrate.rewrite.neighbours import Neighbours, directory, joined
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
        self._neighbours = Neighbours(program, files)

    def place(self, constructions: Iterable[Source], new: Iterable[Source] = ()) -> dict[str, str]:
        """Point the imports of the support module at its place; the new file by path, if one is needed.

        `new` are modules that come new, too.
        """
        sources = self._program.sources | {source.path: source for source in new}
        wanting = [path for path, wanted in sorted(self._target.imports.items()) if SUPPORT in wanted]
        if not wanting:
            return {}
        makers = sorted({source.path for source in constructions}) or wanting
        home = min((directory(path) for path in makers), key=lambda d: (d.count("/") if d else -1, d))
        near = next((path for path in makers if directory(path) == home), makers[0])
        name, exists = self._name(home)
        for path in wanting:
            module = self._neighbours.module(sources[path], home, name)
            self._target.settle(path, module)
        if exists:
            return {}
        newline = self._program.sources[near].newline
        return {joined(home, f"{name}.py"): self._text.replace("\n", newline)}

    def _name(self, home: str) -> tuple[str, bool]:
        """A name that is free in a directory, or that of the same module put there before."""
        for name in _NAMES:
            path = joined(home, f"{name}.py")
            source = self._program.everything.get(path)
            if source is not None and source.text.replace("\r\n", "\n") == self._text:
                return name, True
            if self._neighbours.is_free(home, name):
                return name, False
        raise ValueError(f"all names for a module are taken in {home or '.'}")
