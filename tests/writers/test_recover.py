"""What an interrupted run left: found, made good, and no way for a strange journal to do harm."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from marketo_migrate.model.change import ChangeSet, FileChange
from marketo_migrate.writers.apply import write_change_sets
from marketo_migrate.writers.journal import NAME
from marketo_migrate.writers.recover import Recovery, find_unfinished, recover

Tree = Callable[[Mapping[str, str | bytes]], Path]
RUN = "0123456789ab"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def journal(*files: tuple[str, str | None, str]) -> str:
    entries = [
        {"path": path, "before": None if before is None else digest(before), "after": digest(after)}
        for path, before, after in files
    ]
    return json.dumps({"format": "marketo-migrate journal 1", "run": RUN, "files": entries}) + "\n"


def kept(number: int, kind: str = "old") -> str:
    return f".marketo-migrate-{RUN}-{number}.{kind}"


def run(root: Path) -> Recovery:
    [recovery] = recover([str(root)], roots=[str(root)])
    return recovery


def content(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_nothing_left(tree: Tree) -> None:
    root = tree({"a.py": "a"})
    assert find_unfinished([str(root), str(root / "none")]) == ()
    assert recover([str(root), str(root / "none")], roots=[str(root)]) == ()
    assert content(root) == {"a.py": "a"}


def test_half_written(tree: Tree) -> None:
    root = tree(
        {
            NAME: journal(("a.py", "a", "A"), ("d/b.py", "b", "B"), ("n.py", None, "n")),
            "a.py": "A",
            kept(0): "a",
            "d/b.py": "b",
            f"d/{kept(1)}": "b",
            f"d/{kept(1, 'new')}": "B",
            "n.py": "n",
            kept(2, "new"): "n",
        }
    )
    assert run(root) == Recovery(
        str(root / NAME),
        True,
        (
            f"A run was killed while it rewrote {root}/a.py, {root}/d/b.py, {root}/n.py:"
            " they are as they were before it.",
        ),
    )
    assert content(root) == {"a.py": "a", "d/b.py": "b"}


def test_written_whole(tree: Tree) -> None:
    root = tree(
        {NAME: journal(("a.py", "a", "A"), ("b.py", "b", "B")), "a.py": "A", "b.py": "B", kept(0): "a"}
    )
    assert run(root).messages == (
        f"A run was killed just after it had rewritten {root}/a.py, {root}/b.py: they are complete.",
    )
    assert content(root) == {"a.py": "A", "b.py": "B"}


def test_edited_after_it_was_killed(tree: Tree) -> None:
    files = {
        NAME: journal(("a.py", "a", "A"), ("b.py", "b", "B")),
        "a.py": "A and more",
        kept(0): "a",
        "b.py": "b",
        kept(1): "b",
        kept(1, "new"): "B",
    }
    root = tree(files)
    recovery = run(root)
    assert not recovery.done
    assert recovery.messages == (
        f"{root}/a.py was changed after it had been rewritten, and is left as it is;"
        f" its old content is in {kept(0)} beside it.",
        f"Put that right, then delete {root}/{NAME}.",
    )
    assert content(root) == files


@pytest.mark.parametrize(
    "text", ["", "{", '{"format": "marketo-migrate jour', journal(("a.py", "a", "A"))[:-1]]
)
def test_stopped_while_the_journal_was_written(tree: Tree, text: str) -> None:
    root = tree({NAME: text, "a.py": "a"})
    assert run(root) == Recovery(
        str(root / NAME), True, (f"A run was stopped before it wrote anything ({root}/{NAME}).",)
    )
    assert content(root) == {"a.py": "a"}


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "[]\n",
        "null\n",
        "{}\n",
        "[" * 100_000 + "\n",
        journal(("a.py", "a", "A")).replace("journal 1", "journal 2"),
        journal(("a.py", "a", "A")).replace(RUN, "../../x"),
        journal(("", "a", "A")),
        journal(("a.py\0", "a", "A")),
        journal(("a.py", "a", "A")).replace(digest("a"), "short"),
        journal(("a.py", "a", "A")).replace('"files": [', '"files": [1, '),
    ],
)
def test_strange_journal(tree: Tree, text: str) -> None:
    files = {NAME: text, "a.py": "A", kept(0): "a"}
    root = tree(files)
    recovery = run(root)
    assert not recovery.done
    assert recovery.messages == (
        f"{root}/{NAME} is no journal of this version: find out who wrote it, then delete it.",
    )
    assert content(root) == files


def test_huge_journal(tree: Tree) -> None:
    root = tree({})
    with (root / NAME).open("wb") as file:
        file.truncate(1 << 40)
    assert "is no journal of this version" in run(root).messages[0]


@pytest.mark.parametrize("name", ["../outside/a.py", "d/../../outside/a.py", "link/a.py"])
def test_journal_that_leads_out(tree: Tree, name: str) -> None:
    top = tree({"outside/a.py": "A", f"outside/{kept(0)}": "evil", "root/x": ""})
    root = top / "root"
    (root / NAME).write_text(journal((name, "a", "A")))
    (root / "link").symlink_to(top / "outside")
    assert not run(root).done
    assert content(top / "outside") == {"a.py": "A", kept(0): "evil"}


@pytest.mark.parametrize("kind", ["link", "directory"])
def test_journal_that_is_no_file(tree: Tree, kind: str) -> None:
    root = tree({"a.py": "A", kept(0): "a", "elsewhere": journal(("a.py", "a", "A"))})
    if kind == "link":
        (root / NAME).symlink_to("elsewhere")
    else:
        (root / NAME).mkdir()
    assert not run(root).done
    assert (root / "a.py").read_text() == "A"


def test_absolute_paths_are_taken_from_the_journal_on(
    tree: Tree, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "a.py"
    outside.write_text("A")
    (outside.parent / kept(0)).write_text("evil")
    root = tree({NAME: journal((str(outside), "a", "A"))})
    assert not run(root).done
    assert outside.read_text() == "A"


HOLD = """
import os, signal, sys
from marketo_migrate.model.change import ChangeSet, FileChange
from marketo_migrate.writers.apply import write_change_sets
replace = os.replace
def wait(*arguments, **options):
    print("writing", flush=True)
    sys.stdin.read()
    replace(*arguments, **options)
