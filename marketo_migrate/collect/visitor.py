"""A LibCST visitor that turns a module into `ModuleFacts`.

It goes through the tree in source order by itself: `CSTVisitor` rebuilds what it visits, and the
cursor needs every leaf in the order of the text.
"""

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, cast

import libcst as cst

from marketo_migrate.model import facts as f
from marketo_migrate.syntax.cursor import Cursor
from marketo_migrate.syntax.parse import Parsed, line_starts

_OPERATORS: dict[type[cst.CSTNode], str] = {
    cst.Add: "+",
    cst.Modulo: "%",
    cst.Multiply: "*",
    cst.Subtract: "-",
    cst.Divide: "/",
    cst.BitOr: "|",
    cst.AddAssign: "+",
    cst.ModuloAssign: "%",
    cst.MultiplyAssign: "*",
    cst.BitOrAssign: "|",
}
_UNARY: dict[type[cst.CSTNode], str] = {cst.Not: "not", cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~"}
_TRIVIA = (cst.BaseParenthesizableWhitespace, cst.LeftParen, cst.RightParen, cst.TrailingWhitespace)
_CONSTANTS: dict[str, bool | None] = {"True": True, "False": False, "None": None}


def collect(parsed: Parsed) -> f.ModuleFacts:
    """The facts of a parsed module.

    Raises `LostPositionError` if tree and text do not agree, `RecursionError` for nesting too deep.
    """
    visitor = FactsVisitor(parsed.text)
    body = visitor.block(parsed.tree.body)
    visitor.cursor.skip_trivia()
    return f.ModuleFacts(
        path=parsed.path,
        text=parsed.text,
        language=parsed.language,
        body=body,
        comments=tuple(visitor.cursor.comments),
        line_starts=line_starts(parsed.text),
        original=parsed.original if parsed.language == 2 else None,
    )


class FactsVisitor:
    """Visits statements and expressions in source order, keeping the cursor in step."""

    def __init__(self, text: str) -> None:
        self.cursor = Cursor(text)
        self._statements: dict[type[cst.CSTNode], Callable[[Any], f.Statement | None]] = {
            cst.FunctionDef: self._function,
            cst.ClassDef: self._class,
            cst.If: self._if,
            cst.While: self._while,
            cst.For: self._for,
            cst.Try: self._try,
            cst.TryStar: self._try,
            cst.With: self._with,
            cst.Match: self._match,
            cst.Expr: self._expression_statement,
            cst.Assign: self._assign,
            cst.AnnAssign: self._annotated,
            cst.AugAssign: self._augmented,
            cst.Return: self._return,
            cst.Raise: self._raise,
            cst.Assert: self._assert,
            cst.Del: self._delete,
            cst.Pass: lambda node: self._word("pass"),
            cst.Break: lambda node: f.Jump("break", self.cursor.leaf("break")),
            cst.Continue: lambda node: f.Jump("continue", self.cursor.leaf("continue")),
            cst.Import: self._import,
            cst.ImportFrom: self._import_from,
            cst.Global: lambda node: self._scope("global", node.names),
            cst.Nonlocal: lambda node: self._scope("nonlocal", node.names),
        }
        self._expressions: dict[type[cst.CSTNode], Callable[[Any], f.Expression]] = {
            cst.Name: self._name,
            cst.Attribute: self._attribute,
            cst.Call: self._call,
            cst.Subscript: self._subscript,
            cst.SimpleString: self._string,
            cst.ConcatenatedString: self._concatenated,
            cst.FormattedString: self._formatted,
            cst.Integer: self._number,
            cst.Float: self._number,
            cst.Imaginary: self._number,
            cst.Ellipsis: lambda node: f.Constant(None, self.cursor.leaf("...")),
            cst.BinaryOperation: self._binary,
            cst.BooleanOperation: self._boolean,
            cst.UnaryOperation: self._unary,
            cst.Comparison: self._comparison,
            cst.IfExp: self._conditional,
            cst.NamedExpr: self._walrus,
            cst.Tuple: self._tuple,
            cst.List: self._list,
            cst.Set: self._set,
            cst.Dict: self._dict,
            cst.ListComp: self._comprehension,
            cst.SetComp: self._comprehension,
            cst.GeneratorExp: self._comprehension,
            cst.DictComp: self._comprehension,
            cst.Lambda: self._lambda,
            cst.Await: self._await,
            cst.Yield: self._yield,
            cst.Slice: self._slice,
        }

    # --- statements -------------------------------------------------------------------------

    def block(self, nodes: Iterable[cst.CSTNode]) -> tuple[f.Statement, ...]:
        """The statements of a body, the simple ones of a line each on its own."""
        result: list[f.Statement] = []
        for node in nodes:
            parts = node.body if isinstance(node, cst.SimpleStatementLine) else (node,)
            for part in parts:
                handler = self._statements.get(type(part))
                statement = handler(part) if handler else self._unknown_statement(part)
                if statement is not None:
                    result.append(statement)
        return tuple(result)

    def _suite(self, node: cst.BaseSuite) -> tuple[f.Statement, ...]:
        return self.block(cast("Sequence[cst.CSTNode]", node.body))

    def _word(self, word: str) -> None:
        self.cursor.leaf(word)

    def _unknown_statement(self, node: cst.CSTNode) -> f.Statement:
        return f.Evaluate((), self._verbatim(node))

    def _verbatim(self, node: cst.CSTNode) -> f.At:
        """Step over a node that is not looked into (a pattern, type parameters)."""
        start = self.cursor.skip_trivia()
        self._step_over(node)
        return start, self.cursor.position

    def _step_over(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.MatchValue | cst.MatchSingleton):
            node = node.value
        if type(node) in self._expressions:
            self.expression(node)
            return
        for child in node.children:
            if not isinstance(child, _TRIVIA):
                self._step_over(child)
        for _ in getattr(node, "rpar", ()):
            self.cursor.leaf(")")

    def _function(self, node: cst.FunctionDef) -> f.Statement:
        start, decorators = self._decorators(node.decorators)
        if node.asynchronous is not None:
            word = self.cursor.leaf("async")
            start = word[0] if start is None else start
        word = self.cursor.leaf("def")
        start = word[0] if start is None else start
        name_at = self.cursor.leaf(node.name.value)
        if node.type_parameters is not None:
            self._verbatim(node.type_parameters)
        self.cursor.leaf("(")
        parameters = self._parameters(node.params)
        self.cursor.leaf(")")
        returns = self.expression(node.returns.annotation) if node.returns else None
        body = self._suite(node.body)
        at = (start, self.cursor.position)
        function = f.Function(
            node.name.value,
            parameters,
            decorators,
            returns,
            body,
            node.asynchronous is not None,
            at,
            name_at,
        )
        return f.Define(function, at)

    def _class(self, node: cst.ClassDef) -> f.Statement:
        start, decorators = self._decorators(node.decorators)
        word = self.cursor.leaf("class")
        start = word[0] if start is None else start
        name_at = self.cursor.leaf(node.name.value)
        if node.type_parameters is not None:
            self._verbatim(node.type_parameters)
        bases = tuple(self.expression(base.value) for base in node.bases)
        keywords = self._arguments(node.keywords)
        body = self._suite(node.body)
        at = (start, self.cursor.position)
        return f.Define(f.Class(node.name.value, bases, keywords, decorators, body, at, name_at), at)

    def _decorators(self, nodes: Sequence[cst.Decorator]) -> tuple[int | None, tuple[f.Expression, ...]]:
        start = None
        decorators = []
        for node in nodes:
            word = self.cursor.leaf("@")
            start = word[0] if start is None else start
            decorators.append(self.expression(node.decorator))
        return start, tuple(decorators)

    def _parameters(self, node: cst.Parameters) -> tuple[f.Parameter, ...]:
        result = [self._parameter(p, "positional") for p in (*node.posonly_params, *node.params)]
        if isinstance(node.star_arg, cst.Param):
            result.append(self._parameter(node.star_arg, "*"))
        result.extend(self._parameter(p, "keyword") for p in node.kwonly_params)
        if node.star_kwarg is not None:
            result.append(self._parameter(node.star_kwarg, "**"))
        return tuple(result)

    def _parameter(self, node: cst.Param, kind: Literal["positional", "keyword", "*", "**"]) -> f.Parameter:
        self.cursor.leaf(node.name.value)
        annotation = self.expression(node.annotation.annotation) if node.annotation else None
        default = self.expression(node.default) if node.default is not None else None
        return f.Parameter(node.name.value, kind, default, annotation)

    def _if(self, node: cst.If) -> f.Statement:
        start = self.cursor.leaf("elif" if self._next_is("elif") else "if")[0]
        test = self.expression(node.test)
        body = self._suite(node.body)
        orelse: tuple[f.Statement, ...] = ()
        if isinstance(node.orelse, cst.If):
            orelse = (self._if(node.orelse),)
        elif node.orelse is not None:
            orelse = self._else(node.orelse)
        return f.If(test, body, orelse, (start, self.cursor.position))

    def _next_is(self, word: str) -> bool:
        return self.cursor.text.startswith(word, self.cursor.skip_trivia())

    def _else(self, node: cst.Else) -> tuple[f.Statement, ...]:
        self.cursor.leaf("else")
        return self._suite(node.body)

    def _while(self, node: cst.While) -> f.Statement:
        start = self.cursor.leaf("while")[0]
        test = self.expression(node.test)
        body = self._suite(node.body)
        orelse = self._else(node.orelse) if node.orelse else ()
        return f.While(test, body, orelse, (start, self.cursor.position))

    def _for(self, node: cst.For) -> f.Statement:
        start = self.cursor.leaf("for")[0]
        target = self.expression(node.target)
        iterable = self.expression(node.iter)
        body = self._suite(node.body)
        orelse = self._else(node.orelse) if node.orelse else ()
        return f.For(target, iterable, body, orelse, (start, self.cursor.position))

    def _try(self, node: cst.Try | cst.TryStar) -> f.Statement:
        start = self.cursor.leaf("try")[0]
        body = self._suite(node.body)
        handlers = tuple(self._handler(handler) for handler in node.handlers)
        orelse = self._else(node.orelse) if node.orelse else ()
        final: tuple[f.Statement, ...] = ()
        if node.finalbody:
            self.cursor.leaf("finally")
            final = self._suite(node.finalbody.body)
        return f.Try(body, handlers, orelse, final, (start, self.cursor.position))

    def _handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> f.Handler:
        start = self.cursor.leaf("except")[0]
        kind = self.expression(node.type) if node.type else None
        name = None
        if node.name is not None and isinstance(node.name.name, cst.Name):
            name = node.name.name.value
            self.cursor.leaf(name)
        body = self._suite(node.body)
        return f.Handler(kind, name, body, (start, self.cursor.position))

    def _with(self, node: cst.With) -> f.Statement:
        start = self.cursor.leaf("with")[0]
        items = []
        for item in node.items:
            value = self.expression(item.item)
            items.append((value, self.expression(item.asname.name) if item.asname else None))
        body = self._suite(node.body)
        return f.With(tuple(items), body, (start, self.cursor.position))

    def _match(self, node: cst.Match) -> f.Statement:
        start = self.cursor.leaf("match")[0]
        subject = self.expression(node.subject)
        cases = []
        for case in node.cases:
            self.cursor.leaf("case")
            self._verbatim(case.pattern)
            guard = self.expression(case.guard) if case.guard else None
            cases.append(f.Case(_pattern_names(case.pattern), guard, self._suite(case.body)))
        return f.Match(subject, tuple(cases), (start, self.cursor.position))

    def _expression_statement(self, node: cst.Expr) -> f.Statement:
        value = self.expression(node.value)
        return f.Evaluate((value,), value.at)

    def _assign(self, node: cst.Assign) -> f.Statement:
        targets = tuple(self.expression(target.target) for target in node.targets)
        value = self.expression(node.value)
        return f.Assign(targets, value, (targets[0].at[0], value.at[1]))

    def _annotated(self, node: cst.AnnAssign) -> f.Statement:
        target = self.expression(node.target)
        annotation = self.expression(node.annotation.annotation)
        value = self.expression(node.value) if node.value is not None else None
        return f.Assign((target,), value, (target.at[0], self.cursor.position), annotation)

    def _augmented(self, node: cst.AugAssign) -> f.Statement:
        target = self.expression(node.target)
        value = self.expression(node.value)
        operator = _OPERATORS.get(type(node.operator), "?")
        return f.Assign((target,), value, (target.at[0], value.at[1]), None, operator)

    def _return(self, node: cst.Return) -> f.Statement:
        start, end = self.cursor.leaf("return")
        value = self.expression(node.value) if node.value is not None else None
        return f.Return(value, (start, value.at[1] if value else end))

    def _raise(self, node: cst.Raise) -> f.Statement:
        start = self.cursor.leaf("raise")[0]
        values = [self.expression(node.exc)] if node.exc else []
        if node.cause is not None:
            values.append(self.expression(node.cause.item))
        return f.Raise(tuple(values), (start, self.cursor.position))

    def _assert(self, node: cst.Assert) -> f.Statement:
        start = self.cursor.leaf("assert")[0]
        values = [self.expression(node.test)]
        if node.msg is not None:
            values.append(self.expression(node.msg))
        return f.Evaluate(tuple(values), (start, self.cursor.position))

    def _delete(self, node: cst.Del) -> f.Statement:
        start = self.cursor.leaf("del")[0]
        value = self.expression(node.target)
        return f.Evaluate((value,), (start, self.cursor.position))

    def _import(self, node: cst.Import) -> f.Statement:
        start = self.cursor.leaf("import")[0]
        names = []
        for alias in node.names:
            dotted = self._dotted(alias.name)
            bound = self._alias(alias)
            names.append(f.Imported(dotted, bound or dotted.partition(".")[0]))
            if bound is None and "." in dotted:
                names[-1] = f.Imported(dotted, "")
        return f.Import(None, 0, tuple(names), (start, self.cursor.position))

    def _import_from(self, node: cst.ImportFrom) -> f.Statement:
        start = self.cursor.leaf("from")[0]
        module = self._dotted(node.module) if node.module is not None else ""
        self.cursor.leaf("import")
        names: list[f.Imported] = []
        if isinstance(node.names, cst.ImportStar):
            self.cursor.leaf("*")
            names.append(f.Imported("*", "*"))
        else:
            for alias in node.names:
                name = self._dotted(alias.name)
                names.append(f.Imported(name, self._alias(alias) or name))
        if node.rpar is not None:
            self.cursor.leaf(")")
        return f.Import(module, len(node.relative), tuple(names), (start, self.cursor.position))

    def _alias(self, alias: cst.ImportAlias) -> str | None:
        if alias.asname is None or not isinstance(alias.asname.name, cst.Name):
            return None
        name = alias.asname.name.value
        self.cursor.leaf(name)
        return name

    def _dotted(self, node: cst.BaseExpression) -> str:
        if isinstance(node, cst.Attribute):
            base = self._dotted(node.value)
            self.cursor.leaf(node.attr.value)
            return f"{base}.{node.attr.value}"
        name = cst.ensure_type(node, cst.Name).value
        self.cursor.leaf(name)
        return name

    def _scope(self, kind: Literal["global", "nonlocal"], items: Sequence[cst.NameItem]) -> f.Statement:
        start = self.cursor.leaf(kind)[0]
        names = []
        for item in items:
            self.cursor.leaf(item.name.value)
            names.append(item.name.value)
        return f.Scope(kind, tuple(names), (start, self.cursor.position))

    # --- expressions ------------------------------------------------------------------------

    def expression(self, node: cst.CSTNode) -> f.Expression:
        """One expression; its own parentheses are stepped over and not part of its span."""
        handler = self._expressions.get(type(node))
        if handler is None:
            return f.Opaque(type(node).__name__, (), self._verbatim(node))
        result = handler(node)
        for _ in getattr(node, "rpar", ()):
            self.cursor.leaf(")")
        return result

    def _name(self, node: cst.Name) -> f.Expression:
        at = self.cursor.leaf(node.value)
        if node.value in _CONSTANTS:
            return f.Constant(_CONSTANTS[node.value], at)
        return f.Name(node.value, at)

    def _attribute(self, node: cst.Attribute) -> f.Expression:
        start, base = self._leading(node.value)
        self.cursor.leaf(".")
        end = self.cursor.leaf(node.attr.value)[1]
        return f.Attribute(base, node.attr.value, (start, end))

    def _call(self, node: cst.Call) -> f.Expression:
        start, function = self._leading(node.func)
        self.cursor.leaf("(")
        arguments = self._arguments(node.args)
        return f.Call(function, arguments, (start, self.cursor.leaf(")")[1]))

    def _leading(self, node: cst.BaseExpression) -> tuple[int, f.Expression]:
        """The first part of a larger expression, and where it begins, its parentheses included."""
        start = None
        if node.lpar:
            start = self.cursor.leaf("(")[0]
            self.cursor.position = start
        expression = self.expression(node)
        return expression.at[0] if start is None else start, expression

    def _arguments(self, nodes: Sequence[cst.Arg]) -> tuple[f.Argument, ...]:
        arguments = []
        for node in nodes:
            if node.keyword is not None:
                self.cursor.leaf(node.keyword.value)
            value = self.expression(node.value)
            keyword = node.keyword.value if node.keyword is not None else None
            arguments.append(f.Argument(value, keyword, node.star))
        return tuple(arguments)

    def _subscript(self, node: cst.Subscript) -> f.Expression:
        start, base = self._leading(node.value)
        self.cursor.leaf("[")
        parts = []
        for element in node.slice:
            inner = element.slice
            parts.append(self.expression(inner.value if isinstance(inner, cst.Index) else inner))
        end = self.cursor.leaf("]")[1]
        index = parts[0] if len(parts) == 1 else f.Sequence("tuple", tuple(parts), base.at)
        return f.Subscript(base, index, (start, end))

    def _slice(self, node: cst.Slice) -> f.Expression:
        start = self.cursor.skip_trivia()
        parts = [self.expression(part) for part in (node.lower, node.upper, node.step) if part is not None]
        return f.Opaque("slice", tuple(parts), (start, self.cursor.position))

    def _string(self, node: cst.SimpleString) -> f.Expression:
        return _literal(node.value, self.cursor.leaf(node.value))

    def _number(self, node: cst.Integer | cst.Float | cst.Imaginary) -> f.Expression:
        at = self.cursor.leaf(node.value)
        if node.value.isdecimal() and len(node.value) < 100:
            return f.Constant(int(node.value), at)
        try:
            return f.Constant(ast.literal_eval(node.value), at)
        except (SyntaxError, ValueError):
            # More digits than Python converts.
            return f.Opaque("number", (), at)

    def _concatenated(self, node: cst.ConcatenatedString) -> f.Expression:
        parts: list[f.Expression] = []
        rest: cst.BaseExpression = node
        while isinstance(rest, cst.ConcatenatedString):
            parts.append(self.expression(rest.left))
            rest = rest.right
        parts.append(self.expression(rest))
        at = (parts[0].at[0], parts[-1].at[1])
        if all(isinstance(part, f.Text) for part in parts):
            return f.Text("".join(cast("f.Text", part).value for part in parts), at)
        flat = [p for part in parts for p in (part.parts if isinstance(part, f.Joined) else (part,))]
        return f.Joined(tuple(flat), at)

    def _formatted(self, node: cst.FormattedString) -> f.Expression:
        start = self.cursor.leaf(node.start)[0]
        parts: list[f.Expression] = []
        self._formatted_parts(node.parts, node.prefix, node.quote, parts)
        end = self.cursor.exact(len(node.end))[1]
        return f.Joined(tuple(parts), (start, end))

    def _formatted_parts(
        self,
        nodes: Sequence[cst.BaseFormattedStringContent],
        prefix: str,
        quote: str,
        parts: list[f.Expression],
    ) -> None:
        for node in nodes:
            if isinstance(node, cst.FormattedStringText):
                at = self.cursor.exact(len(node.value))
                parts.append(_formatted_text(node.value, prefix, quote, at))
                continue
            expression = cst.ensure_type(node, cst.FormattedStringExpression)
            self.cursor.exact(1)
            parts.append(self.expression(expression.expression))
            if expression.format_spec is not None:
                self.cursor.leaf(":")
                spec: list[f.Expression] = []
                self._formatted_parts(expression.format_spec, prefix, quote, spec)
            self.cursor.leaf("}")

    def _binary(self, node: cst.BinaryOperation) -> f.Expression:
        operator = _OPERATORS.get(type(node.operator), "?")
        spine = [node]
        while (
            isinstance(node.left, cst.BinaryOperation)
            and not node.left.lpar
            and _OPERATORS.get(type(node.left.operator), "?") == operator
        ):
            node = node.left
            spine.append(node)
        start, first = self._leading(node.left)
        operands = [first]
        operands.extend(self.expression(part.right) for part in reversed(spine))
        return f.Binary(tuple(operands), operator, (start, self.cursor.position))

    def _boolean(self, node: cst.BooleanOperation) -> f.Expression:
        start, left = self._leading(node.left)
        right = self.expression(node.right)
        match node, left:
            case cst.BooleanOperation(
                left=cst.BooleanOperation(operator=cst.And()), operator=cst.Or()
            ), f.Choice(options=(*earlier, last), tests=tests):
                # `a and b or c`: whatever of `a` is handed on is falsy, and `c` stands in for it.
                left = f.Choice((last,), (*tests, *earlier), left.at)
        return f.Choice(
            (left, right), (), (start, self.cursor.position), both=isinstance(node.operator, cst.And)
        )

    def _unary(self, node: cst.UnaryOperation) -> f.Expression:
        operator = _UNARY.get(type(node.operator), "?")
        start = self.cursor.leaf(operator)[0]
        value = self.expression(node.expression)
        if operator == "-" and isinstance(value, f.Constant) and type(value.value) in (int, float):
            return f.Constant(-cast("float", value.value), (start, value.at[1]))
        return f.Opaque(operator, (value,), (start, value.at[1]))

    def _comparison(self, node: cst.Comparison) -> f.Expression:
        start, first = self._leading(node.left)
        rest = [self.expression(target.comparator) for target in node.comparisons]
        return f.Opaque("compare", (first, *rest), (start, self.cursor.position))

    def _conditional(self, node: cst.IfExp) -> f.Expression:
        start, body = self._leading(node.body)
        test = self.expression(node.test)
        orelse = self.expression(node.orelse)
        return f.Choice((body, orelse), (test,), (start, self.cursor.position))

    def _walrus(self, node: cst.NamedExpr) -> f.Expression:
        target = self.expression(node.target)
        value = self.expression(node.value)
        return f.Walrus(cast("f.Name", target), value, (target.at[0], value.at[1]))

    def _elements(self, nodes: Sequence[cst.BaseElement]) -> tuple[f.Expression, ...]:
        items: list[f.Expression] = []
        for node in nodes:
            if isinstance(node, cst.StarredElement):
                start = self.cursor.leaf("*")[0]
                value = self.expression(node.value)
                items.append(f.Starred(value, (start, value.at[1])))
            else:
                items.append(self.expression(node.value))
        return tuple(items)

    def _tuple(self, node: cst.Tuple) -> f.Expression:
        start = self.cursor.skip_trivia() if not node.lpar else self.cursor.leaf("(")[0]
        items = self._elements(node.elements)
        at = (items[0].at[0], items[-1].at[1]) if items else (start, self.cursor.position)
        return f.Sequence("tuple", items, at)

    def _list(self, node: cst.List) -> f.Expression:
        start = self.cursor.leaf("[")[0]
        items = self._elements(node.elements)
        return f.Sequence("list", items, (start, self.cursor.leaf("]")[1]))

    def _set(self, node: cst.Set) -> f.Expression:
        start = self.cursor.leaf("{")[0]
        items = self._elements(node.elements)
        return f.Sequence("set", items, (start, self.cursor.leaf("}")[1]))

    def _dict(self, node: cst.Dict) -> f.Expression:
        start = self.cursor.leaf("{")[0]
        items: list[tuple[f.Expression | None, f.Expression]] = []
        for element in node.elements:
            if isinstance(element, cst.DictElement):
                key = self.expression(element.key)
                items.append((key, self.expression(element.value)))
            else:
                items.append((None, self.expression(cst.ensure_type(element, cst.StarredDictElement).value)))
        return f.Mapping(tuple(items), (start, self.cursor.leaf("}")[1]))

    def _comprehension(
        self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp | cst.DictComp
    ) -> f.Expression:
        kind, opening, closing = _COMPREHENSIONS[type(node)]
        start = self.cursor.leaf(opening)[0] if opening else None
        if isinstance(node, cst.DictComp):
            key = self.expression(node.key)
            elements: tuple[f.Expression, ...] = (key, self.expression(node.value))
        else:
            elements = (self.expression(node.elt),)
        loops = self._loops(node.for_in)
        end = self.cursor.leaf(closing)[1] if closing else self.cursor.position
        return f.Comprehension(kind, elements, loops, (elements[0].at[0] if start is None else start, end))

    def _loops(self, node: cst.CompFor | None) -> tuple[f.Loop, ...]:
        loops = []
        while node is not None:
            target = self.expression(node.target)
            iterable = self.expression(node.iter)
            conditions = tuple(self.expression(condition.test) for condition in node.ifs)
            loops.append(f.Loop(target, iterable, conditions))
            node = node.inner_for_in
        return tuple(loops)

    def _lambda(self, node: cst.Lambda) -> f.Expression:
        start, name_end = self.cursor.leaf("lambda")
        parameters = self._parameters(node.params)
        self.cursor.leaf(":")
        value = self.expression(node.body)
        at = (start, value.at[1])
        body = (f.Return(value, value.at),)
        return f.Lambda(f.Function("<lambda>", parameters, (), None, body, False, at, (start, name_end)), at)

    def _await(self, node: cst.Await) -> f.Expression:
        start = self.cursor.leaf("await")[0]
        value = self.expression(node.expression)
        return f.Await(value, (start, value.at[1]))

    def _yield(self, node: cst.Yield) -> f.Expression:
        start, end = self.cursor.leaf("yield")
        if isinstance(node.value, cst.From):
            value: f.Expression | None = self.expression(node.value.item)
        else:
            value = self.expression(node.value) if node.value is not None else None
        return f.Yield(value, isinstance(node.value, cst.From), (start, value.at[1] if value else end))


_COMPREHENSIONS: dict[
    type[cst.CSTNode], tuple[Literal["list", "set", "dict", "generator"], str | None, str | None]
] = {
    cst.ListComp: ("list", "[", "]"),
    cst.SetComp: ("set", "{", "}"),
    cst.DictComp: ("dict", "{", "}"),
    cst.GeneratorExp: ("generator", None, None),
}


def _literal(source: str, at: f.At) -> f.Expression:
    """A string or bytes literal."""
    if "\\" not in source and source[0] in "'\"":
        width = 3 if source[:3] in ('"""', "'''") else 1
        return f.Text(source[width:-width], at)
    try:
        value = ast.literal_eval(source)
    except (SyntaxError, ValueError):
        # An escape that Python does not know, or half of one: LibCST does not look into texts.
        return f.Text(source, at)
    return f.Text(value, at) if isinstance(value, str) else f.Constant(value, at)


def _formatted_text(source: str, prefix: str, quote: str, at: f.At) -> f.Expression:
    """The text between the braces of an f-string."""
    if "\\" in source and "r" not in prefix.lower():
        try:
            return f.Text(ast.literal_eval(quote + source + quote).replace("{{", "{").replace("}}", "}"), at)
        except (SyntaxError, ValueError):
            return f.Text(source, at)
    return f.Text(source.replace("{{", "{").replace("}}", "}"), at)


def _pattern_names(pattern: cst.CSTNode) -> tuple[tuple[str, bool], ...]:
    """The names a match pattern binds; True where the name is bound to the whole subject."""
    names: list[tuple[str, bool]] = []
    pending: list[tuple[cst.CSTNode, bool]] = [(pattern, True)]
    while pending:
        node, whole = pending.pop()
        if isinstance(node, cst.MatchAs):
            if node.name is not None:
                names.append((node.name.value, whole))
            if node.pattern is not None:
                pending.append((node.pattern, whole))
        elif isinstance(node, cst.MatchOr):
            pending.extend((part.pattern, whole) for part in node.patterns)
        elif isinstance(node, cst.MatchStar | cst.MatchMapping) and getattr(node, "name", None) is not None:
            names.append((cast("Any", node).name.value, False))
            pending.extend((child, False) for child in node.children)
        else:
            pending.extend((child, False) for child in node.children)
    return tuple(sorted(names))
