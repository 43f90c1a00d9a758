"""REST's opportunities, roles, companies and custom objects: one pattern for all."""

from collections.abc import Callable, Mapping
from typing import Any

from marketo_migrate.simulator.clock import START, utc_text
from marketo_migrate.simulator.objects import (
    GUID,
    Action,
    Outcome,
    Written,
    delete_record,
    find_records,
    record_value,
    write_record,
)
from marketo_migrate.simulator.paging import position_text
from marketo_migrate.simulator.records import ObjectRecord, ObjectType
from marketo_migrate.simulator.rest.answers import Json, Payload, RestError, skipped, success
from marketo_migrate.simulator.rest.ask import Ask
from marketo_migrate.simulator.state import State
from marketo_migrate.simulator.values import BadValueError, Value, from_json, to_json

ID_FIELD, DEDUPE = "idField", "dedupeFields"
KindOf = Callable[[State, Ask], ObjectType]

REASONS = {
    Outcome.MISSING_KEY: ("1003", "A key field is missing"),
    Outcome.MISSING_REQUIRED: ("1003", "A required field is missing"),
    Outcome.NOT_FOUND: ("1013", "Object not found"),
    Outcome.EXISTS: ("1005", "Object already exists"),
    Outcome.LINK_NOT_FOUND: ("1004", "Lead not found"),
}


def opportunity_kind(state: State, ask: Ask) -> ObjectType:
    """Opportunities."""
    del ask
    return state.opportunities


def role_kind(state: State, ask: Ask) -> ObjectType:
    """Opportunity roles."""
    del ask
    return state.roles


def company_kind(state: State, ask: Ask) -> ObjectType:
    """Companies."""
    del ask
    return state.companies


def custom_kind(state: State, ask: Ask) -> ObjectType:
    """The custom object type named in the path, by its API name."""
    name = ask.path.get("customObjectName") or ask.path.get("apiName") or ""
    if name not in state.custom_types:
        raise RestError("1013", f"Object '{name}' not found")
    return state.custom_types[name]


def describe(kind_of: KindOf) -> Callable[[State, Ask], Payload]:
    """The operation that gives the fields and keys of a kind of record."""
    return lambda state, ask: success([_described(kind_of(state, ask))])


def list_custom(state: State, ask: Ask) -> Payload:
    """The custom object types, without their fields."""
    names = ask.texts("names")
    kinds = [kind for name, kind in state.custom_types.items() if names is None or name in names]
    described = [_described(kind) for kind in kinds]
    return success([{name: value for name, value in item.items() if name != "fields"} for item in described])


def get(kind_of: KindOf) -> Callable[[State, Ask], Payload]:
    """The operation that finds records by one field, or by a compound key in the body."""
    return lambda state, ask: _get(kind_of(state, ask), ask)


def sync(kind_of: KindOf) -> Callable[[State, Ask], Payload]:
    """The operation that creates or updates records."""
    return lambda state, ask: _sync(state, kind_of(state, ask), ask)


def delete(kind_of: KindOf) -> Callable[[State, Ask], Payload]:
    """The operation that deletes records."""
    return lambda state, ask: _delete(kind_of(state, ask), ask)


def _described(kind: ObjectType) -> Payload:
    fields: list[Json] = [
        {
            "name": field.rest,
            "displayName": field.label,
            "dataType": field.type.value,
            **({"length": field.length} if field.length else {}),
            "updateable": field.updateable and field.rest not in kind.dedupe,
        }
        for field in kind.fields
    ]
    return {
        "name": kind.name,
        "apiName": kind.name,
        "displayName": kind.label,
        "description": kind.label,
        "createdAt": utc_text(START),
        "updatedAt": utc_text(START),
        "idField": kind.id_field,
        "dedupeFields": list(kind.dedupe),
        "searchableFields": [list(names) for names in kind.searchable],
        "relationships": [
            {"field": name, "type": "child", "relatedTo": {"name": target, "field": "id"}}
            for name, target in kind.links.items()
        ],
        "fields": fields,
    }


