"""Calls of functions that make the SOAP call they are told, spelled out: each caller makes its own.

    def call(self, operation, **given):                  @contextmanager
        try:                                             def call(self, operation):
            return getattr(self.service, operation)(         try:
                **given                                          yield
            )                                                except Fault as fault:
        except Fault as fault:                                   raise Failed(operation) from fault
            raise Failed(operation) from fault

    answer = self.call("getLead", leadKey=key)           with self.call("getLead"):
                                                             answer = self.service.getLead(leadKey=key)

Where the call may be made again, `call` is handed a function that makes it:

    answer = self.call("getLead", lambda: self.service.getLead(leadKey=key))

The texts made here are analysed and rewritten in turn; where not all of these calls can move, they are thrown away.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence

from marketo_migrate.model.flow import Place
from marketo_migrate.model.record import record
from marketo_migrate.model.resolution import CallFact
from marketo_migrate.rewrite.dispatchers import (
    CONTEXT_MANAGER,
    Dispatcher,
    Site,
    own_parameter,
    told_parameters,
)
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.spelling import mark, without_marks

_ANSWERS = ("response", "answer", "result", "soap_response")
_IMPORT = "from contextlib import contextmanager"


@record
class Dispatched:
    """The new texts by path; where the calls that were there start now, and which call each new one comes from."""

    texts: Mapping[str, str]
    starts: Mapping[tuple[str, int], int]
    origins: Mapping[tuple[str, int], Place]


def spell_dispatchers(program: Program, found: Sequence[Dispatcher], facts: Sequence[CallFact]) -> Dispatched:
    """The program with the calls of these functions spelled out; `facts` are all of its calls."""
    for source in program.sources.values():
        source.reset()
    origins: list[Place] = []
    for dispatcher in found:
        for site in dispatcher.sites:
            if dispatcher.request is None:
                _spell_site(dispatcher, site, len(facts) + len(origins))
            else:
                _spell_handed(dispatcher, site, len(facts) + len(origins))
            origins.append(dispatcher.fact.place)
        _spell_function(dispatcher)
    taken = set(origins)
    texts: dict[str, str] = {}
    starts: dict[tuple[str, int], int] = {}
    made: dict[tuple[str, int], Place] = {}
    for path, source in program.sources.items():
        if not source.changed:
            continue
        for number, fact in enumerate(facts):
            if fact.place[0] == path and fact.place not in taken:
                source.insert(fact.place[1], lambda number=number: mark(number))  # type: ignore[misc]
        texts[path], where = without_marks(source.result())
        for number, start in where.items():
            if number < len(facts):
                starts[path, facts[number].place[1]] = start
            else:
                made[path, start] = origins[number - len(facts)]
        source.reset()
    return Dispatched(texts, starts, made)


def _spell_site(dispatcher: Dispatcher, site: Site, number: int) -> None:
    source, call, statement = site.source, site.call, site.statement
    indent, unit = source.indent(statement), source.indent_unit
    made = _spelled(dispatcher, site, number)
    told = source.original(call.args[0]) if dispatcher.told else ""
    opened = f"{indent}with {source.original(call.func)}({told}):"
    start, end = source.line_start(statement.lineno), source.span(statement)[1]
    if site.first:
        name = _free(source, call)
        lines = [opened, f"{indent}{unit}{name} = {_indented(made, unit)}", ""]
        source.insert(start, lambda: source.newline.join(lines))
        source.replace(call, lambda: name)
        return
    first, last = source.span(call)
    text = source.text[start:first] + made + source.text[last:end]
    source.replace_span(start, end, lambda: source.newline.join([opened, unit + _indented(text, unit)]))


def _spell_handed(dispatcher: Dispatcher, site: Site, number: int) -> None:
    """A caller hands over what makes its call."""
    source, call = site.source, site.call
    told = [source.original(call.args[0])] if dispatcher.told else []
    given = [*told, f"lambda: {_spelled(dispatcher, site, number)}"]
    source.replace(call, lambda: f"{source.original(call.func)}({', '.join(given)})")


def _spelled(dispatcher: Dispatcher, site: Site, number: int) -> str:
    """The call that a caller asks for, with a mark before it."""
    source, call = site.source, site.call
    given = [_arguments(source, call)] if len(call.args) + len(call.keywords) > 1 else []
    if given and _is_unpacked(dispatcher):
        given = [f"**{given[0]}"]
    service = dispatcher.service
    for own in own_parameter(dispatcher.source, dispatcher.function):
        if service.startswith(f"{own}.") and isinstance(call.func, ast.Attribute):
            service = source.original(call.func.value) + service[len(own) :]
    return f"{mark(number)}{service}.{site.operation}({', '.join(given)})"


def _is_unpacked(dispatcher: Dispatcher) -> bool:
    """Whether the arguments come in one dict."""
    parameters = told_parameters(dispatcher.source, dispatcher.function)
    return any(
        k.arg is None and isinstance(k.value, ast.Name) and k.value.id in parameters
        for k in dispatcher.call.keywords
    )


def _arguments(source: Source, call: ast.Call) -> str:
    """The arguments behind the name of the operation, as they are written."""
    offset = source.text.index(",", source.span(call.args[0])[1]) + 1
    text = source.text[offset : source.span(call)[1] - 1].rstrip().rstrip(",")
    return text if text[:1] in "\r\n" else text.lstrip()


def _indented(text: str, unit: str) -> str:
    first, *others = text.split("\n")
    return "\n".join([first, *(unit + line if line.strip() else line for line in others)])


def _free(source: Source, call: ast.Call) -> str:
    scope = source.function(call) or source.tree
    taken = {n.id for n in walk(scope) if isinstance(n, ast.Name)} | {
        n.arg for n in walk(scope) if isinstance(n, ast.arg)
    }
    return next(name for name in _names() if name not in taken)


def _names() -> Iterator[str]:
    yield from _ANSWERS
    yield from (f"soap_response_{n}" for n in range(2, 1000))


def _spell_function(dispatcher: Dispatcher) -> None:
    source, function = dispatcher.source, dispatcher.function
    statement = source.statement(dispatcher.call)
    kept = [
        a
        for a in function.args.args
        if a.arg in own_parameter(source, function) or (dispatcher.told and a.arg == dispatcher.name)
    ]
    every = [*function.args.args, *(a for a in (function.args.vararg, function.args.kwarg) if a is not None)]
    first = min(source.span(a)[0] for a in every)
    last = max(source.span(a)[1] for a in every)
    last = source.text.index(")", last)
    start = first - (len(source.text[:first]) - len(source.text[:first].rstrip("* \t\r\n")))
    taken = [*map(source.original, kept), *([dispatcher.request] if dispatcher.request is not None else [])]
    source.replace_span(start, last, lambda: ", ".join(taken))
    if dispatcher.request is not None:
        _spell_request(dispatcher, dispatcher.request)
        return
    if function.returns is not None:
        source.replace_span(last + 1, source.span(function.returns)[1], lambda: "")
    source.insert_before(function, lambda: ["@contextmanager"])
    header = _header(dispatcher)
    lines = ["yield"] if header is None else [header, f"{source.indent(statement)}yield"]
    source.replace(statement, lambda: source.newline.join(lines))
    for other in dispatcher.gone:
        end = source.line_start((other.end_lineno or other.lineno) + 1)
        source.replace_span(source.line_start(other.lineno), end, lambda: "")
    _import(source)


def _spell_request(dispatcher: Dispatcher, request: str) -> None:
    """The function makes the call that it is handed."""
    source, call = dispatcher.source, dispatcher.call
    header = _header(dispatcher)
    if header is not None:
        source.insert_before(source.statement(call), lambda: [header])
    source.replace(call, lambda: f"{request}()")
    for other in dispatcher.gone:
        end = source.line_start((other.end_lineno or other.lineno) + 1)
        source.replace_span(source.line_start(other.lineno), end, lambda: "")


def _header(dispatcher: Dispatcher) -> str | None:
    """The statement that signs, where the call itself is given the header."""
    client = dispatcher.service.removesuffix(".service")
    given = [k.value for k in dispatcher.call.keywords if k.arg is not None]
    if dispatcher.header is not None:
        given.append(dispatcher.header)
    if not given:
        return None
    return f"{client}.set_default_soapheaders({dispatcher.source.original(given[0])})"


def _import(source: Source) -> None:
    if source.imported_names.get("contextmanager") == CONTEXT_MANAGER:
        return
    imports = [s for s in source.tree.body if isinstance(s, ast.Import | ast.ImportFrom)]
    block = [imports[0]]
    for statement in imports[1:]:
        if statement.lineno != (block[-1].end_lineno or 0) + 1:
            break
        block.append(statement)
    names = (s for s in block if isinstance(s, ast.ImportFrom) and s.module != "__future__")
    later = next((s for s in names if s.level or (s.module or "") > "contextlib"), None)
    if later is not None:
        source.insert_before(later, lambda: [_IMPORT])
    else:
        source.insert_after(block[-1], lambda: [_IMPORT])
