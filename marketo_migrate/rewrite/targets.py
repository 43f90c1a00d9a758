"""What the written code is written for: the client library or plain requests; imports that it needs."""

import ast
import sys
from dataclasses import dataclass, field

from marketo_migrate.rewrite.nodes import bound_by
from marketo_migrate.rewrite.source import Source

SUPPORT = "marketo_rest"
"""The module of the `requests` target's class until its place and name are settled."""

_MODULES = {
    "marketorestpython": ("marketorestpython.client", "marketorestpython.helper.exceptions"),
    "requests": (SUPPORT, SUPPORT),
}
_CLASSES = {
    "marketorestpython": ("MarketoClient", "MarketoException"),
    "requests": ("MarketoRest", "MarketoError"),
}
_OTHER_NAMES = {
    "MarketoClient": "MarketoRestClient",
    "MarketoException": "MarketoRestException",
    "MarketoRest": "MarketoRestClient",
    "MarketoError": "MarketoRestError",
}
_SOAP_LIBRARIES = frozenset({"zeep", "suds", "marketo", "suds_marketo", "pymarketo"})


@dataclass(slots=True)
class Target:
    """A REST client: its constructor, its exception, and the imports that modules need for them.

    `local` are modules of the user's own repository among those imported.
    """

    name: str
    imports: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    local: set[str] = field(default_factory=set)
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    _settled: dict[str, str] = field(default_factory=dict)
    _placed: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    @property
    def transport_exception(self) -> str:
        """The exception of a failed connection."""
        return "requests.exceptions.RequestException"

    @property
    def distribution(self) -> str:
        """What is to be installed, under the name that it is imported by as well."""
        return "marketorestpython" if self.name == "marketorestpython" else "requests"

    def need(self, source: Source, module: str, name: str = "") -> None:
        """A module needs `import module` or `from module import name`."""
        self.imports.setdefault(source.path, {}).setdefault(module, set()).add(name)

    def need_client(self, source: Source) -> str:
        """A module makes a client; the name that the class has there."""
        return self._need_class(source, _MODULES[self.name][0], _CLASSES[self.name][0])

    def need_exception(self, source: Source) -> str:
        """A module names the exception of an error answer; the name that it has there."""
        return self._need_class(source, _MODULES[self.name][1], _CLASSES[self.name][1])

    def place(self, path: str, imports: dict[str, set[str]]) -> None:
        """Some of the imports of a module have their place already."""
        for module, names in imports.items():
            self._placed.setdefault(path, {}).setdefault(module, set()).update(names)

    def wanted(self, path: str) -> dict[str, set[str]]:
        """The names by module that a module needs and that have no place yet."""
        placed = self._placed.get(path, {})
        found = {
            module: names - placed.get(module, set()) for module, names in self.imports.get(path, {}).items()
        }
        return {module: names for module, names in found.items() if names}

    def client_in(self, source: Source) -> str | None:
        """The name that the client's class has in a module, None where it is not needed."""
        return self._names.get((source.path, _CLASSES[self.name][0]))

    def exception_in(self, source: Source) -> str | None:
        """The name that the exception has in a module, None where it is not needed."""
        return self._names.get((source.path, _CLASSES[self.name][1]))

    def _need_class(self, source: Source, module: str, name: str) -> str:
        """A class under its own name, or under another where the module uses that for something else."""
        key = (source.path, name)
        if key not in self._names:
            taken = names_of_others(source, module)
            own = name
            while own in taken:
                own = _OTHER_NAMES.get(own, own + "_")
            self._names[key] = own
        own = self._names[key]
        module = self._settled.get(source.path, module) if module == SUPPORT else module
        self.need(source, module, name if own == name else f"{name} as {own}")
        return own

    def settle(self, path: str, module: str) -> None:
        """The support module is imported as `module` in the file at `path`."""
        names = self.imports[path].pop(SUPPORT)
        self.imports[path].setdefault(module, set()).update(names)
        self._settled[path] = module
        self.local.add(module)

    def need_requests(self, source: Source) -> None:
        """A module names an exception of requests."""
        self.need(source, "requests")

    def raise_not_found(self, source: Source, text: str, *, handled: bool) -> str:
        """The statement for a lead that is not found."""
        return self.raise_error(source, source.literal("1004"), text, handled=handled)

    def raise_error(self, source: Source, code: str, text: str, *, handled: bool) -> str:
        """The statement for something that is not found; `code` and `text` are expressions."""
        if not handled:
            return f"raise LookupError({text})"
        return f"raise {self.made_exception(source, self.need_exception(source), code, text)}"

    def made_exception(self, source: Source, name: str, code: str, text: str) -> str:
        """The expression that makes an exception of the REST client, which a module knows under a name."""
        if self.name == "marketorestpython":
            return f"{name}({{{source.literal('code')}: {code}, {source.literal('message')}: {text}}})"
        return f"{name}({code}, {text})"

    def raise_skipped(self, source: Source, variable: str, *, handled: bool) -> str:
        """The statement for a record that was not written."""
        reason = f"{variable}[{source.literal('reasons')}][0]"
        if not handled:
            return f"raise RuntimeError({reason}[{source.literal('message')}])"
        exception = self.need_exception(source)
        if self.name == "marketorestpython":
            return f"raise {exception}({reason})"
        return f"raise {exception}({reason}[{source.literal('code')}], {reason}[{source.literal('message')}])"


def import_lines(source: Source, wanted: dict[str, set[str]]) -> dict[str, str]:
    """The import statements a module still lacks, by module."""
    present: dict[str, set[str]] = {}
    for node in source.tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname is None:
                    present.setdefault(alias.name, set()).add("")
        elif isinstance(node, ast.ImportFrom):
            found = (a.name if a.asname in (None, a.name) else f"{a.name} as {a.asname}" for a in node.names)
            present.setdefault("." * node.level + (node.module or ""), set()).update(found)
    lines: dict[str, str] = {}
    for module, names in wanted.items():
        missing = names - present.get(module, set())
        if not missing:
            continue
        plain = sorted(name for name in missing if name)
        lines[module] = f"import {module}" if "" in missing else f"from {module} import {', '.join(plain)}"
    return lines


def names_of_others(source: Source, module: str) -> set[str]:
    """The names a file binds, but for those it imports from `module`."""
    names: set[str] = set()
    for node in source.nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Import(names=aliases):
                names.update(bound_by(alias) for alias in aliases)
            case ast.ImportFrom(module=found, names=aliases) if not _is_same(found or "", module):
                names.update(bound_by(alias) for alias in aliases)
    return names


def _is_same(found: str, module: str) -> bool:
    """Whether an import names a module; the support module may have any place."""
    if module == SUPPORT:
        return found.rpartition(".")[2].startswith(SUPPORT)
    return found == module


def is_soap_library(name: str) -> bool:
    """Whether a dotted name belongs to a SOAP library, or to a package that wraps Marketo's SOAP API."""
    return name.partition(".")[0] in _SOAP_LIBRARIES


def is_stdlib(module: str) -> bool:
    """Whether a module belongs to Python itself."""
    return module.partition(".")[0] in sys.stdlib_module_names
