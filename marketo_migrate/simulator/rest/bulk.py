"""REST's bulk operations: imports of leads and custom objects, extracts of leads and activities."""

import csv
import io
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

from marketo_migrate.simulator.clock import parse_time, utc_text
from marketo_migrate.simulator.imports import Table, failure_file, import_leads, read_rows
from marketo_migrate.simulator.leads import lead_value
from marketo_migrate.simulator.objects import Action, Outcome, write_record
from marketo_migrate.simulator.records import ExportJob, ImportJob, Lead
from marketo_migrate.simulator.rest.answers import FileAnswer, Payload, RestError, success
from marketo_migrate.simulator.rest.ask import Ask
from marketo_migrate.simulator.rest.objects import custom_kind
from marketo_migrate.simulator.state import GUIDS, State
from marketo_migrate.simulator.values import BadValueError, Value, from_text, to_json

DELIMITERS = {"csv": ",", "tsv": "\t", "ssv": ";"}
LONGEST_RANGE = timedelta(days=31)
ACTIVITY_FIELDS = (
    "marketoGUID",
    "leadId",
    "activityDate",
    "activityTypeId",
    "campaignId",
    "primaryAttributeValueId",
    "primaryAttributeValue",
    "attributes",
)
CREATED, QUEUED, COMPLETED = "Created", "Queued", "Completed"


def import_leads_file(state: State, ask: Ask) -> Payload:
    """Import a file of leads, its first line REST names. It is done at once and reported as queued."""
    number = ask.integer("listId")
    if number is not None and number not in state.lists:
        raise RestError("1013", "List not found")
    lookup = ask.text("lookupField") or "email"
    header, rows = _read(ask)
    fields = state.lead_fields.by_rest
    if unknown := [name for name in header if name not in fields]:
        raise RestError("1006", f"Field '{unknown[0]}' not found")
    table = Table(",".join(header), tuple(fields[name] for name in header), tuple(rows))
    job = import_leads(state, table, state.lists[number] if number is not None else None, lookup=lookup)
    return success([{"batchId": job.id, "importId": str(job.id), "status": QUEUED}])


def import_status(state: State, ask: Ask) -> Payload:
    """The state of a lead import; the first question already finds it complete."""
    job = _import(state, ask)
    job.polls += 1
    return success(
        [
            {
                "batchId": job.id,
                "importId": str(job.id),
                "status": "Complete",
                "numOfLeadsProcessed": job.imported,
                "numOfRowsFailed": len(job.failures),
                "numOfRowsWithWarning": 0,
                "message": "Import succeeded, " + f"{job.imported} records imported ({job.imported} members)",
            }
        ]
    )


def import_failures(state: State, ask: Ask) -> FileAnswer:
    """The failed rows, each with its reason."""
    return FileAnswer(failure_file(_import(state, ask)))


def import_warnings(state: State, ask: Ask) -> FileAnswer:
    """The rows with warnings: there are none in the simulator."""
    return FileAnswer(_import(state, ask).header + "\n")


def import_objects_file(state: State, ask: Ask) -> Payload:
    """Import a file of custom objects, keyed by the type's dedupe fields."""
    kind = custom_kind(state, ask)
    header, rows = _read(ask)
    if unknown := [name for name in header if name not in kind.fields.by_rest]:
        raise RestError("1006", f"Field '{unknown[0]}' not found")
    number = state.next_number("import")
    job = ImportJob(number, None, None, None, state.now(), header=",".join(header), object_name=kind.name)
    for row in rows:
        try:
            values: dict[str, Value | None] = {
                name: from_text(kind.fields.by_rest[name], text)
                for name, text in zip(header, row, strict=False)
            }
        except BadValueError as error:
            job.failures.append((",".join(row), str(error)))
            continue
        outcome = write_record(state, kind, values, Action.UPSERT, kind.dedupe).outcome
        if outcome in {Outcome.CREATED, Outcome.UPDATED}:
            job.imported += 1
        else:
            job.failures.append((",".join(row), outcome.value))
    state.imports[number] = job
    return success([{"batchId": number, "objectApiName": kind.name, "operation": "import", "status": QUEUED}])


def import_objects_status(state: State, ask: Ask) -> Payload:
    """The state of a custom object import."""
    job = _import(state, ask)
    job.polls += 1
    return success(
        [
            {
                "batchId": job.id,
                "objectApiName": job.object_name,
                "operation": "import",
                "status": "Complete",
                "numOfObjectsProcessed": job.imported,
                "numOfRowsFailed": len(job.failures),
                "numOfRowsWithWarning": 0,
            }
        ]
    )


def create_export(kind: Literal["leads", "activities"]) -> Callable[[State, Ask], Payload]:
    """The operation that creates an extract job of a kind."""
    return lambda state, ask: _create_export(state, ask, kind)


def enqueue_export(state: State, ask: Ask) -> Payload:
    """Start a job: its content is what the instance holds now."""
    job = _export(state, ask)
    if job.status != CREATED:
        raise RestError("1029", "Job already queued")
    rows = _lead_rows(state, job) if job.kind == "leads" else _activity_rows(state, job)
    job.content, job.records = _write(job, rows)
    job.status = QUEUED
    return success([_job(job)])


