"""Compiles the rule files of a directory; the build does it, `python -m marketo_migrate.ruleset.compile` too.

In a checkout the compiled file lies beside the rules and is not under version control: after a change of
a rule file it counts for nothing until it is made anew, which only costs time.
"""

import sys
from pathlib import Path

from marketo_migrate.ruleset.compiled import FILE_NAME, render
from marketo_migrate.ruleset.load import checked_documents, load_with_surfaces
from marketo_migrate.ruleset.locate import shipped_directory
from marketo_migrate.ruleset.run import search_terms


def compile_rules(directory: Path) -> str:
    """The text of the compiled file for a rules directory; raises `RuleError` for bad rule files."""
    documents = checked_documents(directory)
    plain = {
        kind.value: {identity: [file.name, file.stem, file.data] for identity, file in files.items()}
        for kind, files in documents.items()
    }
    return render(directory, search_terms(*load_with_surfaces(directory=directory)), plain)


def main() -> int:
    """Compile the shipped rules in place."""
    directory = shipped_directory()
    (directory / FILE_NAME).write_text(compile_rules(directory), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
