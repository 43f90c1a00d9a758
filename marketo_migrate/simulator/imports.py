"""List imports as both faces see them: rows of text become leads and members of a list."""

import csv
import io
from collections.abc import Iterable, Mapping

from marketo_migrate.model.record import record
from marketo_migrate.simulator.leads import change_lead, create_lead, find_leads
from marketo_migrate.simulator.lists import add_member
from marketo_migrate.simulator.records import ImportJob, StaticList
from marketo_migrate.simulator.state import State
from marketo_migrate.simulator.values import BadValueError, Field, Value, from_text


@record
class Table:
    """A file that was read: the columns' fields (None: not a lead field), and its rows as text."""

    header: str
    columns: tuple[Field | None, ...]
    rows: tuple[tuple[str, ...], ...]


def read_rows(lines: Iterable[str], delimiter: str = ",") -> list[tuple[str, ...]]:
    """Take apart lines of separated values; empty lines are left out."""
    return [tuple(row) for row in csv.reader(lines, delimiter=delimiter) if row]


def import_leads(
    state: State,
    table: Table,
    static_list: StaticList | None,
    *,
    lookup: str = "email",
    create: bool = True,
) -> ImportJob:
    """Upsert a row's lead and put it on the list. A row whose key or values are bad is a failure.

    Without `create`, rows of unknown leads are ignored (SOAP's LISTONLY).
    """
    job = _new_job(state, static_list, table.header)
    for row in table.rows:
        try:
            values = _row_values(table, row)
        except BadValueError as error:
            job.failures.append((_line(row), str(error)))
            continue
        key = values.get(lookup)
        if key is None:
            job.failures.append((_line(row), f"Value for lookup field '{lookup}' is missing"))
            continue
        found = find_leads(state, lookup, [str(key)])
        if not found and not create:
            job.ignored += 1
            continue
        if found and create:
            change_lead(state, found[-1], values)
        lead = found[-1] if found else create_lead(state, values)
        if static_list is not None:
            add_member(state, static_list, lead)
        job.imported += 1
    return job


def failure_file(job: ImportJob) -> str:
    """The failed rows of a job as CSV, each with the reason at its end."""
    lines = [f"{job.header},Import Failure Reason"]
    lines += [f"{row},{_line((reason,))}" for row, reason in job.failures]
    return "\n".join(lines) + "\n"


def _new_job(state: State, static_list: StaticList | None, header: str) -> ImportJob:
    number = state.next_number("import")
    program = state.program_name(static_list.program_id) if static_list else None
    list_id, name = (static_list.id, static_list.name) if static_list else (None, None)
    job = ImportJob(number, list_id, program, name, state.now(), header=header)
    state.imports[number] = job
    return job


def _row_values(table: Table, row: tuple[str, ...]) -> Mapping[str, Value | None]:
    values: dict[str, Value | None] = {}
    for field, text in zip(table.columns, row, strict=False):
        if field is not None and field.updateable:
            values[field.rest] = from_text(field, text)
    return values


def _line(row: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(row)
    return out.getvalue()
