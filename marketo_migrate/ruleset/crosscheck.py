"""Checks what no schema can say: that rules, facts and tables fit each other. Gives every problem at once."""

from collections.abc import Iterable, Iterator

from marketo_migrate.model.rest import Endpoint
from marketo_migrate.model.soap import SoapFacts
from marketo_migrate.model.template import placeholder_names
from marketo_migrate.ruleset.crosscheck_clients import check_client
from marketo_migrate.ruleset.crosscheck_facts import check_endpoints, check_names, check_soap, check_targets
from marketo_migrate.ruleset.crosscheck_operations import RuleContext, check_operation, named_targets
from marketo_migrate.ruleset.document import Document, Steps
from marketo_migrate.ruleset.kinds import RuleKind
from marketo_migrate.ruleset.reading import Documents


def cross_check(
    documents: Documents,
    soap: SoapFacts | None,
    endpoints: dict[str, Endpoint] | None,
    *,
    incomplete: frozenset[RuleKind] = frozenset(),
) -> Iterator[str]:
    """All problems between documents.

    Facts that could not be read (None) and kinds that are `incomplete` are not checked against: their
    own problems are told, and what follows from them would only hide those.
    """
    for document in documents[RuleKind.SOAP].values():
        if soap is not None:
            yield from _shown(document, check_soap(soap))
    for document in documents[RuleKind.REST].values():
        if endpoints is not None:
            yield from _shown(document, check_endpoints(endpoints))
    for kind in (RuleKind.LEAD_FIELDS, RuleKind.ACTIVITY_TYPES):
        for document in documents[kind].values():
            yield from _shown(document, check_names(document.data, soap))
    for document in documents[RuleKind.TARGET].values():
        yield from _shown(document, check_targets(document.data, endpoints))
    if RuleKind.TARGET not in incomplete:
        yield from _check_target_names(documents)
    context = RuleContext(soap, endpoints, _terms(documents))
    for document in documents[RuleKind.OPERATION].values():
        yield from _shown(document, check_operation(document.data, context))
    for document in documents[RuleKind.INTEGRATION].values():
        yield from _shown(document, _check_message(document))
    methods = _methods(documents) if RuleKind.OPERATION not in incomplete else frozenset()
    libraries: dict[str, Document] = {}
    for document in documents[RuleKind.CLIENT].values():
        yield from _shown(document, check_client(document.data, methods))
        if "name" in document.data:
            yield from _taken(document, "name", document.data["name"], libraries)
    yield from _check_unique(documents)


def _shown(document: Document, problems: Iterable[tuple[str, Steps]]) -> Iterator[str]:
    return (document.problem(message, steps) for message, steps in problems)


def _terms(documents: Documents) -> frozenset[str] | None:
    found = list(documents[RuleKind.TERMS].values())
    if not found:
        return None
    data = found[0].data
    return frozenset({*data["preconditions"], *data["assumptions"]})


def _methods(documents: Documents) -> frozenset[str]:
    return frozenset(
        name
        for document in documents[RuleKind.OPERATION].values()
        for name in (document.data["name"], *document.data.get("aliases", ()))
    )


def _check_target_names(documents: Documents) -> Iterator[str]:
    """Targets that rules name and that do not exist, each told once: it may be one mistake in its file."""
    targets = documents[RuleKind.TARGET]
    places: dict[str, list[tuple[Document, Steps]]] = {}
    for document in documents[RuleKind.OPERATION].values():
        for name, steps in named_targets(document.data):
            if name not in targets:
                places.setdefault(name, []).append((document, steps))
    for name, ((document, steps), *others) in places.items():
        more = f" (named in {len(others)} more places)" if others else ""
        yield document.problem(f"no target {name!r}; there are {', '.join(targets)}{more}", steps)


def _check_message(document: Document) -> Iterator[tuple[str, Steps]]:
    try:
        placeholder_names(document.data["message"])
    except ValueError as error:
        yield str(error), ("message",)


def _check_unique(documents: Documents) -> Iterator[str]:
    """Codes are unique over all rules, names over all rules and aliases."""
    codes: dict[str, Document] = {}
    names: dict[str, Document] = {}
    for kind in (RuleKind.OPERATION, RuleKind.INTEGRATION):
        for document in documents[kind].values():
            data = document.data
            yield from _taken(document, "code", data["code"], codes)
            for name in (data["name"], *data.get("aliases", ())):
                yield from _taken(document, "name", name, names)


def _taken(document: Document, key: str, value: str, seen: dict[str, Document]) -> Iterator[str]:
    other = seen.setdefault(value, document)
    if other is not document:
        yield document.problem(f"the {key} {value} is also in {other.name}", (key,))
