"""SOAP's M object operations: list, describe, get, sync, delete."""

from marketo_migrate.simulator.clock import START
from marketo_migrate.simulator.lead_fields import FieldTable
from marketo_migrate.simulator.objects import (
    Action,
    Outcome,
    Written,
    delete_record,
    find_records,
    record_value,
    write_record,
)
from marketo_migrate.simulator.paging import BadPositionError, page_start, position_text
from marketo_migrate.simulator.records import ObjectRecord, ObjectType
from marketo_migrate.simulator.soap.arguments import (
    boolean,
    child,
    children,
    integer,
    needed_text,
    pairs,
    text,
)
from marketo_migrate.simulator.soap.envelope import Answered, Call, Sent
from marketo_migrate.simulator.soap.faults import SoapFaultError
from marketo_migrate.simulator.soap.programs import (
    COMPARISONS,
    attribs,
    find_programs,
    program_object,
    update_program,
)
from marketo_migrate.simulator.state import State
from marketo_migrate.simulator.values import BadValueError, DataType, Field, Value, from_text, to_text

DESCRIBED = ("ActivityRecord", "LeadRecord", "Opportunity", "OpportunityPersonRole")
PROGRAM = "Program"
PAGE = 100
EXTERNAL_ID = "externalOpportunityId"
ACTIONS = {"INSERT": Action.CREATE, "UPDATE": Action.UPDATE, "UPSERT": Action.UPSERT}
ACTIVITY_FIELDS = FieldTable(
    Field(number, name, name, name, kind, None, updateable=False)
    for number, (name, kind) in enumerate(
        (
            ("id", DataType.INTEGER),
            ("activityDateTime", DataType.DATETIME),
            ("activityType", DataType.STRING),
            ("mktgAssetName", DataType.STRING),
            ("campaign", DataType.STRING),
            ("mktPersonId", DataType.STRING),
        ),
        1,
    )
)


def list_objects(state: State, call: Call) -> dict[str, Answered]:
    """Name the objects that describeMObject knows."""
    del state, call
    return {"objects": list(DESCRIBED)}


def describe(state: State, call: Call) -> dict[str, Answered]:
    """Give the fields of one object."""
    name = needed_text(call.arguments, "objectName")
    if name not in DESCRIBED:
        raise SoapFaultError("20110", f"No object {name}")
    tables = {"ActivityRecord": ACTIVITY_FIELDS, "LeadRecord": state.lead_fields}
    fields = tables[name] if name in tables else _kind(state, name).fields
    described = [_field(field, name) for field in fields if field.soap is not None]
    metadata: dict[str, Answered] = {
        "name": name,
        "description": f"{name} of the simulated instance",
        "isCustom": False,
        "isVirtual": name.endswith("Record"),
        "fieldList": {"field": described},
        "updatedAt": START,
    }
    return {"metadata": metadata}


def get(state: State, call: Call) -> dict[str, Answered]:
    """Give a page of the objects of one type that meet the id, the key, the criteria and the associations."""
    kind = needed_text(call.arguments, "type")
    found: list[dict[str, Answered]]
    if kind == PROGRAM:
        details = boolean(call.arguments, "includeDetails")
        found = [program_object(item, details=details) for item in find_programs(state, call.arguments)]
    else:
        records = _find(state, _kind(state, kind), call.arguments)
        found = [_object(state, _kind(state, kind), record) for record in records]
    try:
        start = page_start(text(call.arguments, "streamPosition"), "objects")
    except BadPositionError as error:
        raise SoapFaultError("20122") from error
    page = found[start : start + PAGE]
    return {
        "returnCount": len(page),
        "hasMore": start + len(page) < len(found),
        "newStreamPosition": position_text({"kind": "objects", "start": start + len(page)}),
        "mObjectList": {"mObject": page},
    }


def sync(state: State, call: Call) -> dict[str, Answered]:
    """Create or update objects, one status for each. Programs can only be updated."""
    action = ACTIONS[needed_text(call.arguments, "operation")]
    given = children(call.arguments, "mObjectList", "mObject")
    if len(given) > PAGE:
        raise SoapFaultError("20110", f"At most {PAGE} objects")
    statuses: list[Answered] = []
    for item in given:
        if text(item, "type") != PROGRAM:
            statuses.append(_sync_one(state, item, action))
        elif action is Action.UPDATE:
            statuses.append(update_program(state, item))
        else:
            statuses.append(
                {"id": integer(item, "id") or 0, "status": "FAILED", "error": "Programs can only be updated"}
            )
    return {"mObjStatusList": {"mObjStatus": statuses}}


