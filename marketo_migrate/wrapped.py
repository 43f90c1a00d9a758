"""Programs that call Marketo through a wrapper package: calls are spelled out, then planned as suds calls.

The wrapper may be installed, or a copy of it may lie in the program: the modules of a copy are left out then.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from marketo_migrate.analysis import Analysis
from marketo_migrate.model.finding import Finding, Kind
from marketo_migrate.model.flow import Place
from marketo_migrate.model.record import record
from marketo_migrate.model.resolution import CallFact
from marketo_migrate.model.surface import ClientSurface, Surfaces
from marketo_migrate.rewrite.copies import copies_of, idle_paths
from marketo_migrate.rewrite.names import FieldNames
from marketo_migrate.rewrite.spelling import Spelling, spell_out
from marketo_migrate.rewrite.units import Options, Unit, UnitPlan
from marketo_migrate.rewrite.verify import problems
from marketo_migrate.rewriting import Check, Rewrites, Rewriting

_MAX_ROUNDS = 4
_Value = TypeVar("_Value")

Analyse = Callable[[Mapping[str, str], frozenset[str], Surfaces], Analysis]
"""Analyses the program again: other texts of some modules, without some files, with other surfaces."""

Plain = Callable[[Analysis, Sequence[Finding]], Rewriting]
"""The rewriting of an analysed program with these findings, wrapper packages not considered."""


def spelled_surfaces(surfaces: Surfaces) -> dict[str, ClientSurface]:
    """The wrapper packages whose calls can be spelled out, by name."""
    return {
        surface.name: surface
        for surface in surfaces.clients
        if "client" in surface.roles
        and any(member.spelled is not None for member in surface.roles["client"].methods.values())
    }


def uses_wrapper(analysis: Analysis, surfaces: Surfaces) -> bool:
    """Whether a program has clients of a wrapper package, or what may be a copy of one."""
    wrappers = spelled_surfaces(surfaces)
    if any(client.library in wrappers for client in analysis.resolution.clients):
        return True
    names = {module for surface in wrappers.values() for module in surface.modules}
    return any(not names.isdisjoint(path.removesuffix(".py").split("/")) for path in analysis.modules)


def with_wrappers(
    analysis: Analysis,
    findings: Sequence[Finding],
    surfaces: Surfaces,
    names: FieldNames,
    analyse: Analyse,
    plain: Plain,
    own: Plain,
) -> Rewriting:
    """The rewriting of a program that may use wrapper packages, installed ones or copies.

    `own` is the one where it uses none.
    """
    wrappers = spelled_surfaces(surfaces)
    texts = {path: facts.text for path, facts in analysis.modules.items() if facts.language == 3}
    operations: dict[str, list[tuple[int, str]]] = {}
    for finding in findings:
        if finding.operation is not None:
            line = finding.location.span.line
            operations.setdefault(finding.location.path, []).append((line, finding.operation))
    copies = copies_of(wrappers.values(), texts, operations)
    left_out = frozenset(path for copy in copies for path in copy.paths)
    wrappers |= {copy.surface.name: copy.surface for copy in copies}
    known = replace(surfaces, clients=tuple(wrappers.get(s.name, s) for s in surfaces.clients))
    seen = analyse({}, left_out, known) if copies else analysis
    if not any(client.library in wrappers for client in seen.resolution.clients):
        rewriting = own(analysis, findings)
        rewriting.idle = idle_paths(copies, texts)
        return rewriting
    extended = _with_suds(known, wrappers)

    def spelled(staying: frozenset[Place]) -> _Spelled:
        spelling = spell_out(texts, seen.resolution, wrappers, names, staying)
        return _spelled(seen, findings, spelling, analyse(spelling.texts, left_out, extended), plain)

    return WrappedRewriting(texts, spelled)


class WrappedRewriting(Rewriting):
    """The rewriting of a program that calls wrapper packages; places are those of the program as it is."""

    def __init__(self, texts: Mapping[str, str], spelled: "Callable[[frozenset[Place]], _Spelled]") -> None:
        """`spelled` spells out all calls but those at some places."""
        self._before = dict(texts)
        self._spell = spelled
        self._inner: dict[frozenset[Place], _Spelled] = {}
        first = self._spelled(frozenset())
        self._calls = {
            place: replace(finding, location=first.facts[place].location)
            for inner_place, finding in first.rewriting.calls.items()
            if (place := first.outer.get(inner_place)) is not None
        }
        spelled_out = first.spelling.spelled | first.spelling.reasons.keys()
        self.indirect = frozenset(first.facts[place].location for place in spelled_out)

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts of all modules before any rewrite."""
        return self._before

    def text(self, path: str) -> str:
        """The text of a module before any rewrite."""
        return self._before[path]

    def plan(
        self, options: Options, units: Sequence[Unit] | None = None, *, check: Check = problems
    ) -> Rewrites:
        """The rewrites of all units, or of some; what cannot move stands in them as it stood."""
        staying: frozenset[Place] = frozenset(options.staying)
        reasons: dict[Place, str] = {}
        for _ in range(_MAX_ROUNDS):
            spelled = self._spelled(staying)
            found = spelled.plan(options, units, check)
            moved = {place for plan in found.plans for place in plan.tiers}
            reasons = {**found.reasons, **spelled.spelling.reasons, **reasons}
            stuck = frozenset(spelled.spelling.spelled - moved)
            if not stuck or not found.plans:
                return Rewrites(
                    found.plans, {place: reason for place, reason in reasons.items() if place not in moved}
                )
            staying |= stuck
        return Rewrites((), reasons)

    def _spelled(self, staying: frozenset[Place]) -> "_Spelled":
        if staying not in self._inner:
            self._inner[staying] = self._spell(staying)
        return self._inner[staying]


