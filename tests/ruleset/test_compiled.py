"""The compiled rules say what the YAML files say, and count for nothing where they may not."""

import shutil
from pathlib import Path

import pytest

from marketo_migrate.ruleset.compile import compile_rules
from marketo_migrate.ruleset.compiled import FILE_NAME, read_documents, read_terms, render
from marketo_migrate.ruleset.load import checked_documents, load_with_surfaces
from marketo_migrate.ruleset.locate import shipped_directory
from marketo_migrate.ruleset.run import RunRules, search_terms


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A copy of the shipped rules without a compiled file."""
    shutil.copytree(shipped_directory(), tmp_path / "rules", ignore=shutil.ignore_patterns(FILE_NAME))
    return tmp_path / "rules"


@pytest.fixture
def compiled(directory: Path) -> Path:
    """The same with a compiled file."""
    (directory / FILE_NAME).write_text(compile_rules(directory), encoding="utf-8")
    return directory


def test_rules_that_were_not_compiled_are_none(directory: Path) -> None:
    assert read_terms(directory) is None
    assert read_documents(directory) is None


def test_compiled_rules_are_those_of_the_yaml_files(compiled: Path) -> None:
    documents = read_documents(compiled)
    assert documents == {
        kind.value: {identity: [file.name, file.stem, file.data] for identity, file in files.items()}
        for kind, files in checked_documents(compiled).items()
    }
    from_compiled = load_with_surfaces(directory=compiled)
    (compiled / FILE_NAME).unlink()
    # Some of the classes have no equality; what they hold shows all the same.
    assert repr(from_compiled) == repr(load_with_surfaces(directory=compiled))


def test_compiled_terms_are_those_of_the_rules(compiled: Path) -> None:
    terms = read_terms(compiled)
    assert terms == search_terms(*load_with_surfaces(directory=compiled))
    assert terms == RunRules().terms()
    assert {"getLead", "paramsGetLead", "mktows", "import suds_marketo"} <= set(terms.python_needles())


@pytest.mark.parametrize("name", ["operations/getLead.yml", "terms.yml"])
def test_a_changed_file_is_read_from_yaml(compiled: Path, name: str) -> None:
    path = compiled / name
    path.write_text(path.read_text(encoding="utf-8") + "# a word\n", encoding="utf-8")
    assert read_terms(compiled) is None
    assert read_documents(compiled) is None


def test_a_new_or_missing_file_is_noticed(compiled: Path) -> None:
    (compiled / "clients" / "more.yaml").write_text("name: more\n", encoding="utf-8")
    assert read_terms(compiled) is None
    (compiled / "clients" / "more.yaml").unlink()
    assert read_terms(compiled) is not None
    (compiled / "clients" / "zeep.yml").unlink()
    assert read_terms(compiled) is None


@pytest.mark.parametrize("kept", [0, 1, 3, 6, 7])
def test_a_compiled_file_that_was_cut_off_counts_for_nothing(compiled: Path, kept: int) -> None:
    path = compiled / FILE_NAME
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:kept]).rstrip("\n"), encoding="utf-8")
    assert read_terms(compiled) is None
    assert read_documents(compiled) is None


def test_what_json_does_not_keep_is_refused(directory: Path) -> None:
    terms = search_terms(*load_with_surfaces(directory=directory))
    with pytest.raises(ValueError, match="does not keep"):
        render(directory, terms, {"terms": {"terms": ["terms.yml", "terms", {"a": (1, 2)}]}})


def test_a_name_with_a_blank_is_refused(directory: Path) -> None:
    terms = search_terms(*load_with_surfaces(directory=directory))
    with pytest.raises(ValueError, match="blanks"):
        render(directory, terms._replace(words=("get Lead",)), {})
