"""Names in files of dependencies: what is required is found in its place, what only has the name is not."""

import pytest

from marketo_migrate.detect.dependencies import is_dependency_file, required
from marketo_migrate.detect.files import file_findings
from marketo_migrate.model.finding import Kind
from marketo_migrate.ruleset.clients import build_surfaces
from marketo_migrate.ruleset.load import load, load_clients_raw


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "# marketo\n-r marketo.txt\n--index-url https://x.example/marketo\n"),
        ("requirements.in", "Marketo is asked for leads here\n"),
        ("pyproject.toml", '[project]\nkeywords = [\n  "marketo",\n]\n[project.scripts]\nmarketo = "a:b"\n'),
        ("pyproject.toml", '[project]\ndependencies = []\nkeywords = ["marketo"]\n# marketo = "1"\n'),
        ("Pipfile", '[source]\nmarketo = "x"\n[scripts]\nmarketo = "python x.py"\n'),
        ("setup.cfg", "[options]\nkeywords =\n    marketo\n[metadata]\nname = marketo\n"),
        (
            "setup.cfg",
            "[options]\ninstall_requires =\n# marketo\n; marketo\n[options.entry_points]\n    marketo\n",
        ),
        (
            "environment.yml",
            "name: marketo\nchannels:\n  - marketo\ndependencies:\n  # - marketo\nmarketo: 1\n",
        ),
    ],
)
def test_nothing_is_required(name: str, text: str) -> None:
    assert is_dependency_file(name)
    assert list(required(name, text.splitlines())) == []


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("requirements.txt", "a\n  marketo>=1 # why\nb[x]==2", [(0, 0, "a"), (1, 2, "marketo"), (2, 0, "b")]),
        ("requirements.txt", "a ; python_version < '3'\na @ https://x.example/a.zip", [(0, 0, "a"), (1, 0, "a")]),
        ("requirements.txt", "-e git+https://x.example/m.git#egg=marketo", [(0, 35, "marketo")]),
        ("requirements.txt", "a --hash=sha256:b\nc==1 --hash=sha256:d", [(0, 0, "a"), (1, 0, "c")]),
        ("requirements.in", "suds_marketo", [(0, 0, "suds_marketo")]),
        ("pyproject.toml", '[project]\ndependencies = ["a[b]>=1", \'c\']', [(1, 17, "a"), (1, 28, "c")]),
        ("pyproject.toml", '[project]\ndependencies = [\n  "a", # why\n  "b"]\nx = ["c"]', [(2, 3, "a"), (3, 3, "b")]),
        ("pyproject.toml", '[project.optional-dependencies] # x\nsoap = ["a"]', [(1, 9, "a")]),
        ("pyproject.toml", '[dependency-groups]\ndev = [\n"a",\n]', [(2, 1, "a")]),
        ("pyproject.toml", '[build-system]\nrequires = ["a"]', [(1, 13, "a")]),
        ("pyproject.toml", '[tool.uv]\ndev-dependencies = ["a"]', [(1, 21, "a")]),
        ("pyproject.toml", '[tool.poetry.dependencies]\na = "1"\n"b" = {extras = ["c"]}', [(1, 0, "a"), (2, 1, "b")]),
        ("pyproject.toml", "[tool.poetry.group.dev.dependencies]\na.version = '1'", [(1, 0, "a")]),
        ("pyproject.toml", "[tool.poetry.dependencies.a]\nversion = '1'", [(0, 26, "a")]),
        ("Pipfile", '[packages]\na = "*"\n[dev-packages]\nb = "*"\n[crm]\nc = "*"', [(1, 0, "a"), (3, 0, "b"), (5, 0, "c")]),
        ("setup.cfg", "[options]\ninstall_requires = a\n    b>1\n", [(1, 19, "a"), (2, 4, "b")]),
        ("setup.cfg", "[options.extras_require]\nsoap =\n  a\n", [(2, 2, "a")]),
        ("environment.yml", "dependencies:\n- a=1\n- pip:\n  - 'b'\n", [(1, 2, "a"), (3, 5, "b")]),
    ],
)  # fmt: skip
def test_what_is_required(name: str, text: str, found: list[tuple[int, int, str]]) -> None:
    assert list(required(name, text.splitlines())) == found


@pytest.mark.parametrize("name", ["poetry.lock", "setup.py", "config.yml", "pyproject.json"])
def test_other_files(name: str) -> None:
    assert not is_dependency_file(name)


def test_the_name_is_underlined_where_it_is_required() -> None:
    texts = {"marketo/requirements.txt": b"requests # marketo\n-e ../marketo#egg=Marketo\nSuds.Marketo\n"}
    found = file_findings(texts, load(), build_surfaces(load_clients_raw()))
    assert [(f.kind, f.client, f.location.span.line, f.location.span.column, f.location.span.end_column) for f in found] == [
        (Kind.DEPENDENCY, "marketo", 2, 19, 26),
        (Kind.DEPENDENCY, "suds_marketo", 3, 1, 13),
    ]  # fmt: skip
