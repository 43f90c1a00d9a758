"""Settings files: what they may say, and that every mistake in them is told."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from marketo_migrate.config.find import find_settings_file
from marketo_migrate.config.load import load_settings
from marketo_migrate.config.settings import Credentials, PathIgnore, Settings, Target
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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"jobs = {'1' * 5000}", "not valid TOML: Exceeds the limit (4300 digits)"),
        (f"select = {'[' * 100_000}", "not valid TOML: nested too deeply"),
    ],
    ids=["digits", "depth"],
)
def test_what_the_reader_of_toml_gives_up_on(tree: Tree, text: str, message: str) -> None:
    root = tree({"marketo-migrate.toml": text, "a/pyproject.toml": f"[tool.marketo-migrate]\n{text}"})
    assert problems(root / "marketo-migrate.toml")[0].strip().startswith(message)
    with pytest.raises(ConfigError) as error:
        find_settings_file(root / "a")
    assert str(error.value).startswith(f"{root / 'a' / 'pyproject.toml'}: {message}")


@pytest.mark.parametrize("name", ["x" * 5000, "a/" * 3000, "a\\u0000b"], ids=["long", "deep", "null"])
def test_names_that_no_file_can_have(tree: Tree, name: str) -> None:
    path = (
        tree({"marketo-migrate.toml": f'rules = ["{name}"]\ndescribe = "{name}"\n'}) / "marketo-migrate.toml"
    )
    told = problems(path)
    assert [line.split(": ")[2] for line in told] == ["no such directory", "no such file"]


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
            require-reason = true
            baseline = "ci/known.json"
            fail-on-problems = true
            credentials = "settings"
            describe = "own/describe.json"
            [tool.marketo-migrate.per-path-ignores]
            "old/" = ["getLead"]
            'vendor/' = { rules = ["MKT1"], reason = "in  May", until = 2027-05-31 }
            "*.ini" = { until = "2027-06-30" }
            """,
            "own/describe.json": "{}",
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
        require_reason=True,
        baseline=root / "ci/known.json",
        fail_on_problems=True,
        credentials=Credentials.SETTINGS,
        describe=root / "own/describe.json",
        per_path_ignores=(
            PathIgnore("old/", ("getLead",), None, None, 20),
            PathIgnore("vendor/", ("MKT1",), "in May", date(2027, 5, 31), 21),
            PathIgnore("*.ini", (), None, date(2027, 6, 30), 22),
        ),
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
        '12: `fail-on`: expected one of "certain", "likely", "possible", "error", "warning", "note", '
        '"never", not a table',
    ]


def test_problems_of_path_ignores(tree: Tree) -> None:
    lines = [
        "require-reason = 1",
        'describe = "none.json"',
        'credentials = "vault"',
        "baseline = []",
        "[per-path-ignores]",
        '"a/" = "MKT101"',
        '"b/" = []',
        '"c/" = { rule = ["MKT101"] }',
        '"d/" = { rules = [] }',
        '"e/" = { reason = 3 }',
        '"f/" = { until = "soon" }',
        '"g/" = { until = 2027-03-31T10:00:00 }',
        '"h/" = { until = "2027-02-30" }',
        '" " = ["MKT101"]',
        '"i/" = ["MKT 1"]',
    ]
    root = tree({"marketo-migrate.toml": "\n".join(lines)})
    assert problems(root / "marketo-migrate.toml") == [
        "1: `require-reason`: expected true or false, not 1",
        f"2: `describe`: no such file: {root / 'none.json'}",
        '3: `credentials`: expected one of "auto", "environment", "settings", not "vault"',
        "4: `baseline`: expected the name of a file, not a list with other things in it",
        '6: `per-path-ignores`, `a/`: expected a list of rules or a table, not "MKT101"',
        "7: `per-path-ignores`, `b/`: the list is empty; a table with a reason and without `rules` means "
        "every rule",
        "8: `per-path-ignores`, `c/`: unknown key `rule`, did you mean `rules`?",
        "9: `per-path-ignores`, `d/`: `rules` is empty; leave it out to mean every rule",
        "10: `per-path-ignores`, `e/`: `reason`: expected a string, not 3",
        '11: `per-path-ignores`, `f/`: `until`: expected a date like 2027-03-31, not "soon"',
        "12: `per-path-ignores`, `g/`: `until`: expected a date like 2027-03-31, not a date or time",
        '13: `per-path-ignores`, `h/`: `until`: expected a date like 2027-03-31, not "2027-02-30"',
        "14: `per-path-ignores`, ` `: the pattern is empty",
        "15: `per-path-ignores`, `i/`: not a rule code or name: MKT 1",
    ]


def test_path_ignores_that_are_no_table(tree: Tree) -> None:
    path = tree({"marketo-migrate.toml": "per-path-ignores = 1\n"}) / "marketo-migrate.toml"
    assert problems(path) == ["1: `per-path-ignores`: expected a table of patterns, not 1"]


def test_unknown_key_without_a_likeness(tree: Tree) -> None:
    path = tree({"marketo-migrate.toml": "zzz = 1\n"}) / "marketo-migrate.toml"
    [problem] = problems(path)
    assert problem.startswith(
        "1: unknown key `zzz`; known keys: baseline, confidence, credentials, describe, exclude, "
    )


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
