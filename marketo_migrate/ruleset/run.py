"""The rules of one run: what the byte search needs at once, everything else once a file needs judging."""

from pathlib import Path
from typing import TYPE_CHECKING

from marketo_migrate.model.search import SearchTerms
from marketo_migrate.ruleset.compiled import read_terms
from marketo_migrate.ruleset.locate import shipped_directory

if TYPE_CHECKING:
    from marketo_migrate.model.rules import Ruleset
    from marketo_migrate.model.surface import Surfaces


class RunRules:
    """The shipped rules and those of the user's directories, read when they are asked for and once."""

    def __init__(self, extra_directories: tuple[Path, ...] = ()) -> None:
        self._extra = extra_directories
        self._loaded: tuple[Ruleset, Surfaces] | None = None

    def terms(self) -> SearchTerms:
        """What the byte search needs; raises `RuleError` for bad rule files of the user."""
        compiled = None if self._extra else read_terms(shipped_directory())
        return search_terms(*self.all()) if compiled is None else compiled

    def all(self) -> "tuple[Ruleset, Surfaces]":
        """All rules and the client surfaces; raises `RuleError` for bad rule files."""
        if self._loaded is None:
            from marketo_migrate.ruleset.load import load_with_surfaces  # noqa: PLC0415 - not for a clean scan

            self._loaded = load_with_surfaces(self._extra)
        return self._loaded


def search_terms(rules: "Ruleset", surfaces: "Surfaces") -> SearchTerms:
    """What the byte search needs of rules and client surfaces."""
    words = [name for rule in rules.operations for name in (rule.name, *rule.aliases)]
    words.extend(operation.request_element for operation in rules.soap.operations.values())
    return SearchTerms(
        words=tuple(dict.fromkeys(words)),
        retired_modules=tuple(
            dict.fromkeys(module for s in surfaces.clients if s.retired for module in s.modules)
        ),
        distributions=tuple(dict.fromkeys(name for s in surfaces.clients for name in s.distributions)),
        rules=(
            *((rule.code, rule.name) for rule in rules.operations),
            *((rule.code, rule.name) for rule in rules.integration),
        ),
    )
