"""What one Python module says, without judgement: a compact syntax tree that crosses processes.

Every node carries `at`, its (start, end) character offsets in the module's text. The tree has only
what data flow needs; node names follow Python's own grammar.
"""

from bisect import bisect_right
from typing import Literal, TypeAlias

from marketo_migrate.model.location import Location, Span
from marketo_migrate.model.record import record

At: TypeAlias = tuple[int, int]


@record
class Constant:
    """A number, bytes, True, False, None or Ellipsis."""

    value: int | float | complex | bytes | bool | None
    at: At


@record
class Text:
    """A string literal."""

    value: str
    at: At


@record
class Joined:
    """An f-string or implicit concatenation: the parts in order."""

    parts: tuple["Expression", ...]
    at: At


@record
class Name:
    """A variable read (or written, as a target)."""

    name: str
    at: At


@record
class Attribute:
    """`base.name`."""

    base: "Expression"
    name: str
    at: At


@record
class Subscript:
    """`base[index]`; a slice has `index` of kind Opaque."""

    base: "Expression"
    index: "Expression"
    at: At


@record
class Argument:
    """One argument of a call; `star` is "", "*" or "**"."""

    value: "Expression"
    keyword: str | None = None
    star: str = ""


@record
class Call:
    """`function(arguments)`."""

    function: "Expression"
    arguments: tuple[Argument, ...]
    at: At


@record
class Binary:
    """An arithmetic operation (`+`, `%`, `*`, …); a chain of `+` is one node with all its operands."""

    operands: tuple["Expression", ...]
    operator: str
    at: At


@record
class Choice:
    """A value that is one of several: `a or b`, `a and b` (`both`), `x if test else y` (tested: `tests`)."""

    options: tuple["Expression", ...]
    tests: tuple["Expression", ...]
    at: At
    both: bool = False


@record
class Sequence:
    """A list, tuple or set display."""

    kind: Literal["list", "tuple", "set"]
    items: tuple["Expression", ...]
    at: At


@record
class Mapping:
    """A dict display; an item with key None is `**value`."""

    items: tuple[tuple["Expression | None", "Expression"], ...]
    at: At


@record
class Starred:
    """`*value` in a display or a target."""

    value: "Expression"
    at: At


@record
class Lambda:
    """A lambda: its function has a single return."""

    function: "Function"
    at: At


@record
class Loop:
    """One `for target in iterable if …` of a comprehension."""

    target: "Expression"
    iterable: "Expression"
    conditions: tuple["Expression", ...]


@record
class Comprehension:
    """A comprehension or generator expression; a dict one has two elements (key, value)."""

    kind: Literal["list", "set", "dict", "generator"]
    elements: tuple["Expression", ...]
    loops: tuple[Loop, ...]
    at: At


@record
class Await:
    """`await value`."""

    value: "Expression"
    at: At


@record
class Yield:
    """`yield value` or `yield from value`."""

    value: "Expression | None"
    delegate: bool
    at: At


@record
class Walrus:
    """`target := value`."""

    target: Name
    value: "Expression"
    at: At


@record
class Opaque:
    """Any other expression (comparison, unary, slice): its parts are evaluated, its value is unknown."""

    kind: str
    parts: tuple["Expression", ...]
    at: At


Expression: TypeAlias = (
    Constant
    | Text
    | Joined
    | Name
    | Attribute
    | Subscript
    | Call
    | Binary
    | Choice
    | Sequence
    | Mapping
    | Starred
    | Lambda
    | Comprehension
    | Await
    | Yield
    | Walrus
    | Opaque
)


@record
class Parameter:
    """A parameter; `kind` is "positional", "keyword" (keyword-only), "*" or "**"."""

    name: str
    kind: Literal["positional", "keyword", "*", "**"]
    default: Expression | None
    annotation: Expression | None


@record
class Function:
    """A function, method or lambda. `at` spans the whole definition, `name_at` the name."""

    name: str
    parameters: tuple[Parameter, ...]
    decorators: tuple[Expression, ...]
    returns: Expression | None
    body: tuple["Statement", ...]
    is_async: bool
    at: At
    name_at: At


