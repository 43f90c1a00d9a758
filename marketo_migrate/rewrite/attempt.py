"""One try at rewriting a unit as a whole: all its calls, or some of them beside the SOAP client."""

import ast
from collections.abc import Callable, Collection

from marketo_migrate.model.finding import Tier
from marketo_migrate.model.flow import Called, ClientFlow
from marketo_migrate.model.module_paths import bare_path
from marketo_migrate.model.resolution import CallFact, Edge
from marketo_migrate.model.rules import Ruleset, Use
from marketo_migrate.model.template import Form
from marketo_migrate.rewrite.answers import Answer
from marketo_migrate.rewrite.attributes import Attributes
from marketo_migrate.rewrite.beside import Beside
from marketo_migrate.rewrite.calls import CallWriter
from marketo_migrate.rewrite.clients import Clients
from marketo_migrate.rewrite.conversions import Conversions
from marketo_migrate.rewrite.credential_names import CredentialPlan
from marketo_migrate.rewrite.credentials import Credentials
from marketo_migrate.rewrite.dead_makers import DeadMakers
from marketo_migrate.rewrite.differences import (
    ABSENT,
    ALL_FIELDS,
    ALL_PAGES,
    EMPTIED,
    EMPTY_PAGE,
    NUMBERS,
    ROWS,
    SHOWN,
    SOAP_FORM,
    told,
)
from marketo_migrate.rewrite.faults import Faults
from marketo_migrate.rewrite.functions import Functions
from marketo_migrate.rewrite.guarded import Guards
from marketo_migrate.rewrite.held_requests import HeldRequests
from marketo_migrate.rewrite.idle_tests import drop_idle_tests
from marketo_migrate.rewrite.insertions import Insertions
from marketo_migrate.rewrite.missing_leads import REASON as MISSING
from marketo_migrate.rewrite.missing_leads import deciding
from marketo_migrate.rewrite.names import FieldNames
from marketo_migrate.rewrite.neighbours import Neighbours, module_name
from marketo_migrate.rewrite.page_ends import asks_for_more
from marketo_migrate.rewrite.paging import (
    collapse,
)
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.raising import IGNORED, Raising
from marketo_migrate.rewrite.raising import KIND as RAISES
from marketo_migrate.rewrite.reads import Reads
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.rendering import Renderer, Tables
from marketo_migrate.rewrite.requests.origins import ROW
from marketo_migrate.rewrite.requests.reader import RequestReader
from marketo_migrate.rewrite.requests.reading import Holder
from marketo_migrate.rewrite.responses import Responses
from marketo_migrate.rewrite.shapes import Shapes
from marketo_migrate.rewrite.shown_texts import USE, note_shown_texts
from marketo_migrate.rewrite.site_reader import IMPORTS, SiteReader
from marketo_migrate.rewrite.sites import Sites
from marketo_migrate.rewrite.soap_loggers import drop_soap_loggers
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.spelling import SPELLED_AS_SUDS
from marketo_migrate.rewrite.support import Support
from marketo_migrate.rewrite.targets import Target
from marketo_migrate.rewrite.tree import Leaf, Record, walk
from marketo_migrate.rewrite.units import Options, Others, Site, Unit, UnitPlan
from marketo_migrate.rewrite.unused import Unused

_ACTIVITIES = frozenset({"getLeadActivity", "getLeadChanges"})
_PRIMARY = frozenset({"Attribute Name", "Webpage ID", "Lead ID"})
"""Names that SOAP lists among the attributes of an activity; REST gives the first two as its primary attribute."""
_MIXED_HANDLER = "a handler looks into the fault, and around it are also calls that stay with SOAP"
_NESTED = "another call is a part of its request: give the value of that one a name first"
_TWO_NAMINGS = "the same record is sent by calls that know its attribute names and by calls that do not"


