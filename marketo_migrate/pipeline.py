"""The order of the stages: rules, files, prefilter, parse, collect, resolve, detect.

What a scan without findings does not need is imported where it is used.
"""

import os
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from marketo_migrate.config.selection import is_selected, unknown_selectors
from marketo_migrate.config.settings import Settings
from marketo_migrate.errors import UsageError
from marketo_migrate.model.fingerprint import BASELINE_NAME
from marketo_migrate.model.result import FileProblem, ScanResult
from marketo_migrate.model.search import SearchTerms
from marketo_migrate.ruleset.run import RunRules
from marketo_migrate.sources.candidates import Candidates, Progress, find_candidates
from marketo_migrate.sources.classify import FileKind
from marketo_migrate.sources.discover import Discovery, discover
from marketo_migrate.sources.source_file import SourceFile

if TYPE_CHECKING:
    from marketo_migrate.analysis import Analysis
    from marketo_migrate.model.edit import Fix
    from marketo_migrate.model.finding import Finding
    from marketo_migrate.model.suppression import Suppression
    from marketo_migrate.rewrite.names import FieldName
    from marketo_migrate.rewriting import Rewriting

_RECURSION_LIMIT = 20_000


class Examination(NamedTuple):
    """Everything that a scan saw: `findings` are all of them, whatever the settings show.

    `analysis` is None where no file can matter.
    """

    settings: Settings
    rules: RunRules
    discovery: Discovery
    files: tuple[SourceFile, ...]
    candidates: Candidates
    analysis: "Analysis | None"
    findings: "tuple[Finding, ...]"
    suppressions: "tuple[Suppression, ...]"
    problems: tuple[FileProblem, ...]
    today: date | None
    fixes: "Mapping[str, Fix]" = MappingProxyType({})


def scan(
    paths: tuple[Path, ...],
    settings: Settings,
    *,
    progress: Progress | None = None,
    everything: bool = False,
    today: date | None = None,
    base: Path | None = None,
    rules: RunRules | None = None,
) -> ScanResult:
    """Scan files and directories.

    `everything` analyses every Python file instead of those that can matter; the findings are the
    same. `today` is the day by which marks of acceptance expire; None: they do not. `base` is a
    directory that paths are reported relative to, for a copy that no repository holds. `rules` are
    those of `settings`, for runs that share them. Raises `UsageError` for a missing path, `RuleError`
    for bad rules.
    """
    examined = examine(
        paths, settings, progress=progress, everything=everything, today=today, base=base, rules=rules
    )
    return result_of(with_tiers(examined))


def examine(
    paths: tuple[Path, ...],
    settings: Settings,
    *,
    progress: Progress | None = None,
    everything: bool = False,
    today: date | None = None,
    base: Path | None = None,
    rules: RunRules | None = None,
) -> Examination:
    """Find everything; the arguments are those of `scan`."""
    rules = rules or RunRules(settings.rules)
    terms = rules.terms()
    _check_selectors(settings, terms)
    discovery = discover(paths or (Path(),), exclude=settings.exclude, base=base)
    files = _without_baseline(discovery.files, settings)
    candidates = find_candidates(files, terms, jobs=settings.jobs, progress=progress)
    examined = Examination(settings, rules, discovery, files, candidates, None, (), (), (), today)
    return _analysed(examined, everything=everything)


def examine_again(examined: Examination, changed: Mapping[str, bytes]) -> Examination:
    """The same files with other bytes in some of them, and new Python files, as if they were on disk.

    `changed` holds them by reported path.
    """
    base = examined.discovery.base
    others = {file.path for file in examined.files if file.kind is FileKind.TEXT}
    new = {
        path: SourceFile(path, os.path.join(base, *path.split("/")), FileKind.PYTHON)  # noqa: PTH118
        for path in changed
        if path not in examined.candidates.python and path not in others
    }
    candidates = examined.candidates._replace(python={**examined.candidates.python, **new})
    marked = {path: changed.get(path, data) for path, data in candidates.marked.items()}
    texts = {path: changed.get(path, data) for path, data in candidates.texts.items()}
    found = {**candidates.found, **{path: data for path, data in changed.items() if path not in others}}
    return _analysed(
        examined._replace(candidates=candidates._replace(found=found, marked=marked, texts=texts))
    )