@record
class _Spelled:
    """The program with calls spelled out; `outer` are the places of its calls in the program as it is."""

    spelling: Spelling
    rewriting: Rewriting
    outer: Mapping[Place, Place]
    facts: Mapping[Place, CallFact]

    def plan(self, options: Options, units: Sequence[Unit] | None, check: Check) -> Rewrites:
        inner = {outer: inner for inner, outer in self.outer.items()}
        staying = {inner[place]: reason for place, reason in options.staying.items() if place in inner}
        chosen = None
        if units is not None:
            wanted = {inner[call.place] for unit in units for call in unit.calls if call.place in inner}
            chosen = [u for u in self.rewriting.units if wanted & {call.place for call in u.calls}]
        found = self.rewriting.plan(replace(options, staying=staying), chosen, check=check)
        return Rewrites(tuple(map(self._outer_plan, found.plans)), by_outer(found.reasons, self.outer))

    def _outer_plan(self, plan: UnitPlan) -> UnitPlan:
        calls = tuple(self.facts[self.outer[c.place]] for c in plan.unit.calls if c.place in self.outer)
        return replace(
            plan,
            unit=Unit(plan.unit.clients, calls),
            tiers=by_outer(plan.tiers, self.outer),
            reasons=by_outer(plan.reasons, self.outer),
            differences=by_outer(plan.differences, self.outer),
        )


def _spelled(
    seen: Analysis, findings: Sequence[Finding], spelling: Spelling, analysis: Analysis, plain: Plain
) -> _Spelled:
    """The spelled-out program; its findings are as certain, and as accepted, as those they came from."""
    facts = {call.place: call for call in seen.resolution.calls}
    outer = _matched(seen.resolution.calls, analysis.resolution.calls, spelling)
    judged = judged_as_before(findings, facts, outer, analysis)
    return _Spelled(spelling, plain(analysis, judged), outer, facts)


def _matched(before: Sequence[CallFact], after: Sequence[CallFact], spelling: Spelling) -> dict[Place, Place]:
    """The places of calls before, by those after."""
    starts = {
        (call.place[0], spelling.starts.get((call.place[0], call.place[1]), call.place[1])): call.place
        for call in before
    }
    return {
        call.place: starts[call.place[0], call.place[1]]
        for call in after
        if (call.place[0], call.place[1]) in starts
    }


def by_outer(values: Mapping[Place, _Value], outer: Mapping[Place, Place]) -> dict[Place, _Value]:
    """Values by the places of a program as it is, from those by the places of it spelled out."""
    return {outer[place]: value for place, value in values.items() if place in outer}


def judged_as_before(
    findings: Sequence[Finding],
    facts: Mapping[Place, CallFact],
    outer: Mapping[Place, Place],
    analysis: Analysis,
) -> list[Finding]:
    """The findings of a spelled-out program, as certain and as accepted as the `findings` they came from.

    `facts` are the calls of the program as it is by place, `outer` their places by those of the calls now.
    """
    by_location = {finding.location: finding for finding in findings}
    originals = {
        call.location: by_location.get(facts[outer[call.place]].location)
        for call in analysis.resolution.calls
        if call.place in outer
    }
    return [_judged_as(finding, originals.get(finding.location)) for finding in analysis.findings]


def _judged_as(finding: Finding, original: Finding | None) -> Finding:
    """A finding of a call with the confidence and the acceptance that it has in the program as it is."""
    if original is None or finding.kind is not Kind.CALL:
        return finding
    return replace(finding, confidence=original.confidence, suppressed=original.suppressed)


def _with_suds(surfaces: Surfaces, wrappers: Mapping[str, ClientSurface]) -> Surfaces:
    """The surfaces, with the wrappers' clients doing all that suds clients do as well."""
    suds = next(surface for surface in surfaces.clients if surface.name == "suds")
    own = suds.roles["client"]

    def extended(surface: ClientSurface) -> ClientSurface:
        client = surface.roles["client"]
        both = replace(
            client,
            attributes={**own.attributes, **client.attributes},
            methods={**own.methods, **client.methods},
        )
        return replace(surface, roles={**suds.roles, **surface.roles, "client": both})

    clients = tuple(extended(s) if s.name in wrappers else s for s in surfaces.clients)
    return replace(surfaces, clients=clients)
