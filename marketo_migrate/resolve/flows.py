"""The abstract values that expressions had in the last pass, as the model's flows."""

import re
from collections.abc import Mapping

from marketo_migrate.model.flow import (
    ClientFlow,
    ContainerFlow,
    ExternalFlow,
    Flow,
    FunctionFlow,
    InstanceFlow,
    ModuleFlow,
    NumberFlow,
    OtherFlow,
    RequestFlow,
    ResponseFlow,
    SignatureFlow,
    TextFlow,
)
from marketo_migrate.resolve.interpreter import Interpreter
from marketo_migrate.resolve.values import (
    ClassValue,
    Client,
    Container,
    External,
    FunctionValue,
    Instance,
    Literal,
    Method,
    ModuleValue,
    Part,
    PartialValue,
    Place,
    Request,
    Response,
    Signature,
    String,
    Value,
    Values,
)

_MAX_DEPTH = 4
_TEST_FILE = re.compile(r"(?:^|/)(?:tests?/|test_[^/]*\.py$|[^/]*_test\.py$|conftest\.py$)")


def flows_of(run: Interpreter, ids: Mapping[Client, int]) -> dict[Place, tuple[Flow, ...]]:
    """The flows of every place.

    Every function is also evaluated for arguments that are not known; where calls lead to it from some
    module's body, what the others add counts only as far as it is known, and what tests give it
    (which may be doubles of a SOAP client) does not count.
    """
    converter = _Converter(run, ids)
    reached = _called_from(run, [c.id for c in run.contexts if c.function is None])
    tests = [c.id for c in run.contexts if c.function is not None and _TEST_FILE.search(c.module.path)]
    tested = _called_from(run, tests) - reached
    result: dict[Place, tuple[Flow, ...]] = {}
    for place, by_context in run.observed.flows.items():
        real = [values for context, values in by_context.items() if context in reached]
        real = real or [v for context, v in by_context.items() if not run.contexts[context].generic]
        values: Values = frozenset().union(*(real or by_context.values()))
        if real:
            others = [found for context, found in by_context.items() if context not in tested]
            values |= {v for found in others for v in found if _is_definite(v)}
        result[place] = converter.flows(values)
    return result


def _called_from(run: Interpreter, starts: list[int]) -> set[int]:
    """The contexts that calls lead to from these contexts, themselves included."""
    calls: dict[int, set[int]] = {}
    for edges in run.observed.edges.values():
        for caller, callee, _ in edges:
            calls.setdefault(caller, set()).add(callee)
    pending = list(starts)
    reached: set[int] = set()
    while pending:
        context = pending.pop()
        if context not in reached:
            reached.add(context)
            pending.extend(calls.get(context, ()))
    return reached


def _is_definite(value: Value) -> bool:
    """Whether a value does not just stand for an argument that is not known."""
    match value:
        case String():
            return value.known is not None
        case Instance(site=site):
            return site is not None
        case Container() | Response() | Request() | Literal():
            return True
        case _:
            return False


class _Converter:
    """Converts values, each kind of container once."""

    def __init__(self, run: Interpreter, ids: Mapping[Client, int]) -> None:
        self._run = run
        self._ids = ids
        self._holds: dict[Container, tuple[ResponseFlow, ...]] = {}
        self._known: dict[Values, tuple[Flow, ...]] = {}

    def flows(self, values: Values) -> tuple[Flow, ...]:
        """The flows of values, sorted, each once."""
        known = self._known.get(values)
        if known is None:
            known = self._known[values] = self._sorted(values)
        return known

    def _sorted(self, values: Values) -> tuple[Flow, ...]:
        if len(values) == 1:
            return (self._flow(next(iter(values))),)
        found = {self._flow(value) for value in values}
        return tuple(sorted(found, key=lambda flow: (type(flow).__name__, repr(flow))))

    def _flow(self, value: Value) -> Flow:
        match value:
            case Client():
                return self._client(value, "client", None)
            case Part(client=client, role=role, name=name):
                return self._client(client, role, name)
            case Method(base=Client() | Part() as base, name=name):
                client = base if isinstance(base, Client) else base.client
                return self._client(client, "method", name)
            case Method(base=Response(place=place, path=path, operation=operation), name=name):
                return ResponseFlow((place, operation or ""), (*path, name))
            case Request(client=client, type=kind, site=(where, _)):
                return RequestFlow(self._ids.get(client, -1), kind, where)
            case Response(place=place, path=path, operation=operation):
                return ResponseFlow((place, operation or ""), path)
            case Container(kind=kind, site=(where, _)):
                return ContainerFlow(kind, where, self._held(value, 0))
            case Instance(cls=(path, start)):
                return InstanceFlow(path, start)
            case FunctionValue(key=(path, start)) | ClassValue(key=(path, start)):
                return FunctionFlow(path, start)
            case PartialValue(function=function):
                return self._flow(function) if not isinstance(function, External) else OtherFlow()
            case ModuleValue(path=path):
                return ModuleFlow(path)
            case External(name=name):
                return ExternalFlow(name)
            case String():
                return TextFlow(value.known)
            case Literal(value=number):
                return NumberFlow(repr(number))
            case Signature():
                return SignatureFlow()
            case _:
                return OtherFlow()

    def _client(self, client: Client, role: str, name: str | None) -> Flow:
        return ClientFlow(self._ids.get(client, -1), role, name)

    def _held(self, container: Container, depth: int) -> tuple[ResponseFlow, ...]:
        if container in self._holds:
            return self._holds[container]
        if depth > _MAX_DEPTH:
            return ()
        self._holds[container] = ()
        found: set[ResponseFlow] = set()
        for value in self._run.item(container, None):
            if isinstance(value, Response):
                found.add(ResponseFlow((value.place, value.operation or ""), value.path))
            elif isinstance(value, Container):
                found.update(self._held(value, depth + 1))
        self._holds[container] = tuple(sorted(found))
        return self._holds[container]
