"""What files of dependencies name: lines in, names of distributions with their places out.

Only what is required counts: the same word among keywords, scripts or channels is something else.
"""

import re
from collections.abc import Iterator, Sequence

Named = tuple[int, int, str]
"""Index of the line, column from 0, the name."""

_PIPFILE_OTHERS = ("source", "requires", "scripts", "pipenv")
_CFG_KEYS = ("install_requires", "setup_requires", "tests_require", "extras_require", "requires")
_NAME = re.compile(r"\A([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\]\s*)?(?=$|[<>=!~;@(#,]|--)")
_EGG = re.compile(r"#egg=([A-Za-z0-9][\w.-]*)")
_TABLE = re.compile(r"\A\s*\[{1,2}([^\[\]]+)\]{1,2}\s*(?:#.*)?\Z")
_TOML_KEY = re.compile(r"""\A\s*(["']?)([\w-]+)\1\s*[.=]""")
_TABLE_OF_PACKAGES = re.compile(r"tool\.poetry\.(?:group\.[^.]+\.)?(?:dev-)?dependencies")
_LIST_OF_PACKAGES = re.compile(r"(?:dev[-_])?dependencies|(?:build-|setup_)?requires(?:-extra)?")
_TABLE_OF_LISTS = re.compile(r"project\.optional-dependencies|dependency-groups|tool\.pdm\.dev-dependencies")
_QUOTED = re.compile(r"""(["'])((?:(?!\1)[^\n])*)\1""")
_CFG_KEY = re.compile(r"\A([\w.-]+)\s*[=:]\s*")
_YAML_KEY = re.compile(r"\A([\w-]+)\s*:")


def is_dependency_file(name: str) -> bool:
    """Whether a file of that name says what a program requires."""
    return (
        name in ("Pipfile", "pyproject.toml", "setup.cfg")
        or name.endswith((".txt", ".in"))
        or _is_conda(name)
    )


def required(name: str, lines: Sequence[str]) -> Iterator[Named]:
    """The distributions that a dependency file of that name requires, in order."""
    if name in ("Pipfile", "pyproject.toml"):
        return _in_toml(name == "Pipfile", lines)
    if name == "setup.cfg":
        return _in_cfg(lines)
    if _is_conda(name):
        return _in_conda(lines)
    return _in_requirements(lines)


def _is_conda(name: str) -> bool:
    return name.endswith((".yml", ".yaml")) and ("environment" in name or "conda" in name)


def _requirement(index: int, text: str, column: int) -> Iterator[Named]:
    """The name at the beginning of a requirement that stands in a column of a line."""
    egg = _EGG.search(text)
    if egg:
        yield index, column + egg.start(1), egg[1]
        return
    stripped = text.lstrip()
    match = _NAME.match(stripped)
    if match:
        yield index, column + len(text) - len(stripped), match[1]


def _in_requirements(lines: Sequence[str]) -> Iterator[Named]:
    for index, line in enumerate(lines):
        # Of the options only an editable requirement names a distribution.
        if not line.lstrip().startswith(("#", "-")) or _EGG.search(line.partition(" #")[0]):
            yield from _requirement(index, line, 0)


def _in_conda(lines: Sequence[str]) -> Iterator[Named]:
    key = ""
    for index, line in enumerate(lines):
        top = _YAML_KEY.match(line)
        if top:
            key = top[1]
        item = line.lstrip().removeprefix("-").lstrip().lstrip("\"'")
        if key == "dependencies" and line.lstrip().startswith("-"):
            yield from _requirement(
                index, item.replace('"', " ").replace("'", " ").rstrip(), len(line) - len(item)
            )


def _in_cfg(lines: Sequence[str]) -> Iterator[Named]:
    table = key = ""
    for index, line in enumerate(lines):
        if line.startswith(("#", ";")):
            continue
        section = _TABLE.match(line)
        start = 0
        if section:
            table, key = section[1].strip(), ""
            continue
        if line[:1].strip():
            match = _CFG_KEY.match(line)
            key = match[1] if match else ""
            start = match.end() if match else len(line)
        if key in _CFG_KEYS or (table == "options.extras_require" and key):
            yield from _requirement(index, line[start:], start)


def _in_toml(pipfile: bool, lines: Sequence[str]) -> Iterator[Named]:
    table = ""
    listed = False
    depth = 0
    for index, line in enumerate(lines):
        if line.lstrip().startswith("#"):
            continue
        section = _TABLE.match(line) if not depth else None
        if section:
            table = section[1].strip()
            owner, _, last = table.rpartition(".")
            if _holds_packages(owner, pipfile=pipfile):
                yield index, line.index(table) + len(owner) + 1, last.strip("\"'")
            continue
        start = 0
        match = _TOML_KEY.match(line) if not depth else None
        if match:
            if _holds_packages(table, pipfile=pipfile):
                yield index, match.start(2), match[2]
            listed = _LIST_OF_PACKAGES.fullmatch(match[2]) is not None or (
                _TABLE_OF_LISTS.fullmatch(table) is not None
            )
            start = match.end()
        bare = _QUOTED.sub("", line[start:]).partition("#")[0]
        if listed and (depth or "[" in bare):
            for text in _QUOTED.finditer(line, start):
                yield from _requirement(index, text[2], text.start(2))
        depth = max(0, depth + bare.count("[") - bare.count("]"))


def _holds_packages(table: str, *, pipfile: bool) -> bool:
    if pipfile:
        return bool(table) and "." not in table and table not in _PIPFILE_OTHERS
    return _TABLE_OF_PACKAGES.fullmatch(table) is not None
