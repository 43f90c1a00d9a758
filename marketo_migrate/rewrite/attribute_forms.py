"""Shorter ways to write a loop over a lead's attributes: the fields of the lead are asked by name, without a loop."""

import ast
from collections.abc import Callable, Iterable

from marketo_migrate.model.flow import ContainerFlow, Place
from marketo_migrate.model.record import record
from marketo_migrate.rewrite.absent_lists import lead_of
from marketo_migrate.rewrite.attribute_loops import Loop, LoopReader, kind_of
from marketo_migrate.rewrite.names import FieldName, FieldNames
from marketo_migrate.rewrite.nodes import is_none, walk
from marketo_migrate.rewrite.program import Program, texts_of
from marketo_migrate.rewrite.rendering import Tables
from marketo_migrate.rewrite.source import Source

_ZERO = ast.Constant(0)


@record
class _Field:
    """The REST field that a test of an attribute's name means, as code; which of numbers and texts it may hold."""

    text: Callable[[], str]
    numbers: bool
    texts: bool

    def is_there(self, source: Source, lead: str) -> str:
        """The test whether a lead has a value: SOAP left out empty ones."""
        got = f"{lead}.get({self.text()})"
        if not self.numbers:
            return got
        return f"{got} not in (None, {source.literal('')})" if self.texts else f"{got} is not None"

    def value(self, source: Source, lead: str, read: ast.expr) -> str:
        """The value as the text that SOAP gave, where it is not turned into something else right away."""
        text = f"{lead}[{self.text()}]"
        return f"str({text})" if self.numbers and _turned(source, read) is None else text


