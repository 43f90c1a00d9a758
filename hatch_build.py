"""The step of the build that compiles the rules, so that a scan need not read YAML."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileRules(BuildHookInterface[Any]):
    """Writes `rules/compiled.txt` before the files of a wheel or an editable install are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile the rules of the source tree; raises `RuleError` for rules that are wrong."""
        sys.path.insert(0, self.root)
        try:
            from marketo_migrate.ruleset.compile import compile_rules  # noqa: PLC0415 - found by the line above
        finally:
            sys.path.remove(self.root)
        directory = Path(self.root) / "rules"
        (directory / "compiled.txt").write_text(compile_rules(directory), encoding="utf-8", newline="\n")
