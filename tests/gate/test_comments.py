"""Comments and statements of files of every kind."""

import pytest

from marketo_migrate.gate.comments import python_layout, text_layout


def comments(text: str) -> list[tuple[str, int, int | None]]:
    return [(c.text.strip(), c.line, c.target) for c in python_layout(text).comments]


@pytest.mark.parametrize("text", ["", "\n", "x = 1\n", "'# no comment'\n", '"""\n# no\n"""\n', "r'\\'  \n"])
def test_nothing(text: str) -> None:
    assert comments(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1  # a", [("a", 1, 1)]),
        ("# a\n\n# b\nx = 1\n", [("a", 1, 4), ("b", 3, 4)]),
        ("x = 1\n# a\n", [("a", 2, None)]),
        ("f(\n  # a\n  b,  # c\n)\n", [("a", 2, 3), ("c", 3, 3)]),
        ("x = 'it''s # b'  # a\n", [("a", 1, 1)]),
        ("x = 'a\\'# b'  # a\n", [("a", 1, 1)]),
        ("x = '''\n#'''  # a\n", [("a", 2, 2)]),
        ("x = ''  # a\n", [("a", 1, 1)]),
        ("print 'two', `x`  # a\n", [("a", 1, 1)]),
        ("x = ur'\\'  # a\ny = 0777L # b\n", [("a", 1, 1), ("b", 2, 2)][1:]),
        ("x = 1\r\n# a\r\ny = 2\r\n", [("a", 2, 3)]),
        ("x = 1\r# a\ry = 2\r", [("a", 2, 3)]),
        ("def f(:\n    x = (  # a\n", [("a", 2, 2)]),
        ("x = 'not closed\ny = 1  # a\n", [("a", 2, 2)]),
        ('x = """never closed\n# a\n', []),
    ],
)
def test_python(text: str, expected: list[tuple[str, int, int | None]]) -> None:
    assert comments(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\ny = 2\n", ((1, 1), (2, 2))),
        ("x = f(\n  1,\n)\ny = 2", ((1, 3), (4, 4))),
        ("x = 1 + \\\n  2\n", ((1, 2),)),
        ("x = '''\n\n'''\n", ((1, 3),)),
        ("if a:\n    b\n", ((1, 1), (2, 2))),
        ("x = )\ny = 1\n", ((1, 1), (2, 2))),
        ("# a\n", ()),
    ],
)
def test_statements(text: str, expected: tuple[tuple[int, int], ...]) -> None:
    assert python_layout(text).statements == expected


def test_a_large_file_takes_little_time() -> None:
    text = 'x = """' + "a\\b'\"# " * 300_000 + '"""  # end\n' + "(" * 100_000
    assert [(c.text, c.line) for c in python_layout(text).comments] == [(" end", 1)]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.json", '{"a": "# no"}', []),
        ("requirements.txt", "marketo # a\n# b\n\nsuds\n", [("a", 1, 1), ("b", 2, 4)]),
        ("requirements.txt", "git+https://x/y#egg=marketo\n", []),
        ("a.ini", "; a\nurl = x;y\n", [("a", 1, 2)]),
        (".env.production", "# a\nA=1\n", [("a", 1, 2)]),
        ("a.yml", "a: b  # c\n", [("c", 1, 1)]),
        ("a.xml", "<!-- a -->\n<b\n  c='d'/>\n", [("a", 1, 2)]),
        ("a.xml", "<b/> <!-- a\n more -->\n<c/>", [("a\n more", 2, 3)]),
        ("a.xml.j2", "{# a #}\n<b>{{ c }}</b>\n", [("a", 1, 2)]),
        ("a.xml", "<!-- never closed", []),
    ],
)
def test_other_formats(path: str, text: str, expected: list[tuple[str, int, int | None]]) -> None:
    assert [(c.text.strip(), c.line, c.target) for c in text_layout(path, text).comments] == expected
