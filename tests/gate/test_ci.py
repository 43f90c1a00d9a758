"""The base, the annotations and the summary page, from what GitHub and GitLab put into the environment."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from marketo_migrate.config.ci import CiBase, Service, ci_base

from .conftest import LEADS, Repository

Run = Callable[..., tuple[int, str, str]]
GITHUB = {"GITHUB_ACTIONS": "true"}
GITLAB = {"GITLAB_CI": "true"}
ZEROS = "0" * 40
MORE = LEADS + "\n\ndef merge(a, b):\n    return client.service.mergeLeads(a, b)\n"


def test_elsewhere() -> None:
    assert ci_base({"GITHUB_BASE_REF": "main", "CI_DEFAULT_BRANCH": "main"}, None) is None


@pytest.mark.parametrize(
    ("environment", "event", "revisions", "branch"),
    [
        ({"GITHUB_BASE_REF": "main"}, None, ("origin/main", "main"), "main"),
        (
            {"GITHUB_BASE_REF": "rel/1"},
            {"pull_request": {"base": {"sha": "abc"}}},
            ("origin/rel/1", "abc", "rel/1"),
            "rel/1",
        ),
        (
            {},
            {"merge_group": {"base_sha": "abc", "base_ref": "refs/heads/main"}},
            ("abc",),
            "main",
        ),
        ({}, {"before": "abc", "repository": {"default_branch": "main"}}, ("abc",), "main"),
        (
            {"GITHUB_REF": "refs/heads/topic"},
            {"before": ZEROS, "repository": {"default_branch": "main"}},
            ("origin/main",),
            "main",
        ),
        ({"GITHUB_BASE_REF": "-x"}, None, ("origin/-x",), "-x"),
    ],
)
def test_github(
    environment: Mapping[str, str], event: object, revisions: tuple[str, ...], branch: str
) -> None:
    assert ci_base(GITHUB | dict(environment), event) == CiBase(Service.GITHUB, revisions, branch)


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        {"before": 1},
        {"pull_request": None},
        {"before": ZEROS},
        {"before": ZEROS, "repository": {"default_branch": "main"}},
    ],
)
def test_github_without_a_base(event: object) -> None:
    assert ci_base(GITHUB | {"GITHUB_REF": "refs/heads/main"}, event) is None


@pytest.mark.parametrize(
    ("environment", "revisions"),
    [
        (
            {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "abc"},
            ("abc", "origin/main"),
        ),
        ({"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}, ("origin/main",)),
        ({"CI_COMMIT_BEFORE_SHA": "abc", "CI_DEFAULT_BRANCH": "main"}, ("abc",)),
        (
            {"CI_COMMIT_BEFORE_SHA": ZEROS, "CI_DEFAULT_BRANCH": "main", "CI_COMMIT_BRANCH": "topic"},
            ("origin/main",),
        ),
    ],
)
def test_gitlab(environment: Mapping[str, str], revisions: tuple[str, ...]) -> None:
    assert ci_base(GITLAB | environment, None) == CiBase(Service.GITLAB, revisions, "main")


@pytest.mark.parametrize(
    "environment",
    [{}, {"CI_COMMIT_BEFORE_SHA": ZEROS, "CI_DEFAULT_BRANCH": "main", "CI_COMMIT_BRANCH": "main"}],
)
def test_gitlab_without_a_base(environment: Mapping[str, str]) -> None:
    assert ci_base(GITLAB | dict(environment), None) is None


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, str]], None]:
    def put(environment: Mapping[str, str]) -> None:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)

    return put


Put = Callable[[Mapping[str, str]], None]


def test_pull_request_on_github(repository: Repository, run: Run, service: Put, tmp_path: Path) -> None:
    repository.git("update-ref", "refs/remotes/origin/main", "main")
    summary = tmp_path.parent / f"{tmp_path.name}-summary.md"
    summary.write_text("before\n")
    service(GITHUB | {"GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": str(summary)})
    repository.write({"crm/leads.py": MORE})
    repository.commit()
    status, out, err = run("gate")
    assert (status, err) == (1, "")
    [annotation] = [line for line in out.splitlines() if line.startswith("::")]
    assert annotation.startswith(
        "::error file=crm/leads.py,line=15,endLine=15,col=12,endColumn=42,title=MKT103 mergeLeads::"
    )
    page = summary.read_text()
    assert page.startswith("before\n# ")
    assert "crm/leads.py" in page
    assert "1 new finding" in page


def test_push_on_github(repository: Repository, run: Run, service: Put, tmp_path: Path) -> None:
    event = tmp_path.parent / f"{tmp_path.name}-event.json"
    event.write_text(json.dumps({"before": repository.git("rev-parse", "HEAD").strip()}))
    service(GITHUB | {"GITHUB_EVENT_PATH": str(event), "GITHUB_STEP_SUMMARY": "/no/such/page.md"})
    repository.write({"crm/leads.py": MORE})
    repository.commit()
    status, out, err = run("gate", "--format", "json")
    assert status == 1
    assert len(json.loads(out)["findings"]) == 1
    assert "the job summary cannot be written" in err


@pytest.mark.parametrize("content", ["", "{", "[1]", "\x00"])
def test_event_that_cannot_be_read(
    repository: Repository, run: Run, service: Put, tmp_path: Path, content: str
) -> None:
    event = tmp_path.parent / f"{tmp_path.name}-event.json"
    event.write_text(content)
    service(GITHUB | {"GITHUB_EVENT_PATH": str(event)})
    assert run("gate")[0] == 2


def test_merge_request_on_gitlab(repository: Repository, run: Run, service: Put) -> None:
    base = repository.git("rev-parse", "main").strip()
    service(GITLAB | {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"})
    assert run("gate")[0] == 0
    repository.write({"crm/leads.py": MORE})
    status, out, _ = run("gate", "--format", "gitlab")
    assert status == 1
    assert [(i["location"]["path"], i["location"]["lines"]["begin"]) for i in json.loads(out)] == [
        ("crm/leads.py", 15)
    ]


@pytest.mark.parametrize(
    ("environment", "advice", "other"),
    [
        (GITHUB | {"GITHUB_BASE_REF": "main"}, "fetch-depth: 0", "GIT_DEPTH"),
        (GITLAB | {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}, 'GIT_DEPTH: "0"', "fetch-depth"),
    ],
)
def test_base_that_was_not_fetched(
    repository: Repository, run: Run, service: Put, environment: Mapping[str, str], advice: str, other: str
) -> None:
    repository.git("branch", "--move", "main", "elsewhere")
    service(environment)
    status, out, err = run("gate")
    assert (status, out) == (2, "")
    assert "the base origin/main is not in this clone" in err
    assert "Fetch it: git fetch origin +refs/heads/main:refs/remotes/origin/main" in err
    assert advice in err
    assert other not in err


def test_a_baseline_goes_before_the_base_of_the_environment(
    repository: Repository, run: Run, service: Put
) -> None:
    repository.write({"crm/leads.py": MORE})
    service(GITHUB | {"GITHUB_BASE_REF": "main"})
    assert run("gate")[0] == 1
    assert run("baseline")[0] == 0
    assert run("gate")[0] == 0
