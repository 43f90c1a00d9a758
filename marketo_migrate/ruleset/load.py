"""Loads the rules: reads every rule file, checks them all, and gives one frozen `Ruleset`.

The shipped rules alone come from their compiled form where that is there; with directories of a user
everything is read from YAML, since problems name lines and rules replace each other.
"""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from marketo_migrate.errors import RuleError
from marketo_migrate.model.rest import Endpoint
from marketo_migrate.model.rules import IntegrationRule, OperationRule, Ruleset
from marketo_migrate.model.soap import SoapFacts
from marketo_migrate.model.surface import Surfaces
from marketo_migrate.ruleset.clients import build_surfaces
from marketo_migrate.ruleset.compiled import read_documents
from marketo_migrate.ruleset.fields import build_activity_types, build_lead_fields
from marketo_migrate.ruleset.kinds import RuleKind
from marketo_migrate.ruleset.locate import shipped_directory
from marketo_migrate.ruleset.operations import build_integration, build_operation, build_terms
from marketo_migrate.ruleset.rest import build_endpoints, build_target
from marketo_migrate.ruleset.rule_file import RuleFile
from marketo_migrate.ruleset.soap import build_soap

if TYPE_CHECKING:
    from marketo_migrate.ruleset.reading import Documents

RuleFiles: TypeAlias = Mapping[RuleKind, Mapping[str, RuleFile]]
"""The good rule files of each kind by their identity (operation name, code, …), in the order of reading."""


def load(extra_directories: tuple[Path, ...] = (), *, directory: Path | None = None) -> Ruleset:
    """Load the shipped rules (or those of `directory`), and those of the user's directories over them.

    A user directory holds `operations`, `integration` and `clients` folders. A file there replaces the
    shipped rule of the same operation or code; new integration notes are allowed, new operations are not.

    Raises:
        RuleError: With every problem of every file, as `problem @ $.path (file:line)`.

    """
    return load_with_surfaces(extra_directories, directory=directory)[0]


def load_with_surfaces(
    extra_directories: tuple[Path, ...] = (), *, directory: Path | None = None
) -> tuple[Ruleset, Surfaces]:
    """The rules as `load` gives them, and the client surfaces beside them; raises as `load` does."""
    with _collector_paused():
        files = rule_files(extra_directories, directory=directory)
        clients = {name: file.data for name, file in files[RuleKind.CLIENT].items()}
        return _build(files), build_surfaces(clients)


def rule_files(extra_directories: tuple[Path, ...] = (), *, directory: Path | None = None) -> RuleFiles:
    """The rule files that `load` builds the rules from, all checked; raises as `load` does."""
    shipped = directory or shipped_directory()
    if not extra_directories:
        compiled = read_documents(shipped)
        if compiled is not None:
            return {
                kind: {identity: RuleFile(*parts) for identity, parts in compiled[kind.value].items()}
                for kind in RuleKind
            }
    return checked_documents(shipped, extra_directories)


def load_clients_raw(
    directory: Path | None = None, extra_directories: tuple[Path, ...] = ()
) -> dict[str, dict[str, Any]]:
    """The client surfaces as plain data, by file stem; user directories replace files of the same stem.

    Raises:
        RuleError: With every problem of every client file.

    """
    from marketo_migrate.ruleset.reading import Documents, read_kind

    problems: list[str] = []
    documents: Documents = {RuleKind.CLIENT: {}}
    read_kind(RuleKind.CLIENT, directory or shipped_directory(), "rules", documents, problems)
    for extra in extra_directories:
        read_kind(RuleKind.CLIENT, extra, str(extra), documents, problems)
    if problems:
        raise RuleError(tuple(problems))
    return {name: document.data for name, document in documents[RuleKind.CLIENT].items()}


@contextmanager
def _collector_paused() -> Iterator[None]:
    # Reading makes many objects and hardly any garbage: a third of the time would go into walking them.
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def checked_documents(shipped: Path, extra_directories: tuple[Path, ...] = ()) -> "Documents":
    """The rule files as YAML documents, all checked; raises as `load` does."""
    from marketo_migrate.ruleset.crosscheck import cross_check
    from marketo_migrate.ruleset.reading import read_shipped, read_user_directory

    problems: list[str] = []
    documents, incomplete = read_shipped(shipped, problems)
    for extra in extra_directories:
        read_user_directory(extra, documents, problems)
    soap, endpoints = _soap(documents), _endpoints(documents)
    problems.extend(cross_check(documents, soap, endpoints, incomplete=incomplete))
    if problems or soap is None or endpoints is None:
        raise RuleError(tuple(dict.fromkeys(problems)))
    return documents


def _soap(files: RuleFiles) -> SoapFacts | None:
    return next((build_soap(file.data) for file in files[RuleKind.SOAP].values()), None)


def _endpoints(files: RuleFiles) -> dict[str, Endpoint] | None:
    return next((build_endpoints(file.data) for file in files[RuleKind.REST].values()), None)


def _build(files: RuleFiles) -> Ruleset:
    operations = tuple(
        sorted((build_operation(file) for file in files[RuleKind.OPERATION].values()), key=_order)
    )
    notes = (build_integration(file) for file in files[RuleKind.INTEGRATION].values())
    integration = tuple(sorted(notes, key=_order))
    rules: tuple[OperationRule | IntegrationRule, ...] = (*operations, *integration)
    targets = [build_target(file.data) for file in files[RuleKind.TARGET].values()]
    return Ruleset(
        operations=operations,
        integration=integration,
        soap=build_soap(_only(files, RuleKind.SOAP)),
        endpoints=build_endpoints(_only(files, RuleKind.REST)),
        targets={target.name: target for target in targets},
        lead_fields=build_lead_fields(_only(files, RuleKind.LEAD_FIELDS)),
        activity_types=build_activity_types(_only(files, RuleKind.ACTIVITY_TYPES)),
        terms=build_terms(_only(files, RuleKind.TERMS)),
        names={name: rule for rule in operations for name in (rule.name, *rule.aliases)},
        codes={rule.code: rule for rule in rules},
    )


def _only(files: RuleFiles, kind: RuleKind) -> Any:
    (file,) = files[kind].values()
    return file.data


def _order(rule: OperationRule | IntegrationRule) -> tuple[bool, str]:
    # The product's own rules come first; a user's note does not take the place of one by its name.
    return not rule.code.startswith("MKT"), rule.code
