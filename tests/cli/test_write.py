"""From change sets to files and exit status: questions, patches, what interrupted runs left."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from pathlib import Path

import pytest

from marketo_migrate.cli.choose import check_interactive, choose
from marketo_migrate.cli.write import PatchFile, make_good, status_of, tell_unfinished, write
from marketo_migrate.errors import UsageError
from marketo_migrate.model.change import ChangeSet, FileChange, WriteOutcome
from marketo_migrate.report.diff import render_diff

Tree = Callable[[Mapping[str, str | bytes]], Path]
Capture = pytest.CaptureFixture[str]


def mask(text: str) -> str:
    return text.replace("KEY", "********")


def units(root: Path, *names: str) -> list[ChangeSet]:
    """One unit for each file: `old` becomes `new`."""
    return [ChangeSet(f"Move {n}", (FileChange(n, str(root / n), b"old\n", b"new\n"),)) for n in names]


class TestWrite:
    def test_nothing(self, tree: Tree, capsys: Capture) -> None:
        root = tree({})
        assert write([], roots=[str(root)], mask=mask) == 0
        assert capsys.readouterr() == ("", "")

    def test_all(self, tree: Tree, capsys: Capture) -> None:
        root = tree({"a.py": "old\n", "b.py": "old\n"})
        new = ChangeSet("Add", (FileChange("\x1b.py", str(root / "c.py"), b"", b"x", new=True),))
        assert write([*units(root, "b.py", "a.py"), new], roots=[str(root)], mask=mask) == 0
        assert capsys.readouterr() == ("added: \\x1b.py\nrewritten: a.py\nrewritten: b.py\n", "")
        assert (root / "a.py").read_text() == "new\n"

    def test_one_not(self, tree: Tree, capsys: Capture) -> None:
        root = tree({"a.py": "edited KEY\n", "b.py": "old\n"})
        assert write(units(root, "a.py", "b.py"), roots=[str(root)], mask=mask) == 2
        assert capsys.readouterr().out == (
            "rewritten: b.py\n"
            "not written: Move a.py (1 file)\n"
            "  a.py was changed after it was read, and is left as it is."
            " Run the command again to work on what is there now.\n"
            "1 of 2 units not written; their files are as they were.\n"
        )

    @pytest.mark.parametrize(
        ("outcome", "status"),
        [(WriteOutcome(), 0), (WriteOutcome(damage=("x",)), 2), (WriteOutcome(signal=signal.SIGINT), 130)],
    )
    def test_status(self, outcome: WriteOutcome, status: int) -> None:
        assert status_of(outcome) == status


class TestPatch:
    def test_undoes_what_was_written(self, tree: Tree, capsys: Capture) -> None:
        root = tree({"a.py": "old\n", "b.py": "edited\n"})
        patch = PatchFile(root / "out.patch", str(root))
        assert write(units(root, "a.py", "b.py"), roots=[str(root)], mask=mask, patch=patch) == 2
        subprocess.run(["git", "apply", "-R", "out.patch"], cwd=root, check=True)
        assert (root / "a.py").read_text() == "old\n"

    def test_that_cannot_be_written_keeps_the_files(self, tree: Tree) -> None:
        root = tree({"a.py": "old\n"})
        patch = PatchFile(root / "none" / "out.patch", str(root))
        with pytest.raises(UsageError, match=r"^--patch: cannot write .*out\.patch: No such file"):
            write(units(root, "a.py"), roots=[str(root)], mask=mask, patch=patch)
        assert (root / "a.py").read_text() == "old\n"


class TestUnfinished:
    def test_nothing(self, tree: Tree, capsys: Capture) -> None:
        root = tree({"a.py": ""})
        make_good([str(root / "a.py")], roots=[str(root)])
        tell_unfinished([str(root / "a.py")], roots=[str(root)])
        assert capsys.readouterr() == ("", "")

    def test_made_good(self, tree: Tree, capsys: Capture) -> None:
        root = tree({"d/a.py": "", "d/.marketo-migrate.journal": ""})
        tell_unfinished([str(root / "d/a.py")], roots=[str(root)])
        assert "`marketo-migrate fix` makes it good" in capsys.readouterr().err
        make_good([str(root / "d/a.py")], roots=[str(root)])
        assert capsys.readouterr().err.startswith("marketo-migrate: A run was stopped before it wrote")
        assert [path.name for path in (root / "d").iterdir()] == ["a.py"]

    def test_somebody_must_look(self, tree: Tree) -> None:
        root = tree({".marketo-migrate.journal": "odd"})
        with pytest.raises(UsageError, match="is no journal of this version"):
            make_good([], roots=[str(root)])


class TestChoose:
    def choose(self, root: Path, answers: Iterable[str]) -> tuple[list[str], str]:
        """The files chosen by these answers, then the end of input; and what was shown."""
        shown = StringIO()
        rest = iter(answers)

        def ask(question: str) -> str:
            shown.write(question)
            answer = next(rest, None)
            if answer is None:
                raise EOFError
            shown.write(f"{answer}\n")
            return answer

        def render(unit: ChangeSet) -> str:
            return render_diff([unit], mask=mask)

        chosen = choose(units(root, "a", "b", "c"), render=render, ask=ask, show=shown.write)
        return [unit.changes[0].path for unit in chosen], shown.getvalue()

    @pytest.mark.parametrize(
        ("answers", "chosen"),
        [
            ("nnn", ""),
            ("", ""),
            ("q", ""),
            ("yyy", "abc"),
            ("yny", "ac"),
            ("na", "bc"),
            ("a", "abc"),
            ("yq", "a"),
            ("y", "a"),
            ("??y?nx y", "ac"),
        ],
    )
    def test_answers(self, tmp_path: Path, answers: str, chosen: str) -> None:
        assert self.choose(tmp_path, answers)[0] == list(chosen)

    def test_words(self, tmp_path: Path) -> None:
        assert self.choose(tmp_path, [" Yes ", "NO", "All"])[0] == ["a", "c"]

    def test_what_is_shown(self, tmp_path: Path) -> None:
        assert self.choose(tmp_path, ["q"])[1] == (
            "# Move a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-old\n+new\nRewrite this unit (1 of 3)? [y,n,a,q,?] q\n"
        )

    def test_help(self, tmp_path: Path) -> None:
        assert "a - rewrite this unit and all that follow\n" in self.choose(tmp_path, ["what"])[1]

    def test_nobody_to_ask(self) -> None:
        with pytest.raises(
            UsageError, match="--interactive asks questions, and standard input is no terminal"
        ):
            check_interactive(StringIO("y\n"))


ASK = """
import sys
from pathlib import Path
from marketo_migrate.cli.choose import check_interactive, choose
from marketo_migrate.model.change import ChangeSet
check_interactive()
units = [ChangeSet(name, ()) for name in "ab"]
print("chosen:", *(unit.title for unit in choose(units, render=lambda unit: f"diff of {unit.title}\\n")))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo terminals")
@pytest.mark.parametrize(
    ("keys", "end"), [(b"n\ny\n", "chosen: b"), (b"\xff\xfe\ny\n\x04", "chosen: a"), (b"\x04", "chosen:")]
)
def test_on_a_terminal(keys: bytes, end: str) -> None:
    import pty

    ours, theirs = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", ASK], stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, keys)
        output = b""
        try:
            while part := os.read(ours, 65536):
                output += part
        except OSError:
            # The other side is gone.
            pass
        os.close(ours)
    assert process.returncode == 0, output
    assert output.decode("latin-1").rstrip().endswith(end)
