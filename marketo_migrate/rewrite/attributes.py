"""Rewrites the loops over a lead's attribute list: REST has the attributes as keys of the lead itself."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from marketo_migrate.model.flow import ContainerFlow, Place, ResponseFlow
from marketo_migrate.model.record import record
from marketo_migrate.rewrite.absent_lists import lead_of
from marketo_migrate.rewrite.answers import Answer
from marketo_migrate.rewrite.names import FieldName, FieldNames
from marketo_migrate.rewrite.others import Names, acts_on_others
from marketo_migrate.rewrite.program import Program, texts_of
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.rendering import Tables
from marketo_migrate.rewrite.responses import AttributeUse
from marketo_migrate.rewrite.source import Source, walk_scope

_LEAD_READERS = frozenset({"getLead", "getMultipleLeads"})
_ZERO = ast.Constant(0)
_VARIABLES = (("name", "value"), ("attr_name", "attr_value"), ("soap_name", "field_value"))


@dataclass(slots=True)
class _Loop:
    """One iteration over attributes: the statement or comprehension, its variable, what is read of it."""

    source: Source
    site: AttributeUse
    node: ast.For | ast.comprehension
    holder: ast.AST
    variable: str
    reads: list[AttributeUse] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    whole: bool = False


@record
class _Field:
    """The REST field that a test of an attribute's name means, as code; which of numbers and texts it may hold."""

    text: Callable[[], str]
    numbers: bool
    texts: bool

    def is_there(self, source: Source, lead: str) -> str:
        """The test whether a lead has a value: SOAP left out empty ones."""
        got = f"{lead}.get({self.text()})"
        if not self.numbers:
            return got
        return f"{got} not in (None, {source.literal('')})" if self.texts else f"{got} is not None"

    def value(self, source: Source, lead: str, read: ast.expr) -> str:
        """The value as the text that SOAP gave, where it is not turned into something else right away."""
        text = f"{lead}[{self.text()}]"
        return f"str({text})" if self.numbers and _turned(source, read) is None else text