def _get(kind: ObjectType, ask: Ask) -> Payload:
    names = _filter_fields(kind, ask)
    found = find_records(kind, _keys(kind, names, ask))
    wanted = ask.texts("fields")
    if wanted and (
        unknown := [name for name in wanted if name not in kind.fields.by_rest and name != "marketoGuid"]
    ):
        raise RestError("1006", f"Field '{unknown[0]}' not found")
    fields = wanted or [kind.id_field, *kind.dedupe, "createdAt", "updatedAt"]
    start, size = ask.page(kind.name)
    page = found[start : start + size]
    more = start + size < len(found)
    token = position_text({"kind": kind.name, "start": start + size}) if more else None
    records = [_record(kind, item, index, fields) for index, item in enumerate(page)]
    return success(records, nextPageToken=token, moreResult=more or None)


def _filter_fields(kind: ObjectType, ask: Ask) -> tuple[str, ...]:
    asked = ask.text("filterType") or ask.body.get("filterType") or DEDUPE
    names = {ID_FIELD: (kind.id_field,), "idFields": (kind.id_field,), DEDUPE: kind.dedupe}.get(
        asked, (asked,)
    )
    if names not in kind.searchable:
        raise RestError("1003", f"Invalid filterType '{asked}'")
    return names


def _keys(kind: ObjectType, names: tuple[str, ...], ask: Ask) -> list[dict[str, Value | None]]:
    values = ask.texts("filterValues")
    if values is not None:
        if len(names) > 1:
            raise RestError("1003", "A compound key needs a request body")
        return [_key(kind, names, {names[0]: value}) for value in values]
    return [_key(kind, names, item) for item in ask.body.get("input") or []]


def _key(kind: ObjectType, names: tuple[str, ...], given: Mapping[str, Any]) -> dict[str, Value | None]:
    missing = [name for name in names if given.get(name) in (None, "")]
    if missing:
        raise RestError("1003", f"Value for field '{missing[0]}' is missing")
    try:
        return {name: from_json(kind.fields.by_rest[name], given[name]) for name in names}
    except BadValueError as error:
        raise RestError("1001", str(error)) from error


def _record(kind: ObjectType, item: ObjectRecord, index: int, fields: list[str]) -> Payload:
    record: Payload = {"seq": index, kind.id_field: _key_value(kind, item)}
    for name in fields:
        value = record_value(item, name)
        if value is not None:
            record[name] = to_json(value)
    return record


def _sync(state: State, kind: ObjectType, ask: Ask) -> Payload:
    action = Action(ask.body.get("action", Action.UPSERT.value))
    by_id = ask.body.get("dedupeBy") == ID_FIELD
    if by_id and action is not Action.UPDATE:
        raise RestError("1003", "idField is allowed with updateOnly alone")
    by = (kind.id_field,) if by_id else kind.dedupe
    results = []
    for index, given in enumerate(ask.body["input"]):
        try:
            values = _values(kind, given)
        except RestError as error:
            results.append(skipped(error.code, error.message, seq=index))
            continue
        results.append(_result(kind, write_record(state, kind, values, action, by), index))
    return success(results)


def _values(kind: ObjectType, given: Mapping[str, Any]) -> dict[str, Value | None]:
    values: dict[str, Value | None] = {}
    for name, value in given.items():
        field = kind.fields.by_rest.get(name)
        if field is None:
            raise RestError("1006", f"Field '{name}' not found")
        if not field.updateable and name != kind.id_field:
            raise RestError("1003", f"Field '{name}' cannot be written")
        try:
            values[name] = from_json(field, value)
        except BadValueError as error:
            raise RestError("1003", str(error)) from error
    return values


def _delete(kind: ObjectType, ask: Ask) -> Payload:
    by = (kind.id_field,) if ask.body.get("deleteBy") == ID_FIELD else kind.dedupe
    results = []
    for index, given in enumerate(ask.body.get("input") or []):
        try:
            results.append(_result(kind, delete_record(kind, _key(kind, by, given)), index))
        except RestError as error:
            results.append(skipped(error.code, error.message, seq=index))
    return success(results)


def _result(kind: ObjectType, written: Written, index: int) -> Payload:
    if written.outcome in REASONS:
        code, message = REASONS[written.outcome]
        return skipped(code, message, seq=index)
    result: Payload = {"seq": index, "status": written.outcome.value}
    return {**result, kind.id_field: _key_value(kind, written.record)} if written.record else result


def _key_value(kind: ObjectType, record: ObjectRecord) -> str | int:
    return record.guid if kind.id_field == GUID else record.id
