"""CODEOWNERS: GitHub's examples, GitLab's sections, and where the file is looked for."""

from pathlib import Path

import pytest

from marketo_migrate.sources.codeowners import parse_codeowners, read_codeowners


def test_nobody() -> None:
    assert parse_codeowners("").of("a.py") == ()
    assert parse_codeowners("# just a comment\n\n").of("a.py") == ()


@pytest.mark.parametrize(
    ("pattern", "matches", "others"),
    [
        ("*", ["a.py", "deep/er/a.py"], []),
        ("*.js", ["a.js", "x/a.js"], ["a.jsx", "a.py"]),
        ("/build/logs/", ["build/logs/x", "build/logs/y/z"], ["build/logs", "x/build/logs/y"]),
        ("docs/*", ["docs/getting-started.md"], ["docs/build-app/troubleshooting.md", "x/docs/a.md"]),
        ("apps/", ["apps/a", "x/apps/b/c"], ["apps", "myapps/a"]),
        ("/docs/", ["docs/a", "docs/b/c"], ["x/docs/a"]),
        ("/scripts", ["scripts", "scripts/a", "scripts/b/c"], ["x/scripts/a", "scripts2"]),
        ("**/logs", ["logs/a", "build/logs/b", "deeply/nested/logs/c"], ["logs2/a"]),
        ("/apps/github", ["apps/github/a/b"], ["apps/gitlab/a"]),
        ("a/**/z.py", ["a/z.py", "a/b/c/z.py"], ["b/a/z.py"]),
        ("src/**", ["src/a", "src/b/c"], ["src", "x/src/a"]),
        ("**", ["a", "b/c"], []),
        ("jobs/sync_?.py", ["jobs/sync_1.py"], ["jobs/sync_10.py"]),
        ("crm.py", ["crm.py", "x/crm.py", "crm.py/odd"], ["crmxpy"]),
        (r"my\ jobs/*.py", ["my jobs/a.py"], ["my", "jobs/a.py"]),
        (r"\#odd.py", ["#odd.py"], ["odd.py"]),
        ("Case.py", ["Case.py"], ["case.py"]),
        ("!a.py", [], ["a.py", "!a.py"]),
        ("a[bc].py", [], ["ab.py", "a[bc].py"]),
        ("/", [], ["a.py"]),
        ("a***b", [], ["aXb"]),
    ],
)
def test_patterns(pattern: str, matches: list[str], others: list[str]) -> None:
    owners = parse_codeowners(f"{pattern} @me\n")
    assert [path for path in matches if owners.of(path) != ("@me",)] == []
    assert [path for path in others if owners.of(path) != ()] == []


def test_the_last_line_that_matches_wins() -> None:
    text = "* @all\n/jobs/ @org/jobs ops@example.com @org/jobs # not @this\n/jobs/free.py\n"
    owners = parse_codeowners(text)
    assert owners.of("a.py") == ("@all",)
    assert owners.of("jobs/a.py") == ("@org/jobs", "ops@example.com")
    assert owners.of("jobs/free.py") == ()


def test_sections_of_gitlab_are_passed_over() -> None:
    text = "[Jobs]\njobs/ @jobs\n^[Docs][2] @writers\n*.md\n*.txt @texts\n[Rest][1]\n*.cfg\n"
    owners = parse_codeowners(text)
    assert owners.of("jobs/a.py") == ("@jobs",)
    assert owners.of("a.md") == ("@writers",)
    assert owners.of("a.txt") == ("@texts",)
    assert owners.of("a.cfg") == ()


def test_where_the_file_is_looked_for(tmp_path: Path) -> None:
    assert read_codeowners(str(tmp_path)).lines == ()
    for place in (".gitlab", "docs", ".", ".github"):
        (tmp_path / place).mkdir(exist_ok=True)
        (tmp_path / place / "CODEOWNERS").write_text(f"\ufeff* @{place.strip('.') or 'root'}\r\n")
        found = read_codeowners(str(tmp_path)).of("a.py")
        assert found == (f"@{place.strip('.') or 'root'}",)
    (tmp_path / ".github" / "CODEOWNERS").write_bytes(b"*.py @a\xff\n")
    assert read_codeowners(str(tmp_path)).of("a.py") == ("@a\udcff",)
    (tmp_path / ".github" / "CODEOWNERS").write_bytes(b"* @a\n" * 700_000)
    assert read_codeowners(str(tmp_path)).of("a.py") == ()
