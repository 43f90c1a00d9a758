"""A change of source text as spans and new text, for formats that carry fixes."""

from marketo_migrate.model.location import Location
from marketo_migrate.model.record import record


@record
class Edit:
    """The text at `location` is replaced by `text`; an empty span inserts, an empty text deletes."""

    location: Location
    text: str


@record
class Fix:
    """Edits that are made together or not at all; `description` says in one sentence what they do.

    Edits are exact, so a fix whose text holds a secret must not be given to a report.
    """

    description: str
    edits: tuple[Edit, ...]
