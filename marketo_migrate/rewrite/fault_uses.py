"""What handlers of SOAP faults read of the fault, and where that goes."""

import ast
from collections.abc import Callable, Collection
from dataclasses import dataclass

from marketo_migrate.rewrite.fault_codes import CODE, REST_CODES, RemainingCodes
from marketo_migrate.rewrite.fault_values import LOGS
from marketo_migrate.rewrite.literals import constant_items, tuple_of
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.program import Program, constant_of
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import FunctionNode, Source

USED = "a handler uses the fault itself: its text and fields are others in REST"
_CODES = "a handler tells fault codes apart: REST has other codes for the same failures"
_HANDED = "fault codes are handed on and compared elsewhere: REST's codes stand there now"
_DETAIL = ("fault", "detail", "serviceException")
_TEXTS = frozenset({(), ("message",), ("fault", "faultstring"), (*_DETAIL, "message")})
_FRONTS = frozenset({("message",), ("fault", "faultstring")})
"""The texts of a fault that begin with its code: "20103 - Lead not found"."""
_BEHIND_CODE = frozenset({" ", " - ", " -"})
_LENGTH_OF_CODE = 5
_SHOWING = LOGS | {"print", "secho", "SystemExit"}
_SOAP_READS = ("faultstring", "serviceException", "faultcode")
_TAKEN_APART = "the text of the fault is taken apart"
_BY_TEXT = "a handler decides by the text of the fault, which is another one in REST"


@dataclass(frozen=True, slots=True)
class _Held:
    """What a variable holds: "fault", "detail" (code and message), "code", "number" (the code), "text", or "element".

    An element is zeep's XML element of the code.
    """

    kind: str
    fault: str


