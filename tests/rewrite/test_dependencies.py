"""Requirement files: only what lost its last import goes, and nothing else changes by a byte."""

import pytest

from marketo_migrate.rewrite.dependencies import imported_packages, require

NEW = "marketorestpython>=0.5.25"
ZEEP = frozenset({"zeep"})


def edited(path: str, text: str, gone: frozenset[str] = ZEEP) -> str:
    return require({path: text}, requirement=NEW, gone=gone).texts.get(path, text)


@pytest.mark.parametrize("path", ["README.md", "notes.txt", "src/zeep.py", "package.json"])
def test_other_files_are_left_alone(path: str) -> None:
    assert edited(path, "zeep==4.2.1\n") == "zeep==4.2.1\n"


def test_a_file_without_a_soap_library_is_left_alone() -> None:
    found = require({"requirements.txt": "requests\nzeeps==1\n"}, requirement=NEW, gone=ZEEP)
    assert found.texts == {}
    assert found.notes == (f"no requirement file names the SOAP library: add {NEW} where yours are",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("requests==2.31\nzeep==4.2.1\nlxml\n", f"requests==2.31\n{NEW}\nlxml\n"),
        ("Zeep[async]~=4.2  # SOAP\n", f"{NEW}  # SOAP\n"),
        ("zeep>=4; python_version > '3.8'\n", f"{NEW}; python_version > '3.8'\n"),
        ("requests\r\nzeep\r\n", f"requests\r\n{NEW}\r\n"),
        ("# zeep is for Marketo\nzeep", f"# zeep is for Marketo\n{NEW}"),
        (f"{NEW}\nzeep==4.2\nlxml\n", f"{NEW}\nlxml\n"),
        ("zeep-plugins\nsuds-community==1.1\n", f"zeep-plugins\nsuds-community==1.1\n{NEW}\n"),
    ],
)
def test_lines(before: str, after: str) -> None:
    assert edited("requirements/base.txt", before) == after


def test_what_is_still_imported_stays() -> None:
    assert edited("requirements.txt", "zeep==4.2\nlxml\n", frozenset()) == f"zeep==4.2\n{NEW}\nlxml\n"


def test_a_wrapper_from_a_repository() -> None:
    text = "suds==0.4\n-e git+https://example.com/suds-marketo.git@abc#egg=suds-marketo\n"
    assert edited("requirements.txt", text, frozenset({"suds", "suds_marketo"})) == f"{NEW}\n"


def test_hashes_and_locks_are_not_edited() -> None:
    documents = {"requirements.txt": "zeep==4.2 --hash=sha256:00\n", "poetry.lock": 'name = "zeep"\n'}
    found = require(documents, requirement=NEW, gone=ZEEP)
    assert found.texts == {}
    assert found.notes == (
        "poetry.lock is made by a tool: make it anew",
        f"requirements.txt holds hashes and was not edited: put {NEW} in it",
    )


PYPROJECT = """\
[build-system]
requires = ["setuptools"]

[project]
name = "sync"  # uses zeep
dependencies = [
    "requests>=2",  # http
    "zeep>=4.2",
]

[project.optional-dependencies]
soap = ["zeep[xmlsec]>=4", "lxml"]
"""


def test_pyproject() -> None:
    expected = PYPROJECT.replace('"zeep>=4.2"', f'"{NEW}"').replace('"zeep[xmlsec]>=4", ', "")
    assert edited("pyproject.toml", PYPROJECT) == expected


def test_pyproject_beside() -> None:
    expected = PYPROJECT.replace('"zeep[xmlsec]>=4", ', f'"zeep[xmlsec]>=4", "{NEW}", ')
    assert edited("pyproject.toml", PYPROJECT, frozenset()) == expected


def test_poetry_and_pipfile() -> None:
    text = (
        '[tool.poetry]\nname = "x"\n\n[tool.poetry.dependencies]\npython = "^3.10"\n'
        'zeep = "^4.2"  # SOAP\n\n[tool.ruff]\nline-length = 99\n'
    )
    assert edited("pyproject.toml", text) == text.replace('zeep = "^4.2"', 'marketorestpython = ">=0.5.25"')
    pipfile = (
        '[packages]\nrequests = "*"\nzeep = {version = "*", extras = ["async"]}\n\n'
        '[requires]\npython_version = "3.11"\n'
    )
    assert edited("Pipfile", pipfile) == pipfile.replace(
        'zeep = {version = "*", extras = ["async"]}', 'marketorestpython = ">=0.5.25"'
    )


def test_setup_files() -> None:
    cfg = (
        "[metadata]\nname = x\n\n[options]\ninstall_requires =\n    requests\n    zeep>=4\npackages = find:\n"
    )
    assert edited("setup.cfg", cfg) == cfg.replace("zeep>=4", NEW)
    py = "import setuptools as s\n\ns.setup(name='zeep-sync', install_requires=['lxml', 'zeep>=4'])\n"
    assert edited("setup.py", py) == py.replace("'zeep>=4'", f"'{NEW}'")


def test_imports() -> None:
    assert imported_packages(["import zeep\n", "    from suds.client import Client\n", "import sudsy\n"]) == {
        "zeep",
        "suds",
    }
    assert (
        imported_packages(["from marketorestpython.client import MarketoClient\n# import zeep\n"])
        == frozenset()
    )
