"""Plans the rewrite of a migration unit: a client and all that flows from it, across modules."""

import ast
import copy
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations

from marketo_migrate.model.finding import Tier
from marketo_migrate.model.flow import Called, ClientFlow, Place
from marketo_migrate.model.matching import choose
from marketo_migrate.model.record import record
from marketo_migrate.model.resolution import CallFact, ClientFact, Edge, Resolution
from marketo_migrate.model.rules import OperationRule, Ruleset, Use, Variant
from marketo_migrate.model.template import Form
from marketo_migrate.rewrite.answers import Answer
from marketo_migrate.rewrite.attributes import Attributes
from marketo_migrate.rewrite.beside import Beside
from marketo_migrate.rewrite.calls import CallWriter
from marketo_migrate.rewrite.clients import Clients, accounts_of, all_tell_account
from marketo_migrate.rewrite.concern import Concerns
from marketo_migrate.rewrite.conversions import Conversions
from marketo_migrate.rewrite.credential_names import CredentialPlan
from marketo_migrate.rewrite.credentials import Credentials, users_of
from marketo_migrate.rewrite.dead_makers import DeadMakers
from marketo_migrate.rewrite.faults import Faults
from marketo_migrate.rewrite.first_pages import pages_after
from marketo_migrate.rewrite.functions import Functions
from marketo_migrate.rewrite.guarded import Guards
from marketo_migrate.rewrite.insertions import Insertions
from marketo_migrate.rewrite.listed_values import check_listed_values
from marketo_migrate.rewrite.missing_leads import REASON as MISSING
from marketo_migrate.rewrite.missing_leads import deciding
from marketo_migrate.rewrite.names import FieldNames
from marketo_migrate.rewrite.neighbours import Neighbours, module_name
from marketo_migrate.rewrite.page_ends import Pages, PagingError
from marketo_migrate.rewrite.page_fetchers import check_handed_position, check_loops_stay, loops_around
from marketo_migrate.rewrite.paging import (
    check_start,
    check_turned,
    collapse,
    pages_of,
    turns_of,
)
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.raising import IGNORED, Raising
from marketo_migrate.rewrite.raising import KIND as RAISES
from marketo_migrate.rewrite.reads import Reads, writing_statement
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.rendering import Renderer, Tables, keywords_of
from marketo_migrate.rewrite.requests.origins import ROW
from marketo_migrate.rewrite.requests.reader import RequestReader
from marketo_migrate.rewrite.requests.reading import Holder
from marketo_migrate.rewrite.requests.stored import attribute_reads, may_be
from marketo_migrate.rewrite.requests.touches import is_length, is_truth
from marketo_migrate.rewrite.responses import Responses
from marketo_migrate.rewrite.shapes import Shapes
from marketo_migrate.rewrite.sites import Call, Sites
from marketo_migrate.rewrite.soap_loggers import drop_soap_loggers
from marketo_migrate.rewrite.source import EditConflictError, FunctionNode, Source, walk_scope
from marketo_migrate.rewrite.spelling import SPELLED_AS_SUDS
from marketo_migrate.rewrite.support import Support
from marketo_migrate.rewrite.targets import Target
from marketo_migrate.rewrite.tree import Leaf, Record, as_record, walk
from marketo_migrate.rewrite.unused import Unused
from marketo_migrate.rewrite.verify import doubts