class FaultUses:
    """Converts the reads of faults; what leaves the handlers is looked at when all are converted."""

    def __init__(self, program: Program, note: Callable[[str], None]) -> None:
        self._program = program
        self._note = note
        self.texts: list[tuple[Source, ast.Name]] = []
        """The uses of faults, and of their texts, that stay."""
        self._gone: dict[str, tuple[Source, ast.AST]] = {}
        self._written: dict[int, str] = {}
        self._given: dict[int, tuple[Source, FunctionNode, str, set[int]]] = {}

    def convert(self, source: Source, body: list[ast.stmt], name: str) -> None:
        """Convert the reads of the fault that a variable holds in some statements."""
        held = self._held(source, body, name)
        uses = [n for s in body for n in walk(s) if isinstance(n, ast.Name) and n.id in held]
        inside = {id(use) for use in uses}
        for use in uses:
            if not isinstance(use.ctx, ast.Load):
                continue
            what = held[use.id]
            test = next(
                (a for a in source.ancestors(use) if isinstance(a, ast.Compare) or _is_prefix_test(a)), None
            )
            if test is not None and source.is_replaced(test):
                continue
            if isinstance(test, ast.Compare | ast.Call) and self._test(source, test, use, what):
                self._note(_CODES)
                continue
            self._read(source, use, what, held)
        scope = source.scope(body[0])
        for node in walk(scope):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in inside:
                if node.id in held and node.id != name:
                    self._gone.setdefault(held[node.id].kind, (source, node))

    def finish(self, staying: Collection[ast.AST], *, whole: bool) -> None:
        """Convert the functions that get a fault, and the codes elsewhere that its code is compared with.

        `staying` are the handlers that stay with SOAP.
        """
        done: set[int] = set()
        while todo := [key for key in self._given if key not in done]:
            source, function, name, calls = self._given[todo[0]]
            done.add(todo[0])
            if self._is_always_given(source, function, calls):
                self.convert(source, function.body, name)
            elif any(_is_looked_into(source, node, name) for node in walk(function)):
                raise Unconvertible(
                    "a function looks into the fault it is given, and is called with other things too",
                    source,
                    function,
                )
        if whole and self._gone:
            self._check_reads(staying)
        if not self._gone:
            return
        codes = RemainingCodes(self._program, staying)
        if not codes:
            return
        if not whole or not self._gone.keys() & {"code", "number"}:
            codes.refuse()
        codes.convert(numbers="number" in self._gone)
        self._note(_HANDED)

    def _is_always_given(self, source: Source, function: FunctionNode, calls: Collection[int]) -> bool:
        """Whether a function, or a class whose objects it makes, is only called with faults, at these calls."""
        owner = source.parent(function)
        named: FunctionNode | ast.ClassDef = function
        if isinstance(owner, ast.ClassDef) and function is _constructor(owner):
            named = owner
        known = all(id(call) in calls for _, call in self._program.callers(source, named))
        others = self._program.mentions(source, named)
        return (
            known
            and self._program.is_closed(source, named)
            and all(named is owner and _is_caught(at, node) for at, node in others)
        )

    def _check_reads(self, staying: Collection[ast.AST]) -> None:
        for source in self._program.sources.values():
            for name in _SOAP_READS:
                for read in source.reads.get(name, ()):
                    around = [read, *source.ancestors(read)]
                    if isinstance(read, ast.Attribute) and not any(
                        source.is_replaced(outer) or outer in staying for outer in around
                    ):
                        raise Unconvertible(
                            f"{name} of a fault is read, which REST errors do not have", source, read
                        )

    def _held(self, source: Source, body: list[ast.stmt], name: str) -> dict[str, _Held]:
        """The variables that hold the fault or a part of it."""
        held = {name: _Held("fault", name)}
        nodes = [node for statement in body for node in walk(statement)]
        stored = [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        for node in nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if stored.count(target) == 1:
                    root, chain = _chain(_element_of(value) or value)
                case _:
                    continue
            if root is None or held.get(root.id) is None or held[root.id].kind not in ("fault", "detail"):
                continue
            fault = held[root.id].fault
            if held[root.id].kind == "detail":
                chain = (*_DETAIL, *chain)
            if chain == _DETAIL:
                held[target] = _Held("detail", target)
            elif _is_element(value) and root is not None and held[root.id].kind == "fault":
                held[target] = _Held("element", fault)
            elif chain == (*_DETAIL, "code"):
                held[target] = _Held("number" if _is_int(value) else "code", fault)
            elif chain in _TEXTS and value is not root:
                held[target] = _Held("text", fault)
        return held

    def _test(self, source: Source, test: ast.Compare | ast.Call, use: ast.Name, what: _Held) -> bool:
        """`fault.code == "20103"`, `"20103" in str(fault)`, `text.startswith("20103")` and their like."""
        negative = False
        if isinstance(test, ast.Call):
            if not isinstance(test.func, ast.Attribute):
                return False
            subject, other = test.func.value, test.args[0]
        else:
            if len(test.ops) != 1:
                self._check_order(source, test, use, what)
                return False
            sides = [test.left, test.comparators[0]]
            found = next((side for side in sides if use not in walk(side)), None)
            if found is None:
                return False
            other = found
            subject = next(side for side in sides if side is not other)
            negative = isinstance(test.ops[0], ast.NotEq | ast.NotIn)
        root, chain = _chain(subject)
        if what.kind == "element":
            chain = ("code",) if chain == ("text",) else ()
        about_code = what.kind in ("code", "number") or (root is use and chain[-1:] == ("code",))
        about_text = root is use and (what.kind == "text" or (what.kind == "fault" and chain in _TEXTS))
        codes = self._codes(source, other)
        if isinstance(test, ast.Call) and not (about_code or about_text):
            return False
        if not codes:
            if isinstance(other, ast.Constant) and other.value is None:
                return False
            if about_code and isinstance(test, ast.Call):
                raise Unconvertible(
                    "the first digits of a fault code are tested, and REST's codes have others", source, test
                )
            if about_code and not self._has_code_keys(source, test, other):
                raise Unconvertible("a fault code is compared with something that is not known", source, test)
            if about_text and constant_of(source, other)[0]:
                raise Unconvertible(_BY_TEXT, source, test)
            return False
        if isinstance(test, ast.Compare) and not isinstance(
            test.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn
        ):
            self._check_order(source, test, use, what)
            return False
        if root is not use:
            return False
        rest = [REST_CODES.get(code) for code in codes]
        if None in rest:
            raise Unconvertible(
                f"fault code {codes[rest.index(None)]} has no counterpart in REST", source, test
            )
        number = what.kind == "number"
        literals = [
            code if number else source.literal(code) for code in dict.fromkeys(rest) if code is not None
        ]
        subject_text = use.id if what.kind in ("code", "number") else f"{what.fault}.code"
        if len(literals) == 1:
            text = f"{subject_text} {'!=' if negative else '=='} {literals[0]}"
        else:
            text = f"{subject_text} {'not in' if negative else 'in'} ({', '.join(literals)})"
        source.replace(test, lambda: text)
        self._written[id(test)] = text
        self._drop_twin(source, test, text)
        return True

    def _drop_twin(self, source: Source, test: ast.expr, text: str) -> None:
        """`"20103" in fault.message or fault.code == "20103"` asks for the same twice in REST."""
        parent = source.parent(test)
        if not isinstance(parent, ast.BoolOp) or not isinstance(parent.op, ast.Or):
            return
        same = [value for value in parent.values if self._written.get(id(value)) == text]
        for value in same[1:]:
            before = parent.values[parent.values.index(value) - 1]
            start, end = source.span(before)[1], source.span(value)[1]
            if source.text[start : source.span(value)[0]].split() == ["or"]:
                source.replace_span(start, end, str)

    def _check_order(self, source: Source, test: ast.Compare, use: ast.Name, what: _Held) -> None:
        """Refuse `20000 <= code < 20100`."""
        operands = [test.left, *test.comparators]
        chains = [_chain(operand) for operand in operands]
        if any(
            root is use and (what.kind in ("code", "number") or chain[-1:] == ("code",))
            for root, chain in chains
        ):
            raise Unconvertible(
                "a range of fault codes is tested, and REST's codes are in another order", source, test
            )

    def _codes(self, source: Source, node: ast.expr) -> list[str]:
        """The fault codes that an expression holds."""
        bound = tuple_of(source, node) if isinstance(node, ast.Name) else None
        constants = constant_items(self._program, source, node if bound is None else bound)
        if constants is not None and not isinstance(node, ast.List | ast.Tuple | ast.Set):
            return [code for item in constants for code in self._codes(source, item)]
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return [code for item in node.elts for code in self._codes(source, item)]
        if isinstance(node, ast.Call):
            match node:
                case ast.Call(func=ast.Name(id="frozenset" | "tuple"), args=[only], keywords=[]):
                    return self._codes(source, only)
            return []
        known, value = constant_of(source, node)
        found = CODE.search(str(value)) if known else None
        if found is None and isinstance(node, ast.Name):
            made = _module_value(source, node.id)
            if isinstance(made, ast.Call):
                return self._codes(source, made)
            found = CODE.search(str(made.value)) if isinstance(made, ast.Constant) else None
        return [found[1]] if found is not None else []

    def _has_code_keys(self, source: Source, test: ast.AST, node: ast.expr) -> bool:
        """`code in ACTIONS`, a dict whose keys are fault codes."""
        if not isinstance(test, ast.Compare) or not isinstance(node, ast.Name):
            return False
        made = _module_value(source, node.id)
        if not isinstance(test.ops[0], ast.In | ast.NotIn) or not isinstance(made, ast.Dict):
            return False
        keys = [str(key.value) if isinstance(key, ast.Constant) else "" for key in made.keys]
        if not keys or not all(key in REST_CODES for key in keys):
            return False
        self._gone.setdefault("code", (source, node))
        return True

    def _read(self, source: Source, use: ast.Name, what: _Held, held: dict[str, _Held]) -> None:
        parent = source.parent(use)
        if isinstance(parent, ast.Raise):
            return
        self._note(USED)
        if what.kind == "text":
            self.texts.append((source, use))
        if what.kind in ("code", "number", "text"):
            self._goes(source, use, what.kind, held)
            return
        if what.kind == "element":
            self._element(source, use, what, held)
            return
        top: ast.AST = use
        while isinstance(parent, ast.Attribute) or (isinstance(parent, ast.Call) and _is_search(parent, top)):
            top, parent = parent, source.parent(parent)
        if isinstance(parent, ast.Attribute | ast.Call | ast.Subscript):
            top = next((a for a in source.ancestors(top) if _is_front(a, use)), top)
            parent = source.parent(top)
        if _is_element(top) and isinstance(parent, ast.Assign) and held_by(parent, held) == "element":
            _drop(source, parent)
            return
        root, found = _chain(top)
        chain = found
        if root is not use:
            raise Unconvertible("the fault is looked into in a way that is not known", source, use)
        if chain[-1:] != ("code",):
            self.texts.append((source, use))
        if not chain:
            if what.kind == "fault":
                self._hand_on(source, use, held)
            return
        if what.kind == "detail" and chain in (("code",), ("message",)):
            self._goes(source, top, "code" if chain == ("code",) else "text", held)
            return
        if isinstance(parent, ast.Subscript) and parent.value is top:
            raise Unconvertible(_TAKEN_APART, source, use)
        if chain in _TEXTS:
            source.replace(top, lambda: f"{use.id}.message")
            self._goes(source, top, "text", held)
        elif chain == (*_DETAIL, "code"):
            source.replace(top, lambda: f"{use.id}.code")
            self._goes(source, top, "code", held)
        elif chain == _DETAIL and isinstance(parent, ast.Assign):
            source.replace(top, lambda: use.id)
        elif chain == ("detail",) and (_drop_test(source, top) or _drop_guard(source, top)):
            return
        elif chain[:-1] in _TEXTS and chain[:-1]:
            raise Unconvertible(_TAKEN_APART, source, use)
        elif chain != ("args",):
            raise Unconvertible(
                f"the fault's {'.'.join(chain)} is read, which REST errors do not have", source, use
            )

    def _element(self, source: Source, use: ast.Name, what: _Held, held: dict[str, _Held]) -> None:
        """The XML element of the code: its text is the code, and it is always there."""
        read = source.parent(use)
        if isinstance(read, ast.Attribute) and read.attr == "text":
            source.replace(read, lambda: f"{what.fault}.code")
            self._goes(source, read, "code", held)
        elif not (_drop_test(source, use) or _drop_guard(source, use)):
            raise Unconvertible(
                "the element of the fault's code is used, which REST errors do not have", source, use
            )

    def _hand_on(self, source: Source, use: ast.Name, held: dict[str, _Held]) -> None:
        """The fault itself is used: a function that gets it is looked at when all handlers are converted."""
        parent = source.parent(use)
        if isinstance(parent, ast.Call) and use in parent.args:
            called = self._program.called(source, parent)
            at, function = called if called is not None else (source, None)
            made = _constructor(function) if isinstance(function, ast.ClassDef) else None
            function = function if made is None else made
            if isinstance(function, FunctionNode):
                names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
                bound = names[:1] in (["self"], ["cls"]) and (
                    made is not None or isinstance(parent.func, ast.Attribute)
                )
                index = parent.args.index(use) + bound
                if index < len(names):
                    entry = self._given.setdefault(id(function), (at, function, names[index], set()))
                    if entry[2] == names[index]:
                        entry[3].add(id(parent))
                        return
        self._goes(source, use, "fault", held)

    def _goes(self, source: Source, node: ast.AST, kind: str, held: dict[str, _Held]) -> None:
        """Note where a fault, its code or its text goes, but for what is only shown to people.

        What goes into the text of another exception, or a text with the code in it, is "told".
        """
        current, parent = node, source.parent(node)
        while True:
            is_code = kind in ("code", "number")
            match parent:
                case ast.Expr() | ast.If() | ast.While() | ast.Assert():
                    return
                case ast.Assign(targets=[ast.Name(id=name)]) if name in held:
                    return
                case ast.FormattedValue() | ast.JoinedStr():
                    kind = "told" if is_code else kind if kind == "told" else "text"
                case ast.BinOp(op=op):
                    if kind == "number" and not (isinstance(op, ast.Mod) and parent.right is current):
                        raise Unconvertible("it is calculated with a fault code", source, parent)
                    kind = "told" if is_code else kind if kind == "told" else "text"
                case ast.Tuple() if isinstance(source.parent(parent), ast.BinOp):
                    pass
                case ast.keyword() | ast.UnaryOp(op=ast.Not()) | ast.BoolOp():
                    pass
                case ast.IfExp(test=test) if test is current:
                    return
                case ast.Attribute(attr=name):
                    if is_code and name not in ("strip", "format"):
                        raise Unconvertible("a fault code is taken apart", source, parent)
                case ast.Subscript(value=value) if value is current:
                    if is_code:
                        raise Unconvertible("a fault code is taken apart", source, parent)
                case ast.Call(func=called):
                    name = getattr(called, "id", getattr(called, "attr", ""))
                    if name in _SHOWING:
                        return
                    if name == "int" and is_code:
                        kind = "number"
                    elif name in ("str", "repr", "unicode", "format") and called is not current:
                        kind = ("told" if name == "format" else "code") if is_code else kind
                    elif isinstance(source.parent(parent), ast.Raise):
                        if kind in ("text", "fault"):
                            kind = "told"
                        break
                    elif called is not current and not (
                        name == "strip" and isinstance(called, ast.Attribute)
                    ):
                        break
                case ast.Raise():
                    return
                case _:
                    break
            current, parent = parent, source.parent(parent)
        self._gone.setdefault(kind, (source, node))


def _constructor(node: ast.ClassDef) -> FunctionNode | None:
    """The method that makes the objects of a class, where it has one of its own."""
    return next((m for m in node.body if isinstance(m, FunctionNode) and m.name == "__init__"), None)


def _is_caught(source: Source, node: ast.expr) -> bool:
    """Whether a class is only named to catch its objects, or to ask for them."""
    outer = source.parent(node)
    outer = source.parent(outer) if isinstance(outer, ast.Tuple) else outer
    match outer:
        case ast.ExceptHandler():
            return True
        case ast.Call(func=ast.Name(id="isinstance" | "super"), args=[*_]):
            return True
    return False


def held_by(statement: ast.Assign, held: dict[str, _Held]) -> str | None:
    """What the variable that a statement gives a value is known to hold."""
    target = statement.targets[0]
    found = held.get(target.id) if isinstance(target, ast.Name) else None
    return found.kind if found is not None else None


def _is_prefix_test(node: ast.AST) -> bool:
    """`text.startswith("20103")`."""
    match node:
        case ast.Call(func=ast.Attribute(attr="startswith"), args=[_], keywords=[]):
            return True
        case _:
            return False


def _is_int(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="int")):
            return True
        case _:
            return False


