"""Opportunities, roles, companies and custom objects: records of a type, found by their keys."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from marketo_migrate.model.record import record
from marketo_migrate.simulator.records import ObjectRecord, ObjectType
from marketo_migrate.simulator.state import State
from marketo_migrate.simulator.values import Value, to_text

GUID = "marketoGUID"
SYSTEM_KEYS = frozenset({GUID, "id"})


class Action(StrEnum):
    """What a write may do, by REST's names; SOAP's INSERT, UPDATE and UPSERT are the same three."""

    CREATE = "createOnly"
    UPDATE = "updateOnly"
    UPSERT = "createOrUpdate"


class Outcome(StrEnum):
    """How a write of one record ended."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    MISSING_KEY = "missing key"
    MISSING_REQUIRED = "missing required"
    NOT_FOUND = "not found"
    EXISTS = "exists"
    LINK_NOT_FOUND = "link not found"


@record
class Written:
    """The outcome of one record, and the record where there is one."""

    outcome: Outcome
    record: ObjectRecord | None = None


def find_record(kind: ObjectType, key: Mapping[str, Value | None]) -> ObjectRecord | None:
    """The first record that has all of these values."""
    return next(iter(find_records(kind, [key])), None)


def find_records(kind: ObjectType, keys: Iterable[Mapping[str, Value | None]]) -> list[ObjectRecord]:
    """The records that have all values of one of the keys, oldest first."""
    wanted = list(keys)
    return [record for record in kind.records.values() if any(_has(record, key) for key in wanted)]


def write_record(
    state: State, kind: ObjectType, values: Mapping[str, Value | None], action: Action, by: tuple[str, ...]
) -> Written:
    """Create or update a record, found by the fields `by`. Values are already of their fields' types."""
    if any(values.get(name) is None for name in by):
        return Written(Outcome.MISSING_KEY)
    record = find_record(kind, {name: values[name] for name in by})
    if record is None and action is Action.UPDATE:
        return Written(Outcome.NOT_FOUND)
    if record is not None and action is Action.CREATE:
        return Written(Outcome.EXISTS, record)
    if not _links_hold(state, kind, values):
        return Written(Outcome.LINK_NOT_FOUND)
    if record is None:
        if any(values.get(name) is None for name in kind.required):
            return Written(Outcome.MISSING_REQUIRED)
        return Written(Outcome.CREATED, _create(state, kind, values))
    _change(state, record, values)
    return Written(Outcome.UPDATED, record)


def delete_record(kind: ObjectType, key: Mapping[str, Value | None]) -> Written:
    """Delete the record that a key finds."""
    record = find_record(kind, key)
    if record is None:
        return Written(Outcome.NOT_FOUND)
    del kind.records[record.guid]
    return Written(Outcome.DELETED, record)


def record_value(record: ObjectRecord, name: str) -> Value | None:
    """A field of a record by its REST name, system fields included."""
    match name:
        case "marketoGUID":
            return record.guid
        case "id":
            return record.id
        case "createdAt":
            return record.created_at
        case "updatedAt":
            return record.updated_at
        case _:
            return record.values.get(name)


def _has(record: ObjectRecord, key: Mapping[str, Value | None]) -> bool:
    def same(name: str, value: Value | None) -> bool:
        held = record_value(record, name)
        if held is None or value is None:
            return False
        return to_text(held).casefold() == to_text(value).casefold()

    return bool(key) and all(same(name, value) for name, value in key.items())


def _links_hold(state: State, kind: ObjectType, values: Mapping[str, Value | None]) -> bool:
    for name, target in kind.links.items():
        value = values.get(name)
        if value is None:
            continue
        if target == "Lead" and value not in state.leads:
            return False
        if target == "Opportunity" and find_record(state.opportunities, {name: value}) is None:
            return False
    return True


def _create(state: State, kind: ObjectType, values: Mapping[str, Value | None]) -> ObjectRecord:
    number, guid = state.next_guid(kind.name)
    now = state.clock.tick()
    kept = {name: value for name, value in values.items() if value is not None and name not in SYSTEM_KEYS}
    record = ObjectRecord(number, guid, now, now, kept)
    kind.records[guid] = record
    return record


def _change(state: State, record: ObjectRecord, values: Mapping[str, Value | None]) -> None:
    for name, value in values.items():
        if name in SYSTEM_KEYS:
            continue
        if value is None:
            record.values.pop(name, None)
        else:
            record.values[name] = value
    record.updated_at = state.clock.tick()
