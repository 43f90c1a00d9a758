"""Reading YAML: plain data, lines, and files that try something."""

import pytest

from marketo_migrate.ruleset.document import MAXIMUM_BYTES, json_path, parse_document


def read(text: str | bytes) -> tuple[object, list[str]]:
    problems: list[str] = []
    data = text if isinstance(text, bytes) else text.encode()
    document = parse_document(data, "x", "x.yml", problems)
    return (document.data if document else None), problems


def test_plain_data() -> None:
    text = "a: text\nb: 3\nc: 1.5\nd: true\ne: no\nf:\ng: [x, 'yes', 2026-08-31, \"07\", 1_7]\n"
    assert read(text) == (
        {
            "a": "text",
            "b": 3,
            "c": 1.5,
            "d": True,
            "e": False,
            "f": None,
            "g": ["x", "yes", "2026-08-31", "07", 17],
        },
        [],
    )


def test_keys_stay_text() -> None:
    assert read("on: 1\n1: 2\nnull: 3\n") == ({"on": 1, "1": 2, "null": 3}, [])


def test_a_byte_order_mark_and_windows_line_ends() -> None:
    assert read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n") == ({"a": 1, "b": 2}, [])


def test_aliases_are_copies_of_what_they_name() -> None:
    assert read("a: &one [1]\nb: *one\n") == ({"a": [1], "b": [1]}, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the file is empty @ $ (x.yml:1)"),
        ("# a remark\n", "the file is empty @ $ (x.yml:1)"),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", "the key 'c' stands twice @ $.b (x.yml:4)"),
        ("a: 1\n? [x]\n: 2\n", "a key must be a text @ $ (x.yml:2)"),
        ("a: !!python/object/apply:os.system [ls]\n", "the YAML tag 'python/object/apply:os.system' is"),
        ("a: !!binary aGk=\n", "the YAML tag 'binary' is not allowed @ $.a (x.yml:1)"),
        ("a: !secret x\n", "the YAML tag '!secret' is not allowed @ $.a (x.yml:1)"),
        ("a: [1,\nb: 2\n", "not YAML: "),
        ("a: *nobody\n", "not YAML: "),
        ("a: 1\n---\nb: 2\n", "not YAML: "),
        (b"a: 1\nb: \xff\n", "not UTF-8 @ $ (x.yml:2)"),
        ("a: \x07\n", "not YAML: "),
    ],
)
def test_what_is_refused(text: str | bytes, problem: str) -> None:
    data, problems = read(text)
    assert data is None
    assert any(problem in found for found in problems), problems


def test_aliases_that_multiply() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    data, problems = read("\n".join(lines))
    assert data is None
    assert len(problems) == 1
    assert problems[0].startswith("too much data (deep nesting, or aliases that multiply) @ $.a")


def test_an_alias_to_itself() -> None:
    data, problems = read("a: &a [*a]\n")
    assert data is None
    assert len(problems) == 1


@pytest.mark.parametrize("depth", [60, 5000])
def test_deep_nesting(depth: int) -> None:
    data, problems = read("[" * depth + "]" * depth)
    assert data is None
    assert len(problems) == 1


def test_a_file_that_is_too_large(tmp_path) -> None:
    from marketo_migrate.ruleset.document import read_document

    problems: list[str] = []
    path = tmp_path / "big.yml"
    path.write_bytes(b"#" * (MAXIMUM_BYTES + 1))
    assert read_document(path, "big.yml", problems) is None
    assert problems == [f"larger than {MAXIMUM_BYTES} bytes @ $ (big.yml:1)"]


def test_a_file_that_cannot_be_read(tmp_path) -> None:
    from marketo_migrate.ruleset.document import read_document

    problems: list[str] = []
    (tmp_path / "a.yml").mkdir()
    assert read_document(tmp_path / "a.yml", "a.yml", problems) is None
    assert problems == ["cannot be read: Is a directory @ $ (a.yml:1)"]


def test_lines_and_paths_of_problems() -> None:
    problems: list[str] = []
    document = parse_document(b"a:\n  - x: 1\n  - x: 2\n    y:\n      - z\n", "x", "x.yml", problems)
    assert document is not None
    assert document.problem("bad", ()) == "bad @ $ (x.yml:1)"
    assert document.problem("bad", ("a", 1, "y", 0)) == "bad @ $.a[1].y[0] (x.yml:5)"
    assert document.problem("bad", ("a", 1, "missing", "deep")) == "bad @ $.a[1].missing.deep (x.yml:3)"
    assert json_path(("a", 0)) == "$.a[0]"