def _is_looked_into(source: Source, node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(source.parent(node), ast.Attribute)


def _chain(node: ast.AST) -> tuple[ast.Name | None, tuple[str, ...]]:
    """The variable at the root of `a.b.c` and the names behind it; str() around it does not matter.

    zeep has the detail as an XML element: `fault.detail.find(".//code").text` counts as suds' way to the code.
    """
    names: list[str] = []
    front = _front(node)
    if front is not None:
        root, chain = _chain(front)
        return (root, (*_DETAIL, "code")) if chain in _FRONTS else (None, ())
    current: ast.AST = node
    while True:
        found = _searched(current)
        if found is not None:
            names += [found[1], "serviceException"]
            current = found[0]
        match current:
            case ast.Attribute(value=base, attr=name):
                names.append(name)
                current = base
            case ast.Call(func=ast.Name(id="str" | "int"), args=[only]):
                current = only
            case _:
                break
    chain = tuple(reversed(names))
    if chain[:2] == _DETAIL[1:]:
        chain = (_DETAIL[0], *chain)
    return (current, chain) if isinstance(current, ast.Name) else (None, ())


def _front(node: ast.AST) -> ast.expr | None:
    """The text of which an expression is the first word: `text.split(" ")[0]`, `text.partition(" - ")[0]`, `text[:5]`."""
    match node:
        case ast.Subscript(
            value=text, slice=ast.Slice(lower=None, upper=ast.Constant(value=int() as length), step=None)
        ):
            return text if length == _LENGTH_OF_CODE else None
        case ast.Subscript(
            value=ast.Call(func=ast.Attribute(value=text, attr="split" | "partition"), args=args),
            slice=ast.Constant(value=0),
        ):
            by = args[0].value if args and isinstance(args[0], ast.Constant) else None
            return text if not args or by in _BEHIND_CODE else None
        case ast.Call(func=ast.Attribute(value=inner, attr="strip"), args=[]):
            match inner:
                case ast.Subscript(
                    value=ast.Call(
                        func=ast.Attribute(value=text, attr="split" | "partition"),
                        args=[ast.Constant(value="-" | ":"), *_],
                    ),
                    slice=ast.Constant(value=0),
                ):
                    return text
            return _front(inner)
    return None


def _is_front(node: ast.AST, use: ast.Name) -> bool:
    """Whether an expression is the code at the front of a text of the fault that a variable holds."""
    front = _front(node)
    return front is not None and _chain(front)[0] is use and _chain(node)[0] is use


def _is_element(node: ast.AST) -> bool:
    """`fault.detail.find(".//code")`."""
    return isinstance(node, ast.expr) and _element_of(node) is not None


def _element_of(node: ast.expr) -> ast.expr | None:
    """The text of the element of a fault's code, for the element itself."""
    match node:
        case ast.Call(func=ast.Attribute(attr="find"), args=[ast.Constant(value=str())]):
            text = ast.copy_location(ast.Attribute(node, "text", ast.Load()), node)
            return text if _chain(text)[1] == (*_DETAIL, "code") else None
    return None


def _drop_guard(source: Source, part: ast.AST) -> bool:
    """Take away `if fault.detail is None: return None`, which does not happen with REST errors."""
    outer: ast.AST | None = source.parent(part)
    match outer:
        case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None)]) if left is part:
            test: ast.AST = outer
        case ast.UnaryOp(op=ast.Not()):
            test = outer
        case _:
            return False
    guard = source.parent(test)
    match guard:
        case ast.If(test=tested, body=[ast.Return() | ast.Raise()], orelse=[]) if tested is test:
            return _drop(source, guard)
    return False


