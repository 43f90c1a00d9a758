"""Where a program keeps a value: parameters, constants of modules, attributes, local variables; who gives and reads it."""

import ast
from collections.abc import Iterator
from enum import Enum, auto

from marketo_migrate.model.flow import ContainerFlow, FunctionFlow, InstanceFlow, ModuleFlow
from marketo_migrate.model.record import record
from marketo_migrate.rewrite.credential_fields import Given, field_default, given_for
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program, externals
from marketo_migrate.rewrite.source import FunctionNode, Source, is_property, walk_scope

_WRAPPERS = frozenset({"encode", "decode", "strip", "rstrip", "lstrip"})
_CASTS = frozenset({"str", "bytes", "bytearray"})
_DJANGO = "django.conf.settings"
_NAMESPACES = frozenset({"types.SimpleNamespace", "argparse.Namespace"})
_DICTS = frozenset({"builtins.dict"})


class Kind(Enum):
    """What keeps a value."""

    PARAMETER = auto()
    CONSTANT = auto()
    ATTRIBUTE = auto()
    LOCAL = auto()
    ITEM = auto()
    RESULT = auto()


@record
class Slot:
    """A named place of a value; `owner` is the function, class or module it belongs to, or what makes the object.

    The latter is a written-out dict, `dict(…)` or `SimpleNamespace(…)`; in the last `is_attribute` holds.
    """

    kind: Kind
    name: str
    source: Source
    owner: ast.AST
    argument: ast.arg | None = None
    is_attribute: bool = False

    @property
    def key(self) -> tuple[str, int, str]:
        """Tells slots apart."""
        return (self.source.path, id(self.owner), self.name)

    @property
    def identity(self) -> str:
        """The same as one text."""
        return f"{id(self.owner)} {self.name}"


def bare(node: ast.expr) -> ast.expr:
    """A value without what only changes its form: `.encode()`, `+ "?WSDL"`, `str(…)`."""
    while True:
        match node:
            case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if attr in _WRAPPERS:
                node = inner
            case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="format"), args=[inner]):
                node = inner
            case ast.Call(func=ast.Name(id=name), args=[inner, *_]) if name in _CASTS:
                node = inner
            case ast.BinOp(left=inner, op=ast.Add(), right=ast.Constant()):
                node = inner
            case ast.BinOp(left=ast.Constant(), op=ast.Mod(), right=inner):
                node = inner
            case ast.Tuple(elts=[inner]):
                node = inner
            case ast.JoinedStr(values=[ast.FormattedValue(value=inner), *rest]) if all(
                isinstance(part, ast.Constant) for part in rest
            ):
                node = inner
            case _:
                return node


