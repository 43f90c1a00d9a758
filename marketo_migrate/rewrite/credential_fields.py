"""Classes of the program that keep settings: what gives their fields values, and whether every use of a field is known."""

import ast
from collections.abc import Callable, Iterator
from typing import TypeAlias

from marketo_migrate.model.flow import ContainerFlow, Flow, FunctionFlow, InstanceFlow, OtherFlow
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program, externals
from marketo_migrate.rewrite.source import FunctionNode, Source
from marketo_migrate.rewrite.unused import Unused

Given: TypeAlias = tuple[Source, ast.Call, ast.keyword | ast.expr]

_MAKERS = frozenset(
    {
        "dataclasses.dataclass", "attr.s", "attr.attrs", "attr.dataclass", "attr.define", "attr.frozen",
        "attr.mutable", "attrs.define", "attrs.frozen", "attrs.mutable", "pydantic.dataclasses.dataclass",
    }
)  # fmt: skip
_NAMED_ONLY = frozenset({"pydantic.BaseModel", "pydantic.BaseSettings", "pydantic_settings.BaseSettings"})
_BASES = _NAMED_ONLY | {"builtins.object", "typing.NamedTuple"}
_FIELDS = frozenset(
    {"dataclasses.field", "attr.ib", "attr.attrib", "attrs.field", "attr.field", "pydantic.Field"}
)
_PLAIN_FIELD = frozenset(
    {"repr", "compare", "hash", "default", "default_factory", "factory", "converter", "validator"}
)
_PASSING = frozenset(
    {"property", "cached_property", "staticmethod", "classmethod", "lru_cache", "cache", "wraps", "abstractmethod"}
)  # fmt: skip
_REFLECTING = frozenset(
    {
        "vars",
        "asdict",
        "astuple",
        "fields",
        "__dict__",
        "__annotations__",
        "__slots__",
        "__dataclass_fields__",
    }
)
_ASKING = frozenset({"isinstance", "issubclass", "cast"})


Is: TypeAlias = Callable[[Flow], bool]