def _drop(source: Source, statement: ast.stmt) -> bool:
    """Take a statement away that is not the only one in its block."""
    if len(source.block(statement)) < 2 or not source.owns_lines(statement):
        return False
    end = source.line_start((statement.end_lineno or statement.lineno) + 1)
    source.replace(statement, str)
    source.replace_span(source.line_start(statement.lineno), end, str)
    return True


def _searched(node: ast.AST) -> tuple[ast.expr, str] | None:
    """The element and the name of `element.find("…name").text` or `element.findtext("…name")`."""
    call: ast.AST = node
    method = "findtext"
    if isinstance(node, ast.Attribute) and node.attr == "text":
        call, method = node.value, "find"
    match call:
        case ast.Call(
            func=ast.Attribute(value=element, attr=attr), args=[ast.Constant(value=str() as path)]
        ) if attr == method:
            name = path.rpartition("/")[2].rpartition("}")[2].rpartition(":")[2]
            return (element, name) if name in ("code", "message") else None
    return None


def _drop_test(source: Source, detail: ast.AST) -> bool:
    """Take away a test whether a fault has a detail, which stands before what is read of it; REST errors have a code."""
    test, outer = detail, source.parent(detail)
    match outer:
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]) if (
            left is detail
        ):
            test, outer = outer, source.parent(outer)
    match outer:
        case ast.BoolOp(op=ast.And(), values=[*_, last] as values) if test in values and test is not last:
            following = values[values.index(test) + 1]
            start, end = source.span(test)[0], source.span(following)[0]
            if source.text[source.span(test)[1] : end].split() == ["and"]:
                source.replace_span(start, end, str)
                return True
        case ast.IfExp(test=tested, body=body, orelse=ast.Constant(value=None)) if tested is test:
            source.replace(outer, lambda: source.source(body))
            return True
    return False


def _is_search(call: ast.Call, function: ast.AST) -> bool:
    return (
        call.func is function
        and isinstance(function, ast.Attribute)
        and function.attr in ("find", "findtext")
    )


def _module_value(source: Source, name: str) -> ast.expr | None:
    """What a module's only assignment to a name gives it."""
    values = [
        s.value
        for s in source.tree.body
        if isinstance(s, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in s.targets)
    ]
    return values[0] if len(values) == 1 else None
