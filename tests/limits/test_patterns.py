"""No regular expression of the program takes more than linear time, whatever the text is made of."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest

import marketo_migrate

LENGTH = 3_000
SECONDS = 0.03
"""Processor time for a text of that length; what grows with its square takes several times that."""
UNITS = (
    "x", " ", "\n", "\t", ".", ",", "(", ")", "[", "{", "<", ">", "'", '"', "#", "=", ":", "/", "-", "0", "a1", "a.",
    ". ", "a b ", "a=", "a,", "'a", "a'", '"a"', "x: ", "(x", "key=", "key", "client", "marketo", "_key", "signature ",
    "user_id_", "://a", "a:b@", "<a ", "<mktowsUserId>", "params", "\\", "\\\n", "a\n", "# ", "- ", "import a, ",
    "from a ", "a = ", "except ", "lambda ", "def f(", "%s", "${a", "{a", "é", "a-", "1.", "a_1", "&k=", "?key=",
)  # fmt: skip
ENDS = ("", "!")

BOUNDED = {
    "syntax.depth._RUNS[0]": "looks 1,500 links ahead at most",
    "islands._STORED[0]": "matched at one place, behind a name",
    "rewrite.data_files._ANY_KEY[0]": "matched at the beginning of a line",
    "rewrite.data_files._ENTRY[0]": "matched at the beginning of a line",
    "rewrite.data_files._SECTION[0]": "matched at the beginning of a line",
    "rewrite.data_files._TOML_VALUE[0]": "matched at the beginning of a value",
    "rewrite.dependencies._NAME[0]": "matched at the beginning of a requirement",
    "rewrite.dependencies._SECTION[0]": "matched at the beginning of a line",
    "rewrite.rendering._PLAIN_LOOP[0]": "matched against a whole expression of our own",
    "detect.masking._BARE[0]": "shown lines are cut",
    "detect.masking._USER_AND_PASSWORD[0]": "shown lines are cut",
    "detect.masking._USER_ID[0]": "shown lines are cut",
    "report.markdown_text._PIPE[0]": "shown lines are cut",
    "report.sarif._SEMANTIC[0]": "our own version",
}
"""Patterns that take longer, and why they never meet a text of any length."""


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """The patterns that modules keep, but for those of the simulator, which reads nobody's files."""
    for info in pkgutil.walk_packages(marketo_migrate.__path__, "marketo_migrate."):
        if ".simulator" in info.name or info.name.endswith("__main__"):
            continue
        for name, value in sorted(vars(importlib.import_module(info.name)).items()):
            for number, item in enumerate(_found(value)):
                yield f"{info.name.removeprefix('marketo_migrate.')}.{name}[{number}]", item


def _found(value: object) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    match value:
        case re.Pattern():
            yield value
        case tuple() | list():
            for item in value:
                yield from _found(item)
        case dict():
            for item in value.values():
                yield from _found(item)


PATTERNS = {id(pattern): (name, pattern) for name, pattern in patterns() if name not in BOUNDED}


def test_there_are_patterns() -> None:
    assert len(PATTERNS) > 100


@pytest.mark.parametrize(("name", "pattern"), PATTERNS.values(), ids=[name for name, _ in PATTERNS.values()])
def test_time_is_linear(name: str, pattern: re.Pattern[str] | re.Pattern[bytes]) -> None:
    slow = []
    for unit in UNITS:
        for end in ENDS:
            text = unit * (LENGTH // len(unit)) + end
            start = time.process_time()
            for _ in pattern.finditer(text.encode() if isinstance(pattern.pattern, bytes) else text):
                pass
            if time.process_time() - start > SECONDS:
                slow.append(unit)
                break
    assert slow == []
