"""The hooks, the GitHub Action, the GitLab job and the image: run where that can be done, read elsewhere."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from marketo_migrate.cli.app import app

from .conftest import CLIENT, LEADS, Repository

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
PROGRAMS = Path(sys.executable).parent
COMMANDS = {
    command.name or command.callback.__name__ for command in app.registered_commands if command.callback
}
TEMPLATES = resources.files("marketo_migrate").joinpath("templates")


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", **more}


def shell(script: str, directory: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs a step as GitHub does."""
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(
        command, cwd=directory, env=environment(**more), capture_output=True, text=True, check=False
    )


class TestPreCommit:
    @pytest.fixture
    def home(self, tmp_path_factory: pytest.TempPathFactory) -> str:
        return str(tmp_path_factory.mktemp("pre-commit"))

    def test_manifest(self, home: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)],
            env=environment(PRE_COMMIT_HOME=home),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "")
        for hook in yaml.safe_load(MANIFEST.read_text(encoding="utf-8")):
            program, command = hook["entry"].split()[:2]
            assert program == "marketo-migrate"
            assert command in COMMANDS
            assert hook["pass_filenames"] is False

    def test_hooks_on_real_commits(self, repository: Repository, home: str) -> None:
        """As the manifest says, but for the environment, which is the one of the tests."""
        hooks = [
            hook | {"language": "system", "entry": f"{PROGRAMS}/{hook['entry']}"}
            for hook in yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
            if hook["id"] == "marketo-migrate-gate"
        ]
        repository.write(
            {".pre-commit-config.yaml": yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]})}
        )
        repository.commit("hooks")

        def commit(files: Mapping[str, str]) -> tuple[bool, str]:
            repository.write(files)
            repository.git("add", "--all")
            done = subprocess.run(
                [sys.executable, "-m", "pre_commit", "run", "--color=never"],
                cwd=repository.root,
                env=environment(PRE_COMMIT_HOME=home),
                capture_output=True,
                text=True,
                check=False,
            )
            return done.returncode == 0, done.stdout + done.stderr

        passed, out = commit({"crm/leads.py": f"import os\n{LEADS}"})
        assert passed, out
        passed, out = commit({"crm/more.py": CLIENT})
        assert not passed
        assert "crm/more.py\n  3:10  MKT001 client-construction" in out


class TestGithubAction:
    def steps(self) -> dict[str, Any]:
        return {step.get("name", step.get("uses")): step for step in ACTION["runs"]["steps"]}

    def test_no_input_is_part_of_a_script(self) -> None:
        scripts = [step["run"] for step in self.steps().values() if "run" in step]
        assert len(scripts) == 3
        assert not any("${{" in script for script in scripts)

    def test_inputs_are_used_and_known(self) -> None:
        text = (ROOT / "action.yml").read_text(encoding="utf-8")
        used = set(re.findall(r"inputs\.([\w-]+)", text))
        assert used == set(ACTION["inputs"])

    @pytest.mark.parametrize("paths", ["", "crm\n"])
    def test_scan_and_gate(
        self, repository: Repository, tmp_path_factory: pytest.TempPathFactory, paths: str
    ) -> None:
        temporary = tmp_path_factory.mktemp("runner")
        output = temporary / "output"
        repository.write({"odd name/a.py": "x = 1\n"})
        given = {
            "INPUT_PATHS": paths,
            "INPUT_BASE": "main",
            "INPUT_BASELINE": "",
            "INPUT_FAIL_ON_PROBLEMS": "true",
            "RUNNER_TEMP": str(temporary),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(temporary / "summary.md"),
        }
        steps = self.steps()
        scan = shell(steps["Scan"]["run"], repository.root, **given)
        assert (scan.returncode, scan.stderr) == (0, "")
        assert output.read_text() == f"sarif={temporary}/marketo-migrate.sarif\n"
        assert json.loads((temporary / "marketo-migrate.sarif").read_text())["version"] == "2.1.0"
        assert shell(steps["Gate"]["run"], repository.root, **given).returncode == 0
        repository.write({"odd name/a.py": CLIENT, "crm/b.py": CLIENT})
        gate = shell(steps["Gate"]["run"], repository.root, **given)
        assert gate.returncode == 1
        assert ("file=odd name/a.py" in gate.stdout) is (paths != "crm\n")

    def test_hostile_inputs(self, repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> None:
        temporary = tmp_path_factory.mktemp("runner")
        given = {
            "INPUT_PATHS": "--output=evil\n$(touch evil)",
            "INPUT_BASE": "--upload-pack=touch evil",
            "INPUT_BASELINE": "",
            "INPUT_FAIL_ON_PROBLEMS": "",
            "RUNNER_TEMP": str(temporary),
            "GITHUB_OUTPUT": str(temporary / "output"),
        }
        for name in ("Scan", "Gate"):
            assert shell(self.steps()[name]["run"], repository.root, **given).returncode == 2
        assert not (repository.root / "evil").exists()


class TestGitlabJob:
    JOB = yaml.safe_load(TEMPLATES.joinpath("gitlab.yml").read_text(encoding="utf-8"))["marketo-migrate"]

    def test_script(self, repository: Repository) -> None:
        given = {
            "GITLAB_CI": "true",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": repository.git("rev-parse", "main").strip(),
        }
        script = "\n".join(self.JOB["script"])
        assert shell(script, repository.root, **given).returncode == 0
        assert (repository.root / self.JOB["artifacts"]["reports"]["codequality"]).exists()
        repository.write({"b.py": CLIENT})
        assert shell(script, repository.root, **given).returncode == 1


def test_github_workflow(repository: Repository) -> None:
    workflow = yaml.safe_load(TEMPLATES.joinpath("github.yml").read_text(encoding="utf-8"))
    steps = {step.get("name"): step for step in workflow["jobs"]["marketo-migrate"]["steps"]}
    assert shell(steps["Scan"]["run"], repository.root).returncode == 0
    assert (repository.root / steps["Upload"]["with"]["sarif_file"]).exists()
    repository.git("update-ref", "refs/remotes/origin/main", "main")
    given = {"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main"}
    assert shell(steps["Gate"]["run"], repository.root, **given).returncode == 0


def test_image_installs_what_the_checkout_has() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert 'ENTRYPOINT ["marketo-migrate"]' in text
    assert re.search(r"^USER (?!root)", text, re.MULTILINE)
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for needed in ("marketo_migrate", "rules", "pyproject.toml", "README.md", "LICENSE"):
        assert needed not in left_out
        assert (ROOT / needed).exists()


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_shell_completion(run: Callable[..., tuple[int, str, str]], name: str) -> None:
    script = subprocess.run(
        [PROGRAMS / "marketo-migrate", "--show-completion", name],
        env=environment(_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (script.returncode, script.stderr) == (0, "")
    assert f"_MARKETO_MIGRATE_COMPLETE=complete_{name}" in script.stdout


def test_completion_answers() -> None:
    done = subprocess.run(
        [PROGRAMS / "marketo-migrate"],
        env=environment(
            _MARKETO_MIGRATE_COMPLETE="complete_bash", COMP_WORDS="marketo-migrate gate --b", COMP_CWORD="2"
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["--base", "--baseline"]
