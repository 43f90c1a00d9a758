"""Functions that cannot matter: whatever unknown arguments they get, nothing that is looked for comes of it.

Most functions of most programs are of this kind. They call nothing of the program, use no name of Marketo's
API and put nothing where other functions find it; so they are evaluated when somebody calls them with
something known, and not for their own sake.
"""

import re
from collections.abc import Iterable
from functools import cache

from marketo_migrate.model import facts as f
from marketo_migrate.model.marks import HEADER_FIELDS, HINT
from marketo_migrate.model.record import record, values_of
from marketo_migrate.resolve.frame import local_names, once_per_node

_TELLING = (
    HINT.pattern,
    *HEADER_FIELDS,
    "soap",
    "wsdl",
    "suds",
    "zeep",
    "service",
    "factory",
    "params[A-Z]",
)
"""What Marketo's API and its clients are known by in code, in upper or lower case."""
_REACHING = frozenset(
    {
        "__import__",
        "compile",
        "eval",
        "exec",
        "getattr",
        "globals",
        "locals",
        "open",
        "setattr",
        "super",
        "vars",
    }
)
"""Builtins that reach what their arguments do not show."""
_LOOKED_AT = frozenset(
    {
        f.Assign,
        f.Attribute,
        f.Call,
        f.Class,
        f.For,
        f.Import,
        f.Loop,
        f.Name,
        f.Scope,
        f.Subscript,
        f.With,
    }
)
_PLAIN_MODULES = frozenset(
    {
        "calendar",
        "collections",
        "copy",
        "csv",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "heapq",
        "itertools",
        "json",
        "logging",
        "math",
        "operator",
        "random",
        "re",
        "statistics",
        "string",
        "textwrap",
        "time",
        "typing",
        "unicodedata",
        "uuid",
        "warnings",
    }
)
"""Modules of the standard library that make no request and read no file."""


@record
class Needs:
    """What a function that seems not to matter takes from elsewhere.

    `names` are variables that are not its own, `attributes` (holder, name) and `items` (holder, key) what it
    reads of others: `ctx.obj` is ("ctx", "obj"). `methods` are the names of the methods that it calls.
    """

    names: tuple[str, ...]
    methods: frozenset[str]
    attributes: tuple[tuple[str, str], ...]
    items: tuple[tuple[str, str], ...]


def is_plain(dotted: str) -> bool:
    """Whether something outside the program, by its dotted name, has no part in what is looked for."""
    root, _, rest = dotted.partition(".")
    if root == "builtins":
        # What is no builtin is a variable of an inner function.
        return rest.partition(".")[0].partition("(")[0] not in _REACHING
    return root.partition("(")[0] in _PLAIN_MODULES


@cache
def telling_words(operations: frozenset[str]) -> re.Pattern[str]:
    """The pattern of words that a function which does not matter has none of."""
    words = "|".join(sorted(re.escape(name) for name in operations))
    return re.compile(rf"(?i:{'|'.join(_TELLING)})|\b(?:{words})\b")


def needs_of(
    module: f.ModuleFacts, function: f.Function, words: re.Pattern[str], sending: frozenset[str]
) -> Needs | None:
    """What a function needs to be known of others before it is passed over; None where it may matter.

    `words` are those of `telling_words`, `sending` the methods by which something unknown may send a request.
    """
    found = _needs(function)
    if found is None or not found.methods.isdisjoint(sending):
        return None
    return found if words.search(module.text, *function.at) is None else None


@once_per_node
def _needs(function: f.Function) -> Needs | None:
    """What the body alone tells."""
    own = local_names(function)
    names: dict[str, None] = {}
    attributes: dict[tuple[str, str], None] = {}
    items: dict[tuple[str, str], None] = {}
    methods: set[str] = set()
    pending: list[object] = list(function.body)
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
            continue
        if type(node) not in _LOOKED_AT:
            pending.extend(values_of(node))
            continue
        match node:
            case f.Import() | f.Scope() | f.Class():
                return None
            case f.Assign(targets=targets) if not _stay_inside(targets):
                return None
            case f.For(target=target) | f.Loop(target=target) if not _stay_inside((target,)):
                return None
            case f.With(items=entered) if not _stay_inside(t for _, t in entered if t is not None):
                return None
            case f.Name(name=name) if name not in own:
                names[name] = None
            case f.Attribute(base=f.Name(name=holder) | f.Attribute(name=holder), name=name):
                attributes[holder, name] = None
            case f.Subscript(base=f.Name(name=holder) | f.Attribute(name=holder), index=f.Text(value=key)):
                items[holder, key] = None
            case f.Call(function=f.Attribute(name=name)):
                methods.add(name)
            case _:
                pass
        pending.extend(values_of(node))
    return Needs(tuple(names), frozenset(methods), tuple(attributes), tuple(items))


def _stay_inside(targets: Iterable[f.Expression]) -> bool:
    """Whether nobody else finds what is assigned: variables, items under keys that are not spelled out."""
    for target in targets:
        match target:
            case f.Sequence(items=inner):
                if not _stay_inside(inner):
                    return False
            case f.Starred(value=value):
                if not _stay_inside((value,)):
                    return False
            case f.Subscript(index=f.Text() | f.Joined()):
                return False
            case f.Name() | f.Subscript():
                pass
            case _:
                return False
    return True