class Slots:
    """The slots of a program."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def of(self, source: Source, expression: ast.expr) -> Slot | None:
        """What keeps the value of an expression."""
        inner = bare(expression)
        match inner:
            case ast.Name() as name:
                return self._name(source, name)
            case ast.Attribute() as attribute:
                return self._attribute(source, attribute)
            case ast.Subscript(value=base, slice=ast.Constant(value=str() as key)):
                return self._item(source, base, key)
            case ast.Call(
                func=ast.Attribute(value=base, attr="get"), args=[ast.Constant(value=str() as key)]
            ):
                return self._item(source, base, key)
            case ast.Call() as call:
                return self._result(self._program.called(source, call))
        return None

    def _item(self, source: Source, base: ast.expr, key: str) -> Slot | None:
        """The entry of the one dict or namespace that an expression is."""
        sites = {flow.site for flow in source.flows(base) if isinstance(flow, ContainerFlow)}
        at = self._program.node_at(sites.pop()) if len(sites) == 1 else None
        if at is None or len(_entries(at[1], key)) != 1:
            return None
        is_attribute = False
        if isinstance(at[1], ast.Call):
            names = set(externals(at[0].flows(at[1].func)))
            is_attribute = names <= _NAMESPACES
            if not names or not names <= _NAMESPACES | _DICTS or at[1].args:
                return None
        return Slot(Kind.ITEM, key, at[0], at[1], None, is_attribute)

    def _result(self, found: tuple[Source, ast.AST] | None) -> Slot | None:
        """What a function or property gives that only returns one value."""
        if found is None or not isinstance(found[1], FunctionNode) or _returned(found[1]) is None:
            return None
        return Slot(Kind.RESULT, found[1].name, found[0], found[1])

    def _name(self, source: Source, node: ast.Name) -> Slot | None:
        around = source.scope(node)
        if isinstance(around, ast.ClassDef) and _stores(around, node.id):
            return Slot(Kind.ATTRIBUTE, node.id, source, around)
        for function in source.ancestors(node):
            if not isinstance(function, FunctionNode):
                continue
            argument = next((a for a in _arguments(function) if a.arg == node.id), None)
            stores = _stores(function, node.id)
            if argument is not None and not stores:
                return Slot(Kind.PARAMETER, node.id, source, function, argument)
            if argument is not None or len(stores) > 1:
                return None
            if stores:
                return Slot(Kind.LOCAL, node.id, source, function)
        return self._constant(source, node.id, set())

    def _constant(self, source: Source, name: str, seen: set[str]) -> Slot | None:
        """A constant of a module, or one that it imports from another module."""
        if source.path in seen:
            return None
        seen.add(source.path)
        stores = _stores(source.tree, name)
        if stores:
            return Slot(Kind.CONSTANT, name, source, source.tree) if len(stores) == 1 else None
        for node in source.tree.body:
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if alias.name == "*" or (alias.name == name and alias.asname is None):
                        for other in self._modules(source, node):
                            found = self._constant(other, name, seen)
                            if found is not None:
                                return found
        return None

    def _attribute(self, source: Source, node: ast.Attribute) -> Slot | None:
        flows = source.flows(node.value)
        modules = [flow.path for flow in flows if isinstance(flow, ModuleFlow)]
        if len(modules) == 1 and modules[0] in self._program.everything:
            return self._constant(self._program.everything[modules[0]], node.attr, set())
        if _DJANGO in externals(flows):
            found = [
                slot
                for path, other in self._program.everything.items()
                if "settings" in path and (slot := self._own(other, node.attr)) is not None
            ]
            return found[0] if len(found) == 1 else None
        owner = self._class_of(source, node.value)
        if owner is None:
            slot = self._item(source, node.value, node.attr)
            return slot if slot is not None and slot.is_attribute else None
        for member in owner[1].body:
            if isinstance(member, FunctionNode) and member.name == node.attr and is_property(member):
                return self._result((owner[0], member))
        return Slot(Kind.ATTRIBUTE, node.attr, owner[0], owner[1])

    def _own(self, source: Source, name: str) -> Slot | None:
        return (
            Slot(Kind.CONSTANT, name, source, source.tree) if len(_stores(source.tree, name)) == 1 else None
        )

    def _class_of(self, source: Source, node: ast.expr) -> tuple[Source, ast.ClassDef] | None:
        if isinstance(node, ast.Name) and node.id in ("self", "cls"):
            around = [a for a in source.ancestors(node) if isinstance(a, ast.ClassDef)]
            return (source, around[0]) if around else None
        keys = {
            (flow.path, flow.start)
            for flow in source.flows(node)
            if isinstance(flow, InstanceFlow | FunctionFlow)
        }
        if len(keys) != 1:
            return None
        found = self._program.definition(FunctionFlow(*keys.pop()))
        return (found[0], found[1]) if found is not None and isinstance(found[1], ast.ClassDef) else None

    # --- who gives it -----------------------------------------------------------------------

    def feeds(self, slot: Slot) -> list[tuple[Source, ast.expr]]:
        """The expressions whose values come into a slot."""
        if slot.kind is Kind.PARAMETER:
            return [
                (source, given.value if isinstance(given, ast.keyword) else given)
                for source, _, given in self.given(slot)
            ]
        if slot.kind is Kind.ITEM:
            return [(slot.source, value) for _, value in self.entries(slot)]
        if slot.kind is Kind.RESULT:
            value = _returned(slot.owner)
            return [(slot.source, value)] if value is not None else []
        written = [
            (source, value)
            for source, _, _, declared in self.assignments(slot)
            if declared is not None and (value := field_default(source, declared)) is not None
        ]
        given = [
            (source, given.value if isinstance(given, ast.keyword) else given)
            for source, _, given in self.constructed(slot)
        ]
        return written + given

    def constructed(self, slot: Slot) -> list[Given]:
        """What is given for a field where objects of its class are made."""
        if slot.kind is not Kind.ATTRIBUTE or not isinstance(slot.owner, ast.ClassDef):
            return []
        return list(given_for(self._program, slot.source, slot.owner, slot.name))

    def receivers(self, source: Source, node: ast.expr) -> list[tuple[Source, ast.expr]] | None:
        """The objects on which a method or property is called, for its `self`; None for any other expression."""
        function = source.function(node)
        owner = source.parent(function) if function is not None else None
        if function is None or not isinstance(owner, ast.ClassDef) or not isinstance(node, ast.Name):
            return None
        arguments = _arguments(function)
        if not arguments or arguments[0].arg != node.id or function.name == "__init__":
            return None
        if is_property(function):
            return [
                (other, read.value)
                for other in self._program.everything.values()
                for read in other.reads.get(function.name, ())
                if isinstance(read, ast.Attribute) and self._is_instance(other, read.value, owner)
            ]
        calls = self._program.callers(source, function)
        return [(other, call.func.value) for other, call in calls if isinstance(call.func, ast.Attribute)]

    def _is_instance(self, source: Source, node: ast.expr, owner: ast.ClassDef) -> bool:
        found = self._class_of(source, node)
        return found is not None and found[1] is owner

    def reads(self, slot: Slot) -> list[ast.Name] | None:
        """The reads of a variable or parameter, or of a constant; None where other modules may read it."""
        if slot.kind not in (Kind.PARAMETER, Kind.LOCAL, Kind.CONSTANT):
            return None
        others = (other for other in self._program.everything.values() if other is not slot.source)
        if slot.kind is Kind.CONSTANT and any(slot.name in other.words for other in others):
            return None
        return [
            node
            for node in walk(slot.owner)
            if isinstance(node, ast.Name)
            and node.id == slot.name
            and isinstance(node.ctx, ast.Load)
            and (found := self._name(slot.source, node)) is not None
            and found.key == slot.key
        ]

    def keepers(self, slot: Slot) -> Iterator[Slot]:
        """The attributes that nothing but a parameter is assigned to, as it is."""
        if slot.kind is not Kind.PARAMETER:
            return
        for node in walk_scope(slot.owner):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                pair = _assigned(slot.source, node)
                kept = self._attribute(slot.source, node)
                if pair is None or kept is None or kept.kind is not Kind.ATTRIBUTE:
                    continue
                same = isinstance(pair[1], ast.Name) and pair[1].id == slot.name
                if same and len(self.assignments(kept)) == 1:
                    yield kept

    def entries(self, slot: Slot) -> list[tuple[ast.expr | ast.keyword, ast.expr]]:
        """The key and value of an entry of a dict or namespace."""
        return _entries(slot.owner, slot.name)

    def given(self, slot: Slot) -> Iterator[tuple[Source, ast.Call, ast.keyword | ast.expr]]:
        """The arguments that callers give for a parameter."""
        function = slot.owner
        assert isinstance(function, FunctionNode)  # noqa: S101 - a parameter belongs to a function
        ordered = [*function.args.posonlyargs, *function.args.args]
        owner = slot.source.parent(function)
        method = isinstance(owner, ast.ClassDef) and not any(
            isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.decorator_list
        )
        names = [argument.arg for argument in ordered][1 if method else 0 :]
        calls = self._program.callers(slot.source, function)
        if isinstance(owner, ast.ClassDef) and function.name == "__init__":
            calls = [*self._program.callers(slot.source, owner), *calls]
        for source, call in calls:
            keyword = next((k for k in call.keywords if k.arg == slot.name), None)
            if keyword is not None:
                yield source, call, keyword
            elif slot.name in names and names.index(slot.name) < len(call.args):
                yield source, call, call.args[names.index(slot.name)]

    def default(self, slot: Slot) -> list[ast.expr]:
        """The default of a parameter, if it has one."""
        assert isinstance(slot.owner, FunctionNode)  # noqa: S101 - a parameter belongs to a function
        spec = slot.owner.args
        positional = [*spec.posonlyargs, *spec.args]
        pairs = [
            *zip(reversed(positional), reversed(spec.defaults), strict=False),
            *zip(spec.kwonlyargs, spec.kw_defaults, strict=True),
        ]
        return [default for argument, default in pairs if argument is slot.argument and default is not None]

    def assignments(self, slot: Slot) -> list[tuple[Source, ast.stmt, ast.expr, ast.expr | None]]:
        """Statement, target and value of all that is assigned to a constant, attribute or variable.

        A field may be declared without a value.
        """
        found: list[tuple[Source, ast.expr]] = []
        if slot.kind is Kind.ATTRIBUTE:
            for source in self._program.everything.values():
                for node in source.of(ast.Attribute):
                    if node.attr == slot.name:
                        if isinstance(node.ctx, ast.Store) and self._is_of(source, node, slot):
                            found.append((source, node))
            found += [(slot.source, store) for store in _stores(slot.owner, slot.name)]
        else:
            found += [(slot.source, store) for store in _stores(slot.owner, slot.name)]
        result: list[tuple[Source, ast.stmt, ast.expr, ast.expr | None]] = []
        for source, target in found:
            pair = _assigned(source, target)
            if pair is None:
                return []
            result.append((source, pair[0], target, pair[1]))
        return result

    def _is_of(self, source: Source, node: ast.Attribute, slot: Slot) -> bool:
        owner = self._class_of(source, node.value)
        return owner is not None and owner[1] is slot.owner

    # --- who can read it --------------------------------------------------------------------

    def access(self, slot: Slot, source: Source, node: ast.AST) -> str | None:
        """What stands before the name where a place reads a slot ("" for nothing), None if it cannot."""
        around = list(source.ancestors(node))
        match slot.kind:
            case Kind.PARAMETER | Kind.LOCAL:
                inside = slot.source is source and source.function(node) is slot.owner
                return "" if inside and self.is_given_before(slot, source, node) else None
            case Kind.CONSTANT:
                if slot.source is source:
                    return "" if self.is_given_before(slot, source, node) else None
                if self.alias(source, slot) is not None:
                    return ""
                return self._prefix(slot, source, None)
            case Kind.ITEM:
                return self._dict(slot, source, node)
            case Kind.RESULT:
                return None
            case Kind.ATTRIBUTE:
                if not self.is_given_before(slot, source, node):
                    return None
                if slot.owner in around:
                    function = source.function(node)
                    first = _arguments(function)[0].arg if function and _arguments(function) else ""
                    return first if first in ("self", "cls") else None
                return self._prefix(slot, source, source.function(node))

    def _dict(self, slot: Slot, source: Source, node: ast.AST) -> str | None:
        """How a place reads the dict of an entry: as it does already, or by a name of the module."""
        function = source.function(node)
        for read in source.of(ast.Subscript, ast.Attribute):
            if not isinstance(read.ctx, ast.Load):
                continue
            base = read.value
            if not isinstance(base, ast.Name | ast.Attribute):
                continue
            sites = {flow.site for flow in source.flows(base) if isinstance(flow, ContainerFlow)}
            at = self._program.node_at(sites.pop()) if len(sites) == 1 else None
            if at is None or at[1] is not slot.owner:
                continue
            if source.function(read) is function or (function is not None and _is_global(source, read)):
                return source.original(base)
        return None

    def _prefix(self, slot: Slot, source: Source, function: ast.AST | None) -> str | None:
        """How a module already reads another value of the same module, or of the same object."""
        for node in source.of(ast.Attribute):
            if isinstance(node.ctx, ast.Load):
                if not isinstance(node.value, ast.Name | ast.Attribute):
                    continue
                if function is not None and source.function(node) is not function:
                    continue
                found = self._attribute(source, node)
                if found is not None and found.owner is slot.owner:
                    return source.original(node.value)
        return None

    def alias(self, source: Source, slot: Slot) -> ast.alias | None:
        """The name in an import of a module by which it has a constant of another module."""
        if slot.source is source or slot.kind is not Kind.CONSTANT:
            return None
        for node in source.tree.body:
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if alias.name == slot.name and alias.asname is None:
                        found = self._constant(source, slot.name, set())
                        return alias if found is not None and found.key == slot.key else None
        return None

    def is_given_before(self, slot: Slot, source: Source, node: ast.AST) -> bool:
        """Whether a slot has its value when a place is reached."""
        if slot.kind is Kind.PARAMETER:
            return True
        function = source.function(node)
        if slot.kind is Kind.CONSTANT and function is not None:
            bound = [
                statement.end_lineno or 0
                for other, statement, *_ in self.assignments(slot)
                if other is slot.source
            ]
            return not any(self._runs_by(slot.source, max(bound, default=0), source, function, set()))
        line = getattr(node, "lineno", 0)
        for other, statement, target, _ in self.assignments(slot):
            giver = other.function(target)
            if other is source and giver is function:
                if statement.lineno >= line:
                    return False
            elif giver is not None and giver.name != "__init__":
                return False
        return True

    def _runs_by(
        self, module: Source, line: int, source: Source, function: FunctionNode, seen: set[int]
    ) -> Iterator[bool]:
        """Whether a module calls a function at its top up to a line, itself or by way of others."""
        if id(function) in seen:
            return
        seen.add(id(function))
        owner = source.parent(function)
        made = owner if function.name == "__init__" and isinstance(owner, ast.ClassDef) else function
        for other, call in self._program.callers(source, made):
            outer = other.function(call)
            if outer is not None:
                yield from self._runs_by(module, line, other, outer, seen)
            elif other is module:
                yield call.lineno <= line

    def is_bound(self, slot: Slot, name: str) -> bool:
        """Whether a name is taken where a slot lives."""
        if slot.kind is Kind.ATTRIBUTE:
            return any(
                (isinstance(n, ast.Attribute) and n.attr == name)
                or (isinstance(n, FunctionNode) and n.name == name)
                for n in walk(slot.owner)
            ) or bool(_stores(slot.owner, name))
        if slot.kind is Kind.ITEM:
            return bool(_entries(slot.owner, name))
        if slot.kind is Kind.CONSTANT:
            return bool(_stores(slot.owner, name)) or any(
                isinstance(n, FunctionNode | ast.ClassDef) and n.name == name for n in walk_scope(slot.owner)
            )
        return any(
            (isinstance(n, ast.Name) and n.id == name) or (isinstance(n, ast.arg) and n.arg == name)
            for n in walk(slot.owner)
        )

    def _modules(self, source: Source, node: ast.ImportFrom) -> list[Source]:
        """The module that an import is from, where one and only one file fits."""
        if node.level:
            parts = source.path.split("/")[:-1]
            parts = parts[: len(parts) - node.level + 1]
            stem = "/".join([*parts, *(node.module or "").split(".")]).rstrip("/")
            fitting = {stem + ".py", stem + "/__init__.py"}
            return [other for path, other in self._program.everything.items() if path in fitting]
        found = [self._program.everything[path] for path in self._program.named(node.module or "")]
        return found if len(found) == 1 else []


def _entries(display: ast.AST, key: str) -> list[tuple[ast.expr | ast.keyword, ast.expr]]:
    if isinstance(display, ast.Call):
        return [(keyword, keyword.value) for keyword in display.keywords if keyword.arg == key]
    if not isinstance(display, ast.Dict):
        return []
    pairs = zip(display.keys, display.values, strict=True)
    return [(k, v) for k, v in pairs if isinstance(k, ast.Constant) and k.value == key]


def _returned(function: ast.AST) -> ast.expr | None:
    """The value of a function that does nothing but return it."""
    if not isinstance(function, FunctionNode):
        return None
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    match body:
        case [ast.Return(value=ast.expr() as value)]:
            return value
    return None


def _is_global(source: Source, node: ast.expr) -> bool:
    """Whether the variable that a chain of accesses starts with belongs to the module."""
    root: ast.AST = node
    while isinstance(root, ast.Attribute | ast.Subscript):
        root = root.value
    function = source.function(node)
    if not isinstance(root, ast.Name) or function is None:
        return isinstance(root, ast.Name)
    own = {argument.arg for argument in _arguments(function)}
    return root.id not in own and not _stores(function, root.id)


def _arguments(function: FunctionNode) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _stores(scope: ast.AST, name: str) -> list[ast.Name]:
    """The places at which a scope assigns a name."""
    return [
        node
        for node in walk_scope(scope)
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
    ]


def _assigned(source: Source, target: ast.expr) -> tuple[ast.stmt, ast.expr | None] | None:
    """The statement and value of an assignment to a target, one of several in a row too."""
    parent = source.parent(target)
    match parent:
        case ast.Assign(targets=[only], value=value) if only is target:
            return parent, value
        case ast.AnnAssign(target=only, value=value) if only is target:
            return parent, value
        case ast.Tuple(elts=targets):
            statement = source.parent(parent)
            match statement:
                case ast.Assign(targets=[only], value=ast.Tuple(elts=values)) if only is parent:
                    if len(values) == len(targets) and not any(
                        isinstance(e, ast.Starred) for e in (*values, *targets)
                    ):
                        return statement, values[targets.index(target)]
    return None
