"""Settings that lost their readers: entries of dicts that are written out, and defaults of command line options."""

import ast
import re
from collections.abc import Callable, Iterator

from marketo_migrate.model.flow import ContainerFlow, ExternalFlow, Place
from marketo_migrate.rewrite.cutting import cut_spans
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.source import Source

_PARSED = ("parse_args()", "parse_known_args()[]", "parse_known_args()")
_Read = tuple[Source, ast.expr]


class Entries:
    """Finds what was read before the edits and is read by nothing after them.

    `stands` tells whether a node still stands, `elsewhere` whether other files mention a name of a module.
    """

    def __init__(
        self,
        program: Program,
        stands: Callable[[Source, ast.AST], bool],
        elsewhere: Callable[[str, str], bool],
    ) -> None:
        self._program = program
        self._stands = stands
        self._elsewhere = elsewhere
        self._displays: list[tuple[Source, ast.Dict, dict[str, list[_Read]]]] | None = None

    def unread(self) -> Iterator[tuple[Source, ast.Dict, ast.expr]]:
        """The keys of dicts that nothing asks for any more."""
        if self._displays is None:
            self._displays = list(self._closed())
        written = self._new_text() if self._displays else ""
        for source, display, reads in self._displays:
            for key in display.keys:
                if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                    continue
                before = reads.get(key.value, ())
                if before and not any(self._still_read(at, node, key.value, written) for at, node in before):
                    yield source, display, key

    def _closed(self) -> Iterator[tuple[Source, ast.Dict, dict[str, list[_Read]]]]:
        """Dicts with constant keys all of whose uses are known, with the reads of each key."""
        holders: dict[Place, list[_Read]] = {}
        for source in self._program.sources.values():
            for node in source.nodes:
                if isinstance(node, ast.expr):
                    for flow in source.flows(node):
                        if isinstance(flow, ContainerFlow) and flow.kind == "dict":
                            holders.setdefault(flow.site, []).append((source, node))
        for site, uses in holders.items():
            at = self._program.node_at(site)
            if at is None or not isinstance(at[1], ast.Dict) or None in at[1].keys:
                continue
            source, display = at
            assert isinstance(display, ast.Dict)  # noqa: S101 - just asked
            reads: dict[str, list[_Read]] = {}
            if self._is_kept_here(source, display) and all(self._note(s, n, reads) for s, n in uses):
                yield source, display, reads

    def _is_kept_here(self, source: Source, display: ast.Dict) -> bool:
        """Whether a dict is given to a variable or attribute that other files do not mention."""
        parent = source.parent(display)
        match parent:
            case ast.Assign(targets=targets):
                names = [t.id if isinstance(t, ast.Name) else getattr(t, "attr", "") for t in targets]
            case ast.AnnAssign(target=target):
                names = [target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")]
            case _:
                return False
        outside = (self._elsewhere, self._program.mentioned_outside)
        return all(name and not any(asked(name, source.path) for asked in outside) for name in names)

    def _note(self, source: Source, node: ast.expr, reads: dict[str, list[_Read]]) -> bool:
        """Note which key a use of a dict reads; False for a use that may read any."""
        if isinstance(getattr(node, "ctx", None), ast.Store):
            return True
        parent = source.parent(node)
        match parent:
            case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)) if value is node:
                reads.setdefault(key, []).append((source, parent))
                return isinstance(parent.ctx, ast.Load)
            case ast.Attribute(value=value, attr="get") if value is node:
                call = source.parent(parent)
                match call:
                    case ast.Call(func=func, args=[ast.Constant(value=str() as key), *_]) if func is parent:
                        reads.setdefault(key, []).append((source, call))
                        return True
                return False
            case ast.Compare(left=ast.Constant(value=str() as key), ops=[ast.In() | ast.NotIn()]):
                reads.setdefault(key, []).append((source, parent))
                return True
            case ast.Assign() | ast.AnnAssign():
                return True
            case ast.Call(args=args) if node in args:
                return self._program.called(source, parent) is not None
            case ast.keyword():
                call = source.parent(parent)
                return isinstance(call, ast.Call) and self._program.called(source, call) is not None
            case ast.Return():
                function = source.function(node)
                return function is not None and self._program.is_closed(source, function)
        return False

    def _still_read(self, source: Source, node: ast.expr, key: str, written: str) -> bool:
        """Whether a read of a key still stands, also in code that was moved or written anew."""
        quoted = rf"(?:\"{re.escape(key)}\"|'{re.escape(key)}')"
        if re.search(rf"\[{quoted}\]|\.get\({quoted}", written):
            return True
        spelled = (f'"{key}"', f"'{key}'")
        outermost: ast.AST | None = None
        for outer in (node, *source.ancestors(node)):
            if source.is_replaced(outer):
                outermost = outer
        if outermost is not None and self._stands(source, outermost):
            if any(text in source.source(outermost) for text in spelled):
                return True
        start, end = source.span(source.statement(node))
        if any(text in made for made in source.inserted_in(start, end) for text in spelled):
            return True
        return outermost is None and self._stands(source, node)

    def _new_text(self) -> str:
        """All that is written anew in the program."""
        return "\n".join(text for source in self._program.sources.values() for text in source.new_texts())

    def defaults(self) -> Iterator[tuple[Source, ast.Call, ast.keyword]]:
        """The defaults of options whose values nothing reads any more."""
        for source in self._program.sources.values():
            for call in source.of(ast.Call):
                if getattr(call.func, "attr", "") != "add_argument":
                    continue
                default = next((k for k in call.keywords if k.arg == "default"), None)
                name = _option(call)
                if default is None or name is None or not isinstance(default.value, ast.Constant):
                    continue
                reads = self._option_reads(name)
                if reads and not any(self._attribute_stands(at, node) for at, node in reads):
                    if not re.search(rf"\.{re.escape(name)}\b", self._new_text()):
                        yield source, call, default

    def _option_reads(self, name: str) -> list[_Read] | None:
        """The reads of an option from what the parser gives; None where that is used as a whole."""
        found: list[_Read] = []
        for source in self._program.sources.values():
            for node in source.nodes:
                flows = source.flows(node) if isinstance(node, ast.expr) else ()
                if not any(isinstance(f, ExternalFlow) and f.name.endswith(_PARSED) for f in flows):
                    continue
                parent = source.parent(node)
                if isinstance(parent, ast.Attribute) and parent.value is node:
                    if parent.attr == name:
                        found.append((source, parent))
                elif isinstance(parent, ast.Call | ast.keyword):
                    call = parent if isinstance(parent, ast.Call) else source.parent(parent)
                    if not isinstance(call, ast.Call) or self._program.called(source, call) is None:
                        return None
                elif not isinstance(parent, ast.Assign | ast.Attribute | ast.Return | ast.Tuple):
                    return None
        return found

    def _attribute_stands(self, source: Source, node: ast.expr) -> bool:
        """Whether a read of an option is neither gone nor in text that is written anew."""
        replaced = any(source.is_replaced(outer) for outer in (node, *source.ancestors(node)))
        return not replaced and self._stands(source, node)


