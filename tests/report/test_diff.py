"""The diff for people: what is shown, what is masked, what a terminal must not act on."""

import subprocess
from pathlib import Path

from marketo_migrate.model.change import ChangeSet, FileChange
from marketo_migrate.report.diff import render_diff

KEY = "9F8E7D6C5B4A39281706"


def mask(text: str) -> str:
    return text.replace(KEY, "********")


def unit(before: bytes, after: bytes, *, path: str = "crm/a.py", new: bool = False) -> ChangeSet:
    return ChangeSet("Move the client", (FileChange(path, f"/r/{path}", before, after, new=new),))


def test_nothing_changes() -> None:
    assert render_diff([], mask=mask) == ""
    assert render_diff([unit(b"a\n", b"a\n")], mask=mask, color=True) == ""


def test_plain() -> None:
    units = [
        ChangeSet(
            "Move the client of crm/b.py",
            (
                FileChange("crm/b.py", "/r/crm/b.py", b"a\nb\n", b"a\nc"),
                FileChange("crm/a.py", "/r/crm/a.py", b"", b"x\n", new=True),
            ),
            ("E-mail addresses are unique.",),
        ),
        unit(b"1\n", b"2\n", path="c.py"),
    ]
    assert render_diff(units, mask=mask) == (
        "# Move the client of crm/b.py\n"
        "# E-mail addresses are unique.\n"
        "--- /dev/null\n+++ b/crm/a.py\n@@ -0,0 +1 @@\n+x\n"
        "--- a/crm/b.py\n+++ b/crm/b.py\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"
        "# Move the client\n"
        "--- a/c.py\n+++ b/c.py\n@@ -1 +1 @@\n-1\n+2\n"
    )


def test_plain_is_a_diff_that_git_takes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"a\n\tb\n")
    text = render_diff([unit(b"a\n\tb\n", b"a\n\tc\nd", path="a.py")], mask=mask)
    subprocess.run(["git", "apply"], cwd=tmp_path, input=text.encode(), check=True)
    assert (tmp_path / "a.py").read_bytes() == b"a\n\tc\nd"


def test_color() -> None:
    text = render_diff([unit(b"a\nb\n", b"a\nc\n")], mask=mask, color=True)
    assert "\x1b[31m-b\x1b[0m\n" in text
    assert "\x1b[32m+c\x1b[0m\n" in text
    assert "\n a\n" in text


def test_secrets_and_control_characters() -> None:
    before = f"# \x1b]0;title\x07\u202e\nkey = '{KEY}'\n".encode() + b"# \xff\xe9\n"
    text = render_diff([unit(before, before + b"x\n", path=f"\x1b[2J{KEY[:3]}.py")], mask=mask)
    assert KEY not in text
    assert " key = '********'\n" in text
    assert " # \\x1b]0;title\\x07\\u202e\n" in text
    assert " # \\xff\\xe9\n" in text
    assert "--- a/\\x1b[2J9F8.py\n" in text


def test_title_and_notes_hold_no_secret() -> None:
    change = FileChange("a.py", "/r/a.py", b"a\n", b"b\n")
    text = render_diff([ChangeSet(f"Move {KEY}\n\x1b[0m", (change,), (f"Was {KEY}",))], mask=mask)
    assert text.startswith("# Move ********\\n\\x1b[0m\n# Was ********\n")


def test_windows_line_ends_show_where_they_change() -> None:
    assert "-b\n+c\n" in render_diff([unit(b"a\r\nb\r\n", b"a\r\nc\r\n")], mask=mask)
    assert "-b\\r\n+b\n" in render_diff([unit(b"a\nb\r\n", b"a\nb\n")], mask=mask)
