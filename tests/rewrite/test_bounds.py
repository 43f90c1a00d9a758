"""How many items a list has at the most: what the source bounds, and what it does not."""

import ast

import pytest

from marketo_migrate.rewrite.bounds import at_most
from marketo_migrate.rewrite.program import Program


def bound(code: str) -> int | None:
    """The bound of what USE is given."""
    program = Program({"main.py": code}, {})
    source = program.sources["main.py"]
    [call] = [n for n in source.nodes if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "USE"]
    return at_most(program, source, call.args[0])


@pytest.mark.parametrize(
    "code",
    [
        "USE(x)",
        "USE([*x, 1])",
        "USE({**x, 1: 2})",
        "USE(x[:-1])",
        "USE(x[5:])",
        "def f(x, n):\n    USE(x[n:100])",
        "def f(x, n):\n    USE(x[:n])",
        "N = 10\nN = 20\nUSE(x[:N])",
        "N = -10\nUSE(x[:N])",
        "N = 'a'\nUSE(x[:N])",
        "USE([1] if x else y)",
        "USE([i for i in x])",
        "USE([i for i in [1] for j in x])",
        "USE(zip(x, y))",
        "USE(range(2, 9))",
        "USE(load([1]))",
        "def f():\n    ids = [1]\n    ids += load()\n    USE(ids)",
        "def f():\n    ids = [1]\n    ids.extend(load())\n    USE(ids)",
        "def f():\n    ids = []\n    for i in x:\n        ids.append(i)\n    USE(ids)",
        "def f():\n    ids = set()\n    for i in x:\n        ids.add(i)\n    USE(ids)",
        "def f():\n    ids = [1]\n    if x:\n        ids = load()\n    USE(ids)",
        "def f(ids):\n    USE(ids)",
        "def f(ids):\n    ids = load()\n    USE(ids)\nf([1])",
        "for part in load():\n    USE(part)",
    ],
)
def test_nothing_bounds_it(code: str) -> None:
    assert bound(code) is None


@pytest.mark.parametrize(
    ("code", "most"),
    [
        ("USE([])", 0),
        ("USE([1, 2])", 2),
        ("USE((1, 2, 3))", 3),
        ("USE({1, 2})", 2),
        ("USE({'a': 1})", 1),
        ("USE({'a': 1}.items())", 1),
        ("USE(list({'a': 1}))", 1),
        ("USE([f(i) for i in [1, 2]])", 2),
        ("USE([f(i) for i in [1, 2] if i])", 2),
        ("USE(f(i) for i in (1, 2))", 2),
        ("USE([1] if x else [1, 2])", 2),
        ("USE(x[:100])", 100),
        ("USE(x[50:100])", 50),
        ("USE(x[100:50])", 0),
        ("USE([1, 2, 3][::2])", 3),
        ("def f(x, n):\n    USE(x[n:n + 100])", 100),
        ("def f(x, n):\n    USE(x[n:100 + n])", 100),
        ("N = 30\nUSE(x[:N])", 30),
        ("N = 30\ndef f(x, n):\n    USE(x[n:n + N])", 30),
        ("USE(sorted(set(x[:7])))", 7),
        ("USE(enumerate(x[:7]))", 7),
        ("USE(zip(x, y[:7]))", 7),
        ("USE(range(9))", 9),
        ("import itertools\nUSE(itertools.islice(x, 9))", 9),
        ("def f():\n    ids = [1, 2]\n    USE(ids)", 2),
        ("def f():\n    ids = load()\n    ids = ids[:5]\n    USE(ids)", 5),
        ("def f():\n    ids = [1]\n    if x:\n        ids = [1, 2]\n    USE(ids)", 2),
        ("import itertools\nfor part in itertools.batched(x, 50):\n    USE(part)", 50),
    ],
)  # fmt: skip
def test_the_largest_number(code: str, most: int) -> None:
    assert bound(code) == most
