"""From what the analysis found to the rewrites: units, their plans, and the reasons for all that stays."""

import difflib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from marketo_migrate.model.facts import ModuleFacts
from marketo_migrate.model.finding import Confidence, Finding, Kind, Tier
from marketo_migrate.model.flow import Place
from marketo_migrate.model.location import Location
from marketo_migrate.model.record import record
from marketo_migrate.model.resolution import Resolution
from marketo_migrate.model.rules import Ruleset
from marketo_migrate.rewrite.names import FieldNames
from marketo_migrate.rewrite.plan import Planner
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.units import Options, Unit, UnitPlan, joined, units_of
from marketo_migrate.rewrite.verify import doubts, problems

Elsewhere = Callable[[str, str], bool]
Check = Callable[[Mapping[str, str], Mapping[str, str]], tuple[str, ...]]
"""Says what speaks against new texts: all texts before, the new ones."""


_STAYS_OLD = "this is Python 2 code: the code has to run on Python 3 before it can be rewritten"
_TOGETHER = "it is rewritten together with calls of the same client that are for review"
_UNSURE = "only calls that are certainly Marketo's are rewritten"
_IDLE = "nothing imports this package any more: it can be deleted"
_LINE_END = re.compile(r"\r\n|\r|\n")
_STAYS_ACCEPTED = "the finding is accepted, so the call is left as it is"


def nowhere(name: str, module: str) -> bool:  # noqa: ARG001
    """No name is mentioned elsewhere: the modules are the whole program."""
    return False


@record
class Rewrites:
    """What is rewritten and what stays.

    `plans` are the rewrites, each with files of its own; `reasons` tell by the place of a call why it stays.
    """

    plans: tuple[UnitPlan, ...]
    reasons: Mapping[Place, str]

    @property
    def texts(self) -> dict[str, str]:
        """All new texts by path."""
        return {path: text for plan in self.plans for path, text in plan.texts.items()}

    @property
    def new_files(self) -> dict[str, str]:
        """The texts of files that do not exist yet, by path."""
        return {path: text for plan in self.plans for path, text in plan.new_files.items()}

    @property
    def tiers(self) -> dict[Place, Tier]:
        """The tier of each call that is rewritten, by place."""
        return {place: tier for plan in self.plans for place, tier in plan.tiers.items()}

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The names of what is taken for granted."""
        return tuple(sorted({name for plan in self.plans for name in plan.assumptions}))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the change must know."""
        return tuple(dict.fromkeys(note for plan in self.plans for note in plan.notes))


def plan_rewrites(
    resolution: Resolution,
    modules: Mapping[str, ModuleFacts],
    findings: Sequence[Finding],
    rules: Ruleset,
    names: FieldNames,
    options: Options,
    elsewhere: Elsewhere = nowhere,
    files: Collection[str] = (),
) -> Rewrites:
    """Plan the rewrite of every unit whose calls are certainly Marketo's.

    `elsewhere` tells whether a name of a module is mentioned in files outside `modules`; `files` are the
    paths of all files there are, of any kind.
    """
    return Rewriting(resolution, modules, findings, rules, names, elsewhere, files).plan(options)


