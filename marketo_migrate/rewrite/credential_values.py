"""The origin of a credential: an environment variable or a literal, and what stands there for REST."""

import ast

from marketo_migrate.rewrite.credential_names import MUNCHKIN, Role, rest_name
from marketo_migrate.rewrite.program import externals
from marketo_migrate.rewrite.source import Source

_READERS = ("os.environ.get", "os.getenv", "decouple.", "environs.", "environ.", "starlette.config.")


class NotCertainError(Exception):
    """It is not certain what a value is: the usual environment variables are read where the client is made."""


def value_text(role: Role, source: Source, node: ast.expr, *, several: bool = False) -> tuple[str, bool]:
    """The code of the REST value, and whether it needs `import os`. Raises `NotCertainError`.

    `several`: the program has several accounts, whose variables keep what tells their names apart.
    """
    match node:
        case ast.Constant(value=None):
            return "None", False
        case ast.Constant(value=str() as text):
            return _literal(role, source, text, several=several)
        case ast.Subscript(value=base, slice=ast.Constant(value=str() as old)) if _is_environment(
            source, base
        ):
            return f"{source.original(base)}[{_variable(role, source, old, several=several)}]", False
        case ast.Call(func=func, args=[ast.Constant(value=str() as old), *rest]) if _reads(source, func):
            return _read(role, source, node, rest, old, several=several)
    raise NotCertainError


def _variable(role: Role, source: Source, old: str, *, several: bool) -> str:
    """The name of the REST value's environment variable, as code."""
    return source.literal(rest_name(old, role) if several else role.variable)


def _literal(role: Role, source: Source, text: str, *, several: bool) -> tuple[str, bool]:
    found = MUNCHKIN.search(text) if role is Role.ENDPOINT else None
    if found is not None:
        return source.literal(found[1].upper()), False
    if not text:
        return source.literal(""), False
    if several:
        raise NotCertainError
    return f"os.environ[{source.literal(role.variable)}]", True


def _read(
    role: Role, source: Source, node: ast.Call, rest: list[ast.expr], old: str, *, several: bool
) -> tuple[str, bool]:
    """A call that reads a variable keeps its form; a secret that it falls back to goes."""
    function = source.original(node.func)
    variable = _variable(role, source, old, several=several)
    defaults = [*rest[:1], *(k.value for k in node.keywords if k.arg == "default")]
    if any(k.arg != "default" for k in node.keywords) or len(rest) > 1:
        raise NotCertainError
    if not defaults:
        return f"{function}({variable})", False
    if not isinstance(defaults[0], ast.Constant):
        raise NotCertainError
    text, needs_os = value_text(role, source, defaults[0], several=several)
    if needs_os:
        return f"os.environ[{variable}]", True
    return f"{function}({variable}, {'' if rest else 'default='}{text})", False


def _is_environment(source: Source, node: ast.expr) -> bool:
    return "os.environ" in externals(source.flows(node)) or source.original(node) in ("os.environ", "environ")


def _reads(source: Source, function: ast.expr) -> bool:
    names = externals(source.flows(function))
    written = source.original(function)
    return any(name.startswith(_READERS) for name in names) or written in (
        "os.environ.get",
        "os.getenv",
        "environ.get",
        "getenv",
    )
