"""Written code is put on lines of its own length, and says nothing in a roundabout way."""

import ast

import pytest

from marketo_migrate.rewrite.layout import fit
from marketo_migrate.rewrite.simplify import simplified


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"id": x} for x in [int(a), b[1]]]', '[{"id": int(a)}, {"id": b[1]}]'),
        ('post({"leads": [{"id": n} for n in [5]]})["s"]', 'post({"leads": [{"id": 5}]})["s"]'),
        ('f([{"id": x} for x in [(a,\n b)]])', 'f([{"id": (a,\n b)}])'),
    ],
)
def test_short_lists_are_written_out(text: str, expected: str) -> None:
    assert simplified(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": x} for x in values]',
        '[{"id": x} for x in [*values]]',
        '[{"id": x} for x in [1, 2, 3, 4]]',
        '[{"id": x} for x in [1] if x]',
        '[{"id": y} for x in [1]]',
        '[{"id": x + 1} for x in [1]]',
        '[{"id": x} for x in [1]',
        "[1]",
    ],
)
def test_others_stay(text: str) -> None:
    assert simplified(text) == text


def test_a_long_text_of_names_is_broken_at_its_commas() -> None:
    names = ",".join(f"nameOfField{number}" for number in range(12))
    text = f'client.read("id", [value], fields="{names}")'
    broken = fit(text, column=4, after=0, indent="    ", unit="    ", limit=60)
    assert all(len(line) <= 60 for line in broken.splitlines())
    assert ast.dump(ast.parse(broken)) == ast.dump(ast.parse(text))


def test_a_name_that_is_too_long_stays_whole() -> None:
    text = f'client.read(fields="{"a" * 80}")'
    assert "a" * 80 in fit(text, column=0, after=0, indent="", unit="    ", limit=60)


@pytest.mark.parametrize(
    "text",
    [
        'client.write([{"email": mail, **{names[name]: row[key] for key, name in fields()\n if row[key]}}])',
        "client.write(\n    (one_long_name_of_a_value_sent,\n    ), [another_long_name_of_it,\n    ], x)",
    ],
)
def test_lines_that_are_too_long_are_laid_out_anew(text: str) -> None:
    broken = fit(text, column=0, after=0, indent="", unit="    ", limit=60)
    assert all(len(line) <= 60 for line in broken.splitlines())
    assert ast.dump(ast.parse(broken)) == ast.dump(ast.parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "client.write(\n    [a, b],\n    c,\n)",
        "client.write(a_long_name_of_a_value, another_long_name_of_one,  # both\n    c)",
        'client.write(a_long_name_of_a_value, another_long_name_of_one, """\n""", 1)',
    ],
)
def test_lines_of_somebody_else_stay(text: str) -> None:
    assert fit(text, column=0, after=0, indent="", unit="    ", limit=60) == text