def delete(state: State, call: Call) -> dict[str, Answered]:
    """Delete opportunities and roles by number or external key, one status for each."""
    statuses: list[Answered] = []
    for item in children(call.arguments, "mObjectList", "mObject"):
        kind = _kind(state, needed_text(item, "type"))
        record = _keyed(kind, item)
        written = delete_record(kind, {"marketoGUID": record.guid}) if record else Written(Outcome.NOT_FOUND)
        statuses.append(_status(item, written))
    return {"mObjStatusList": {"mObjStatus": statuses}}


def _kind(state: State, name: str) -> ObjectType:
    kinds = {kind.soap_name: kind for kind in (state.opportunities, state.roles)}
    if name not in kinds:
        raise SoapFaultError("20110", f"No object type {name}")
    return kinds[name]


def _field(field: Field, name: str) -> dict[str, Answered]:
    return {
        "name": field.soap,
        "description": field.label,
        "displayName": field.label,
        "sourceObject": name,
        "dataType": field.type.value,
        "size": field.length,
        "isReadonly": not field.updateable,
        "isUpdateBlocked": False,
        "isName": False,
        "isPrimaryKey": field.rest == "id",
        "isCustom": field.custom and name == "LeadRecord",
        "isDynamic": False,
        "dynamicFieldRef": None,
        "updatedAt": START,
    }


def _find(state: State, kind: ObjectType, arguments: dict[str, Sent]) -> list[ObjectRecord]:
    records = list(kind.records.values())
    number, key = integer(arguments, "id"), child(arguments, "externalKey")
    if number is not None:
        records = [record for record in records if record.id == number]
    if key:
        wanted = find_records(kind, [{_key_field(kind, key): needed_text(key, "value")}])
        records = [record for record in records if record in wanted]
    for item in children(arguments, "mObjAssociationList", "mObjAssociation"):
        records = [record for record in records if _associated(state, record, item)]
    for item in children(arguments, "mObjCriteriaList", "mObjCriteria"):
        records = [record for record in records if _meets(kind, record, item)]
    return records


def _key_field(kind: ObjectType, key: dict[str, Sent]) -> str:
    """The REST name of the field an externalKey names; an unknown name is taken for the external id."""
    field = kind.fields.by_soap.get(needed_text(key, "name"))
    return field.rest if field and kind.name == "opportunity" else EXTERNAL_ID


def _associated(state: State, record: ObjectRecord, item: dict[str, Sent]) -> bool:
    number, key = integer(item, "id"), child(item, "externalKey")
    match needed_text(item, "mObjType"):
        case "Lead":
            return record.values.get("leadId") == number
        case "Opportunity":
            wanted = text(key, "value") if key else _external_id(state, number)
            return record.values.get(EXTERNAL_ID) == wanted
        case other:
            raise SoapFaultError("20110", f"Objects cannot be found by {other}")


def _meets(kind: ObjectType, record: ObjectRecord, item: dict[str, Sent]) -> bool:
    name, value = needed_text(item, "attrName"), text(item, "attrValue") or ""
    names = {"Created At": "createdAt", "Updated At": "updatedAt"}
    field = kind.fields.by_soap.get(name) or kind.fields.by_rest.get(names.get(name, ""))
    if field is None:
        raise SoapFaultError("20110", f"{name} is not a criterion for {kind.soap_name}")
    held = record_value(record, field.rest)
    try:
        wanted = from_text(field, value)
    except BadValueError as error:
        raise SoapFaultError("20110", str(error)) from error
    return (
        held is not None and wanted is not None and COMPARISONS[needed_text(item, "comparison")](held, wanted)
    )