class ShortForms:
    """Tries the shorter ways for loops over the attributes of objects with these names."""

    def __init__(self, program: Program, loops: LoopReader, tables: Tables, names: FieldNames) -> None:
        self._program = program
        self._loops = loops
        self._tables = tables
        self._names = names

    def write(self, loop: Loop) -> bool:
        """Write a loop in the first way that fits; whether there is one."""
        ways = (self._as_search, self._as_return, self._as_lead, self._as_branches)
        return any(way(loop) for way in ways)

    def _searched(self, loop: Loop, test: ast.expr) -> _Field | None:
        """The REST field of `attr.attrName == NAME`."""
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
            return None
        sides = [test.left, test.comparators[0]]
        names = [read.node for read in loop.reads if kind_of(read) == "attrName"]
        other = next((side for side in sides if side not in names), None)
        if other is None or not any(side in names for side in sides):
            return None
        if not isinstance(other, ast.Constant | ast.Name | ast.Attribute):
            return None
        found = [self._names.find(text) for text in sorted(texts_of(loop.source, other) or ())]
        fields = [field for field in found if field is not None]
        if not fields or None in found:
            return None
        name = self._rest_name(loop.source, other, fields)
        # What is said of all fields of an object says nothing of the type of one.
        unsure = any(soap == "*" for answer in loop.site.answers for soap, *_ in answer.names)
        numbers, texts = (any(f.is_number for f in fields), any(f.is_text for f in fields))
        return _Field(name, unsure or numbers, unsure or texts)

    def _is_value(self, loop: Loop, node: ast.AST | None) -> bool:
        return any(read.node is node and kind_of(read) == "attrValue" for read in loop.reads)

    def _is_number(self, loop: Loop, node: ast.expr | None) -> bool:
        """Whether an expression is the number that a value is the digits of."""
        return any(
            kind_of(read) == "attrValue" and node is not None and _as_number(loop.source, read.node) is node
            for read in loop.reads
        )

    def _as_search(self, loop: Loop) -> bool:
        """`next((a.attrValue for a in attributes if a.attrName == NAME), default)`."""
        source, holder = loop.source, loop.holder
        call = source.parent(holder)
        if not isinstance(holder, ast.GeneratorExp) or not isinstance(call, ast.Call):
            return False
        if getattr(call.func, "id", "") != "next" or len(call.args) != 2 or len(holder.generators) != 1:
            return False
        tests = holder.generators[0].ifs
        field = self._searched(loop, tests[0]) if len(tests) == 1 else None
        default = call.args[1]
        if field is None or any(isinstance(n, ast.Call | ast.NamedExpr | ast.Await) for n in walk(default)):
            return False
        lead = lead_of(loop.site.node)
        whole = self._whole(loop, field, call, holder.elt, default)
        if whole is not None:
            other = _ZERO if field.numbers and not is_none(default) else default
            source.replace(whole, lambda: self._got(source, source.source(lead), field.text(), other, whole))
            return True
        reads = [read.node for read in loop.reads if kind_of(read) == "attrValue"]
        if len(loop.reads) != 2 or len(reads) != 1 or reads[0] in walk(tests[0]) or not _is_plain(lead):
            return False
        read = reads[0]
        source.replace(read, lambda: field.value(source, source.source(lead), read))
        source.replace(call, lambda: self._made_of(source, lead, field, holder.elt, call))
        return True

    def _whole(
        self, loop: Loop, field: _Field, search: ast.Call, made: ast.expr, default: ast.expr
    ) -> ast.Call | None:
        """The expression that REST's own value, or the default where there is none, can stand for."""
        if not field.numbers:
            return search if self._is_value(loop, _as_text(made)) else None
        if field.texts:
            return None
        if (_is_zero(default) or is_none(default)) and self._is_number(loop, made):
            return search
        if self._is_value(loop, made) and isinstance(default, ast.Constant) and default.value in ("0", 0):
            return _as_number(loop.source, search)
        return None

    def _made_of(
        self, source: Source, lead: ast.expr, field: _Field, made: ast.expr, search: ast.Call
    ) -> str:
        """What a search makes of a value, where the lead has one."""
        default = source.source(search.args[1])
        text = f"{source.source(made)} if {field.is_there(source, source.source(lead))} else {default}"
        return text if self._stands_alone(source, search) else f"({text})"

    def _got(
        self, source: Source, lead: str, field: str, default: ast.expr | None, around: ast.AST | None
    ) -> str:
        text = f"{lead}.get({field})"
        if default is None or is_none(default):
            return text
        other = "0" if _is_zero(default) else source.source(default)
        text = f"{text} or {other}"
        return text if around is None or self._stands_alone(source, around) else f"({text})"

    def _stands_alone(self, source: Source, node: ast.AST) -> bool:
        """Whether an expression needs no brackets where it stands."""
        parent = source.parent(node)
        plain = ast.Assign | ast.Return | ast.keyword | ast.Call | ast.Tuple | ast.List | ast.Dict
        return parent is None or (isinstance(parent, plain) and getattr(parent, "func", None) is not node)

    def _as_return(self, loop: Loop) -> bool:
        """A function that looks for one attribute: a loop with a return in it, and what comes behind."""
        source, node = loop.source, loop.node
        if not isinstance(node, ast.For) or node.orelse or len(node.body) != 1:
            return False
        inner = node.body[0]
        if not isinstance(inner, ast.If) or inner.orelse or len(inner.body) != 1:
            return False
        found = inner.body[0]
        if not isinstance(found, ast.Return):
            return False
        block = source.block(node)
        after = block[block.index(node) + 1 :]
        default: ast.expr | None = None
        if len(after) == 1 and isinstance(after[0], ast.Return):
            default = after[0].value
        elif after or not isinstance(source.parent(node), ast.FunctionDef):
            return False
        if default is not None and not isinstance(default, ast.Constant | ast.Name):
            return False
        field = self._searched(loop, inner.test)
        if field is None or not self._is_returned(loop, field, found.value, default):
            return False
        lead = lead_of(loop.site.node)
        last = after[0] if after else node
        start, end = source.span(node)[0], source.span(last)[1]
        source.replace_span(
            start,
            end,
            lambda: "return " + self._got(source, source.source(lead), field.text(), default, None),
        )
        return True

    def _is_returned(
        self, loop: Loop, field: _Field, value: ast.expr | None, default: ast.expr | None
    ) -> bool:
        """Whether what a function returns of an attribute is REST's value, and the default is another one."""
        if not field.numbers:
            return self._is_value(loop, value)
        if field.texts or not self._is_number(loop, value):
            return False
        return default is None or is_none(default) or _is_zero(default)

    def _as_branches(self, loop: Loop) -> bool:
        """A loop with one `if` for each name: the fields are asked one after the other, without a loop."""
        source, node = loop.source, loop.node
        if not isinstance(node, ast.For) or len(node.body) != 1:
            return False
        branches = _branches(node.body[0])
        if node.orelse and not (len(branches) == 1 and self._is_left(loop, node, branches[0])):
            return False
        lead = lead_of(loop.site.node)
        if not branches or branches[0].lineno != node.lineno + 1 or not _is_plain(lead):
            return False
        if not all(self._is_branch(loop, branch, alone=len(branches) == 1) for branch in branches):
            return False
        fields = [self._searched(loop, branch.test) for branch in branches]
        if any(found is None for found in fields):
            return False
        inside = [n for n in walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        if any((n.end_lineno or n.lineno) > n.lineno for n in inside):
            return False
        width = len(source.indent(branches[0])) - len(source.indent(node))
        source.replace_span(source.line_start(node.lineno), source.line_start(branches[0].lineno), lambda: "")
        for line in range(branches[0].lineno, (node.body[0].end_lineno or node.lineno) + 1):
            start = source.line_start(line)
            if source.line_text(line)[:width].strip() == "" and source.line_text(line).strip():
                source.replace_span(start, start + width, lambda: "")
        for branch, found in zip(branches, fields, strict=True):
            if found is not None:
                self._branch(loop, branch, lead, found)
        return True

    def _is_left(self, loop: Loop, node: ast.For, branch: ast.If) -> bool:
        """Whether the `else` of a loop is what runs where the branch does not."""
        last = branch.body[-1]
        if not isinstance(last, ast.Return | ast.Raise) and not (
            isinstance(last, ast.Break) and len(branch.body) > 1
        ):
            return False
        inside = {id(n) for statement in node.orelse for n in walk(statement)}
        return not any(id(read.node) in inside for read in loop.reads)

    def _is_branch(self, loop: Loop, branch: ast.If, *, alone: bool) -> bool:
        """Whether what a branch does may be done outside the loop (in any order, if it is not alone)."""
        body = (
            branch.body[:-1]
            if isinstance(branch.body[-1], ast.Break) and len(branch.body) > 1
            else branch.body
        )
        if any(isinstance(n, ast.Break | ast.Continue) for s in body for n in walk(s)):
            return False
        if any(self._reads_name(loop, s) for s in branch.body) or branch.body[0].lineno == branch.lineno:
            return False
        if alone:
            return True
        field = self._searched(loop, branch.test)
        numbers = field is not None and not field.texts

        def acts(node: ast.AST) -> bool:
            read = node.args[0] if isinstance(node, ast.Call) and len(node.args) == 1 else None
            turned = isinstance(read, ast.expr) and _turned(loop.source, read) is node
            harmless = turned and (numbers or getattr(node.func, "id", "") == "str")  # type: ignore[attr-defined]
            return isinstance(node, ast.Call) and not (harmless and self._is_value(loop, read))

        return all(isinstance(s, ast.Assign) and not any(map(acts, walk(s))) for s in body)

    def _reads_name(self, loop: Loop, statement: ast.stmt) -> bool:
        inside = set(map(id, walk(statement)))
        return any(id(r.node) in inside and kind_of(r) == "attrName" for r in loop.reads)

    def _branch(self, loop: Loop, branch: ast.If, lead: ast.expr, field: _Field) -> None:
        source = loop.source
        start, end = source.span(branch)[0], source.span(branch.test)[1]
        source.replace_span(start, end, lambda: f"if {field.is_there(source, source.source(lead))}")
        for read in loop.reads:
            if any(read.node in walk(s) for s in branch.body):
                node = read.node
                source.replace(node, lambda node=node: field.value(source, source.source(lead), node))  # type: ignore[misc]
        if isinstance(branch.body[-1], ast.Break):
            line = branch.body[-1].lineno
            source.replace_span(source.line_start(line), source.line_start(line + 1), lambda: "")

    def _as_lead(self, loop: Loop) -> bool:
        """A dict of the attributes that is only asked with .get(): the lead itself can be asked."""
        source = loop.source
        site = next(
            (s for read in loop.reads if (s := self._loops.dict_of(loop, read.node)) is not None), None
        )
        if site is None or isinstance(loop.node, ast.For):
            return False
        asked: list[tuple[Source, ast.Call, ast.expr | None]] = []
        for other in self._program.sources.values():
            for place, flows in other.flows_by_place.items():
                sites = {f.site for f in flows if isinstance(f, ContainerFlow)}
                if site not in sites:
                    continue
                at = self._program.node_at(place)
                if at is None or sites != {site} or not isinstance(at[1], ast.expr):
                    return False
                if not self._only_asked(at[0], at[1], site, asked):
                    return False
        whole = self._program.node_at(site)
        if whole is None or not all(self._can_ask(*one) for one in asked) or not asked:
            return False
        lead = lead_of(loop.site.node)
        source.replace(whole[1], lambda: source.source(lead))
        for other, call, default in asked:
            self._ask(other, call, default)
        return True

    def _only_asked(
        self,
        source: Source,
        node: ast.expr,
        site: Place,
        asked: list[tuple[Source, ast.Call, ast.expr | None]],
    ) -> bool:
        parent = source.parent(node)
        match parent:
            case ast.Attribute(value=value, attr="get") if value is node:
                call = source.parent(parent)
                if not isinstance(call, ast.Call) or call.func is not parent or call.keywords:
                    return False
                key = call.args[0] if call.args else None
                if not isinstance(key, ast.Constant | ast.Name | ast.Attribute) or len(call.args) > 2:
                    return False
                default = call.args[1] if len(call.args) == 2 else None
                asked.append((source, call, default))
                return True
            case ast.Assign() | ast.AnnAssign() | ast.Return():
                return True
            case ast.Call() | ast.keyword():
                call = parent if isinstance(parent, ast.Call) else source.parent(parent)
                return isinstance(call, ast.Call) and (
                    source.place(call) == site or self._program.called(source, call) is not None
                )
            case _:
                return False

    def _asked(self, source: Source, call: ast.Call) -> list[FieldName] | None:
        """The fields that a call of .get() may ask for."""
        key = call.args[0]
        if isinstance(key, ast.Constant) and not isinstance(key.value, str):
            return None
        found = [self._names.find(name) for name in texts_of(source, key) or ()]
        return [name for name in found if name is not None] if found and None not in found else None

    def _can_ask(self, source: Source, call: ast.Call, default: ast.expr | None) -> bool:
        """Whether the fields say the same: texts, or numbers that were made of SOAP's text."""
        found = self._asked(source, call)
        if found is None or all(name.is_text for name in found):
            return found is not None
        zero = isinstance(default, ast.Constant) and default.value in (0, "0")
        return zero and _as_number(source, call) is not None and all(name.is_number for name in found)

    def _ask(self, source: Source, call: ast.Call, default: ast.expr | None) -> None:
        found = self._asked(source, call)
        if found is None or not isinstance(call.func, ast.Attribute):
            return
        base, field = call.func.value, self._rest_name(source, call.args[0], found)
        if found[0].is_number and (number := _as_number(source, call)) is not None:
            source.replace(number, lambda: self._got(source, source.source(base), field(), _ZERO, number))
            return
        source.replace(call, lambda: self._got(source, source.source(base), field(), default, call))

    def _rest_name(self, source: Source, name: ast.expr, fields: Iterable[FieldName]) -> Callable[[], str]:
        """The REST name of the field that SOAP called `name`, as code."""
        if isinstance(name, ast.Constant):
            (field,) = fields
            return lambda: source.literal(field.rest)
        table = self._tables.to_rest.setdefault(source.path, {})
        table.update({field.soap: field.rest for field in fields})
        return lambda: f"REST_NAMES[{source.source(name)}]"


def _branches(statement: ast.stmt) -> list[ast.If]:
    """The branches of an `if` with its `elif`s; empty where there is an `else`."""
    found: list[ast.If] = []
    current: ast.stmt | None = statement
    while isinstance(current, ast.If):
        found.append(current)
        if not current.orelse:
            return found
        if len(current.orelse) != 1:
            return []
        current = current.orelse[0]
    return []


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression may be written several times."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant | ast.Name):
            return False
        node = node.value
    return isinstance(node, ast.Name)


def _as_text(node: ast.expr) -> ast.expr:
    """What `str(…)` makes a text of."""
    match node:
        case ast.Call(func=ast.Name(id="str"), args=[only], keywords=[]):
            return only
    return node


def _as_number(source: Source, node: ast.expr) -> ast.Call | None:
    """The `int(…)` around a value."""
    parent = source.parent(node)
    if isinstance(parent, ast.Call) and getattr(parent.func, "id", "") == "int" and len(parent.args) == 1:
        return parent if not parent.keywords else None
    return None


def _turned(source: Source, node: ast.expr) -> ast.Call | None:
    """The `int(…)` or `str(…)` around a value."""
    match source.parent(node):
        case ast.Call(func=ast.Name(id="int" | "str"), args=[only], keywords=[]) as call if only is node:
            return call
    return None


def _is_zero(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == 0