_NONE = (
    "a value that is written may be None: such a field is left alone, while SOAP libraries leave it alone, send an empty "
    "text or refuse it"
)
_EMPTIED = "a value that is written may be None: suds sent an empty text for it, and REST gets null, which empties the field too"
_ROWS = (
    "a value that is written comes from a database: SOAP made texts of dates and decimals, and JSON does not take them, so "
    "such a value needs str()"
)
_ALL_FIELDS = (
    "the code uses attributes whatever their names and types are: all fields are asked for by the names that Describe "
    "Lead gives, and booleans and times are written in another way"
)
_ACTIVITIES = frozenset({"getLeadActivity", "getLeadChanges"})
_PRIMARY = frozenset({"Attribute Name", "Webpage ID", "Lead ID"})
"""Names that SOAP lists among the attributes of an activity; REST gives the first two as its primary attribute."""
_NUMBERS = "an id that is no whole number was a fault in SOAP, which a handler takes here; now int() raises ValueError"
_SOAP_FORM = (
    "The answer goes to code that cannot be followed, so it is put into objects with the attributes that it had in SOAP; "
    "values are texts there, those of times are written as REST writes them; attrType is missing, and the id of a lead that "
    "could not be written."
)
_MIXED_HANDLER = "a handler looks into the fault, and around it are also calls that stay with SOAP"
_NESTED = "another call is a part of its request: give the value of that one a name first"
_TWO_NAMINGS = "the same record is sent by calls that know its attribute names and by calls that do not"
_IMPORTS = frozenset({"importToList", "getImportToListStatus"})
_VERSION_WORD = "/mktows/"


@record
class Unit:
    """Clients that belong together, and the calls made on them."""

    clients: tuple[ClientFact, ...]
    calls: tuple[CallFact, ...]


@dataclass(slots=True)
class UnitPlan:
    """What a unit's rewrite does: new texts by path, or why there is none; reasons by call.

    `differences` say, by call, in what a rewrite of the review tier may behave differently; `new_files` are
    the texts of files that do not exist yet; `escaping` are calls whose answers would have to keep SOAP's form.
    """

    unit: Unit
    tier: Tier = Tier.SAFE
    texts: dict[str, str] = field(default_factory=dict)
    new_files: dict[str, str] = field(default_factory=dict)
    tiers: dict[Place, Tier] = field(default_factory=dict)
    reasons: dict[Place, str] = field(default_factory=dict)
    assumptions: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    differences: dict[Place, str] = field(default_factory=dict)
    escaping: frozenset[Called] = frozenset()


@record
class Others:
    """The SOAP clients beside those of a unit: those of other services, and Marketo's of other units."""

    foreign: frozenset[int]
    marketo: frozenset[int]


@dataclass(slots=True)
class _Site:
    """A call that is to be rewritten."""

    call: Call
    rule: OperationRule
    library: str
    request: Record
    variant: Variant
    holders: frozenset[Holder]

    @property
    def key(self) -> Called:
        """The SOAP call and operation that answers come from."""
        return self.call.fact.place, self.call.operation


@record
class Options:
    """What the user asked for; `staying` are calls that must not be touched, with the reason."""

    unsafe: bool = False
    target: str = "marketorestpython"
    staying: Mapping[Place, str] = field(default_factory=dict)


def units_of(resolution: Resolution, marketo: frozenset[Place]) -> tuple[Unit, ...]:
    """The units of the calls at the places that are known to be Marketo's."""
    calls = [call for call in resolution.calls if call.place in marketo]
    parent: dict[int, int] = {}

    def find(client: int) -> int:
        while parent.setdefault(client, client) != client:
            client = parent[client]
        return client

    made = {client.id for client in resolution.clients if client.made is not None}

    def clients_of(call: CallFact) -> list[int]:
        """The clients of a call; ones that nothing shows the making of do not count beside real ones."""
        ids = sorted({performed.client for performed in call.performed})
        return [i for i in ids if i in made] or ids

    by_place: dict[Place, int] = {}
    for client in resolution.clients:
        first = by_place.setdefault(client.place, client.id)
        if client.made is not None and first != client.id:
            parent[find(client.id)] = find(first)
    for call in calls:
        ids = clients_of(call)
        for other in ids[1:]:
            parent[find(other)] = find(ids[0])
    groups: dict[int, list[CallFact]] = {}
    for call in calls:
        groups.setdefault(find(clients_of(call)[0]), []).append(call)
    by_id = {client.id: client for client in resolution.clients}
    units = []
    for root, members in groups.items():
        ids = sorted(
            {root, *(i for call in members for i in clients_of(call))} | {i for i in made if find(i) == root}
        )
        units.append(Unit(tuple(by_id[i] for i in ids), tuple(members)))
    return tuple(sorted(units, key=lambda unit: unit.calls[0].place))


