# ruff: noqa: E501 - programs in one line each
"""How many items a list has at the most: what the source bounds, and what it does not."""

import ast

import pytest

from marketo_migrate.rewrite.bounds import at_most
from marketo_migrate.rewrite.program import Program


def bound(code: str) -> int | None:
    """The bound of what is printed."""
    program = Program({"main.py": code}, {})
    source = program.sources["main.py"]
    [call] = [n for n in source.nodes if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "print"]
    return at_most(program, source, call.args[0])


@pytest.mark.parametrize(
    "code",
    [
        "print(x)",
        "print([*x, 1])",
        "print({**x, 1: 2})",
        "print(x[:-1])",
        "print(x[5:])",
        "def f(x, n):\n    print(x[n:100])",
        "def f(x, n):\n    print(x[:n])",
        "N = 10\nN = 20\nprint(x[:N])",
        "N = -10\nprint(x[:N])",
        "N = 'a'\nprint(x[:N])",
        "print([1] if x else y)",
        "print([i for i in x])",
        "print([i for i in [1] for j in x])",
        "print(zip(x, y))",
        "print(range(2, 9))",
        "print(load([1]))",
        "def f():\n    ids = [1]\n    ids += load()\n    print(ids)",
        "def f():\n    ids = [1]\n    ids.extend(load())\n    print(ids)",
        "def f():\n    ids = []\n    for i in x:\n        ids.append(i)\n    print(ids)",
        "def f():\n    ids = set()\n    for i in x:\n        ids.add(i)\n    print(ids)",
        "def f():\n    ids = [1]\n    if x:\n        ids = load()\n    print(ids)",
        "def f(ids):\n    print(ids)",
        "def f(ids):\n    ids = load()\n    print(ids)\nf([1])",
        "for part in load():\n    print(part)",
    ],
)
def test_nothing_bounds_it(code: str) -> None:
    assert bound(code) is None


@pytest.mark.parametrize(
    ("code", "most"),
    [
        ("print([])", 0),
        ("print([1, 2])", 2),
        ("print((1, 2, 3))", 3),
        ("print({1, 2})", 2),
        ("print({'a': 1})", 1),
        ("print({'a': 1}.items())", 1),
        ("print(list({'a': 1}))", 1),
        ("print([f(i) for i in [1, 2]])", 2),
        ("print([f(i) for i in [1, 2] if i])", 2),
        ("print(f(i) for i in (1, 2))", 2),
        ("print([1] if x else [1, 2])", 2),
        ("print(x[:100])", 100),
        ("print(x[50:100])", 50),
        ("print(x[100:50])", 0),
        ("print([1, 2, 3][::2])", 3),
        ("def f(x, n):\n    print(x[n:n + 100])", 100),
        ("def f(x, n):\n    print(x[n:100 + n])", 100),
        ("N = 30\nprint(x[:N])", 30),
        ("N = 30\ndef f(x, n):\n    print(x[n:n + N])", 30),
        ("print(sorted(set(x[:7])))", 7),
        ("print(enumerate(x[:7]))", 7),
        ("print(zip(x, y[:7]))", 7),
        ("print(range(9))", 9),
        ("import itertools\nprint(itertools.islice(x, 9))", 9),
        ("def f():\n    ids = [1, 2]\n    print(ids)", 2),
        ("def f():\n    ids = load()\n    ids = ids[:5]\n    print(ids)", 5),
        ("def f():\n    ids = [1]\n    if x:\n        ids = [1, 2]\n    print(ids)", 2),
        ("import itertools\nfor part in itertools.batched(x, 50):\n    print(part)", 50),
    ],
)  # fmt: skip
def test_the_largest_number(code: str, most: int) -> None:
    assert bound(code) == most


@pytest.mark.parametrize(
    "code",
    [
        "d = {}\nfor x in rows():\n    d[x] = 1\nprint(list(d))",
        "def f():\n    d = {}\n    for x in rows():\n        d[x] = 1\n    print(d.keys())",
        "def f():\n    d = {}\n    d.update(rows())\n    print(d.keys())",
        "def f():\n    d = {}\n    for x in rows():\n        d.setdefault(x, 1)\n    print(list(d))",
        "def f():\n    ids = []\n    ids, n = load()\n    print(ids)",
        "def f(x):\n    ids = []\n    if x:\n        ids, n = load()\n    print(ids)",
        "def f(x):\n    ids = []\n    if x:\n        with load() as ids:\n            pass\n    print(ids)",
        "def f(x):\n    ids = []\n    if x and (ids := load()):\n        pass\n    print(ids)",
        "def f(x):\n    ids = []\n    ids[:] = load()\n    print(ids)",
        "def f(x):\n    ids = []\n    other = ids\n    other.extend(load())\n    print(ids)",
        "def f(x):\n    ids = []\n    fill(ids)\n    print(ids)",
        "def f(x):\n    ids = set()\n    ids.update(load())\n    print(ids)",
        "def f(x):\n    ids = {1}\n    ids.update(load())\n    print(ids)",
        "def f(x):\n    ids = {1}\n    ids |= load()\n    print(ids)",
        "def f(x):\n    ids = [1]\n    ids.__iadd__(load())\n    print(ids)",
        "N = 100\nN += 900\ndef f(x):\n    print(x[:N])",
        "N = 100\ndef g():\n    global N\n    N = 5000\ndef f(x):\n    print(x[:N])",
        "ids = []\ndef g(x):\n    global ids\n    ids = load()\ndef f():\n    print(ids)",
        "ids = []\ndef g(x):\n    ids.append(x)\ndef f():\n    print(ids)",
        "def f():\n    ids = []\n    def g(x):\n        nonlocal ids\n        ids = load()\n    g(1)\n    print(ids)",
        "def f():\n    ids = []\n    def g(x):\n        ids.append(x)\n    each(g)\n    print(ids)",
        "def f():\n    a = ids = []\n    a.extend(load())\n    print(ids)",
        "def f():\n    ids = [1]\n    for ids in load():\n        pass\n    print(ids)",
        "def f():\n    ids = [1]\n    print([x for ids in load() for x in ids])",
        "def list(x):\n    return load()\nprint(list([1]))",
        "N = 10\ndef f(x):\n    N = load()\n    print(x[:N])",
        "N = 10\ndef f(x, N):\n    print(x[:N])",
        "def f(x, n):\n    print(x[n:100])",
    ],
)  # fmt: skip
def test_what_may_grow_has_no_bound(code: str) -> None:
    assert bound(code) is None
