"""Which files are found, under which names, in repositories and outside them."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from marketo_migrate.errors import UsageError
from marketo_migrate.model.finding import FileProblem
from marketo_migrate.sources.classify import FileKind
from marketo_migrate.sources.discover import discover

Tree = Callable[[Mapping[str, str | bytes]], Path]
Git = Callable[..., str]

HAS_LINKS = sys.platform != "win32"


def names(*paths: Path, exclude: tuple[str, ...] = ()) -> list[str]:
    return [file.path for file in discover(paths, exclude=exclude).files]


@pytest.fixture(params=["repository", "no repository", "no git binary"])
def place(request: pytest.FixtureRequest, tree: Tree, git: Git, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory: each test holds with git, without a repository, and in one that git cannot list."""
    root = tree({})
    if request.param != "no repository":
        git(root, "init", "-q")
    if request.param == "no git binary":
        monkeypatch.setenv("PATH", "")
    return root


def test_nothing_in_an_empty_directory(place: Path) -> None:
    found = discover((place,))
    assert (found.files, found.problems, found.left_out) == ((), (), ())


def test_files_of_no_interest_are_not_listed(place: Path, tree: Tree) -> None:
    tree(
        {
            "README.md": "",
            "a.pyc": "",
            "notes.txt": "",
            "LICENSE": "",
            "run.sh": "",
            "lib.so": "",
            "a.pyi": "",
        }
    )
    assert names(place) == []


def test_kinds(place: Path, tree: Tree) -> None:
    tree(
        {
            "a.py": "",
            "gui.pyw": "",
            "tool": "#!/usr/bin/env python3\n",
            "shell": "#!/bin/sh\n",
            "app.ini": "",
            ".env": "",
            ".env.production": "",
            "requirements.txt": "",
            "requirements/dev.txt": "",
            "requirements-test.txt": "",
            "constraints.txt": "",
            "Pipfile": "",
            "soap/envelope.xml.j2": "",
            "x.wsdl": "",
        }
    )
    found = {file.path: file.kind for file in discover((place,)).files}
    assert [path for path, kind in found.items() if kind is FileKind.PYTHON] == ["a.py", "gui.pyw", "tool"]
    assert [path for path, kind in found.items() if kind is FileKind.TEXT] == [
        ".env",
        ".env.production",
        "Pipfile",
        "app.ini",
        "constraints.txt",
        "requirements-test.txt",
        "requirements.txt",
        "requirements/dev.txt",
        "soap/envelope.xml.j2",
        "x.wsdl",
    ]


def test_ignored_files_are_left_out(place: Path, tree: Tree) -> None:
    tree(
        {
            ".gitignore": "*.py\n!keep.py\n/secret/\n",
            "a.py": "",
            "keep.py": "",
            "secret/keep.py": "",
            "d/.gitignore": "keep.py\n!b.py\n",
            "d/keep.py": "",
            "d/b.py": "",
            "d/c.py": "",
        }
    )
    assert names(place) == ["d/b.py", "keep.py"]


@pytest.mark.parametrize(
    "folder",
    [
        ".hg", "node_modules/x", "build/lib", "dist", "p.egg-info", "__pycache__", ".tox/py", ".nox",
        ".mypy_cache", ".eggs", "deep/down/build", "venv/lib/site-packages",
    ],
)  # fmt: skip
def test_directories_without_own_code_are_left_out(place: Path, tree: Tree, folder: str) -> None:
    tree({"a.py": "", f"{folder}/b.py": ""})
    assert names(place) == ["a.py"]


@pytest.mark.parametrize(
    "mark", ["pyvenv.cfg", "bin/activate_this.py", "Scripts/activate.bat", "conda-meta/history"]
)
def test_environments_are_left_out_and_told(place: Path, tree: Tree, mark: str) -> None:
    tree({"a.py": "", f"tools/own/{mark}": "", "tools/own/src/b.py": ""})
    found = discover((place,))
    assert [file.path for file in found.files] == ["a.py"]
    assert found.left_out == ("tools/own",)


def test_a_package_called_build_is_source(place: Path, tree: Tree) -> None:
    tree({"app/build/__init__.py": "", "app/build/b.py": ""})
    assert names(place) == ["app/build/__init__.py", "app/build/b.py"]