class Attempt:
    """One try at rewriting a unit as a whole."""

    def __init__(
        self,
        program: Program,
        rules: Ruleset,
        names: FieldNames,
        options: Options,
        unit: Unit,
        result: UnitPlan,
        elsewhere: Callable[[str, str], bool],
        readings: dict[str, Reads],
        edges: tuple[Edge, ...],
        some: tuple[CallFact, ...] | None,
        files: Collection[str],
        credentials: CredentialPlan,
        soap_forms: frozenset[Called],
        accounts: frozenset[str],
        others: Others,
    ) -> None:
        self._others = others
        self._accounts = accounts
        self._soap_forms = soap_forms
        self._some = some
        self._calls = unit.calls if some is None else some
        self._rules = rules
        self._options = options
        self._unit = unit
        self._result = result
        self._program = program
        self._names = names
        self._tables = Tables()
        self._target = Target(options.target)
        empties = {client.library for client in unit.clients} == {"suds"}
        self._renderer = Renderer(rules, names, self._tables, empties=empties)
        self._unused = Unused(self._program, elsewhere, readings)
        self._reader = RequestReader(
            self._program,
            rules.soap,
            self._renderer,
            self._unused.delete,
            self._unused.moving,
            self._unused.purity,
        )
        self._shapes = Shapes(rules.soap, {rule.name: rule for rule in rules.operations})
        self._clients = Clients(
            self._program, self._target, self._unused, unit.clients, accounts, others.foreign
        )
        self._clients.credentials = credentials
        self._places = Sites(self._program, self._clients, edges, self._unused.purity)
        self._sites = SiteReader(
            self._program,
            unit,
            self._calls,
            rules,
            options.target,
            self._places,
            self._reader,
            self._unused,
            soap_forms,
            result,
            partial=some is not None,
        )
        suds = any(client.library in {"suds", *SPELLED_AS_SUDS} for client in unit.clients)
        self._faults = Faults(self._program, self._target, self._unused.purity, over_urllib=suds)
        self._files = files
        self._support = Support(self._program, self._target, rules.targets[options.target], files)
        self._lost: tuple[str, ...] = ()
        self._helpers = Functions(
            rules.targets[options.target], self._target, library="suds" if empties else None
        )
        self._insertions = Insertions(self._program, self._target, self._unused, self._tables, self._helpers)

    def run(self) -> CredentialPlan:
        """Convert everything, or raise; what was found out about credentials."""
        sites = [site for call in self._calls for site in self._sites.sites_of(call)]
        self._stop_if_refused()
        self._lost = self._clients.check_settings()
        answers = self._answers(sites)
        for pages in self._sites.pages:
            collapse(pages, self._unused)
        conversions = Conversions(self._helpers, self._target)
        responses = Responses(
            self._program, self._shapes, answers, self._places.passing, self._tables, conversions
        )
        responses.convert()
        note_shown_texts(self._program, self._shapes, answers)
        try:
            if not all(answer.soap_form for answer in answers.values()):
                responses.check_leftovers()
        except Unconvertible:
            self._note_escaping(sites, answers)
            raise
        for site in sites:
            if answers[site.key].kind == RAISES:
                self._raising(site, answers[site.key])
        attributes = Attributes(self._program, self._names, self._tables)
        attributes.convert(responses.attribute_lists, responses.attributes, responses.attribute_tests)
        drop_idle_tests(responses.idle_tests, self._unused)
        for site in sites:
            if answers[site.key].soap_form is not None and site.variant.rewrite is not None:
                attributes.keep(
                    site.call.source, answers[site.key], "includeAttributes" in site.request.fields
                )
        self._note_escaping([site for site in sites if answers[site.key].problems], answers)
        for site in sites:
            for problem in answers[site.key].problems:
                self._refuse(site, problem.sentence())
        self._stop_if_refused()
        for site in sites:
            self._check_included(site, answers[site.key])
            self._check_activity(site)
        self._stop_if_refused()
        self._faults.find(self._sources(sites))
        nodes = {id(site.call.node) for site in sites}
        for site in sites:
            if (site.rule.name, site.variant.id) == ("getLeadActivity", "typed_by_id"):
                telling = deciding(self._faults.around(site.call.node))
                if telling is not None:
                    reason = Unconvertible(MISSING, *telling).sentence()
                    self._result.reasons.setdefault(site.call.place, reason)
            if any(id(inner) in nodes for inner in ast.walk(site.call.node) if inner is not site.call.node):
                self._result.reasons.setdefault(site.call.place, _NESTED)
        self._stop_if_refused()
        self._faults.look_at_broad(nodes, whole=self._some is None)
        whole = self._some is None
        others = self._calls_of(self._others.marketo) - nodes if whole else set()
        for refused in self._faults.convert(nodes, self._staying(nodes), others, whole=whole):
            site = next(site for site in sites if id(site.call.node) == refused)
            self._result.reasons.setdefault(site.call.place, _MIXED_HANDLER)
        self._stop_if_refused()
        HeldRequests(self._program, self._reader.consumed, self._unused).check(sites, self._refuse)
        self._stop_if_refused()
        for edit in self._reader.consumed.in_place:
            edit()
        self._tiers(sites, answers)
        self._stop_if_refused()
        self._share_imports(sites)
        beside = None
        if self._some is None:
            self._settings()
            self._clients.convert(nodes)
        else:
            beside = Beside(
                self._program,
                self._target,
                self._clients,
                self._helpers,
                Neighbours(self._program, self._files),
            )
            beside.place({site.call.source.path for site in sites})
        writer = CallWriter(
            self._program,
            self._target,
            self._renderer,
            self._unused.purity,
            self._faults,
            self._options.target,
            self._helpers,
            beside,
        )
        going = self._join_pages(sites, answers)
        for site in sites:
            if id(site.call.node) not in going:
                writer.write(site.call, site.rule, site.variant, site.request, answers[site.key])
        for source in self._program.sources.values():
            # What the functions need is imported from the support module too.
            self._helpers.functions(source, handled=bool(self._faults.handled))
        new = beside.new_sources if beside is not None else ()
        self._result.new_files = self._support.place((s for s, _ in self._clients.constructions()), new)
        if beside is not None:
            self._result.new_files |= beside.new_files()
        self._insertions.note(
            attributes.helpers,
            [(site.call.source, site.call.node) for site in sites],
            handled=self._faults.wanted,
        )
        self._insertions.check()
        if self._some is None:
            self._eliminate_all()
            found = self._leftovers()
        else:
            self._unused.eliminate()
            found = CredentialPlan()
        self._unused.write()
        self._insertions.write()
        writer.forget_placed()
        for path, source in self._program.everything.items():
            if source.changed:
                text = source.result()
                if text != source.text:
                    self._result.texts[path] = text
        writer.check_placed()
        self._check_turns()
        idle = (f"nothing reads the option {option} any more" for option in sorted(self._unused.options))
        self._result.notes = [*self._faults.notes, *self._lost, *self._clients.notes, *idle]
        return found

    def _join_pages(self, sites: list[Site], answers: dict[Called, Answer]) -> set[int]:
        """The ids of the calls that go with a loop: the call for the first page asks for the fields that they need."""
        by_call = {id(site.call.node): answers[site.key] for site in sites}
        behind = [
            pages for pages in self._sites.pages if pages.first is not None and id(pages.call) in by_call
        ]
        for pages in behind:
            if id(pages.first) not in by_call:
                raise Unconvertible("only one of the calls for pages can move", pages.source, pages.loop)
            by_call[id(pages.first)].fields |= by_call[id(pages.call)].fields
        return {id(pages.call) for pages in behind}

    def _check_turns(self) -> None:
        """Make sure that what the values of requests do is done once, and in the order in which it was."""
        turns = self._reader.turns
        if not turns.matter:
            return
        turns.check_gone(self._unused.is_alive)
        turns.marking = True
        turns.check([source.result() for source in self._program.everything.values() if source.changed])
        turns.marking = False

    def _eliminate_all(self) -> None:
        """Take away what is unused when no call stays, imports that allow for a missing library included."""
        making = frozenset(source.path for source, _ in self._clients.constructions())
        guards = Guards(self._program, self._target, self._unused, self._insertions, making)
        guards.find()
        self._unused.eliminate()
        if self._clients.drop_makers():
            self._unused.eliminate()
        if guards.convert():
            self._unused.eliminate()
        if drop_soap_loggers(self._program, self._unused):
            self._unused.eliminate()
        while DeadMakers(self._program, self._unused).drop(self._clients.making()):
            self._unused.eliminate()

    def _leftovers(self) -> CredentialPlan:
        """Make sure that nothing needs the SOAP client; what that leaves of settings."""
        self._clients.leftovers()
        if self._clients.credentials.final:
            return CredentialPlan()
        return Credentials(
            self._program, self._unused, self._clients.constructions(), several=len(self._accounts) > 1
        ).plan()

    def _settings(self) -> None:
        """Give the settings that served the SOAP client their new names and values."""
        credentials = self._clients.credentials
        self._unused.keep(credentials.kept)
        for path in credentials.with_os:
            self._target.need(self._program.sources[path], "os")
        for (path, start, end), text in credentials.edits.items():
            self._program.sources[path].replace_span(start, end, lambda text=text: text)  # type: ignore[misc]

    def _refuse(self, site: Site, reason: str) -> None:
        """Note why a call cannot be rewritten, where it stands and where it is made for a caller."""
        self._result.reasons.setdefault(site.call.place, reason)
        self._result.reasons.setdefault(site.call.fact.place, reason)

    def _stop_if_refused(self) -> None:
        if self._result.reasons:
            self._result.texts = {}
            raise Stopped

    def _sources(self, sites: list[Site]) -> list[Source]:
        return [source for _, source in sorted(self._program.sources.items())]

    def _answers(self, sites: list[Site]) -> dict[Called, Answer]:
        answers: dict[Called, Answer] = {}
        for site in sites:
            rewriting = site.variant.rewrite
            kind = rewriting.result if rewriting is not None else "nothing"
            found = rewriting is not None and rewriting.guard is not None
            name = f"{site.rule.name}/{site.variant.id}"
            leaf = self._shapes.only_value(name, site.library) if kind == "item" else None
            if leaf is not None:
                kind = "flag"
            other = answers.get(site.key)
            if other is not None and (other.kind, other.found) != (kind, found):
                raise Unconvertible(
                    "one function answers calls of different kinds", site.call.source, site.call.node
                )
            answer = answers.setdefault(
                site.key,
                Answer(
                    site.key,
                    name,
                    site.library,
                    kind,
                    found,
                    names=rewriting.fields if rewriting else (),
                    activities=_activity_types(site.request, self._rules),
                ),
            )
            answer.included = _included(site.request)
            answer.limited = "includeAttributes" in site.request.fields
            answer.leaf = leaf
            if site.key in self._soap_forms:
                answer.soap_form = site.rule.soap_form.get(site.library)
        return answers

    def _note_escaping(self, sites: list[Site], answers: dict[Called, Answer]) -> None:
        """Note the answers that could keep SOAP's form, where nothing else is known for them."""
        found = [site for site in sites if answers[site.key].soap_form is None]
        if all(site.rule.soap_form and not _asks_for_record(site.request) for site in found):
            self._result.escaping = frozenset(site.key for site in found)

    def _raising(self, site: Site, answer: Answer) -> None:
        """An outcome that REST tells by raising or not."""
        call = site.call

        def sent(template: str) -> str:
            return self._renderer.template(template, site.request, site.rule, call.source, lambda _: None)

        try:
            Raising(self._program, self._shapes, self._target).convert(call.source, call.node, answer, sent)
        except Unconvertible as problem:
            answer.problems.append(problem)

    def _staying(self, moving: set[int]) -> set[int]:
        """The ids of the call nodes that stay with SOAP: the unit's that are not rewritten, other clients'.

        Where all are rewritten, their places may be others: those of the callers of a function for all calls.
        """
        calls = self._unit.calls if self._some is not None else ()
        found = [self._program.call_at(call.place) for call in calls]
        others = self._calls_of(self._others.foreign)
        return ({id(at[1]) for at in found if at is not None} | others) - moving

    def _calls_of(self, clients: frozenset[int]) -> set[int]:
        """The ids of the call nodes of operations of clients."""
        if not clients:
            return set()
        return {
            id(node)
            for source in self._program.sources.values()
            for node in source.of(ast.Call)
            for flow in source.flows(node.func)
            if isinstance(flow, ClientFlow) and flow.role == "operation" and flow.client in clients
        }

    def _check_included(self, site: Site, answer: Answer) -> None:
        """SOAP gave only the attributes that a request included; reading another one gave nothing."""
        included = site.request.fields.get("includeAttributes")
        if included is None or site.rule.area != "leads" or answer.soap_form is not None:
            return
        names = {n.constant for n in walk(included) if isinstance(n, Leaf) and isinstance(n.constant, str)}
        unknown = any(isinstance(n, Leaf) and not n.is_constant for n in walk(included))
        fields = {found.rest for name in names if (found := self._names.find(str(name))) is not None}
        missing = sorted(answer.fields - fields - {"id"})
        if missing and not unknown:
            reason = f"{', '.join(missing)} is read, which the request did not include: SOAP left it empty"
            self._result.reasons.setdefault(site.call.place, reason)

    def _check_activity(self, site: Site) -> None:
        """An attribute of an activity that REST tells otherwise must not be asked for by its name."""
        if site.rule.name not in _ACTIVITIES:
            return
        for source in self._program.sources.values():
            for node in source.of(ast.Constant):
                if isinstance(node.value, str) and node.value in _PRIMARY:
                    problem = Unconvertible(
                        f"{node.value!r} is no attribute of an activity in REST, see its primaryAttributeValue",
                        source,
                        node,
                    )
                    self._result.reasons.setdefault(site.call.place, problem.sentence())

    def _may_fail_at_numbers(self, site: Site) -> bool:
        """Whether an id is turned into a number where a handler took SOAP's fault for a wrong one."""
        rewriting = site.variant.rewrite
        template = rewriting.calls.get(self._options.target, "") if rewriting is not None else ""
        source, node = site.call.source, site.call.node
        return self._renderer.makes_numbers(template, site.request, source) and self._faults.is_around(node)

    def _tiers(self, sites: list[Site], answers: dict[Called, Answer]) -> None:
        for site in sites:
            answer = answers[site.key]

            def uses(use: Use, answer: Answer = answer, operation: str = site.rule.name) -> bool:
                if use is Use.CONTEXT_HEADER:
                    return self._names_workspace()
                return _has_use(use, answer) or self._sites.in_unit(use, operation)

            place = site.call.place
            try:
                site.variant = self._sites.chosen(site.rule, site.request, uses)
            except Unconvertible as problem:
                self._result.reasons[place] = problem.sentence()
                continue
            if site.variant.rewrite is None or site.variant.tier is Tier.NONE:
                self._result.reasons[place] = (
                    site.variant.why or "there is no automatic rewrite for this form of call"
                )
                continue
            differences = self._differences(site, answer)
            tier = Tier.REVIEW if differences or site.variant.tier is Tier.REVIEW else Tier.SAFE
            self._result.tiers[place] = tier
            self._result.assumptions.update(site.variant.assumptions)
            if tier is Tier.REVIEW:
                self._result.tier = Tier.REVIEW
                why = self._result.differences[place] = told(differences)
                if not self._options.unsafe:
                    self._result.reasons[place] = why
        self._translated_later(sites)

    def _differences(self, site: Site, answer: Answer) -> list[str]:
        """In what the rewrite of a call may behave differently, in sentences."""
        written = tuple(walk(site.request)) if site.rule.name.startswith("sync") else ()
        leaves = [node for node in written if isinstance(node, Leaf)]
        found = [site.variant.why] if site.variant.why is not None else []
        found += self._faults.notes
        if any(leaf.nullable for leaf in leaves):
            found.append(EMPTIED if self._renderer.empties else ABSENT)
        if any(leaf.kind == ROW for leaf in leaves):
            found.append(ROWS)
        elif self._may_fail_at_numbers(site):
            found.append(NUMBERS)
        open_names = answer.whole or "typed" in answer.uses or site.variant.tier is Tier.REVIEW
        if not found and open_names and answer.soap_form is None:
            found.append(ALL_FIELDS)
        if any(pages.ends_empty and pages.call is site.call.node for pages in self._sites.pages):
            found.append(EMPTY_PAGE)
        if USE in answer.uses:
            found.append(SHOWN)
        found += self._lost
        if answer.soap_form is not None:
            found.append(SOAP_FORM)
            if asks_for_more(site.call.source, site.call.node):
                found.append(ALL_PAGES)
        return found

    def _translated_later(self, sites: list[Site]) -> None:
        """Records whose attribute names are not known keep SOAP's names until the program runs."""
        later, now = set[Holder](), set[Holder]()
        for site in sites:
            rewriting = site.variant.rewrite
            template = rewriting.calls.get(self._options.target, "") if rewriting is not None else ""
            holders = later if f":{Form.SOAP_RECORD}}}" in template else now
            holders |= site.holders
        for site in sites:
            if site.holders & later & now:
                self._result.reasons.setdefault(site.call.place, _TWO_NAMINGS)
        self._reader.keep_soap_names(later)

    def _share_imports(self, sites: list[Site]) -> None:
        """The batch ids of imports are kept where one is started."""
        found = [site for site in sites if site.rule.name in IMPORTS]
        if {site.rule.name for site in found} != IMPORTS:
            return
        home = next(site.call.source for site in found if site.rule.name == "importToList")
        others = {site.call.source.path: site.call.source for site in found if site.call.source is not home}
        imports = [(source, module_name(self._program, source, home)) for _, source in sorted(others.items())]
        for source, _ in imports:
            stem = bare_path(source.path).rpartition("/")[2]
            if stem in home.words:
                raise Unconvertible(
                    f"the import is started and asked for in modules that need each other ({stem})"
                )
        self._helpers.share(home, imports)

    def _names_workspace(self) -> bool:
        """Whether a header of the unit's clients names a workspace."""
        return any("targetWorkspace" in source.text for source in self._program.sources.values())


