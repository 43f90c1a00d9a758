"""`.gitignore` patterns against known cases and against git itself."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from marketo_migrate.sources.gitignore import parse_patterns, read_patterns


@pytest.mark.parametrize("lines", [[], [""], ["# a comment"], ["   "], ["/"], ["[", "a[b", "x\\"]])
def test_lines_that_are_no_pattern_match_nothing(lines: list[str]) -> None:
    patterns = parse_patterns(lines)
    assert patterns.verdict("a", directory=False) is None
    assert patterns.verdict("a/b", directory=True) is None


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("*.py", ["a.py", "d/e/a.py"], ["a.pyc", "py"]),
        ("/a.py", ["a.py"], ["d/a.py"]),
        ("d/a.py", ["d/a.py"], ["e/d/a.py"]),
        ("**/a.py", ["a.py", "d/a.py", "d/e/a.py"], ["ba.py"]),
        ("d/**", ["d/a", "d/e/f"], ["d", "e/d/a"]),
        ("d/**/a", ["d/a", "d/x/a", "d/x/y/a"], ["da", "d/xa"]),
        ("d*/a", ["d/a", "dx/a"], ["d/x/a"]),
        ("a?c", ["abc"], ["a/c", "ac"]),
        ("[a-c].py", ["a.py", "c.py"], ["d.py", "-.py"]),
        ("[!a-c].py", ["d.py"], ["a.py", "/.py"]),
        ("[[:digit:]]x", ["1x"], ["ax"]),
        ("[]x]", ["]", "x"], ["[]x]"]),
        ("\\#a", ["#a"], ["\\#a"]),
        ("\\!a", ["!a"], ["a"]),
        ("a\\ ", ["a "], ["a"]),
        ("a ", ["a"], ["a "]),
        ("a\\*", ["a*"], ["ab"]),
        (".env", [".env", "d/.env"], ["xenv"]),
    ],
)
def test_pattern(pattern: str, matching: list[str], others: list[str]) -> None:
    patterns = parse_patterns([pattern])
    assert {path: patterns.verdict(path, directory=False) for path in matching} == dict.fromkeys(
        matching, True
    )
    assert {path: patterns.verdict(path, directory=False) for path in others} == dict.fromkeys(others)


def test_trailing_slash_means_directories_only() -> None:
    patterns = parse_patterns(["build/"])
    assert patterns.verdict("build", directory=False) is None
    assert patterns.verdict("x/build", directory=True) is True


def test_last_match_decides() -> None:
    patterns = parse_patterns(["*.py", "!keep.py", "keep.py", "!keep.py"])
    assert patterns.verdict("keep.py", directory=False) is False
    assert patterns.verdict("other.py", directory=False) is True


def test_bytes_with_byte_order_mark_and_crlf() -> None:
    patterns = read_patterns(b"\xef\xbb\xbf*.py\r\n!a.py\r\n")
    assert patterns.verdict("b.py", directory=False) is True
    assert patterns.verdict("a.py", directory=False) is False


_NAMES = ["a", "b", "ab", "a.py", "b.py", "a b", "#a", "!a", "-", "]", "a*", "[a]"]
_pieces = st.sampled_from(
    [
        "a",
        "b",
        "*",
        "**",
        "?",
        "/",
        "/",
        ".py",
        "[ab]",
        "[!a]",
        "[a-b]",
        "\\*",
        "\\",
        "[",
        "]",
        "!",
        "#",
        " ",
        "-",
    ]
)
_lines = st.lists(st.lists(_pieces, min_size=1, max_size=6).map("".join), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for folder in ("", "a", "b", "a/b", "a/ab"):
        (root / folder).mkdir(exist_ok=True)
    for folder in ("", "a", "b", "a/b", "a/ab"):
        for name in _NAMES:
            if not (root / folder / name).exists():
                (root / folder / name).write_text("")
    return root


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=_lines)
@example(lines=["a/**"])
@example(lines=["**"])
@example(lines=["**/"])
@example(lines=["!a", "*", "!/a/", "!a/b"])
@example(lines=["a//"])
@example(lines=["[a\\"])
@example(lines=["a**/a"])
@example(lines=["a/b**"])
@example(lines=["**\\/a", "b**\\/b"])
@example(lines=["a/*", "!b"])
@example(lines=["[a-[ab]"])
@example(lines=["a/***/a", "a***/b"])
def test_same_files_as_git(lines: list[str], repository: Path, git: Callable[..., str]) -> None:
    (repository / ".gitignore").write_text("\n".join(lines) + "\n", newline="")
    listed = git(repository, "ls-files", "-z", "--others", "--exclude-standard").split("\0")
    expected = sorted(name for name in listed if name and name != ".gitignore")
    patterns = parse_patterns(lines)
    found: list[str] = []
    stack = [repository]
    while stack:
        for path in stack.pop().iterdir():
            relative = path.relative_to(repository).as_posix()
            if relative in {".git", ".gitignore"} or patterns.verdict(relative, directory=path.is_dir()):
                continue
            if path.is_dir():
                stack.append(path)
            else:
                found.append(relative)
    assert sorted(found) == expected
