"""What is wrong with a planned rewrite is seen before it is written."""

import pytest

from marketo_migrate.rewrite.too_early import names_read_too_early
from marketo_migrate.rewrite.undefined import undefined_names
from marketo_migrate.rewrite.verify import problems

BEFORE = {
    "app/soap.py": "import os\n\nKEY = os.environ['K']\n\n\ndef header():\n    return KEY\n",
    "app/main.py": "from app.soap import header\n\nprint(header())\n",
}


def test_nothing_changed() -> None:
    assert problems(BEFORE, {}) == ()
    assert problems(BEFORE, {"app/soap.py": BEFORE["app/soap.py"]}) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def header(:\n", "the new text of app/soap.py cannot be parsed: invalid syntax"),
        (
            "def header():\n    return KEY\n",
            "the new text of app/soap.py uses names that nothing defines: KEY",
        ),
        (
            "def header():\r\n    return 1\r\n",
            "the new text of app/soap.py has other line ends than the file",
        ),
        ("X = 1\n", "app/main.py imports header from app/soap.py, which the change takes away"),
    ],
)
def test_what_is_wrong(text: str, problem: str) -> None:
    [found] = problems(BEFORE, {"app/soap.py": text})
    assert found.startswith(problem)


def test_an_import_that_goes_as_well_is_fine() -> None:
    assert problems(BEFORE, {"app/soap.py": "X = 1\n", "app/main.py": "print(1)\n"}) == ()


def test_a_module_of_the_same_name_elsewhere_is_another_one() -> None:
    others = {**BEFORE, "lib/main.py": "from lib.soap import header\n", "lib/soap.py": "def header(): ...\n"}
    found = problems(others, {"app/soap.py": "X = 1\n", "app/main.py": "print(1)\n"})
    assert found == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import os\nos.x", set()),
        ("def f(a):\n    return a + b\n", {"b"}),
        ("class A:\n    x = 1\n    def f(self):\n        return x\n", {"x"}),
        ("def f():\n    global z\n    z = 1\nz\n", set()),
        ("print([i for i in range(3)])\n", set()),
        ("try:\n    pass\nexcept E as e:\n    e\n", {"E"}),
        ("from a import *\nx\n", set()),
        ("class A:\n    def f(self):\n        return __class__, super().x\n", set()),
    ],
)
def test_names_that_nothing_defines(text: str, names: set[str]) -> None:
    assert undefined_names(text) == names


def test_code_that_parses_and_does_not_compile() -> None:
    [found] = problems({"a.py": "x = 1\nnonlocal y\n"}, {"a.py": "x = 2\nnonlocal y\n"})
    assert found == "Python does not compile a.py: nonlocal declaration not allowed at module level"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("soap = Client(reader.key)\nreader = Reader(soap)\n", {"reader"}),
        ("def f():\n    print(a)\n    a = 1\n\na = 2\n", {"a"}),
        ("def f():\n    return g()\n\ndef g(): ...\n", set()),
        ("for row in rows:\n    if row:\n        print(last)\n    last = row\n", set()),
        ("class A:\n    x = 1\n    y = x\n\nx = 2\n", set()),
        ("names = [name for name in names_of(1)]\nname = names[0]\n", set()),
        ("x = x + 1\n", {"x"}),
        ("id = id(3)\n", set()),
    ],
)
def test_names_read_too_early(text: str, names: set[str]) -> None:
    assert names_read_too_early(text) == names


def test_a_name_that_is_read_too_early_speaks_against_a_change() -> None:
    (found,) = problems(
        {"a.py": "soap = Client()\nreader = Reader(soap)\n"},
        {"a.py": "soap = Client(reader.key)\nreader = Reader(soap)\n"},
    )
    assert found == "the new text of a.py reads names before they are bound: reader"
