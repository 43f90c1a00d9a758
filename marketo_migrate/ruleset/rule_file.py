"""A rule file as plain data, wherever it was read from."""

from typing import Any

from marketo_migrate.model.record import record


@record
class RuleFile:
    """`name` is the path shown in problems; `stem` the file's name without the suffix."""

    name: str
    stem: str
    data: Any
