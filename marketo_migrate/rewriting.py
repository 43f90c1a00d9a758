"""From what the analysis found to the rewrites: units, their plans, and the reasons for all that stays."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from marketo_migrate.model.facts import ModuleFacts
from marketo_migrate.model.finding import Confidence, Finding, Kind, Tier
from marketo_migrate.model.flow import Place
from marketo_migrate.model.resolution import Resolution
from marketo_migrate.model.rules import Ruleset
from marketo_migrate.rewrite.names import FieldNames
from marketo_migrate.rewrite.plan import Options, Planner, Unit, UnitPlan, units_of


@dataclass(frozen=True, slots=True)
class Rewrites:
    """New texts by path; the tier each call reached (none: it stays) and the reason, by place."""

    texts: Mapping[str, str]
    tiers: Mapping[Place, Tier]
    reasons: Mapping[Place, str]
    assumptions: tuple[str, ...]
    notes: tuple[str, ...]
    plans: tuple[UnitPlan, ...]


def plan_rewrites(
    resolution: Resolution,
    modules: Mapping[str, ModuleFacts],
    findings: Sequence[Finding],
    rules: Ruleset,
    names: FieldNames,
    options: Options,
    elsewhere: Callable[[str, str], bool] = lambda name, module: False,  # noqa: ARG005
) -> Rewrites:
    """Plan the rewrite of every unit whose calls are certainly Marketo's.

    `elsewhere` tells whether a name of a module is mentioned in files outside `modules`.
    """
    certain = {
        finding.location
        for finding in findings
        if finding.kind is Kind.CALL and finding.confidence is Confidence.CERTAIN and not finding.suppressed
    }
    places = frozenset(call.place for call in resolution.calls if call.location in certain)
    texts = {path: facts.text for path, facts in modules.items() if facts.language == 3}
    planner = Planner(texts, resolution, rules, names, options, elsewhere)
    units = units_of(resolution, places)
    plans = [planner.plan((unit,)) for unit in units]
    return _combined(planner, units, plans)


def _combined(planner: Planner, units: tuple[Unit, ...], plans: list[UnitPlan]) -> Rewrites:
    """One set of texts for all units that can be rewritten, planned together where they share files."""
    good = [unit for unit, plan in zip(units, plans, strict=True) if plan.texts]
    reasons: dict[Place, str] = {}
    for plan in plans:
        reasons.update(plan.reasons)
    while len(good) > 1:
        together = planner.plan(tuple(good))
        if together.texts:
            return _result(together, plans, reasons)
        dropped = good.pop()
        for call in dropped.calls:
            reasons[call.place] = "it cannot be rewritten together with another client in the same files"
    kept = [plan for unit, plan in zip(units, plans, strict=True) if plan.texts and unit in good]
    return _result(kept[0] if kept else None, plans, reasons)


def _result(plan: UnitPlan | None, plans: list[UnitPlan], reasons: dict[Place, str]) -> Rewrites:
    if plan is None:
        return Rewrites({}, {}, reasons, (), (), tuple(plans))
    reasons = {place: reason for place, reason in reasons.items() if place not in plan.tiers}
    reasons.update(plan.reasons)
    return Rewrites(
        plan.texts,
        plan.tiers,
        reasons,
        tuple(sorted(plan.assumptions)),
        tuple(dict.fromkeys(plan.notes)),
        tuple(plans),
    )
