"""Calls that a lambda makes: later than its statement, or by the function that the statement hands it to."""

import ast

from marketo_migrate.rewrite.nodes import walk, walk_scope
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.requests.arguments import bind
from marketo_migrate.rewrite.requests.scope import Scope
from marketo_migrate.rewrite.source import FunctionNode, Source


def lambdas_around(source: Source, node: ast.AST) -> list[ast.Lambda]:
    """The lambdas of its statement that an expression stands in, the inner ones first."""
    found: list[ast.Lambda] = []
    for outer in source.ancestors(node):
        if isinstance(outer, ast.stmt):
            break
        if isinstance(outer, ast.Lambda):
            found.append(outer)
    return found


def runner_of(program: Program, source: Source, call: ast.Call) -> tuple[Source, FunctionNode] | None:
    """The function of the program that calls the lambda which makes a call, and does so before it returns."""
    lambdas = lambdas_around(source, call)
    if len(lambdas) != 1 or lambdas[0].args.args:
        return None
    outer = source.parent(lambdas[0])
    outer = source.parent(outer) if isinstance(outer, ast.keyword) else outer
    called = program.called(source, outer) if isinstance(outer, ast.Call) else None
    if called is None or not isinstance(outer, ast.Call):
        return None
    other, function = called
    if not isinstance(function, ast.FunctionDef):
        return None
    if any(isinstance(part, ast.Yield | ast.YieldFrom) for part in walk_scope(function)):
        return None
    bound = bind(outer, function, Scope(source, source.function(call)), other)
    names = {name for name, (given, _) in bound.items() if given is lambdas[0]}
    if not names and function.args.vararg is not None:
        given, _ = bound[function.args.vararg.arg]
        return _called_through(program, other, function, getattr(given, "elts", []).index(lambdas[0]))
    return (other, function) if _only_calls(other, function, names) else None


def _called_through(
    program: Program, source: Source, wrapper: ast.FunctionDef, index: int
) -> tuple[Source, FunctionNode] | None:
    """A function that hands all it gets on to another one of the program, which calls the argument at an index."""
    spec = wrapper.args
    for node in walk_scope(wrapper):
        match node:
            case ast.Call(args=[ast.Starred(value=ast.Name(id=name))]) if (
                spec.vararg and name == spec.vararg.arg
            ):
                called = program.called(source, node)
            case _:
                continue
        if called is None:
            return None
        other, function = called
        if not isinstance(function, ast.FunctionDef):
            return None
        names = [argument.arg for argument in function.args.args]
        names = names[isinstance(other.parent(function), ast.ClassDef) :]
        taken = set(names[index : index + 1])
        return (source, wrapper) if _only_calls(other, function, taken) else None
    return None


def _only_calls(source: Source, function: FunctionNode, names: set[str]) -> bool:
    """Whether a function does nothing but call what these parameters are."""
    reads = [part for part in walk(function) if isinstance(part, ast.Name) and part.id in names]
    return bool(reads) and all(_is_called(source, function, read) for read in reads)


def _is_called(source: Source, function: FunctionNode, name: ast.Name) -> bool:
    """Whether a function itself calls what a name is."""
    call = source.parent(name)
    return isinstance(call, ast.Call) and call.func is name and source.function(name) is function
