"""Reads the analysed sources for findings: original lines, enclosing functions, excerpts without secrets."""

import hashlib
import re
from collections.abc import Mapping

from marketo_migrate.detect.loops import repeated_spans
from marketo_migrate.detect.masking import mask
from marketo_migrate.model import facts as f
from marketo_migrate.model.fingerprint import CODE_DIGITS, SYMBOL_DIGITS
from marketo_migrate.model.flow import Place
from marketo_migrate.model.grades import Kind
from marketo_migrate.model.location import Location, Span

_MAX_EXCERPT_LINES = 12
_MAX_LINE = 400
_PIECE = re.compile(
    r'''
      (?P<prefix> (?:(?<!\w)[bBrRuUfFtT]{1,2})? )
      (?P<body>
          """ (?: [^"\\]++ | \\. | "(?!"") )*+ """
        | \'\'\' (?: [^'\\]++ | \\. | '(?!\'\') )*+ \'\'\'
        | " (?: [^"\\\n]++ | \\. )*+ "
        | ' (?: [^'\\\n]++ | \\. )*+ '
      )
    | \# [^\r\n]*+ | \\ \r?\n | \s++
    | (?P<code> \w++ | . )
    ''',
    re.VERBOSE | re.DOTALL,
)
_ESCAPED_QUOTE = re.compile(r"\\([\"'])")


class Sources:
    """The modules of a scan by path, and the secrets that must not be shown."""

    def __init__(self, modules: Mapping[str, f.ModuleFacts], secrets: frozenset[str]) -> None:
        self.modules = modules
        self.secrets = secrets
        self._functions: dict[str, tuple[tuple[int, int, str], ...]] = {}
        self._loops: dict[str, tuple[tuple[int, int, bool], ...]] = {}
        self._lines: dict[str, list[str]] = {}
        self._excerpts: dict[str, str] = {}

    def text(self, place: Place) -> str:
        """The source of an expression."""
        facts = self.modules.get(place[0])
        return facts.source((place[1], place[2])) if facts is not None else ""

    def masked(self, text: str) -> str:
        """Text as it may be shown."""
        return mask(text, self.secrets)

    def location(self, place: Place) -> Location:
        """The place of an expression in the file on disk."""
        facts = self.modules.get(place[0])
        if facts is None:
            return Location(place[0], Span(1, 1, 1, 1))
        return self.original(facts.location((place[1], place[2])))

    def original(self, location: Location) -> Location:
        """A location in converted Python 2 code, on the original lines; columns are those of whole lines."""
        facts = self.modules.get(location.path)
        if facts is None or facts.original is None:
            return location
        lines = self._lines_of(facts) or [""]
        span = location.span
        first = lines[min(span.line, len(lines)) - 1]
        last = lines[min(span.end_line, len(lines)) - 1]
        column = len(first) - len(first.lstrip()) + 1
        return Location(
            location.path, Span(span.line, column, span.end_line, max(len(last.rstrip()) + 1, column))
        )

    def excerpt(self, location: Location) -> tuple[tuple[int, str], ...]:
        """The lines a location covers, masked and cut where they are very long."""
        facts = self.modules.get(location.path)
        if facts is None:
            return ()
        lines = self._lines_of(facts)
        first, last = (
            location.span.line,
            min(location.span.end_line, location.span.line + _MAX_EXCERPT_LINES - 1),
        )
        # A key that is cut in two would not be known for one: more is masked than is shown.
        shown = "\n".join(line[: 5 * _MAX_LINE] for line in lines[first - 1 : last])
        # Many findings may stand on one line.
        text = self._excerpts[shown] if shown in self._excerpts else self.masked(shown)
        self._excerpts[shown] = text
        return tuple((first + index, line[:_MAX_LINE]) for index, line in enumerate(text.split("\n")))

    def _lines_of(self, facts: f.ModuleFacts) -> list[str]:
        """The lines of the file on disk."""
        if facts.path not in self._lines:
            self._lines[facts.path] = (facts.original or facts.text).splitlines()
        return self._lines[facts.path]

    def enclosing(self, place: Place) -> str:
        """The dotted name of the function or class around an expression, "" at module level."""
        facts = self.modules.get(place[0])
        if facts is None:
            return ""
        if place[0] not in self._functions:
            self._functions[place[0]] = tuple(_named_spans(facts.body, ""))
        name = ""
        for start, end, qualified in self._functions[place[0]]:
            if start <= place[1] and place[2] <= end:
                name = qualified
        return name

    def in_loop(self, place: Place) -> bool:
        """Whether an expression is evaluated again with each turn of a loop of its own function."""
        facts = self.modules.get(place[0])
        if facts is None:
            return False
        if place[0] not in self._loops:
            self._loops[place[0]] = repeated_spans(facts.body)
        around = [span for span in self._loops[place[0]] if span[0] <= place[1] and place[2] <= span[1]]
        # The innermost one decides: a function that is defined in a loop is not called by it.
        return bool(around) and min(around, key=lambda span: (span[1] - span[0], span[2]))[2]

    def surroundings(self, place: Place) -> str:
        """The source of the function around an expression, of nothing at module level."""
        facts = self.modules.get(place[0])
        if facts is None or not self.enclosing(place):
            return ""
        spans = [span for span in self._functions[place[0]] if span[0] <= place[1] and place[2] <= span[1]]
        return facts.source(spans[-1][:2])

    def fingerprint(self, rule: str, kind: Kind, operation: str | None, place: Place) -> str:
        """The identity of a finding: what is called, in which code, in which function.

        It stays when lines move, are reformatted, or the file is renamed; the first half also when the
        code moves to another function. What a wrapper reaches may change elsewhere and is left out.
        Secrets are taken out before anything is hashed.
        """
        text = normal_code(self.masked(self.text(place)))
        what = ("", "") if kind is Kind.WRAPPER_CALL else (rule, operation or "")
        return fingerprint(digest(*what, kind.value, text), digest(self.enclosing(place)))