@record
class Class:
    """A class definition; `keywords` holds `metaclass=` and the like."""

    name: str
    bases: tuple[Expression, ...]
    keywords: tuple[Argument, ...]
    decorators: tuple[Expression, ...]
    body: tuple["Statement", ...]
    at: At
    name_at: At


@record
class Define:
    """The statement that defines a function or class."""

    what: Function | Class
    at: At


@record
class Assign:
    """`target = … = value`, an annotated assignment (`annotation`) or an augmented one (`operator`)."""

    targets: tuple[Expression, ...]
    value: Expression | None
    at: At
    annotation: Expression | None = None
    operator: str | None = None


@record
class Evaluate:
    """An expression statement; also assert, del and the tests of statements that only evaluate."""

    values: tuple[Expression, ...]
    at: At


@record
class Return:
    """`return value`."""

    value: Expression | None
    at: At


@record
class Raise:
    """`raise …`: what follows is not reached."""

    values: tuple[Expression, ...]
    at: At


@record
class Jump:
    """`break` or `continue`."""

    kind: Literal["break", "continue"]
    at: At


@record
class If:
    """`if test: body else: orelse`."""

    test: Expression
    body: tuple["Statement", ...]
    orelse: tuple["Statement", ...]
    at: At


@record
class While:
    """`while test: body else: orelse`."""

    test: Expression
    body: tuple["Statement", ...]
    orelse: tuple["Statement", ...]
    at: At


@record
class For:
    """`for target in iterable: body else: orelse`."""

    target: Expression
    iterable: Expression
    body: tuple["Statement", ...]
    orelse: tuple["Statement", ...]
    at: At


@record
class Handler:
    """`except type as name: body`."""

    type: Expression | None
    name: str | None
    body: tuple["Statement", ...]
    at: At


@record
class Try:
    """`try` with its handlers, else and finally parts."""

    body: tuple["Statement", ...]
    handlers: tuple[Handler, ...]
    orelse: tuple["Statement", ...]
    finalbody: tuple["Statement", ...]
    at: At


@record
class With:
    """`with value as target, …: body`."""

    items: tuple[tuple[Expression, Expression | None], ...]
    body: tuple["Statement", ...]
    at: At


@record
class Case:
    """A match case: the names the pattern binds (to the subject or a part of it) and its body."""

    binds: tuple[tuple[str, bool], ...]
    guard: Expression | None
    body: tuple["Statement", ...]


@record
class Match:
    """`match subject: …`."""

    subject: Expression
    cases: tuple[Case, ...]
    at: At


@record
class Imported:
    """One imported name and the name it is bound to."""

    name: str
    bound: str


@record
class Import:
    """`import a.b as c` (module None) or `from module import names`; `level` counts leading dots.

    A name "*" is a star import.
    """

    module: str | None
    level: int
    names: tuple[Imported, ...]
    at: At


@record
class Scope:
    """`global` or `nonlocal` names."""

    kind: Literal["global", "nonlocal"]
    names: tuple[str, ...]
    at: At


Statement: TypeAlias = (
    Define
    | Assign
    | Evaluate
    | Return
    | Raise
    | Jump
    | If
    | While
    | For
    | Try
    | With
    | Match
    | Import
    | Scope
)


@record
class Comment:
    """A comment, without its line's leading blanks."""

    text: str
    at: At


@record
class ModuleFacts:
    """One module. `text` is the source as analysed; `language` is 3, or 2 where it was converted in memory.

    `original` is the text on disk when `text` is a conversion of it (same lines, other columns).
    """

    path: str
    text: str
    language: Literal[2, 3]
    body: tuple[Statement, ...]
    comments: tuple[Comment, ...]
    line_starts: tuple[int, ...]
    original: str | None = None

    def location(self, at: At) -> Location:
        """The place of a node, in lines and columns from 1."""
        start, end = at
        first = bisect_right(self.line_starts, start)
        last = bisect_right(self.line_starts, max(start, end - 1))
        return Location(
            self.path,
            Span(
                first,
                start - self.line_starts[first - 1] + 1,
                last,
                end - self.line_starts[last - 1] + 1,
            ),
        )

    def source(self, at: At) -> str:
        """The source text of a node."""
        return self.text[at[0] : at[1]]
