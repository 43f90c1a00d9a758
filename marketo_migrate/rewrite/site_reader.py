"""Reads the calls of a unit: where each is, which request it sends, which variant of its rule that is."""

import ast
from collections.abc import Callable
from itertools import combinations

from marketo_migrate.model.flow import Called
from marketo_migrate.model.matching import choose
from marketo_migrate.model.resolution import CallFact
from marketo_migrate.model.rules import OperationRule, Ruleset, Use, Variant
from marketo_migrate.rewrite.first_pages import pages_after
from marketo_migrate.rewrite.listed_values import check_listed_values
from marketo_migrate.rewrite.page_ends import Pages, PagingError
from marketo_migrate.rewrite.page_fetchers import check_handed_position, check_loops_stay, loops_around
from marketo_migrate.rewrite.paging import check_start, check_turned, pages_of, turns_of
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.rendering import keywords_of
from marketo_migrate.rewrite.requests.reader import RequestReader
from marketo_migrate.rewrite.sites import Call, Sites
from marketo_migrate.rewrite.spelling import SPELLED_AS_SUDS
from marketo_migrate.rewrite.tree import Record, as_record, walk
from marketo_migrate.rewrite.units import Site, Unit, UnitPlan
from marketo_migrate.rewrite.unused import Unused

IMPORTS = frozenset({"importToList", "getImportToListStatus"})
"""The two operations that move together or not at all."""

_VERSION_WORD = "/mktows/"


