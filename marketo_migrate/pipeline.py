"""The order of the stages: rules, files, prefilter, parse, collect, resolve, detect.

What a scan without findings does not need is imported where it is used.
"""

import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from marketo_migrate.config.selection import is_selected, unknown_selectors
from marketo_migrate.config.settings import Settings
from marketo_migrate.errors import UsageError
from marketo_migrate.model.fingerprint import BASELINE_NAME
from marketo_migrate.model.result import FileProblem, ScanResult
from marketo_migrate.model.search import SearchTerms
from marketo_migrate.processes import processors
from marketo_migrate.ruleset.run import RunRules
from marketo_migrate.sources.candidates import Candidates, Progress, find_candidates
from marketo_migrate.sources.classify import FileKind
from marketo_migrate.sources.discover import Discovery, discover
from marketo_migrate.sources.read import read
from marketo_migrate.sources.source_file import SourceFile

if TYPE_CHECKING:
    from datetime import date

    from marketo_migrate.analysis import Analysis
    from marketo_migrate.model.edit import Fix
    from marketo_migrate.model.finding import Finding
    from marketo_migrate.model.flow import Place
    from marketo_migrate.model.suppression import Suppression
    from marketo_migrate.model.surface import Surfaces
    from marketo_migrate.rewrite.names import FieldName
    from marketo_migrate.rewriting import Planned, Rewriting
    from marketo_migrate.sources.mentions import Mentions, Without
    from marketo_migrate.survey import Part, Plan

Today: TypeAlias = "Callable[[], date]"
"""Tells the day that counts as today, when somebody needs to know it."""
_RECURSION_LIMIT = 20_000


NOT_SELECTED = "its rule is not among the selected ones"


def current_day() -> "date":
    """Today, by this machine's clock; few runs need to know, and importing `datetime` takes its time."""
    from datetime import date

    return date.today()


class Wish(NamedTuple):
    """What is to be planned along with an examination.

    `trial` asks for every rewrite, to tell the tiers of findings; `rewrite` for those that are to be made,
    with those of the review tier if `unsafe`. `described` are the fields of a describe file.
    """

    trial: bool = True
    rewrite: bool = False
    unsafe: bool = False
    described: "Mapping[str, FieldName] | None" = None


class Examination(NamedTuple):
    """Everything that a scan saw: `findings` are all of them, whatever the settings show.

    `parts` is None where no file can matter.
    """

    settings: Settings
    rules: RunRules
    discovery: Discovery
    files: tuple[SourceFile, ...]
    candidates: Candidates
    parts: "tuple[Part, ...] | None"
    findings: "tuple[Finding, ...]"
    suppressions: "tuple[Suppression, ...]"
    problems: tuple[FileProblem, ...]
    today: "Today | None"
    wish: Wish | None = None
    fixes: "Mapping[str, Fix]" = MappingProxyType({})


def scan(
    paths: tuple[Path, ...],
    settings: Settings,
    *,
    progress: Progress | None = None,
    everything: bool = False,
    today: "Today | None" = None,
    base: Path | None = None,
    rules: RunRules | None = None,
    tiers: bool = True,
) -> ScanResult:
    """Scan files and directories.

    `everything` analyses every Python file instead of those that can matter; the findings are the
    same. `today` tells the day by which marks of acceptance expire; None: they do not. `base` is a
    directory that paths are reported relative to, for a copy that no repository holds. `rules` are
    those of `settings`, for runs that share them. Without `tiers` no rewrite is planned. Raises
    `UsageError` for a missing path, `RuleError` for bad rules.
    """
    examined = examine(
        paths,
        settings,
        progress=progress,
        everything=everything,
        today=today,
        base=base,
        rules=rules,
        wish=Wish() if tiers else None,
    )
    return result_of(with_tiers(examined))


