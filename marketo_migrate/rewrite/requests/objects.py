"""Objects of a request that an expression makes right here: displays, calls of a type, helpers that only make one."""

import ast
from dataclasses import replace

from marketo_migrate.model.flow import ClientFlow, RequestFlow
from marketo_migrate.model.soap import SoapFacts
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program, constant_of
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.reading import Consumed, Reading
from marketo_migrate.rewrite.requests.scope import Given, Scope, before, moves_between
from marketo_migrate.rewrite.requests.touches import Touches, Variables
from marketo_migrate.rewrite.requests.unpacking import Partly, filled_partly
from marketo_migrate.rewrite.source import FunctionNode, Source, walk_scope


class Objects:
    """Takes objects apart into names and values."""

    def __init__(
        self, program: Program, soap: SoapFacts, variables: Variables, reading: Reading, consumed: Consumed
    ) -> None:
        self._program = program
        self._soap = soap
        self._variables = variables
        self._reading = reading
        self._consumed = consumed

    def pairs(self, node: ast.expr, type_name: str, scope: Scope) -> list[Given] | None:
        """Names and values where an expression makes an object right here."""
        if isinstance(node, ast.Dict):
            pairs: list[Given] = []
            for key, value in zip(node.keys, node.values, strict=True):
                if key is None:
                    pairs.extend(self.unpacked(value, scope))
                    continue
                known, name = constant_of(scope.source, key)
                if not known or not isinstance(name, str):
                    raise Unconvertible("a key of the request is not a constant", scope.source, key)
                pairs.append((name, value, scope))
            return pairs
        if isinstance(node, ast.Attribute) and self._is_made_by_name(node, scope):
            return []
        if not isinstance(node, ast.Call):
            return None
        if _is_dict_of_keywords(node):
            return self._keywords(node, scope)
        if self._makes_request(node, scope):
            found = self._program.called(scope.source, node)
            roles = {f.role for f in scope.source.flows(node.func) if isinstance(f, ClientFlow)}
            if found is not None or not roles & {"type", "constructor"}:
                return _named(node, scope) if found is not None else []
            names = [item.name for item in self._soap.fields(self.concrete(node, type_name, scope))]
            positional = [(name, value, scope) for name, value in zip(names, node.args, strict=False)]
            return [*positional, *_named(node, scope)]
        return None

    def unpacked(self, node: ast.expr, scope: Scope) -> list[Given]:
        """The names and values of `**mapping`, each with where it stands."""
        if isinstance(node, ast.Name) and node.id not in scope.bound:
            touches = self._variables.touches(scope.source, scope.function, node.id, scope.dead)
            use = scope.use or scope.source.statement(node)
            plain = len(touches.values) == 1 and not touches.odd
            if plain and all(before(scope, s, use) for s in touches.statements()):
                self._consumed.read(scope.source, node)
                return self._filled(touches, use, scope)
        if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
            return [
                (str(key.value), value, scope)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            ]
        if isinstance(node, ast.Call) and _is_dict_of_keywords(node):
            return self._keywords(node, scope)
        raise Unconvertible("arguments are unpacked from a dict that is not written out", scope.source, node)

    def partly(self, node: ast.expr, scope: Scope) -> Partly | None:
        """How the variable in `**mapping` is filled, where that is on some ways only."""
        if not isinstance(node, ast.Name) or node.id in scope.bound:
            return None
        touches = self._variables.touches(scope.source, scope.function, node.id, scope.dead)
        use = scope.use or scope.source.statement(node)
        found = filled_partly(self._program, node, touches, use, scope)
        if found is not None:
            self._reading.own.add(found.variable)
            self._reading.folds.add(found.variable)
            self._consumed.read(scope.source, node)
        return found

    def _filled(self, touches: Touches, use: ast.stmt, scope: Scope) -> list[Given]:
        """The names and values of a variable that is filled on one way only."""
        self._reading.own.add(touches.name)
        self._reading.folds.add(touches.name)
        found: dict[str, Given] = {}
        first, value = touches.values[0]
        builders = [(first, (), "update", value), *touches.builders]
        for statement, path, kind, given in builders:
            at = replace(scope, use=scope.use and statement, moves=moves_between(scope, statement, use))
            if kind == "set" and len(path) == 1:
                found[path[0]] = (path[0], given, at)
            elif kind == "update" and not path:
                found.update({entry[0]: entry for entry in self.unpacked(given, at)})
            else:
                raise Unconvertible("the arguments are put together in several steps", scope.source, given)
        return list(found.values())

    def _keywords(self, node: ast.Call, scope: Scope) -> list[Given]:
        """The names and values of `dict(name=value, **mapping)`."""
        return [
            pair
            for k in node.keywords
            for pair in ([(k.arg, k.value, scope)] if k.arg is not None else self.unpacked(k.value, scope))
        ]

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


def _is_dict_of_keywords(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args


def _named(node: ast.Call, scope: Scope) -> list[Given]:
    return [(k.arg, k.value, scope) for k in node.keywords if k.arg is not None]


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
    return any(isinstance(n, ast.Name) and n.id == given for n in walk(loop.iter))
