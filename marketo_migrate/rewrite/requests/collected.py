"""Lists of records that an object collects in an attribute and sends later: they hold REST records from now on."""

import ast
from dataclasses import dataclass, field

from marketo_migrate.model.flow import ContainerFlow, OtherFlow, Place, RequestFlow
from marketo_migrate.rewrite.moving import Move
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.requests.in_place import Keeping
from marketo_migrate.rewrite.requests.joining import joined
from marketo_migrate.rewrite.requests.reading import Consumed, Holder, Reading
from marketo_migrate.rewrite.requests.rest_forms import RestForms
from marketo_migrate.rewrite.requests.scope import Again, Scope
from marketo_migrate.rewrite.requests.touches import given_in_tuple, is_length
from marketo_migrate.rewrite.source import FunctionNode, Source
from marketo_migrate.rewrite.tree import Items, Node
from marketo_migrate.rewrite.unused import is_subclassed

_WHOLE = ("__dict__", "vars", "asdict", "astuple", "setattr", "__setattr__")
_TYPE = "LeadRecord"


@dataclass(slots=True)
class _Uses:
    """What a class does with the attribute: statements that give it a list, that add to it, and other reads."""

    stores: list[tuple[ast.stmt, ast.expr]] = field(default_factory=list)
    builders: list[tuple[ast.stmt, str, ast.expr]] = field(default_factory=list)
    reads: list[ast.Attribute] = field(default_factory=list)


class Collected:
    """Reads attributes that hold lists of leads, and converts what makes and fills them."""

    def __init__(
        self, program: Program, forms: RestForms, keeping: Keeping, reading: Reading, consumed: Consumed
    ) -> None:
        self._program = program
        self._forms = forms
        self._keeping = keeping
        self._reading = reading
        self._consumed = consumed

    def attribute(self, node: ast.Attribute, scope: Scope, again: Again) -> Items | None:
        """The records that an attribute holds; None where it is no list that its class collects."""
        source = scope.source
        owner = _owner(source, node)
        if owner is None:
            return None
        text = source.original(node)
        if scope.is_inlined or not all(self._is_sent_at_once(move) for move in scope.moves):
            raise Unconvertible(f"{text} may change before the request is sent", source, node)
        key: Holder = (source.path, source.span(owner)[0], text)
        if key not in self._forms.variables:
            uses = self._uses(source, owner, node)
            if not any(isinstance(value, ast.List) for _, value in uses.stores):
                return None
            if key in self._forms.making:
                raise Unconvertible(f"{text} is made of what it was before", source, node)
            self._forms.making.add(key)
            self._convert(source, uses, key, again)
        self._consumed.attributes.add(source.place(node))
        self._reading.holders |= self._forms.part_of[key]
        whole = self._forms.variables[key]
        assert isinstance(whole, Items)  # noqa: S101 - put in below
        return Items(whole.items, lambda: text)

    def _convert(self, source: Source, uses: _Uses, key: Holder, again: Again) -> None:
        before, self._reading.holders = self._reading.holders, {key}
        whole: Node = Items()
        for statement, value in uses.stores:
            at = Scope(source, source.function(statement), {}, statement, stays=True, handed=True)
            made = again(value, at)
            if not isinstance(value, ast.List) or value.elts:
                self._forms.keep_value(source, value, made, key, is_attributes=False)
            whole = joined(whole, made)
        for statement, kind, given in uses.builders:
            at = Scope(source, source.function(statement), {}, statement, stays=True, handed=True)
            self._keeping.statement(whole, statement, (), kind, given, at, _TYPE, key, many=True)
        self._forms.variables[key] = whole
        self._forms.part_of[key] = self._reading.holders
        self._reading.holders = before | self._reading.holders
        self._consumed.collected.extend((key, source, read) for read in uses.reads)

    def _is_sent_at_once(self, move: Move) -> bool:
        """Whether nothing runs between the statement that reads the list and the call in the one behind it."""
        source, end = move.source, move.end
        block = source.block(move.start)
        if end not in block or block.index(end) != block.index(move.start) + 1 or isinstance(end, ast.While):
            return False
        sending = end.iter if isinstance(end, ast.For) else end
        return not any(
            isinstance(node, ast.Call) and self._program.calls_own(source, node) for node in walk(sending)
        )

    # --- the attribute ----------------------------------------------------------------------

    def _uses(self, source: Source, owner: ast.ClassDef, node: ast.Attribute) -> _Uses:
        """All that is done with the attribute, which nothing outside of its class may change."""
        text = source.original(node)
        self._check_closed(source, owner, node)
        uses = _Uses()
        others: list[tuple[Source, ast.Attribute]] = []
        for other in self._program.sources.values():
            for found in other.mentions.get(node.attr, ()):
                if not isinstance(found, ast.Attribute):
                    continue
                if id(found) in other.leaving:
                    continue
                if other is source and _owner(other, found) is owner and other.original(found) == text:
                    _note(uses, other, found)
                elif _owner(other, found) is None and not is_length(other, found):
                    others.append((other, found))
        sites = {
            flow.site
            for _, value in uses.stores
            for flow in source.flows(value)
            if isinstance(flow, ContainerFlow)
        }
        for other, found in others:
            if _may_be(other, found, sites):
                raise Unconvertible(f".{node.attr} is also used outside of {owner.name}", other, found)
        return uses

    def _check_closed(self, source: Source, owner: ast.ClassDef, node: ast.Attribute) -> None:
        for other in self._program.sources.values():
            for word in _WHOLE:
                for found in other.mentions.get(word, ()):
                    if not _is_of_request(other, found):
                        raise Unconvertible("the attributes of an object are used as a whole", other, found)
        classes = {n.name for s in self._program.sources.values() for n in s.of(ast.ClassDef)}
        bases = {getattr(base, "id", getattr(base, "attr", "")) for base in owner.bases}
        if is_subclassed(self._program, owner) or bases & classes:
            raise Unconvertible(f".{node.attr} belongs to several classes", source, node)
        if self._program.mentioned_outside(node.attr, source.path):
            raise Unconvertible(f".{node.attr} may be used by other modules", source, node)