def examine(
    paths: tuple[Path, ...],
    settings: Settings,
    *,
    progress: Progress | None = None,
    everything: bool = False,
    today: "Today | None" = None,
    base: Path | None = None,
    rules: RunRules | None = None,
    wish: Wish | None = None,
) -> Examination:
    """Find everything, and plan what is wished for; the other arguments are those of `scan`."""
    rules = rules or RunRules(settings.rules)
    terms = rules.terms()
    _check_selectors(settings, terms)
    discovery = discover(paths or (Path(),), exclude=settings.exclude, base=base)
    files = _without_baseline(discovery.files, settings)
    jobs = processors(settings.jobs)
    candidates = find_candidates(files, terms, jobs=jobs, progress=progress)
    examined = Examination(settings, rules, discovery, files, candidates, None, (), (), (), today, wish)
    return _analysed(examined, everything=everything)


def examine_again(
    examined: Examination, changed: Mapping[str, bytes], *, gone: Collection[str] = ()
) -> Examination:
    """The same files with other bytes in some of them, without some, and with new Python files.

    `changed` holds bytes by reported path, `gone` the reported paths of Python files that are not there.
    """
    base = examined.discovery.base
    others = {file.path for file in examined.files if file.kind is FileKind.TEXT}
    old = {path: file for path, file in examined.candidates.python.items() if path not in gone}
    new = {
        path: SourceFile(path, os.path.join(base, *path.split("/")), FileKind.PYTHON)  # noqa: PTH118
        for path in changed
        if path not in old and path not in others
    }
    python = {path: data for path, data in changed.items() if path not in others}
    before = examined.candidates
    texts = {path: changed.get(path, data) for path, data in before.texts.items()}
    candidates = before._replace(
        python={**old, **new},
        found={path: data for path, data in (before.found | python).items() if path not in gone},
        marked={
            path: changed.get(path, data)
            for path, data in (before.marked | python).items()
            if path not in gone
        },
        texts=texts,
    )
    parts = examined.parts or ()
    same = _untouched(parts, {*changed, *gone}, {*new, *gone}) if texts == before.texts else ()
    files = tuple(file for file in examined.files if file.path not in gone) if gone else examined.files
    return _analysed(examined._replace(candidates=candidates, files=files), known=same)


def _untouched(parts: "Sequence[Part]", changed: Collection[str], new: Collection[str]) -> "tuple[Part, ...]":
    """The parts of a program that a change of files, some of them new, leaves as they are."""
    names = {path.rpartition("/")[2].removesuffix(".py") for path in new}
    return tuple(
        part
        for part in parts
        if part.primary.isdisjoint(changed)
        and part.texts.keys().isdisjoint(changed)
        and not any(name in text for text in part.texts.values() for name in names)
    )


def with_tiers(examined: Examination) -> Examination:
    """The findings with the tier that a rewrite has for each, its diff, and the reason where it has none."""
    parts = examined.parts or ()
    planned = [part.planned for part in parts if part.planned is not None]
    if not planned:
        return examined
    from functools import partial

    from marketo_migrate.detect.masking import mask
    from marketo_migrate.planned import fixes, with_diffs
    from marketo_migrate.rewriting import judge_tiers

    findings = judge_tiers(planned, examined.findings)
    plans = [plan for part in planned if part.trial is not None for plan in part.trial.every.plans]
    plans.sort(key=lambda plan: min(plan.texts))
    texts = {path: text for part in planned for path, text in part.texts.items()}
    masked = partial(mask, secrets=frozenset(secret for part in parts for secret in part.secrets))
    findings = with_diffs(findings, plans, texts, masked)
    return examined._replace(findings=findings, fixes=fixes(findings, plans, texts, masked))


