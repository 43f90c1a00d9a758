"""Requirement files after a rewrite: the REST client's package instead of, or beside, the SOAP library's.

Texts in, texts and notes out. A line goes only where the rewrite took away the last import of its package; layout,
order and comments stay. Files with hashes and lock files are never edited.
"""

import ast
import re
from collections.abc import Callable, Iterable, Mapping

from marketo_migrate.model.record import record
from marketo_migrate.rewrite.nodes import walk

_DISTRIBUTIONS = {
    "zeep": "zeep",
    "suds": "suds",
    "suds-jurko": "suds",
    "suds-community": "suds",
    "suds-py3": "suds",
    "suds-bis": "suds",
    "marketo": "marketo",
    "suds-marketo": "suds_marketo",
    "pymarketo": "pymarketo",
}
_LOCKS = ("poetry.lock", "Pipfile.lock", "uv.lock", "pdm.lock")
_IMPORT = re.compile(
    r"^[ \t]*(?:from|import)[ \t]+(zeep|suds_marketo|suds|pymarketo|marketo)\b(?![\w-])", re.MULTILINE
)
_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?=$|[<>=!~;@(#\s])")
_EGG = re.compile(r"#egg=([A-Za-z0-9._-]+)")
_SECTION = re.compile(r"^\s*\[+([^\]]+)\]+")
_KEY = re.compile(r"""^(\s*)(["']?)([A-Za-z0-9._-]+)\2(\s*=\s*)(\S.*?)(\s*(?:#.*)?)$""")
_QUOTED = re.compile(r"""(?P<quote>["'])(?P<text>[^"'\n]*)(?P=quote)""")
_KEYED = re.compile(r"^(?:tool\.poetry\.(?:group\.[^.]+\.)?(?:dev-)?dependencies|packages|dev-packages)$")


@record
class Requirements:
    """New texts of requirement files by path, and what a person has to do besides."""

    texts: Mapping[str, str]
    notes: tuple[str, ...]


@record
class _Wanted:
    """What is to be required, and which packages of distributions go or stay."""

    requirement: str
    gone: frozenset[str]

    @property
    def name(self) -> str:
        return re.split(r"[<>=!~]", self.requirement, maxsplit=1)[0]

    @property
    def version(self) -> str:
        return self.requirement.removeprefix(self.name)


def imported_packages(texts: Iterable[str]) -> frozenset[str]:
    """The SOAP libraries and wrapper packages that Python texts import."""
    return frozenset(match[1] for text in texts for match in _IMPORT.finditer(text))


def is_dependency_file(path: str) -> bool:
    """Whether a file may say what a program requires."""
    return path.rpartition("/")[2] in _LOCKS or _editor(path) is not None


def require(documents: Mapping[str, str], *, requirement: str, gone: frozenset[str]) -> Requirements:
    """Requirement files that ask for `requirement` where they asked for a SOAP library.

    `gone` are the packages, by import name, whose last import the rewrite took away. Other files than
    requirement files may be among the documents. Where no file names a SOAP library, a note says what to add.
    """
    wanted = _Wanted(requirement, gone)
    texts: dict[str, str] = {}
    notes: list[str] = []
    named = False
    for path, text in sorted(documents.items()):
        name = path.rpartition("/")[2]
        if name in _LOCKS:
            if _mentions(text):
                notes.append(f"{path} is made by a tool: make it anew")
            continue
        edit = _editor(path)
        if edit is None or not _mentions(text):
            continue
        if "--hash" in text:
            notes.append(f"{path} holds hashes and was not edited: put {requirement} in it")
            named = True
            continue
        new = edit(text, wanted)
        named = named or new != text or _is_required(text, wanted.name)
        if new != text:
            texts[path] = new
    if not named:
        notes.append(f"no requirement file names the SOAP library: add {requirement} where yours are")
    return Requirements(texts, tuple(notes))


def _editor(path: str) -> Callable[[str, _Wanted], str] | None:
    folder, _, name = path.rpartition("/")
    if name in ("pyproject.toml", "Pipfile"):
        return _in_toml
    if name == "setup.cfg":
        return _in_setup_cfg
    if name == "setup.py":
        return _in_setup_py
    if name.endswith((".txt", ".in", ".pip")) and re.search(
        r"require|constraint|depend", f"{folder.rpartition('/')[2]}/{name}"
    ):
        return _in_lines
    return None


def _mentions(text: str) -> bool:
    return any(
        re.search(rf"(?i)(?<![\w-]){name.replace('-', '[-_.]')}(?![\w-])", text) for name in _DISTRIBUTIONS
    )


def _package(requirement: str) -> str | None:
    """The import name of the SOAP library that a requirement asks for."""
    egg = _EGG.search(requirement)
    match = _NAME.match(requirement)
    name = egg[1] if egg else match[1] if match else ""
    return _DISTRIBUTIONS.get(re.sub(r"[-_.]+", "-", name).lower())


def _is_required(text: str, name: str) -> bool:
    return re.search(rf"(?i)(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None


# --- one requirement a line ---------------------------------------------------------------------


def _in_lines(text: str, wanted: _Wanted) -> str:
    return "".join(_edited_lines(text.splitlines(keepends=True), wanted))


def _edited_lines(lines: list[str], wanted: _Wanted) -> list[str]:
    """Lines with the requirement in the place of the first that goes, else behind the last that stays."""
    there = any(_is_required(line.partition("#")[0], wanted.name) for line in lines)
    packages = [None if line.lstrip().startswith("#") else _package(line) for line in lines]
    going = [i for i, package in enumerate(packages) if package in wanted.gone and package is not None]
    staying = [i for i, package in enumerate(packages) if package is not None and i not in going]
    result: list[str] = []
    for index, line in enumerate(lines):
        if index in going:
            if not there and index == going[0]:
                result.append(_replaced(line, wanted.requirement))
            continue
        result.append(line)
        if not there and not going and staying and index == staying[-1]:
            if not line.endswith(("\n", "\r")):
                result[-1] += "\n"
            result.append(_replaced(_without_marker(line), wanted.requirement))
    return result


def _replaced(line: str, requirement: str) -> str:
    """The line with another requirement; its marker, comment and line end stay."""
    body = line.rstrip("\r\n")
    end = line[len(body) :]
    indent = body[: len(body) - len(body.lstrip())]
    comment = re.search(r"\s+#(?!egg=).*$", body)
    code = body[: comment.start()] if comment else body
    marker = re.search(r"\s*;.*$", code)
    return f"{indent}{requirement}{marker[0] if marker else ''}{comment[0] if comment else ''}{end}"


def _without_marker(line: str) -> str:
    body = line.rstrip("\r\n")
    return re.sub(r"\s*(?:;|\s#).*$", "", body) + (line[len(body) :] or "\n")


# --- sections -----------------------------------------------------------------------------------


def _in_setup_cfg(text: str, wanted: _Wanted) -> str:
    """The indented lines below `install_requires =` and the extras."""
    lines = text.splitlines(keepends=True)
    result: list[str] = []
    block: list[str] = []
    inside, section = False, ""
    for line in lines:
        header = _SECTION.match(line) if not line[:1].isspace() else None
        if header or (line[:1].strip() and not line.startswith("#")):
            result += _edited_lines(block, wanted)
            block = []
            section = header[1] if header else section
            key = line.partition("=")[0].strip()
            inside = not header and (
                (section == "options" and key.endswith("_requires")) or section == "options.extras_require"
            )
            result.append(line)
        elif inside:
            block.append(line)
        else:
            result.append(line)
    return "".join([*result, *_edited_lines(block, wanted)])


def _in_toml(text: str, wanted: _Wanted) -> str:
    """Keys of dependency tables, and texts in the arrays of requirements."""
    lines = text.splitlines(keepends=True)
    edited: list[str] = []
    table: list[str] = []
    keyed, section = False, ""
    spans: list[tuple[int, int]] = []
    position = 0
    in_array = False
    for line in [*lines, ""]:
        header = _SECTION.match(line) if not in_array else None
        if header or not line:
            edited += _edited_keys(table, wanted)
            table = []
            section = header[1].strip() if header else section
            keyed = _KEYED.match(section) is not None
        if keyed and not header:
            table.append(line)
        else:
            edited.append(line)
        if not keyed and not header:
            opens = re.match(r"\s*[\w.\"'-]+\s*=\s*\[", line)
            if opens and _holds_requirements(section, line):
                in_array = True
            if in_array:
                spans += [(position + m.start(), position + m.end()) for m in _QUOTED.finditer(_code(line))]
                bare_line = _QUOTED.sub(lambda m: "_" * len(m[0]), _code(line))
                in_array = not bare_line.rstrip().endswith("]")
        position += len(line)
    if any(_KEYED.match(m[1].strip()) for m in re.finditer(r"(?m)^\s*\[+([^\]\n]+)\]+\s*(?:#.*)?$", text)):
        return "".join(edited)
    return _edited_texts(text, spans, wanted)


def _holds_requirements(section: str, line: str) -> bool:
    key = line.partition("=")[0].strip()
    if section == "project":
        return key == "dependencies"
    return section in ("project.optional-dependencies", "dependency-groups")


def _code(line: str) -> str:
    """A line of TOML without its comment."""
    for match in re.finditer("#", line):
        if line[: match.start()].count('"') % 2 == 0 and line[: match.start()].count("'") % 2 == 0:
            return line[: match.start()]
    return line


def _edited_keys(lines: list[str], wanted: _Wanted) -> list[str]:
    """`zeep = "^4.2"` becomes `marketorestpython = ">=0.5.25"`."""
    there = any((m := _KEY.match(line.rstrip("\r\n"))) and m[3].lower() == wanted.name for line in lines)
    matches = [_KEY.match(line.rstrip("\r\n")) for line in lines]
    packages = [_DISTRIBUTIONS.get(re.sub(r"[-_.]+", "-", m[3]).lower()) if m else None for m in matches]
    going = [i for i, package in enumerate(packages) if package is not None and package in wanted.gone]
    staying = [i for i, package in enumerate(packages) if package is not None and i not in going]
    result: list[str] = []
    for index, (line, match) in enumerate(zip(lines, matches, strict=True)):
        at = index == going[0] if going else bool(staying) and index == staying[-1]
        if index not in going:
            result.append(line)
        if at and not there and match is not None:
            quote = "'" if "'" in match[5] and '"' not in match[5] else '"'
            end = line[len(line.rstrip("\r\n")) :]
            comment = match[6] if index in going else ""
            if index not in going and not line.endswith("\n"):
                result[-1] += "\n"
            result.append(f"{match[1]}{wanted.name}{match[4]}{quote}{wanted.version}{quote}{comment}{end}")
    return result


# --- texts in lists -----------------------------------------------------------------------------


def _in_setup_py(text: str, wanted: _Wanted) -> str:
    """Texts in the lists of `setup.py`."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return text
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    if not text.isascii():
        return text
    spans = []
    for node in walk(tree):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            for item in node.elts:
                if (
                    isinstance(item, ast.Constant)
                    and isinstance(item.value, str)
                    and item.lineno == item.end_lineno
                ):
                    start = starts[item.lineno - 1]
                    spans.append((start + item.col_offset, start + (item.end_col_offset or 0)))
    return _edited_texts(text, sorted(spans), wanted)


def _edited_texts(text: str, spans: list[tuple[int, int]], wanted: _Wanted) -> str:
    found = [(start, end, _package(text[start + 1 : end - 1])) for start, end in spans]
    there = any(_is_required(text[start + 1 : end - 1], wanted.name) for start, end in spans)
    going = [(start, end) for start, end, package in found if package is not None and package in wanted.gone]
    staying = [
        (start, end) for start, end, package in found if package is not None and package not in wanted.gone
    ]
    edits: list[tuple[int, int, str]] = []
    if going and not there:
        start, end = going.pop(0)
        marker = re.search(r"\s*;.*$", text[start + 1 : end - 1])
        edits.append((start + 1, end - 1, wanted.requirement + (marker[0] if marker else "")))
    elif staying and not there:
        start, end = staying[-1]
        edits.append((end, end, _another(text, start, end, wanted.requirement)))
    edits += [(*_removal(text, start, end), "") for start, end in going]
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _another(text: str, start: int, end: int, requirement: str) -> str:
    """A further item behind one, on a line of its own where that one has it."""
    quote = text[start]
    line = text.rfind("\n", 0, start) + 1
    before = text[line:start]
    if before.strip():
        return f", {quote}{requirement}{quote}"
    newline = "\r\n" if "\r\n" in text else "\n"
    return f",{newline}{before}{quote}{requirement}{quote}"


def _removal(text: str, start: int, end: int) -> tuple[int, int]:
    """An item with its comma, and with its line where it stands alone in it."""
    comma = re.compile(r"\s*,").match(text, end)
    end = comma.end() if comma else end
    line = text.rfind("\n", 0, start) + 1
    rest = re.compile(r"[ \t]*(?:#[^\n]*)?\r?\n").match(text, end)
    if not text[line:start].strip() and rest:
        return line, rest.end()
    if comma:
        blank = re.compile(r"[ \t]*").match(text, end)
        return start, blank.end() if blank else end
    before = re.compile(r",\s*$").search(text, 0, start)
    return (before.start() if before else start), end
