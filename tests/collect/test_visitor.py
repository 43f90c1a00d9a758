"""Parsed modules to facts: nodes and, above all, where they stand."""

import ast
import sysconfig
from pathlib import Path

import pytest

from marketo_migrate.collect.visitor import collect
from marketo_migrate.model import facts as f
from marketo_migrate.syntax.parse import Parsed, parse

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))
MODULES = (
    "argparse",
    "ast",
    "asyncio/base_events",
    "dataclasses",
    "email/message",
    "http/client",
    "textwrap",
    "typing",
)


def facts_of(source: str) -> f.ModuleFacts:
    parsed = parse("job.py", source.encode())
    assert isinstance(parsed, Parsed)
    return collect(parsed)


def calls_in(node: object) -> list[f.Call]:
    if isinstance(node, tuple):
        return [call for item in node for call in calls_in(item)]
    if not hasattr(node, "__dataclass_fields__"):
        return []
    inner = [call for name in node.__dataclass_fields__ for call in calls_in(getattr(node, name))]
    return [node, *inner] if isinstance(node, f.Call) else inner


def test_a_module_without_code_has_an_empty_body() -> None:
    facts = facts_of("# only a comment\n")
    assert facts.body == ()
    assert [comment.text for comment in facts.comments] == ["# only a comment"]


@pytest.mark.parametrize(
    ("source", "calls"),
    [
        ("f(a)(b)", ["f(a)(b)", "f(a)"]),
        ("(f)(a)", ["(f)(a)"]),
        ("(a + b).get(c)", ["(a + b).get(c)"]),
        ("x = client.service.getLead(  # why\n    key,\n)", ["client.service.getLead(  # why\n    key,\n)"]),
        ("'(' + f(')') # )\ng()", ["f(')')", "g()"]),
        ('f"{a(1)} {b(2):{c(3)}} {{d(4)}}"', ["a(1)", "b(2)"]),
        ("[f(x) for x in g() if h(x)]", ["f(x)", "g()", "h(x)"]),
        (
            "@app.task(bind=True)\ndef run(x=f()) -> g(): return h()",
            ["app.task(bind=True)", "f()", "g()", "h()"],
        ),
        ("lambda x=f(): g(x)", ["f()", "g(x)"]),
        ("match f(x):\n    case A(b=1) | [C(), *_] if g(): h()", ["f(x)", "g()", "h()"]),
        ("a[f(1):g(2), h(3)]", ["f(1)", "g(2)", "h(3)"]),
        ("with (open(a) as b, open(c)): pass", ["open(a)", "open(c)"]),
        ("async def f():\n    async for x in g(): await h(x)", ["g()", "h(x)"]),
        ("if f(): pass\nelif g(): pass\nelse: h()", ["f()", "g()", "h()"]),
    ],
)
def test_calls_stand_where_the_source_has_them(source: str, calls: list[str]) -> None:
    facts = facts_of(source)
    assert sorted(facts.source(call.at) for call in calls_in(facts.body)) == sorted(calls)


@pytest.mark.parametrize("name", MODULES)
def test_positions_agree_with_the_compiler_s_on_real_modules(name: str) -> None:
    source = (STANDARD_LIBRARY / f"{name}.py").read_text(encoding="utf-8")
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    lines = source.splitlines()

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    expected = {
        (offset(node.lineno, node.col_offset), offset(node.end_lineno or 0, node.end_col_offset or 0))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
    }
    assert {call.at for call in calls_in(facts_of(source).body)} == expected


def test_locations_count_lines_and_characters_from_one() -> None:
    facts = facts_of("x = 'é'\r\n  \r\nif x:\r\n    f(\r\n  'é')\r\n")
    (call,) = calls_in(facts.body)
    span = facts.location(call.at).span
    assert (span.line, span.column, span.end_line, span.end_column) == (4, 5, 5, 7)


def test_a_chain_of_sums_is_one_node() -> None:
    (statement,) = facts_of("x = a + 'b' + c() + d").body
    assert isinstance(statement, f.Assign)
    assert isinstance(statement.value, f.Binary)
    assert len(statement.value.operands) == 4


def test_text_is_unescaped() -> None:
    (statement,) = facts_of("x = 'a\\n' \"b\" f'{{c}}{d}'").body
    assert isinstance(statement, f.Assign)
    assert isinstance(statement.value, f.Joined)
    assert [part.value for part in statement.value.parts if isinstance(part, f.Text)] == ["a\nb", "{c}"] or [
        part.value for part in statement.value.parts if isinstance(part, f.Text)
    ] == ["a\n", "b", "{c}"]


@pytest.mark.parametrize(
    ("expression", "node"),
    [
        ("12", f.Constant(12, (4, 6))),
        ("1_0", f.Constant(10, (4, 7))),
        ("0x" + "f" * 9000, f.Constant(int("f" * 9000, 16), (4, 9006))),
        ("9" * 5000, f.Opaque("number", (), (4, 5004))),
        (r"'\N{NO SUCH NAME}'", f.Text(r"'\N{NO SUCH NAME}'", (4, 22))),
        (r"'\x1'", f.Text(r"'\x1'", (4, 9))),
        (r"'\u12'", f.Text(r"'\u12'", (4, 10))),
    ],
    ids=["short", "underscore", "hexadecimal", "too long", "name", "half a byte", "half a character"],
)
def test_literals_that_no_python_evaluates(expression: str, node: object) -> None:
    (statement,) = facts_of(f"x = {expression}\n").body
    assert isinstance(statement, f.Assign)
    assert statement.value == node
