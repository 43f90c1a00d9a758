"""Patches are taken, and taken back, by the real git, byte for byte; no secret can be read in them."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketo_migrate.errors import UsageError
from marketo_migrate.model.change import ChangeSet, FileChange
from marketo_migrate.report.hunks import hunks
from marketo_migrate.report.patch import render_patch

Tree = Callable[[Mapping[str, str | bytes]], Path]
Versions = Mapping[bytes, tuple[bytes | None, bytes]]

KEY = "9F8E7D6C5B4A39281706"


def mask(text: str) -> str:
    return text.replace(KEY, "********")


def change_set(root: Path, versions: Versions) -> ChangeSet:
    """One unit out of name -> (bytes before or None for a new file, bytes after)."""
    changes = (
        FileChange(
            name.decode("utf-8", "backslashreplace"),
            str(root / os.fsdecode(name)),
            before or b"",
            after,
            new=before is None,
        )
        for name, (before, after) in versions.items()
    )
    return ChangeSet("Move the client to REST", tuple(changes))


def write(root: Path, name: bytes, data: bytes) -> None:
    path = root / os.fsdecode(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def files(root: Path) -> dict[bytes, bytes]:
    return {
        os.fsencode(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def apply(root: Path, patch: bytes, *options: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), "apply", "--whitespace=nowarn", *options],
        input=patch,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, patch.decode("latin-1") + done.stderr.decode("latin-1")
    return done.stderr.decode("latin-1")


def check(root: Path, versions: Versions) -> bytes:
    """Apply the patch of the versions in `root` and take it back; gives the patch."""
    before = {name: old for name, (old, _) in versions.items() if old is not None}
    after = {name: new for name, (_, new) in versions.items()}
    for name, data in before.items():
        write(root, name, data)
    patch = render_patch([change_set(root, versions)], root=str(root), mask=mask)
    assert patch.endswith(b"\n")
    assert KEY.encode() not in patch
    assert apply(root, patch, "--check") == ""
    assert files(root) == before
    apply(root, patch)
    assert files(root) == after
    apply(root, patch, "-R")
    assert files(root) == before
    return patch


def test_nothing_changes(tmp_path: Path) -> None:
    assert render_patch([], root=str(tmp_path), mask=mask) == b""
    same = change_set(tmp_path, {b"a.py": (b"x\n", b"x\n")})
    assert render_patch([same], root=str(tmp_path), mask=mask) == b""


def test_the_whole_text_of_a_small_one(tmp_path: Path) -> None:
    old = b"1\n2\n3\n4\n5\n6\n"
    unit = change_set(tmp_path, {b"crm/a.py": (old, old.replace(b"5", b"five")), b"new.py": (None, b"x = 1")})
    assert render_patch([unit], root=str(tmp_path), mask=mask).decode() == (
        "# Move the client to REST\n"
        "diff --git a/crm/a.py b/crm/a.py\n"
        "index b414108e81e5091fe0974a1858b4d0d22b107f70..bfb51452b6d421e45dd4c3baaa18b41808f9ec42\n"
        "--- a/crm/a.py\n"
        "+++ b/crm/a.py\n"
        "@@ -2,5 +2,5 @@\n"
        " 2\n 3\n 4\n-5\n+five\n 6\n"
        "diff --git a/new.py b/new.py\n"
        "new file mode 100644\n"
        "index 0000000000000000000000000000000000000000..3d2b4b14efe535966493ee555dd7faa81063a251\n"
        "--- /dev/null\n"
        "+++ b/new.py\n"
        "@@ -0,0 +1 @@\n"
        "+x = 1\n"
        "\\ No newline at end of file\n"
    )


LONG = b"".join(b"line %d\n" % number for number in range(100))
SHAPES: dict[str, tuple[bytes | None, bytes]] = {
    "one line": (b"a\n", b"b\n"),
    "windows line ends": (b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n"),
    "line ends change": (b"a\r\nb\n", b"a\nb\r\n"),
    "carriage returns alone": (b"a\rb\rc", b"a\rB\rc"),
    "no line feed at the end": (b"a\nb", b"a\nc"),
    "line feed added at the end": (b"a\nb", b"a\nb\n"),
    "line feed taken from the end": (b"a\nb\n", b"a\nb"),
    "open end far from the change": (b"a\n" + LONG + b"end", b"b\n" + LONG + b"end"),
    "becomes empty": (b"a\nb\n", b""),
    "was empty": (b"", b"a\nb\n"),
    "latin-1": ("# é\nx = 'ü'\n".encode("latin-1"), "# é\nx = 'ö'\n".encode("latin-1")),
    "not utf-8": (bytes(range(1, 256)), bytes(range(255, 0, -1))),
    "null bytes": (b"a\0b\nc\n", b"a\0b\nd\0\n"),
    "byte order mark": (b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfa\nc\n"),
    "form feeds and separators": (b"a\x0cb\x1cc\xc2\x85d\ne\n", b"a\x0cb\x1cc\xc2\x85d\nf\n"),
    "lines like a patch": (b"-- a\n++ b\n@@ -1 +1 @@\ndiff --git a/x b/x\n", b"-- b\n++ a\n@@ -1 +1 @@\n"),
    "two hunks": (LONG, LONG.replace(b"line 3\n", b"").replace(b"line 90\n", b"line\nline\n")),
    "hunks that nearly touch": (LONG, LONG.replace(b"line 10\n", b"x\n").replace(b"line 17\n", b"y\n")),
    "first and last line": (LONG, b"first\n" + LONG + b"last\n"),
    "all lines equal": (b"x\n" * 3000, b"x\n" * 2000 + b"y\n" + b"x\n" * 900),
    "new": (None, b"a\nb\n"),
    "new and empty": (None, b""),
    "new without a line feed": (None, b"a"),
    "new with null bytes": (None, b"a\0"),
    "secret": (f"key = '{KEY}'\nx\n".encode(), b"key = environ['KEY']\nx\n"),
    "secret, no line feed at the end": (f"x\nkey = '{KEY}'".encode(), b"x\nkey = 1"),
    "secret in a new file": (None, f"key = '{KEY}'\n".encode()),
    "secret that stays, beside the change": (f"a\nkey = '{KEY}'\n".encode(), f"b\nkey = '{KEY}'\n".encode()),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shape(tmp_path: Path, shape: str) -> None:
    check(tmp_path, {b"dir/a.py": SHAPES[shape]})


def test_all_shapes_in_one_patch(tmp_path: Path) -> None:
    check(tmp_path, {f"{number:02}.py".encode(): shape for number, shape in enumerate(SHAPES.values())})


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
@pytest.mark.parametrize(
    "name",
    [
        b"with space.py",
        b" leading and trailing ",
        b"a b/a b/c.py",
        b"a b/x b/y",
        b'quote".py',
        b"apostrophe'.py",
        b"back\\slash.py",
        b"new\nline.py",
        b"tab\tand\rreturn.py",
        "ünïcode/日本.py".encode(),
        b"not-utf-8-\xff\xfe.py",
        b"\x01\x7f.py",
        b"-leading-dash.py",
        b"a/b",
        b"{x => y}.py",
    ],
)
def test_name(tmp_path: Path, name: bytes) -> None:
    secret = f"key = '{KEY}'\n".encode()
    for number, versions in enumerate(
        ((b"a\n", b"b\n"), (None, b"b\n"), (b"a\0", b"b\0"), (secret, b"k\n"), (None, b""))
    ):
        root = tmp_path / str(number)
        root.mkdir()
        check(root, {name: versions})


def test_inside_a_repository_the_index_takes_it_too(tmp_path: Path, git: Callable[..., str]) -> None:
    git(tmp_path, "init", "-q")
    versions: Versions = {b"a.py": SHAPES["windows line ends"], b"b c.py": SHAPES["secret"]}
    for name, (before, _) in versions.items():
        write(tmp_path, name, before or b"")
    (tmp_path / "a.py").chmod(0o755)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "start")
    patch = render_patch([change_set(tmp_path, versions)], root=str(tmp_path), mask=mask)
    assert apply(tmp_path, patch, "--index") == ""
    assert (tmp_path / "a.py").stat().st_mode & 0o777 == 0o755
    assert git(tmp_path, "diff", "--cached", "--summary") == ""
    assert apply(tmp_path, patch, "--index", "-R") == ""
    assert git(tmp_path, "status", "--short") == ""


def test_a_secret_is_masked_to_read_and_encoded_to_apply(tmp_path: Path) -> None:
    versions = {b"a.py": (f"a\r\nkey = '{KEY}'\x1b[31m\r\n".encode(), b"a\r\nkey = 1\r\n")}
    lines = check(tmp_path, versions).decode().split("\n")
    assert "# -key = '********'\\x1b[31m" in lines
    assert "# +key = 1" in lines
    assert "GIT binary patch" in lines
    assert [line for line in lines if line.startswith(("--- ", "+++ ", "@@"))] == []


def test_a_secret_far_from_the_change_stays_out_of_the_patch(tmp_path: Path) -> None:
    old = f"key = '{KEY}'\n".encode() + LONG
    patch = check(tmp_path, {b"a.py": (old, old + b"x\n")})
    assert b"GIT binary patch" not in patch


def test_a_secret_named_on_the_line_before(tmp_path: Path) -> None:
    unit = change_set(tmp_path, {b"a.py": (b"key = (\n'abc'\n)\n", b"key = (\n'abc'\n)\nx\n")})
    patch = render_patch([unit], root=str(tmp_path), mask=lambda text: text.replace("(\n'abc'", "(\n'***'"))
    assert b"abc" not in patch
    assert b"# +x" in patch


def test_a_secret_over_two_lines_hides_the_hunk(tmp_path: Path) -> None:
    unit = change_set(tmp_path, {b"a.py": (b"key = '''ab\ncd'''\n", b"x\n")})
    patch = render_patch([unit], root=str(tmp_path), mask=lambda text: text.replace("ab\ncd", "***"))
    assert b"ab" not in patch.replace(b"a/a.py b/a.py", b"").partition(b"diff --git")[0]
    assert b"GIT binary patch" in patch


def test_a_secret_in_the_declared_encoding(tmp_path: Path) -> None:
    old = "# coding: latin-1\nkey = 'pässwort'\n".encode("latin-1")
    unit = change_set(tmp_path, {b"a.py": (old, old + b"x\n")})
    patch = render_patch([unit], root=str(tmp_path), mask=lambda text: text.replace("pässwort", "********"))
    assert "# -" not in patch.decode()
    assert "#  key = '********'" in patch.decode()


@pytest.mark.parametrize("cookie", ["rot13", "hex", "undefined", "no-such-codec", "utf-7", "idna"])
def test_an_odd_declared_encoding(tmp_path: Path, cookie: str) -> None:
    old = f"# coding: {cookie}\nkey = '{KEY}'\n".encode()
    assert b"GIT binary patch" in check(tmp_path, {b"a.py": (old, old + b"x\n")})


def test_a_file_outside_of_the_root(tmp_path: Path) -> None:
    unit = change_set(tmp_path, {b"../other/a.py": (b"a\n", b"b\n")})
    with pytest.raises(UsageError, match=r"other/a\.py lies outside of"):
        render_patch([unit], root=str(tmp_path), mask=mask)


def test_a_file_that_is_changed_twice(tmp_path: Path) -> None:
    unit = change_set(tmp_path, {b"a.py": (b"a\n", b"b\n")})
    with pytest.raises(ValueError, match=r"a\.py is changed by"):
        render_patch([unit, unit], root=str(tmp_path), mask=mask)


def test_a_title_cannot_break_out_of_its_line(tmp_path: Path) -> None:
    change = FileChange("a.py", str(tmp_path / "a.py"), b"a\n", b"b\n")
    write(tmp_path, b"a.py", b"a\n")
    unit = ChangeSet(f"x\ndiff --git a/y b/y\r{KEY}", (change,), ("One\n@@ -1 +1 @@",))
    patch = render_patch([unit], root=str(tmp_path), mask=mask)
    assert KEY.encode() not in patch
    apply(tmp_path, patch)
    assert files(tmp_path) == {b"a.py": b"b\n"}


def test_many_equal_lines_take_no_time(tmp_path: Path) -> None:
    old = b"".join(b"x\n" if number % 3 else b"y%d\n" % number for number in range(60_000))
    new = b"start\n" + old.replace(b"y30000\n", b"z\n") + b"end\n"
    assert len(hunks(old, new)) == 3


PIECES = st.sampled_from(
    [b"a", b"b", b"\n", b"\r\n", b"\r", b"\0", b" ", b"\\", b"+", b"-", b"@@ -1 +1 @@", b"\xff", b"\x0c"]
)
CONTENTS = st.one_of(
    st.binary(max_size=60),
    st.lists(PIECES, max_size=40).map(b"".join),
    st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", KEY.encode() + b"\n"]), max_size=40).map(b"".join),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.none() | CONTENTS, CONTENTS), min_size=1, max_size=6))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[bytes | None, bytes]]) -> None:
    changed = [pair for pair in pairs if pair[0] != pair[1]]
    if changed:
        root = tmp_path_factory.mktemp("any")
        check(root, {f"{number}.py".encode(): pair for number, pair in enumerate(changed)})
