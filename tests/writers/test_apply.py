"""Change sets written to real directories: what is replaced, what is refused, what stays as it was."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from marketo_migrate.model.change import ChangeSet, FileChange, WriteOutcome
from marketo_migrate.writers.apply import write_change_sets

Tree = Callable[[Mapping[str, str | bytes]], Path]
linux = pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
root_only = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount file systems"
)


def change(root: Path, path: str, before: bytes | None, after: bytes) -> FileChange:
    return FileChange(path, str(root / path), before or b"", after, new=before is None)


def unit(*changes: FileChange) -> ChangeSet:
    return ChangeSet(f"Move {changes[0].path}", changes)


def write(root: Path, *units: ChangeSet) -> WriteOutcome:
    return write_change_sets(units, roots=[str(root)])


def message(outcome: WriteOutcome) -> str:
    [refused] = outcome.not_written
    assert (outcome.written, outcome.damage, outcome.signal) == ((), (), None)
    return refused.message


def content(root: Path) -> dict[str, bytes]:
    """Every file below `root`, left-overs of the writer among them."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_nothing_to_write(tree: Tree) -> None:
    root = tree({"a.py": "a"})
    before = (root / "a.py").stat()
    same = unit(change(root, "a.py", b"a", b"a"))
    empty = ChangeSet("Nothing", ())
    assert write(root) == WriteOutcome()
    assert write(root, same, empty) == WriteOutcome(written=(same, empty))
    assert (root / "a.py").stat() == before
    assert content(root) == {"a.py": b"a"}


def test_files_of_several_directories_and_a_new_one(tree: Tree) -> None:
    root = tree({"a.py": "a", "d/b.py": "b\r\n", "d/c.py": "c", "other.py": "x"})
    first = unit(
        change(root, "d/b.py", b"b\r\n", b"B\r\n"),
        change(root, "a.py", b"a", b"A"),
        change(root, "d/new.py", None, b"n"),
    )
    second = unit(change(root, "d/c.py", b"c", b""))
    assert write(root, first, second) == WriteOutcome(written=(first, second))
    assert content(root) == {
        "a.py": b"A",
        "d/b.py": b"B\r\n",
        "d/c.py": b"",
        "d/new.py": b"n",
        "other.py": b"x",
    }


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664, 0o640])
def test_mode_is_kept(tree: Tree, mode: int) -> None:
    root = tree({"a.py": "a"})
    (root / "a.py").chmod(mode)
    write(root, unit(change(root, "a.py", b"a", b"b")))
    assert stat.S_IMODE((root / "a.py").stat().st_mode) == mode


def test_new_file_has_the_mode_of_new_files(tree: Tree) -> None:
    root = tree({"like.py": ""})
    write(root, unit(change(root, "new.py", None, b"x")))
    assert (root / "new.py").stat().st_mode == (root / "like.py").stat().st_mode


@root_only
def test_owner_is_kept(tree: Tree) -> None:
    root = tree({"a.py": "a"})
    os.chown(root / "a.py", 1234, 2345)
    (root / "a.py").chmod(0o4755)
    assert write(root, unit(change(root, "a.py", b"a", b"b"))).notes == ()
    status = (root / "a.py").stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (1234, 2345, 0o4755)