class SiteReader:
    """Reads one call after the other; `pages` are the paging loops around them, which go."""

    def __init__(
        self,
        program: Program,
        unit: Unit,
        calls: tuple[CallFact, ...],
        rules: Ruleset,
        target: str,
        places: Sites,
        reader: RequestReader,
        unused: Unused,
        soap_forms: frozenset[Called],
        result: UnitPlan,
        *,
        partial: bool,
    ) -> None:
        """`calls` are those of the unit that are to move, all or (`partial`) some; reasons go into `result`."""
        self.pages: list[Pages] = []
        self._program = program
        self._unit = unit
        self._calls = calls
        self._rules = rules
        self._operations = {rule.name: rule for rule in rules.operations}
        self._target = target
        self._sites = places
        self._reader = reader
        self._unused = unused
        self._soap_forms = soap_forms
        self._result = result
        self._partial = partial

    def sites_of(self, fact: CallFact) -> list[Site]:
        """The calls at a place, or none, with the reasons noted."""
        path = fact.place[0]
        if path not in self._program.sources:
            why = self._program.failed.get(path)
            said = (
                f"this Python cannot parse the file: {why}"
                if why
                else "it is Python 2 code, which is not rewritten"
            )
            self._result.reasons[fact.place] = said
            return []
        try:
            calls = self._sites.calls(fact)
        except Unconvertible as problem:
            self._result.reasons[fact.place] = problem.sentence()
            return []
        sites = []
        for call in calls:
            try:
                sites.append(self._read(call))
            except Unconvertible as problem:
                if isinstance(problem, PagingError) and self._operations[call.operation].soap_form:
                    self._result.escaping |= {(fact.place, call.operation)}
                self._result.reasons[call.place] = problem.sentence()
                self._result.reasons.setdefault(fact.place, problem.sentence())
        return sites

    def _read(self, call: Call) -> Site:
        libraries = {
            c.library
            for c in self._unit.clients
            for p in call.fact.performed
            if p.client == c.id and c.library
        }
        if len(libraries) != 1:
            raise Unconvertible("it is not known which SOAP library makes the call", call.source, call.node)
        rule = self._operations.get(call.operation)
        if rule is None:
            raise Unconvertible(
                f"Marketo's SOAP API has no method {call.operation!r}", call.source, call.node
            )
        pages = None
        through: tuple[Pages, ...] = ()
        stays = (call.fact.place, call.operation) in self._soap_forms and rule.soap_form
        if stays:
            call.source.leaving |= turns_of(call.source, call.node)
            self._unused.moving.once |= {
                id(outer) for outer in call.source.ancestors(call.node) if isinstance(outer, ast.While)
            }
        else:
            pages = pages_of(call.source, call.node)
            if (behind := pages_after(call.source, call.node)) is not None:
                call.source.leaving |= behind.gone()
            through = loops_around(self._program, call.source, call.node) if pages is None else ()
        for loop in (*([pages] if pages is not None else ()), *through):
            loop.source.leaving |= loop.gone()
            self._unused.moving.once.add(id(loop.loop))
            self.pages.append(loop)
        node, arguments, keywords = call.node, call.arguments, call.keywords
        if pages is not None and pages.first is not None:
            # The loop goes: what it asks for is what the call before it asks for.
            node, keywords = pages.first, tuple(pages.first.keywords)
            arguments = tuple(node.args[len(call.node.args) - len(call.arguments) :])
        request = self._reader.request(
            call.source, node, call.operation, self._parameters(call.operation), arguments, keywords
        )
        if stays:
            check_loops_stay(self._program, call.source, call.node)
            check_turned(call.source, call.node, request)
        else:
            if through:
                check_handed_position(call.source, call.node, request)
            check_start(call.source, call.node, pages, request)
        if _has_chosen_key(request) and call.operation != "syncLead":
            raise Unconvertible("the key of the lead is given on some ways only", call.source, call.node)
        variant = self.chosen(rule, request, lambda use: self.in_unit(use, call.operation))
        self._check_dropped(call, variant)
        check_listed_values(rule, request)
        library = libraries.pop()
        library = "suds" if library in SPELLED_AS_SUDS else library
        return Site(call, rule, library, request, variant, frozenset(self._reader.holders))

    def chosen(self, rule: OperationRule, request: Record, uses: Callable[[Use], bool]) -> Variant:
        """The variant for a request; what is given on some ways only must be a keyword of its call, and make no difference."""
        has_choice = _has_chosen_key(request)

        def asked(use: Use) -> bool:
            return has_choice if use is Use.KEY_CHOSEN else uses(use)

        variant = choose(rule, as_record(request), self._rules, asked)
        names = request.unpacked.names if request.unpacked is not None else frozenset()
        if not names or variant.rewrite is None:
            return variant
        rewriting, target = variant.rewrite, self._target
        templates = (rewriting.calls_maybe_empty, rewriting.after, rewriting.reread)
        others = [part[target] for part in templates if target in part]
        known = keywords_of(rewriting.calls.get(target, ""))
        for name in sorted(names):
            if name not in known or any(f"${{{name}" in template for template in others):
                raise Unconvertible(f"{name} is given on some ways only")
        for count in range(len(names)):
            for some in combinations(sorted(names), count):
                fields = {n: v for n, v in request.fields.items() if n not in names or n in some}
                other = Record(request.type, fields)
                if choose(rule, as_record(other), self._rules, asked) is not variant:
                    raise Unconvertible(f"{', '.join(sorted(names))} is given on some ways only")
        return variant

    def _check_dropped(self, call: Call, variant: Variant) -> None:
        """What goes away with the SOAP call, its header say, must not do anything else."""
        function = call.node.func
        if self._partial and isinstance(function, ast.Attribute):
            # The call moves to another client: what gives this one is not evaluated any more.
            if not self._unused.does_nothing(call.source, function.value):
                raise Unconvertible(
                    "what gives the SOAP client does something else too", call.source, function
                )
        rewriting = variant.rewrite
        target = self._target
        parts = (rewriting.calls, rewriting.after, rewriting.reread) if rewriting is not None else ()
        template = " ".join(part.get(target, "") for part in parts)
        named = dict(zip(self._parameters(call.operation), call.arguments, strict=False))
        named.update({k.arg: k.value for k in call.keywords if k.arg is not None})
        for name, value in named.items():
            if f"${{{name}" not in template and not self._unused.does_nothing(call.source, value):
                raise Unconvertible(
                    "what goes with the SOAP call does something else too", call.source, value
                )

    def _parameters(self, operation: str) -> tuple[str, ...]:
        version = None
        for client in self._unit.clients:
            for endpoint in client.endpoints:
                at = endpoint.text.find(_VERSION_WORD)
                found = (
                    endpoint.text[at + len(_VERSION_WORD) : at + len(_VERSION_WORD) + 3] if at >= 0 else ""
                )
                if len(found) == 3 and found[1] == "_":
                    version = found
        known = self._rules.soap.parameters(operation, version) if version else None
        return known or self._rules.soap.operations[operation].signatures[-1].parameters

    def in_unit(self, use: Use, operation: str) -> bool:
        """Whether the other half of an import to a list is rewritten along with this one."""
        if use is not Use.IMPORT_IN_UNIT or operation not in IMPORTS:
            return False
        (other,) = IMPORTS - {operation}
        return any(p.operation == other for call in self._calls for p in call.performed)


def _has_chosen_key(request: Record) -> bool:
    """Whether a lead in a request has its id on some ways through the program only."""
    return any(isinstance(part, Record) and part.sometimes for part in walk(request))
