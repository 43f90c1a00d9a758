"""What REST's limits mean for a finding. Source: Adobe's REST API documentation, "API limits"."""

from marketo_migrate.model.finding import Finding, Kind

BATCH = 300
"""Records that most calls of the lead database take at once."""

LIMITS = (
    ("Daily quota", "50,000 calls a day in most subscriptions, for all integrations together (SOAP: 10,000)"),
    ("Rate", "100 calls in 20 seconds; more are refused with error 606"),
    ("Concurrency", "10 calls at the same time; more are refused with error 615"),
    ("Batches", f"up to {BATCH} leads, or values of a filter, in one call"),
    ("Bulk API", "imports and extracts of whole databases as files, outside of the limits per record"),
)


def quota_notes(finding: Finding) -> tuple[str, ...]:
    """What to mind about the number of REST calls, nothing for what performs none."""
    if finding.kind not in (Kind.CALL, Kind.WRAPPER_CALL):
        return ()
    notes = []
    if finding.in_loop:
        notes.append(
            "This stands in a loop. If each turn handles one record, collect them and send up to "
            f"{BATCH} in one call: 10,000 records are then {-(-10_000 // BATCH)} calls of the daily quota "
            "instead of 10,000. If each turn handles a page, it is fine as it is. "
            "For whole databases take the bulk API."
        )
    if finding.limits:
        notes.append(f"REST allows {', '.join(finding.limits)}.")
    return tuple(notes)
