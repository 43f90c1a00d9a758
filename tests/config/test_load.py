"""Settings files: what they may say, and that every mistake in them is told."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from marketo_migrate.config.find import find_settings_file
from marketo_migrate.config.load import load_settings
from marketo_migrate.config.settings import Settings, Target
from marketo_migrate.errors import ConfigError
from marketo_migrate.model.finding import Confidence

Tree = Callable[[Mapping[str, str | bytes]], Path]


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as error:
        load_settings(path)
    return [line.removeprefix(f"{path}:") for line in str(error.value).split("\n")]


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_empty_file_gives_the_defaults(tree: Tree, text: str) -> None:
    path = tree({"marketo-migrate.toml": text}) / "marketo-migrate.toml"
    assert load_settings(path) == Settings(source=path)


def test_all_keys(tree: Tree) -> None:
    root = tree(
        {
            "own/x.yml": "",
            "pyproject.toml": """
            [project]
            name = "x"
            [tool.marketo-migrate]
            paths = ["src", "jobs"]
            exclude = ["tests/", "*_pb2.py"]
            select = ["MKT1"]
            ignore = ["MKT105", "endpoint"]
            confidence = "certain"
            fail-on = "never"
            target = "requests"
            rules = ["own"]
            jobs = 3
            """,
        }
    )
    assert load_settings(root / "pyproject.toml") == Settings(
        paths=(root / "src", root / "jobs"),
        exclude=("tests/", "*_pb2.py"),
        select=("MKT1",),
        ignore=("MKT105", "endpoint"),
        confidence=Confidence.CERTAIN,
        fail_on=None,
        target=Target.REQUESTS,
        rules=(root / "own",),
        jobs=3,
        source=root / "pyproject.toml",
    )


def test_all_problems_at_once_with_their_lines(tree: Tree) -> None:
    root = tree(
        {
            "pyproject.toml": "\n".join(
                [
                    "[tool.other]",
                    'confidence = "of no concern"',
                    "[tool.marketo-migrate]",
                    'confidense = "certain"',
                    'confidence = "sure"',
                    "jobs = -1",
                    'paths = "src"',
                    '"rules" = ["missing"]',
                    "exclude = [1]",
                    'select = ["MKT 1"]',
                    "target = true",
                    "[tool.marketo-migrate.fail-on]",
                    "x = 1",
                ]
            )
        }
    )
    path = root / "pyproject.toml"
    assert problems(path) == [
        "4: unknown key `confidense`, did you mean `confidence`?",
        '5: `confidence`: expected one of "certain", "likely", "possible", not "sure"',
        "6: `jobs`: expected a whole number, 0 or more, not -1",
        '7: `paths`: expected a list of strings, not "src"',
        f"8: `rules`: no such directory: {root / 'missing'}",
        "9: `exclude`: expected a list of strings, not a list with other things in it",
        "10: `select`: not a rule code or name: MKT 1",
        '11: `target`: expected one of "marketorestpython", "requests", not true',
        '12: `fail-on`: expected one of "certain", "likely", "possible", "never", not a table',
    ]


def test_unknown_key_without_a_likeness(tree: Tree) -> None:
    path = tree({"marketo-migrate.toml": "zzz = 1\n"}) / "marketo-migrate.toml"
    [problem] = problems(path)
    assert problem.startswith("1: unknown key `zzz`; known keys: baseline, confidence, exclude, ")


@pytest.mark.parametrize("content", ["a = ", b"\xff\xfe", "[[tool]]\n[tool.marketo-migrate]\n"])
def test_what_is_no_toml(tree: Tree, content: str | bytes) -> None:
    path = tree({"marketo-migrate.toml": content}) / "marketo-migrate.toml"
    assert problems(path)


def test_missing_file(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in problems(tmp_path / "x.toml")[0]


@pytest.mark.parametrize("tool", ["tool = 1", "[tool]\nmarketo-migrate = 1"])
def test_table_that_is_none(tree: Tree, tool: str) -> None:
    path = tree({"pyproject.toml": f"{tool}\n"}) / "pyproject.toml"
    if "=" in tool.split("\n", maxsplit=1)[0]:
        assert load_settings(path) == Settings(source=path)
    else:
        assert problems(path) == [" tool.marketo-migrate: expected a table"]


class TestFind:
    def test_none(self, tree: Tree) -> None:
        root = tree({".git/HEAD": "", "pyproject.toml": "[tool.ruff]\n", "d/a.py": ""})
        assert find_settings_file(root / "d" / "a.py") is None

    def test_nearest_holds(self, tree: Tree) -> None:
        table = "[tool.marketo-migrate]\n"
        root = tree(
            {
                ".git/HEAD": "",
                "marketo-migrate.toml": "",
                "d/pyproject.toml": table,
                "d/e/pyproject.toml": '[project]\nname = "marketo-migrate"\n',
                "d/e/a.py": "",
            }
        )
        assert find_settings_file(root) == root / "marketo-migrate.toml"
        assert find_settings_file(root / "d" / "e" / "a.py") == root / "d" / "pyproject.toml"

    def test_not_above_the_repository(self, tree: Tree) -> None:
        root = tree({"marketo-migrate.toml": "", "r/.git/HEAD": "", "r/d/a.py": ""})
        assert find_settings_file(root / "r" / "d") is None

    def test_two_in_one_directory(self, tree: Tree) -> None:
        root = tree({"marketo-migrate.toml": "", "pyproject.toml": "[tool.marketo-migrate]\n"})
        with pytest.raises(ConfigError, match="keep one of the two"):
            find_settings_file(root)

    def test_bad_toml_that_may_hold_settings(self, tree: Tree) -> None:
        root = tree({"pyproject.toml": "[tool.marketo-migrate\n"})
        with pytest.raises(ConfigError, match="not valid TOML"):
            find_settings_file(root)