def with_tiers(examined: Examination) -> Examination:
    """The findings with the tier that a rewrite has for each, its diff, and the reason where it has none."""
    from_analysis = examined.analysis
    if from_analysis is None or not any(finding.kind.value == "call" for finding in examined.findings):
        return examined
    from functools import partial

    from marketo_migrate.detect.findings import secret_values
    from marketo_migrate.detect.masking import mask
    from marketo_migrate.planned import fixes, with_diffs
    from marketo_migrate.rewriting import judge_tiers

    rewriting = rewriting_of(examined)
    findings, plans = judge_tiers(rewriting, examined.findings, examined.settings.target.value)
    masked = partial(mask, secrets=secret_values(from_analysis.resolution, from_analysis.modules))
    texts = rewriting.texts
    findings = with_diffs(findings, plans, texts, masked)
    return examined._replace(findings=findings, fixes=fixes(findings, plans, texts, masked))


def rewriting_of(examined: Examination, described: "Mapping[str, FieldName] | None" = None) -> "Rewriting":
    """The calls of the examined program, ready to be planned; `described` are a describe file's fields."""
    from marketo_migrate.rewrite.names import FieldNames
    from marketo_migrate.rewriting import Rewriting
    from marketo_migrate.sources.mentions import Mentions

    analysis = examined.analysis
    if analysis is None:
        raise ValueError("nothing was analysed")
    rules = examined.rules.all()[0]
    modules = analysis.modules
    return Rewriting(
        analysis.resolution,
        modules,
        examined.findings,
        rules,
        FieldNames(rules.lead_fields, described or {}),
        Mentions(examined.discovery, modules.keys(), lambda: (facts.text for facts in modules.values())),
        frozenset(file.path for file in examined.discovery.files),
    )


def _analysed(examined: Examination, *, everything: bool = False) -> Examination:
    settings, discovery, candidates = examined.settings, examined.discovery, examined.candidates
    problems = [*discovery.problems, *candidates.problems]
    findings: list[Finding] = []
    analysis = None
    if everything or candidates.found or candidates.texts:
        from marketo_migrate.analysis import analyse

        text_files = [file for file in examined.files if file.kind is FileKind.TEXT]
        sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION_LIMIT))
        analysis = analyse(
            candidates.python,
            candidates.found,
            candidates.texts,
            text_files,
            *examined.rules.all(),
            settings,
            everything,
        )
        findings.extend(analysis.findings)
        problems.extend(analysis.problems)
    judged, suppressions = _suppressed(
        _numbered(findings),
        candidates.marked,
        discovery,
        examined.rules.terms().rules,
        settings,
        examined.today,
    )
    return examined._replace(
        analysis=analysis,
        findings=judged,
        suppressions=suppressions,
        problems=tuple(sorted(set(problems), key=lambda p: (p.path, p.line or 0, p.message))),
    )


def result_of(examined: Examination) -> ScanResult:
    """What the settings show of it."""
    settings, analysis = examined.settings, examined.analysis
    unresolved = analysis.unresolved if analysis is not None else {}
    shown = [finding for finding in examined.findings if finding.confidence.rank >= settings.confidence.rank]
    selected = [finding for finding in shown if is_selected(settings, finding.rule, finding.name)]
    return ScanResult(
        findings=_owned(tuple(selected), examined.discovery.base),
        problems=examined.problems,
        statistics={
            "files": len(examined.files),
            "candidates": len(examined.candidates.found),
            "parsed": analysis.parsed if analysis is not None else 0,
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


def _suppressed(
    findings: "tuple[Finding, ...]",
    marked: Mapping[str, bytes],
    discovery: Discovery,
    names: tuple[tuple[str, str], ...],
    settings: Settings,
    today: date | None,
) -> "tuple[tuple[Finding, ...], tuple[Suppression, ...]]":
    """The findings with the marks of files and settings applied, and all those marks."""
    if not marked and not settings.per_path_ignores:
        return findings, ()
    from marketo_migrate.acceptance import marked_files, path_marks
    from marketo_migrate.gate.suppress import Policy, suppress

    python = frozenset(file.path for file in discovery.files if file.kind is FileKind.PYTHON)
    return suppress(
        findings,
        marked_files(marked, python, names),
        path_marks(settings, discovery, {finding.location.path for finding in findings}, names),
        Policy(today, settings.require_reason),
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


def _numbered(findings: "list[Finding]") -> "tuple[Finding, ...]":
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