def _planner(examined: Examination, wish: Wish, mentions: "Mentions") -> "Plan":
    """What plans the rewrite of an analysed part as it is wished for."""
    from functools import partial

    from marketo_migrate.dispatched import with_dispatchers
    from marketo_migrate.rewrite.names import FieldNames
    from marketo_migrate.rewrite.units import Options
    from marketo_migrate.rewriting import Planned, Rewriting, try_out
    from marketo_migrate.wrapped import uses_wrapper, with_wrappers

    settings = examined.settings
    rules, surfaces = examined.rules.all()
    files = frozenset(file.path for file in examined.discovery.files)
    names = FieldNames(rules.lead_fields, wish.described or {})
    target = settings.target.value

    def rewriting_of(analysis: "Analysis", findings: "tuple[Finding, ...]") -> Rewriting:
        elsewhere = mentions.beside(analysis.modules)

        def plain(seen: "Analysis", known: "Sequence[Finding]") -> Rewriting:
            return Rewriting(seen.resolution, seen.modules, known, rules, names, elsewhere, files)

        def own(seen: "Analysis", known: "Sequence[Finding]") -> Rewriting:
            return with_dispatchers(seen, known, lambda texts: again(texts, frozenset(), surfaces), plain)

        again = partial(_analysed_with, examined, frozenset(analysis.modules))
        if uses_wrapper(analysis, surfaces):
            return with_wrappers(analysis, findings, surfaces, names, again, plain, own)
        return own(analysis, findings)

    def plan(analysis: "Analysis", findings: "tuple[Finding, ...]") -> "Planned":
        rewriting = rewriting_of(analysis, findings)
        options = Options(unsafe=wish.unsafe, target=target, staying=_not_selected(rewriting, settings))
        return Planned(
            rewriting.texts,
            rewriting.calls,
            try_out(rewriting, target) if wish.trial else None,
            rewriting.plan(options) if wish.rewrite else None,
            rewriting.idle,
            rewriting.indirect,
        )

    return plan


def _analysed_with(
    examined: Examination,
    modules: frozenset[str],
    texts: Mapping[str, str],
    left_out: frozenset[str],
    surfaces: "Surfaces",
) -> "Analysis":
    """The analysis of modules with other texts, without some files, and with other surfaces."""
    from marketo_migrate.analysis import Analyser
    from marketo_migrate.syntax.decode import encode

    candidates = examined.candidates
    python = {path: file for path, file in candidates.python.items() if path not in left_out}
    found = {path: data for path, data in candidates.found.items() if path not in left_out}
    for path, text in texts.items():
        data = found.get(path) or read(python[path])
        found[path] = encode(text, data if isinstance(data, bytes) else b"")
    text_files = [file for file in examined.files if file.kind is FileKind.TEXT]
    rules = examined.rules.all()[0]
    analyser = Analyser(python, found, candidates.texts, text_files, rules, surfaces, examined.settings)
    return analyser.analyse(modules - left_out)


def _not_selected(rewriting: "Rewriting", settings: Settings) -> "dict[Place, str]":
    return {
        place: NOT_SELECTED
        for place, finding in rewriting.calls.items()
        if not is_selected(settings, finding.rule, finding.name)
    }


def _analysed(
    examined: Examination, *, everything: bool = False, known: "Sequence[Part]" = ()
) -> Examination:
    candidates = examined.candidates
    problems = [*examined.discovery.problems, *candidates.problems]
    findings: list[Finding] = []
    parts: tuple[Part, ...] | None = None
    if everything or candidates.found or candidates.texts:
        from marketo_migrate.analysis import Analyser
        from marketo_migrate.detect.files import file_findings
        from marketo_migrate.sources.mentions import Mentions
        from marketo_migrate.survey import Wanted, survey

        text_files = [file for file in examined.files if file.kind is FileKind.TEXT]
        sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION_LIMIT))
        rules, surfaces = examined.rules.all()
        jobs = processors(examined.settings.jobs)
        mentions = Mentions(examined.discovery, candidates.found.get)

        def expect(modules: Mapping[str, bytes], without: "Without | None", *, many: bool) -> None:
            mentions.expect(modules, without)
            if modules and many and jobs > 1:
                mentions.prepare(jobs)

        wanted = Wanted(
            jobs,
            lambda found: _accepted(examined, found)[0],
            _planner(examined, examined.wish, mentions) if examined.wish is not None else None,
            expect if examined.wish is not None else None,
            everything,
        )
        analyser = Analyser(
            candidates.python,
            candidates.found,
            candidates.texts,
            text_files,
            rules,
            surfaces,
            examined.settings,
        )
        parts = survey(analyser, candidates.python, candidates.found, wanted, known)
        for part in parts:
            findings.extend(part.findings)
            problems.extend(part.problems)
        findings.extend(file_findings(candidates.texts, rules, surfaces))
    judged, suppressions = _accepted(examined, findings)
    return examined._replace(
        parts=parts,
        findings=judged,
        suppressions=suppressions,
        problems=tuple(sorted(set(problems), key=lambda p: (p.path, p.line or 0, p.message))),
    )


