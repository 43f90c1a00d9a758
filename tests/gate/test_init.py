"""`init`: what it writes beside what is there, and that the program and its neighbours can read it."""

import tomllib
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path

import pytest
import yaml

from marketo_migrate.config.ci import Service
from marketo_migrate.config.initial import Effect, plan_files
from marketo_migrate.config.load import load_settings

from .conftest import Repository

Run = Callable[..., tuple[int, str, str]]
Tree = Callable[[Mapping[str, str | bytes]], Path]
NAMES = ("settings.toml", "pre-commit.yml", "github.yml", "gitlab.yml")
TEMPLATES = {
    name: resources.files("marketo_migrate").joinpath(f"templates/{name}").read_text() for name in NAMES
}
HOOKS = "repos:\n- repo: https://example.com/x\n  rev: v1\n  hooks:\n  - id: x\n"


def plan(
    existing: Mapping[str, str], *services: Service, replace: bool = False
) -> dict[str, tuple[str, str]]:
    steps = plan_files(
        existing, TEMPLATES, services=frozenset(services), requirement="marketo-migrate==9", replace=replace
    )
    return {step.path: (step.effect.value, step.text) for step in steps}


def written(existing: Mapping[str, str], *services: Service) -> dict[str, str]:
    return {path: text for path, (effect, text) in plan(existing, *services).items() if effect != "kept"}


@pytest.mark.parametrize("services", [(), (Service.GITHUB,), (Service.GITLAB,), tuple(Service)])
def test_a_second_time_changes_nothing(services: tuple[Service, ...]) -> None:
    first = written({}, *services)
    assert first
    assert written(first, *services) == {}


def test_what_others_wrote_stays() -> None:
    existing = {
        "pyproject.toml": '[project]\nname = "x"',
        ".pre-commit-config.yaml": HOOKS,
        ".gitlab-ci.yml": "test:\n  script: [make]\n",
    }
    result = written(existing, *Service)
    for name, text in existing.items():
        assert result[name].startswith(text)
    tool = tomllib.loads(result["pyproject.toml"])["tool"]
    assert tool == {"marketo-migrate": {"confidence": "likely", "require-reason": True}}
    repos = yaml.safe_load(result[".pre-commit-config.yaml"])["repos"]
    assert [repo["repo"] for repo in repos] == ["https://example.com/x", "local"]
    assert yaml.safe_load(result[".gitlab-ci.yml"]) == {
        "test": {"script": ["make"]},
        "include": [{"local": ".gitlab/marketo-migrate.yml"}],
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[tool.marketo-migrate]\njobs = 1\n"),
        ("pyproject.toml", "not [ toml"),
        (".pre-commit-config.yaml", f"{HOOKS}ci:\n  autofix_prs: false\n"),
        (".pre-commit-config.yaml", "repos: []\n"),
        (".pre-commit-config.yaml", f"{HOOKS}- repo: local\n  hooks: [{{id: marketo-migrate-gate}}]\n"),
        (".gitlab-ci.yml", "include:\n  - local: other.yml\n"),
        ("marketo-migrate.toml", "jobs = 1\n"),
        (".github/workflows/marketo-migrate.yml", "on: push\n"),
    ],
)
def test_what_cannot_be_added_to_is_kept(name: str, text: str) -> None:
    assert plan({name: text}, *Service)[name] == ("kept", text)


def test_line_ends_are_kept() -> None:
    text = written({".pre-commit-config.yaml": HOOKS.replace("\n", "\r\n")})[".pre-commit-config.yaml"]
    assert "\n" not in text.replace("\r\n", "")


def test_only_files_of_ours_are_replaced_when_told() -> None:
    existing = {"marketo-migrate.toml": "jobs = 1\n", ".pre-commit-config.yaml": "repos: []\n"}
    result = plan(existing, replace=True)
    assert result["marketo-migrate.toml"][0] == Effect.REPLACED
    assert result[".pre-commit-config.yaml"][0] == Effect.KEPT


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml", "pre-commit.yml"])
@pytest.mark.parametrize("requirement", ["a==1", 'git+https://x/y@z"$(id)', "C:\\x", "${{ secrets.X }}"])
def test_what_pip_installs_is_one_text(name: str, requirement: str) -> None:
    steps = plan_files({}, TEMPLATES, services=frozenset(Service), requirement=requirement)
    [text] = [s.text for s in steps if s.text.count("marketo-migrate") and _is(s.path, name)]
    document = yaml.safe_load(text)
    found = {
        "github.yml": lambda d: d["jobs"]["marketo-migrate"]["steps"][2]["env"]["MARKETO_MIGRATE"],
        "gitlab.yml": lambda d: d["marketo-migrate"]["variables"]["MARKETO_MIGRATE"],
        "pre-commit.yml": lambda d: d["repos"][0]["hooks"][0]["additional_dependencies"][0],
    }[name](document)
    assert found == requirement


def _is(path: str, name: str) -> bool:
    return {
        "github.yml": path.startswith(".github"),
        "gitlab.yml": path.startswith(".gitlab/"),
        "pre-commit.yml": path.startswith(".pre-commit"),
    }[name]


def test_command(repository: Repository, run: Run) -> None:
    repository.git("remote", "add", "origin", "https://user:token-1234@github.com/x/y.git")
    status, out, err = run("init", "--dry-run", "crm")
    assert (status, err) == (0, "")
    assert "marketo-migrate.toml: would be created\n" in out
    assert "token-1234" not in out
    assert repository.git("status", "--porcelain") == ""
    status, out, _ = run("init", "crm", "--install", "marketo-migrate @ file:///x")
    assert status == 0
    for name in ("marketo-migrate.toml", ".pre-commit-config.yaml", ".github/workflows/marketo-migrate.yml"):
        assert f"{name}: created\n" in out
        for line in repository.read(name).splitlines():
            assert f"    {line}".rstrip() in out.splitlines()
    assert load_settings(repository.root / "marketo-migrate.toml").require_reason
    assert run("gate", "--base", "main")[0] == 0
    repository.write({"marketo-migrate.toml": "jobs = 1\n"})
    assert "marketo-migrate.toml: kept (it exists; --force replaces it)\n" in run("init")[1]
    assert repository.read("marketo-migrate.toml") == "jobs = 1\n"
    assert "marketo-migrate.toml: replaced\n" in run("init", "--force")[1]


@pytest.mark.parametrize(
    ("sign", "written_path"),
    [
        (".github/CODEOWNERS", ".github/workflows/marketo-migrate.yml"),
        (".gitlab-ci.yml", ".gitlab/marketo-migrate.yml"),
    ],
)
def test_service_by_the_files(tree: Tree, run: Run, sign: str, written_path: str) -> None:
    root = tree({sign: ""})
    out = run("init")[1]
    assert (root / written_path).exists()
    assert "No workflow" not in out


def test_service_unknown_and_none(tree: Tree, run: Run) -> None:
    root = tree({"a.py": ""})
    assert "No workflow: --ci github or --ci gitlab writes one.\n" in run("init")[1]
    run("init", "--ci", "gitlab")
    assert (root / ".gitlab-ci.yml").exists()


def test_what_cannot_be_read_or_written(tree: Tree, run: Run) -> None:
    tree({"pyproject.toml": b"\xff\xfe"})
    status, out, err = run("init")
    assert (status, out) == (2, "")
    assert "pyproject.toml: cannot be read: not UTF-8 text" in err
    assert run("init", "none")[0] == 2
    root = tree({"pyproject.toml": "", ".github": ""})
    status, _, err = run("init", "--ci", "github")
    assert status == 2
    assert str(root / ".github" / "workflows") in err
