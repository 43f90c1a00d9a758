"""The steps of the build that make the start quick: rules need not be read as YAML, modules are compiled."""

import compileall
import sys
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileRules(BuildHookInterface[Any]):
    """Writes `rules/compiled.txt` before the files of a wheel or an editable install are gathered.

    For an editable install the modules are compiled too, as installers do with those of a wheel: where
    `PYTHONDONTWRITEBYTECODE` is set, as in many containers, each run would compile them anew otherwise.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile the source tree; raises `RuleError` for rules that are wrong."""
        sys.path.insert(0, self.root)
        try:
            from marketo_migrate.ruleset.compile import compile_rules  # noqa: PLC0415 - found by the line above
        finally:
            sys.path.remove(self.root)
        directory = Path(self.root) / "rules"
        (directory / "compiled.txt").write_text(compile_rules(directory), encoding="utf-8", newline="\n")
        if version == "editable":
            # What cannot be written, in a tree that is read-only say, is compiled when it is imported.
            mode = PycInvalidationMode.TIMESTAMP
            compileall.compile_dir(Path(self.root) / "marketo_migrate", quiet=2, invalidation_mode=mode)