def _object(state: State, kind: ObjectType, record: ObjectRecord) -> dict[str, Answered]:
    values: dict[str, str] = {}
    for name, value in record.values.items():
        field = kind.fields.by_rest[name]
        if kind.name == "opportunityRole" and name == EXTERNAL_ID:
            values["OpportunityId"] = str(_opportunity_number(state, to_text(value)))
        elif field.soap is not None and name != EXTERNAL_ID:
            values[field.soap] = to_text(value)
    external = record.values.get(EXTERNAL_ID)
    key = {"name": "ExternalOpportunityId", "value": to_text(external)} if external is not None else None
    return {
        "type": kind.soap_name,
        "id": record.id,
        "externalKey": key if kind.name == "opportunity" else None,
        "createdAt": record.created_at,
        "updatedAt": record.updated_at,
        "attribList": {"attrib": attribs(values)},
    }


def _sync_one(state: State, item: dict[str, Sent], action: Action) -> dict[str, Answered]:
    kind = _kind(state, needed_text(item, "type"))
    try:
        values = _values(state, kind, item)
    except BadValueError as error:
        return {"id": integer(item, "id") or 0, "status": "FAILED", "error": str(error)}
    number = integer(item, "id")
    if number is None:
        return _status(item, write_record(state, kind, values, action, kind.dedupe))
    record = next((one for one in kind.records.values() if one.id == number), None)
    if record is None:
        return _status(item, Written(Outcome.NOT_FOUND))
    key: dict[str, Value | None] = {"marketoGUID": record.guid}
    return _status(item, write_record(state, kind, {**values, **key}, action, ("marketoGUID",)))


def _values(state: State, kind: ObjectType, item: dict[str, Sent]) -> dict[str, Value | None]:
    values: dict[str, Value | None] = {}
    for name, value in pairs(item, "attribList", "attrib"):
        field = kind.fields.by_soap.get(name)
        if field is None or not field.updateable:
            raise SoapFaultError("20110", f"{name} is not an attribute of {kind.soap_name}")
        if kind.name == "opportunityRole" and field.rest == EXTERNAL_ID:
            values[EXTERNAL_ID] = _external_id(state, int(value) if value.isdigit() else None)
        else:
            values[field.rest] = from_text(field, value)
    key = child(item, "externalKey")
    if key:
        values[_key_field(kind, key)] = needed_text(key, "value")
    for other in children(item, "associationList", "mObjAssociation"):
        number, external = integer(other, "id"), child(other, "externalKey")
        if text(other, "mObjType") == "Lead":
            values["leadId"] = number
        elif text(other, "mObjType") == "Opportunity":
            values[EXTERNAL_ID] = text(external, "value") if external else _external_id(state, number)
    return values


def _keyed(kind: ObjectType, item: dict[str, Sent]) -> ObjectRecord | None:
    number, key = integer(item, "id"), child(item, "externalKey")
    if number is not None:
        return next((record for record in kind.records.values() if record.id == number), None)
    if not key:
        raise SoapFaultError("20109", "id or externalKey is required")
    found = find_records(kind, [{_key_field(kind, key): needed_text(key, "value")}])
    return found[0] if found else None


def _external_id(state: State, number: int | None) -> str | None:
    record = next((item for item in state.opportunities.records.values() if item.id == number), None)
    return to_text(record.values[EXTERNAL_ID]) if record else None


def _opportunity_number(state: State, external: str) -> int:
    found = find_records(state.opportunities, [{EXTERNAL_ID: external}])
    return found[0].id if found else 0


STATUSES = {
    Outcome.CREATED: ("CREATED", None),
    Outcome.UPDATED: ("UPDATED", None),
    Outcome.DELETED: ("DELETED", None),
    Outcome.EXISTS: ("SKIPPED", "Object exists already"),
    Outcome.NOT_FOUND: ("FAILED", "Object not found"),
    Outcome.MISSING_KEY: ("FAILED", "A key is missing"),
    Outcome.MISSING_REQUIRED: ("FAILED", "A required attribute is missing"),
    Outcome.LINK_NOT_FOUND: ("FAILED", "An associated object was not found"),
}


def _status(item: dict[str, Sent], written: Written) -> dict[str, Answered]:
    status, error = STATUSES[written.outcome]
    number = written.record.id if written.record else integer(item, "id") or 0
    key = child(item, "externalKey")
    sent = {"name": text(key, "name"), "value": text(key, "value")} if key else None
    return {"id": number, "externalKey": sent, "status": status, "error": error}
