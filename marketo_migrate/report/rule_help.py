"""What a rule says, short enough to stand beside a finding: plain text and Markdown of the same sections."""

from collections.abc import Iterable
from textwrap import dedent

from marketo_migrate.model.record import record
from marketo_migrate.model.rules import IntegrationRule, OperationRule, Ruleset

Rule = OperationRule | IntegrationRule


@record
class Help:
    """Two forms of the same help."""

    text: str
    markdown: str


@record
class _Section:
    """A title with items, or with code."""

    title: str
    items: tuple[str, ...] = ()
    code: str = ""


def rule_help(rule: Rule, ruleset: Ruleset) -> Help:
    """The help of one rule: what to do, the REST operations, limits, pitfalls, documentation."""
    sections = [section for section in _sections(rule, ruleset) if section.items or section.code]
    summary = " ".join(rule.summary.split())
    text = [summary, *(line for section in sections for line in _plain(section))]
    markdown = [summary, *(line for section in sections for line in _markdown(section))]
    more = f"Everything about it: marketo-migrate rules {rule.name}"
    return Help(
        text="\n".join([*text, "", more]) + "\n",
        markdown="\n".join([*markdown, "", f"Everything about it: `marketo-migrate rules {rule.name}`"])
        + "\n",
    )


def _sections(rule: Rule, ruleset: Ruleset) -> Iterable[_Section]:
    if isinstance(rule, OperationRule):
        found = [(use, ruleset.endpoints.get(use.operation_id)) for use in rule.rest]
        operations = tuple(
            f"{endpoint.method} {endpoint.path}: {use.role}"
            for use, endpoint in found
            if endpoint is not None
        )
        yield _Section("Instead", operations or ("There is no counterpart in REST.",))
        faults = (f"{fault.soap or 'no fault'}, {fault.meaning}: {fault.rest}" for fault in rule.faults)
        yield _Section("Faults", tuple(faults))
        yield _Section("Limits of REST", rule.rest_limits)
    else:
        yield _Section("Instead", (rule.advice,))
        yield _Section("Before", code=dedent(rule.before).strip("\n"))
        yield _Section("After", code=dedent(rule.after).strip("\n"))
    yield _Section("Pitfalls", rule.pitfalls)
    yield _Section("Documentation", rule.docs)


def _plain(section: _Section) -> list[str]:
    lines = ["", f"{section.title}:", *(f"- {' '.join(item.split())}" for item in section.items)]
    return [*lines, *(f"    {line}".rstrip() for line in section.code.splitlines())]


def _markdown(section: _Section) -> list[str]:
    lines = ["", f"### {section.title}", "", *(f"- {_item(item)}" for item in section.items)]
    return [*lines, "```python", *section.code.splitlines(), "```"] if section.code else lines


def _item(text: str) -> str:
    line = " ".join(text.split())
    # Rules are plain text: `<munchkin id>` and `leadRecord[0]` are words, not markup.
    escaped = "".join(f"\\{char}" if char in "\\`*_[]<>|#" else char for char in line)
    return f"<{line}>" if line.startswith("https://") and " " not in line else escaped
