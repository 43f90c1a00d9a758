"""Takes out of written code what is roundabout: `[{"id": lead_id} for lead_id in [5]]` is `[{"id": 5}]`."""

import ast

from marketo_migrate.rewrite.nodes import walk

_MOST = 3
"""More items than these are not written out one by one."""


def simplified(text: str) -> str:
    """The same expression without comprehensions that wrap each item of a short list that is written out."""
    if not text.isascii() or "\r" in text or " for " not in text:
        return text
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return text
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for node in walk(tree):
        match node:
            case ast.ListComp(
                elt=ast.Dict(keys=[ast.Constant()], values=[ast.Name(id=used) as value]) as wrapper,
                generators=[
                    ast.comprehension(target=ast.Name(id=name), iter=ast.List(elts=items), ifs=[], is_async=0)
                ],
            ) if used == name and 0 < len(items) <= _MOST:
                if any(isinstance(item, ast.Starred) for item in items):
                    continue
                before = _between(text, starts, _start(wrapper), _start(value))
                after = _between(text, starts, _end(value), _end(wrapper))
                texts = [before + _between(text, starts, _start(i), _end(i)) + after for i in items]
                begin, end = _offset(starts, _start(node)), _offset(starts, _end(node))
                return simplified(f"{text[:begin]}[{', '.join(texts)}]{text[end:]}")
    return text


def _start(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: ast.expr) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or 0


def _offset(starts: list[int], place: tuple[int, int]) -> int:
    return starts[place[0] - 1] + place[1]


def _between(text: str, starts: list[int], first: tuple[int, int], last: tuple[int, int]) -> str:
    return text[_offset(starts, first) : _offset(starts, last)]
