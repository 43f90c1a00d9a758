"""SOAP's custom object operations: getCustomObjects, syncCustomObjects, deleteCustomObjects."""

from marketo_migrate.simulator.objects import (
    Action,
    Outcome,
    delete_record,
    find_records,
    write_record,
)
from marketo_migrate.simulator.paging import BadPositionError, page_start, position_text
from marketo_migrate.simulator.records import ObjectRecord, ObjectType
from marketo_migrate.simulator.soap.arguments import children, integer, needed_text, pairs, text, texts
from marketo_migrate.simulator.soap.envelope import Answered, Call
from marketo_migrate.simulator.soap.faults import SoapFaultError
from marketo_migrate.simulator.soap.mobjects import ACTIONS
from marketo_migrate.simulator.state import State
from marketo_migrate.simulator.values import BadValueError, Value, from_text, to_text

PAGE = 100


def get(state: State, call: Call) -> dict[str, Answered]:
    """Give a page of the records that a key finds, or all; no names asked for means every attribute."""
    kind = _kind(state, needed_text(call.arguments, "objTypeName"))
    key = _values(kind, pairs(call.arguments, "customObjKeyList"))
    found = find_records(kind, [key]) if key else list(kind.records.values())
    wanted = texts(call.arguments, "includeAttributes") or None
    try:
        start = page_start(text(call.arguments, "streamPosition"), "custom objects")
    except BadPositionError as error:
        raise SoapFaultError("20122") from error
    page = found[start : start + min(integer(call.arguments, "batchSize") or PAGE, PAGE)]
    left = len(found) - start - len(page)
    return {
        "objTypeName": kind.soap_name,
        "returnCount": len(page),
        "remainingCount": left,
        "newStreamPosition": position_text({"kind": "custom objects", "start": start + len(page)})
        if left
        else "",
        "customObjList": {"customObj": [_object(kind, record, wanted) for record in page]},
    }


def sync(state: State, call: Call) -> dict[str, Answered]:
    """Create or update records, one status for each. Without an operation it is taken as UPSERT."""
    kind = _kind(state, needed_text(call.arguments, "objTypeName"))
    action = ACTIONS[text(call.arguments, "operation") or "UPSERT"]
    given = children(call.arguments, "customObjList", "customObj")
    if len(given) > PAGE:
        raise SoapFaultError("20110", f"At most {PAGE} objects")
    statuses = []
    for item in given:
        key = pairs(item, "customObjKeyList")
        statuses.append(_sync_one(state, kind, key, [*key, *pairs(item, "customObjAttributeList")], action))
    return {"syncCustomObjStatusList": {"syncCustomObjStatus": statuses}}


def delete(state: State, call: Call) -> dict[str, Answered]:
    """Delete records by key, one status for each."""
    kind = _kind(state, needed_text(call.arguments, "objTypeName"))
    statuses: list[Answered] = []
    for item in children(call.arguments, "customObjKeyLists", "keyList"):
        key = pairs({"key": item}, "key")
        written = delete_record(kind, _values(kind, key))
        deleted = written.outcome is Outcome.DELETED
        statuses.append(
            _status(kind, key, "DELETED" if deleted else "FAILED", None if deleted else "Object not found")
        )
    return {"deleteCustomObjStatusList": {"syncCustomObjStatus": statuses}}


def _kind(state: State, name: str) -> ObjectType:
    for kind in state.custom_types.values():
        if kind.soap_name.casefold() == name.casefold():
            return kind
    raise SoapFaultError("20110", f"No custom object {name}")


def _values(kind: ObjectType, given: list[tuple[str, str]]) -> dict[str, Value | None]:
    values: dict[str, Value | None] = {}
    for name, value in given:
        field = kind.fields.by_soap.get(name)
        if field is None:
            raise SoapFaultError("20110", f"{name} is not a field of {kind.soap_name}")
        try:
            values[field.rest] = from_text(field, value)
        except BadValueError as error:
            raise SoapFaultError("20110", str(error)) from error
    return values


def _object(kind: ObjectType, record: ObjectRecord, wanted: list[str] | None) -> dict[str, Answered]:
    keys: list[Answered] = []
    others: list[Answered] = []
    for soap_name, field in sorted(kind.fields.by_soap.items()):
        value = record.values.get(field.rest)
        if value is None:
            continue
        attribute = {"attrName": soap_name, "attrType": None, "attrValue": to_text(value)}
        if field.rest in kind.dedupe or field.rest in kind.links:
            keys.append(attribute)
        elif wanted is None or soap_name in wanted:
            others.append(attribute)
    return {"customObjKeyList": {"attribute": keys}, "customObjAttributeList": {"attribute": others}}


def _sync_one(
    state: State, kind: ObjectType, key: list[tuple[str, str]], given: list[tuple[str, str]], action: Action
) -> dict[str, Answered]:
    written = write_record(state, kind, _values(kind, given), action, kind.dedupe)
    failures = {
        Outcome.EXISTS: "Object exists already",
        Outcome.NOT_FOUND: "Object not found",
        Outcome.MISSING_KEY: "A key is missing",
        Outcome.MISSING_REQUIRED: "A required attribute is missing",
        Outcome.LINK_NOT_FOUND: "Lead not found",
    }
    error = failures.get(written.outcome)
    return _status(kind, key, "FAILED" if error else written.outcome.value.upper(), error)


def _status(
    kind: ObjectType, key: list[tuple[str, str]], status: str, error: str | None
) -> dict[str, Answered]:
    attributes = [{"attrName": name, "attrType": None, "attrValue": value} for name, value in key]
    return {
        "objTypeName": kind.soap_name,
        "customObjKeyList": {"attribute": attributes},
        "status": status,
        "error": error,
    }
