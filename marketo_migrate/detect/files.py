"""Findings outside Python files: endpoints in settings, envelopes in templates, retired dependencies."""

import re
from collections.abc import Mapping

from marketo_migrate.detect.dependencies import is_dependency_file, required
from marketo_migrate.detect.masking import mask_settings
from marketo_migrate.detect.source import digest, fingerprint
from marketo_migrate.model.finding import Confidence, Finding, Kind, Replacement, Tier
from marketo_migrate.model.location import Location, Span
from marketo_migrate.model.marks import ELEMENT, ENDPOINT, NAMESPACE
from marketo_migrate.model.rules import Ruleset
from marketo_migrate.model.surface import Surfaces

_XML_SUFFIXES = (".xml", ".wsdl", ".xsd", ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl")
_SETTINGS = (".ini", ".cfg", ".env", ".yaml", ".yml", ".json", ".toml", ".conf", ".properties")
_SHOWN = 400
# A key that is cut in two would not be known for one: more is masked than is shown.
_MASKED = 5 * _SHOWN


def template_marks(texts: Mapping[str, bytes]) -> dict[str, str]:
    """The names of XML and template files with the marks in each: Marketo's namespace, `params…` elements."""
    templates: dict[str, str] = {}
    for path, data in sorted(texts.items()):
        name = path.rpartition("/")[2]
        if not name.endswith(_XML_SUFFIXES):
            continue
        text = data.decode("utf-8", "replace")
        space = NAMESPACE.search(text)
        found = [] if "definitions" in text else [f"<params{match[1]}>" for match in ELEMENT.finditer(text)]
        if found or space:
            templates[name] = " ".join([*dict.fromkeys(found), space.group() if space else ""])
    return templates


def file_findings(texts: Mapping[str, bytes], rules: Ruleset, surfaces: Surfaces) -> tuple[Finding, ...]:
    """The findings of marked text files, given by path."""
    found: list[Finding] = []
    retired = {
        _normal(name): surface.name
        for surface in surfaces.clients
        if surface.retired
        for name in surface.distributions
    }
    for path, data in sorted(texts.items()):
        lines = data.decode("utf-8", "replace").splitlines()
        name = path.rpartition("/")[2]
        if name.endswith(_XML_SUFFIXES):
            found.extend(_envelope(path, lines, rules))
        elif is_dependency_file(name):
            found.extend(_dependencies(path, lines, retired, rules))
            found.extend(_endpoints(path, lines, rules))
        elif name.endswith(_SETTINGS) or name.startswith(".env"):
            found.extend(_endpoints(path, lines, rules))
    return tuple(found)


def _envelope(path: str, lines: list[str], rules: Ruleset) -> list[Finding]:
    for index, line in enumerate(lines):
        match = NAMESPACE.search(line) or ELEMENT.search(line)
        if match:
            return [
                _finding(
                    rules,
                    Kind.XML,
                    path,
                    index,
                    line,
                    match.start(),
                    match.end(),
                    "",
                    _operation(lines, rules),
                )
            ]
    return []


def _operation(lines: list[str], rules: Ruleset) -> str | None:
    """The one operation whose element the lines hold."""
    elements = {operation.request_element: name for name, operation in rules.soap.operations.items()}
    names = {elements.get("params" + match[1]) for line in lines for match in ELEMENT.finditer(line)} - {None}
    return names.pop() if len(names) == 1 else None


def _endpoints(path: str, lines: list[str], rules: Ruleset) -> list[Finding]:
    found = []
    for index, line in enumerate(lines):
        if line.lstrip().startswith(("#", ";", "//")):
            continue
        match = ENDPOINT.search(line)
        if match:
            start, end = _word(line, match.start(), match.end())
            found.append(_finding(rules, Kind.ENDPOINT, path, index, line, start, end, ""))
    return found


def _word(line: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and line[start - 1] not in " \t\"'=,<>[]{}()":
        start -= 1
    while end < len(line) and line[end] not in " \t\"',<>[]{}()":
        end += 1
    return start, end


def _dependencies(path: str, lines: list[str], retired: Mapping[str, str], rules: Ruleset) -> list[Finding]:
    found = []
    for index, start, name in required(path.rpartition("/")[2], lines):
        package = retired.get(_normal(name))
        if package is not None:
            end = start + len(name)
            found.append(_finding(rules, Kind.DEPENDENCY, path, index, lines[index], start, end, package))
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _finding(  # noqa: PLR0913, PLR0917 - a finding has that many parts
    rules: Ruleset,
    kind: Kind,
    path: str,
    index: int,
    line: str,
    start: int,
    end: int,
    package: str,
    operation: str | None = None,
) -> Finding:
    rule = next(rule for rule in rules.integration if rule.kind is kind)
    shown = mask_settings(line[:_MASKED])
    return Finding(
        rule=rule.code,
        name=rule.name,
        kind=kind,
        operation=operation,
        client=package or None,
        location=Location(path, Span(index + 1, start + 1, index + 1, end + 1)),
        confidence=Confidence.CERTAIN,
        fix=Tier.NONE,
        reason="this file is not Python; change it by hand",
        message=rule.message.replace("${package}", package).replace("${library}", package),
        replacement=Replacement(rule.advice, (), None),
        evidence=(),
        fingerprint=fingerprint(digest(rule.code, kind.value, "".join(shown.split())), digest("")),
        excerpt=((index + 1, shown[:_SHOWN]),),
    )
