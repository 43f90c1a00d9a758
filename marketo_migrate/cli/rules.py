"""The `rules` command: lists the rules or explains one."""

from pathlib import Path

from marketo_migrate.cli.output import print_text, write_file
from marketo_migrate.cli.settings import settings_for
from marketo_migrate.errors import UsageError
from marketo_migrate.model.record import record
from marketo_migrate.model.rules import IntegrationRule, OperationRule, Ruleset


@record(kw_only=True)
class RulesOptions:
    """What the command line of `rules` says."""

    name: str | None
    json: bool
    output: Path | None
    rules: tuple[Path, ...]
    config: Path | None


def run_rules(options: RulesOptions) -> int:
    """Write the list or the explanation and give 0; raises `UsageError` for a name that no rule has."""
    from marketo_migrate.ruleset.load import load

    settings = settings_for((), config=options.config, rules=options.rules)
    ruleset = load(settings.rules)
    text = _render(ruleset, options)
    if options.output is None:
        print_text(text)
    else:
        write_file(options.output, text)
    return 0


def _render(ruleset: Ruleset, options: RulesOptions) -> str:
    from marketo_migrate.report import rules_json, rules_text

    if options.name is None:
        return rules_json.render_list(ruleset) if options.json else rules_text.render_list(ruleset)
    rule = ruleset.find(options.name)
    if rule is None:
        raise UsageError(f"no rule `{options.name}`{_suggestion(ruleset, options.name)}")
    return rules_json.render_rule(rule, ruleset) if options.json else rules_text.render_rule(rule, ruleset)


def _suggestion(ruleset: Ruleset, name: str) -> str:
    import difflib

    rules: tuple[OperationRule | IntegrationRule, ...] = (*ruleset.operations, *ruleset.integration)
    known = {rule.name.casefold(): rule.name for rule in rules} | {
        rule.code.casefold(): rule.code for rule in rules
    }
    close = difflib.get_close_matches(name.casefold(), known, n=3)
    if not close:
        return "; `marketo-migrate rules` lists them all"
    return f", did you mean {' or '.join(f'`{known[word]}`' for word in close)}?"
