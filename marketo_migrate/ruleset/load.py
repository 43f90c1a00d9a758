"""Loads the rules: reads every rule file, checks them all, and gives one frozen `Ruleset`."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from marketo_migrate.errors import RuleError
from marketo_migrate.model.rest import Endpoint
from marketo_migrate.model.rules import IntegrationRule, OperationRule, Ruleset
from marketo_migrate.model.soap import SoapFacts
from marketo_migrate.ruleset.crosscheck import cross_check
from marketo_migrate.ruleset.fields import build_activity_types, build_lead_fields
from marketo_migrate.ruleset.kinds import RuleKind
from marketo_migrate.ruleset.locate import shipped_directory
from marketo_migrate.ruleset.operations import build_integration, build_operation, build_terms
from marketo_migrate.ruleset.reading import Documents, read_kind, read_shipped, read_user_directory
from marketo_migrate.ruleset.rest import build_endpoints, build_target
from marketo_migrate.ruleset.soap import build_soap


def load(extra_directories: tuple[Path, ...] = (), *, directory: Path | None = None) -> Ruleset:
    """Load the shipped rules (or those of `directory`), and those of the user's directories over them.

    A user directory holds `operations`, `integration` and `clients` folders. A file there replaces the
    shipped rule of the same operation or code; new integration notes are allowed, new operations are not.

    Raises:
        RuleError: With every problem of every file, as `problem @ $.path (file:line)`.

    """
    with _collector_paused():
        return _load(directory or shipped_directory(), extra_directories)


def load_clients_raw(
    directory: Path | None = None, extra_directories: tuple[Path, ...] = ()
) -> dict[str, dict[str, Any]]:
    """The client surfaces as plain data, by file stem; user directories replace files of the same stem.

    Raises:
        RuleError: With every problem of every client file.

    """
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


def _load(shipped: Path, extra_directories: tuple[Path, ...]) -> Ruleset:
    problems: list[str] = []
    documents = read_shipped(shipped, problems)
    for extra in extra_directories:
        read_user_directory(extra, documents, problems)
    soap, endpoints = _soap(documents), _endpoints(documents)
    problems.extend(cross_check(documents, soap, endpoints))
    if problems or soap is None or endpoints is None:
        raise RuleError(tuple(dict.fromkeys(problems)))
    return _build(documents, soap, endpoints)


def _soap(documents: Documents) -> SoapFacts | None:
    found = documents[RuleKind.SOAP].values()
    return next((build_soap(document.data) for document in found), None)


def _endpoints(documents: Documents) -> dict[str, Endpoint] | None:
    found = documents[RuleKind.REST].values()
    return next((build_endpoints(document.data) for document in found), None)


def _build(documents: Documents, soap: SoapFacts, endpoints: dict[str, Endpoint]) -> Ruleset:
    operations = tuple(
        sorted((build_operation(document) for document in documents[RuleKind.OPERATION].values()), key=_order)
    )
    notes = (build_integration(document) for document in documents[RuleKind.INTEGRATION].values())
    integration = tuple(sorted(notes, key=_order))
    rules: tuple[OperationRule | IntegrationRule, ...] = (*operations, *integration)
    targets = [build_target(document.data) for document in documents[RuleKind.TARGET].values()]
    return Ruleset(
        operations=operations,
        integration=integration,
        soap=soap,
        endpoints=endpoints,
        targets={target.name: target for target in targets},
        lead_fields=build_lead_fields(_only(documents, RuleKind.LEAD_FIELDS)),
        activity_types=build_activity_types(_only(documents, RuleKind.ACTIVITY_TYPES)),
        terms=build_terms(_only(documents, RuleKind.TERMS)),
        names={name: rule for rule in operations for name in (rule.name, *rule.aliases)},
        codes={rule.code: rule for rule in rules},
    )


def _only(documents: Documents, kind: RuleKind) -> Any:
    (document,) = documents[kind].values()
    return document.data


def _order(rule: OperationRule | IntegrationRule) -> tuple[bool, str]:
    # The product's own rules come first; a user's note does not take the place of one by its name.
    return not rule.code.startswith("MKT"), rule.code