os.replace = wait
root = sys.argv[1]
change = FileChange("a.py", root + "/a.py", b"a", b"A")
print(write_change_sets([ChangeSet("t", (change,))], roots=[root]).notes)
"""


@pytest.fixture
def writing(tree: Tree) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A process that writes `a.py` and waits before the rename."""
    root = tree({"a.py": "a", "b.py": "b"})
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield root, process
        if process.poll() is None:
            process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="needs locks of files")
class TestTwoRuns:
    def test_the_second_waits_for_the_first(self, writing: tuple[Path, subprocess.Popen[str]]) -> None:
        root, process = writing
        assert run(root) == Recovery(
            str(root / NAME), False, (f"Another run is writing: wait for it ({root}/{NAME}).",)
        )
        other = ChangeSet("t", (FileChange("b.py", f"{root}/b.py", b"b", b"B"),))
        outcome = write_change_sets([other], roots=[str(root)])
        assert "another run is writing in this directory" in outcome.not_written[0].message
        assert process.communicate()[0] == "()\n"
        assert content(root) == {"a.py": "A", "b.py": "b"}

    def test_killed_for_real(self, writing: tuple[Path, subprocess.Popen[str]]) -> None:
        root, process = writing
        process.kill()
        process.wait()
        assert len(list(root.glob(".marketo-migrate*"))) == 3
        assert run(root).done
        assert content(root) == {"a.py": "a", "b.py": "b"}

    def test_signals_are_held_until_the_step_is_done(
        self, writing: tuple[Path, subprocess.Popen[str]]
    ) -> None:
        root, process = writing
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        assert process.communicate()[0] == "()\n"
        assert process.returncode == 0
        assert content(root) == {"a.py": "A", "b.py": "b"}
