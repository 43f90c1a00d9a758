"""A scan as SARIF 2.1.0, within what code scanning on GitHub accepts: a run, its rules, a result a line.

Source: SARIF 2.1.0 (OASIS standard, 2020-03-27, with Errata 01) and GitHub's "SARIF support for code
scanning", as of 2026.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from marketo_migrate.model.edit import Fix
from marketo_migrate.model.finding import FileProblem, Finding, Kind, Replacement, ScanResult, Step
from marketo_migrate.model.location import Location, Span
from marketo_migrate.model.rules import OperationRule, Ruleset
from marketo_migrate.model.severity import Severity, severity
from marketo_migrate.model.suppression import Suppression, SuppressionSource
from marketo_migrate.report.json_text import Json, dump_value, well_formed
from marketo_migrate.report.order import idle, in_order, in_problem_order, justifications
from marketo_migrate.report.plain_text import neutralise, one_line
from marketo_migrate.report.rule_help import rule_help
from marketo_migrate.report.suppression_words import describe
from marketo_migrate.report.wording import problem_line, summary_line

MOST_RESULTS = 25_000
"""Results of a run above which code scanning rejects the file."""
SHOWN_RESULTS = 5_000
"""Results of a run that code scanning shows, the most severe ones."""
MOST_PLACES = 100
"""Related places of a result that code scanning shows."""
LONGEST_DESCRIPTION = 1024
"""Characters of a rule's descriptions."""
LONGEST_MESSAGE = 4000
LONGEST_SNIPPET = 4000

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_FINGERPRINT = "marketoMigrate/v1"
_NOT_ANALYSED = "file-not-analysed"
_CUT = "results-cut"
_IDLE = "suppression-without-effect"
_SEMANTIC = re.compile(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")
# What a viewer would take for a link, or for an argument to fill in.
_LINK = re.compile(r"\](?=\()")
_ARGUMENT = re.compile(r"\{(\d+)\}")


def render(
    result: ScanResult, *, version: str, ruleset: Ruleset, fixes: Mapping[str, Fix] | None = None
) -> str:
    """The result as one run, the most severe findings first; `version` is the program's.

    `ruleset` gives the help of the rules, `fixes` the rewrite of a finding by its fingerprint.
    """
    ordered = sorted(in_order(result.findings), key=_weight)
    kept = ordered[:MOST_RESULTS]
    codes = sorted({finding.rule for finding in kept})
    names = {finding.rule: finding.name for finding in reversed(kept)}
    run: dict[str, Json] = {
        "tool": {"driver": _driver(codes, names, version, ruleset)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(result, len(kept))],
    }
    index = {code: number for number, code in enumerate(codes)}
    marks = justifications(result.suppressions)
    results = (
        dump_value(
            _result(
                finding,
                index,
                fix=(fixes or {}).get(finding.fingerprint),
                mark=marks.get(finding.fingerprint),
            )
        )
        for finding in kept
    )
    head = f'{{"$schema":"{_SCHEMA}","version":"2.1.0","runs":[\n{dump_value(run)[:-1]},"results":['
    lines = ",\n".join(results)
    return f"{head}\n{lines}\n]}}]}}\n" if lines else f"{head}]}}]}}\n"


def _weight(finding: Finding) -> tuple[bool, int]:
    return (finding.suppressed, severity(finding).rank)


def _driver(codes: Sequence[str], names: Mapping[str, str], version: str, ruleset: Ruleset) -> Json:
    driver: dict[str, Json] = {"name": "marketo-migrate", "version": version}
    if _SEMANTIC.fullmatch(version):
        driver["semanticVersion"] = version
    driver["rules"] = [_rule(code, names[code], ruleset) for code in codes]
    driver["notifications"] = [
        {"id": _NOT_ANALYSED, "shortDescription": {"text": "A file was not analysed, or only in part."}},
        {"id": _CUT, "shortDescription": {"text": "There are more findings than code scanning takes."}},
        {"id": _IDLE, "shortDescription": {"text": "A mark of acceptance hides no finding."}},
    ]
    return driver


def _rule(code: str, name: str, ruleset: Ruleset) -> Json:
    rule = ruleset.rule(code)
    if rule is None:
        return {
            "id": code,
            "name": one_line(name, limit=255),
            "shortDescription": {"text": one_line(name)},
        }
    kind = Kind.CALL if isinstance(rule, OperationRule) else rule.kind
    level = Severity.WARNING if kind in (Kind.REQUEST_OBJECT, Kind.IMPORT) else Severity.ERROR
    tags: list[Json] = ["marketo", "soap", "migration", kind.value]
    properties: dict[str, Json] = {"precision": "high", "problem.severity": level.value}
    if kind is Kind.SECRET:
        tags += ["security", "external/cwe/cwe-798"]
        properties["security-severity"] = "7.5"
    text = rule_help(rule, ruleset)
    short = f"Removed SOAP method {rule.name}" if isinstance(rule, OperationRule) else rule.summary
    described: dict[str, Json] = {
        "id": code,
        "name": rule.name[:255],
        "shortDescription": _described(short),
        "fullDescription": _described(rule.summary),
        "help": {"text": text.text, "markdown": text.markdown},
        "defaultConfiguration": {"level": level.value},
        "properties": {"tags": tags, **properties},
    }
    if rule.docs:
        described["helpUri"] = rule.docs[0]
    return described


def _described(text: str) -> Json:
    return {"text": _short(" ".join(text.split()), LONGEST_DESCRIPTION)}


def _invocation(result: ScanResult, kept: int) -> Json:
    """What happened besides the findings."""
    notifications = [_notification(problem) for problem in in_problem_order(result.problems)]
    notifications += [_idle_notification(mark) for mark in idle(result.suppressions)]
    found = len(result.findings)
    if found > kept:
        notifications.append(
            _notice(
                f"{found:,} findings, of which the {kept:,} most severe are in this file: "
                "code scanning takes no more."
            )
        )
    elif found > SHOWN_RESULTS:
        notifications.append(
            _notice(f"{found:,} findings: code scanning shows the {SHOWN_RESULTS:,} most severe ones.")
        )
    return {"executionSuccessful": True, "toolExecutionNotifications": notifications}


def _idle_notification(mark: Suppression) -> Json:
    return {
        "descriptor": {"id": _IDLE},
        "level": "note",
        "message": _message(f"Suppression of {describe(mark)}"),
        "locations": [_marked(mark)],
    }


def _notification(problem: FileProblem) -> Json:
    notification: dict[str, Json] = {
        "descriptor": {"id": _NOT_ANALYSED},
        "level": "warning",
        "message": _message(f"{problem.path}: {problem_line(problem)}"),
    }
    if problem.path not in ("", "."):
        physical: dict[str, Json] = {"artifactLocation": _artifact(problem.path)}
        if problem.line is not None and problem.line > 0:
            physical["region"] = {"startLine": problem.line}
        notification["locations"] = [{"physicalLocation": physical}]
    return notification


def _notice(text: str) -> Json:
    return {"descriptor": {"id": _CUT}, "level": "note", "message": {"text": text}}


def _result(finding: Finding, index: Mapping[str, int], *, fix: Fix | None, mark: Suppression | None) -> Json:
    steps = finding.evidence[:MOST_PLACES]
    result: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": severity(finding).value,
        "message": _message(summary_line(finding)),
        "locations": [{"physicalLocation": _place(finding)}],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
    }
    if steps:
        result["relatedLocations"] = [{"id": number, **_step(step)} for number, step in enumerate(steps)]
        result["codeFlows"] = [{"threadFlows": [{"locations": _flow(finding, steps)}]}]
    if fix is not None:
        result["fixes"] = [_fix(fix)]
    if finding.suppressed:
        result["suppressions"] = [_suppression(mark)]
    result["properties"] = _properties(finding)
    return result


