"""The quick reading of command lines answers as typer does, or not at all."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from marketo_migrate.cli.app import parse
from marketo_migrate.cli.formats import ResultFormat
from marketo_migrate.cli.quick import read_scan
from marketo_migrate.cli.scan import ScanOptions
from marketo_migrate.model.finding import Confidence


def by_typer(arguments: list[str]) -> ScanOptions | None:
    """The options typer reads, None where it refuses or does something else."""
    chosen = parse(arguments)
    return getattr(chosen, "args", (None,))[0]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["rules"],
        ["scan", "--help"],
        ["scan", "-h"],
        ["scan", "--nothing"],
        ["scan", "--format"],
        ["scan", "--format", "xml"],
        ["scan", "--format="],
        ["scan", "--jobs", "-1"],
        ["scan", "--jobs", "x"],
        ["scan", "-fjson"],
        ["scan", "--", "a"],
        ["scan", "-"],
        ["scan", ""],
    ],
)
def test_what_is_not_plain_is_left_to_typer(arguments: list[str]) -> None:
    assert read_scan(arguments) is None


def test_everything_at_once() -> None:
    arguments = (
        "scan src -f json -o out.json --confidence=certain --select A,B --select C --ignore D --exclude x "
        "--statistics --no-color -j 2 --rules-dir r --config c.toml --debug jobs.py"
    )
    expected = ScanOptions(
        paths=(Path("src"), Path("jobs.py")),
        format=ResultFormat.JSON,
        output=Path("out.json"),
        confidence=Confidence.CERTAIN,
        select=("A,B", "C"),
        ignore=("D",),
        exclude=("x",),
        statistics=True,
        no_color=True,
        jobs=2,
        rules=(Path("r"),),
        config=Path("c.toml"),
    )
    assert read_scan(arguments.split()) == by_typer(arguments.split()) == expected


_WORDS = (
    "src a.py ./x ~ a=b json text sarif certain likely 0 3 007 1.5 - -- --format -f --output -o --confidence "
    "--jobs -j --config --select --ignore --exclude --rules-dir --statistics --no-color --debug "
    "--format=json --jobs=2 -j2 --select=A --output= -o=x -f=json --statistics=1 --stat --no-colour -x "
    "--config=--x"
)
_words = st.sampled_from(["", *_WORDS.split()])


@given(st.lists(_words, max_size=6))
@example(["--output", "--debug"])
@example(["--jobs", "٣"])
@example(["--confidence", "CERTAIN"])
def test_same_answer_as_typer(words: list[str]) -> None:
    quick = read_scan(["scan", *words])
    assert quick is None or quick == by_typer(["scan", *words])
