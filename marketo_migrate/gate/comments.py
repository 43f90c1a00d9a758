"""The comments of a file and the lines each speaks of: text in, comments and statements by line out.

Python is read by a small lexer that needs no valid program: Python 2, and files that nobody can parse,
bear marks too. Other formats have comments of their own kind, or none.
"""

import re
from bisect import bisect_right

from marketo_migrate.model.record import record

_PYTHON = re.compile(
    r'''
      (?P<string> [bBrRuUfFtT]{0,3} (?:
          """ (?: [^"\\]++ | \\. | "(?!"") )*+ (?:"""|\Z)
        | \'\'\' (?: [^'\\]++ | \\. | '(?!\'\') )*+ (?:\'\'\'|\Z)
        | " (?: [^"\\\r\n]++ | \\(?:\r\n|.) )*+ "?
        | ' (?: [^'\\\r\n]++ | \\(?:\r\n|.) )*+ '?
      ))
    | (?P<comment> \# [^\r\n]*+ )
    | (?P<joined> \\ (?:\r\n|\r|\n) )
    | (?P<newline> \r\n | \r | \n )
    | (?P<blank> [ \t\f]++ )
    | (?P<open> [(\[{] )
    | (?P<close> [)\]}] )
    | (?P<code> \w++ | . )
    ''',
    re.VERBOSE | re.DOTALL,
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_HASH_SUFFIXES = (".cfg", ".conf", ".env", ".in", ".ini", ".properties", ".toml", ".txt", ".yaml", ".yml")
_XML_SUFFIXES = (".xml", ".wsdl", ".xsd", ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl")
_HASH = re.compile(r"(?:^|(?<=\s))[#;].*")
_XML = re.compile(r"<!--(.*?)-->|\{#(.*?)#\}", re.DOTALL)


@record
class Comment:
    """A comment without what opens and closes it; `target` is the line it speaks of.

    That is its own line where something stands before it, else the next line that is not blank or a
    comment; None where none follows.
    """

    text: str
    line: int
    target: int | None


@record
class Layout:
    """The comments of a file in order, and its statements as first and last line, in order."""

    comments: tuple[Comment, ...]
    statements: tuple[tuple[int, int], ...]

    def statement(self, line: int) -> tuple[int, int]:
        """First and last line of the statement on a line; of a compound statement that is its head."""
        index = bisect_right(self.statements, (line, 1 << 60)) - 1
        if index >= 0 and self.statements[index][0] <= line <= self.statements[index][1]:
            return self.statements[index]
        return line, line


def python_layout(text: str) -> Layout:
    """The layout of Python source of any version, valid or not."""
    found: list[tuple[str, int, bool]] = []
    code_lines: set[int] = set()
    statements: list[tuple[int, int]] = []
    line, depth, first = 1, 0, 0
    for match in _PYTHON.finditer(text):
        kind = match.lastgroup
        if kind == "comment":
            found.append((match[0][1:], line, line in code_lines))
        elif kind == "newline":
            if first and depth == 0:
                statements.append((first, line))
                first = 0
            line += 1
        elif kind != "blank":
            first = first or line
            code_lines.add(line)
            if kind in ("string", "joined"):
                line += len(_LINE_END.findall(match[0]))
                if kind == "string":
                    code_lines.add(line)
            elif kind == "open":
                depth += 1
            elif kind == "close":
                depth = max(0, depth - 1)
    if first:
        statements.append((first, line))
    return Layout(_with_targets(found, code_lines), tuple(statements))


def text_layout(path: str, text: str) -> Layout:
    """The layout of a settings, requirements or template file; without comments where it has none."""
    name = path.rpartition("/")[2]
    if name.endswith(_XML_SUFFIXES):
        return _xml_layout(text)
    if name.endswith(_HASH_SUFFIXES) or name.startswith(".env") or name == "Pipfile":
        return _hash_layout(text)
    return Layout((), ())


def _hash_layout(text: str) -> Layout:
    found: list[tuple[str, int, bool]] = []
    code_lines: set[int] = set()
    for number, line in enumerate(_LINE_END.split(text), start=1):
        comment = _HASH.search(line)
        before = line[: comment.start()] if comment else line
        if before.strip():
            code_lines.add(number)
        if comment:
            found.append((comment[0][1:], number, bool(before.strip())))
    return Layout(_with_targets(found, code_lines), ())


def _xml_layout(text: str) -> Layout:
    """Comments in angle or template brackets; what a comment before an element speaks of is its whole tag."""
    found: list[tuple[str, int, bool]] = []
    bare = _XML.sub(lambda match: re.sub(r"[^\r\n]", " ", match[0]), text)
    lines = _LINE_END.split(bare)
    code_lines = {number for number, line in enumerate(lines, start=1) if line.strip()}
    line, position = 1, 0
    for match in _XML.finditer(text):
        line += len(_LINE_END.findall(text, position, match.start()))
        position = match.start()
        last = line + len(_LINE_END.findall(match[0]))
        found.append((match[1] or match[2] or "", last, last in code_lines))
    tags = []
    line, position = 1, 0
    for match in re.finditer(r"<[^<>]*>", bare):
        line += len(_LINE_END.findall(bare, position, match.start()))
        position = match.start()
        tags.append((line, line + len(_LINE_END.findall(match[0]))))
    return Layout(_with_targets(found, code_lines), _without_overlap(tags))


def _without_overlap(tags: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Tags of several lines; those that share a line count as one."""
    joined: list[tuple[int, int]] = []
    for first, last in tags:
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return tuple(joined)


def _with_targets(found: list[tuple[str, int, bool]], code_lines: set[int]) -> tuple[Comment, ...]:
    ordered = sorted(code_lines)
    comments = []
    for text, line, trailing in found:
        after = bisect_right(ordered, line)
        following = ordered[after] if after < len(ordered) else None
        comments.append(Comment(text, line, line if trailing else following))
    return tuple(comments)
