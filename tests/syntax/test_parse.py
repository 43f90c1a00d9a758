"""Bytes to a parsed module or a problem."""

import sys
from collections.abc import Iterator

import pytest

from marketo_migrate.model.finding import FileProblem
from marketo_migrate.syntax import python2
from marketo_migrate.syntax.decode import decode, encode
from marketo_migrate.syntax.depth import is_too_deep
from marketo_migrate.syntax.parse import Parsed, line_starts, parse


def parsed(source: str | bytes) -> Parsed:
    result = parse("job.py", source.encode() if isinstance(source, str) else source)
    assert isinstance(result, Parsed), result
    return result


def test_python_3_is_kept_as_it_is() -> None:
    source = "x = 1\r\nprint(x)\n"
    result = parsed(source)
    assert (result.language, result.text, result.note) == (3, source, None)


def test_an_empty_file_parses() -> None:
    assert parsed(b"").text == ""


@pytest.mark.parametrize(
    "statement",
    [
        'print "hello"',
        'print >>log, "hello"',
        "exec code in scope",
        'raise ValueError, "no"',
        "x = `y`",
        "if a <> b: pass",
        "mode = 0777",
        "big = 10L",
        'text = ur"\\d"',
        "try:\n    pass\nexcept IOError, error:\n    pass",
    ],
)
def test_python_2_is_converted_and_keeps_its_lines(statement: str) -> None:
    source = f"import os\n\n{statement}\nclient.service.getLead(key)\n"
    result = parsed(source)
    assert result.original == source
    lines = result.text.splitlines()
    assert lines.index("client.service.getLead(key)") == source.splitlines().index(
        "client.service.getLead(key)"
    )


def test_tabs_mixed_as_python_2_allowed_are_expanded() -> None:
    result = parsed("if a:\n\tprint 1\n        print 2\n")
    assert result.language == 2
    assert result.text == "if a:\n        print(1)\n        print(2)\n"


def test_what_no_python_reads_names_the_line() -> None:
    result = parse("broken.py", b"x = 1\ny = = 2\n")
    assert isinstance(result, FileProblem)
    assert (result.path, result.line) == ("broken.py", 2)


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 5000 + ")" * 5000,
        "x = " + "-" * 100_000 + "1",
        "x = " + "lambda: " * 5000 + "1",
        "a" + ".b" * 20_000,
        "a" + "()" * 20_000,
        "x = " + " + ".join(["'x'"] * 20_000),
        "x = " + "**".join("a" * 20_000),
        "x = " + " * ".join("a" * 20_000),
        "x = (\n" + "\n- ".join("a" * 20_000) + ")",
        "x = (\n" + "a +\n" * 20_000 + "a)",
        "x = " + " and ".join("a" * 20_000),
        "x = " + " if a else ".join("a" * 20_000),
        "x = [a " + "for a in b " * 20_000 + "]",
        "if a:\n    pass\n" + "elif a:\n    pass\n" * 20_000,
        "print 1\nx = " + " or ".join("a" * 20_000),
    ],
    ids=[
        *(
            "brackets",
            "signs",
            "lambdas",
            "attributes",
            "calls",
            "sum",
            "powers",
            "products",
            "differences",
            "lines",
        ),
        *("and", "if", "for", "elif", "or in Python 2"),
    ],
)
def test_hostile_nesting_is_a_problem_not_a_crash(source: str) -> None:
    result = parse("deep.py", source.encode())
    assert isinstance(result, FileProblem)
    assert "nested too deeply" in result.message


@pytest.mark.parametrize(
    "source",
    [
        "x = [" + "-1, " * 20_000 + "]",
        "x = {" + "'a': b * c if d else -e,\n" * 4_000 + "}",
        "def f():\n" + "    x = a * b - c if d and e else f\n" * 3_000,
        'x = """' + "- * / and or if for\n" * 3_000 + '"""',
        "# " + "-*" * 9_000,
        "if a:\n    if b:\n        pass\n    elif c:\n        pass\nelif d:\n    pass\n" * 3_000,
    ],
    ids=["list", "dict", "statements", "text", "comment", "elif"],
)
def test_long_is_not_deep(source: str) -> None:
    assert not is_too_deep(source)


@pytest.fixture
def usual_depth() -> Iterator[None]:
    """The recursion limit that Python starts with: a scan in this process may have raised it."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.usefixtures("usual_depth")
@pytest.mark.parametrize("operator", ["**", " if a else "])
def test_what_the_converter_cannot_follow_is_a_problem(operator: str) -> None:
    source = f"print 1\nx = {operator.join('a' * 1_400)}\n"
    assert not is_too_deep(source)
    with pytest.raises(RecursionError):
        python2._tool().refactor_string(source, "<python 2>")
    assert python2.convert(source) is None
    result = parse("deep.py", source.encode())
    assert isinstance(result, FileProblem)
    assert result.message.startswith("cannot be parsed: ")


# Of Python 3.12, 3.13 and 3.14.
NEWER = {
    "quotes in f-strings": 'x = f"{d["a"]}"\n',
    "lines in f-strings": "x = f\"{\n    d['a']  # of d\n}\"\n",
    "type": "type Names[T] = list[T]\n",
    "parameters": "def f[T: int](x: T) -> T: ...\nclass A[*Ts, **P]: ...\n",
    "defaults": "class A[T = int]: ...\n",
    "templates": 'x = t"hello {name}"\n',
    "except": "try:\n    pass\nexcept KeyError, ValueError:\n    pass\n",
}


@pytest.mark.parametrize("name", NEWER)
def test_syntax_of_newer_pythons_is_read_by_every_python(name: str) -> None:
    source = NEWER[name] + "client.service.getLead(key)\n"
    result = parsed(source)
    assert (result.language, result.text) == (3, source)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfx = '\xc3\xa9'\n", "x = 'é'\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        ("x = 'é'\n".encode(), "x = 'é'\n"),
    ],
)
def test_declared_encodings_are_used(data: bytes, text: str) -> None:
    assert decode("a.py", data) == (text, None)


def test_undeclared_latin_1_is_read_with_a_note_that_names_the_line() -> None:
    text, note = decode("a.py", b"# ok\nx = '\xe9'\n")
    assert text == "# ok\nx = 'é'\n"
    assert note is not None
    assert (note.line, "Latin-1" in note.message) == (2, True)


@pytest.mark.parametrize("codec", ["hex", "rot13", "undefined", "idna", "nonsense"])
def test_codecs_that_decode_no_source(codec: str) -> None:
    data = f"# -*- coding: {codec} -*-\nx = '\xe9..{'a' * 70}'\n".encode("latin-1")
    text, note = decode("a.py", data)
    assert text == data.decode("latin-1")
    assert note is not None
    assert "Latin-1" in note.message
    assert encode(text, data) == data


def test_lines_start_behind_every_kind_of_line_end() -> None:
    assert line_starts("a\nb\r\nc\rd") == (0, 2, 5, 7)
