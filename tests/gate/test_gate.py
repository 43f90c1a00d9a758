"""`gate` and `baseline` in real repositories."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import CLIENT, FILES, LEADS, Repository

Run = Callable[..., tuple[int, str, str]]
BASELINE = ".marketo-migrate-baseline.json"


def new(out: str) -> list[tuple[str, int, str]]:
    """Path, line and name of the findings that the JSON result calls new."""
    return [(f["path"], f["line"], f["name"]) for f in json.loads(out)["findings"] if not f["suppressed"]]


def gate(run: Run, *arguments: object) -> list[tuple[str, int, str]]:
    """What is new against `main`; the exit status must agree."""
    status, out, _ = run("gate", "--base", "main", "--format", "json", *arguments)
    found = new(out)
    assert status == (1 if found else 0)
    return found


class TestAgainstACommit:
    def test_nothing_changed(self, repository: Repository, run: Run) -> None:
        status, out, err = run("gate", "--base", "main")
        commit = repository.git("rev-parse", "main")[:12]
        assert (status, err) == (0, "")
        assert out == (
            "No new use of Marketo's SOAP API found; 5 known; 3 files scanned.\n"
            f"Compared with main (commit {commit}).\n"
        )

    def test_a_call_more(self, repository: Repository, run: Run) -> None:
        more = "\n\ndef merge(a, b):\n    return client.service.mergeLeads(a, b)\n"
        repository.write({"crm/leads.py": LEADS + more})
        assert gate(run) == [("crm/leads.py", 15, "mergeLeads")]
        repository.commit()
        assert gate(run) == [("crm/leads.py", 15, "mergeLeads")]
        status, out, _ = run("gate", "--base", "main")
        assert status == 1
        assert "15 |     return client.service.mergeLeads(a, b)\n" in out
        assert "1 new finding (1 certain) in 1 file; 5 known; 3 files scanned.\n" in out

    def test_a_new_file_that_git_does_not_know_yet(self, repository: Repository, run: Run) -> None:
        repository.write({"jobs/night.py": "from crm.leads import find_lead\n\nfind_lead(1)\n"})
        assert gate(run) == [("jobs/night.py", 3, "getLead")]

    @pytest.mark.parametrize(
        "text",
        [
            "import os\n\n\n" + LEADS,
            LEADS.replace("getLead(key)", "getLead(\n        key,  # by email\n    )"),
            LEADS.replace("    ", "\t"),
            LEADS.replace("\n", "\r\n"),
            LEADS.replace("return client.service.getLead", "answer = client.service.getLead")
            + "\n\ndef other():\n    pass\n",
            "".join(LEADS.partition("\n\n\n")[::2]).replace("def find", "\n\ndef find"),
        ],
        ids=["moved down", "reformatted", "tabs", "line ends", "other code", "blank lines"],
    )
    def test_moved_and_reformatted_lines(self, repository: Repository, run: Run, text: str) -> None:
        repository.write({"crm/leads.py": text})
        assert gate(run) == []

    def test_renamed_file(self, repository: Repository, run: Run) -> None:
        repository.git("mv", "crm/leads.py", "crm/people.py")
        assert gate(run) == []
        repository.write({"crm/people.py": "import os\n" + LEADS})
        assert gate(run) == []
        repository.commit()
        assert gate(run) == []

    def test_moved_to_another_function_and_file(self, repository: Repository, run: Run) -> None:
        repository.write(
            {
                "crm/leads.py": LEADS.replace(
                    "    return client.service.getLead(key)", "    return fetch(key)"
                ).replace("import client\n", "import client\nfrom crm.fetching import fetch\n"),
                "crm/fetching.py": "from crm.connection import client\n\n\n"
                "def fetch(key):\n    return client.service.getLead(key)\n",
            }
        )
        assert gate(run) == [("crm/leads.py", 6, "getLead")]

    def test_copied_file(self, repository: Repository, run: Run) -> None:
        repository.write({"crm/again.py": LEADS})
        assert {path for path, _, _ in gate(run)} == {"crm/again.py"}

    def test_the_same_call_again_in_the_same_function(self, repository: Repository, run: Run) -> None:
        twice = LEADS.replace(
            "    return client.service.getLead(key)", "    client.service.getLead(key)\n" * 2
        )
        above = LEADS.replace(
            "    return client.service.getLead(key)",
            "    log(client.service.getLead(key))\n    return client.service.getLead(key)",
        )
        repository.write({"crm/leads.py": above})
        assert gate(run) == [("crm/leads.py", 5, "getLead")]
        repository.write({"crm/leads.py": twice})
        assert len(gate(run)) == 1

    def test_what_a_changed_wrapper_does_to_untouched_files_is_not_new_there(
        self, repository: Repository, run: Run
    ) -> None:
        repository.write({"jobs.py": "from crm.leads import save, plain\n\nsave(1, 2)\nplain(3)\n"})
        repository.write({"crm/leads.py": f"{LEADS}\n\ndef plain(x):\n    return x\n"})
        repository.commit()
        repository.git("checkout", "--quiet", "-B", "main")
        changed = f"{LEADS}\n\ndef plain(x):\n    return client.service.getTags(x)\n"
        repository.write({"crm/leads.py": changed})
        assert gate(run) == [("crm/leads.py", 15, "getTags")]

    def test_only_what_is_asked_for(self, repository: Repository, run: Run) -> None:
        repository.write({"jobs/a.py": CLIENT, "crm/b.py": CLIENT})
        assert {path for path, _, _ in gate(run, "jobs")} == {"jobs/a.py"}
        assert {path for path, _, _ in gate(run, "crm/b.py")} == {"crm/b.py"}
        assert {path for path, _, _ in gate(run, "jobs", "crm")} == {"jobs/a.py", "crm/b.py"}

    def test_settings_hold_for_both_sides(self, repository: Repository, run: Run) -> None:
        repository.write(
            {
                "marketo-migrate.toml": 'ignore = ["MKT001", "endpoint"]\nexclude = ["old/"]\n',
                "old/a.py": CLIENT,
                "b.py": CLIENT + "client.service.getLead(1)\n",
            }
        )
        assert gate(run) == [("b.py", 4, "getLead")]

    def test_fail_on(self, repository: Repository, run: Run) -> None:
        repository.write({"marketo-migrate.toml": 'fail-on = "never"\n', "b.py": CLIENT})
        status, out, _ = run("gate", "--base", "main")
        assert status == 0
        assert "2 new findings" in out

    def test_the_merge_base_counts_not_the_tip(self, repository: Repository, run: Run) -> None:
        """What the other branch has got meanwhile is no matter."""
        repository.git("checkout", "--quiet", "main")
        repository.git("rm", "--quiet", "-r", "crm")
        repository.commit("all gone on main")
        repository.git("checkout", "--quiet", "topic")
        repository.commit("empty")
        assert gate(run) == []

    def test_suppressed(self, repository: Repository, run: Run) -> None:
        mark = "  # marketo-migrate: ignore[MKT101] agreed\n"
        repository.write({"b.py": f"from crm.connection import client\nclient.service.getLead(1){mark}"})
        assert gate(run) == []
        assert gate(run, "--require-reason") == []
        repository.write(
            {"b.py": "from crm.connection import client\nclient.service.getLead(1)  # noqa: MKT101\n"}
        )
        assert gate(run) == []
        assert gate(run, "--require-reason") == [("b.py", 2, "getLead")]

    def test_where_a_mark_goes_the_finding_is_new(self, repository: Repository, run: Run) -> None:
        repository.write({"b.py": f"# marketo-migrate: ignore-file agreed\n{CLIENT}"})
        repository.commit()
        repository.git("checkout", "--quiet", "-B", "main")
        repository.write({"b.py": CLIENT})
        assert [name for _, _, name in gate(run)] == ["client-construction", "endpoint"]

    def test_a_file_that_nobody_can_parse_is_new(self, repository: Repository, run: Run) -> None:
        repository.write({"b.py": "def f(:\n    '/soap/mktows/2_3'\n"})
        assert gate(run) == [("b.py", 2, "unparsed-file")]

    def test_files_that_were_not_analysed(self, repository: Repository, run: Run) -> None:
        repository.write({"b.py": b"# /soap/mktows/2_3\nx = '\xe9'\n"})
        status, out, _ = run("gate", "--base", "main")
        assert status == 0
        assert "b.py:2  invalid or missing encoding declaration: read as Latin-1\n" in out
        assert run("gate", "--base", "main", "--fail-on-problems")[0] == 1
        repository.write({"marketo-migrate.toml": "fail-on-problems = true\n"})
        assert run("gate", "--base", "main")[0] == 1
        repository.commit()
        assert run("gate", "--base", "topic")[0] == 0

    def test_the_work_tree_and_the_repository_stay_as_they_are(
        self, repository: Repository, run: Run
    ) -> None:
        repository.write({"crm/leads.py": LEADS + "\n", "new.py": CLIENT})
        repository.git("add", "new.py")

        def state() -> list[object]:
            files = [
                (str(path.relative_to(repository.root)), path.stat().st_mtime_ns)
                for path in sorted(repository.root.rglob("*"))
                if path.is_file()
            ]
            return [files, repository.git("status", "--porcelain=v2", "--branch")]

        before = state()
        assert run("gate", "--base", "main")[0] == 1
        assert state()[1] == before[1]
        assert [f for f in state()[0] if f[0] != ".git/index"] == [  # type: ignore[attr-defined]
            f
            for f in before[0]  # type: ignore[attr-defined]
            if f[0] != ".git/index"
        ]


class TestBaseline:
    def test_write_gate_and_prune(self, repository: Repository, run: Run) -> None:
        status, out, err = run("baseline", "--reason", "from before the gate")
        assert (status, out, err) == (0, f"{BASELINE}: 5 known findings (5 added).\n", "")
        first = repository.read(BASELINE)
        assert run("baseline") == (0, f"{BASELINE}: 5 known findings (no change).\n", "")
        assert repository.read(BASELINE) == first
        assert run("gate") == (
            0,
            "No new use of Marketo's SOAP API found; 5 known; 3 files scanned.\n"
            f"Compared with the baseline {BASELINE}.\n",
            "",
        )
        repository.write({"crm/leads.py": LEADS.replace("client.service.syncLead(record)", "record")})
        repository.write({"b.py": "from crm.leads import find_lead\nfind_lead(1)\n"})
        status, out, _ = run("gate")
        assert status == 1
        assert (
            "The baseline can shrink, 1 known finding gone: run `marketo-migrate baseline --prune`.\n" in out
        )
        assert run("baseline", "--prune") == (
            0,
            f"{BASELINE}: 4 known findings (1 gone).\n"
            "1 new finding not added: `marketo-migrate baseline` does that.\n",
            "",
        )
        old, kept = first.splitlines(), repository.read(BASELINE).splitlines()
        assert [line.rstrip(",") for line in old if "syncLead" not in line] == [
            line.rstrip(",") for line in kept
        ]
        assert run("baseline")[1] == f"{BASELINE}: 5 known findings (1 added).\n"
        assert repository.read(BASELINE).count("from before the gate") == 4

    def test_the_last_call_is_gone(self, repository: Repository, run: Run) -> None:
        run("baseline")
        repository.git("rm", "--quiet", "-r", "crm")
        status, out, _ = run("gate")
        assert status == 0
        assert "The last use of Marketo's SOAP API is gone.\n" in out
        assert f"The baseline has nothing left: delete {BASELINE}.\n" in out
        assert "The last use of Marketo's SOAP API is gone.\n" in run("gate", "--base", "main")[1]
        assert "the file can be deleted" in run("baseline", "--prune")[1]

    def test_what_a_mark_hides_is_not_gone(self, repository: Repository, run: Run) -> None:
        run("baseline")
        mark = '[tool.marketo-migrate.per-path-ignores]\n"crm/" = { reason = "goes in May" }\n'
        repository.write({"pyproject.toml": mark})
        for arguments in ([], ["--base", "main"]):
            status, out, _ = run("gate", *arguments)
            assert status == 0
            assert "5 findings suppressed.\n" in out
            assert "last use" not in out
            assert "gone since" not in out
            assert f"The baseline has nothing left: delete {BASELINE}.\n" in out

    def test_without_a_repository(self, tree: Callable[..., Path], run: Run) -> None:
        root = tree(FILES)
        assert run("baseline", "--baseline", "known.json")[0] == 0
        assert run("gate", "--baseline", "known.json")[0] == 0
        (root / "more.py").write_text(CLIENT)
        assert run("gate", "--baseline", "known.json")[0] == 1
        assert run("gate")[0] == 2

    def test_place_by_the_settings(self, repository: Repository, run: Run) -> None:
        repository.write({"pyproject.toml": '[tool.marketo-migrate]\nbaseline = "ci/known.json"\n'})
        (repository.root / "ci").mkdir()
        assert run("gate")[0] == 2
        assert run("baseline")[1] == "ci/known.json: 5 known findings (5 added).\n"
        assert run("gate")[0] == 0

    def test_a_path_is_compared_with_its_part(self, repository: Repository, run: Run) -> None:
        repository.write({"jobs/a.py": CLIENT})
        run("baseline")
        whole = repository.read(BASELINE)
        assert "can shrink" not in run("gate", "jobs")[1]
        run("baseline", "jobs")
        assert repository.read(BASELINE) == whole

    def test_base_and_baseline_together(self, repository: Repository, run: Run) -> None:
        repository.write({"b.py": CLIENT})
        run("baseline")
        assert run("gate", "--base", "main")[0] == 1
        assert run("gate", "--base", "main", "--baseline", BASELINE)[0] == 0

    def test_the_file_is_not_scanned_itself(self, repository: Repository, run: Run) -> None:
        repository.write({"soap/mktows/a.py": CLIENT})
        run("baseline")
        before = repository.read(BASELINE)
        run("baseline")
        assert repository.read(BASELINE) == before

    @pytest.mark.parametrize("command", ["gate", "baseline"])
    def test_bad_file(self, repository: Repository, run: Run, command: str) -> None:
        repository.write({BASELINE: "{\n"})
        status, out, err = run(command)
        assert (status, out) == (2, "")
        assert f"{BASELINE}:2: not valid JSON" in err
        assert repository.read(BASELINE) == "{\n"

    def test_nothing_to_prune(self, repository: Repository, run: Run) -> None:
        status, _, err = run("baseline", "--prune")
        assert status == 2
        assert "no such file: nothing to prune" in err


class TestNothingToCompareWith:
    def test_no_base(self, repository: Repository, run: Run) -> None:
        status, out, err = run("gate")
        assert (status, out) == (2, "")
        assert "name a base (`--base origin/main`)" in err

    @pytest.mark.parametrize("revision", ["nowhere", "main..topic", "topic:crm", "HEAD~99", "refs/heads/*"])
    def test_unknown(self, repository: Repository, run: Run, revision: str) -> None:
        status, out, err = run("gate", "--base", revision)
        assert (status, out) == (2, "")
        assert f"no commit is called {revision} in this repository" in err

    @pytest.mark.parametrize("revision", ["--output=x", "-x", "", " ", "a\nb", "a\0b"])
    def test_what_can_be_no_revision(self, repository: Repository, run: Run, revision: str) -> None:
        status, out, err = run("gate", f"--base={revision}")
        assert (status, out) == (2, "")
        assert "not a git revision" in err
        assert sorted(path.name for path in repository.root.iterdir()) == [".git", "README.md", "crm"]

    def test_no_commit_yet(self, tree: Callable[..., Path], git: Callable[..., str], run: Run) -> None:
        root = tree(FILES)
        git(root, "init", "--quiet")
        status, _, err = run("gate", "--base", "main")
        assert status == 2
        assert "the repository has no commit yet" in err

    def test_no_common_commit(self, repository: Repository, run: Run) -> None:
        repository.git("checkout", "--quiet", "--orphan", "alone")
        repository.commit()
        status, _, err = run("gate", "--base", "main")
        assert status == 2
        assert "main and HEAD have no commit in common" in err

    def test_outside_of_the_repository(
        self, repository: Repository, run: Run, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        outside = tmp_path_factory.mktemp("outside")
        (outside / "a.py").write_text(CLIENT)
        for paths in ([outside], [outside / "a.py", "crm"]):
            status, _, err = run("gate", "--base", "main", *paths)
            assert status == 2
            assert "--base needs a git repository around the paths" in err

    def test_several_repositories(
        self,
        repository: Repository,
        run: Run,
        git: Callable[..., str],
        tmp_path_factory: pytest.TempPathFactory,
    ) -> None:
        other = tmp_path_factory.mktemp("other")
        git(other, "init", "--quiet")
        status, _, err = run("gate", "--base", "main", other, "crm")
        assert status == 2
        assert "the paths lie in several repositories" in err

    def test_missing_path(self, repository: Repository, run: Run) -> None:
        status, _, err = run("gate", "--base", "main", "none")
        assert status == 2
        assert "no such file or directory: none" in err


class TestOddRepositories:
    def test_detached_head(self, repository: Repository, run: Run) -> None:
        repository.git("checkout", "--quiet", "--detach")
        assert gate(run) == []

    def test_tag_and_abbreviated_commit(self, repository: Repository, run: Run) -> None:
        repository.git("tag", "-a", "v1", "-m", "one")
        assert run("gate", "--base", "v1")[0] == 0
        assert run("gate", "--base", repository.git("rev-parse", "main")[:8])[0] == 0
        assert run("gate", "--base", "HEAD~1")[0] == 1

    def test_worktree(self, repository: Repository, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        repository.git("worktree", "add", "--quiet", "../second", "-b", "second")
        monkeypatch.chdir(repository.root.parent / "second")
        assert gate(run) == []
        Path("b.py").write_text(CLIENT)
        assert {path for path, _, _ in gate(run)} == {"b.py"}

    def test_in_a_directory_below(
        self, repository: Repository, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(repository.root / "crm")
        Path("b.py").write_text(CLIENT)
        assert {path for path, _, _ in gate(run)} == {"crm/b.py"}

    def test_in_a_hook(self, repository: Repository, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GIT_DIR", str(repository.root / "elsewhere"))
        monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
        assert gate(run) == []

    def test_ignored_but_tracked(self, repository: Repository, run: Run) -> None:
        repository.write({".gitignore": "crm/\n"})
        repository.commit()
        assert gate(run) == []

    def test_attributes_do_not_change_what_is_compared(self, repository: Repository, run: Run) -> None:
        repository.write({".gitattributes": "* export-ignore export-subst ident\n"})
        repository.commit()
        repository.git("branch", "--force", "main")
        assert gate(run) == []

    @pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
    def test_odd_names(self, repository: Repository, run: Run) -> None:
        names = [
            "a\nb.py",
            "-c.py",
            "ü \u202e.py",
            "tab\t.py",
            "quo\"te'.py",
            os.fsdecode(b"\xff\xfe.py"),
            "$(x).py",
        ]
        for name in names:
            (repository.root / name).write_text(CLIENT)
        assert len({path for path, _, _ in gate(run)}) == len(names)
        repository.commit()
        repository.git("branch", "--force", "main")
        assert gate(run) == []
        assert run("baseline")[0] == 0
        assert run("gate")[0] == 0

    def test_a_tree_that_leads_out(self, repository: Repository, run: Run) -> None:
        """Names that no checkout would make are left out, and nothing is written outside."""
        blob = repository.git("hash-object", "-w", "crm/connection.py").strip()
        data = b"".join(
            mode + b" " + name + b"\0" + bytes.fromhex(blob) for mode, name in [(b"100644", b"../evil.py")]
        )
        done = subprocess.run(
            ["git", "-C", str(repository.root), "hash-object", "-t", "tree", "-w", "--stdin", "--literally"],
            input=data,
            capture_output=True,
            check=True,
        )
        commit = repository.git(
            "commit-tree", done.stdout.decode().strip(), "-p", "main", "-m", "hostile"
        ).strip()
        repository.git("update-ref", "refs/heads/topic", commit)
        assert run("gate", "--base", commit)[0] == 1
        assert not (repository.root.parent / "evil.py").exists()

    @pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
    def test_links(self, repository: Repository, run: Run) -> None:
        (repository.root / "link.py").symlink_to("crm/leads.py")
        (repository.root / "out").symlink_to("/etc")
        repository.commit()
        assert gate(run) == []

    def test_submodule(
        self,
        repository: Repository,
        run: Run,
        git: Callable[..., str],
        tmp_path_factory: pytest.TempPathFactory,
    ) -> None:
        library = tmp_path_factory.mktemp("library")
        git(library, "init", "--quiet", "--initial-branch=main")
        (library / "vendor.py").write_text(CLIENT)
        git(library, "add", "--all")
        git(library, "commit", "--quiet", "-m", "one")
        allow = ("-c", "protocol.file.allow=always")
        repository.git(*allow, "submodule", "--quiet", "add", str(library), "lib")
        repository.commit()
        repository.git("branch", "--force", "main")
        assert gate(run) == []
        (repository.root / "lib" / "more.py").write_text(CLIENT)
        git(repository.root / "lib", "add", "--all")
        git(repository.root / "lib", "commit", "--quiet", "-m", "two")
        repository.commit()
        assert {path for path, _, _ in gate(run)} == {"lib/more.py"}
        repository.git("submodule", "--quiet", "deinit", "--force", "lib")
        assert gate(run) == []


class TestShallowClones:
    @pytest.fixture
    def clone(
        self,
        repository: Repository,
        tmp_path_factory: pytest.TempPathFactory,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Path:
        repository.commit("on the topic")
        target = tmp_path_factory.mktemp("clone") / "work"
        origin = repository.root.as_uri()
        repository.git("clone", "--quiet", "--depth=1", "--branch=topic", origin, str(target))
        monkeypatch.chdir(target)
        return target

    def test_the_message_says_what_to_fetch_and_that_helps(
        self, clone: Path, run: Run, git: Callable[..., str]
    ) -> None:
        status, out, err = run("gate", "--base", "origin/main")
        assert (status, out) == (2, "")
        assert "the base origin/main is not in this clone, whose history was cut" in err
        assert "fetch-depth: 0" in err
        assert 'GIT_DEPTH: "0"' in err
        [command] = [line.partition("Fetch it: ")[2] for line in err.splitlines() if "Fetch it: " in line]
        assert command == "git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main"
        git(clone, *command.split()[1:])
        assert run("gate", "--base", "origin/main")[0] == 0

    def test_base_without_its_history(self, clone: Path, run: Run, git: Callable[..., str]) -> None:
        git(clone, "fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main")
        status, _, err = run("gate", "--base", "origin/main")
        assert status == 2
        assert "the history of this clone was cut before the commit that origin/main and HEAD" in err
        assert "Fetch it: git fetch --unshallow\n" in err

    def test_a_baseline_needs_no_history(self, clone: Path, run: Run) -> None:
        assert run("baseline")[0] == 0
        assert run("gate")[0] == 0
