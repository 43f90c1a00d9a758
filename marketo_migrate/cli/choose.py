"""`fix --interactive`: each unit's diff, a question, the units that shall be written.

Nothing is written before the last answer, so Ctrl-C at a question leaves every file as it is.
"""

import sys
from collections.abc import Callable, Sequence
from typing import TextIO

from marketo_migrate.cli.output import is_terminal, print_text
from marketo_migrate.errors import UsageError
from marketo_migrate.model.change import ChangeSet

_HELP = """\
y - rewrite this unit
n - leave it as it is
a - rewrite this unit and all that follow
q - leave this unit and all that follow as they are
"""


def check_interactive(source: TextIO | None = None) -> None:
    """Raise `UsageError` unless somebody can answer: standard input must be a terminal."""
    if not is_terminal(source or sys.stdin):
        raise UsageError(
            "--interactive asks questions, and standard input is no terminal:"
            " leave it out, or look at the changes with --diff first"
        )


def choose(
    change_sets: Sequence[ChangeSet],
    *,
    render: Callable[[ChangeSet], str],
    ask: Callable[[str], str] | None = None,
    show: Callable[[str], None] = print_text,
) -> tuple[ChangeSet, ...]:
    """The units that were agreed to, in order. The end of input is taken for `q`.

    `render` gives the diff of a unit, `ask` shows a question and gives the line that answers it
    (default: the terminal), `show` prints text.
    """
    chosen: list[ChangeSet] = []
    for number, change_set in enumerate(change_sets):
        show(render(change_set))
        answer = _answer(f"Rewrite this unit ({number + 1} of {len(change_sets)})? ", ask or input, show)
        if answer == "a":
            return (*chosen, *change_sets[number:])
        if answer == "q":
            break
        if answer == "y":
            chosen.append(change_set)
    return tuple(chosen)


def _answer(question: str, ask: Callable[[str], str], show: Callable[[str], None]) -> str:
    while True:
        try:
            text = ask(f"{question}[y,n,a,q,?] ").strip().lower()
        except EOFError:
            show("\n")
            return "q"
        except UnicodeDecodeError:
            text = "?"
        answer = {"yes": "y", "no": "n", "all": "a", "quit": "q"}.get(text, text)
        if answer in {"y", "n", "a", "q"}:
            return answer
        show(_HELP)