@pytest.mark.parametrize("folder", ["build", "venv", "venv/lib", "node_modules/x"])
def test_what_is_named_is_scanned(place: Path, tree: Tree, folder: str) -> None:
    tree(
        {
            ".gitignore": "node_modules\nvenv\n",
            f"{folder}/site-packages/b.py": "",
            f"{folder}/a.py": "",
            "venv/pyvenv.cfg": "",
            "venv/.gitignore": "*\n",
            "c.py": "",
        }
    )
    library = [f"{folder}/site-packages/b.py"] if folder.startswith("venv") else []
    expected = sorted([f"{folder}/a.py", *library, *(["venv/pyvenv.cfg"] if folder == "venv" else [])])
    assert names(place / folder) == expected
    assert (
        names(place, place / folder) == ["c.py", *expected] if folder != "build" else ["build/a.py", "c.py"]
    )


def test_named_files_are_taken_whatever_ignores_them(place: Path, tree: Tree) -> None:
    tree(
        {
            ".gitignore": "a.py\n",
            "a.py": "",
            "build/b.py": "",
            "script": "#! python\n",
            "odd.xyz": "",
            "c.py": "",
        }
    )
    paths = [place / name for name in ("a.py", "build/b.py", "script", "odd.xyz")]
    found = discover(paths)
    assert [(file.path, file.kind) for file in found.files] == [
        ("a.py", FileKind.PYTHON),
        ("build/b.py", FileKind.PYTHON),
        ("odd.xyz", FileKind.TEXT),
        ("script", FileKind.PYTHON),
    ]


def test_the_same_file_named_twice_counts_once(place: Path, tree: Tree) -> None:
    tree({"d/a.py": ""})
    assert names(place, place / "d", place / "d" / "a.py", place / "d" / ".." / "d") == ["d/a.py"]


@pytest.mark.parametrize("pattern", ["d", "d/", "/d/**", "a.py", "**/a.py", "*.py"])
def test_exclude(place: Path, tree: Tree, pattern: str) -> None:
    tree({"d/a.py": "", "e.ini": ""})
    assert names(place, exclude=(pattern,)) == ["e.ini"]
    assert names(place / "d" / "a.py", exclude=(pattern,)) == []


def test_exclude_can_make_exceptions(place: Path, tree: Tree) -> None:
    tree({"a.py": "", "keep.py": ""})
    assert names(place, exclude=("*.py", "!keep.py")) == ["keep.py"]