def fingerprint(code: str, symbol: str) -> str:
    """One fingerprint of the digests of code and of the function around it."""
    return code[:CODE_DIGITS] + symbol[:SYMBOL_DIGITS]


def normal_code(text: str) -> str:
    """Code without what formatters change: blanks, line ends, comments, quotes, commas before a bracket."""
    pieces = []
    for match in _PIECE.finditer(text):
        body = match["body"]
        if body is not None:
            quote = 3 if body[:3] in ('"""', "'''") and len(body) > 5 else 1
            inner = _ESCAPED_QUOTE.sub(r"\1", body[quote:-quote])
            pieces.append(f'{match["prefix"].lower().replace("u", "")}"{inner}"')
        elif match["code"] is not None:
            pieces.append(match["code"])
    return "".join(pieces).replace(",)", ")").replace(",]", "]").replace(",}", "}")


def digest(*parts: str) -> str:
    """A short stable hash of texts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _named_spans(body: tuple[f.Statement, ...], prefix: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for statement in walk_statements(body):
        if isinstance(statement, f.Define):
            name = f"{prefix}.{statement.what.name}" if prefix else statement.what.name
            found.append((*statement.what.at, name))
            found.extend(_named_spans(statement.what.body, name))
    return found


def walk_statements(body: tuple[f.Statement, ...]) -> list[f.Statement]:
    """All statements of a body in order, those inside compound ones too, not those of inner functions."""
    found: list[f.Statement] = []
    pending = list(reversed(body))
    while pending:
        statement = pending.pop()
        found.append(statement)
        match statement:
            case (
                f.If(body=inner, orelse=orelse)
                | f.While(body=inner, orelse=orelse)
                | f.For(body=inner, orelse=orelse)
            ):
                pending.extend(reversed((*inner, *orelse)))
            case f.Try(body=inner, handlers=handlers, orelse=orelse, finalbody=final):
                parts = [*inner]
                for handler in handlers:
                    parts.extend(handler.body)
                pending.extend(reversed((*parts, *orelse, *final)))
            case f.With(body=inner):
                pending.extend(reversed(inner))
            case f.Match(cases=cases):
                pending.extend(reversed([part for case in cases for part in case.body]))
            case _:
                pass
    return found