class Fields:
    """Judges the fields of classes, and of namespaces and dicts that a call makes, by what a first try left standing."""

    def __init__(self, program: Program, unused: Unused) -> None:
        self._program = program
        self._unused = unused
        self._followed: dict[int, bool] = {}

    def is_free(self, source: Source, owner: ast.AST, name: str) -> bool:
        """Whether all that reads a field is known and does not stand any more."""
        if not self._is_followed(source, owner):
            return False
        if self._unused.is_mentioned_elsewhere(source, name) or _spells(owner, name):
            return False
        is_it = self._what(source, owner)
        return not any(
            self._unused.is_alive(other, read) and self._may_be(other, read.value, is_it)
            for other in self._program.sources.values()
            for read in other.nodes
            if (isinstance(read, ast.Attribute) and read.attr == name and isinstance(read.ctx, ast.Load))
            or (isinstance(read, ast.Subscript) and getattr(read.slice, "value", None) == name)
        )

    def _what(self, source: Source, owner: ast.AST) -> Is:
        """Whether a value is an object of a class, or the class, or what a call made."""
        if isinstance(owner, ast.ClassDef):
            key = self._program.key_of(source, owner)
            return lambda f: isinstance(f, InstanceFlow | FunctionFlow) and (f.path, f.start) == key
        place = source.place(owner)
        return lambda f: isinstance(f, ContainerFlow) and f.site == place

    def _may_be(self, source: Source, node: ast.expr, is_it: Is) -> bool:
        """Whether an expression may be what is asked for."""
        flows = source.flows(node)
        return not flows or any(isinstance(flow, OtherFlow) or is_it(flow) for flow in flows)

    def _is_followed(self, source: Source, owner: ast.AST) -> bool:
        """Whether all objects of a class are known, and wherever they go; or wherever goes what a call makes."""
        if id(owner) not in self._followed:
            self._followed[id(owner)] = True
            is_it = self._what(source, owner)
            if isinstance(owner, ast.ClassDef):
                members = _members(self._program, owner, is_it)
                known = self._is_known(source, owner)
            else:
                members = (
                    frozenset(k.arg for k in owner.keywords if k.arg)
                    if isinstance(owner, ast.Call)
                    else frozenset()
                )
                known = bool(members)
            self._followed[id(owner)] = known and all(
                self._goes_on(other, node, members)
                for other in self._program.sources.values()
                for node in other.of(ast.expr)
                if any(is_it(f) for f in other.flows(node)) and not self._names_class(other, node)
            )
        return self._followed[id(owner)]

    def _names_class(self, source: Source, node: ast.expr) -> bool:
        """Whether an expression is a class that is not asked for an attribute: calls and mentions are looked at."""
        if not all(isinstance(flow, FunctionFlow) for flow in source.flows(node)):
            return False
        parent = source.parent(node)
        return not (isinstance(parent, ast.Attribute) and parent.value is node)

    def _is_known(self, source: Source, owner: ast.ClassDef) -> bool:
        """Whether everything is known that makes objects of a class."""
        key = self._program.key_of(source, owner)
        if not _is_understood(source, owner) or self._unused.is_mentioned_elsewhere(source, owner.name):
            return False
        if self._is_subclassed(key) or self._looks_into_any() or not self._is_closed(owner):
            return False
        for _, call in self._program.callers(source, owner):
            if any(isinstance(a, ast.Starred) for a in call.args) or any(
                k.arg is None for k in call.keywords
            ):
                return False
        return all(
            _only_tells_type(other, mention)
            or not self._unused.is_alive(other, mention)
            or self._is_default(other, mention)
            for other, mention in self._program.mentions(source, owner)
        )

    def _is_closed(self, owner: ast.ClassDef) -> bool:
        """Whether every use of a class's name is known to be it or not to be it, or only tells a type."""
        return all(
            _only_tells_type(other, read)
            or ((flows := other.flows(read)) and not any(isinstance(flow, OtherFlow) for flow in flows))
            for other in self._program.sources.values()
            for read in other.reads.get(owner.name, ())
        )

    def _is_default(self, source: Source, mention: ast.expr) -> bool:
        """Whether a class makes the default for a field of a class whose objects are known."""
        keyword = source.parent(mention)
        call = source.parent(keyword) if isinstance(keyword, ast.keyword) else None
        if not isinstance(call, ast.Call) or not _is_field(source, call):
            return False
        holder = source.scope(mention)
        return isinstance(holder, ast.ClassDef) and self._is_followed(source, holder)

    def _looks_into_any(self) -> bool:
        """Whether something asks objects that are not known for the names of all their attributes."""
        return any(
            not (flows := source.flows(asked)) or any(isinstance(flow, OtherFlow) for flow in flows)
            for source in self._program.sources.values()
            for node in source.of(ast.expr)
            if (asked := _asked_for_all(node)) is not None and self._unused.is_alive(source, node)
        )

    def _is_subclassed(self, key: tuple[str, int] | None) -> bool:
        return any(
            isinstance(flow, FunctionFlow) and (flow.path, flow.start) == key
            for source in self._program.everything.values()
            for node in source.of(ast.ClassDef)
            for base in node.bases
            for flow in source.flows(base)
        )

    def _goes_on(self, source: Source, node: ast.expr, members: frozenset[str]) -> bool:
        """Whether it is known where an object goes from an expression."""
        if not isinstance(getattr(node, "ctx", None), ast.Load | None):
            return True
        parent = source.parent(node)
        match parent:
            case ast.Attribute(value=value, attr=attr) if value is node:
                return attr in members or not self._unused.is_alive(source, parent)
            case ast.Subscript(value=value, slice=ast.Constant(value=str())) if value is node:
                return isinstance(parent.ctx, ast.Load)
            case ast.Assign(targets=targets):
                return all(isinstance(target, ast.Name | ast.Attribute) for target in targets)
            case ast.AnnAssign() | ast.NamedExpr() | ast.Expr() | ast.BoolOp() | ast.IfExp() | ast.If():
                return True
            case ast.UnaryOp(op=ast.Not()) | ast.arguments():
                return True
            case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
                return True
            case ast.Return():
                function = source.function(node)
                return function is not None and all(_passes(d) for d in function.decorator_list)
            case ast.Call(args=args) if node in args:
                return self._takes(source, parent)
            case ast.keyword():
                call = source.parent(parent)
                return isinstance(call, ast.Call) and self._takes(source, call)
        return not self._unused.is_alive(source, node)

    def _takes(self, source: Source, call: ast.Call) -> bool:
        """Whether what a call is given goes to a parameter, or to the field of a class that is followed itself."""
        if not self._unused.is_alive(source, call):
            return True
        called = self._program.called(source, call)
        if called is None:
            return getattr(call.func, "id", "") in _ASKING
        home, definition = called
        if isinstance(definition, ast.ClassDef):
            maker = next(
                (s for s in definition.body if isinstance(s, ast.FunctionDef) and s.name == "__init__"), None
            )
            if maker is None:
                return self._is_followed(home, definition)
            definition = maker
        spec = definition.args
        return spec.vararg is None and spec.kwarg is None


def _asked_for_all(node: ast.expr) -> ast.expr | None:
    """The object whose attributes an expression asks for, whatever their names are."""
    match node:
        case ast.Attribute(value=value, attr=attr) if attr in _REFLECTING:
            return value
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[value, *_]) if (
            name in _REFLECTING
        ):
            return value
    return None