@pytest.mark.skipif(not HAS_LINKS, reason="needs symbolic links")
class TestLinks:
    def test_loop_of_directories_ends(self, place: Path, tree: Tree) -> None:
        tree({"d/a.py": ""})
        (place / "d" / "self").symlink_to(place / "d", target_is_directory=True)
        (place / "d" / "up").symlink_to("..", target_is_directory=True)
        found = discover((place,))
        assert [file.path for file in found.files] == ["d/a.py"]
        assert found.problems == ()

    def test_file_linked_twice_counts_once(self, place: Path, tree: Tree) -> None:
        tree({"a.py": ""})
        (place / "b.py").symlink_to("a.py")
        assert names(place) == ["a.py"]

    def test_link_to_a_file_that_is_found_in_no_other_way(self, place: Path, tree: Tree) -> None:
        tree({"a.template": "x = 1\n"})
        (place / "a.py").symlink_to("a.template")
        [file] = discover((place,)).files
        assert (file.path, Path(file.absolute)) == ("a.py", (place / "a.template").resolve())

    def test_broken_link_is_a_problem(self, place: Path, tree: Tree) -> None:
        tree({"b.py": ""})
        (place / "a.py").symlink_to("gone.py")
        (place / "a.sock").symlink_to("gone.sock")
        found = discover((place,))
        assert [file.path for file in found.files] == ["b.py"]
        assert found.problems == (FileProblem("a.py", None, "a broken symbolic link: not analysed"),)

    def test_link_to_itself_is_a_problem(self, place: Path) -> None:
        (place / "a.py").symlink_to("a.py")
        assert discover((place,)).problems == (
            FileProblem("a.py", None, "a loop of symbolic links: not analysed"),
        )

    def test_link_out_of_the_tree_is_not_followed(
        self, place: Path, tree: Tree, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        outside = tmp_path_factory.mktemp("outside")
        (outside / "a.py").write_text("")
        (place / "folder").symlink_to(outside, target_is_directory=True)
        (place / "file.py").symlink_to(outside / "a.py")
        found = discover((place,))
        message = "a symbolic link out of the scanned tree: not followed"
        assert found.files == ()
        assert found.problems == (FileProblem("file.py", None, message), FileProblem("folder", None, message))

    def test_named_link_is_followed(
        self, place: Path, tmp_path_factory: pytest.TempPathFactory, tree: Tree
    ) -> None:
        outside = tmp_path_factory.mktemp("outside")
        (outside / "a.py").write_text("")
        (place / "folder").symlink_to(outside, target_is_directory=True)
        assert [Path(file.absolute).name for file in discover((place / "folder",)).files] == ["a.py"]


class TestNames:
    def test_relative_to_the_repository(self, tree: Tree, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
        root = tree({"r/src/d/a.py": "", "r/b.py": ""})
        git(root / "r", "init", "-q")
        assert names(root / "r" / "src") == ["src/d/a.py"]
        assert names(root / "r" / "src" / "d" / "a.py") == ["src/d/a.py"]
        monkeypatch.chdir(root / "r" / "src" / "d")
        assert names(Path()) == ["src/d/a.py"]

    def test_relative_to_the_working_directory(self, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
        root = tree({"d/e/a.py": "", "f/b.py": ""})
        assert names(root / "d") == ["d/e/a.py"]
        monkeypatch.chdir(root / "d")
        assert names(Path("e")) == ["e/a.py"]
        assert names(root / "f") == ["../f/b.py"]

    def test_two_repositories_share_the_working_directory(self, tree: Tree, git: Git) -> None:
        root = tree({"r/a.py": "", "s/a.py": ""})
        git(root / "r", "init", "-q")
        git(root / "s", "init", "-q")
        assert names(root / "r", root / "s") == ["r/a.py", "s/a.py"]

    @pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
    def test_bytes_that_are_no_text(self, place: Path, tree: Tree) -> None:
        (place / os.fsdecode(b"\xff\xe9.py")).touch()
        tree({"ü.py": "", "a\nb.py": "", "tab\t.py": "", 'q"uote.py': ""})
        assert names(place) == ["\\xff\\xe9.py", "a\nb.py", 'q"uote.py', "tab\t.py", "ü.py"]


class TestRepositories:
    def test_tracked_although_ignored(self, tree: Tree, git: Git) -> None:
        root = tree({"a.py": "", "b.py": ""})
        git(root, "init", "-q")
        git(root, "add", "a.py")
        tree({".gitignore": "*.py\n"})
        assert names(root) == ["a.py"]

    def test_deleted_from_the_work_tree(self, tree: Tree, git: Git) -> None:
        root = tree({"a.py": "", "b.py": ""})
        git(root, "init", "-q")
        git(root, "add", ".")
        (root / "a.py").unlink()
        found = discover((root,))
        assert [file.path for file in found.files] == ["b.py"]
        assert found.problems == ()

    def test_tracked_file_in_a_directory_that_cannot_be_opened_is_not_taken_for_deleted(
        self, tree: Tree, git: Git, forbid: Callable[[Path], None]
    ) -> None:
        root = tree({"d/a.py": ""})
        git(root, "init", "-q")
        git(root, "add", ".")
        forbid(root / "d")
        assert names(root) == ["d/a.py"]

    def test_conflicted_file_counts_once(self, tree: Tree, git: Git) -> None:
        root = tree({"a.py": "a\n"})
        git(root, "init", "-q", "-b", "main")
        git(root, "add", ".")
        git(root, "commit", "-qm", "1")
        git(root, "checkout", "-qb", "other")
        tree({"a.py": "b\n"})
        git(root, "commit", "-qam", "2")
        git(root, "checkout", "-q", "main")
        tree({"a.py": "c\n"})
        git(root, "commit", "-qam", "3")
        with pytest.raises(Exception, match="merge"):
            git(root, "merge", "-q", "other")
        assert "<<<" in (root / "a.py").read_text()
        assert names(root) == ["a.py"]

    def test_nested_repository_and_submodule(self, tree: Tree, git: Git) -> None:
        root = tree(
            {"a.py": "", "nested/b.py": "", "nested/x.py": "", "nested/.gitignore": "x.py\n", "lib/c.py": ""}
        )
        for folder in ("lib", "nested", "."):
            git(root / folder, "init", "-q")
        git(root / "lib", "add", ".")
        git(root / "lib", "commit", "-qm", "1")
        git(root, "add", "a.py", "lib")
        assert git(root, "ls-files", "--stage", "lib").startswith("160000")
        assert names(root) == ["a.py", "lib/c.py", "nested/b.py"]

    def test_repositories_below_a_plain_directory(self, tree: Tree, git: Git) -> None:
        root = tree({"r/a.py": "", "r/b.py": "", "r/.gitignore": "b.py\n", "c.py": ""})
        git(root / "r", "init", "-q")
        assert names(root) == ["c.py", "r/a.py"]

    def test_committed_environment(self, tree: Tree, git: Git) -> None:
        root = tree(
            {"a.py": "", "env/pyvenv.cfg": "", "env/b.py": "", "old/lib/python2.7/site-packages/c.py": ""}
        )
        git(root, "init", "-q")
        git(root, "add", ".")
        assert names(root) == ["a.py"]

    def test_worktree(self, tree: Tree, git: Git) -> None:
        root = tree({"r/a.py": ""})
        git(root / "r", "init", "-q")
        git(root / "r", "add", ".")
        git(root / "r", "commit", "-qm", "1")
        git(root / "r", "worktree", "add", "-q", str(root / "w"))
        assert names(root / "w") == ["a.py"]

    def test_variables_of_a_hook_do_not_matter(
        self, tree: Tree, git: Git, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = tree({"r/a.py": "", "s/b.py": ""})
        git(root / "r", "init", "-q")
        git(root / "s", "init", "-q")
        monkeypatch.setenv("GIT_DIR", str(root / "s" / ".git"))
        monkeypatch.setenv("GIT_WORK_TREE", str(root / "s"))
        assert names(root / "r") == ["a.py"]

    def test_programs_named_by_the_repository_do_not_run(self, tree: Tree, git: Git) -> None:
        root = tree({"a.py": ""})
        git(root, "init", "-q")
        script = root / "hook.sh"
        script.write_text(f"#!/bin/sh\ntouch {root}/ran\n")
        script.chmod(0o755)
        git(root, "config", "core.fsmonitor", str(script))
        assert names(root) == ["a.py"]
        assert not (root / "ran").exists()

    def test_directory_called_git_that_is_no_repository(self, tree: Tree) -> None:
        root = tree({"a.py": "", ".git/x.py": ""})
        assert names(root) == ["a.py"]


class TestTrouble:
    def test_every_missing_path_is_named(self, tree: Tree) -> None:
        root = tree({"a.py": ""})
        with pytest.raises(UsageError) as error:
            discover((root / "no", root / "a.py", root / "a.py" / "x", Path("b\0c")))
        message = str(error.value)
        assert f"no such file or directory: {root / 'no'}" in message
        assert f"not a directory: {root / 'a.py' / 'x'}" in message
        assert message.count("\n") == 2

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
    def test_pipes_are_no_files(self, place: Path, tree: Tree) -> None:
        tree({"a.py": ""})
        os.mkfifo(place / "b.py")
        os.mkfifo(place / "script")
        assert names(place) == ["a.py"]
        with pytest.raises(UsageError, match="not a file or directory"):
            discover((place / "b.py",))

    def test_directory_that_cannot_be_listed(
        self, place: Path, tree: Tree, forbid: Callable[[Path], None]
    ) -> None:
        tree({"a.py": "", "d/b.py": ""})
        forbid(place / "d")
        found = discover((place,))
        assert [file.path for file in found.files] == ["a.py"]
        assert found.problems == (FileProblem("d", None, "cannot be listed: permission denied"),)

    def test_very_deep_tree(self, place: Path) -> None:
        depth = 400
        deep = place.joinpath(*["d"] * depth)
        deep.mkdir(parents=True)
        (deep / "a.py").write_text("")
        assert names(place) == ["d/" * depth + "a.py"]