class Attributes:
    """Finds out which attributes a loop is about, and rewrites it over the fields that are read."""

    def __init__(self, program: Program, names: FieldNames, tables: Tables) -> None:
        self._program = program
        self._leads = self._names = names
        self._tables = tables
        self.helpers: dict[str, set[str]] = {}

    def convert(
        self, sites: list[AttributeUse], reads: list[AttributeUse], tests: list[AttributeUse]
    ) -> None:
        """Rewrite every loop and test; problems go to the answers that it reads."""
        loops = []
        for site in sites:
            self._names = self._of(site)
            try:
                loops.append(self._loop(site, reads))
            except Unconvertible as problem:
                _refuse(site.answers, problem)
        seen = {id(read.node) for loop in loops for read in loop.reads}
        for read in reads:
            if id(read.node) not in seen:
                stray = Unconvertible(
                    "an attribute is read outside a loop over the attributes", read.source, read.node
                )
                _refuse(read.answers, stray)
        for loop in loops:
            self._names = self._of(loop.site)
            try:
                self._rewrite(loop)
            except Unconvertible as problem:
                _refuse(loop.site.answers, problem)
        for test in tests:
            self._names = self._of(test)
            try:
                self._test(test)
            except Unconvertible as problem:
                _refuse(test.answers, problem)

    def keep(self, source: Source, answer: Answer, includes: bool) -> None:
        """An answer with leads that keeps SOAP's form: which fields it asks for. `includes`: the request names some."""
        helpers = self.helpers.setdefault(source.path, set())
        helpers.add("kept")
        self._tables.activities.setdefault(source.path, {}).update(answer.activities)
        if answer.operation.partition("/")[0] not in _LEAD_READERS:
            return
        if answer.included is None and includes:
            place = self._program.node_at(answer.call[0])
            raise Unconvertible(
                "the attributes that are asked for are not known", source, place[1] if place else None
            )
        if answer.included is None:
            helpers.add("all")
            answer.whole = True
            answer.uses.add("all")
            return
        table = self._tables.to_soap.setdefault(source.path, {})
        # SOAP left the address empty where it was not asked for.
        answer.fields |= {"id", "email"} if "Email" in answer.included else {"id"}
        for name in answer.included - {"Id", "Email"}:
            found = self._leads.find(name)
            if found is None:
                raise Unconvertible(f"no REST field is known for the attribute {name!r}")
            answer.fields.add(found.rest)
            table[found.rest] = found.soap
            helpers.add("boolean" if found.is_boolean else "text" if found.is_text else "number")

    def _test(self, test: AttributeUse) -> None:
        """Whether a lead has any of the attributes that were asked for."""
        source, node = test.source, test.node
        included = [answer.included for answer in test.answers]
        if any(names is None for names in included) or any(answer.names for answer in test.answers):
            raise Unconvertible(
                "whether there are any attributes decides here, and which those may be is not known",
                source,
                node,
            )
        if not all(isinstance(flow, ResponseFlow) for flow in source.flows(node)):
            raise Unconvertible("whether there are any attributes decides here", source, node)
        names = {name for found in included for name in found or ()} - {"Id"}
        fields = self._fields(test, names)
        _note_fields(test, fields)
        self._tabulate(test, fields)
        source.replace(node, self._pairs_of(source, node))

    def _of(self, site: AttributeUse) -> FieldNames:
        """The names of the object whose attributes are read."""
        tables = {answer.names for answer in site.answers}
        if len(tables) != 1:
            _refuse(site.answers, Unconvertible("different objects come together", site.source, site.node))
        return self._leads.of(tables.pop())

    def _loop(self, site: AttributeUse, reads: list[AttributeUse]) -> _Loop:
        source = site.source
        node = source.parent(site.node)
        if not isinstance(node, ast.For | ast.comprehension) or not isinstance(node.target, ast.Name):
            raise Unconvertible("the attributes of a lead are not read one by one", source, site.node)
        if site.part.wrapper:
            raise Unconvertible("the attribute list object itself is iterated over", source, site.node)
        holder = node if isinstance(node, ast.For) else source.parent(node)
        if holder is None:
            raise Unconvertible("the attributes of a lead are not read one by one", source, site.node)
        loop = _Loop(source, site, node, holder, node.target.id)
        inside = {id(n) for n in ast.walk(holder)}
        for read in reads:
            base = getattr(read.node, "value", None)
            if (
                read.source is source
                and id(read.node) in inside
                and isinstance(base, ast.Name)
                and base.id == loop.variable
            ):
                loop.reads.append(read)
        for n in ast.walk(holder):
            if isinstance(n, ast.Name) and n.id == loop.variable and isinstance(n.ctx, ast.Load):
                if not any(getattr(read.node, "value", None) is n for read in loop.reads):
                    raise Unconvertible("an attribute is used as an object", source, n)
        loop.names = self._about(loop)
        return loop

    # --- which attributes -------------------------------------------------------------------

    def _about(self, loop: _Loop) -> set[str]:
        """The SOAP names that a loop's outcome depends on."""
        found: set[str] = set()
        unguarded = False
        for read in loop.reads:
            kind = _kind(read)
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

    def _around(self, loop: _Loop) -> tuple[ast.For | ast.comprehension, ast.AST, ast.AST | None, Names]:
        def keeps(node: ast.AST) -> bool:
            inside = {id(n) for n in ast.walk(node)}
            reads = [read.node for read in loop.reads if id(read.node) in inside]
            return any(self._dict_of(loop, read) is not None for read in reads)

        names = Names(
            lambda test: self._chooses(loop, test),
            lambda test: self._rejects(loop, test),
            keeps,
        )
        return loop.node, loop.holder, loop.source.parent(loop.holder), names

    def _compared(self, loop: _Loop, node: ast.expr) -> set[str] | None:
        """The names an attribute's name is compared with; None where it is used in another way."""
        parent = loop.source.parent(node)
        if isinstance(parent, ast.Compare) and len(parent.ops) == 1:
            other = parent.comparators[0] if parent.left is node else parent.left
            if isinstance(parent.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
                return self._texts(loop.source, other)
        return None

    def _texts(self, source: Source, node: ast.expr) -> set[str] | None:
        """All texts that an expression, or a collection written out somewhere, can hold."""
        match node:
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return self._all(source, items)
            case ast.Dict(keys=keys):
                return self._all(source, [key for key in keys if key is not None])
            case ast.Call(func=ast.Name(id="set" | "frozenset" | "tuple" | "list"), args=[only]):
                return self._texts(source, only)
        found = texts_of(source, node)
        if found is not None:
            return set(found)
        texts: set[str] = set()
        containers = [flow for flow in source.flows(node) if isinstance(flow, ContainerFlow)]
        for flow in containers:
            made = self._program.node_at(flow.site)
            inner = None
            if made is not None and isinstance(made[1], ast.List | ast.Tuple | ast.Set | ast.Dict):
                inner = self._texts(made[0], made[1])
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

    def _is_guarded(self, loop: _Loop, node: ast.expr) -> bool:
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
            own = [test for test in loop.node.ifs if node not in ast.walk(test)]
            return any(self._chooses(loop, test) for test in own)
        return self._skipped(loop, node)

    def _skipped(self, loop: _Loop, node: ast.expr) -> bool:
        """`if attr.attrName not in WANTED: continue` before the use."""
        if not isinstance(loop.node, ast.For):
            return False
        use = loop.source.statement(node)
        for statement in loop.node.body:
            if statement is use or use in ast.walk(statement):
                return False
            if (
                isinstance(statement, ast.If)
                and isinstance(statement.body[-1], ast.Continue)
                and self._rejects(loop, statement.test)
            ):
                return True
        return False

    def _chooses(self, loop: _Loop, test: ast.expr) -> bool:
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            return any(self._chooses(loop, value) for value in test.values)
        if isinstance(test, ast.BoolOp):
            return all(self._chooses(loop, value) for value in test.values)
        return self._tests(loop, test, (ast.Eq, ast.In))

    def _rejects(self, loop: _Loop, test: ast.expr) -> bool:
        return self._tests(loop, test, (ast.NotEq, ast.NotIn))

    def _tests(self, loop: _Loop, test: ast.expr, kinds: tuple[type[ast.cmpop], ...]) -> bool:
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], kinds):
            return False
        sides = (test.left, test.comparators[0])
        names = [read.node for read in loop.reads if _kind(read) == "attrName"]
        return any(side in names for side in sides) and any(
            self._texts(loop.source, side) is not None for side in sides if side not in names
        )

    # --- dicts made of attributes -----------------------------------------------------------

    def _keyed(self, loop: _Loop, node: ast.expr) -> set[str] | None:
        """The keys that are looked up in the dict that a loop fills; None where it is used in other ways."""
        site = self._dict_of(loop, node)
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

    def _dict_of(self, loop: _Loop, node: ast.expr) -> Place | None:
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
                return self._texts(source, parent.slice)
            case ast.Attribute(value=value, attr="get" | "pop" | "setdefault"):
                call = source.parent(parent)
                if isinstance(call, ast.Call) and call.func is parent and call.args:
                    return self._texts(source, call.args[0])
                return None
            case ast.Compare() if len(parent.ops) == 1 and isinstance(parent.ops[0], ast.In | ast.NotIn):
                return self._texts(source, parent.left) if parent.comparators[0] is node else None
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

    # --- writing ----------------------------------------------------------------------------

    def _rewrite(self, loop: _Loop) -> None:
        fields = self._fields(loop.site, loop.names)
        if loop.whole:
            self.helpers.setdefault(loop.source.path, set()).update({"all", "number"})
            for answer in loop.site.answers:
                answer.uses.add("all")
                answer.whole = True
        _note_fields(loop.site, fields)
        source = loop.source
        if not loop.whole and all(found.is_text or found.is_number for found in fields):
            ways = (self._as_search, self._as_return, self._as_lead, self._as_branches)
            if any(way(loop) for way in ways):
                return
        self._tabulate(loop.site, fields)
        if self._as_dict(loop):
            return
        names = self._variables(loop)
        kinds = {_kind(read) for read in loop.reads}
        first, second = names
        shown = (first if "attrName" in kinds else "_", second if "attrValue" in kinds else "_")
        lead = loop.site.node
        source.replace(loop.node.target, lambda: f"{shown[0]}, {shown[1]}")
        source.replace(lead, self._pairs_of(source, lead))
        for read in loop.reads:
            which = first if _kind(read) == "attrName" else second
            source.replace(read.node, lambda which=which: which)  # type: ignore[misc]

    def _tabulate(self, site: AttributeUse, fields: list[FieldName]) -> None:
        """Put fields into the table of the module in which they are read by their SOAP names."""
        path = site.source.path
        table = self._tables.to_soap.setdefault(path, {})
        table.update({found.rest: found.soap for found in fields})
        self.helpers.setdefault(path, set()).update(
            "boolean" if found.is_boolean else "text" if found.is_text else "number" for found in fields
        )
        if any(answer.names for answer in site.answers):
            self.helpers[path].add("object")

    def _pairs_of(self, source: Source, lead: ast.expr) -> Callable[[], str]:
        own = lead_of(lead)
        return lambda: f"soap_attributes({source.inner(own) if own is lead else source.source(own)})"

    def _as_dict(self, loop: _Loop) -> bool:
        """`{a.attrName: a.attrValue for a in attributes}` and its like: `dict(soap_attributes(lead))`."""
        source, holder = loop.source, loop.holder
        own = lead_of(loop.site.node)
        whole: ast.AST | None = None
        if isinstance(holder, ast.DictComp):
            pair = (holder.key, holder.value)
            whole = holder
        elif isinstance(holder, ast.GeneratorExp | ast.ListComp) and isinstance(holder.elt, ast.Tuple):
            call = source.parent(holder)
            if (
                not isinstance(call, ast.Call)
                or getattr(call.func, "id", "") != "dict"
                or len(holder.elt.elts) != 2
            ):
                return False
            pair = (holder.elt.elts[0], holder.elt.elts[1])
            whole = call
        else:
            return False
        kinds = [next((_kind(r) for r in loop.reads if r.node is side), "") for side in pair]
        if kinds != ["attrName", "attrValue"] or len(holder.generators) != 1 or holder.generators[0].ifs:
            return False
        source.replace(whole, lambda: f"dict(soap_attributes({source.source(own)}))")
        return True

    # --- the shorter ways -------------------------------------------------------------------

    def _searched(self, loop: _Loop, test: ast.expr) -> _Field | None:
        """The REST field of `attr.attrName == NAME`."""
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
            return None
        sides = [test.left, test.comparators[0]]
        names = [read.node for read in loop.reads if _kind(read) == "attrName"]
        other = next((side for side in sides if side not in names), None)
        if other is None or not any(side in names for side in sides):
            return None
        if not isinstance(other, ast.Constant | ast.Name | ast.Attribute):
            return None
        found = [self._names.find(text) for text in sorted(texts_of(loop.source, other) or ())]
        fields = [field for field in found if field is not None]
        if not fields or None in found:
            return None
        name = self._rest_name(loop.source, other, fields)
        # What is said of all fields of an object says nothing of the type of one.
        unsure = any(soap == "*" for answer in loop.site.answers for soap, *_ in answer.names)
        numbers, texts = (any(f.is_number for f in fields), any(f.is_text for f in fields))
        return _Field(name, unsure or numbers, unsure or texts)

    def _is_value(self, loop: _Loop, node: ast.AST | None) -> bool:
        return any(read.node is node and _kind(read) == "attrValue" for read in loop.reads)

    def _is_number(self, loop: _Loop, node: ast.expr | None) -> bool:
        """Whether an expression is the number that a value is the digits of."""
        return any(
            _kind(read) == "attrValue" and node is not None and _as_number(loop.source, read.node) is node
            for read in loop.reads
        )

    def _as_search(self, loop: _Loop) -> bool:
        """`next((a.attrValue for a in attributes if a.attrName == NAME), default)`."""
        source, holder = loop.source, loop.holder
        call = source.parent(holder)
        if not isinstance(holder, ast.GeneratorExp) or not isinstance(call, ast.Call):
            return False
        if getattr(call.func, "id", "") != "next" or len(call.args) != 2 or len(holder.generators) != 1:
            return False
        tests = holder.generators[0].ifs
        field = self._searched(loop, tests[0]) if len(tests) == 1 else None
        default = call.args[1]
        if field is None or any(
            isinstance(n, ast.Call | ast.NamedExpr | ast.Await) for n in ast.walk(default)
        ):
            return False
        lead = lead_of(loop.site.node)
        whole = self._whole(loop, field, call, holder.elt, default)
        if whole is not None:
            other = _ZERO if field.numbers and not _is_none(default) else default
            source.replace(whole, lambda: self._got(source, source.source(lead), field.text(), other, whole))
            return True
        reads = [read.node for read in loop.reads if _kind(read) == "attrValue"]
        if len(loop.reads) != 2 or len(reads) != 1 or reads[0] in ast.walk(tests[0]) or not _is_plain(lead):
            return False
        read = reads[0]
        source.replace(read, lambda: field.value(source, source.source(lead), read))
        source.replace(call, lambda: self._made_of(source, lead, field, holder.elt, call))
        return True

    def _whole(
        self, loop: _Loop, field: _Field, search: ast.Call, made: ast.expr, default: ast.expr
    ) -> ast.Call | None:
        """The expression that REST's own value, or the default where there is none, can stand for."""
        if not field.numbers:
            return search if self._is_value(loop, _as_text(made)) else None
        if field.texts:
            return None
        if (_is_zero(default) or _is_none(default)) and self._is_number(loop, made):
            return search
        if self._is_value(loop, made) and isinstance(default, ast.Constant) and default.value in ("0", 0):
            return _as_number(loop.source, search)
        return None

    def _made_of(
        self, source: Source, lead: ast.expr, field: _Field, made: ast.expr, search: ast.Call
    ) -> str:
        """What a search makes of a value, where the lead has one."""
        default = source.source(search.args[1])
        text = f"{source.source(made)} if {field.is_there(source, source.source(lead))} else {default}"
        return text if self._stands_alone(source, search) else f"({text})"

    def _got(
        self, source: Source, lead: str, field: str, default: ast.expr | None, around: ast.AST | None
    ) -> str:
        text = f"{lead}.get({field})"
        if default is None or _is_none(default):
            return text
        other = "0" if _is_zero(default) else source.source(default)
        text = f"{text} or {other}"
        return text if around is None or self._stands_alone(source, around) else f"({text})"

    def _stands_alone(self, source: Source, node: ast.AST) -> bool:
        """Whether an expression needs no brackets where it stands."""
        parent = source.parent(node)
        plain = ast.Assign | ast.Return | ast.keyword | ast.Call | ast.Tuple | ast.List | ast.Dict
        return parent is None or (isinstance(parent, plain) and getattr(parent, "func", None) is not node)

    def _as_return(self, loop: _Loop) -> bool:
        """A function that looks for one attribute: a loop with a return in it, and what comes behind."""
        source, node = loop.source, loop.node
        if not isinstance(node, ast.For) or node.orelse or len(node.body) != 1:
            return False
        inner = node.body[0]
        if not isinstance(inner, ast.If) or inner.orelse or len(inner.body) != 1:
            return False
        found = inner.body[0]
        if not isinstance(found, ast.Return):
            return False
        block = source.block(node)
        after = block[block.index(node) + 1 :]
        default: ast.expr | None = None
        if len(after) == 1 and isinstance(after[0], ast.Return):
            default = after[0].value
        elif after or not isinstance(source.parent(node), ast.FunctionDef):
            return False
        if default is not None and not isinstance(default, ast.Constant | ast.Name):
            return False
        field = self._searched(loop, inner.test)
        if field is None or not self._is_returned(loop, field, found.value, default):
            return False
        lead = lead_of(loop.site.node)
        last = after[0] if after else node
        start, end = source.span(node)[0], source.span(last)[1]
        source.replace_span(
            start,
            end,
            lambda: "return " + self._got(source, source.source(lead), field.text(), default, None),
        )
        return True

    def _is_returned(
        self, loop: _Loop, field: _Field, value: ast.expr | None, default: ast.expr | None
    ) -> bool:
        """Whether what a function returns of an attribute is REST's value, and the default is another one."""
        if not field.numbers:
            return self._is_value(loop, value)
        if field.texts or not self._is_number(loop, value):
            return False
        return default is None or _is_none(default) or _is_zero(default)

    def _as_branches(self, loop: _Loop) -> bool:
        """A loop with one `if` for each name: the fields are asked one after the other, without a loop."""
        source, node = loop.source, loop.node
        if not isinstance(node, ast.For) or len(node.body) != 1:
            return False
        branches = _branches(node.body[0])
        if node.orelse and not (len(branches) == 1 and self._is_left(loop, node, branches[0])):
            return False
        lead = lead_of(loop.site.node)
        if not branches or branches[0].lineno != node.lineno + 1 or not _is_plain(lead):
            return False
        if not all(self._is_branch(loop, branch, alone=len(branches) == 1) for branch in branches):
            return False
        fields = [self._searched(loop, branch.test) for branch in branches]
        if any(found is None for found in fields):
            return False
        inside = [n for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        if any((n.end_lineno or n.lineno) > n.lineno for n in inside):
            return False
        width = len(source.indent(branches[0])) - len(source.indent(node))
        source.replace_span(source.line_start(node.lineno), source.line_start(branches[0].lineno), lambda: "")
        for line in range(branches[0].lineno, (node.body[0].end_lineno or node.lineno) + 1):
            start = source.line_start(line)
            if source.line_text(line)[:width].strip() == "" and source.line_text(line).strip():
                source.replace_span(start, start + width, lambda: "")
        for branch, found in zip(branches, fields, strict=True):
            if found is not None:
                self._branch(loop, branch, lead, found)
        return True

    def _is_left(self, loop: _Loop, node: ast.For, branch: ast.If) -> bool:
        """Whether the `else` of a loop is what runs where the branch does not."""
        last = branch.body[-1]
        if not isinstance(last, ast.Return | ast.Raise) and not (
            isinstance(last, ast.Break) and len(branch.body) > 1
        ):
            return False
        inside = {id(n) for statement in node.orelse for n in ast.walk(statement)}
        return not any(id(read.node) in inside for read in loop.reads)

    def _is_branch(self, loop: _Loop, branch: ast.If, *, alone: bool) -> bool:
        """Whether what a branch does may be done outside the loop (in any order, if it is not alone)."""
        body = (
            branch.body[:-1]
            if isinstance(branch.body[-1], ast.Break) and len(branch.body) > 1
            else branch.body
        )
        if any(isinstance(n, ast.Break | ast.Continue) for s in body for n in ast.walk(s)):
            return False
        if any(self._reads_name(loop, s) for s in branch.body) or branch.body[0].lineno == branch.lineno:
            return False
        if alone:
            return True
        field = self._searched(loop, branch.test)
        numbers = field is not None and not field.texts

        def acts(node: ast.AST) -> bool:
            read = node.args[0] if isinstance(node, ast.Call) and len(node.args) == 1 else None
            turned = isinstance(read, ast.expr) and _turned(loop.source, read) is node
            harmless = turned and (numbers or getattr(node.func, "id", "") == "str")  # type: ignore[attr-defined]
            return isinstance(node, ast.Call) and not (harmless and self._is_value(loop, read))

        return all(isinstance(s, ast.Assign) and not any(map(acts, ast.walk(s))) for s in body)

    def _reads_name(self, loop: _Loop, statement: ast.stmt) -> bool:
        inside = set(map(id, ast.walk(statement)))
        return any(id(r.node) in inside and _kind(r) == "attrName" for r in loop.reads)

    def _branch(self, loop: _Loop, branch: ast.If, lead: ast.expr, field: _Field) -> None:
        source = loop.source
        start, end = source.span(branch)[0], source.span(branch.test)[1]
        source.replace_span(start, end, lambda: f"if {field.is_there(source, source.source(lead))}")
        for read in loop.reads:
            if any(read.node in ast.walk(s) for s in branch.body):
                node = read.node
                source.replace(node, lambda node=node: field.value(source, source.source(lead), node))  # type: ignore[misc]
        if isinstance(branch.body[-1], ast.Break):
            line = branch.body[-1].lineno
            source.replace_span(source.line_start(line), source.line_start(line + 1), lambda: "")

    def _as_lead(self, loop: _Loop) -> bool:
        """A dict of the attributes that is only asked with .get(): the lead itself can be asked."""
        source = loop.source
        site = next((s for read in loop.reads if (s := self._dict_of(loop, read.node)) is not None), None)
        if site is None or isinstance(loop.node, ast.For):
            return False
        asked: list[tuple[Source, ast.Call, ast.expr | None]] = []
        for other in self._program.sources.values():
            for place, flows in other.flows_by_place.items():
                sites = {f.site for f in flows if isinstance(f, ContainerFlow)}
                if site not in sites:
                    continue
                at = self._program.node_at(place)
                if at is None or sites != {site} or not isinstance(at[1], ast.expr):
                    return False
                if not self._only_asked(at[0], at[1], site, asked):
                    return False
        whole = self._program.node_at(site)
        if whole is None or not all(self._can_ask(*one) for one in asked) or not asked:
            return False
        lead = lead_of(loop.site.node)
        source.replace(whole[1], lambda: source.source(lead))
        for other, call, default in asked:
            self._ask(other, call, default)
        return True

    def _only_asked(
        self,
        source: Source,
        node: ast.expr,
        site: Place,
        asked: list[tuple[Source, ast.Call, ast.expr | None]],
    ) -> bool:
        parent = source.parent(node)
        match parent:
            case ast.Attribute(value=value, attr="get") if value is node:
                call = source.parent(parent)
                if not isinstance(call, ast.Call) or call.func is not parent or call.keywords:
                    return False
                key = call.args[0] if call.args else None
                if not isinstance(key, ast.Constant | ast.Name | ast.Attribute) or len(call.args) > 2:
                    return False
                default = call.args[1] if len(call.args) == 2 else None
                asked.append((source, call, default))
                return True
            case ast.Assign() | ast.AnnAssign() | ast.Return():
                return True
            case ast.Call() | ast.keyword():
                call = parent if isinstance(parent, ast.Call) else source.parent(parent)
                return isinstance(call, ast.Call) and (
                    source.place(call) == site or self._program.called(source, call) is not None
                )
            case _:
                return False

    def _asked(self, source: Source, call: ast.Call) -> list[FieldName] | None:
        """The fields that a call of .get() may ask for."""
        key = call.args[0]
        if isinstance(key, ast.Constant) and not isinstance(key.value, str):
            return None
        found = [self._names.find(name) for name in texts_of(source, key) or ()]
        return [name for name in found if name is not None] if found and None not in found else None

    def _can_ask(self, source: Source, call: ast.Call, default: ast.expr | None) -> bool:
        """Whether the fields say the same: texts, or numbers that were made of SOAP's text."""
        found = self._asked(source, call)
        if found is None or all(name.is_text for name in found):
            return found is not None
        zero = isinstance(default, ast.Constant) and default.value in (0, "0")
        return zero and _as_number(source, call) is not None and all(name.is_number for name in found)

    def _ask(self, source: Source, call: ast.Call, default: ast.expr | None) -> None:
        found = self._asked(source, call)
        if found is None or not isinstance(call.func, ast.Attribute):
            return
        base, field = call.func.value, self._rest_name(source, call.args[0], found)
        if found[0].is_number and (number := _as_number(source, call)) is not None:
            source.replace(number, lambda: self._got(source, source.source(base), field(), _ZERO, number))
            return
        source.replace(call, lambda: self._got(source, source.source(base), field(), default, call))

    def _rest_name(self, source: Source, name: ast.expr, fields: Iterable[FieldName]) -> Callable[[], str]:
        """The REST name of the field that SOAP called `name`, as code."""
        if isinstance(name, ast.Constant):
            (field,) = fields
            return lambda: source.literal(field.rest)
        table = self._tables.to_rest.setdefault(source.path, {})
        table.update({field.soap: field.rest for field in fields})
        return lambda: f"REST_NAMES[{source.source(name)}]"

    def _fields(self, site: AttributeUse, names: Iterable[str]) -> list[FieldName]:
        """The REST fields of SOAP names that are read."""
        fields: list[FieldName] = []
        operations = {answer.operation.partition("/")[0] for answer in site.answers}
        for name in sorted(names):
            included = all("Email" in (answer.included or ()) for answer in site.answers)
            if name == "Id" or (name == "Email" and ("getLead" in operations or not included)):
                raise Unconvertible(
                    f"{name!r} is looked for among the attributes, where SOAP did not have it",
                    site.source,
                    site.node,
                )
            found = self._names.find(name)
            if found is None:
                raise Unconvertible(
                    f"no REST field is known for the attribute {name!r}; `--describe` with the answer of "
                    "/rest/v1/leads/describe.json tells the names of custom fields",
                    site.source,
                    site.node,
                )
            fields.append(found)
        return fields

    def _variables(self, loop: _Loop) -> tuple[str, str]:
        scope = loop.source.function(loop.holder) or loop.source.tree
        used = {n.id for n in walk_scope(scope) if isinstance(n, ast.Name)}
        if not isinstance(scope, ast.Module):
            used |= {a.arg for a in (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs)}
        for pair in _VARIABLES:
            if used.isdisjoint(pair):
                return pair
        return _VARIABLES[-1]


def _branches(statement: ast.stmt) -> list[ast.If]:
    """The branches of an `if` with its `elif`s; empty where there is an `else`."""
    found: list[ast.If] = []
    current: ast.stmt | None = statement
    while isinstance(current, ast.If):
        found.append(current)
        if not current.orelse:
            return found
        if len(current.orelse) != 1:
            return []
        current = current.orelse[0]
    return []


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression may be written several times."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant | ast.Name):
            return False
        node = node.value
    return isinstance(node, ast.Name)


def _as_text(node: ast.expr) -> ast.expr:
    """What `str(…)` makes a text of."""
    match node:
        case ast.Call(func=ast.Name(id="str"), args=[only], keywords=[]):
            return only
    return node


def _as_number(source: Source, node: ast.expr) -> ast.Call | None:
    """The `int(…)` around a value."""
    parent = source.parent(node)
    if isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "int" and len(parent.args) == 1:
        return parent if not parent.keywords else None
    return None


def _turned(source: Source, node: ast.expr) -> ast.Call | None:
    """The `int(…)` or `str(…)` around a value."""
    match source.parent(node):
        case ast.Call(func=ast.Name(id="int" | "str"), args=[only], keywords=[]) as call if only is node:
            return call
    return None


def _is_zero(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == 0


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _kind(read: AttributeUse) -> str:
    """Which part of an attribute is read, by its name in lead records (other objects say name and value)."""
    last = read.part.path.rpartition(".")[2]
    return {"name": "attrName", "value": "attrValue"}.get(last, last)


def _note_fields(site: AttributeUse, fields: list[FieldName]) -> None:
    for answer in site.answers:
        answer.fields.update(found.rest for found in fields)
        if any(not found.is_text and not found.is_number for found in fields):
            answer.uses.add("typed")
        answer.uses.add("attributes")


def _refuse(answers: tuple[Answer, ...], problem: Unconvertible) -> None:
    for answer in answers:
        answer.problems.append(problem)
