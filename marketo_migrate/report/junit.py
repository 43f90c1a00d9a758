"""A scan as JUnit XML: a suite for each file, a failed case for each finding, an error for each problem.

Source: the schema that Jenkins publishes for JUnit reports (junit-10.xsd of its xUnit plugin).
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from xml.etree import ElementTree as Xml

from marketo_migrate.model.finding import FileProblem, Finding, ScanResult, Step
from marketo_migrate.model.record import record
from marketo_migrate.model.severity import severity
from marketo_migrate.model.suppression import Suppression
from marketo_migrate.report.order import in_order, in_problem_order, justifications
from marketo_migrate.report.plain_text import crop, disarm_lines, neutralise, one_line
from marketo_migrate.report.wording import instead, problem_line, summary_line, title

_NAME = "marketo-migrate"
_LONGEST_LINE = 400


@record
class _Suite:
    """The cases of one file."""

    path: str
    findings: tuple[Finding, ...]
    problems: tuple[FileProblem, ...]


def render(result: ScanResult) -> str:
    """The result; one that holds nothing is a single case that passes."""
    root = Xml.Element("testsuites", name=_NAME)
    marks = justifications(result.suppressions)
    for suite in _suites(result):
        _add_suite(root, suite, marks)
    if len(root) == 0:
        suite_element = _new_suite(root, _NAME, tests=1, failures=0, errors=0, skipped=0)
        Xml.SubElement(suite_element, "testcase", name="no use of Marketo's SOAP API", classname=_NAME)
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    Xml.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(root, encoding="unicode")}\n'


def _suites(result: ScanResult) -> Iterable[_Suite]:
    findings = {
        path: tuple(group)
        for path, group in groupby(in_order(result.findings), key=lambda finding: finding.location.path)
    }
    problems: dict[str, list[FileProblem]] = {}
    for problem in in_problem_order(result.problems):
        problems.setdefault(problem.path, []).append(problem)
    for path in sorted({*findings, *problems}):
        yield _Suite(path, findings.get(path, ()), tuple(problems.get(path, ())))


def _add_suite(root: Xml.Element, suite: _Suite, marks: Mapping[str, Suppression]) -> None:
    skipped = sum(finding.suppressed for finding in suite.findings)
    path = neutralise(suite.path) or "."
    element = _new_suite(
        root,
        path,
        tests=len(suite.findings) + len(suite.problems),
        failures=len(suite.findings) - skipped,
        errors=len(suite.problems),
        skipped=skipped,
    )
    for finding in suite.findings:
        span = finding.location.span
        name = one_line(f"{title(finding)} at {span.line}:{span.column}")
        case = Xml.SubElement(element, "testcase", name=name, classname=path)
        if finding.suppressed:
            Xml.SubElement(case, "skipped", message=_why_skipped(marks.get(finding.fingerprint)))
            continue
        message = one_line(summary_line(finding))
        failure = Xml.SubElement(case, "failure", type=severity(finding).value, message=message)
        failure.text = disarm_lines("\n".join(_details(finding, path)))
    for problem in suite.problems:
        case = Xml.SubElement(element, "testcase", name=_problem_name(problem), classname=path)
        message = one_line(problem_line(problem))
        Xml.SubElement(case, "error", type="not-analysed", message=message).text = message


def _why_skipped(mark: Suppression | None) -> str:
    return f"suppressed: {one_line(mark.reason)}" if mark is not None and mark.reason else "suppressed"


def _new_suite(root: Xml.Element, name: str, **counts: int) -> Xml.Element:
    numbers = {key: str(value) for key, value in counts.items()}
    return Xml.SubElement(root, "testsuite", {"name": name, **numbers})


def _details(finding: Finding, path: str) -> Iterable[str]:
    """What a build server shows when the case is opened."""
    span = finding.location.span
    yield f"{path}:{span.line}:{span.column}: {one_line(finding.message)}"
    for number, line in finding.excerpt:
        yield f"{number:>6} | {neutralise(crop(line, around=0, limit=_LONGEST_LINE)[0])}"
    yield from (_step(step) for step in finding.evidence)
    if advice := instead(finding):
        yield f"Instead: {one_line(advice)}"
    if finding.replacement is not None and finding.replacement.snippet:
        yield from (f"    {one_line(line)}" for line in finding.replacement.snippet.split("\n"))
    if finding.reason:
        yield f"Not automatic: {one_line(finding.reason)}"


def _step(step: Step) -> str:
    span = step.location.span
    return f"  - {one_line(step.location.path)}:{span.line}:{span.column} {one_line(step.message)}"


def _problem_name(problem: FileProblem) -> str:
    return f"not analysed at line {problem.line}" if problem.line else "not analysed"