def given_for(program: Program, source: Source, owner: ast.ClassDef, name: str) -> Iterator[Given]:
    """What the constructions of a class give for a field, where its constructor is made from its fields."""
    if not _has_made_constructor(source, owner):
        return
    names = list(_fields(source, owner))
    named_only = bool(_base_names(source, owner) & _NAMED_ONLY)
    for other, call in program.callers(source, owner):
        keyword = next((k for k in call.keywords if k.arg == name), None)
        if keyword is not None:
            yield other, call, keyword
        elif name in names and names.index(name) < len(call.args) and not named_only:
            yield other, call, call.args[names.index(name)]


def field_default(source: Source, value: ast.expr) -> ast.expr | None:
    """The expression for the default in a declaration of a field; None for a declaration without one."""
    if not _is_field(source, value):
        return value
    assert isinstance(value, ast.Call)  # noqa: S101 - a field is made by a call
    for keyword in value.keywords:
        if keyword.arg == "default":
            return keyword.value
        if keyword.arg in ("default_factory", "factory"):
            return keyword.value.body if isinstance(keyword.value, ast.Lambda) else keyword.value
    return None


def _is_field(source: Source, value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and bool(set(externals(source.flows(value.func))) & _FIELDS)


def _is_understood(source: Source, owner: ast.ClassDef) -> bool:
    """Whether nothing but what is written makes the objects of a class."""
    if owner.keywords or not all(_is_maker(source, decorator) for decorator in owner.decorator_list):
        return False
    if len(_base_names(source, owner) & _BASES) != len(owner.bases):
        return False
    if not _has_made_constructor(source, owner):
        return True
    own = any(isinstance(s, FunctionNode) and s.name in ("__init__", "__new__") for s in owner.body)
    return not own and all(_is_plain_field(source, s) for s in owner.body)


def _is_plain_field(source: Source, statement: ast.stmt) -> bool:
    """Whether a field, if it is one, is a parameter of the constructor under its own name, in its own place."""
    value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    if isinstance(value, ast.Call) and _is_field(source, value):
        if value.args or any(keyword.arg not in _PLAIN_FIELD for keyword in value.keywords):
            return False
    if isinstance(statement, ast.AnnAssign):
        name = statement.target.id if isinstance(statement.target, ast.Name) else ""
        kind = source.original(statement.annotation)
        return not name.startswith("_") and not any(
            word in kind for word in ("ClassVar", "InitVar", "KW_ONLY")
        )
    return True


def _has_made_constructor(source: Source, owner: ast.ClassDef) -> bool:
    return bool(owner.decorator_list) or bool(_base_names(source, owner) - {"builtins.object"})


def _is_maker(source: Source, decorator: ast.expr) -> bool:
    """Whether a decorator makes a constructor, and takes no field out of the order they are written in."""
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not set(externals(source.flows(function))) & _MAKERS:
        return False
    return not (
        isinstance(decorator, ast.Call)
        and any(k.arg in (None, "kw_only", "init", "these") for k in decorator.keywords)
    )


def _base_names(source: Source, owner: ast.ClassDef) -> set[str]:
    return {
        name for base in owner.bases for name in externals(source.flows(base)) or (source.original(base),)
    }


def _fields(source: Source, owner: ast.ClassDef) -> Iterator[str]:
    """The fields of a class in the order of its constructor's parameters."""
    for statement in owner.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_field(source, value):
                yield name


def _members(program: Program, owner: ast.ClassDef, is_it: Is) -> frozenset[str]:
    """The names of attributes that objects of a class are given, and of its methods that are written in it."""
    found = {s.name for s in owner.body if isinstance(s, FunctionNode)}
    found |= {
        n.id for s in owner.body for n in walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    for source in program.sources.values():
        for node in source.of(ast.Attribute):
            if isinstance(node.ctx, ast.Store):
                if any(is_it(flow) for flow in source.flows(node.value)):
                    found.add(node.attr)
    return frozenset(found)


def _spells(owner: ast.AST, name: str) -> bool:
    """Whether a class names a field in a text: in `__slots__`, say."""
    return isinstance(owner, ast.ClassDef) and any(
        isinstance(n, ast.Constant) and n.value == name for n in walk(owner)
    )


def _only_tells_type(source: Source, mention: ast.expr) -> bool:
    """Whether a class is named in an annotation, or to ask for the type of an object."""
    inner: ast.AST = mention
    for outer in source.ancestors(mention):
        match outer:
            case ast.arg():
                return True
            case ast.AnnAssign(annotation=annotation):
                return annotation is inner
            case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
                return returns is inner
            case ast.Call(func=ast.Name(id=name)):
                return name in _ASKING
            case ast.stmt():
                return False
        inner = outer
    return False


def _passes(decorator: ast.expr) -> bool:
    inner = decorator.func if isinstance(decorator, ast.Call) else decorator
    return (inner.id if isinstance(inner, ast.Name) else getattr(inner, "attr", "")) in _PASSING