def export_status(state: State, ask: Ask) -> Payload:
    """The state of a job; a queued one is found complete."""
    job = _export(state, ask)
    if job.status == QUEUED:
        job.status = COMPLETED
    return success([_job(job)])


def export_file(state: State, ask: Ask) -> FileAnswer:
    """The file of a completed job."""
    job = _export(state, ask)
    if job.status != COMPLETED:
        raise RestError("1003", "The job is not completed")
    return FileAnswer(job.content)


def _read(ask: Ask) -> tuple[list[str], list[tuple[str, ...]]]:
    text = ask.file.decode("utf-8-sig", errors="replace")
    rows = read_rows(text.splitlines(), DELIMITERS[ask.text("format") or "csv"])
    if not rows:
        raise RestError("1003", "Empty file")
    return [name.strip() for name in rows[0]], rows[1:]


def _import(state: State, ask: Ask) -> ImportJob:
    job = state.imports.get(ask.number("batchId"))
    if job is None:
        raise RestError("1013", "Batch job not found")
    return job


def _create_export(state: State, ask: Ask, kind: Literal["leads", "activities"]) -> Payload:
    body = ask.body
    if not body:
        raise RestError("1002", "Missing value for required parameter 'filter'")
    filters: dict[str, Any] = body["filter"]
    chosen = [name for name in filters if name not in {"activityTypeIds", "primaryAttributeValueIds"}]
    if len(chosen) != 1:
        raise RestError("1003", "Exactly one kind of filter is required")
    if chosen[0].startswith("smartList"):
        raise RestError("1035", "Unsupported filter type")
    if chosen[0] in {"createdAt", "updatedAt"}:
        _range(filters[chosen[0]])
    number = state.next_number("export")
    identifier = str(uuid.uuid5(GUIDS, f"export/{number}"))
    fields = tuple(body.get("fields") or (ACTIVITY_FIELDS if kind == "activities" else ()))
    headers = body.get("columnHeaderNames") or {}
    job = ExportJob(identifier, kind, fields, filters, body.get("format") or "CSV", headers, state.now())
    state.exports[identifier] = job
    return success([_job(job)])


def _export(state: State, ask: Ask) -> ExportJob:
    job = state.exports.get(ask.path["exportId"])
    if job is None:
        raise RestError("1013", "Export job not found")
    return job


def _job(job: ExportJob) -> Payload:
    record: Payload = {
        "exportId": job.id,
        "format": job.format,
        "status": job.status,
        "createdAt": utc_text(job.created_at),
    }
    if job.status != CREATED:
        record["queuedAt"] = utc_text(job.created_at)
    if job.status == COMPLETED:
        record.update({"finishedAt": utc_text(job.created_at), "fileSize": len(job.content.encode())})
        record["numberOfRecords"] = job.records
    return record


def _range(given: Any) -> tuple[datetime, datetime]:
    try:
        start, end = parse_time(given["startAt"]), parse_time(given["endAt"])
    except (KeyError, TypeError, ValueError) as error:
        raise RestError("1003", "startAt and endAt are required") from error
    if end - start > LONGEST_RANGE:
        raise RestError("1003", "The range is longer than 31 days")
    return start, end


def _lead_rows(state: State, job: ExportJob) -> Iterable[list[str]]:
    if unknown := [name for name in job.fields if name not in state.lead_fields.by_rest]:
        raise RestError("1006", f"Field '{unknown[0]}' not found")
    for lead in state.leads.values():
        if not lead.anonymous and _exported(state, lead, job):
            values = [lead_value(lead, name) for name in job.fields]
            yield ["null" if value is None else str(to_json(value)) for value in values]


def _exported(state: State, lead: Lead, job: ExportJob) -> bool:
    (name, given), *_ = job.filter.items()
    if name in {"createdAt", "updatedAt"}:
        start, end = _range(given)
        return start <= (lead.created_at if name == "createdAt" else lead.updated_at) <= end
    wanted = [item for item in state.lists.values() if given in (item.id, item.name)]
    return any(lead.id in item.members for item in wanted)


def _activity_rows(state: State, job: ExportJob) -> Iterable[list[str]]:
    start, end = _range(job.filter.get("createdAt"))
    types = job.filter.get("activityTypeIds")
    for item in state.activities:
        chosen = not isinstance(types, list) or item.type.rest_id in types
        if item.type.rest_id is not None and chosen and start <= item.at <= end:
            record = {
                "marketoGUID": item.id,
                "leadId": item.lead_id,
                "activityDate": utc_text(item.at),
                "activityTypeId": item.type.rest_id,
                "campaignId": item.campaign_id,
                "primaryAttributeValueId": item.primary_id,
                "primaryAttributeValue": item.primary,
                "attributes": {name: to_json(value) for name, value in item.attributes},
            }
            yield ["null" if record[name] is None else str(record[name]) for name in job.fields]


def _write(job: ExportJob, rows: Iterable[list[str]]) -> tuple[str, int]:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=DELIMITERS[job.format.lower()], lineterminator="\n")
    writer.writerow([job.headers.get(name, name) for name in job.fields])
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    return out.getvalue(), count
