"""Tells text that is nested too deeply to be parsed: LibCST's parser would end the process on it."""

import re

MAX_BRACKETS = 150
"""How deep brackets may be nested; hand-written code stays under 20."""

MAX_LINKS = 1_500
"""How long a chain of attributes, calls or operators may be without a bracket or line in between."""

_PLAIN = re.compile(
    r"""[rbuRBUfF]{0,2}("{3}(?:[^"\\]|\\.|"(?!""))*"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|#[^\n]*|[^()\[\]{}"'#]+""",
    re.DOTALL,
)
_RUNS = re.compile(
    rf"(?:[-+~]\s*){{{MAX_LINKS}}}|(?:\bnot\s+){{{MAX_BRACKETS}}}|(?:\blambda\b[^:\n]{{0,80}}:\s*){{{MAX_BRACKETS}}}"
    rf"|(?:(?:\.\w{{1,80}}|\(\)|\[\d*\])\s*){{{MAX_LINKS}}}"
)
_SIGNS = ("-", "~", ".", "()", "[", "lambda", "not ")
_MANY = 5_000


def is_too_deep(text: str) -> bool:
    """Whether brackets, operators or chains go deeper than the parser can follow."""
    opened = text.count("(") + text.count("[") + text.count("{")
    if opened > MAX_BRACKETS and _bracket_depth(text) > MAX_BRACKETS:
        return True
    if max(text.count(sign) for sign in _SIGNS) > MAX_BRACKETS:
        return _RUNS.search(text) is not None or _longest_sum(text) > _MANY
    return _longest_sum(text) > _MANY


def _bracket_depth(text: str) -> int:
    depth = deepest = position = 0
    while position < len(text):
        plain = _PLAIN.match(text, position)
        if plain is not None:
            position = plain.end()
            continue
        if text[position] in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif text[position] in ")]}":
            depth = max(depth - 1, 0)
        position += 1
    return deepest


def _longest_sum(text: str) -> int:
    """The most `+` between two line ends that can end a statement, roughly."""
    if text.count("+") <= _MANY:
        return 0
    return max(statement.count("+") for statement in re.split(r"\n(?=[\w@])", text))
