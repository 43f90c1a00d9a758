"""Programs with functions that make the SOAP call they are told: such calls are spelled out if they stay."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from marketo_migrate.analysis import Analysis
from marketo_migrate.model.finding import Finding, Tier
from marketo_migrate.model.flow import Place
from marketo_migrate.model.record import record
from marketo_migrate.model.resolution import CallFact
from marketo_migrate.rewrite.dispatchers import dispatchers_of
from marketo_migrate.rewrite.own_calls import Dispatched, spell_dispatchers
from marketo_migrate.rewrite.sites import AT_RUN_TIME, DOES_MORE
from marketo_migrate.rewrite.units import Options, Unit, UnitPlan
from marketo_migrate.rewrite.verify import problems
from marketo_migrate.rewriting import Check, Rewrites, Rewriting
from marketo_migrate.wrapped import by_outer, judged_as_before

Analyse = Callable[[Mapping[str, str]], Analysis]
"""Analyses the program again, with other texts of some modules."""

Plain = Callable[[Analysis, Sequence[Finding]], Rewriting]
"""The rewriting of an analysed program with these findings."""


def with_dispatchers(
    analysis: Analysis, findings: Sequence[Finding], analyse: Analyse, plain: Plain
) -> Rewriting:
    """The rewriting of a program that may have functions which make the SOAP call they are told."""
    rewriting = plain(analysis, findings)
    facts = [call for call in analysis.resolution.calls if call.place in rewriting.calls]
    found = dispatchers_of(rewriting.program, facts)
    if not found:
        return rewriting

    def spelled() -> "_Spelled":
        dispatched = spell_dispatchers(rewriting.program, found, analysis.resolution.calls)
        return _spelled(analysis, findings, dispatched, analyse(dispatched.texts), plain)

    return DispatchedRewriting(rewriting, frozenset(d.fact.place for d in found), spelled)


class DispatchedRewriting(Rewriting):
    """The rewriting as it is; where calls that are told what to call stay, the one with those spelled out."""

    def __init__(self, plain: Rewriting, told: frozenset[Place], spell: "Callable[[], _Spelled]") -> None:
        """`told` are the calls whose operation is told, `spell` spells them out."""
        self._plain = plain
        self._told = told
        self._spell = spell
        self._spelled: _Spelled | None = None
        self._calls = dict(plain.calls)

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units that the calls belong to."""
        return self._plain.units

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts of all modules before any rewrite."""
        return self._plain.texts

    def plan(
        self, options: Options, units: Sequence[Unit] | None = None, *, check: Check = problems
    ) -> Rewrites:
        """The rewrites of all units, or of some; calls that are spelled out move together or not at all."""
        found = self._plain.plan(options, units, check=check)
        if not self._told.isdisjoint(options.staying) or not any(
            AT_RUN_TIME in reason or DOES_MORE in reason
            for place, reason in found.reasons.items()
            if place in self._told
        ):
            return found
        if self._spelled is None:
            self._spelled = self._spell()
        other = self._spelled.plan(options, units, check)
        if not self._told.isdisjoint(other.reasons):
            why = {p: r for p, r in other.reasons.items() if p in self._told and p in found.reasons}
            return Rewrites(found.plans, {**found.reasons, **why})
        if not found.tiers.keys() & self._plain.calls.keys() <= other.tiers.keys():
            return found
        return other


@record
class _Spelled:
    """The program with calls spelled out; `outer` are the places of its calls in the program as it is."""

    rewriting: Rewriting
    outer: Mapping[Place, Place]
    facts: Mapping[Place, CallFact]

    def plan(self, options: Options, units: Sequence[Unit] | None, check: Check) -> Rewrites:
        """The rewrites, by the places of the program as it is."""
        staying = {
            place: options.staying[outer] for place, outer in self.outer.items() if outer in options.staying
        }
        chosen = None
        if units is not None:
            wanted = {call.place for unit in units for call in unit.calls}
            chosen = [
                u for u in self.rewriting.units if any(self.outer.get(c.place) in wanted for c in u.calls)
            ]
        found = self.rewriting.plan(replace(options, staying=staying), chosen, check=check)
        return Rewrites(tuple(map(self._outer_plan, found.plans)), by_outer(found.reasons, self.outer))

    def _outer_plan(self, plan: UnitPlan) -> UnitPlan:
        places = dict.fromkeys(self.outer[c.place] for c in plan.unit.calls if c.place in self.outer)
        review = {self.outer[p]: t for p, t in plan.tiers.items() if p in self.outer and t is Tier.REVIEW}
        return replace(
            plan,
            unit=Unit(plan.unit.clients, tuple(self.facts[place] for place in places)),
            tiers=by_outer(plan.tiers, self.outer) | review,
            reasons=by_outer(plan.reasons, self.outer),
            differences=by_outer(plan.differences, self.outer),
        )


def _spelled(
    before: Analysis, findings: Sequence[Finding], dispatched: Dispatched, after: Analysis, plain: Plain
) -> _Spelled:
    """The spelled-out program; its findings are as certain, and as accepted, as those they came from."""
    facts = {call.place: call for call in before.resolution.calls}
    origins = dict(dispatched.origins)
    for path, start, _ in facts:
        if (path, start) in dispatched.starts or path not in dispatched.texts:
            origins[path, dispatched.starts.get((path, start), start)] = next(
                place for place in facts if place[:2] == (path, start)
            )
    outer = {
        call.place: origins[call.place[:2]] for call in after.resolution.calls if call.place[:2] in origins
    }
    return _Spelled(plain(after, judged_as_before(findings, facts, outer, after)), outer, facts)