class Rewriting:
    """The calls of a program that are certainly Marketo's, planned with one set of options or another.

    `idle` are the paths of modules that nothing imports any more, `indirect` the calls whose requests the
    findings do not know.
    """

    idle: frozenset[str] = frozenset()
    indirect: frozenset[Location] = frozenset()

    def __init__(
        self,
        resolution: Resolution,
        modules: Mapping[str, ModuleFacts],
        findings: Sequence[Finding],
        rules: Ruleset,
        names: FieldNames,
        elsewhere: Elsewhere = nowhere,
        files: Collection[str] = (),
    ) -> None:
        by_location = {finding.location: finding for finding in findings if finding.kind is Kind.CALL}
        certain = {
            place.location: found
            for place in resolution.calls
            if (found := by_location.get(place.location)) and found.confidence is Confidence.CERTAIN
        }
        self._calls = {
            call.place: certain[call.location] for call in resolution.calls if call.location in certain
        }
        self._staying = {
            place: _STAYS_OLD if modules[place[0]].language == 2 else _STAYS_ACCEPTED
            for place, finding in self._calls.items()
            if modules[place[0]].language == 2 or finding.suppressed
        }
        texts = {path: facts.text for path, facts in modules.items() if facts.language == 3}
        self._units = units_of(resolution, frozenset(self._calls))
        marketo = frozenset(client.id for unit in self._units for client in unit.clients)
        self._planner = Planner(texts, resolution, rules, names, Options(), elsewhere, files, marketo)

    @property
    def calls(self) -> Mapping[Place, Finding]:
        """The findings of the calls, by place."""
        return self._calls

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units that the calls belong to."""
        return self._units

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts of all modules before any rewrite."""
        return self._planner.texts

    @property
    def program(self) -> Program:
        """The modules and what flows where."""
        return self._planner.program

    def plan(
        self, options: Options, units: Sequence[Unit] | None = None, *, check: Check = problems
    ) -> Rewrites:
        """The rewrites of all units, or of some; none that does not pass the look at its result."""
        staying = {**options.staying, **self._staying}
        planner = self._planner.with_options(replace(options, staying=staying))
        plans = [planner.plan((unit,)) for unit in (self._units if units is None else units)]
        planned, dropped = _combined(planner, plans)
        kept = []
        for plan in planned:
            wrong = check(planner.texts, plan.texts)
            if not wrong:
                kept.append(plan)
                continue
            for call in plan.unit.calls:
                dropped[call.place] = f"the rewrite was made and not trusted: {'; '.join(wrong)}"
        moved = {place for plan in kept for place in plan.tiers}
        reasons = {place: reason for plan in plans for place, reason in plan.reasons.items()} | dropped
        reasons = {place: reason for place, reason in reasons.items() if place not in moved}
        for plan in kept:
            reasons.update(plan.reasons)
        return Rewrites(tuple(kept), reasons)


@record
class Trial:
    """Every rewrite there is, whatever its tier, of modules that hang together.

    `alone` are the calls that are rewritten when nothing but what is safe is wanted, of units that also
    have calls for review.
    """

    every: Rewrites
    alone: frozenset[Place]


@record
class Planned:
    """What was planned for modules that hang together: data, without the syntax trees it was made from.

    `texts` are the modules before any rewrite, `calls` the findings of calls that are certainly Marketo's,
    by place. `trial` and `rewrites` are there as they were wished for. `idle` are modules that nothing
    imports any more, `indirect` the places of calls whose requests the findings do not know.
    """

    texts: Mapping[str, str]
    calls: Mapping[Place, Finding]
    trial: Trial | None
    rewrites: Rewrites | None
    idle: frozenset[str] = frozenset()
    indirect: frozenset[Location] = frozenset()


def try_out(rewriting: Rewriting, target: str) -> Trial:
    """Plan every rewrite, and which of them are safe by themselves."""
    every = rewriting.plan(Options(unsafe=True, target=target), check=doubts)
    mixed = [plan.unit for plan in every.plans if _is_mixed(plan)]
    alone = rewriting.plan(Options(target=target), mixed, check=doubts).tiers if mixed else {}
    return Trial(every, frozenset(alone))


def together(planned: Sequence[Rewrites]) -> Rewrites:
    """The rewrites of a program that was planned in parts: those that need the same new file in one."""
    plans = [plan for rewrites in planned for plan in rewrites.plans]
    merged = [_merged(same) for same in _groups(plans, lambda plan: frozenset(plan.new_files))]
    return Rewrites(
        tuple(sorted(merged, key=lambda plan: min(plan.texts))),
        {place: reason for rewrites in planned for place, reason in rewrites.reasons.items()},
    )