def _suppression(mark: Suppression | None) -> Json:
    """Why a finding does not count; without a mark, a baseline or the like says so."""
    if mark is None:
        return {"kind": "external"}
    described: dict[str, Json] = {
        "kind": "external" if mark.source is SuppressionSource.SETTINGS else "inSource",
        "location": _marked(mark),
    }
    if mark.reason:
        described["justification"] = one_line(mark.reason)
    return described


def _marked(mark: Suppression) -> Json:
    """The place of a mark."""
    physical: dict[str, Json] = {"artifactLocation": _artifact(mark.path)}
    if mark.line is not None and mark.line > 0:
        physical["region"] = {"startLine": mark.line}
    return {"physicalLocation": physical}


def _flow(finding: Finding, steps: Sequence[Step]) -> list[Json]:
    """The evidence in its order, and the finding where it leads."""
    last: dict[str, Json] = {
        "message": _message(finding.message),
        "physicalLocation": {
            "artifactLocation": _artifact(finding.location.path),
            "region": _region(finding.location.span),
        },
    }
    kept = steps[: MOST_PLACES - 1]
    flow: list[Json] = [{"location": dict(_step(step)), "importance": "important"} for step in kept]
    return [*flow, {"location": last, "importance": "essential"}]


def _step(step: Step) -> dict[str, Json]:
    return {"message": _message(step.message), "physicalLocation": _physical(step.location)}