def cut_entries(source: Source, display: ast.Dict, gone: set[int]) -> None:
    """Take entries out of a dict, with their lines where nothing else stands on these."""
    pairs = [(k, v) for k, v in zip(display.keys, display.values, strict=True) if k is not None]
    going = [(key, value) for key, value in pairs if id(key) in gone]
    start, end = source.span(display)
    if len(going) == len(pairs):
        source.replace_span(start, end, lambda: "{}")
        return
    lines = {n for k, v in going for n in range(k.lineno, (v.end_lineno or v.lineno) + 1)}
    others = {display.lineno, display.end_lineno or display.lineno}
    others |= {n for k, v in pairs if (k, v) not in going for n in (k.lineno, v.end_lineno or v.lineno)}
    if lines & others:
        spans = [(source.span(k)[0], source.span(v)[1], id(k) in gone) for k, v in pairs]
        cut_spans(source, spans, end - 1)
        return
    for key, value in going:
        last = value.end_lineno or value.lineno
        source.replace_span(source.line_start(key.lineno), source.line_start(last + 1), lambda: "")


def _option(call: ast.Call) -> str | None:
    """The name that an option's value has among the parsed ones."""
    dest = next((k.value for k in call.keywords if k.arg == "dest"), None)
    if dest is not None:
        return dest.value if isinstance(dest, ast.Constant) and isinstance(dest.value, str) else None
    names = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    long = [name for name in names if name.startswith("--")] or [n for n in names if n.startswith("-")]
    return long[0].lstrip("-").replace("-", "_") if long else None