def joined(units: Sequence[Unit]) -> Unit:
    """Several units as one."""
    return Unit(
        tuple(client for unit in units for client in unit.clients),
        tuple(call for unit in units for call in unit.calls),
    )


class Planner:
    """Plans units one after the other over the same modules."""

    def __init__(
        self,
        texts: Mapping[str, str],
        resolution: Resolution,
        rules: Ruleset,
        names: FieldNames,
        options: Options,
        elsewhere: Callable[[str, str], bool],
        files: Collection[str] = (),
        marketo: frozenset[int] = frozenset(),
    ) -> None:
        """`marketo` are the clients of all units."""
        self._program = Program(texts, resolution.flows)
        self._edges = resolution.edges
        self._marketo = marketo
        self._others = frozenset(c.id for c in resolution.clients if c.made is not None) - marketo
        self._accounts = accounts_of(resolution.clients)
        if len(self._accounts) < 2 and not all_tell_account(resolution.clients):
            users = users_of(self._program)
            self._accounts = users if len(users) > 1 else self._accounts
        self._concerns = Concerns(self._program)
        self._readings: dict[str, Reads] = {}
        self._files = files
        self._elsewhere = elsewhere
        self._rules = rules
        self._names = names
        self._options = options
        self._operations = {rule.name: rule for rule in rules.operations}

    @property
    def program(self) -> Program:
        """The modules, with all that the analysis knows of them."""
        return self._program

    def plan(self, units: tuple[Unit, ...]) -> UnitPlan:
        """The plan for units that are rewritten together; an empty plan with reasons where that cannot be.

        Where only some calls can be rewritten, they move to a REST client beside the SOAP one.
        """
        whole = joined(units)
        staying = {call.place: self._options.staying.get(call.place) for call in whole.calls}
        held = {place: reason for place, reason in staying.items() if reason is not None}
        result = UnitPlan(whole, reasons=held) if held else self._try(whole, whole.calls, partial=False)
        if result.texts or len(whole.calls) < 2:
            return result
        calls = tuple(call for call in whole.calls if call.place not in result.reasons)
        while calls and len(calls) < len(whole.calls):
            some = self._try(whole, calls, partial=True)
            if some.texts:
                some.reasons = {p: r for p, r in result.reasons.items() if p not in some.tiers} | some.reasons
                return some
            left = tuple(call for call in calls if call.place not in some.reasons)
            if len(left) == len(calls):
                break
            result.reasons = {**some.reasons, **result.reasons}
            calls = left
        for call in whole.calls:
            result.reasons.setdefault(call.place, "another use of the same client cannot be rewritten")
        return result

    def _try(self, whole: Unit, calls: tuple[CallFact, ...], *, partial: bool) -> UnitPlan:
        """A first try; another one where that shows which settings served the SOAP client only.

        Answers that leave the code that can be followed keep SOAP's form then, where that is allowed.
        """
        result, credentials = self._attempt(whole, calls, CredentialPlan(), partial=partial)
        soap_forms = frozenset[Called]()
        if self._options.unsafe and result.escaping:
            other, found = result, credentials
            while other.escaping - soap_forms and not other.texts:
                soap_forms |= other.escaping
                other, found = self._attempt(
                    whole, calls, CredentialPlan(), partial=partial, soap_forms=soap_forms
                )
            if other.texts:
                result, credentials = other, found
        if not result.texts or not (credentials.arguments or len(self._accounts) > 1):
            return result
        credentials.final = True
        better, _ = self._attempt(whole, calls, credentials, partial=partial, soap_forms=soap_forms)
        if len(self._accounts) > 1:
            return better
        return better if better.texts and not doubts(self.texts, better.texts) else result

    def _attempt(
        self,
        whole: Unit,
        calls: tuple[CallFact, ...],
        credentials: CredentialPlan,
        *,
        partial: bool,
        soap_forms: frozenset[Called] = frozenset(),
    ) -> tuple[UnitPlan, CredentialPlan]:
        """One try, with credentials found before, and the credentials that it finds.

        `soap_forms` are calls whose answers keep SOAP's form.
        """
        result = UnitPlan(whole)
        found = CredentialPlan()
        try:
            found = _Attempt(
                self._program.part(self.modules_of(whole)),
                self._rules,
                self._names,
                self._options,
                whole,
                result,
                self._elsewhere,
                self._readings,
                self._edges,
                calls if partial else None,
                self._files,
                credentials,
                soap_forms,
                self._accounts,
                Others(self._others, self._marketo - {client.id for client in whole.clients}),
            ).run()
        except _Stopped:
            result.texts = {}
        except Unconvertible as problem:
            result.texts, result.new_files = {}, {}
            for call in calls:
                result.reasons.setdefault(call.place, problem.sentence())
        except RecursionError:
            result.texts, result.new_files = {}, {}
            for call in calls:
                result.reasons.setdefault(
                    call.place, "the code around the call is nested too deeply to be rewritten"
                )
        except EditConflictError as problem:
            result.texts, result.new_files = {}, {}
            for call in calls:
                result.reasons.setdefault(call.place, f"the edits do not fit together: {problem}")
        if not result.texts and not result.reasons:
            for call in calls:
                result.reasons[call.place] = "the rewrite changes nothing"
        return result, found

    def with_options(self, options: Options) -> "Planner":
        """The same program, planned with other options."""
        other = copy.copy(self)
        other._options = options
        return other

    @property
    def texts(self) -> dict[str, str]:
        """The texts of all modules that this Python can parse."""
        return {path: source.text for path, source in self._program.everything.items()}

    def modules_of(self, unit: Unit) -> frozenset[str]:
        """The modules a unit concerns."""
        return self._concerns.of((client.id for client in unit.clients), (call.place for call in unit.calls))


