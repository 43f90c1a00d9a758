"""SOAP's list operations: listOperation, importToList, getImportToListStatus."""

from marketo_migrate.simulator.imports import Table, import_leads, read_rows
from marketo_migrate.simulator.lists import add_member, remove_member
from marketo_migrate.simulator.records import ImportJob, Lead, StaticList
from marketo_migrate.simulator.soap.arguments import boolean, child, children, needed_text, text, texts
from marketo_migrate.simulator.soap.envelope import Answered, Call, Sent
from marketo_migrate.simulator.soap.faults import SoapFaultError
from marketo_migrate.simulator.state import State

MOST_LEADS = 1000
REMOVED = "CLEARLIST"


def list_operation(state: State, call: Call) -> dict[str, Answered]:
    """Add, remove or look for leads on a list that lies in no program.

    `success` is true only when every status is. With `strict`, one failure undoes the whole.
    """
    operation = needed_text(call.arguments, "listOperation")
    static_list = _keyed_list(state, child(call.arguments, "listKey"))
    keys = children(call.arguments, "listMemberList", "leadKey")
    if operation == REMOVED:
        for number in list(static_list.members):
            remove_member(state, static_list, state.leads[number])
        return {"success": True, "statusList": None}
    if len(keys) > MOST_LEADS:
        raise SoapFaultError("20110", f"At most {MOST_LEADS} leads")
    leads = [_member(state, key) for key in keys]
    verdicts = [_would_work(operation, static_list, lead) for lead in leads]
    if boolean(call.arguments, "strict") and not all(verdicts):
        return {"success": False, "statusList": None}
    for lead in leads:
        if lead is not None:
            _perform(state, operation, static_list, lead)
    statuses = [
        {"leadKey": {"keyType": key.get("keyType"), "keyValue": key.get("keyValue")}, "status": verdict}
        for key, verdict in zip(keys, verdicts, strict=True)
    ]
    return {"success": all(verdicts), "statusList": {"leadStatus": statuses}}


def import_to_list(state: State, call: Call) -> dict[str, Answered]:
    """Import rows into a list of a program. The work is done at once, the answer says PROCESSING."""
    arguments = call.arguments
    header = needed_text(arguments, "importFileHeader")
    static_list = _program_list(state, arguments)
    if "{{" in header and text(arguments, "campaignName") is None:
        raise SoapFaultError("20109", "campaignName is required with token columns")
    labels = read_rows([header])[0]
    fields = state.lead_fields.by_label
    columns = tuple(fields.get(label.strip()) for label in labels)
    rows = tuple(read_rows(texts(arguments, "importFileRows")))
    if boolean(arguments, "clearList"):
        for number in list(static_list.members):
            remove_member(state, static_list, state.leads[number])
    upsert = needed_text(arguments, "importListMode") == "UPSERTLEADS"
    import_leads(state, Table(header, columns, rows), static_list, create=upsert)
    return {"importStatus": "PROCESSING"}


def import_status(state: State, call: Call) -> dict[str, Answered]:
    """Give the latest import of a list; the first question already finds it complete."""
    static_list = _program_list(state, call.arguments)
    jobs = [job for job in state.imports.values() if job.list_id == static_list.id]
    if not jobs:
        raise SoapFaultError("20110", f"No import into {static_list.name}")
    job = jobs[-1]
    job.polls += 1
    return {
        "status": "COMPLETE",
        "startedTime": job.created_at,
        "endedTime": job.created_at,
        "estimatedTime": None,
        "estimatedRows": job.imported + len(job.failures) + job.ignored,
        "rowsImported": job.imported,
        "rowsFailed": len(job.failures),
        "rowsIgnored": job.ignored,
        "importSummary": _summary(job),
    }


def _summary(job: ImportJob) -> str:
    return f"{job.imported} rows imported, {len(job.failures)} failed, {job.ignored} ignored"


def _keyed_list(state: State, key: dict[str, Sent]) -> StaticList:
    kind, value = needed_text(key, "keyType"), needed_text(key, "keyValue")
    if kind == "MKTOLISTNAME":
        for static_list in state.lists.values():
            if static_list.name == value and static_list.program_id is None:
                return static_list
    raise SoapFaultError("20111", f"No list found with {kind} = {value}")


def _member(state: State, key: dict[str, Sent]) -> Lead | None:
    if needed_text(key, "keyType") != "IDNUM":
        raise SoapFaultError("20102", "List members are named by IDNUM")
    value = needed_text(key, "keyValue")
    return state.leads.get(int(value)) if value.isdigit() else None


def _would_work(operation: str, static_list: StaticList, lead: Lead | None) -> bool:
    if lead is None:
        return False
    return operation == "ADDTOLIST" or lead.id in static_list.members


def _perform(state: State, operation: str, static_list: StaticList, lead: Lead) -> None:
    if operation == "ADDTOLIST":
        add_member(state, static_list, lead)
    elif operation == "REMOVEFROMLIST":
        remove_member(state, static_list, lead)


def _program_list(state: State, arguments: dict[str, Sent]) -> StaticList:
    program_name, name = needed_text(arguments, "programName"), needed_text(arguments, "listName")
    program = state.program_named(program_name)
    if program is None:
        raise SoapFaultError("20110", f"No program {program_name}")
    for static_list in state.lists.values():
        if static_list.name == name and static_list.program_id == program.id:
            return static_list
    raise SoapFaultError("20111", f"No list {name} in program {program_name}")
