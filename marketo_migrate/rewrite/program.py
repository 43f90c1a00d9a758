"""The modules of one rewrite and what is known of them: flows, definitions, callers."""

import ast
import copy
from collections.abc import Collection, Iterable, Mapping

from marketo_migrate.model.flow import (
    ExternalFlow,
    Flow,
    FunctionFlow,
    InstanceFlow,
    NumberFlow,
    OtherFlow,
    Place,
    TextFlow,
)
from marketo_migrate.model.module_paths import bare_path
from marketo_migrate.rewrite.source import FunctionNode, Source

_DEEP = 8

Definition = tuple[Source, FunctionNode | ast.ClassDef]


class Program:
    """All modules of the scanned program that the running Python can parse, or those that one unit concerns.

    `sources` are the modules that are worked on, `everything` all that there are.
    """

    def __init__(self, texts: Mapping[str, str], flows: Mapping[Place, tuple[Flow, ...]]) -> None:
        by_path: dict[str, dict[Place, tuple[Flow, ...]]] = {}
        for place, found in flows.items():
            by_path.setdefault(place[0], {})[place] = found
        self.sources: dict[str, Source] = {}
        self.failed: dict[str, str] = {}
        for path, text in sorted(texts.items()):
            try:
                self.sources[path] = Source(path, text, by_path.get(path, {}))
            except (SyntaxError, ValueError, RecursionError) as error:
                self.failed[path] = str(error)
        self.everything = self.sources
        self._by_stem: dict[str, list[str]] = {}
        for path in self.sources:
            self._by_stem.setdefault(bare_path(path).rpartition("/")[2], []).append(path)
        self._keys: dict[int, tuple[str, int]] = {}
        self._definitions: dict[tuple[str, int], Definition] = {}
        self._nodes: dict[Place, tuple[Source, ast.AST]] = {}
        self._calls: dict[tuple[str, int], list[tuple[Source, ast.Call]]] = {}
        self._mentions: dict[tuple[str, int], list[tuple[Source, ast.expr]]] = {}
        for source in self.sources.values():
            self._index(source)
        for source in self.sources.values():
            for node in source.of(ast.Call):
                if (key := self._called_object(source, node)) is not None:
                    self._calls.setdefault(key, []).append((source, node))

    def _index(self, source: Source) -> None:
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                first = node.decorator_list[0] if node.decorator_list else node
                start = source.span(first)[0] - (1 if node.decorator_list else 0)
                if node.decorator_list:
                    start = source.text.rfind("@", 0, source.span(first)[0])
                self._definitions[source.path, start] = (source, node)
                self._keys[id(node)] = (source.path, start)
            if isinstance(node, ast.expr):
                self._nodes.setdefault(source.place(node), (source, node))
        for node in source.of(ast.Name, ast.Attribute):
            if not isinstance(node.ctx, ast.Load):
                continue
            for flow in source.flows(node):
                if isinstance(flow, FunctionFlow):
                    key = (flow.path, flow.start)
                    parent = source.parent(node)
                    if isinstance(parent, ast.Call) and parent.func is node:
                        self._calls.setdefault(key, []).append((source, parent))
                    else:
                        self._mentions.setdefault(key, []).append((source, node))

    def part(self, paths: Collection[str]) -> "Program":
        """The same program without edits, restricted to some modules."""
        part = copy.copy(self)
        part.sources = {path: self.everything[path] for path in sorted(paths) if path in self.everything}
        for source in self.everything.values():
            source.reset()
        return part

    def mentioned_outside(self, name: str, module: str) -> bool:
        """Whether a module that is not worked on, and that names the module at a path, mentions a name."""
        if len(self.sources) == len(self.everything):
            return False
        stem = bare_path(module).rpartition("/")[2]
        return any(
            name in source.words and stem in source.words
            for path, source in self.everything.items()
            if path not in self.sources
        )

    def named(self, dotted: str) -> list[str]:
        """The paths of all modules, worked on or not, that a dotted name may mean: those that end like it."""
        tail = "/" + dotted.replace(".", "/")
        return [path for path in self.that_may_be(dotted) if f"/{bare_path(path)}".endswith(tail)]

    def that_may_be(self, dotted: str) -> list[str]:
        """Those, and the ones that are known by a part of their path only: `crm/leads.py` for `leads.py`."""
        tail = "/" + dotted.replace(".", "/")
        found = []
        for path in self._by_stem.get(tail.rpartition("/")[2], ()):
            bare = f"/{bare_path(path)}"
            if bare.endswith(tail) or tail.endswith(bare):
                found.append(path)
        return found

    def node_at(self, place: Place) -> tuple[Source, ast.AST] | None:
        """The outermost expression at a place."""
        return self._nodes.get(place)

    def display_at(self, place: Place) -> tuple[Source, ast.Tuple | ast.List | ast.Set] | None:
        """The display that a container was made by, at the place that flows name: without the parentheses."""
        source = self.everything.get(place[0])
        for node in source.displays.get(place[1], ()) if source is not None else ():
            if source is not None and source.span(node.elts[-1])[1] <= place[2] <= source.span(node)[1]:
                return source, node
        return None

    def definition(self, flow: FunctionFlow) -> Definition | None:
        """The definition a flow means."""
        return self._definitions.get((flow.path, flow.start))

    def key_of(self, source: Source, node: FunctionNode | ast.ClassDef) -> tuple[str, int] | None:
        """The key of a definition, as flows name it."""
        return self._keys.get(id(node))

    def call_at(self, place: Place) -> tuple[Source, ast.Call] | None:
        """The call at a place; None where something else stands there."""
        found = self._nodes.get(place)
        return (found[0], found[1]) if found is not None and isinstance(found[1], ast.Call) else None

    def called(self, source: Source, call: ast.Call) -> Definition | None:
        """The one function or class of the program that a call calls, None where that is not certain.

        Calling an object calls its `__call__`.
        """
        found = [flow for flow in source.flows(call.func) if isinstance(flow, FunctionFlow)]
        if not found:
            key = self._called_object(source, call)
            return self._definitions[key] if key is not None else None
        return self.definition(found[0]) if len(found) == 1 else None

    def property_at(self, source: Source, node: ast.Attribute) -> tuple[Source, FunctionNode] | None:
        """The property of the program's own class that an attribute is; None where that is not certain."""
        classes = [flow for flow in source.flows(node.value) if isinstance(flow, InstanceFlow)]
        if len(classes) != 1 or len(source.flows(node.value)) != 1:
            return None
        key = self._method((classes[0].path, classes[0].start), node.attr)
        found = self._definitions[key] if key is not None else None
        if found is None or isinstance(found[1], ast.ClassDef):
            return None
        names = [getattr(decorator, "id", "") for decorator in found[1].decorator_list]
        return (found[0], found[1]) if names == ["property"] else None

    def _called_object(self, source: Source, call: ast.Call) -> tuple[str, int] | None:
        """The key of the `__call__` of the one object that a call calls."""
        classes = [flow for flow in source.flows(call.func) if isinstance(flow, InstanceFlow)]
        return self._method((classes[0].path, classes[0].start), "__call__") if len(classes) == 1 else None

    def _method(self, cls: tuple[str, int], name: str, depth: int = 0) -> tuple[str, int] | None:
        """The key of a method of a class, its own or one that it inherits."""
        source, node = self._definitions.get(cls, (None, None))
        if source is None or not isinstance(node, ast.ClassDef) or depth > _DEEP:
            return None
        for member in node.body:
            if isinstance(member, FunctionNode) and member.name == name:
                return self._keys[id(member)]
        bases = [flow for base in node.bases for flow in source.flows(base) if isinstance(flow, FunctionFlow)]
        found = (self._method((base.path, base.start), name, depth + 1) for base in bases)
        return next((key for key in found if key is not None), None)

    def calls_own(self, source: Source, call: ast.Call) -> bool:
        """Whether a call calls one of some functions or classes of the program, as far as is known."""
        flows = source.flows(call.func)
        known = [flow for flow in flows if isinstance(flow, FunctionFlow)]
        others = [flow for flow in flows if not isinstance(flow, FunctionFlow | OtherFlow)]
        return len(known) == 1 or (len(known) > 1 and not others)

    def names_function(self, source: Source, node: ast.expr) -> bool:
        """Whether an expression is a function of the program."""
        return any(isinstance(flow, FunctionFlow) for flow in source.flows(node))

    def callers(self, source: Source, node: FunctionNode | ast.ClassDef) -> list[tuple[Source, ast.Call]]:
        """The calls of a function or class."""
        key = self.key_of(source, node)
        return self._calls.get(key, []) if key is not None else []

    def is_closed(self, source: Source, node: FunctionNode | ast.ClassDef) -> bool:
        """Whether every use of a function's or class's name in the program is known to be it, or not to be it."""
        key = self.key_of(source, node)
        reads = ((other, read) for other in self.sources.values() for read in other.reads.get(node.name, ()))
        for other, found in reads:
            flows = other.flows(found)
            if any(isinstance(f, FunctionFlow) and (f.path, f.start) == key for f in flows):
                continue
            if not flows or any(isinstance(flow, OtherFlow) for flow in flows):
                return False
        return True

    def mentions(self, source: Source, node: FunctionNode | ast.ClassDef) -> list[tuple[Source, ast.expr]]:
        """Where a function or class is named without being called (as a callback, in a table)."""
        key = self.key_of(source, node)
        found = self._mentions.get(key, []) if key is not None else []
        return [(s, n) for s, n in found if not _is_base_of_attribute(s, n)]


