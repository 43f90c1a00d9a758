"""Which attributes a loop over a lead's attribute list is about: those that it asks for by name, or all of them."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from marketo_migrate.model.flow import ContainerFlow, Place
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.others import Names, acts_on_others
from marketo_migrate.rewrite.program import Program, texts_of
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.responses import AttributeUse
from marketo_migrate.rewrite.source import Source


@dataclass(slots=True)
class Loop:
    """One iteration over attributes: the statement or comprehension, its variable, what is read of it."""

    source: Source
    site: AttributeUse
    node: ast.For | ast.comprehension
    holder: ast.AST
    variable: str
    reads: list[AttributeUse] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    whole: bool = False


def kind_of(read: AttributeUse) -> str:
    """Which part of an attribute is read, by its name in lead records (other objects say name and value)."""
    last = read.part.path.rpartition(".")[2]
    return {"name": "attrName", "value": "attrValue"}.get(last, last)


class LoopReader:
    """Finds out what loops of a program do with attributes."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def about(self, loop: Loop) -> set[str]:
        """The SOAP names that a loop's outcome depends on."""
        found: set[str] = set()
        unguarded = False
        for read in loop.reads:
            kind = kind_of(read)
            if kind == "attrType":
                raise Unconvertible("the type of an attribute is read", loop.source, read.node)
            if kind == "attrName":
                compared = self._compared(loop, read.node)
                if compared is not None:
                    found |= compared
                    continue
            if self._is_guarded(loop, read.node):
                continue
            keyed = self._keyed(loop, read.node)
            if keyed is None:
                unguarded = True
            else:
                found |= keyed
        if not unguarded and found and not acts_on_others(*self._around(loop)):
            return found
        included = [answer.included for answer in loop.site.answers]
        every = any(name == "*" for answer in loop.site.answers for name, *_ in answer.names)
        if every and any(len(names or ()) > 1 for names in included):
            raise Unconvertible(
                "all attributes of an object are read, and SOAP gave those that are its keys apart",
                loop.source,
                loop.site.node,
            )
        if all(names is not None for names in included):
            return {name for names in included for name in names or ()} - {"Id"}
        objects = [answer.names for answer in loop.site.answers if answer.names]
        if objects:
            names = {name for found in objects for name, *_ in found}
            if "*" in names:
                raise Unconvertible(
                    "all fields of an object are read, and which those are is not known",
                    loop.source,
                    loop.site.node,
                )
            return names
        if any(answer.call[0][0] != loop.source.path for answer in loop.site.answers):
            raise Unconvertible(
                "all attributes of the lead are read, whatever their names, in another module than the call",
                loop.source,
                loop.site.node,
            )
        if any(answer.limited and answer.included is None for answer in loop.site.answers):
            raise Unconvertible(
                "all attributes that were asked for are read, and which those are is not known",
                loop.source,
                loop.site.node,
            )
        loop.whole = True
        return set()

    def _around(self, loop: Loop) -> tuple[ast.For | ast.comprehension, ast.AST, ast.AST | None, Names]:
        def keeps(node: ast.AST) -> bool:
            inside = {id(n) for n in walk(node)}
            reads = [read.node for read in loop.reads if id(read.node) in inside]
            return any(self.dict_of(loop, read) is not None for read in reads)

        names = Names(
            lambda test: self._chooses(loop, test),
            lambda test: self._rejects(loop, test),
            keeps,
        )
        return loop.node, loop.holder, loop.source.parent(loop.holder), names

    def _compared(self, loop: Loop, node: ast.expr) -> set[str] | None:
        """The names an attribute's name is compared with; None where it is used in another way."""
        parent = loop.source.parent(node)
        if isinstance(parent, ast.Compare) and len(parent.ops) == 1:
            other = parent.comparators[0] if parent.left is node else parent.left
            if isinstance(parent.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
                return self.texts(loop.source, other)
        return None

    def texts(self, source: Source, node: ast.expr) -> set[str] | None:
        """All texts that an expression, or a collection written out somewhere, can hold."""
        match node:
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return self._all(source, items)
            case ast.Dict(keys=keys):
                return self._all(source, [key for key in keys if key is not None])
            case ast.Call(func=ast.Name(id="set" | "frozenset" | "tuple" | "list"), args=[only]):
                return self.texts(source, only)
        found = texts_of(source, node)
        if found is not None:
            return set(found)
        texts: set[str] = set()
        containers = [flow for flow in source.flows(node) if isinstance(flow, ContainerFlow)]
        for flow in containers:
            made = self._program.node_at(flow.site)
            inner = None
            if made is not None and isinstance(made[1], ast.List | ast.Tuple | ast.Set | ast.Dict):
                inner = self.texts(made[0], made[1])
            if inner is None:
                return None
            texts |= inner
        return texts or None

    def _all(self, source: Source, items: Iterable[ast.expr]) -> set[str] | None:
        texts: set[str] = set()
        for item in items:
            found = texts_of(source, item)
            if found is None:
                return None
            texts.update(found)
        return texts

    def _is_guarded(self, loop: Loop, node: ast.expr) -> bool:
        """Whether a use runs only for attributes of known names."""
        inner: ast.AST = node
        for outer in loop.source.ancestors(node):
            if isinstance(outer, ast.If | ast.IfExp):
                body = outer.body if isinstance(outer.body, list) else [outer.body]
                if inner in body and self._chooses(loop, outer.test):
                    return True
            if isinstance(outer, ast.BoolOp) and isinstance(outer.op, ast.And) and inner in outer.values:
                before = outer.values[: outer.values.index(inner)]
                if any(self._chooses(loop, value) for value in before):
                    return True
            if outer is loop.holder:
                break
            inner = outer
        if isinstance(loop.node, ast.comprehension):
            own = [test for test in loop.node.ifs if node not in walk(test)]
            return any(self._chooses(loop, test) for test in own)
        return self._skipped(loop, node)

    def _skipped(self, loop: Loop, node: ast.expr) -> bool:
        """`if attr.attrName not in WANTED: continue` before the use."""
        if not isinstance(loop.node, ast.For):
            return False
        use = loop.source.statement(node)
        for statement in loop.node.body:
            if statement is use or use in walk(statement):
                return False
            if (
                isinstance(statement, ast.If)
                and isinstance(statement.body[-1], ast.Continue)
                and self._rejects(loop, statement.test)
            ):
                return True
        return False

    def _chooses(self, loop: Loop, test: ast.expr) -> bool:
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            return any(self._chooses(loop, value) for value in test.values)
        if isinstance(test, ast.BoolOp):
            return all(self._chooses(loop, value) for value in test.values)
        return self._tests(loop, test, (ast.Eq, ast.In))

    def _rejects(self, loop: Loop, test: ast.expr) -> bool:
        return self._tests(loop, test, (ast.NotEq, ast.NotIn))

    def _tests(self, loop: Loop, test: ast.expr, kinds: tuple[type[ast.cmpop], ...]) -> bool:
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], kinds):
            return False
        sides = (test.left, test.comparators[0])
        names = [read.node for read in loop.reads if kind_of(read) == "attrName"]
        return any(side in names for side in sides) and any(
            self.texts(loop.source, side) is not None for side in sides if side not in names
        )

    # --- dicts made of attributes -----------------------------------------------------------

    def _keyed(self, loop: Loop, node: ast.expr) -> set[str] | None:
        """The keys that are looked up in the dict that a loop fills; None where it is used in other ways."""
        site = self.dict_of(loop, node)
        if site is None:
            return None
        found: set[str] = set()
        for source in self._program.sources.values():
            for place, flows in source.flows_by_place.items():
                if not any(isinstance(f, ContainerFlow) and f.site == site for f in flows):
                    continue
                at = self._program.node_at(place)
                if at is None or not isinstance(at[1], ast.expr):
                    return None
                keys = self._looked_up(at[0], at[1], site)
                if keys is None:
                    return None
                found |= keys
        return found

    def dict_of(self, loop: Loop, node: ast.expr) -> Place | None:
        """The place where the dict was made of which an attribute becomes an item."""
        source = loop.source
        parent = source.parent(node)
        holder = loop.holder
        if isinstance(holder, ast.DictComp) and (holder.key is node or holder.value is node):
            return source.place(holder)
        if isinstance(holder, ast.GeneratorExp | ast.ListComp) and isinstance(holder.elt, ast.Tuple):
            call = source.parent(holder)
            made = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "dict"
            if made and call is not None and node in holder.elt.elts and len(holder.elt.elts) == 2:
                return source.place(call)
        target: ast.expr | None = None
        if isinstance(parent, ast.Subscript) and parent.slice is node and isinstance(parent.ctx, ast.Store):
            target = parent.value
        statement = source.statement(node)
        if (
            isinstance(statement, ast.Assign)
            and statement.value is node
            and isinstance(statement.targets[0], ast.Subscript)
        ):
            target = statement.targets[0].value
        if target is None:
            return None
        sites = {flow.site for flow in source.flows(target) if isinstance(flow, ContainerFlow)}
        return sites.pop() if len(sites) == 1 else None

    def _looked_up(self, source: Source, node: ast.expr, site: Place) -> set[str] | None:
        """The keys an expression that holds the dict is asked for; empty where it is only handed on."""
        parent = source.parent(node)
        match parent:
            case ast.Subscript(value=value) if value is node:
                if isinstance(parent.ctx, ast.Store):
                    return set()
                return self.texts(source, parent.slice)
            case ast.Attribute(value=value, attr="get" | "pop" | "setdefault"):
                call = source.parent(parent)
                if isinstance(call, ast.Call) and call.func is parent and call.args:
                    return self.texts(source, call.args[0])
                return None
            case ast.Compare() if len(parent.ops) == 1 and isinstance(parent.ops[0], ast.In | ast.NotIn):
                return self.texts(source, parent.left) if parent.comparators[0] is node else None
            case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
                return set()
            case ast.Assign() | ast.AnnAssign() | ast.NamedExpr() | ast.Expr():
                return set()
            case ast.Return():
                function = source.function(node)
                if (
                    function is not None
                    and self._program.callers(source, function)
                    and not self._program.mentions(source, function)
                ):
                    return set()
                return None
            case ast.Call() | ast.keyword():
                call = parent if isinstance(parent, ast.Call) else source.parent(parent)
                if isinstance(call, ast.Call) and self._program.called(source, call) is not None:
                    return set()
                if isinstance(call, ast.Call) and source.place(call) == site:
                    return set()
                return None
            case ast.BoolOp(op=ast.Or(), values=[first, ast.Dict(keys=[])]) if first is node:
                return set()
            case ast.IfExp(test=test) if test is not node:
                return set()
            case ast.List() | ast.ListComp() | ast.Tuple() | ast.Dict() | ast.DictComp():
                return set()
            case _:
                return None