def result_of(examined: Examination) -> ScanResult:
    """What the settings show of it."""
    settings = examined.settings
    unresolved = _unresolved(examined.parts)
    shown = [finding for finding in examined.findings if finding.confidence.rank >= settings.confidence.rank]
    selected = [finding for finding in shown if is_selected(settings, finding.rule, finding.name)]
    return ScanResult(
        findings=_owned(tuple(selected), examined.discovery.base),
        problems=examined.problems,
        statistics={
            "files": len(examined.files),
            "candidates": len(examined.candidates.found),
            "parsed": sum(len(part.texts) for part in examined.parts or ()),
            "unresolved": sum(unresolved.values()),
            **{f"unresolved: {reason}": count for reason, count in unresolved.items()},
            "hidden": len(examined.findings) - len(shown),
            "left_out": len(examined.discovery.left_out),
        },
        suppressions=examined.suppressions,
        fixes=examined.fixes,
    )


def _check_selectors(settings: Settings, terms: SearchTerms) -> None:
    unknown = unknown_selectors(settings, terms.rules)
    if unknown:
        raise UsageError(f"no such rule: {', '.join(unknown)}")


def _unresolved(parts: "tuple[Part, ...] | None") -> dict[str, int]:
    """How many calls are open by reason, over all parts."""
    if parts is None:
        return {}
    from marketo_migrate.detect.findings import OPEN_QUESTIONS

    return {reason: sum(part.unresolved[reason] for part in parts) for reason in OPEN_QUESTIONS}


def _accepted(
    examined: Examination, found: "Sequence[Finding]"
) -> "tuple[tuple[Finding, ...], tuple[Suppression, ...]]":
    """The findings in order, with the marks of files and settings applied, and all those marks."""
    settings, discovery, marked = examined.settings, examined.discovery, examined.candidates.marked
    findings = _numbered(found)
    if not marked and not settings.per_path_ignores:
        return findings, ()
    from marketo_migrate.acceptance import marked_files, path_marks
    from marketo_migrate.gate.suppress import Policy, suppress

    names = examined.rules.terms().rules
    python = frozenset(file.path for file in discovery.files if file.kind is FileKind.PYTHON)
    return suppress(
        findings,
        marked_files(marked, python, names),
        path_marks(settings, discovery, {finding.location.path for finding in findings}, names),
        Policy(examined.today() if examined.today is not None else None, settings.require_reason),
    )


def _without_baseline(files: tuple[SourceFile, ...], settings: Settings) -> tuple[SourceFile, ...]:
    """The files but for those of known findings: these only speak of what stands elsewhere."""
    own = str(settings.baseline.resolve()) if settings.baseline is not None else None
    return tuple(f for f in files if not f.path.endswith(BASELINE_NAME) and f.absolute != own)


def _owned(findings: "tuple[Finding, ...]", base: str) -> "tuple[Finding, ...]":
    """The findings with the owners that the CODEOWNERS file below `base` names for their files."""
    if not findings:
        return ()
    from dataclasses import replace

    from marketo_migrate.sources.codeowners import read_codeowners

    codeowners = read_codeowners(base)
    if not codeowners.lines:
        return findings
    by_path = {path: codeowners.of(path) for path in {finding.location.path for finding in findings}}
    return tuple(replace(finding, owners=by_path[finding.location.path]) for finding in findings)


def _numbered(findings: "Sequence[Finding]") -> "tuple[Finding, ...]":
    """The findings in order; equal fingerprints are told apart by their order."""
    if not findings:
        return ()
    from dataclasses import replace

    ordered = sorted(findings, key=lambda f: (f.location, f.rule, f.kind.value, f.fingerprint))
    counts: dict[str, int] = {}
    result = []
    for finding in ordered:
        count = counts[finding.fingerprint] = counts.get(finding.fingerprint, 0) + 1
        result.append(
            finding if count == 1 else replace(finding, fingerprint=f"{finding.fingerprint}-{count}")
        )
    return tuple(result)
