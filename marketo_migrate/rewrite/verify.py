"""Looks at a planned rewrite before it is written: texts before and after in, what is wrong with it out."""

import ast
import re
from collections.abc import Iterator, Mapping

import libcst as cst

from marketo_migrate.model.module_paths import bare_path
from marketo_migrate.rewrite.nodes import parsed, walk
from marketo_migrate.rewrite.too_early import names_read_too_early
from marketo_migrate.rewrite.undefined import bound_names, undefined_names

_WORD = re.compile(r"\w+")
_LINE_END = re.compile(r"\r\n|\r|\n")


def problems(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """What speaks against a change of modules, as sentences; empty where nothing does.

    `before` holds the texts of all modules of the program by path, `after` the new ones of those that
    change.
    """
    return doubts(before, after) or tuple(_refused_by_libcst(after))


def doubts(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The same but for what LibCST says, which takes longest and says nothing new of what Python parses."""
    found: list[str] = []
    trees: dict[str, ast.Module] = {}
    for path, text in sorted(after.items()):
        try:
            trees[path] = parsed(text)
        except (SyntaxError, ValueError, RecursionError) as error:
            found.append(_cannot_be_parsed(path, error))
            continue
        try:
            found += _in_module(path, before[path], text)
        except SyntaxError as error:
            # Code that parses may still be none that runs: `nonlocal` outside of functions, say.
            found.append(f"Python does not compile {path}: {error.msg}")
    if not found:
        found += _imports(before, after, trees)
    return tuple(found)


def _refused_by_libcst(after: Mapping[str, str]) -> Iterator[str]:
    for path, text in sorted(after.items()):
        try:
            cst.parse_module(text)
        except (ValueError, cst.ParserSyntaxError, RecursionError) as error:
            yield _cannot_be_parsed(path, error)


def _cannot_be_parsed(path: str, error: Exception) -> str:
    return f"the new text of {path} cannot be parsed: {str(error).splitlines()[0]}"


def _in_module(path: str, old: str, new: str) -> Iterator[str]:
    lost = undefined_names(new) - undefined_names(old)
    if lost:
        yield f"the new text of {path} uses names that nothing defines: {', '.join(sorted(lost))}"
    early = names_read_too_early(new) - names_read_too_early(old)
    if early:
        yield f"the new text of {path} reads names before they are bound: {', '.join(sorted(early))}"
    ends = set(_LINE_END.findall(new)) - set(_LINE_END.findall(old))
    if ends and _LINE_END.search(old):
        yield f"the new text of {path} has other line ends than the file"


def _imports(
    before: Mapping[str, str], after: Mapping[str, str], trees: Mapping[str, ast.Module]
) -> Iterator[str]:
    """Imports, in any module, of names that the change took away."""
    gone: dict[str, list[str]] = {}
    for path in after:
        old, new = bound_names(_parsed(before[path])), bound_names(trees[path])
        if old is not None and new is not None:
            for name in old - new:
                gone.setdefault(name, []).append(path)
    for path, text in sorted({**before, **after}.items()):
        if gone.keys().isdisjoint(_WORD.findall(text)):
            continue
        for module, name in _imported(path, trees.get(path) or _parsed(text)):
            for other in gone.get(name, ()):
                if other != path and _is_named(other, module):
                    yield f"{path} imports {name} from {other}, which the change takes away"


def _parsed(text: str) -> ast.Module:
    try:
        return parsed(text)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


def _imported(path: str, tree: ast.Module) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each name that is imported from a module, with the module as parts of a path."""
    package = path.split("/")[:-1]
    for node in walk(tree):
        if isinstance(node, ast.ImportFrom):
            parts = tuple(node.module.split(".")) if node.module else ()
            if node.level:
                parts = (*package[: len(package) - node.level + 1], *parts)
            for alias in node.names:
                yield parts, alias.name


def _is_named(path: str, module: tuple[str, ...]) -> bool:
    """Whether a module's dotted name is, or ends, the path of a file."""
    parts = tuple(bare_path(path).split("/"))
    count = min(len(parts), len(module))
    return count > 0 and parts[-count:] == module[-count:]
