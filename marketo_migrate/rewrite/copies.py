"""Copies of wrapper packages in a program: recognised by their name, and checked for doing what the rules say.

A copy may differ from the published package. What differs is taken from the copy where that can be read off, and calls
of methods that take or do something else are left alone.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from marketo_migrate.model.record import record
from marketo_migrate.model.surface import AnswerObject, ClientSurface, Member
from marketo_migrate.rewrite.nodes import walk
from marketo_migrate.rewrite.source import FunctionNode

_LIBRARIES = frozenset({"suds", "zeep"})
_LEAD = ("id", "email", "attributes")


@record
class Copy:
    """A copy of a package: its modules by path, and what it is as a surface."""

    paths: frozenset[str]
    surface: ClientSurface


def copies_of(
    surfaces: Iterable[ClientSurface],
    texts: Mapping[str, str],
    operations: Mapping[str, Iterable[tuple[int, str]]],
) -> tuple[Copy, ...]:
    """The copies of these packages that send their requests themselves.

    `operations` tell by path in which lines what is called or sent.
    """
    found = []
    for surface in surfaces:
        for name in surface.modules:
            for root in sorted(_roots(name, texts)):
                copy = _copy(surface, name, root, texts, operations)
                if copy is not None:
                    found.append(copy)
    return tuple(found)


def idle_paths(copies: Iterable[Copy], texts: Mapping[str, str]) -> frozenset[str]:
    """The modules of the copies that no module outside them imports."""
    imported: dict[str, set[str]] = {
        path: {word for node in walk(tree) for word in _imported(node)}
        for path, text in texts.items()
        if (tree := _parsed(text)) is not None
    }
    return frozenset(
        path
        for copy in copies
        if not any(
            words & set(copy.surface.modules) for other, words in imported.items() if other not in copy.paths
        )
        for path in copy.paths
    )


def _imported(node: ast.AST) -> set[str]:
    """All words of the names that an import has, `importlib.import_module("…")` included."""
    match node:
        case ast.Import(names=aliases):
            return {word for alias in aliases for word in alias.name.split(".")}
        case ast.ImportFrom(module=module, names=aliases):
            return {word for alias in aliases for word in alias.name.split(".")} | set(
                (module or "").split(".")
            )
        case ast.Constant(value=str() as text) if text.replace(".", "").isidentifier():
            return set(text.split("."))
    return set()


def _roots(name: str, texts: Mapping[str, str]) -> set[str]:
    """The directory of each package of a name, or the path of a module without its ending."""
    ends = (f"/{name}/__init__.py", f"/{name}.py")
    return {
        path.removesuffix("/__init__.py").removesuffix(".py") for path in texts if f"/{path}".endswith(ends)
    }


def _copy(
    surface: ClientSurface,
    name: str,
    root: str,
    texts: Mapping[str, str],
    operations: Mapping[str, Iterable[tuple[int, str]]],
) -> Copy | None:
    paths = frozenset(p for p in texts if p == f"{root}.py" or p.startswith(f"{root}/"))
    trees = {path: tree for path in sorted(paths) if (tree := _parsed(texts[path])) is not None}
    if len(trees) < len(paths) or any(_uses_library(tree) for tree in trees.values()):
        return None
    classes = [
        (path, node)
        for path, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == "Client"
    ]
    if len(classes) != 1:
        return None
    path, client = classes[0]
    functions = {n.name: n for n in client.body if isinstance(n, FunctionNode)}
    made = functions.get("__init__")
    if made is None or len(made.args.args) - 1 < 3 or len(made.args.args) - len(made.args.defaults) > 4:
        return None
    answers = dict(surface.answers)
    for kind in ("lead", "synced"):
        lead = _lead(answers.pop(kind, None), trees.values())
        if lead is not None:
            answers[kind] = lead
    lines = list(operations.get(path, ()))
    methods = {
        name: replace(member, spelled=None) if not _fits(member, functions[name], lines, answers) else member
        for name, member in surface.roles["client"].methods.items()
        if name in functions
    }
    role = replace(surface.roles["client"], methods=methods)
    dotted = root.replace("/", ".").strip(".")
    names = {f"{dotted[i:]}.Client" for i in _starts(dotted)}
    constructors = tuple(
        replace(c, names=(*c.names, *sorted(names - {*c.names}))) for c in surface.constructors
    )
    adjusted = replace(
        surface, constructors=constructors, roles={**surface.roles, "client": role}, answers=answers
    )
    return Copy(paths, adjusted)


def _starts(dotted: str) -> Iterator[int]:
    yield 0
    for index, character in enumerate(dotted):
        if character == ".":
            yield index + 1


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _uses_library(tree: ast.Module) -> bool:
    for node in walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        if any(name.partition(".")[0] in _LIBRARIES for name in names):
            return True
    return False


def _fits(
    member: Member,
    function: FunctionNode,
    operations: Iterable[tuple[int, str]],
    answers: Mapping[str, AnswerObject],
) -> bool:
    """Whether a method takes what the rules say and sends what they say."""
    own = [argument.arg for argument in function.args.args[1:]]
    wanted = [parameter.partition("=")[0] for parameter in member.parameters]
    more = len(own) - len(wanted)
    if own[: len(wanted)] != wanted or more > len(function.args.defaults):
        return False
    if any(argument.arg != "self" and default is None for argument, default in _keyword_only(function)):
        return False
    if member.answer is not None and member.answer.removesuffix("[]") not in answers:
        return False
    inside = range(function.lineno, (function.end_lineno or function.lineno) + 1)
    return {operation for line, operation in operations if line in inside} == {member.operation}


def _keyword_only(function: FunctionNode) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    yield from zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)


def _lead(published: AnswerObject | None, trees: Iterable[ast.Module]) -> AnswerObject | None:
    """What the copy's lead object holds: the id as text or number, all attributes as texts or not."""
    if published is None:
        return None
    scopes = [n for tree in trees for n in walk(tree) if isinstance(n, FunctionNode)]
    for scope in scopes:
        values = _attribute_values(scope)
        words = {n.value for n in walk(scope) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        if not {"id", "email"} <= values.keys() or not {"attrName", "attrValue"} <= words:
            continue
        if not _names(values["id"], "Id") or not _names(values["email"], "Email"):
            continue
        attributes = dict(published.attributes)
        if _converts(values["id"]):
            attributes["id"] = attributes["id"].removeprefix("str(").removesuffix(")")
        numbers = sum(1 for n in walk(scope) if _converts(n)) - _converts(values["id"])
        known = {name: value for name, value in attributes.items() if name in _LEAD}
        return AnswerObject(known, integers=numbers > 0)
    return None


def _attribute_values(scope: FunctionNode) -> dict[str, ast.expr]:
    """What is assigned to attributes, by their names; of several values the last one."""
    return {
        target.attr: node.value
        for node in walk(scope)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
    }


def _names(value: ast.expr, word: str) -> bool:
    return any(isinstance(n, ast.Constant) and n.value == word for n in walk(value))


def _converts(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("int", "float")
