"""Takes items out of lists, and whole lines with the comments and blank lines that belong to them."""

import ast

from marketo_migrate.rewrite.source import FunctionNode, Source


def cut(source: Source, nodes: list[ast.AST], gone: set[int], *, call: ast.Call | None = None) -> None:
    """Take items out of a comma-separated list."""
    ordered = sorted(nodes, key=source.span)
    spans = [(*source.span(node), id(node) in gone) for node in ordered]
    cut_spans(source, spans, source.span(call)[1] - 1 if call is not None else None)


def cut_parameters(source: Source, function: FunctionNode, gone: set[int]) -> None:
    """Take parameters, with their defaults, out of a function's head; `gone` are their ids."""
    spec = function.args
    positional = [*spec.posonlyargs, *spec.args]
    defaults: dict[int, ast.expr] = {}
    for argument, default in zip(reversed(positional), reversed(spec.defaults), strict=False):
        defaults[id(argument)] = default
    for argument, kw_default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        if kw_default is not None:
            defaults[id(argument)] = kw_default
    spans = []
    for argument in [*positional, *spec.kwonlyargs]:
        start, end = source.span(argument)
        if id(argument) in defaults:
            end = source.span(defaults[id(argument)])[1]
        spans.append((start, end, id(argument) in gone))
    kept_keyword_only = [a for a in spec.kwonlyargs if id(a) not in gone]
    if spec.kwonlyargs and not kept_keyword_only:
        star = source.text.rfind("*", 0, source.span(spec.kwonlyargs[0])[0])
        spans.append((star, star + 1, True))
    cut_spans(source, sorted(spans), None)


def cut_spans(source: Source, spans: list[tuple[int, int, bool]], closing: int | None) -> None:
    """Take stretches (start, end, whether it goes) of a comma-separated list out; `closing` is its closing bracket."""
    index = 0
    while index < len(spans):
        if not spans[index][2]:
            index += 1
            continue
        first = index
        while index < len(spans) and spans[index][2]:
            index += 1
        if index < len(spans):
            source.replace_span(spans[first][0], spans[index][0], lambda: "")
        elif first > 0:
            source.replace_span(spans[first - 1][1], spans[index - 1][1], lambda: "")
        else:
            end = spans[index - 1][1]
            source.replace_span(spans[first][0], closing if closing is not None else end, lambda: "")


def delete_lines(source: Source, statements: list[ast.stmt]) -> None:
    """Delete whole lines, the comments that belong to them, and blank lines that would stand doubled."""
    gone: set[int] = set()
    statements = _alone(source, statements)
    for statement in statements:
        first = statement.lineno
        for decorator in getattr(statement, "decorator_list", ()):
            first = min(first, decorator.lineno)
        gone.update(range(first, (statement.end_lineno or statement.lineno) + 1))
    _comments(source, gone, statements)
    for start, end in _runs(source, gone):
        blanks_before = _blanks(source, start - 1, -1)
        blanks_after = _blanks(source, end + 1, 1)
        first, last = start - blanks_before, end + blanks_after
        opens = first > 1 and source.line_text(first - 1).rstrip().endswith(":")
        ends = last >= source.line_count or not source.text[source.line_start(last + 1) :].strip()
        kept = 0 if first == 1 or opens or ends else max(blanks_before, blanks_after)
        if last + 1 <= source.line_count and not ends and _is_inner_end(source, end, last + 1):
            kept = blanks_after
        source.delete_span(
            source.line_start(first),
            source.line_start(last + 1),
            source.newline * kept,
            at_top=source.newline * blanks_after,
        )


def _alone(source: Source, statements: list[ast.stmt]) -> list[ast.stmt]:
    """The statements whose lines go as a whole; those that share a line with others are cut out of it."""
    all_gone = {id(s) for s in statements}
    alone: list[ast.stmt] = []
    for statement in statements:
        block = source.block(statement)
        index = block.index(statement)
        shares = [s for s in block if s is not statement and _share_line(statement, s)]
        if all(id(s) in all_gone for s in shares):
            alone.append(statement)
            continue
        start, end = source.span(statement)
        following = next((s for s in block[index + 1 :] if _share_line(statement, s)), None)
        if following is not None:
            source.replace_span(start, source.span(following)[0], lambda: "")
        else:
            before = block[index - 1]
            while id(before) in all_gone and _share_line(block[block.index(before) - 1], before):
                before = block[block.index(before) - 1]
            stop = source.span(before)[1]
            source.replace_span(stop, end, lambda: "")
    return alone


def _share_line(one: ast.stmt, other: ast.stmt) -> bool:
    return one.lineno <= (other.end_lineno or other.lineno) and other.lineno <= (one.end_lineno or one.lineno)


def _is_inner_end(source: Source, end: int, following: int) -> bool:
    """Whether a block ends with the lines that go."""
    own, other = source.line_text(end), source.line_text(following)
    return len(other) - len(other.lstrip()) < len(own) - len(own.lstrip())


def _runs(source: Source, gone: set[int]) -> list[tuple[int, int]]:
    """Stretches of lines that go, joined where only blank lines lie between them."""
    runs: list[tuple[int, int]] = []
    for line in sorted(gone):
        if runs and all(not source.line_text(n).strip() for n in range(runs[-1][1] + 1, line)):
            runs[-1] = (runs[-1][0], line)
        else:
            runs.append((line, line))
    return runs


def _blanks(source: Source, line: int, step: int) -> int:
    """How many blank lines there are from a line on, upwards or downwards."""
    count = 0
    while 1 <= line < source.line_count + (step < 0) and not source.line_text(line).strip():
        count += 1
        line += step
    return count


def _comments(source: Source, gone: set[int], statements: list[ast.stmt]) -> None:
    """Comments right above statements that go, when the whole paragraph below them goes."""
    for statement in statements:
        first = statement.lineno
        for decorator in getattr(statement, "decorator_list", ()):
            first = min(first, decorator.lineno)
        top = first
        while top > 1 and source.line_text(top - 1).lstrip().startswith("#") and top - 1 not in gone:
            if source.line_text(top - 1).startswith(("#!", "# -*-")) or "coding" in source.line_text(top - 1):
                break
            top -= 1
        if top == first:
            continue
        end = first
        while end + 1 in gone:
            end += 1
        following = source.line_text(end + 1).strip() if end + 1 <= source.line_count else ""
        indent = len(source.line_text(end + 1)) - len(source.line_text(end + 1).lstrip()) if following else -1
        if not following or indent < len(source.indent(statement)):
            gone.update(range(top, first))