def _asks_for_record(request: Record) -> bool:
    """Whether a write asks for the record it wrote, which REST does not give back."""
    asked = request.fields.get("returnLead")
    return asked is not None and not (isinstance(asked, Leaf) and asked.is_constant and not asked.constant)


def _included(request: Record) -> frozenset[str] | None:
    """The attributes that a request asks for by name; None where it asks for none, or not by constants."""
    node = request.fields.get("includeAttributes")
    leaves = [n for n in walk(node) if isinstance(n, Leaf)] if node is not None else []
    if not leaves or any(not isinstance(leaf.constant, str) for leaf in leaves):
        return None
    return frozenset(str(leaf.constant) for leaf in leaves)


class Stopped(Unconvertible):
    """Reasons are noted already."""

    def __init__(self) -> None:
        super().__init__("another use of the same client cannot be rewritten")


def _activity_types(request: Record, rules: Ruleset) -> dict[int, str]:
    """The activity types that a request names, by id."""
    texts = [n.constant for n in walk(request) if isinstance(n, Leaf) and isinstance(n.constant, str)]
    found = [kind for text in texts if (kind := rules.activity_type(text)) is not None]
    return {kind.rest_id: kind.name for kind in found if kind.rest_id is not None and kind.name is not None}


def _has_use(use: Use, answer: Answer) -> bool:
    match use:
        case Use.TYPED_ATTRIBUTE_READ:
            return "typed" in answer.uses
        case Use.STATUSES_READ:
            return "attributes" in answer.uses
        case Use.NAMES_READ:
            return "name" in answer.fields
        case Use.STATUS_IGNORED:
            return IGNORED in answer.uses
        case Use.LEAD_RECORD_READ:
            return "leadRecord" in answer.uses
        case Use.ALL_ATTRIBUTES_READ:
            return "all" in answer.uses
        case _:
            return False