def _is_of_request(source: Source, node: ast.AST) -> bool:
    """Whether `setattr(…)` and the like are about an object of a request, and about no other."""
    call = source.parent(node)
    if not isinstance(call, ast.Call) or call.func is not node or not call.args:
        return False
    flows = source.flows(call.args[0])
    return bool(flows) and all(isinstance(flow, RequestFlow) for flow in flows)


def _note(uses: _Uses, source: Source, node: ast.Attribute) -> None:
    """What one mention of the attribute in its class does."""
    parent = source.parent(node)
    if _is_rest(source, parent, node) or _is_rest(source, source.parent(parent) if parent else None, node):
        return
    match parent:
        case ast.Assign(targets=[target], value=value) if target is node:
            uses.stores.append((parent, value))
            return
        case ast.AnnAssign(target=target, value=ast.expr() as value) if target is node:
            uses.stores.append((parent, value))
            return
        case ast.AugAssign(target=target, op=ast.Add(), value=value) if target is node:
            uses.builders.append((parent, "extend", value))
            return
        case ast.Attribute(attr="append" | "extend" as kind):
            call = source.parent(parent)
            if isinstance(call, ast.Call) and isinstance(source.parent(call), ast.Expr):
                if len(call.args) == 1 and not call.keywords:
                    uses.builders.append((source.statement(call), kind, call.args[0]))
                    return
        case ast.Attribute(attr="clear"):
            call = source.parent(parent)
            if isinstance(call, ast.Call) and isinstance(source.parent(call), ast.Expr):
                return
        case ast.Subscript(ctx=ast.Del()):
            return
    if _is_rest_in_tuple(source, node):
        return
    pair = given_in_tuple(source, node) if isinstance(node.ctx, ast.Store) else None
    if pair is not None:
        uses.stores.append(pair)
    elif isinstance(node.ctx, ast.Load):
        if not is_length(source, node):
            uses.reads.append(node)
    else:
        raise Unconvertible(f"{source.original(node)} is filled in a way that is not known", source, node)


def _is_rest(source: Source, statement: ast.AST | None, node: ast.Attribute) -> bool:
    """Whether a statement keeps a part of the list: `self.records = self.records[300:]`."""
    match statement:
        case ast.Assign(targets=[target], value=ast.Subscript(value=base, slice=ast.Slice())):
            text = source.original(node)
            return source.original(target) == source.original(base) == text and node in (target, base)
    return False


def _is_rest_in_tuple(source: Source, node: ast.Attribute) -> bool:
    """Whether an item of a tuple keeps a part of the list: `part, self.records = self.records[:300], self.records[300:]`."""
    outer = source.parent(node)
    holder = source.parent(outer) if isinstance(outer, ast.Subscript) else source.parent(node)
    statement = source.parent(holder) if isinstance(holder, ast.Tuple) else None
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            pairs = zip(targets, values, strict=False) if len(targets) == len(values) else ()
        case _:
            return False
    text = source.original(node)
    return any(
        source.original(target) == text
        and isinstance(value, ast.Subscript)
        and isinstance(value.slice, ast.Slice)
        and source.original(value.value) == text
        and (node is target or node is value.value)
        for target, value in pairs
    )


def _owner(source: Source, node: ast.Attribute) -> ast.ClassDef | None:
    """The class of a module of whose object an attribute is, where a method names it by its first parameter."""
    function: FunctionNode | None = source.function(node)
    while function is not None and source.function(function) is not None:
        function = source.function(function)
    owner = source.parent(function) if function is not None else None
    if function is None or not isinstance(owner, ast.ClassDef) or not isinstance(node.value, ast.Name):
        return None
    if not isinstance(source.parent(owner), ast.Module):
        return None
    own = [*function.args.posonlyargs, *function.args.args]
    return owner if own and own[0].arg == node.value.id else None


def _may_be(source: Source, node: ast.Attribute, sites: set[Place]) -> bool:
    """Whether an attribute may be the list, as far as flows tell."""
    flows = source.flows(node)
    if not flows or any(isinstance(flow, OtherFlow) for flow in flows):
        return True
    return any(isinstance(flow, ContainerFlow) and flow.site in sites for flow in flows)
