"""From a scan to the change of files: what is rewritten, as change sets, and what stays, with the reasons.

Nothing is written here. Every unit is tried before it is offered: its new files are analysed as if they
were on disk, and a unit that would be rewritten once more is refused.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from marketo_migrate.detect.masking import mask
from marketo_migrate.model.change import ChangeSet, FileChange
from marketo_migrate.model.finding import Finding, Kind, ScanResult, Tier
from marketo_migrate.model.record import record
from marketo_migrate.model.rules import Term
from marketo_migrate.pipeline import Examination, examine_again, result_of
from marketo_migrate.rewrite.annotations import Stay, annotated, has_annotations
from marketo_migrate.rewrite.data_files import is_settings_file, key_at, without_unread
from marketo_migrate.rewrite.dependencies import imported_packages, is_dependency_file, require
from marketo_migrate.rewrite.units import UnitPlan
from marketo_migrate.rewriting import Planned, Rewrites, judge_tiers, together
from marketo_migrate.sources.mentions import words_in, words_of_files
from marketo_migrate.sources.read import read
from marketo_migrate.syntax.decode import decode, encode

if TYPE_CHECKING:
    from marketo_migrate.model.flow import Place

_UNREAD = "no other file names this setting any more: it can be deleted"
_ANNOTATED = frozenset({Kind.CALL, Kind.CLIENT, Kind.XML})
_ROUNDS = 5


@record
class PlannedUnit:
    """A unit that can be rewritten: its change, its tier, the SOAP operations that move, their number."""

    change_set: ChangeSet
    tier: Tier
    operations: tuple[str, ...]
    calls: int
    assumptions: tuple[str, ...]


@record
class Outcome:
    """What is to be written, and the scan as it will be then; `assumptions` are told once."""

    change_sets: tuple[ChangeSet, ...]
    units: tuple[PlannedUnit, ...]
    assumptions: tuple[Term, ...]
    left: ScanResult


class Fixing:
    """One run of `fix` over what was examined with the wish for a trial and for rewrites.

    With `annotate` a comment is put above each SOAP use that stays.
    """

    def __init__(self, examined: Examination, *, annotate: bool = False) -> None:
        self._examined = examined
        self._annotate = annotate
        self._bytes: dict[str, bytes] = {}
        self._refused: dict[Place, str] = {}
        self._last: tuple[dict[str, bytes], Examination] | None = None
        secrets = frozenset(secret for part in examined.parts or () for secret in part.secrets)
        self.mask = partial(mask, secrets=secrets)
        self._planned = _planned(examined)
        self._calls = {place: found for part in self._planned for place, found in part.calls.items()}
        self._texts = {path: text for part in self._planned for path, text in part.texts.items()}
        self.units: tuple[PlannedUnit, ...] = self._units(_rewrites(self._planned))

    # --- planning -----------------------------------------------------------------------------

    def _units(self, rewrites: Rewrites) -> tuple[PlannedUnit, ...]:
        units = [unit for plan in rewrites.plans if (unit := self._unit(plan)) is not None]
        for _ in range(_ROUNDS):
            again = self._changed_again(units)
            if not again:
                return tuple(units)
            kept = []
            for unit in units:
                paths = {change.path for change in unit.change_set.changes}
                if paths.isdisjoint(again):
                    kept.append(unit)
                    continue
                self._refuse(
                    rewrites, paths, "the rewritten code would be rewritten once more, so it is not trusted"
                )
            units = kept
        return ()

    def _unit(self, plan: UnitPlan) -> PlannedUnit | None:
        changes = []
        for path, text in sorted(plan.texts.items()):
            before = self._data(path)
            if decode(path, before)[0] != self._texts[path]:
                self._refuse_plan(plan, f"{path} was changed while it was read")
                return None
            try:
                after = encode(text, before)
            except UnicodeEncodeError as error:
                self._refuse_plan(
                    plan, f"the encoding of {path} ({error.encoding}) has no character {text[error.start]!r}"
                )
                return None
            changes.append(FileChange(path, self._examined.candidates.python[path].absolute, before, after))
        base = self._examined.discovery.base
        for path, text in sorted(plan.new_files.items()):
            location = os.path.join(base, *path.split("/"))  # noqa: PTH118
            changes.append(FileChange(path, location, b"", text.encode(), new=True))
        findings = [found for place in plan.tiers if (found := self._calls.get(place)) is not None]
        calls = [
            found
            for call in plan.unit.calls
            if call.place not in plan.reasons
            if (found := self._calls.get(call.place)) is not None
        ]
        operations = tuple(sorted({found.operation for found in (*findings, *calls) if found.operation}))
        notes = [*dict.fromkeys(plan.differences.values()), *plan.notes]
        return PlannedUnit(
            ChangeSet(_title(plan, operations), tuple(changes), tuple(dict.fromkeys(notes))),
            plan.tier,
            operations,
            len(calls),
            tuple(sorted(plan.assumptions)),
        )

    def _changed_again(self, units: Sequence[PlannedUnit]) -> set[str]:
        """The files that a second run would change."""
        if not units:
            return set()
        after = self._again(_new_bytes(unit.change_set for unit in units))
        return set(_rewrites(_planned(after)).texts)

    def _again(self, changed: dict[str, bytes]) -> Examination:
        """The examination with these files in place; the last one is kept, as it is often asked for twice."""
        if self._last is None or self._last[0] != changed:
            self._last = (changed, examine_again(self._examined, changed))
        return self._last[1]

    def _refuse(self, rewrites: Rewrites, paths: set[str], reason: str) -> None:
        for plan in rewrites.plans:
            if not paths.isdisjoint(plan.texts):
                self._refuse_plan(plan, reason)

    def _refuse_plan(self, plan: UnitPlan, reason: str) -> None:
        for call in plan.unit.calls:
            self._refused[call.place] = reason

    def _data(self, path: str) -> bytes:
        """The bytes of a Python file as they were analysed."""
        if path in self._examined.candidates.found:
            return self._examined.candidates.found[path]
        if path not in self._bytes:
            data = read(self._examined.candidates.python[path])
            self._bytes[path] = data if isinstance(data, bytes) else b""
        return self._bytes[path]

    # --- what comes out ------------------------------------------------------------------------

    def outcome(self, units: Sequence[PlannedUnit]) -> Outcome:
        """What there is to write when these units are wanted, and what stays then."""
        units = self._with_requirements(self._with_data_files(units))
        chosen = [unit.change_set for unit in units]
        after = self._again(_new_bytes(chosen)) if chosen else self._examined
        after = after._replace(findings=self._explained(after))
        change_sets = self._with_annotations(chosen, after)
        if self._annotate and change_sets:
            final = self._again(_new_bytes(change_sets))
            after = final._replace(findings=self._explained(final))
        names = {name for unit in units for name in unit.assumptions}
        terms = self._examined.rules.all()[0].terms if names else {}
        return Outcome(
            change_sets, tuple(units), tuple(terms[name] for name in sorted(names)), result_of(after)
        )

    def _with_data_files(self, units: Sequence[PlannedUnit]) -> Sequence[PlannedUnit]:
        """The units; where there is only one, without the settings in files that it alone read."""
        lines: dict[str, list[int]] = {}
        for finding in self._examined.findings:
            location = finding.location
            if finding.kind is Kind.ENDPOINT and not finding.suppressed and is_settings_file(location.path):
                lines.setdefault(location.path, []).append(location.span.line)
        if not lines or len(units) != 1:
            return units
        change_set = units[0].change_set
        changed = {change.path: change.after for change in change_set.changes}
        read_before = {word for c in change_set.changes for word in words_in(c.before)}
        files = {file.path: file for file in self._examined.files}
        changes = list(change_set.changes)
        for path, marked in sorted(lines.items()):
            data = read(files[path]) if path in files else b""
            if not isinstance(data, bytes):
                continue
            kept = words_of_files(self._examined.discovery, changed, path)

            def unread(key: str, kept: frozenset[str] = kept) -> bool:
                return key.lower() in read_before and key.lower() not in kept

            text = decode(path, data)[0]
            new = without_unread(text, path, marked, unread)
            if new != text:
                changes.append(FileChange(path, files[path].absolute, data, encode(new, data)))
        return [replace(units[0], change_set=replace(change_set, changes=tuple(changes)))]

    def _with_requirements(self, units: Sequence[PlannedUnit]) -> Sequence[PlannedUnit]:
        """The units, and one more for the requirement files that they make another."""
        if not units:
            return units
        changed = _new_bytes(unit.change_set for unit in units)
        before: set[str] = set()
        after: set[str] = set()
        for path in self._examined.candidates.python:
            old = self._data(path)
            before |= imported_packages([old.decode("latin-1")])
            after |= imported_packages([changed.get(path, old).decode("latin-1")])
        files = {file.path: file for file in self._examined.files if is_dependency_file(file.path)}
        data = {path: content for path, file in files.items() if isinstance(content := read(file), bytes)}
        target = self._examined.rules.all()[0].targets[self._examined.settings.target.value]
        found = require(
            {path: decode(path, content)[0] for path, content in data.items()},
            requirement=target.requirement,
            gone=frozenset(before - after),
        )
        changes = tuple(
            FileChange(path, files[path].absolute, data[path], encode(text, data[path]))
            for path, text in found.texts.items()
        )
        if changes:
            change_set = ChangeSet(f"Require {target.requirement}", changes, found.notes)
            return [*units, PlannedUnit(change_set, Tier.SAFE, (), 0, ())]
        last = units[-1].change_set
        return [*units[:-1], replace(units[-1], change_set=replace(last, notes=(*last.notes, *found.notes)))]

    def _explained(self, after: Examination) -> tuple[Finding, ...]:
        """The findings that are left, each with its tier and the reason why it was not rewritten."""
        planned = _planned(after)
        if not planned:
            return self._unread(after, after.findings)
        findings = self._unread(after, judge_tiers(planned, after.findings))
        refused = {
            finding.location: reason
            for place, reason in self._refused.items()
            if (finding := self._calls.get(place)) is not None
        }
        return tuple(
            replace(finding, fix=Tier.NONE, reason=refused[finding.location])
            if finding.kind is Kind.CALL and finding.location in refused
            else finding
            for finding in findings
        )

    def _unread(self, after: Examination, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """The findings; those of addresses in files of settings that no other file names say so."""
        result = []
        changed = self._last[0] if self._last is not None else {}
        for finding in findings:
            path, line = finding.location.path, finding.location.span.line
            data = after.candidates.texts.get(path)
            if finding.kind is Kind.ENDPOINT and data is not None:
                key = key_at(decode(path, data)[0], line)
                if key is not None and key.isidentifier():
                    named = words_of_files(self._examined.discovery, changed, path)
                    if key.lower() not in named:
                        result.append(replace(finding, reason=_UNREAD))
                        continue
            result.append(finding)
        return tuple(result)

    def _with_annotations(
        self, change_sets: Sequence[ChangeSet], after: Examination
    ) -> tuple[ChangeSet, ...]:
        """The change sets with the comments above what stays put in, changed or taken away."""
        if after.parts is None:
            return tuple(change_sets)
        texts_now = {path: text for part in after.parts for path, text in part.texts.items()}
        stays: dict[str, list[Finding]] = {}
        for finding in result_of(after).findings:
            if (
                finding.kind in _ANNOTATED
                and not finding.suppressed
                and finding.location.path in after.candidates.python
            ):
                stays.setdefault(finding.location.path, []).append(finding)
        changed = {change.path: change for change_set in change_sets for change in change_set.changes}
        texts: dict[str, FileChange] = {}
        for path in sorted(
            {*texts_now, *(p for p in after.candidates.marked if p in after.candidates.python)}
        ):
            data = changed[path].after if path in changed else self._data(path)
            text = decode(path, data)[0]
            add = self._annotate
            if not has_annotations(text) and not (add and path in stays):
                continue
            new = annotated(text, texts_now.get(path, text), map(self._stay, stays.get(path, ())), add=add)
            if new == text:
                continue
            if path in changed:
                texts[path] = replace(changed[path], after=encode(new, data))
            else:
                location = self._examined.candidates.python[path].absolute
                texts[path] = FileChange(path, location, data, encode(new, data))
        result = [
            replace(item, changes=tuple(texts.pop(change.path, change) for change in item.changes))
            for item in change_sets
        ]
        if texts:
            result.append(ChangeSet("Say above each SOAP use that stays why it does", tuple(texts.values())))
        return tuple(result)

    def _stay(self, finding: Finding) -> Stay:
        span = finding.location.span
        reason = finding.reason or (
            "the SOAP client stays for the calls that stay" if finding.kind is Kind.CLIENT else "it stays"
        )
        if finding.fix is Tier.REVIEW:
            reason = f"for review: {reason}"
        # Whatever a file's encoding is, it has bytes for this.
        plain = self.mask(reason).encode("ascii", "backslashreplace").decode()
        return Stay(span.line, span.column, finding.rule, plain)


def _planned(examined: Examination) -> list[Planned]:
    return [part.planned for part in examined.parts or () if part.planned is not None]


def _rewrites(planned: Sequence[Planned]) -> Rewrites:
    return together([part.rewrites for part in planned if part.rewrites is not None])


def _new_bytes(change_sets: Iterable[ChangeSet]) -> dict[str, bytes]:
    return {change.path: change.after for change_set in change_sets for change in change_set.changes}


def _title(plan: UnitPlan, operations: Sequence[str]) -> str:
    """What a unit is, in one line."""
    made = sorted({client.made for client in plan.unit.clients if client.made is not None})
    where = f" (the client of {made[0].path}:{made[0].span.line})" if made else ""
    return f"{', '.join(operations)}: from SOAP to REST{where}, {plan.tier.value}"