class TestRefused:
    """A unit that cannot be written whole is not written at all; the others are."""

    def check(self, root: Path, second: FileChange, before: Mapping[str, bytes]) -> str:
        refused = unit(change(root, "a.py", b"a", b"A"), second)
        fine = unit(change(root, "z.py", b"z", b"Z"))
        outcome = write(root, refused, fine)
        assert outcome.written == (fine,)
        assert [(item.change_set, item.path) for item in outcome.not_written] == [(refused, second.path)]
        assert (outcome.damage, outcome.signal) == ((), None)
        assert content(root) == {"a.py": b"a", **before, "z.py": b"Z"}
        return outcome.not_written[0].message

    def test_changed(self, tree: Tree) -> None:
        root = tree({"a.py": "a", "b.py": "edited", "z.py": "z"})
        assert self.check(root, change(root, "b.py", b"b", b"B"), {"b.py": b"edited"}) == (
            "b.py was changed after it was read, and is left as it is."
            " Run the command again to work on what is there now."
        )

    def test_deleted(self, tree: Tree) -> None:
        root = tree({"a.py": "a", "z.py": "z"})
        said = self.check(root, change(root, "b.py", b"b", b"B"), {})
        assert said.startswith("b.py was deleted after it was read. Run the command again")

    def test_directory_deleted(self, tree: Tree) -> None:
        root = tree({"a.py": "a", "z.py": "z"})
        said = self.check(root, change(root, "d/b.py", b"b", b"B"), {})
        assert said.startswith("d/b.py was deleted after it was read.")

    def test_directory_in_its_place(self, tree: Tree) -> None:
        root = tree({"a.py": "a", "b.py/c": "", "z.py": "z"})
        said = self.check(root, change(root, "b.py", b"b", b"B"), {"b.py/c": b""})
        assert said.startswith("b.py is no file any more.")

    @linux
    def test_pipe_in_its_place(self, tree: Tree) -> None:
        root = tree({"a.py": "a", "z.py": "z"})
        os.mkfifo(root / "b.py")
        assert self.check(root, change(root, "b.py", b"b", b"B"), {}).startswith("b.py is no file any more.")

    def test_file_in_the_place_of_its_directory(self, tree: Tree) -> None:
        root = tree({"a.py": "a", "d": "", "z.py": "z"})
        self.check(root, change(root, "d/b.py", b"b", b"B"), {"d": b""})

    def test_link_out_in_its_place(self, tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> None:
        root = tree({"a.py": "a", "z.py": "z"})
        outside = tmp_path_factory.mktemp("outside") / "b.py"
        outside.write_bytes(b"b")
        (root / "b.py").symlink_to(outside)
        said = self.check(root, change(root, "b.py", b"b", b"B"), {"b.py": b"b"})
        assert said.startswith("b.py leads out of the scanned directories by a symbolic link")
        assert outside.read_bytes() == b"b"

    def test_directory_became_a_link_out(self, tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> None:
        root = tree({"a.py": "a", "z.py": "z"})
        outside = tmp_path_factory.mktemp("outside")
        (outside / "b.py").write_bytes(b"b")
        (root / "d").symlink_to(outside, target_is_directory=True)
        said = self.check(root, change(root, "d/b.py", b"b", b"B"), {})
        assert said.startswith("d/b.py leads out of the scanned directories")
        assert content(outside) == {"b.py": b"b"}

    def test_loop_of_links(self, tree: Tree) -> None:
        root = tree({"a.py": "a", "z.py": "z"})
        (root / "b.py").symlink_to("b.py")
        self.check(root, change(root, "b.py", b"b", b"B"), {})

    def test_new_file_that_is_there_already(self, tree: Tree) -> None:
        root = tree({"a.py": "a", "b.py": "mine", "z.py": "z"})
        said = self.check(root, change(root, "b.py", None, b"B"), {"b.py": b"mine"})
        assert said.startswith("b.py exists by now, and is left as it is.")

    def test_new_file_in_the_place_of_a_broken_link(self, tree: Tree) -> None:
        root = tree({"a.py": "a", "z.py": "z"})
        (root / "b.py").symlink_to("nowhere")
        assert self.check(root, change(root, "b.py", None, b"B"), {}).startswith("b.py exists by now")
        assert (root / "b.py").is_symlink()

    def test_new_file_without_a_directory(self, tree: Tree) -> None:
        root = tree({"a.py": "a", "z.py": "z"})
        said = self.check(root, change(root, "d/b.py", None, b"B"), {})
        assert said.startswith("d/b.py has no directory to stand in.")

    def test_another_run_at_the_same_place(self, tree: Tree) -> None:
        root = tree({"a.py": "a", ".marketo-migrate.journal": ""})
        said = message(write(root, unit(change(root, "a.py", b"a", b"A"))))
        assert said.startswith("a.py: another run is writing in this directory, or was interrupted here")
        assert content(root) == {"a.py": b"a", ".marketo-migrate.journal": b""}


class TestLinks:
    def test_link_inside_stays_a_link(self, tree: Tree) -> None:
        root = tree({"real/a.py": "a"})
        (root / "a.py").symlink_to("real/a.py")
        (root / "d").symlink_to("real", target_is_directory=True)
        done = unit(change(root, "a.py", b"a", b"A"))
        assert write(root, done).written == (done,)
        assert (root / "a.py").is_symlink()
        assert not (root / "real" / "a.py").is_symlink()
        through = unit(change(root, "d/a.py", b"A", b"B"))
        assert write(root, through).written == (through,)
        assert (root / "d").is_symlink()
        assert content(root / "real") == {"a.py": b"B"}

    def test_two_names_of_one_file(self, tree: Tree) -> None:
        root = tree({"a.py": "a"})
        (root / "b.py").symlink_to("a.py")
        both = unit(change(root, "a.py", b"a", b"A"), change(root, "b.py", b"a", b"B"))
        assert message(write(root, both)) == (
            "a.py and b.py are one file on this disk, so neither is rewritten."
        )
        assert content(root) == {"a.py": b"a", "b.py": b"a"}

    def test_names_that_differ_in_case_alone_and_are_one_file(self, tree: Tree) -> None:
        # As on a disk that ignores case: two names that git lists, one file.
        root = tree({"a.py": "a"})
        (root / "A.py").hardlink_to(root / "a.py")
        both = unit(change(root, "a.py", b"a", b"1"), change(root, "A.py", b"a", b"2"))
        assert "are one file on this disk" in message(write(root, both))
        assert content(root) == {"a.py": b"a", "A.py": b"a"}

    def test_names_that_differ_in_case_alone_and_are_two_files(self, tree: Tree) -> None:
        root = tree({"a.py": "a", "A.py": "A"})
        if len(list(root.iterdir())) == 1:
            pytest.skip("case makes no difference here")
        both = unit(change(root, "a.py", b"a", b"1"), change(root, "A.py", b"A", b"2"))
        assert write(root, both).written == (both,)
        assert content(root) == {"a.py": b"1", "A.py": b"2"}

    def test_hard_link_is_separated_and_told(self, tree: Tree) -> None:
        root = tree({"a.py": "a"})
        (root / "b.py").hardlink_to(root / "a.py")
        outcome = write(root, unit(change(root, "a.py", b"a", b"A")))
        assert outcome.notes == (
            "a.py is a hard link: this name has the new content, the other keeps the old.",
        )
        assert content(root) == {"a.py": b"A", "b.py": b"a"}


@linux
@pytest.mark.parametrize("name", [b"\xff\xfe.py", b"new\nline.py", b"x" * 252 + b".py", "ü.py".encode()])
def test_odd_names(tree: Tree, name: bytes) -> None:
    root = tree({})
    path = root / os.fsdecode(name)
    path.write_bytes(b"a")
    shown = name.decode("utf-8", "backslashreplace")
    done = unit(
        FileChange(shown, str(path), b"a", b"A"), FileChange("n", f"{path.parent}/n", b"", b"n", new=True)
    )
    assert write(root, done).written == (done,)
    assert sorted(content(root).values()) == [b"A", b"n"]


def test_a_file_of_two_sets_is_a_mistake_of_the_caller(tree: Tree) -> None:
    root = tree({"a.py": "a"})
    one = unit(change(root, "a.py", b"a", b"A"))
    with pytest.raises(ValueError, match=r"a\.py is changed by"):
        write(root, one, one)
    assert content(root) == {"a.py": b"a"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system with room for 64 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("file systems cannot be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@root_only
class TestDisk:
    def test_full(self, small_disk: Path) -> None:
        for name in ("a.py", "b.py", "c.py"):
            (small_disk / name).write_bytes(b"x" * 5_000)
        full = unit(
            change(small_disk, "a.py", b"x" * 5_000, b"A" * 10_000),
            change(small_disk, "b.py", b"x" * 5_000, b"B" * 60_000),
        )
        rest = unit(change(small_disk, "c.py", b"x" * 5_000, b"C"))
        outcome = write(small_disk, full, rest)
        assert (outcome.written, outcome.damage) == ((), ())
        assert [item.message for item in outcome.not_written] == [
            "b.py cannot be written: no space left on device."
            " Make room on the disk and run the command again.",
            "Not tried, because of b.py.",
        ]
        assert content(small_disk) == dict.fromkeys(("a.py", "b.py", "c.py"), b"x" * 5_000)

    def test_not_even_room_for_the_journal(self, small_disk: Path) -> None:
        (small_disk / "a.py").write_bytes(b"a")
        with (small_disk / "filler").open("wb", buffering=0) as filler:
            filler.write(b"x" * 1_000_000)
        assert "no space left" in message(write(small_disk, unit(change(small_disk, "a.py", b"a", b"A"))))
        assert sorted(content(small_disk)) == ["a.py", "filler"]

    def test_read_only(self, small_disk: Path) -> None:
        (small_disk / "a.py").write_bytes(b"a")
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        assert message(write(small_disk, unit(change(small_disk, "a.py", b"a", b"A")))) == (
            "a.py cannot be written: read-only file system."
            " Make the file system writable and run the command again."
        )
        assert content(small_disk) == {"a.py": b"a"}


@pytest.fixture
def open_tree() -> Iterator[Tree]:
    """Writes files under a directory that everybody may enter and write to."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o777)

        def write(files: Mapping[str, str | bytes]) -> Path:
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
            return root

        yield write


AS_SOMEBODY_ELSE = """
import os, sys
from marketo_migrate.model.change import ChangeSet, FileChange
from marketo_migrate.writers.apply import write_change_sets
os.setgid(12345), os.setuid(12345)
root = sys.argv[1]
changes = tuple(FileChange(n, f"{root}/{n}", b"a", b"A") for n in sys.argv[2:])
outcome = write_change_sets([ChangeSet("t", changes)], roots=[root])
print(*(item.message for item in outcome.not_written), *outcome.notes, sep="\\n")
"""


@root_only
class TestRights:
    """The tests run as root, who may do everything: the writer runs as somebody else."""

    def write(self, root: Path, *names: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", AS_SOMEBODY_ELSE, str(root), *names],
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.stderr == ""
        return done.stdout.strip()

    def test_all_rights(self, open_tree: Tree) -> None:
        root = open_tree({"a.py": "a"})
        os.chown(root / "a.py", 12345, 12345)
        assert self.write(root, "a.py") == ""
        assert content(root) == {"a.py": b"A"}

    def test_file_of_another_owner(self, open_tree: Tree) -> None:
        root = open_tree({"a.py": "a"})
        (root / "a.py").chmod(0o666)
        assert self.write(root, "a.py") == "a.py belongs to you now: its owner could not be kept."
        assert content(root) == {"a.py": b"A"}

    def test_file_that_may_only_be_read(self, open_tree: Tree) -> None:
        root = open_tree({"a.py": "a", "b.py": "a"})
        (root / "a.py").chmod(0o666)
        assert self.write(root, "a.py", "b.py") == (
            "b.py cannot be written: permission denied."
            " Make the file and its directory writable for you and run the command again."
        )
        assert content(root) == {"a.py": b"a", "b.py": b"a"}

    def test_directory_that_may_only_be_read(self, open_tree: Tree) -> None:
        root = open_tree({"a.py": "a", "d/b.py": "a"})
        (root / "d").chmod(0o755)
        for name in ("a.py", "d/b.py"):
            (root / name).chmod(0o666)
        assert self.write(root, "a.py", "d/b.py").startswith("d/b.py cannot be written: permission denied.")
        assert content(root) == {"a.py": b"a", "d/b.py": b"a"}