def _place(finding: Finding) -> Json:
    place = _physical(finding.location)
    if finding.excerpt:
        # Whole lines, so they stand in the context: a region's own snippet would be its exact text.
        lines = "\n".join(neutralise(line) for _, line in finding.excerpt)
        place["contextRegion"] = {
            "startLine": max(1, finding.excerpt[0][0]),
            "endLine": max(1, finding.excerpt[-1][0]),
            "snippet": {"text": _short(lines, LONGEST_SNIPPET)},
        }
    return place


def _physical(location: Location) -> dict[str, Json]:
    return {"artifactLocation": _artifact(location.path), "region": _region(location.span)}


def _artifact(path: str) -> dict[str, Json]:
    """A relative reference to the root of the repository; an absolute path stands for itself."""
    uri = quote(well_formed(path), safe="/~")
    return {"uri": f"file://{uri}"} if path.startswith("/") else {"uri": uri, "uriBaseId": _ROOT}


def _region(span: Span) -> dict[str, Json]:
    line, column = max(1, span.line), max(1, span.column)
    end_line = max(line, span.end_line)
    end_column = max(1 if end_line > line else column, span.end_column)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _fix(fix: Fix) -> Json:
    by_path: dict[str, list[Json]] = {}
    for edit in sorted(fix.edits, key=lambda edit: edit.location):
        replacement: dict[str, Json] = {"deletedRegion": _region(edit.location.span)}
        if edit.text:
            replacement["insertedContent"] = {"text": edit.text}
        by_path.setdefault(edit.location.path, []).append(replacement)
    return {
        "description": _message(fix.description),
        "artifactChanges": [
            {"artifactLocation": _artifact(path), "replacements": replacements}
            for path, replacements in by_path.items()
        ],
    }


def _properties(finding: Finding) -> Json:
    properties: dict[str, Json] = {
        "kind": finding.kind.value,
        "confidence": finding.confidence.value,
        "fix": finding.fix.value,
    }
    for name, value in (
        ("operation", finding.operation),
        ("client", finding.client),
        ("reason", finding.reason),
    ):
        if value is not None:
            properties[name] = one_line(value)
    if finding.replacement is not None:
        properties["replacement"] = _replacement(finding.replacement)
    return properties


def _replacement(replacement: Replacement) -> Json:
    described: dict[str, Json] = {
        "summary": one_line(replacement.summary),
        "operations": [
            {"operationId": item.operation_id, "method": item.method, "path": item.path, "docs": item.docs}
            for item in replacement.operations
        ],
    }
    if replacement.snippet:
        described["snippet"] = _short(
            "\n".join(map(neutralise, replacement.snippet.split("\n"))), LONGEST_SNIPPET
        )
    return described


def _message(text: str) -> Json:
    plain = _LINK.sub("] ", one_line(text, limit=LONGEST_MESSAGE))
    return {"text": _ARGUMENT.sub(r"{{\1}}", plain)}


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
