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
# Strings and comments are passed over; brackets and separators begin and end what an operator belongs to.
_PIECE = re.compile(
    r"""(?P<plain>[rbuRBUfFtT]{0,2}(?:"{3}(?:[^"\\]|\\.|"(?!""))*"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\#[^\n]*|\\\n)|(?P<open>[(\[{])|(?P<close>[)\]}])"""
    r"""|(?P<end>[,;:=])|(?P<line>\n)|(?P<link>\*\*|//|<<|>>|[-*/%@|&^~]|\b(?:if|for|await)\b)|(?P<short>\+|\b(?:and|or)\b)"""
    r"""|\w+""",
    re.DOTALL,
)
_OPERATORS = ("*", "/", "-", "%", "@", "|", "&", "^", "<<", ">>", "if", "for", "and", "or", "+")
_ELIF = re.compile(r"(?m)^([ \t]*)(?=[^\s#])(elif\b)?")
_SIGNS = ("-", "~", ".", "()", "[", "lambda", "not ")
_MANY = 5_000


def is_too_deep(text: str) -> bool:
    """Whether brackets, operators or chains go deeper than the parser can follow."""
    opened = text.count("(") + text.count("[") + text.count("{")
    if opened > MAX_BRACKETS and _bracket_depth(text) > MAX_BRACKETS:
        return True
    if max(text.count(sign) for sign in _SIGNS) > MAX_BRACKETS and _RUNS.search(text) is not None:
        return True
    return _longest_sum(text) > _MANY or _has_long_chain(text) or _longest_elif(text) > _MANY


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


def _has_long_chain(text: str) -> bool:
    """Whether operators follow each other without a bracket, a separator or a line end between them."""
    if sum(text.count(sign) for sign in _OPERATORS) <= MAX_LINKS:
        return False
    # Operators of each kind so far, for every bracket that is open.
    links, shorts = [0], [0]
    for piece in _PIECE.finditer(text):
        match piece.lastgroup:
            case "open":
                links.append(0)
                shorts.append(0)
            case "close" if len(links) > 1:
                links.pop()
                shorts.pop()
            case "link":
                links[-1] += 1
            case "short":
                shorts[-1] += 1
            case "end" | "line" if piece.lastgroup == "end" or len(links) == 1:
                links[-1] = shorts[-1] = 0
        if links[-1] > MAX_LINKS or shorts[-1] > _MANY:
            return True
    return False


def _longest_elif(text: str) -> int:
    """The most branches of one `if`: each `elif` stands within the one before it."""
    if text.count("elif") <= _MANY:
        return 0
    longest = 0
    branches: dict[int, int] = {}
    for line in _ELIF.finditer(text):
        depth = len(line[1])
        if line[2] is None:
            branches = {indent: count for indent, count in branches.items() if indent < depth}
            continue
        branches[depth] = branches.get(depth, 0) + 1
        longest = max(longest, branches[depth])
    return longest