def judge_tiers(planned: Sequence[Planned], findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, each with the tier of its rewrite and why that is not safe."""
    verdicts: dict[Location, tuple[Tier, str | None]] = {}
    gone = _Gone()
    for part in planned:
        if part.trial is not None:
            _add_verdicts(verdicts, part, part.trial)
            gone.add(part.texts, part.trial.every.plans)
    idle = {path for part in planned for path in part.idle}
    indirect = {location for part in planned for location in part.indirect}
    return tuple(
        replace(finding, fix=Tier.NONE, reason=_IDLE)
        if finding.location.path in idle
        else _judged(finding, verdicts, gone, rooted=finding.location not in indirect)
        for finding in findings
    )


def _is_mixed(plan: UnitPlan) -> bool:
    return {Tier.SAFE, Tier.REVIEW} <= set(plan.tiers.values())


def _add_verdicts(verdicts: dict[Location, tuple[Tier, str | None]], part: Planned, trial: Trial) -> None:
    for place, reason in trial.every.reasons.items():
        if (finding := part.calls.get(place)) is not None:
            verdicts[finding.location] = (Tier.NONE, reason)
    for plan in trial.every.plans:
        mixed = _is_mixed(plan)
        for call in plan.unit.calls:
            if call.place in plan.reasons:
                continue
            tier = plan.tiers.get(call.place, plan.tier)
            why = plan.differences.get(call.place)
            if tier is Tier.SAFE and mixed and call.place not in trial.alone:
                tier, why = Tier.REVIEW, _TOGETHER
            if tier is Tier.REVIEW:
                why = why or "; ".join(dict.fromkeys(plan.differences.values())) or _TOGETHER
            verdicts[call.location] = (tier, why)


def _judged(
    finding: Finding,
    verdicts: Mapping[Location, tuple[Tier, str | None]],
    gone: "_Gone",
    *,
    rooted: bool,
) -> Finding:
    """`rooted`: that there is nothing to rewrite a call to says more than what else stands in the way."""
    reason = finding.reason
    match finding.kind:
        case Kind.CALL:
            tier, why = verdicts.get(finding.location, (Tier.NONE, reason or _UNSURE))
            rooted = rooted and tier is finding.fix is Tier.NONE and finding.operation is not None
            reason = reason if rooted and reason else why
        case Kind.WRAPPER_CALL:
            reached = finding.evidence[-1].location if finding.evidence else finding.location
            own = verdicts.get(finding.location)
            tier, why = own or verdicts.get(reached, (Tier.NONE, None))
            reason = why if own is not None or tier is not Tier.NONE else reason
        case _:
            tier = gone.tier(finding.location)
            if tier is Tier.SAFE:
                reason = None
    return replace(finding, fix=tier, reason=reason)


class _Gone:
    """The lines that plans take away or change."""

    def __init__(self) -> None:
        self._tiers: dict[str, Tier] = {}
        self._staying: dict[str, frozenset[int]] = {}

    def add(self, before: Mapping[str, str], plans: Sequence[UnitPlan]) -> None:
        """Take in plans for modules that had these texts before."""
        for plan in plans:
            for path, text in plan.texts.items():
                self._tiers[path] = plan.tier
                self._staying[path] = _staying_lines(before[path], text)

    def tier(self, location: Location) -> Tier:
        """The tier of the plan that takes away what stands at a location; none where it stays."""
        staying = self._staying.get(location.path)
        if staying is None or staying.issuperset(range(location.span.line, location.span.end_line + 1)):
            return Tier.NONE
        return self._tiers[location.path]


def _staying_lines(before: str, after: str) -> frozenset[int]:
    """The numbers of the lines that are in the new text as well."""
    matcher = difflib.SequenceMatcher(None, _LINE_END.split(before), _LINE_END.split(after), autojunk=False)
    return frozenset(
        line + 1 for start, _, size in matcher.get_matching_blocks() for line in range(start, start + size)
    )


def _combined(planner: Planner, plans: list[UnitPlan]) -> tuple[tuple[UnitPlan, ...], dict[Place, str]]:
    """The plans of all that can be rewritten, each with files of its own, and reasons for what stays.

    Units that share modules are planned once more together: what only both of them leave unused goes.
    """
    good = [plan for plan in plans if plan.texts]
    reasons: dict[Place, str] = {}
    kept: list[UnitPlan] = []
    for group in _groups(good, lambda plan: planner.modules_of(plan.unit)):
        if len(group) == 1:
            kept += group
            continue
        together = planner.plan(tuple(plan.unit for plan in group))
        if together.texts:
            kept += _split(together, group, planner)
            continue
        for smaller in _groups(group, lambda plan: frozenset(plan.texts)):
            kept += _in_one(planner, smaller, reasons)
    kept = [_merged(same) for same in _groups(kept, lambda plan: frozenset(plan.new_files))]
    return tuple(sorted(kept, key=lambda plan: min(plan.texts))), reasons


def _merged(plans: list[UnitPlan]) -> UnitPlan:
    """Plans that change no file in common, but need the same new one, as one plan."""
    if len(plans) == 1:
        return plans[0]
    return UnitPlan(
        joined(tuple(plan.unit for plan in plans)),
        Tier.REVIEW if any(plan.tier is Tier.REVIEW for plan in plans) else Tier.SAFE,
        {path: text for plan in plans for path, text in plan.texts.items()},
        {path: text for plan in plans for path, text in plan.new_files.items()},
        {place: tier for plan in plans for place, tier in plan.tiers.items()},
        {place: reason for plan in plans for place, reason in plan.reasons.items()},
        {name for plan in plans for name in plan.assumptions},
        list(dict.fromkeys(note for plan in plans for note in plan.notes)),
        {place: why for plan in plans for place, why in plan.differences.items()},
    )


def _in_one(planner: Planner, group: list[UnitPlan], reasons: dict[Place, str]) -> list[UnitPlan]:
    """One plan for units that change the same files; those that do not go along stay."""
    group = list(group)
    while len(group) > 1:
        together = planner.plan(tuple(plan.unit for plan in group))
        if together.texts:
            return [together]
        for call in group.pop().unit.calls:
            reasons[call.place] = "it cannot be rewritten together with another client in the same files"
    return group


def _split(together: UnitPlan, group: list[UnitPlan], planner: Planner) -> list[UnitPlan]:
    """A plan of several units as plans that share no file."""
    if together.new_files:
        return [together]

    def files(plan: UnitPlan) -> frozenset[str]:
        own = {path for other in group for path in other.texts}
        more = planner.modules_of(plan.unit) & (together.texts.keys() - own)
        return frozenset(plan.texts) | more

    result = []
    for members in _groups(group, files):
        paths = {path for plan in members for path in files(plan)}
        calls = {call.place for plan in members for call in plan.unit.calls}
        result.append(
            UnitPlan(
                joined(tuple(plan.unit for plan in members)),
                Tier.REVIEW if any(plan.tier is Tier.REVIEW for plan in members) else Tier.SAFE,
                {path: text for path, text in together.texts.items() if path in paths},
                {},
                {place: tier for place, tier in together.tiers.items() if place in calls},
                {place: reason for place, reason in together.reasons.items() if place in calls},
                {name for plan in members for name in plan.assumptions},
                list(dict.fromkeys(note for plan in members for note in plan.notes)),
                {
                    place: why
                    for plan in members
                    for place, why in plan.differences.items()
                    if place in together.tiers
                },
            )
        )
    return result


def _groups(plans: list[UnitPlan], of: Callable[[UnitPlan], frozenset[str]]) -> list[list[UnitPlan]]:
    """The plans in groups that have nothing in common, in order."""
    groups: list[tuple[set[str], list[UnitPlan]]] = []
    for plan in plans:
        own = set(of(plan))
        members = []
        rest = []
        for paths, others in groups:
            if paths.isdisjoint(own):
                rest.append((paths, others))
            else:
                own |= paths
                members += others
        groups = [*rest, (own, [*members, plan])]
    order = {id(plan): number for number, plan in enumerate(plans)}
    found = [sorted(members, key=lambda plan: order[id(plan)]) for _, members in groups]
    return sorted(found, key=lambda members: order[id(members[0])])