class _Attempt:
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
        self._operations = {rule.name: rule for rule in rules.operations}
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
        self._shapes = Shapes(rules.soap, self._operations)
        self._clients = Clients(
            self._program, self._target, self._unused, unit.clients, accounts, others.foreign
        )
        self._clients.credentials = credentials
        self._sites = Sites(self._program, self._clients, edges, self._unused.purity)
        suds = any(client.library in {"suds", *SPELLED_AS_SUDS} for client in unit.clients)
        self._faults = Faults(self._program, self._target, self._unused.purity, over_urllib=suds)
        self._files = files
        self._support = Support(self._program, self._target, rules.targets[options.target], files)
        self._pages: list[Pages] = []
        self._lost: tuple[str, ...] = ()
        self._helpers = Functions(
            rules.targets[options.target], self._target, library="suds" if empties else None
        )
        self._insertions = Insertions(self._program, self._target, self._unused, self._tables, self._helpers)

    def run(self) -> CredentialPlan:
        """Convert everything, or raise; what was found out about credentials."""
        sites = [site for call in self._calls for site in self._sites_of(call)]
        self._stop_if_refused()
        self._lost = self._clients.check_settings()
        answers = self._answers(sites)
        for pages in self._pages:
            collapse(pages, self._unused)
        conversions = Conversions(self._helpers, self._target)
        responses = Responses(
            self._program, self._shapes, answers, self._sites.passing, self._tables, conversions
        )
        responses.convert()
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
        for site in sites:
            if answers[site.key].soap_form is not None and site.variant.rewrite is not None:
                attributes.keep(
                    site.call.source, answers[site.key], "includeAttributes" in site.request.fields
                )
        self._note_escaping([site for site in sites if answers[site.key].problems], answers)
        for site in sites:
            for problem in answers[site.key].problems:
                self._result.reasons.setdefault(site.call.place, problem.sentence())
                self._result.reasons.setdefault(site.call.fact.place, problem.sentence())
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
        self._check_consumed(sites)
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

    def _join_pages(self, sites: list[_Site], answers: dict[Called, Answer]) -> set[int]:
        """The ids of the calls that go with a loop: the call for the first page asks for the fields that they need."""
        by_call = {id(site.call.node): answers[site.key] for site in sites}
        behind = [pages for pages in self._pages if pages.first is not None and id(pages.call) in by_call]
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

    def _stop_if_refused(self) -> None:
        if self._result.reasons:
            self._result.texts = {}
            raise _Stopped

    def _sources(self, sites: list[_Site]) -> list[Source]:
        return [source for _, source in sorted(self._program.sources.items())]

    def _sites_of(self, fact: CallFact) -> list[_Site]:
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

    def _read(self, call: Call) -> _Site:
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
            self._pages.append(loop)
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
        variant = self._chosen(rule, request, lambda use: self._in_unit(use, call.operation))
        self._check_dropped(call, variant)
        check_listed_values(rule, request)
        library = libraries.pop()
        library = "suds" if library in SPELLED_AS_SUDS else library
        return _Site(call, rule, library, request, variant, frozenset(self._reader.holders))

    def _chosen(self, rule: OperationRule, request: Record, uses: Callable[[Use], bool]) -> Variant:
        """The variant for a request; what is given on some ways only must be a keyword of its call, and make no difference."""
        variant = choose(rule, as_record(request), self._rules, uses)
        names = request.unpacked.names if request.unpacked is not None else frozenset()
        if not names or variant.rewrite is None:
            return variant
        rewriting, target = variant.rewrite, self._options.target
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
                if choose(rule, as_record(other), self._rules, uses) is not variant:
                    raise Unconvertible(f"{', '.join(sorted(names))} is given on some ways only")
        return variant

    def _check_dropped(self, call: Call, variant: Variant) -> None:
        """What goes away with the SOAP call, its header say, must not do anything else."""
        function = call.node.func
        if self._some is not None and isinstance(function, ast.Attribute):
            # The call moves to another client: what gives this one is not evaluated any more.
            if not self._unused.does_nothing(call.source, function.value):
                raise Unconvertible(
                    "what gives the SOAP client does something else too", call.source, function
                )
        rewriting = variant.rewrite
        target = self._options.target
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

    def _answers(self, sites: list[_Site]) -> dict[Called, Answer]:
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

    def _note_escaping(self, sites: list[_Site], answers: dict[Called, Answer]) -> None:
        """Note the answers that could keep SOAP's form, where nothing else is known for them."""
        found = [site for site in sites if answers[site.key].soap_form is None]
        if all(site.rule.soap_form and not _asks_for_record(site.request) for site in found):
            self._result.escaping = frozenset(site.key for site in found)

    def _raising(self, site: _Site, answer: Answer) -> None:
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
            for node in source.nodes
            if isinstance(node, ast.Call)
            for flow in source.flows(node.func)
            if isinstance(flow, ClientFlow) and flow.role == "operation" and flow.client in clients
        }

    def _check_included(self, site: _Site, answer: Answer) -> None:
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

    def _check_consumed(self, sites: Sequence[_Site]) -> None:
        """What now holds or returns the REST form must not be needed in its SOAP form by anything else.

        The calls that send it are refused where it is; the others may go on.
        """
        consumed = self._reader.consumed
        for key, (source, owner, name) in consumed.kept.items():
            with self._refusing(sites, key):
                asks = is_length if key in consumed.lists else is_truth if key in consumed.tables else None
                self._check_kept(source, owner, name, asks)
        for source, function in consumed.received:
            if self._unused.is_mentioned_elsewhere(source, function.name):
                with self._refusing(sites, (source.path, source.span(function)[0])):
                    raise Unconvertible(
                        f"{function.name}() is given its request, and not every caller is known",
                        source,
                        function,
                    )
        for key, source, read in consumed.collected:
            if source.place(read) not in consumed.attributes:
                with self._refusing(sites, key):
                    raise Unconvertible(f"the request .{read.attr} is also used elsewhere", source, read)
        for source, target, made in consumed.stored:
            assert isinstance(target, ast.Attribute)  # noqa: S101 - of an object
            for other, read in attribute_reads(self._program, target.attr):
                followed = other.place(read) in consumed.attributes or _is_filled(other, read)
                if not followed and may_be(other.flows(read), source.flows(made)):
                    raise Unconvertible(f"the request .{target.attr} is also used elsewhere", other, read)
        for source, function in consumed.converted.values():
            with self._refusing(sites, (source.path, source.span(function)[0])):
                self._check_converted(source, function)
        self._stop_if_refused()

    @contextmanager
    def _refusing(self, sites: Sequence[_Site], key: tuple[str | int, ...]) -> Iterator[None]:
        """Refuse the calls whose requests are held by what the key tells, if there is a reason to."""
        try:
            yield
        except Unconvertible as problem:
            held = [site for site in sites if any(holder[: len(key)] == key for holder in site.holders)]
            if not held:
                raise
            for site in held:
                self._result.reasons.setdefault(site.call.place, problem.sentence())
                self._result.reasons.setdefault(site.call.fact.place, problem.sentence())

    def _check_kept(
        self, source: Source, owner: ast.AST, name: str, asks: Callable[[Source, ast.expr], bool] | None
    ) -> None:
        """A variable that holds the REST form must only be sent and filled, or asked something that stays the same."""
        for node in ast.walk(owner):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                if asks is not None and asks(source, node):
                    continue
                followed = source.place(node) in self._reader.consumed.reads or id(node) in source.leaving
                if not followed and writing_statement(source, node) is None:
                    raise Unconvertible(f"the request {name!r} is also used elsewhere", source, node)

    def _check_converted(self, source: Source, function: FunctionNode) -> None:
        """A function that returns the REST form must only be called for requests."""
        for other, call in self._program.callers(source, function):
            if id(call) in other.leaving:
                continue
            if other.place(call) not in self._reader.consumed.calls:
                raise Unconvertible(f"{function.name}() is also called for something else", other, call)
            self._check_held(other, call)
        if not self._program.is_closed(source, function):
            raise Unconvertible(f"not every caller of {function.name}() is known", source, function)
        for other, mention in self._program.mentions(source, function):
            raise Unconvertible(f"{function.name}() is also handed on as a function", other, mention)

    def _check_held(self, source: Source, call: ast.Call) -> None:
        """The variable that holds what a converted function made must only be sent, or counted."""
        statement = source.statement(call)
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            return
        if any(isinstance(outer, ast.Call) for outer in source.ancestors(call)):
            return
        name = statement.targets[0].id
        for node in walk_scope(source.function(call) or source.tree):
            if not isinstance(node, ast.Name) or node.id != name or not isinstance(node.ctx, ast.Load):
                continue
            parent = source.parent(node)
            counted = isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "len"
            sent = source.place(node) in self._reader.consumed.reads
            if not (sent or counted) and writing_statement(source, node) is None:
                raise Unconvertible(f"the request {name!r} is also used elsewhere", source, node)

    def _check_activity(self, site: _Site) -> None:
        """An attribute of an activity that REST tells otherwise must not be asked for by its name."""
        if site.rule.name not in _ACTIVITIES:
            return
        for source in self._program.sources.values():
            for node in source.nodes:
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in _PRIMARY:
                    problem = Unconvertible(
                        f"{node.value!r} is no attribute of an activity in REST, see its primaryAttributeValue",
                        source,
                        node,
                    )
                    self._result.reasons.setdefault(site.call.place, problem.sentence())

    def _may_fail_at_numbers(self, site: _Site) -> bool:
        """Whether an id is turned into a number where a handler took SOAP's fault for a wrong one."""
        rewriting = site.variant.rewrite
        template = rewriting.calls.get(self._options.target, "") if rewriting is not None else ""
        source, node = site.call.source, site.call.node
        return self._renderer.makes_numbers(template, site.request, source) and self._faults.is_around(node)

    def _tiers(self, sites: list[_Site], answers: dict[Called, Answer]) -> None:
        for site in sites:
            answer = answers[site.key]

            def uses(use: Use, answer: Answer = answer, operation: str = site.rule.name) -> bool:
                if use is Use.CONTEXT_HEADER:
                    return self._names_workspace()
                return _has_use(use, answer) or self._in_unit(use, operation)

            place = site.call.place
            try:
                site.variant = self._chosen(site.rule, site.request, uses)
            except Unconvertible as problem:
                self._result.reasons[place] = problem.sentence()
                continue
            if site.variant.rewrite is None or site.variant.tier is Tier.NONE:
                self._result.reasons[place] = (
                    site.variant.why or "there is no automatic rewrite for this form of call"
                )
                continue
            tier = site.variant.tier
            written = tuple(walk(site.request)) if site.rule.name.startswith("sync") else ()
            none = any(isinstance(node, Leaf) and node.nullable for node in written)
            numbers = self._may_fail_at_numbers(site)
            rows = any(isinstance(node, Leaf) and node.kind == ROW for node in written)
            doubtful = (
                tier is Tier.REVIEW
                or self._faults.notes
                or answer.whole
                or "typed" in answer.uses
                or none
                or answer.soap_form
                or numbers
                or rows
            )
            if doubtful or self._lost:
                tier = Tier.REVIEW
            self._result.tiers[place] = tier
            self._result.assumptions.update(site.variant.assumptions)
            if tier is Tier.REVIEW:
                self._result.tier = Tier.REVIEW
                why = (
                    site.variant.why
                    or "; ".join(self._faults.notes)
                    or ((_EMPTIED if self._renderer.empties else _NONE) if none else _ALL_FIELDS)
                )
                if numbers or rows:
                    told = filter(None, (site.variant.why, *self._faults.notes))
                    why = "; ".join((*told, _ROWS if rows else _NUMBERS))
                if self._lost:
                    why = "; ".join((why, *self._lost) if doubtful else self._lost)
                if answer.soap_form is not None:
                    why = _SOAP_FORM if site.variant.why is None else f"{why} {_SOAP_FORM}"
                self._result.differences[place] = why
                if not self._options.unsafe:
                    self._result.reasons[place] = why

        self._translated_later(sites)

    def _translated_later(self, sites: list[_Site]) -> None:
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

    def _in_unit(self, use: Use, operation: str) -> bool:
        """Whether the other half of an import to a list is rewritten along with this one."""
        if use is not Use.IMPORT_IN_UNIT or operation not in _IMPORTS:
            return False
        (other,) = _IMPORTS - {operation}
        return any(p.operation == other for call in self._calls for p in call.performed)

    def _share_imports(self, sites: list[_Site]) -> None:
        """The batch ids of imports are kept where one is started."""
        found = [site for site in sites if site.rule.name in _IMPORTS]
        if {site.rule.name for site in found} != _IMPORTS:
            return
        home = next(site.call.source for site in found if site.rule.name == "importToList")
        others = {site.call.source.path: site.call.source for site in found if site.call.source is not home}
        imports = [(source, module_name(self._program, source, home)) for _, source in sorted(others.items())]
        for source, _ in imports:
            stem = source.path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]
            if stem in home.words:
                raise Unconvertible(
                    f"the import is started and asked for in modules that need each other ({stem})"
                )
        self._helpers.share(home, imports)

    def _names_workspace(self) -> bool:
        """Whether a header of the unit's clients names a workspace."""
        return any("targetWorkspace" in source.text for source in self._program.sources.values())


def _is_filled(source: Source, node: ast.Attribute) -> bool:
    """Whether an attribute is read to fill the object that it holds."""
    parent = source.parent(node)
    return isinstance(parent, ast.Attribute | ast.Subscript) and isinstance(parent.ctx, ast.Store)


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


class _Stopped(Unconvertible):
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