def _is_base_of_attribute(source: Source, node: ast.expr) -> bool:
    parent = source.parent(node)
    return isinstance(parent, ast.Attribute) and parent.value is node


def constant_of(source: Source, node: ast.expr) -> tuple[bool, object]:
    """Whether an expression is a constant, by its form or by all that flows into it, and which."""
    if isinstance(node, ast.Constant):
        return True, node.value
    if (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and isinstance(node.operand, ast.Constant)
    ):
        value = node.operand.value
        return (True, -value) if isinstance(value, int | float) else (False, None)
    flows = source.flows(node)
    if len(flows) == 1:
        match flows[0]:
            case TextFlow(text=str() as text):
                return True, text
            case NumberFlow(text=text):
                return True, ast.literal_eval(text) if text not in ("inf", "nan", "-inf") else None
    return False, None


def texts_of(source: Source, node: ast.expr) -> tuple[str, ...] | None:
    """All texts an expression may be, None where one is not known."""
    if isinstance(node, ast.Constant):
        return (node.value,) if isinstance(node.value, str) else None
    flows = source.flows(node)
    texts = [flow.text for flow in flows if isinstance(flow, TextFlow) and flow.text is not None]
    return tuple(sorted(texts)) if texts and len(texts) == len(flows) else None


def externals(flows: Iterable[Flow]) -> tuple[str, ...]:
    """The dotted names of outside things among flows."""
    return tuple(flow.name for flow in flows if isinstance(flow, ExternalFlow))


def dotted_names(source: Source, node: ast.AST) -> frozenset[str]:
    """The outside things that an expression may be; what is not evaluated, annotations say, goes by the imports."""
    flows = source.flows(node)
    if flows:
        return frozenset(externals(flows))
    name = imported_name(source, node)
    return frozenset({name}) if name is not None else frozenset()


def imported_name(source: Source, node: ast.AST) -> str | None:
    """The dotted name of what a name, or a chain of them, means by the imports of a module."""
    parts: list[str] = []
    root = node
    while isinstance(root, ast.Attribute):
        parts.append(root.attr)
        root = root.value
    first = source.imported_names.get(root.id) if isinstance(root, ast.Name) else None
    return ".".join([first, *reversed(parts)]) if first is not None else None
