"""Small functions that written calls use: looking up a list's id by its name, sending portions."""

import ast
import re
from collections.abc import Callable, Collection, Iterable

from marketo_migrate.model.rest import Target as TargetFacts
from marketo_migrate.rewrite.layout import LINE_LIMIT, fit
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.reads import names_in
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.targets import Target

PREFIX = "helper."
_MENTION = re.compile(r"\$\{helper\.([A-Za-z_]+)\}")
_RAISE = re.compile(r"raise LookupError\((.*?)\)(?:  # (\d+))?$")
_RAISE_REASON = re.compile(r"raise RuntimeError\((\w+)\[(['\"])reasons\2\]\[0\]\[\2message\2\]\)$")
_KEYWORD = re.compile(r"\b(\w+)=(?!=)")
_CODE = "1013"
_MODULES = re.compile(r"(?<![\w.])(functools|os|tempfile)\.")
_SHARED = "import_batches"
"""The function that keeps what is started in one module and asked for in another."""

TIMES = "datetime."
"""How rule data names the class datetime."""


def times(source: Source) -> str:
    """The class datetime as a module names it."""
    for node in source.tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "datetime":
                    return f"{alias.asname or alias.name}.datetime"
    return "datetime"


def need_times(source: Source, target: Target) -> None:
    """A module needs the class datetime."""
    if times(source) == "datetime":
        target.need(source, "datetime", "datetime")
    elif times(source) == "datetime.datetime":
        target.need(source, "datetime")


class Functions:
    """Which functions each module needs, under which names. Their texts are the target's rule data.

    `library` is the SOAP library whose ways they keep, where the rules have a text for it.
    """

    def __init__(self, facts: TargetFacts, target: Target, *, library: str | None = None) -> None:
        self._texts = {
            name: facts.helpers.get(f"{name}_for_{library}", text) for name, text in facts.helpers.items()
        }
        self._target = target
        self._names: dict[str, dict[str, str]] = {}
        self._imported: set[tuple[str, str]] = set()
        self._added: dict[str, dict[str, list[str]]] = {}
        self._handled: set[tuple[str, str]] = set()

    def name(self, source: Source, helper: str) -> str:
        """The name of a function in a module, which has it from now on."""
        names = self._names.setdefault(source.path, {})
        if helper not in names:
            for inner in _MENTION.findall(self._texts[helper]):
                self.name(source, inner)
            taken = names_in(source.text) | set(names.values())
            free = (helper, f"marketo_{helper}", *(f"{helper}_{n}" for n in range(2, 100)))
            names[helper] = next(name for name in free if name not in taken)
            if TIMES in self._texts[helper]:
                need_times(source, self._target)
            for module in _MODULES.findall(self._texts[helper]):
                self._target.need(source, module)
        return names[helper]

    def check(self, source: Source, helper: str, *, handled: bool) -> str:
        """The name of a function that raises. `handled`: a handler must get the client's exception of it."""
        if handled:
            self._handled.add((source.path, helper))
        return self.name(source, helper)

    def share(self, home: Source, others: Iterable[tuple[Source, str]]) -> None:
        """What has to be one for the whole program is in one module; `others` import it by its dotted name."""
        name = self.name(home, _SHARED)
        for source, module in others:
            self._names.setdefault(source.path, {})[_SHARED] = name
            self._imported.add((source.path, _SHARED))
            self._target.need(source, module, name)
            self._target.local.add(module)

    def add(self, source: Source, name: str, lines: list[str]) -> None:
        """A function that is no helper of the rules, before all others of a module."""
        self._added.setdefault(source.path, {})[name] = lines

    def names(self, source: Source) -> Collection[str]:
        """The names of the functions that a module gets."""
        return [*self._added.get(source.path, {}), *self._names.get(source.path, {}).values()]

    def note(self, source: Source, template: str) -> None:
        """Make sure that a module has the functions that a template mentions."""
        for helper in _MENTION.findall(template):
            self.name(source, helper)

    def fill(self, source: Source, template: str) -> str:
        """A template with the names of the functions in it."""
        return _MENTION.sub(lambda match: self.name(source, match[1]), template)

    def keywords(self, template: str) -> frozenset[str]:
        """The names of keyword arguments in a template and in the functions that it mentions."""
        texts, pending = [template], _MENTION.findall(template)
        seen: set[str] = set()
        while pending:
            helper = pending.pop()
            if helper not in seen:
                seen.add(helper)
                texts.append(self._texts[helper])
                pending.extend(_MENTION.findall(self._texts[helper]))
        return frozenset(name for text in texts for name in _KEYWORD.findall(text))

    def functions(self, source: Source, *, handled: bool) -> list[list[str]]:
        """The lines of each function that a module needs. `handled`: handlers wait for the client's exception."""
        own = (name for name in self._names.get(source.path, {}) if (source.path, name) not in self._imported)
        helpers = [self._lines(source, helper, handled=handled) for helper in own]
        return [*self._added.get(source.path, {}).values(), *helpers]

    def _lines(self, source: Source, helper: str, *, handled: bool) -> list[str]:
        text = self.fill(source, self._texts[helper])
        text = text.replace(TIMES, f"{times(source)}.")
        text = text.replace(f"def {helper}(", f"def {self.name(source, helper)}(", 1)
        text = text.replace(f"class {helper}:", f"class {self.name(source, helper)}:", 1)
        handled = handled or (source.path, helper) in self._handled
        lines: list[str] = []
        for line in text.rstrip().split("\n"):
            content = line.lstrip(" ")
            indent = source.indent_unit * ((len(line) - len(content)) // 4)
            quoted = content if '"""' in content or "'" in content else content.replace('"', source.quote)
            raised = _RAISE.match(quoted)
            if raised:
                quoted = f"raise LookupError({raised[1]})"
            if raised and handled:
                code = source.literal(raised[2] or _CODE)
                quoted = self._target.raise_error(source, code, raised[1], handled=True)
            reason = _RAISE_REASON.match(quoted)
            if reason and handled:
                quoted = self._target.raise_skipped(source, reason[1], handled=True)
            whole = fit(
                quoted, column=len(indent), after=0, indent=indent, unit=source.indent_unit, limit=LINE_LIMIT
            )
            lines.extend((indent + whole).split("\n"))
        return lines


def outside_names(lines: list[str]) -> set[str]:
    """The names that a function reads and does not make itself."""
    tree = ast.parse("\n".join(lines))
    names = [node for node in walk(tree) if isinstance(node, ast.Name)]
    own = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in walk(tree) if isinstance(node, ast.arg)}
    return {node.id for node in names} - own


def before_first_definition(
    source: Source, uses: list[ast.AST], stays: Callable[[ast.stmt], bool]
) -> ast.stmt | None:
    """The first function or class of a module that stays, where nothing before it is among the uses."""
    definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    first = next((s for s in source.tree.body if isinstance(s, definition) and stays(s)), None)
    if first is None:
        return None
    start = source.span(first)[0]
    return first if all(source.span(use)[0] >= start for use in uses) else None
