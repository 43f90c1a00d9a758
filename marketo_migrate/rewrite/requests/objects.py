"""Objects of a request that an expression makes right here: displays, calls of a type, helpers that only make one."""

import ast

from marketo_migrate.model.flow import ClientFlow, RequestFlow
from marketo_migrate.model.soap import SoapFacts
from marketo_migrate.rewrite.program import Program, constant_of
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.reading import Consumed
from marketo_migrate.rewrite.requests.scope import Scope, before
from marketo_migrate.rewrite.requests.touches import Variables
from marketo_migrate.rewrite.source import FunctionNode, Source, walk_scope


class Objects:
    """Takes objects apart into names and values."""

    def __init__(self, program: Program, soap: SoapFacts, variables: Variables, consumed: Consumed) -> None:
        self._program = program
        self._soap = soap
        self._variables = variables
        self._consumed = consumed

    def pairs(self, node: ast.expr, type_name: str, scope: Scope) -> list[tuple[str, ast.expr]] | None:
        """Names and values where an expression makes an object right here."""
        if isinstance(node, ast.Dict):
            pairs: list[tuple[str, ast.expr]] = []
            for key, value in zip(node.keys, node.values, strict=True):
                if key is None:
                    pairs.extend(self.unpacked(value, scope))
                    continue
                known, name = constant_of(scope.source, key)
                if not known or not isinstance(name, str):
                    raise Unconvertible("a key of the request is not a constant", scope.source, key)
                pairs.append((name, value))
            return pairs
        if isinstance(node, ast.Attribute) and self._is_made_by_name(node, scope):
            return []
        if not isinstance(node, ast.Call):
            return None
        if isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
            return [
                p
                for k in node.keywords
                for p in ([(k.arg, k.value)] if k.arg else self.unpacked(k.value, scope))
            ]
        if self._makes_request(node, scope):
            found = self._program.called(scope.source, node)
            roles = {f.role for f in scope.source.flows(node.func) if isinstance(f, ClientFlow)}
            if found is not None or not roles & {"type", "constructor"}:
                return (
                    [(k.arg, k.value) for k in node.keywords if k.arg is not None]
                    if found is not None
                    else []
                )
            names = [item.name for item in self._soap.fields(self.concrete(node, type_name, scope))]
            positional = list(zip(names, node.args, strict=False))
            return [*positional, *((k.arg, k.value) for k in node.keywords if k.arg is not None)]
        return None

    def unpacked(self, node: ast.expr, scope: Scope) -> list[tuple[str, ast.expr]]:
        """The names and values of `**mapping`."""
        if isinstance(node, ast.Name) and node.id not in scope.bound:
            touches = self._variables.touches(scope.source, scope.function, node.id, scope.dead)
            use = scope.use or scope.source.statement(node)
            plain = len(touches.values) == 1 and not touches.odd
            if plain and all(before(scope, s, use) for s in touches.statements()):
                pairs = dict(self.unpacked(touches.values[0][1], scope))
                for _, path, kind, given in touches.builders:
                    if kind == "set" and len(path) == 1:
                        pairs[path[0]] = given
                    elif kind == "update" and not path:
                        pairs.update(self.unpacked(given, scope))
                    else:
                        raise Unconvertible(
                            "the arguments are put together in several steps", scope.source, given
                        )
                self._consumed.read(scope.source, node)
                return list(pairs.items())
        if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
            return [
                (str(key.value), value)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            ]
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "dict"
            and not node.args
        ):
            return [
                pair
                for k in node.keywords
                for pair in ([(k.arg, k.value)] if k.arg is not None else self.unpacked(k.value, scope))
            ]
        raise Unconvertible("arguments are unpacked from a dict that is not written out", scope.source, node)

    def concrete(self, node: ast.expr, type_name: str, scope: Scope) -> str:
        """The type that an object is made as, where the declared one is abstract."""
        kind = self._soap.types.get(type_name)
        extensions = {item.name for item in self._soap.extensions(type_name)}
        for flow in scope.source.flows(node):
            if isinstance(flow, RequestFlow) and (flow.type in extensions or flow.type == type_name):
                return flow.type
        if kind is not None and kind.abstract and isinstance(node, ast.Dict):
            raise Unconvertible(f"the kind of {type_name} is not named", scope.source, node)
        return type_name

    def _is_made_by_name(self, node: ast.Attribute, scope: Scope) -> bool:
        """`client.LeadKey`, where the client's class makes request objects for such attributes."""
        flows = scope.source.flows(node)
        made = {flow.type for flow in flows if isinstance(flow, RequestFlow)}
        above = scope.source.flows(node.value)
        return node.attr in made and not any(isinstance(flow, RequestFlow) for flow in above)

    def _makes_request(self, node: ast.Call, scope: Scope) -> bool:
        """Whether a call is the making of a request object itself (not a helper that fills one)."""
        source = scope.source
        if not any(isinstance(flow, RequestFlow) for flow in source.flows(node)):
            return False
        found = self._program.called(source, node)
        if found is not None:
            return self._is_maker(found[0], found[1])
        roles = {flow.role for flow in source.flows(node.func) if isinstance(flow, ClientFlow)}
        if roles & {"type", "constructor", "method"} or _is_factory_create(node):
            return True
        first = node.args[0] if len(node.args) == 1 and not node.keywords else None
        name = first.value if isinstance(first, ast.Constant) else None
        made = {flow.type for flow in source.flows(node) if isinstance(flow, RequestFlow)}
        return isinstance(name, str) and name.rpartition("}")[2].rpartition(":")[2] in made

    def _is_maker(self, source: Source, function: FunctionNode | ast.ClassDef) -> bool:
        """Whether a function hands back a new request object, with its keyword arguments as fields or empty."""
        if isinstance(function, ast.ClassDef):
            return False
        returns = [n.value for n in walk_scope(function) if isinstance(n, ast.Return) and n.value is not None]
        if len(returns) != 1:
            return False
        made: ast.expr = returns[0]
        if isinstance(made, ast.Name):
            touches = self._variables.touches(source, function, made.id)
            odd = [n for n in touches.odd if not _is_setattr_of_keywords(source, function, n)]
            if len(touches.values) != 1 or touches.builders or odd:
                return False
            if not all(
                _is_setattr_of_keywords(source, function, read) for read in touches.reads if read is not made
            ):
                return False
            made = touches.values[0][1]
        if not isinstance(made, ast.Call) or made.keywords or self._program.called(source, made) is not None:
            return False
        return self._makes_request(made, Scope(source, function)) and not _is_constant(made.args)


def _is_factory_create(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "create"


def _is_constant(arguments: list[ast.expr]) -> bool:
    """Whether a request object is always of one type: then the helper is looked through as usual."""
    return bool(arguments) and isinstance(arguments[0], ast.Constant)


def _is_setattr_of_keywords(source: Source, function: FunctionNode, node: ast.AST) -> bool:
    """`for name, value in values.items(): setattr(thing, name, value)` over the `**values` of a function."""
    call = source.parent(node)
    if (
        not isinstance(call, ast.Call)
        or getattr(call.func, "id", "") != "setattr"
        or call.args[0] is not node
    ):
        return False
    loop = next((a for a in source.ancestors(call) if isinstance(a, ast.For)), None)
    given = function.args.kwarg.arg if function.args.kwarg else None
    if loop is None or given is None:
        return False
    return any(isinstance(n, ast.Name) and n.id == given for n in ast.walk(loop.iter))
