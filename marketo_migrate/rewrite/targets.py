"""What the written code is written for: the client library or plain requests; imports that it needs."""

import ast
import sys
from dataclasses import dataclass, field

from marketo_migrate.rewrite.source import Source


@dataclass(slots=True)
class Target:
    """A REST client: its constructor, its exception, and the imports that modules need for them."""

    name: str
    imports: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    @property
    def client_class(self) -> str:
        """The class of the client."""
        return "MarketoClient" if self.name == "marketorestpython" else "MarketoRest"

    def exception(self, source: Source) -> str:
        """The exception of an error answer, as a module names it: another name where its own is taken."""
        name = "MarketoException" if self.name == "marketorestpython" else "MarketoError"
        return f"MarketoRest{name.removeprefix('Marketo')}" if name in _bound(source) else name

    @property
    def transport_exception(self) -> str:
        """The exception of a failed connection."""
        return "requests.exceptions.RequestException"

    def need(self, source: Source, module: str, name: str = "") -> None:
        """A module needs `import module` or `from module import name`."""
        self.imports.setdefault(source.path, {}).setdefault(module, set()).add(name)

    def need_client(self, source: Source) -> None:
        """A module makes a client."""
        if self.name == "marketorestpython":
            self.need(source, "marketorestpython.client", "MarketoClient")
        else:
            self.need(source, "marketo_rest", "MarketoRest")

    def need_exception(self, source: Source) -> None:
        """A module names the exception."""
        name = "MarketoException" if self.name == "marketorestpython" else "MarketoError"
        known = self.exception(source)
        module = "marketorestpython.helper.exceptions" if self.name == "marketorestpython" else "marketo_rest"
        self.need(source, module, name if known == name else f"{name} as {known}")

    def need_requests(self, source: Source) -> None:
        """A module names an exception of requests."""
        self.need(source, "requests")

    def raise_not_found(self, source: Source, text: str, *, handled: bool) -> str:
        """The statement for a lead that is not found."""
        if not handled:
            return f"raise LookupError({text})"
        self.need_exception(source)
        if self.name == "marketorestpython":
            return f"raise {self.exception(source)}({{{source.literal('code')}: {source.literal('1004')}, {source.literal('message')}: {text}}})"
        return f"raise {self.exception(source)}({source.literal('1004')}, {text})"

    def raise_skipped(self, source: Source, variable: str, *, handled: bool) -> str:
        """The statement for a record that was not written."""
        reason = f"{variable}[{source.literal('reasons')}][0]"
        if not handled:
            return f"raise RuntimeError({reason}[{source.literal('message')}])"
        self.need_exception(source)
        if self.name == "marketorestpython":
            return f"raise {self.exception(source)}({reason})"
        return f"raise {self.exception(source)}({reason}[{source.literal('code')}], {reason}[{source.literal('message')}])"


def _bound(source: Source) -> set[str]:
    """The names that a module's own classes, functions and assignments have."""
    names = {n.name for n in ast.walk(source.tree) if isinstance(n, ast.ClassDef | ast.FunctionDef)}
    return names | {
        n.id for n in ast.walk(source.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


def import_lines(source: Source, wanted: dict[str, set[str]]) -> dict[str, str]:
    """The import statements a module still lacks, by module."""
    present: dict[str, set[str]] = {}
    for node in source.tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname is None:
                    present.setdefault(alias.name, set()).add("")
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            present.setdefault(node.module, set()).update(a.name for a in node.names if a.asname is None)
    lines: dict[str, str] = {}
    for module, names in wanted.items():
        missing = names - present.get(module, set())
        if not missing:
            continue
        plain = sorted(name for name in missing if name)
        lines[module] = f"import {module}" if "" in missing else f"from {module} import {', '.join(plain)}"
    return lines


def is_stdlib(module: str) -> bool:
    """Whether a module belongs to Python itself."""
    return module.partition(".")[0] in sys.stdlib_module_names
