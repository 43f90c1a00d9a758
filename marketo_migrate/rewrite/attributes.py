"""Rewrites the loops over a lead's attribute list: REST has the attributes as keys of the lead itself."""

import ast
from collections.abc import Callable, Iterable

from marketo_migrate.model.flow import ResponseFlow
from marketo_migrate.rewrite.absent_lists import lead_of
from marketo_migrate.rewrite.answers import Answer
from marketo_migrate.rewrite.attribute_forms import ShortForms
from marketo_migrate.rewrite.attribute_loops import Loop, LoopReader, kind_of
from marketo_migrate.rewrite.names import FieldName, FieldNames
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.rendering import Tables
from marketo_migrate.rewrite.responses import AttributeUse
from marketo_migrate.rewrite.source import Source, walk_scope

_LEAD_READERS = frozenset({"getLead", "getMultipleLeads"})
_VARIABLES = (("name", "value"), ("attr_name", "attr_value"), ("soap_name", "field_value"))


class Attributes:
    """Finds out which attributes a loop is about, and rewrites it over the fields that are read."""

    def __init__(self, program: Program, names: FieldNames, tables: Tables) -> None:
        self._program = program
        self._leads = self._names = names
        self._tables = tables
        self._loops = LoopReader(program)
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

    def _loop(self, site: AttributeUse, reads: list[AttributeUse]) -> Loop:
        source = site.source
        node = source.parent(site.node)
        if not isinstance(node, ast.For | ast.comprehension) or not isinstance(node.target, ast.Name):
            raise Unconvertible("the attributes of a lead are not read one by one", source, site.node)
        if site.part.wrapper:
            raise Unconvertible("the attribute list object itself is iterated over", source, site.node)
        holder = node if isinstance(node, ast.For) else source.parent(node)
        if holder is None:
            raise Unconvertible("the attributes of a lead are not read one by one", source, site.node)
        loop = Loop(source, site, node, holder, node.target.id)
        inside = {id(n) for n in walk(holder)}
        for read in reads:
            base = getattr(read.node, "value", None)
            if (
                read.source is source
                and id(read.node) in inside
                and isinstance(base, ast.Name)
                and base.id == loop.variable
            ):
                loop.reads.append(read)
        for n in walk(holder):
            if isinstance(n, ast.Name) and n.id == loop.variable and isinstance(n.ctx, ast.Load):
                if not any(getattr(read.node, "value", None) is n for read in loop.reads):
                    raise Unconvertible("an attribute is used as an object", source, n)
        loop.names = self._loops.about(loop)
        return loop

    # --- writing ----------------------------------------------------------------------------

    def _rewrite(self, loop: Loop) -> None:
        fields = self._fields(loop.site, loop.names)
        if loop.whole:
            self.helpers.setdefault(loop.source.path, set()).update({"all", "number"})
            for answer in loop.site.answers:
                answer.uses.add("all")
                answer.whole = True
        _note_fields(loop.site, fields)
        source = loop.source
        if not loop.whole and all(found.is_text or found.is_number for found in fields):
            if ShortForms(self._program, self._loops, self._tables, self._names).write(loop):
                return
        self._tabulate(loop.site, fields)
        if self._as_dict(loop):
            return
        names = self._variables(loop)
        kinds = {kind_of(read) for read in loop.reads}
        first, second = names
        shown = (first if "attrName" in kinds else "_", second if "attrValue" in kinds else "_")
        lead = loop.site.node
        source.replace(loop.node.target, lambda: f"{shown[0]}, {shown[1]}")
        source.replace(lead, self._pairs_of(source, lead))
        for read in loop.reads:
            which = first if kind_of(read) == "attrName" else second
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

    def _as_dict(self, loop: Loop) -> bool:
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
        kinds = [next((kind_of(r) for r in loop.reads if r.node is side), "") for side in pair]
        if kinds != ["attrName", "attrValue"] or len(holder.generators) != 1 or holder.generators[0].ifs:
            return False
        source.replace(whole, lambda: f"dict(soap_attributes({source.source(own)}))")
        return True

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

    def _variables(self, loop: Loop) -> tuple[str, str]:
        scope = loop.source.function(loop.holder) or loop.source.tree
        used = {n.id for n in walk_scope(scope) if isinstance(n, ast.Name)}
        if not isinstance(scope, ast.Module):
            used |= {a.arg for a in (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs)}
        for pair in _VARIABLES:
            if used.isdisjoint(pair):
                return pair
        return _VARIABLES[-1]


def _note_fields(site: AttributeUse, fields: list[FieldName]) -> None:
    for answer in site.answers:
        answer.fields.update(found.rest for found in fields)
        if any(not found.is_text and not found.is_number for found in fields):
            answer.uses.add("typed")
        answer.uses.add("attributes")


def _refuse(answers: tuple[Answer, ...], problem: Unconvertible) -> None:
    for answer in answers:
        answer.problems.append(problem)
