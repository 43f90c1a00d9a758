"""Which rules a run wants: rule codes, beginnings of codes and names against `select` and `ignore`."""

from collections.abc import Iterable

from marketo_migrate.config.settings import Settings


def is_selected(settings: Settings, code: str, name: str) -> bool:
    """Whether the rule with this code (`MKT101`) and name is wanted; `ignore` outweighs `select`."""
    if any(covers(selector, code, name) for selector in settings.ignore):
        return False
    return not settings.select or any(covers(selector, code, name) for selector in settings.select)


def unknown_selectors(settings: Settings, rules: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Selectors that cover none of the `rules`, each a code and a name: most likely mistyped."""
    known = tuple(rules)
    return tuple(
        selector
        for selector in dict.fromkeys((*settings.select, *settings.ignore))
        if not any(covers(selector, code, name) for code, name in known)
    )


def covers(selector: str, code: str, name: str) -> bool:
    """Whether a selector (a code, the beginning of one, or a name) means the rule with this code and name."""
    return name == selector or (selector.isupper() and code.startswith(selector)) or code == selector.upper()
