"""Whether an object that a SOAP client runs its messages through does nothing but sign or shape requests."""

import ast
import re

from marketo_migrate.model.flow import ExternalFlow
from marketo_migrate.rewrite.nodes import root_of, walk, walk_scope
from marketo_migrate.rewrite.program import Program, externals
from marketo_migrate.rewrite.purity import Purity
from marketo_migrate.rewrite.source import FunctionNode, Source

_ON_REQUESTS = frozenset({"egress", "marshalled", "sending", "apply"})
_ON_ANSWERS = frozenset({"ingress", "received", "unmarshalled", "verify"})
_ON_WSDL = frozenset({"loaded", "parsed", "initialized"})
_MAKERS = ("lxml.", "xml.", "suds.", "zeep.")
_PLAIN_METHODS = frozenset(
    {"get", "encode", "decode", "format", "join", "replace", "strip", "lower", "upper", "find"}
)
_HEADER = re.compile(r"[Hh]eader|mktows")
_BODY = re.compile(r"\bprune\b|[Bb]ody")


class Hooks:
    """Judges the classes of a program whose objects are plugins, or sign messages, of a SOAP client."""

    def __init__(self, program: Program, purity: Purity) -> None:
        self._program = program
        self._purity = purity

    def is_only_for_soap(self, source: Source, owner: ast.ClassDef) -> bool:
        """Whether nobody misses what the objects of a class do to the messages of a SOAP client."""
        methods = {part.name: part for part in owner.body if isinstance(part, FunctionNode)}
        of_wsdl = {name for base in owner.bases for name in externals(source.flows(base))} <= {
            "suds.plugin.DocumentPlugin",
            "suds.plugin.InitPlugin",
        }
        answers = _ON_ANSWERS | (frozenset() if of_wsdl else {"parsed"})
        if any(name in methods and not _hands_on(methods[name]) for name in answers):
            return False
        judged = [
            methods[name] for name in (*_ON_REQUESTS, *_ON_WSDL) if name in methods and name not in answers
        ]
        if not judged and not owner.bases:
            return False
        shaping = [method for method in judged if method.name in _ON_REQUESTS and not _hands_on(method)]
        text = source.original(owner)
        if shaping and (not _HEADER.search(text) or any(_BODY.search(source.original(m)) for m in shaping)):
            return False
        makers = [methods[name] for name in ("__init__", "__new__") if name in methods]
        seen: set[int] = set()
        return all(self._only_builds(source, method, owner, seen) for method in (*judged, *makers)) and all(
            self._base(source, base) for base in owner.bases
        )

    def _base(self, source: Source, base: ast.expr) -> bool:
        """Whether what a class inherits does nothing else either."""
        names = externals(source.flows(base))
        if names:
            return all(
                name == "builtins.object" or name.startswith(("suds.", "zeep.", "abc.")) for name in names
            )
        owners = [self._program.definition(flow) for flow in source.flows(base) if hasattr(flow, "start")]  # type: ignore[arg-type]
        return bool(owners) and all(
            found is not None
            and isinstance(found[1], ast.ClassDef)
            and self.is_only_for_soap(found[0], found[1])
            for found in owners
        )

    def _only_builds(
        self, source: Source, function: FunctionNode, owner: ast.ClassDef, seen: set[int]
    ) -> bool:
        """Whether a function only makes values and changes what it is given: a message, its headers."""
        if id(function) in seen:
            return True
        seen.add(id(function))
        spec = function.args
        parameters = [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
        holder = parameters[0] if parameters and source.parent(function) is owner else ""
        ours = _own_names(function, {*parameters} - {holder})
        nodes = walk_scope(function)
        forbidden = (
            ast.Global,
            ast.Nonlocal,
            ast.Yield,
            ast.YieldFrom,
            ast.Await,
            ast.With,
            ast.Raise,
            ast.Assert,
        )
        for node in nodes:
            if isinstance(node, forbidden):
                return False
            if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
                plain = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
                if root_of(node) == holder and holder and plain:
                    assert isinstance(node, ast.Attribute)  # noqa: S101 - just asked
                    if self._is_read_outside(source, owner, node.attr):
                        return False
                elif root_of(node) not in ours and not isinstance(_first(node), ast.Call):
                    return False
            if isinstance(node, ast.Call) and not self._call(source, node, owner, ours, seen):
                return False
        return True

    def _call(
        self, source: Source, node: ast.Call, owner: ast.ClassDef, ours: frozenset[str], seen: set[int]
    ) -> bool:
        found = self._program.called(source, node)
        if found is not None:
            where, made = found
            if isinstance(made, ast.ClassDef):
                return self._purity.expression(source, node)
            if source.parent(made) is owner:
                return self._only_builds(where, made, owner, seen)
            return self._purity.expression(source, node) or self._only_builds(where, made, owner, seen)
        names = [flow.name for flow in source.flows(node.func) if isinstance(flow, ExternalFlow)]
        if any(name.startswith(_MAKERS) for name in names):
            return True
        match node.func:
            case ast.Attribute(value=ast.Call() as inner, attr="__init__") if (
                getattr(inner.func, "id", "") == "super"
            ):
                return True
            case ast.Attribute(value=base, attr=attr):
                first = _first(base)
                if isinstance(first, ast.Name) and first.id in ours:
                    return True
                if isinstance(first, ast.Constant | ast.JoinedStr | ast.BinOp | ast.Call):
                    return True
                return self._purity.call(source, node) or attr in _PLAIN_METHODS
        return self._purity.call(source, node)

    def _is_read_outside(self, source: Source, owner: ast.ClassDef, name: str) -> bool:
        """Whether something else than the messages' hooks and the making of the object reads an attribute."""
        inner = {
            id(part)
            for member in owner.body
            if isinstance(member, FunctionNode)
            and (member.name in _ON_REQUESTS | _ON_WSDL or member.name.startswith("_"))
            for part in walk(member)
        }
        return any(
            id(node) not in inner
            for other in self._program.sources.values()
            for node in other.reads.get(name, ())
            if isinstance(node, ast.Attribute)
        )


def _first(node: ast.expr) -> ast.expr:
    """What a chain of accesses starts with."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node


def _hands_on(function: FunctionNode) -> bool:
    """Whether a function does nothing but give back what it is given."""
    return all(
        isinstance(part, ast.Pass)
        or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
        or (
            isinstance(part, ast.Return)
            and all(
                isinstance(n, ast.Name | ast.Tuple | ast.Constant | ast.expr_context)
                for n in (walk(part.value) if part.value is not None else ())
            )
        )
        for part in function.body
    )


def _own_names(function: FunctionNode, parameters: set[str]) -> frozenset[str]:
    """The variables of a function that hold what it is given or makes itself, and nothing from outside."""
    ours = set(parameters)
    pairs: list[tuple[ast.expr, ast.expr]] = []
    for node in walk_scope(function):
        match node:
            case ast.Assign(targets=targets, value=value):
                pairs += [(target, value) for target in targets]
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                pairs.append((target, value))
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                pairs.append((target, value))
    stored = {
        name.id
        for target, _ in pairs
        for name in walk(target)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }
    ours |= stored
    while True:
        foreign = {
            name.id
            for target, value in pairs
            if isinstance(first := _first(value), ast.Name) and first.id not in ours
            for name in walk(target)
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
        }
        if not foreign & ours:
            return frozenset(ours)
        ours -= foreign
