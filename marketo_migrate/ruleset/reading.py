"""Reads the rule files of a directory kind by kind and checks each against its schema."""

from pathlib import Path
from typing import TypeAlias

from marketo_migrate.ruleset.document import Document, read_document
from marketo_migrate.ruleset.kinds import KINDS, RuleKind, checker_for
from marketo_migrate.ruleset.schema import run

Documents: TypeAlias = dict[RuleKind, dict[str, Document]]
"""The good documents of each kind by their identity (operation name, code, …), in the order of reading."""

_SUFFIXES = (".yml", ".yaml")


def read_shipped(directory: Path, problems: list[str]) -> tuple[Documents, frozenset[RuleKind]]:
    """Read every kind of rule file of the product's own rules directory.

    Gives the documents, and the kinds of which a file could not be read: what other files name of these
    may well exist.
    """
    documents: Documents = {kind: {} for kind in RuleKind}
    incomplete = set()
    for kind in RuleKind:
        known = len(problems)
        read_kind(kind, directory, "rules", documents, problems)
        if len(problems) > known:
            incomplete.add(kind)
    return documents, frozenset(incomplete)


def read_user_directory(directory: Path, documents: Documents, problems: list[str]) -> None:
    """Read a user's rule directory over what is there."""
    if not directory.is_dir():
        problems.append(f"no such rule directory @ $ ({directory}:1)")
        return
    folders = {KINDS[kind].folder: kind for kind in RuleKind if KINDS[kind].user}
    for entry in sorted(directory.iterdir()):
        if entry.is_dir() and entry.name in folders:
            read_kind(folders[entry.name], directory, str(directory), documents, problems)
        elif not entry.name.startswith(".") and (entry.is_dir() or entry.suffix in _SUFFIXES):
            allowed = ", ".join(folders)
            problems.append(f"not one of the folders of a rule directory ({allowed}) @ $ ({entry}:1)")


def read_kind(kind: RuleKind, directory: Path, shown: str, documents: Documents, problems: list[str]) -> None:
    """Read the files of one kind under `directory` into `documents`, over what is there.

    `shown` is what problems call the directory. Two files of one directory may not be the same rule.
    """
    place = KINDS[kind]
    checker = checker_for(kind)
    found: dict[str, Document] = {}
    paths = _files(directory, place.pattern)
    for path in paths:
        name = f"{shown}/{path.relative_to(directory).as_posix()}"
        document = read_document(path, name, problems)
        if document is None:
            continue
        wrong = run(checker, document.data)
        problems.extend(document.problem(message, steps) for message, steps in wrong)
        if wrong:
            continue
        identity = document.data[place.identity] if place.identity else document.stem
        if identity in found:
            where = (place.identity,) if place.identity else ()
            problems.append(document.problem(f"{identity} is also in {found[identity].name}", where))
        found[identity] = document
    if not paths and not place.user:
        problems.append(f"no rules of kind {kind.value} @ $ ({shown}/{place.pattern}:1)")
    documents[kind].update(found)


def _files(directory: Path, pattern: str) -> list[Path]:
    folder, _, name = pattern.rpartition("/")
    if "*" not in name:
        path = directory / pattern
        return [path] if path.exists() else []
    return sorted(path for path in (directory / folder).glob("*") if path.suffix in _SUFFIXES)
